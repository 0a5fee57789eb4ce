"""A portfolio of any size for measurements: the sample plans under new ids, that read from each other and go live on
different days."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import yaml

from plangate.analysis.derived import derived
from plangate.analysis.digest import digest
from plangate.analysis.review import Review
from plangate.analysis.seen import packed
from plangate.reading.files import fingerprint
from plangate.reading.portfolio import read_portfolio

SITE = Path(__file__).parents[1]
TODAY = date(2026, 11, 23)

_MIX = (
    *("orders-mart", "clickstream-sessions", "jaffle-shop", "jaffle-shop", "jaffle-shop"),
    *("jaffle-shop", "jaffle-shop", "orders-mart", "jaffle-shop", "jaffle-shop"),
    *("jaffle-shop", "jaffle-shop", "clickstream-sessions", "jaffle-shop", "jaffle-shop"),
    *("orders-mart", "jaffle-shop", "jaffle-shop", "jaffle-shop", "jaffle-shop"),
)
"""Twenty plans that belong together: large ones among many small ones, as in a portfolio; 41 kB of YAML on average."""

_OWN = "shop_db|payments_api|ledger|raw|raw_quarantine|stg|int|mart|web_quarantine|edge|jaffle|jaffle_stg|jaffle_raw"
_SCHEMA = re.compile(rf"(?<![\w./])({_OWN}|jaffle_seed|web|crm)\.(?=[a-z])")
_SHARED = re.compile(r"\bcrm\.accounts\b")
_LIES = re.compile(r"(?<=namespace: )(?:bigquery, name: acme|\"s3://acme)")
_DAY = re.compile(r"\b20\d\d-\d\d-\d\d")
_YAML = (".yml", ".yaml")


def write_portfolio(place: Path, number: int) -> list[Path]:
    """Write `plans/` with so many plans and `references/` below a folder; gives every YAML file of the plans."""
    shutil.copytree(SITE / "references", place / "references")
    for index in range(number):
        name = _MIX[index % len(_MIX)]
        _copy(SITE / "plans" / name, place / "plans" / _id(index), index)
    _sign_again(place)
    return sorted(path for path in (place / "plans").rglob("*") if path.suffix in _YAML)


def _sign_again(place: Path) -> None:
    """Let the records that were copied be about what the copies say, as those of the samples are."""
    portfolio = read_portfolio(place / "plans", place / "references")
    for plan in (plan for plan in portfolio.plans if plan.records):
        review = Review(plan, portfolio.policy, derived(plan), TODAY)
        became: dict[str | None, str] = {}
        for filed in plan.records:
            path = place / "plans" / plan.id / filed.file
            own = {gate: review.parts(gate) for gate in filed.record.gates}
            rests = {name: review.rests_on(name, fields) for name, fields in review.union(tuple(own)).items()}
            record = yaml.load(path.read_bytes(), yaml.CSafeLoader) | {
                "date": str(filed.record.date),
                "gates": {name: digest(parts) for name, parts in own.items()},
                "depends": {name: digest(parts) for name, parts in rests.items()},
                "supersedes": became.get(filed.record.supersedes),
                "seen": packed([*own.values(), *rests.values()]),
            }
            path.write_text(yaml.dump(record, Dumper=yaml.CSafeDumper), encoding="utf-8")
            became[fingerprint(SITE / "plans" / plan.id.rpartition("-")[0] / filed.file)] = fingerprint(path)


def _id(index: int) -> str:
    return f"{_MIX[index % len(_MIX)]}-{index:03d}"


def _copy(sample: Path, target: Path, index: int) -> None:
    for path in sorted(sample.rglob("*")):
        if path.is_file():
            to = target / path.relative_to(sample)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_text(_told(path.read_text(), index), encoding="utf-8")


def _told(text: str, index: int) -> str:
    """Rename what a plan builds and reads, so that it stands beside the others, and move what lies ahead."""
    group, place = divmod(index, len(_MIX))
    streams = group * len(_MIX) + (12 if place in {12, 15} else 1)  # the plan whose sessions this one reads

    def schema(match: re.Match[str]) -> str:
        name = match[1]
        if name == "web":
            return f"web_{streams:03d}."
        if name == "jaffle_seed" and index % 4 == 3 and _MIX[place - 1] == "jaffle-shop":
            return f"jaffle_{index - 1:03d}."  # the marts of the plan before are this one's sources
        return f"{name}_{index:03d}."

    def day(match: re.Match[str]) -> str:
        try:
            there = date.fromisoformat(match[0])
        except ValueError:
            return match[0]
        return str(there + timedelta(days=index)) if there > TODAY else match[0]

    text = _SHARED.sub(f"crm_{group:03d}.accounts", text)  # a source that the plans of a group share
    text = text.replace("clickstream-sessions", _id(streams)).replace("orders-mart", _id(index))
    text = text.replace("jaffle-shop", _id(index)) if _MIX[place] == "jaffle-shop" else text
    text = _LIES.sub(lambda match: f"{match[0]}-{index:03d}", text)  # no two plans build in one place
    return _DAY.sub(day, _SCHEMA.sub(schema, text))

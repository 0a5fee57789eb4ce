"""Gate contracts: what became of each contract since its version before, and whether everybody was told in time."""

from collections.abc import Iterator

from plangate.analysis.compatibility.change import BUMPS, Change, Verdict
from plangate.analysis.compatibility.versions import next_version, version_satisfies
from plangate.analysis.contract_change import MEANING, ContractChange
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Path, Problem
from plangate.model.text import spoken

_MODEL, _CONTRACTS = "05-modeling.yml", "06-contracts.yml"
_STATUS = (
    "      - {name: status, type: string, nullable: false, values: [placed, shipped, cancelled], "
    "description: State of the order}\n"
)
_DAY = "order_date, type: date, nullable: false, description"
_VERSION = "version: 1.0.0"
_EVOLUTION = "evolution: {versioning: semver, deprecation_window: 30 d}"
_COLUMNS = "modeling.models[].columns"
SCHEMA = (_COLUMNS, "contracts.contracts[].columns", "contracts.contracts[].primary_key")
"""What is compared; of a schema of which a part was refused nobody can tell what changed."""
_READS = ("contracts.contracts", _COLUMNS, "contracts.evolution")


def _compared(subject: Subject) -> tuple[ContractChange, ...]:
    return tuple(change for change in subject.facts.contract_changes if change.in_force)


def _any(subject: Subject) -> bool:
    return bool(_compared(subject))


@rule(
    "CON004",
    "The version of a contract rises as far as its change asks for",
    scope="base",
    tiers=FROM_B,
    reason="Consumers pin versions: a column removed in a minor version is gone for everybody who accepts minor ones.",
    reads=(*_READS, "quality.checks"),
    applies=_any,
    where="a contract can be compared with an earlier one",
    fails=(Edit(_MODEL, _STATUS, ""), Edit(_CONTRACTS, _VERSION, "version: 1.1.0")),
    passes=(Edit(_MODEL, _STATUS, ""), Edit(_CONTRACTS, _VERSION, "version: 2.0.0")),
)
def version_rises(subject: Subject) -> Iterator[Problem]:
    """Against the version before, at the base revision or in a file of an older version that is still served: a change
    of the schema that breaks readers takes a major step, an additive one at least a minor step, and a version never
    goes down or is used for two schemas.
    """
    for change in _compared(subject):
        path: Path = (*change.path, "version")
        old, new = change.before.version or "no version", change.contract.version or "no version"
        if change.taken is None:
            yield Problem(
                "CON004",
                f"The contract of {change.dataset} goes from {old} to {new}: a version never goes down",
                "contracts",
                path,
                new,
                f"later than {old}",
            )
            continue
        if BUMPS.index(change.needed) < BUMPS.index("minor") or _enough(change) or subject.refused(*SCHEMA):
            continue
        gravest = [one for one in change.schema if one.bump == change.needed]
        meaning = all(one.rule_id in MEANING for one in gravest)
        what = spoken([f"{one.element} ({_title(one.rule_id)})" for one in gravest[:3]])
        more = f" and {len(gravest) - 3} more" if len(gravest) > 3 else ""
        yield Problem(
            "CON004",
            f"The contract of {change.dataset} goes from {old} to {new}, its change of {what}{more} takes a "
            f"{change.needed} step",
            "contracts",
            path,
            new,
            _least(change),
            "Raise the version, or take the change back",
            cause="CON014" if meaning else None,
        )


def _enough(change: ContractChange) -> bool:
    try:
        return version_satisfies(
            change.before.version or "", change.contract.version or "", change.scheme, change.needed
        )
    except ValueError:
        return True  # what is no version is told by CON002


def _least(change: ContractChange) -> str:
    try:
        return next_version(change.before.version or "", change.scheme, change.needed)
    except ValueError:
        return f"a {change.needed} step"


def _title(rule_id: str) -> str:
    return rule_id.partition("-")[2].replace("-", " ").casefold()


@rule(
    "CON008",
    "A change keeps the compatibility that its contract declares",
    scope="base",
    tiers=FROM_B,
    reason="A mode is a promise about every later version; one that the next change breaks was none.",
    reads=_READS,
    applies=lambda subject: any(change.judgement is not None for change in _compared(subject)),
    where="a contract with a mode of compatibility can be compared with an earlier one",
    fails=(Edit(_MODEL, _DAY, "order_date, type: string, nullable: false, description"),),
    passes=(Edit(_MODEL, _STATUS, ""),),
)
def mode_is_kept(subject: Subject) -> Iterator[Problem]:
    """In the mode of the contract no change is breaking: against the version before, and in a transitive mode against
    every version that is served. A table of a new major version may break with the one before, which is served beside
    it or ends with notice (CON006).
    """
    for change in _compared(subject):
        judged = change.judgement
        if judged is None or judged.verdict is not Verdict.BREAKING or subject.refused(*SCHEMA):
            continue
        if change.taken == "major" and not judged.mode.transitive:
            continue
        step = next(one for one in judged.steps if one.verdict is Verdict.BREAKING)
        directions = judged.mode.directions
        guilty = [one for one in step.changes if any(getattr(one, way) is Verdict.BREAKING for way in directions)]
        what = spoken([f"{one.element} ({_title(one.rule_id)})" for one in guilty[:3]])
        yield Problem(
            "CON008",
            f"The contract of {change.dataset} is {judged.mode.name.replace('_', ' ')}, its change of {what} since "
            f"{step.version} is not: {guilty[0].says}",
            "contracts",
            (*change.path, "compatibility"),
            judged.mode.name,
            f"a change that is {judged.mode.name.replace('_', ' ')} compatible, or a new major version",
        )


_KINDS = {
    "SLA": "sla_loosened",
    "CLASSIFICATION": "classification_changed",
    "WITHDRAWN": "dataset_removed",
}
"""The kind of an entry that tells of such a change as a whole, by a part of the rule's id."""


@rule(
    "CON013",
    "Nothing that readers rely on is loosened in silence",
    scope="base",
    tiers=FROM_B,
    reason="Schema checkers look at columns; less retention, a lower severity or other classification pass them.",
    reads=(*_READS, "quality.checks", "sources.freshness", "context.consumers[].freshness"),
    applies=_any,
    where="a contract can be compared with an earlier one",
    fails=(Edit(_CONTRACTS, "retention: 3 yr", "retention: 1 yr"),),
    passes=(
        Edit(_CONTRACTS, "retention: 3 yr", "retention: 1 yr"),
        Edit(_CONTRACTS, _VERSION, "version: 2.0.0"),
        Edit(
            _CONTRACTS,
            _EVOLUTION,
            f"{_EVOLUTION[:-1]}, changes: [{{dataset: mart.orders, kind: sla_loosened, element: retention, "
            "from: 3 yr, to: 1 yr, classification: neutral, reason: Nobody reads older orders}]}",
        ),
    ),
)
def nothing_in_silence(subject: Subject) -> Iterator[Problem]:
    """Whatever beside the schema breaks readers has an entry in `evolution.changes`, and the version has risen: a
    service level that is loosened or gone, another classification, a check that is removed, loosened or weighs less,
    a weaker mode or enforcement, another format, a status out of force, a version that is dropped before its sunset.

    Where a contract says nothing of freshness, the promise of gate sources is its service level.
    """
    for change in _compared(subject):
        yield from _promised_later(subject, change)
        over = {
            live.version
            for live in change.before.live_versions
            if live.sunset is not None and live.sunset <= subject.today
        }
        for one in change.changes:
            hidden = one.rule_id.startswith(("CTR-QUALITY", "CTR-SEVERITY")) and subject.refused("quality.checks")
            if hidden or not _noticed(one) or (one.rule_id == "CTR-VERSION-DROPPED" and one.element in over):
                continue
            kind = next((told for part, told in _KINDS.items() if part in one.rule_id), None)
            entry = change.announced(one.element) or next(
                (told for _, told in change.declared if kind and told.kind == kind and told.element is None), None
            )
            if entry is not None and change.taken not in {None, "none"}:
                continue
            lacks = "no entry of `evolution.changes` says so" if entry is None else "the version has not risen"
            yield Problem(
                "CON013",
                f"{one.element} of the contract of {change.dataset} goes from {one.before or 'nothing'} to "
                f"{one.after or 'nothing'}, which readers notice, and {lacks}",
                "contracts",
                (*change.path, *_place(one.path)),
                one.after or None,
                f"{one.before}, or an entry with the reason and a new version",
                "Tell the readers before they find out",
            )


def _promised_later(subject: Subject, change: ContractChange) -> Iterator[Problem]:
    """Tell that a dataset is promised older than before, or no more, where its contract leaves that to the promise."""
    slas, base = (change.before.sla, change.contract.sla), subject.facts.base
    if base is None or any(sla is not None and sla.freshness is not None for sla in slas):
        return
    was, now = (
        next((need for need in facts.freshness.of("promise") if need.dataset == change.dataset), None)
        for facts in (base, subject.facts)
    )
    gone = now is None and not subject.gone("sources.freshness", "context.consumers.freshness")
    if was is None or not (gone or (now is not None and now.need.base > was.need.base)):
        return
    entry = change.announced("freshness")
    if entry is None or change.taken in {None, "none"}:
        lacks = "no entry of `evolution.changes` says so" if entry is None else "the version has not risen"
        yield Problem(
            "CON013",
            f"The promise of {change.dataset} goes from {was.need} to {now.need if now else 'nothing'}, which readers "
            f"notice, and {lacks}",
            now.gate if now else "sources",
            now.path if now else ("freshness",),
            str(now.need) if now else None,
            f"{was.need}, or an entry with the reason and a new version",
            "Tell the readers before they find out",
        )


def _noticed(change: Change) -> bool:
    """Tell whether readers notice a change that schema checkers do not look at."""
    terms = change.rule_id.startswith("CTR-") and change.consumer is Verdict.BREAKING
    return terms or "CLASSIFICATION" in change.rule_id


def _place(path: str) -> Path:
    parts = tuple(path.split("."))
    return parts if parts[0] in {"sla", "classification"} else ()


@rule(
    "CON014",
    "Another precision, unit, time zone or meaning counts as breaking",
    scope="base",
    tiers=FROM_B,
    reason="The name and the type stay, every test passes, and every sum is wrong.",
    reads=_READS,
    applies=_any,
    where="a contract can be compared with an earlier one",
    fails=(
        Edit(
            _CONTRACTS,
            _EVOLUTION,
            f"{_EVOLUTION[:-1]}, changes: [{{dataset: mart.orders, kind: meaning_changed, element: status, "
            "classification: neutral, reason: Cancelled orders count as shipped}]}",
        ),
    ),
    passes=(Edit(_MODEL, "type: date, nullable", "type: date, timezone: UTC, nullable"),),
)
def meaning_breaks(subject: Subject) -> Iterator[Problem]:
    """A change of a decimal's scale, a unit of measure, a time zone or of what values mean takes a major version, and
    an entry about it is classified as breaking.
    """
    for change in _compared(subject):
        silent = [one for one in change.schema if one.rule_id in MEANING]
        if change.taken != "major" and silent and not subject.refused(*SCHEMA):
            one = silent[0]
            yield Problem(
                "CON014",
                f"{one.element} of {change.dataset} goes from {one.before or 'nothing'} to {one.after or 'nothing'}: "
                f"{one.says}; that is breaking, and {change.contract.version} is no major version after "
                f"{change.before.version}",
                "contracts",
                (*change.path, "version"),
                change.contract.version,
                _least(change),
                "Add a column with a new name, or raise the major version",
            )
        for path, entry in change.declared:
            changed = entry.kind in {"meaning_changed", "unit_changed", "timezone_changed"}
            if changed and entry.classification != "breaking":
                yield Problem(
                    "CON014",
                    f"{(entry.kind or '').replace('_', ' ').capitalize()} of {entry.element or change.dataset} is "
                    f"classified as {entry.classification or 'nothing'}",
                    "contracts",
                    (*path, "classification"),
                    entry.classification,
                    "breaking",
                )

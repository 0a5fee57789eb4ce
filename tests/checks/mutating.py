"""Sample plans with one value taken away, emptied or broken, and what the rules say of them then."""

import copy
import gc
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from plangate.checks.report import Report
from plangate.checks.rule import all_rules, touches
from plangate.checks.runner import check
from plangate.model.plan import Plan, Prose
from plangate.model.problem import HEADER, Problem
from plangate.model.problem import Path as PlanPath
from plangate.reading.folder import Folder, Loaded, open_folder
from plangate.reading.plan import ReadPlan, read_plan
from plangate.reading.portfolio import Portfolio, read_portfolio
from plangate.reading.yaml import Document

from .judging import ROOT
from .taking_away import load
from .test_rules import TODAY

Mutation = Literal["drop", "empty", "break"]
MUTATIONS: tuple[Mutation, ...] = ("drop", "empty", "break")

PLANS = ("clickstream-sessions", "orders-mart", "jaffle-shop", "ledger-migration")
"""The sample plans, those that most rules are asked of first."""

ADDITIONS = ROOT / "tests" / "data" / "additions.yml"
"""What rules read and no sample plan says: plan, gate, the way to a value there, and the value."""

ESTIMATE = ("sources", "sources", "datasets", "rows_per_day")
"""Where the fields of an estimate are tried: what is estimated is written alike wherever a number stands."""

NAMED_BY_AUTHORS = ("measured", "per_task")
"""Mappings whose keys are ids of a plan and no fields: they are tried as a whole."""

_ESTIMATED = frozenset({"base", "assume"})
"""One of these is in every mapping that says an estimate."""

_NOTES = frozenset({"because", "if_wrong", "owner", "verify_by"})
"""What is said of an assumption that stands for a value."""

Told = frozenset[tuple[str, str, str]]
"""What failed: rule, gate and path."""


@dataclass(frozen=True)
class Place:
    """Where a rule's pattern leads in a sample plan: the first value, whatever lists are on the way."""

    plan: str
    gate: str
    path: PlanPath

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys on the way, without the positions in lists."""
        return tuple(key for key in self.path if isinstance(key, str))

    def __str__(self) -> str:
        keys = "".join(f".{key}" if isinstance(key, str) else "[]" for key in self.path)
        return f"{self.gate}{keys}"


def first(data: Any, keys: list[str]) -> PlanPath | None:
    """Find the first value that a pattern names, whatever lists are on the way."""
    if isinstance(data, list):
        found = ((place, first(entry, keys)) for place, entry in enumerate(data))
        return next(((place, *path) for place, path in found if path is not None), None)
    if not keys:
        return ()
    if not isinstance(data, dict) or data.get(keys[0]) in (None, [], {}):
        return None
    below = first(data[keys[0]], keys[1:]) if len(keys) > 1 else ()
    return (keys[0], *below) if below is not None else None


def fields(value: Any, keys: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Give every field at and below a value, as the keys that lead there; lists on the way are passed over."""
    if isinstance(value, list):
        for entry in value:
            yield from fields(entry, keys)
        return
    yield keys
    if not isinstance(value, dict) or keys[-1] in NAMED_BY_AUTHORS or (value.keys() & _ESTIMATED and keys != ESTIMATE):
        return
    for key in value.keys() - {"not_applicable"}:  # the reason of a section that is not there
        yield from fields(value[key], (*keys, key))


def below(value: Any, path: PlanPath = ()) -> Iterator[PlanPath]:
    """Give every place below a value: each field, and each entry of a list."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from below(value[key], (*path, key))


def changed(data: Any, path: PlanPath, mutation: Mutation) -> Any:
    """Give the data with the value at a path dropped, emptied or of another kind than any field takes there."""
    data = copy.deepcopy(data)
    value = data
    for key in path[:-1]:
        value = value[key]
    old = value[path[-1]]
    if mutation == "drop":
        del value[path[-1]]
    elif mutation == "empty":
        value[path[-1]] = type(old)() if isinstance(old, str | list | dict) else None
    else:
        value[path[-1]] = "of the wrong kind" if isinstance(old, list | dict) else {"of_the_wrong": "kind"}
    return data


def added(data: Any, path: PlanPath, value: Any) -> Any:
    """Give the data with a value laid over what stands at a path; one after the last of a list is one more entry."""
    if not path:
        return value
    data = around = copy.deepcopy(data)
    for key in path[:-1]:
        around = around[key]
    if isinstance(around, list) and path[-1] == len(around):
        around.append(value)
    else:
        around[path[-1]] = value
    return data


@cache
def readers(gate: str, path: PlanPath) -> frozenset[str]:
    """Give the rules that read a place: those that say so, and what stands in for a value, that of all assumptions."""
    found = {rule.id for rule in all_rules().values() if any(touches(pattern, gate, path) for pattern in rule.reads)}
    *around, last = (gate, *(key for key in path if isinstance(key, str)))
    return frozenset(found | ({"CTX008"} if tuple(around) == ESTIMATE and last in _NOTES else set()))


def told(report: Report) -> Told:
    """Give what failed."""
    return frozenset((found.rule, found.gate or "", found.path) for found in report.findings if found.verdict == "fail")


class Beside(Folder, frozen=True, kw_only=True):
    """A plan's folder in which one file is read anew, beside what `known` holds of the others."""

    known: Folder
    anew: str

    def document(self, name: str) -> Loaded[Document]:
        """Give a file as YAML."""
        return super().document(name) if name == self.anew else self.known.document(name)

    def page(self, name: str) -> Loaded[Prose]:
        """Give a Markdown file as prose."""
        return self.known.page(name)


class Bench:
    """The sample plans in a folder, each in tier A, in which every rule is asked; one gate of one plan is changed.

    What none of them says is laid over them first, so that every place that a rule reads is in one of them.
    They are unsigned, since a signature lapses with whatever is changed: rules of the review are not asked (records and
    waivers are changed in a test of their own), nor are the organisation's own.
    """

    def __init__(self, folder: Path, additions: Path | None = ADDITIONS) -> None:
        self.folder = folder
        self.data: dict[tuple[str, str], Any] = {}
        self.files: dict[tuple[str, str], Path] = {}
        for name in PLANS:
            shutil.copytree(ROOT / "plans" / name, folder / "plans" / name, ignore=shutil.ignore_patterns("reviews"))
            header = folder / "plans" / name / "plan.yml"
            header.write_text(header.read_text().replace("tier: C", "tier: A").replace("tier: B", "tier: A"))
            for file in (header, *sorted((folder / "plans" / name).glob("[0-9]*.yml"))):
                gate = HEADER if file is header else file.stem[3:]
                self.files[name, gate] = file
                self.data[name, gate] = load(file)
        for entry in load(additions) if additions else ():
            place = entry["plan"], entry["gate"]
            self.data[place] = added(self.data.get(place), tuple(entry["at"]), entry["value"])
        for (name, gate), data in self.data.items():  # a plan that is added has a header and no gates
            file = self.files.setdefault((name, gate), folder / "plans" / name / "plan.yml")
            file.parent.mkdir(exist_ok=True)
            file.write_text(written(data))
        self.plans = tuple(dict.fromkeys(name for name, _ in self.data))
        self.contents = {name: open_folder(folder / "plans" / name) for name in self.plans}
        self.portfolio = read_portfolio(folder / "plans", ROOT / "references")
        self.rules = [name for name in all_rules() if not name.startswith(("REV", "WVR"))]
        self.last: tuple[tuple[Plan, tuple[Problem, ...], Set[str]], Report] | None = None
        self.base = {name: self._judge(name, self.portfolio.read(name)) for name in self.plans}
        gc.collect()
        gc.freeze()  # what stays to the end need not be looked through in every judgement

    @cached_property
    def named(self) -> frozenset[Place]:
        """Give every place that a rule names as read."""
        return frozenset(place for pattern in _patterns() if (place := self.place(pattern)) is not None)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Give every place that a rule reads, and every field below it, each once, sorted."""
        patterns, found = _patterns(), set(self.named)
        wanted = {tuple(keys) for pattern in patterns if "*" not in (keys := _keys(pattern))[:1] and keys[1:]}
        below = {
            keys
            for (_, gate), data in self.data.items()
            for keys in fields(data, (gate,))
            if any(keys[: len(start)] == start for start in wanted)
        }
        known = {(place.gate, *place.keys) for place in found}
        found |= {place for keys in below - known if (place := self._below(keys)) is not None}
        return tuple(sorted(found, key=lambda place: (place.gate, str(place))))

    @cached_property
    def everywhere(self) -> tuple[Place, ...]:
        """Give every place of every gate of the sample plans."""
        return tuple(
            Place(name, gate, path)
            for (name, gate), data in self.data.items()
            if name in PLANS and gate != HEADER
            for path in below(data)
        )

    def place(self, pattern: str) -> Place | None:
        """Find the place that a pattern names, in the plan in which most rules that read it are asked."""
        keys = _keys(pattern)
        return self._asked_most(keys, {rule.id for rule in all_rules().values() if keys in map(_keys, rule.reads)})

    def _below(self, keys: tuple[str, ...]) -> Place | None:
        """Find a field below what a pattern names, in the plan in which most rules that read it are asked."""
        gate, *path = keys
        return self._asked_most(list(keys), readers(gate, tuple(path)))

    def _asked_most(self, keys: list[str], reading: Set[str]) -> Place | None:
        gate = keys[0] if keys[1:] else ""
        looked = ((name, first(self.data.get((name, gate)), keys[1:])) for name in self.plans)
        found = [Place(name, gate, path) for name, path in looked if path]
        return max(found, key=lambda place: len(reading & set(self.base[place.plan].judged[place.plan])), default=None)

    def _judge(self, name: str, read: ReadPlan, rules: Iterable[str] = ()) -> Report:
        """Judge a plan among the others as they are, against what all of them were, by all rules or by some."""
        reads = tuple(read if old.plan.id == name else old for old in self.portfolio.reads)
        portfolio = Portfolio(self.portfolio.policy, reads)
        asked = tuple(rules) or self.rules
        return check(portfolio, today=TODAY, preset="strict", only=[name], rules=asked, base=self.portfolio)

    def mutated(self, place: Place, mutation: Mutation, *, by_all: bool = False) -> tuple[Report, str]:
        """Judge a plan with one value changed, `by_all` rules or those that see it; give the text of the changed file
        too.

        A value that is broken is left out when it is read, as one that was dropped: only those that read it are asked
        again, and those that tell of what was refused. So are those that read a section, of the fields in it: where the
        whole of it is dropped everybody is asked.
        """
        file = self.files[place.plan, place.gate]
        before, text = file.read_text(), written(changed(self.data[place.plan, place.gate], place.path, mutation))
        file.write_text(text)
        try:
            known = self.contents[place.plan]
            content = Beside(known.paths, known.problems, known=known, anew=file.name)
            read = read_plan(self.folder / "plans" / place.plan, f"plans/{place.plan}", self.portfolio.policy, content)
        finally:
            file.write_text(before)
        if not by_all and (mutation == "break" or place not in self.named):
            asked = readers(place.gate, place.path) | {name for name in self.rules if name.startswith("GEN")}
        else:
            asked = frozenset(self.rules)
        said = (read.plan, read.problems, asked)
        if self.last is None or self.last[0] != said:
            self.last = said, self._judge(place.plan, read, asked & set(self.rules))
        return self.last[1], text  # what reads as the one before is judged alike

    def news(self, place: Place, report: Report) -> Mapping[str, Told]:
        """Give what fails that did not fail before, by rule."""
        news: dict[str, set[tuple[str, str, str]]] = {}
        for found in told(report) - told(self.base[place.plan]):
            news.setdefault(found[0], set()).add(found)
        return {rule: frozenset(found) for rule, found in sorted(news.items())}


def _patterns() -> frozenset[str]:
    return frozenset(pattern for rule in all_rules().values() for pattern in rule.reads)


def _keys(pattern: str) -> list[str]:
    return [key for key in pattern.replace("[]", "").split(".") if key != "*"]


def written(data: Any) -> str:
    """Write a gate as JSON, which is YAML too, one value a line."""
    return json.dumps(data, default=lambda day: day.isoformat(), ensure_ascii=False, indent=1)

"""What became of plans since another state of them: what they say, what is computed, whom it reaches."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from plangate.analysis.amount import settled
from plangate.analysis.changes.difference import Difference, differences, gravest, same_but_for_id
from plangate.analysis.changes.weight import COST_GROWS, VOLUME_GROWS, WEIGHTS, Weight, grows
from plangate.analysis.facts import Facts
from plangate.analysis.lineage_change import EdgeState, Ends, NodeState, lineage_change
from plangate.analysis.numbers import COSTS, Named, SubjectKind
from plangate.model.quantity import Quantity

Fate = Literal["new", "removed", "renamed", "changed", "same"]
Subject = tuple[str, SubjectKind, str]

_PROMISE = re.compile(r"freshness\[([^\[\]]+)\]")
_VOLUMES = frozenset(
    {"bytes_per_day", "stored_at_go_live", "stored_at_horizon", "peak_rows_per_second", "average_rows_per_second"}
)


class NumberChange(Struct, frozen=True):
    """A named number that is another one than before; None where it is not known."""

    old: Named | None
    new: Named | None
    weight: Weight
    why: str

    @property
    def named(self) -> Named:
        """The number as it is called, now or then."""
        found = self.new or self.old
        if found is None:
            raise ValueError("a change of nothing")
        return found

    @property
    def limit(self) -> Quantity | None:
        """What it is held against now."""
        return self.new.limit.value if self.new is not None and self.new.limit is not None else None


class Affected(Struct, frozen=True):
    """A consumer that changed datasets reach: where it stands, who owns it, and the day that matters to it."""

    consumer: str
    plan: str
    owner: str | None
    by: date | None
    datasets: tuple[str, ...]


class PlanChange(Struct, frozen=True):
    """What became of a plan; `was` is its id before. A new or removed plan has neither differences nor numbers."""

    plan: str
    was: str | None
    fate: Fate
    differences: tuple[Difference, ...] = ()
    cosmetic: tuple[str, ...] = ()
    numbers: tuple[NumberChange, ...] = ()
    nodes: Mapping[str, NodeState] | None = None
    edges: Mapping[Ends, EdgeState] | None = None
    affected: tuple[Affected, ...] = ()

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates that say something else, `plan` for plan.yml, in order."""
        return tuple(dict.fromkeys(one.gate for one in self.differences))

    @property
    def weight(self) -> Weight:
        """The gravest of all that changed; a removed plan is breaking, a new one neutral."""
        if self.fate in {"new", "removed"}:
            return "neutral" if self.fate == "new" else "breaking"
        renamed: tuple[Weight, ...] = ("neutral",) if self.fate == "renamed" else ()
        found = (gravest(self.differences), *(one.weight for one in self.numbers), *renamed)
        return min(found, key=WEIGHTS.index)


def plan_changes(
    before: Mapping[str, Facts], after: Mapping[str, Facts], files: Mapping[str, frozenset[str]] | None = None
) -> tuple[PlanChange, ...]:
    """Compare plans by their ids, sorted; one that nothing changed for is left out.

    `files` names for each plan the gates (`plan` for plan.yml) whose files have other bytes; where that means nothing
    it is told as cosmetic. A plan that went while another with mostly the same gates came is renamed.
    """
    renamed = dict(_renamed(before, after))
    found: list[PlanChange] = []
    for name in sorted(before.keys() | after.keys()):
        was = renamed.get(name, name)
        if name in renamed.values() and name not in after:
            continue
        old, new = before.get(was), after.get(name)
        if new is None and old is not None:
            found.append(PlanChange(name, name, "removed", affected=_affected(old, old, _own(old))))
        elif old is None and new is not None:
            found.append(PlanChange(name, None, "new"))
        elif old is not None and new is not None:
            change = _change(old, new, (files or {}).get(name, frozenset()))
            if change.fate != "same" or change.cosmetic or change.numbers:
                found.append(change)
    return tuple(found)


def _renamed(before: Mapping[str, Facts], after: Mapping[str, Facts]) -> Iterator[tuple[str, str]]:
    """Give new ids with the old ones, where at least half of the gates say the same."""
    gone = [name for name in sorted(before) if name not in after]
    for name in sorted(after.keys() - before.keys()):
        alike = {old: same_but_for_id(before[old], after[name]) for old in gone}
        best = max(alike, key=lambda old: alike[old], default=None)
        if best is not None and 2 * alike[best] >= max(1, len(after[name].plan.gates), len(before[best].plan.gates)):
            gone.remove(best)
            yield name, best


def _change(old: Facts, new: Facts, files: frozenset[str]) -> PlanChange:
    said = differences(old, new)
    spoken = {one.gate for one in said}
    fate: Fate = "renamed" if old.plan.id != new.plan.id else "changed" if said else "same"
    lineage = lineage_change(old, new)
    nodes = {name: state for name, state in lineage.nodes.items() if said or state != "changed"}
    order = ("plan", *new.plan.gates)
    return PlanChange(
        new.plan.id,
        old.plan.id,
        fate,
        said,
        tuple(gate for gate in order if gate in files - spoken),
        tuple(number_changes(old, new)),
        dict(sorted(nodes.items())),
        dict(sorted(lineage.edges.items())),
        _affected(old, new, {**dict.fromkeys(_promised(said), "changed"), **nodes}) if said else (),
    )


def number_changes(old: Facts, new: Facts) -> Iterator[NumberChange]:
    """Give the named numbers that differ by more than rounding, in the order of the numbers of now."""
    before, after = ({_subject(one, facts): one for one in facts.numbers} for facts in (old, new))
    for subject in (*after, *(subject for subject in before if subject not in after)):
        was, now = before.get(subject), after.get(subject)
        if was is None or now is None or _base(was) != _base(now) or was.holds != now.holds:
            yield NumberChange(was, now, *_weigh(was, now))


def _subject(one: Named, facts: Facts) -> Subject:
    return one.name, one.subject_kind, "" if one.subject == facts.plan.id else one.subject


def _base(one: Named) -> Decimal:
    return settled(one.computed.value.base)


def _weigh(was: Named | None, now: Named | None) -> tuple[Weight, str]:
    if now is None:
        return "neutral", ""
    if now.holds is False and (was is None or was.holds is not False):
        return "risk", "The limit is missed now"
    if was is None:
        return "neutral", ""
    for names, most, what in ((_VOLUMES, VOLUME_GROWS, "volume"), (COSTS, COST_GROWS, "cost")):
        if now.name in names and (grown := grows(_base(was), _base(now), most)):
            return "risk", f"The {what} grows by {grown}"
    return "neutral", ""


def _promised(said: Sequence[Difference]) -> Iterator[str]:
    """Name the datasets whose promise of freshness is another one."""
    for one in said:
        found = _PROMISE.match(one.path) if one.gate == "sources" else None
        if found is not None:
            yield found[1]


def _own(facts: Facts) -> Mapping[str, NodeState]:
    return {node.id: "removed" for node in facts.lineage.nodes if node.kind == "dataset" and node.plan is None}


def _affected(old: Facts, new: Facts, nodes: Mapping[str, NodeState]) -> tuple[Affected, ...]:
    """Give the consumers of any plan that changed datasets reach, as the plans stood before and as they stand."""
    found: dict[str, list[str]] = {}
    known: dict[str, Affected] = {}
    for facts in (new, old):
        atlas = facts.landscape.atlas
        for dataset in sorted(nodes):
            for one in atlas.reach(dataset) if dataset in atlas.entries else ():
                owner = one.consumer.owner if one.consumer else None
                name = one.consumer.id if one.consumer else one.entry.id
                known.setdefault(one.entry.id, Affected(name, one.plan.id, owner, one.by, ()))
                found.setdefault(one.entry.id, []).append(dataset)
    made = [
        Affected(one.consumer, one.plan, one.owner, one.by, tuple(sorted({*found[key]}))) for key, one in known.items()
    ]
    return tuple(sorted(made, key=lambda one: (one.by is None, one.by or date.max, one.plan, one.consumer)))

"""The differences of gates: what was signed or stood there, against what stands there now."""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from msgspec import structs

from plangate.analysis.canonical import Data, part_data
from plangate.analysis.changes.edits import Edit, edits, told
from plangate.analysis.changes.weight import NEUTRAL, WEIGHTS, Weight, weigh
from plangate.analysis.compatibility.change import Change as Compatibility
from plangate.analysis.compatibility.contract_changes import compare_contracts
from plangate.analysis.compatibility.contract_facts import ContractFacts
from plangate.analysis.contract_change import breaks
from plangate.analysis.digest import Signed, gate_parts, signed
from plangate.analysis.facts import Facts
from plangate.analysis.readable import alike
from plangate.analysis.seen import prose_changes
from plangate.model.contracts import Contract
from plangate.model.problem import HEADER

Kind = Literal["data", "follows", "prose", "file", "promise"]

_CONTRACT = re.compile(r"contracts\[(.+?)\](?:\.(.+))?")
_CHECK = re.compile(r"checks\[(.+?)\](?:\.(.+))?")
Promises = Mapping[tuple[str, str], Compatibility]
"""What compatibility says of a change, by gate and path: `contracts`, `mart.orders.columns.amount.type`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that a gate (or `plan`, plan.yml) says otherwise.

    `path` leads there by names; `old` and `new` are canonical data in base units, None where it is absent. `kind` tells
    what it is: data of the gate, what follows from other gates, prose, a file, or what a contract promises by its
    columns and the rule that knows what that means. `why` says why it is breaking or a risk.
    """

    gate: str
    path: str
    old: Data | None
    new: Data | None
    weight: Weight = "neutral"
    why: str = ""
    kind: Kind = "data"
    rule: str | None = None
    _texts: tuple[str | None, str | None] = field(init=False, compare=False, repr=False, default=(None, None))

    def __post_init__(self) -> None:
        """Write both sides, two quantities in one unit."""
        if isinstance(self.old, str) and isinstance(self.new, str):
            texts: tuple[str | None, str | None] = alike(self.old, self.new)
        else:
            texts = tuple(None if data is None else told(data) for data in (self.old, self.new))  # type: ignore[assignment]
        object.__setattr__(self, "_texts", texts)

    @property
    def before(self) -> str | None:
        """What stood there, as people write it."""
        return self._texts[0]

    @property
    def after(self) -> str | None:
        """What stands there, as people write it."""
        return self._texts[1]

    @property
    def parted(self) -> tuple[list[Data], list[Data]]:
        """What a list lost and what it got; nothing where it is no list, or only in another order."""
        if not (isinstance(self.old, list) and isinstance(self.new, list)) or self.path.endswith(": order"):
            return [], []
        return [item for item in self.old if item not in self.new], [item for item in self.new if item not in self.old]

    @property
    def place(self) -> str:
        """The path behind its gate: `sources.freshness[mart.orders].target`."""
        first = re.split(r"[\[.:]", self.path, maxsplit=1)[0]
        return self.path if first == self.gate or not self.path else f"{self.gate}.{self.path}"


def gravest(found: Sequence[Difference]) -> Weight:
    """Give the gravest weight of some differences; cosmetic where there is none."""
    return min((one.weight for one in found), key=WEIGHTS.index, default="cosmetic")


def differences(before: Facts, after: Facts) -> tuple[Difference, ...]:
    """Give what two states of a plan say differently: plan.yml first, then the gates in the order of the profile.

    What has the same digest has no difference, for its words may be written in another way.
    """
    found = [
        Difference(HEADER, edit.path, edit.old, edit.new)
        for edit in edits(part_data(before.plan.header), part_data(after.plan.header))
    ]
    promises = _promises(before, after)
    order = (*after.plan.gates, *(gate for gate in before.plan.gates if gate not in after.plan.gates))
    for gate in order:
        old, new = _parts(before, gate), _parts(after, gate)
        if old is not None and new is not None and _apart_from_id(old) == _apart_from_id(new):
            continue
        own = gate_differences(gate, _signed(old), _signed(new), promises)
        found.extend(own)
        told_of = {_promised(one) for one in own}
        found.extend(_more(gate, {place: one for place, one in promises.items() if place not in told_of}))
    return tuple(found)


def gate_differences(gate: str, old: Signed, new: Signed, promises: Promises | None = None) -> tuple[Difference, ...]:
    """Give what a gate says differently, from what a digest was taken over then and now."""
    found = [_of_data(gate, edit, promises or {}) for edit in edits(old.data or {}, new.data or {})]
    if old.prose != new.prose:
        found.extend(
            Difference(gate, "prose", change.old, change.new, kind="prose")
            for change in prose_changes(gate, old.prose, new.prose)
        )
    found.extend(
        Difference(gate, f"file {edit.path}", edit.old, edit.new, kind="file")
        for edit in edits(old.files or {}, new.files or {})
    )
    return tuple(found)


def field_differences(gate: str, old: Data, new: Data) -> tuple[Difference, ...]:
    """Give what differs in the fields of a gate that another one rests on, from the data of their digests."""
    found: dict[str, Difference] = {}
    was, now = (data if isinstance(data, dict) else {} for data in (old, new))
    for pattern in was:
        for edit in edits(was[pattern] or {}, now.get(pattern) or {}):
            difference = _of_data(gate, structs.replace(edit, path=edit.path.removeprefix(f"{gate}.")), {})
            found[difference.path] = difference
    return tuple(found[path] for path in sorted(found))


def same_but_for_id(before: Facts, after: Facts) -> int:
    """Count the gates of two plans that say the same, whatever the plans are called."""
    parts = ((_parts(before, gate), _parts(after, gate)) for gate in after.plan.gates)
    return sum(old is not None and new is not None and _apart_from_id(old) == _apart_from_id(new) for old, new in parts)


def _parts(facts: Facts, gate: str) -> tuple[bytes, ...] | None:
    return gate_parts(facts.plan, gate, facts.derived) if gate in facts.plan.gates else None


def _apart_from_id(parts: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Give the parts without the plan's id, and without plan.yml, which is told once for all gates."""
    return (*parts[:1], *parts[2:6])


def _signed(parts: tuple[bytes, ...] | None) -> Signed:
    return Signed({}) if parts is None else signed(parts)


def _of_data(gate: str, edit: Edit, promises: Promises) -> Difference:
    if edit.path.startswith("$derived"):
        return Difference(gate, edit.path.removeprefix("$derived."), edit.old, edit.new, kind="follows")
    weight, why = weigh(gate, edit)
    path = re.sub(r"^\$(\w+)\.?", r"\1 ", edit.path)
    found = Difference(gate, path, edit.old, edit.new, weight, why)
    change = promises.get(_promised(found) or ("", ""))
    if change is None:
        return found
    weight, why = min((_weight(change), (weight, why)), key=lambda one: WEIGHTS.index(one[0]))
    return dataclasses.replace(found, weight=weight, why=why, rule=change.rule_id)


def _weight(change: Compatibility) -> tuple[Weight, str]:
    return ("breaking", change.says) if breaks(change) else NEUTRAL


def _promised(one: Difference) -> tuple[str, str] | None:
    """Give the place of a difference as compatibility calls it."""
    if one.kind != "data":
        return None
    pattern = {"contracts": _CONTRACT, "quality": _CHECK}.get(one.gate)
    found = pattern.fullmatch(one.path) if pattern else None
    if found is None:
        return None
    tail = re.sub(r"\[([^\[\]]*)\]", r".\1", found[2] or "")
    return one.gate, ".".join(part for part in (found[1], tail) if part)


def _promises(before: Facts, after: Facts) -> Promises:
    """Compare the contracts of two states by the rules of compatibility, and all checks as well."""
    found: dict[tuple[str, str], Compatibility] = {}
    old = {one.dataset: one for one in before.contract_tables}
    declared: dict[str, dict[str, str]] = {}
    evolution = after.plan.contracts.evolution if after.plan.contracts else None
    for entry in evolution.changes if evolution else ():
        if entry.kind == "column_renamed" and entry.dataset and entry.from_ and entry.to:
            declared.setdefault(entry.dataset, {})[entry.from_] = entry.to
    for new in after.contract_tables:
        was = old.get(new.dataset)
        if was is not None:
            one, other = (ContractFacts(table.contract, table.current.table) for table in (was, new))
            for change in compare_contracts(one, other, declared.get(new.dataset)):
                found["contracts", f"{new.dataset}.{change.path}"] = change
    checks = (facts.plan.quality.checks if facts.plan.quality else () for facts in (before, after))
    one, other = (ContractFacts(Contract(), checks=tuple(listed)) for listed in checks)
    for change in compare_contracts(one, other):
        found["quality", change.path.removeprefix("quality.")] = change
    return found


def _more(gate: str, promises: Promises) -> Iterator[Difference]:
    """Give what contracts promise otherwise by columns that stand in a model or a file."""
    for (name, place), change in promises.items():
        if name == gate == "contracts" and not _beside(change):
            dataset = place.removesuffix(f".{change.path}")
            weight, why = _weight(change)
            if change.rule_id.endswith("PERSONAL-DATA-ADDED"):
                weight, why = "risk", "Personal data is new here"
            yield Difference(
                gate,
                f"contracts[{dataset}].{change.path}",
                change.before or None,
                change.after or None,
                weight,
                why,
                "promise",
                change.rule_id,
            )


def _beside(change: Compatibility) -> bool:
    """Tell whether a change of a contract's own fields is told by the field itself, under another path."""
    return change.rule_id.startswith("CTR-") and not change.rule_id.startswith("CTR-COLUMNS")

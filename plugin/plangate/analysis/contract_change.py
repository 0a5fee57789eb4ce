"""What became of each contract since its last version, whom that reaches, and what each of them has agreed to.

A contract is compared with the same one at the base revision; where there is no base, or nothing differs from it, with
the newest of its older versions that is still served and written in a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from plangate.analysis.atlas import Reached
from plangate.analysis.compatibility.change import Bump, Change, Verdict, bump_needed
from plangate.analysis.compatibility.compare import Schema
from plangate.analysis.compatibility.contract_changes import compare_contracts
from plangate.analysis.compatibility.contract_facts import ContractFacts
from plangate.analysis.compatibility.judge import Judgement, judge
from plangate.analysis.compatibility.versions import parse_version, step_taken
from plangate.analysis.contract_table import ContractTable, VersionTable
from plangate.model.contracts import Change as Declared
from plangate.model.contracts import Contract, Migration
from plangate.model.problem import Path
from plangate.model.quality import Check

if TYPE_CHECKING:
    from plangate.analysis.facts import Facts

Origin = Literal["base", "live"]

MEANING = frozenset(
    {
        "TBL-DECIMAL-RESCALED",
        "TBL-INSTANT-CHANGED",
        "TBL-TIMEZONE-CHANGED",
        "TBL-TIMEZONE-WITHDRAWN",
        "TBL-UNIT-CHANGED",
        "TBL-UNIT-WITHDRAWN",
    }
)
"""Changes of what a value means that leave its name and its kind of type as they were."""


@dataclass(frozen=True, slots=True)
class Told:
    """A consumer that a change reaches, and what the plan says of its migration: the entry, with its place."""

    reached: Reached
    pinned: str | None
    migration: Migration | None = None
    path: Path = ()

    @property
    def name(self) -> str:
        """The id of the consumer in its own plan."""
        return self.reached.consumer.id if self.reached.consumer else self.reached.entry.id


@dataclass(frozen=True, slots=True)
class ContractChange:
    """A contract against its version before.

    `needed` is the step of the version that the changes ask for, `taken` the one that was made; None where a version
    cannot be read or goes down. `judgement` is that of the compatibility mode; None where the mode or the tables are
    not known. `declared` are the entries of `evolution.changes` about the dataset, with their places.
    """

    dataset: str
    path: Path
    contract: Contract
    before: Contract
    origin: Origin
    changes: tuple[Change, ...]
    needed: Bump
    taken: Bump | None
    judgement: Judgement | None
    declared: tuple[tuple[Path, Declared], ...]

    @property
    def schema(self) -> tuple[Change, ...]:
        """The changes of columns, keys and types."""
        return tuple(change for change in self.changes if not change.rule_id.startswith("CTR-"))

    @property
    def terms(self) -> tuple[Change, ...]:
        """The changes of everything else that is promised."""
        return tuple(change for change in self.changes if change.rule_id.startswith("CTR-"))

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes of the schema that break code that reads, or may."""
        return tuple(change for change in self.schema if breaks(change))

    def announced(self, change: Change) -> Declared | None:
        """Give the entry of `evolution.changes` that tells of a change: about its element, old name or new."""
        element = change.element.casefold()
        for _, entry in self.declared:
            names = {(entry.element or "").casefold(), (entry.from_ or "").casefold(), (entry.to or "").casefold()}
            if element in names or element.rpartition(".")[2] in names:
                return entry
        return None


def breaks(change: Change) -> bool:
    """Tell whether a change breaks consumers, or nobody can tell that it does not."""
    return change.consumer in {Verdict.BREAKING, Verdict.UNDETERMINED} and change.bump == "major"


def contract_changes(facts: "Facts") -> tuple[ContractChange, ...]:
    """Compare every contract of a plan with its version before, in the order of gate contracts."""
    return tuple(_changes(facts))


def _changes(facts: "Facts") -> Iterator[ContractChange]:
    evolution = facts.plan.contracts.evolution if facts.plan.contracts else None
    declared: dict[str, list[tuple[Path, Declared]]] = {}
    for index, entry in enumerate(evolution.changes if evolution else ()):
        if entry.dataset is not None:
            declared.setdefault(entry.dataset, []).append((("evolution", "changes", index), entry))
    for current in facts.contract_tables:
        found = _before(facts, current)
        if found is None:
            continue
        origin, before = found
        after = _facts_of(facts, current)
        about = tuple(declared.get(current.dataset, ()))
        renames = {
            entry.from_: entry.to for _, entry in about if entry.kind == "column_renamed" and entry.from_ and entry.to
        }
        changes = compare_contracts(before, after, renames)
        if origin == "live":  # a file of a version says nothing of what only a plan holds
            changes = tuple(change for change in changes if _said_in_file(change, before))
        yield ContractChange(
            current.dataset,
            current.path,
            current.contract,
            before.contract,
            origin,
            changes,
            bump_needed(changes),
            _taken(before.contract.version, current.contract.version),
            _judgement(current, before, renames),
            about,
        )


def _before(facts: "Facts", current: ContractTable) -> tuple[Origin, ContractFacts] | None:
    if facts.base is not None:
        base = next((one for one in facts.base.contract_tables if one.dataset == current.dataset), None)
        if base is not None and (base.contract.version != current.contract.version or not current.live):
            return "base", _facts_of(facts.base, base)
        if base is not None and _facts_of(facts.base, base) != _facts_of(facts, current):
            return "base", _facts_of(facts.base, base)
    live = [one for one in current.live if one.table is not None]
    if not live:
        return None
    newest = max(live, key=_rank)
    promise = newest.document.promise if newest.document else None
    contract = current.contract.model_copy(
        update={
            "version": newest.version,
            "live_versions": (),
            "primary_key": newest.table.primary_key if newest.table else (),
            **({"sla": promise.sla} if promise is not None and promise.sla is not None else {}),
        }
    )
    return "live", ContractFacts(contract, newest.table, _checks(facts, current.dataset))


def _rank(one: VersionTable) -> tuple[bool, tuple[int, ...]]:
    try:
        return True, parse_version(one.version or "").numbers
    except ValueError:
        return False, ()


def _said_in_file(change: Change, before: ContractFacts) -> bool:
    if not change.rule_id.startswith("CTR-"):
        return True
    return change.rule_id.startswith("CTR-SLA-") and before.contract.sla is not None and bool(change.before)


def _facts_of(facts: "Facts", one: ContractTable) -> ContractFacts:
    return ContractFacts(one.contract, one.current.table, _checks(facts, one.dataset))


def _checks(facts: "Facts", dataset: str) -> tuple[Check, ...]:
    quality = facts.plan.quality
    return tuple(check for check in (quality.checks if quality else ()) if check.dataset == dataset)


def _taken(old: str | None, new: str | None) -> Bump | None:
    try:
        return step_taken(old or "", new or "")
    except ValueError:
        return None


def _judgement(current: ContractTable, before: ContractFacts, renames: Mapping[str, str]) -> Judgement | None:
    mode, table = current.contract.compatibility, current.current.table
    if mode is None or table is None or before.table is None:
        return None
    new = Schema("table", table, current.contract.version or "", renames)
    olds = [Schema("table", one.table, one.version or "") for one in sorted(current.live, key=_rank) if one.table]
    last = Schema("table", before.table, before.contract.version or "")
    return judge(mode, new, [*(one for one in olds if one.version != last.version), last])


def consumers_told(facts: "Facts", dataset: str, element: str | None) -> tuple[Told, ...]:
    """Give every consumer that a change of a dataset reaches, in any plan, with its migration if the plan lists one.

    A migration is that of a consumer by its id, or of all consumers of another plan by its id. With `element` it
    is about that change, or about none in particular.
    """
    contracts = facts.plan.contracts
    evolution = contracts.evolution if contracts else None
    listed: Sequence[tuple[int, Migration]] = list(enumerate(evolution.migrations if evolution else ()))
    pins = _pins(facts, dataset)
    atlas = facts.landscape.atlas
    reached = atlas.reach(dataset) if dataset in atlas.entries else ()
    found = []
    for one in reached:
        name = one.consumer.id if one.consumer else one.entry.id
        names = {name} if one.plan.id == facts.plan.id else {one.plan.id, name}
        entry = next(
            (
                (index, migration)
                for index, migration in listed
                if migration.consumer in names
                and migration.dataset in {dataset, None}
                and (element is None or migration.change in {element, None})
            ),
            None,
        )
        path: Path = ("evolution", "migrations", entry[0]) if entry else ("evolution", "migrations")
        pinned = pins.get(name) or pins.get(one.plan.id) or (one.consumer.pinned if one.consumer else None)
        found.append(Told(one, pinned, entry[1] if entry else None, path))
    return tuple(found)


def _pins(facts: "Facts", dataset: str) -> Mapping[str, str]:
    contracts = facts.plan.contracts.contracts if facts.plan.contracts else ()
    entries = next((one.consumers for one in contracts if one.dataset == dataset), None)
    if not isinstance(entries, tuple):
        return {}
    return {entry.consumer: entry.pinned for entry in entries if entry.pinned}


def sunset_of(change: ContractChange, one: Change) -> date | None:
    """Give the day until which what a change takes away can be read: of its entry, else of the older version."""
    entry = change.announced(one)
    if entry is not None and entry.sunset is not None:
        return entry.sunset
    days = [live.sunset for live in change.contract.live_versions if live.sunset is not None]
    return max(days, default=None)

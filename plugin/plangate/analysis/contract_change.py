"""What became of each contract since its last version, whom that reaches, and what each of them has agreed to.

A contract is compared with the same one at the base revision; where there is no base, or nothing differs from it, with
the newest of its older versions that is still served and written in a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from plangate.analysis.atlas import Reached
from plangate.analysis.compatibility.change import Bump, Change, Verdict, bump_needed
from plangate.analysis.compatibility.compare import Schema, compare
from plangate.analysis.compatibility.contract_facts import ContractFacts
from plangate.analysis.compatibility.judge import Judgement, judge
from plangate.analysis.compatibility.versions import Scheme, parse_version, step_taken
from plangate.analysis.contract_table import ContractTable, VersionTable
from plangate.analysis.terms import refused
from plangate.model.contracts import BREAKING, Contract, Migration
from plangate.model.contracts import Change as Declared
from plangate.model.plan import Plan
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
        "AVRO-A24",
        "AVRO-A24-LOGICAL",
        "AVRO-A25",
    }
)
"""Changes of what a value means that leave its name and its kind of type as they were."""


class Told(Struct, frozen=True):
    """A consumer that a change reaches, and what the plan says of its migration: the entry, with its place."""

    reached: Reached
    pinned: str | None
    migration: Migration | None = None
    path: Path = ()

    @property
    def name(self) -> str:
        """The id of the consumer in its own plan."""
        return self.reached.consumer.id if self.reached.consumer else self.reached.entry.id


class ContractChange(Struct, frozen=True):
    """A contract against its version before.

    `needed` is the step of the version that the changes of the schema ask for, `taken` the one that was made; None
    where a version cannot be read or goes down. `scheme` is how versions are counted. `judgement` is that of the
    compatibility mode; None where the mode or the tables are not known. `declared` are the entries of
    `evolution.changes` about the dataset, with their places.
    """

    dataset: str
    path: Path
    contract: Contract
    before: Contract
    origin: Origin
    changes: tuple[Change, ...]
    needed: Bump
    taken: Bump | None
    scheme: Scheme
    judgement: Judgement | None
    declared: tuple[tuple[Path, Declared], ...]

    @property
    def in_force(self) -> bool:
        """Tell whether anybody could rely on the version before: it was no draft."""
        return self.before.status != "draft"

    @property
    def schema(self) -> tuple[Change, ...]:
        """The changes of columns, keys and types."""
        return tuple(change for change in self.changes if not change.rule_id.startswith("CTR-"))

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes of the schema that break code that reads, or may."""
        return tuple(change for change in self.schema if breaks(change))

    def announced(self, element: str) -> Declared | None:
        """Give the entry of `evolution.changes` that tells of a change: about its element, old name or new."""
        element = element.casefold()
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
    scheme = (evolution.versioning if evolution else None) or "semver"
    declared: dict[str, list[tuple[Path, Declared]]] = {}
    for index, entry in enumerate(evolution.changes if evolution else ()):
        if entry.dataset is not None:
            declared.setdefault(entry.dataset, []).append((("evolution", "changes", index), entry))
    for current in facts.contract_tables:
        found = _before(facts, current)
        if found is None:
            continue
        from plangate.analysis.compatibility.contract_changes import compare_contracts  # noqa: PLC0415 -- many rules

        origin, before, version = found
        about = tuple(declared.get(current.dataset, ()))
        renames = {
            entry.from_: entry.to for _, entry in about if entry.kind == "column_renamed" and entry.from_ and entry.to
        }
        changes = compare_contracts(before, _facts_of(facts, current), renames)
        if origin == "live":  # a file of a version says nothing of what only a plan holds
            changes = tuple(change for change in changes if _said_in_file(change, before))
        schemas = _schemas([*_older(current, version), version], current.current, renames)
        own, judgement = _by_format(current.contract, schemas) if schemas is not None else (None, None)
        if own is not None:
            changes = (*own, *(change for change in changes if change.rule_id.startswith("CTR-")))
        yield ContractChange(
            current.dataset,
            current.path,
            current.contract,
            before.contract,
            origin,
            changes,
            bump_needed(change for change in changes if not change.rule_id.startswith("CTR-")),
            _taken(before.contract.version, current.contract.version, scheme),
            scheme,
            judgement,
            about,
        )


def _before(facts: "Facts", current: ContractTable) -> tuple[Origin, ContractFacts, VersionTable] | None:
    """Give the version before, and where that was found."""
    if facts.base is not None:
        base = next((one for one in facts.base.contract_tables if one.dataset == current.dataset), None)
        differs = base is not None and _facts_of(facts.base, base) != _facts_of(facts, current)
        if base is not None and (differs or not current.live):
            return "base", _facts_of(facts.base, base), base.current
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
    return "live", ContractFacts(contract, newest.table, _checks(facts, current.dataset)), newest


def _older(current: ContractTable, last: VersionTable) -> list[VersionTable]:
    """Give the versions that are served beside the one before, the oldest first."""
    return [one for one in sorted(current.live, key=_rank) if one.table is not None and one.version != last.version]


def _schemas(olds: Sequence[VersionTable], new: VersionTable, renames: Mapping[str, str]) -> tuple[Schema, ...] | None:
    """Give versions in turn, the new one last, by the rules of their format where all have one, else as tables.

    None where the new one, or the one before, is not known.
    """
    every = [*olds, new]
    kinds = {one.document.kind if one.document is not None else None for one in every}
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind == "avro" or kind == "json_schema" or kind == "protobuf":  # noqa: PLR1714 -- tells which formats are left
        raws = [one.document.raw for one in every if one.document is not None]
        return tuple(Schema(kind, raw, one.version or "") for raw, one in zip(raws, every, strict=True))
    tables = [(one.table, one.version or "") for one in every if one.table is not None]
    if new.table is None or olds[-1].table is None:
        return None
    *before, (table, version) = tables
    return (*(Schema("table", old, name) for old, name in before), Schema("table", table, version, renames))


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


def _taken(old: str | None, new: str | None, scheme: Scheme) -> Bump | None:
    try:
        return step_taken(old or "", new or "", scheme)
    except ValueError:
        return None


def _by_format(contract: Contract, schemas: Sequence[Schema]) -> tuple[tuple[Change, ...] | None, Judgement | None]:
    """Compare by the rules of the format and judge the mode; neither where a file cannot be read by those rules."""
    mode = contract.compatibility
    try:
        judgement = judge(mode, schemas[-1], schemas[:-1]) if mode is not None else None
        return (compare(schemas[-2], schemas[-1]) if schemas[-1].format != "table" else None), judgement
    except ValueError:
        return None, None


def consumers_told(facts: "Facts", dataset: str, element: str = "") -> tuple[Told, ...]:
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
                and (not element or migration.change in {element, None})
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


class Broken(Struct, frozen=True):
    """Something of a contract that breaks readers, compared or declared: what it is of, its entry of
    `evolution.changes` with its place, and the day until which the old version can be read.

    `element` is empty where the whole dataset or its contract goes.
    """

    dataset: str
    contract: Contract | None
    path: Path
    element: str
    entry: Declared | None
    at: Path
    sunset: date | None
    taken: Bump | None = None

    @property
    def name(self) -> str:
        """What breaks, in a word: `mart.orders#status`, or the dataset."""
        return f"{self.dataset}#{self.element}" if self.element else self.dataset


def broken(facts: "Facts") -> tuple[Broken, ...]:
    """Give what of a plan's contracts breaks readers: as compared with the version before, and as declared."""
    found: dict[tuple[str, str], Broken] = {}
    for one in (*_found_broken(facts), *_gone(facts), *_declared_broken(facts)):
        name = one.entry.element if one.entry is not None and one.entry.element else one.element
        found.setdefault((one.dataset, name.casefold()), one)
    return tuple(found.values())


def _found_broken(facts: "Facts") -> Iterator[Broken]:
    for change in facts.contract_changes:
        for one in change.breaking if change.in_force else ():
            entry = change.announced(one.element)
            yield Broken(
                change.dataset,
                change.contract,
                change.path,
                one.element.rpartition(".")[2],
                entry,
                next((path for path, other in change.declared if other is entry), change.path),
                (entry.sunset if entry is not None else None) or _last_sunset(change.contract),
                change.taken,
            )


def _gone(facts: "Facts") -> Iterator[Broken]:
    """Give the contracts that were in force at the base revision and are not there any more."""
    kept = {one.dataset for one in facts.contract_tables}
    declared = {one.dataset: one for one in _declared_broken(facts) if not one.element}
    for one in facts.base.contract_tables if facts.base is not None else ():
        if one.dataset in kept or one.contract.status in {"draft", "retired"}:
            continue
        told = declared.get(one.dataset)
        entry, at = (told.entry, told.at) if told is not None else (None, ("contracts",))
        sunset = entry.sunset if entry is not None else None
        yield Broken(one.dataset, None, ("contracts",), "", entry, at, sunset, "major")


def _declared_broken(facts: "Facts") -> Iterator[Broken]:
    contracts = {one.dataset: one for one in facts.contract_tables}
    evolution = facts.plan.contracts.evolution if facts.plan.contracts else None
    for index, entry in enumerate(evolution.changes if evolution else ()):
        path: Path = ("evolution", "changes", index)
        if entry.dataset is None or not _declared_breaking(facts.plan, entry, path):
            continue
        table = contracts.get(entry.dataset)
        contract = table.contract if table else None
        sunset = entry.sunset or _last_sunset(contract)
        at = table.path if table else path
        yield Broken(entry.dataset, contract, at, entry.element or "", entry, path, sunset)


def _declared_breaking(plan: Plan, entry: Declared, path: Path) -> bool:
    """Tell whether an entry is classified as breaking, or of a kind that breaks where it is not classified at all."""
    if entry.classification is not None or refused(plan, "contracts", (*path, "classification")):
        return entry.classification == "breaking"
    return entry.kind in BREAKING


def _last_sunset(contract: Contract | None) -> date | None:
    return max((live.sunset for live in (contract.live_versions if contract else ()) if live.sunset), default=None)

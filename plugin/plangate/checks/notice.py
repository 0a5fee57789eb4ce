"""Gate contracts: whether everybody whom a breaking change reaches was told in time, and what they do about it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import ceil

from msgspec import Struct

from plangate.analysis.contract_change import Broken, Told, consumers_told
from plangate.checks.evolution import SCHEMA
from plangate.checks.general import fills_nothing
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.contracts import Contract
from plangate.model.plan import Plan
from plangate.model.problem import Path, Problem, related
from plangate.model.quantity import Quantity
from plangate.model.text import is_placeholder, spoken

_MODEL, _CONTRACTS = "05-modeling.yml", "06-contracts.yml"
_STATUS = (
    "      - {name: status, type: string, nullable: false, values: [placed, shipped, cancelled], "
    "description: State of the order}\n"
)
_VERSION = "version: 1.0.0"
_EVOLUTION = "evolution: {versioning: semver, deprecation_window: 30 d}"
_TOLD = """evolution:
  versioning: semver
  deprecation_window: 30 d
  changes:
    - {dataset: mart.orders, kind: column_removed, element: status, classification: breaking, reason: Moved to a table of its own, announce: 2026-11-20, sunset: SUNSET}
  migrations:
    - {consumer: stock_report, dataset: mart.orders, change: status, steps: Read the new table, owner: data_team, by: 2026-11-28, acknowledged: ACK}
"""  # noqa: E501 -- as a plan writes it
_SERVED = "    parallel_versions: 2\n    sla:"
_READS = ("contracts.contracts", "modeling.models[].columns", "contracts.evolution")


def _evolution(sunset: str = "2027-01-15", acknowledged: str = "true") -> Edit:
    return Edit(_CONTRACTS, _EVOLUTION, _TOLD.replace("SUNSET", sunset).replace("ACK", acknowledged))


_MAJOR = (Edit(_MODEL, _STATUS, ""), Edit(_CONTRACTS, _VERSION, "version: 2.0.0"))
_PARALLEL = Edit(_CONTRACTS, "    sla:", _SERVED)
MIGRATIONS: Path = ("evolution", "migrations")


class Lack(Struct, frozen=True):
    """What the migration of a consumer lacks: the field that has to change, none where there is no entry, and why."""

    field: str | None
    why: str


_NO_STEPS = Lack("steps", "its migration does not say in `steps` what they change")

_WHAT_CHANGES = ("contracts.evolution.changes.dataset", "contracts.evolution.changes.element")
"""What an entry has to say before anybody can tell which change it announces."""


@rule(
    "CON005",
    "Every consumer that a breaking change reaches has a migration and knows of it",
    scope="plan",
    tiers=FROM_B,
    reason="A registry tells producers that a change breaks somebody. Only a plan knows whom, and whether they agreed.",
    reads=(*_READS, "context.consumers"),
    applies=lambda subject: bool(subject.facts.broken_contracts),
    where="a change of a contract breaks readers",
    fails=(*_MAJOR, _PARALLEL, _evolution(acknowledged="false")),
    passes=(*_MAJOR, _PARALLEL, _evolution()),
)
def consumers_migrate(subject: Subject) -> Iterator[Problem]:
    """For each breaking change, compared or declared, every consumer that it reaches in any plan, over whatever is
    built in between, has an entry in `evolution.migrations` that says in `steps` what they change, is acknowledged and
    done by the sunset.
    """
    missing: dict[tuple[str, str], list[tuple[Broken, Told, Lack]]] = {}
    for one in subject.facts.broken_contracts:
        for told in consumers_told(subject.facts, one.dataset, one.element):
            if lack := unready(subject.plan, one, told):
                missing.setdefault((told.reached.plan.id, told.name), []).append((one, told, lack))
    for (plan, name), entries in missing.items():
        one, told, lack = entries[0]
        owner, listed = told.reached.entry.node.owner, told.name if plan == subject.plan.id else plan
        by = f" ({owner})" if owner else ""
        who = f"{name}{by}" if listed == name else f"Plan {plan}, for its {name}{by},"
        what = spoken([entry.name for entry, _, _ in entries])
        found = getattr(told.migration, lack.field) if lack.field else None
        yield Problem(
            "CON005",
            f"{who} is reached by the change of {what}: {lack.why}",
            "contracts",
            (*told.path, lack.field) if lack.field else told.path,
            str(found).lower() if isinstance(found, bool) else str(found) if found else None,
            _asked(subject.plan, one, lack, listed),
            _agreed(subject.plan, told, entry_text(subject.plan, one, listed, owner)),
            cause=_cause(subject.plan, entries),
            absent=found is None,
            undetermined=unread(subject.plan, one.at)
            or unread(subject.plan, told.path)
            or subject.refused("modeling.models.columns"),
        )


def _asked(plan: Plan, one: Broken, lack: Lack, consumer: str) -> str:
    """Say what has to stand in place of what a migration lacks."""
    by = done_by(plan, one)
    if lack.field is None:
        return f"a migration with `consumer: {consumer}` and its `steps`, acknowledged, by {by}"
    if lack.field == "by":
        return f"no later than {by}"
    return "`acknowledged: true`" if lack.field == "acknowledged" else "`steps` that say what they change"


def done_by(plan: Plan, one: Broken) -> str:
    """Write the day until which consumers have to be off what a plan changes: the sunset, or the one that CON006 asks
    for in its place."""
    if one.sunset is None:
        return "the sunset"
    last = _sunset(plan, one)
    return f"{last}, the sunset that CON006 asks for" if last != one.sunset else f"{last}"


def _sunset(plan: Plan, one: Broken) -> date | None:
    """Give the day until which the old version can be read once the plan gives as much notice as its policy asks for;
    in tiers in which CON006 does not hold, and without an entry, the sunset as it is."""
    entry, evolution = one.entry, plan.contracts.evolution if plan.contracts else None
    if entry is None or entry.announce is None or one.sunset is None or plan.header.tier not in FROM_B:
        return one.sunset
    return max(
        one.sunset, _kept_until(entry.announce, evolution.deprecation_window if evolution else None) or one.sunset
    )


def _agreed(plan: Plan, told: Told, entry: str) -> str:
    """Say what there is to agree on, and what is written of it once it is agreed."""
    with_them = "Agree with them on the steps and the day"
    if told.migration is None:
        return f"{with_them}; then add to `evolution.migrations`{in_place(plan)}: {entry}"
    return with_them if told.migration.acknowledged else f"{with_them}, then write `acknowledged: true`"


def _cause(plan: Plan, entries: Sequence[tuple[Broken, Told, Lack]]) -> str | None:
    """Name the rule that tells already of all that a consumer's migrations lack."""
    if all(_left_open(told, lack) for _, told, lack in entries):
        return "GEN007"
    return "CON006" if all(_in_time(plan, one, told, lack) for one, told, lack in entries) else None


def _in_time(plan: Plan, one: Broken, told: Told, lack: Lack) -> bool:
    """Tell whether a migration is too late only as long as the old version ends earlier than CON006 asks for."""
    by, last = told.migration.by if told.migration else None, _sunset(plan, one)
    return lack.field == "by" and by is not None and last is not None and by <= last


def _left_open(told: Told, lack: Lack) -> bool:
    """Tell whether a migration lacks no more than what a placeholder stands for, which is told already."""
    steps = told.migration.steps if told.migration else None
    return lack == _NO_STEPS and steps is not None and fills_nothing((*told.path, "steps"), steps)


def in_place(plan: Plan) -> str:
    """Say that a list of migrations takes the place of the reason why there is none, where a plan gives one."""
    return ", in place of its `not_applicable`" if ("contracts", MIGRATIONS) in plan.not_applicable else ""


def entry_text(plan: Plan, one: Broken, consumer: str, owner: str | None) -> str:
    """Write the entry of `evolution.migrations` that a consumer of a change needs, as a plan would."""
    change = f"change: {one.element}, " if one.element else ""
    entry = (
        f"- {{consumer: {consumer}, dataset: {one.dataset}, {change}steps: <what they change>, "
        f"owner: {owner or '<team>'}, by: {_sunset(plan, one) or '<day>'}}}"
    )
    return f"`{entry}`, then `acknowledged: true` in it once they agree"


def unready(plan: Plan, one: Broken, told: Told) -> Lack | None:
    """Say what the migration of a consumer lacks in the plan that makes the change; None where it lacks nothing.

    What the plan says of migrations and nobody could read is not taken for absent.
    """
    entry = told.migration
    if (entry is None or entry.by is None) and unread(plan, MIGRATIONS):
        return None
    if entry is None:
        return Lack(None, "no migration is listed")
    if entry.by is None:
        return Lack("by", "its migration names no day")
    if one.sunset is not None and entry.by > one.sunset:
        return Lack("by", f"its migration ends on {entry.by}, after the sunset on {one.sunset}")
    if is_placeholder(entry.steps or ""):
        return _NO_STEPS
    return None if entry.acknowledged else Lack("acknowledged", "nobody there has acknowledged the migration")


def unread(plan: Plan, at: Path) -> bool:
    """Tell whether something at a place of gate contracts, in it or around it, was refused."""
    return any(gate == "contracts" and related(path, at) for gate, path in plan.broken)


@rule(
    "CON006",
    "A breaking change is announced, and the old version stays as long as the policy says",
    scope="plan",
    tiers=FROM_B,
    reason="Notice is what turns a broken report into a task somebody planned for.",
    reads=_READS,
    applies=lambda subject: bool(subject.facts.broken_contracts),
    where="a change of a contract breaks readers",
    fails=(*_MAJOR, _PARALLEL, _evolution("2026-11-30")),
    passes=(*_MAJOR, _PARALLEL, _evolution()),
)
def notice_is_given(subject: Subject) -> Iterator[Problem]:
    """A breaking change has an entry in `evolution.changes` with `announce` and `sunset`, at least `deprecation_window`
    apart, and until then two versions are served (`parallel_versions`, `live_versions`).
    """
    evolution = subject.plan.contracts.evolution if subject.plan.contracts else None
    window = evolution.deprecation_window if evolution else None
    unclear = subject.refused(*_WHAT_CHANGES, *SCHEMA)
    for one in subject.facts.broken_contracts:
        name, entry = one.name, one.entry
        if entry is None:
            # Before the version says that it breaks, CON004 asks for that.
            if one.taken == "major" and not unclear:
                message = f"The change of {name} breaks readers, and no entry of `evolution.changes` announces it"
                days = ceil(window.base / 86_400) if window is not None else 30
                sunset = subject.today + timedelta(days=days)
                element = f", element: {one.element}" if one.element else ""
                expected = (
                    f"an entry such as `{{dataset: {one.dataset}, kind: …{element}, classification: breaking, "
                    f"reason: …, announce: {subject.today}, sunset: {sunset}}}`"
                )
                yield Problem("CON006", message, "contracts", one.path, None, expected, absent=True)
            continue
        if entry.announce is None or entry.sunset is None:
            if unclear:
                continue
            lacks = spoken([field for field in ("announce", "sunset") if getattr(entry, field) is None])
            message = f"The change of {name} breaks readers and has no {lacks}"
            yield Problem("CON006", message, "contracts", one.at, None, "`announce` and `sunset`", absent=True)
            continue
        notice = (entry.sunset - entry.announce).days
        if window is not None and notice * 86_400 < window.base:
            kept = _kept_until(entry.announce, window)
            least = f"{kept} or later, " if kept else ""
            yield Problem(
                "CON006",
                f"{name} is announced on {entry.announce} and gone on {entry.sunset}: {notice} d of notice, the "
                f"policy asks for {window}",
                "contracts",
                (*one.at, "sunset"),
                str(entry.sunset),
                f"{least}{window} after {entry.announce}",
                _announced_earlier(entry.sunset, window, subject.today),
            )
        contract = one.contract
        if contract is None:
            continue
        if contract.live_versions:
            yield from _gone_early(one, contract, entry.sunset)
        elif (contract.parallel_versions or 1) < 2:
            ends = _sunset(subject.plan, one)
            place = subject.written("contracts", one.path)
            older = f"live_versions: [{{version: {_older(contract.version)}, sunset: {ends}}}]"
            yield Problem(
                "CON006",
                f"{name} breaks readers, and only one version of {one.dataset} is served until it ends ({ends} at the "
                "earliest)",
                "contracts",
                (*one.path, "parallel_versions"),
                str(contract.parallel_versions or 1),
                "at least 2: `parallel_versions: 2`",
                f"Or name in `{place}` the older one, the version that readers have today: `{older}`",
                absent=contract.parallel_versions is None,
            )


def _announced_earlier(sunset: date, window: Quantity, today: date) -> str:
    """Say what gives more notice: a later end, or an earlier word, where there is time for one."""
    days = timedelta(days=ceil(window.base / 86_400))
    if sunset - today >= days:
        earlier = f"announce the change on {sunset - days} already, and readers have to be off it by {sunset}"
        return f"Serve the old version until then, or {earlier}"
    return "Serve the old version until then"


def _kept_until(announce: date, window: Quantity | None) -> date | None:
    """Give the first day that is as far from an announcement as the policy asks; None where the calendar ends."""
    days = ceil(window.base / 86_400) if window is not None else 0
    # A sunset that never comes is written as 9999-12-31.
    return announce + timedelta(days=days) if days <= (date.max - announce).days else None


def _gone_early(one: Broken, contract: Contract, until: date) -> Iterator[Problem]:
    """Tell of older versions that all end before the change does, so that nobody can read on until then."""
    ends = [(live.sunset, index) for index, live in enumerate(contract.live_versions) if live.sunset is not None]
    if len(ends) < len(contract.live_versions) or max(ends)[0] >= until:
        return
    last, index = max(ends)
    yield Problem(
        "CON006",
        f"{one.name} ends on {until}, and the older version {contract.live_versions[index].version} of {one.dataset} "
        f"is served until {last} only",
        "contracts",
        (*one.path, "live_versions", index, "sunset"),
        str(last),
        f"{until} or later",
    )


def _older(version: str | None) -> str:
    """Write the first version of the major one before, an ellipsis where it cannot be counted."""
    major = (version or "").split(".")[0]
    return f"{int(major) - 1}.0.0" if major.isdecimal() and int(major) > 0 else "…"

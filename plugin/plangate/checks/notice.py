"""Gate contracts: whether everybody whom a breaking change reaches was told in time, and what they do about it."""

from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil

from plangate.analysis.contract_change import Broken, Told, consumers_told
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
_NO_STEPS = "its migration does not say in `steps` what they change"

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
    missing: dict[tuple[str, str], list[tuple[Broken, Told, str]]] = {}
    for one in subject.facts.broken_contracts:
        for told in consumers_told(subject.facts, one.dataset, one.element):
            if why := unready(subject.plan, one, told):
                missing.setdefault((told.reached.plan.id, told.name), []).append((one, told, why))
    for (plan, name), entries in missing.items():
        one, told, why = entries[0]
        owner, listed = told.reached.entry.node.owner, told.name if plan == subject.plan.id else plan
        by = f" ({owner})" if owner else ""
        who = f"{name}{by}" if listed == name else f"Plan {plan}, for its {name}{by},"
        what = spoken([entry.name for entry, _, _ in entries])
        yield Problem(
            "CON005",
            f"{who} is reached by the change of {what}: {why}",
            "contracts",
            told.path,
            told.migration.by.isoformat() if told.migration and told.migration.by else None,
            f"a migration with `consumer: {listed}` and its `steps`, acknowledged, by {one.sunset or 'the sunset'}",
            _agreed(subject.plan, told, entry_text(one, listed, owner)),
            cause="GEN007" if all(_left_open(told, why) for _, told, why in entries) else None,
            absent=told.migration is None,
            undetermined=unread(subject.plan, one.at) or subject.refused("modeling.models.columns"),
        )


def _agreed(plan: Plan, told: Told, entry: str) -> str:
    """Say what there is to agree on, and what is written of it once it is agreed."""
    with_them = "Agree with them on the steps and the day"
    if told.migration is None:
        return f"{with_them}; then add to `evolution.migrations`{in_place(plan)}: {entry}"
    return with_them if told.migration.acknowledged else f"{with_them}, then write `acknowledged: true`"


def _left_open(told: Told, why: str) -> bool:
    """Tell whether a migration lacks no more than what a placeholder stands for, which is told already."""
    steps = told.migration.steps if told.migration else None
    return why == _NO_STEPS and steps is not None and fills_nothing((*told.path, "steps"), steps)


def in_place(plan: Plan) -> str:
    """Say that a list of migrations takes the place of the reason why there is none, where a plan gives one."""
    return ", in place of its `not_applicable`" if ("contracts", MIGRATIONS) in plan.not_applicable else ""


def entry_text(one: Broken, consumer: str, owner: str | None) -> str:
    """Write the entry of `evolution.migrations` that a consumer of a change needs, as a plan would."""
    change = f"change: {one.element}, " if one.element else ""
    return (
        f"`- {{consumer: {consumer}, dataset: {one.dataset}, {change}steps: <what they change>, "
        f"owner: {owner or '<team>'}, by: {one.sunset or '<day>'}}}`, then `acknowledged: true` in it once they agree"
    )


def unready(plan: Plan, one: Broken, told: Told) -> str:
    """Say what the migration of a consumer lacks in the plan that makes the change; nothing where it lacks nothing.

    What the plan says of migrations and nobody could read is not taken for absent.
    """
    entry = told.migration
    if (entry is None or entry.by is None) and unread(plan, MIGRATIONS):
        return ""
    if entry is None:
        return "no migration is listed"
    if entry.by is None:
        return "its migration names no day"
    if one.sunset is not None and entry.by > one.sunset:
        return f"its migration ends on {entry.by}, after the sunset on {one.sunset}"
    if is_placeholder(entry.steps or ""):
        return _NO_STEPS
    return "" if entry.acknowledged else "nobody there has acknowledged the migration"


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
    for one in subject.facts.broken_contracts:
        name, entry = one.name, one.entry
        if entry is None:
            # Before the version says that it breaks, CON004 asks for that.
            if one.taken == "major" and not subject.refused(*_WHAT_CHANGES):
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
                "Serve the old version longer",
            )
        contract = one.contract
        if contract is None or (contract.parallel_versions or 1) >= 2:
            continue
        if contract.live_versions:
            yield from _gone_early(one, contract, entry.sunset)
        else:
            ends = max(entry.sunset, _kept_until(entry.announce, window) or entry.sunset)
            yield Problem(
                "CON006",
                f"{name} breaks readers, and only one version of {one.dataset} is served until {entry.sunset}",
                "contracts",
                (*one.path, "parallel_versions"),
                str(contract.parallel_versions or 1),
                "at least 2: `parallel_versions: 2`",
                f"Or name the older one: `live_versions: [{{version: {_older(contract.version)}, sunset: {ends}}}]`",
                absent=contract.parallel_versions is None,
            )


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

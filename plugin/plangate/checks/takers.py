"""What plans take from each other: the promised version, in time, and what happens when it changes."""

from collections.abc import Iterator

from plangate.analysis.compatibility.versions import satisfies
from plangate.analysis.contract_change import Broken, consumers_told
from plangate.analysis.derived import consumers_of
from plangate.analysis.facts import Facts
from plangate.checks.collisions import margin
from plangate.checks.later import Later, dates_before, first_free
from plangate.checks.notice import MIGRATIONS, entry_text, in_place, unread, unready
from plangate.checks.portfolio import second, stands
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.context import Consumer
from plangate.model.contracts import Contract, Migration
from plangate.model.plan import Plan
from plangate.model.problem import HEADER, Path, Problem
from plangate.model.text import spoken

_TAKEN = "sources: [{id: orders, datasets: [{id: mart.orders}]}]\n"
_WINDOW = "deprecation_window: 30 d"
_DROPPED = (
    ", changes: [{dataset: mart.orders, kind: column_removed, element: status, classification: breaking, "
    "reason: Moved to another table, announce: 2026-11-20, sunset: 2027-01-15}]"
)
_PINS = ("context.consumers[].pinned", "contracts.contracts[].consumers[].pinned")


@rule(
    "PLN002",
    "What is taken from another plan is promised there in a version that fits, and is there in time",
    scope="portfolio",
    tiers=("A", "B", "C"),
    reason="A plan that builds on a table which comes later, or in another version, goes live on nothing.",
    reads=(
        "sources.sources",
        "modeling.models[].depends_on",
        "context.consumers[].reads",
        "context.consumers[].pinned",
        "contracts.contracts",
    ),
    applies=lambda subject: (
        stands(subject)
        and (bool(_taken_from_others(subject)) or subject.refused(*_PINS) or any(_pins_here(subject.plan)))
    ),
    where="the plan is neither over nor replaced, and reads what others build, or its consumers pin what it builds",
    fails=second(context="consumers: [{id: board, reads: [mart.orders], pinned: ^2}]\n"),
    passes=second(context="consumers: [{id: board, reads: [mart.orders], pinned: ^1}]\n"),
)
def taken_as_promised(subject: Subject) -> Iterator[Problem]:
    """Of each dataset that another plan builds, that plan serves a version which the pin accepts, where one is pinned,
    and it is live, or goes live no later than this plan. What consumers of this plan pin of its own datasets, its own
    contracts serve.
    """
    plan = subject.plan
    late: dict[str, list[str]] = {}
    mine = plan.header.go_live
    for name, other in _taken_from_others(subject):
        theirs = other.header.go_live
        if other.header.intent != "live" and mine is not None and theirs is not None and theirs > mine:
            late.setdefault(other.id, []).append(name)
        yield from _unfit(subject, name, other)
    for one, names in late.items():
        theirs = subject.facts.landscape.by_id[one].header.go_live
        assert mine is not None and theirs is not None  # noqa: PT018, S101 -- they were compared
        along = spoken(list(dates_before(plan, theirs)))
        free = first_free(plan, mine, subject.facts.landscape.by_id[one], theirs, margin(subject))
        yield Problem(
            "PLN002",
            f"{spoken(names)} {'come' if len(names) > 1 else 'comes'} from plan {one}, which goes live on "
            f"{theirs:%Y-%m-%d}, after this plan on {mine:%Y-%m-%d}",
            HEADER,
            ("go_live",),
            f"{mine:%Y-%m-%d}",
            f"{free.at:%Y-%m-%d %H:%M} UTC or later{_not_before(free)}",
            f"Go live then{f' and move {along} along' if along else ''}; or settle with them what is read until then",
        )
    yield from _unfit_here(subject)


def _not_before(free: Later) -> str:
    """Say what keeps a plan from going live on the day itself on which another one does."""
    if free.meets is None:
        return ""
    one = free.meets
    return f", after the {one.name} of plan {one.plan} is over ({one.end:%Y-%m-%d %H:%M} UTC)"


def _taken_from_others(subject: Subject) -> tuple[tuple[str, Plan], ...]:
    landscape, plan = subject.facts.landscape, subject.plan
    return tuple(
        (name, landscape.by_id[one])
        for name in sorted(landscape.used.get(plan.id, ()))
        for one in landscape.producers.get(name, ())
        if one != plan.id
    )


def _unfit(subject: Subject, name: str, other: Plan) -> Iterator[Problem]:
    """Tell of pins on a dataset that no version which the other plan serves satisfies."""
    plan = subject.plan
    contract = next(
        (one for one in (other.contracts.contracts if other.contracts else ()) if one.dataset == name), None
    )
    if contract is None:
        return  # CON001 asks the other plan for one
    served = _served(contract)
    pins: list[tuple[str, str, Path, str | None]] = [
        (
            consumer.pinned,
            "context",
            ("consumers", index, "pinned"),
            _pinned_alone(subject, consumer, other, contract),
        )
        for index, consumer in enumerate(subject.plan.context.consumers if subject.plan.context else ())
        if consumer.pinned and name in consumer.reads
    ]
    pins += [
        (dataset.pinned, "sources", ("sources", index, "datasets", place, "pinned"), None)
        for index, source in enumerate(plan.sources.sources if plan.sources else ())
        for place, dataset in enumerate(source.datasets)
        if dataset.pinned and dataset.id == name
    ]
    if isinstance(contract.consumers, tuple):
        node = subject.facts.lineage.by_id.get(name)
        pins += [
            (entry.pinned, node.gate, node.path, None)
            for entry in contract.consumers
            if entry.pinned and entry.consumer == subject.plan.id and node is not None
        ]
    write = f"Write `pinned: {_pin(served[0])}` once you read that version" if served else None
    for pin, gate, path, hint in pins:
        if wrong := _unreadable(pin):
            yield Problem("PLN002", wrong, gate, path, pin, "versions such as ^1")
        elif not any(_accepts(pin, version) for version in served):
            yield Problem(
                "PLN002",
                f"{name} is pinned to {pin}, plan {other.id} serves {spoken(served) or 'no version'}",
                gate,
                path,
                pin,
                _accepted(name, served, alone=hint is not None),
                hint or write,
            )


def _unfit_here(subject: Subject) -> Iterator[Problem]:
    """Tell of pins of the plan's own consumers that no version which its own contracts serve satisfies."""
    plan = subject.plan
    for contract, consumer, pin, gate, path in _pins_here(plan):
        served = _served(contract)
        if wrong := _unreadable(pin):
            yield Problem("PLN002", wrong, gate, path, pin, "versions such as ^1")
        if wrong or not served or any(_accepts(pin, version) for version in served):
            continue  # CON002 asks for a version where there is none
        alone = _pinned_alone(subject, consumer, plan, contract) if gate == "context" else None
        yield Problem(
            "PLN002",
            f"{consumer.id} pins {contract.dataset} to {pin}, the contract here serves {spoken(served)}",
            gate,
            path,
            pin,
            _accepted(contract.dataset or "", served, alone=alone is not None),
            alone
            or f"Write `pinned: {_pin(served[0])}` once it reads that version, or name the one that it reads "
            "in `live_versions` of the contract",
        )


def _pins_here(plan: Plan) -> Iterator[tuple[Contract, Consumer, str, str, Path]]:
    """Give what consumers of a plan pin of its own datasets: contract, consumer, pin, and the place of the pin.

    What the contract says of a consumer comes before what the consumer says of everything that it reads.
    """
    readers = {one.id: (index, one) for index, one in enumerate(plan.context.consumers if plan.context else ())}
    for index, contract in enumerate(plan.contracts.contracts if plan.contracts else ()):
        listed = contract.consumers if isinstance(contract.consumers, tuple) else ()
        for place, entry in enumerate(listed):
            if entry.pinned and entry.consumer in readers:
                path: Path = ("contracts", index, "consumers", place, "pinned")
                yield contract, readers[entry.consumer][1], entry.pinned, "contracts", path
        told = {entry.consumer for entry in listed if entry.pinned}
        for place, consumer in readers.values():
            if consumer.pinned and contract.dataset in consumer.reads and consumer.id not in told:
                yield contract, consumer, consumer.pinned, "context", ("consumers", place, "pinned")


def _served(contract: Contract) -> list[str]:
    return [version for version in (contract.version, *(one.version for one in contract.live_versions)) if version]


def _pin(version: str) -> str:
    """Write the pin that accepts whatever does not break who reads a version: `^3`."""
    return f"^{version.partition('.')[0]}"


def _accepted(dataset: str, served: list[str], *, alone: bool) -> str:
    """Write the pins that would do, and that they stand elsewhere where the pin here holds for other datasets too."""
    pins = spoken([_pin(version) for version in served])
    return f"{pins} for {dataset}, pinned by itself in its contract" if alone else pins or "a version that is served"


def _pinned_alone(subject: Subject, consumer: Consumer, other: Plan, contract: Contract) -> str | None:
    """Say how one dataset of several that a consumer reads is pinned by itself, in the plan that makes it, and where
    the pin of the others goes when it cannot stay."""
    others, served = [name for name in consumer.reads if name != contract.dataset], _served(contract)
    if not others or not served or other.contracts is None:
        return None
    pin = _entry(subject.plan, consumer, other, contract, _pin(served[0]))
    if other.id == subject.plan.id:
        return f"It holds for {spoken(others)} too; pin this one by itself in {pin}"
    held = _contracts_of(subject, others)
    lost = [name for name in others if name not in held]
    told = [f"Take `pinned: {consumer.pinned}` out here, where it holds for {spoken(others)} too"]
    if lost:
        told.append(f"{spoken(lost)} {'has' if len(lost) == 1 else 'have'} no contract that could pin it")
    told += [
        f"keep it for {name} in {_entry(subject.plan, consumer, *held[name], consumer.pinned)}"
        for name in others
        if name in held
    ]
    return f"{'; '.join(told)}; and pin {contract.dataset} in {pin}"


def _contracts_of(subject: Subject, names: list[str]) -> dict[str, tuple[Plan, Contract]]:
    """Give the contracts of datasets, each with the plan that makes it."""
    landscape = subject.facts.landscape
    makers = [landscape.by_id[one] for name in names for one in landscape.producers.get(name, ())]
    return {
        contract.dataset: (plan, contract)
        for plan in makers
        for contract in (plan.contracts.contracts if plan.contracts else ())
        if contract.dataset in names
    }


def _entry(reading: Plan, consumer: Consumer, plan: Plan, contract: Contract, pin: str | None) -> str:
    """Write the consumers of a contract with one pinned, a consumer of the same plan or else the plan that reads."""
    index = (plan.contracts.contracts if plan.contracts else ()).index(contract)
    here = plan.id == reading.id
    reader = consumer.id if here else reading.id
    entries = contract.consumers if isinstance(contract.consumers, tuple) else ()
    pins = {**{entry.consumer: entry.pinned for entry in entries}, reader: pin}
    known = [name for name in consumers_of(plan, contract) if name != reader]
    listed = [f"{{consumer: {name}{f', pinned: {pins[name]}' if pins.get(name) else ''}}}" for name in (*known, reader)]
    where = "gate contracts here" if here else f"gate contracts of plan {plan.id}"
    instead = " in place of `from_context`" if contract.consumers == "from_context" else ""
    return f"{where}, at `contracts[{index}]`: `consumers: [{', '.join(listed)}]`{instead}"


def _unreadable(pin: str) -> str | None:
    """Say why a text is no pin; None where it is one."""
    try:
        satisfies("0.0.0", pin)
    except ValueError as error:
        return str(error)
    return None


def _accepts(pin: str, version: str) -> bool:
    try:
        return satisfies(version, pin)
    except ValueError:
        return True  # CON002 tells of what is no version


@rule(
    "PLN008",
    "A breaking change of another plan is in the migrations of whoever reads it",
    scope="portfolio",
    tiers=("A", "B", "C"),
    reason="A plan that reads a column which another plan drops has to plan the day on which it stops.",
    reads=("contracts.evolution", "sources.sources", "modeling.models[].depends_on"),
    applies=lambda subject: stands(subject) and bool(_taken_from_others(subject)),
    where="the plan is neither over nor replaced, and reads what others build",
    fails=(*second(sources=_TAKEN), Edit("06-contracts.yml", f"{_WINDOW}}}", _WINDOW + _DROPPED + "}")),
    passes=(
        *second(sources=_TAKEN),
        Edit(
            "06-contracts.yml",
            f"{_WINDOW}}}",
            _WINDOW + _DROPPED + ", migrations: [{consumer: second-plan, dataset: mart.orders, by: 2027-01-10}]}",
        ),
    ),
)
def migrations_are_planned(subject: Subject) -> Iterator[Problem]:
    """For each breaking change of a dataset that the plan takes from another one there is a migration, here or with the
    plan's id there, that ends no later than the old version does.
    """
    for name, other in _taken_from_others(subject):
        facts = subject.facts.of(other.id)
        for one in facts.broken_contracts if facts else ():
            if one.dataset != name:
                continue
            days = [entry.by for entry in _migrations(subject.plan, other, one.dataset, one.element)]
            if not any(days) and any(unread(plan, MIGRATIONS) for plan in (subject.plan, other)):
                continue
            node = subject.facts.lineage.by_id.get(name)
            gate, path = (node.gate, node.path) if node else (HEADER, ("depends_on",))
            ends = f", which ends on {one.sunset}" if one.sunset else ""
            cause = "CON005" if facts is not None and _told_there(subject.plan, facts, one) else None
            if not days:
                yield Problem(
                    "PLN008",
                    f"Plan {other.id} changes {one.name}{ends}: gate contracts of neither plan lists a migration of "
                    f"{subject.plan.id} in `evolution.migrations`",
                    gate,
                    path,
                    None,
                    f"an entry of `evolution.migrations` by {one.sunset or 'the sunset'}",
                    f"Settle the day with the owner of {name}; plan {other.id} then lists{in_place(other)}: "
                    + entry_text(one, subject.plan.id, subject.plan.header.accountable),
                    cause=cause,
                    cause_plan=cause and other.id,
                )
            elif one.sunset is not None and all(day is None or day > one.sunset for day in days):
                yield Problem(
                    "PLN008",
                    f"Plan {other.id} ends {one.name} on {one.sunset}, this plan's migration is done on "
                    f"{max(day for day in days if day) if any(days) else 'no stated day'}",
                    gate,
                    path,
                    str(next((day for day in days if day), "")) or None,
                    f"{one.sunset} or earlier",
                    cause=cause,
                    cause_plan=cause and other.id,
                )


def _told_there(plan: Plan, facts: Facts, one: Broken) -> bool:
    """Tell whether the plan that makes a change is told itself that the migration of this one lacks something."""
    reached = (told for told in consumers_told(facts, one.dataset, one.element) if told.reached.plan.id == plan.id)
    return facts.plan.header.tier in FROM_B and any(unready(facts.plan, one, told) for told in reached)


def _migrations(plan: Plan, other: Plan, dataset: str, element: str) -> Iterator[Migration]:
    """Give the migrations of a plan off a change of another one, wherever they are listed."""
    own = plan.contracts.evolution if plan.contracts else None
    there = other.contracts.evolution if other.contracts else None
    names = {plan.id, *(one.id for one in (plan.context.consumers if plan.context else ()))}
    for evolution, known in ((own, None), (there, names)):
        for entry in evolution.migrations if evolution else ():
            named = not element or (entry.change or element).casefold() == element.casefold()
            about = entry.dataset in {dataset, None} and named
            if about and (known is None or entry.consumer in known):
                yield entry

"""What plans take from each other: the promised version, in time, and what happens when it changes."""

from collections.abc import Iterator, Sequence

from plangate.analysis.contract_change import Broken, consumers_told
from plangate.analysis.facts import Facts
from plangate.analysis.terms import refused
from plangate.checks.collisions import margin
from plangate.checks.later import Later, dates_before, first_free
from plangate.checks.notice import MIGRATIONS, done_by, entry_text, in_place, unread, unready
from plangate.checks.pins import pins_here, unfit, unfit_here
from plangate.checks.portfolio import second, stands
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.contracts import Migration
from plangate.model.plan import JUDGED, Plan
from plangate.model.problem import HEADER, Problem
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
        and (bool(_taken_from_others(subject)) or subject.refused(*_PINS) or any(pins_here(subject.plan)))
    ),
    where="the plan is neither over nor replaced, and reads what others build, or its consumers pin what it builds",
    fails=second(context="consumers: [{id: board, reads: [mart.orders], pinned: ^2}]\n"),
    passes=second(context="consumers: [{id: board, reads: [mart.orders], pinned: ^1}]\n"),
)
def taken_as_promised(subject: Subject) -> Iterator[Problem]:
    """Of each dataset that another plan builds, that plan serves a version which the pin accepts, where one is pinned,
    and it is live, or says that it goes live no later than this plan. What consumers of this plan pin of its own
    datasets, its own contracts serve.
    """
    plan = subject.plan
    late: dict[str, list[str]] = {}
    undated: dict[str, list[str]] = {}
    mine = plan.header.go_live
    for name, other in _taken_from_others(subject):
        theirs = other.header.go_live
        if other.header.intent != "live" and theirs is None and (mine is not None or subject.in_review):
            undated.setdefault(other.id, []).append(name)
        elif other.header.intent != "live" and mine is not None and theirs is not None and theirs > mine:
            late.setdefault(other.id, []).append(name)
        yield from unfit(subject, name, other)
    for one, names in undated.items():
        yield from _undated(subject, names, subject.facts.landscape.by_id[one])
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
    yield from unfit_here(subject)


def _undated(subject: Subject, names: Sequence[str], other: Plan) -> Iterator[Problem]:
    """Tell of datasets from a plan that is not live and does not say when it will be."""
    if refused(other, HEADER, ("go_live",)):
        return
    node, mine = subject.facts.lineage.by_id[names[0]], subject.plan.header.go_live
    cause = "BND004" if other.header.intent in JUDGED else None
    yield Problem(
        "PLN002",
        f"{spoken(names)} {'come' if len(names) > 1 else 'comes'} from plan {other.id}, which does not say when it "
        "goes live",
        node.gate,
        node.path,
        other.header.intent,
        f"`go_live` in plan {other.id}{f', by {mine:%Y-%m-%d %H:%M} UTC' if mine else ''}",
        "Settle the day with them, or what is read until then",
        cause=cause,
        cause_plan=cause and other.id,
    )


def _not_before(free: Later) -> str:
    """Say what keeps a plan from going live on the day itself on which another one does."""
    if free.meets is None:
        return ""
    one = free.meets
    return f", after the {one.name} of plan {one.plan} is over ({one.end:%Y-%m-%d %H:%M} UTC)"


def _taken_from_others(subject: Subject) -> tuple[tuple[str, Plan], ...]:
    """Give what the plan takes from others with the plan that builds it, of several the one that was there first."""
    landscape, plan = subject.facts.landscape, subject.plan
    return tuple(
        (name, landscape.by_id[landscape.first(builders)])
        for name in sorted(landscape.used.get(plan.id, ()))
        if (builders := landscape.producers.get(name))
    )


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
                    f"Plan {other.id} changes {one.name}{ends}: neither plan lists a migration of "
                    f"{subject.plan.id} in its gate contracts, `evolution.migrations`",
                    gate,
                    path,
                    None,
                    f"an entry of `evolution.migrations` by {done_by(other, one)}",
                    f"Settle the day with the owner of {name}; plan {other.id} then lists{in_place(other)}: "
                    + entry_text(other, one, subject.plan.id, subject.plan.header.accountable),
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
                    f"no later than {done_by(other, one)}",
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

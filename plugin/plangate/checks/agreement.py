"""Plans that speak of the same thing: owners, metrics and sources, described alike."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plangate.analysis.landscape import Described, Landscape
from plangate.checks.collisions import clashes
from plangate.checks.portfolio import second, stands
from plangate.checks.rule import FROM_B, Subject, rule
from plangate.model.plan import Plan
from plangate.model.problem import Path, Problem
from plangate.model.text import spoken


@rule(
    "PLN003",
    "Plans agree about who owns a dataset",
    scope="portfolio",
    tiers=FROM_B,
    reason="Two owners on paper are none at night.",
    reads=("sources.sources[].owner", "sources.sources[].datasets"),
    applies=stands,
    where="the plan is neither over nor replaced",
    fails=(*second(sources="sources: [{id: shop_db, owner: data_team, datasets: [{id: shop_db.orders}]}]\n"),),
)
def same_owner(subject: Subject) -> Iterator[Problem]:
    """The owner that a plan names for a source is the one that other plans name for its datasets, or an owner of the
    plan that builds them, of several the one that was there first. The finding is with the plan that came later.
    """
    landscape = subject.facts.landscape
    for entry in _own_descriptions(subject):
        owner = entry.source.owner
        if owner is None:
            continue
        path = ("sources", entry.index, "owner")
        if builders := landscape.producers.get(entry.dataset.id, ()):
            builder = landscape.first(builders)  # PLN001 tells the others that it is not theirs
            owners = _owners(landscape.by_id[builder], entry.dataset.id)
            if builder != subject.plan.id and owners and owner not in owners:
                yield Problem(
                    "PLN003",
                    f"{entry.dataset.id} belongs to {spoken(sorted(owners), 'or')} according to plan {builder}, "
                    f"not to {owner}",
                    "sources",
                    path,
                    owner,
                    spoken(sorted(owners), "or"),
                )
        elif others := _other_descriptions(landscape, entry):
            first = landscape.first(other.plan.id for other in (*others, entry))
            told = next((other.source.owner for other in others if other.plan.id == first), None)
            if told is not None and told != owner:
                yield Problem(
                    "PLN003",
                    f"{entry.dataset.id} belongs to {told} according to plan {first}, here to {owner}",
                    "sources",
                    path,
                    owner,
                    told,
                )


def _own_descriptions(subject: Subject) -> Iterator[Described]:
    landscape = subject.facts.landscape
    for source in subject.plan.sources.sources if subject.plan.sources else ():
        for dataset in source.datasets:
            known = landscape.described.get(dataset.id, ())
            yield from (entry for entry in known if entry.plan.id == subject.plan.id)


def _other_descriptions(landscape: Landscape, entry: Described) -> list[Described]:
    return [other for other in landscape.described.get(entry.dataset.id, ()) if other.plan.id != entry.plan.id]


def _owners(plan: Plan, dataset: str) -> frozenset[str]:
    named = {model.owner for model in (plan.modeling.models if plan.modeling else ()) if model.id == dataset}
    named |= {entry.owner for entry in (plan.contracts.contracts if plan.contracts else ()) if entry.dataset == dataset}
    named |= {owner.team for owner in plan.header.owners}
    return frozenset(name for name in named if name)


@rule(
    "PLN010",
    "A metric means the same in every plan",
    severity="warning",
    scope="portfolio",
    tiers=FROM_B,
    core=False,
    reason="Two numbers under one name are compared in a meeting sooner or later.",
    reads=("context.metrics",),
    applies=stands,
    where="the plan is neither over nor replaced",
    fails=(
        *second(
            context="metrics: [{id: orders, name: Orders per day, definition: Orders of the day, grain: [country]}]\n"
        ),
    ),
)
def one_meaning(subject: Subject) -> Iterator[Problem]:
    """Metrics of one name, in whichever case, have one formula (or definition, where none has a formula) and one grain
    in all plans. The finding is with the plan that came later.
    """
    metrics = subject.plan.context.metrics if subject.plan.context else ()
    for index, other in clashes(subject).meanings:
        metric = metrics[index]
        found: list[tuple[str, str, str]] = []
        for name in ("grain", "formula" if metric.formula and other.formula else "definition"):
            own, theirs = getattr(metric, name), getattr(other, name)
            if own and theirs and (set(own) != set(theirs) if name == "grain" else own.split() != theirs.split()):
                one, two = (", ".join(text) if name == "grain" else text for text in (own, theirs))
                found.append((name, one, two))
        if found:
            names = [name for name, *_ in found]
            yield Problem(
                "PLN010",
                f"Metric {metric.name} has another {spoken(names)} than in plan {other.plan}",
                "context",
                ("metrics", index, found[0][0]),
                _told(found, 1),
                _told(found, 2),
                f"Settle on one meaning in {spoken([f'`{name}`' for name in names])}, or give one of them another "
                "`name`",
            )


def _told(found: Sequence[tuple[str, str, str]], place: int) -> str:
    """Write the one value that differs, or several with their keys; sentences stand in quotes there."""
    if len(found) == 1:
        return found[0][place]
    told = [(entry[0], entry[place]) for entry in found]
    return ", ".join(f"{name}: {value if name == 'grain' else f'“{value}”'}" for name, value in told)


@rule(
    "PLN011",
    "Plans describe a source alike",
    severity="warning",
    scope="portfolio",
    tiers=FROM_B,
    core=False,
    reason="One of two descriptions is wrong, and one of two plans is sized by it.",
    reads=("sources.sources",),
    applies=stands,
    where="the plan is neither over nor replaced",
    fails=(
        *second(
            sources="sources: [{id: shop_db, owner: data_platform, classification: restricted, "
            "datasets: [{id: shop_db.orders}]}]\n"
        ),
    ),
)
def described_alike(subject: Subject) -> Iterator[Problem]:
    """Of a source dataset that several plans name, the rows per day differ by at most the threshold
    `volume_difference`, and classification, when data counts as late, and owner are the same. The finding is with the
    plan that came later; a lower classification is an error of the plan that has it.
    """
    landscape = subject.facts.landscape
    most = subject.policy.checklists.thresholds.volume_difference.base
    for entry in _own_descriptions(subject):
        others = _other_descriptions(landscape, entry)
        yield from _lower(entry, others)
        first = landscape.first(other.plan.id for other in (*others, entry))
        other = next((found for found in others if found.plan.id == first), None)
        if other is not None:
            yield from _differences(entry, other, most)


_ORDER = ("public", "internal", "confidential", "restricted")


def _lower(entry: Described, others: Sequence[Described]) -> Iterator[Problem]:
    """Tell of the highest classification in other plans where that is higher: it protects, whoever wrote it first."""
    own = entry.source.classification
    told = [(one, other.plan.id) for other in others if (one := other.source.classification) is not None]
    if own is None or not told:
        return
    highest, plan = max(told, key=lambda one: _ORDER.index(one[0]))
    if _ORDER.index(own) < _ORDER.index(highest):
        yield Problem(
            "PLN011",
            f"{entry.dataset.id} is {own} here and {highest} in plan {plan}",
            "sources",
            ("sources", entry.index, "classification"),
            own,
            highest,
            severity="error",
        )


def _differences(entry: Described, other: Described, most: Decimal) -> Iterator[Problem]:
    dataset, plan = entry.dataset.id, other.plan.id
    path: Path = ("sources", entry.index)
    own, theirs = entry.dataset.rows_per_day, other.dataset.rows_per_day
    if own and theirs and theirs.base.base and abs(own.base.base / theirs.base.base - 1) > most:
        yield Problem(
            "PLN011",
            f"{dataset} has {own.base} here and {theirs.base} in plan {plan}",
            "sources",
            (*path, "datasets", entry.place, "rows_per_day"),
            str(own.base),
            f"within {most * 100:.0f} % of {theirs.base}",
        )
    late, later = entry.source.freshness, other.source.freshness
    if late and later and late.error_after and later.error_after and late.error_after != later.error_after:
        yield Problem(
            "PLN011",
            f"{dataset} counts as late after {late.error_after} here and after {later.error_after} in plan {plan}",
            "sources",
            (*path, "freshness", "error_after"),
            str(late.error_after),
            str(later.error_after),
        )

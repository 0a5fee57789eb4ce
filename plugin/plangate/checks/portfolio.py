"""All plans together: who builds what, whether they agree, and what one does to another."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal

from plangate.analysis.amount import alike, amount
from plangate.analysis.landscape import Described, Landscape
from plangate.analysis.lineage import produced
from plangate.analysis.switches import Stretch, collisions_of
from plangate.checks.ages import AGES
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.plan import Plan
from plangate.model.problem import HEADER, Path, Problem

_NUMBER = {"context": "01", "sources": "02", "capacity": "03", "ingestion": "04", "cutover": "09"}
_SECOND = (
    "id: second-plan\ntitle: Another plan\nintent: draft\ntier: B\ncreated: 2026-10-01\n"
    "owners: [{team: data_platform, role: accountable}]\ngo_live: 2027-02-01T09:00:00+00:00\n"
)


def _second(header: str = "", **gates: str) -> tuple[Edit, ...]:
    """A second plan beside the first one, for examples: more of its plan.yml, and its gates by name."""
    files = {"plan.yml": _SECOND + header, **{f"{_NUMBER[gate]}-{gate}.yml": text for gate, text in gates.items()}}
    return tuple(Edit(f"../second-plan/{name}", None, text) for name, text in files.items())


def _incumbent(plans: Iterable[Plan]) -> Plan:
    """Of plans that clash the one that was there first: a live one, else the oldest."""
    return min(plans, key=lambda plan: (plan.header.intent != "live", str(plan.header.created or "9999"), plan.id))


def _stands(subject: Subject) -> bool:
    return subject.facts.landscape.stands(subject.plan)


@rule(
    "PLN001",
    "A dataset is built by one plan",
    scope="portfolio",
    reason="Two plans that write one table overwrite each other, and nobody knows whose numbers are read.",
    reads=("ingestion.pipelines[].outputs", "modeling.models", "events.streams"),
    applies=_stands,
    fails=_second(
        ingestion="pipelines: [{id: load_again, kind: ingest, inputs: [shop_db.orders], outputs: [mart.orders]}]\n"
    ),
)
def one_builder(subject: Subject) -> Iterator[Problem]:
    """No dataset that the plan builds is built by another plan that stands: one that is neither withdrawn, retired nor
    superseded. The finding is with the plan that came later.
    """
    landscape, plan = subject.facts.landscape, subject.plan
    for name in sorted(produced(plan)):
        builders = [landscape.by_id[one] for one in landscape.producers.get(name, ()) if one in landscape.by_id]
        if len(builders) < 2 or _incumbent(builders).id == plan.id:
            continue
        node = subject.facts.lineage.by_id[name]
        yield Problem(
            "PLN001",
            f"{name} is built by plan {_incumbent(builders).id} already",
            node.gate,
            node.path,
            name,
            "one plan that builds it",
            f"Read it from there, or write `supersedes: {_incumbent(builders).id}` in plan.yml if this plan is its end",
        )


@rule(
    "PLN003",
    "Plans agree about who owns a dataset",
    scope="portfolio",
    tiers=FROM_B,
    reason="Two owners on paper are none at night.",
    reads=("sources.sources[].owner", "sources.sources[].datasets"),
    applies=_stands,
    fails=(*_second(sources="sources: [{id: shop_db, owner: data_team, datasets: [{id: shop_db.orders}]}]\n"),),
)
def same_owner(subject: Subject) -> Iterator[Problem]:
    """The owner that a plan names for a source is the one that other plans name for its datasets, or an owner of the
    plan that builds them. The finding is with the plan that came later.
    """
    landscape = subject.facts.landscape
    for entry in _own_descriptions(subject):
        owner = entry.source.owner
        if owner is None:
            continue
        path = ("sources", entry.index, "owner")
        builders = [landscape.by_id[one] for one in landscape.producers.get(entry.dataset.id, ())]
        for builder in builders:
            owners = _owners(builder, entry.dataset.id)
            if builder.id != subject.plan.id and owners and owner not in owners:
                yield Problem(
                    "PLN003",
                    f"{entry.dataset.id} belongs to {' or '.join(sorted(owners))} by plan {builder.id}, not to {owner}",
                    "sources",
                    path,
                    owner,
                    " or ".join(sorted(owners)),
                )
        others = _other_descriptions(landscape, entry)
        if others and not builders:
            first = _incumbent([other.plan for other in others] + [entry.plan])
            told = next((other.source.owner for other in others if other.plan.id == first.id), None)
            if told is not None and told != owner:
                yield Problem(
                    "PLN003",
                    f"{entry.dataset.id} belongs to {told} by plan {first.id}, here to {owner}",
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
    "PLN004",
    "Plans do not wait for each other in a circle",
    scope="portfolio",
    core=False,
    reason="Of plans that each wait for the other, none can go first.",
    reads=("plan.depends_on", "sources.sources[].datasets", "ingestion.pipelines[].inputs"),
    applies=_stands,
    fails=(
        Edit("plan.yml", "domain: commerce", "domain: commerce\ndepends_on: [second-plan]"),
        *_second("depends_on: [first-plan]\n"),
    ),
)
def no_circle(subject: Subject) -> Iterator[Problem]:
    """The plans that a plan names in `depends_on`, and those whose datasets it reads, do not lead back to it."""
    landscape, plan = subject.facts.landscape, subject.plan
    cycle = landscape.cycle
    if plan.id not in cycle:
        return
    way = tuple(reversed(cycle))
    after = way[way.index(plan.id) + 1] if way[0] != plan.id else way[1]
    shared = sorted(name for name in landscape.used[plan.id] if after in landscape.producers.get(name, ()))
    node = subject.facts.lineage.by_id.get(shared[0]) if shared else None
    yield Problem(
        "PLN004",
        f"These plans wait for each other: {' → '.join(cycle)}",
        node.gate if node else HEADER,
        node.path if node else ("depends_on",),
        ", ".join(shared) or after,
        hint="Move what both need into a plan of its own, or drop one of the dependencies",
    )


@rule(
    "PLN005",
    "Readers get fresh data along the whole chain of plans",
    scope="portfolio",
    tiers=FROM_B,
    reason="A promise is built on the promises of others; when theirs does not hold, yours does not either.",
    reads=AGES,
    applies=_stands,
    fails=(
        Edit("02-sources.yml", "id: shop_db.orders", "id: shop.orders"),
        Edit("03-capacity.yml", "from: shop_db.orders", "from: shop.orders"),
        Edit("04-ingestion.yml", "inputs: [shop_db.orders]", "inputs: [shop.orders]"),
        Edit("07-quality.yml", "source: shop_db.orders", "source: shop.orders"),
        *_second(
            sources="sources: [{id: tills, arrival: {continuous: true, delay_p95: 12 h}, "
            "datasets: [{id: tills.orders}]}]\n"
            "freshness: [{dataset: shop.orders, target: 1 h}]\n",
            ingestion="pipelines:\n  - {id: load, kind: ingest, inputs: [tills.orders], outputs: [shop.orders], "
            'schedule: {cron: "0 0 * * *", timezone: UTC}}\n',
            capacity="runtimes: [{pipeline: load, p95: 30 min}]\n",
        ),
    ),
)
def fresh_across_plans(subject: Subject) -> Iterator[Problem]:
    """With the worst ages that other plans really come to, in place of what they promise, every need of the plan's
    consumers and promises still holds.
    """
    facts = subject.facts
    for need in facts.freshness.of("consumer", "promise"):
        begin = need.age.chain[0] if need.age.chain else None
        node = facts.lineage.by_id.get(begin.dataset) if begin else None
        if begin is None or begin.age is None or node is None or node.plan is None or need.age.age is None:
            continue
        other = facts.of(node.plan)
        real = other.freshness.ages.get(begin.dataset) if other is not None else None
        if real is None or real.age is None or real.age.value.base <= begin.age.value.base or not need.met:
            continue
        whole = need.age.age.value.base + real.age.value.base - begin.age.value.base
        if whole > need.need.base:
            age = alike(amount(whole, need.need.dimension), need.need)
            yield Problem(
                "PLN005",
                f"{need.dataset} is at worst {age} old, {need.need} is wanted: plan {node.plan} promises "
                f"{begin.dataset} within {begin.age} and comes to {real.age}",
                need.gate,
                need.path,
                age,
                f"at most {need.need}",
                f"Settle with the owners of {node.plan} what they can promise",
                cause="ING008",
            )


@rule(
    "PLN006",
    "Plans do not switch the same thing at the same time",
    scope="portfolio",
    reason="Two switches on one system in one night share the people, the locks and the blame.",
    reads=("cutover.cutover.window", "cutover.cutover.freeze", "cutover.cutover.steps", "cutover.backfill"),
    applies=_stands,
    fails=_second(
        cutover="cutover:\n  window: {start: 2027-01-12T08:00:00+00:00, end: 2027-01-12T10:00:00+00:00}\n"
        "  steps: [{id: s01, name: Load, owner: data_team, expected: 10 min}]\n"
    ),
)
def no_collision(subject: Subject) -> Iterator[Problem]:
    """The cutover windows of two plans that share a system, a dataset or a team are at least the threshold
    `cutover_margin` apart; what one plan freezes another one neither switches nor fills meanwhile.
    """
    plan = subject.plan
    margin = timedelta(seconds=float(subject.policy.checklists.thresholds.cutover_margin.base))
    for found in collisions_of(subject.facts.landscape, margin):
        if plan.id not in {found.first.plan, found.second.plan}:
            continue
        own, other = (found.first, found.second) if found.first.plan == plan.id else (found.second, found.first)
        if _incumbent([subject.facts.landscape.by_id[one.plan] for one in (own, other)]).id == plan.id:
            continue
        yield Problem(
            "PLN006",
            f"The {own.name} ({_when(own)}) meets the {other.name} of plan {other.plan} ({_when(other)}) on "
            f"{', '.join(found.shared)}",
            own.gate,
            own.path,
            hint="Move one of them, or give the shared part to other people",
        )


def _when(stretch: Stretch) -> str:
    return f"{stretch.start:%Y-%m-%d %H:%M} to {stretch.end:%Y-%m-%d %H:%M} UTC"


@rule(
    "PLN010",
    "A metric means the same in every plan",
    severity="warning",
    scope="portfolio",
    tiers=FROM_B,
    core=False,
    reason="Two numbers under one name are compared in a meeting sooner or later.",
    reads=("context.metrics",),
    applies=_stands,
    fails=(
        *_second(
            context="metrics: [{id: orders, name: Orders per day, definition: Orders of the day, grain: [country]}]\n"
        ),
    ),
)
def one_meaning(subject: Subject) -> Iterator[Problem]:
    """Metrics of one name, in whichever case, have one formula (or definition, where none has a formula) and one grain
    in all plans. The finding is with the plan that came later.
    """
    landscape = subject.facts.landscape
    for index, metric in enumerate(subject.plan.context.metrics if subject.plan.context else ()):
        same = landscape.metrics.get((metric.name or "").casefold(), ())
        first = _incumbent([plan for plan, _ in same] or [subject.plan])
        other = next((found for plan, found in same if plan.id == first.id), None)
        if other is None or first.id == subject.plan.id:
            continue
        for name in ("grain", "formula" if metric.formula and other.formula else "definition"):
            own, theirs = getattr(metric, name), getattr(other, name)
            if own and theirs and (set(own) != set(theirs) if name == "grain" else own.split() != theirs.split()):
                yield Problem(
                    "PLN010",
                    f"Metric {metric.name} has another {name} than in plan {first.id}",
                    "context",
                    ("metrics", index, name),
                    ", ".join(own) if name == "grain" else own,
                    ", ".join(theirs) if name == "grain" else theirs,
                    "Give one of them another name, or settle on one meaning",
                )
                break


@rule(
    "PLN011",
    "Plans describe a source alike",
    severity="warning",
    scope="portfolio",
    tiers=FROM_B,
    core=False,
    reason="One of two descriptions is wrong, and one of two plans is sized by it.",
    reads=("sources.sources",),
    applies=_stands,
    fails=(
        *_second(
            sources="sources: [{id: shop_db, owner: data_platform, classification: restricted, "
            "datasets: [{id: shop_db.orders}]}]\n"
        ),
    ),
)
def described_alike(subject: Subject) -> Iterator[Problem]:
    """Of a source dataset that several plans name, the rows per day differ by at most the threshold
    `volume_difference`, and classification, when data counts as late, and owner are the same. A lower classification is
    an error. The finding is with the plan that came later.
    """
    landscape = subject.facts.landscape
    most = subject.policy.checklists.thresholds.volume_difference.base
    for entry in _own_descriptions(subject):
        others = _other_descriptions(landscape, entry)
        first = _incumbent([other.plan for other in others] + [entry.plan])
        other = next((found for found in others if found.plan.id == first.id), None)
        if other is not None:
            yield from _differences(entry, other, most)


_ORDER = ("public", "internal", "confidential", "restricted")


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
    one, two = entry.source.classification, other.source.classification
    if one and two and one != two:
        lower = one in _ORDER and two in _ORDER and _ORDER.index(one) < _ORDER.index(two)
        yield Problem(
            "PLN011",
            f"{dataset} is {one} here and {two} in plan {plan}",
            "sources",
            (*path, "classification"),
            one,
            two,
            severity="error" if lower else None,
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


@rule(
    "PLN013",
    "A plan that is replaced is not built upon, and its successor says what changes",
    scope="portfolio",
    tiers=FROM_B,
    core=False,
    reason="A dependency on a plan that is gone is a dependency on nobody.",
    reads=("plan.depends_on", "plan.supersedes", "bundle.design_decisions"),
    applies=_stands,
    fails=(
        Edit("plan.yml", "domain: commerce", "domain: commerce\ndepends_on: [second-plan]"),
        *_second(),
        Edit(
            "../third-plan/plan.yml",
            None,
            _SECOND.replace("second-plan", "third-plan") + "supersedes: second-plan\n",
        ),
    ),
)
def successors(subject: Subject) -> Iterator[Problem]:
    """`depends_on` names no plan that another one supersedes, the chain of `supersedes` does not lead back, and a plan
    that supersedes another names it in a design decision or in the prose of its first or last gate.
    """
    landscape, plan = subject.facts.landscape, subject.plan
    for index, name in enumerate(plan.header.depends_on):
        if name in landscape.superseded:
            after = landscape.superseded[name]
            yield Problem(
                "PLN013",
                f"Plan {name} is superseded by {after}",
                HEADER,
                ("depends_on", index),
                name,
                after,
                f"Depend on {after}",
            )
    old = plan.header.supersedes
    if old is None:
        return
    chain = [plan.id]
    while (following := landscape.by_id.get(chain[-1])) and following.header.supersedes:
        chain.append(following.header.supersedes)
        if chain[-1] in chain[:-1]:
            yield Problem(
                "PLN013",
                f"These plans supersede each other: {' → '.join(chain)}",
                HEADER,
                ("supersedes",),
                old,
            )
            return
    decisions = plan.bundle.design_decisions if plan.bundle else ()
    told = [f"{entry.title} {entry.because}" for entry in decisions]
    told += [plan.prose[gate].body for gate in ("context", "bundle") if gate in plan.prose]
    if not any(old in text for text in told):
        yield Problem(
            "PLN013",
            f"The plan supersedes {old} and does not say what changes",
            HEADER,
            ("supersedes",),
            old,
            f"a design decision in gate bundle, or prose of gate context, that names {old}",
            f"Write what is different from {old}, and why",
        )

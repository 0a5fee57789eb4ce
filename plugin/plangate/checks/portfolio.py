"""All plans together: who builds what, whether they agree, and what one does to another."""

from collections.abc import Iterator
from datetime import date, timedelta

from plangate.analysis.amount import alike, amount, no_less
from plangate.analysis.facts import Facts
from plangate.analysis.lineage import produced
from plangate.analysis.places import placed
from plangate.analysis.terms import refused
from plangate.checks.ages import AGES
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.plan import JUDGED, Plan
from plangate.model.problem import HEADER, Path, Problem

_NUMBER = {"context": "01", "sources": "02", "capacity": "03", "ingestion": "04", "cutover": "09"}
SECOND = (
    "id: second-plan\ntitle: Another plan\nintent: draft\ntier: B\ncreated: 2026-10-01\n"
    "owners: [{team: data_platform, role: accountable}]\ngo_live: 2027-02-01T09:00:00+00:00\n"
)


def second(header: str = "", **gates: str) -> tuple[Edit, ...]:
    """A second plan beside the first one, for examples: more of its plan.yml, and its gates by name."""
    files = {"plan.yml": SECOND + header, **{f"{_NUMBER[gate]}-{gate}.yml": text for gate, text in gates.items()}}
    return tuple(Edit(f"../second-plan/{name}", None, text) for name, text in files.items())


def stands(subject: Subject) -> bool:
    """Tell whether the plan is one that others have to get along with."""
    return subject.facts.landscape.stands(subject.plan)


@rule(
    "PLN001",
    "A dataset is built by one plan",
    scope="portfolio",
    reason="Two plans that write one table overwrite each other, and nobody knows whose numbers are read.",
    reads=("ingestion.pipelines[].outputs", "modeling.models", "events.streams"),
    applies=stands,
    where="the plan is neither over nor replaced",
    fails=second(
        ingestion="pipelines: [{id: load_again, kind: ingest, inputs: [shop_db.orders], outputs: [mart.orders]}]\n"
    ),
)
def one_builder(subject: Subject) -> Iterator[Problem]:
    """No dataset that the plan builds is built by another plan that stands: one that is neither withdrawn, retired nor
    superseded; nor does one of its models lie where a model of such a plan lies (`physical`). The finding is with the
    plan that came later.
    """
    landscape, plan = subject.facts.landscape, subject.plan
    for name in sorted(produced(plan)):
        builders = landscape.producers.get(name, ())
        if len(builders) < 2 or (first := landscape.first(builders)) == plan.id:
            continue
        node = subject.facts.lineage.by_id[name]
        yield Problem(
            "PLN001",
            f"{name} is built by plan {first} already",
            node.gate,
            node.path,
            name,
            "one plan that builds it",
            f"Read it from there, or write `supersedes: {first}` in plan.yml if this plan is its end",
        )
    for own in placed(plan):
        there = landscape.placed.get(own.place, ())
        if len(there) < 2:
            continue
        first = landscape.first(entry.plan.id for entry in there)
        other = next(entry.model.id for entry in there if entry.plan.id == first)
        if first != plan.id and other != own.model.id:
            yield Problem(
                "PLN001",
                f"{own.model.id} lies where plan {first} builds {other}: {own.written}",
                "modeling",
                ("models", own.index, "physical"),
                own.written,
                "a place at which one plan builds",
                f"Read {other} from plan {first}, or build this model in another place",
            )


@rule(
    "PLN004",
    "Plans do not wait for each other in a circle",
    scope="portfolio",
    core=False,
    reason="Of plans that each wait for the other, none can go first.",
    reads=("plan.depends_on", "sources.sources[].datasets", "ingestion.pipelines[].inputs"),
    applies=stands,
    where="the plan is neither over nor replaced",
    fails=(
        Edit("plan.yml", "domain: commerce", "domain: commerce\ndepends_on: [second-plan]"),
        *second("depends_on: [first-plan]\n"),
    ),
)
def no_circle(subject: Subject) -> Iterator[Problem]:
    """The plans that a plan names in `depends_on`, and those whose datasets it reads, do not lead back to it."""
    landscape, plan = subject.facts.landscape, subject.plan
    circle = landscape.circles.get(plan.id)
    if circle is None:
        return
    after = circle[1]
    shared = sorted(name for name in landscape.used[plan.id] if after in landscape.producers.get(name, ()))
    node = subject.facts.lineage.by_id.get(shared[0]) if shared else None
    yield Problem(
        "PLN004",
        f"These plans wait for each other: {' → '.join(circle)}",
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
    applies=stands,
    where="the plan is neither over nor replaced",
    fails=(
        Edit("02-sources.yml", "id: shop_db.orders", "id: shop.orders"),
        Edit("03-capacity.yml", "from: shop_db.orders", "from: shop.orders"),
        Edit("04-ingestion.yml", "inputs: [shop_db.orders]", "inputs: [shop.orders]"),
        Edit("07-quality.yml", "source: shop_db.orders", "source: shop.orders"),
        *second(
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
        if (
            other is None
            or real is None
            or real.age is None
            or real.age.value.base <= begin.age.value.base
            or not need.met
        ):
            continue
        whole = need.age.age.value.base + real.age.value.base - begin.age.value.base
        if whole > need.need.base:
            age = amount(whole, need.need.dimension)
            asked = (
                f"Consumer {need.name} needs {need.dataset}"
                if need.kind == "consumer"
                else f"{need.dataset} is promised"
            )
            cause = _told_there(other, begin.dataset)
            yield Problem(
                "PLN005",
                f"{asked} at most {need.need} old; it comes to {alike(age, need.need)}: plan {node.plan} promises "
                f"{begin.dataset} within {begin.age} and comes to {real.age}",
                need.gate,
                need.path,
                str(need.need),
                f"at least {no_less(age, need.need)}, or less from plan {node.plan}",
                f"Settle with the owners of {node.plan} what they can promise",
                cause=cause,
                cause_plan=cause and node.plan,
            )


def _told_there(other: Facts, dataset: str) -> str | None:
    """Name the rule that tells another plan that it does not keep what it promises of a dataset."""
    broken = {
        need.kind for need in other.freshness.of("promise", "contract") if need.dataset == dataset and not need.met
    }
    if other.plan.header.tier not in FROM_B or not broken:
        return None
    return "ING008" if "promise" in broken else "CON010"


@rule(
    "PLN009",
    "What is switched off is no longer needed by other plans",
    scope="portfolio",
    tiers=FROM_B,
    reason="A dataset that is dropped while another plan may still roll back to it takes that plan down.",
    reads=("cutover.legacy", "contracts.evolution.changes"),
    applies=stands,
    where="the plan is neither over nor replaced",
    fails=(
        Edit(
            "09-cutover.yml",
            "legacy: {keep_until: 2027-02-28,",
            "legacy: {keep_until: 2027-01-20, datasets: [shop.export],",
        ),
        *second(sources="sources: [{id: shop_export, datasets: [{id: shop.export}]}]\n"),
    ),
)
def kept_for_others(subject: Subject) -> Iterator[Problem]:
    """A dataset of the old system is kept (`legacy.keep_until`), and one that a change removes is there (`sunset`),
    until each other plan that takes it is live and its way back is closed (go-live and `rollback.available_for`); each
    of them says when that is.
    """
    landscape, plan = subject.facts.landscape, subject.plan
    for name, until, gate, path in _ends(plan):
        for user in sorted(landscape.users.get(name, frozenset()) - {plan.id}):
            other = landscape.by_id[user]
            live = other.header.go_live
            if live is None:
                yield from _needed_for_long(name, until, gate, path, other)
                continue
            back = other.cutover.rollback.available_for if other.cutover and other.cutover.rollback else None
            needed = (live + timedelta(seconds=float(back.base) if back is not None else 0)).date()
            if until < needed:
                yield Problem(
                    "PLN009",
                    f"{name} ends on {until}, plan {user} needs it until {needed}",
                    gate,
                    path,
                    str(until),
                    f"{needed} or later",
                    f"Keep it longer, or settle with the owners of {user} what they read instead",
                )


def _needed_for_long(name: str, until: date, gate: str, path: Path, other: Plan) -> Iterator[Problem]:
    """Tell that nobody knows how long a plan that does not say when it goes live needs a dataset."""
    if refused(other, HEADER, ("go_live",)):
        return
    cause = "BND004" if other.header.intent in JUDGED else None
    yield Problem(
        "PLN009",
        f"{name} ends on {until}, and plan {other.id} takes it and does not say when it goes live",
        gate,
        path,
        str(until),
        f"`go_live` in plan {other.id}",
        f"Settle with the owners of {other.id} how long they need it",
        cause=cause,
        cause_plan=cause and other.id,
    )


def _ends(plan: Plan) -> Iterator[tuple[str, date, str, Path]]:
    legacy = plan.cutover.legacy if plan.cutover else None
    if legacy is not None and legacy.keep_until is not None:
        for name in legacy.datasets:
            yield name, legacy.keep_until, "cutover", ("legacy", "keep_until")
    evolution = plan.contracts.evolution if plan.contracts else None
    for index, change in enumerate(evolution.changes if evolution else ()):
        if change.kind == "dataset_removed" and change.dataset and change.sunset:
            yield change.dataset, change.sunset, "contracts", ("evolution", "changes", index, "sunset")


@rule(
    "PLN013",
    "A plan that is replaced is not built upon, and its successor says what changes",
    scope="portfolio",
    tiers=FROM_B,
    core=False,
    reason="A dependency on a plan that is gone is a dependency on nobody.",
    reads=("plan.depends_on", "plan.supersedes", "bundle.design_decisions"),
    applies=stands,
    where="the plan is neither over nor replaced",
    fails=(
        Edit("plan.yml", "domain: commerce", "domain: commerce\ndepends_on: [second-plan]"),
        *second(),
        Edit(
            "../third-plan/plan.yml",
            None,
            SECOND.replace("second-plan", "third-plan") + "supersedes: second-plan\n",
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
    chain = landscape.succession(plan)
    if chain[-1] in chain[:-1]:
        each_other = f"These plans supersede each other: {' → '.join(chain)}"
        yield Problem(
            "PLN013",
            "The plan supersedes itself" if old == plan.id else each_other,
            HEADER,
            ("supersedes",),
            old,
            "a plan that was there before, or nothing",
        )
        return
    decisions = plan.bundle.design_decisions if plan.bundle else ()
    told = [f"{entry.title} {entry.because}" for entry in decisions]
    told += [plan.prose[gate].body for gate in ("context", "bundle") if gate in plan.prose]
    if not any(old in text for text in told) and not subject.refused("bundle.design_decisions"):
        yield Problem(
            "PLN013",
            f"The plan supersedes {old} and does not say what changes",
            HEADER,
            ("supersedes",),
            old,
            f"a design decision in gate bundle, or prose of gate context, that names {old}",
            f"Write what is different from {old}, and why",
        )

"""Plans that get in each other's way: one night, one pool of slots, one stretch of history."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from plangate.analysis.clashes import Clashes, clashes_of
from plangate.analysis.switches import Stretch
from plangate.checks.backfill import filled_by_both
from plangate.checks.portfolio import second, stands
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Problem
from plangate.model.text import spoken


def margin(subject: Subject) -> timedelta:
    """Give how far apart the cutovers of two plans have to be that share something."""
    return timedelta(seconds=float(subject.policy.checklists.thresholds.cutover_margin.base))


def clashes(subject: Subject) -> Clashes:
    """Give what the plan clashes with that was there before it."""
    return clashes_of(subject.facts.landscape, margin(subject)).get(subject.plan.id, Clashes())


@rule(
    "PLN006",
    "Plans do not switch the same thing at the same time",
    scope="portfolio",
    reason="Two switches on one system in one night share the people, the locks and the blame.",
    reads=("cutover.cutover.window", "cutover.cutover.freeze", "cutover.cutover.steps", "cutover.backfill"),
    applies=stands,
    where="the plan is neither over nor replaced",
    fails=second(
        cutover="cutover:\n  window: {start: 2027-01-12T08:00:00+00:00, end: 2027-01-12T10:00:00+00:00}\n"
        "  steps: [{id: s01, name: Load, owner: data_team, expected: 10 min}]\n"
    ),
)
def no_collision(subject: Subject) -> Iterator[Problem]:
    """The cutover windows of two plans that share a system, a dataset or a team are at least the threshold
    `cutover_margin` apart; what one plan freezes another one neither switches nor fills meanwhile, and what one plan
    fills another one neither switches nor fills.
    """
    for found in clashes(subject).collisions:
        own, other = found.first, found.second
        if own.plan != subject.plan.id:
            own, other = other, own
        yield Problem(
            "PLN006",
            f"The {_named(own)} ({_when(own)}) meets the {_named(other)} of plan {other.plan} ({_when(other)}) on "
            f"{_shared(own, other, found.shared)}",
            own.gate,
            own.path,
            _when(own),
            _free(own, other, margin(subject)),
            "Move one of them, or give the shared part to other people",
        )


def _shared(own: Stretch, other: Stretch, names: Sequence[str]) -> str:
    """Say what two stretches share: systems, datasets, and those who own steps of both."""
    teams = [name for name in names if name in own.teams & other.teams]
    systems = [name for name in names if name in own.systems | other.systems and name not in teams]
    datasets = [name for name in names if name not in {*teams, *systems}]
    parts = [
        f"the {word}{'s' if len(found) > 1 else ''} {spoken(found)}"
        for word, found in (("system", systems), ("dataset", datasets))
        if found
    ]
    if teams:
        parts.append(f"{spoken(teams)}, who own{'s' if len(teams) == 1 else ''} steps of both")
    return " and on ".join(parts)


def _free(own: Stretch, other: Stretch, apart: timedelta) -> str | None:
    """Say when a stretch does not meet another one: two cutovers keep a margin. None where the calendar ends."""
    gap = apart if own.kind == other.kind == "cutover" else timedelta(0)
    try:
        after, before = other.end + gap, other.start - gap
    except OverflowError:
        return None
    return f"from {after:%Y-%m-%d %H:%M} UTC on, or over by {before:%Y-%m-%d %H:%M} UTC"


def _named(stretch: Stretch) -> str:
    return f"backfill {stretch.name}" if stretch.kind == "backfill" else stretch.name


def _when(stretch: Stretch) -> str:
    return f"{stretch.start:%Y-%m-%d %H:%M} to {stretch.end:%Y-%m-%d %H:%M} UTC"


@rule(
    "PLN007",
    "Plans that share slots find enough of them together",
    scope="portfolio",
    tiers=FROM_B,
    core=False,
    reason="Each plan fits by itself, and all of them start at three in the night.",
    reads=(
        "capacity.resources.pools",
        "ingestion.pipelines[].concurrency",
        "ingestion.pipelines[].schedule",
        "cutover.backfill",
    ),
    applies=stands,
    where="the plan is neither over nor replaced",
    fails=(
        Edit(
            "03-capacity.yml",
            "pools: [{id: default_pool, size: 4}]",
            "pools: [{id: default_pool, size: 4, system: wh}]",
        ),
        *second(
            capacity="resources: {pools: [{id: slots, size: 4, system: wh}]}\n",
            ingestion="pipelines: [{id: load, concurrency: {pool: slots, pool_slots: 4}}]\n",
        ),
    ),
)
def slots_together(subject: Subject) -> Iterator[Problem]:
    """The slots that all standing plans may ask for together in pools of one `system` are at most the largest size that
    one of them gives for it. Of pipelines that cannot meet, as one starts the other or their schedules keep them apart
    for a year, only the largest counts. The finding is with the plan that came later.
    """
    for short in clashes(subject).shortages:
        yield Problem(
            "PLN007",
            f"Together the plans {', '.join(short.plans)} may ask for {short.asked} slots of {short.system}, "
            f"which has {short.size}",
            "capacity",
            ("resources", "pools", short.index),
            f"{short.asked} slots",
            f"at most {short.size}",
            "Move schedules so far apart that runs with their retries and timeouts cannot meet, hold fewer slots, or "
            "give the system more",
        )


@rule(
    "PLN012",
    "Two plans do not fill the same stretch of one dataset",
    scope="portfolio",
    core=False,
    reason="The second backfill overwrites the first, or doubles it.",
    reads=("cutover.backfill",),
    applies=stands,
    where="the plan is neither over nor replaced",
    fails=(
        Edit(
            "09-cutover.yml",
            'backfill: {not_applicable: "The first load takes the whole table; there is no history besides it"}',
            "backfill: [{id: history, dataset: raw.orders, range: {start: 2026-01-01, end: 2027-01-01}}]",
        ),
        *second(cutover="backfill: [{id: again, dataset: raw.orders, range: {start: 2026-06-01, end: 2026-07-01}}]\n"),
    ),
)
def filled_once(subject: Subject) -> Iterator[Problem]:
    """Backfills of one dataset in two standing plans have ranges that do not overlap, but for days that either leaves
    out; the later plan is told.
    """
    landscape, plan = subject.facts.landscape, subject.plan
    for index, entry in enumerate(plan.cutover.backfill if plan.cutover else ()):
        for other, theirs in landscape.backfills.get(entry.dataset or "", ()):
            if other.id == plan.id or landscape.first([plan.id, other.id]) == plan.id:
                continue
            if stretch := filled_by_both(entry, theirs):
                yield Problem(
                    "PLN012",
                    f"Backfill {entry.id} and backfill {theirs.id} of plan {other.id} both fill {entry.dataset} from "
                    f"{stretch}",
                    "cutover",
                    ("backfill", index, "range"),
                    hint="Let one of them fill it",
                )

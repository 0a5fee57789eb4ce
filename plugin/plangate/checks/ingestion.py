"""Gate ingestion: runs that fit their schedule, and data that is as fresh as it is promised."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from plangate.analysis.amount import alike, no_less, no_more
from plangate.analysis.cutover import in_order
from plangate.analysis.freshness import Need
from plangate.analysis.terms import refused
from plangate.analysis.triggers import Triggers
from plangate.checks.ages import AGES, asked, enough, example, fitting, lacking, named, told_by, too_old, without
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.checks.younger import most_of, younger
from plangate.model.ingestion import Pipeline
from plangate.model.problem import Path, Problem

_SCHEDULE = 'cron: "0 3 * * *", timezone: UTC'


def _with_a_schedule(subject: Subject) -> bool:
    pipelines = subject.plan.ingestion.pipelines if subject.plan.ingestion else ()
    return any(entry.schedule is not None and entry.schedule.cron is not None for entry in pipelines)


@rule(
    "ING006",
    "Pipelines do not wait for each other in a circle, and one writes each dataset",
    scope="plan",
    tiers=FROM_B,
    reason="Two writers of one table undo each other's work, and a circle of pipelines never starts.",
    reads=(
        "ingestion.pipelines[].inputs",
        "ingestion.pipelines[].outputs",
        "ingestion.pipelines[].schedule.after",
        "ingestion.pipelines[].waits_for",
        "ingestion.pipelines[].partitioned_by_writer",
        "operations.lineage",
    ),
    applies=lambda subject: bool(subject.plan.ingestion and subject.plan.ingestion.pipelines),
    where="there are pipelines",
    fails=(Edit("04-ingestion.yml", "outputs: [mart.orders]", "outputs: [mart.orders, raw.orders]"),),
    passes=(
        Edit("04-ingestion.yml", "outputs: [mart.orders]", "outputs: [mart.orders]\n    partitioned_by_writer: true"),
    ),
)
def one_writer(subject: Subject) -> Iterator[Problem]:
    """No pipeline leads back to itself by what starts it (`schedule.after`) or by what it reads, but for what it writes
    itself and for edges that operations marks as `feedback`; none waits (`waits_for`) for what it starts. A dataset
    that several pipelines write is marked `partitioned_by_writer` in each of them.
    """
    pipelines = subject.plan.ingestion.pipelines if subject.plan.ingestion else ()
    writers: dict[str, list[int]] = {}
    for index, pipeline in enumerate(pipelines):
        for name in dict.fromkeys(pipeline.outputs):
            writers.setdefault(name, []).append(index)
    if cycle := in_order(_before(subject, pipelines, writers))[1]:
        index = next(place for place, pipeline in enumerate(pipelines) if pipeline.id == cycle[0])
        yield Problem(
            "ING006",
            f"These pipelines wait for each other: {' → '.join(reversed(cycle))}",
            "ingestion",
            ("pipelines", index),
            hint="Cut the circle: of two pipelines one has to go first",
        )
    for name, indices in writers.items():
        unmarked = [
            index
            for index in indices
            if not pipelines[index].partitioned_by_writer
            and not refused(subject.plan, "ingestion", ("pipelines", index, "partitioned_by_writer"))
        ]
        if len(indices) > 1 and unmarked:
            yield Problem(
                "ING006",
                f"{name} is written by {' and '.join(pipelines[index].id for index in indices)}",
                "ingestion",
                ("pipelines", (unmarked[1:] or unmarked)[0], "outputs"),
                name,
                "one pipeline that writes it",
                "Let one of them write it, or mark each with `partitioned_by_writer: true` if they write apart",
            )


def _before(
    subject: Subject, pipelines: Sequence[Pipeline], writers: Mapping[str, Sequence[int]]
) -> Mapping[str, Sequence[str]]:
    """Give for every pipeline those that have to be over before its run can be."""
    triggers, graph = Triggers(subject.plan), subject.facts.lineage
    found = {}
    for pipeline in pipelines:
        read = [
            name
            for name in pipeline.inputs
            if name not in pipeline.outputs and not graph.leads_back(name, pipeline.outputs)
        ]
        awaited = {entry.pipeline for entry in pipeline.waits_for if entry.pipeline}
        awaited |= _writing(pipelines, writers, [entry.dataset for entry in pipeline.waits_for if entry.dataset])
        # What this pipeline does not start may have run before; only a run that comes of this one never has.
        dead = {name for name in awaited if triggers.starts(pipeline.id, name)}
        found[pipeline.id] = sorted({*triggers.after(pipeline.id), *_writing(pipelines, writers, read), *dead})
    return found


def _writing(pipelines: Sequence[Pipeline], writers: Mapping[str, Sequence[int]], names: Iterable[str]) -> set[str]:
    return {pipelines[index].id for name in names for index in writers.get(name, ())}


@rule(
    "ING007",
    "The longest run ends before the next one is due, or runs do not overlap",
    scope="plan",
    tiers=FROM_B,
    reason="A run that is retried still runs when the next one starts, and both write the same table.",
    reads=(
        "plan.go_live",
        "capacity.runtimes",
        "ingestion.pipelines[].schedule",
        "ingestion.pipelines[].retries",
        "ingestion.pipelines[].retry_delay",
        "ingestion.pipelines[].retry_exponential_backoff",
        "ingestion.pipelines[].max_retry_delay",
        "ingestion.pipelines[].concurrency",
    ),
    applies=_with_a_schedule,
    where="a pipeline runs by a schedule",
    fails=(
        Edit("04-ingestion.yml", _SCHEDULE, 'cron: "*/20 * * * *", timezone: UTC'),
        Edit(
            "04-ingestion.yml",
            "concurrency: {max_active_runs: 1, overlap: queue, pool: default_pool, pool_slots: 1}\n"
            "    on_failure: {alert: orders_late}\n    deadline: {from: data_interval_end, within: 5 h",
            "concurrency: {max_active_runs: 2, overlap: queue, pool: default_pool, pool_slots: 1}\n"
            "    on_failure: {alert: orders_late}\n    deadline: {from: data_interval_end, within: 5 h",
        ),
    ),
    passes=(Edit("04-ingestion.yml", _SCHEDULE, 'cron: "*/20 * * * *", timezone: UTC'),),
)
def runs_fit(subject: Subject) -> Iterator[Problem]:
    """The p95 runtime of a pipeline with all its retries is at most the smallest gap of its schedule; or it has one
    active run at a time and says what becomes of a run that is due meanwhile.
    """
    facts, plan = subject.facts, subject.plan
    for index, pipeline in enumerate(plan.ingestion.pipelines if plan.ingestion else ()):
        if pipeline.one_at_a_time:
            continue
        interval = facts.timing.intervals.get(pipeline.id)
        if interval is None:
            continue
        worst = facts.freshness.worst_runtimes.get(pipeline.id)
        path: Path = ("pipelines", index)
        if worst is None:
            if not subject.refused("capacity.runtimes", "ingestion.pipelines[].retries"):
                yield Problem(
                    "ING007",
                    f"Pipeline {pipeline.id} may overlap itself, and how long it runs at worst is not known; missing: "
                    "p95 runtime, retries or their delay",
                    "ingestion",
                    path,
                    "unknown",
                    f"at most {interval.value}",
                )
        elif worst.value.base > interval.value.base:
            shown = alike(worst.value, interval.value)
            yield Problem(
                "ING007",
                f"Pipeline {pipeline.id} runs for {shown} with all retries and starts anew after {interval.value}",
                "ingestion",
                (*path, "schedule", "cron"),
                shown,
                f"at most {interval.value}",
                "Let one run be active at a time (`max_active_runs: 1`) and say what `overlap` does, or run less often",
            )


@rule(
    "ING008",
    "Promises of freshness hold at worst, with room to spare",
    scope="plan",
    tiers=FROM_B,
    reason="Readers come just before the next publication. A promise that only holds on average is broken every hour.",
    reads=(*AGES, "sources.freshness", "context.consumers[].freshness"),
    applies=asked("promise"),
    where="freshness is promised, and gate ingestion is there",
    fails=(Edit("04-ingestion.yml", _SCHEDULE, 'cron: "0 3 * * 1-5", timezone: UTC'),),
    passes=(Edit("04-ingestion.yml", _SCHEDULE, 'cron: "0 */12 * * *", timezone: UTC'),),
)
def promises_hold(subject: Subject) -> Iterator[Problem]:
    """The worst age of each promised dataset, from the arrival at its sources along the slowest chain with p95
    runtimes, is at most 80 % of the promise (`freshness_headroom`). Up to the whole promise it is a warning.
    """
    share = subject.policy.checklists.thresholds.freshness_headroom
    unknown: dict[tuple[str, Path, str], list[Need]] = {}
    for need in subject.facts.freshness.of("promise"):
        age = need.age.age
        if age is None:
            for missing in lacking(subject, need.age.missing):
                unknown.setdefault(missing, []).append(need)
            continue
        allowed = fitting(subject, need)
        if age.value.base > allowed.base:
            shown = alike(age.value, need.need).removeprefix("just under ")  # it is the share that it is held against
            yield Problem(
                "ING008",
                f"{need.dataset} is at worst {shown} old; of the promised {need.need} only {share} "
                f"({no_more(allowed, need.need)}) may be used",
                need.gate,
                need.path,
                str(need.need),
                enough(subject, need),
                younger(subject, need, age.value, allowed),
                severity="warning" if need.met else None,
            )
    for (gate, path, what), needs in unknown.items():
        oldest = max(needs, key=lambda need: need.age.least / (need.need.base or 1))
        known = without(oldest)
        promised = f", most of it {most_of(oldest.age)}, and {oldest.need} are promised" if known else ""
        yield Problem(
            "ING008",
            f"How old {named(('', (), need.dataset) for need in needs)} gets is not known: missing is {what}"
            f"{known}{promised}",
            gate,
            path,
            "nothing",
            example(path) or what,
            f"State {what}{too_old(oldest)}" if known else None,
            cause=told_by(subject, gate, path),
            absent=True,
        )


@rule(
    "ING009",
    "A reader that only the clock holds behind its writer starts late enough",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="“Half an hour later, when the load is done” holds until the day on which the load takes 35 minutes.",
    reads=("plan.go_live", "capacity.runtimes", "ingestion.pipelines", "quality.checks[].runtime"),
    applies=lambda subject: bool(subject.facts.timing.couplings),
    where="two schedules are coupled by nothing but the clock",
    fails=(Edit("04-ingestion.yml", "{after: [load_orders]}", '{cron: "10 3 * * *", timezone: UTC, catchup: false}'),),
    passes=(Edit("04-ingestion.yml", "{after: [load_orders]}", '{cron: "20 3 * * *", timezone: UTC, catchup: false}'),),
)
def readers_follow(subject: Subject) -> Iterator[Problem]:
    """Where a pipeline with a cron schedule reads what another one with a cron schedule writes, and does not wait for
    it, each of its starts comes at least the writer's p95 run and a margin (`schedule_margin`) after the writer's.
    """
    margin = subject.policy.checklists.thresholds.schedule_margin
    indexes = {
        entry.id: place
        for place, entry in enumerate(subject.plan.ingestion.pipelines if subject.plan.ingestion else ())
    }
    for pair in subject.facts.timing.couplings:
        path: Path = ("pipelines", indexes[pair.reader], "schedule", "cron")
        if refused(subject.plan, "ingestion", ("pipelines", indexes[pair.reader], "waits_for")):
            continue
        if pair.lead is None or pair.ready is None:
            if not subject.refused("capacity.runtimes", "quality.checks[].runtime", "plan.go_live"):
                yield Problem(
                    "ING009",
                    f"Pipeline {pair.reader} reads {pair.dataset} by the clock, and when {pair.writer} is done is not "
                    f"known: missing is {named(pair.missing)}",
                    "ingestion",
                    path,
                    "unknown",
                )
        elif pair.lead.base < pair.ready.value.base + margin.base:
            yield Problem(
                "ING009",
                f"Pipeline {pair.reader} starts {pair.lead} after {pair.writer}, which needs {pair.ready.value} until "
                f"{pair.dataset} can be read; a margin of {margin} is asked for",
                "ingestion",
                path,
                str(pair.lead),
                f"at least {no_less(pair.ready.value, margin)} and {margin}",
                f"Start it by its writer (`after: [{pair.writer}]`), let it wait (`waits_for`), or start it later",
            )


@rule(
    "ING010",
    "A schedule in the hours in which the clock changes says what happens then",
    severity="warning",
    tiers=FROM_B,
    core=False,
    reason="On one night of the year the run is left out, on another it comes twice.",
    reads=("plan.go_live", "ingestion.pipelines[].schedule"),
    applies=_with_a_schedule,
    where="a pipeline runs by a schedule",
    fails=(Edit("04-ingestion.yml", _SCHEDULE, 'cron: "30 2 * * *", timezone: Europe/Berlin'),),
    passes=(Edit("04-ingestion.yml", _SCHEDULE, 'cron: "30 2 * * *", timezone: UTC'),),
)
def clock_changes(subject: Subject) -> Iterator[Problem]:
    """A pipeline whose cron schedule fires from 01:00 until before 03:00 by a clock that changes in the year has a
    `dst_policy`.
    """
    plan = subject.plan
    for index, pipeline in enumerate(plan.ingestion.pipelines if plan.ingestion else ()):
        schedule = pipeline.schedule
        if schedule is None or pipeline.id not in subject.facts.timing.in_clock_change or schedule.dst_policy:
            continue
        yield Problem(
            "ING010",
            f"Pipeline {pipeline.id} starts by `{schedule.cron}` in {schedule.timezone}, where the clock changes in "
            "these hours, and does not say what happens then",
            "ingestion",
            ("pipelines", index, "schedule"),
            "no dst_policy",
            "a sentence in `dst_policy`, or a schedule in UTC",
        )

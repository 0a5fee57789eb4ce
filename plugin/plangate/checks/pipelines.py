"""Gate ingestion, pipeline by pipeline: what starts a run, how often it is tried, and on whose slots."""

from collections.abc import Iterator

from plangate.checks.absences import absent
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.ingestion import Pipeline, Schedule
from plangate.model.problem import Path, Problem
from plangate.model.text import spoken

_FILE = "04-ingestion.yml"


def _pipelines(subject: Subject) -> Iterator[tuple[Path, Pipeline]]:
    for index, pipeline in enumerate(subject.plan.ingestion.pipelines if subject.plan.ingestion else ()):
        yield ("pipelines", index), pipeline


def _planned(subject: Subject) -> bool:
    return bool(subject.plan.ingestion and subject.plan.ingestion.pipelines)


def _lack(subject: Subject, rule_id: str, path: Path, message: str, expected: str) -> Iterator[Problem]:
    return absent(subject, rule_id, "ingestion", path, message, expected)


@rule(
    "ING001",
    "One thing starts each pipeline, and a clock says its zone",
    tiers=FROM_B,
    reason="Nobody knows at which hour “0 3 * * *” is, nor whether a week of missed runs is made up at once.",
    reads=("ingestion.pipelines[].schedule",),
    applies=_planned,
    where="there are pipelines",
    fails=(Edit(_FILE, "catchup: false, ", ""),),
)
def starts_are_said(subject: Subject) -> Iterator[Problem]:
    """Each pipeline has in `schedule` one of `cron`, `after` and `event`; a `cron` comes with `timezone`, `catchup`
    (true or false) and `start_date`.
    """
    for path, pipeline in _pipelines(subject):
        schedule, place = pipeline.schedule or Schedule(), (*path, "schedule")
        starts = [name for name in ("cron", "after", "event") if getattr(schedule, name)]
        if not starts and not subject.gone("ingestion.pipelines.schedule.after", "ingestion.pipelines.schedule.event"):
            message = f"Nothing says what starts pipeline {pipeline.id}"
            yield from _lack(subject, "ING001", (*place, "cron"), message, "`cron`, `after` or `event`")
        elif len(starts) > 1:
            shown = spoken([f"`{name}`" for name in starts])
            message = f"Pipeline {pipeline.id} is started by {shown}"
            hint = "Let one of them start it; what a run waits for besides stands in `waits_for`"
            yield Problem("ING001", message, "ingestion", place, shown, "one of them", hint)
        if schedule.cron is None:
            continue
        for name in ("timezone", "catchup", "start_date"):
            if getattr(schedule, name) is None:
                message = f"The schedule of pipeline {pipeline.id} does not say its `{name}`"
                yield from _lack(subject, "ING001", (*place, name), message, f"`{name}`")


@rule(
    "ING002",
    "Every pipeline is tried again, and given up at last",
    tiers=FROM_B,
    reason="The scheduler's own default is no retry at all, and a run without a timeout holds its slot for ever.",
    reads=(
        "ingestion.pipelines[].retries",
        "ingestion.pipelines[].retry_delay",
        "ingestion.pipelines[].retry_exponential_backoff",
        "ingestion.pipelines[].max_retry_delay",
        "ingestion.pipelines[].execution_timeout",
    ),
    applies=_planned,
    where="there are pipelines",
    fails=(Edit(_FILE, "retries: 1", "retries: 0"),),
)
def runs_are_retried(subject: Subject) -> Iterator[Problem]:
    """Each pipeline has `retries` of at least 1, a `retry_delay` and an `execution_timeout`; where the delay grows
    (`retry_exponential_backoff`), `max_retry_delay` ends its growth.
    """
    for path, pipeline in _pipelines(subject):
        if pipeline.retries == 0:
            message = f"Pipeline {pipeline.id} is not tried again when it fails"
            yield Problem("ING002", message, "ingestion", (*path, "retries"), "0", "at least 1")
        needed = ["retries", "retry_delay", "execution_timeout"]
        needed += ["max_retry_delay"] if pipeline.retry_exponential_backoff else []
        for name in needed:
            if getattr(pipeline, name) is None:
                message = f"Pipeline {pipeline.id} has no `{name}`"
                yield from _lack(subject, "ING002", (*path, name), message, f"`{name}`")


@rule(
    "ING004",
    "Pools that pipelines name have room for them",
    scope="plan",
    tiers=FROM_B,
    reason="A run that asks for more slots than its pool has waits for ever, and tells nobody.",
    reads=("ingestion.pipelines[].concurrency", "capacity.resources.pools"),
    applies=_planned,
    where="there are pipelines",
    fails=(Edit(_FILE, "pool_slots: 1}", "pool_slots: 5}"),),
    passes=(Edit(_FILE, "pool_slots: 1}", "pool_slots: 4}"),),
)
def pools_have_room(subject: Subject) -> Iterator[Problem]:
    """Each pipeline has a `max_active_runs` of at least 1; the pool that it names stands in gate capacity with its
    `size`, and its `pool_slots` (1 where it says none) are at most that.
    """
    resources = subject.plan.capacity.resources if subject.plan.capacity else None
    pools = {pool.id: (index, pool) for index, pool in enumerate(resources.pools if resources else ())}
    for path, pipeline in _pipelines(subject):
        used, place = pipeline.concurrency, (*path, "concurrency")
        if used is None or used.max_active_runs is None:
            message = f"Pipeline {pipeline.id} does not say how many of its runs may run together"
            yield from _lack(subject, "ING004", (*place, "max_active_runs"), message, "`max_active_runs`")
        elif used.max_active_runs < 1:
            message = f"Pipeline {pipeline.id} may never run"
            yield Problem("ING004", message, "ingestion", (*place, "max_active_runs"), "0", "at least 1")
        if used is None or used.pool is None or subject.plan.capacity is None:
            continue
        if used.pool not in pools:
            if subject.gone("capacity.resources.pools"):
                continue
            message = f"Pipeline {pipeline.id} runs in pool {used.pool}, which gate capacity does not have"
            yield Problem(
                "ING004", message, "ingestion", (*place, "pool"), used.pool, "a pool of gate capacity", cause="GEN003"
            )
            continue
        index, pool = pools[used.pool]
        slots = used.pool_slots or 1
        if pool.size is None:
            message = f"Pool {pool.id}, in which pipeline {pipeline.id} runs, does not say its size"
            where = ("resources", "pools", index, "size")
            yield from absent(subject, "ING004", "capacity", where, message, "`size`")
        elif slots > pool.size:
            message = f"Pipeline {pipeline.id} asks for {slots} slots of pool {pool.id}, which has {pool.size}"
            yield Problem("ING004", message, "ingestion", (*place, "pool_slots"), str(slots), f"at most {pool.size}")

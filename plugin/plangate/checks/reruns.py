"""Gate ingestion: runs that may run twice, rows that come late, and what a load writes into."""

from collections.abc import Iterator, Mapping

from plangate.analysis.amount import alike, no_less
from plangate.checks.absences import absent
from plangate.checks.lineage import FEEDS
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.ingestion import Idempotency, Pipeline, Watermark
from plangate.model.modeling import Model
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity
from plangate.model.sources import Source

_FILE = "04-ingestion.yml"
_SOURCES = "02-sources.yml"
_BY_KEY = frozenset({"merge_on_key", "dedupe_window"})
_BY_CHANGE = frozenset({"incremental", "cdc_log", "cdc_trigger", "event"})
_WHOLE = frozenset({"full_refresh", "snapshot"})
_LOADS: Mapping[str, frozenset[str]] = {
    "append": frozenset({"append"}),
    "merge": frozenset({"merge"}),
    "delete+insert": frozenset({"insert_delete", "overwrite_partition"}),
    "insert_overwrite": frozenset({"overwrite_partition"}),
    "microbatch": frozenset({"overwrite_partition", "insert_delete", "merge"}),
}
"""The loads that an incremental model of a strategy is built by."""

_TARGETS: Mapping[str, frozenset[str]] = {
    "view": frozenset({"full_refresh"}),
    "ephemeral": frozenset({"full_refresh"}),
    "table": frozenset({"full_refresh"}),
    "materialized_view": frozenset({"full_refresh", "merge"}),
    "snapshot": frozenset({"snapshot", "merge"}),
    "incremental": frozenset({"append", "merge", "insert_delete", "overwrite_partition"}),
}
"""The loads that fit what a model is kept as."""


def _pipelines(subject: Subject) -> Iterator[tuple[Path, Pipeline]]:
    for index, pipeline in enumerate(subject.plan.ingestion.pipelines if subject.plan.ingestion else ()):
        yield ("pipelines", index), pipeline


def _planned(subject: Subject) -> bool:
    return bool(subject.plan.ingestion and subject.plan.ingestion.pipelines)


def _read(subject: Subject, pipeline: Pipeline) -> list[tuple[int, Source]]:
    """Give the sources that a pipeline reads, with their places."""
    sources = enumerate(subject.plan.sources.sources if subject.plan.sources else ())
    inputs = set(pipeline.inputs)
    return [(index, source) for index, source in sources if any(entry.id in inputs for entry in source.datasets)]


@rule(
    "ING003",
    "Runs that are repeated do no harm",
    reason="A retry of a load that only appends writes its rows twice, and nobody notices until the month is closed.",
    scope="plan",
    reads=(
        "ingestion.pipelines[].retries",
        "ingestion.pipelines[].load",
        "ingestion.pipelines[].idempotency",
        "ingestion.pipelines[].outputs",
        "cutover.backfill[].dataset",
    ),
    applies=_planned,
    where="there are pipelines",
    fails=(Edit(_FILE, "idempotency: {mechanism: merge_on_key, key: [id]}", "idempotency: {mechanism: none}"),),
    passes=(
        Edit(
            _FILE,
            "load: merge\n    idempotency: {mechanism: merge_on_key, key: [id]}",
            "load: append\n    idempotency: {mechanism: dedupe_window, key: [id], window: 3 d}",
        ),
    ),
)
def repeats_do_no_harm(subject: Subject) -> Iterator[Problem]:
    """A pipeline with retries, or one that a backfill runs again, says in `idempotency` by which `mechanism` a second
    run does no harm; `merge_on_key`, `dedupe_window`, and every load that appends, name the `key`.
    """
    backfilled = {entry.dataset for entry in (subject.plan.cutover.backfill if subject.plan.cutover else ())}
    for path, pipeline in _pipelines(subject):
        if not pipeline.retries and backfilled.isdisjoint(pipeline.outputs):
            continue
        told, place = pipeline.idempotency or Idempotency(), (*path, "idempotency")
        why = "is tried again" if pipeline.retries else "is run again by a backfill"
        expected = "overwrite_partition, merge_on_key, dedupe_window or transactional_swap"
        if told.mechanism is None:
            message = f"Pipeline {pipeline.id} {why}, and nothing says why a second run does no harm"
            yield from absent(subject, "ING003", "ingestion", (*place, "mechanism"), message, expected)
        elif told.mechanism == "none":
            message = f"Pipeline {pipeline.id} {why} and does harm when it runs twice"
            yield Problem("ING003", message, "ingestion", (*place, "mechanism"), "none", expected)
        elif not told.key and (told.mechanism in _BY_KEY or pipeline.load == "append"):
            what = "appends" if pipeline.load == "append" else f"relies on {told.mechanism}"
            message = f"Pipeline {pipeline.id} {what} and names no key by which repeated rows are known"
            yield from absent(subject, "ING003", "ingestion", (*place, "key"), message, "`key`")


def _by_change(subject: Subject, pipeline: Pipeline) -> bool:
    """Tell whether a pipeline takes what is new or changed from a source, or says itself where it goes on.

    Where a stream goes on, its event time and its offsets say in gate events.
    """
    if pipeline.watermark is not None:
        return True
    if pipeline.pattern == "stream" and subject.plan.events is not None:
        return False
    return pipeline.load not in _WHOLE and any(source.capture in _BY_CHANGE for _, source in _read(subject, pipeline))


@rule(
    "ING005",
    "Incremental loads look back far enough for late rows",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="A row that comes after the cursor has passed is never read, and no run fails.",
    reads=(
        "ingestion.pipelines[].watermark",
        "ingestion.pipelines[].load",
        "ingestion.pipelines[].inputs",
        "sources.sources[].capture",
        "sources.sources[].arrival.delay_p99",
        "sources.sources[].datasets",
    ),
    applies=lambda subject: any(_by_change(subject, pipeline) for _, pipeline in _pipelines(subject)),
    where="a pipeline loads what has changed",
    fails=(Edit(_SOURCES, "delay_p95: 5 min", "delay_p95: 5 min, delay_p99: 73 h"),),
    passes=(Edit(_SOURCES, "delay_p95: 5 min", "delay_p95: 5 min, delay_p99: 72 h"),),
)
def late_rows_are_read(subject: Subject) -> Iterator[Problem]:
    """A pipeline that takes changes from a source other than a stream, and every one with a `watermark`, says by which
    `column` it goes on, how far it looks back (`lookback`) and what it does with later rows (`late`). It looks back at
    least as far as the latest hundredth of the source's rows comes late (`arrival.delay_p99`), where that is known.
    """
    for path, pipeline in _pipelines(subject):
        if not _by_change(subject, pipeline):
            continue
        told, place = pipeline.watermark or Watermark(), (*path, "watermark")
        for name in ("column", "lookback", "late"):
            if getattr(told, name) is None:
                message = f"Pipeline {pipeline.id} loads changes and does not say its `{name}`"
                yield from absent(subject, "ING005", "ingestion", (*place, name), message, f"`watermark.{name}`")
        for _, source in _read(subject, pipeline):
            late = source.arrival.delay_p99 if source.arrival else None
            if late is not None and told.lookback is not None and told.lookback.base < late.base:
                shown = alike(late, told.lookback)
                message = (
                    f"Pipeline {pipeline.id} looks back {told.lookback}; of source {source.id} one row in a hundred "
                    f"comes more than {shown} late"
                )
                yield Problem(
                    "ING005",
                    message,
                    "ingestion",
                    (*place, "lookback"),
                    str(told.lookback),
                    f"at least {no_less(late, told.lookback)}",
                )


@rule(
    "ING012",
    "What cannot be read again is kept where it landed",
    reason="An error in a transformation can be repaired only as long as what came in is still there.",
    scope="plan",
    reads=(
        "sources.sources[].rereadable",
        "ingestion.pipelines[].landing.retention",
        "ingestion.pipelines[].watermark.lookback",
        "capacity.workloads",
        "cutover.backfill[].dataset",
        "cutover.backfill[].replay.window",
        *FEEDS,
    ),
    applies=lambda subject: any(
        source.rereadable is False for _, pipeline in _pipelines(subject) for _, source in _read(subject, pipeline)
    ),
    where="a source that pipelines read cannot be read again",
    fails=(
        Edit(_SOURCES, "    retention: 5 yr\n", "    retention: 5 yr\n    rereadable: false\n"),
        Edit(_FILE, "    load: merge\n    idempotency: {mechanism: merge_on_key, key: [id]}",
             "    landing: {retention: 2 d}\n    load: merge\n    idempotency: {mechanism: merge_on_key, key: [id]}"),
    ),
    passes=(Edit(_SOURCES, "    retention: 5 yr\n", "    retention: 5 yr\n    rereadable: false\n"),),
)  # fmt: skip
def landed_is_kept(subject: Subject) -> Iterator[Problem]:
    """Where a source cannot be read a second time (`rereadable: false`), what a pipeline takes from it is kept for at
    least its `lookback` and the longest replay window of a backfill of it: as `landing.retention` says, or the
    retention of the workload of what it writes.
    """
    for path, pipeline in _pipelines(subject):
        once = [source for _, source in _read(subject, pipeline) if source.rereadable is False]
        if not once:
            continue
        held = _kept(subject, pipeline)
        needed = _needed(subject, pipeline)
        place: Path = (*path, "landing", "retention")
        who = f"Source {once[0].id} cannot be read again"
        if held is None:
            message = f"{who}, and pipeline {pipeline.id} does not say for how long it keeps what it landed"
            yield from absent(subject, "ING012", "ingestion", place, message, "`landing.retention`")
        elif needed is not None and held.base < needed.base:
            message = f"{who}; pipeline {pipeline.id} keeps what it landed for {held}, needed are {needed}"
            yield Problem("ING012", message, "ingestion", place, str(held), f"at least {needed}")


def _kept(subject: Subject, pipeline: Pipeline) -> Quantity | None:
    """Give for how long what a pipeline writes is kept: as it says itself, else as the workloads of its outputs say."""
    if pipeline.landing and pipeline.landing.retention:
        return pipeline.landing.retention
    workloads = subject.plan.capacity.workloads if subject.plan.capacity else ()
    spans = [entry.retention.total for entry in workloads if entry.retention and entry.dataset in pipeline.outputs]
    return max((span for span in spans if span is not None), key=lambda span: span.base, default=None)


def _needed(subject: Subject, pipeline: Pipeline) -> Quantity | None:
    """Give how far back a pipeline, or a backfill of what follows from it, has to read again."""
    found = [pipeline.watermark.lookback] if pipeline.watermark and pipeline.watermark.lookback else []
    for backfill in subject.plan.cutover.backfill if subject.plan.cutover else ():
        above = subject.facts.lineage.upstream(backfill.dataset or "") | {backfill.dataset}
        if backfill.replay and backfill.replay.window and not above.isdisjoint(pipeline.outputs):
            found.append(backfill.replay.window)
    return max(found, key=lambda span: span.base, default=None)


@rule(
    "ING013",
    "Loads fit what the models are kept as",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="A full refresh of an incremental model starts its history anew, on every run.",
    reads=(
        "ingestion.pipelines[].load",
        "ingestion.pipelines[].outputs",
        "modeling.models[].materialized",
        "modeling.models[].incremental.strategy",
    ),
    applies=lambda subject: bool(subject.plan.modeling and subject.plan.modeling.models and _planned(subject)),
    where="there are models and pipelines",
    fails=(
        Edit(
            _FILE,
            "load: merge\n    idempotency: {mechanism: merge_on_key, key: [order_id]}",
            "load: full_refresh\n    idempotency: {mechanism: transactional_swap}",
        ),
    ),
)
def loads_fit(subject: Subject) -> Iterator[Problem]:
    """The `load` of a pipeline fits each model that it writes: a table is loaded whole (`full_refresh`), an incremental
    model by its strategy and never whole, a snapshot by `snapshot` or `merge`.
    """
    models = {model.id: model for model in (subject.plan.modeling.models if subject.plan.modeling else ())}
    for path, pipeline in _pipelines(subject):
        for name in pipeline.outputs:
            model = models.get(name)
            if model is None or model.materialized is None or pipeline.load is None:
                continue
            fitting = _fitting(model)
            if pipeline.load not in fitting:
                strategy = model.incremental.strategy if model.incremental else None
                kept = f"{model.materialized} ({strategy})" if strategy else model.materialized
                message = f"Pipeline {pipeline.id} loads {name} by {pipeline.load}, the model is kept as {kept}"
                expected = " or ".join(sorted(fitting))
                yield Problem("ING013", message, "ingestion", (*path, "load"), pipeline.load, expected)


def _fitting(model: Model) -> frozenset[str]:
    strategy = model.incremental.strategy if model.materialized == "incremental" and model.incremental else None
    return _LOADS[strategy] if strategy is not None else _TARGETS[model.materialized or "table"]

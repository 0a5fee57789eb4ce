"""What a backfill has to take along: the whole history where a part will not do, and the datasets that read it."""

from datetime import UTC, datetime, time
from typing import Literal

from msgspec import Struct

from plangate.analysis.cutover import in_order
from plangate.analysis.lineage import Lineage
from plangate.model.cutover import Backfill
from plangate.model.ingestion import Pipeline
from plangate.model.modeling import Model
from plangate.model.plan import Plan

Becomes = Literal["rebuilt", "backfilled", "excluded", "follows", "open"]

_NOT_TWICE = frozenset({"none", "append"})
"""What a replay says when its units cannot run twice."""

_KEEPS_VERSIONS = frozenset({2, 3, 4, 6})
"""The types of slowly changing dimensions whose rows depend on what came before."""


class WholeHistory(Struct, frozen=True):
    """Why a backfill has to fill its dataset from the first day to the live loads, and whether it does.

    `reasons` is empty where a part will do. `begins` is the first day of the history and `live_from` when live loads
    take over; None where the plan does not say so. `gaps` say in words what keeps the range from being the whole.
    """

    reasons: tuple[str, ...]
    begins: datetime | None
    live_from: datetime | None
    gaps: tuple[str, ...]


class Affected(Struct, frozen=True):
    """A dataset that is built from the filled one: what becomes of it, and why where it is left out.

    `follows` is a view, which shows the new rows by itself. `after` names the datasets that have to be rebuilt before.
    """

    dataset: str
    becomes: Becomes
    because: str | None
    after: tuple[str, ...]


def depends_on_past(plan: Plan, backfill: Backfill) -> bool:
    """Tell whether a unit needs the one before, as the backfill says or the pipeline that writes the dataset."""
    return bool(backfill.depends_on_past) or any(
        pipeline.depends_on_past for pipeline in _writers(plan, backfill.dataset)
    )


def whole_history(plan: Plan, backfill: Backfill, graph: Lineage) -> WholeHistory:
    """Tell whether a backfill has to be of the whole history, and whether its range is."""
    reasons = tuple(_reasons(plan, backfill))
    begins, live_from = _begins(plan, backfill, graph), _live_from(plan, backfill)
    return WholeHistory(reasons, begins, live_from, _gaps(backfill, begins, live_from) if reasons else ())


def _reasons(plan: Plan, backfill: Backfill) -> list[str]:
    found = []
    model, writers = _model(plan, backfill.dataset), _writers(plan, backfill.dataset)
    if depends_on_past(plan, backfill):
        found.append("each unit needs the one before")
    if model is not None and model.history is not None and model.history.scd_type in _KEEPS_VERSIONS:
        found.append(f"it keeps versions by key (SCD type {model.history.scd_type})")
    elif model is not None and model.materialized == "snapshot":
        found.append("it is a snapshot that keeps versions by key")
    if (model is not None and model.id in model.depends_on) or any(
        backfill.dataset in pipeline.inputs for pipeline in writers
    ):
        found.append("it reads itself")
    if backfill.replay is not None and (backfill.replay.idempotency or "").strip().lower() in _NOT_TWICE:
        found.append("a unit cannot run twice without harm")
    return found


def _gaps(backfill: Backfill, begins: datetime | None, live_from: datetime | None) -> tuple[str, ...]:
    found = []
    if backfill.range is not None:
        if begins is None:
            found.append("nothing says when its history begins")
        elif backfill.range.start > begins:
            found.append(f"its range starts on {backfill.range.start:%Y-%m-%d}, its history on {begins:%Y-%m-%d}")
        if live_from is not None and backfill.range.end < live_from:
            found.append(f"its range ends on {backfill.range.end:%Y-%m-%d}, live loads start on {live_from:%Y-%m-%d}")
    if backfill.excluded:
        left_out = len(set(backfill.excluded))
        found.append(f"{left_out} days in it are left out" if left_out > 1 else "a day in it is left out")
    return tuple(found)


def _model(plan: Plan, dataset: str | None) -> Model | None:
    return next((model for model in (plan.modeling.models if plan.modeling else ()) if model.id == dataset), None)


def _writers(plan: Plan, dataset: str | None) -> tuple[Pipeline, ...]:
    pipelines = plan.ingestion.pipelines if plan.ingestion else ()
    return tuple(pipeline for pipeline in pipelines if dataset in pipeline.outputs)


def _begins(plan: Plan, backfill: Backfill, graph: Lineage) -> datetime | None:
    """The first day that the model says it is built from, else the first that its origin or its sources hold."""
    model = _model(plan, backfill.dataset)
    if model is not None and model.incremental is not None and model.incremental.begin is not None:
        return datetime.combine(model.incremental.begin, time(), UTC)
    upstream = graph.upstream(backfill.dataset) if backfill.dataset else frozenset()
    sources = plan.sources.sources if plan.sources else ()
    named = [entry for entry in sources if backfill.origin in {entry.id, *(dataset.id for dataset in entry.datasets)}]
    read = named or [entry for entry in sources if any(dataset.id in upstream for dataset in entry.datasets)]
    days = [entry.history_from for entry in read]
    known = [day for day in days if day is not None]
    return datetime.combine(min(known), time(), UTC) if known and len(known) == len(days) else None


def _live_from(plan: Plan, backfill: Backfill) -> datetime | None:
    """When the live loads of the dataset start; else the switch."""
    starts = [
        pipeline.schedule.start_date
        for pipeline in _writers(plan, backfill.dataset)
        if pipeline.schedule is not None and pipeline.schedule.start_date is not None
    ]
    if starts:
        return min(starts)
    return plan.cutover.cutover.t0 if plan.cutover is not None and plan.cutover.cutover is not None else None


def affected(plan: Plan, backfill: Backfill, graph: Lineage) -> tuple[Affected, ...]:
    """Give the datasets of the plan that are built from the filled one, in the order in which they are rebuilt."""
    if backfill.dataset is None or backfill.dataset not in graph.by_id:
        return ()
    below = {
        name
        for name in graph.downstream(backfill.dataset) - {backfill.dataset}
        if graph.by_id[name].kind != "consumer" and not graph.by_id[name].external
    }
    before = {
        node.id: tuple(edge.source for edge in graph.edges if edge.target == node.id and edge.source in below)
        for node in graph.nodes
        if node.id in below
    }
    order, _ = in_order(before)
    return tuple(_becomes(plan, backfill, name, before[name]) for name in (*order, *sorted(below - set(order))))


def _becomes(plan: Plan, backfill: Backfill, name: str, after: tuple[str, ...]) -> Affected:
    told = backfill.downstream
    excluded = {entry.dataset: entry.because for entry in told.exclude} if told else {}
    own = {entry.dataset for entry in (plan.cutover.backfill if plan.cutover else ()) if entry is not backfill}
    model = _model(plan, name)
    if name in excluded:
        return Affected(name, "excluded", excluded[name], after)
    if told is not None and name in told.rebuild:
        return Affected(name, "rebuilt", None, after)
    if name in own:
        return Affected(name, "backfilled", None, after)
    if model is not None and model.materialized in {"view", "ephemeral"}:
        return Affected(name, "follows", None, after)
    return Affected(name, "open", None, after)

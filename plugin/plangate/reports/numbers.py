"""Volumes, freshness, backfills, named numbers and what moves them as plain data, under names that stay."""

from collections.abc import Iterable, Sequence
from typing import Any

from plangate.analysis.backfill import BackfillFacts
from plangate.analysis.chains import DatasetAge
from plangate.analysis.computed import Computed
from plangate.analysis.facts import Facts
from plangate.analysis.freshness import Need
from plangate.analysis.numbers import Named
from plangate.analysis.sensitivity import Effect, Sensitivity
from plangate.analysis.terms import Missing
from plangate.analysis.workload import PartitionFacts, WorkloadFacts
from plangate.model.problem import Path, path_text
from plangate.reports.values import amount, bare, plain


def capacity_data(facts: Facts) -> dict[str, Any]:
    """Give volumes, rates and storage: totals, workloads, counts of units, pools, queries and what breaks first."""
    found = facts.capacity
    throughput = found.throughput
    return {
        "horizon_months": found.horizon_months or None,
        "total_daily": plain(found.total_daily),
        "total_stored_at_go_live": plain(found.total_stored_at_go_live),
        "total_stored_at_horizon": plain(found.total_stored_at_horizon),
        "stored_at_cutover": plain(found.at_cutover),
        "peak_rate": plain(found.peak_rate),
        "limit": plain(found.limit),
        "headroom": plain(found.headroom),
        "utilisation": plain(throughput.utilisation),
        "slowdown": plain(throughput.slowdown),
        "limit_passed_in_month": throughput.crossing,
        "months": _months(found.stored, found.peaks),
        "workloads": [_workload(entry) for entry in found.workloads],
        "sizing": [
            {
                "name": entry.name,
                "load": plain(entry.load),
                "needed": plain(entry.needed),
                "ordered": entry.sizing.count,
                "usable": plain(entry.usable),
                "headroom": plain(entry.headroom),
            }
            for entry in found.sizing
        ],
        "pools": [
            {
                "id": entry.id,
                "size": plain(entry.size),
                "demand": plain(entry.demand),
                "by": list(entry.by),
                "headroom": plain(entry.headroom),
                "mean": plain(entry.mean),
            }
            for entry in facts.pools
        ],
        "queries": [
            {"name": entry.query.name, "dataset": entry.query.dataset, "scanned": plain(entry.scanned)}
            for entry in found.queries
        ],
        "breaks": [
            {"name": entry.name, "limit": plain(entry.limit), "factor": plain(entry.factor)}
            for entry in facts.breakpoints
        ],
    }


def _workload(entry: WorkloadFacts) -> dict[str, Any]:
    return {
        "dataset": entry.dataset,
        "shape": entry.workload.shape or "append",
        "rows_per_day": plain(entry.rows_per_day),
        "row_bytes": plain(entry.row_bytes),
        "peak_factor": plain(entry.peak_factor),
        "growth": plain(entry.growth),
        "growth_kind": entry.growth_kind,
        "runtime": plain(entry.runtime),
        "daily_volume": plain(entry.daily_volume),
        "average_rate": plain(entry.average_rate),
        "peak_rate": plain(entry.peak_rate),
        "headroom": plain(entry.headroom),
        "stored_at_go_live": plain(entry.stored_at_go_live),
        "stored_at_horizon": plain(entry.stored_at_horizon),
        "months": _months(entry.series, entry.peaks),
        "partitions_at_go_live": _partitions(entry.cut_at_go_live),
        "partitions_at_horizon": _partitions(entry.cut_at_horizon),
    }


def _months(stored: Sequence[Computed], peaks: Sequence[Computed]) -> list[dict[str, Any]]:
    """Give both series by month from go-live (0) on; one that is not known is null throughout."""
    count = max(len(stored), len(peaks))
    return [
        {
            "month": month,
            "stored": bare(stored[month]) if stored else None,
            "peak_rate": bare(peaks[month]) if peaks else None,
        }
        for month in range(count)
    ]


def _partitions(found: PartitionFacts | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "count": plain(found.count),
        "size": plain(found.size),
        "read": plain(found.read),
        "files": plain(found.files),
        "file_size": plain(found.file_size),
    }


def freshness_data(facts: Facts) -> dict[str, Any]:
    """Give every need with its worst age, the slowest way to each dataset, longest runs and availability."""
    found = facts.freshness
    return {
        "needs": [_need(need) for need in found.needs],
        "datasets": [_age(age) for age in found.ages.values()],
        "worst_runtimes": {pipeline: plain(runtime) for pipeline, runtime in found.worst_runtimes.items()},
        "availability": [
            {"dataset": entry.dataset, "available": plain(entry.available), "missing": _missing(entry.missing)}
            for entry in facts.availability.chains.values()
        ],
        "error_budgets": {entry.slo: plain(entry.budget) for entry in facts.availability.budgets},
    }


def _need(need: Need) -> dict[str, Any]:
    return {
        "kind": need.kind,
        "name": need.name,
        "owner": need.owner,
        "dataset": need.dataset,
        "at": _at(need.gate, need.path),
        "need": plain(need.need),
        "worst_age": plain(need.age.age),
        "headroom": plain(need.headroom),
        "met": need.met,
    }


def _age(age: DatasetAge) -> dict[str, Any]:
    return {
        "dataset": age.dataset,
        "worst_age": plain(age.age),
        "way": [
            {
                "pipeline": stage.pipeline or None,
                "dataset": stage.dataset,
                "age": bare(stage.age),
                "parts": [{"part": term.name, "name": term.input.name, **plain(term.input)} for term in stage.terms],
            }
            for stage in age.chain
        ],
        "missing": _missing(age.missing),
    }


def _missing(found: Iterable[Missing]) -> list[dict[str, str]]:
    return [{"at": _at(gate, path), "what": what} for gate, path, what in found]


def _at(gate: str, path: Path) -> str:
    return f"{gate}: {path_text(path)}"


def backfill_data(facts: Facts) -> list[dict[str, Any]]:
    """Give every backfill: units, parallel work, duration against its window, and what it takes along."""
    return [_backfill(entry) for entry in facts.backfills]


def _backfill(entry: BackfillFacts) -> dict[str, Any]:
    return {
        "id": entry.backfill.id,
        "dataset": entry.backfill.dataset,
        "units": plain(entry.units),
        "runs": plain(entry.runs),
        "parallel": plain(entry.asked),
        "effective_parallel": plain(entry.effective),
        "limited_by": entry.limited_by,
        "duration": plain(entry.duration),
        "by_division": plain(entry.by_division),
        "window": plain(entry.window),
        "allowed": plain(entry.allowed),
        "headroom": plain(entry.headroom),
        "ends": plain(entry.ends),
        "pool_use": plain(entry.pool_use),
        "crowds_pool": entry.crowds,
        "ages_meanwhile": [
            {
                "kind": found.need.kind,
                "dataset": found.need.dataset,
                "age": plain(found.age),
                "need": plain(found.need.need),
                "met": found.met,
            }
            for found in entry.meanwhile
        ],
        "durations": [
            {"parallel": found.parallel, "duration": bare(found.duration), "possible": found.possible}
            for found in entry.by_parallel
        ],
        "whole_history": {"reasons": list(entry.whole.reasons), "gaps": list(entry.whole.gaps)},
        "downstream": [
            {"dataset": found.dataset, "becomes": found.becomes, "because": found.because, "after": list(found.after)}
            for found in entry.downstream
        ],
        "scanned": plain(entry.scanned),
        "scan_cost": plain(entry.scan_cost),
        "cost_line": entry.cost_line.name if entry.cost_line is not None else None,
    }


def numbers_data(facts: Facts) -> list[dict[str, Any]]:
    """Give every named number of the plan with what it is held against."""
    return [_named(entry) for entry in facts.numbers]


def _named(entry: Named) -> dict[str, Any]:
    return {
        "name": entry.name,
        "subject_kind": entry.subject_kind,
        "subject": entry.subject,
        "title": entry.label,
        "number": plain(entry.computed),
        "limit": plain(entry.limit),
        "rule": entry.rule,
        "holds": entry.holds,
    }


def sensitivity_data(facts: Facts) -> list[dict[str, Any]]:
    """Give what moves each headline number, and with which value its limit is missed first."""
    return [_moved(entry) for entry in facts.sensitivity]


def _moved(entry: Sensitivity) -> dict[str, Any]:
    named = entry.number
    return {
        "name": named.name,
        "subject_kind": named.subject_kind,
        "subject": named.subject,
        "title": named.label,
        "number": bare(named.computed),
        "limit": bare(named.limit),
        "effects": [_effect(effect) for effect in entry.effects],
    }


def _effect(effect: Effect) -> dict[str, Any]:
    turn = effect.turn
    return {
        "name": effect.name,
        "at": _at(effect.entry.gate or "", effect.entry.path),
        "value": bare(effect.entry),
        "less": plain(effect.less),
        "more": plain(effect.more),
        "number_at_less": plain(effect.at_less),
        "number_at_more": plain(effect.at_more),
        "share": amount(effect.share),
        "limit_missed_at": {**plain(turn.value), "factor": amount(turn.factor)} if turn is not None else None,
    }

"""What a backfill that does not end in its time would need: units at one time, slots, time, a faster unit or path."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from msgspec import Struct

from plangate.analysis.amount import amount
from plangate.analysis.backfill import BackfillFacts
from plangate.analysis.computed import Computed, Input
from plangate.analysis.pool_demand import PoolDemand
from plangate.model.quantity import LONGEST, Quantity

_TIME = (("s", 1),)


class Places(Struct, frozen=True):
    """So many units at one time, the size that their pool needs for them (None where it has it), and the window in
    which they end with room to spare (None where no window is long enough)."""

    parallel: int
    pool_size: int | None
    window: Quantity | None


class Enough(Struct, frozen=True):
    """The ways to bring a backfill into its time, None where one leads nowhere.

    `parallel` units at one time end in the window that there is; `running` are those that run now, or are asked for
    where none can run; a unit of a p95 runtime of `unit_runtime`, or a path that carries `rate`, ends in time too.
    """

    parallel: Places | None
    running: Places | None
    unit_runtime: Quantity | None
    rate: Quantity | None


def enough(entry: BackfillFacts, pools: Sequence[PoolDemand]) -> Enough:
    """Work out what a backfill needs to end within the time that it is allowed."""
    waves, path = _waves(entry), _part(entry, "backfill_on_shared_path")
    allowed, share = _allowed(entry)
    rate = _rate(path, allowed) if path is not None and path.value.base > allowed else None
    if waves is None or entry.units is None:
        running = _places(entry, pools, 1, path.value.base, share) if path is not None else None
        return Enough(None, running, None, rate)
    units, each = entry.units.value.base, Decimal(entry.backfill.units_per_run or 1)
    one = _number(waves, "unit_runtime") * (1 + _number(waves, "retry_rate"))
    asked = 1 if entry.one_by_one or entry.asked is None else int(entry.asked.value.base)
    running_units = max(int(_number(waves, "parallel")), 0) or asked or 1
    in_a_row = _in_a_row(units, each, running_units)
    longest = max(in_a_row * one, path.value.base if path is not None else Decimal(0))
    running = _places(entry, pools, running_units, longest, share)
    least = _least(units, each, (allowed / one).to_integral_value(ROUND_FLOOR))
    parallel = None
    if least is not None and rate is None and not entry.one_by_one:
        parallel = _places(entry, pools, least, Decimal(0), Decimal(0))
    unit_runtime = None
    if in_a_row and rate is None:
        unit_runtime = amount(allowed / (in_a_row * (1 + _number(waves, "retry_rate"))), _TIME)
    return Enough(parallel, running, unit_runtime, rate)


def over(entry: BackfillFacts, pools: Sequence[PoolDemand]) -> datetime | None:
    """Give when a backfill is over as it is or, where it never is, once its pool has the slots that it asks for.

    None where that is not known, or further off than a calendar goes.
    """
    if entry.duration is None or not entry.duration.never:
        return entry.ends
    runs, starts = runs_for(entry, pools), entry.backfill.starts
    if runs is None or starts is None or runs.base > LONGEST:
        return None
    return starts + timedelta(seconds=float(runs.base))


def runs_for(entry: BackfillFacts, pools: Sequence[PoolDemand]) -> Quantity | None:
    """Give how long a backfill that never ends takes once its pool has the slots that it asks for; None if nobody
    knows."""
    running = enough(entry, pools).running
    if running is None or running.window is None:
        return None
    return amount(running.window.base * _allowed(entry)[1], _TIME)


def besides(entry: BackfillFacts, pools: Sequence[PoolDemand]) -> int:
    """Give the slots of its pool that all but the backfill ask for at one time."""
    demand = next((pool.demand for pool in pools if pool.id == entry.backfill.pool), None)
    mean = entry.pool.mean if entry.pool is not None else None
    live = int(mean.value.base.to_integral_value(ROUND_CEILING)) if mean is not None else 0
    asked = 1 if entry.backfill.depends_on_past else entry.backfill.parallel or 1
    others = int(demand.value.base) - asked * slots(entry) if demand is not None else 0
    return max(live, others)


def slots(entry: BackfillFacts) -> int:
    """Give the slots that a unit holds."""
    return entry.backfill.slots or 1


def _places(
    entry: BackfillFacts, pools: Sequence[PoolDemand], parallel: int, duration: Decimal, share: Decimal
) -> Places:
    window = amount(duration / share, _TIME) if share and duration.is_finite() else None
    if entry.pool is None:
        return Places(parallel, None, window)
    size = besides(entry, pools) + parallel * slots(entry)
    return Places(parallel, size if size > entry.pool.size.value.base else None, window)


def _in_a_row(units: Decimal, each: Decimal, places: int) -> Decimal:
    """Give how many units the place with the most of them works off, in runs of `each`."""
    waves = (units / (places * each)).to_integral_value(ROUND_FLOOR)
    return waves * each + min(each, units - waves * places * each)


def _least(units: Decimal, each: Decimal, most: Decimal) -> int | None:
    """Give the fewest places of which none works off more than `most` units; None where one run is more than that."""
    waves, alone = divmod(most, each)
    if units <= most:
        return 1
    return int(((units - alone) / (waves * each)).to_integral_value(ROUND_CEILING)) if waves else None


def _waves(entry: BackfillFacts) -> Computed | None:
    """Give the duration by units, each in a run of its own or several in one."""
    return _part(entry, "backfill_duration") or _part(entry, "backfill_in_runs")


def _part(entry: BackfillFacts, formula: str) -> Computed | None:
    """Give the duration by waves or by rows, whether or not the other one is longer."""
    return next((part for part in _parts(entry.duration) if part.formula == formula), None)


def _parts(duration: Computed | None) -> Iterator[Computed]:
    if duration is not None:
        yield duration
        yield from (part.of for part in duration.inputs if part.of is not None)


def _allowed(entry: BackfillFacts) -> tuple[Decimal, Decimal]:
    """Give the time that may be used, and the share of the window that it is."""
    if entry.allowed is None:
        return Decimal(0), Decimal(0)
    return entry.allowed.value.base, _number(entry.allowed, "share")


def _rate(path: Computed, allowed: Decimal) -> Quantity | None:
    """Give the rows per second that the path has to carry: those of live loads, and the rows in the time allowed."""
    rows, load = _input(path, "rows").value, _input(path, "load").value
    return amount(rows.base / allowed + load.base, load.dimension) if allowed else None


def _number(number: Computed, name: str) -> Decimal:
    return _input(number, name).value.base


def _input(number: Computed, name: str) -> Input:
    return next(entry for entry in number.inputs if entry.name == name)

"""Which values of the plan move a number, by how much, and from which value on its limit is no longer kept."""

from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from plangate.analysis.amount import rounded
from plangate.analysis.computed import Computed, Input, leaves
from plangate.analysis.folded import folded
from plangate.analysis.leaf import DIGITS, called, is_whole, told, written_unit
from plangate.analysis.numbers import Named
from plangate.model.plan import Plan
from plangate.model.quantity import Quantity

if TYPE_CHECKING:
    from plangate.analysis.facts import Facts

STEP = Decimal("0.1")
"""By which share each value is moved down and up."""

MOST = Decimal(1000)
"""By which factor at most a value is moved to find where a limit is no longer kept."""

_CLOSE = Decimal("1.00001")
_SIGNIFICANT = Context(prec=9)
"""Two values that move a number alike stay in their order, whatever their last digits are."""
_X = "x"


class Turn(Struct, frozen=True):
    """The value from which on, further away from the plan's, a limit is no longer kept, or is kept again.

    `value` is told in the unit of the plan, to four digits; `factor` is how often the plan's value that is.
    """

    value: Quantity
    factor: Decimal


class Effect(Struct, frozen=True):
    """What a value of the plan (`entry`, in words `name`) does to a number.

    `less` and `more` are the value a tenth lower and higher, the next whole number where it counts things; `at_less`
    and `at_more` the number then, None where there is none. `share` is the larger of the two changes for a tenth, as a
    share of the number; infinite where a number of zero or without end changes.
    """

    entry: Input
    name: str
    less: Quantity
    more: Quantity
    at_less: Quantity | None
    at_more: Quantity | None
    share: Decimal
    turn: Turn | None


class Sensitivity(Struct, frozen=True):
    """A number with every value that moves it, the one that moves it most first."""

    number: Named
    effects: tuple[Effect, ...]

    @property
    def turns(self) -> tuple[Effect, ...]:
        """The values with which the limit can be missed (or kept again), the nearest first."""
        return tuple(sorted((entry for entry in self.effects if entry.turn is not None), key=_distance))


def sensitivity(facts: "Facts") -> tuple[Sensitivity, ...]:
    """Give the sensitivity of each headline number: those of the plan as a whole, and those with a limit.

    The availability of a chain is none of them: its parts are close to one, and a tenth more is more than there is.
    """
    headline = (entry for entry in facts.numbers if entry.subject_kind == "plan" or entry.limit is not None)
    return tuple(of(facts.plan, entry) for entry in headline if entry.name != "availability")


def of(plan: Plan, number: Named) -> Sensitivity:
    """Move every value that a number or its limit rests on; the base case counts."""
    moving = [effect for entry in _leaves(number) for effect in _effect(plan, number, entry)]
    return Sensitivity(number, tuple(sorted(moving, key=lambda effect: -effect.share)))


def _leaves(number: Named) -> Iterator[Input]:
    """Give every value once, those that a computed limit rests on after those of the number."""
    seen = set()
    of_limit = leaves(number.limit.of) if number.limit is not None and number.limit.of is not None else ()
    for entry in (*leaves(number.computed), *of_limit):
        if entry.leaf not in seen:
            seen.add(entry.leaf)
            yield entry


def _effect(plan: Plan, number: Named, entry: Input) -> Iterator[Effect]:
    assert entry.leaf is not None  # noqa: S101 -- only values of the plan are moved
    number_at = _function(number.computed, entry)
    limit_at = _function(number.limit, entry) if number.limit is not None else None
    whole = is_whole(plan, entry)
    base, now = entry.value.base, number.computed.value.base
    less, more = (_moved(base, 1 + step, whole=whole) for step in (-STEP, STEP))
    at_less, at_more = number_at(less), number_at(more)
    share = max(_change(now, at) * _scaled(base, moved) for at, moved in ((at_less, less), (at_more, more)))
    turn = _turn(number, entry, number_at, limit_at, whole=whole) if limit_at is not None else None
    if share or turn:
        yield Effect(
            entry,
            called(plan, entry),
            told(entry.value, less),
            told(entry.value, more),
            number.quantity(at_less) if at_less is not None else None,
            number.quantity(at_more) if at_more is not None else None,
            share,
            turn,
        )


_Function = Callable[[Decimal], Decimal | None]


def _function(number: Computed | Input, entry: Input) -> _Function:
    """Give a number as a function of one value of the plan; None where it divides by zero."""
    assert entry.leaf is not None  # noqa: S101 -- only values of the plan are moved
    law = folded(number, {entry.leaf: _X})

    def at(value: Decimal) -> Decimal | None:
        try:
            return law.value({_X: value})
        except ArithmeticError:
            return None

    return at


def _moved(base: Decimal, factor: Decimal, *, whole: bool) -> Decimal:
    if not whole:
        return base * factor
    return max((base * factor).to_integral_value(ROUND_CEILING if factor > 1 else ROUND_FLOOR), Decimal(1))


def _scaled(base: Decimal, moved: Decimal) -> Decimal:
    """Give the factor that brings the change of a value that could not move by exactly a tenth to one that did."""
    return STEP / abs(moved / base - 1) if base and moved != base else Decimal(1)


def _change(base: Decimal, now: Decimal | None) -> Decimal:
    if now is None or now == base:
        return Decimal(0)
    if base == 0 or not base.is_finite() or not now.is_finite():
        return Decimal("Infinity")
    return _SIGNIFICANT.plus(abs(now / base - 1))


def _turn(number: Named, entry: Input, number_at: _Function, limit_at: _Function, *, whole: bool) -> Turn | None:
    """Search by bisection, as every law is monotone in each of its inputs; a whole number turns at a whole number."""

    def holds(value: Decimal) -> bool | None:
        found, limit = number_at(value), limit_at(value)
        return None if found is None or limit is None else number.keeps(found, limit)

    base = entry.value.base
    now = holds(base)
    ends = [end for end in (base * MOST, base / MOST) if now is not None and base > 0 and holds(end) is (not now)]
    if not ends:
        return None
    kept, past = base, ends[0]
    while max(kept / past, past / kept) > _CLOSE:
        middle = (kept * past).sqrt()
        kept, past = (kept, middle) if holds(middle) is (not now) else (middle, past)
    unit = written_unit(entry.value)[0]
    written = past / unit
    step = Decimal(1) if whole else Decimal(1).scaleb(written.adjusted() + 1 - DIGITS)
    roundings = (ROUND_HALF_EVEN, ROUND_CEILING if past > base else ROUND_FLOOR)
    values = [rounded(written, step, rounding) * unit for rounding in roundings]
    value = next((value for value in values if value > 0 and holds(value) is (not now)), None)
    return Turn(told(entry.value, value), value / base) if value is not None else None


def _distance(effect: Effect) -> Decimal:
    """Give how far a value is from where it turns, to three digits: two that turn alike stay in their order."""
    assert effect.turn is not None  # noqa: S101 -- only those that turn are sorted
    return Context(prec=3).plus(max(effect.turn.factor, 1 / effect.turn.factor))

"""Computed numbers: the formula, the numbers put in with their places in the plan, and what those rest on in turn.

A computed number is a graph: its inputs are values of the plan or other computed numbers. So every number can be shown
with its work, worked out again with another value put in, and traced to the values that move it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import chain, product
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.amount import NUMBER, amount
from plangate.analysis.formula import Formula
from plangate.analysis.formulas import FORMULAS
from plangate.model.estimate import Estimate
from plangate.model.problem import Path
from plangate.model.quantity import Quantity
from plangate.model.unit import Dimension

_GROUPED = re.compile(r"(?<=\d)_(?=\d)")

_MOST_TIED = 8
"""Numbers behind inputs that have one in common: with more, low and high of each input are combined."""

Leaf = tuple[str, Path]
"""Where the plan says a number: gate and path."""


class Input(Struct, frozen=True):
    """A number put into a formula: low, base and high case, and where the plan says it (gate and path), if it does.

    `of` is the computed number that it is, if it is one; `parameter` the formula's name for it, where several numbers
    stand for one parameter (else `name` is that); `basis` what an estimate rests on.
    """

    name: str
    low: Quantity
    value: Quantity
    high: Quantity
    gate: str | None = None
    path: Path = ()
    of: "Computed | None" = None
    parameter: str | None = None
    basis: str | None = None

    @property
    def leaf(self) -> Leaf | None:
        """The place of the plan that says the number; None where it is computed or a constant."""
        return (self.gate, self.path) if self.gate is not None and self.of is None else None


class Computed(Struct, frozen=True):
    """A computed number: base case with its low and high case, the formula, and the numbers put in.

    `ranged` holds the places of the plan whose low and high case it rests on.
    """

    formula: str
    low: Quantity
    value: Quantity
    high: Quantity
    inputs: tuple[Input, ...]
    ranged: frozenset[Leaf] = frozenset()

    @property
    def spread(self) -> bool:
        """Tell whether low and high case differ."""
        return self.low.base != self.high.base

    @property
    def never(self) -> bool:
        """Tell whether the number is infinite: a backlog that is never worked off."""
        return not self.value.base.is_finite()

    @property
    def work(self) -> str:
        """The formula with the numbers put in: `2,400,000 rows/d × 1 h × 6 ÷ 12 min`."""
        shown: dict[str, list[str]] = {}
        for entry in self.inputs:
            shown.setdefault(entry.parameter or entry.name, []).append(_GROUPED.sub(",", str(entry.value)))
        return FORMULAS[self.formula].law.shown({name: ", ".join(texts) for name, texts in shown.items()})

    def __str__(self) -> str:
        return str(self.value)


Number = Quantity | Estimate[Any] | Computed | Decimal | int | None


def given(name: str, number: Number, gate: str | None = None, path: Path = ()) -> Input | None:
    """Make an input of whatever the plan or another formula holds; None where nothing stands."""
    if number is None:
        return None
    if isinstance(number, Computed):
        return Input(name, number.low, number.value, number.high, gate, path, number)
    if isinstance(number, Estimate):
        low, base, high = (_quantity(case) for case in number.cases)
        return Input(name, low, base, high, gate, path, basis=number.basis)
    value = _quantity(number)
    return Input(name, value, value, value, gate, path)


def _quantity(number: Any) -> Quantity:
    if isinstance(number, Quantity):
        return number
    value = Decimal(number)
    return Quantity(value, (), value, "", f"{value:,f}" if value == value.to_integral_value() else f"{value:.4g}")


def named(name: str, entry: Input | None) -> Input | None:
    """Give an input under the name that a formula has for it."""
    if entry is None or entry.name == name:
        return entry
    said = entry.gate, entry.path, entry.of, entry.parameter, entry.basis
    return Input(name, entry.low, entry.value, entry.high, *said)


def per(entry: Input | None, base: str) -> Input | None:
    """Read a quantity as per one of something, so that dimensions come out: a size of a row as `B/rows`."""
    if entry is None:
        return None
    low, value, high = (
        Quantity(case.base, tuple(sorted({**dict(case.dimension), base: -1}.items())), case.value, case.unit, case.text)
        for case in (entry.low, entry.value, entry.high)
    )
    same = entry.low is entry.value is entry.high
    return replace(entry, low=value if same else low, value=value, high=value if same else high)


def compute(formula_id: str, *inputs: Input | None, binary: bool = False) -> Computed | None:
    """Put numbers into a formula, for the base case and over all corners of low and high; None where one is missing.

    The corners give the extremes because every law is monotone in each of its inputs. Where several rest on one number
    that has a range, they are worked out again for its low and its high case, as these never hold at one time.
    """
    present = [entry for entry in inputs if entry is not None]
    if len(present) != len(inputs):
        return None
    return _computed(FORMULAS[formula_id], present, binary)


def combine(
    formula_id: str, parameter: str, parts: Iterable[tuple[str, Computed | None]], *, binary: bool = False
) -> Computed | None:
    """Put named computed numbers into a formula that takes many (`total`, `largest`): low to low, high to high.

    None where there is none or one of them is open, so that no number leaves something out. Raises TypeError where they
    are of different dimensions.
    """
    found = []
    for name, part in parts:
        if part is None:
            return None
        found.append(Input(name, part.low, part.value, part.high, None, (), part, parameter))
    if not found:
        return None
    return _computed(FORMULAS[formula_id], found, binary, together=True)


def total(parts: Iterable[tuple[str, Computed | None]], *, binary: bool = False) -> Computed | None:
    """Add named computed numbers; see `combine`."""
    return combine("total", "parts", parts, binary=binary)


def _computed(formula: Formula, inputs: list[Input], binary: bool, *, together: bool = False) -> Computed | None:
    law = formula.law
    moving = [entry for entry in inputs if entry.low is not entry.value or entry.high is not entry.value]
    try:
        base = law.value(_numbers(inputs, [entry.value.base for entry in inputs]))
        least = most = base
        for corner in _corners(inputs, together=together) if moving else ():
            number = law.value(_numbers(inputs, corner))
            least, most = min(least, number), max(most, number)
    except ArithmeticError:
        return None
    dimension, plain = _result(formula, inputs), formula.unit == NUMBER
    value = amount(base, dimension, binary=binary, plain=plain)
    low = value if least is base else amount(least, dimension, binary=binary, plain=plain)
    high = value if most is base else amount(most, dimension, binary=binary, plain=plain)
    ranged = frozenset[Leaf]().union(*(_ranged(entry) for entry in moving))
    return Computed(formula.id, low, value, high, tuple(inputs), ranged)


def _corners(inputs: Sequence[Input], *, together: bool) -> Iterable[tuple[Decimal, ...]]:
    """Give the numbers of every combination of low and high cases, or of all low and all high ones.

    What several inputs rest on is low or high for all of them, unless there is too much of it to go through.
    """
    if together:
        return tuple(entry.low.base for entry in inputs), tuple(entry.high.base for entry in inputs)
    if not (tied := _common(_ranged(entry) for entry in inputs)):
        return product(*(_cases(entry) for entry in inputs))
    loose = [tied.isdisjoint(_ranged(entry)) for entry in inputs]
    parts = _parts([entry for entry, free in zip(inputs, loose, strict=True) if not free], tied)
    if len(parts) > _MOST_TIED:
        return product(*(_cases(entry) for entry in inputs))
    known = [dict(zip(parts, numbers, strict=True)) for numbers in product(*map(_cases, parts.values()))]
    return chain.from_iterable(
        product(*(_cases(entry) if free else (_again(entry, at),) for entry, free in zip(inputs, loose, strict=True)))
        for at in known
    )


def _cases(entry: Input) -> tuple[Decimal, ...]:
    return (entry.low.base, entry.high.base) if entry.low != entry.high else (entry.low.base,)


def _ranged(entry: Input) -> frozenset[Leaf]:
    """Give the places whose range a number has, or rests on."""
    if entry.of is not None:
        return entry.of.ranged
    return frozenset({leaf}) if (leaf := entry.leaf) is not None and entry.low != entry.high else frozenset()


def _common(places: Iterable[frozenset[Leaf]]) -> frozenset[Leaf]:
    """Give the places that several have."""
    seen, found = set[Leaf](), set[Leaf]()
    for one in places:
        found |= seen & one
        seen |= one
    return frozenset(found)


_Part = Leaf | int
"""A place of the plan, or a computed number by its identity."""


def _part(entry: Input) -> _Part | None:
    return id(entry.of) if entry.of is not None else entry.leaf


def _parts(inputs: Sequence[Input], tied: frozenset[Leaf]) -> Mapping[_Part, Input]:
    """Give the least numbers that inputs rest on and that have nothing in common: a computed one that several of them
    take is one, and so is one that nothing else has a place of."""
    taken = Counter(part for entry in inputs for part in _within(entry))
    split = frozenset[Leaf]()
    while True:
        found: dict[_Part, Input] = {}
        waiting = list(inputs)
        while waiting:
            entry = waiting.pop()
            places, part = _ranged(entry), _part(entry)
            whole = entry.of is None or tied.isdisjoint(places) or (taken[part] > 1 and split.isdisjoint(places))
            if entry.of is not None and not whole:
                waiting.extend(entry.of.inputs)
            elif places and part is not None:
                found[part] = entry
        if not (common := _common(_ranged(entry) for entry in found.values())):
            return found
        split, tied = split | common, tied | common


def _within(entry: Input) -> set[_Part | None]:
    """Give a number and all computed ones that it rests on, those that have a range."""
    found: set[_Part | None] = set()
    waiting = [entry]
    while waiting:
        one = waiting.pop()
        if one.of is not None and one.of.ranged and id(one.of) not in found:
            found.add(id(one.of))
            waiting.extend(one.of.inputs)
    return found


def _again(entry: Input, known: dict[_Part, Decimal]) -> Decimal:
    """Work a number out with what is known of its parts."""
    part = _part(entry)
    if part is None or not _ranged(entry) or (part not in known and entry.of is None):
        return entry.value.base
    if part not in known and entry.of is not None:
        numbers = [_again(one, known) for one in entry.of.inputs]
        known[part] = FORMULAS[entry.of.formula].law.value(_numbers(entry.of.inputs, numbers))
    return known[part]


def _numbers(inputs: Iterable[Input], values: Iterable[Decimal]) -> dict[str, Any]:
    """Give the numbers by parameter; several for one parameter in a tuple."""
    found: dict[str, Any] = {}
    many: dict[str, list[Decimal]] = {}
    for entry, value in zip(inputs, values, strict=True):
        if entry.parameter is None:
            found[entry.name] = value
        else:
            many.setdefault(entry.parameter, []).append(value)
    if many:
        found.update((name, tuple(numbers)) for name, numbers in many.items())
    return found


def _result(formula: Formula, inputs: Iterable[Input]) -> Dimension:
    """Give the dimension of what was really put in: generic formulas take any units that fit together.

    Raises TypeError where unlike things are added.
    """
    found: dict[str, Dimension] = {}
    for entry in inputs:
        name = entry.parameter or entry.name
        if found.setdefault(name, entry.value.dimension) != entry.value.dimension:
            raise TypeError(f"{formula.id} cannot add {found[name]} and {entry.value.dimension}")
    return _dimension(formula.id, tuple(found.items()))


@lru_cache(maxsize=4096)
def _dimension(formula: str, given: tuple[tuple[str, Dimension], ...]) -> Dimension:
    return FORMULAS[formula].law.dimension(dict(given))


def leaves(number: Computed) -> Iterator[Input]:
    """Give every value of the plan that a number rests on, each place once, in the order of the work."""
    seen: set[Leaf] = set()
    for entry in _inputs(number):
        leaf = entry.leaf
        if leaf is not None and leaf not in seen:
            seen.add(leaf)
            yield entry


def _inputs(number: Computed) -> Iterator[Input]:
    for entry in number.inputs:
        yield entry
        if entry.of is not None:
            yield from _inputs(entry.of)


def with_values(number: Computed, changed: Mapping[Leaf, Decimal]) -> Decimal | None:
    """Work a number out again in base units with other values at some places of the plan; None on a division by zero.

    Every formula between the places and the number computes again, so the result is what the plan would give.
    """
    known: dict[int, Decimal] = {}

    def value(found: Computed) -> Decimal:
        if id(found) not in known:
            numbers = [value(entry.of) if entry.of is not None else _changed(entry, changed) for entry in found.inputs]
            same = all(number == entry.value.base for number, entry in zip(numbers, found.inputs, strict=True))
            known[id(found)] = (
                found.value.base if same else FORMULAS[found.formula].law.value(_numbers(found.inputs, numbers))
            )
        return known[id(found)]

    try:
        return value(number)
    except ArithmeticError:
        return None


def _changed(entry: Input, changed: Mapping[Leaf, Decimal]) -> Decimal:
    leaf = entry.leaf
    return changed.get(leaf, entry.value.base) if leaf is not None else entry.value.base

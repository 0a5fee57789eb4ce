"""Canonical texts as people write them: `7200 s` is `120 min`, and a price by the byte one by the GiB."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import product

from plangate.analysis.amount import amount, digits, settled, style
from plangate.analysis.canonical import RATIO
from plangate.model.currency import CURRENCIES
from plangate.model.unit import Dimension, unit_of

_MEASURED = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Za-z_][A-Za-z_ /]*|1/[A-Za-z_/]+)")
_BYTES = ("GB", "GiB", "TB", "TiB", "MB", "MiB", "kB", "KiB", "PB", "PiB", "B")
_PAID, _DONE = ("month", "h", "d", "min", "s"), ("s", "month", "d", "h", "min")
_LONGEST = 9
_SMALL, _LARGE = Decimal("0.001"), Decimal(10_000_000)


def readable(text: str | None) -> str | None:
    """Write a canonical text as people do: `7200 s` is `120 min`. What is no quantity stays as it is."""
    return alike(text, None)[0]


def alike(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    """Write two canonical texts as people do; two quantities of one kind in one unit, so that they can be compared.

    Sizes, rates and prices stand in that unit in which they are shortest, since the canonical one is the byte and the
    second whatever an author wrote. Numbers that differ never look alike.
    """
    before, after = (_MEASURED.fullmatch(text or "") for text in (old, new))
    if before is None or after is None or before[2] != after[2]:
        return _one(old, before), _one(new, after)
    pair = (Decimal(before[1]), Decimal(after[1]))
    dimension = _dimension(before[2])
    if dimension is None:
        return old, new
    if before[2] == RATIO:
        texts = [amount(number, ()).text for number in pair]
    else:
        unit, size = _unit(dimension, *pair)
        texts = [f"{_number(number / size)} {unit}" for number in pair]
    return (texts[0], texts[1]) if texts[0] != texts[1] or old == new else (old, new)


def _one(text: str | None, found: re.Match[str] | None) -> str | None:
    dimension = _dimension(found[2]) if found is not None else None
    if found is None or dimension is None:
        return text
    if found[2] == RATIO:
        return amount(Decimal(found[1]), dimension).text
    unit, size = _unit(dimension, Decimal(found[1]))
    return f"{_number(Decimal(found[1]) / size)} {unit}"


def _dimension(unit: str) -> Dimension | None:
    """Give the dimension of a canonical unit; None for what is none."""
    if unit == RATIO:
        return ()
    try:
        if unit.startswith("1/"):
            return tuple((name, -power) for name, power in unit_of(unit.removeprefix("1/"))[1])
        return unit_of(unit)[1]
    except KeyError:
        return None


def _unit(dimension: Dimension, *numbers: Decimal) -> tuple[str, Decimal]:
    """Choose the unit, with its size, in which the longest of some numbers is shortest; else that of the smallest."""
    known = _units(dimension)
    if known:
        return min(known, key=lambda unit: max(_length(number / unit[1]) for number in numbers))
    unit = amount(min(numbers), dimension).text.partition(" ")[2]
    return unit, unit_of(unit)[0] if not unit.startswith("1/") else Decimal(1)


def _length(number: Decimal) -> int:
    """Count the digits of a number, zeros before them too; one that is very small or large is the longest."""
    short = settled(number).normalize()
    count = len(short.as_tuple().digits) + max(0, -short.adjusted())
    return count if not short or _SMALL <= abs(short) < _LARGE else count + 100


def _number(number: Decimal) -> str:
    """Write a number in full as long as it is short, else three digits of it."""
    short = settled(number).normalize()
    return f"{short:,f}" if _length(short) <= _LONGEST else digits(number)


@lru_cache(maxsize=256)
def _units(dimension: Dimension) -> tuple[tuple[str, Decimal], ...]:
    """Give the units, with their sizes, in which people may have written a size, a rate or a price; the one that a page
    would take first, none for anything else."""
    powers = dict(dimension)
    above = [name for name, power in dimension if power == 1]
    below = [name for name, power in dimension if power == -1]
    if len(above) != 1 or len(above) + len(below) != len(dimension) or "s" in above or not {"B", "s"} & {*powers}:
        return ()
    usual = next(unit for _, _, unit in reversed(style(dimension).steps))
    names = [*dict.fromkeys((usual, *_named(above[0], below)))]
    return tuple((name, unit_of(name)[0]) for name in names)


def _named(above: str, below: list[str]) -> Iterator[str]:
    spelled = {"B": _BYTES, "s": _PAID if above in CURRENCIES else _DONE}
    for parts in product(*(spelled.get(name, (name,)) for name in (*sorted(below, reverse=True), above))):
        yield "/".join(reversed(parts))

"""From one type of a column to another: how far, and whether every value finds a place."""

from typing import Literal

from plangate.model.table import Type

Step = Literal["same", "wider", "narrower", "longer", "shorter", "rescaled", "instant", "other", "unknown"]

_DIGITS = {8: 3, 16: 5, 32: 10, 64: 19}
"""Decimal digits that integers of so many bits may have."""
_EXACT = {32: 24, 64: 53}
"""Bits of an integer that a float of so many bits keeps exactly."""


def type_step(old: Type, new: Type) -> Step:
    """Tell how a type differs from the one before; fields of records are left out, they are compared by themselves."""
    if "unknown" in (old.kind, new.kind):
        return "same" if old == new and old.written.casefold() == new.written.casefold() else "unknown"
    if old.kind != new.kind:
        return _other_kind(old, new)
    if old.kind in ("integer", "float"):
        return _ordered(old.bits, new.bits, "wider", "narrower")
    if old.kind == "decimal":
        return _decimal(old, new)
    if old.kind in ("string", "bytes"):
        return _length(old.length, new.length)
    if old.kind in ("time", "timestamp"):
        if old.zoned != new.zoned:
            return "unknown" if None in (old.zoned, new.zoned) else "instant"
        return _ordered(old.fraction, new.fraction, "wider", "narrower")
    if old.kind in ("array", "map"):
        if old.items is None or new.items is None:
            return "same" if old.items is new.items else "unknown"
        return type_step(old.items, new.items)
    if old.kind == "union":
        before, after = set(old.branches), set(new.branches)
        return "same" if before == after else "wider" if before < after else "narrower" if after < before else "other"
    return "same"


def _other_kind(old: Type, new: Type) -> Step:
    if old.kind == "integer" and new.kind in ("float", "decimal"):
        return _holds(new, old, "wider")
    if new.kind == "integer" and old.kind in ("float", "decimal"):
        return _holds(old, new, "narrower")
    return "other"


def _holds(number: Type, integer: Type, step: Step) -> Step:
    """Give a step where a float or decimal holds every value of an integer exactly."""
    if integer.bits is None:
        return "unknown"
    if number.kind == "float":
        return "unknown" if number.bits is None else step if _EXACT.get(number.bits, 0) >= integer.bits else "other"
    if number.precision is None:
        return "unknown"
    return step if number.precision - (number.scale or 0) >= _DIGITS.get(integer.bits, 39) else "other"


def _decimal(old: Type, new: Type) -> Step:
    if old.precision is None or new.precision is None:
        return "same" if (old.precision, old.scale) == (new.precision, new.scale) else "unknown"
    if (old.scale or 0) != (new.scale or 0):
        return "rescaled"
    return _ordered(old.precision, new.precision, "wider", "narrower")


def _length(old: int | None, new: int | None) -> Step:
    if old == new:
        return "same"
    return "longer" if new is None or (old is not None and old < new) else "shorter"


def _ordered(old: int | None, new: int | None, more: Step, less: Step) -> Step:
    if old == new:
        return "same"
    if old is None or new is None:
        return "unknown"
    return more if old < new else less

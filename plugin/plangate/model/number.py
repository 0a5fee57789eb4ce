"""Plain numbers and yes-or-no fields, as strictly read as quantities."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from plangate.model.quantity import LARGEST, trap
from plangate.model.text import shown

MOST_ATTEMPTS = 1000
"""How often anything is tried again: the waits are added up one by one."""


def _refused(raw: object, what: str) -> PydanticCustomError:
    reason = trap(raw) if isinstance(raw, str) else None
    if reason:
        return PydanticCustomError(
            "GEN008",
            "`{observed}` is not {expected}: {reason}",
            {"observed": shown(raw), "expected": what, "reason": reason},
        )
    return PydanticCustomError("GEN008", "`{observed}` is not {expected}", {"observed": shown(raw), "expected": what})


def _whole(raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        if raw < 0:
            raise _refused(raw, "a whole number of zero or more")
        if raw >= LARGEST:
            raise _refused(raw, "a number of a plan, which has at most 30 digits")
        return int(raw)
    raise _refused(raw, "a whole number such as `24`")


def _attempts(raw: object) -> int:
    if (number := _whole(raw)) > MOST_ATTEMPTS:
        raise _refused(raw, f"a number of attempts up to {MOST_ATTEMPTS}")
    return number


def _count(raw: object) -> int:
    if (number := _whole(raw)) == 0:
        raise _refused(raw, "a whole number of one or more")
    return number


def _factor(raw: object) -> Decimal:
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        if raw <= 0:
            raise _refused(raw, "a number above zero")
        if raw >= LARGEST:
            raise _refused(raw, "a number of a plan, which has at most 30 digits")
        return Decimal(raw)
    raise _refused(raw, "a number such as `6` or `1.5`")


_WORD_FOR_FLAG = "`{observed}` is text here; write `{expected}`"


def _flag(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.casefold() in {"yes", "no", "on", "off", "y", "n", "true", "false"}:
        meant = "true" if raw.casefold() in {"yes", "on", "y", "true"} else "false"
        quoted = raw.casefold() == meant
        told = '`"{observed}"` is text; write `{expected}` without quotes' if quoted else _WORD_FOR_FLAG
        shown = {"shown": f'"{raw}"'} if quoted else {}
        raise PydanticCustomError("GEN008", told, {"observed": raw, "expected": meant, **shown})
    raise _refused(raw, "`true` or `false`")


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


Whole = Annotated[int, BeforeValidator(_whole), _schema(type="integer", minimum=0)]
Attempts = Annotated[int, BeforeValidator(_attempts), _schema(type="integer", minimum=0, maximum=MOST_ATTEMPTS)]
Count = Annotated[int, BeforeValidator(_count), _schema(type="integer", minimum=1)]
Factor = Annotated[Decimal, BeforeValidator(_factor), _schema(type="number", exclusiveMinimum=0)]
Flag = Annotated[bool, BeforeValidator(_flag), _schema(type="boolean")]

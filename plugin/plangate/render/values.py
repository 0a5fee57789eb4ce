"""Typed values as text: quantities, estimates, dates, durations, and what a field is called."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from markupsafe import Markup
from msgspec import Struct
from pydantic import BaseModel

from plangate.analysis.amount import rounded
from plangate.model.bound import Bound
from plangate.model.estimate import Estimate
from plangate.model.quantity import Quantity
from plangate.model.reference import Ref
from plangate.render.fragments import text
from plangate.render.text import label

_CODE = frozenset(
    {"command", "sql", "query", "entrypoint", "pattern", "path", "secret", "dbt_selector", "cron", "type"}
)
_GROUPED = re.compile(r"(?<=\d)_(?=\d{3})")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class FieldSpec(Struct, frozen=True):
    """What is known of a field: attribute, name in the file, heading, reference, and how its text is set."""

    attribute: str
    name: str
    title: str
    ref: Ref | None = None
    word: bool = False
    code: bool = False


@cache
def specs(model: type[BaseModel]) -> tuple[FieldSpec, ...]:
    """Give the fields of a model in their order."""
    found = []
    for attribute, field in model.model_fields.items():
        name = field.alias or attribute
        ref = next((entry for entry in field.metadata if isinstance(entry, Ref)), None) or _ref(field.annotation)
        found.append(
            FieldSpec(
                attribute,
                name,
                label(name),
                ref,
                word=_is_word(field.annotation),
                code=name == "id" or (name in _CODE and not _is_word(field.annotation)),
            )
        )
    return tuple(found)


def _ref(annotation: Any) -> Ref | None:
    if get_origin(annotation) is Annotated:
        own = next((entry for entry in annotation.__metadata__ if isinstance(entry, Ref)), None)
        if own is not None:
            return own
    return next((ref for part in get_args(annotation) if (ref := _ref(part)) is not None), None)


def _is_word(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin is Literal:
        return True
    if origin in {Union, UnionType, Annotated, tuple}:
        return any(_is_word(part) for part in get_args(annotation) if isinstance(part, object))
    return False


def present(value: object) -> bool:
    """Tell whether a field says anything."""
    return value is not None and value not in ((), {})


def grouped(value: Decimal | int) -> str:
    """Write a number with commas between thousands and no exponent."""
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


def quantity_text(quantity: Quantity) -> str:
    """Write a quantity as its author did, thousands grouped; ISO durations stay."""
    if quantity.text.startswith("P"):
        return quantity.text
    return f"{grouped(quantity.value)} {quantity.unit}".rstrip()


def estimate_text(estimate: Estimate[Any]) -> Markup:
    """Write an estimate: base case, low to high, basis, source and date."""
    base, low, high = (_plain(case) for case in (estimate.base, estimate.lowest, estimate.highest))
    shown = Markup('<span class="pg-q">{}</span>').format(base)
    if estimate.low is not None or estimate.high is not None:
        shown += Markup(' <small class="pg-range">{} – {}</small>').format(low, high)
    origin = ", ".join(
        word
        for word in (
            estimate.basis,
            estimate.source and text(estimate.source),
            estimate.as_of and day_text(estimate.as_of),
        )
        if word
    )
    return shown + (Markup(' <small class="pg-mark">{}</small>').format(Markup(origin)) if origin else Markup(""))  # noqa: S704 - escaped above


def _plain(value: object) -> str:
    if isinstance(value, Quantity):
        return quantity_text(value)
    return grouped(value) if isinstance(value, Decimal | int) else str(value)


def day_text(day: date) -> str:
    """Write a day as 2026-12-05."""
    return day.isoformat()[:10]


def moment_text(moment: datetime) -> str:
    """Write an instant as `Sat 5 Dec 2026 20:00 UTC`; instants are in UTC."""
    return f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]} {moment.year} {moment:%H:%M} UTC"


def clock_text(moment: datetime, first: datetime) -> str:
    """Write the time of day, with the days that have passed since the day of `first`: `01:40 +1`."""
    days = (moment.date() - first.date()).days
    return f"{moment:%H:%M}" + (f" {days:+d}" if days else "")


def duration_text(seconds: Decimal | int) -> str:
    """Write a duration in whole minutes, as `8 h 30 min` or `25 min`; under a minute in seconds."""
    total = int(Decimal(seconds).copy_abs().to_integral_value())
    sign = "−" if seconds < 0 else ""
    if total < 60:
        return f"{sign}{total} s" if total else "0 min"
    days, rest = divmod(round(total / 60), 1440)
    hours, minutes = divmod(rest, 60)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    return sign + " ".join(parts)


def percent_text(share: Decimal | float) -> str:
    """Write a ratio as a percentage with at most one decimal, half rounded up: 0.345 is `34.5 %`."""
    number = f"{rounded(Decimal(share) * 100, Decimal('0.1')):f}".removesuffix(".0")
    return f"{number} %".replace("-", "−")


def scalar_text(value: object, spec: FieldSpec | None = None) -> str:
    """Write a scalar as plain text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Quantity):
        return quantity_text(value)
    if isinstance(value, Bound):
        return str(value)
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, int | Decimal):
        return grouped(value)
    written = str(value)
    return written.replace("_", " ") if spec is not None and spec.word else written


def raw_text(value: object) -> str:
    """Write a plain YAML value in one line, for the register of assumptions."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {raw_text(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(raw_text(item) for item in value)
    return "nothing" if value is None else _GROUPED.sub(",", scalar_text(value))

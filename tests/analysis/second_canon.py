"""A second canonical form, written for these tests alone: other code, the same rules, the same bytes.

It goes over the fields of typed values by hand, counts units in fractions and writes JSON itself.
"""

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from plangate.model.bound import Bound
from plangate.model.quantity import Quantity
from plangate.model.unit import UNITS

KEPT = ("columns", "steps", "layers", "escalation")


def measured(value: Quantity) -> str:
    if re.match(r"P.*\d", value.text):
        number, unit = Fraction(value.value), "s"
    else:
        number, unit = Fraction(value.value), value.unit
    powers: dict[str, int] = {}
    for place, side in enumerate(unit.split("/")):
        for name in side.split():
            size, base = UNITS[name]
            number = number * Fraction(size) if place == 0 else number / Fraction(size)
            if base:
                powers[base] = powers.get(base, 0) + (-1 if place else 1)
    exact = Context(prec=28, rounding=ROUND_HALF_EVEN).divide(Decimal(number.numerator), Decimal(number.denominator))
    top = [name for name in sorted(powers) for _ in range(max(powers[name], 0))]
    below = ["/" + name for name in sorted(powers) for _ in range(max(-powers[name], 0))]
    shown = " ".join(top) or ("1" if below else "ratio")
    return f"{digits(exact)} {shown}{''.join(below)}"


def digits(number: Decimal | int) -> str:
    sign, figures, exponent = Decimal(number).as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, figures)).rjust(1 - exponent, "0") + "0" * max(exponent, 0)
    whole, part = (text[:exponent], text[exponent:].rstrip("0")) if exponent < 0 else (text, "")
    found = (whole.lstrip("0") or "0") + (f".{part}" if part else "")
    return f"-{found}" if sign and found != "0" else found


def written(raw: str) -> str:
    lines = re.sub(r"\r\n?", "\n", raw)
    if not set(raw) & set("\"'`"):
        lines = re.sub(r"(\S)[ \t]+", r"\1 ", lines)
    return unicodedata.normalize("NFC", re.sub(r"\n+\Z", "", re.sub(r"[ \t]+(?=\n|\Z)", "", lines)))


def reduced(value: Any, field: str = "", annotation: str = "") -> Any:
    """Give texts, booleans, lists and dictionaries; `annotation` is the text of the field's type."""
    if isinstance(value, BaseModel):
        found = {}
        for attribute, info in type(value).model_fields.items():
            inner = getattr(value, attribute)
            if inner is None or (not info.is_required() and inner == info.get_default(call_default_factory=True)):
                continue
            name = info.alias or attribute
            found[name] = reduced(inner, name, f"{info.annotation} {info.metadata}")
        return found
    if isinstance(value, dict):
        return {written(key): reduced(item) for key, item in value.items()}
    if isinstance(value, tuple):
        items = [reduced(item) for item in value]
        if field in KEPT:
            return items
        if re.search(r"tuple\[(typing\.)?(Literal|Annotated\[str, Ref)", annotation):
            return sorted(set(items))
        if any("id" in type(item).model_fields for item in value if isinstance(item, BaseModel)):
            return sorted(items, key=lambda item: item.get("id", ""))
        return items
    if isinstance(value, bool):
        return value
    if isinstance(value, Quantity):
        return measured(value) if value.unit else f"{digits(value.value)} ratio"
    if isinstance(value, Bound):
        return f"{value.operator} {reduced(value.value)}" + (f" and {reduced(value.upper)}" if value.upper else "")
    if isinstance(value, datetime):
        return (
            value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
            + (f".{value:%f}" if value.microsecond else "")
            + "+00:00"
        )
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return digits(value) if isinstance(value, int | Decimal) else written(value)


def json_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{','.join(map(json_text, value))}]"
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return "{" + ",".join(f"{json_text(key)}:{json_text(item)}" for key, item in ordered) + "}"
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(short.get(c, f"\\u{ord(c):04x}" if ord(c) < 32 else c) for c in value) + '"'


def second_digest(*parts: str) -> str:
    taken = sha256()
    for part in parts:
        content = part.encode()
        taken.update(bytes([len(content) >> 8 * place & 255 for place in range(7, -1, -1)]))
        taken.update(content)
    return f"sha256:{taken.hexdigest()}"

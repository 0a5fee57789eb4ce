"""What a plain YAML scalar means, and which characters no scalar may hold."""

import re
import unicodedata
from decimal import Decimal
from typing import Self

MAX_NUMBER_LENGTH = 100
"""Characters of the longest number; a longer run of digits stays text (Python refuses to read 4,300 and more)."""

SPECIAL_START = frozenset("-0123456789tfn~")
"""First characters of the plain scalars that may be something else than text."""

FORBIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # zero-width, line separators, bidirectional controls
    "\ud800-\udfff\ufffe\uffff"  # lone surrogates, non-characters
    "]"
)
"""Characters that text of a plan may not hold, neither written out nor as an escape."""

_SPELLED: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*(?:_[0-9]+)*)(\.[0-9]+)?", re.ASCII)


class WrittenInt(int):
    """An integer whose text differs from its digits (`1_000`, `-0`); `str()` gives that text, for text fields."""

    written: str

    def __new__(cls, written: str) -> Self:
        """Read `written`, digits with single `_` between them."""
        value = super().__new__(cls, written)
        value.written = written
        return value

    def __str__(self) -> str:
        return self.written

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]
        return (self.written,)


class WrittenDecimal(Decimal):
    """A decimal whose text differs from `Decimal`'s own (`1_000.5`, `0.0000001`); `str()` gives that text."""

    written: str

    def __new__(cls, written: str) -> Self:
        """Read `written`, a decimal with single `_` between the digits before its point."""
        value = super().__new__(cls, written)
        value.written = written
        return value

    def __str__(self) -> str:
        return self.written

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.written,)


def resolve(value: str) -> str | int | Decimal | bool | None:
    """What the plain scalar `value` means by the YAML 1.2 core rules of the plan format; all else stays text."""
    if value in _SPELLED:
        return _SPELLED[value]
    if len(value) > MAX_NUMBER_LENGTH:
        return value
    number = _NUMBER.fullmatch(value)
    if number is None:
        return value
    if number[1] is None:
        return WrittenInt(value) if "_" in value or value == "-0" else int(value)
    exact = Decimal(value)
    return exact if str(exact) == value else WrittenDecimal(value)


def describe_forbidden(character: str) -> str:
    """A sentence on one character that matches `FORBIDDEN`: what it is and what to do."""
    if character == "\r":
        return "A carriage return stands without a line feed; end lines with LF or CRLF"
    point = f"U+{ord(character):04X}"
    if unicodedata.category(character) == "Cc":
        return f"Control character {point} is not allowed; remove it"
    if "\ud800" <= character <= "\udfff":
        return f"{point} is half of a surrogate pair, no character; write the character itself"
    name = unicodedata.name(character, "not a character").lower()
    return f"Invisible character {point} ({name}) is not allowed; remove it"

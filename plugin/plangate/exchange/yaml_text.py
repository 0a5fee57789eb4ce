"""Plain values as YAML that the strict loader reads back as the same values."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from plangate.reading.scalars import MAX_NUMBER_LENGTH, resolve

WIDTH = 100
"""Characters up to which a list or mapping of scalars stands on one line."""

_PLAIN = re.compile(r"\d+\.\d+\.\d+|[A-Za-z_./][A-Za-z0-9 _./()@+*-]*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", ".nan", ".inf"})
"""Words that are something else than text to some reader of YAML."""


def yaml_text(value: object) -> str:
    """Write a value of mappings with text keys, lists, text, whole numbers, decimals, yes and no, and nothing."""
    if isinstance(value, Mapping | list | tuple) and value:
        return "\n".join(_block(value)) + "\n"
    return _scalar(value) + "\n"


def filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the keys of a mapping that say nothing: none, or empty text, lists and mappings."""
    return {key: value for key, value in data.items() if value not in (None, [], {}, "")}


def _block(value: object) -> Iterator[str]:
    """The lines of a mapping or list that holds something."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _entry(f"{_scalar(key)}:", inner)
    elif isinstance(value, Sequence):
        for inner in value:
            lines = [_scalar(inner)] if _flat(inner) else list(_block(inner))
            yield f"- {lines[0]}"
            yield from (f"  {line}" for line in lines[1:])


def _entry(key: str, inner: object) -> Iterator[str]:
    if _flat(inner):
        yield f"{key} {_scalar(inner)}"
    else:
        yield key
        yield from (f"  {line}" for line in _block(inner))


def _flat(value: object) -> bool:
    """Whether a value stands on one line: a scalar, an empty or a short list or mapping of scalars."""
    if not isinstance(value, Mapping | list | tuple) or not value:
        return True
    inner = list(value.values()) if isinstance(value, Mapping) else list(value)
    alone = not any(isinstance(one, Mapping | list | tuple) for one in inner)
    return alone and len(_scalar(value)) <= (WIDTH if isinstance(value, list | tuple) else WIDTH // 2)


def _scalar(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_scalar(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_scalar, value)) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | Decimal):
        written = str(value)
        if isinstance(value, Decimal) and resolve(written) != value:
            written = format(value, "f")
        return written if len(written) <= MAX_NUMBER_LENGTH else json.dumps(written)
    return _quoted(str(value))


def _quoted(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and not text.endswith(" ") and text.lower() not in _WORDS
    return text if plain and isinstance(resolve(text), str) else json.dumps(text, ensure_ascii=False)

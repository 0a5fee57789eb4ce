"""A rehearsal written into the file of gate cutover: what stands there otherwise, comments too, stays as it is."""

import json
import re
from collections.abc import Mapping
from typing import Any

from plangate.model.cutover import Rehearsal
from plangate.reading.yaml import Document, YamlRejected, load

KEY = "rehearsals"

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _.-]*[A-Za-z0-9]")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
_NONE = re.compile(r"rehearsals:[ \t]*(?:\[[ \t]*\]|~|null)?[ \t]*(?:#.*)?")
_FIELDS = tuple(Rehearsal.model_fields)


class NotWritten(Exception):  # noqa: N818 -- a refusal of the input, not an error of the program
    """Why a rehearsal cannot be written into a file; what is to be added by hand is `entry`."""

    def __init__(self, reason: str, entry: str) -> None:
        super().__init__(reason)
        self.entry = entry


def measured_text(seconds: int) -> str:
    """Write a measured time as plans have it: in minutes where it is whole or a tenth of them, else in seconds."""
    if seconds * 10 % 60:
        return f"{seconds} s"
    minutes, tenth = divmod(seconds // 6, 10)
    return f"{minutes}.{tenth} min" if tenth else f"{minutes} min"


def entry_text(values: Mapping[str, Any], indent: int = 2) -> str:
    """Write a rehearsal as an item of a list; `values` are its fields, `measured` by step."""
    lines = []
    for name in _FIELDS:
        value = values.get(name)
        if value is None or value == {}:
            continue
        if isinstance(value, Mapping):
            lines.append(f"{name}: {{{', '.join(f'{step}: {took}' for step, took in value.items())}}}")
        else:
            lines.append(f"{name}: {_scalar(str(value))}")
    lead = " " * indent
    return f"{lead}- " + f"\n{lead}  ".join(lines) + "\n"


def _scalar(text: str) -> str:
    plain = (_PLAIN.fullmatch(text) and text.casefold() not in _WORDS) or re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)
    return text if plain else json.dumps(text, ensure_ascii=False)


def with_rehearsal(document: Document, values: Mapping[str, Any]) -> tuple[str, int]:
    """Give the text of a gate's file with a rehearsal in it, and the line on which that stands.

    It takes the place of one of the same day (and environment, where one is given), whose fields stay where `values`
    has none; else it comes last. Raises NotWritten where the list is written in a way that cannot be added to.
    """
    data = document.data if isinstance(document.data, dict) else {}
    runs = data.get(KEY)
    listed = runs if isinstance(runs, list) else []
    place = _same(listed, values)
    old = dict(listed[place]) if place is not None else {}
    if unknown := [name for name in old if name not in _FIELDS]:
        raise NotWritten(f"the rehearsal of that day has `{unknown[0]}`, which would be lost", entry_text(values))
    values = {**old, **{name: value for name, value in values.items() if value is not None}}
    lines = document.text.split("\n")
    if runs is None or (isinstance(runs, list) and not runs):
        lines, at = _first(lines, document, values, written=KEY in data)
    elif listed and all(isinstance(run, dict) for run in listed):
        lines, at = _among(lines, document, values, len(listed) if place is None else place, len(listed))
    else:
        raise NotWritten(f"`{KEY}` is no list of rehearsals", entry_text(values))
    text = "\n".join(lines)
    expected = [*listed[:place], values, *listed[place + 1 :]] if place is not None else [*listed, values]
    _checked(text, {**data, KEY: expected}, document.name, entry_text(values))
    return text, at + 1


def _same(runs: list[Any], values: Mapping[str, Any]) -> int | None:
    wanted = [name for name in ("date", "environment") if values.get(name) is not None]
    return next(
        (
            place
            for place, run in enumerate(runs)
            if isinstance(run, dict) and all(str(run.get(name)) == str(values[name]) for name in wanted)
        ),
        None,
    )


def _first(lines: list[str], document: Document, values: Mapping[str, Any], *, written: bool) -> tuple[list[str], int]:
    """Add the list with its first rehearsal: at its key where that is there, else at the end."""
    added = [f"{KEY}:", *entry_text(values).splitlines()]
    if written:
        at = document.position((KEY,), key=True)[0] - 1
        if not _NONE.fullmatch(lines[at]):
            raise NotWritten(f"`{KEY}` is written in a way that cannot be added to", entry_text(values))
        return [*lines[:at], *added, *lines[at + 1 :]], at + 1
    while lines and not lines[-1].strip():
        lines.pop()
    return [*lines, *([""] if lines else []), *added, ""], len(lines) + (2 if lines else 1)


def _among(
    lines: list[str], document: Document, values: Mapping[str, Any], place: int, count: int
) -> tuple[list[str], int]:
    """Put a rehearsal in the place of one of the list, or behind the last."""
    line, column = document.position((KEY, min(place, count - 1)))
    start, indent = line - 1, lines[line - 1].rfind("-", 0, column - 1)
    if indent < 0 or lines[start][:indent].strip():
        raise NotWritten(f"`{KEY}` is written in one line", entry_text(values))
    end = start + 1
    for at in range(start + 1, len(lines)):
        content = lines[at].strip()
        if content and not content.startswith("#"):
            if len(lines[at]) - len(lines[at].lstrip(" ")) <= indent:
                break
            end = at + 1
    added = entry_text(values, indent).splitlines()
    if place < count:
        return [*lines[:start], *added, *lines[end:]], start
    return [*lines[:end], *added, *lines[end:]], end


def _checked(text: str, expected: Mapping[str, Any], name: str, entry: str) -> None:
    """Read the text again: nothing but the rehearsal may have changed."""
    try:
        found = load(text.encode(), name=name, mapping=True).data
    except YamlRejected:
        found = None
    if not isinstance(found, dict) or _plain(found) != _plain(expected):
        raise NotWritten(f"`{KEY}` is written in a way that cannot be added to", entry)


def _plain(value: Any) -> Any:
    """Give data with every scalar of the rehearsals as text, as what is new there is."""
    return {**value, KEY: [_texts(run) for run in value[KEY]]} if isinstance(value.get(KEY), list) else value


def _texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _texts(item) for key, item in value.items()}
    return [_texts(item) for item in value] if isinstance(value, list) else str(value)

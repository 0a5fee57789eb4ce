"""How canonical data differs: entries of lists by the names that people tell them by, new and lost ones as wholes."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from plangate.analysis.canonical import Data, labels, leaves
from plangate.analysis.readable import readable


class Edit(Struct, frozen=True):
    """A place that says something else: its path by names, and canonical data before and after; None where absent."""

    path: str
    old: Data | None
    new: Data | None


def edits(old: Data | None, new: Data | None, path: str = "") -> Iterator[Edit]:
    """Give the places at which data differs, in the order of their paths; equal data has none, other data has one."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from edits(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif (before := _parts(old)) is not None and (after := _parts(new)) is not None and (before or after):
        yield from _entries(before, after, path)
    else:
        yield Edit(path, old, new)


def _parts(data: Data | None) -> list[Data] | None:
    """Give the parts with members that data lists, none for nothing; None where it is something else."""
    listed = [] if data is None else data
    return listed if isinstance(listed, list) and all(isinstance(item, dict) for item in listed) else None


def _entries(old: Sequence[Data], new: Sequence[Data], path: str) -> Iterator[Edit]:
    before, after = _by_name(old), _by_name(new)
    rest_before = [item for item in old if not any(item is named for named in before.values())]
    rest_after = [item for item in new if not any(item is named for named in after.values())]
    found: list[Edit] = []
    for name in (*before, *(name for name in after if name not in before)):
        found.extend(edits(before.get(name), after.get(name), f"{path}[{name}]"))
    for item in list(rest_before):
        if item in rest_after:
            rest_before.remove(item)
            rest_after.remove(item)
    for place in range(max(len(rest_before), len(rest_after))):
        one, other = (rest[place] if place < len(rest) else None for rest in (rest_before, rest_after))
        found.extend(edits(one, other, f"{path}[{place}]"))
    kept = [[name for name in names if name in others] for names, others in ((before, after), (after, before))]
    if kept[0] != kept[1]:
        yield Edit(f"{path}: order", [*kept[0]], [*kept[1]])
    elif not found:
        yield Edit(f"{path}: order", [told(item) for item in old], [told(item) for item in new])
    yield from found


def _by_name(items: Sequence[Data]) -> dict[str, Data]:
    """Give the entries that have a name of their own among their siblings."""
    names = labels(items)
    return {name: item for name, item in zip(names, items, strict=True) if name and names.count(name) == 1}


def told(data: Data) -> str:
    """Write canonical data as people do: `120 min`, `true`, `a, b`, and of a part its members."""
    if isinstance(data, str):
        return readable(data) or data
    if isinstance(data, bool):
        return str(data).lower()
    if isinstance(data, list) and not any(isinstance(item, dict | list) for item in data):
        return ", ".join(told(item) for item in data) or "nothing"
    return ", ".join(f"{path} {readable(text)}".strip() for path, text in leaves(data) if text) or "nothing"

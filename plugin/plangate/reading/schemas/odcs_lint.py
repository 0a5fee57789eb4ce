"""What is wrong with an ODCS contract that its JSON Schema lets pass: dangling names, impossible schedules, doubles."""

import re
from collections.abc import Iterator
from types import MappingProxyType

from msgspec import Struct
from pydantic import TypeAdapter, ValidationError

from plangate.model.moment import Cron
from plangate.model.nearest import nearest
from plangate.model.problem import Path
from plangate.reading.schemas.source import Source, entries, mapping, text
from plangate.reading.yaml import shown

_REQUIRED = ("apiVersion", "kind", "id", "version", "status")
_VERSION = re.compile(r"v3\.[0-2]\.\d+(?:-[\w.]+)?")
_LOGICAL = ("string", "date", "timestamp", "time", "number", "integer", "object", "array", "boolean")
_NEW_LOGICAL = ("map", "vector")
"""Types that came with 3.2, which is read as far as its parts are those of 3.1."""
_LISTS = MappingProxyType({"schema": "objects", "servers": "servers", "slaProperties": "service levels"})
_CRON: TypeAdapter[str] = TypeAdapter(Cron)


class Element(Struct, frozen=True):
    """An object or property: its names and ids from the object down, and where it stands."""

    names: tuple[str, ...]
    ids: tuple[str, ...]
    physical: tuple[str, ...]
    path: Path
    entry: dict[str, object]


def lint(source: Source, root: dict[str, object]) -> None:
    """Tell everything that is wrong with a contract apart from the values of its service levels."""
    _frame(source, root)
    elements = list(_elements(root))
    known = Known(
        elements,
        frozenset(one for element in elements for one in (element.names, element.physical)),
        frozenset(element.ids for element in elements),
    )
    _doubles(source, root, elements)
    for element in elements:
        _types(source, element)
        _relationships(source, element, known)
        _schedules(source, element.entry.get("quality"), (*element.path, "quality"))
        if len(element.names) == 1:
            _positions(source, element)
    _schedules(source, root.get("slaProperties"), ("slaProperties",))
    if elements:
        _service_levels(source, root, known)


def _frame(source: Source, root: dict[str, object]) -> None:
    for key in _REQUIRED:
        if text(root.get(key)) is None:
            source.tell("GEN001", f"The contract has no `{key}`, which ODCS asks for", ())
    version = text(root.get("apiVersion"))
    if version is not None and not _VERSION.fullmatch(version):
        told = f"{shown(version)} is no version of ODCS that is read here"
        source.tell("GEN004", told, ("apiVersion",), observed=version, expected="v3.0.0 to v3.2.0")
    for key, what in _LISTS.items():
        if root.get(key) is not None and not isinstance(root[key], list):
            source.tell("GEN001", f"`{key}` has to be a list of {what}", (key,))


def _elements(root: dict[str, object]) -> Iterator[Element]:
    """Objects, properties and the properties in them, in the order of the document."""
    waiting: list[Element] = []
    for at, entry in reversed(entries(root.get("schema"))):
        waiting.append(_element(entry, ("schema", at), None))
    while waiting:
        element = waiting.pop()
        yield element
        inner: list[Element] = []
        for at, entry in entries(element.entry.get("properties")):
            inner.append(_element(entry, (*element.path, "properties", at), element))
        items = mapping(element.entry.get("items"))
        for at, entry in entries(items.get("properties")):
            inner.append(_element(entry, (*element.path, "items", "properties", at), element))
        waiting.extend(reversed(inner))


def _element(entry: dict[str, object], path: Path, above: Element | None) -> Element:
    name = text(entry.get("name")) or ""
    return Element(
        (*(above.names if above else ()), name),
        (*(above.ids if above else ()), text(entry.get("id")) or name),
        (*(above.physical if above else ()), text(entry.get("physicalName")) or name),
        path,
        entry,
    )


def _doubles(source: Source, root: dict[str, object], elements: list[Element]) -> None:
    seen: dict[tuple[str, ...], Element] = {}
    ids: set[tuple[str, ...]] = set()
    for element in elements:
        if source.full:
            return
        what = "Object" if len(element.names) == 1 else "Property"
        if not element.names[-1]:
            source.tell("GEN001", f"{what} number {_last(element.path) + 1} has no `name`", element.path)
            continue
        if element.names in seen:
            line = source.place((*seen[element.names].path, "name"))[0]
            told = f"{what} {shown('.'.join(element.names))} stands twice, first on line {line}; keep one"
            source.tell("GEN002", told, (*element.path, "name"))
        elif "id" in element.entry and element.ids in ids:
            told = f"The id {shown(element.ids[-1])} stands twice beside each other; keep one"
            source.tell("GEN002", told, (*element.path, "id"))
        seen.setdefault(element.names, element)
        ids.add(element.ids)
    for section, key in (("servers", "server"), ("slaProperties", "id"), ("roles", "role")):
        known: set[str] = set()
        for at, entry in entries(root.get(section)):
            name = text(entry.get(key))
            if name is not None and name in known:
                source.tell("GEN002", f"{shown(name)} stands twice in `{section}`; keep one", (section, at, key))
            known.add(name or "")


def _last(path: Path) -> int:
    return path[-1] if isinstance(path[-1], int) else 0


def _types(source: Source, element: Element) -> None:
    logical = text(element.entry.get("logicalType"))
    if logical is None or logical in _LOGICAL or logical in _NEW_LOGICAL:
        return
    near = nearest(logical, _LOGICAL, limit=2)
    told = f"{shown(logical)} is no logicalType" + (f"; did you mean `{near}`?" if near else "")
    source.tell("GEN004", told, (*element.path, "logicalType"), observed=logical, expected=", ".join(_LOGICAL))


def _positions(source: Source, element: Element) -> None:
    """Two properties of one object that claim the same place in its key."""
    for key, position in (("primaryKey", "primaryKeyPosition"), ("partitioned", "partitionKeyPosition")):
        taken: dict[object, str] = {}
        for at, entry in entries(element.entry.get("properties")):
            place = entry.get(position)
            if not entry.get(key) or not isinstance(place, int) or place < 1:
                continue
            name = text(entry.get("name")) or ""
            if place in taken:
                told = f"{shown(name)} and {shown(taken[place])} both have {position} {place}"
                source.tell("GEN002", told, (*element.path, "properties", at, position))
            taken.setdefault(place, name)


def _relationships(source: Source, element: Element, known: "Known") -> None:
    top = len(element.names) == 1
    for at, entry in entries(element.entry.get("relationships")):
        path = (*element.path, "relationships", at)
        ends = {key: _ends(entry[key]) for key in ("from", "to") if key in entry}
        if "to" not in ends or (top and "from" not in ends):
            source.tell("GEN001", f"A relationship needs `{'to' if 'to' not in ends else 'from'}`", path)
        if not top and "from" in ends:
            told = "A relationship of a property starts at that property; remove `from`"
            source.tell("GEN001", told, (*path, "from"))
        if len(ends) == 2 and top and len(ends["from"]) != len(ends["to"]):
            told = f"The relationship leads from {len(ends['from'])} properties to {len(ends['to'])}; they pair up"
            source.tell("GEN001", told, (*path, "to"))
        for key, names in ends.items():
            for number, name in enumerate(names):
                here = (*path, key, number) if isinstance(entry[key], list) else (*path, key)
                if not _leads_somewhere(name, known):
                    known.dangling(source, "The relationship names", name, here)


def _ends(value: object) -> list[str]:
    return [text(name) or "" for name in (value if isinstance(value, list) else [value])]


def _leads_somewhere(name: str, known: "Known") -> bool:
    """Whether a name of a relationship is in this contract, or in another, which is not looked into."""
    if "#" in name or "://" in name:
        return True
    if "/" in name:
        return tuple(part for at, part in enumerate(name.strip("/").split("/")) if at % 2 == 1) in known.ids
    return tuple(name.split(".")) in known.names


class Known(Struct, frozen=True):
    """What a contract defines: names and physical names, and ids, each from the object down."""

    elements: list[Element]
    names: frozenset[tuple[str, ...]]
    ids: frozenset[tuple[str, ...]]

    def dangling(self, source: Source, what: str, name: str, path: Path) -> None:
        """Tell a name that is not in the contract, with the nearest that is."""
        if source.full:
            return
        names = [".".join(element.names) for element in self.elements[:500]]
        near = nearest(name, names, limit=3) if len(name) < 200 and len(source.problems) < 20 else None
        objects = ", ".join(sorted({element.names[0] for element in self.elements})[:20])
        hint = f"did you mean {shown(near)}?" if near else f"the objects of this contract are {objects}"
        source.tell("GEN003", f"{what} {shown(name)}, which is not in this contract", path, observed=name, hint=hint)


def _service_levels(source: Source, root: dict[str, object], known: Known) -> None:
    """Elements of service levels: `object.property`, or the property alone where there is one object."""
    names = known.names | known.ids
    if len({element.names[0] for element in known.elements}) == 1:
        names |= {one[1:] for one in names if len(one) > 1}
    named: list[tuple[Path, object]] = [(("slaDefaultElement",), root.get("slaDefaultElement"))]
    named += [(("slaProperties", at, "element"), one.get("element")) for at, one in entries(root.get("slaProperties"))]
    for path, value in named:
        for name in (text(value) or "").split(","):
            if name.strip() and tuple(name.strip().split(".")) not in names:
                known.dangling(source, "The service level names", name.strip(), path)


def _schedules(source: Source, listed: object, path: Path) -> None:
    for at, entry in entries(listed):
        schedule, scheduler = text(entry.get("schedule")), text(entry.get("scheduler"))
        if schedule is None or (scheduler or "cron").lower() != "cron":
            continue
        try:
            _CRON.validate_python(schedule)
        except ValidationError as error:
            told = str(error.errors(include_url=False)[0]["msg"])
            source.tell("GEN006", told[:1].upper() + told[1:], (*path, at, "schedule"), observed=schedule)

"""The typed model as HTML: any part, list of elements or value of a gate, with its marks and findings in place."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from markupsafe import Markup
from pydantic import BaseModel

from plangate.model.element import Element
from plangate.model.estimate import Estimate
from plangate.model.plan import Assumed, Plan
from plangate.model.problem import Path, path_text
from plangate.model.quantity import Quantity
from plangate.render.fragments import (
    NOTHING,
    Cell,
    Head,
    Row,
    bullets,
    chips,
    code,
    facts,
    joined,
    link,
    mark,
    table,
    text,
)
from plangate.render.links import Links, anchor
from plangate.render.notes import Note, note_list
from plangate.render.page import Section
from plangate.render.text import label
from plangate.render.values import FieldSpec, estimate_text, present, scalar_text, specs

MOST_COLUMNS = 7
_LONG = 60  # characters beyond which a text has a line of its own


class PartWriter:
    """Writes the parts of one gate of one plan; findings are used up where their place is written."""

    def __init__(self, plan: Plan, gate: str, links: Links, notes: Iterable[Note] = ()) -> None:
        self.plan, self.gate, self.links = plan, gate, links
        self.notes = list(notes)
        self.ids: set[str] = set()
        self.assumed: Mapping[Path, Assumed] = {entry.path: entry for entry in plan.assumed if entry.gate == gate}

    def take(self, path: Path) -> Markup:
        """Give the findings at or beneath a path that were not shown yet."""
        mine = [note for note in self.notes if note.path[: len(path)] == path]
        self.notes = [note for note in self.notes if note not in mine]
        return note_list(mine)

    def claim(self, name: str) -> str | None:
        """Give an id for use on the page, none where it is taken."""
        if name in self.ids:
            return None
        self.ids.add(name)
        return name

    def marks(self, path: Path) -> Markup:
        """Give what is to be known of a value besides the value: assumed, inherited."""
        found = Markup("")
        if (entry := self.assumed.get(path)) is not None:
            found += mark(f"assumed: {entry.because}" if entry.because else "assumed, no reason given", "assumed")
        if (team := self.plan.inherited.get((self.gate, path))) is not None:
            found += mark(f"inherited from {team}", "inherited")
        return found

    def declined(self, path: Path) -> Markup | None:
        """Give the reason why a place does not apply, none where nobody said so."""
        reason = self.plan.not_applicable.get((self.gate, path))
        if reason is None:
            return None
        return Markup('<span class="pg-none">not applicable</span>: {}').format(text(reason or "no reason given"))

    def broken(self, path: Path) -> bool:
        """Tell whether a value stands there that could not be read."""
        return (self.gate, path) in self.plan.broken

    def section(self, value: object, path: Path, spec: FieldSpec, title: str) -> tuple[Markup, tuple[Section, ...]]:
        """Give the body of a top-level field and its subsections."""
        if self.is_cards(value, path):
            children = tuple(self.card(item, (*path, n)) for n, item in enumerate(_parts(value)))
            return self.marks(path) + self.take(path), children
        body = self.block(value, path, spec, title)
        return self.take(path) + body, ()

    def is_cards(self, value: object, path: Path) -> bool:
        """Tell whether a list is too rich for a table: elements that hold lists of parts, or many fields."""
        items = _parts(value)
        if not items or path[-1] in {"steps", "columns", "lines", "workloads"}:
            return False
        return any(
            sum(present(getattr(item, spec.attribute)) for spec in specs(type(item))) > 2 * MOST_COLUMNS
            or any(_is_parts(getattr(item, spec.attribute)) for spec in specs(type(item)))
            for item in items
        )

    def card(self, item: BaseModel, path: Path, level: int = 3) -> Section:
        """Give one rich element as a section of its own."""
        title, name = _name_of(item, path)
        return Section(self.claim(name) or f"pg-at-{_slug(path)}", title, self.take_after(item, path), level)

    def take_after(self, item: BaseModel, path: Path) -> Markup:
        """Give a part as a block with the findings within it on top."""
        body = self.part(item, path, headed=True)
        return self.take(path) + body

    def block(self, value: object, path: Path, spec: FieldSpec, title: str) -> Markup:
        """Give a value as a block."""
        if not present(value):
            return Markup("<p>{}</p>").format(self.declined(path) or NOTHING)
        marks = self.marks(path)
        if parts := _parts(value):
            return self.remark(marks) + self.elements(parts, path, title)
        if isinstance(value, BaseModel) and not isinstance(value, Estimate):
            name = self.claim(anchor(type(value).kind, value.id)) if isinstance(value, Element) else None
            body = self.remark(marks) + self.part(value, path)
            return Markup('<div id="{}">{}</div>').format(name, body) if name else body
        if isinstance(value, tuple | dict):
            return self.remark(marks) + self.inline(value, path, spec, marked=False)
        return Markup("<p>{}</p>").format(self.inline(value, path, spec))

    def remark(self, marks: Markup) -> Markup:
        """Give marks as a paragraph above what they are about."""
        return Markup("<p>{}</p>").format(marks) if marks else Markup("")

    def part(self, part: BaseModel, path: Path, *, headed: bool = False) -> Markup:
        """Give a part as a definition list, followed by a table for each list of parts in it.

        `headed` leaves out the id, which a heading above has already.
        """
        entries: list[tuple[str, str]] = []
        after: list[Markup] = []
        for spec in specs(type(part)):
            value = getattr(part, spec.attribute)
            here = (*path, spec.name)
            if headed and spec.name == "id":
                continue
            if not present(value):
                reason = self.declined(here)
                if reason is not None or self.broken(here):
                    entries.append((spec.title, reason or Markup('<span class="pg-none">could not be read</span>')))
            elif parts := _parts(value):
                after.append(self.remark(self.marks(here)) + self.elements(parts, here, spec.title))
            else:
                entries.append((spec.title, self.inline(value, here, spec)))
        return (facts(entries) if entries else Markup("")) + joined(after)

    def elements(self, items: Sequence[BaseModel], path: Path, title: str, only: Sequence[str] | None = None) -> Markup:
        """Give a list of parts as a table: short fields as columns, the rest in a second line of each row."""
        columns = _columns(items) if only is None else _named(items, only)
        main = columns if only is not None else _main(columns, items)
        rest = [spec for spec in columns if spec not in main] if only is None else []
        numeric = {spec.name for spec in main if _all_numbers(items, spec)}
        rows = []
        for index, item in enumerate(items):
            here = (*path, index)
            own = {spec.name: spec for spec in specs(type(item))}
            cells = [self._cell(item, here, own.get(spec.name)) for spec in main]
            more = [
                (spec.title, self.inline(getattr(item, spec.attribute), (*here, spec.name), spec))
                for name in rest
                if (spec := own.get(name.name)) is not None and present(getattr(item, spec.attribute))
            ]
            below = (facts(more, inline=True) if more else Markup("")) + (
                self.take(here) if only is None else Markup("")
            )
            rows.append(Row(cells, self._row_id(item) if only is None else None, below))
        heads = [Head(spec.title, "number" if spec.name in numeric else "text") for spec in main]
        return table(title, heads, rows)

    def _row_id(self, item: BaseModel) -> str | None:
        return self.claim(anchor(type(item).kind, item.id)) if isinstance(item, Element) else None

    def _cell(self, item: BaseModel, here: Path, spec: FieldSpec | None) -> Cell:
        if spec is None:
            return Cell(Markup(""))
        value = getattr(item, spec.attribute)
        if present(value):
            return Cell(self.inline(value, (*here, spec.name), spec))
        return Cell(self.declined((*here, spec.name)) or Markup(""))

    def inline(self, value: object, path: Path, spec: FieldSpec | None = None, *, marked: bool = True) -> Markup:
        """Give a value for a cell or the end of a line, with its marks."""
        return self._bare(value, path, spec) + (self.marks(path) if marked else Markup(""))

    def _bare(self, value: object, path: Path, spec: FieldSpec | None) -> Markup:
        if isinstance(value, Estimate):
            return estimate_text(value)
        if isinstance(value, BaseModel):
            return self._inline_part(value, path)
        if isinstance(value, dict):
            entries = [(str(key), self.inline(item, (*path, key), spec)) for key, item in value.items()]
            return facts(entries, inline=True)
        if isinstance(value, tuple):
            shown = [self.inline(item, (*path, index), spec) for index, item in enumerate(value)]
            long = any(isinstance(item, BaseModel) or len(str(item)) > _LONG // 2 for item in value)
            return bullets(shown) if long else chips(shown)
        if isinstance(value, Quantity):
            return Markup('<span class="pg-q">{}</span>').format(scalar_text(value))
        written = scalar_text(value, spec)
        if spec is None or not isinstance(value, str):
            return text(written)
        if spec.ref is not None:
            return link(written, self.links.element(spec.ref.kinds, value))
        return code(written) if spec.code else text(written)

    def _inline_part(self, part: BaseModel, path: Path) -> Markup:
        entries = []
        for spec in specs(type(part)):
            here = (*path, spec.name)
            value = getattr(part, spec.attribute)
            if present(value):
                entries.append((spec.title, self.inline(value, here, spec)))
            elif (reason := self.declined(here)) is not None:
                entries.append((spec.title, reason))
        return facts(entries, inline=True)


def _name_of(item: BaseModel, path: Path) -> tuple[str, str]:
    """Give the heading and the id of an element: its id with its name, or what it is about."""
    if isinstance(item, Element):
        name = getattr(item, "name", None) or getattr(item, "title", None)
        return f"{item.id}: {name}" if name else item.id, anchor(type(item).kind, item.id)
    for key in ("name", "dataset", "pipeline", "operator", "driver", "date", "term"):
        value = getattr(item, key, None)
        if value is not None:
            shown = scalar_text(value)
            return shown, f"pg-{_slug(path[:-1])}-{_slug((shown,))}"
    return f"{label(str(path[-2]))} {int(path[-1]) + 1}", f"pg-at-{_slug(path)}"


def _slug(path: Path) -> str:
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in path_text(path)).strip("-")


def _parts(value: object) -> tuple[BaseModel, ...]:
    return tuple(item for item in value if isinstance(item, BaseModel)) if isinstance(value, tuple) else ()


def _is_parts(value: object) -> bool:
    return bool(_parts(value))


def _columns(items: Sequence[BaseModel]) -> list[FieldSpec]:
    found: dict[str, FieldSpec] = {}
    for item in items:
        for spec in specs(type(item)):
            if present(getattr(item, spec.attribute)):
                found.setdefault(spec.name, spec)
    order = {
        spec.name: n for model in dict.fromkeys(type(item) for item in items) for n, spec in enumerate(specs(model))
    }
    return sorted(found.values(), key=lambda spec: order[spec.name])


def _named(items: Sequence[BaseModel], only: Sequence[str]) -> list[FieldSpec]:
    known = {spec.name: spec for item in items for spec in specs(type(item))}
    return [known[name] for name in only if name in known]


def _main(columns: Sequence[FieldSpec], items: Sequence[BaseModel]) -> list[FieldSpec]:
    """Choose the columns: short fields first, the one that names the row always."""
    short = [spec for n, spec in enumerate(columns) if n == 0 or _is_short(items, spec)]
    return (
        short[:MOST_COLUMNS]
        if len(columns) > MOST_COLUMNS
        else [spec for spec in columns if spec in short or _is_text(items, spec)]
    )


def _values(items: Sequence[BaseModel], spec: FieldSpec) -> list[object]:
    return [value for item in items if present(value := getattr(item, spec.attribute, None))]


def _is_short(items: Sequence[BaseModel], spec: FieldSpec) -> bool:
    for value in _values(items, spec):
        if isinstance(value, Estimate):
            continue
        if isinstance(value, BaseModel | dict):
            return False
        if isinstance(value, tuple):
            if any(isinstance(item, BaseModel) for item in value) or len(value) > 4:
                return False
        elif len(str(value)) > _LONG:
            return False
    return True


def _is_text(items: Sequence[BaseModel], spec: FieldSpec) -> bool:
    return all(isinstance(value, str) for value in _values(items, spec))


def _all_numbers(items: Sequence[BaseModel], spec: FieldSpec) -> bool:
    return all(
        isinstance(value, Quantity | int | Decimal | Estimate) and not isinstance(value, bool | date)
        for value in _values(items, spec)
    )

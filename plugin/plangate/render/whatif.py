"""Other values for a plan's numbers: the laws as data for the script, and the section that works without it, too."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Context, Decimal
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from plangate.analysis.amount import Style
from plangate.analysis.computed import Input
from plangate.analysis.facts import Facts
from plangate.analysis.folded import folded, gathered
from plangate.analysis.law import Law
from plangate.analysis.leaf import called, is_whole, written_unit
from plangate.analysis.numbers import Named
from plangate.render.fragments import EMPTY, Head, Row, joined, link, number, safe_json, table, text
from plangate.render.links import Links

_GROUPS: Mapping[tuple[str, str], str] = {
    ("sources", "rows_per_day"): "Rows a day",
    ("workloads", "rows_per_day"): "Rows a day",
    ("sources", "rows_total"): "",
    ("workloads", "rows_total"): "",
    ("sources", "peak_factor"): "Peak factors",
    ("workloads", "peak_factor"): "Peak factors",
    ("runtimes", "p95"): "Runtimes",
    ("throughput", "capacity"): "Throughput",
    ("throughput", "target_utilisation"): "Throughput",
    ("parallelism", "value"): "Throughput",
    ("parallelism", "per_task"): "Throughput",
    ("backfill", "parallel"): "Backfills",
    ("backfill", "p95"): "Backfills",
    ("backfill", "retry_rate"): "Backfills",
}
"""Which values can be changed, by the first and the last word of their paths, and under which heading; those without
one move with all volumes only."""

_VOLUMES = frozenset({"rows_per_day", "rows_total"})
_WRITTEN = Context(prec=12)
"""A number as a person wrote it, without what the way from base units and back left at its end."""
_OPEN = frozenset({"Throughput", "Backfills"})


class Driver(Struct, frozen=True):
    """A value that can be changed: `value` in its own unit, which is `size` base units; `grows` with all volumes."""

    name: str
    entry: Input
    title: str
    group: str
    value: Decimal
    size: Decimal
    unit: str
    grows: bool
    whole: bool


class Moving(Struct, frozen=True):
    """A number as the law of what can be changed, and its limit."""

    number: Named
    law: Law
    limit: Law | None


def drivers(facts: Facts) -> tuple[Driver, ...]:
    """Give the values that can be changed and that some headline number rests on, in the order of the plan."""
    found: dict[object, Input] = {}
    for entry in facts.sensitivity:
        for effect in entry.effects:
            if _group(effect.entry) is not None:
                found.setdefault(effect.entry.leaf, effect.entry)
    in_order = sorted(
        found.values(), key=lambda entry: (entry.gate, [(isinstance(step, str), step) for step in entry.path])
    )
    return tuple(_driver(facts, f"d{index}", entry) for index, entry in enumerate(in_order))


def _group(entry: Input) -> str | None:
    words = [step for step in entry.path if isinstance(step, str)]
    return _GROUPS.get((words[0], words[-1])) if words else None


def _driver(facts: Facts, name: str, entry: Input) -> Driver:
    size, unit = written_unit(entry.value)
    return Driver(
        name=name,
        entry=entry,
        title=called(facts.plan, entry),
        group=_group(entry) or "",
        value=_WRITTEN.plus(entry.value.base / size),
        size=size,
        unit=unit,
        grows=entry.path[-1] in _VOLUMES,
        whole=is_whole(facts.plan, entry),
    )


def moving(facts: Facts, changing: Sequence[Driver]) -> tuple[Moving, ...]:
    """Give the headline numbers that move, or whose limit does, everything that cannot be changed folded in."""
    names = {driver.entry.leaf: driver.name for driver in changing if driver.entry.leaf is not None}
    found = []
    for entry in facts.sensitivity:
        limit = entry.number.limit
        made = Moving(entry.number, folded(entry.number.computed, names), folded(limit, names) if limit else None)
        if made.law.names or (made.limit is not None and made.limit.names):
            found.append(made)
    return tuple(found)


def whatif_data(changing: Sequence[Driver], numbers: Sequence[Moving]) -> dict[str, Any]:
    """Give what the script computes with, as JSON can hold it.

    `drivers` are value, size of the unit, and whether all volumes move it; `styles` are those of `Style`; `numbers` are
    law, style, limit (a law, or null) and whether less is better.
    """
    styles = list(dict.fromkeys(entry.number.style for entry in numbers))
    return {
        "drivers": {entry.name: [_plain(entry.value), _plain(entry.size), int(entry.grows)] for entry in changing},
        "styles": [_style(entry) for entry in styles],
        "numbers": [
            [
                _data(entry.law),
                styles.index(entry.number.style),
                _data(entry.limit) if entry.limit is not None else None,
                int(entry.number.lower_is_better),
            ]
            for entry in numbers
        ],
    }


def _data(law: Law) -> Any:
    return Law(law.text, gathered(law.tree), law.names).data()


def _style(entry: Style) -> list[Any]:
    steps = [[_plain(least), _plain(size), unit] for least, size, unit in entry.steps]
    return [_plain(entry.factor), steps, int(entry.money)]


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def whatif_section(facts: Facts, links: Links) -> Markup:
    """Give the section: a form that the script shows, and a table of the numbers that says the plan's without it.

    The data stand in a template: Material's instant navigation would run a script of any type as a program.
    """
    changing = drivers(facts)
    numbers = moving(facts, changing)
    if not numbers:
        return EMPTY
    return Markup(
        '<div class="pg-numbers pg-whatif" data-pg-whatif data-search-exclude><template>{}</template>'
        "<p data-pg-without>These numbers can be tried with other values where JavaScript runs.</p>"
        '<form hidden autocomplete="off">{}<p><button type="reset">Back to the plan</button></p>'
        '</form><p role="status" hidden></p>{}</div>'
    ).format(safe_json(whatif_data(changing, numbers)), joined(_fields(changing)), _table(numbers, links))


def _fields(changing: Sequence[Driver]) -> Iterator[Markup]:
    """Give the fields by heading; long lists are there to open."""
    if any(entry.grows for entry in changing):
        everything = _field("all", "rows a day and in total", "times", Decimal(1), whole=False)
        yield _group_of("All volumes", [everything], opened=True)
    for group in dict.fromkeys(_GROUPS.values()):
        members = [entry for entry in changing if entry.group == group and group]
        fields = [_field(entry.name, entry.title, entry.unit, entry.value, whole=entry.whole) for entry in members]
        if fields:
            yield _group_of(group, fields, opened=group in _OPEN)


def _group_of(title: str, fields: Sequence[Markup], *, opened: bool) -> Markup:
    body = Markup('<div class="pg-fields">{}</div>').format(joined(fields))
    if opened:
        return Markup("<fieldset><legend>{}</legend>{}</fieldset>").format(title, body)
    return Markup('<details class="pg-data"><summary>{} ({})</summary>{}</details>').format(title, len(fields), body)


def _field(name: str, title: str, unit: str, value: Decimal, *, whole: bool) -> Markup:
    return Markup(
        '<label><span>{}</span> <input type="number" name="{}" value="{}" min="{}" step="{}" inputmode="decimal"> '
        "<span>{}</span></label>"
    ).format(text(title), name, _written(value), 1 if whole else 0, _step(value, whole=whole), text(unit))


def _written(value: Decimal) -> str:
    """Write a number as a field of a form wants it: no exponent, no zeros at its end."""
    return f"{value.normalize():f}"


def _step(value: Decimal, *, whole: bool) -> str:
    """Give a step of about a tenth: one of the second digit, so that 2,400,000 goes by 100,000."""
    if whole or not value:
        return "1"
    return f"{Decimal(1).scaleb(value.adjusted() - 1):f}"


def _table(numbers: Sequence[Moving], links: Links) -> Markup:
    heads = [
        Head("Number"),
        Head("As planned", "number"),
        Head("With these values", "number"),
        Head("Limit", "number"),
        Head("Kept"),
    ]
    rows = []
    for entry in numbers:
        planned = str(entry.number.quantity(entry.number.computed.value.base))
        name = Markup("<span data-pg-number>{}</span>").format(text(entry.number.label))
        now, limit, verdict = number(_live(planned), derived=True), EMPTY, EMPTY
        if entry.number.limit is not None:
            limit = _live(str(entry.number.quantity(entry.number.limit.value.base)))
            said, tone = ("✓ kept", "pg-good") if entry.number.holds else ("✕ missed", "pg-bad")
            rule = entry.number.rule
            verdict = _live(said, tone) + (
                Markup(" <small>{}</small>").format(link(rule, links.rule(rule))) if rule else EMPTY
            )
        rows.append(Row([name, number(planned, derived=True), now, limit, verdict]))
    return table("Numbers with these values", heads, rows)


def _live(shown: str, tone: str = "") -> Markup:
    """Give a text that the script writes anew."""
    return Markup("<span data-pg-now{}>{}</span>").format(Markup(' class="{}"').format(tone) if tone else EMPTY, shown)

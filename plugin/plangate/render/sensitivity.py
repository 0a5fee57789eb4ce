"""What moves a plan's numbers most, and with which value a limit is missed; quoted numbers beside recomputed ones."""

from collections.abc import Iterable
from decimal import Decimal

from markupsafe import Markup

from plangate.analysis.amount import digits
from plangate.analysis.facts import Facts
from plangate.analysis.sensitivity import Effect, Sensitivity
from plangate.analysis.stated import StatedFacts
from plangate.render.fragments import EMPTY, NOTHING, Cell, Head, Row, joined, link, number, paragraph, table, text
from plangate.render.links import Links
from plangate.render.values import quantity_text

MOST = 6
"""How many values a number lists that move it."""

_HALF = 48
_SAID = (
    "Each value of the plan was moved by a tenth, down and up, everything else kept; a count was moved to the next "
    "whole number. The base case counts. A bar to the right is more of the number, to the left less: hollow is what "
    "10 % less of the value do, filled what 10 % more do."
)


def sensitivity_table(facts: Facts, links: Links) -> Markup:
    """Give one row per headline number: what moves it most, as figures and as a bar, and what misses its limit first.

    Numbers whose limit is nearest come first; what else moves them is there to open.
    """
    found = sorted((entry for entry in facts.sensitivity if entry.effects), key=_nearness)
    if not found:
        return EMPTY
    heads = [Head("Number"), Head("Moved most by"), Head("10 % less – more", "number"), Head("Limit missed first with")]
    rows = [_row(entry, links) for entry in found]
    shown = table("What moves the numbers", heads, rows, sortable=True)
    return Markup('<div class="pg-numbers">{}{}</div>').format(paragraph(_SAID), shown)


def _nearness(entry: Sensitivity) -> tuple[bool, Decimal]:
    """Numbers that miss their limit come first, then the nearest to it, then those without."""
    if not entry.turns or entry.turns[0].turn is None:
        return True, Decimal(0)
    factor = entry.turns[0].turn.factor
    return False, Decimal(0) if entry.number.holds is False else max(factor, 1 / factor)


def _row(entry: Sensitivity, links: Links) -> Row:
    first, limit, computed = entry.effects[0], entry.number.limit, entry.number.computed
    held = f", limit {quantity_text(limit.value)}" if limit is not None and limit.of is None else ""
    held = f", limit {limit.value}" if limit is not None and limit.of is not None else held
    name = Markup("{} <small>now <em>{}</em>{}</small>").format(text(entry.number.label), computed.value, held)
    return Row([name, _named(first, links), _both(entry, first), _missed(entry, links)], below=_more(entry, links))


def _both(entry: Sensitivity, effect: Effect) -> Cell:
    """Give the number with less and with more of a value, a bar beneath; sorted by the larger change."""
    sort = effect.share if effect.share.is_finite() else None
    return number(Markup("{} {}").format(_between(effect), _bar(entry, effect)), sort, derived=True)


def _between(effect: Effect) -> str:
    less, more = (str(value) if value is not None else "not known" for value in (effect.at_less, effect.at_more))
    return f"{less} – {more}"


def _missed(entry: Sensitivity, links: Links) -> Markup:
    if entry.number.limit is None:
        return EMPTY
    return _turning(entry, entry.turns[0], links) if entry.turns else text("no value alone")


def _named(effect: Effect, links: Links) -> Markup:
    entry = effect.entry
    href = links.edit_url(entry.gate, entry.path) if entry.gate is not None else None
    return Markup("{} <small>{}</small>").format(link(effect.name, href), quantity_text(entry.value))


def _turning(entry: Sensitivity, effect: Effect, links: Links) -> Markup:
    """Say from which value on the limit is missed, or kept again: `rows per day of raw.orders from 8,000 rows/d`."""
    assert effect.turn is not None  # noqa: S101 -- only those that turn come here
    word = "from" if effect.turn.factor > 1 else "at most"
    name = link(effect.name, links.edit_url(effect.entry.gate or "", effect.entry.path))
    now = "" if entry.number.holds else "✕ missed; kept with "
    return Markup("{}{} {} {} <small>({} ×)</small>").format(
        now, name, word, effect.turn.value, digits(effect.turn.factor)
    )


def _more(entry: Sensitivity, links: Links) -> Markup:
    """Give what else moves the number, and with which other values its limit is missed."""
    lines = [
        Markup("<li>{}: {}</li>").format(_named(effect, links), _between(effect)) for effect in entry.effects[1:MOST]
    ]
    lines += [Markup("<li>Limit: {}</li>").format(_turning(entry, effect, links)) for effect in entry.turns[1:MOST]]
    if not lines:
        return EMPTY
    return Markup('<details class="pg-formula"><summary>What else moves it</summary><ul>{}</ul></details>').format(
        joined(lines)
    )


def _bar(entry: Sensitivity, effect: Effect) -> Markup:
    """Draw both changes from the middle, with the larger one in words."""
    now = entry.number.computed.value.base
    changes = [_change(now, value.base if value is not None else None) for value in (effect.at_less, effect.at_more)]
    top = max((abs(change) for change in changes), default=Decimal(0)) or Decimal(1)
    bars = joined(
        _rect(change / top, y, hollow=hollow)
        for change, y, hollow in zip(changes, ("1.5", "6.5"), (True, False), strict=True)
    )
    said = "without end" if not effect.share.is_finite() else f"± {digits(effect.share * 100)} %"
    return Markup(
        '<svg class="pg-tornado" viewBox="0 0 {} 12" aria-hidden="true" focusable="false"><path d="M{} 0V12"/>{}</svg>'
        "<small>{}</small>"
    ).format(2 * _HALF, _HALF, bars, said)


def _change(now: Decimal, then: Decimal | None) -> Decimal:
    if then is None or not now.is_finite() or not then.is_finite() or now == 0:
        return Decimal(0)
    return then / now - 1


def _rect(share: Decimal, y: str, *, hollow: bool) -> Markup:
    width = abs(share) * (_HALF - 1)
    left = _HALF - width if share < 0 else Decimal(_HALF)
    return Markup('<rect x="{}" y="{}" width="{}" height="4"{}/>').format(
        f"{left:.1f}", y, f"{width:.1f}", Markup(' class="pg-hollow"') if hollow else EMPTY
    )


def stated_table(found: Iterable[StatedFacts], links: Links) -> Markup:
    """Give each number that the plan quotes beside the one that its formula gives, and by how much it is off."""
    rows = [
        Row(
            [
                entry.number.label if entry.number is not None else f"{entry.stated.formula} (not found)",
                number(quantity_text(entry.stated.value), entry.stated.value.base),
                number(str(entry.value), entry.value.base, derived=True) if entry.value is not None else Cell(NOTHING),
                _off(entry),
                text(entry.stated.quoted_in or ""),
            ]
        )
        for entry in found
    ]
    heads = [
        Head("Number"),
        Head("Quoted", "number"),
        Head("Recomputed", "number"),
        Head("Off by", "number"),
        Head("Quoted in"),
    ]
    return table("Quoted numbers", heads, rows) if rows else EMPTY


def _off(entry: StatedFacts) -> Cell:
    off = entry.difference
    if off is None or not off.is_finite():
        return Cell(text("not comparable"))
    return number(f"{digits(off * 100)} %", off, derived=True)

"""The figure of the calendar: a row a plan along months, a bar for what lasts, a sign for what does not."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from markupsafe import Markup
from msgspec import Struct

from plangate.analysis.occasions import Occasion, OccasionKind
from plangate.render.fragments import joined
from plangate.render.text import visible

MOST_ROWS = 60
"""How many plans the figure has a row for."""

_LEFT, _PLOT, _TOP, _LANE, _BAR, _NAME_LETTERS = 190, 760, 26, 16, 11, 26
_SIGN, _HALF = 14, 5
_MOST_LABELS = 14
_SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Kind(Struct, frozen=True):
    """How an occasion is told: its word, its sign, the name that says nothing beyond the word, and its colour."""

    word: str
    sign: str
    plain: str
    colour: int


KINDS: Mapping[OccasionKind, Kind] = MappingProxyType(
    {
        "cutover": Kind("Cutover", "C", "cutover", 0),
        "freeze": Kind("Freeze", "F", "freeze", 1),
        "backfill": Kind("Backfill", "B", "", 2),
        "parallel_run": Kind("Parallel run", "P", "parallel run", 3),
        "hypercare": Kind("Hypercare", "H", "hypercare", 4),
        "rehearsal": Kind("Rehearsal", "R", "rehearsal", 5),
        "go_live": Kind("Go-live", "G", "go-live", 0),
        "sunset": Kind("Sunset", "S", "", 6),
        "legacy_end": Kind("Last day of the old system", "L", "last day", 6),
        "decommission": Kind("Decommission", "D", "decommission", 6),
    }
)


class Mark(Struct, frozen=True):
    """An occasion in the figure, and whether it collides with one of another plan."""

    occasion: Occasion
    hit: bool


class _Axis(Struct, frozen=True):
    start: datetime
    end: datetime

    def x(self, moment: datetime) -> float:
        return round(_LEFT + _PLOT * ((moment - self.start) / (self.end - self.start)), 1)


def figure(rows: Sequence[tuple[str, Sequence[Mark]]], today: date) -> Markup:
    """Give the figure with its key: of each row the plan and its marks, of which there is at least one."""
    axis = _axis([mark.occasion for _, marks in rows for mark in marks])
    drawn, y = [], _TOP
    for name, marks in rows:
        lanes = _lanes(marks, axis)
        height = max(lane for lane, _ in lanes) * _LANE + _LANE + 6
        drawn.append(_row(name, lanes, axis, y))
        y += height
    used = [kind for kind in KINDS if any(mark.occasion.kind == kind for _, marks in rows for mark in marks)]
    hit = any(mark.hit for _, marks in rows for mark in marks)
    return Markup(
        '<div class="pg-calendar pg-wide"><div class="pg-drawing" role="region" tabindex="0" aria-label="Timeline">'
        '<svg viewBox="0 0 {0} {1}" role="img" aria-label="Timeline of all plans; the tables beneath say the same">'
        "{2}{3}{4}</svg></div>{5}</div>"
    ).format(_LEFT + _PLOT + 10, y + 4, _grid(axis, y), joined(drawn), _today(axis, today, y), _key(used, hit=hit))


def _axis(found: Sequence[Occasion]) -> _Axis:
    first, last = min(entry.start for entry in found), max(entry.last for entry in found)
    return _Axis(_month(first.year, first.month), _month(last.year, last.month + 1))


def _month(year: int, month: int) -> datetime:
    """Give the beginning of a month, which may be counted on past December."""
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)


def _lanes(marks: Sequence[Mark], axis: _Axis) -> list[tuple[int, Mark]]:
    """Put marks, which come in the order of time, into as few lanes as they need, signs included."""
    ends: list[float] = []
    placed = []
    for mark in marks:
        x, width = _extent(mark.occasion, axis)
        lane = next((place for place, end in enumerate(ends) if end <= x), len(ends))
        ends[lane : lane + 1] = [x + width + _SIGN + (9 if mark.hit else 0)]
        placed.append((lane, mark))
    return placed


def _extent(entry: Occasion, axis: _Axis) -> tuple[float, float]:
    """Give where a bar or a diamond begins, and how wide it is."""
    x = axis.x(entry.start)
    if entry.end is None:
        return round(x - _HALF, 1), 2 * _HALF
    return x, max(round(axis.x(entry.end) - x, 1), 3)


def _row(name: str, lanes: Sequence[tuple[int, Mark]], axis: _Axis, y: int) -> Markup:
    shown = visible(name)
    short = shown if len(shown) <= _NAME_LETTERS else f"{shown[: _NAME_LETTERS - 1]}…"
    title = Markup('<text class="pg-said" x="0" y="{}">{}</text>').format(y + 12, short)
    rule = Markup('<path class="pg-grid" d="M0 {}H{}"/>').format(y - 2, _LEFT + _PLOT)
    return rule + title + joined(_mark(mark, axis, y + lane * _LANE) for lane, mark in lanes)


def _mark(mark: Mark, axis: _Axis, y: int) -> Markup:
    entry, kind = mark.occasion, KINDS[mark.occasion.kind]
    x, width = _extent(entry, axis)
    tone = f"pg-k{kind.colour}" + (" pg-hit" if mark.hit else "")
    if entry.end is not None:
        shape = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="1.5"/>').format(x, y + 2, width, _BAR)
    else:
        shape = Markup('<path d="M{} {}l5 5.5l-5 5.5l-5 -5.5z"/>').format(round(x + _HALF, 1), y + 2)
    sign = f"✕{kind.sign}" if mark.hit else kind.sign
    said = Markup('<text x="{}" y="{}">{}</text>').format(round(x + width + 2, 1), y + 11.5, sign)
    return Markup('<g class="{}"><title>{}</title>{}{}</g>').format(tone, _told(entry), shape, said)


def _told(entry: Occasion) -> str:
    end = "" if entry.end is None else f" to {entry.end:%Y-%m-%d %H:%M}"
    return visible(f"{KINDS[entry.kind].word} {entry.name} of {entry.plan}: {entry.start:%Y-%m-%d %H:%M}{end} UTC")


def _grid(axis: _Axis, bottom: int) -> Markup:
    """Draw a line at each month, or where there are many of them at each quarter or year."""
    count = (axis.end.year - axis.start.year) * 12 + axis.end.month - axis.start.month
    every = next(step for step in (1, 3, 12, 60, 1200) if count / step <= _MOST_LABELS or step == 1200)
    marks = [_month(axis.start.year, axis.start.month + n) for n in range(count + 1)]
    return joined(
        Markup('<path class="pg-grid" d="M{0} {1}V{2}"/>{3}').format(axis.x(mark), _TOP - 6, bottom, _label(mark, axis))
        for mark in marks
        if (mark.month - 1) % every == 0 and (every < 60 or mark.year % (every // 12) == 0)
    )


def _label(mark: datetime, axis: _Axis) -> Markup:
    if axis.end - mark < timedelta(days=1):
        return Markup("")
    year = f" {mark.year}" if mark.month == 1 or mark == axis.start else ""
    return Markup('<text x="{}" y="14">{}</text>').format(axis.x(mark) + 2, f"{_SHORT[mark.month - 1]}{year}")


def _today(axis: _Axis, today: date, bottom: int) -> Markup:
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    if not axis.start <= now < axis.end:
        return Markup("")
    x = axis.x(now)
    return Markup('<path class="pg-now" d="M{0} {1}V{2}"/><text class="pg-said" x="{3}" y="{4}">today</text>').format(
        x, _TOP - 8, bottom, x + 3, _TOP - 2
    )


def _key(used: Sequence[OccasionKind], *, hit: bool) -> Markup:
    entries = [
        Markup('<li class="pg-k{}"><span class="pg-sign">{}</span> {}</li>').format(kind.colour, kind.sign, kind.word)
        for kind in (KINDS[name] for name in used)
    ]
    entries += [Markup('<li class="pg-hit"><span class="pg-sign">✕</span> Collides</li>')] if hit else []
    return Markup('<ul class="pg-key">{}</ul>').format(joined(entries))

"""What if: a late start, a slow step, an owner away, how likely the window is kept; and what is done then."""

from collections.abc import Iterable
from datetime import timedelta

from markupsafe import Markup

from plangate.analysis.contingency import SAMPLES, absences, at_maximum, late_starts, latest_start, spread
from plangate.analysis.cutover import Schedule
from plangate.analysis.facts import Facts
from plangate.analysis.overlaps import Overlap
from plangate.model.cutover import Contingency
from plangate.render.fragments import EMPTY, NOTHING, Cell, Head, Row, figures, joined, link, number, paragraph, table
from plangate.render.links import anchor
from plangate.render.page import Section
from plangate.render.parts import PartWriter
from plangate.render.values import clock_text, duration_text, percent_text
from plangate.render.zones import stamp

_DELAYS = tuple(minutes * 60 for minutes in (15, 30, 60, 120, 240))


def what_if(facts: Facts) -> tuple[Section, ...]:
    """Give what follows from a delay, a slow step or an absence, computed from the schedule."""
    schedule = facts.cutover
    if schedule is None or not schedule.steps:
        return ()
    found = [
        Section("pg-late-start", "It starts late", _late_start(schedule), 3),
        Section("pg-slow-step", "One step takes its maximum", _slow_steps(schedule), 3),
        Section("pg-absence", "An owner is away", _absences(schedule) + _overlaps(facts), 3),
        Section("pg-spread", "How likely the window is kept", _spread(schedule), 3),
    ]
    return tuple(found)


def _late_start(schedule: Schedule) -> Markup:
    expected, most = latest_start(schedule), latest_start(schedule, most=True)
    if expected is None or most is None:
        return paragraph("There is no window that could be missed.")
    told = [_delay(seconds, what) for seconds, what in ((expected, "as expected"), (most, "its maximum"))]
    heads = [
        Head("Late by"),
        Head("It starts at", "number"),
        Head("It ends as expected", "number"),
        Head("It ends at most", "number"),
        Head("Within the window"),
    ]
    rows = [
        Row(
            [
                duration_text(case.late),
                *(
                    Cell(stamp(moment, clock_text(moment, schedule.t0)), tone="pg-derived")
                    for moment in (case.start, case.end, case.end_max)
                ),
                _verdict(fits=case.fits, fits_max=case.fits_max),
            ]
        )
        for case in late_starts(schedule, _DELAYS)
    ]
    return paragraph(" ".join(told)) + table("It starts late, times in UTC", heads, rows, hidden=True)


def _delay(seconds: int, what: str) -> str:
    every = f"With every step taking {'as long as expected' if what == 'as expected' else what}"
    if seconds < 0:
        return f"{every} it ends {duration_text(-seconds)} after the window even if it starts on time."
    return f"{every} it can start {duration_text(seconds)} late and still end within the window."


def _slow_steps(schedule: Schedule) -> Markup:
    cases = at_maximum(schedule)
    if not cases:
        return paragraph("No step has a maximum above what is expected of it.")
    heads = [Head("Step"), Head("The end moves by", "number"), Head("It takes", "number"), Head("Within the window")]
    rows = [
        Row(
            [
                _step(case.step),
                number(duration_text(case.moves), case.moves, derived=True),
                number(duration_text(case.duration), case.duration, derived=True),
                _verdict(fits=case.fits, fits_max=case.fits),
            ]
        )
        for case in cases
    ]
    return table("One step at its maximum, the others as expected", heads, rows)


def _verdict(*, fits: bool | None, fits_max: bool | None) -> Cell | Markup:
    if fits is None:
        return NOTHING
    if fits and not fits_max:
        return Cell(Markup("▲ kept as expected, missed at most"), tone="pg-warn")
    return Cell(Markup("✓ kept"), tone="pg-good") if fits else Cell(Markup("✕ missed"), tone="pg-bad")


def _absences(schedule: Schedule) -> Markup:
    rows = [
        Row(
            [
                case.owner,
                _steps(case.covered) or Markup("—"),
                Cell(Markup("✕ ") + _steps(case.open), tone="pg-bad") if case.open else Cell(Markup("✓ none")),
                joined((_shared(entry, schedule) for entry in case.overlaps), "; ") or Markup("—"),
            ]
        )
        for case in absences(schedule)
    ]
    heads = ("Without", "A backup takes", "Nobody takes", "Then somebody has two steps at once")
    return table("One owner away", heads, rows) if rows else paragraph("No step has an owner.")


def _overlaps(facts: Facts) -> Markup:
    """Tell who has two steps at once even when everybody is there."""
    if facts.cutover is None or not facts.overlaps:
        return paragraph("When everybody is there, nobody has two steps at once.")
    told = joined((_shared(entry, facts.cutover) for entry in facts.overlaps), "; ")
    return paragraph(Markup("▲ Even when everybody is there: {}.").format(told))


def _shared(entry: Overlap, schedule: Schedule) -> Markup:
    begin, end = (_clock(schedule, seconds) for seconds in (entry.begin, entry.end))
    return Markup("{} has {} and {} from {} to {}").format(
        entry.owner, _step(entry.first), _step(entry.second), begin, end
    )


def _clock(schedule: Schedule, seconds: int) -> str:
    return clock_text(schedule.t0 + timedelta(seconds=seconds), schedule.t0)


def _spread(schedule: Schedule) -> Markup:
    found = spread(schedule)
    if found is None:
        return EMPTY
    within = percent_text(found.within) if found.within is not None else NOTHING
    said = (
        f"{SAMPLES:,} switches drawn at random with a fixed seed: each step takes a time from a triangle whose "
        "peak is what is expected, whose end is its maximum, and whose beginning lies half as far below the peak."
    )
    entries = [
        ("Within the window", within),
        ("Half of them take at most", duration_text(found.median)),
        ("Nine of ten", duration_text(found.p90)),
        ("The longest", duration_text(found.longest)),
    ]
    return figures(entries) + paragraph(said)


def contingency_matrix(entries: Iterable[Contingency], writer: PartWriter) -> Markup:
    """Give what may happen, by what it is seen, what is done, and by whom."""
    rows = [
        Row(
            [
                entry.scenario or NOTHING,
                entry.trigger or NOTHING,
                entry.action or NOTHING,
                link(entry.owner, writer.links.element(("team",), entry.owner)) if entry.owner else NOTHING,
            ]
        )
        for entry in entries
    ]
    return table("If something else happens", ("If", "Seen by", "Then", "By"), rows, hidden=True)


def _step(name: str) -> Markup:
    return link(name, f"#{anchor('step', name)}")


def _steps(names: Iterable[str]) -> Markup:
    return joined((_step(name) for name in names), ", ")

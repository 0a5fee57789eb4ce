"""The runbook as iCalendar (RFC 5545): an event a step, for window and freeze, and for every word to readers."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

from msgspec import Struct

from plangate import __version__
from plangate.analysis.agenda import Agenda, Entry, Word
from plangate.exchange.runbook import wording
from plangate.model.cutover import Freeze
from plangate.model.text import spoken, visible

if TYPE_CHECKING:
    from icalendar import Calendar, Event

_UTC = timezone.utc  # noqa: UP017 -- icalendar knows this object as UTC, whatever the library's version


class _Told(Struct, frozen=True):
    """An event before it is one: author text as it is, moments with their zone; without `end` it takes no time."""

    uid: str
    start: datetime
    end: datetime | None
    summary: str
    description: tuple[str, ...]
    category: str
    busy: bool = True


def ics(agenda: Agenda) -> str:
    """Write an agenda as one calendar in its own zone.

    The same plan gives the same bytes: identifiers are made of ids, and every event is stamped with the day on which
    the plan was begun (the day of t0 where it does not say that).
    """
    from icalendar import Calendar, Event, vText  # noqa: PLC0415 -- slow to load, and wanted by nobody else

    calendar = Calendar()
    calendar.add("prodid", f"-//Plangate//plangate {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(_one_line(f"Cutover of {agenda.plan.title}")))  # else it is not escaped
    calendar.add("x-wr-timezone", agenda.zone)
    events = list(_events(agenda))
    if agenda.zone != "UTC":
        _add_zone(calendar, agenda.zone, events)
    stamp = datetime.combine(agenda.plan.header.created or agenda.t0.date(), time(), _UTC)
    for told in events:
        calendar.add_component(_event(Event(), told, agenda, stamp))
    return str(calendar.to_ical().decode("utf-8"))


def _add_zone(calendar: "Calendar", zone: str, events: Iterable[_Told]) -> None:
    """Add the zone with its changes from the year before the first event to the year behind the last one."""
    from icalendar import Timezone  # noqa: PLC0415

    years = [moment.year for told in events for moment in (told.start, told.end or told.start)]
    first, last = max(min(years) - 1, 1970), min(max(years) + 1, 2100)
    calendar.add_component(Timezone.from_tzid(zone, first_date=date(first, 1, 1), last_date=date(last, 12, 31)))


def _event(event: "Event", told: _Told, agenda: Agenda, stamp: datetime) -> "Event":
    event.add("uid", told.uid)
    event.add("dtstamp", stamp)
    event.add("dtstart", _moment(told.start, agenda))
    if told.end is not None and told.end > told.start:
        event.add("dtend", _moment(told.end, agenda))
    event.add("summary", _one_line(told.summary))
    if told.description:
        event.add("description", visible("\n".join(told.description)))
    event.add("categories", [told.category])
    event.add("transp", "OPAQUE" if told.busy else "TRANSPARENT")
    return event


def _one_line(text: str) -> str:
    return visible(" ".join(text.split()))


def _moment(moment: datetime, agenda: Agenda) -> datetime:
    whole = moment.replace(microsecond=0)
    return whole.astimezone(_UTC) if agenda.zone == "UTC" else agenda.local(whole)


def _events(agenda: Agenda) -> Iterator[_Told]:
    name = agenda.plan.id
    if agenda.switch.window is not None:
        window = agenda.switch.window
        about = (
            f"Critical path: {' → '.join(agenda.schedule.critical_path)}",
            *_line("Why now", agenda.switch.justification),
        )
        title = f"Cutover window: {agenda.plan.title}"
        yield _Told(f"{name}.window@plangate", window.start, window.end, title, about, "window", busy=False)
    if agenda.switch.freeze is not None:
        yield _freeze(agenda, agenda.switch.freeze)
    for entry in agenda.entries:
        yield _step(agenda, entry)
        if entry.turns:
            summary = f"▲ Point of no return: {agenda.plan.title}"
            told = (f"There is no way back from {wording.point_text(agenda)}",)
            yield _Told(f"{name}.no-return@plangate", entry.scheduled.end_at, None, summary, told, "no_return")
    if agenda.rollback_by is not None:
        told = ("A rollback that begins later does not end within the window, or finds what cannot be undone",)
        summary = f"Last moment for a rollback: {agenda.plan.title}"
        yield _Told(f"{name}.rollback-by@plangate", agenda.rollback_by, None, summary, told, "rollback", busy=False)
    yield from _words(agenda)


def _freeze(agenda: Agenda, freeze: Freeze) -> _Told:
    systems = ", ".join(freeze.systems)
    about = (*_line("Owner", freeze.owner), *_line("Frozen", systems), *_line("Told by", freeze.comms))
    title = f"Freeze: {systems or agenda.plan.title}"
    return _Told(f"{agenda.plan.id}.freeze@plangate", freeze.start, freeze.end, title, about, "freeze", busy=False)


def _step(agenda: Agenda, entry: Entry) -> _Told:
    step, scheduled = entry.step, entry.scheduled
    decision = step.kind_ == "go_no_go"
    slack = "on the critical path" if scheduled.critical else f"slack {wording.duration_text(scheduled.slack)}"
    about = (
        *_line("Decided by" if decision else "Owner", (step.decision_owner or step.owner) if decision else step.owner),
        *_line("Backup", step.backup),
        f"Takes {wording.length_text(entry)}, {slack}, {wording.offset_text(scheduled.start_at, agenda.t0)}",
        *_line("After", ", ".join(step.after)),
        *_line("Go if", spoken(wording.criteria(entry))),
        *(("If an answer is missing: no-go",) if decision and step.if_missing == "no_go" else ()),
        *_line("System", step.system),
        *_line("Command", step.command),
        *_line("Verify", step.verify),
        *(("Readers see nothing meanwhile",) if step.downtime else ()),
        *_line("If it goes wrong", wording.back_text(entry)),
    )
    title = f"{wording.title_text(entry)}{' (go / no-go)' if decision else ''}"
    uid = f"{agenda.plan.id}.step.{step.id}@plangate"
    return _Told(uid, scheduled.start_at, scheduled.end_at, title, about, step.kind_ or "step")


def _words(agenda: Agenda) -> Iterator[_Told]:
    """Give word to readers; of several to one audience at one time the later ones are numbered."""
    seen: Counter[tuple[str, int]] = Counter()
    for word in agenda.words:
        audience = word.comms.audience or "everyone"
        seconds = int((word.at - agenda.t0) / timedelta(seconds=1))
        seen[audience, seconds] += 1
        count = seen[audience, seconds]
        uid = f"{agenda.plan.id}.comms.{audience}.{seconds}{f'.{count}' if count > 1 else ''}@plangate"
        yield _Told(uid, word.at, None, f"Tell {audience}{_by(word)}", _said(word), "comms", busy=False)


def _by(word: Word) -> str:
    return f" by {word.comms.channel}" if word.comms.channel else ""


def _said(word: Word) -> tuple[str, ...]:
    return (*_line("Message", word.comms.message), *_line("Owner", word.comms.owner))


def _line(label: str, value: str | None) -> tuple[str, ...]:
    return (f"{label}: {value}",) if value else ()

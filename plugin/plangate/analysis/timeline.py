"""One timeline of a plan: every date that it names, in the order in which they have to come."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from plangate.model.plan import Plan
from plangate.model.problem import Path


class Milestone(Struct, frozen=True):
    """A moment of the plan, what it is, and its place; `day` is the date that the plan writes in place of a moment.

    Of a rehearsal's day the beginning is compared, of days until which something stays their end.
    """

    name: str
    at: datetime
    gate: str
    path: Path
    day: date | None = None

    @property
    def text(self) -> str:
        """The moment as people write it: a date, or a date and time in UTC."""
        return str(self.day) if self.day is not None else f"{self.at:%Y-%m-%d %H:%M} UTC"

    def no_earlier(self, than: "Milestone") -> str:
        """Write the least that would do here for this to come after another moment: a day where a day stands here."""
        return than.text if self.day is None else str(than.day or than.at.date())


def midnight(day: date) -> datetime:
    """Give the beginning of a day in UTC."""
    return datetime.combine(day, time(), UTC)


def milestones(plan: Plan) -> Iterator[Milestone]:
    """Give the dates of the switch in the order in which they have to come: each is at or after the one before.

    Rehearsals, the first decision, t0, the end of the way back, the end of the old system, its decommission.
    """
    gate = plan.cutover
    switch = gate.cutover if gate is not None else None
    if gate is None or switch is None or switch.t0 is None:
        return
    dated = [(entry.date, index) for index, entry in enumerate(gate.rehearsals) if entry.date is not None]
    if dated:
        last, index = max(dated)
        yield Milestone("the last rehearsal", midnight(last), "cutover", ("rehearsals", index, "date"), last)
    yield Milestone("t0", switch.t0, "cutover", ("cutover", "t0"))
    if gate.rollback is not None and gate.rollback.available_for is not None:
        end = switch.t0 + timedelta(seconds=float(gate.rollback.available_for.base))
        yield Milestone("the end of the way back", end, "cutover", ("rollback", "available_for"))
    legacy = gate.legacy
    for name, day, key in (
        ("the end of the old system", legacy and legacy.keep_until, "keep_until"),
        ("its decommission", legacy and legacy.decommission_on, "decommission_on"),
    ):
        if day:
            yield Milestone(name, midnight(day) + timedelta(days=1), "cutover", ("legacy", key), day)


def out_of_order(found: Iterable[Milestone]) -> Iterator[tuple[Milestone, Milestone]]:
    """Give the neighbours on a timeline of which the later one comes first."""
    known = list(found)
    for place, entry in enumerate(known):
        later = next((other for other in known[place + 1 :] if other.at < entry.at), None)
        if later is not None:
            yield entry, later


class BadDay(Struct, frozen=True):
    """Why a moment is a bad one to switch at, in which time zone."""

    why: str
    zone: str


def bad_days(moment: datetime, zones: Iterable[str], holidays: Iterable[date]) -> Iterator[BadDay]:
    """Say why a moment is a bad one to switch at, in any of the zones.

    It is on a weekend, a holiday, the last day of a quarter, or a day on which the clock changes.
    """
    closed = set(holidays)
    for zone in dict.fromkeys(zones):
        local = moment.astimezone(ZoneInfo(zone))
        day = local.date()
        if day.weekday() >= 5:
            yield BadDay("a weekend", zone)
        if day in closed:
            yield BadDay("a holiday", zone)
        if (day + timedelta(days=1)).day == 1 and day.month % 3 == 0:
            yield BadDay("the last day of a quarter", zone)
        start = datetime.combine(day, time(), ZoneInfo(zone))
        if start.utcoffset() != datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).utcoffset():
            yield BadDay("the day on which the clock changes", zone)

"""Everything around the switch on one clock: word to readers, freeze, window, decisions, the last way back."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup
from msgspec import Struct

from plangate.analysis.facts import Facts
from plangate.model.cutover import Comms, Cutover, Switch
from plangate.render.fragments import NOTHING, Cell, Row, link, table
from plangate.render.links import anchor
from plangate.render.parts import PartWriter
from plangate.render.values import moment_text, quantity_text
from plangate.render.zones import city, other_zones, stamp


class _Moment(Struct, frozen=True):
    """A moment, what happens then, and by whom."""

    at: datetime
    what: Markup | str
    by: str | None = None


def clock_table(facts: Facts) -> Markup:
    """Give freeze, window, word to readers, decisions and the last way back in the order of time, in every zone."""
    gate = facts.plan.cutover
    if gate is None or gate.cutover is None:
        return Markup("")
    moments = sorted(_moments(facts, gate, gate.cutover), key=lambda entry: entry.at)
    zones = other_zones(gate.cutover)
    utc = Markup("<span data-pg-zone>UTC</span>")
    heads = [utc, *map(city, zones), "What", "By"]
    rows = [
        Row(
            [
                Cell(stamp(entry.at, moment_text(entry.at).removesuffix(" UTC"))),
                *(_local(entry.at, zone) for zone in zones),
                entry.what,
                entry.by or Markup("—"),
            ]
        )
        for entry in moments
    ]
    return table(f"On one clock: {', '.join(['UTC', *zones])}", heads, rows)


def _local(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return f"{moment_text(local).removesuffix(' UTC')} {local.tzname()}"


def _moments(facts: Facts, gate: Cutover, switch: Switch) -> Iterator[_Moment]:
    if switch.freeze is not None:
        held = f" of {', '.join(switch.freeze.systems)}" if switch.freeze.systems else ""
        yield _Moment(switch.freeze.start, f"Freeze{held} begins", switch.freeze.owner)
        yield _Moment(switch.freeze.end, f"Freeze{held} ends", switch.freeze.owner)
    if switch.window is not None:
        yield _Moment(switch.window.start, "Window opens")
        yield _Moment(switch.window.end, "Window closes")
    for entry in gate.comms:
        if entry.offset is not None and switch.t0 is not None:
            told = switch.t0 + timedelta(seconds=float(entry.offset.base))
            yield _Moment(told, f"Word to {entry.audience or 'readers'}", entry.owner)
    schedule = facts.cutover
    for step in schedule.steps if schedule is not None else ():
        name = step.step.id
        if step.step.kind_ == "go_no_go":
            to = link(name, f"#{anchor('decision', name)}")
            yield _Moment(step.start_at, Markup("◆ Go / no-go {}").format(to), step.step.decision_owner)
    if schedule is not None and schedule.point_of_no_return_at is not None:
        yield _Moment(schedule.point_of_no_return_at, "▲ Point of no return")
    if schedule is not None and schedule.steps:
        yield _Moment(max(step.end_at for step in schedule.steps), "The last step is over")
    back = gate.rollback
    if back is not None and back.available_for is not None and switch.t0 is not None:
        ends = switch.t0 + timedelta(seconds=float(back.available_for.base))
        yield _Moment(ends, "What was written can no longer be carried back", back.decision_owner)
    if facts.way_back is not None and facts.way_back.latest is not None:
        yield _Moment(facts.way_back.latest, "Last moment to begin a way back within the window")


def comms_table(entries: Iterable[Comms], switch: Switch, writer: PartWriter) -> Markup:
    """Give who is told what, how and when, in the order of the file."""
    rows = []
    for entry in entries:
        audience = entry.audience or ""
        rows.append(
            Row(
                [
                    link(audience, writer.links.element(("consumer", "team", "plan"), audience)) or NOTHING,
                    entry.channel or NOTHING,
                    Cell(_told(entry, switch), str(entry.offset.base) if entry.offset else None),
                    entry.message or NOTHING,
                    entry.owner or NOTHING,
                ]
            )
        )
    return table("Communication", ("Who is told", "Channel", "When", "What", "By"), rows, hidden=True)


def _told(entry: Comms, switch: Switch) -> Markup:
    if entry.offset is None:
        return NOTHING
    before = quantity_text(entry.offset)
    if switch.t0 is None:
        return Markup("{}").format(before)
    at = switch.t0 + timedelta(seconds=float(entry.offset.base))
    return stamp(at, moment_text(at)) + Markup(" <small>T{}</small>").format(
        before if before.startswith("-") else f"+{before}"
    )

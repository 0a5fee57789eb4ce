"""The runbook as iCalendar: read back by the library, in its own zone, and the same from run to run."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event
from tests.exchange.agendas import told

from plangate.exchange.runbook.ics import ics

UIDS = [
    "a-plan.window@plangate",
    "a-plan.freeze@plangate",
    "a-plan.step.s01@plangate",
    "a-plan.step.c01@plangate",
    "a-plan.step.s02@plangate",
    "a-plan.no-return@plangate",
    "a-plan.step.s03@plangate",
    "a-plan.rollback-by@plangate",
]
BERLIN = ZoneInfo("Europe/Berlin")


def read(text: str) -> Calendar:
    found = Calendar.from_ical(text)
    assert isinstance(found, Calendar)
    return found


def events(text: str) -> dict[str, Event]:
    found = [event for event in read(text).walk("VEVENT") if isinstance(event, Event)]
    by_uid = {str(event["UID"]): event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


def test_an_event_a_step_and_for_window_freeze_point_of_no_return_and_word() -> None:
    found = events(ics(told()))
    assert list(found) == [*UIDS, "a-plan.comms.finance.-1209600@plangate", "a-plan.comms.finance.-1209600.2@plangate"]
    assert {event["DTSTAMP"].dt for event in found.values()} == {datetime(2027, 1, 4, tzinfo=UTC)}


def test_times_are_those_of_the_plan_over_the_change_of_the_clock() -> None:
    found = events(ics(told()))
    step = found["a-plan.step.s01@plangate"]
    assert step["DTSTART"].dt == datetime(2027, 3, 27, 23, tzinfo=BERLIN)
    assert step["DTEND"].dt == datetime(2027, 3, 28, 1, 30, tzinfo=BERLIN)
    switch = found["a-plan.step.s02@plangate"]
    assert switch["DTEND"].dt - switch["DTSTART"].dt == timedelta(seconds=90)
    assert "DTEND" not in found["a-plan.step.c01@plangate"]
    window = found["a-plan.window@plangate"]
    assert (window["DTSTART"].to_ical(), window["DTEND"].to_ical()) == (b"20270327T230000", b"20270328T100000")
    assert window["DTSTART"].params["TZID"] == "Europe/Berlin"


def test_the_zone_comes_along_with_its_changes() -> None:
    (zone,) = read(ics(told())).walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"
    own = zone.to_tz()  # type: ignore[attr-defined]
    for moment in (datetime(2027, 3, 28, 1, 59), datetime(2027, 3, 28, 3), datetime(2027, 10, 31, 4)):
        assert moment.replace(tzinfo=own).utcoffset() == moment.replace(tzinfo=BERLIN).utcoffset()


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_every_zone_tells_the_same_moments(zone: str) -> None:
    text = ics(told(zone=zone))
    assert ("BEGIN:VTIMEZONE" in text) == (zone != "UTC")
    start = events(text)["a-plan.step.s01@plangate"]["DTSTART"].dt
    assert start.astimezone(UTC) == datetime(2027, 3, 27, 22, tzinfo=UTC)


def test_what_a_step_needs_stands_in_its_description() -> None:
    found = events(ics(told("Look, here; now")))
    said = str(found["a-plan.step.s01@plangate"]["DESCRIPTION"]).split("\n")
    assert said == [
        "Owner: data_team",
        "Backup: dba",
        "Takes 2 h 30 min (at most 3 h), on the critical path, T+0:00",
        "System: Look, here; now",
        "Command: Look, here; now",
        "Verify: Look, here; now",
        "If it goes wrong: r01, in at most 20 min",
    ]
    decision = found["a-plan.step.c01@plangate"]
    assert str(decision["SUMMARY"]) == "◆ c01 (go / no-go)"
    assert "Go if: Look, here; now\nIf an answer is missing: no-go" in str(decision["DESCRIPTION"])
    assert "If it goes wrong: roll forward: Look" in str(found["a-plan.step.s02@plangate"]["DESCRIPTION"])


@pytest.mark.parametrize(
    "text",
    [
        "a\r\nBEGIN:VEVENT\r\nUID:forged\r\nEND:VEVENT",
        "a\nATTACH:file:///etc/passwd",
        "a\rX-FORGED:1",
        "a\x85X-FORGED:1",
        "a\u2028END:VCALENDAR",
        "\\nEND:VEVENT\\",
        "x" * 5000,
        ";,:\"^n^'",
        "\x00\x1b[31m",
    ],
)
def test_text_of_an_author_stays_text(text: str) -> None:
    written = ics(told(text))
    assert len(events(written)) == 10
    assert not [event for event in events(written).values() if {"ATTACH", "X-FORGED"} & set(event)]
    assert read(written).errors == []
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    assert "\n" not in written.replace("\r\n", "")
    assert "\r" not in written.replace("\r\n", "")


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_reads_back(text: str) -> None:
    written = ics(told(text))
    assert written == ics(told(text))
    found = events(written)
    assert list(found)[: len(UIDS)] == UIDS
    if text.isalnum():
        assert f"Verify: {text}" in str(found["a-plan.step.s01@plangate"]["DESCRIPTION"]).split("\n")

"""Times of day in the zones of the participants, over midnight and over a change of clocks."""

from datetime import UTC, datetime, timedelta

import pytest

from plangate.model.cutover import Switch
from plangate.render.zones import city, clock, other_zones, zone_clock

from .html import read

AUTUMN = datetime(2026, 10, 24, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "zone", "shown"),
    [
        (0, "Europe/Berlin", "00:00"),
        (2.5, "Europe/Berlin", "02:30"),
        (3.5, "Europe/Berlin", "02:30 CET"),
        (26, "Europe/Berlin", "01:00 +1 CET"),
        (3, "America/New_York", "21:00"),
        (6, "America/New_York", "00:00 +1"),
        (0, "Asia/Kolkata", "03:30"),
    ],
)
def test_a_time_in_a_zone_counts_days_there_and_names_clocks_that_changed(hours: float, zone: str, shown: str) -> None:
    assert zone_clock(AUTUMN + timedelta(hours=hours), AUTUMN, zone) == shown


def test_every_participant_reads_their_own_time_and_machines_the_moment() -> None:
    switch = Switch.model_validate({"timezones": ["Europe/Berlin", "UTC", "America/New_York", "Europe/Berlin"]})
    assert other_zones(switch) == ("Europe/Berlin", "America/New_York")
    page = read(clock(AUTUMN + timedelta(hours=3), AUTUMN, switch))
    assert page.words == "01:00 +1 02:00 CET Berlin 21:00 New York"
    assert [tag.attributes["datetime"] for tag in page.all("time")] == ["2026-10-25T01:00Z"]
    assert city("America/Argentina/Buenos_Aires") == "Buenos Aires"

"""Runs that wait for several others: when they start, and how long a result waits for one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from plangate.analysis.joined import fires, joined, later, longest_until


@pytest.mark.parametrize(
    ("ends", "starts"),
    [
        ([[5, 65, 125]], [5, 65, 125]),
        ([[5, 65, 125], [12, 72, 132]], [12, 72, 132]),  # each hour when the slower one has ended
        ([[5, 65, 125, 185], [100]], [100]),
        ([[5, 65, 125, 185], [100, 190]], [100, 190]),
        ([[5, 65], [5, 70]], [5, 70]),
        ([[10, 20], [20, 30]], [20]),  # what ends as the run starts has not ended since
        ([[10], []], []),
    ],
)
def test_a_run_starts_when_each_has_ended_anew(ends: Sequence[Sequence[int]], starts: Sequence[int]) -> None:
    found = joined([[Decimal(end) for end in one] for one in ends])
    assert found == [Decimal(start) for start in starts]


@pytest.mark.parametrize(
    ("ready", "starts", "expected"),
    [([5, 65], [12, 72], 7), ([5, 65, 125], [100], 95), ([5], [5], 0), ([5], [], 0)],
)
def test_a_result_waits_for_the_next_start(ready: Sequence[int], starts: Sequence[int], expected: int) -> None:
    assert longest_until(map(Decimal, ready), [Decimal(start) for start in starts]) == expected


def test_fires_are_those_of_a_year_and_what_is_beyond_it() -> None:
    start = datetime(2026, 11, 2, tzinfo=UTC)
    found = fires(("0 6 * * *", "UTC"), start, Decimal(86400))
    assert (len(found), found[0]) == (367, Decimal(int(start.timestamp()) + 6 * 3600))
    assert later(found, Decimal(90))[0] - found[0] == 90

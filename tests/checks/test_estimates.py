"""Estimates: which of them have to say of which day they are, and how old that may be."""

from pathlib import Path

import pytest

from plangate.checks.rule import Edit

from .signing import judged, of, plans


def rows(written: str) -> Edit:
    return Edit("02-sources.yml", "row_bytes: 300 B", f"row_bytes: {written}")


def factor(written: str) -> Edit:
    return Edit("02-sources.yml", "peak_factor: 3", f"peak_factor: {written}")


@pytest.mark.parametrize("basis", ["measured", "vendor", "analogy"])
def test_an_estimate_that_was_looked_up_says_when(tmp_path: Path, basis: str) -> None:
    report = judged(plans(tmp_path, rows(f"{{low: 200 B, base: 300 B, high: 500 B, basis: {basis}, source: pg_stat}}")))
    (found,) = of(report, "GEN012")
    assert (found.severity, found.verdict) == ("warning", "fail")
    assert found.path == "sources[0].datasets[0].row_bytes.as_of"
    assert found.message == (
        f"`sources[0].datasets[0].row_bytes`: the estimate 300 B ({basis}) does not say of which day it is"
    )
    assert found.expected == "the day on which it was looked up, 2026-05-27 or later: `as_of: YYYY-MM-DD`"


@pytest.mark.parametrize(
    "written",
    [
        "300 B",
        "{base: 300 B}",
        "{low: 200 B, base: 300 B, high: 500 B, basis: guess}",  # GEN011 tells of it
        "{low: 200 B, base: 300 B, high: 500 B}",  # and of this
        "{assume: 300 B, because: Nobody measured it, owner: alice, verify_by: 2026-12-01, if_wrong: More disk}",
        "{base: 300 B, basis: measured, source: pg_stat, as_of: 2026-05-27}",
    ],
)
def test_what_needs_no_day_or_has_one_is_let_pass(tmp_path: Path, written: str) -> None:
    assert of(judged(plans(tmp_path, rows(written))), "GEN012") == []


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (rows("{low: 500 B, base: 300 B, high: 200 B, basis: analogy, as_of: 2026-10-01}"), "500 B, 300 B, 200 B"),
        (factor("{low: 9, base: 6, high: 3, basis: measured, source: log, as_of: 2026-10-01}"), "9, 6, 3"),
        (factor("{base: 6, high: 3, basis: measured, source: log, as_of: 2026-10-01}"), "6, 6, 3"),
        (factor("{low: 3, base: 6, high: 9, basis: measured, source: log, as_of: 2026-10-01}"), None),
        (factor("6"), None),
    ],
)
def test_cases_are_in_order_with_a_unit_or_without(tmp_path: Path, edit: Edit, told: str | None) -> None:
    found = [(one.severity, one.observed) for one in of(judged(plans(tmp_path, edit)), "GEN011")]
    assert found == ([("error", told)] if told else [])


def test_a_day_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    report = judged(plans(tmp_path, rows("{base: 300 B, basis: measured, source: pg_stat, as_of: last week}")))
    assert [found.verdict for found in of(report, "GEN012")] == ["undetermined"]


@pytest.mark.parametrize(("day", "told"), [("2026-11-24", False), ("2026-11-25", True)])
def test_a_day_that_is_yet_to_come_is_a_slip(tmp_path: Path, day: str, told: bool) -> None:
    report = judged(plans(tmp_path, rows(f"{{base: 300 B, basis: measured, source: pg_stat, as_of: {day}}}")))
    assert [found.observed for found in of(report, "GEN012")] == ([day] if told else [])


def test_a_day_too_long_ago_is_told_once(tmp_path: Path) -> None:
    report = judged(plans(tmp_path, rows("{base: 300 B, basis: measured, source: pg_stat, as_of: 2026-05-26}")))
    (found,) = of(report, "GEN012")
    assert "2026-05-26 is 181 days old on 2026-11-23" in found.message

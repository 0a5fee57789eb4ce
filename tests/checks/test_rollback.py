"""The way back of the first plan, changed until a rule speaks."""

from pathlib import Path

import pytest

from .judging import judged, told

FILE = "09-cutover.yml"
NONE = "point_of_no_return: {none: The export stays available and the report can be pointed back at any time}"
DOWN = ("reversible: true, rollback: r02", "reversible: true, downtime: true, rollback: r02")


@pytest.mark.parametrize(
    ("rule", "changes", "found"),
    [
        ("CUT007", [], []),
        ("CUT007", [('must_be: "<= 1 %", window', "window")], ["Rollback trigger 1 has no bound"]),
        (
            "CUT007",
            [("  decision_owner: data_platform\n  max", "  max")],
            ["The rollback does not say its `decision_owner`"],
        ),
        (
            "CUT007",
            [("  max: 60 min\n", "  max: 14 min\n")],
            ["The way back can take 15 min, `rollback.max` allows 14 min"],
        ),
        (
            "CUT007",
            [
                ("  max: 60 min\n", "  max: 20 min\n"),
                ("{id: r01, name", "{id: r00, name: Tell the shop, expected: 10 min}\n    - {id: r01, name"),
                ("{id: r02, name", "{id: r02, after: [r00], name"),
            ],
            ["The way back can take 25 min, `rollback.max` allows 20 min"],
        ),
        (
            "CUT007",
            [
                ("  max: 60 min\n", "  max: 10 min\n"),
                (NONE, "point_of_no_return: {after: s02, why: The export is switched off}"),
            ],
            ["The way back can take 15 min, `rollback.max` allows 10 min"],
        ),
        (
            "CUT007",
            [
                ("  max: 60 min\n", "  max: 20 min\n"),
                ("expected: 15 min, undoes", "expected: 25 min, max: 5 min, undoes"),
            ],
            [
                "The way back can take 25 min, `rollback.max` allows 20 min",
                "Rollback step r02 is expected to take 25 min, its `max` is 5 min",
            ],
        ),
        ("CUT007", [("expected: 15 min, undoes", "expected: 15 min, max: 15 min, undoes")], []),
        (
            "CUT007",
            [("  max: 60 min\n", "  max: 3 h\n")],
            ["The way back may take 3 h; where it may begin last 2.92 h of the window are left"],
        ),
        (
            "CUT007",
            [("end: 2027-01-12T13:00", "end: 2027-01-12T10:10")],
            ["The way back takes 15 min; where it may begin last 5 min of the window are left"],
        ),
        (
            "CUT007",
            [("end: 2027-01-12T13:00", "end: 2027-01-12T10:00")],
            ["The window ends 5 min before the way back may begin last: no time is left for it"],
        ),
        (
            "CUT007",
            [("{id: r01, name", "{id: r01, after: [r02], name"), ("{id: r02, name", "{id: r02, after: [r01], name")],
            ["These rollback steps wait for each other: r01 → r02 → r01"],
        ),
        ("CUT007", [("expected: 5 min, undoes: [s01]", "max: 5 min, undoes: [s01]")], []),
        (
            "CUT007",
            [("expected: 5 min, undoes: [s01]", "undoes: [s01]")],
            ["Rollback step r01 does not say how long it takes"],
        ),
        ("CUT008", [], []),
        (
            "CUT008",
            [("  written_after_switch: replay\n", "")],
            ["The rollback does not say what becomes of data that is written after the switch"],
        ),
        (
            "CUT008",
            [("switch: replay", "switch: discard")],
            ["Data written after the switch is discarded in a rollback, and nobody accepts that"],
        ),
        ("CUT008", [("switch: replay", "switch: discard\n  accepted_by: data_team")], []),
        ("CUT008", [("switch: replay", "switch: discard\n  accepted_by: [data_team]")], []),
        (
            "CUT008",
            [("switch: replay", "switch: reverse_sync\n  sync: {step: s02}")],
            ["The reverse sync does not name the check that proves it"],
        ),
        ("CUT009", [], []),
        (
            "CUT009",
            [("keep_until: 2027-02-28", "keep_until: 2027-01-14")],
            ["The old system is kept until 2027-01-14, the way back is open until 2027-01-15 09:00 UTC"],
        ),
        (
            "CUT009",
            [("  available_for: 72 h\n", "")],
            ["The rollback does not say how long it stays possible"],
        ),
        (
            "CUT009",
            [("available_for: 72 h", "available_for: 6 yr"), ("keep_until: 2027-02-28", "keep_until: 2034-01-01")],
            ["Source shop_db keeps data for 5 yr, the way back is open for 6 yr"],
        ),
        (
            "CUT015",
            [DOWN],
            ["Readers see nothing during some steps, and no `downtime_budget` says for how long they may"],
        ),
        ("CUT015", [DOWN, ("cutover:\n  t0:", "cutover:\n  downtime_budget: 15 min\n  t0:")], []),
        (
            "CUT015",
            [DOWN, ("cutover:\n  t0:", "cutover:\n  downtime_budget: 10 min\n  t0:")],
            ["Readers see nothing for 15 min, granted are 10 min"],
        ),
    ],
)
def test_the_way_back(tmp_path: Path, rule: str, changes: list[tuple[str, str]], found: list[str]) -> None:
    problems = told(judged(tmp_path, rule, [(FILE, old, new) for old, new in changes]))
    assert [message for _, message in problems] == found


def test_without_downtime_no_budget_is_asked_for(tmp_path: Path) -> None:
    assert judged(tmp_path, "CUT015") == []


# No bound is one that nobody can keep, and what is expected would do.
@pytest.mark.parametrize(
    ("old", "new", "path", "observed", "expected"),
    [
        ("  max: 60 min\n", "  max: 10 min\n", "rollback.max", "10 min", "at least 15 min (r02)"),
        ("  max: 60 min\n", "  max: 3 h\n", "rollback.max", "3 h", "at most 2.91 h"),
        (
            "switch: replay",
            "switch: discard",
            "rollback.written_after_switch",
            "discard",
            "who accepts the loss, such as `accepted_by: data_platform`",
        ),
        (
            "end: 2027-01-12T13:00",
            "end: 2027-01-12T10:00",
            "cutover.window.end",
            "2027-01-12T10:00:00+00:00",
            "a window that ends at 2027-01-12T10:20:00+00:00 or later",
        ),
    ],
)
def test_what_the_way_back_needs(tmp_path: Path, old: str, new: str, path: str, observed: str, expected: str) -> None:
    *_, found = judged(tmp_path, "CUT007 CUT008", [(FILE, old, new)])
    assert (found.path, found.observed, found.expected) == (path, observed, expected)

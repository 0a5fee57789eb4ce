"""The runbook: rows, bars, the way back, and what is said when there is none."""

from datetime import UTC, datetime, timedelta

import pytest

from plangate.analysis.cutover import cutover
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.model.cutover import Cutover, Step
from plangate.model.plan import Header, Plan
from plangate.reading.policy import load_policy
from plangate.render import gantt
from plangate.render.page import page_html
from plangate.render.runbook import runbook, runbook_figures, runbook_page
from plangate.render.steps import shown_axis
from plangate.render.values import clock_text, duration_text

from .conftest import LinksOf
from .html import Tag, read

POLICY = load_policy(None)[0]
START = "2026-12-05T20:00:00+00:00"


def small(**switch: object) -> Plan:
    steps = [
        {"id": "s01", "name": "Freeze", "expected": "60 min", "rollback": "r01"},
        {"id": "s02", "name": "Copy", "expected": "30 min", "after": ["s01"], "max": "45 min", "rollback": "r02"},
        {"id": "s03", "name": "Build", "expected": "120 min", "after": ["s01"], "rollback": "r02", "downtime": True},
        {
            "id": "c01",
            "kind": "go_no_go",
            "expected": "10 min",
            "after": ["s02", "s03"],
            "decision_owner": "cutover_lead",
        },
        {
            "id": "s04",
            "name": "Switch",
            "expected": "60 min",
            "after": ["c01"],
            "reversible": False,
            "forward_fix": "Fix",
        },
    ]
    gate = {
        "cutover": {
            "t0": START,
            "window": {"start": START, "end": "2026-12-06T02:00:00+00:00"},
            "steps": steps,
            "point_of_no_return": {"after": "s04", "why": "Legacy stops"},
            **switch,
        },
        "rollback": {
            "steps": [
                {"id": "r02", "expected": "20 min", "max": "30 min", "undoes": ["s02", "s03"]},
                {"id": "r01", "expected": "5 min", "after": ["r02"], "undoes": ["s01"]},
            ]
        },
    }
    return Plan("a", Header(id="a", title="Plan A"), {"cutover": Cutover.model_validate(gate)})


def facts_of(plan: Plan) -> Facts:
    return Facts(plan, POLICY, Landscape((plan,)))


def rows(plan: Plan) -> dict[str, Tag]:
    page = read(runbook(facts_of(plan)))
    return {tag.attributes["id"] or "": tag for tag in page.all("tr") if tag.attributes.get("id")}


def test_rows_say_when_how_long_after_what_and_who() -> None:
    found = rows(small())
    assert list(found) == ["pg-step-s01", "pg-step-s02", "pg-step-s03", "pg-step-c01", "pg-step-s04"]
    cells = [cell.words for cell in found["pg-step-s02"].all("td")]
    assert cells == [
        "Copy",
        "not stated",
        "21:00",
        "30 max 45",
        "s01",
        "r02 back in 35 min",
        "1 h 30 min start by 22:30",
        "",
    ]


def test_the_critical_path_is_shown_by_bar_and_by_word() -> None:
    found = rows(small())
    critical = {name for name, row in found.items() if row.all("strong") and row.all("strong")[0].words == "critical"}
    assert critical == {"pg-step-s01", "pg-step-s03", "pg-step-c01", "pg-step-s04"}
    for name, row in found.items():
        hatched = [path for path in row.all("path") if "pg-hatch" in path.classes]
        assert bool(hatched) == (name not in critical)
        assert ("pg-critical-step" in row.classes) == (name in critical)


def test_slack_is_a_line_behind_the_bar() -> None:
    found = rows(small())
    line = next(path for path in found["pg-step-s02"].all("path") if "pg-slack" in path.classes)
    assert line.attributes["d"] == "M90.0 8H180.0"
    assert not [path for path in found["pg-step-s03"].all("path") if "pg-slack" in path.classes]


def test_decisions_are_ruled_and_the_point_of_no_return_has_row_and_line() -> None:
    plan = small()
    found = rows(plan)
    assert "pg-go" in found["pg-step-c01"].classes
    assert found["pg-step-c01"].words.startswith("c01◆ Go / no-go")
    assert "pg-ponr" in found["pg-step-s04"].classes
    assert all(
        any("M250.0 0" in (path.attributes.get("d") or "") for path in row.all("path")) for row in found.values()
    )
    page = read(runbook(facts_of(plan)))
    said = [tag.words for tag in page.all("tr") if "pg-return" in tag.classes]
    assert said == ["▲ Point of no return at 00:10 +1: Legacy stops"]


def test_figures_give_window_path_buffer_and_last_safe_decision() -> None:
    plan = small()
    page = read(runbook_figures(plan, facts_of(plan).cutover))
    shown = dict(zip((t.words for t in page.all("dt")), (t.words for t in page.all("dd")), strict=True))
    assert shown == {
        "Window": "Sat 5 Dec 2026 20:00 → Sun 02:00 UTC",
        "Critical path": "4 h 10 min · 4 of 5 steps",
        "At most": "4 h 10 min · same path",
        "Buffer": "1 h 50 min (30.6 %)",
        "Downtime": "2 h",
        "Point of no return": "end of s04 at 00:10 +1",
        "Last safe rollback decision": "c01, over at 23:10",
    }


def test_what_is_missing_is_said_and_not_guessed() -> None:
    plan = small(window=None, point_of_no_return=None)
    page = read(runbook_figures(plan, facts_of(plan).cutover))
    shown = dict(zip((t.words for t in page.all("dt")), (t.words for t in page.all("dd")), strict=True))
    assert {shown[name] for name in ("Window", "Buffer", "Point of no return", "Last safe rollback decision")} == {
        "not stated"
    }


def test_without_steps_or_with_a_cycle_there_is_a_sentence(links_of: LinksOf) -> None:
    empty = Plan("a", Header(id="a"), {})
    assert read(runbook(facts_of(empty))).words.startswith("Gate cutover has no steps")
    assert runbook_page(facts_of(empty), links_of("orders-mart", "runbook")).sections == ()
    circle = small(steps=[{"id": "s01", "after": ["s02"]}, {"id": "s02", "after": ["s01"]}], point_of_no_return=None)
    said = read(runbook_figures(circle, facts_of(circle).cutover)).words
    assert said.startswith("These steps wait for each other")
    assert "s01 → s02 → s01" in said


def test_the_page_of_the_sample_has_every_part(orders: Facts, links_of: LinksOf) -> None:
    made = runbook_page(orders, links_of("orders-mart", "runbook"))
    assert [section.title for section in made.sections] == [
        "Steps",
        "Rollback",
        "Go / no-go",
        "Time to restore",
        "On one clock",
        "Communication",
        "Contingencies",
        "What if",
        "Rehearsals",
    ]
    page = read(page_html(made))
    ids = [tag.attributes["id"] for tag in page.all("tr") if tag.attributes.get("id")]
    assert len(ids) == len(set(ids)) == 18 + 7
    rehearsal = next(t for t in page.all("tr") if t.words.startswith("s0790 min"))
    assert "108 min +20 %" in rehearsal.words
    assert "94 min +4.4 %" in rehearsal.words


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 min"), (59, "59 s"), (60, "1 min"), (5400, "1 h 30 min"), (90000, "1 d 1 h"), (-600, "−10 min")],
)
def test_durations_read_well(seconds: int, shown: str) -> None:
    assert duration_text(seconds) == shown


def test_clock_counts_days() -> None:
    first = datetime(2026, 12, 5, 20, tzinfo=UTC)
    assert clock_text(first, first) == "20:00"
    assert clock_text(first + timedelta(hours=5, minutes=40), first) == "01:40 +1"
    assert clock_text(first - timedelta(days=2), first) == "20:00 -2"


def test_a_decision_days_ahead_does_not_press_the_night_into_a_corner() -> None:
    plan = small()
    switch = plan.switch
    assert switch is not None
    ahead = Step.model_validate({"id": "c00", "kind": "go_no_go", "offset": "-72 h", "expected": "30 min"})
    steps = {"steps": [ahead, *switch.steps]}
    schedule, usual = cutover(small(**steps)), cutover(plan)
    assert schedule is not None
    assert usual is not None
    assert shown_axis(switch, schedule) == shown_axis(switch, usual)
    assert "20:00 -3" in rows(small(**steps))["pg-step-c00"].words


@pytest.mark.parametrize("hours", [0, 0.5, 3, 8.5, 14, 30, 80, 400])
def test_the_axis_has_few_round_marks_within_it(hours: float) -> None:
    start = datetime(2026, 12, 5, 19, 50, tzinfo=UTC)
    shown = gantt.axis([start, start + timedelta(hours=hours)])
    marks = gantt.ticks(shown)
    assert len(marks) <= 9
    assert all(0 <= x <= gantt.WIDTH for x, _ in marks)
    assert [x for x, _ in marks] == sorted({x for x, _ in marks})


def test_hatching_stays_inside_its_bar() -> None:
    numbers = [float(part) for part in gantt.hatch(10, 25).replace("M", " ").replace("L", " ").split()]
    assert all(10 <= x <= 35 for x in numbers[::2])
    assert all(1.5 <= y <= 14.5 for y in numbers[1::2])

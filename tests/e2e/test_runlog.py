"""The log of a switch: the script finds what Python finds, and writes files that do no harm."""

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from plangate.analysis.cutover import cutover
from plangate.model.cutover import Cutover
from plangate.model.plan import Header, Plan
from plangate.render.bundled import runlog_script
from plangate.render.follow import follow_data

MODULE = f"data:text/javascript;base64,{base64.b64encode(runlog_script().encode()).decode()}"
RUN = "([module, name, rest]) => import(module).then((found) => found[name](...rest))"
MANY = (
    "([module, cases]) => import(module).then((found) => cases.map(([data, log, at]) => found.project(data, log, at)))"
)


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Any:
    context = browser.new_context(timezone_id="America/New_York")
    yield context.new_page()
    context.close()


def call(page: Page, name: str, *rest: Any) -> Any:
    return page.evaluate(RUN, [MODULE, name, rest])


@st.composite
def switches(draw: st.DrawFn) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    for place in range(draw(st.integers(1, 8))):
        before = [step["id"] for step in steps]
        after = draw(st.lists(st.sampled_from(before), unique=True, max_size=3)) if before else []
        step = {"id": f"s{place:02d}", "after": after, "expected": f"{draw(st.integers(0, 90))} min"}
        offset = draw(st.none() | st.integers(0, 200))
        steps.append(step if offset is None else {**step, "offset": f"{offset} min"})
    return draw(st.permutations(steps))


@settings(
    max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@given(st.lists(switches(), min_size=20, max_size=20))
def test_without_a_log_the_script_finds_the_schedule(blank: Page, cases: list[list[dict[str, Any]]]) -> None:
    sent, expected = [], []
    for steps in cases:
        gate = Cutover.model_validate({"cutover": {"t0": "2026-12-05T20:00:00Z", "steps": steps}})
        plan = Plan("a", Header(id="a"), {"cutover": gate})
        schedule = cutover(plan)
        assert schedule is not None
        assert gate.cutover is not None
        data = follow_data(plan, gate.cutover, schedule)
        sent.append([data, {}, data["begin"]])
        begin = data["begin"]
        expected.append([[begin + entry.early_start, begin + entry.early_finish] for entry in schedule.steps])
    assert blank.evaluate(MANY, [MODULE, sent]) == expected


DATA = {
    "plan": "a",
    "begin": 1_796_500_800,
    "steps": [
        ["s01", "One", "dba", 600, [], None, 0],
        ["s02", "Two", "qa", 1200, [0], None, 600],
        ["s03", "Three", "qa", 300, [0], 3600, 3600],
    ],
}


@pytest.mark.parametrize(
    ("log", "at", "found"),
    [
        ({}, 0, [[0, 600], [600, 1800], [3600, 3900]]),
        ({}, 300, [[300, 900], [900, 2100], [3600, 3900]]),
        ({"s01": [0, 900]}, 900, [[0, 900], [900, 2100], [3600, 3900]]),
        ({"s01": [0]}, 300, [[0, 600], [600, 1800], [3600, 3900]]),
        ({"s01": [0]}, 700, [[0, 700], [700, 1900], [3600, 3900]]),
        ({"s01": [0, 900], "s02": [1000, 1100]}, 5000, [[0, 900], [1000, 1100], [5000, 5300]]),
        ({"s01": [-60, 60], "gone": [5, 9]}, 60, [[-60, 60], [60, 1260], [3600, 3900]]),
    ],
)
def test_what_happened_moves_what_is_left(blank: Page, log: dict[str, list[int]], at: int, found: list[Any]) -> None:
    begin = DATA["begin"]
    assert isinstance(begin, int)
    moved = {step: [begin + moment for moment in moments] for step, moments in log.items()}
    ends = call(blank, "project", DATA, moved, begin + at)
    assert [[start - begin, end - begin] for start, end in ends] == found


@pytest.mark.parametrize(
    ("log", "step", "at", "begun"),
    [({}, 0, 60, 0), ({}, 0, -60, -60), ({"s01": [0, 700]}, 1, 900, 700), ({}, 1, 900, 900), ({"s01": [0]}, 1, 9, 9)],
)
def test_a_step_that_is_only_ticked_began_when_it_could(
    blank: Page, log: dict[str, list[int]], step: int, at: int, begun: int
) -> None:
    begin = DATA["begin"]
    assert isinstance(begin, int)
    moved = {name: [begin + moment for moment in moments] for name, moments in log.items()}
    assert call(blank, "begun", DATA, moved, step, begin + at) - begin == begun


@pytest.mark.parametrize(
    ("before", "time", "local", "after"),
    [
        (1_796_500_859, "20:05", False, 1_796_501_100),
        (1_796_500_800, "23:59", False, 1_796_515_140),
        (1_796_515_260, "23:59", False, 1_796_515_140),
        (1_796_500_800, "15:05", True, 1_796_501_100),
        (1_796_500_800, " 2005 ", False, 1_796_501_100),
        (1_796_500_800, "9.30", False, 1_796_463_000),
        (1_796_500_800, "24:00", False, 1_796_500_800),
        (1_796_500_800, "20:5", False, 1_796_500_800),
        (1_796_500_800, "8 pm", False, 1_796_500_800),
        (1_796_500_800, " ", False, None),
    ],
)
def test_a_time_is_the_nearest_moment_at_which_clocks_show_it(
    blank: Page, before: int, time: str, local: bool, after: int | None
) -> None:
    assert call(blank, "moved", before, time, local) == after


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0 min"), (59, "1 min"), (3600, "1 h"), (90_060, "1 d 1 h 1 min"), (29, "0 min")]
)
def test_spans_read_as_those_of_the_page(blank: Page, seconds: int, told: str) -> None:
    assert call(blank, "span", seconds) == told


def test_files_do_no_harm_where_they_are_opened(blank: Page) -> None:
    names = ["=1+1", "+1", "-1", "@a", "\t=1", 'say "no"', "a|b", "<b>&", "\uff1d1"]
    data = {**DATA, "steps": [[f"s{place}", name, "", 60, [], None, 0] for place, name in enumerate(names)]}
    written = call(blank, "written", data, {}, "csv")
    assert [line.split(",")[1] for line in written.splitlines()[1:]] == [
        '"\'=1+1"',
        '"\'+1"',
        '"\'-1"',
        '"\'@a"',
        '"\'\t=1"',
        '"say ""no"""',
        '"a|b"',
        '"<b>&"',
        '"\'\uff1d1"',
    ]
    lines = call(blank, "written", data, {}, "md").splitlines()
    assert "| s6 | a\\|b |" in lines[10]
    assert "| s7 | \\<b\\>\\& |" in lines[11]

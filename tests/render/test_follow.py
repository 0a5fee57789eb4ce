"""What the script of a runbook computes with, and that nothing in it leaves its template."""

import json

from plangate.model.cutover import Cutover
from plangate.model.plan import Header, Plan
from plangate.render.bundled import follow_script, needed_stylesheet, runlog_script
from plangate.render.follow import follow_data, follow_panel

from .html import read
from .test_runbook import facts_of, small


def panel(plan: Plan) -> str:
    schedule = facts_of(plan).cutover
    assert schedule is not None
    assert plan.cutover is not None
    assert plan.cutover.cutover is not None
    return str(follow_panel(plan, plan.cutover.cutover, schedule))


def test_steps_come_with_what_they_wait_for_and_when_they_are_planned() -> None:
    plan = small()
    schedule = facts_of(plan).cutover
    assert schedule is not None
    assert plan.cutover is not None
    assert plan.cutover.cutover is not None
    data = follow_data(plan, plan.cutover.cutover, schedule)
    assert data["key"] == "plangate:a:2026-12-05T20:00Z"
    assert data["close"] - data["begin"] == 6 * 3600
    assert data["axis"] == [data["begin"], data["close"], 360]
    assert data["steps"][3] == ["c01", "", "cutover_lead", 600, [1, 2], None, 10800]


def test_text_of_authors_cannot_leave_the_template() -> None:
    name = '</template><script>alert("1")</script>&lt;\u202e'
    gate = {"cutover": {"t0": "2026-12-05T20:00:00Z", "steps": [{"id": "s01", "name": name, "expected": "1 min"}]}}
    html = panel(Plan("a", Header(id="a"), {"cutover": Cutover.model_validate(gate)}))
    assert "script" not in html.replace("\\u003cscript\\u003e", "").replace("\\u003c/script\\u003e", "")
    page = read(html)
    assert len(page.all("template")) == 4
    assert json.loads(page.all("template")[0].text)["steps"][0][1].startswith("</template><script>")
    assert page.inside[0].attributes["hidden"] is None
    assert "hidden" in page.inside[0].attributes


def test_a_runbook_loads_little() -> None:
    assert len((follow_script() + runlog_script()).encode()) <= 8_000
    assert len(needed_stylesheet("runbook").encode()) <= 4_000
    assert needed_stylesheet("runbook").count("{") == needed_stylesheet("runbook").count("}")
    assert "url(" not in needed_stylesheet("runbook")

"""The checklist of a plan as its page shows it, and what leads there."""

import shutil
from pathlib import Path

import pytest
from tests.render.html import Tag, read
from tests.site.portals import ROOT, portal_of

from plangate.checks.checklist import checklists
from plangate.render.page import page_html
from plangate.site.checklists import checklist_of, checklist_view
from plangate.site.portal import Portal
from plangate.site.views import gate_view, overview_view

HERE = "plans/orders-mart/checklist/"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """The sample plans; in that of the orders mart a backfill has too little time, and a unit is wrong."""
    root = tmp_path_factory.mktemp("portal")
    for name in ("plans", "references"):
        shutil.copytree(ROOT / name, root / name)
    _edit(root / "plans/orders-mart/09-cutover.yml", "must_finish_within: 48 h", "must_finish_within: 1 h")
    _edit(root / "plans/orders-mart/03-capacity.yml", "horizon: 36 month", "horizon: 36 m")
    return portal_of(root)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def page(portal: Portal) -> Tag:
    plan = portal.report.plan("orders-mart")
    return read(page_html(checklist_view(portal, plan, portal.links(plan.id, HERE))))


def test_it_has_every_gate_and_every_rule_that_is_known(portal: Portal, page: Tag) -> None:
    plan = portal.report.plan("orders-mart")
    lists = checklists(portal.report, plan)
    assert [tag.attributes["id"] for tag in page.all("h2")] == [f"pg-{gate}" for gate in lists]
    linked = [link.words for link in page.all("a")]
    assert set(portal.report.known) <= set(linked)
    assert len(page.all("div")) >= len(lists)


def test_what_fails_leads_to_its_rule_and_its_line(page: Tag) -> None:
    row = next(row for row in page.all("tr") if row.words.startswith("✕ fails BCK003") or "✕ failsBCK003" in row.words)
    hrefs = [link.attributes["href"] or "" for link in row.all("a")]
    assert hrefs[0] == "../../../rules/BCK003/"
    assert hrefs[1].startswith("https://git.example/blob/main/plans/orders-mart/09-cutover.yml#L")
    assert "its window is 1 h" in row.words


def test_what_is_undetermined_says_what_it_waits_for(page: Tag) -> None:
    rows = [row.words for row in page.all("tr") if row.words.startswith("? undetermined") and "REV" not in row.words]
    assert rows
    assert all("cannot be judged while horizon is refused" in row for row in rows)


def test_its_questions_are_those_of_the_checklists(portal: Portal, page: Tag) -> None:
    plan = portal.report.plan("orders-mart")
    asked = portal.portfolio.policy.checklists.questions
    wanted = [question for gate in plan.gates for question in asked[gate.gate]]
    assert [label.words for label in page.all("label")] == wanted


def test_one_gate_alone_is_the_same_as_its_section(portal: Portal, page: Tag) -> None:
    plan = portal.report.plan("orders-mart")
    alone = read(checklist_of(portal, plan, "cutover", portal.links(plan.id, HERE)))
    assert alone.words in page.words
    with pytest.raises(KeyError):
        checklist_of(portal, plan, "events", portal.links(plan.id, HERE))


@pytest.mark.parametrize("gate", ["context", "cutover", "bundle"])
def test_the_page_of_a_gate_and_the_matrix_of_roles_lead_there(portal: Portal, page: Tag, gate: str) -> None:
    plan = portal.report.plan("orders-mart")
    of_gate = read(page_html(gate_view(portal, plan, gate, f"plans/orders-mart/{gate}/")))
    assert f"../checklist/#pg-{gate}" in [link.attributes["href"] for link in of_gate.all("a")]
    of_plan = read(page_html(overview_view(portal, plan, "plans/orders-mart/")))
    roles = next(tag for tag in of_plan.all("div") if "pg-roles" in tag.classes)
    assert f"checklist/#pg-{gate}" in [link.attributes["href"] for link in roles.all("a")]
    assert any(tag.attributes.get("id") == f"pg-{gate}" for tag in page.all("h2"))

"""Sheets of go/no-go: what is missing counts as no, and every criterion says what, how much, who, by what."""

from plangate.analysis.facts import Facts
from plangate.render.page import Section
from plangate.render.runbook import runbook_page

from .conftest import LinksOf
from .html import Tag, read
from .test_runbook import facts_of, small


def sheets(facts: Facts, links_of: LinksOf) -> dict[str, Tag]:
    page = runbook_page(facts, links_of("orders-mart", "runbook"))
    (found,) = [section for section in page.sections if section.id == "pg-decisions"]
    return {sheet.id: read(sheet.html) for sheet in found.children if isinstance(sheet, Section)}


def said(sheet: Tag) -> dict[str, str]:
    return dict(zip((tag.words for tag in sheet.all("dt")), (tag.words for tag in sheet.all("dd")), strict=True))


def test_the_sheet_of_the_sample_says_all_that_is_decided_by(orders: Facts, links_of: LinksOf) -> None:
    found = sheets(orders, links_of)
    assert list(found) == ["pg-decision-c01", "pg-decision-c02"]
    assert said(found["pg-decision-c02"]) == {
        "Not before": "00:15 +1 01:15 +1 Berlin",
        "Can wait for": "nothing: it is critical",
        "After": "s09, s10",
        "Decided by": "cutover_lead",
        "In place of them": "release_manager",
        "Answers needed": "3",
        "If an answer is missing": "no-go",
    }
    rows = [tag.words for tag in found["pg-decision-c02"].all("tr")]
    assert rows[0] == "CriterionMust beOwnerEvidence"
    assert rows[1] == "check revenue_vs_ledger<= 0.1 %qareconciliation report"
    assert rows[3] == "SLO orders_fresh>= 99.5 %platformOrders health dashboard since 2026-11-20"
    links = [tag.attributes["href"] or "" for tag in found["pg-decision-c02"].all("tr")[1].all("a")]
    assert [link.rpartition("/")[2] for link in links] == ["#pg-reconciliation-revenue_vs_ledger"]


def test_what_nobody_answers_is_a_no(links_of: LinksOf) -> None:
    plan = small()
    assert said(sheets(facts_of(plan), links_of)["pg-decision-c01"])["If an answer is missing"] == "no-go"
    steps = [{"id": "c01", "kind": "go_no_go", "if_missing": "go", "criteria": [{"statement": "All <are> here"}]}]
    (sheet,) = sheets(facts_of(small(steps=steps, point_of_no_return={"none": "Nothing is lost"})), links_of).values()
    assert said(sheet)["If an answer is missing"] == "go"
    assert "All <are> here" in sheet.words

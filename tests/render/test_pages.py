"""Whole pages of the sample plans: well-formed, anchored, linked, and deaf to what is written in a plan."""

import re
from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import BaseModel

from plangate.analysis.facts import Facts
from plangate.model.plan import Plan
from plangate.render.backfill import backfill_page
from plangate.render.bundled import script, stylesheet
from plangate.render.capacity import capacity_table
from plangate.render.checklist import Checklist, checklist_page
from plangate.render.cost import cost_table
from plangate.render.cost_page import cost_page
from plangate.render.freshness import freshness_page
from plangate.render.gate import gate_page
from plangate.render.lineage_forms import FORMS, form_path
from plangate.render.lineage_page import MOST_BOXES, lineage_figure, lineage_page
from plangate.render.notes import Note
from plangate.render.overview import overview
from plangate.render.page import Page, page_html, toc_tokens
from plangate.render.review import review_section
from plangate.render.runbook import runbook_page
from plangate.render.values import specs

from .conftest import LinksOf, reviewed_of
from .html import Tag, read, skeleton

PLANS = ("clickstream-sessions", "jaffle-shop", "ledger-migration", "orders-mart")
HOSTILE = (
    "</td></table><script>alert(1)</script>",
    "\" onmouseover='alert(1)' x=\"",
    "<img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}",
    "&lt;script&gt; ]]> --> \u202egnp.exe\u200b",
)


def pages(facts: Facts, links_of: LinksOf) -> dict[str, Page]:
    plan = facts.plan
    gates = facts.policy.workflow.profiles[plan.header.profile].gates
    made = {gate: gate_page(facts, gate, links_of(plan.id, gate), state="in_review") for gate in gates}
    made[""] = overview(facts, links_of(plan.id, ""), states=dict.fromkeys(gates, "ready"), state="draft")
    reviewed = reviewed_of(facts)
    made[""] = replace(made[""], sections=(*made[""].sections, review_section(reviewed, links_of(plan.id, ""))))
    lists = [
        Checklist(gate, (), tuple(state for state in facts.mandatory if state.gate == gate), ("Who decides?",))
        for gate in gates
    ]
    made["checklist"] = checklist_page(lists, reviewed, "draft", links_of(plan.id, "checklist"))
    made["runbook"] = runbook_page(facts, links_of(plan.id, "runbook"))
    made["freshness"] = freshness_page(facts, links_of(plan.id, "freshness"))
    made["cost"] = cost_page(facts, links_of(plan.id, "cost"))
    made["backfill"] = backfill_page(facts, links_of(plan.id, "backfill"))
    made["lineage"] = lineage_page(plan, facts.lineage, links_of(plan.id, "lineage"))
    return made


def anchors(page: Tag) -> list[str]:
    tags = [tag for name in ("h2", "h3", "tr", "span", "div") for tag in page.all(name)]
    return [tag.attributes["id"] or "" for tag in tags if "id" in tag.attributes]


@pytest.mark.parametrize("plan", PLANS)
def test_pages_are_well_formed_with_ids_of_their_own(plan: str, facts: dict[str, Facts], links_of: LinksOf) -> None:
    for name, page in pages(facts[plan], links_of).items():
        html = page_html(page)
        found = read(html)
        assert len(found.all("h1")) == 1
        names = anchors(found)
        assert len(names) == len(set(names)), (name, sorted(n for n in names if names.count(n) > 1))
        assert all(anchor.startswith("pg-") for anchor in names)
        assert not re.search(r"\sstyle=|\son\w+=|javascript:|Traceback|\{\{", html)
        assert all(tag.attributes["scope"] in {"row", "col"} for tag in found.all("th"))
        assert all(tag.all("caption") for tag in found.all("table"))


@pytest.mark.parametrize("plan", PLANS)
def test_links_between_pages_of_a_plan_find_their_place(plan: str, facts: dict[str, Facts], links_of: LinksOf) -> None:
    made = {name: read(page_html(page)) for name, page in pages(facts[plan], links_of).items()}
    known = {f"plans/{plan}/{name}/".replace("//", "/"): set(anchors(page)) for name, page in made.items()}
    files = {form_path(plan, form) for form in FORMS}
    for name, page in made.items():
        here = f"plans/{plan}/{name}/".replace("//", "/")
        for tag in page.all("a"):
            href = tag.attributes["href"] or ""
            path, _, fragment = href.partition("#")
            if path.startswith("https:"):
                continue
            target = _joined(here, path)
            if target in known and fragment:
                assert fragment in known[target], (here, href)
            elif target.startswith(f"plans/{plan}/"):
                assert target in known or target.rstrip("/") in files, (here, href)


def _joined(here: str, path: str) -> str:
    parts = here.rstrip("/").split("/")
    for step in path.split("/"):
        if step == "..":
            parts.pop()
        elif step not in {"", "."}:
            parts.append(step)
    return "/".join(parts) + "/"


@pytest.mark.parametrize("plan", PLANS)
def test_tokens_name_every_heading(plan: str, facts: dict[str, Facts], links_of: LinksOf) -> None:
    def ids(tokens: Iterable[dict[str, Any]]) -> list[str]:
        return [name for token in tokens for name in (token["id"], *ids(token["children"]))]

    for page in pages(facts[plan], links_of).values():
        found = read(page_html(page))
        listed = ids(toc_tokens(page.sections))
        assert sorted(listed) == sorted(
            tag.attributes["id"] or "" for level in ("h2", "h3") for tag in found.all(level)
        )


def written(part: BaseModel, text: str) -> BaseModel:
    """Give a part in which every free text is the given one; ids, references, words and times stay."""
    update: dict[str, object] = {}
    for spec in specs(type(part)):
        value = getattr(part, spec.attribute)
        free = not (
            spec.ref or spec.word or spec.name in {"id", "timezone", "timezones", "cron", "layer", "profile", "grain"}
        )
        # The names of columns are part of the ids of derived checks.
        free = free and not (spec.name == "name" and "Column" in type(part).__name__)
        update[spec.attribute] = _rewritten(value, text, free)
    return part.model_copy(update=update)


def _rewritten(value: object, text: str, free: bool) -> object:
    if isinstance(value, BaseModel):
        return written(value, text)
    if isinstance(value, tuple):
        return tuple(_rewritten(item, text, free) for item in value)
    return text if isinstance(value, str) and free else value


def poisoned(plan: Plan, text: str) -> Plan:
    return replace(
        plan,
        header=plan.header.model_copy(update={"title": text, "version": text}),
        gates=MappingProxyType({gate: written(value, text) for gate, value in plan.gates.items()}),
        assumed=tuple(replace(entry, because=text, if_wrong=text, owner=text, value=text) for entry in plan.assumed),
        not_applicable=dict.fromkeys(plan.not_applicable, text),
        inherited=dict.fromkeys(plan.inherited, text),
    )


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("plan", ["orders-mart", "clickstream-sessions"])
def test_no_text_of_a_plan_changes_its_pages(plan: str, text: str, facts: dict[str, Facts], links_of: LinksOf) -> None:
    whole = facts[plan]
    plain = "x" * len(text)
    hostile, harmless = (
        pages(Facts(poisoned(whole.plan, word), whole.policy, whole.landscape), links_of) for word in (text, plain)
    )
    for name, page in hostile.items():
        html = page_html(page)
        assert skeleton(html) == skeleton(page_html(harmless[name])), name
        assert "\u202e" not in html
        assert "<script" not in html


def test_assumed_inherited_declined_and_derived_values_are_marked(orders: Facts, links_of: LinksOf) -> None:
    made = {name: read(page_html(page)).words for name, page in pages(orders, links_of).items()}
    assert "5 % assumed: One of ten units had to be repeated in the trial" in made["cutover"]
    assert "inherited from commerce_data" in made["modeling"]
    assert "not applicable: No stream changes hands" in made["cutover"]
    assert "derived from gate modeling" in made["quality"]


def test_findings_stand_at_their_place_and_once(orders: Facts, links_of: LinksOf) -> None:
    notes = [
        Note("error", "CUT001", "about the step", "cutover", ("cutover", "steps", 1, "expected")),
        Note("error", "CUT002", "about the backfill", "cutover", ("backfill", 0, "range")),
        Note("warning", "CUT003", "about a missing section", "cutover", ("nowhere",)),
        Note("info", "CUT004", "about the rollback", "cutover", ("rollback",)),
    ]
    page = gate_page(orders, "cutover", links_of("orders-mart", "cutover"), state="blocked", notes=notes)
    html = page_html(page)
    for note in notes:
        assert html.count(note.message) == 1
    sections = {section.id: section for section in page.sections}
    assert "about the backfill" in sections["pg-backfill"].children[0].html
    assert "about the rollback" in sections["pg-rollback"].html
    assert "about a missing section" in page.intro
    below = next(tag for tag in read(sections["pg-cutover"].html).all("tr") if "about the step" in tag.text)
    assert "pg-below" in below.classes


def test_a_gate_without_a_file_says_what_is_to_be_written(facts: dict[str, Facts], links_of: LinksOf) -> None:
    page = gate_page(facts["ledger-migration"], "cutover", links_of("ledger-migration", "cutover"))
    assert "This gate has no data yet." in page.intro
    assert "Rollback" in [section.title for section in page.sections]
    assert all("not stated" in section.html for section in page.sections)


def test_the_overview_has_the_twelve_sections(orders: Facts, links_of: LinksOf) -> None:
    page = overview(orders, links_of("orders-mart", ""), states={"context": "approved"}, state="in_review")
    chapters = [section.title for section in page.sections if re.match(r"\d", section.title)]
    assert [title.split(".")[0] for title in chapters] == [str(number) for number in range(1, 13)]
    assert chapters[0] == "1. Problem and goals"
    assert chapters[-1] == "12. Open risks and follow-ups"
    text = read(page_html(page)).words
    assert "✓ approved" in text
    assert "6 h 35 min" in text
    assert "1 of 4 follow-ups are closed." in text


def test_inputs_stand_upright_and_computed_numbers_in_italics(orders: Facts, links_of: LinksOf) -> None:
    links = links_of("orders-mart", "capacity")
    tables = read(capacity_table(orders, links)).all("table")
    row = next(tag for tag in tables[0].all("tr") if tag.words.startswith("raw.shop_orders"))
    styles = ["pg-derived" in cell.classes for cell in row.all("td")]
    assert styles == [False, False, True, True, True, True, False, True, True]
    assert row.all("td")[0].attributes["data-v"] is not None
    work = next(tag for tag in tables[0].all("details") if "2,400,000 rows/d" in tag.text)
    peak = next(item.words for item in work.all("div") if item.words.startswith("Peak rate"))
    assert (
        "rows per day × day ÷ runs per day × peak factor ÷ runtime = 2,400,000 rows/d × 24 h ÷ 24 × 6 ÷ 12 min" in peak
    )
    assert "= 833 rows/s 694 rows/s – 1,389 rows/s" in peak
    assert "from rows per day 2,400,000 rows/d 2,000,000 rows/d – 4,000,000 rows/d (measured)" in peak


def test_cost_is_held_against_the_budget(orders: Facts, links_of: LinksOf) -> None:
    page = read(cost_table(orders.cost, links_of("orders-mart", "capacity")))
    shown = dict(zip((t.words for t in page.all("dt")), (t.words for t in page.all("dd")), strict=True))
    assert shown["Budget"] == "4,000 EUR/month"
    assert re.fullmatch(r"\d\d(\.\d)? %", shown["Room in the budget"])
    assert len(page.all("svg")) == 1


def test_a_large_lineage_is_drawn_by_layer(orders: Facts, links_of: LinksOf) -> None:
    links = links_of("orders-mart", "lineage")
    node = next(node for node in orders.lineage.nodes if node.layer == "marts")
    many = tuple(replace(node, id=f"mart.t{n}", label=f"mart.t{n}") for n in range(MOST_BOXES + 1))
    crowded = replace(orders.lineage, nodes=orders.lineage.nodes + many)
    boxes = read(lineage_figure(orders.plan, crowded, links)).all("ul")[:-1]
    heaps = {(node.layer, node.plan) for node in crowded.nodes}
    assert len(heaps) > len(orders.lineage.layers)
    assert sum(len(column.all("li")) for column in boxes) == len(heaps)
    assert re.search(r"Marts \(1\d\d\)", lineage_figure(orders.plan, crowded, links))


def test_client_code_keeps_its_budget() -> None:
    assert len(stylesheet().encode()) <= 12_000
    assert len(script().encode()) <= 4_000
    assert "url(" not in stylesheet() + script()
    assert stylesheet().count("{") == stylesheet().count("}")
    assert "/*" not in stylesheet()
    for kept in (".pg-table :is(td,th)", ".pg-table :is(td, th)"):
        if kept in stylesheet():
            break
    else:
        pytest.fail("a descendant selector lost its blank")

"""The checklist of a gate: what needs a decision first, nothing hidden, nothing of an author that counts."""

from datetime import date

import pytest
from msgspec.structs import replace

from plangate.analysis.facts import Facts
from plangate.analysis.sections import SectionState
from plangate.analysis.verdicts import VERDICTS, RuleVerdict
from plangate.model.policy import Section
from plangate.model.problem import HEADER
from plangate.model.review import Waiver
from plangate.reading.portfolio import Portfolio
from plangate.render.checklist import (
    MARKS,
    Checklist,
    Judged,
    checklist_page,
    gate_checklist,
    method_checklist,
    to_decide,
)
from plangate.render.notes import Note
from plangate.render.page import page_html

from .conftest import LinksOf, reviewed_of
from .html import Tag, read, skeleton

WORDS = [(verdict, *MARKS[verdict][:2]) for verdict in VERDICTS]
WAIVER = Waiver(
    id="W-007",
    rule="CUT001",
    reason="Until the new lead is there",
    owner="alice",
    approved_by="carol",
    created=date(2026, 11, 1),
    expires=date(2027, 2, 1),
)


def judged(verdict: RuleVerdict, number: int = 1, text: str = "Step s01 has no owner") -> Judged:
    finding = verdict in {"fail", "undetermined", "waived", "baselined"}
    note = Note(
        "warning",
        f"CUT00{number}",
        text,
        "cutover",
        ("cutover",),
        12,
        "plans/orders-mart/09-cutover.yml",
        f"../rules/CUT00{number}/",
        "Name one",
        "fail" if verdict == "fail" else verdict,
        "https://git.example/plans/orders-mart/09-cutover.yml#L12",
    )
    return Judged(
        f"CUT00{number}",
        f"Every step has an owner {number}",
        f"../../../rules/CUT00{number}/",
        verdict,
        (note,) if finding else (),
        (WAIVER,) if verdict == "waived" else (),
        "only where the switch has steps" if verdict == "not_applicable" else "",
    )


def section(verdict: str, path: str = "rollback", **more: object) -> SectionState:
    state = SectionState("cutover", Section(path=path, title="the way back"), verdict, (path,))  # type: ignore[arg-type]
    return replace(state, **more)


def shown(orders: Facts, links_of: LinksOf, *rules: Judged, **more: object) -> Tag:
    found = replace(Checklist("cutover", rules), **more)
    return read(gate_checklist(found, reviewed_of(orders), links_of("orders-mart", "checklist")))


@pytest.mark.parametrize(("verdict", "glyph", "word"), WORDS)
def test_every_verdict_is_a_glyph_and_a_word_beside_its_rule(
    orders: Facts, links_of: LinksOf, verdict: RuleVerdict, glyph: str, word: str
) -> None:
    page = shown(orders, links_of, judged(verdict))
    (row,) = page.all("details")[0].all("li") if page.all("details") else page.all("table")[0].all("tr")[1:]
    assert row.words.startswith(f"{glyph} {word}")
    assert row.all("a")[0].attributes["href"] == "../../../rules/CUT001/"
    assert "Every step has an owner" in row.words


def test_what_needs_a_decision_stands_open_with_line_and_waiver_and_the_rest_is_folded(
    orders: Facts, links_of: LinksOf
) -> None:
    verdicts: tuple[RuleVerdict, ...] = ("fail", "undetermined", "waived", "pass", "pass", "not_applicable", "off")
    page = shown(orders, links_of, *(judged(verdict, number) for number, verdict in enumerate(verdicts, 1)))
    assert page.words.startswith("2 of 6 rules hold, 1 fails, 1 is undetermined, 1 is waived, 1 does not apply.")
    opened = page.all("table")[0]
    assert [row.all("th")[0].words for row in opened.all("tr")[1:]] == ["✕ fails", "? undetermined", "◆ waived"]
    assert "warning Step s01 has no owner" in opened.words
    assert "Name one" in opened.words
    links = {link.words: link.attributes["href"] for link in opened.all("a")}
    assert links["plans/orders-mart/09-cutover.yml:12"] == "https://git.example/plans/orders-mart/09-cutover.yml#L12"
    assert links["W-007"] == "../#pg-waiver-W-007"
    assert "until 2027-02-01: Until the new lead is there" in opened.words
    folds = page.all("details")
    assert [fold.all("summary")[0].words for fold in folds] == ["✓ 2 hold", "– 1 does not apply, 1 is not asked here"]
    assert [len(fold.all("li")) for fold in folds] == [2, 2]
    assert "only where the switch has steps" in folds[1].words
    assert not any("open" in fold.attributes for fold in folds)


@pytest.mark.parametrize(
    ("state", "words", "href"),
    [
        (section("filled"), "✓ there Way back", "../cutover/#pg-rollback"),
        (section("filled", "elsewhere"), "✓ there Way back", "../cutover/"),
        (section("missing"), "✕ missing Way back rollback", "../cutover/#pg-rollback"),
        (section("broken"), "? cannot be read Way back rollback", "../cutover/#pg-rollback"),
        (
            section("not_applicable", reason="Nothing is switched"),
            "– declined Way back: Nothing is switched",
            "../cutover/#pg-rollback",
        ),
        (
            section("not_applicable_refused", reason="No time"),
            "✕ declined, which it cannot be Way back rollback",
            "../cutover/#pg-rollback",
        ),
        (
            replace(
                section("waiting"), section=Section(path="rollback", title="the way back", when="breaking_changes")
            ),
            "– not needed Way back, only where a change breaks readers",
            None,
        ),
    ],
)
def test_a_mandatory_section_is_there_or_says_why_not(
    orders: Facts, links_of: LinksOf, state: SectionState, words: str, href: str | None
) -> None:
    item = shown(orders, links_of, sections=(state,)).all("ul")[0].all("li")[0]
    assert item.words == words
    assert [link.attributes["href"] for link in item.all("a")] == ([href] if href else [])


def test_open_places_of_one_section_stand_together(orders: Facts, links_of: LinksOf) -> None:
    places = tuple(replace(section("missing"), path=("steps", number)) for number in range(2))
    items = shown(orders, links_of, sections=places).all("ul")[0].all("li")
    assert [item.words for item in items] == ["✕ missing Way back steps[0], steps[1]"]


def test_questions_are_boxes_with_a_label(orders: Facts, links_of: LinksOf) -> None:
    found = shown(orders, links_of, questions=("Who decides?", "And <then>?"))
    labels = found.all("label")
    assert [label.words for label in labels] == ["Who decides?", "And <then>?"]
    assert all(label.all("input")[0].attributes["type"] == "checkbox" for label in labels)


def test_whose_approval_is_missing_is_told_with_the_command(orders: Facts, links_of: LinksOf) -> None:
    page = shown(orders, links_of)
    needed = [need.role for need in orders.policy.workflow.needed("cutover", "A")]
    commands = [code.words for code in page.all("code")]
    assert commands == [f"plangate sign cutover --plan orders-mart --role {role}" for role in needed]
    assert all("may sign" in row.words for row in page.all("table")[-1].all("tr")[1:])


def test_nobody_is_asked_to_sign_a_draft(facts: dict[str, Facts], links_of: LinksOf) -> None:
    draft = facts["ledger-migration"]
    found = Checklist("context", ())
    html = gate_checklist(found, reviewed_of(draft), links_of("ledger-migration", "checklist"))
    assert "plangate sign" not in html
    assert list(to_decide(found, reviewed_of(draft))) == []


def test_the_page_begins_with_what_is_to_be_decided_where(orders: Facts, links_of: LinksOf) -> None:
    lists = [
        Checklist("context", (judged("pass"),)),
        Checklist("cutover", (judged("fail"), judged("fail", 2)), (section("missing"), section("filled", "comms"))),
        Checklist(HEADER, (judged("fail"), judged("waived", 3))),
    ]
    page = checklist_page(lists, reviewed_of(orders), "blocked", links_of("orders-mart", "checklist"))
    assert [part.id for part in page.sections] == ["pg-context", "pg-cutover", "pg-plan"]
    found = read(page_html(page))
    rows = {row.all("th")[0].words: row for row in found.all("table")[0].all("tr")[1:]}
    assert rows["Context and metrics"].all("a")[0].attributes["href"] == "#pg-context"
    assert "1 of 1 rule holds" in rows["Context and metrics"].words
    assert rows["Backfill, cutover and rollback"].all("td")[-1].words == (
        "2 fail, 1 section is missing, Release management, Reliability and on-call to approve"
    )
    assert rows["The plan as a whole"].all("td")[-1].words == "1 fails, 1 is waived"
    figures = dict(zip((term.words for term in found.all("dt")), (said.words for said in found.all("dd")), strict=True))
    assert (figures["Rules that fail"], figures["Undetermined"]) == ("2", "0")


def test_no_text_of_a_plan_makes_an_element(orders: Facts, links_of: LinksOf) -> None:
    def drawn(text: str) -> str:
        waived = replace(judged("waived", text=text), waivers=(WAIVER.model_copy(update={"reason": text}),))
        found = Checklist("cutover", (judged("fail", text=text), waived), (section("not_applicable", reason=text),))
        return gate_checklist(found, reviewed_of(orders), links_of("orders-mart", "checklist"))

    hostile = "</td></table><script>alert(1)</script>\" onclick='x'"
    assert skeleton(drawn(hostile)) == skeleton(drawn("words"))


@pytest.mark.parametrize("gate", ["context", "events", "cutover", "bundle"])
def test_the_method_has_every_question_and_mandatory_section_of_a_gate(portfolio: Portfolio, gate: str) -> None:
    workflow = portfolio.policy.workflow
    own = len(workflow.gates[gate].mandatory) + sum(len(p.mandatory.get(gate, ())) for p in workflow.profiles.values())
    asked, ticks = read(method_checklist(portfolio.policy, gate)).all("ul")
    assert [item.words for item in asked.all("li")] == list(portfolio.policy.checklists.questions[gate])
    assert len(ticks.all("li")) == own
    with pytest.raises(KeyError):
        method_checklist(portfolio.policy, "nowhere")

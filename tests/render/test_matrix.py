"""The matrix of plans and gates."""

import pytest

from plangate.model.policy import Workflow
from plangate.reading.portfolio import Portfolio
from plangate.render.links import Links, relative_to
from plangate.render.matrix import STATES, MatrixRow, gate_matrix, state_mark

from .html import read

LINKS = Links("", relative_to("plans/"))


@pytest.fixture
def workflow(portfolio: Portfolio) -> Workflow:
    return portfolio.policy.workflow


@pytest.mark.parametrize(("state", "said"), [(state, f"{glyph} {word}") for state, (glyph, word) in STATES.items()])
def test_every_state_has_glyph_and_word(state: str, said: str) -> None:
    tag = read(state_mark(state)).all("span")[0]
    assert tag.words == said
    assert tag.all("span")[0].attributes == {"aria-hidden": "true"}


def test_states_need_no_colour_to_be_told_apart() -> None:
    assert len({word for _, word in STATES.values()}) == len(STATES)
    assert read(state_mark("some_new_state")).words == "some new state"


def test_states_link_to_their_gates(workflow: Workflow) -> None:
    row = MatrixRow("a", "Plan A", "batch", "blocked", {"context": "approved", "sources": "stale"}, {"sources": "20 d"})
    page = read(gate_matrix([row], workflow, LINKS))
    heads = [tag.words for tag in page.all("th") if tag.attributes["scope"] == "col"]
    assert heads[:3] == ["Plan", "State", workflow.gates["context"].title]
    cells = page.all("td")
    assert [cell.words for cell in cells[:3]] == ["✕ blocked", "✓ approved", "↻ stale 20 d".replace(" 20", "20")]
    assert cells[2].all("a")[0].attributes["href"] == "a/sources/"
    assert "pg-warn" in cells[2].classes
    assert cells[3].words == "· missing"
    assert page.all("caption")[0].words == "Plans and their gates"


def test_profiles_share_one_order_of_gates(workflow: Workflow) -> None:
    rows = [MatrixRow("a", "A", "batch", "draft", {}), MatrixRow("b", "B", "streaming", "draft", {})]
    page = read(gate_matrix(rows, workflow, LINKS))
    heads = [tag.words for tag in page.all("th") if tag.attributes["scope"] == "col"][2:]
    assert heads == [workflow.gates[gate].title for gate in workflow.profiles["streaming"].gates]
    outside = [cell.words for cell in page.all("td") if "pg-outside" in cell.classes]
    assert outside == ["not in this profile"]

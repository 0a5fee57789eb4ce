"""The method's tables."""

import pytest

from plangate.model.unit import UNITS
from plangate.reading.policy import load_policy
from plangate.reading.portfolio import Portfolio
from plangate.render.assumptions import assumptions
from plangate.render.method import (
    RuleRow,
    method_gates,
    method_rules,
    method_sections,
    method_thresholds,
    method_units,
)
from plangate.render.values import percent_text, raw_text

from .conftest import LinksOf
from .html import read


def test_gates_in_order_with_roles(portfolio: Portfolio) -> None:
    workflow = portfolio.policy.workflow
    found = read(method_gates(workflow, "streaming")).all("tr")[1:]
    assert [row.all("code")[0].words for row in found] == list(workflow.profiles["streaming"].gates)
    assert found[0].all("th")[0].words == "1"


def test_unknown_profiles_and_gates_are_errors(portfolio: Portfolio) -> None:
    with pytest.raises(KeyError):
        method_gates(portfolio.policy.workflow, "nowhere")
    with pytest.raises(KeyError):
        method_sections(portfolio.policy.workflow, "nowhere")


def test_sections_name_paths_conditions_and_what_may_be_left_out(portfolio: Portfolio) -> None:
    workflow = portfolio.policy.workflow
    found = [row.words for row in read(method_sections(workflow, "cutover")).all("tr")[1:]]
    assert len(found) == len(workflow.gates["cutover"].mandatory) + len(
        workflow.profiles["streaming"].mandatory["cutover"]
    )
    assert any(row.endswith("alwaysno") for row in found)
    assert any("profile streaming only" in row for row in found)


def test_rules_are_sorted_and_chosen_by_prefix() -> None:
    rows = [
        RuleRow("CUT002", "Two", "error", "A B C", True, "", "../rules/CUT002/"),
        RuleRow("CAP001", "Cap", "warning", "A", False, "horizon"),
        RuleRow("CUT001", "<One>", "error", "A B C", True, "x < y"),
    ]
    found = read(method_rules(rows, "CUT")).all("tbody")
    assert [row.all("th")[0].words for row in found] == ["CUT001", "CUT002"]
    assert "<One>" in found[0].words
    assert found[1].all("a")[0].attributes["href"] == "../rules/CUT002/"
    assert len(read(method_rules(rows)).all("tbody")) == 3


def test_thresholds_and_units_are_complete(portfolio: Portfolio) -> None:
    thresholds = portfolio.policy.checklists.thresholds
    default = load_policy(None)[0].checklists
    rows = read(method_thresholds(portfolio.policy.checklists, default)).all("tr")[1:]
    assert len(rows) == len(type(thresholds).model_fields)
    changed = [row.all("code")[0].words for row in rows if "changed here" in row.words]
    assert changed == ["comms_notice", "concern_age"]
    assert next(row for row in rows if "comms_notice" in row.words).words.endswith("changed here, by default 24 h")
    assert "changed here" not in read(method_thresholds(default, default)).words
    units = read(method_units()).words
    assert all(name in units for name in UNITS)


def test_assumptions_say_where_why_who_and_until_when(portfolio: Portfolio, links_of: LinksOf) -> None:
    plan = portfolio.read("orders-mart").plan
    rows = read(assumptions(plan, links_of("orders-mart", ""))).all("tr")[1:]
    assert len(rows) == len(plan.assumed) + len(plan.context.assumptions if plan.context else ())
    row = next(tag for tag in rows if "retry_rate" in tag.text)
    assert row.all("a")[0].attributes["href"] == "cutover/#pg-backfill-orders_history"
    assert row.all("a")[1].attributes["href"] == "https://git.example/cutover"
    assert "commerce_data accountable owner" in row.words
    assert "2026-11-30" in row.words


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"base": "1_000 rows/d", "low": "5 rows/d"}, "base: 1,000 rows/d, low: 5 rows/d"),
        ([1, True, None], "1, yes, nothing"),
        ("snake_case_9", "snake_case_9"),
    ],
)
def test_plain_values_are_written_in_one_line(value: object, shown: str) -> None:
    assert raw_text(value) == shown


@pytest.mark.parametrize(("share", "shown"), [(0.345, "34.5 %"), (0.2, "20 %"), (-0.1, "−10 %"), (0, "0 %")])
def test_percentages_have_one_decimal_at_most(share: float, shown: str) -> None:
    assert percent_text(share) == shown


def test_conditions_show_names_of_fields_as_code() -> None:
    made = read(method_rules([RuleRow("DQ002", "Bounds", "error", "A", True, "Each check has `must_be`, not <b>.")]))
    assert [code.text for code in made.all("code")] == ["must_be"]
    assert "Each check has must_be, not <b>." in made.all("small")[0].words

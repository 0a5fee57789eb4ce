"""Plans that rest on others, or come after them."""

from pathlib import Path

import pytest

from plangate.checks.portfolio import second
from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .signing import judged, of, plans
from .test_rules import TODAY


def first(more: str) -> Edit:
    return Edit("plan.yml", "domain: commerce", f"domain: commerce\n{more}")


@pytest.mark.parametrize(
    ("intent", "fails"),
    [("draft", True), ("withdrawn", True), ("in_review", False), ("live", False), ("retired", False)],
)
def test_a_plan_in_review_rests_on_no_draft(tmp_path: Path, intent: str, fails: bool) -> None:
    (header,) = second()
    other = Edit(header.file, None, str(header.new).replace("intent: draft", f"intent: {intent}"))
    found = of(judged(plans(tmp_path, first("depends_on: [second-plan]"), other)), "PLN014")
    assert [finding.observed for finding in found] == ([intent] if fails else [])
    assert [finding.path for finding in found] == (["depends_on[0]"] if fails else [])


@pytest.mark.parametrize(
    ("mine", "others", "message"),
    [
        ("supersedes: second-plan", "superseded_by: first-plan\n", None),
        ("supersedes: second-plan", "", "The plan says `supersedes: second-plan`, and second-plan does not say so"),
        ("supersedes: second-plan", "superseded_by: third-plan\n", "and second-plan says third-plan"),
        ("supersedes: no-plan", "", None),
        ("", "", None),
    ],
)
def test_supersession_is_named_on_both_sides(tmp_path: Path, mine: str, others: str, message: str | None) -> None:
    found = [finding.message for finding in of(judged(plans(tmp_path, first(mine), *second(others))), "PLN015")]
    assert len(found) == (message is not None)
    assert all(str(message) in text for text in found)


@pytest.mark.parametrize("intent", ["draft", "in_review", "live", "retired", "withdrawn"])
@pytest.mark.parametrize(
    ("mine", "message"),
    [
        ("", "The plan says `superseded_by: first-plan`, and first-plan does not say so"),
        ("supersedes: second-plan", None),
    ],
)
def test_a_plan_that_is_over_is_asked_who_came_after_it(
    tmp_path: Path, intent: str, mine: str, message: str | None
) -> None:
    (header,) = second("superseded_by: first-plan\n")
    other = Edit(header.file, None, str(header.new).replace("intent: draft", f"intent: {intent}"))
    read = read_portfolio(plans(tmp_path, first(mine), other), None)
    found = check(read, today=TODAY, rules=["PLN015"]).findings
    assert [(one.plan, one.message) for one in found] == ([("second-plan", message)] if message else [])
    assert all(one.blocking == (intent in {"in_review", "live"}) for one in found)

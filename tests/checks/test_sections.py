"""Why a section is missing, and what an empty one is said to be."""

from pathlib import Path

import pytest

from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .judging import judged, told, verdicts
from .test_rules import TODAY, first_plan


@pytest.mark.parametrize(
    ("file", "old", "new", "cause"),
    [
        ("04-ingestion.yml", "retries: 2", "retrys: 2", "GEN004"),
        ("04-ingestion.yml", "retries: 2", "x_retries: 2", None),
        ("08-operations.yml", "break_glass:", "brake_glass:", "GEN004"),
        ("01-context.yml", "problem: The", 'problem: "" # The', "GEN007"),
    ],
)
def test_a_section_is_missing_because_of_what_is_told_of_it(
    tmp_path: Path, file: str, old: str, new: str, cause: str | None
) -> None:
    assert verdicts(judged(tmp_path, "GEN014", [(file, old, new)])) == [("GEN014", "error", cause)]


def test_an_empty_text_is_said_to_be_empty(tmp_path: Path) -> None:
    found = told(judged(tmp_path, "GEN007", [("01-context.yml", "problem: The", 'problem: "" # The')]))
    assert found == [("problem", "`problem` is empty")]


ASKED = "clarifications:\n" + "".join(f"  - {{question: What of {n}?, answer: Settled by hand}}\n" for n in range(4))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (", answer: TBD", [("GEN007", "error", None), ("GEN016", "error", "GEN007")]),
        (", answer: none", [("GEN016", "error", None)]),
        ("", [("GEN016", "error", None)]),
        (", answer: Settled by hand", []),
        (", answer: Settled by hand}\n  - {answer: Settled by hand", [("GEN016", "error", None)]),
        (", answer: Settled by hand}\n  - {topic: quality, answer: Settled by hand", [("GEN016", "error", None)]),
    ],
)
def test_a_placeholder_for_an_answer_is_told_as_one_fault(
    tmp_path: Path, answer: str, expected: list[tuple[str, str, str | None]]
) -> None:
    asked = ASKED.replace(", answer: Settled by hand", answer, 1)
    changes = [
        ("plan.yml", "mode: one_shot", "mode: guided"),
        ("01-context.yml", "problem: The", f"{asked}problem: The"),
    ]
    assert sorted(verdicts(judged(tmp_path, "GEN007 GEN016", changes))) == expected


EVOLUTION = "evolution: {versioning: semver, deprecation_window: 30 d}"


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ("kind: column_removed", True),
        ("kind: type_changed", True),
        ("kind: key_changed", True),
        ("kind: default_changed, classification: breaking", True),
        ("kind: type_widened", False),
        ("kind: column_added, classification: additive", False),
    ],
)
def test_every_kind_of_change_that_breaks_asks_for_migrations(tmp_path: Path, change: str, asked: bool) -> None:
    entry = f"{EVOLUTION[:-1]}, changes: [{{dataset: mart.orders, element: status, {change}}}]}}"
    found = [place for place, _ in told(judged(tmp_path, "GEN014", [("06-contracts.yml", EVOLUTION, entry)]))]
    assert found == ["evolution.migrations"] * asked


@pytest.mark.parametrize(("text", "cause"), [("TBD", "GEN007"), ("none", None)])
def test_a_word_that_is_an_answer_elsewhere_is_no_placeholder_that_is_told(
    tmp_path: Path, text: str, cause: str | None
) -> None:
    references = tmp_path / "references"
    references.mkdir()
    asked = "gates:\n  context:\n    mandatory: [{path: consumers.*.name, title: the name}]\n"
    (references / "workflow.yml").write_text(asked)
    plans = first_plan(tmp_path, [Edit("01-context.yml", "name: Weekly stock report", f"name: {text}")])
    found = check(read_portfolio(plans, references), today=TODAY, rules=["GEN014"]).findings
    assert [(finding.path, finding.cause) for finding in found] == [("consumers[0].name", cause)]

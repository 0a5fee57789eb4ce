"""Why a section is missing, and what an empty one is said to be."""

from pathlib import Path

import pytest

from .judging import judged, told, verdicts


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

"""A baseline file is read whole or not at all, and what is wrong is told with its line."""

from pathlib import Path

import pytest

from plangate.model.baseline import Baseline
from plangate.reading.baseline import read_baseline
from plangate.reading.policy import load_policy

GOOD = """\
findings:
  "orders-mart":
    CAP004:
      - {at: "capacity: workloads[0]", value: 12 GB}
      - {at: capacity}
"""


def test_entries_know_their_line(tmp_path: Path) -> None:
    (tmp_path / "baseline.yml").write_text(GOOD)
    known, problems = read_baseline(tmp_path / "baseline.yml", "references/baseline.yml")
    assert problems == ()
    assert known.file == "references/baseline.yml"
    assert [(entry.identity, entry.known.times, entry.line) for entry in known.entries] == [
        (("orders-mart", "CAP004", "capacity: workloads[0]", "12 GB"), 1, 4),
        (("orders-mart", "CAP004", "capacity", None), 1, 5),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("findings: [", 2),
        ("- x\n", 1),
        ("findings: {}\nknown: {}\n", 2),
        ("findings:\n  a:\n    CAP004:\n      - {value: x}\n", 4),
        ("findings:\n  a:\n    CAP004:\n      - {at: x, times: 0}\n", 4),
        ("findings:\n  a: CAP004\n", 2),
    ],
)
def test_what_is_wrong_is_a_problem_of_the_configuration(tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / "baseline.yml").write_text(text)
    known, problems = read_baseline(tmp_path / "baseline.yml", "x.yml")
    assert known == Baseline("x.yml")
    assert [(problem.rule, problem.file, problem.line) for problem in problems] == [("CONFIG", "x.yml", line)]


def test_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    _, (problem,) = read_baseline(tmp_path / "none.yml", "none.yml")
    assert "cannot be read" in problem.message


def test_the_references_hold_one(tmp_path: Path) -> None:
    (tmp_path / "baseline.yml").write_text(GOOD)
    policy, problems = load_policy(tmp_path)
    assert problems == ()
    assert (policy.baseline.file, len(policy.baseline.entries)) == (f"{tmp_path.name}/baseline.yml", 2)
    assert load_policy(None)[0].baseline == Baseline()

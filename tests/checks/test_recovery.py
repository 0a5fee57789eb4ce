"""Recovery objectives of the packaged stream, changed until OPS004 speaks."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .test_rules import TODAY, first_plan

FILE = "09-operations.yml"
RECOVERY = "recovery: {rpo: 2 h, rto: 2 h, backup_every: 1 h, restore_throughput: 100 MB/s}"


@pytest.mark.parametrize(
    ("recovery", "problems"),
    [
        (RECOVERY, []),
        (RECOVERY.replace("backup_every: 1 h", "backup_every: 2 h"), []),
        (
            RECOVERY.replace("backup_every: 1 h", "backup_every: 3 h"),
            [("error", "recovery.backup_every", "A backup every 3 h may lose that much; 2 h are allowed")],
        ),
        (
            RECOVERY.replace("100 MB/s", "1 MB/s"),
            [
                (
                    "warning",
                    "recovery.rto",
                    "Restoring what is stored at the horizon takes 7.7 h, 2 h are allowed",
                )
            ],
        ),
        (
            RECOVERY.replace("100 MB/s", "0.0001 MB/s"),
            [("error", "recovery.rto", "Restoring what is stored at go-live takes 2.13 h, 2 h are allowed")],
        ),
        (
            "recovery: {rpo: 2 h, rto: 2 h}",
            [
                (
                    "error",
                    "recovery",
                    "Whether a restore ends in time cannot be told without `backup_every` and `restore_throughput`",
                )
            ],
        ),
        ("", [("error", "", "Nothing says how long a restore may take and how much it may lose")]),
        ("recovery: {not_applicable: The topic and the code are all that is needed to make the table again}", []),
    ],
)
def test_a_restore_ends_in_time(tmp_path: Path, recovery: str, problems: Sequence[tuple[str, str, str]]) -> None:
    plans = first_plan(tmp_path, (Edit(FILE, RECOVERY, recovery),), "first-stream")
    found = check(read_portfolio(plans), today=TODAY, rules=["OPS004"]).findings
    assert [(entry.severity, entry.path, entry.message) for entry in found] == problems


def test_a_refused_objective_is_not_judged(tmp_path: Path) -> None:
    plans = first_plan(tmp_path, (Edit(FILE, "rto: 2 h", "rto: two hours"),), "first-stream")
    found = check(read_portfolio(plans), today=TODAY, rules=["OPS004"]).findings
    assert [entry.verdict for entry in found] == ["undetermined"]

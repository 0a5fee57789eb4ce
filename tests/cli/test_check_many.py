"""`plangate check` on many plans: the report is the same to the byte however many processes share the work."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from plangate.reports.formats import FORMATS

Cli = Callable[..., Any]


@pytest.fixture
def many(portal: Path) -> Path:
    """A portal of twenty plans that build the same datasets, some of which cannot be read as they are."""
    for number in range(19):
        plan = copytree(portal / "plans/first-plan", portal / f"plans/plan-{number:02d}")
        header = plan / "plan.yml"
        header.write_text(header.read_text("utf-8").replace("id: first-plan", f"id: plan-{number:02d}"), "utf-8")
        if number % 3 == 0:
            gate = plan / "03-capacity.yml"
            gate.write_text(gate.read_text("utf-8").replace("horizon: 24 month", f"horizon: {number} m"), "utf-8")
        if number % 5 == 0:
            (plan / "04-ingestion.yml").write_text("pipelines: [", "utf-8")
    return portal


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_the_report_does_not_depend_on_the_number_of_processes(cli: Cli, many: Path, form: str) -> None:
    alone, *shared = (
        cli("check", "--today", "2026-11-23", "--format", form, "--no-cache", "--jobs", jobs)
        for jobs in ("1", "2", "7")
    )
    assert alone.status == 1
    assert "first-plan" in alone.out
    for other in shared:
        assert (other.status, other.out, other.err) == (alone.status, alone.out, alone.err)


def test_processes_answer_with_the_digests_that_json_tells(cli: Cli, many: Path) -> None:
    asked = ("check", "--today", "2026-11-23", "--format", "json", "--jobs")
    alone, shared = cli(*asked, "1", "--no-cache"), cli(*asked, "2")
    assert '"digest": "' in alone.out
    assert (shared.status, shared.out, shared.err) == (alone.status, alone.out, alone.err)


def test_no_process_is_no_answer(cli: Cli, many: Path) -> None:
    assert cli("check", "--jobs", "0").status == 2

"""A plan's folder that was read beforehand, by another process even, gives the plan that it gives at once."""

import pickle
import shutil
from pathlib import Path

import pytest

from plangate.analysis.derived import derived
from plangate.analysis.digest import digests
from plangate.model.policy import Policy
from plangate.reading.folder import Folder, load_folder, open_folder
from plangate.reading.plan import ReadPlan, read_plan
from plangate.reading.policy import load_policy
from plangate.reading.portfolio import read_portfolio

ROOT = Path(__file__).parents[2]
PLANS = sorted(
    folder.parent for place in ("plans", "tests/data/bad-plans") for folder in ROOT.joinpath(place).rglob("plan.yml")
)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(ROOT / "references")[0]


def told(read: ReadPlan) -> tuple[object, ...]:
    """All that tells two readings apart."""
    plan = read.plan
    places = [read.locate(problem) for problem in read.problems]
    return (
        (plan.header, dict(plan.gates), dict(plan.prose), plan.records, plan.waivers, plan.assumed, plan.broken),
        (digests(plan, derived(plan)), dict(plan.not_applicable), dict(plan.extensions), dict(plan.attachments)),
        (read.problems, places, dict(read.files), read.present, {name: d.text for name, d in read.documents.items()}),
    )


@pytest.mark.parametrize("place", PLANS, ids=lambda place: f"{place.parents[1].name}-{place.name}")
def test_what_another_process_read_is_what_is_there(place: Path, policy: Policy) -> None:
    sent: Folder = pickle.loads(pickle.dumps(load_folder(place)))  # noqa: S301 -- our own, a moment ago
    assert told(read_plan(place, place.name, policy, sent)) == told(read_plan(place, place.name, policy))


def test_a_folder_is_read_as_far_as_a_plan_goes(tmp_path: Path) -> None:
    shutil.copytree(PLANS[-1], tmp_path / "plan")
    (tmp_path / "plan" / "notes.yml").write_text("a: [1")
    (tmp_path / "plan" / "01-context.yml").write_text("a: [1")
    folder = load_folder(tmp_path / "plan")
    (tmp_path / "plan" / "01-context.yml").unlink()
    assert [problem.rule for problem in folder.document("01-context.yml").problems] == ["GEN001"]
    (tmp_path / "plan" / "notes.yml").unlink()
    assert "cannot be read" in folder.document("notes.yml").problems[0].message, "no gate's file: not read beforehand"


def test_the_data_of_a_gate_is_given_once_for_whoever_changes_it(tmp_path: Path) -> None:
    (tmp_path / "01-context.yml").write_text("problem: Stock runs out\n")
    folder = open_folder(tmp_path)
    document = folder.document("01-context.yml").value
    assert document is not None
    first = folder.resolved("01-context.yml", "context", document)
    first.inherited["problem",] = "data_team"
    assert folder.resolved("01-context.yml", "context", document).inherited == {}


def test_a_portfolio_does_not_depend_on_who_reads_it(tmp_path: Path) -> None:
    for number in range(3):
        for place in PLANS:
            shutil.copytree(place, tmp_path / "plans" / f"{place.name}-{number}")
    alone, shared = (read_portfolio(tmp_path / "plans", ROOT / "references", jobs=jobs) for jobs in (1, 2))
    assert len(alone.reads) == 3 * len(PLANS) > 16, "more than one process reads alone"
    assert [told(read) for read in shared.reads] == [told(read) for read in alone.reads]


def test_where_reading_breaks_down_in_a_process_it_is_told_of_that_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        shutil.copytree(PLANS[-1], tmp_path / "plans" / f"plan-{number:02d}")

    def broken(place: Path) -> Folder:
        if place.name == "plan-13":
            raise ZeroDivisionError("division by zero")
        return load_folder(place)

    monkeypatch.setattr("plangate.reading.portfolio.load_folder", broken)
    found = read_portfolio(tmp_path / "plans", jobs=2)
    assert list(found.failures) == ["plan-13"]
    assert found.failures["plan-13"].startswith("reading broke down: ZeroDivisionError: division by zero\nTraceback")
    assert len(found.reads) == 19

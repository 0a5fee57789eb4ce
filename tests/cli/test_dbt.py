"""dbt from the command line."""

import json
import shutil
from pathlib import Path

import pytest

from plangate.cli.main import run

ROOT = Path(__file__).parents[2]
MANIFEST = str(ROOT / "tests" / "data" / "dbt" / "jaffle_shop.manifest.json")


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "plans" / "jaffle-shop", tmp_path / "plans" / "jaffle-shop")
    shutil.copytree(ROOT / "references", tmp_path / "references")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_project_becomes_a_plan_that_check_reads(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["import", "dbt", MANIFEST, "--plan", "shop", "--owner", "analytics_guild", "--today", "2026-11-25"]) == 0
    )
    told = capsys.readouterr()
    assert "wrote plans/shop/05-modeling.yml" in told.out
    assert "lost: " in told.err
    assert "semantic models left out" in told.err
    assert run(["check", "shop", "--format", "json"]) in {0, 1}
    report = json.loads(capsys.readouterr().out)
    unread = {"GEN001", "GEN002", "GEN003", "GEN004", "GEN005", "GEN006", "GEN008", "CONFIG"}
    assert [one for one in report["findings"] if one["rule"] in unread] == []
    assert run(["drift", "shop", "--dbt", MANIFEST]) == 0
    assert "plan and project agree" in capsys.readouterr().out


def test_nothing_is_overwritten(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (portal / "plans/jaffle-shop/plan.yml").read_bytes()
    assert run(["import", "dbt", MANIFEST, "--plan", "jaffle-shop"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert (portal / "plans/jaffle-shop/plan.yml").read_bytes() == before


def test_properties_go_to_a_folder_or_the_terminal(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "dbt", "jaffle-shop", "--output", "project"]) == 0
    told = capsys.readouterr()
    assert "wrote project/models/models.yml" in told.out
    assert "lost: the service level of the contract of jaffle.orders" in told.err
    text = (portal / "project/models/models.yml").read_text("utf-8")
    assert run(["export", "dbt", "jaffle-shop"]) == 0
    assert f"# models/models.yml\n{text}" in capsys.readouterr().out


def test_drift_is_told_and_fails(portal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["drift", "jaffle-shop", "--dbt", MANIFEST]) == 1
    out = capsys.readouterr().out
    assert "+ model    The plan knows no model metricflow_time_spine" in out
    assert run(["drift", "jaffle-shop", "--dbt", MANIFEST, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert f"compared: jaffle-shop: {len(found['drifts'])} disagreements" in out


@pytest.mark.parametrize(
    ("manifest", "says"),
    [("missing.json", "cannot be read"), ("plans/jaffle-shop/plan.yml", "not readable as JSON")],
)
def test_what_cannot_be_read_is_a_usage_error(
    portal: Path, capsys: pytest.CaptureFixture[str], manifest: str, says: str
) -> None:
    assert run(["drift", "jaffle-shop", "--dbt", manifest]) == 2
    assert says in capsys.readouterr().err

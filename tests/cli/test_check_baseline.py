"""`plangate check` with a baseline: write it, live with it, shrink it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cli = Callable[..., Any]

GATE = "plans/first-plan/04-ingestion.yml"
FILE = "references/baseline.yml"


def edit(portal: Path, old: str, new: str) -> None:
    path = portal / GATE
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new))


def broken(portal: Path) -> None:
    edit(portal, "retries: 2", "owner: data_tema\n    retries: 2")


def test_write_live_with_it_and_shrink(cli: Cli, portal: Path) -> None:
    broken(portal)
    assert cli("check").status == 1
    wrote = cli("check", "--write-baseline")
    assert wrote.status == 0
    assert wrote.err == f"Wrote 1 known finding to {FILE}\n"
    lived = cli("check")
    assert lived.status == 0
    assert "baselined error GEN013" in lived.out
    assert "1 baselined" in lived.out
    edit(portal, "owner: data_tema", "owner: data_team")
    done = cli("check")
    assert done.status == 1
    assert f"error (blocks) BASELINE {FILE}:6:9  The baseline knows GEN013" in done.out
    shrunk = cli("check", "--write-baseline")
    assert (shrunk.status, shrunk.err) == (0, f"Wrote 0 known findings to {FILE}\n")
    assert "findings: {}" in (portal / FILE).read_text()
    assert cli("check").status == 0


def test_a_new_finding_fails_beside_known_ones(cli: Cli, portal: Path) -> None:
    broken(portal)
    cli("check", "--write-baseline")
    capacity = portal / "plans/first-plan/03-capacity.yml"
    capacity.write_text(capacity.read_text().replace("horizon: 24 month", "horizon: 24 m"))
    done = cli("check", "--format", "json")
    assert done.status == 1
    verdicts = {entry["rule"]: entry["verdict"] for entry in json.loads(done.out)["findings"]}
    assert (verdicts["GEN013"], verdicts["GEN005"]) == ("baselined", "fail")


def test_what_cannot_be_read_is_not_written(cli: Cli, portal: Path) -> None:
    edit(portal, "execution_timeout: 20 min", "execution_timeout: 20 m")
    done = cli("check", "--write-baseline")
    assert done.status == 1
    assert "GEN005" not in (portal / FILE).read_text()


def test_a_baseline_elsewhere(cli: Cli, portal: Path) -> None:
    broken(portal)
    missing = cli("check", "--baseline", "known.yml")
    assert missing.status == 2
    assert "There is no baseline known.yml" in missing.err
    assert cli("check", "--baseline", "known.yml", "--write-baseline").status == 0
    assert not (portal / FILE).exists()
    assert cli("check", "--baseline", "known.yml").status == 0
    assert cli("check").status == 1


def test_a_broken_baseline_is_two_and_can_be_written_anew(cli: Cli, portal: Path) -> None:
    broken(portal)
    (portal / FILE).write_text("findings: [")
    done = cli("check")
    assert done.status == 2
    assert f"error (blocks) CONFIG {FILE}:" in done.out
    assert "error (blocks) GEN013" in done.out
    assert cli("check", "--write-baseline").status == 0
    assert cli("check").status == 0


def test_a_run_over_one_plan_keeps_what_is_known_of_others(cli: Cli, portal: Path) -> None:
    broken(portal)
    assert cli("new", "other-plan").status == 0
    cli("check", "--write-baseline")
    before = (portal / FILE).read_text()
    assert cli("check", "other-plan", "--write-baseline").status == 0
    assert (portal / FILE).read_text() == before

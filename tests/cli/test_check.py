"""`plangate check`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from plangate.checks.report import Report
from plangate.checks.runner import reported as real_reported
from plangate.reading.plan import read_plan
from plangate.reports.formats import FORMATS
from plangate.reports.json_report import schema

Cli = Callable[..., Any]

PLAN = "plans/first-plan"


def _edit(portal: Path, file: str, old: str, new: str) -> None:
    path = portal / PLAN / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_first_plan_passes(cli: Cli, portal: Path) -> None:
    done = cli("check")
    assert (done.status, done.err) == (0, "")
    assert "plan first-plan" in done.out
    assert done.out.endswith("Passed.\n")
    assert "\x1b" not in done.out


def test_a_value_that_cannot_be_read_is_one(cli: Cli, portal: Path) -> None:
    _edit(portal, "03-capacity.yml", "horizon: 24 month", "horizon: 24 m")
    done = cli("check", "first-plan")
    assert done.status == 1
    assert "error (blocks) GEN005 plans/first-plan/03-capacity.yml:1:10" in done.out
    assert "| horizon: 24 m" in done.out
    assert done.out.endswith("Failed: 1 finding blocks.\n")


@pytest.mark.parametrize(("fail_on", "status"), [("error", 1), ("warning", 1), ("never", 0)])
def test_fail_on(cli: Cli, portal: Path, fail_on: str, status: int) -> None:
    _edit(portal, "03-capacity.yml", "horizon: 24 month", "horizon: 24 m")
    done = cli("check", "--format", "json", "--fail-on", fail_on)
    assert done.status == status
    assert json.loads(done.out)["failed"] is bool(status)


def test_json_is_the_contract_and_the_same_every_time(cli: Cli, portal: Path) -> None:
    first = cli("check", "--format", "json", "--today", "2026-11-23")
    jsonschema.validate(json.loads(first.out), schema())
    assert json.loads(first.out)["today"] == "2026-11-23"
    assert cli("check", "--format", "json").out == first.out


def test_formats_into_files(cli: Cli, portal: Path) -> None:
    done = cli("check", "--format", "text", "--format", "json=out/report.json")
    assert done.status == 0
    assert "Passed." in done.out
    assert json.loads((portal / "out" / "report.json").read_text("ascii"))["failed"] is False
    quiet = cli("check", "--format", "json", "--output", "report.json")
    assert (quiet.status, quiet.out) == (0, "")
    assert (portal / "report.json").read_text() == (portal / "out" / "report.json").read_text()
    assert [path.name for path in (portal / "out").iterdir()] == ["report.json"]


@pytest.mark.parametrize("preset", ["minimal", "standard", "strict"])
def test_preset(cli: Cli, portal: Path, preset: str) -> None:
    assert json.loads(cli("check", "--preset", preset, "--format", "json").out)["preset"] == preset


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("first-pln",), "did you mean first-plan?"),
        (("no-such-plan-at-all",), "there are first-plan"),
        (("--plans-dir", "nowhere"), "nowhere is no folder"),
        (("--references-dir", "nowhere"), "nowhere is no folder"),
        (("--today", "23.11.2026"), "not a date such as"),
        (("--today", "20261123"), "not a date such as"),
        (("--format", "text", "--format", "json"), "Two formats would go to one place"),
        (("--format", "pdf"), "known are text, json, sarif"),
        (("--output", "plans"), "cannot be written"),
    ],
)
def test_usage(cli: Cli, portal: Path, args: tuple[str, ...], says: str) -> None:
    done = cli("check", *args)
    assert done.status == 2
    assert says in done.err


def test_examining_nothing_is_two(cli: Cli, tmp_path: Path) -> None:
    assert cli("check").status == 2
    (tmp_path / "plans" / "deeper" / "orders-mart").mkdir(parents=True)
    (tmp_path / "plans" / "deeper" / "orders-mart" / "plan.yml").write_text("id: orders-mart\n")
    done = cli("check")
    assert done.status == 2
    assert "plans holds no plan: there is no plans/PLAN/plan.yml; `plangate new PLAN` starts one" in done.err


def test_broken_configuration_is_two_and_the_report_is_still_made(cli: Cli, portal: Path) -> None:
    (portal / "references" / "people.yml").write_text("teams: [")
    done = cli("check")
    assert done.status == 2
    assert "error (blocks) CONFIG references/people.yml:" in done.out
    assert "CONFIG" not in done.err
    assert "error CONFIG references/people.yml:" in cli("check", "--format", "json").err
    assert "plan first-plan" in done.out


def test_a_plan_may_be_named_by_its_folder(cli: Cli, portal: Path) -> None:
    assert cli("check", "plans/first-plan/").status == 0


def test_the_day_comes_from_the_environment(cli: Cli, portal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert json.loads(cli("check", "--format", "json").out)["today"] == "2026-01-01"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert cli("check").status == 2


def test_a_plan_on_which_a_rule_breaks_down_is_three(cli: Cli, portal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **options: Any) -> Report:
        return replace(
            real_reported(*args, **options), failures=MappingProxyType({"first-plan": "CAP001 broke down: KeyError"})
        )

    monkeypatch.setattr("plangate.cli.check.reported", broken)
    done = cli("check", "--format", "json", "--fail-on", "never")
    assert done.status == 3
    data = json.loads(done.out)
    assert [entry["plan"] for entry in data["findings"] if entry["rule"] == "INTERNAL"] == ["first-plan"]
    assert "Traceback" not in done.err
    assert len(list((portal / ".plangate").glob("crash-*.txt"))) == 1


def test_hostile_names_in_the_arguments_stay_on_their_line(cli: Cli, portal: Path) -> None:
    done = cli("check", "x\n##[error]forged")
    assert done.status == 2
    assert "##[" not in done.err


def test_every_form_at_once(cli: Cli, portal: Path) -> None:
    _edit(portal, "03-capacity.yml", "horizon: 24 month", "horizon: 24 m")
    done = cli("check", *(part for name in FORMATS for part in ("--format", f"{name}=out/{name}")))
    assert (done.status, done.out) == (1, "")
    assert sorted(path.name for path in (portal / "out").iterdir()) == sorted(FORMATS)
    assert all("GEN005" in (portal / "out" / name).read_text("utf-8") for name in FORMATS)


def test_a_form_that_cannot_be_written_keeps_no_other_back(
    cli: Cli, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = cli("check", "--format", "text", "--format", "json=plans", "--format", "sarif=out.sarif")
    assert done.status == 2
    assert "plans cannot be written" in done.err
    assert "Passed." in done.out
    assert (portal / "out.sarif").is_file()
    failing = MappingProxyType({"first-plan": "CAP001 broke down: KeyError"})
    monkeypatch.setattr(
        "plangate.cli.check.reported",
        lambda *args, **options: replace(real_reported(*args, **options), failures=failing),
    )
    assert cli("check", "--format", "json=plans").status == 3


def test_a_plan_that_cannot_be_read_by_our_fault_is_three(
    cli: Cli, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("new", "other-plan").status == 0

    def broken(folder: Path, *rest: Any) -> Any:
        if folder.name == "other-plan":
            raise ZeroDivisionError("division by zero")
        return read_plan(folder, *rest)

    monkeypatch.setattr("plangate.reading.portfolio.read_plan", broken)
    for args in ((), ("other-plan",), ("plans/other-plan/plan.yml",)):
        done = cli("check", "--format", "json", *args)
        assert done.status == 3
        data = json.loads(done.out)
        jsonschema.validate(data, schema())
        assert [entry["plan"] for entry in data["findings"] if entry["rule"] == "INTERNAL"] == ["other-plan"]
        assert "Traceback" not in done.out + done.err
    assert [plan["id"] for plan in json.loads(cli("check", "--format", "json").out)["plans"]] == ["first-plan"]
    assert cli("show", "other-plan").status == 3


@pytest.mark.parametrize(
    ("environment", "terminal", "coloured"),
    [({}, True, True), ({}, False, False), ({"NO_COLOR": "1"}, True, False), ({"TERM": "dumb"}, True, False)],
)
def test_colour_on_a_terminal_only(
    cli: Cli,
    portal: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    terminal: bool,
    coloured: bool,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    assert ("\x1b[" in cli("check").out) is coloured
    assert "\x1b[" not in cli("check", "--format", "json").out

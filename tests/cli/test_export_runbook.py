"""`plangate export` of a runbook."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from icalendar import Calendar

from plangate.exchange.runbook.data import runbook_schema

Cli = Callable[..., Any]

FORMS = (("ics",), ("csv", "--what", "runbook"), ("runbook-md",), ("runbook-json",))
CUTOVER = "plans/first-plan/09-cutover.yml"


@pytest.mark.parametrize("form", FORMS)
def test_every_form_to_terminal_and_file(cli: Cli, portal: Path, form: tuple[str, ...]) -> None:
    done = cli("export", *form, "plans/first-plan")
    assert (done.status, done.err) == (0, "")
    assert all(step in done.out for step in ("s01", "c01", "s02"))
    assert cli("export", *form, "first-plan", "--output", "out/runbook").status == 0
    assert (portal / "out/runbook").read_bytes().decode() == done.out
    assert cli("export", *form, "first-plan").out == done.out


def test_the_forms_are_what_they_say(cli: Cli, portal: Path) -> None:
    calendar = Calendar.from_ical(cli("export", "ics", "first-plan").out)
    assert "first-plan.step.s01@plangate" in {str(event["UID"]) for event in calendar.walk("VEVENT")}
    data = json.loads(cli("export", "runbook-json", "first-plan").out)
    jsonschema.validate(data, runbook_schema())
    table = list(csv.DictReader(cli("export", "csv", "--what", "runbook", "first-plan").out.splitlines()))
    assert [row["step"] for row in table] == [step["id"] for step in data["steps"]]
    assert cli("export", "runbook-md", "first-plan").out.startswith("# Cutover runbook: ")


@pytest.mark.parametrize("form", FORMS)
def test_a_plan_without_a_switch_has_no_runbook(cli: Cli, portal: Path, form: tuple[str, ...]) -> None:
    (portal / CUTOVER).unlink()
    done = cli("export", *form, "first-plan")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("error plan first-plan has no cutover")


def test_what_could_not_be_read_is_told(cli: Cli, portal: Path) -> None:
    text = (portal / CUTOVER).read_text()
    (portal / CUTOVER).write_text(text + "unknown: 1\n")
    done = cli("export", "runbook-json", "first-plan")
    assert done.status == 1
    assert f"{CUTOVER}:" in done.err or "plans/first-plan" in done.err
    assert json.loads(done.out)["plan"] == "first-plan"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("ics",), "PLAN"),
        (("ics", "first-plam"), "did you mean first-plan?"),
        (("csv", "--what", "runbook"), "takes one plan"),
        (("csv", "--what", "runbook", "first-plan", "first-plan"), "takes one plan"),
        (("csv", "--what", "runbook", "first-plan", "--dataset", "mart.orders"), "--dataset"),
        (("csv", "--what", "runbook", "first-plan", "--up", "1"), "--up"),
        (("runbook-md", "first-plan", "--output", "plans"), "cannot be written"),
    ],
)
def test_usage(cli: Cli, portal: Path, args: tuple[str, ...], told: str) -> None:
    done = cli("export", *args)
    assert (done.status, done.out) == (2, "")
    assert told in done.err


def test_help_lists_the_forms(cli: Cli, portal: Path) -> None:
    shown = cli("export", "--help").out
    assert all(form in shown for form in ("ics", "runbook-md", "runbook-json"))

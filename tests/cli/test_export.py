"""`plangate export`."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import jsonschema
import pytest

from plangate.exchange.lineage.data import lineage_schema

Cli = Callable[..., Any]

FORMS = ("svg", "mermaid", "dot", "csv", "lineage-json", "openlineage")
MODELING = "plans/first-plan/05-modeling.yml"


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_all_plans_and_of_one(cli: Cli, portal: Path, form: str) -> None:
    whole, one = cli("export", form), cli("export", form, "first-plan")
    assert (whole.status, whole.err, one.status, one.err) == (0, "", 0, "")
    assert "mart.orders" in one.out.replace("#46;", ".")
    assert cli("export", form, "first-plan").out == one.out


@pytest.mark.parametrize("form", FORMS)
def test_into_a_file_it_is_the_same(cli: Cli, portal: Path, form: str) -> None:
    done = cli("export", form, "plans/first-plan/", "--output", "out/lineage")
    assert (done.status, done.out) == (0, "")
    written = (portal / "out/lineage").read_bytes().decode()
    assert written == cli("export", form, "first-plan", "--output", "-").out


def test_the_forms_are_what_they_say(cli: Cli, portal: Path) -> None:
    assert Xml.fromstring(cli("export", "svg").out).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 -- our own
    assert cli("export", "mermaid").out.startswith("flowchart LR\n")
    assert cli("export", "dot").out.startswith("digraph ")
    rows = list(csv.DictReader(cli("export", "csv", "--what", "lineage").out.splitlines()))
    assert {row["plan"] for row in rows} == {"first-plan"}
    data = json.loads(cli("export", "lineage-json").out)
    jsonschema.validate(data, lineage_schema())
    assert {(row["source"], row["target"]) for row in rows} == {
        (edge["source"], edge["target"]) for edge in data["edges"]
    }


@pytest.mark.parametrize(
    ("args", "time"),
    [((), "2026-11-23T00:00:00Z"), (("--today", "2027-01-02"), "2027-01-02T00:00:00Z")],
)
def test_events_have_the_day_that_is_said(cli: Cli, portal: Path, args: tuple[str, ...], time: str) -> None:
    events = [json.loads(line) for line in cli("export", "openlineage", *args).out.splitlines()]
    assert {event["eventTime"] for event in events} == {time}
    assert {"job" in event for event in events} == {True, False}


@pytest.mark.parametrize(
    ("args", "kept"),
    [
        (("--up", "0", "--down", "0"), {"mart.orders"}),
        (("--up", "1", "--down", "0"), {"mart.orders", "stg.orders"}),
        ((), {"mart.orders", "stg.orders", "raw.orders", "consumer:first-plan/stock_report"}),
    ],
)
def test_around_a_dataset(cli: Cli, portal: Path, args: tuple[str, ...], kept: set[str]) -> None:
    data = json.loads(cli("export", "lineage-json", "--dataset", "mart.orders", *args).out)
    assert {node["id"] for node in data["nodes"]} == kept
    events = [
        json.loads(line) for line in cli("export", "openlineage", "--dataset", "mart.orders", *args).out.splitlines()
    ]
    told = {event["dataset"]["name"] for event in events if "dataset" in event}
    assert told == {name for name in kept if not name.startswith("consumer:")}


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("csv", "first-plam"), "did you mean first-plan?"),
        (("csv", "--dataset", "mart.order"), "did you mean mart.orders?"),
        (("csv", "--dataset", "nothing.like_it"), "There is no dataset 'nothing.like_it'"),
        (("csv", "--up", "1"), "name it by --dataset"),
        (("dot", "--dataset", "mart.orders", "--up", "-1"), "-1"),
        (("dot", "--output", "plans/first-plan"), "cannot be written"),
        (("openlineage", "--today", "soon"), "soon"),
        (("csv", "--what", "weather"), "lineage"),
        (("pdf",), "pdf"),
    ],
)
def test_usage(cli: Cli, portal: Path, args: tuple[str, ...], told: str) -> None:
    done = cli("export", *args)
    assert (done.status, done.out) == (2, "")
    assert told in done.err


def test_without_plans_there_is_nothing_to_export(cli: Cli) -> None:
    assert cli("export", "csv").status == 2


def test_what_cannot_be_read_is_told_and_the_rest_is_written(cli: Cli, portal: Path) -> None:
    (portal / MODELING).write_text("models: [")
    done = cli("export", "csv")
    assert done.status == 1
    assert f"{MODELING}:2:" in done.err
    assert "raw.orders" in done.out


def test_a_plan_that_is_over_is_written_where_it_is_named(cli: Cli, portal: Path) -> None:
    header = portal / "plans/first-plan/plan.yml"
    header.write_text(header.read_text().replace("intent: in_review", "intent: retired"))
    assert "intent: retired" in header.read_text()
    assert json.loads(cli("export", "lineage-json").out)["nodes"] == []
    data = json.loads(cli("export", "lineage-json", "first-plan").out)
    assert "mart.orders" in {node["id"] for node in data["nodes"]}
    assert "mart.orders" in {column["dataset"] for column in data["columns"]}
    assert cli("export", "openlineage", "first-plan").status == 0


def test_too_many_boxes_are_drawn_by_layer(cli: Cli, portal: Path) -> None:
    text = (portal / MODELING).read_text()
    many = "".join(
        f"  - {{id: mart.extra_{number}, layer: marts, depends_on: [mart.orders]}}\n" for number in range(160)
    )
    (portal / MODELING).write_text(text.replace("models:\n", f"models:\n{many}"))
    done = cli("export", "svg")
    assert done.err.startswith("note 1")
    assert "more than 150" in done.err
    assert done.out.count("<rect") < 40
    around = cli("export", "svg", "--dataset", "mart.orders", "--down", "0")
    assert around.err == ""
    assert "mart.orders" in around.out


def test_help_lists_the_forms(cli: Cli, portal: Path) -> None:
    shown = cli("export", "--help").out
    assert all(form in shown for form in FORMS)

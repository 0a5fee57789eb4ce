"""`plangate show`."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from plangate.cli.show import PARTS

Cli = Callable[..., Any]


def _numbers(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        if "formula" in data and "inputs" in data:
            yield data
        for value in data.values():
            yield from _numbers(value)
    elif isinstance(data, list):
        for value in data:
            yield from _numbers(value)


@pytest.mark.parametrize("part", sorted(PARTS))
@pytest.mark.parametrize("form", ["text", "json"])
def test_every_part(cli: Cli, portal: Path, part: str, form: str) -> None:
    done = cli("show", "first-plan", part, "--format", form)
    assert (done.status, done.err) == (0, "")
    assert part in done.out
    assert " object at 0x" not in done.out


def test_all_parts_in_one(cli: Cli, portal: Path) -> None:
    data = json.loads(cli("show", "first-plan", "--format", "json").out)
    assert list(data) == ["plan", *PARTS]
    numbers = list(_numbers(data))
    assert any(number["inputs"] for number in numbers)
    for number in numbers:
        assert [key for key in number if key not in {"low", "high"}] == [
            "value",
            "unit",
            "text",
            "formula",
            "inputs",
            "work",
        ]
        assert isinstance(number["value"], int | float)


def test_a_number_can_be_followed_to_its_inputs(cli: Cli, portal: Path) -> None:
    numbers = _numbers(json.loads(cli("show", "first-plan", "capacity", "--format", "json").out))
    volume = next(number for number in numbers if number["formula"] == "daily_volume")
    assert volume["unit"] == "B/s"
    assert volume["value"] == pytest.approx(6000 * 300 / 86400)


def test_assumptions_have_path_owner_and_day(cli: Cli, portal: Path) -> None:
    listed = json.loads(cli("show", "first-plan", "assumptions", "--format", "json").out)["assumptions"]
    assert [entry["path"] for entry in listed] == [
        "sources: sources[0].datasets[0].rows_per_day",
        "sources: sources[0].datasets[0].growth",
    ]
    assert {(entry["owner"], entry["verify_by"]) for entry in listed} == {("data_team", "2027-01-12")}


def test_a_plan_with_findings_can_be_shown(cli: Cli, portal: Path) -> None:
    path = portal / "plans" / "first-plan" / "03-capacity.yml"
    path.write_text(path.read_text().replace("horizon: 24 month", "horizon: 24 m"))
    assert cli("show", "first-plan").status == 0
    path.write_text("a: [")
    assert cli("show", "first-plan").status == 0
    states = json.loads(cli("show", "first-plan", "states", "--format", "json").out)["states"]
    assert states["state"] == "blocked"


@pytest.mark.parametrize("args", [("second-plan",), ("first-plan", "weather"), ("first-plan", "--format", "xml")])
def test_usage(cli: Cli, portal: Path, args: tuple[str, ...]) -> None:
    assert cli("show", *args).status == 2


def test_the_schedule_tells_durations(cli: Cli, portal: Path) -> None:
    schedule = json.loads(cli("show", "first-plan", "cutover", "--format", "json").out)["cutover"]
    assert schedule["critical_path"] == ["s01", "c01", "s02"]
    assert schedule["duration_expected"] == {"value": 3900, "unit": "s", "text": "65 min"}
    assert schedule["steps"][1]["early_start"]["value"] == 2400


def test_the_cutover_in_another_zone(cli: Cli, portal: Path) -> None:
    own, there = (cli("show", "first-plan", "cutover", *zone) for zone in ((), ("--zone", "Asia/Tokyo")))
    assert "times in Asia/Tokyo" in there.out
    assert own.out != there.out
    data = json.loads(cli("show", "first-plan", "cutover", "--zone", "Asia/Tokyo", "--format", "json").out)["cutover"]
    assert data["zone"] == "Asia/Tokyo"
    done = cli("show", "first-plan", "cutover", "--zone", "Mars/Olympus")
    assert (done.status, done.out) == (2, "")


def test_contracts_are_shown_with_what_changed_and_who_migrates(cli: Cli) -> None:
    root = Path(__file__).parents[2]
    folders = ("--plans-dir", str(root / "plans"), "--references-dir", str(root / "references"))
    out = cli("show", "orders-mart", "contracts", *folders).out
    assert "  contract mart.fct_orders  3.0.0, active, commerce_data" in out
    assert "      change channel: STRING → nothing; consumer breaking, producer compatible" in out
    assert "      migration off channel: acknowledged by 2027-02-01" in out

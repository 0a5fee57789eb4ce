"""The schemas for editors take what the reader takes, and refuse what it refuses."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from plangate.exchange.jsonschema import DIALECT, all_schemas, gate_schema, schema_names
from plangate.reading.plan import GATES
from plangate.reading.yaml import load

ROOT = Path(__file__).parents[2]
FIRST = ROOT / "plugin" / "plangate" / "defaults" / "first-plan"
ORDERS = ROOT / "plans" / "orders-mart"
EXAMPLES = ROOT / "tests" / "model" / "examples"


def _data(text: bytes) -> Any:
    return _plain(load(text, name="a file", mapping=True).data)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def _takes(gate: str, text: str) -> bool:
    return bool(jsonschema.Draft202012Validator(gate_schema(gate)).is_valid(_data(text.encode())))


@pytest.mark.parametrize("gate", schema_names())
def test_every_schema_is_one(gate: str) -> None:
    schema = gate_schema(gate)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    assert "__" not in "".join(schema["$defs"])


def test_plan_yml_and_every_gate_have_one() -> None:
    assert list(all_schemas()) == ["plan", *GATES]
    with pytest.raises(KeyError):
        gate_schema("capasity")


@pytest.mark.parametrize("folder", [FIRST, ORDERS], ids=["first-plan", "orders-mart"])
def test_real_plans_fit(folder: Path) -> None:
    files = sorted(folder.glob("*.yml"))
    assert len(files) == 12
    for file in files:
        gate = file.stem.split("-", 1)[-1]
        jsonschema.Draft202012Validator(gate_schema(gate)).validate(_data(file.read_bytes()))


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yml")), ids=lambda file: file.stem)
def test_examples_with_every_field_fit(file: Path) -> None:
    gate = file.stem.removesuffix("_full")
    jsonschema.Draft202012Validator(gate_schema(gate)).validate(_data(file.read_bytes()))


@pytest.mark.parametrize(
    ("gate", "text"),
    [
        ("capacity", "horizon: {assume: 36 month, because: As the lease of the warehouse}"),
        ("capacity", "workloads: [{dataset: raw.orders, growth: {assume: 5 %/month, because: As last year}}]"),
        ("capacity", "workloads: [{dataset: raw.orders, rows_per_day: 20 rows/d}]"),
        ("capacity", "workloads: [{dataset: raw.orders, rows_per_day: {base: 20 rows/d, basis: measured}}]"),
        ("cutover", "backfill: {not_applicable: The mart starts empty on the first day}"),
        ("context", "x_note: {anything: [goes]}\nproblem: Two exports disagree"),
        ("context", "scope: {in: [orders], x_later: returns}"),
        ("quality", "checks: [{id: one, column: order_id}, {id: two, column: [a, b]}]"),
        ("quality", "derive: {assume: [unique], because: The rest is not known yet}"),
        ("sources", "freshness: from_consumers"),
        ("plan", "id: orders-mart\ntier: A\ngo_live: 2026-12-05T20:00:00+00:00"),
    ],
)
def test_takes(gate: str, text: str) -> None:
    assert _takes(gate, text)


@pytest.mark.parametrize(
    ("gate", "text"),
    [
        ("context", "problm: Two exports disagree"),
        ("context", "scope: {inn: [orders]}"),
        ("capacity", "horizon: 36"),
        ("capacity", "horizon: {assume: 36 month, becuase: A typing error}"),
        ("cutover", "backfill: {not_applicable: no}"),
        ("sources", "sources: [{id: shop_db, kind: databse}]"),
        ("plan", "tier: D"),
    ],
)
def test_refuses(gate: str, text: str) -> None:
    assert not _takes(gate, text)


def test_descriptions_reach_the_editor() -> None:
    workload = gate_schema("capacity")["$defs"]["Workload"]["properties"]
    assert workload["row_bytes"]["description"].startswith("Mean size of a row")

"""Manifests of dbt: a real one, each version, and everything that a stranger may put there instead."""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.exchange.dbt.manifest import ManifestRejected, read_manifest
from plangate.exchange.dbt.project import DbtProject
from plangate.model.reference import DATASET, IDENTIFIER, as_identifier

JAFFLE = Path(__file__).parents[2] / "data" / "dbt" / "jaffle_shop.manifest.json"


@cache
def data() -> Any:
    return json.loads(JAFFLE.read_text("utf-8"))


def read(changed: Any) -> DbtProject:
    return read_manifest(json.dumps(changed).encode(), "manifest.json")


def test_a_real_project_is_read_with_models_tests_and_sources() -> None:
    project = read(data())
    assert (project.name, project.manifest_version, project.adapter) == ("jaffle_shop", 12, "duckdb")
    assert len([model for model in project.models if model.kind == "model"]) == 13
    assert len(project.sources) == 6
    orders = next(model for model in project.models if model.name == "orders")
    assert orders.materialized == "table"
    assert {project.dataset(name) for name in orders.depends_on} == {"dev.stg_orders", "dev.order_items"}
    customer = [test for test in project.tests if test.on == orders.unique_id and test.kind == "relationships"]
    assert [(test.columns, project.dataset(test.to or ""), test.to_column) for test in customer] == [
        (("customer_id",), "dev.stg_customers", "customer_id")
    ]


def test_what_is_left_out_is_counted() -> None:
    lost = read(data()).lost
    assert any("semantic models" in one for one in lost)
    assert any("metrics" in one for one in lost)
    assert all(one[0].isdigit() for one in lost)


@pytest.mark.parametrize("version", [9, 10, 11, 12])
def test_versions_9_to_12_are_read(version: int) -> None:
    changed = copy.deepcopy(data())
    changed["metadata"]["dbt_schema_version"] = f"https://schemas.getdbt.com/dbt/manifest/v{version}.json"
    assert read(changed).manifest_version == version


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not readable as JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 200_000, "nested too deep"),
        (b"[]", "no manifest of dbt"),
        (b"{}", "no manifest of dbt"),
        (
            b'{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}}',
            "no manifest of dbt",
        ),
        (
            b'{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v8.json"}}',
            "version 8 is not",
        ),
        (
            b'{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v20.json"}}',
            "version 20 is not",
        ),
        (
            b'{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}, "nodes": []}',
            "`nodes` of a manifest is a mapping",
        ),
    ],
)
def test_what_is_no_manifest_is_refused_in_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(ManifestRejected, match=says):
        read_manifest(content, "manifest.json")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


@cache
def all_places() -> list[tuple[Any, ...]]:
    kept = {
        **data(),
        "nodes": dict(list(data()["nodes"].items())[::6]),
        "sources": dict(list(data()["sources"].items())[:1]),
    }
    return [place for place in places(kept) if place and place[0] != "metadata"]


@given(st.data())
def test_no_value_of_another_type_crashes_it(drawn: st.DataObject) -> None:
    place = drawn.draw(st.sampled_from(all_places()))
    changed = copy.deepcopy(data())
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = drawn.draw(ANYTHING)
    if not all(isinstance(changed[part], dict) for part in ("nodes", "sources", "exposures")):
        with pytest.raises(ManifestRejected, match="is a mapping by unique ids"):
            read(changed)
        return
    project = read(changed)
    names = [project.dataset(model.unique_id) for model in project.models]
    assert all(name is not None and DATASET.fullmatch(name) for name in names)
    assert len(set(names)) == len(names)


@given(st.text(max_size=40))
def test_any_name_becomes_an_identifier(name: str) -> None:
    assert IDENTIFIER.fullmatch(as_identifier(name))


def test_control_characters_do_not_get_through() -> None:
    changed = copy.deepcopy(data())
    node = changed["nodes"]["model.jaffle_shop.orders"]
    node["description"] = "one\r\n\x1b[31mtwo\u202e##[error]"
    orders = next(model for model in read(changed).models if model.name == "orders")
    assert orders.description == "one [31mtwo ##[error]"

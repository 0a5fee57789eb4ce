"""Plans together: who stands, who builds and uses what, and the circles between them."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.model.plan import Header, Plan

from .plans import POLICY, plan


def named(folder: Path, name: str, ingestion: str | None = None, **header: object) -> Plan:
    read = plan(folder / name, **({"ingestion": ingestion} if ingestion else {}))
    return replace(read, id=name, header=Header.model_validate({"id": name, **header}))


def builds(inputs: str, outputs: str) -> str:
    return f"pipelines: [{{id: load, inputs: [{inputs}], outputs: [{outputs}]}}]\n"


def test_who_builds_and_who_uses(tmp_path: Path) -> None:
    one = named(tmp_path, "one", builds("shop.orders", "raw.orders"))
    two = named(tmp_path, "two", builds("raw.orders", "mart.orders"))
    land = Landscape((one, two))
    assert land.producers == {"raw.orders": ("one",), "mart.orders": ("two",)}
    assert land.users == {"shop.orders": {"one"}, "raw.orders": {"two"}}
    assert land.upstream_plans == {"one": (), "two": ("one",)}
    assert (land.elsewhere(two)("raw.orders"), land.elsewhere(one)("raw.orders")) == ("one", None)
    assert land.circles == {}


@pytest.mark.parametrize(
    ("header", "standing"),
    [
        ({}, ["one", "two"]),
        ({"intent": "withdrawn"}, ["one"]),
        ({"intent": "retired"}, ["one"]),
        ({"supersedes": "one"}, ["two"]),
        ({"supersedes": "one", "intent": "withdrawn"}, ["one"]),
    ],
)
def test_which_plans_stand(tmp_path: Path, header: dict[str, object], standing: list[str]) -> None:
    land = Landscape((named(tmp_path, "one"), named(tmp_path, "two", None, **header)))
    assert [entry.id for entry in land.standing] == standing


@pytest.mark.parametrize(
    ("supersedes", "standing"),
    [
        ({"a": "a", "b": None}, "ab"),
        ({"a": "b", "b": "a"}, "ab"),
        ({"a": "b", "b": "c", "c": "a"}, "abc"),
        ({"a": "b", "b": "a", "c": "a"}, "bc"),
        ({"a": None, "b": "a", "c": "b"}, "c"),
    ],
)
def test_plans_that_supersede_each_other_all_stand(
    tmp_path: Path, supersedes: dict[str, str | None], standing: str
) -> None:
    land = Landscape(tuple(named(tmp_path, name, supersedes=old) for name, old in supersedes.items()))
    assert "".join(entry.id for entry in land.standing) == standing


def test_a_plan_that_is_over_builds_nothing_for_others(tmp_path: Path) -> None:
    old = named(tmp_path, "old", builds("shop.orders", "raw.orders"), intent="retired")
    new = named(tmp_path, "new", builds("raw.orders", "mart.orders"))
    land = Landscape((new, old))
    assert land.elsewhere(new)("raw.orders") is None
    assert "raw.orders" in land.built


@pytest.mark.parametrize(
    ("waits", "circles"),
    [
        ({"a": "b", "b": ""}, {}),
        ({"a": "b", "b": "a"}, {"a": "aba", "b": "bab"}),
        ({"a": "b", "b": "c", "c": "a"}, {"a": "abca", "b": "bcab", "c": "cabc"}),
        ({"a": "b", "b": "a", "c": "d", "d": "c"}, {"a": "aba", "b": "bab", "c": "cdc", "d": "dcd"}),
        ({"a": "b", "b": "ac", "c": "d", "d": ""}, {"a": "aba", "b": "bab"}),
        ({"a": "b", "b": "cd", "c": "a", "d": "b"}, {"a": "abca", "b": "bdb", "c": "cabc", "d": "dbd"}),
        ({"a": "b", "b": "bc", "c": "b"}, {"b": "bcb", "c": "cbc"}),
    ],
)
def test_every_plan_that_waits_for_itself_has_its_circle(
    tmp_path: Path, waits: dict[str, str], circles: dict[str, str]
) -> None:
    land = Landscape(tuple(named(tmp_path, name, depends_on=list(others)) for name, others in waits.items()))
    assert {name: "".join(way) for name, way in land.circles.items()} == circles


def test_a_circle_leads_over_datasets_and_over_plans_that_are_named(tmp_path: Path) -> None:
    one = named(tmp_path, "one", builds("b.x", "a.x"))
    two = named(tmp_path, "two", builds("a.x", "b.x"), depends_on=["three"])
    three = named(tmp_path, "three")
    assert Landscape((one, two, three)).circles == {"one": ("one", "two", "one"), "two": ("two", "one", "two")}


def test_facts_of_another_plan_are_shared(tmp_path: Path) -> None:
    one, two = named(tmp_path, "one"), named(tmp_path, "two")
    land = Landscape((one, two))
    facts = Facts(one, POLICY, land)
    assert facts.of("two") is Facts(two, POLICY, land).of("two")
    assert facts.of("three") is None

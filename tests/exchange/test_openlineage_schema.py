"""Events of OpenLineage against the published JSON Schemas: each event by its kind, each facet by what it names."""

import copy
import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource

from plangate.analysis.landscape import Landscape
from plangate.exchange.lineage.naming import names
from plangate.exchange.openlineage import FACETS, Told, events
from plangate.reading.portfolio import read_portfolio

ROOT = Path(__file__).parents[2]
SCHEMAS = sorted((ROOT / "tests" / "data" / "openlineage").glob("*.json"))

Data = dict[str, Any]


@cache
def registry() -> "Registry[Any]":
    read = [json.loads(path.read_text("utf-8")) for path in SCHEMAS]
    return Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in read])


def check(value: Any, schema: str) -> None:
    Draft202012Validator({"$ref": schema}, registry=registry()).validate(value)


def check_whole(event: Data) -> None:
    check(event, event["schemaURL"])
    for _, facet in facets(event):
        check(facet, facet["_schemaURL"])


def facets(event: Data) -> Iterator[tuple[str, Data]]:
    for holder in (event.get("job", {}), event.get("dataset", {}), *event.get("inputs", ()), *event.get("outputs", ())):
        yield from holder.get("facets", {}).items()


@cache
def told() -> tuple[Data, ...]:
    portfolio = read_portfolio(ROOT / "plans", ROOT / "references")
    land = Landscape(portfolio.plans)
    return events(Told(land.atlas, names(land.atlas, land.atlas), land.columns), date(2026, 11, 23))


def test_every_event_keeps_to_the_schema_of_its_kind() -> None:
    assert len(told()) > 80
    for event in told():
        check(event, event["schemaURL"])


def test_every_facet_keeps_to_the_schema_that_it_names() -> None:
    seen = set()
    for event in told():
        for name, facet in facets(event):
            # The schema of a facet's file says under which name an event holds it.
            check({name: facet}, facet["_schemaURL"].partition("#")[0])
            check(facet, facet["_schemaURL"])
            seen.add(facet["_schemaURL"])
    assert seen >= {FACETS[name] for name in ("LineageJobFacet", "LineageDatasetFacet", "ColumnLineageDatasetFacet")}


def test_every_schema_that_is_named_is_here() -> None:
    assert {url.partition("#")[0] for url in FACETS.values()} <= set(registry())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda event: event.pop("eventTime"),
        lambda event: event.update(eventTime=7),
        lambda event: event["job"].pop("namespace"),
        lambda event: event["job"]["facets"]["jobType"].pop("integration"),
        lambda event: event["job"]["facets"]["lineage"]["entries"][0].pop("type"),
    ],
)
def test_what_the_schema_forbids_is_seen(spoil: Any) -> None:
    event = copy.deepcopy(next(one for one in told() if "job" in one))
    spoil(event)
    with pytest.raises(ValidationError):
        check_whole(event)

"""Events of OpenLineage: built anew from the published client's classes, field by field, they come out the same."""

import json
import types
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attr
import pytest
import yaml
from msgspec.structs import replace
from openlineage.client.generated import (
    base,
    column_lineage_dataset,
    documentation_dataset,
    documentation_job,
    job_type_job,
    lineage,
    ownership_dataset,
    ownership_job,
    schema_dataset,
    source_code_location_job,
)
from openlineage.client.serde import Serde
from tests.analysis.plans import plan

from plangate.analysis.landscape import Landscape
from plangate.exchange.lineage.naming import names
from plangate.exchange.openlineage import FACETS, PRODUCER, Told, events
from plangate.reading.portfolio import Portfolio, read_portfolio

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 23)
JOB: Mapping[str, type] = {
    "jobType": job_type_job.JobTypeJobFacet,
    "ownership": ownership_job.OwnershipJobFacet,
    "documentation": documentation_job.DocumentationJobFacet,
    "sourceCodeLocation": source_code_location_job.SourceCodeLocationJobFacet,
    "lineage": lineage.LineageJobFacet,
}
DATASET: Mapping[str, type] = {
    "schema": schema_dataset.SchemaDatasetFacet,
    "ownership": ownership_dataset.OwnershipDatasetFacet,
    "documentation": documentation_dataset.DocumentationDatasetFacet,
    "columnLineage": column_lineage_dataset.ColumnLineageDatasetFacet,
    "lineage": lineage.LineageDatasetFacet,
}
EVENTS: Mapping[str, type] = {"job": base.JobEvent, "dataset": base.DatasetEvent}


def built(kind: Any, data: Any, facets: Mapping[str, type]) -> Any:
    """Build a value of the client from JSON; a key or type that it does not know fails."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return _chosen(args, data, facets)
    if origin is Literal:
        assert data in args
        return data
    if origin is list:
        assert isinstance(data, list)
        return [built(args[0], item, facets) for item in data]
    if origin is dict:
        assert isinstance(data, dict)
        if args[1] in {base.JobFacet, base.DatasetFacet}:
            return {name: built(facets[name], value, facets) for name, value in data.items()}
        return {name: built(args[1], value, facets) for name, value in data.items()}
    if attr.has(kind):
        return _made(kind, data, facets)
    assert type(data) is kind
    return data


def _chosen(kinds: tuple[Any, ...], data: Any, facets: Mapping[str, type]) -> Any:
    known = [kind for kind in kinds if kind is not type(None)]
    if isinstance(data, dict) and len(known) > 1:
        wanted = str(data["type"]).title()
        known = [kind for kind in known if wanted in kind.__name__.removeprefix("Lineage")]
    assert len(known) == 1
    return built(known[0], data, facets)


def _made(kind: type, data: Any, facets: Mapping[str, type]) -> Any:
    assert isinstance(data, dict)
    fields = {field.name: field for field in attr.fields(kind)}
    assert set(data) <= set(fields), f"{kind.__name__} has no {sorted(set(data) - set(fields))}"
    hints = _hints(kind)
    made = kind(
        **{
            fields[name].alias or name: built(hints[name], value, facets)
            for name, value in data.items()
            if fields[name].init
        }
    )
    for name, value in data.items():
        if not fields[name].init:
            assert getattr(made, name) == value, f"{kind.__name__}.{name}"
    return made


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def told(portfolio: Portfolio) -> Told:
    """Give what the plans that stand are told by."""
    land = Landscape(portfolio.plans)
    return Told(land.atlas, names(land.atlas, land.atlas), land.columns)


@pytest.fixture(scope="module")
def samples() -> tuple[dict[str, Any], ...]:
    """The events of the sample plans."""
    return events(told(read_portfolio(ROOT / "plans", ROOT / "references")), DAY)


def rebuilt(event: dict[str, Any]) -> Any:
    """Send an event through the client and take it out again, without what the client adds of itself."""
    ((part, kind),) = ((part, kind) for part, kind in EVENTS.items() if part in event)
    made = built(kind, event, JOB if part == "job" else DATASET)
    return Serde.to_dict(made)


def filled(whole: Any, event: Any) -> Any:
    """Leave of what the client wrote out only what is no empty default that we did not write."""
    if isinstance(whole, dict):
        return {
            name: filled(value, event.get(name) if isinstance(event, dict) else None)
            for name, value in whole.items()
            if value not in ({}, []) or (isinstance(event, dict) and name in event)
        }
    if isinstance(whole, list):
        return [filled(value, entry) for value, entry in zip(whole, event, strict=True)]
    return whole


def test_every_event_comes_out_of_the_client_as_it_went_in(samples: tuple[dict[str, Any], ...]) -> None:
    assert len(samples) > 60
    for event in samples:
        assert filled(rebuilt(event), event) == event


def test_all_facets_occur_and_name_the_published_schema(samples: tuple[dict[str, Any], ...]) -> None:
    found = set()
    for event in samples:
        part, known = ("job", JOB) if "job" in event else ("dataset", DATASET)
        for name, facet in event[part]["facets"].items():
            found.add(known[name].__name__)
            assert facet["_schemaURL"] == known[name]._get_schema()  # type: ignore[attr-defined]
            assert facet["_producer"] == PRODUCER
    assert found | {"SourceCodeLocationJobFacet"} == set(FACETS)


def test_every_pipeline_and_dataset_once_on_the_day(samples: tuple[dict[str, Any], ...]) -> None:
    portfolio = read_portfolio(ROOT / "plans", ROOT / "references")
    jobs = [(event["job"]["namespace"], event["job"]["name"]) for event in samples if "job" in event]
    assert sorted(jobs) == sorted(
        (f"plangate://{one.id}", pipeline.id)
        for one in portfolio.plans
        for pipeline in (one.ingestion.pipelines if one.ingestion else ())
    )
    datasets = [(event["dataset"]["namespace"], event["dataset"]["name"]) for event in samples if "dataset" in event]
    assert len(set(datasets)) == len(datasets)
    used = {
        (end["namespace"], end["name"])
        for event in samples
        if "job" in event
        for end in (*event["inputs"], *event["outputs"])
    }
    assert used <= set(datasets)
    assert ("bigquery", "acme-commerce.mart.fct_orders") in datasets
    assert {event["eventTime"] for event in samples} == {"2026-11-23T00:00:00Z"}


def test_the_same_bytes_again(samples: tuple[dict[str, Any], ...]) -> None:
    again = events(told(read_portfolio(ROOT / "plans", ROOT / "references")), DAY)
    assert json.dumps(again) == json.dumps(samples)


SMALL = {
    "sources": "sources: [{id: shop, datasets: [{id: shop.orders, description: Orders,"
    " columns: [{name: id, type: bigint}, {name: mail}]}]}]\n",
    "ingestion": """
pipelines:
  - {id: load, kind: ingest, pattern: cdc, inputs: [shop.orders], outputs: [raw.orders]}
  - {id: build, kind: transform, engine: dbt, owner: mart_team, description: "Builds", entrypoint: models/orders.sql,
     inputs: [raw.orders, raw.other], outputs: [mart.orders, mart.rest]}
  - {id: click, kind: ingest, pattern: stream, inputs: [shop.orders], outputs: [raw.clicks]}
  - {id: nightly, pattern: cdc, schedule: {cron: "0 1 * * *", timezone: Etc/UTC}, outputs: [raw.night]}
""",
    "modeling": """
layers: [{id: stage}, {id: marts}]
models:
  - {id: stg.orders, layer: stage, depends_on: [raw.orders]}
  - id: mart.orders
    layer: marts
    owner: mart_team
    depends_on: [stg.orders]
    columns:
      - {name: id, type: bigint, description: The key, from: ["shop.orders#id"], transform: identity}
      - {name: mail, from: ["shop.orders#mail"], transform: transformation, masking: hash}
      - {name: day, from: ["shop.orders#id"], transform: group_by}
      - {name: made}
""",
}


@pytest.fixture
def small(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """The parts of the events of a small plan by the name of job or dataset."""
    one = plan(tmp_path, **SMALL)
    land = Landscape((one,))
    made = events(Told(land.atlas, names(land.atlas, land.atlas), land.columns), DAY)
    return {(event.get("job") or event["dataset"])["name"]: event for event in made}


@pytest.mark.parametrize(
    ("job", "processing", "integration"),
    [
        ("load", "STREAMING", "PLANGATE"),
        ("build", "BATCH", "DBT"),
        ("click", "STREAMING", "PLANGATE"),
        ("nightly", "BATCH", "PLANGATE"),
    ],
)
def test_how_jobs_work(small: dict[str, dict[str, Any]], job: str, processing: str, integration: str) -> None:
    facet = small[job]["job"]["facets"]["jobType"]
    assert (facet["processingType"], facet["integration"]) == (processing, integration)


def test_a_job_says_what_each_output_rests_on(small: dict[str, dict[str, Any]]) -> None:
    event = small["build"]
    assert [entry["name"] for entry in event["inputs"]] == ["raw.orders", "raw.other"]
    facets = event["job"]["facets"]
    assert {entry["name"]: [one["name"] for one in entry["inputs"]] for entry in facets["lineage"]["entries"]} == {
        "mart.orders": ["raw.orders"],
        "mart.rest": ["raw.orders", "raw.other"],
    }
    assert facets["ownership"]["owners"] == [{"name": "team:mart_team", "type": "OWNER"}]
    assert facets["documentation"]["description"] == "Builds"
    assert small["load"]["job"]["facets"]["ownership"]["owners"][0]["name"] == "team:data_team"


def test_columns_come_with_what_is_done_to_them(small: dict[str, dict[str, Any]]) -> None:
    facets = small["mart.orders"]["dataset"]["facets"]
    assert facets["schema"]["fields"] == [
        {"name": "id", "type": "bigint", "description": "The key"},
        {"name": "mail"},
        {"name": "day"},
        {"name": "made"},
    ]
    done = {name: field["inputFields"][0] for name, field in facets["columnLineage"]["fields"].items()}
    assert {name: (one["field"], one["transformations"][0]) for name, one in done.items()} == {
        "id": ("id", {"type": "DIRECT", "subtype": "IDENTITY", "masking": False}),
        "mail": ("mail", {"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": True}),
        "day": ("id", {"type": "INDIRECT", "subtype": "GROUP_BY", "masking": False}),
    }
    assert [one["name"] for one in facets["lineage"]["inputs"]] == ["stg.orders"]
    assert set(facets["lineage"]["fields"]) == {"id", "mail", "day"}
    assert small["shop.orders"]["dataset"]["facets"]["documentation"]["description"] == "Orders"


@pytest.mark.parametrize(
    ("code", "place"),
    [
        (
            "code: [{repo: 'https://git.example/acme/dbt', path: models}]\n",
            {
                "type": "git",
                "url": "https://git.example/acme/dbt",
                "repoUrl": "https://git.example/acme/dbt",
                "path": "models/orders.sql",
            },
        ),
        ("code: [{repo: acme/dbt, path: models}]\n", None),
        ("code: [{repo: 'https://git.example/a'}, {repo: 'https://git.example/b'}]\n", None),
    ],
)
def test_code_is_named_where_there_is_one_address(tmp_path: Path, code: str, place: dict[str, str] | None) -> None:
    one = plan(tmp_path, **SMALL)
    header = type(one.header).model_validate({**one.header.model_dump(by_alias=True), **yaml.safe_load(code)})
    land = Landscape((replace(one, header=header),))
    made = events(Told(land.atlas, names(land.atlas, land.atlas), land.columns), DAY)
    (facets,) = (event["job"]["facets"] for event in made if event.get("job", {}).get("name") == "build")
    found = facets.get("sourceCodeLocation")
    assert (found and {name: value for name, value in found.items() if name[0] != "_"}) == place
    assert all(filled(rebuilt(event), event) == event for event in made)


def test_a_part_tells_its_datasets_and_what_builds_them(tmp_path: Path) -> None:
    land = Landscape((plan(tmp_path, **SMALL),))
    only = frozenset({"mart.orders"})
    made = events(Told(land.atlas, names(land.atlas, land.atlas), land.columns, only), DAY)
    assert [(event.get("job") or event["dataset"])["name"] for event in made] == ["build", "mart.orders"]


def _broken() -> Iterator[tuple[str, Any]]:
    yield "job", {"namespace": "a", "name": 3, "facets": {}}
    yield "job", {"namespace": "a", "name": "b", "facets": {"jobType": {"processingType": "BATCH"}}}
    yield "job", {"namespace": "a", "name": "b", "colour": "red"}
    yield "dataset", {"namespace": "a"}
    yield "dataset", {"namespace": "a", "name": "b", "facets": {"schema": {"_schemaURL": "elsewhere", "fields": []}}}


@pytest.mark.parametrize(("part", "content"), list(_broken()))
def test_the_way_through_the_client_notices_what_is_wrong(part: str, content: Any) -> None:
    head = {"eventTime": "2026-11-23T00:00:00Z", "producer": PRODUCER}
    with pytest.raises((AssertionError, TypeError)):
        rebuilt({**head, part: content})

"""Lineage, derived elements, references and mandatory sections of small plans."""

from pathlib import Path

import pytest

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.states import gate_state, plan_state
from plangate.model.plan import Plan

from .plans import POLICY, plan

CONTEXT = """
problem: Two numbers for one thing, from two exports.
consumers:
  - {id: report, name: Weekly report, type: dashboard, owner: data_team, reads: [mart.orders], freshness: 2 h}
  - {id: export, type: export, owner: data_team, reads: [mart.orders], freshness: 90 min}
"""
SOURCES = """
sources: [{id: shop_db, owner: data_team, datasets: [{id: shop_db.orders}]}]
freshness: from_consumers
"""
INGESTION = """
pipelines:
  - {id: load, kind: ingest, inputs: [shop_db.orders], outputs: [raw.orders]}
  - {id: build, kind: transform, inputs: [raw.orders], outputs: [mart.orders]}
"""
MODELING = """
layers: [{id: staging}, {id: marts, reads: [staging]}]
models:
  - {id: stg.orders, layer: staging, depends_on: [raw.orders]}
  - id: mart.orders
    layer: marts
    grain: [order_id]
    depends_on: [stg.orders]
    columns:
      - {name: order_id, type: string, nullable: false}
      - {name: country, type: string, values: [DE, AT]}
"""
QUALITY = "derive: [unique, not_null, accepted_values, freshness, row_count]\n"
OPERATIONS = (
    "lineage: {edges: [{from: shop_db.orders, to: mart.orders, omit: true}, {from: raw.orders, to: mart.other}]}\n"
)


def facts(read: Plan) -> Facts:
    return Facts(read, POLICY, Landscape((read,)))


def full(folder: Path, **more: str) -> Plan:
    gates = {"context": CONTEXT, "sources": SOURCES, "ingestion": INGESTION, "modeling": MODELING, "quality": QUALITY}
    return plan(folder, **{**gates, **more})


def test_edges_follow_models_and_pipelines_lend_their_names(tmp_path: Path) -> None:
    graph = facts(full(tmp_path)).lineage
    assert [(edge.source, edge.target, edge.via) for edge in graph.edges] == [
        ("mart.orders", "consumer:export", ""),
        ("mart.orders", "consumer:report", ""),
        ("raw.orders", "stg.orders", ""),
        ("shop_db.orders", "raw.orders", "load"),
        ("stg.orders", "mart.orders", "build"),
    ]
    assert [name for name, _ in graph.layers] == ["sources", "raw", "staging", "marts", "consumers"]
    assert graph.upstream("consumer:report") == {"mart.orders", "stg.orders", "raw.orders", "shop_db.orders"}
    assert graph.downstream("raw.orders") == {"stg.orders", "mart.orders", "consumer:report", "consumer:export"}
    assert graph.cycle == ()
    assert graph.by_id["mart.orders"].critical


def test_overrides_add_and_omit_edges(tmp_path: Path) -> None:
    graph = facts(full(tmp_path, operations=OPERATIONS)).lineage
    assert ("raw.orders", "mart.other") in {(edge.source, edge.target) for edge in graph.edges}


def test_a_cycle_is_named(tmp_path: Path) -> None:
    text = MODELING.replace("depends_on: [raw.orders]", "depends_on: [raw.orders, mart.orders]")
    assert set(facts(full(tmp_path, modeling=text)).lineage.cycle) == {"stg.orders", "mart.orders"}


def test_derived_checks_and_promises(tmp_path: Path) -> None:
    derived = facts(full(tmp_path)).derived
    assert sorted((check.id, check.kind) for check in derived.checks) == [
        ("orders_country_accepted_values", "accepted_values"),
        ("orders_freshness", "freshness"),
        ("orders_order_id_not_null", "not_null"),
        ("orders_order_id_unique", "unique"),
        ("orders_row_count", "row_count"),
    ]
    assert [(p.dataset, str(p.target), p.consumer) for p in derived.promises] == [("mart.orders", "90 min", "export")]
    assert derived.critical == {"mart.orders"}


def test_an_authored_check_replaces_the_derived_one(tmp_path: Path) -> None:
    text = QUALITY + "checks: [{id: orders_order_id_unique, dataset: mart.orders, kind: unique}]\n"
    derived = facts(full(tmp_path, quality=text)).derived
    assert "orders_order_id_unique" not in {check.id for check in derived.checks}


def test_everything_resolves(tmp_path: Path) -> None:
    assert facts(full(tmp_path)).references.unresolved == ()


@pytest.mark.parametrize(
    ("gate", "old", "new", "text", "near"),
    [
        (
            "context",
            "reads: [mart.orders], freshness: 2 h",
            "reads: [mart.order], freshness: 2 h",
            "mart.order",
            "mart.orders",
        ),
        ("modeling", "depends_on: [stg.orders]", "depends_on: [stg.nothing_like_it]", "stg.nothing_like_it", None),
    ],
)
def test_what_does_not_resolve(tmp_path: Path, gate: str, old: str, new: str, text: str, near: str | None) -> None:
    changed = {"context": CONTEXT, "modeling": MODELING}[gate].replace(old, new)
    (missing,) = facts(full(tmp_path, **{gate: changed})).references.unresolved
    assert (missing.gate, missing.use.text, missing.near) == (gate, text, near)


def test_ids_that_stand_twice(tmp_path: Path) -> None:
    text = INGESTION.replace("id: build", "id: load")
    (twice,) = facts(full(tmp_path, ingestion=text)).references.duplicates()
    assert (twice.kind, twice.id, twice.path, twice.first_path) == (
        "pipeline",
        "load",
        ("pipelines", 1),
        ("pipelines", 0),
    )


def verdicts(read: Plan, gate: str) -> dict[str, str]:
    return {state.section.path: state.verdict for state in facts(read).mandatory if state.gate == gate}


def test_sections_filled_missing_and_waiting(tmp_path: Path) -> None:
    read = full(tmp_path, contracts="contracts: [{dataset: mart.orders, compatibility: none}]\n")
    assert verdicts(read, "context")["problem"] == "filled"
    assert verdicts(read, "context")["metrics"] == "missing"
    assert verdicts(read, "contracts")["contracts.*.compatibility"] == "filled"
    assert verdicts(read, "contracts")["contracts.*.consumers"] == "missing"
    assert verdicts(read, "contracts")["evolution.migrations"] == "waiting"
    assert verdicts(read, "quality")["checks"] == "filled"
    assert verdicts(read, "bundle")["risks"] == "missing"


def test_sections_declined_where_they_may_be(tmp_path: Path) -> None:
    read = full(
        tmp_path, cutover='backfill: {not_applicable: "Nothing to fill"}\ncutover: {not_applicable: "No switch"}\n'
    )
    assert verdicts(read, "cutover")["backfill"] == "not_applicable"
    assert verdicts(read, "cutover")["cutover"] == "not_applicable_refused"


def test_placeholders_fill_nothing(tmp_path: Path) -> None:
    read = full(tmp_path, context="problem: TBD\nscope: {in: [orders], out: []}\n")
    assert verdicts(read, "context")["problem"] == "missing"
    assert verdicts(read, "context")["scope.in"] == "filled"
    assert verdicts(read, "context")["scope.out"] == "missing"


@pytest.mark.parametrize(
    ("present", "blocked", "state"),
    [(False, frozenset(), "missing"), (True, frozenset({"context"}), "draft"), (True, frozenset(), "ready")],
)
def test_gate_states_of_a_draft(tmp_path: Path, present: bool, blocked: frozenset[str], state: str) -> None:
    assert gate_state(full(tmp_path), "context", present, blocked) == state


def test_plan_state_of_a_draft(tmp_path: Path) -> None:
    assert plan_state(full(tmp_path), ("ready", "missing"), True) == "draft"

"""The graph of the first plan, and of the samples: cut, closed to a circle, overridden, traced by column."""

from pathlib import Path

import pytest

from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .judging import Changes, judged, sample, told, verdicts
from .test_rules import TODAY, first_plan

MODELS, LOADS, CONTEXT, OPERATIONS = "05-modeling.yml", "04-ingestion.yml", "01-context.yml", "08-operations.yml"
COVERAGE = "lineage: {coverage: {critical: 100 %}}"


def overridden(text: str) -> tuple[str, str, str]:
    return OPERATIONS, COVERAGE, f"lineage: {{coverage: {{critical: 100 %}}, {text}}}"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        (
            [(MODELS, "depends_on: [raw.orders]", "depends_on: [mart.orders]")],
            [("models[0]", "These datasets wait for each other: stg.orders → mart.orders → stg.orders")],
        ),
        (
            [
                (MODELS, "depends_on: [raw.orders]", "depends_on: [raw.orders, mart.orders]"),
                overridden("edges: [{from: mart.orders, to: stg.orders, feedback: true}]"),
            ],
            [],
        ),
        (
            [(LOADS, "inputs: [shop_db.orders]", "inputs: []")],
            [("models[0].depends_on[0]", "Nothing feeds raw.orders: no pipeline writes it from anything, no model "
              "builds it, it is no source's")],
        ),
        (
            [(LOADS, "outputs: [raw.orders]", "outputs: [raw.orders, raw.coupons]")],
            [("pipelines[0].outputs[1]", "Nobody reads raw.coupons")],
        ),
    ],
)  # fmt: skip
def test_the_graph_is_whole(tmp_path: Path, changes: Changes, found: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "LIN001", changes)) == found


def test_another_plan_is_a_reader_too(tmp_path: Path) -> None:
    reader = "sources: [{id: coupons, datasets: [{id: raw.coupons}]}]\n"
    edits = (
        Edit("plan.yml", "tier: C", "tier: B"),
        Edit(LOADS, "outputs: [raw.orders]", "outputs: [raw.orders, raw.coupons]"),
        Edit("../second-plan/plan.yml", None, "id: second-plan\ntitle: Another plan\n"),
        Edit("../second-plan/02-sources.yml", None, reader),
    )
    report = check(read_portfolio(first_plan(tmp_path, edits)), today=TODAY, preset="strict", rules=["LIN001"])
    assert not report.findings


@pytest.mark.parametrize(
    ("override", "found"),
    [
        ("nodes: [{id: mart.orders, layer: marts}, {id: load_orders}, {id: shop_db}]", []),
        (
            "nodes: [{id: mart.refunds, layer: marts}]",
            [("lineage.nodes[0].id", "Lineage node `mart.refunds` is declared in no other gate")],
        ),
        ("edges: [{from: raw.orders, to: mart.orders}]", []),
        ("edges: [{from: stg.orders, to: mart.orders, omit: true}]", []),
        (
            "edges: [{from: stg.orders, to: mart.orders}]",
            [("lineage.edges[0]", "The edge from stg.orders to mart.orders follows from the gates already")],
        ),
        (
            "edges: [{from: raw.orders, to: mart.orders, omit: true}]",
            [
                (
                    "lineage.edges[0]",
                    "The edge from raw.orders to mart.orders is left out, but no gate implies it",
                )
            ],
        ),
    ],
)
def test_overrides_speak_of_what_is_there(tmp_path: Path, override: str, found: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "LIN002", [overridden(override)])) == found


COUPONS = (LOADS, "outputs: [raw.orders]", "outputs: [raw.orders, raw.coupons]")


@pytest.mark.parametrize(
    ("override", "found"),
    [
        ("nodes: [{id: load_orders}, {id: shop_db}, {id: stock_report}]", []),
        ("edges: [{from: shop_db, to: mart.orders}]", []),
        ("edges: [{from: raw.coupons, to: build_orders}]", []),
        ("edges: [{from: raw.coupons, to: stock_report}]", []),
        (
            "edges: [{from: shop_db, to: raw.orders}]",
            ["The edge from shop_db to raw.orders follows from the gates already"],
        ),
        (
            "edges: [{from: load_orders, to: raw.orders}]",
            ["The edge from load_orders to raw.orders follows from the gates already"],
        ),
        ("edges: [{from: mart.orders, to: stock_report, omit: true}]", ["Nobody reads mart.orders"]),
        (
            "edges: [{from: stg.orders, to: stock_report, omit: true}]",
            ["The edge from stg.orders to stock_report is left out, but no gate implies it"],
        ),
    ],
)
def test_overrides_name_sources_pipelines_and_consumers(tmp_path: Path, override: str, found: list[str]) -> None:
    """What no override leads on is told in each case: nobody reads the second dataset that is loaded."""
    changes = [overridden(override), COUPONS]
    messages = [message for _, message in told(judged(tmp_path, "LIN001 LIN002", changes))]
    led = "from: raw.coupons" in override
    assert sorted(messages) == sorted([*found, *(["Nobody reads raw.coupons"] if not led else [])])


@pytest.mark.parametrize(
    ("physical", "messages"),
    [
        ("{namespace: bigquery, name: acme.mart.orders}", []),
        ('{namespace: "kafka://events:9092", name: web.clicks}', []),
        ('{namespace: "s3://lake", name: orders/daily}', []),
        ("{namespace: bigquery, name: orders}", ["`orders` has 1 part; a name under bigquery has 3"]),
        ("{namespace: Big Query, name: acme.mart.orders}", ["`Big Query` is no namespace of OpenLineage"]),
        ('{namespace: "azurecosmos://acme.documents.azure.com/dbs/crm", name: colls/accounts}', []),
        ('{namespace: "azurecosmos://acme.documents.azure.com/dbs/crm", name: /colls/accounts}', []),
        ('{namespace: "azurecosmos://acme/dbs/crm", name: crm.accounts}',
         ["`crm.accounts` is no name under azurecosmos"]),
        ('{namespace: "azurecosmos://acme", name: colls/accounts}',
         ["`azurecosmos://acme` is no namespace of OpenLineage"]),
        ('{namespace: "arn:aws:glue:eu-west-1:123456789012", name: table/crm/accounts}', []),
        ('{namespace: "arn:aws:glue:eu-west-1:123456789012", name: crm.accounts}',
         ["`crm.accounts` is no name under glue"]),
        ('{namespace: "arn:aws:s3:::lake", name: crm}', ["`arn:aws:s3:::lake` is no namespace of OpenLineage"]),
        ('{namespace: "azurekusto://acme.kusto.windows.net", name: crm/accounts}', []),
        ('{namespace: pubsub, name: "topic:acme:orders"}', []),
        ("{namespace: file, name: /srv/orders.csv}", []),
        ("{namespace: lakehouse, name: orders}", []),
        ("{namespace: postgres, name: shop.public.orders}", ["`postgres` is no namespace of OpenLineage"]),
        ('{namespace: "postgres://db:5432", name: ".."}', ["`..` has a part that is empty"]),
        ('{namespace: "s3://lake"}', ["A namespace stands without the name of the dataset in it"]),
        ("{name: acme.mart.orders}", ["`` is no namespace of OpenLineage"]),
    ],
)  # fmt: skip
def test_physical_names(tmp_path: Path, physical: str, messages: list[str]) -> None:
    described = "    description: One row per order.\n"
    change = (MODELS, described, f"{described}    physical: {physical}\n")
    assert [message for _, message in told(judged(tmp_path, "LIN003", [change]))] == messages


ORDER_ID = 'from: ["stg.orders#order_id"], transform: identity, '


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ([], []),
        (
            [(MODELS, ORDER_ID, "")],
            ["Column mart.orders#order_id holds metric daily_orders and does not lead back to a column of a source"],
        ),
        (
            [(MODELS, 'from: ["raw.orders#id"], transform: identity', "description: The number")],
            ["Column mart.orders#order_id holds metric daily_orders and does not lead back to a column of a source"],
        ),
        (
            [(MODELS, "{name: status,", "{name: status, pii: true,")],
            ["Column mart.orders#status holds personal data and does not lead back to a column of a source"],
        ),
    ],
)
def test_metrics_and_personal_data_are_traced(tmp_path: Path, changes: Changes, messages: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "LIN004", changes))] == messages


@pytest.mark.parametrize("rule", ["LIN001", "SRC009", "CUT013"])
def test_a_refused_input_leaves_the_graph_undetermined(tmp_path: Path, rule: str) -> None:
    found = judged(tmp_path, rule, [(LOADS, "inputs: [shop_db.orders]", "inputs: shop_db.orders")])
    assert all(finding.verdict == "undetermined" for finding in found)
    assert found


@pytest.mark.parametrize("plan", ["orders-mart", "clickstream-sessions", "jaffle-shop", "ledger-migration"])
def test_the_samples_hold(tmp_path: Path, plan: str) -> None:
    rules = "LIN001 LIN002 LIN003 LIN004 TRN001 TRN002 TRN005 TRN007 TRN011 TRN012 SRC009 SRC010 CTX007 ING006"
    assert verdicts(sample(tmp_path, plan, rules)) == []

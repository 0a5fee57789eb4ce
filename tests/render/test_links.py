"""Addresses: built from ids, relative, and left out where nothing is known."""

import pytest

from plangate.analysis.facts import Facts
from plangate.render.links import Links, anchor, place_anchor, relative_to

from .conftest import LinksOf


@pytest.mark.parametrize(
    ("here", "path", "link"),
    [
        ("plans/a/cutover/", "plans/a/", "../"),
        ("plans/a/cutover/", "plans/a/cutover/", "./"),
        ("plans/a/", "plans/a/runbook/", "runbook/"),
        ("plans/a/cutover/", "plans/b/sources/", "../../b/sources/"),
        ("plans/a/cutover/", "rules/CUT001/", "../../../rules/CUT001/"),
        ("", "plans/a/", "plans/a/"),
        ("guide/format.html", "plans/index.json", "../plans/index.json"),
        ("plans/a/", "", "../../"),
    ],
)
def test_links_are_relative_to_the_page(here: str, path: str, link: str) -> None:
    assert relative_to(here)(path) == link


@pytest.mark.parametrize(
    ("kinds", "name", "href"),
    [
        (("alert",), "orders_page", "../operations/#pg-alert-orders_page"),
        (("dataset",), "mart.fct_orders", "../modeling/#pg-dataset-mart-fct_orders"),
        (("model",), "mart.fct_orders", "../modeling/#pg-dataset-mart-fct_orders"),
        (("column",), "mart.fct_orders#net_revenue", "../modeling/#pg-dataset-mart-fct_orders"),
        (("dataset",), "raw.shop_orders", "../lineage/#pg-dataset-raw-shop_orders"),
        (("step",), "s01", "#pg-step-s01"),
        (("check", "reconciliation"), "revenue_vs_ledger", "../quality/#pg-reconciliation-revenue_vs_ledger"),
        (("check",), "fct_orders_order_id_unique", "../quality/#pg-check-fct_orders_order_id_unique"),
        (("plan",), "clickstream-sessions", "../../clickstream-sessions/"),
        (("plan",), "unknown", None),
        (("team",), "commerce_data", None),
        (("alert",), "nobody", None),
    ],
)
def test_references_lead_to_their_element(
    links_of: LinksOf, kinds: tuple[str, ...], name: str, href: str | None
) -> None:
    assert links_of("orders-mart", "cutover").element(kinds, name) == href


def test_anchors_have_no_dots_and_models_are_datasets() -> None:
    assert anchor("model", "mart.fct_orders") == anchor("dataset", "mart.fct_orders") == "pg-dataset-mart-fct_orders"


@pytest.mark.parametrize(
    ("gate", "path", "name"),
    [
        ("cutover", ("cutover", "steps", 0, "expected"), "pg-step-s01"),
        ("cutover", ("backfill", 0, "range", "start"), "pg-backfill-orders_history"),
        ("capacity", ("cost", "lines", 0), "pg-cost"),
        ("sources", ("sources", 0, "datasets", 0, "growth"), "pg-dataset-shop_db-orders"),
        ("context", (), ""),
    ],
)
def test_a_path_leads_to_the_nearest_anchor(orders: Facts, gate: str, path: tuple[str | int, ...], name: str) -> None:
    assert place_anchor(orders.plan, gate, path) == name


def test_formulas_are_linked_where_a_page_lists_them() -> None:
    links = Links("orders-mart", relative_to("plans/orders-mart/"), formulas="../../capacity-formulas/")
    assert links.formula("peak_rate") == "../../capacity-formulas/#formula-peak_rate"
    assert Links("orders-mart", relative_to("plans/orders-mart/")).formula("peak_rate") is None

"""Models of the first plan, changed until a rule speaks."""

from itertools import pairwise
from pathlib import Path

import pytest

from .judging import Changes, judged, told, verdicts

MODELS, LOADS, CONTEXT, SOURCES = "05-modeling.yml", "04-ingestion.yml", "01-context.yml", "02-sources.yml"
STAGING = "depends_on: [raw.orders], materialized: view"


def model(name: str, reads: str, more: str = "materialized: table") -> str:
    return (
        f"  - {{id: {name}, layer: marts, description: Orders again., grain: [order_id], owner: data_team, "
        f"depends_on: [{reads}], {more}}}\n"
    )


def added(*models: str) -> tuple[str, str, str]:
    return MODELS, "change_policy:", "".join(models) + "change_policy:"


def test_a_model_may_be_built_from_nothing(tmp_path: Path) -> None:
    assert judged(tmp_path, "TRN001", [(MODELS, "depends_on: [raw.orders], ", "depends_on: [], ")]) == []


@pytest.mark.parametrize(
    ("old", "name"),
    [
        ("layer: staging, ", "layer"),
        ("grain: [order_id], owner", "grain"),
        ("owner: data_team, depends_on: [raw.orders], ", "owner"),
        (", materialized: view", "materialized"),
        ("depends_on: [raw.orders], ", "depends_on"),
    ],
)
def test_each_field_is_asked_for(tmp_path: Path, old: str, name: str) -> None:
    new = {"grain": "owner", "owner": "depends_on: [raw.orders], "}.get(name, "")
    found = told(judged(tmp_path, "TRN001", [(MODELS, old, new)]))
    assert found == [(f"models[0].{name}", f"Model stg.orders does not say its `{name}`")]


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ([], []),
        (
            [(MODELS, "depends_on: [stg.orders]", "depends_on: [raw.orders]")],
            ["Model mart.orders of layer marts reads raw.orders of layer raw"],
        ),
        (
            [(MODELS, "depends_on: [stg.orders]", "depends_on: [shop_db.orders]")],
            ["Model mart.orders of layer marts reads shop_db.orders of layer raw"],
        ),
        (
            [added(model("mart.days", "mart.orders"))],
            ["Model mart.days of layer marts reads mart.orders of layer marts"],
        ),
        ([(MODELS, "{id: marts, reads: [staging]}", "{id: marts, reads: [staging, marts]}"),
          added(model("mart.days", "mart.orders"))], []),
    ],
)  # fmt: skip
def test_layers(tmp_path: Path, changes: Changes, messages: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "TRN002", changes))] == messages


def test_four_readers_are_many_and_three_are_not(tmp_path: Path) -> None:
    many = [model(f"mart.{name}", "stg.orders") for name in ("a1", "b1", "c1")]
    found = told(judged(tmp_path / "four", "TRN005", [added(*many)]))
    assert found == [("models[0]", "4 models read stg.orders: mart.a1, mart.b1, mart.c1, mart.orders")]
    assert told(judged(tmp_path / "three", "TRN005", [added(*many[:2])])) == []


def test_a_chain_of_views_is_counted_and_may_be_justified(tmp_path: Path) -> None:
    names = ["stg.orders", *(f"mart.v{place}" for place in range(1, 6))]
    views = [model(name, before, "materialized: view") for before, name in pairwise(names)]
    found = told(judged(tmp_path / "six", "TRN005", [added(*views)]))
    assert found == [("models[6].materialized", "6 views follow each other up to mart.v5")]
    views[-1] = model("mart.v5", "mart.v4", "materialized: view, justification: The last one is read once a month")
    assert told(judged(tmp_path / "said", "TRN005", [added(*views)])) == []
    views[-1] = model("mart.v5", "mart.v4", "materialized: view, justification: {of: the wrong kind}")
    assert verdicts(judged(tmp_path / "refused", "TRN005", [added(*views)])) == [("TRN005", "undetermined", None)]


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ([], []),
        (
            [(LOADS, "inputs: [raw.orders]", "inputs: [shop_db.orders]")],
            [
                "Pipeline build_orders builds models on raw.orders and does not name it among its inputs",
                "Pipeline build_orders names shop_db.orders as input, on which none of its models depends",
            ],
        ),
        (
            [(LOADS, "inputs: [raw.orders]", "inputs: [raw.orders, shop_db.orders]")],
            ["Pipeline build_orders names shop_db.orders as input, on which none of its models depends"],
        ),
        (
            [(LOADS, "inputs: [raw.orders]", "inputs: [stg.orders]")],
            [
                "Pipeline build_orders builds models on raw.orders and does not name it among its inputs",
                "Pipeline build_orders names stg.orders as input, on which none of its models depends",
            ],
        ),
    ],
)
def test_inputs_agree_with_models(tmp_path: Path, changes: Changes, messages: list[str]) -> None:
    assert sorted(message for _, message in told(judged(tmp_path, "TRN007", changes))) == messages


PERSONAL = (SOURCES, "personal_data: {columns: []}", 'personal_data: {columns: ["shop_db.orders#id"]}')
ORDER_ID = 'from: ["stg.orders#order_id"], transform: identity, '


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ([], []),
        ([PERSONAL], ["Column mart.orders#order_id holds personal data of shop_db.orders#id in the clear"]),
        ([PERSONAL, (MODELS, 'from: ["raw.orders#id"]', 'masking: hash, from: ["raw.orders#id"]')], []),
        (
            [PERSONAL, (MODELS, ORDER_ID, f"masking: hash, {ORDER_ID}")],
            ["Column stg.orders#order_id holds personal data of shop_db.orders#id in the clear"],
        ),
        ([PERSONAL, (MODELS, 'from: ["raw.orders#id"], transform: identity', "description: A number of ours")], []),
    ],
)
def test_personal_data_is_masked(tmp_path: Path, changes: Changes, messages: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "TRN011", changes))] == messages


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ([], []),
        ([(CONTEXT, "reads: [mart.orders]", "reads: [raw.orders]")], ["Nothing reads model mart.orders"]),
        ([added(model("mart.days", "stg.orders"))], ["Nothing reads model mart.days"]),
    ],
)
def test_dead_ends(tmp_path: Path, changes: Changes, messages: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "TRN012", changes))] == messages

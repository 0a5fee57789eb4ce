"""Versions, columns and keys of contracts, and the models behind them."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, sample, told

FILE, MODELS = "06-contracts.yml", "05-modeling.yml"
ORDER = "{name: order_id, type: string, nullable: false, description: Order number of the shop}"
DATE = "{name: order_date, type: date, nullable: false, description: Day of the order}"
STATUS = "{name: status, type: string, nullable: false, description: State of the order}"


def change(old: str, new: str) -> tuple[str, str, str]:
    return FILE, old, new


def listed(*columns: str) -> tuple[str, str, str]:
    return change("columns: from_model", f"columns: [{', '.join(columns)}]")


IN_FILE = change("columns: from_model", "columns: {file: contracts/orders.odcs.yaml}")
UNREAD = "The columns of the contract of mart.orders are not known: contracts/orders.odcs.yaml tells none"
WHO = "The contract of mart.orders"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([listed(ORDER, DATE, STATUS)], []),
        ([change("version: 1.0.0", "version: 1.0.0-rc.1")], []),
        ([change("version: 1.0.0", "version: 2026-11-01")],
         [("contracts[0].version", f"{WHO} has version 2026-11-01")]),
        ([change("    version: 1.0.0\n", "")], [("contracts[0].version", f"{WHO} has no `version`")]),
        ([change("    status: proposed\n", "")], [("contracts[0].status", f"{WHO} has no `status`")]),
        (
            [listed(ORDER.replace("nullable: false, ", ""), DATE)],
            [("contracts[0].columns[0].nullable", "Column order_id of the contract of mart.orders has no nullable")],
        ),
        (
            [listed(DATE, "{name: status}")],
            [
                (
                    "contracts[0].columns[1].type",
                    "Column status of the contract of mart.orders has no type, nullable and description",
                )
            ],
        ),
        (
            [(MODELS, ", description: Order number of the shop}", "}")],
            [("models[1].columns[0].description", "Column order_id of the contract of mart.orders has no description")],
        ),
        ([listed()], [("contracts[0].columns", f"{WHO} promises no column")]),
        ([change("  - dataset: mart.orders\n    version", "  - version")], [
            ("contracts[0].dataset", "Contract 1 has no `dataset`"),
            ("contracts[0].columns", "Contract 1 promises no column"),
        ]),
        ([change("dataset: mart.orders", "dataset: raw.orders")],
         [("contracts[0].columns", "The contract of raw.orders promises no column")]),
    ],
)  # fmt: skip
def test_contracts_are_described(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "CON002", changes)) == problems


NO_KEY = change("    primary_key: [order_id]\n", "")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([IN_FILE], []),
        ([NO_KEY], ["The contract of mart.orders does not say what makes a row unique"]),
        ([NO_KEY, listed(ORDER.replace("}", ", unique: true}"), DATE)], []),
        (
            [change("primary_key: [order_id]", "primary_key: [order_id, line]")],
            ["The key of the contract of mart.orders has line, which it does not promise"],
        ),
        ([listed(DATE)], ["The key of the contract of mart.orders has order_id, which it does not promise"]),
    ],
)
def test_keys_are_promised(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    assert told(judged(tmp_path, "CON003", changes)) == [("contracts[0].primary_key", message) for message in problems]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([listed(ORDER, DATE, STATUS)], []),
        ([listed(ORDER.replace("string", "varchar"), DATE, STATUS.replace("string", "TEXT"))], []),
        (
            [listed(ORDER.replace("string", "bigint"), DATE, STATUS)],
            [
                (
                    "contracts[0].columns[0].type",
                    "Column order_id is bigint in the contract of mart.orders and string in the model",
                )
            ],
        ),
        (
            [listed(ORDER, STATUS)],
            [("contracts[0].columns", "Column order_date of the model is missing in the contract of mart.orders")],
        ),
        (
            [listed(ORDER, DATE, STATUS, DATE.replace("order_date", "paid_on"))],
            [("contracts[0].columns[3]", "Column paid_on of the contract of mart.orders is none of the model")],
        ),
        (
            [change("dataset: mart.orders", "dataset: shop_db.orders")],
            [("contracts[0].dataset", "The contract of shop_db.orders is one of nothing that the plan builds")],
        ),
        ([change("dataset: mart.orders", "dataset: raw.orders")], []),
        ([listed(ORDER.replace("string", "Money"), DATE, STATUS)], [
            ("contracts[0].columns[0].type",
             "Column order_id is Money in the contract of mart.orders and string in the model")]),
    ],
)  # fmt: skip
def test_models_keep_contracts(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "CON009", changes)) == problems


@pytest.mark.parametrize(("rule", "changes"), [("CON002", []), ("CON003", [NO_KEY]), ("CON009", [])])
def test_columns_in_a_file_that_cannot_be_read_are_undetermined(tmp_path: Path, rule: str, changes: Changes) -> None:
    found = judged(tmp_path, rule, [IN_FILE, *changes])
    assert [(entry.verdict, entry.path, entry.message) for entry in found] == [
        ("undetermined", "contracts[0].columns.file", UNREAD)
    ]
    assert not any(entry.blocking for entry in found)


ODCS = "contracts/fct_orders.odcs.yaml"
CUSTOMER = "      - name: customer_id\n        logicalType: string\n        physicalType: STRING\n"


@pytest.mark.parametrize(
    ("rule", "old", "new", "problems"),
    [
        ("CON009", "      - name: item_count\n", "      - name: items\n", [
            ("contracts[0].columns", "Column item_count of the model is missing in the contract of mart.fct_orders"),
            ("contracts[0].columns.file", "Column items of the contract of mart.fct_orders is none of the model"),
        ]),
        ("CON009", CUSTOMER, CUSTOMER.replace("STRING", "INT64").replace("string", "integer"), [
            ("contracts[0].columns.file",
             "Column customer_id is INT64 in the contract of mart.fct_orders and string in the model"),
        ]),
        ("CON002", "        description: Customer number\n", "", [
            ("contracts[0].columns.file", "Column customer_id of the contract of mart.fct_orders has no description"),
        ]),
    ],
)  # fmt: skip
def test_columns_in_a_file_are_judged(
    tmp_path: Path, rule: str, old: str, new: str, problems: list[tuple[str, str]]
) -> None:
    assert sorted(told(sample(tmp_path, "orders-mart", rule, [(ODCS, old, new)]))) == problems


@pytest.mark.parametrize("rule", ["CON002", "CON003", "CON009"])
def test_a_refused_column_leaves_contracts_undetermined(tmp_path: Path, rule: str) -> None:
    refused = listed(ORDER, DATE.replace("nullable: false", "nullable: 7"), STATUS)
    assert {entry.verdict for entry in judged(tmp_path, rule, [refused])} == {"undetermined"}


def test_a_contract_of_what_is_unknown_is_told_by_the_reference(tmp_path: Path) -> None:
    found = judged(tmp_path, "CON009 GEN003", [change("dataset: mart.orders", "dataset: mart.order")])
    assert [(entry.rule, entry.cause) for entry in found if entry.gate == "contracts"] == [
        ("CON009", "GEN003"),
        ("GEN003", None),
    ]


def test_without_contracts_nothing_is_asked(tmp_path: Path) -> None:
    rules = "CON001 CON002 CON003 CON007 CON009 CON012"
    assert idle(tmp_path, rules, [(FILE, None, None)]) == 6


@pytest.mark.parametrize("plan", ["orders-mart", "clickstream-sessions", "jaffle-shop"])
def test_the_sample_plans_keep_their_contracts(tmp_path: Path, plan: str) -> None:
    assert told(sample(tmp_path, plan, "CON001 CON002 CON003 CON007 CON009 CON012")) == []

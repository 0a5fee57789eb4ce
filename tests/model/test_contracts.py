"""Gate contracts: the example of the plan format, its several forms, and what is refused where."""

import pytest

from plangate.model.contracts import ColumnsFile, Contracts, NoConsumerKnown, PinnedConsumer
from plangate.model.problem import path_text
from plangate.model.reference import uses
from plangate.reading import typed
from plangate.reading.yaml import load

EXAMPLE = b"""
contracts:
  - dataset: mart.fct_orders
    version: 3.0.0
    status: active
    owner: commerce_data
    columns: from_model
    primary_key: [order_id]
    compatibility: backward
    upgrade_order: consumers_first
    sla: {freshness: 120 min, availability: 99.5 %, retention: 7 yr}
    consumers: from_context
    enforcement: {where: [ci, warehouse], on_violation: block}
    parallel_versions: 2
evolution:
  versioning: semver
  deprecation_window: 90 d
  changes: [{dataset: mart.fct_orders, kind: column_removed, element: channel, reason: Replaced by sales_channel, announce: 2026-11-20, sunset: 2027-03-01}]
  migrations: [{consumer: finance_close, change: channel, steps: Read sales_channel instead, owner: finance_analytics, by: 2027-02-01, acknowledged: true}]
"""  # noqa: E501 -- as the plan format writes it


def read(**contract: object) -> list[tuple[str, str]]:
    problems = typed.read(Contracts, "contracts", {"contracts": [contract]}).problems
    return [(problem.rule, path_text(problem.path)) for problem in problems]


def test_the_example_loads() -> None:
    outcome = typed.read(Contracts, "contracts", load(EXAMPLE, name="06-contracts.yml").data)  # type: ignore[arg-type]
    assert outcome.problems == []
    assert outcome.value is not None
    contract = outcome.value.contracts[0]
    assert contract.columns == "from_model"
    assert contract.consumers == "from_context"
    assert contract.sla is not None
    assert str(contract.sla.availability) == "99.5 %"
    assert outcome.value.evolution is not None
    assert outcome.value.evolution.migrations[0].acknowledged is True


def test_every_reference_is_marked() -> None:
    outcome = typed.read(Contracts, "contracts", load(EXAMPLE, name="06-contracts.yml").data)  # type: ignore[arg-type]
    assert outcome.value is not None
    assert [(path_text(use.path), use.kinds) for use in uses(outcome.value)] == [
        ("contracts[0].dataset", ("dataset",)),
        ("contracts[0].owner", ("team",)),
        ("evolution.changes[0].dataset", ("dataset",)),
        ("evolution.migrations[0].consumer", ("consumer", "plan")),
        ("evolution.migrations[0].owner", ("team",)),
    ]


def test_the_other_forms_of_columns_and_consumers() -> None:
    value = Contracts.model_validate(
        {
            "contracts": [
                {"columns": {"file": "contracts/a.odcs.yaml"}, "consumers": {"none_known": True}},
                {
                    "columns": [{"name": "a", "values": [1, True]}],
                    "consumers": [{"consumer": "ledger-migration", "pinned": "^3"}],
                },
            ]
        }
    )
    first, second = value.contracts
    assert first.columns == ColumnsFile(file="contracts/a.odcs.yaml")
    assert first.consumers == NoConsumerKnown(none_known=True)
    assert second.consumers == (PinnedConsumer(consumer="ledger-migration", pinned="^3"),)
    assert isinstance(second.columns, tuple)
    assert second.columns[0].values == ("1", "true")


@pytest.mark.parametrize(
    ("key", "raw", "rule", "path"),
    [
        ("columns", "from_modl", "GEN008", "contracts[0].columns"),
        ("columns", [{"name": "a", "nullable": "yes"}], "GEN008", "contracts[0].columns[0].nullable"),
        ("columns", [{"name": "a", "tpye": "string"}], "GEN004", "contracts[0].columns[0].tpye"),
        ("consumers", {"none_known": False}, "GEN004", "contracts[0].consumers.none_known"),
        ("consumers", [{"consumer": "Finance"}], "GEN002", "contracts[0].consumers[0].consumer"),
        ("compatibility", "backwards", "GEN004", "contracts[0].compatibility"),
        ("sla", {"freshness": "120 m"}, "GEN005", "contracts[0].sla.freshness"),
        ("parallel_versions", 0, "GEN008", "contracts[0].parallel_versions"),
        ("enforcement", {"where": ["desk"]}, "GEN004", "contracts[0].enforcement.where[0]"),
        ("dataset", "orders", "GEN002", "contracts[0].dataset"),
        ("live_versions", [{"version": "2.0.0", "sunset": "soon"}], "GEN006", "contracts[0].live_versions[0].sunset"),
    ],
)
def test_wrong_values_are_refused_where_they_stand(key: str, raw: object, rule: str, path: str) -> None:
    assert read(**{key: raw})[0] == (rule, path)

"""Contracts against worst ages, retention and the availability of their chain."""

from pathlib import Path

import pytest

from .judging import Changes, judged, sample, told, verdicts

SLA = "sla: {freshness: 30 h, retention: 3 yr}"
KEPT = (
    "{dataset: mart.orders, from: shop_db.orders, shape: upsert, runs_per_day: 1, compression: 3, "
    "retention: {hot: 3 yr, total: 3 yr}}"
)
WHO = "The contract of mart.orders promises"


def sla(text: str) -> tuple[str, str, str]:
    return "06-contracts.yml", SLA, f"sla: {{{text}}}"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([sla("freshness: 1455 min, retention: 1095 d")], []),
        (
            [sla("freshness: 24 h")],
            [("contracts[0].sla.freshness", f"{WHO} data at most 24 h old, mart.orders is at worst 24.3 h old")],
        ),
        (
            [sla("freshness: 30 h, retention: 1096 d")],
            [("contracts[0].sla.retention", f"{WHO} 1096 d of history, it is kept for 3 yr")],
        ),
        (
            [("03-capacity.yml", ", retention: {hot: 3 yr, total: 3 yr}", "")],
            [("contracts[0].sla.retention", f"{WHO} 3 yr of history, and no workload says how long it is kept")],
        ),
    ],
)  # fmt: skip
def test_contracts_promise_what_the_design_keeps(
    tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]
) -> None:
    assert told(judged(tmp_path, "CON010", changes)) == problems


def test_a_dataset_without_a_workload_is_told_by_the_rule_for_workloads(tmp_path: Path) -> None:
    (finding,) = judged(tmp_path, "CON010", [("03-capacity.yml", f"  - {KEPT}\n", "")])
    assert (finding.path, finding.cause) == ("contracts[0].sla.retention", "CAP001")


@pytest.mark.parametrize(
    "changes",
    [
        [sla("freshness: 30, retention: 3 yr")],
        [("03-capacity.yml", "total: 3 yr}}\nthroughput", "total: 3 years}}\nthroughput")],
        [("04-ingestion.yml", 'cron: "0 3 * * *"', 'cron: "0 30 * * *"')],
    ],
)
def test_a_refused_value_leaves_contracts_undetermined(tmp_path: Path, changes: Changes) -> None:
    assert verdicts(judged(tmp_path, "CON010", changes)) == [("CON010", "undetermined", None)]


SOURCE = ("02-sources.yml", "    retention: 5 yr\n", "    retention: 5 yr\n    availability: 99.9 %\n")
PIPELINES = ("04-ingestion.yml", "    load: merge\n", "    load: merge\n    availability: 99.9 %\n")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([], None),
        ([sla("availability: 99.7 %"), SOURCE, PIPELINES], None),
        (
            [sla("availability: 99.71 %"), SOURCE, PIPELINES],
            f"{WHO} 99.71 %, the 3 parts of its chain are together there for just under 99.7 %",
        ),
        (
            [sla("availability: 99.9 %"), SOURCE, PIPELINES],
            f"{WHO} 99.9 %, the 3 parts of its chain are together there for 99.7 %",
        ),
        (
            [sla("availability: 90 %"), SOURCE],
            f"{WHO} 90 %, and what its chain gives is not known: missing is the availability "
            "of pipeline load_orders, the availability of pipeline build_orders",
        ),
    ],
)
def test_no_contract_promises_more_than_its_chain(tmp_path: Path, changes: Changes, message: str | None) -> None:
    expected = [("contracts[0].sla.availability", message)] if message else []
    assert told(judged(tmp_path, "CON011", changes)) == expected


def test_a_refused_availability_leaves_the_chain_undetermined(tmp_path: Path) -> None:
    refused = ("02-sources.yml", "    retention: 5 yr\n", "    retention: 5 yr\n    availability: high\n")
    changes = [sla("availability: 99.9 %"), refused, PIPELINES]
    assert verdicts(judged(tmp_path, "CON011", changes)) == [("CON011", "undetermined", None)]


@pytest.mark.parametrize(("promised", "fires"), [("99.5 %", False), ("99.71 %", True)])
def test_the_longest_chain_of_the_sample_plan(tmp_path: Path, promised: str, fires: bool) -> None:
    old = "sla: {freshness: 120 min, availability: 99.5 %"
    change = ("06-contracts.yml", old, old.replace("99.5 %", promised))
    assert bool(sample(tmp_path, "orders-mart", "CON011", [change])) == fires

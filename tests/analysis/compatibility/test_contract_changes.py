"""Two versions of a contract: what is promised more, less or otherwise, and what is only written otherwise."""

from typing import Any

import pytest

from plangate.analysis.compatibility.contract_changes import bound_step, compare_contracts
from plangate.analysis.compatibility.contract_facts import ContractFacts
from plangate.model import bound
from plangate.model.contracts import Contract
from plangate.model.quality import Check
from plangate.model.table import Field, Table, Type

ID, OLD, NEW = (Field(name, Type("string")) for name in ("order_id", "channel", "sales_channel"))


def facts(table: Table | None = None, checks: tuple[dict[str, Any], ...] = (), **what: Any) -> ContractFacts:
    contract = Contract.model_validate({"dataset": "mart.orders", **what})
    return ContractFacts(contract, table, tuple(Check.model_validate({"id": "rows", **entry}) for entry in checks))


def told(before: ContractFacts, after: ContractFacts, **renames: str) -> list[str]:
    return [f"{change.rule_id} {change.path}" for change in compare_contracts(before, after, renames)]


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ({"freshness": "24 h"}, {"freshness": "1 d"}, None),
        ({"freshness": "24 h"}, {"freshness": "PT24H"}, None),
        ({"availability": "99.50 %"}, {"availability": "99.5 %"}, None),
        ({"freshness": "24 h"}, {"freshness": "90000 s"}, "LOOSENED"),
        ({"freshness": "24 h"}, {"freshness": "12 h"}, "TIGHTENED"),
        ({"latency": "4 h"}, {"latency": "8 h"}, "LOOSENED"),
        ({"frequency": "1 h"}, {"frequency": "1 d"}, "LOOSENED"),
        ({"time_to_detect": "1 h"}, {"time_to_detect": "15 min"}, "TIGHTENED"),
        ({"time_to_notify": "1 h"}, {"time_to_notify": "2 h"}, "LOOSENED"),
        ({"time_to_repair": "1 d"}, {"time_to_repair": "2 d"}, "LOOSENED"),
        ({"availability": "99.5 %"}, {"availability": "99 %"}, "LOOSENED"),
        ({"availability": "99.5 %"}, {"availability": "99.9 %"}, "TIGHTENED"),
        ({"retention": "3 yr"}, {"retention": "1 yr"}, "LOOSENED"),
        ({"retention": "1 yr"}, {"retention": "3 yr"}, "TIGHTENED"),
        ({}, {"retention": "3 yr"}, "ADDED"),
        ({"retention": "3 yr"}, {}, "REMOVED"),
    ],
)
def test_service_levels(before: dict[str, str], after: dict[str, str], rule: str | None) -> None:
    name = next(iter({**before, **after}))
    expected = [] if rule is None else [f"CTR-SLA-{rule} sla.{name}"]
    assert told(facts(sla=before), facts(sla=after)) == expected


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ({"kind": "row_count", "must_be": "> 100 rows"}, {"kind": "row_count", "must_be": "> 50 rows"}, ["LOOSENED"]),
        (
            {"kind": "row_count", "must_be": "> 100 rows"},
            {"kind": "row_count", "must_be": ">= 101 rows"},
            ["TIGHTENED"],
        ),
        ({"kind": "row_count"}, {"kind": "row_count", "must_be": "> 1 rows"}, ["TIGHTENED"]),
        ({"kind": "row_count", "must_be": "> 1 rows"}, {"kind": "row_count"}, ["LOOSENED"]),
        ({"kind": "freshness", "must_be": "<= 24 h"}, {"kind": "freshness", "must_be": "<= 1 d"}, []),
        ({"kind": "accepted_values", "values": ["A"]}, {"kind": "accepted_values", "values": ["A", "B"]}, ["LOOSENED"]),
        (
            {"kind": "accepted_values", "values": ["A", "B"]},
            {"kind": "accepted_values", "values": ["B"]},
            ["TIGHTENED"],
        ),
        ({"kind": "accepted_values", "values": ["A"]}, {"kind": "accepted_values", "values": ["B"]}, ["CHANGED"]),
        ({"kind": "range", "min": 0, "max": 9}, {"kind": "range", "min": 1, "max": 10}, ["TIGHTENED", "LOOSENED"]),
        ({"kind": "range", "min": 0}, {"kind": "range", "min": "0.0"}, []),
        ({"kind": "range", "min": 0}, {"kind": "range"}, ["LOOSENED"]),
        ({"kind": "pattern", "pattern": "a"}, {"kind": "pattern", "pattern": "b"}, ["CHANGED"]),
        ({"kind": "unique", "column": "a"}, {"kind": "unique", "column": ["a", "b"]}, ["CHANGED"]),
    ],
)
def test_quality(before: dict[str, Any], after: dict[str, Any], rules: list[str]) -> None:
    changes = compare_contracts(facts(checks=(before,)), facts(checks=(after,)))
    assert [change.rule_id for change in changes] == [f"CTR-QUALITY-{rule}" for rule in rules]


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [
        ("<= 5 %", "<= 1 %", 1),
        ("< 5 %", "<= 5 %", -1),
        ("<= 5 %", "< 5 %", 1),
        (">= 1 rows", "> 1 rows", 1),
        ("between 1 rows and 9 rows", "between 2 rows and 8 rows", 1),
        ("between 1 rows and 9 rows", "between 2 rows and 10 rows", 0),
        ("between 1 rows and 9 rows", ">= 1 rows", -1),
        ("== 5 rows", "<= 5 rows", -1),
        ("<= 5 rows", ">= 5 rows", 0),
        ("!= 5 rows", "!= 6 rows", 0),
        ("<= 5 rows", "<= 5 %", 0),
    ],
)
def test_bounds(old: str, new: str, step: int) -> None:
    assert bound_step(bound.parse(old), bound.parse(new)) == step


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("proposed", "active", "STATUS-CHANGED"),
        ("active", "deprecated", "DEPRECATED"),
        ("draft", "deprecated", "DEPRECATED"),
        ("deprecated", "active", "STATUS-CHANGED"),
        ("active", "draft", "WITHDRAWN"),
        ("deprecated", "retired", "WITHDRAWN"),
        ("draft", "retired", "STATUS-CHANGED"),
        ("retired", "deprecated", "STATUS-CHANGED"),
        (None, "retired", "WITHDRAWN"),
    ],
)
def test_status(before: str | None, after: str, rule: str) -> None:
    assert told(facts(status=before), facts(status=after)) == [f"CTR-{rule} status"]


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("backward", "backward_transitive", "MODE-TIGHTENED"),
        ("backward", "full", "MODE-TIGHTENED"),
        (None, "backward", "MODE-TIGHTENED"),
        ("full_transitive", "full", "MODE-LOOSENED"),
        ("backward", "forward", "MODE-LOOSENED"),
        ("backward", "none", "MODE-LOOSENED"),
        (None, "none", None),
    ],
)
def test_modes(before: str | None, after: str, rule: str | None) -> None:
    expected = [] if rule is None else [f"CTR-{rule} compatibility"]
    assert told(facts(compatibility=before), facts(compatibility=after)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("from_context", "from_context", []),
        ([{"consumer": "finance"}], "from_context", []),
        ([{"consumer": "finance"}], {"none_known": True}, ["CTR-CONSUMER-REMOVED consumers"]),
        ({"none_known": True}, [{"consumer": "finance"}], ["CTR-CONSUMER-ADDED consumers"]),
    ],
)
def test_consumers(before: Any, after: Any, expected: list[str]) -> None:
    assert told(facts(consumers=before), facts(consumers=after)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"where": ["ci", "registry"]}, {"where": ["registry", "ci"]}, []),
        ({"where": ["ci"]}, {"where": ["ci", "ingest"], "on_violation": "warn"}, ["STRENGTHENED"]),
        ({"where": ["ci"], "on_violation": "block"}, {"where": ["ci", "ingest"]}, ["WEAKENED"]),
        ({"where": ["ci"], "on_violation": "block"}, {"where": ["ci"], "on_violation": "quarantine"}, ["WEAKENED"]),
        ({"where": ["ci"]}, None, ["WEAKENED"]),
    ],
)
def test_enforcement(before: Any, after: Any, expected: list[str]) -> None:
    found = told(facts(enforcement=before), facts(enforcement=after))
    assert found == [f"CTR-ENFORCEMENT-{name} enforcement" for name in expected]


def test_a_version_that_becomes_the_current_one_is_still_served() -> None:
    before = facts(version="2.0.0", live_versions=[{"version": "1.0.0"}, {"version": "0.9.0"}])
    after = facts(version="1.0.0")
    assert told(before, after) == ["CTR-VERSION-DROPPED live_versions"]


def test_columns_come_first_and_take_their_hints() -> None:
    before, after = facts(Table("orders", (ID, OLD)), owner="data"), facts(Table("orders", (ID, NEW)), owner="finance")
    assert told(before, after, channel="sales_channel") == [
        "TBL-COLUMN-RENAMED columns.sales_channel",
        "CTR-OWNER-CHANGED owner",
    ]


def test_the_key_of_the_contract_counts_and_the_name_of_a_file_does_not() -> None:
    before, after = facts(Table("orders_v1", (ID,)), primary_key=["order_id"]), facts(Table("orders_v2", (ID,)))
    assert told(before, after) == ["TBL-KEY-REMOVED primary_key"]


def test_columns_that_nobody_knows_are_untested_and_not_fine() -> None:
    (change,) = compare_contracts(facts(), facts(Table("orders", (ID,))))
    assert (change.rule_id, change.backward, change.consumer) == ("CTR-COLUMNS-UNTESTED", "untested", "untested")

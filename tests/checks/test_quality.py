"""Checks that block before the publication, and one number in all files."""

from pathlib import Path

import pytest

from .judging import Changes, judged, sample, told, verdicts

DERIVE = "derive: [unique, not_null, accepted_values, freshness, row_count]\n"


def checks(*entries: str) -> tuple[str, str, str]:
    lines = "".join(f"  - {{dataset: mart.orders, {entry}}}\n" for entry in entries)
    return "07-quality.yml", DERIVE, f"{DERIVE}checks:\n{lines}"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([checks("id: orders_pk, kind: unique, action: block_publish, stage: pre_publish, runtime: 1 min")], []),
        ([checks("id: orders_pk, kind: unique, action: block_publish, stage: pre_load, runtime: 1 min")], []),
        ([checks("id: orders_pk, kind: unique, action: page, stage: post_load")], []),
        (
            [checks("id: orders_pk, kind: unique, action: block_publish, stage: post_load, runtime: 1 min")],
            [("checks[0].stage", "Check orders_pk is to block the publication and runs at stage post_load")],
        ),
        (
            [checks("id: orders_pk, kind: unique, action: block_publish, stage: continuous, runtime: 1 min")],
            [("checks[0].stage", "Check orders_pk is to block the publication and runs at stage continuous")],
        ),
        (
            [checks("id: orders_pk, kind: unique, action: block_publish, runtime: 1 min")],
            [("checks[0]", "Check orders_pk is to block the publication and does not say when it runs")],
        ),
        (
            [checks("id: orders_pk, kind: unique, action: block_publish, stage: pre_publish")],
            [("checks[0]", "Readers wait for check orders_pk, which does not say how long it runs")],
        ),
        (
            [checks("id: orders_pk, kind: unique, action: warn, stage: pre_publish")],
            [("checks[0]", "Readers wait for check orders_pk, which does not say how long it runs")],
        ),
        (
            [("07-quality.yml", "{id: orders_vs_shop,", "{id: orders_vs_shop, action: block_publish, runtime: 1 min,")],
            [("reconciliation[0]", "Check orders_vs_shop is to block the publication and does not say when it runs")],
        ),
    ],
)
def test_blocking_checks_stand_before_the_publication(
    tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]
) -> None:
    assert told(judged(tmp_path, "DQ006", changes)) == problems


@pytest.mark.parametrize("field", ["stage: before, runtime: 1 min", "stage: pre_publish, runtime: 1 m"])
def test_a_refused_value_leaves_blocking_checks_undetermined(tmp_path: Path, field: str) -> None:
    found = judged(tmp_path, "DQ006", [checks(f"id: orders_pk, kind: unique, action: block_publish, {field}")])
    assert verdicts(found) == [("DQ006", "undetermined", None)]


def age(limit: str) -> tuple[str, str, str]:
    return checks(f"id: orders_age, kind: freshness, must_be: '<= {limit}', stage: continuous")


NEARLY = ("06-contracts.yml", "freshness: 30 h", "freshness: 31 h")
NEED = ("01-context.yml", "reads: [mart.orders]", "reads: [mart.orders], freshness: 28 h")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([age("30 h")], []),
        ([age("1800 min")], []),
        (
            [age("36 h")],
            [("contracts[0].sla.freshness", "Check orders_age of mart.orders says 36 h, the contract says 30 h")],
        ),
        (
            [age("36 h"), NEARLY],
            [
                ("checks[0].must_be", "Check orders_age of mart.orders says 36 h, the contract says 31 h"),
                ("freshness[0].target", "The promise of mart.orders says 30 h, the contract says 31 h"),
            ],
        ),
        (
            [("06-contracts.yml", "freshness: 30 h", "freshness: 36 h")],
            [("freshness[0].target", "The promise of mart.orders says 30 h, the contract says 36 h")],
        ),
        (
            [("06-contracts.yml", "freshness: 30 h, ", ""), age("28 h")],
            [("checks[0].must_be", "Check orders_age of mart.orders says 28 h, the promise says 30 h")],
        ),
        ([NEED], [("contracts[0].sla.freshness",
                  "Consumer stock_report needs mart.orders within 28 h, the contract says 30 h")]),
        (
            [age("24 h")],
            [
                ("checks[0].must_be", "Check orders_age fires at 24 h, mart.orders is at worst 24.3 h old"),
                ("checks[0].must_be", "Check orders_age of mart.orders says 24 h, the contract says 30 h"),
            ],
        ),
    ],
)  # fmt: skip
def test_one_number_in_all_files(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    found = judged(tmp_path, "DQ012", changes)
    assert told(found) == problems
    assert all((entry.severity, entry.cause) == ("warning", None) for entry in found)


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        (age("36 h"), "Let all of them say one number; check orders_age is `checks[0].must_be` of gate quality"),
        (age("28 h"), "Let all of them say one number; the contract is `contracts[0].sla.freshness` of gate contracts"),
        (NEED, "The need is `consumers[0].freshness` of gate context"),
    ],
)
def test_the_other_place_is_named(tmp_path: Path, change: tuple[str, str, str], hint: str) -> None:
    assert [finding.hint for finding in judged(tmp_path, "DQ012", [change])] == [hint]


@pytest.mark.parametrize(("promised", "cause"), [("20 h", "CON010"), ("25 h", None)])
def test_a_contract_that_is_too_small_is_the_one_to_change(tmp_path: Path, promised: str, cause: str | None) -> None:
    contract = ("06-contracts.yml", "freshness: 30 h", f"freshness: {promised}")
    (found,) = judged(tmp_path, "DQ012", [contract, ("02-sources.yml", "target: 30 h", "target: 31 h")])
    assert (found.path, found.observed, found.cause) == ("contracts[0].sla.freshness", promised, cause)
    assert found.expected == "one number, at least 30.4 h, such as 31 h"


@pytest.mark.parametrize("change", [age("30 hours"), ("02-sources.yml", "target: 30 h", "target: 30")])
def test_a_refused_number_leaves_them_undetermined(tmp_path: Path, change: tuple[str, str, str]) -> None:
    assert verdicts(judged(tmp_path, "DQ012", [change])) == [("DQ012", "undetermined", None)]


@pytest.mark.parametrize("plan", ["orders-mart", "clickstream-sessions", "jaffle-shop"])
def test_the_sample_plans_tell_one_number(tmp_path: Path, plan: str) -> None:
    assert sample(tmp_path, plan, "DQ006 DQ012") == []

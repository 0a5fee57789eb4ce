"""Quoted numbers, counts that are rounded up, and what a plan says it is sensitive to."""

import re
from pathlib import Path

import pytest

from plangate.checks.finding import Finding
from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .test_rules import TODAY, first_plan

FACTOR = "peak_headroom_factor: 2\n"
RESOURCES = "resources: {"
TIER_B = Edit("plan.yml", "tier: C", "tier: B")


def findings(folder: Path, rule: str, *edits: Edit) -> tuple[Finding, ...]:
    report = check(read_portfolio(first_plan(folder, edits)), today=TODAY, preset="strict", rules=[rule])
    assert not report.failures
    return report.findings


def quoting(*entries: str) -> Edit:
    return Edit("03-capacity.yml", FACTOR, f"{FACTOR}stated: [{', '.join(f'{{{entry}}}' for entry in entries)}]\n")


def sizing(text: str) -> Edit:
    return Edit("03-capacity.yml", RESOURCES, f"{RESOURCES}sizing: [{{{text}}}], ")


@pytest.mark.parametrize(
    "entry",
    [
        "formula: bytes_per_day, dataset: raw.orders, value: 1.8 MB/d",
        "formula: daily_volume, dataset: raw.orders, value: 1.8 MB/d",
        "formula: bytes_per_day, dataset: raw.orders, value: 54 MB/month",
        "formula: bytes_per_day, value: 3.6 MB/d",
        "formula: peak_rows_per_second, dataset: raw.orders, value: 50 rows/s",
        "formula: peak_rows_per_second, dataset: raw.orders, value: 50.4 rows/s",
        "formula: average_rows_per_second, dataset: raw.orders, value: 0.0694 rows/s",
        "formula: usable_rows_per_second, value: 1400 rows/s",
        "formula: usable_rate, value: 1400 rows/s, case: high",
        "formula: monthly_cost, value: 24 EUR/month",
        "formula: headroom, value: 91 %",
    ],
)
def test_what_the_formulas_give_may_be_quoted(tmp_path: Path, entry: str) -> None:
    assert findings(tmp_path, "CAP002", quoting(entry)) == ()


def test_nothing_is_asked_of_a_plan_that_quotes_nothing(tmp_path: Path) -> None:
    report = check(read_portfolio(first_plan(tmp_path, ())), today=TODAY, rules=["CAP002"])
    assert (report.findings, report.summary["not_applicable"]) == ((), 1)


@pytest.mark.parametrize(
    ("entry", "message", "expected", "place"),
    [
        (
            "formula: bytes_per_day, dataset: raw.orders, value: 2 MB/d",
            "Volume a day of raw.orders is stated as 2 MB/d; recomputed it is 1.8 MB/d, 11.1 % off: "
            "rows per day × row bytes = 6,000 rows/d × 300 B",
            "1.8 MB/d",
            "stated[0].value",
        ),
        (
            "formula: bytes_per_day, dataset: raw.orders, value: 1.8 MiB/d, quoted_in: the budget",
            "Volume a day of raw.orders is stated, quoted in the budget, as 1.8 MiB/d; recomputed it is 1.8 MB/d, "
            "4.86 % off: rows per day × row bytes = 6,000 rows/d × 300 B",
            "1.8 MB/d",
            "stated[0].value",
        ),
        (
            "formula: peak_rows_per_second, dataset: raw.orders, value: 0.208 rows/s",
            "Peak rate of raw.orders is stated as 0.208 rows/s; recomputed it is 50 rows/s, 99.6 % off: "
            "rows per day × day ÷ runs per day × peak factor ÷ runtime = 6,000 rows/d × 24 h ÷ 1 × 3 ÷ 6 min",
            "50 rows/s",
            "stated[0].value",
        ),
        (
            "formula: monthly_cost, value: 24 USD/month",
            "Cost a month is stated as 24 USD/month; recomputed it is 24 EUR/month: ",
            "24 EUR/month",
            "stated[0].value",
        ),
        (
            "formula: bytes_per_dya, dataset: raw.orders, value: 2 MB/d",
            "`bytes_per_dya` is the name of no formula; did you mean `bytes_per_day`?",
            "bytes_per_day",
            "stated[0].formula",
        ),
        (
            "formula: size_of_everything, value: 2 MB/d",
            "`size_of_everything` is the name of no formula",
            None,
            "stated[0].formula",
        ),
        (
            "formula: average_rows_per_second, value: 1 rows/s",
            "`average_rows_per_second` is a number of raw.orders, mart.orders; nothing says which one is quoted",
            "dataset, pipeline or backfill",
            "stated[0].formula",
        ),
        (
            "formula: bytes_per_day, dataset: mart.other, value: 1 MB/d",
            "bytes_per_day of mart.other cannot be recomputed: an input of its formula is missing; it is known of "
            "first-plan, raw.orders, mart.orders",
            "every input of the formula",
            "stated[0].formula",
        ),
        (
            "formula: catch_up, value: 1 h",
            "catch_up cannot be recomputed: an input of its formula is missing",
            "every input of the formula",
            "stated[0].formula",
        ),
    ],
)
def test_other_numbers_may_not(tmp_path: Path, entry: str, message: str, expected: str | None, place: str) -> None:
    (finding,) = findings(tmp_path, "CAP002", quoting(entry))
    assert finding.message.startswith(message)
    assert (finding.verdict, finding.severity, finding.path, finding.expected) == ("fail", "error", place, expected)


def test_each_case_of_an_estimate_may_be_quoted(tmp_path: Path) -> None:
    rows = Edit(
        "03-capacity.yml",
        "shape: append, ",
        "shape: append, rows_per_day: {low: 4000 rows/d, base: 6000 rows/d, high: 9000 rows/d}, ",
    )
    quoted = quoting(
        *(
            f"formula: bytes_per_day, dataset: raw.orders, value: {value}, case: {case}"
            for case, value in (("low", "1.2 MB/d"), ("base", "1.8 MB/d"), ("high", "2.7 MB/d"), ("high", "1.8 MB/d"))
        )
    )
    (finding,) = findings(tmp_path, "CAP002", rows, quoted)
    assert finding.path == "stated[3].value"
    assert finding.message.startswith("Volume a day of raw.orders (high case) is stated as 1.8 MB/d; recomputed")


def test_a_number_with_a_refused_input_cannot_be_judged(tmp_path: Path) -> None:
    refused = Edit("02-sources.yml", "row_bytes: 300 B", "row_bytes: 300 b")
    quoted = quoting("formula: bytes_per_day, dataset: raw.orders, value: 1.8 MB/d")
    (finding,) = findings(tmp_path, "CAP002", refused, quoted)
    assert (finding.verdict, finding.blocking) == ("undetermined", False)


BROKERS = "name: brokers, load: 362_880_000 MB, per_unit: 2_000_000 MB, utilisation: 70 %"


@pytest.mark.parametrize(
    "entry",
    [
        f"{BROKERS}, count: 260",
        BROKERS,
        "name: disks, load: 500_000 requests/s, per_unit: 200 requests/s, utilisation: 100 %, count: 2500",
        "name: disks, load: 100 TB, per_unit: 4 TB, utilisation: 100 %, count: 25",
        "name: tasks, load: 21_000 rows/s, per_unit: 2500 rows/s, utilisation: 70 %, count: 12",
    ],
)
def test_what_is_needed_may_be_ordered(tmp_path: Path, entry: str) -> None:
    assert findings(tmp_path, "CAP003", TIER_B, sizing(entry)) == ()


@pytest.mark.parametrize(
    ("entry", "message", "severity", "expected"),
    [
        (f"{BROKERS}, count: 259", "brokers: 259.2 are 260, not 259", "error", "260"),
        (f"{BROKERS}, count: 181", "brokers: 259.2 are 260, not 181", "error", "260"),
        (
            f"{BROKERS}, count: 300",
            "brokers: 300 are ordered, 260 are needed (⌈362,880,000 MB ÷ (2,000,000 MB × 70 %)⌉)",
            "warning",
            "260",
        ),
        (
            "name: tasks, load: 1000 rows/s, per_unit: 30 rows/s, utilisation: 70 %, count: 47",
            "tasks: 47.6190 are 48, not 47",
            "error",
            "48",
        ),
        (
            "name: tasks, per_unit: 30 rows/s, utilisation: 70 %, count: 47",
            "tasks: 47 are ordered, and nothing says for which load",
            "error",
            "load, per_unit and utilisation, load and per_unit of one kind",
        ),
        (
            "name: tasks, load: 1000 MB/s, per_unit: 30 rows/s, utilisation: 70 %, count: 47",
            "tasks: 47 are ordered, and how many the load needs cannot be told",
            "error",
            "load, per_unit and utilisation, load and per_unit of one kind",
        ),
    ],
)
def test_other_counts_may_not(tmp_path: Path, entry: str, message: str, severity: str, expected: str) -> None:
    (finding,) = findings(tmp_path, "CAP003", TIER_B, sizing(entry))
    assert (finding.message, finding.severity, finding.expected) == (message, severity, expected)
    assert finding.path == "resources.sizing[0].count"


def test_a_count_without_a_readable_load_cannot_be_judged(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, "CAP003", TIER_B, sizing("name: tasks, load: 1 m, per_unit: 30 rows/s, count: 2"))
    assert finding.verdict == "undetermined"


def test_counts_are_not_asked_of_tier_c(tmp_path: Path) -> None:
    assert findings(tmp_path, "CAP003", sizing(f"{BROKERS}, count: 259")) == ()


def quoted_brokers(value: str) -> Edit:
    return Edit(
        "03-capacity.yml",
        FACTOR,
        f"{FACTOR}stated: [{{formula: units_needed, value: {value}}}]\n",
    )


@pytest.mark.parametrize(
    ("value", "off", "short"),
    [("260 nodes", 0, 0), ("259 nodes", 0, 1), ("261 slots", 0, 1), ("200 nodes", 1, 0), ("260 rows", 1, 0)],
)
def test_a_quoted_count_is_exact(tmp_path: Path, value: str, off: int, short: int) -> None:
    """One that is off by more than the tolerance is told once, as a number."""
    edits = (TIER_B, sizing(f"{BROKERS}, count: 260"), quoted_brokers(value))
    assert len(findings(tmp_path / "numbers", "CAP002", *edits)) == off
    assert len(findings(tmp_path / "counts", "CAP003", *edits)) == short


HALF = (
    "{parameter: order volume, change: 50 %, effect: more}",
    "{parameter: order volume, change: -50 %, effect: less}",
)
TWO = ("{parameter: price, change: 20 %, effect: dear}", "{parameter: runtime, change: 20 %, effect: late}")
BREAKS = "breaks_first: {at_2x: the pool}"


@pytest.mark.parametrize(
    ("told", "breaks", "messages"),
    [
        ((*HALF, *TWO), BREAKS, []),
        ((), BREAKS, ["Sensitivity tells of 0 parameters, it should of at least 3"]),
        (HALF, BREAKS, ["Sensitivity tells of 1 parameter, it should of at least 3"]),
        ((HALF[0], *TWO), BREAKS, ["Sensitivity does not tell what half as much volume again and half of it do"]),
        (
            (HALF[0], HALF[1].replace("-50", "-20"), *TWO),
            BREAKS,
            ["Sensitivity does not tell what half as much volume again and half of it do"],
        ),
        (
            (*(entry.replace("order volume", "node price") for entry in HALF), *TWO),
            BREAKS,
            ["Sensitivity does not tell what half as much volume again and half of it do"],
        ),
        (
            (*(entry.replace("order volume", "price of the database rows") for entry in HALF), *TWO),
            BREAKS,
            ["Sensitivity does not tell what half as much volume again and half of it do"],
        ),
        (
            (*(entry.replace("order volume", "size of the database") for entry in HALF), *TWO),
            BREAKS,
            ["Sensitivity does not tell what half as much volume again and half of it do"],
        ),
        ((*(entry.replace("order volume", "orders per day") for entry in HALF), *TWO), BREAKS, []),
        ((*(entry.replace("order volume", "clicks a second") for entry in HALF), *TWO), BREAKS, []),
        ((*(entry.replace("order volume", "rows_per_day") for entry in HALF), *TWO), BREAKS, []),
        ((*(entry.replace("order volume", "Number of users") for entry in HALF), *TWO), BREAKS, []),
        ((*HALF, *TWO), "", ["Nothing says what breaks first when the volume grows"]),
        (
            (),
            "",
            [
                "Nothing says what breaks first when the volume grows",
                "Sensitivity tells of 0 parameters, it should of at least 3",
            ],
        ),
    ],
)
def test_sensitivity(tmp_path: Path, told: tuple[str, ...], breaks: str, messages: list[str]) -> None:
    text = f"{FACTOR}sensitivity: [{', '.join(told)}]\n{breaks}\n"
    found = findings(tmp_path, "CAP015", TIER_B, Edit("03-capacity.yml", FACTOR, text))
    assert sorted(finding.message for finding in found) == messages
    assert {finding.severity for finding in found} <= {"warning"}


def test_the_hints_tell_what_is_computed(tmp_path: Path) -> None:
    hints = [finding.hint or "" for finding in findings(tmp_path, "CAP015", TIER_B)]
    assert any(
        hint.startswith("As computed: Peak rate is moved most by rows per day of shop_db.orders") for hint in hints
    )
    assert any(re.fullmatch(r"As computed: .+, at [\d.]+ times the volume", hint) for hint in hints)

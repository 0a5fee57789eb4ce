"""Cost lines that can be worked out or not, and budgets that hold or not."""

from pathlib import Path

import pytest

from .judging import Changes, judged, sample, told, verdicts

CAPACITY, BUNDLE = "03-capacity.yml", "11-bundle.yml"
CREDITS = "quantity: 8 credits/month, unit_price: 3 EUR/credits"
SNOWFLAKE = "Line compute (snowflake)"


def line(text: str) -> tuple[str, str, str]:
    """Put another price and quantity into the snowflake line of the first plan."""
    return CAPACITY, CREDITS, text


def cost(text: str, line_too: str = "") -> tuple[str, str, str]:
    return CAPACITY, "  budget: 100 EUR/month\n", f"{line_too}{text}"


PARAMETERS = "warehouse_size: XS, seconds: 360, resumes_per_day: 2, unit_price: 3 EUR/credits"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([line(PARAMETERS)], []),
        (
            [line("warehouse_size: XS, unit_price: 3 EUR/credits")],
            [("cost.lines[1]", f"{SNOWFLAKE} needs `seconds` and `resumes_per_day`")],
        ),
        ([line("quantity: 8 credits/month")], [("cost.lines[1]", f"{SNOWFLAKE} needs `unit_price`")]),
        (
            [(CAPACITY, "stock: raw.orders", "stock: stg.orders")],
            [("cost.lines[0]", "Line stg.orders (object_store) needs the storage of stg.orders")],
        ),
        (
            [line("quantity: 8 nodes, unit_price: 3 EUR/node/month")],
            [("cost.lines[1].quantity", f"{SNOWFLAKE} counts 8 nodes, but snowflake bills B or credits")],
        ),
        (
            [line("quantity: 8 credits, unit_price: 3 EUR/credits")],
            [
                (
                    "cost.lines[1].quantity",
                    f"{SNOWFLAKE} is paid every month, but 8 credits × 3 EUR/credits is an amount that is paid once",
                )
            ],
        ),
        (
            [line("quantity: 8 credits/month, unit_price: 3 EUR/credits/h")],
            [
                (
                    "cost.lines[1].unit_price",
                    f"{SNOWFLAKE} cannot be worked out: 8 credits/month × 3 EUR/credits/h is not money per month",
                )
            ],
        ),
        (
            [(CAPACITY, "23 EUR/TB/month", "23 EUR/TB")],
            [
                (
                    "cost.lines[0].unit_price",
                    "Line raw.orders (object_store) is paid every month, but 0 B × 23 EUR/TB is an amount that is paid "
                    "once",
                )
            ],
        ),
        (
            [(CAPACITY, f"purpose: run, {CREDITS}", f"purpose: rehearsal, {CREDITS}")],
            [("cost.lines[1]", f"{SNOWFLAKE} needs `duration`")],
        ),
        (
            [(CAPACITY, f"purpose: run, {CREDITS}", f"purpose: rehearsal, duration: 15 d, {CREDITS}")],
            [],
        ),
        (
            [line("quantity: 8 credits/month, unit_price: 3 USD/credits")],
            [("cost.lines[1].unit_price", f"{SNOWFLAKE} is priced in USD; the plan counts in EUR and gives no rate")],
        ),
        (
            [
                line("quantity: 8 credits/month, unit_price: 3 USD/credits"),
                (CAPACITY, "  lines:\n", "  fx: [{currency: USD, rate: 0.9, as_of: 2026-11-01}]\n  lines:\n"),
            ],
            [],
        ),
        (
            [("09-cutover.yml", "storage: 20 MB, ", "storage: 20 MB, cost: 900 USD/month, ")],
            [("legacy.cost", "The old system is priced in USD; the plan counts in EUR and gives no rate")],
        ),
        ([("09-cutover.yml", "storage: 20 MB, ", "storage: 20 MB, cost: 900 EUR/month, ")], []),
        (
            [
                ("09-cutover.yml", "storage: 20 MB, ", "storage: 20 MB, cost: 900 USD/month, "),
                (CAPACITY, "  lines:\n", "  fx: [{currency: USD, rate: 0.9, as_of: 2026-11-01}]\n  lines:\n"),
            ],
            [],
        ),
        (
            [(CAPACITY, "  lines:\n", "  fx: [{currency: USD, rate: 0.9}]\n  lines:\n")],
            [("cost.fx[0]", "The rate of USD has no day on which it was looked up")],
        ),
        ([(CAPACITY, "  currency: EUR\n", "")], [("cost", "Cost names no currency")]),
        ([(CAPACITY, "  price_as_of: 2026-11-01\n", "")], [("cost", "Cost does not say of which day prices are")]),
        ([cost("  budget: 100 USD/month\n")], [("cost.budget", "The budget of 100 USD/month is not in EUR")]),
        (
            [cost("  budget: 100 EUR/month\n  one_off: {backfill: 5 CHF}\n")],
            [("cost.one_off.backfill", "The budget of 5 CHF is not in EUR")],
        ),
    ],
)
def test_lines_add_up(tmp_path: Path, changes: Changes, found: list[tuple[str, str]]) -> None:
    findings = judged(tmp_path, "CAP008", changes)
    assert told(findings) == found
    assert all(finding.severity == "error" for finding in findings)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("  price_as_of: 2026-11-01\n", "the day on which they were looked up: `price_as_of: YYYY-MM-DD`"),
        ("  currency: EUR\n", "`currency`, such as `currency: EUR`"),
    ],
)
def test_what_cost_has_to_say_is_shown_and_nobody_is_handed_a_day(tmp_path: Path, taken: str, expected: str) -> None:
    assert [finding.expected for finding in judged(tmp_path, "CAP008", [(CAPACITY, taken, "")])] == [expected]


def test_a_cost_without_lines_is_none(tmp_path: Path) -> None:
    text = "horizon: 24 month\ncost: {currency: EUR, price_as_of: 2026-11-01, budget: 100 EUR/month}\n"
    plan = tmp_path / "edited"
    found = judged(plan, "CAP008", [(CAPACITY, None, text)])  # type: ignore[list-item]
    assert told(found) == [("cost", "Cost has no line")]


@pytest.mark.parametrize(
    "changes",
    [
        [line("warehouse_size: XS, seconds: 6 min, resumes_per_day: 2, unit_price: 3 EUR/credits")],
        [(CAPACITY, "compression: 3", "compression: three")],
        [(CAPACITY, "  currency: EUR\n", "  currency: euro\n")],
        [line(CREDITS.replace("EUR", "USD")), cost("  budget: 100 EUR/month\n  fx: [{currency: USD, rate: none}]\n")],
    ],
)
def test_a_refused_input_leaves_lines_undetermined(tmp_path: Path, changes: Changes) -> None:
    assert verdicts(judged(tmp_path, "CAP008", changes)) == [("CAP008", "undetermined", None)]


def test_lines_are_judged_in_every_tier(tmp_path: Path) -> None:
    changes = [("plan.yml", "tier: B", "tier: C"), line("warehouse_size: XS, unit_price: 3 EUR/credits")]
    assert [finding.rule for finding in judged(tmp_path, "CAP008", changes)] == ["CAP008"]


def budget(text: str) -> tuple[str, str, str]:
    return CAPACITY, "budget: 100 EUR/month", f"budget: {text}"


SPREAD = line(
    "quantity: {low: 6 credits/month, base: 8 credits/month, high: 20 credits/month, basis: guess}, "
    "unit_price: 3 EUR/credits"
)
RISK = (BUNDLE, "effect: The night's load fails", "effect: The night's load is repeated and its cost doubles")
A_BILLION = "effect: A billion rows come too late to be priceless"
GROWING = (CAPACITY, "23 EUR/TB/month", "40 EUR/GB/month")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([budget("25 EUR/month")], []),
        (
            [budget("24 EUR/month")],
            [
                (
                    "warning",
                    "cost.budget",
                    "The cost is over the budget of 24 EUR/month from month 1 on: then just over 24 EUR/month, at the "
                    "horizon just over 24 EUR/month",
                )
            ],
        ),
        (
            [budget("20 EUR/month")],
            [("error", "cost.budget", "The cost at go-live is 24 EUR/month, the budget is 20 EUR/month")],
        ),
        (
            [budget("288 EUR/yr"), line("quantity: 8 credits/month, unit_price: 3.1 EUR/credits")],
            [("error", "cost.budget", "The cost at go-live is 302 EUR/yr, the budget is 288 EUR/yr")],
        ),
        (
            [budget("50 EUR/month"), SPREAD],
            [
                (
                    "error",
                    "risks",
                    "In the high case the cost is 60 EUR/month, the budget is 50 EUR/month, and no risk says what is "
                    "done then",
                )
            ],
        ),
        ([budget("60 EUR/month"), SPREAD], []),
        ([budget("50 EUR/month"), SPREAD, RISK], []),
        (
            [budget("50 EUR/month"), SPREAD, (RISK[0], RISK[1], A_BILLION)],
            [
                (
                    "error",
                    "risks",
                    "In the high case the cost is 60 EUR/month, the budget is 50 EUR/month, and no risk says what is "
                    "done then",
                )
            ],
        ),
        (
            [budget("40 EUR/month"), GROWING],
            [
                (
                    "warning",
                    "cost.budget",
                    "The cost is over the budget of 40 EUR/month from month 19 on: then 40.4 EUR/month, at the horizon "
                    "45.9 EUR/month",
                )
            ],
        ),
        ([(CAPACITY, "  budget: 100 EUR/month\n", "")], [("error", "cost", "Cost has no budget for a month")]),
        (
            [(CAPACITY, "budget: 100 EUR/month", "budget: {not_applicable: The team pays a flat rate for all of it}")],
            [],
        ),
        (
            [
                cost(
                    "  budget: 100 EUR/month\n  one_off: {rehearsal: 20 EUR}\n",
                    "    - {driver: people, purpose: rehearsal, quantity: 1 person_days, "
                    "unit_price: 25 EUR/person_days}\n",
                )
            ],
            [("error", "cost.one_off.rehearsal", "The rehearsal costs 25 EUR, and 20 EUR may be spent on it")],
        ),
    ],
)
def test_within_budget(tmp_path: Path, changes: Changes, found: list[tuple[str, str, str]]) -> None:
    findings = judged(tmp_path, "CAP009", changes)
    assert [(entry.severity, entry.path, entry.message) for entry in findings] == found


def test_the_largest_and_the_growing_driver_are_named(tmp_path: Path) -> None:
    (over,) = judged(tmp_path / "over", "CAP009", [budget("20 EUR/month")])
    assert over.hint == (
        "Or save 4 EUR/month: most of it is compute, 24 EUR/month (line compute (snowflake): 8 credits/month × 3 "
        "EUR/credits)"
    )
    assert (over.observed, over.expected) == ("20 EUR/month", "at least 24 EUR/month")
    (later,) = judged(tmp_path / "later", "CAP009", [budget("40 EUR/month"), GROWING])
    assert later.hint == (
        "What grows most is storage: from 0 EUR/month at go-live to 22 EUR/month at the horizon (line raw.orders: 548 "
        "MB × 40 EUR/GB/month); check its `unit_price`, and per what it is, first"
    )
    assert later.expected == "at least 46 EUR/month, if the lines are right"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([budget("100 EUR/month")], ""),
        (
            [budget("1 EUR/month"), GROWING],
            "; the other lines alone come to 21.9 EUR/month at the horizon (line raw.orders: 548 MB × 40 "
            "EUR/GB/month), the budget is 1 EUR/month",
        ),
        (
            [(CAPACITY, "  lines:\n", "  lines:\n    - {quantity: 10 h/month, unit_price: 11 EUR/h}\n")],
            "; the other lines alone come to 110 EUR/month at go-live (line cost (flat): 10 h/month × 11 EUR/h), the "
            "budget is 100 EUR/month",
        ),
    ],
)
def test_what_can_be_worked_out_is_held_to_the_budget(tmp_path: Path, changes: Changes, told: str) -> None:
    opened = line("warehouse_size: XS, unit_price: 3 EUR/credits")
    (found,) = judged(tmp_path, "CAP009", [opened, *changes])
    open_one = "line compute (snowflake) comes to no sum"
    assert found.path == "cost.budget"
    assert found.message.partition(open_one)[2] == told


def test_a_sum_that_is_open_is_the_fault_of_its_lines(tmp_path: Path) -> None:
    changes = [line("warehouse_size: XS, unit_price: 3 EUR/credits")]
    assert verdicts(judged(tmp_path, "CAP008 CAP009", changes)) == [
        ("CAP008", "error", None),
        ("CAP009", "error", "CAP008"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        [budget("100 EUR")],
        [line("quantity: 8, unit_price: 3 EUR/credits")],
        [(CAPACITY, "compression: 3", "compression: x")],
    ],
)
def test_a_refused_input_leaves_the_budget_undetermined(tmp_path: Path, changes: Changes) -> None:
    assert verdicts(judged(tmp_path, "CAP009", changes)) == [("CAP009", "undetermined", None)]


def test_the_risk_of_a_sample_plan_speaks_of_cost(tmp_path: Path) -> None:
    high = [(CAPACITY, "budget: 4000 EUR/month", "budget: 1800 EUR/month")]
    assert sample(tmp_path / "with", "orders-mart", "CAP009", high) == []
    dropped = [*high, (BUNDLE, "effect: Monthly cost nears the budget", "effect: Queries get slow"),
               (BUNDLE, "trigger: cost_ticket", "trigger: scan_ticket")]  # fmt: skip
    (found,) = sample(tmp_path / "without", "orders-mart", "CAP009", dropped)
    assert (found.gate, found.path) == ("bundle", "risks")

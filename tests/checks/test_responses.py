"""A check measures, weighs, sets something off, and sets rows aside in order."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, told, verdicts

FILE = "07-quality.yml"
DERIVE = "derive: [unique, not_null, accepted_values, freshness, row_count]\n"
LEARNS = "kind: volume_anomaly, severity: warn, action: warn, owner: data_team"
WHOLE = "column: order_id, kind: unique, must_be: '<= 0 rows', severity: warn, action: warn, owner: data_team"


def check(text: str) -> tuple[str, str, str]:
    return FILE, DERIVE, f"{DERIVE}checks:\n  - {{id: orders_pk, dataset: mart.orders, {text}}}\n"


def severity(text: str) -> tuple[str, str, str]:
    return FILE, "severities: [{severity: error,", f"severities: [{{{text}}}, {{severity: error,"


def gate(text: str) -> tuple[str, str, str]:
    return FILE, "drift:", f"{text}\ndrift:"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ([check(WHOLE)], []),
        ([check(WHOLE.replace(", must_be: '<= 0 rows'", ""))], ["must_be"]),
        ([check(WHOLE.replace(", severity: warn", ""))], ["severity"]),
        ([check(WHOLE.replace(", action: warn", ""))], ["action"]),
        ([check(WHOLE.replace(", owner: data_team", ""))], ["owner"]),
        ([check(WHOLE.replace(", action: warn", "")), severity("severity: warn, action: warn")], []),
        ([check(WHOLE.replace(", action: warn", "")), severity("severity: info, action: warn")], ["action"]),
        ([check("kind: schema, severity: warn, action: warn, owner: data_team")], []),
        ([check("kind: volume_anomaly, severity: warn, action: warn, owner: data_team")], ["must_be"]),
        (
            [
                check(
                    "kind: volume_anomaly, severity: warn, action: warn, owner: data_team, "
                    "baseline: {sensitivity: 3 standard deviations}"
                )
            ],
            [],
        ),
        (
            [
                check("kind: distribution, severity: warn, action: warn, owner: data_team"),
                gate("baseline: {sensitivity: 3 standard deviations}"),
            ],
            [],
        ),
    ],
)
def test_checks_decide(tmp_path: Path, changes: Changes, missing: list[str]) -> None:
    assert told(judged(tmp_path, "DQ002", changes)) == [
        (f"checks[0].{name}", f"Check orders_pk has no `{name}`") for name in missing
    ]


@pytest.mark.parametrize(
    ("kind", "bound", "fits"),
    [
        ("freshness", "<= 30 h", True),
        ("freshness", "< 30 h", True),
        ("freshness", "<= 120 rows", False),
        ("freshness", ">= 120 min", False),
        ("unique", "<= 0", True),
        ("unique", "<= 1 %", True),
        ("unique", "== 0 rows", True),
        ("not_null", ">= 99.9 %", True),
        ("not_null", ">= 1 rows", False),
        ("unique", "<= 120 min", False),
        ("range", "<= 5 EUR", False),
        ("row_count", ">= 1000 rows", True),
        ("row_count", ">= 1000 events/h", True),
        ("row_count", "between 70 % and 130 %", True),
        ("volume_anomaly", "<= 2 h", False),
        ("custom_sql", "<= 5 min", True),
        ("distribution", ">= 5 EUR", True),
    ],
)
def test_bounds_are_of_what_the_kind_measures(tmp_path: Path, kind: str, bound: str, fits: bool) -> None:
    text = f"kind: {kind}, must_be: '{bound}', severity: warn, action: warn, owner: data_team"
    message = f"Check orders_pk of kind {kind} cannot be held against `{bound}`"
    assert told(judged(tmp_path, "DQ002", [check(text)])) == ([] if fits else [("checks[0].must_be", message)])


def error(text: str) -> tuple[str, str, str]:
    return check(f"column: order_id, kind: unique, must_be: '<= 0 rows', owner: data_team, severity: error{text}")


def compared(text: str) -> tuple[str, str, str]:
    return FILE, "{id: orders_vs_shop,", f"{{id: orders_vs_shop, severity: error, {text}"


NO_RUNBOOK = ("08-operations.yml", ", runbook: late_orders}", "}")
NO_ROUTE = ("08-operations.yml", 'route: "#data", ', "")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([error(", action: block_publish")], []),
        ([error(", action: quarantine")], []),
        ([error(", action: page, alert: orders_late")], []),
        ([error(", action: page, alert: orders_late, runbook: late_orders"), NO_RUNBOOK], []),
        (
            [error(", action: warn")],
            [("checks[0].action", "Check orders_pk is of severity error and only has the action `warn`", None)],
        ),
        ([error("")], [("checks[0].action", "Check orders_pk is of severity error and sets off nothing", "DQ002")]),
        ([error(""), severity("severity: error, action: block_publish")], []),
        (
            [error(", action: page, runbook: late_orders")],
            [("checks[0].alert", "Check orders_pk pages, and no alert says whom", None)],
        ),
        (
            [error(", action: page, alert: orders_late"), NO_RUNBOOK],
            [("checks[0].runbook", "Check orders_pk pages, and no runbook says what to do", None)],
        ),
        (
            [error(", action: page, alert: orders_late"), NO_ROUTE],
            [("alerts[0].route", "Check orders_pk pages by alert orders_late, which has no route", "OPS002")],
        ),
        (
            [compared("action: warn,")],
            [
                (
                    "reconciliation[0].action",
                    "Check orders_vs_shop is of severity error and only has the action `warn`",
                    None,
                )
            ],
        ),
        (
            [compared("")],
            [("reconciliation[0].action", "Check orders_vs_shop is of severity error and sets off nothing", None)],
        ),
        ([compared("action: block_publish,")], []),
    ],
)
def test_errors_are_acted_on(tmp_path: Path, changes: Changes, problems: list[tuple[str, str, str | None]]) -> None:
    found = judged(tmp_path, "DQ003", changes)
    assert [(entry.path, entry.message, entry.cause) for entry in found if entry.verdict == "fail"] == problems


ASIDE = "column: order_id, kind: not_null, must_be: '<= 0 rows', severity: error, action: quarantine, owner: data_team"
PLACE = "location: raw_quarantine.orders, retention: 90 d, replay: Correct and load again, max_rate: 0.1 %"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ([check(f"{ASIDE}, quarantine: {{{PLACE}}}")], []),
        ([check(ASIDE), gate(f"quarantine: {{{PLACE}}}")], []),
        ([check(f"{ASIDE}, quarantine: {{max_rate: 1 %}}"), gate("quarantine: {location: raw_quarantine.all}")],
         ["replay", "retention"]),
        ([check(ASIDE)], ["location", "max_rate", "replay", "retention"]),
        ([check(f"{ASIDE}, quarantine: {{{PLACE.replace(', max_rate: 0.1 %', '')}}}")], ["max_rate"]),
        ([check(ASIDE.replace(", action: quarantine", "")), severity("severity: error, action: quarantine")],
         ["location", "max_rate", "replay", "retention"]),
    ],
)  # fmt: skip
def test_quarantines_are_emptied(tmp_path: Path, changes: Changes, missing: list[str]) -> None:
    found = told(judged(tmp_path, "DQ011", changes))
    said = "Check orders_pk sets rows aside and does not say their"
    assert sorted(found) == [(f"checks[0].quarantine.{name}", f"{said} `{name}`") for name in missing]


def test_a_reconciliation_may_set_rows_aside(tmp_path: Path) -> None:
    found = told(judged(tmp_path, "DQ011", [compared("action: quarantine,")]))
    assert {path.rpartition(".")[2] for path, _ in found} == {"location", "retention", "replay", "max_rate"}
    assert {path.partition(".")[0] for path, _ in found} == {"quarantine"}


def learnt(text: str) -> tuple[str, str, str]:
    return check(f"kind: volume_anomaly, must_be: between 70 % and 130 %, baseline: {{{text}}}")


BACKFILL = (
    "09-cutover.yml",
    'backfill: {not_applicable: "The first load takes the whole table; there is no history besides it"}\n',
    "backfill: [{id: history, dataset: raw.orders, range: {start: START, end: 2027-01-12}}]\n",
)
BESIDE = (
    "10-acceptance.yml",
    'parallel_run: {not_applicable: "The hand-made export is replaced at once; both are kept until the end of '
    'February"}',
    "parallel_run: {start: 2026-12-15, end: 2027-01-12}",
)


UNFED = ("04-ingestion.yml", "inputs: [raw.orders]", "inputs: {of: the wrong kind}")


def filled(start: str) -> tuple[str, str, str]:
    return BACKFILL[0], BACKFILL[1], BACKFILL[2].replace("START", start)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([learnt("training_period: 14 d")], None),
        ([learnt("training_period: 335 h")], "Check orders_pk learns from 335 h"),
        ([learnt("training_period: 7 d, fallback: '>= 3000 rows'")], None),
        ([learnt("detection_period: 2 d")],
         "Check orders_pk does not say from how many days it learns, and has no bound until then"),
        ([check("kind: volume_anomaly"), gate("baseline: {training_period: 28 d}")], None),
        ([learnt("training_period: 28 d"), filled("2026-12-01")], None),
        ([learnt("training_period: 28 d"), filled("2026-12-20")],
         "Check orders_pk learns from 28 d, and mart.orders has 23.4 d of history at go-live"),
        ([learnt("training_period: 28 d"), filled("2026-12-20"), BESIDE], None),
        ([learnt("training_period: 29 d"), filled("2026-12-20"), BESIDE],
         "Check orders_pk learns from 29 d, and mart.orders has 28.4 d of history at go-live"),
        ([learnt("training_period: 28 d"), ("02-sources.yml", "history_from: 2024-01-01", "history_from: 2027-01-01")],
         "Check orders_pk learns from 28 d, and mart.orders has 11.4 d of history at go-live"),
    ],
)  # fmt: skip
def test_learning_takes_time(tmp_path: Path, changes: Changes, message: str | None) -> None:
    found = judged(tmp_path, "DQ007", changes)
    assert told(found) == ([("checks[0].baseline.training_period", message)] if message else [])
    assert all(entry.severity == "warning" for entry in found)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("DQ002", [check(WHOLE.replace("action: warn", "action: warning"))]),
        ("DQ002", [check(WHOLE.replace(", action: warn", "")), severity("severity: warn, action: warning")]),
        ("DQ002", [check(WHOLE.replace(", action: warn", "")), severity("severity: warning, action: warn")]),
        ("DQ002", [check(LEARNS), gate("baseline: {sensitivity: {of: 3}}")]),
        ("DQ002", [check(f"{LEARNS}, baseline: {{sensitivity: {{of: 3}}}}")]),
        ("DQ003", [error(", action: pager")]),
        ("DQ003", [error(""), severity("severity: error, action: pager")]),
        ("DQ011", [check(f"{ASIDE}, quarantine: {{{PLACE.replace('90 d', '90')}}}")]),
        ("DQ011", [check(ASIDE), gate(f"quarantine: {{{PLACE.replace('90 d', '90')}}}")]),
        ("DQ007", [learnt("training_period: long")]),
        ("DQ007", [check("kind: volume_anomaly"), gate("baseline: {training_period: long}")]),
        ("DQ007", [learnt("training_period: 28 d"), filled("last December")]),
        ("DQ007", [learnt("training_period: 28 d"), filled("2026-12-01"), UNFED]),
    ],
)
def test_a_refused_value_leaves_responses_undetermined(tmp_path: Path, rule: str, changes: Changes) -> None:
    assert verdicts(judged(tmp_path, rule, changes)) == [(rule, "undetermined", None)]


def test_without_such_checks_nothing_is_asked(tmp_path: Path) -> None:
    assert idle(tmp_path, "DQ002 DQ003 DQ007 DQ011") == 4

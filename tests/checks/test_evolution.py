"""Contracts against their version before: each change with exactly the findings that it deserves."""

from pathlib import Path

import pytest

from plangate.checks.finding import Finding
from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .test_rules import TODAY, first_plan

MODEL, CONTRACTS, CONTEXT = "05-modeling.yml", "06-contracts.yml", "01-context.yml"
STATUS = (
    "      - {name: status, type: string, nullable: false, values: [placed, shipped, cancelled], "
    "description: State of the order}\n"
)
DROPPED = Edit(MODEL, STATUS, "")
EVOLUTION = "evolution: {versioning: semver, deprecation_window: 30 d}"
BOARD = Edit(
    CONTEXT,
    "reads: [mart.orders]}\nscope",
    'reads: [mart.orders]}\n  - {id: board, name: Board, type: dashboard, owner: data_platform, contact: "#board", '
    "reads: [mart.orders]}\nscope",
)
PARALLEL = Edit(CONTRACTS, "    sla:", "    parallel_versions: 2\n    sla:")


def version(new: str) -> Edit:
    return Edit(CONTRACTS, "version: 1.0.0", f"version: {new}")


def told_in(sunset: str, *migrations: str) -> Edit:
    listed = "".join(f"    - {{{migration}}}\n" for migration in migrations)
    return Edit(
        CONTRACTS,
        EVOLUTION,
        "evolution:\n  versioning: semver\n  deprecation_window: 30 d\n  changes:\n"
        "    - {dataset: mart.orders, kind: column_removed, element: status, classification: breaking, "
        f"reason: Moved to a table of its own, announce: 2026-11-20, sunset: {sunset}}}\n"
        + (f"  migrations:\n{listed}" if listed else ""),
    )


def migration(consumer: str, by: str = "2026-11-28", acknowledged: str = "true") -> str:
    return (
        f"consumer: {consumer}, dataset: mart.orders, change: status, steps: Read the new table, owner: data_team, "
        f"by: {by}, acknowledged: {acknowledged}"
    )


def found(folder: Path, *edits: Edit, base: tuple[Edit, ...] = ()) -> list[Finding]:
    """Judge the first plan in tier B, changed, against itself as it was."""
    tier = Edit("plan.yml", "tier: C", "tier: B")
    before = read_portfolio(first_plan(folder / "base", (tier, *base)))
    after = read_portfolio(first_plan(folder, (tier, *base, *edits)))
    report = check(after, today=TODAY, base=before)
    assert not report.failures
    return [finding for finding in report.findings if finding.rule.startswith(("CON", "PLN"))]


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


SERVE = "Serve the old version until then"
EARLIER = f"{SERVE}, or announce the change on 2999-12-01 already, and readers have to be off it by 2999-12-31"


@pytest.mark.parametrize(
    ("announced", "sunset", "expected", "hint"),
    [
        ("2026-11-20", "2026-11-30", "2026-12-20 or later, 30 d after 2026-11-20", SERVE),
        ("2999-12-01", "2999-12-31", None, None),
        ("2999-12-10", "2999-12-31", "3000-01-09 or later, 30 d after 2999-12-10", EARLIER),
    ],
)
def test_the_first_day_that_gives_notice_enough_is_named_where_there_is_one(
    tmp_path: Path, announced: str, sunset: str, expected: str | None, hint: str | None
) -> None:
    told = told_in(sunset, migration("stock_report"))
    told = Edit(CONTRACTS, told.old, (told.new or "").replace("announce: 2026-11-20", f"announce: {announced}"))
    notice = [one for one in found(tmp_path, DROPPED, version("2.0.0"), PARALLEL, told) if one.rule == "CON006"]
    assert [(one.expected, one.hint) for one in notice] == ([(expected, hint)] if expected else [])


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ((), []),
        ((DROPPED, version("1.1.0"), BOARD), ["CON004", "CON005", "CON005"]),
        ((DROPPED, version("2.0.0"), PARALLEL, told_in("2026-11-30", migration("stock_report"))), ["CON006"]),
        ((DROPPED, version("2.0.0"), PARALLEL, told_in("2027-01-15", migration("stock_report"))), []),
        ((DROPPED, version("2.0.0"), told_in("2027-01-15", migration("stock_report"))), ["CON006"]),
        ((Edit(CONTRACTS, "retention: 3 yr", "retention: 1 yr"),), ["CON013"]),
        ((version("0.9.0"),), ["CON004"]),
        ((version("1.0.1"),), []),
        (
            (
                Edit(
                    MODEL,
                    STATUS,
                    f"{STATUS}      - {{name: coupon, type: string, nullable: true, description: Code}}\n",
                ),
            ),
            ["CON004"],
        ),
        (
            (
                Edit(
                    MODEL,
                    STATUS,
                    f"{STATUS}      - {{name: coupon, type: string, nullable: true, description: Code}}\n",
                ),
                version("1.1.0"),
            ),
            [],
        ),
    ],
)
def test_each_change_has_its_findings(tmp_path: Path, edits: tuple[Edit, ...], expected: list[str]) -> None:
    assert sorted(rules(found(tmp_path, *edits))) == expected


PAID = Edit(
    MODEL,
    STATUS,
    f'{STATUS}      - {{name: paid, type: "decimal(10,2)", nullable: false, unit: EUR, description: What was paid}}\n',
)


@pytest.mark.parametrize(
    ("old", "new"),
    [("decimal(10,2)", "decimal(10,4)"), ("unit: EUR", "unit: cent"), ("unit: EUR, ", "")],
)
def test_another_meaning_is_breaking_and_has_one_headline(tmp_path: Path, old: str, new: str) -> None:
    findings = found(tmp_path, Edit(MODEL, old, new), version("1.1.0"), base=(PAID,))
    assert {(finding.rule, finding.cause) for finding in findings if finding.rule in {"CON004", "CON014"}} == {
        ("CON014", None),
        ("CON004", "CON014"),
    }


ENTRY, DAY = migration("stock_report"), "no later than 2027-01-15"
STEPS = "`steps` that say what they change"


@pytest.mark.parametrize(
    ("entry", "says", "field", "found_and_asked"),
    [
        (migration("stock_report", by="2027-02-01"), "after the sunset on 2027-01-15", ".by", ("2027-02-01", DAY)),
        (ENTRY.replace("by: 2026-11-28, ", ""), "names no day", ".by", (None, DAY)),
        (
            migration("stock_report", acknowledged="false"),
            "nobody there has acknowledged",
            ".acknowledged",
            ("false", "`acknowledged: true`"),
        ),
        (
            ENTRY.replace(", acknowledged: true", ""),
            "nobody there has acknowledged",
            ".acknowledged",
            (None, "`acknowledged: true`"),
        ),
        (
            ENTRY.replace("steps: Read the new table, ", ""),
            "does not say in `steps` what they",
            ".steps",
            (None, STEPS),
        ),
        (ENTRY.replace("Read the new table", "TBD"), "does not say in `steps` what they", ".steps", ("TBD", STEPS)),
        (
            migration("other_report"),
            "no migration is listed",
            "",
            (None, "a migration with `consumer: stock_report` and its `steps`, acknowledged, by 2027-01-15"),
        ),
    ],
)
def test_what_a_migration_lacks_is_said_where_it_stands(
    tmp_path: Path, entry: str, says: str, field: str, found_and_asked: tuple[str | None, str]
) -> None:
    edits = (DROPPED, version("2.0.0"), PARALLEL, told_in("2027-01-15", entry))
    (told,) = [finding for finding in found(tmp_path, *edits) if finding.rule == "CON005"]
    assert says in told.message
    assert "stock_report (data_team)" in told.message
    assert told.path == (f"evolution.migrations[0]{field}" if field else "evolution.migrations")
    assert (told.observed, told.expected) == found_and_asked


# Where the old version ends too early by the policy, consumers have until the day on which it may end.
@pytest.mark.parametrize(
    ("by", "cause"),
    [("2026-11-28", []), ("2026-12-05", ["CON006"]), ("2026-12-20", ["CON006"]), ("2026-12-21", [None])],
)
def test_a_migration_has_as_long_as_notice_has_to_be_given(tmp_path: Path, by: str, cause: list[str | None]) -> None:
    edits = (DROPPED, version("2.0.0"), PARALLEL, told_in("2026-11-30", migration("stock_report", by=by)))
    told = [one for one in found(tmp_path, *edits) if one.rule == "CON005"]
    assert [one.cause for one in told] == cause
    asked = "no later than 2026-12-20, the sunset that CON006 asks for"
    assert [one.expected for one in told] == [asked] * len(cause)


@pytest.mark.parametrize(
    ("steps", "second", "cause"),
    [
        ("TBD", False, "GEN007"),
        ('""', False, "GEN007"),
        ("none", False, None),
        (None, False, None),
        ("TBD", True, None),
    ],
)
def test_a_placeholder_for_steps_is_told_as_one_fault(
    tmp_path: Path, steps: str | None, second: bool, cause: str | None
) -> None:
    old = "steps: Read the new table, "
    entry = migration("stock_report").replace(old, "" if steps is None else f"steps: {steps}, ")
    also = Edit(MODEL, "      - {name: order_date,", "      - {name: ordered_on,")
    edits = (DROPPED, *((also,) if second else ()), version("2.0.0"), PARALLEL, told_in("2027-01-15", entry))
    (told,) = [one for one in found(tmp_path, *edits) if one.rule == "CON005"]
    assert told.cause == cause


def test_an_added_consumer_that_reads_what_is_built_from_it_is_reached(tmp_path: Path) -> None:
    second = "\n".join(
        [
            "id: second-plan", "title: Another plan", "intent: draft", "tier: B",
            "owners: [{team: data_platform, role: accountable}]",
        ]
    )  # fmt: skip
    edits = (
        DROPPED, version("2.0.0"), PARALLEL, told_in("2027-01-15", migration("stock_report")),
        Edit("../second-plan/plan.yml", None, second),
        Edit(
            "../second-plan/01-context.yml",
            None,
            "consumers: [{id: audit, name: Audit, owner: data_platform, reads: [audit.orders]}]\n",
        ),
        Edit("../second-plan/05-modeling.yml", None, "models: [{id: audit.orders, depends_on: [mart.orders]}]\n"),
    )  # fmt: skip
    told = {finding.rule: finding for finding in found(tmp_path, *edits) if finding.rule in {"CON005", "PLN008"}}
    here, there = told["CON005"], told["PLN008"]
    assert here.message == (
        "Plan second-plan, for its audit (data_platform), is reached by the change of mart.orders#status: "
        "no migration is listed"
    )
    assert here.path == "evolution.migrations"
    assert here.expected == "a migration with `consumer: second-plan` and its `steps`, acknowledged, by 2027-01-15"
    assert here.hint == (
        "Agree with them on the steps and the day; then add to `evolution.migrations`: `- {consumer: second-plan, "
        "dataset: mart.orders, change: status, steps: <what they change>, owner: data_platform, by: 2027-01-15}`, "
        "then `acknowledged: true` in it once they agree"
    )
    assert there.message == (
        "Plan first-plan changes mart.orders#status, which ends on 2027-01-15: neither plan lists a migration of "
        "second-plan in its gate contracts, `evolution.migrations`"
    )
    assert (there.plan, there.cause, there.cause_plan) == ("second-plan", "CON005", "first-plan")
    assert here.cause_plan is None
    assert there.hint is not None
    assert "plan first-plan then lists: `- {consumer: second-plan, dataset: mart.orders, " in there.hint


@pytest.mark.parametrize(
    ("key", "typed"), [("by:", "due:"), ("steps:", "stesp:"), ("Read the new table", "[Read the new table]")]
)
def test_what_a_migration_says_and_nobody_can_read_is_not_called_absent(tmp_path: Path, key: str, typed: str) -> None:
    entry = migration("stock_report").replace(key, typed)
    edits = (DROPPED, version("2.0.0"), PARALLEL, told_in("2027-01-15", entry))
    told = [one.verdict for one in found(tmp_path, *edits) if one.rule == "CON005"]
    assert told == ["undetermined"]


OLDER = (
    "models:\n  - name: orders\n    constraints: [{type: primary_key, columns: [order_id]}]\n    columns:\n"
    + "".join(
        f"      - {{name: {name}, data_type: {kind}, constraints: [{{type: not_null}}]}}\n"
        for name, kind in (("order_id", "string"), ("order_date", "DAY"), ("status", "string"))
    )
)


def test_a_transitive_mode_looks_at_every_version_that_is_served(tmp_path: Path) -> None:
    served = Edit(
        CONTRACTS,
        "    sla:",
        "    live_versions: [{version: 0.9.0, file: contracts/orders-0.yml, sunset: 2027-03-01}]\n    sla:",
    )
    for day, expected in (("date", []), ("integer", ["CON008"])):
        folder = tmp_path / day
        edits = (
            served,
            Edit("contracts/orders-0.yml", None, OLDER.replace("DAY", day)),
            Edit(CONTRACTS, "compatibility: backward", "compatibility: backward_transitive"),
        )
        free = (Edit(MODEL, "values: [placed, shipped, cancelled], ", ""),)
        assert [one.rule for one in found(folder, *edits, base=free) if one.rule == "CON008"] == expected


def test_without_a_base_an_older_version_in_a_file_is_compared(tmp_path: Path) -> None:
    edits = (
        Edit("plan.yml", "tier: C", "tier: B"),
        Edit("contracts/orders-0.yml", None, OLDER.replace("order_date", "gone")),
        Edit(
            CONTRACTS,
            "    sla:",
            "    live_versions: [{version: 0.9.0, file: contracts/orders-0.yml, sunset: 2027-03-01}]\n    sla:",
        ),
    )
    report = check(read_portfolio(first_plan(tmp_path, edits)), today=TODAY)
    told = [finding for finding in report.findings if finding.rule in {"CON005", "CON006"}]
    assert sorted(finding.rule for finding in told) == ["CON005", "CON006"]
    assert "mart.orders#gone" in told[0].message


@pytest.mark.parametrize(
    ("old", "new", "silent"),
    [
        ("compatibility: backward", "compatibility: none", True),
        ("status: active", "status: retired", True),
        ("status: active", "status: deprecated", False),
        ("owner: data_team\n    columns", "owner: data_platform\n    columns", False),
        ("freshness: 30 h", "freshness: 25 h", False),
    ],
)
def test_whatever_breaks_readers_is_told(tmp_path: Path, old: str, new: str, silent: bool) -> None:
    active = (Edit(CONTRACTS, "status: proposed", "status: active"),)
    assert ("CON013" in rules(found(tmp_path, Edit(CONTRACTS, old, new), base=active))) is silent


UNSAID = Edit(CONTRACTS, "sla: {freshness: 30 h, retention", "sla: {retention")
PROMISE = "{dataset: mart.orders, target: 30 h"
LOOSENED = f"{EVOLUTION[:-1]}, changes: [{{dataset: mart.orders, kind: sla_loosened, element: freshness}}]}}"


@pytest.mark.parametrize(
    ("base", "edits", "message"),
    [
        (
            (UNSAID,),
            (Edit("02-sources.yml", PROMISE, "{dataset: mart.orders, target: 40 h"),),
            "The promise of mart.orders goes from 30 h to 40 h, which readers notice, and no entry of "
            "`evolution.changes` says so",
        ),
        (
            (UNSAID,),
            (Edit("02-sources.yml", "{dataset: mart.orders, target: 30 h, ", "{dataset: mart.orders, "),),
            "The promise of mart.orders goes from 30 h to nothing, which readers notice, and no entry of "
            "`evolution.changes` says so",
        ),
        (
            (UNSAID,),
            (
                Edit("02-sources.yml", PROMISE, "{dataset: mart.orders, target: 40 h"),
                Edit(CONTRACTS, EVOLUTION, LOOSENED),
            ),
            "The promise of mart.orders goes from 30 h to 40 h, which readers notice, and the version has not risen",
        ),
        (
            (UNSAID,),
            (
                Edit("02-sources.yml", PROMISE, "{dataset: mart.orders, target: 40 h"),
                Edit(CONTRACTS, EVOLUTION, LOOSENED),
                version("1.1.0"),
            ),
            None,
        ),
        ((UNSAID,), (Edit("02-sources.yml", PROMISE, "{dataset: mart.orders, target: 20 h"),), None),
        ((UNSAID,), (Edit("02-sources.yml", PROMISE, "{dataset: mart.orders, target: 40 hours"),), None),
        ((), (Edit("02-sources.yml", PROMISE, "{dataset: mart.orders, target: 40 h"),), None),
        (
            (
                UNSAID,
                Edit(
                    "02-sources.yml",
                    "freshness:\n  - {dataset: mart.orders, target: 30 h, slo: 99 %, window: 30 d}\n",
                    "freshness: from_consumers\n",
                ),
                Edit(CONTEXT, "reads: [mart.orders]}\nscope", "reads: [mart.orders], freshness: 30 h}\nscope"),
            ),
            (Edit(CONTEXT, "freshness: 30 h}\nscope", "freshness: 40 h}\nscope"),),
            "The promise of mart.orders goes from 30 h to 40 h, which readers notice, and no entry of "
            "`evolution.changes` says so",
        ),
    ],
)
def test_a_promise_stands_for_a_contract_that_says_no_freshness(
    tmp_path: Path, base: tuple[Edit, ...], edits: tuple[Edit, ...], message: str | None
) -> None:
    told = [one for one in found(tmp_path, *edits, base=base) if (one.rule, one.verdict) == ("CON013", "fail")]
    assert [one.message for one in told] == ([message] if message else [])


def served(sunset: str) -> Edit:
    return Edit(CONTRACTS, "    sla:", f"    live_versions: [{{version: 0.9.0, sunset: {sunset}}}]\n    sla:")


@pytest.mark.parametrize(("sunset", "expected"), [("2027-03-01", ["CON013"]), ("2026-11-20", [])])
def test_an_older_version_may_go_after_its_sunset_only(tmp_path: Path, sunset: str, expected: list[str]) -> None:
    dropped = Edit(CONTRACTS, served(sunset).new or "", "    sla:")
    findings = found(tmp_path, dropped, base=(served(sunset),))
    assert [finding.rule for finding in findings if finding.rule == "CON013"] == expected


GONE = Edit(CONTRACTS, None, "contracts: []\nevolution: {versioning: semver, deprecation_window: 30 d}\n")
ANNOUNCED = (
    "contracts: []\nevolution:\n  versioning: semver\n  deprecation_window: 30 d\n  changes:\n"
    "    - {dataset: mart.orders, kind: dataset_removed, classification: breaking, reason: Nobody reads it, "
    "announce: 2026-11-20, sunset: 2027-01-15}\n  migrations:\n"
    "    - {consumer: stock_report, dataset: mart.orders, steps: Read the shop's own report, owner: data_team, "
    "by: 2026-12-20, acknowledged: true}\n"
)


def test_a_contract_does_not_go_in_silence(tmp_path: Path) -> None:
    told = [one for one in found(tmp_path / "silent", GONE) if one.rule in {"CON005", "CON006"}]
    assert sorted((one.rule, "mart.orders" in one.message) for one in told) == [("CON005", True), ("CON006", True)]
    announced = found(tmp_path / "told", Edit(CONTRACTS, None, ANNOUNCED))
    assert [one.message for one in announced if one.rule in {"CON005", "CON006"}] == []


def avro(*fields: str) -> str:
    return '{"type": "record", "name": "orders", "fields": [' + ", ".join(fields) + "]}\n"


ID = '{"name": "order_id", "type": "string"}'
LISTED = Edit(CONTRACTS, "columns: from_model", "columns: {file: contracts/orders.avsc}")


@pytest.mark.parametrize(
    ("new", "mode", "expected"),
    [
        (avro(ID, '{"name": "note", "type": "string", "default": ""}'), "backward", ["CON004"]),
        (avro(ID, '{"name": "note", "type": "string"}'), "backward", ["CON004", "CON008"]),
        (avro(ID, '{"name": "note", "type": "string"}'), "forward", ["CON004"]),
        (avro(ID.replace('"string"', '["null", "string"]')), "forward", ["CON004", "CON005", "CON008"]),
    ],
)
def test_files_are_judged_by_the_rules_of_their_format(
    tmp_path: Path, new: str, mode: str, expected: list[str]
) -> None:
    order = "producers_first" if mode == "forward" else "consumers_first"
    base = (
        LISTED,
        Edit("contracts/orders.avsc", None, avro(ID)),
        Edit(CONTRACTS, "compatibility: backward", f"compatibility: {mode}"),
        Edit(CONTRACTS, "upgrade_order: consumers_first", f"upgrade_order: {order}"),
        Edit(CONTRACTS, "    primary_key: [order_id]\n", ""),
    )
    findings = found(tmp_path, Edit("contracts/orders.avsc", None, new), base=base)
    told = sorted({finding.rule for finding in findings if finding.rule in {"CON004", "CON005", "CON006", "CON008"}})
    assert told == expected


@pytest.mark.parametrize("versions", [(), (PARALLEL,)])
def test_an_older_version_is_served_until_the_change_ends(tmp_path: Path, versions: tuple[Edit, ...]) -> None:
    for sunset, messages in (
        ("2027-01-14", ["mart.orders#status ends on 2027-01-15, and the older version 0.9.0 of mart.orders is served "
                        "until 2027-01-14 only"]),
        ("2027-01-15", []),
    ):  # fmt: skip
        edits = (DROPPED, version("2.0.0"), served(sunset), *versions, told_in("2027-01-15", migration("stock_report")))
        told = [one for one in found(tmp_path / sunset, *edits) if one.rule == "CON006"]
        assert [one.message for one in told] == messages

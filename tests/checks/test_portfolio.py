"""The first plan, of tier B, beside a second one that was there before."""

from pathlib import Path

import pytest

from plangate.checks.finding import Finding
from plangate.checks.portfolio import SECOND
from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .judging import told
from .test_rules import TODAY, first_plan

NUMBER = {"context": "01", "sources": "02", "capacity": "03", "ingestion": "04", "cutover": "09"}


def beside(
    folder: Path, rule: str, header: str = "", *edits: Edit, created: str = "2026-10-01", **gates: str
) -> list[Finding]:
    text = f"id: second-plan\ntitle: Another plan\ntier: B\ncreated: {created}\n" + header
    files = {"plan.yml": text, **{f"{NUMBER[gate]}-{gate}.yml": written for gate, written in gates.items()}}
    second = (Edit(f"../second-plan/{name}", None, written) for name, written in files.items())
    plans = first_plan(folder, (Edit("plan.yml", "tier: C", "tier: B"), *second, *edits))
    report = check(read_portfolio(plans), today=TODAY, preset="strict", rules=[rule])
    assert not report.failures
    return list(report.findings)


BUILDS = "pipelines: [{id: load_again, outputs: [mart.orders]}]\n"


@pytest.mark.parametrize(
    ("header", "created", "plans"),
    [
        ("", "2026-10-01", ["first-plan"]),
        ("", "2026-12-01", ["second-plan"]),
        ("intent: live\n", "2026-12-01", ["first-plan"]),
        ("intent: withdrawn\n", "2026-10-01", []),
        ("intent: retired\n", "2026-10-01", []),
        ("supersedes: first-plan\n", "2026-10-01", []),
    ],
)
def test_one_plan_builds_a_dataset(tmp_path: Path, header: str, created: str, plans: list[str]) -> None:
    found = beside(tmp_path, "PLN001", header, created=created, ingestion=BUILDS)
    assert [finding.plan for finding in found] == plans
    if plans == ["first-plan"]:
        assert found[0].message == "mart.orders is built by plan second-plan already"


PLACE = "physical: {namespace: snowflake://acme, name: SHOP.MART.ORDERS}"
DESCRIBED = "    description: One row per order.\n"


@pytest.mark.parametrize(
    ("model", "place", "told"),
    [
        ("mart.copies", PLACE, "SHOP.MART.ORDERS in snowflake://acme"),
        ("mart.copies", PLACE.replace("SHOP.MART", "shop.mart"), "shop.mart.ORDERS in snowflake://acme"),
        ("mart.copies", PLACE.replace("//acme", "//Acme/"), "SHOP.MART.ORDERS in snowflake://Acme/"),
        ("mart.copies", PLACE.replace("ORDERS", "COPIES"), None),
        ("mart.copies", PLACE.replace("//acme", "//other"), None),
        ("mart.copies", PLACE.replace("namespace: snowflake://acme, ", ""), None),
        ("mart.copies", "description: A copy", None),
        ("mart.orders", PLACE, None),  # one dataset of two plans, of which is told as such
    ],
)
def test_one_plan_builds_at_a_place(tmp_path: Path, model: str, place: str, told: str | None) -> None:
    second = Edit("../second-plan/05-modeling.yml", None, f"models: [{{id: {model}, {place}}}]\n")
    placed = Edit("05-modeling.yml", DESCRIBED, f"{DESCRIBED}    {PLACE}\n")
    found = beside(tmp_path, "PLN001", "", placed, second, created="2026-12-02")
    places = [one.message for one in found if one.path.endswith("physical")]
    assert places == ([f"mart.copies lies where plan first-plan builds mart.orders: {told}"] if told else [])


def described(owner: str = "data_platform", more: str = "", dataset: str = "") -> str:
    return f"sources: [{{id: shop_db, owner: {owner}{more}, datasets: [{{id: shop_db.orders{dataset}}}]}}]\n"


@pytest.mark.parametrize(
    ("gates", "messages"),
    [
        ({"sources": described()}, []),
        (
            {"sources": described("data_team")},
            ["shop_db.orders belongs to data_team according to plan second-plan, here to data_platform"],
        ),
        (
            {"ingestion": "pipelines: [{id: load, outputs: [shop_db.orders]}]\n"},
            ["shop_db.orders belongs to web_data according to plan second-plan, not to data_platform"],
        ),
    ],
)
def test_owners_agree(tmp_path: Path, gates: dict[str, str], messages: list[str]) -> None:
    found = beside(tmp_path, "PLN003", "owners: [{team: web_data, role: accountable}]\n", **gates)
    assert [message for _, message in told(found)] == messages


def test_a_circle_of_plans_is_told_to_each_of_them(tmp_path: Path) -> None:
    reads = "sources: [{id: marts, datasets: [{id: mart.orders}]}]\n"
    depends = Edit("plan.yml", "domain: commerce", "domain: commerce\ndepends_on: [second-plan]")
    found = beside(tmp_path, "PLN004", "", depends, sources=reads)
    assert [(finding.plan, finding.path) for finding in found] == [
        ("first-plan", "depends_on"),
        ("second-plan", "sources[0].datasets[0]"),
    ]
    assert [finding.message for finding in found] == [
        "These plans wait for each other: first-plan → second-plan → first-plan",
        "These plans wait for each other: second-plan → first-plan → second-plan",
    ]
    assert beside(tmp_path / "one-way", "PLN004", "", sources=reads) == []


def test_each_plan_of_a_circle_is_told_what_it_waits_for(tmp_path: Path) -> None:
    third = SECOND.replace("second-plan", "third-plan") + "depends_on: [fourth-plan]\n"
    fourth = SECOND.replace("second-plan", "fourth-plan") + "depends_on: [third-plan]\n"
    found = beside(
        tmp_path,
        "PLN004",
        "depends_on: [first-plan]\n",
        Edit("plan.yml", "domain: commerce", "domain: commerce\ndepends_on: [second-plan]"),
        Edit("../third-plan/plan.yml", None, third),
        Edit("../fourth-plan/plan.yml", None, fourth),
    )
    assert [(finding.plan, finding.observed) for finding in found] == [
        ("first-plan", "second-plan"),
        ("fourth-plan", "third-plan"),
        ("second-plan", "first-plan"),
        ("third-plan", "fourth-plan"),
    ]


def upstream(delay: str) -> dict[str, str]:
    """A plan that builds what the first one reads, promises an hour, and has data that comes late."""
    return {
        "sources": f"sources: [{{id: tills, arrival: {{continuous: true, delay_p95: {delay}}}, "
        "datasets: [{id: tills.orders}]}]\nfreshness: [{dataset: shop.orders, target: 1 h}]\n",
        "ingestion": "pipelines: [{id: load, kind: ingest, inputs: [tills.orders], outputs: [shop.orders], "
        "schedule: {event: order}}]\n",
        "capacity": "runtimes: [{pipeline: load, p95: 30 min}]\n",
    }


RENAMED = (
    Edit("02-sources.yml", "id: shop_db.orders", "id: shop.orders"),
    Edit("04-ingestion.yml", "inputs: [shop_db.orders]", "inputs: [shop.orders]"),
)


@pytest.mark.parametrize(
    ("delay", "messages"),
    [
        ("10 min", []),
        ("40 min", []),
        (
            "12 h",
            [
                "mart.orders is promised at most 30 h old; it comes to 36.7 h: plan second-plan promises shop.orders "
                "within 60 min and comes to 12.5 h"
            ],
        ),
    ],
)
def test_the_chain_of_plans_is_as_fresh_as_it_is(tmp_path: Path, delay: str, messages: list[str]) -> None:
    found = beside(tmp_path, "PLN005", "", *RENAMED, **upstream(delay))
    assert [message for _, message in told(found)] == messages


def window(start: str, end: str, more: str = "", owner: str = "data_team") -> str:
    return (
        f"cutover:\n  window: {{start: 2027-01-12T{start}:00Z, end: 2027-01-12T{end}:00Z}}\n{more}"
        f"  steps: [{{id: s01, name: Load, owner: {owner}, expected: 10 min}}]\n"
    )


@pytest.mark.parametrize(
    ("cutover", "free"),
    [
        (window("08:00", "10:00"), "from 2027-01-12 12:00 UTC on, or over by 2027-01-12 06:00 UTC"),
        (window("13:30", "15:00"), "from 2027-01-12 17:00 UTC on, or over by 2027-01-12 11:30 UTC"),
        (window("15:30", "16:00"), None),
        (window("08:00", "10:00", owner="crm"), None),
    ],
)
def test_cutovers_of_one_team_keep_apart(tmp_path: Path, cutover: str, free: str | None) -> None:
    found = beside(tmp_path, "PLN006", cutover=cutover)
    assert [finding.plan for finding in found] == ["first-plan"] * bool(free)
    if free:
        assert "meets the cutover of plan second-plan" in found[0].message
        assert found[0].message.endswith(" on data_team, who owns steps of both")
        assert found[0].observed == "2027-01-12 09:00 to 2027-01-12 13:00 UTC"
        assert found[0].expected == free


def first_step(more: str) -> Edit:
    """Say more of the first step of the switch."""
    return Edit("09-cutover.yml", "owner: data_team, after: []", f"owner: data_team, {more}, after: []")


@pytest.mark.parametrize(
    ("edits", "cutover", "shared"),
    [
        ([first_step("system: wh")],
         window("08:00", "10:00").replace("owner: data_team", "owner: crm, system: wh"), "the system wh"),
        ([first_step("datasets: [mart.orders]")],
         window("08:00", "10:00").replace("owner: data_team", "owner: data_team, datasets: [mart.orders]"),
         "the dataset mart.orders and on data_team, who owns steps of both"),
        ([], window("08:00", "10:00").replace("}]", "}, {id: s02, name: Look, owner: data_platform}]"),
         "data_platform and data_team, who own steps of both"),
    ],
)  # fmt: skip
def test_what_two_switches_share_is_named_by_its_kind(
    tmp_path: Path, edits: list[Edit], cutover: str, shared: str
) -> None:
    (found,) = beside(tmp_path, "PLN006", "", *edits, cutover=cutover)
    assert found.message.endswith(f" on {shared}")


@pytest.mark.parametrize(
    ("start", "free"),
    [("2027-01-12T09:30", "from 2027-01-12 15:00 UTC on, or over by 2027-01-12 09:30 UTC"), ("2027-01-12T13:00", None)],
)
def test_nothing_that_is_frozen_is_switched(tmp_path: Path, start: str, free: str | None) -> None:
    freeze = f"cutover:\n  freeze: {{start: {start}:00Z, end: 2027-01-12T15:00:00Z, systems: [wh]}}\n"
    assert [one.expected for one in beside(tmp_path, "PLN006", "", first_step("system: wh"), cutover=freeze)] == (
        [free] if free else []
    )


@pytest.mark.parametrize(("hours", "told"), [("4 h", False), ("12 h", True)])
def test_nothing_is_switched_while_another_plan_fills_it(tmp_path: Path, hours: str, told: bool) -> None:
    fills = (
        "backfill: [{id: again, dataset: mart.orders, owner: crm, starts: 2027-01-12T04:00:00Z, "
        f"must_finish_within: {hours}}}]\n"
    )
    found = beside(tmp_path, "PLN006", "", first_step("datasets: [mart.orders]"), cutover=fills)
    assert [one.message for one in found] == [
        "The cutover (2027-01-12 09:00 to 2027-01-12 13:00 UTC) meets the backfill again of plan second-plan "
        "(2027-01-12 04:00 to 2027-01-12 16:00 UTC) on the dataset mart.orders"
    ] * told


def metric(definition: str, grain: str) -> str:
    return f"metrics: [{{id: orders, name: Orders per DAY, definition: {definition}, grain: [{grain}]}}]\n"


SAME = '"Number of placed orders, by order date, without cancelled ones"'


@pytest.mark.parametrize(
    ("context", "messages"),
    [
        (metric(SAME, "order_date"), []),
        (metric(SAME, "country"), ["Metric Orders per day has another grain than in plan second-plan"]),
        (
            metric("Orders", "country"),
            ["Metric Orders per day has another grain and definition than in plan second-plan"],
        ),
        (metric("Orders", "order_date"), ["Metric Orders per day has another definition than in plan second-plan"]),
    ],
)
def test_a_metric_means_one_thing(tmp_path: Path, context: str, messages: list[str]) -> None:
    assert [message for _, message in told(beside(tmp_path, "PLN010", context=context))] == messages


def test_metrics_without_a_name_are_not_one(tmp_path: Path) -> None:
    nameless = Edit("01-context.yml", "    name: Orders per day\n", "")
    context = "metrics: [{id: orders, definition: Orders of the day, grain: [country]}]\n"
    assert beside(tmp_path, "PLN010", "", nameless, context=context) == []


def test_a_metric_that_means_two_things_is_told_with_both(tmp_path: Path) -> None:
    (found,) = beside(tmp_path, "PLN010", context=metric("Orders", "country"))
    assert found.path == "metrics[0].grain"
    assert found.expected == "grain: country, definition: “Orders”"
    assert found.hint == "Settle on one meaning in `grain` and `definition`, or give one of them another `name`"


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        (described(dataset=", rows_per_day: 7_000 rows/d"), []),
        (
            described(dataset=", rows_per_day: 12_000 rows/d"),
            [("warning", "shop_db.orders has 6_000 rows/d here and 12_000 rows/d in plan second-plan")],
        ),
        (
            described(more=", classification: restricted"),
            [("error", "shop_db.orders is internal here and restricted in plan second-plan")],
        ),
        (
            described(more=", classification: public"),
            [("error", "shop_db.orders is public here and internal in plan first-plan")],
        ),
        (
            described(more=", freshness: {warn_after: 1 h, error_after: 2 h}"),
            [("warning", "shop_db.orders counts as late after 30 h here and after 2 h in plan second-plan")],
        ),
    ],
)
def test_a_source_is_described_alike(tmp_path: Path, sources: str, found: list[tuple[str, str]]) -> None:
    problems = beside(tmp_path, "PLN011", sources=sources)
    assert [(finding.severity, finding.message) for finding in problems] == found


def test_the_highest_classification_is_right_whoever_wrote_it(tmp_path: Path) -> None:
    third = Edit("../third-plan/plan.yml", None, "id: third-plan\ntitle: Third\ntier: B\ncreated: 2026-10-02\n")
    sources = Edit("../third-plan/02-sources.yml", None, described(more=", classification: confidential"))
    found = beside(tmp_path, "PLN011", "", third, sources, sources=described(more=", classification: public"))
    assert [(finding.plan, finding.observed, finding.expected) for finding in found] == [
        ("first-plan", "internal", "confidential"),
        ("second-plan", "public", "confidential"),
    ]


def test_who_builds_what_another_plan_builds_already_owns_nothing(tmp_path: Path) -> None:
    """The third plan reads what the first one builds; the second one builds that too, later."""
    third = Edit("../third-plan/plan.yml", None, "id: third-plan\ntitle: Third\ntier: B\ncreated: 2026-12-03\n")
    header = "owners: [{team: web_data, role: accountable}]\n"
    for owner, blamed in (("data_team", []), ("web_data", ["third-plan"])):
        reads = f"sources: [{{id: marts, owner: {owner}, datasets: [{{id: mart.orders}}]}}]\n"
        edits = (third, Edit("../third-plan/02-sources.yml", None, reads))
        found = beside(tmp_path / owner, "PLN003", header, *edits, created="2026-12-02", ingestion=BUILDS)
        assert [finding.plan for finding in found] == blamed


def test_a_successor_says_what_changes(tmp_path: Path) -> None:
    over = Edit("plan.yml", "domain: commerce", "domain: commerce\nsupersedes: second-plan")
    (found,) = beside(tmp_path / "mute", "PLN013", "", over)
    assert found.message == "The plan supersedes second-plan and does not say what changes"
    said = Edit(
        "11-bundle.yml",
        "risks:",
        "design_decisions: [{id: d1, title: One table, because: The export of second-plan is gone}]\nrisks:",
    )
    assert beside(tmp_path / "said", "PLN013", "", over, said) == []
    refused = Edit("11-bundle.yml", "risks:", "design_decisions: One table\nrisks:")
    (found,) = beside(tmp_path / "refused", "PLN013", "", over, refused)
    assert found.verdict == "undetermined"


def test_nobody_depends_on_a_plan_that_is_replaced(tmp_path: Path) -> None:
    depends = Edit("plan.yml", "domain: commerce", "domain: commerce\ndepends_on: [second-plan]")
    third = Edit("../third-plan/plan.yml", None, "id: third-plan\ntitle: The third\nsupersedes: second-plan\n")
    found = [entry for entry in beside(tmp_path, "PLN013", "", depends, third) if entry.plan == "first-plan"]
    assert [finding.message for finding in found] == ["Plan second-plan is superseded by third-plan"]


def test_plans_that_supersede_each_other(tmp_path: Path) -> None:
    over = Edit("plan.yml", "domain: commerce", "domain: commerce\nsupersedes: second-plan")
    found = beside(tmp_path, "PLN013", "supersedes: first-plan\nsuperseded_by: first-plan\n", over)
    assert [(finding.plan, finding.message) for finding in found] == [
        ("first-plan", "These plans supersede each other: first-plan → second-plan → first-plan"),
        ("second-plan", "These plans supersede each other: second-plan → first-plan → second-plan"),
    ]


def test_no_plan_gets_out_of_the_way_by_superseding_itself(tmp_path: Path) -> None:
    itself = "supersedes: second-plan\nsuperseded_by: second-plan\n"
    (found,) = beside(tmp_path / "told", "PLN013", itself)
    assert (found.plan, found.message) == ("second-plan", "The plan supersedes itself")
    (found,) = beside(tmp_path / "built", "PLN001", itself, created="2026-12-01", ingestion=BUILDS)
    assert (found.plan, found.message) == ("second-plan", "mart.orders is built by plan first-plan already")


POOL = Edit(
    "03-capacity.yml", "pools: [{id: default_pool, size: 4}]", "pools: [{id: default_pool, size: 4, system: wh}]"
)


@pytest.mark.parametrize(
    ("slots", "system", "messages"),
    [
        (1, "wh", []),
        (2, "wh", []),
        (3, "wh", []),  # of the first plan one slot at a time: one pipeline starts the other
        (4, "wh", ["Together the plans first-plan, second-plan may ask for 5 slots of wh, which has 4"]),
        (4, "other", []),
    ],
)
def test_slots_are_shared(tmp_path: Path, slots: int, system: str, messages: list[str]) -> None:
    gates = {
        "capacity": f"resources: {{pools: [{{id: slots, size: 4, system: {system}}}]}}\n",
        "ingestion": f"pipelines: [{{id: load, concurrency: {{pool: slots, pool_slots: {slots}}}}}]\n",
    }
    assert [message for _, message in told(beside(tmp_path, "PLN007", "", POOL, **gates))] == messages


@pytest.mark.parametrize(
    ("timing", "asked"),
    [
        ('execution_timeout: 10 min, schedule: {cron: "0 15 * * *", timezone: UTC, catchup: false}', None),
        ('execution_timeout: 13 h, schedule: {cron: "0 15 * * *", timezone: UTC, catchup: false}', 5),
        ('execution_timeout: 10 min, schedule: {cron: "5 3 * * *", timezone: UTC, catchup: false}', 5),
        ('schedule: {cron: "0 15 * * *", timezone: UTC, catchup: false}', 5),
        ('execution_timeout: 10 min, schedule: {cron: "0 15 * * *", timezone: UTC, catchup: true}', 5),
        ("execution_timeout: 10 min, schedule: {event: a file}", 5),
        ("execution_timeout: 10 min, schedule: {after: [other]}", 5),
    ],
)
def test_plans_whose_runs_cannot_meet_take_turns(tmp_path: Path, timing: str, asked: int | None) -> None:
    """The first plan holds one slot, in runs from three in the night that are over by five."""
    gates = {
        "capacity": "resources: {pools: [{id: slots, size: 4, system: wh}]}\n",
        "ingestion": f"pipelines: [{{id: load, concurrency: {{pool: slots, pool_slots: 4}}, {timing}}}]\n",
    }
    found = told(beside(tmp_path, "PLN007", "", POOL, **gates))
    message = f"Together the plans first-plan, second-plan may ask for {asked} slots of wh, which has 4"
    assert [text for _, text in found] == ([message] if asked else [])


@pytest.mark.parametrize(
    ("until", "live", "messages"),
    [
        ("2027-02-28", "2027-02-01", []),
        ("2027-01-31", "2027-02-01", ["shop.export ends on 2027-01-31, plan second-plan needs it until 2027-02-01"]),
        ("2027-02-01", "2027-02-01", []),
    ],
)
def test_what_others_need_is_kept(tmp_path: Path, until: str, live: str, messages: list[str]) -> None:
    legacy = "legacy: {keep_until: 2027-02-28,"
    edit = Edit("09-cutover.yml", legacy, f"legacy: {{keep_until: {until}, datasets: [shop.export],")
    sources = "sources: [{id: export, datasets: [{id: shop.export}]}]\n"
    found = beside(tmp_path, "PLN009", f"go_live: {live}\n", edit, sources=sources)
    assert [message for _, message in told(found)] == messages


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", [None]),
        ("intent: in_review\n", ["BND004"]),
        ("intent: withdrawn\n", []),
        ("go_live: 2027-02-31\n", []),  # GEN006 tells of it
    ],
)
def test_how_long_a_plan_without_a_date_needs_what_ends_is_not_known(
    tmp_path: Path, header: str, found: list[str | None]
) -> None:
    legacy = "legacy: {keep_until: 2027-02-28,"
    edit = Edit("09-cutover.yml", legacy, f"{legacy} datasets: [shop.export],")
    told = beside(tmp_path, "PLN009", header, edit, sources="sources: [{id: export, datasets: [{id: shop.export}]}]\n")
    assert [(one.plan, one.cause) for one in told] == [("first-plan", cause) for cause in found]
    assert all(
        one.message
        == "shop.export ends on 2027-02-28, and plan second-plan takes it and does not say when it goes live"
        for one in told
    )


@pytest.mark.parametrize(
    ("start", "end", "dataset", "filled"),
    [
        ("2026-06-01", "2026-07-01", "raw.orders", True),
        ("2025-01-01", "2026-01-01", "raw.orders", False),
        ("2026-06-01", "2026-07-01", "raw.items", False),
    ],
)
def test_a_stretch_is_filled_once(tmp_path: Path, start: str, end: str, dataset: str, filled: bool) -> None:
    none = 'backfill: {not_applicable: "The first load takes the whole table; there is no history besides it"}'
    own = "backfill: [{id: history, dataset: raw.orders, range: {start: 2026-01-01, end: 2027-01-01}}]"
    theirs = f"backfill: [{{id: again, dataset: {dataset}, range: {{start: {start}, end: {end}}}}}]\n"
    found = beside(tmp_path, "PLN012", "", Edit("09-cutover.yml", none, own), cutover=theirs)
    assert [finding.message for finding in found] == [
        "Backfill history and backfill again of plan second-plan both fill raw.orders from 2026-06-01 to 2026-07-01"
    ] * filled


@pytest.mark.parametrize(
    ("reads", "hint"),
    [
        ("mart.orders", "Write `pinned: ^1` once you read that version"),
        (
            "mart.orders, mart.stock",
            "Take `pinned: ^2` out here, where it holds for mart.stock too; mart.stock has no contract that could pin "
            "it; and pin mart.orders in gate contracts of plan first-plan, at `contracts[0]`: `consumers: [{consumer: "
            "stock_report}, {consumer: second-plan, pinned: ^1}]` in place of `from_context`",
        ),
    ],
)
def test_a_pin_that_holds_for_several_datasets_says_how_to_pin_one(tmp_path: Path, reads: str, hint: str) -> None:
    context = f"consumers: [{{id: board, reads: [{reads}], pinned: ^2}}]\n"
    (finding,) = beside(tmp_path, "PLN002", "go_live: 2027-02-01T09:00:00+00:00\n", context=context)
    assert (finding.message, finding.hint) == ("mart.orders is pinned to ^2, plan first-plan serves 1.0.0", hint)

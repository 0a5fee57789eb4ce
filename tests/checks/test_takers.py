"""Pins: what consumers accept, held against the versions that are served, in another plan or in their own."""

from pathlib import Path

import pytest

from plangate.checks.rule import Edit

from .test_portfolio import beside

CONTEXT, CONTRACTS = "01-context.yml", "06-contracts.yml"
READS = "reads: [mart.orders]}"
LISTED = "consumers: from_context"
OLDER = Edit(CONTRACTS, "    sla:", "    live_versions: [{version: 0.9.0, sunset: 2027-03-01}]\n    sla:")
OWN = "go_live: 2027-02-01T09:00:00+00:00\n"


def pinned(pin: str) -> Edit:
    return Edit(CONTEXT, READS, f"reads: [mart.orders], pinned: {pin}}}")


def listed(pin: str, consumer: str = "stock_report") -> Edit:
    return Edit(CONTRACTS, LISTED, f"consumers: [{{consumer: {consumer}, pinned: {pin}}}]")


@pytest.mark.parametrize(
    ("edits", "place", "message"),
    [
        (
            [pinned("^2")],
            "first-plan/01-context.yml consumers[0].pinned",
            "stock_report pins mart.orders to ^2, the contract here serves 1.0.0",
        ),
        (
            [listed("~0.9")],
            "first-plan/06-contracts.yml contracts[0].consumers[0].pinned",
            "stock_report pins mart.orders to ~0.9, the contract here serves 1.0.0",
        ),
        (
            [pinned("^2"), OLDER],
            "first-plan/01-context.yml consumers[0].pinned",
            "stock_report pins mart.orders to ^2, the contract here serves 1.0.0 and 0.9.0",
        ),
        (
            [pinned("latest")],
            "first-plan/01-context.yml consumers[0].pinned",
            "`latest` is no pin; write for example ^1.2 or >=1.2,<2",
        ),
        # What the contract says of a consumer comes before what the consumer says of everything that it reads.
        (
            [pinned("^1"), listed("^2")],
            "first-plan/06-contracts.yml contracts[0].consumers[0].pinned",
            "stock_report pins mart.orders to ^2, the contract here serves 1.0.0",
        ),
    ],
)
def test_a_pin_that_the_plans_own_contract_does_not_serve_is_told(
    tmp_path: Path, edits: list[Edit], place: str, message: str
) -> None:
    (finding,) = beside(tmp_path, "PLN002", OWN, *edits)
    assert f"{finding.file.removeprefix('plans/')} {finding.path}" == place
    assert (finding.message, finding.verdict, finding.severity) == (message, "fail", "error")


@pytest.mark.parametrize(
    "edits",
    [
        [],
        [pinned("^1")],
        [listed("^1")],
        [pinned("^2"), listed("^1")],
        [pinned("~0.9"), OLDER],
        [Edit(CONTEXT, READS, "reads: [shop_db.orders], pinned: ^2}")],
        [pinned("^2"), Edit(CONTRACTS, "    version: 1.0.0\n", "")],  # CON002 asks for the version
        [pinned("^2"), Edit("plan.yml", "intent: in_review", "intent: retired")],
    ],
)
def test_a_pin_that_is_served_or_of_something_else_is_let_pass(tmp_path: Path, edits: list[Edit]) -> None:
    assert [one.message for one in beside(tmp_path, "PLN002", OWN, *edits)] == []


def test_a_pin_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    assert [one.verdict for one in beside(tmp_path, "PLN002", OWN, pinned("[1, 2]"))] == ["undetermined"]


@pytest.mark.parametrize(
    ("reads", "hint"),
    [
        (
            "mart.orders",
            "Write `pinned: ^1` once it reads that version, or name the one that it reads in `live_versions` of the "
            "contract",
        ),
        (
            "mart.orders, mart.stock",
            "It holds for mart.stock too; pin this one by itself in gate contracts here, at `contracts[0]`: "
            "`consumers: [{consumer: stock_report, pinned: ^1}]` in place of `from_context`",
        ),
    ],
)
def test_what_would_do_is_said_and_does(tmp_path: Path, reads: str, hint: str) -> None:
    reading = Edit(CONTEXT, READS, f"reads: [{reads}], pinned: ^2}}")
    (finding,) = beside(tmp_path / "bad", "PLN002", OWN, reading)
    assert finding.hint == hint
    assert beside(tmp_path / "good", "PLN002", OWN, reading, listed("^1")) == []


@pytest.mark.parametrize(
    ("pin", "message"), [("^2", "mart.orders is pinned to ^2, plan first-plan serves 1.0.0"), ("^1", None)]
)
def test_the_pin_of_a_source_is_held_against_the_plan_that_serves_it(
    tmp_path: Path, pin: str, message: str | None
) -> None:
    sources = f"sources: [{{id: orders, datasets: [{{id: mart.orders, pinned: {pin}}}]}}]\n"
    found = beside(tmp_path, "PLN002", OWN, sources=sources)
    assert [(one.plan, one.path, one.message) for one in found] == (
        [("second-plan", "sources[0].datasets[0].pinned", message)] if message else []
    )


def test_of_two_plans_that_build_it_the_first_one_is_asked(tmp_path: Path) -> None:
    third = "id: third-plan\ntitle: Third\ntier: B\ncreated: 2026-12-03\ngo_live: 2027-02-01T09:00:00+00:00\n"
    reads = "sources: [{id: orders, datasets: [{id: mart.orders}]}]\n"
    edits = [
        Edit("../third-plan/plan.yml", None, third),
        Edit("../third-plan/02-sources.yml", None, reads),
    ]
    again = "pipelines: [{id: again, outputs: [mart.orders]}]\n"
    for created, told in (("2026-12-02", []), ("2026-10-01", ["third-plan"])):
        found = beside(tmp_path / created, "PLN002", "", *edits, created=created, ingestion=again)
        assert [one.plan for one in found] == told


LOADS = "pipelines: [{id: load, outputs: [shop.orders, shop.items]}]\n"
TAKES = Edit("02-sources.yml", "id: shop_db.orders", "id: shop.orders")


@pytest.mark.parametrize(
    ("header", "edits", "causes"),
    [
        ("", [], [None]),
        ("intent: in_review\n", [], ["BND004"]),
        ("intent: live\n", [], []),
        ("go_live: 2026-12-02T09:00:00+00:00\n", [], []),
        ("go_live: soon\n", [], []),  # GEN006 tells of it
        ("", [Edit("plan.yml", "intent: in_review", "intent: draft")], [None]),
        ("", [Edit("plan.yml", "go_live: 2027-01-12T09:00:00+00:00\n", "")], [None]),
        (
            "",
            [
                Edit("plan.yml", "go_live: 2027-01-12T09:00:00+00:00\n", ""),
                Edit("plan.yml", "intent: in_review", "intent: draft"),
            ],
            [],
        ),
    ],
)
def test_what_is_taken_comes_on_a_day_that_is_known(
    tmp_path: Path, header: str, edits: list[Edit], causes: list[str | None]
) -> None:
    found = beside(tmp_path, "PLN002", header, TAKES, *edits, ingestion=LOADS)
    assert [(one.plan, one.path, one.cause) for one in found] == [
        ("first-plan", "sources[0].datasets[0]", cause) for cause in causes
    ]
    message = "shop.orders comes from plan second-plan, which does not say when it goes live"
    assert all(one.message == message for one in found)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("kind: column_renamed", True),
        ("kind: column_renamed, classification: breaking", True),
        ("kind: default_changed, classification: breaking", True),
        ("kind: column_renamed, classification: additive", False),
        ("kind: column_renamed, classification: braking", False),  # GEN006 tells of it
        ("kind: column_added", False),
    ],
)
def test_a_change_that_is_not_classified_breaks_by_its_kind(tmp_path: Path, change: str, told: bool) -> None:
    evolution = "evolution: {versioning: semver, deprecation_window: 30 d"
    declared = f"{{dataset: mart.orders, {change}, element: status, announce: 2026-11-20, sunset: 2027-01-15}}"
    edit = Edit(CONTRACTS, evolution, f"{evolution}, changes: [{declared}]")
    sources = "sources: [{id: orders, datasets: [{id: mart.orders}]}]\n"
    found = beside(tmp_path, "PLN008", "", edit, sources=sources)
    assert [(one.plan, one.path) for one in found] == [("second-plan", "sources[0].datasets[0]")] * told


def test_the_pins_of_others_are_kept_where_one_is_added(tmp_path: Path) -> None:
    entries = Edit(CONTRACTS, LISTED, "consumers: [{consumer: stock_report, pinned: ^1}]")
    context = "consumers: [{id: board, reads: [mart.orders, mart.stock], pinned: ^2}]\n"
    (finding,) = beside(tmp_path, "PLN002", OWN, entries, context=context)
    assert finding.hint is not None
    assert finding.hint.endswith(
        "`consumers: [{consumer: stock_report, pinned: ^1}, {consumer: second-plan, pinned: ^1}]`"
    )

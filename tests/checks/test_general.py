"""A gate whose file is not there, or is none: it is told once, and what follows from that stands under it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio
from plangate.reports.outcome import headlines

from .judging import judged, told, verdicts
from .test_rules import TODAY, first_plan

GONE = ("04-ingestion.yml", None, None)


def test_references_into_a_gate_without_a_file_follow_from_that(tmp_path: Path) -> None:
    found = judged(tmp_path, "GEN001 GEN003", [GONE])
    assert verdicts(found)[:2] == [("GEN003", "error", "GEN001")] * 2
    assert {entry for entry in verdicts(found) if entry[0] == "GEN001"} == {("GEN001", "error", None)}
    assert [head.rule for head, _ in headlines(found)] == ["GEN001"]


def test_a_mistyped_reference_does_not_follow_from_a_gate_without_a_file(tmp_path: Path) -> None:
    mistyped = ("03-capacity.yml", "from: shop_db.orders", "from: shop_db.order")
    found = judged(tmp_path, "GEN001 GEN003", [GONE, mistyped])
    assert [one.cause for one in found if "`shop_db.order`" in one.message] == [None, None]


def test_in_a_draft_nothing_follows_from_a_gate_without_a_file(tmp_path: Path) -> None:
    found = judged(tmp_path, "GEN001 GEN003", [GONE, ("plan.yml", "intent: in_review", "intent: draft")])
    assert {entry for entry in verdicts(found) if entry[2] or entry[0] == "GEN001"} == set()


def link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (link, "`04-ingestion.yml` is a symbolic link; plans are read from regular files only"),
        (os.mkfifo, "`04-ingestion.yml` is not a regular file"),
        (
            os.mkdir,
            "`04-ingestion.yml` is a folder that no plan has; plans hold contracts, images, reviews, waivers",
        ),
    ],
    ids=["link", "pipe", "folder"],
)
def test_a_gate_whose_file_is_none_is_refused_and_not_missing(
    tmp_path: Path, make: Callable[[Path], None], message: str
) -> None:
    plans = first_plan(tmp_path, [Edit("04-ingestion.yml")])
    make(plans / "first-plan" / "04-ingestion.yml")
    report = check(read_portfolio(plans), today=TODAY)
    assert [(one.rule, one.message) for one in report.findings if one.verdict == "fail"] == [("GEN001", message)]
    assert [(head.rule, {one.verdict for one in others}) for head, others in headlines(report.findings)] == [
        ("GEN001", {"undetermined"})
    ]
    assert {gate.gate: gate.state for gate in report.plans[0].gates}["ingestion"] == "blocked"


def test_what_cannot_be_judged_without_a_file_stands_under_its_refusal(tmp_path: Path) -> None:
    plans = first_plan(tmp_path, [Edit("04-ingestion.yml", "pipelines:\n", "pipelines:\n\t")])
    [(head, others)] = headlines(check(read_portfolio(plans), today=TODAY).findings)
    assert (head.rule, head.line) == ("GEN001", 2)
    assert {one.verdict for one in others} == {"undetermined"}


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        (
            ("05-modeling.yml", "{name: status,", "{name: order_id, type: bigint}\n      - {name: status,"),
            "models[1].columns[2].name",
            "`order_id` is the `name` of two entries, the first is modeling.models[1].columns[0]",
        ),
        (
            ("02-sources.yml", "        primary_key", "        columns: [{name: id}, {name: id}]\n        primary_key"),
            "sources[0].datasets[0].columns[1].name",
            "`id` is the `name` of two entries, the first is sources.sources[0].datasets[0].columns[0]",
        ),
        (
            ("03-capacity.yml", "runtimes:\n", "runtimes:\n  - {pipeline: load_orders, p95: 120 min}\n"),
            "runtimes[1].pipeline",
            "`load_orders` is the `pipeline` of two entries, the first is capacity.runtimes[0]",
        ),
        (
            (
                "03-capacity.yml",
                "  lines:\n",
                "  fx: [{currency: USD, rate: 0.9}, {currency: CHF, rate: 1}, {currency: USD, rate: 90}]\n  lines:\n",
            ),
            "cost.fx[2].currency",
            "`USD` is the `currency` of two entries, the first is capacity.cost.fx[0]",
        ),
        (
            ("06-contracts.yml", "contracts:\n", "contracts:\n  - {dataset: mart.orders, version: 9.0.0}\n"),
            "contracts[1].dataset",
            "`mart.orders` is the `dataset` of two entries, the first is contracts.contracts[0]",
        ),
    ],
)
def test_what_has_no_id_stands_once_by_what_it_is_found_by(
    tmp_path: Path, change: tuple[str, str, str], path: str, message: str
) -> None:
    found = judged(tmp_path, "GEN002", [change])
    assert [(one.path, one.message) for one in found] == [(path, message)]


def test_a_dataset_may_have_several_workloads(tmp_path: Path) -> None:
    more = "workloads:\n  - {dataset: raw.orders, from: shop_db.orders, shape: append, runs_per_day: 1}\n"
    assert judged(tmp_path, "GEN002", [("03-capacity.yml", "workloads:\n", more)]) == []


DECISION = ("01-context.yml", "decision: Order stock for the coming week")
NAME = ("01-context.yml", "name: Weekly stock report")


@pytest.mark.parametrize("text", ["TBA", "n.a.", "to be defined", '"???? tbd ????"', '"[todo]"', "FIXME by finance"])
def test_what_is_left_open_is_a_placeholder_in_every_spelling(tmp_path: Path, text: str) -> None:
    for number, (file, line) in enumerate((DECISION, NAME)):
        found = judged(tmp_path / str(number), "GEN007", [(file, line, f"{line.partition(':')[0]}: {text}")])
        assert [one.message.partition(": ")[2] for one in found] == [f"`{text.strip(chr(34))}` is a placeholder"]


@pytest.mark.parametrize("text", ["x", "money", "注文の数"])
def test_a_decision_is_a_sentence(tmp_path: Path, text: str) -> None:
    found = judged(tmp_path, "GEN007", [(DECISION[0], DECISION[1], f"decision: {text}")])
    assert [one.message for one in found] == [
        f"`decisions[0].decision`: `{text}` is too short to say much; write a sentence"
    ]


@pytest.mark.parametrize("text", ["Todo board of finance", "None.", "x", "Tbd-free zone"])
def test_names_may_hold_words_of_what_is_open(tmp_path: Path, text: str) -> None:
    assert judged(tmp_path, "GEN007", [(NAME[0], NAME[1], f"name: {text}")]) == []


def test_wide_characters_say_as_much_as_two(tmp_path: Path) -> None:
    assert judged(tmp_path, "GEN007", [(DECISION[0], DECISION[1], "decision: 試験で十回に一回")]) == []


@pytest.mark.parametrize("text", ["mode: one_shot: x\n", "[a, b]\n", "\ttier: A\n"])
def test_without_a_header_that_can_be_read_nothing_is_asked_of_the_plan(tmp_path: Path, text: str) -> None:
    plans = first_plan(tmp_path, [Edit("04-ingestion.yml", "kind: ingest", "kind: load")])
    (plans / "first-plan" / "plan.yml").write_text(text)
    report = check(read_portfolio(plans), today=TODAY)
    assert sorted(one.rule for one in report.findings if one.verdict == "fail") == ["GEN001", "GEN004"]
    header = next(others for head, others in headlines(report.findings) if head.rule == "GEN001")
    assert {one.verdict for one in header} == {"undetermined"}
    assert {"GEN013", "GEN016", "OPS001"} <= {one.rule for one in header}


@pytest.mark.parametrize(
    ("namespace", "name", "same"),
    [
        ("snowflake://acme", "SHOP.MART.ORDERS", True),
        ("snowflake://acme", "shop.mart.orders", True),
        ("snowflake://acme", "SHOP.STG.ORDERS", False),
        ("snowflake://other", "SHOP.MART.ORDERS", False),
    ],
)
def test_two_models_do_not_lie_in_one_place(tmp_path: Path, namespace: str, name: str, same: bool) -> None:
    lies = "physical: {namespace: snowflake://acme, name: SHOP.MART.ORDERS}"
    staged = f"physical: {{namespace: {namespace}, name: {name}}}"
    changes = [
        ("05-modeling.yml", "{id: stg.orders, ", f"{{id: stg.orders, {staged}, "),
        (
            "05-modeling.yml",
            "    description: One row per order.\n",
            f"    description: One row per order.\n    {lies}\n",
        ),
    ]
    message = "mart.orders lies where stg.orders lies: SHOP.MART.ORDERS in snowflake://acme"
    assert told(judged(tmp_path, "GEN002", changes)) == [("models[1].physical", message)] * same

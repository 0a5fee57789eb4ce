"""The checklists of a plan: each rule at its gate, with its verdict and the reason."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from plangate.checks.checklist import Item, checklists, home
from plangate.checks.report import Report
from plangate.checks.rule import Edit, all_rules
from plangate.checks.runner import check
from plangate.model.problem import HEADER
from plangate.model.rulename import FAMILIES

from .test_rules import TODAY
from .test_runner import BAD_OWNER, BAD_UNIT, DRAFT, OLD_PRICE, WAIVER, portfolio, run

TIER_B = Edit("plan.yml", "tier: C", "tier: B")
NO_BUNDLE = Edit("11-bundle.yml")
NO_GATE = Edit("04-ingestion.yml", new="a: [")


def items(report: Report, gate: str) -> dict[str, Item]:
    return {item.rule.id: item for item in checklists(report, report.plans[0])[gate]}


@pytest.mark.parametrize(
    ("rule", "gate"),
    [
        ("CUT001", "cutover"),
        ("BCK003", "cutover"),
        ("LIN001", "operations"),
        ("GEN016", "context"),
        ("PLN010", "context"),
        ("GEN014", None),
        ("REV001", None),
        ("PLN001", None),
    ],
)
def test_a_rule_is_at_home_in_the_gate_that_it_is_about(rule: str, gate: str | None) -> None:
    assert home(all_rules()[rule]) == gate


def test_every_home_is_a_gate() -> None:
    gates = {gate for _, gate in FAMILIES.values()}
    assert {home(rule) for rule in all_rules().values()} <= gates


@pytest.mark.parametrize("preset", ["minimal", "standard", "strict"])
def test_every_rule_has_one_home_and_one_verdict(tmp_path: Path, preset: str) -> None:
    report = run(tmp_path, TIER_B, preset=preset)
    (plan,) = report.plans
    lists = checklists(report, plan)
    assert list(lists) == [*(gate.gate for gate in plan.gates), HEADER]
    everything = [item for found in lists.values() for item in found]
    assert {item.rule.id for item in everything} == set(report.known)
    found = {finding.rule for finding in report.findings}
    silent = [item for item in everything if item.rule.id not in found]
    assert sorted(item.rule.id for item in silent) == sorted(report.known.keys() - found)
    counted = [item.verdict for item in silent]
    assert counted.count("not_applicable") == report.summary["not_applicable"] == len(report.idle[plan.id])
    assert counted.count("pass") == len(set(report.judged[plan.id]) - found)


def test_what_fails_comes_first_and_stands_at_its_gate_and_at_home(tmp_path: Path) -> None:
    report = run(tmp_path, BAD_OWNER, OLD_PRICE)
    lists = checklists(report, report.plans[0])
    first = lists["ingestion"][0]
    assert (first.rule.id, first.verdict, [f.message for f in first.findings]) == (
        "GEN013",
        "fail",
        ["`data_tema` is no person, team or rota of people.yml; did you mean `data_team`?"],
    )
    assert [item.rule.id for item in lists[HEADER] if item.verdict == "fail"] == ["GEN013", "GEN012"]
    assert "GEN013" not in items(report, "capacity")
    assert items(report, "capacity")["GEN012"].verdict == "fail"


def test_what_waits_for_a_value_names_it(tmp_path: Path) -> None:
    found = items(run(tmp_path, BAD_UNIT), "ingestion")
    waiting = [item for item in found.values() if item.verdict == "undetermined"]
    assert waiting
    assert all("is refused" in item.findings[0].message for item in waiting)


def test_a_waived_rule_names_its_waiver(tmp_path: Path) -> None:
    waived = Edit("waivers/W-001.yml", new=WAIVER.format(expires="2027-02-01"))
    item = items(run(tmp_path, BAD_OWNER, waived), "ingestion")["GEN013"]
    assert (item.verdict, [waiver.id for waiver in item.waivers]) == ("waived", ["W-001"])


def test_one_waived_finding_does_not_hide_another(tmp_path: Path) -> None:
    waived = Edit("waivers/W-001.yml", new=WAIVER.format(expires="2027-02-01"))
    report = run(tmp_path, BAD_OWNER, waived, Edit("plan.yml", "{team: data_team,", "{team: data_temm,"))
    item = items(report, HEADER)["GEN013"]
    assert (item.verdict, {finding.verdict for finding in item.findings}) == ("fail", {"fail", "waived"})
    assert items(report, "ingestion")["GEN013"].verdict == "waived"


@pytest.mark.parametrize(
    ("edits", "gate", "rule", "verdict", "why"),
    [
        (
            [TIER_B],
            "sources",
            "SRC014",
            "not_applicable",
            "only where a source has hours in which it is not to be read",
        ),
        ([TIER_B], HEADER, "STR001", "not_applicable", "the plan has no gate events"),
        ([TIER_B], "contracts", "CON004", "not_applicable", "there is no revision to compare with"),
        ([TIER_B, DRAFT, NO_BUNDLE], "bundle", "BND003", "not_applicable", "gate bundle is not there yet"),
        ([TIER_B, NO_GATE], "ingestion", "ING001", "not_applicable", "gate ingestion cannot be read"),
        ([], "sources", "SRC009", "off", "not in tier C"),
        ([TIER_B], "sources", "SRC008", "off", "not in preset standard"),
    ],
)
def test_what_is_not_asked_says_why(
    tmp_path: Path, edits: list[Edit], gate: str, rule: str, verdict: str, why: str
) -> None:
    item = items(run(tmp_path, *edits), gate)[rule]
    assert (item.verdict, item.why) == (verdict, why)


def test_a_rule_that_breaks_down_is_undetermined(tmp_path: Path) -> None:
    read = portfolio(tmp_path, ())
    lists = read.policy.checklists.model_copy(update={"thresholds": None})
    report = check(replace(read, policy=replace(read.policy, checklists=lists)), today=TODAY)
    item = items(report, HEADER)["GEN012"]
    assert (item.verdict, item.findings) == ("undetermined", ())
    assert item.why == "it broke down on this plan and gave no verdict"


def test_rules_that_were_left_out_of_a_run_have_no_verdict(tmp_path: Path) -> None:
    report = check(portfolio(tmp_path, (BAD_OWNER, TIER_B)), today=TODAY, preset="strict", rules=["GEN013", "SRC001"])
    everything = (item for found in checklists(report, report.plans[0]).values() for item in found)
    asked = {item.rule.id for item in everything if item.verdict != "off"}
    assert asked == {"GEN013", "SRC001"}

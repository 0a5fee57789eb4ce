"""The organisation's own rules as they judge: verdicts, places, and what happens when one is too much."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from plangate.checks.own import ask, known_rules
from plangate.checks.report import Report
from plangate.checks.rule import Edit, all_rules
from plangate.checks.runner import check
from plangate.model.plain import PlainPlan
from plangate.model.policy import OwnRule
from plangate.reading.own_worker import answers
from plangate.reading.portfolio import read_portfolio

from .test_rules import TODAY, apply, first_plan

BOMB = "plan.id == 'x' || ['aaaaaaaa']" + ".map(s, s+s+s+s+s+s+s+s)" * 16 + ".size() > 0"
"""Harmless on the made-up plan, whose id is x."""
RETRIES = {"id": "retries", "says": "A pipeline retries", "for_each": "plan.ingestion.pipelines"}


def judged(folder: Path, *rules: Mapping[str, str], edits: tuple[Edit, ...] = (), more: str = "") -> Report:
    plans = first_plan(folder, edits)
    references = folder / "references"
    references.mkdir()
    (references / "checklists.yml").write_text(more + yaml.safe_dump({"rules": [dict(rule) for rule in rules]}))
    portfolio = read_portfolio(plans, references)
    assert portfolio.problems == ()
    report = check(portfolio, today=TODAY)
    assert not report.failures
    return report


def told(report: Report, rule: str) -> list[tuple[str, int, str, str]]:
    return [(f.verdict, f.line, f.path, f.message) for f in report.findings if f.rule == rule]


def test_a_failing_rule_names_place_value_limit_and_hint(tmp_path: Path) -> None:
    rule = {**RETRIES, "require": "each.retry_delay.value <= 60.0", "hint": "Wait less", "severity": "warning"}
    report = judged(tmp_path, rule)
    found = next(f for f in report.findings if f.rule == "retries")
    text = (tmp_path / "plans/first-plan/04-ingestion.yml").read_text().split("\n")
    assert text[found.line - 1][found.column - 1 :].startswith("id: ")
    assert (found.gate, found.path, found.severity, found.verdict) == ("ingestion", "pipelines[0]", "warning", "fail")
    assert found.message.endswith(": A pipeline retries")
    assert found.observed == "retry_delay 5 min"
    assert (found.expected, found.hint) == ("each.retry_delay.value <= 60.0", "Wait less")
    assert found.url == "rules/retries/"
    assert "retries" in report.judged["first-plan"]


def test_what_is_not_stated_fails_and_says_so(tmp_path: Path) -> None:
    report = judged(tmp_path, {**RETRIES, "require": "each.watermark.lookback.value > 9.0"})
    assert told(report, "retries")[0][0] == "fail"
    assert told(report, "retries")[0][3].endswith("A pipeline retries (`watermark` is not stated)")


def test_a_rule_that_holds_is_judged_and_finds_nothing(tmp_path: Path) -> None:
    report = judged(tmp_path, {**RETRIES, "require": "each.retries >= 1"})
    assert told(report, "retries") == []
    assert "retries" in report.judged["first-plan"]


def test_an_empty_list_is_not_applicable(tmp_path: Path) -> None:
    nothing = "plan.ingestion.pipelines.filter(p, p.retries > 99)"
    report = judged(tmp_path, {**RETRIES, "for_each": nothing, "require": "false"})
    assert told(report, "retries") == []
    assert "retries" not in report.judged["first-plan"]


def test_a_refused_value_makes_it_undetermined(tmp_path: Path) -> None:
    edit = Edit("04-ingestion.yml", "retry_delay: 5 min", "retry_delay: 5 m")
    report = judged(tmp_path, {**RETRIES, "require": "each.retry_delay.value <= 60.0"}, edits=(edit,))
    assert {verdict for verdict, *_ in told(report, "retries")} == {"undetermined"}
    assert "retries" not in report.judged["first-plan"]


def test_a_refused_gate_makes_it_undetermined(tmp_path: Path) -> None:
    report = judged(tmp_path, {**RETRIES, "require": "true"}, edits=(Edit("04-ingestion.yml", new="a: [\n"),))
    assert [verdict for verdict, *_ in told(report, "retries")] == ["undetermined"]


def test_waivers_and_severities_hold_for_own_rules(tmp_path: Path) -> None:
    waiver = "id: W-001\nrule: retries\nreason: The vendor ships the fix in March\nowner: alice\napproved_by: carol\n"
    edit = Edit("waivers/W-001.yml", new=waiver + "created: 2026-11-01\nexpires: 2027-02-01\n")
    report = judged(tmp_path / "a", {**RETRIES, "require": "false"}, edits=(edit,))
    assert {verdict for verdict, *_ in told(report, "retries")} == {"waived"}
    assert [f.message for f in report.findings if f.rule == "GEN009" and "retries" in f.message] == []
    off = judged(tmp_path / "b", {**RETRIES, "require": "false"}, more="severities: {retries: 'off'}\n")
    assert told(off, "retries") == []


def test_minimal_has_no_own_rules(tmp_path: Path) -> None:
    report = judged(tmp_path, {**RETRIES, "require": "false"}, more="preset: minimal\n")
    assert told(report, "retries") == []


@pytest.mark.parametrize(
    ("require", "verdict", "says"),
    [
        ("plan.tier == 'A'", "fail", "At large"),
        ("plan.tier == 'C'", None, ""),
        ("1 / (size(plan.owners) - size(plan.owners)) == 1", "undetermined", "cannot be judged (division by zero"),
        ("plan.owners[7].role == 'x'", "undetermined", "index out of bounds"),
    ],
)
def test_a_rule_over_the_whole_plan(tmp_path: Path, require: str, verdict: str | None, says: str) -> None:
    report = judged(tmp_path, {"id": "large", "says": "At large", "require": require})
    found = [f for f in report.findings if f.rule == "large"]
    assert [f.verdict for f in found] == ([verdict] if verdict else [])
    assert all(says in f.message and f.file.endswith("plan.yml") for f in found)


def test_a_rule_that_takes_too_much_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    bomb = {"id": "bomb", "says": "Boom", "require": BOMB}
    report = judged(tmp_path, bomb, {**RETRIES, "require": "false"})
    assert [(v, m) for v, _, _, m in told(report, "bomb")] == [
        ("undetermined", "Boom: cannot be judged (it took more time or memory than a rule may have)")
    ]
    assert len(told(report, "retries")) > 0


def test_a_rule_that_had_to_be_ended_twice_is_not_asked_again(tmp_path: Path) -> None:
    plan = read_portfolio(first_plan(tmp_path, ())).plans[0]
    many = [replace(plan, id=name) for name in ("a", "b", "c")]
    found = ask(many, [OwnRule(id="bomb", says="Boom", require=BOMB), OwnRule(id="fine", says="", require="true")])
    assert [found[name]["bomb"][0].verdict for name in found] == ["unknown"] * 3
    assert [found[name]["fine"][0].verdict for name in found] == ["pass"] * 3


def test_own_rules_stand_beside_those_of_the_catalogue(tmp_path: Path) -> None:
    report = judged(tmp_path, {**RETRIES, "require": "each.retries > 0"})
    assert list(report.known) == [*all_rules(), "retries"]
    assert report.known["retries"].reads == ("ingestion.pipelines", "ingestion.pipelines.retries")


def test_own_fields_are_left_alone_by_every_rule_and_seen_by_own_ones(tmp_path: Path) -> None:
    edit = Edit("04-ingestion.yml", "    retries:", "    x_cost_centre: CC-12\n    retries:")
    rule = {**RETRIES, "require": "has(each.x_cost_centre) && each.x_cost_centre == 'CC-12'"}
    report = judged(tmp_path, rule, edits=(edit, Edit("plan.yml", "tier:", "x_board: [1, yes, 2026]\ntier:")))
    told_of = {f.path for f in report.findings if f.rule != "retries"}
    assert told_of == set()
    assert all(path != "pipelines[0]" for _, _, path, _ in told(report, "retries"))


def test_the_data_are_plain(tmp_path: Path) -> None:
    data = PlainPlan(read_portfolio(first_plan(tmp_path, ())).plans[0]).data
    (pipeline, *_) = data["ingestion"]["pipelines"]
    assert pipeline["retry_delay"] == {"value": 300.0, "unit": "s", "text": "5 min"}
    assert data["tier"] == "C"
    assert pipeline["_path"] == ["ingestion", "pipelines", 0]
    volume = data["sources"]["sources"][0]["datasets"][0]["row_bytes"]
    assert volume["low"] == volume["base"] == volume["high"]


def test_the_data_are_limited_to_what_is_read(tmp_path: Path) -> None:
    plan = read_portfolio(first_plan(tmp_path, ())).plans[0]
    whole, part = PlainPlan(plan), PlainPlan(plan, {"ingestion": {"pipelines": None}, "capacity": None, "tier": None})
    assert "schedule" in whole.data["ingestion"]["pipelines"][0]
    assert part.data["ingestion"] == {
        key: value for key, value in whole.data["ingestion"].items() if key in {"_path", "pipelines"}
    }
    assert part.data["capacity"] == whole.data["capacity"]
    assert part.data.keys() == whole.data.keys() - (plan.gates.keys() - {"ingestion", "capacity"})
    thin = PlainPlan(plan, {"ingestion": {"pipelines": {"id", "schedule"}}}).data["ingestion"]["pipelines"]
    assert thin == [
        {key: entry[key] for key in ("_path", "id", "schedule")} for entry in whole.data["ingestion"]["pipelines"]
    ]


@pytest.mark.parametrize(
    "require", ["plan.ingestion.pipelines.size() > 0", "size(plan.ingestion) > 1", "size(plan) > 1", "!has(plan.x.y)"]
)
def test_an_answer_does_not_depend_on_what_else_stands_in_the_plan(require: str) -> None:
    plan = {"ingestion": {"_path": ["ingestion"], "pipelines": [{"id": "x"}], "more": {"y": 1}}, "x": {}, "tier": "A"}
    assert [entry["verdict"] for entry in answers({"for_each": None, "require": require}, plan)] == ["pass"]


@settings(max_examples=60)
@given(st.text(alphabet="()[]{}.,'\"!&|?:+-*/%<>= plaeach01xm", max_size=40))
def test_no_expression_breaks_the_judge(text: str) -> None:
    data = {"a": 1, "list": [{"id": "x"}], "text": "abc"}
    for rule in ({"for_each": None, "require": text}, {"for_each": "plan.list", "require": text}):
        assert all(entry["verdict"] in {"pass", "fail", "unknown"} for entry in answers(rule, data))


ROOT = Path(__file__).parents[2]
BROKEN = {
    "backfills_end_within_a_week": ("09-cutover.yml", "must_finish_within: 48 h", "must_finish_within: 8 d"),
    "loads_take_slots_from_a_pool": ("04-ingestion.yml", "queue, pool: warehouse_slots", "queue"),
}
"""For each rule of this repository what makes the plan of the orders mart break it."""


def own_fired(folder: Path, change: tuple[str, str, str], without: str | None = None) -> set[str]:
    """Judge the plan of the orders mart, changed, by this repository's own rules, all or all but one."""
    name = "orders-mart"
    shutil.copytree(ROOT / "plans" / name, folder / "plans" / name)
    apply(folder / "plans" / name, Edit(*change))
    read = read_portfolio(folder / "plans", ROOT / "references")
    left = tuple(rule for rule in read.policy.checklists.rules if rule.id != without)
    lists = read.policy.checklists.model_copy(update={"rules": left})
    portfolio = replace(read, policy=replace(read.policy, checklists=lists))
    report = check(portfolio, today=TODAY, rules=[rule.id for rule in left])
    assert not report.failures
    return {finding.rule for finding in report.findings if finding.verdict == "fail"}


@pytest.mark.parametrize("rule", sorted(BROKEN))
def test_a_rule_of_this_repository_fires(tmp_path: Path, rule: str) -> None:
    assert own_fired(tmp_path, BROKEN[rule]) == {rule}


def test_the_rules_of_this_repository_hold() -> None:
    portfolio = read_portfolio(ROOT / "plans", ROOT / "references")
    assert portfolio.problems == ()
    own = known_rules(portfolio.policy).keys() - all_rules().keys()
    report = check(portfolio, today=TODAY)
    assert own == BROKEN.keys()
    assert [f.message for f in report.findings if f.rule in own] == []
    assert all(own & set(judged) for judged in report.judged.values())

"""The examples of rules as they are shown: whole lines, below their keys, and what differs from the failing one."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from plangate.checks.example import Line, Shown, failing, passing
from plangate.checks.rule import Edit, Rule, all_rules
from tests.checks.test_rules import first_plan

_RULE = all_rules()["CUT002"]


def made(*fails: Edit, passes: Sequence[Edit] = ()) -> Rule:
    return replace(_RULE, fails=fails, passes=tuple(passes))


def lines(shown: Shown) -> list[str]:
    return [f"{sign} {row}" for sign, row in shown.lines]


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_what_leaves_and_comes_is_what_the_files_say(tmp_path: Path, rule: Rule) -> None:
    before = first_plan(tmp_path / "a", (), rule.on) / rule.on
    after = first_plan(tmp_path / "b", rule.fails, rule.on) / rule.on
    assert {shown.file for shown in failing(rule)} == {edit.file for edit in rule.fails}
    for shown in failing(rule):
        was, became = (rows(plan / shown.file) for plan in (before, after))
        assert shown.lines
        assert all(row in was for sign, row in shown.lines if sign != "+")
        assert all(row in became for sign, row in shown.lines if sign != "-")
        left = [row for sign, row in shown.lines if sign == "-"]
        come = [row for sign, row in shown.lines if sign == "+"]
        if shown.verb == "changes":
            assert len(became) == len(was) - len(left) + len(come)


def rows(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.is_file() else []


@pytest.mark.parametrize("rule", [rule for rule in all_rules().values() if rule.passes], ids=lambda rule: rule.id)
def test_what_keeps_a_rule_is_never_shown_as_nothing(rule: Rule) -> None:
    assert any(sign != " " for shown in passing(rule) for sign, _ in shown.lines) or any(
        shown.verb != "changes" for shown in passing(rule)
    )


def test_a_part_of_a_line_is_shown_as_the_line_below_its_keys() -> None:
    (shown,) = failing(_RULE)
    assert lines(shown) == [
        "  cutover:",
        "-   window: {start: 2027-01-12T09:00:00+00:00, end: 2027-01-12T13:00:00+00:00}",
        "+   window: {start: 2027-01-12T09:00:00+00:00, end: 2027-01-12T10:10:00+00:00}",
    ]


def test_of_an_item_the_keys_of_its_list_and_of_its_first_line_are_shown() -> None:
    (shown,) = failing(all_rules()["SRC004"])
    assert [row for sign, row in shown.lines if sign == " "] == [
        "sources:",
        "  - id: shop_db",
        "    datasets:",
        "      - id: shop_db.orders",
    ]


def test_each_place_of_a_change_is_shown() -> None:
    (shown,) = failing(all_rules()["CAP012"])
    assert [row for sign, row in shown.lines if sign == " "] == [
        "pipelines:",
        "  - id: load_orders",
        "  - id: build_orders",
    ]


def test_a_change_of_a_change_is_shown_in_what_that_left() -> None:
    (shown,) = failing(made(Edit("plan.yml", "tier: C", "tier: B"), Edit("plan.yml", "tier: B", "tier: A")))
    assert lines(shown) == ["- tier: C", "+ tier: A"]


@pytest.mark.parametrize(
    ("edit", "verb", "shown"),
    [
        (Edit("08-operations.yml"), "is taken away", []),
        (Edit("12-bundle.yml", new="risks: []\n"), "holds only", ["+ risks: []"]),
        (Edit("plan.yml", "tier: C", "tier: C"), "stays as it is, with", ["  tier: C"]),
        (Edit("plan.yml", "er: C\n", "er: C\n"), "stays as it is, with", ["  tier: C"]),
        (Edit("plan.yml", "tier: C\n", ""), "changes", ["- tier: C"]),
        (Edit("plan.yml", "tier: C\n", "tier: C\nx_a: 1\n"), "changes", ["+ x_a: 1"]),
    ],
)
def test_what_an_example_does_with_its_file(edit: Edit, verb: str, shown: list[str]) -> None:
    (found,) = failing(made(edit))
    assert (found.verb, lines(found), found.beside) == (verb, shown, "")


def test_the_passing_example_is_told_beside_the_failing_one() -> None:
    b, a = Edit("plan.yml", "tier: C", "tier: B"), Edit("plan.yml", "tier: C", "tier: A")
    same, more = Edit("01-context.yml", new="x_a: 1\n"), Edit("02-sources.yml", new="x_b: 1\n")
    (other,) = passing(made(b, passes=[a]))
    assert (lines(other), other.beside) == (["- tier: B", "+ tier: A"], "but")
    (rest,) = passing(made(same, passes=[same, more]))
    assert (rest.file, lines(rest), rest.beside) == ("02-sources.yml", ["+ x_b: 1"], "and")
    alone = passing(made(same, b, passes=[a]))
    assert [(lines(one), one.beside) for one in alone] == [(["- tier: C", "+ tier: A"], "")]


def test_lines_are_pairs_of_sign_and_text() -> None:
    line: Line = failing(_RULE)[0].lines[0]
    assert line == (" ", "cutover:")

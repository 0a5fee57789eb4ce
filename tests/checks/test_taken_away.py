"""The example tests can tell: take a rule away and one of them fails, let a rule always fire and one of them fails.

What is run here are the very tests of `test_rules`, so that one which looked at nothing would be found out.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from plangate.checks import rule as catalogue
from plangate.checks.rule import Rule, Subject, all_rules
from plangate.model.problem import HEADER, Problem

from . import test_own, test_review, test_rules

RULES = all_rules()
APPROVED = "REV009"
"""The rule that only a plan keeps which everybody has signed, so that its passing example is made by a test."""


def never(subject: Subject) -> Iterator[Problem]:
    """Find nothing, whatever is asked."""
    yield from ()


def ever(rule_id: str) -> Callable[[Subject], Iterator[Problem]]:
    """Find something, whatever is asked."""

    def check(subject: Subject) -> Iterator[Problem]:
        yield Problem(rule_id, "Whatever stands here", HEADER)

    return check


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_that_never_fires_is_found_out(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue._REGISTRY, rule.id, replace(rule, check=never))
    with pytest.raises(AssertionError, match=rf"^assert '{rule.id}' in "):
        test_rules.test_failing_example_fires(rule, tmp_path)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_that_always_fires_is_found_out(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are left out to save time: whether one rule fires does not hang on them."""
    monkeypatch.setattr(catalogue, "_REGISTRY", {rule.id: replace(rule, check=ever(rule.id))})
    if rule.id == APPROVED:
        with pytest.raises(AssertionError, match="Whatever stands here"):
            test_review.test_a_plan_is_approved_when_everybody_has_approved(tmp_path)
    elif rule.passes:
        with pytest.raises(AssertionError, match=rf"^assert '{rule.id}' not in "):
            test_rules.test_passing_example_does_not(rule, tmp_path)
    else:
        with pytest.raises(AssertionError, match=rf"^assert \{{'{rule.id}'\}} == set\(\)"):
            test_rules.test_rules_without_a_passing_example_pass_as_it_is(tmp_path, rule.on)


@pytest.mark.parametrize("rule", sorted(test_own.BROKEN))
def test_an_own_rule_that_is_not_there_is_found_out(rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_own, "own_fired", partial(test_own.own_fired, without=rule))
    with pytest.raises(AssertionError, match=r"^assert set\(\) == "):
        test_own.test_a_rule_of_this_repository_fires(tmp_path, rule)

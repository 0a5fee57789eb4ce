"""Verdicts of rules in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.verdicts import VERDICTS, RuleVerdict, said, tally

MANY: list[RuleVerdict] = [*["pass"] * 23, "fail", *["undetermined"] * 2, *["not_applicable"] * 5, *["off"] * 9]  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        (MANY, "23 of 31 rules hold, 1 fails, 2 are undetermined, 5 do not apply"),
        (["pass"], "1 of 1 rule holds"),
        (["pass", "waived", "baselined"], "1 of 3 rules holds, 1 is waived, 1 was known before"),
        (["fail", "fail"], "0 of 2 rules hold, 2 fail"),
        (["off"], "no rule looks at this"),
        ([], "no rule looks at this"),
    ],
)
def test_they_are_counted_and_those_that_are_off_are_not(verdicts: list[RuleVerdict], told: str) -> None:
    assert tally(verdicts) == told


@given(st.lists(st.sampled_from(VERDICTS)))
def test_every_verdict_but_off_is_in_the_count(verdicts: list[RuleVerdict]) -> None:
    numbers = [int(word) for word in tally(verdicts).replace(",", "").split() if word.isdigit()]
    asked = sum(verdict != "off" for verdict in verdicts)
    assert sum(numbers) == 2 * asked


@pytest.mark.parametrize("verdict", VERDICTS)
def test_one_and_many_are_said_differently(verdict: RuleVerdict) -> None:
    assert said(verdict) == said(verdict, 1)
    assert said(verdict, 0) == said(verdict, 2) != said(verdict)

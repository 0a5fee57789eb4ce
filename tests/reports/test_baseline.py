"""A baseline file that is written reads back as what it was written of, whatever authors wrote."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from plangate.checks.baseline import settle
from plangate.checks.finding import Finding
from plangate.model.baseline import Baseline, Entry, Known
from plangate.model.plan import Header, Place, Plan
from plangate.reading.baseline import read_baseline
from plangate.reading.plan import ReadPlan
from plangate.reading.policy import load_policy
from plangate.reading.portfolio import Portfolio
from plangate.reports.baseline import baseline_text

from .hostile import hostile, many
from .reporting import report


def portfolio(*entries: Entry, broken: tuple[Place, ...] = ()) -> Portfolio:
    """Two plans under a baseline; `broken` are refused values of them."""
    packaged = load_policy(None)[0]
    waivers = packaged.checklists.waivers.model_copy(update={"never": ()})
    checklists = packaged.checklists.model_copy(update={"waivers": waivers})
    policy = replace(packaged, checklists=checklists, baseline=Baseline("baseline.yml", entries))
    plans = [
        Plan(name, Header(id=name), MappingProxyType({}), broken=frozenset(broken)) for name in ("orders-mart", "other")
    ]
    return Portfolio(policy, tuple(ReadPlan(plan, f"plans/{plan.id}", {}, {}, ()) for plan in plans))


FAILING = st.lists(hostile(verdict="fail", plan="orders-mart"), max_size=5)


def test_the_file(finding: Finding) -> None:
    twin = replace(finding, line=40)
    other = replace(finding, rule="CTX001", gate="context", path="", observed=None, severity="warning", blocking=False)
    unreadable = replace(finding, rule="GEN005", unreadable=True)
    text, number = baseline_text(report(finding, twin, other, unreadable), portfolio())
    assert number == 3
    assert text.split("findings:\n")[1] == (
        '  "orders-mart":\n'
        "    BCK003:\n"
        '      - {at: "cutover: backfill[0].must_finish_within", value: "76.7 h", times: 2}\n'
        "    CTX001:\n"
        '      - {at: "context"}\n'
    )


def test_nothing_known_is_a_file_too(tmp_path: Path) -> None:
    text, number = baseline_text(report(), portfolio())
    (tmp_path / "baseline.yml").write_text(text)
    assert (number, read_baseline(tmp_path / "baseline.yml", "x")) == (0, (Baseline("x"), ()))


def test_what_was_not_judged_stays(finding: Finding) -> None:
    entries = tuple(
        Entry(plan, rule, Known(at="cutover"))
        for plan, rule in (
            ("orders-mart", "CUT001"),
            ("orders-mart", "BCK001"),
            ("other", "CUT001"),
            ("vanished", "CUT001"),
            ("orders-mart", "XYZ999"),
        )
    )
    made = report(finding, judged={"orders-mart": ("BCK001", "BCK003")})
    text, number = baseline_text(made, portfolio(*entries))
    assert number == 3
    assert "CUT001" in text
    assert '"other"' in text
    assert not any(word in text for word in ("BCK001", "vanished", "XYZ999"))


@pytest.mark.parametrize(
    ("broken", "stays"),
    [
        (("cutover", ("backfill", 0, "window")), True),
        (("cutover", ("backfill", 0)), True),
        (("cutover", ()), True),
        (("cutover", ("backfill",)), True),
        (("cutover", ("backfill", 0, "window", "start")), True),
        (("cutover", ("backfill", 1)), False),
        (("cutover", ("backfill", 0, "win")), False),
        (("context", ()), False),
    ],
)
def test_what_a_refused_value_hides_stays(broken: Place, stays: bool) -> None:
    entry = Entry("orders-mart", "BCK003", Known(at="cutover: backfill[0].window"))
    made = report(judged={"orders-mart": ("BCK003",)})
    assert baseline_text(made, portfolio(entry, broken=(broken,)))[1] == int(stays)


@settings(max_examples=100, deadline=None)
@given(FAILING)
@example([replace(finding, plan="orders-mart", verdict="fail") for finding in many()])
def test_what_is_written_lets_exactly_that_pass(found: list[Finding]) -> None:
    text, number = baseline_text(report(*found), portfolio())
    with TemporaryDirectory() as folder:
        file = Path(folder, "baseline.yml")
        file.write_text(text, "utf-8")
        known, problems = read_baseline(file, "baseline.yml")
    assert problems == ()
    assert number == len(found) == sum(entry.known.times for entry in known.entries)
    assert Counter(finding.identity for finding in found) == {
        entry.identity: entry.known.times for entry in known.entries
    }
    assert {finding.verdict for finding in settle(found, known.entries, ())} <= {"baselined"}

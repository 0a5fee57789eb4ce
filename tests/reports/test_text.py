"""The report for people: grouped, with the line of the file, and nothing hidden."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import example, given, settings
from msgspec.structs import replace

from plangate.analysis.review import GateReview, Need, Word
from plangate.checks.finding import Finding, Severity, Verdict
from plangate.checks.report import Due, Report
from plangate.model.review import Filed, Record
from plangate.reports.lines import visible
from plangate.reports.markdown import report_markdown
from plangate.reports.outcome import SUMMARY, headlines
from plangate.reports.text import report_text

from .hostile import FINDINGS, many
from .reporting import report

Make = Callable[..., Report]


def test_a_finding_says_everything(make: Make, finding: Finding) -> None:
    text = report_text(make(finding))
    head = "    error (blocks) BCK003 plans/orders-mart/09-cutover.yml:12:5  Backfill orders_history needs 76.7 h"
    assert head in text
    assert "      at backfill[0].must_finish_within\n" in text
    assert "      found 76.7 h; expected <= 19.2 h\n" in text
    assert "      hint: Raise `parallel` or the window\n" in text
    assert text.endswith("Failed: 1 finding blocks.\n")


def test_plan_and_gate_head_their_findings(make: Make, finding: Finding) -> None:
    context = replace(finding, rule="CTX001", gate="context", severity="warning", blocking=False)
    top = replace(finding, rule="GEN001", gate="plan", file="plans/orders-mart/plan.yml")
    lines = report_text(make(finding, context, top)).splitlines()
    places = [
        next(number for number, row in enumerate(lines) if start in row)
        for start in (
            "plan orders-mart  Orders mart",
            "gate context (ready)",
            "CTX001",
            "gate cutover (blocked)",
            "BCK003",
        )
    ]
    assert places == sorted(places)
    assert any("plan.yml and other files" in row for row in lines)


@pytest.mark.parametrize(
    "part",
    [
        "1 plan,",
        "2 gates,",
        "42 rules;",
        "today 2026-11-23",
        "preset standard",
        "1 error,",
        "1 waived",
        "1 undetermined",
    ],
)
def test_the_summary_hides_nothing(make: Make, finding: Finding, part: str) -> None:
    waived = replace(finding, verdict="waived", blocking=False)
    undetermined = replace(finding, verdict="undetermined", blocking=False)
    text = report_text(make(finding, waived, undetermined))
    assert part in text
    assert "waived error BCK003" in text
    assert "7 not applicable; 1 blocking" in text


def test_a_plan_without_findings_passes(make: Make) -> None:
    text = report_text(make())
    assert "no findings" in text
    assert text.endswith("Passed.\n")


def test_what_follows_stands_under_its_cause(make: Make, finding: Finding) -> None:
    other = replace(finding, rule="CUT009", line=40, cause="BCK003", message="The order of dates breaks")
    lines = report_text(make(finding, other)).splitlines()
    assert not any(row.startswith("    error (blocks) CUT009") for row in lines)
    place = next(number for number, row in enumerate(lines) if "so also error CUT009" in row)
    assert place > next(number for number, row in enumerate(lines) if "BCK003" in row)


def test_a_cause_that_is_not_there_is_named(make: Make, finding: Finding) -> None:
    assert "follows from CAP001" in report_text(make(replace(finding, cause="CAP001")))


@pytest.mark.parametrize(
    ("plan", "said"), [(None, "follows from CON005\n"), ("other-plan", "follows from CON005 of plan other-plan\n")]
)
@pytest.mark.parametrize("write", [report_text, partial(report_markdown, failed=True)])
def test_a_cause_in_another_plan_is_named_with_it(
    make: Make, finding: Finding, write: Callable[[Report], str], plan: str | None, said: str
) -> None:
    here = replace(finding, rule="PLN008", cause="CON005", cause_plan=plan)
    there = replace(finding, plan="other-plan", rule="CON005", file="plans/other-plan/06-contracts.yml")
    assert said in write(make(here, there))


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (["CON005"], "2 findings: 1 above with a place of its own (1 error), 1 that follows from others (1 error)."),
        (
            ["CON005", "CON006"],
            "3 findings: 2 above with a place of their own (2 errors), 1 that follows from others (1 error).",
        ),
        ([], "1 finding: 1 that follows from others (1 error)."),
    ],
)
def test_what_is_said_to_follow_is_counted_as_following(
    make: Make, finding: Finding, others: list[str], said: str
) -> None:
    here = replace(finding, rule="PLN008", cause="CON005", cause_plan="other-plan")
    there = [replace(finding, plan="other-plan", rule=rule) for rule in others]
    assert f"\n{said}\n" in report_text(make(here, *there))


def test_approvals_alone_leave_no_count_of_nothing(make: Make, finding: Finding) -> None:
    waiting = replace(finding, rule="REV009", severity="info", blocking=False)
    made = under_review(make(waiting), cutover=((need("consumer", 1, "alice"),), ()))
    assert "\n1 finding: 1 approval to come (1 info).\n" in report_text(made)


def test_what_follows_from_a_consequence_stands_under_the_first_cause(make: Make, finding: Finding) -> None:
    first = replace(finding, rule="CON004")
    second = replace(finding, rule="CON005", cause="CON004")
    third = replace(finding, rule="CUT009", cause="CON005")
    rows = report_text(make(first, second, third)).splitlines()
    assert [row.split()[3] for row in rows if row.startswith("      so also error ")] == ["CON005", "CUT009"]
    assert not any("follows from" in row for row in rows)


def test_two_findings_that_name_each_other_are_both_shown(make: Make, finding: Finding) -> None:
    one = replace(finding, cause="CUT009")
    other = replace(finding, rule="CUT009", cause="BCK003")
    text = report_text(make(one, other))
    assert "(blocks) BCK003" in text
    assert "(blocks) CUT009" in text


def test_colour_only_when_asked(make: Make, finding: Finding) -> None:
    assert "\x1b" not in report_text(make(finding))
    assert "\x1b[31merror\x1b[0m" in report_text(make(finding), colour=True)


def test_the_source_line_with_a_caret_under_the_value(make: Make, finding: Finding) -> None:
    at = replace(finding, line=2, column=7, source="  in: [orders]")
    lines = report_text(make(at)).splitlines()
    shown = next(number for number, row in enumerate(lines) if row.endswith("in: [orders]"))
    assert lines[shown].startswith("         2 | ")
    assert lines[shown + 1].index("^") == lines[shown].index("[")


LONG = "  - {id: orders, description: " + "x" * 200 + ", owner: alice, about: " + "y" * 200 + "}"


@pytest.mark.parametrize(
    ("source", "place", "shift", "shown", "mark"),
    [
        ("  in: [orders]", "[", 0, "[orders]", "^"),
        ("  名前: [在庫]", "[", 0, "[在庫]", "^"),
        ("  e\u0301te\u0301: [orders]", "[", 0, "[orders]", "^"),
        ("  a\tb: [orders]", "[", 0, "[orders]", "^ column 8"),
        ("# ##TODO[x]", "TODO", 0, "TODO[x]", "^ column 5"),
        ("  password: •••, in: [orders]", "[", 7, "[orders]", "^ column 29"),
        (LONG, "id", 0, "id: orders", "^"),
        (LONG, "alice", 0, "alice, about", "^ column 240"),
        (LONG, "}", 0, "}", "^ column 454"),
    ],
)
def test_the_mark_stands_under_the_letter_that_is_named(
    make: Make, finding: Finding, source: str, place: str, shift: int, shown: str, mark: str
) -> None:
    column = source.index(place) + 1 + shift
    at = replace(finding, line=2, column=column, source=source, shift=shift)
    lines = report_text(make(at)).splitlines()
    head = next(number for number, row in enumerate(lines) if f":2:{column}  " in row)
    row, under = lines[head + 1], lines[head + 2]
    assert under.endswith(f"| {' ' * under.partition('| ')[2].index('^')}{mark}")
    assert seen(row, under.index("^")).startswith(shown)
    assert ("…" in row) == (source == LONG)


def seen(row: str, cell: int) -> str:
    """Give what begins in a cell of a terminal: a wide letter takes two, a mark upon a letter none."""
    letters = [letter + "\N{SOFT HYPHEN}" if unicodedata.east_asian_width(letter) == "W" else letter for letter in row]
    plain = unicodedata.normalize("NFC", "".join(letters))
    return plain[cell:].replace("\N{SOFT HYPHEN}", "")


@pytest.mark.parametrize("hostile", ["a\n::error::forged", "\n##[error]x", "x\r\nFailed.", "\x1b[2J"])
def test_no_line_is_the_authors(make: Make, finding: Finding, hostile: str) -> None:
    calm = report_text(make(finding)).splitlines()
    report = make(
        replace(finding, message=hostile, path=hostile, observed=hostile, expected=hostile, hint=hostile, file=hostile)
    )
    lines = report_text(report).splitlines()
    assert len(lines) == len(calm)
    assert not any(row.lstrip().startswith("::") or "##[" in row or "\x1b" in row for row in lines)


def test_an_internal_error_is_told(make: Make) -> None:
    text = report_text(make(failures={"orders-mart": "CAP001 broke down"}))
    assert "INTERNAL" in text
    assert "Internal error in plan orders-mart: CAP001 broke down" in text


def test_a_consequence_stands_under_the_cause_at_its_own_place(make: Make, finding: Finding) -> None:
    heads = [replace(finding, rule="GEN014", line=line, path=path) for line, path in ((2, "problem"), (3, "metrics"))]
    other = replace(finding, rule="GEN016", cause="GEN014", line=3, path="metrics")
    lines = report_text(make(*heads, other)).splitlines()
    second = next(number for number, row in enumerate(lines) if "GEN014" in row and ":3:" in row)
    assert next(number for number, row in enumerate(lines) if "GEN016" in row) > second


def test_what_cannot_be_judged_stands_under_what_refuses_the_value(make: Make, finding: Finding) -> None:
    refused = replace(finding, rule="GEN005", unreadable=True)
    unknown = replace(finding, rule="CAP008", verdict="undetermined", blocking=False)
    again = replace(unknown, rule="BCK003")
    elsewhere = replace(unknown, rule="CAP009", path="backfill[1]")
    lines = report_text(make(refused, unknown, again, elsewhere)).splitlines()
    assert "      so also 2 rules cannot be judged: BCK003, CAP008" in lines
    starts = [row.strip().split(" plans/")[0] for row in lines if " plans/" in row]
    assert starts == ["error (blocks) GEN005", "undetermined error CAP009"]
    many = [replace(unknown, rule=f"TRN{number:03d}") for number in range(45)]
    (row,) = [row for row in report_text(make(refused, *many)).splitlines() if "cannot be judged" in row]
    assert row.startswith("      so also 45 rules cannot be judged: TRN000, TRN001, ")
    assert row.endswith(", TRN039 and 5 more")


def test_nothing_is_hidden_of_plans_that_were_not_examined(make: Make, finding: Finding) -> None:
    text = report_text(make(replace(finding, plan="gone", rule="BASELINE", gate=None)))
    assert "other plans\n    error (blocks) BASELINE" in text


def test_notes_and_an_empty_run(make: Make) -> None:
    text = report_text(make(plans=(), notes=("0 of 4 plans differ from main",)))
    assert "Note: 0 of 4 plans differ from main.\n" in text
    assert text.endswith("Nothing was examined.\n")


@pytest.mark.parametrize("verdict", ["waived", "baselined"])
def test_consequences_say_what_became_of_them(make: Make, finding: Finding, verdict: str) -> None:
    other = replace(finding, rule="CUT009", cause="BCK003", verdict=verdict, blocking=False)
    assert f"so also {verdict} error CUT009" in report_text(make(finding, other))


LAID_OUT = """plan orders-mart  Orders mart
  profile batch, tier A, intent in_review, state blocked
  plan.yml and other files
    error (blocks) GEN007 plans/orders-mart/plan.yml:2:8  `title` is a placeholder
  gate context (ready)
    error (blocks) GEN002 plans/orders-mart/01-context.yml:5:1  Key `scope` stands twice
    warning CTX001 plans/orders-mart/01-context.yml:7:3  No owner
  gate cutover (blocked)
    error (blocks) BCK003 plans/orders-mart/09-cutover.yml:12:5  Too long
      so also error CUT009 plans/orders-mart/09-cutover.yml:40:5  Too short
      so also 1 rule cannot be judged: CUT001
  waiting for approval: consumer for context and cutover; sre for cutover

Examined 1 plan, 2 gates, 42 rules; today 2026-11-23, preset standard.
4 errors, 1 warning, 3 info, 0 waived, 0 baselined, 1 undetermined, 7 not applicable; 3 blocking.
9 findings: 4 above with a place of their own (3 errors, 1 warning), \
2 that follow from others (1 error, 1 undetermined), 3 approvals to come (3 info).
Not printed: 1 undetermined and 3 approvals one by one (`plangate check --format json`); \
7 not applicable (`plangate show PLAN checklist`).
Failed: 3 findings block.
"""


def under_review(made: Report, **gates: tuple[tuple[Need, ...], tuple[Word, ...]]) -> Report:
    """Give the gates of a report their review: what they need, and the words on them."""
    (plan,) = made.plans
    reviews = {
        name: GateReview(name, "open", words, needs, (), None, only_author=False)
        for name, (needs, words) in gates.items()
    }
    with_reviews = tuple(
        replace(gate, review=reviews[gate.gate], waiting=due(reviews[gate.gate])) if gate.gate in reviews else gate
        for gate in plan.gates
    )
    return replace(made, plans=(replace(plan, gates=with_reviews),))


def due(review: GateReview) -> tuple[Due, ...]:
    return tuple(Due(need.role, " or ".join(need.candidates)) for need in review.due)


def need(role: str, count: int, *people: str) -> Need:
    return Need(role, count, (), (), people)


def word(verdict: str) -> Word:
    signed = {"scheme": "pg1", "plan": "orders-mart", "date": "2026-11-20", "gates": {"cutover": f"sha256:{'0' * 64}"}}
    record = Record.model_validate({**signed, "by": "alice", "role": "sre", "verdict": verdict})
    return Word("cutover", Filed("reviews/one.yml", "0" * 64, record), "claimed", counts=True, standing="holds")


def test_a_report_is_laid_out_by_gate_and_line(make: Make, finding: Finding) -> None:
    bare = replace(finding, path="", observed=None, expected=None, hint=None)
    there = replace(bare, gate="context", file="plans/orders-mart/01-context.yml")
    top = replace(bare, gate="plan", file="plans/orders-mart/plan.yml")
    late = replace(bare, message="Too long", unreadable=True)
    waiting = replace(bare, rule="REV009", severity="info", blocking=False, line=1)
    found = (
        replace(top, rule="GEN007", line=2, column=8, message="`title` is a placeholder"),
        replace(there, rule="GEN002", gate=None, line=5, column=1, message="Key `scope` stands twice"),
        replace(there, rule="CTX001", severity="warning", blocking=False, line=7, column=3, message="No owner"),
        late,
        replace(late, rule="CUT009", cause="BCK003", line=40, message="Too short", blocking=False),
        replace(late, rule="CUT001", verdict="undetermined", blocking=False),
        replace(waiting, gate="context"),
        waiting,
        replace(waiting, expected="2 as sre"),
    )
    one, two = need("consumer", 1), need("sre", 2)
    assert report_text(under_review(make(*found), context=((one,), ()), cutover=((one, two), ()))) == LAID_OUT


@pytest.mark.parametrize(
    ("severity", "blocking", "said"),
    [("error", True, "Failed: 2 findings block.\n"), ("warning", False, "Failed: 2 warnings.\n")],
)
def test_a_run_says_for_what_it_fails(
    make: Make, finding: Finding, severity: Severity, blocking: bool, said: str
) -> None:
    one = replace(finding, severity=severity, blocking=blocking)
    assert report_text(make(one, replace(one, line=13)), failed=True).endswith(said)


@pytest.mark.parametrize("verdict", ["fail", "undetermined"])
def test_an_approval_to_come_takes_one_line_whatever_is_refused_beside_it(
    make: Make, finding: Finding, verdict: Verdict
) -> None:
    waiting = replace(finding, rule="REV009", severity="info", blocking=False, verdict=verdict)
    text = report_text(under_review(make(waiting), cutover=((need("consumer", 1),), ())))
    assert "  waiting for approval: consumer for cutover\n" in text
    assert "REV009" not in text


@pytest.mark.parametrize(
    ("idle", "unknown", "said"),
    [
        (0, False, ""),
        (7, False, "Not printed: 7 not applicable (`plangate show PLAN checklist`).\n"),
        (0, True, "Not printed: 1 undetermined one by one (`plangate check --format json`).\n"),
    ],
)
def test_what_is_counted_and_not_printed_is_named(
    make: Make, finding: Finding, idle: int, unknown: bool, said: str
) -> None:
    under = replace(finding, rule="CUT001", verdict="undetermined", cause="BCK003", blocking=False)
    made = make(finding, *([under] if unknown else []))
    text = report_text(replace(made, summary={**made.summary, "not_applicable": idle}))
    assert ("Not printed" in text) == bool(said)
    assert said in text


def test_who_could_approve_stands_in_one_line(make: Make, finding: Finding) -> None:
    waiting = replace(finding, rule="REV009", severity="info", blocking=False)
    made = under_review(make(waiting), cutover=((need("consumer", 1, "alice", "bob"),), ()))
    assert "  waiting for approval: consumer (could be alice or bob) for cutover\n" in report_text(made)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"severity": "error", "blocking": True}, ()),
        ({"verdict": "waived"}, ()),
        ({}, ("hold",)),
        ({}, ("request_changes",)),
        ({"plan": "elsewhere"}, ()),
        ({"gate": "context"}, ()),
    ],
)
def test_what_is_more_than_waiting_has_a_place_of_its_own(
    make: Make, finding: Finding, change: dict[str, object], words: tuple[str, ...]
) -> None:
    waiting = replace(finding, rule="REV009", severity="info", blocking=False)
    made = make(replace(waiting, **change))
    review = ((need("consumer", 1),), tuple(word(verdict) for verdict in words))
    text = report_text(under_review(made, cutover=review))
    assert "REV009 plans/orders-mart/09-cutover.yml:12:5" in text
    assert "waiting for approval" not in text
    assert "with a place of" not in text


@settings(max_examples=60, deadline=None)
@given(FINDINGS)
@example(many())
def test_a_line_for_each_finding_and_none_that_an_author_begins(found: list[Finding]) -> None:
    text = report_text(report(*found, notes=tuple(finding.message for finding in found)))
    rows = text.split("\n")
    assert rows == [*text.splitlines(), ""]
    heads = [row for row in rows if row.startswith("    ") and not row.startswith("      ")]
    others = [row for row in rows if re.match("      so also (?:waived |baselined )?(?:error|warning|info) ", row)]
    unknown = [finding for head, under in headlines(found) for finding in under if finding.verdict == "undetermined"]
    assert len(heads) + len(others) + len(unknown) == len(found)
    assert len(heads) == len(headlines(found))
    follows = sum(head.cause is not None for head, _ in headlines(found))
    own, following = len(heads) - follows, len(others) + len(unknown) + follows
    counts = re.findall(r"^\d+ findings?: .*\.$", text, re.MULTILINE)
    assert len(counts) == bool(following)
    if following:
        above = rf"{own} above with a place of (?:its|their) own \((.*)\), " if own else "()"
        shown = rf"{len(found)} findings?: {above}{following} that follows? from others \((.*)\)\."
        told = re.fullmatch(shown, counts[0])
        assert told is not None
        parts = [part.split() for group in told.groups() if group for part in group.split(", ")]
        summed = Counter[str]()
        for number, word in parts:
            summed[word.removesuffix("s")] += int(number)
        assert summed == {
            name: count for name, count in report(*found).summary.items() if count and name in SUMMARY[:-1]
        }
    unseen = f"Not printed: {len(unknown)} undetermined one by one (`plangate check --format json`); "
    assert (unseen in text) == bool(unknown)
    for finding in found:
        said = f":{finding.line}:{finding.column}  {visible(finding.message)}".rstrip()
        assert finding in unknown or any(row.endswith(said) for row in (*heads, *others))
    assert not any(row.lstrip().startswith(("::", "##[", "##vso[")) or "##[" in row or "\x1b" in row for row in rows)

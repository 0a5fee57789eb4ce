"""The switch of the first plan, changed until a rule speaks, stays silent, or cannot judge."""

from pathlib import Path

import pytest

from .judging import Changes, judged, sample, told

FILE = "09-cutover.yml"
NONE = "point_of_no_return: {none: The export stays available and the report can be pointed back at any time}"
POINT = "point_of_no_return: {after: s02, why: The export is switched off}"
S02 = "reversible: true, rollback: r02"
FIXED = "reversible: false, forward_fix: Correct the report by hand"


def messages(folder: Path, rule: str, *changes: tuple[str, str]) -> list[str]:
    return [message for _, message in told(judged(folder, rule, [(FILE, old, new) for old, new in changes]))]


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("owner: data_team, after: []", "after: []", "cutover.steps[0].owner", "Step s01 does not say its `owner`"),
        ("expected: 40 min, max", "max", "cutover.steps[0].expected", "Step s01 does not say its `expected`"),
        ("after: [], expected", "expected", "cutover.steps[0].after", "Step s01 does not say its `after`"),
        (
            "max: 60 min, verify: Row count equals that of the shop, ",
            "max: 60 min, ",
            "cutover.steps[0].verify",
            "Step s01 does not say its `verify`",
        ),
        (
            "after: [], expected",
            "after: [s02], expected",
            "cutover.steps[0].after",
            "These steps wait for each other: s01 → s02 → c01 → s01",
        ),
        (
            "max: 60 min, verify",
            "max: 39 min, verify",
            "cutover.steps[0].max",
            "Step s01 is expected to take 40 min, its `max` is 39 min",
        ),
    ],
)
def test_steps_are_said_in_full(tmp_path: Path, old: str, new: str, path: str, message: str) -> None:
    assert told(judged(tmp_path, "CUT001", [(FILE, old, new)])) == [(path, message)]


def test_a_maximum_may_be_what_is_expected(tmp_path: Path) -> None:
    assert messages(tmp_path, "CUT001", ("max: 60 min, verify", "max: 40 min, verify")) == []


def test_an_offset_stands_for_what_comes_before(tmp_path: Path) -> None:
    assert messages(tmp_path, "CUT001", ("after: [], expected", "offset: 0 min, expected")) == []


STEPS = "  steps:\n"
AHEAD = (
    "    - {id: c00, kind: go_no_go, owner: data_platform, after: [], offset: -72 h, expected: 30 min, max: 45 min, "
    "decision_owner: data_platform, if_missing: no_go}\n"
)
START = "start: 2027-01-12T09:00:00+00:00"
END = "end: 2027-01-12T13:00:00+00:00"
T0 = "t0: 2027-01-12T09:00"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([(END, "end: 2027-01-12T10:45:00+00:00")], []),
        (
            [(END, "end: 2027-01-12T10:30:00+00:00")],
            ["With every step at its longest the switch takes 105 min, its window is 90 min"],
        ),
        (
            [(END, "end: 2027-01-12T10:45:00+00:00"), ("max: 60 min, verify", "max: 41 min, verify"),
             ("expected: 40 min", "expected: 60 min"), ("max: 41 min", "max: 60 min")],
            ["The critical path takes 85 min of a window of 105 min: less than 20 % of it are left"],
        ),
        (
            [(END, "end: 2027-01-12T10:20:00+00:00"), ("max: 60 min, verify", "max: 1 min, verify")],
            ["With every step at its longest the switch takes 85 min, its window is 80 min"],
        ),
        (
            [("after: [s01], expected: 10 min", "after: [s01], offset: 20 min, expected: 10 min")],
            ["Step c01 is to start 20 min from t0, what it waits for ends 40 min after it"],
        ),
        (
            [(T0, "t0: 2027-01-12T12:59")],
            [
                "With every step at its longest the switch takes 105 min, its window is 4 h, and begins 3.98 h after "
                "it opens"
            ],
        ),
        (
            [(T0, "t0: 2027-01-12T11:10")],
            [
                "The critical path takes 65 min of a window of 4 h, and begins 2.17 h after it opens: less than 20 % "
                "of it are left"
            ],
        ),
        ([(T0, "t0: 2027-01-12T10:00")], []),
        ([(START, "start: 2027-01-12T08:00:00+00:00"), ("after: [], expected", "offset: 0 min, expected")], []),
        ([(STEPS, f"{STEPS}{AHEAD}")], []),
        ([(STEPS, f"{STEPS}{AHEAD.replace('-72 h', '-10 min')}")], []),
        (
            [(STEPS, f"{STEPS}{AHEAD}"), ("after: [], expected", "after: [c00], offset: -73 h, expected")],
            ["Step s01 is to start -73 h from t0, what it waits for ends 71.5 h before it"],
        ),
        (
            [(T0, "t0: 2027-01-12T13:00")],
            ["t0 is 2027-01-12 13:00 UTC, after the window from 2027-01-12 09:00 UTC to 2027-01-12 13:00 UTC"],
        ),
        (
            [(T0, "t0: 2027-01-12T08:59")],
            ["t0 is 2027-01-12 08:59 UTC, before the window from 2027-01-12 09:00 UTC to 2027-01-12 13:00 UTC"],
        ),
    ],
)  # fmt: skip
def test_the_switch_fits_its_window(tmp_path: Path, changes: list[tuple[str, str]], found: list[str]) -> None:
    assert messages(tmp_path, "CUT002", *changes) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        (
            [("owner: data_platform, after: [s01]", "owner: data_team, after: []")],
            [
                "data_team has s01 and c01 at one time, for 10 min",
                "data_team has s01 and s02 at one time, for 15 min",
            ],
        ),
        (
            [("owner: data_platform, after: [s01]", "owner: data_platform, backup: data_platform, after: [s01]")],
            ["data_platform is owner and backup of step c01"],
        ),
    ],
)
def test_people_are_resources(tmp_path: Path, changes: list[tuple[str, str]], found: list[str]) -> None:
    assert messages(tmp_path, "CUT003", *changes) == found


CRITERION = '{check: orders_vs_shop, must_be: "<= 0.1 %", owner: data_team, evidence: reconciliation report}'


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([("kind: go_no_go, ", "")], ["Nobody decides to go on"]),
        ([("kind: go_no_go, ", ""), (NONE, POINT)], ["Nobody decides before s02, after which there is no way back"]),
        ([("if_missing: no_go", "if_missing: go")], ["Decision c01 goes on when an answer is missing"]),
        ([("if_missing: no_go, ", "")], ["Decision c01 does not say what a missing answer means"]),
        ([(f"criteria: [{CRITERION}]", "criteria: []")], ["Decision c01 has no criteria"]),
        ([('must_be: "<= 0.1 %", owner', "owner")], ["Criterion 1 of decision c01 does not say its bound (`must_be`)"]),
        (
            [("{check: orders_vs_shop, must", "{statement: It looks right, must")],
            ["Criterion 1 of decision c01 does not say what is measured (`check`, `metric` or `slo`)"],
        ),
    ],
)
def test_decisions_are_taken_by_numbers(tmp_path: Path, changes: list[tuple[str, str]], found: list[str]) -> None:
    assert messages(tmp_path, "CUT004", *changes) == found


@pytest.mark.parametrize(
    ("rule", "changes", "found"),
    [
        ("CUT005", [], []),
        (
            "CUT005",
            [(S02, FIXED)],
            ["Step s02 cannot be undone and does not come after the point of no return"],
        ),
        ("CUT005", [(S02, FIXED), (NONE, POINT)], []),
        ("CUT005", [(S02, "reversible: true"), ("undoes: [s02]", "undoes: []")], ["No rollback step undoes step s02"]),
        ("CUT005", [(S02, "reversible: true")], []),
        ("CUT006", [(S02, FIXED), (NONE, POINT), ("undoes: [s02]", "undoes: [s01]")], []),
        (
            "CUT006",
            [(S02, FIXED), (NONE, POINT)],
            ["Step s02 claims to be undone by r02, but is the point of no return"],
        ),
        (
            "CUT006",
            [(S02, "reversible: true"), (NONE, POINT), ("undoes: [s02]", "undoes: []")],
            [
                "Step s02 is the point of no return: it claims to be `reversible: true` and does not say its "
                "`forward_fix`"
            ],
        ),
        (
            "CUT006",
            [(S02, "reversible: false"), (NONE, POINT), ("undoes: [s02]", "undoes: []")],
            ["Step s02 is the point of no return and does not say its `forward_fix`"],
        ),
        (
            "CUT006",
            [
                (S02, f"reversible: true, {FIXED}".replace("reversible: false, ", "")),
                (NONE, POINT),
                ("undoes: [s02]", "undoes: []"),
            ],
            ["Step s02 claims to be `reversible: true`, but is the point of no return"],
        ),
        (
            "CUT006",
            [(NONE, POINT)],
            ["Step s02 is the point of no return: it claims to be undone by r02 and does not say its `forward_fix`"],
        ),
    ],
)
def test_back_before_the_point_and_forward_after_it(
    tmp_path: Path, rule: str, changes: list[tuple[str, str]], found: list[str]
) -> None:
    assert messages(tmp_path, rule, *changes) == found


@pytest.mark.parametrize(
    "changes",
    [
        [(S02, FIXED), ("after: [], expected", "after: [s02], expected"), (NONE, POINT)],
        [(S02, FIXED), (NONE, POINT.replace("s02", "s09"))],
    ],
)
def test_what_comes_before_a_point_that_has_no_time_is_not_known(
    tmp_path: Path, changes: list[tuple[str, str]]
) -> None:
    assert messages(tmp_path, "CUT005 CUT006", *changes) == []


WAITS = "after: [c01], expected: 15 min"
BESIDE = [(WAITS, "after: [s01], expected: 15 min"), (NONE, POINT)]


@pytest.mark.parametrize(
    ("changes", "at", "found", "hint"),
    [
        (BESIDE, 2, "s02 does not wait for c01", "Let s02 wait for it: `after: [s01, c01]`"),
        (
            [*BESIDE, ("after: [s01], expected: 10 min", "after: [], expected: 10 min")],
            2,
            "s02 does not wait for c01",
            "Let s02 wait for it: `after: [s01, c01]`",
        ),
        (
            [*BESIDE, ("after: [s01], expected: 10 min", "after: [s02], expected: 10 min")],
            1,
            "c01 comes too late",
            "Put c01 before s02: `after: [s01]` in c01, and `after: [c01]` in s02",
        ),
    ],
)
def test_the_point_of_no_return_waits_for_a_decision(
    tmp_path: Path, changes: list[tuple[str, str]], at: int, found: str, hint: str
) -> None:
    (told,) = judged(tmp_path, "CUT004", [(FILE, old, new) for old, new in changes])
    assert (told.path, told.hint) == (f"cutover.steps[{at}].after", hint)
    assert told.message == f"Nobody decides before s02, after which there is no way back: {found}"


def test_a_decision_holds_over_the_steps_between(tmp_path: Path) -> None:
    between = "    - {id: s03, owner: data_team, after: [c01], expected: 5 min, verify: It runs, rollback: r02}\n"
    changes = [(WAITS, "after: [s03], expected: 15 min"), ("  point_of_no_return", f"{between}  point_of_no_return")]
    assert messages(tmp_path, "CUT004", *changes, (NONE, POINT)) == []


def test_refused_durations_leave_the_window_undetermined(tmp_path: Path) -> None:
    found = judged(tmp_path, "CUT002", [(FILE, "expected: 40 min", "expected: forty minutes")])
    assert [finding.verdict for finding in found] == ["undetermined"]


@pytest.mark.parametrize("plan", ["orders-mart", "clickstream-sessions", "jaffle-shop"])
def test_the_samples_hold(tmp_path: Path, plan: str) -> None:
    rules = " ".join(f"CUT{number:03d}" for number in range(1, 16))
    assert (
        told(sample(tmp_path, plan, f"{rules} BND001 BND003 BND004 OPS005 CTX006 VAL001 VAL002 VAL003 VAL004 VAL005"))
        == []
    )


ORDERS: Changes = [(FILE, "owner: platform, backup: dba, after: [s07]", "owner: qa, backup: dba, after: [s07]")]


def test_two_tests_of_one_team_at_night(tmp_path: Path) -> None:
    assert told(sample(tmp_path, "orders-mart", "CUT003", ORDERS)) == [
        ("cutover.steps[9].owner", "qa has s08 and s09 at one time, for 30 min")
    ]


@pytest.mark.parametrize(
    ("most", "hint"),
    [
        (
            "300 min",
            "Let the window end at 2027-01-12T14:45:00+00:00 or later, or shorten the path s01 → c01 → s02 by 105 min",
        ),
        (
            "90 yr",
            "Let the window end at 2116-12-21T09:45:00+00:00 or later, or shorten the path s01 → c01 → s02 by 32_850 d",
        ),
    ],
)
def test_a_window_is_told_when_it_has_to_end(tmp_path: Path, most: str, hint: str) -> None:
    (found,) = judged(tmp_path, "CUT002", [(FILE, "max: 60 min, verify", f"max: {most}, verify")])
    assert (found.observed, found.hint) == ("4 h", hint)


def test_who_has_no_decision_is_shown_one(tmp_path: Path) -> None:
    (found,) = judged(tmp_path, "CUT004", [(FILE, "kind: go_no_go, ", ""), (FILE, NONE, POINT)])
    assert found.hint == (
        "Add `{id: go, kind: go_no_go, after: [c01], expected: 10 min, decision_owner: …, if_missing: no_go, criteria: "
        '[{check: orders_vs_shop, must_be: "<= 0.1 %", owner: …, evidence: report of the check}]}`, and let s02 wait '
        "for it: `after: [go]`"
    )


def test_a_criterion_that_lacks_much_is_one_finding(tmp_path: Path) -> None:
    change = (FILE, CRITERION, "{metric: daily_orders, owner: data_team}")
    (found,) = judged(tmp_path, "CUT004", [change])
    assert (found.path, found.message, found.expected) == (
        "cutover.steps[1].criteria[0]",
        "Criterion 1 of decision c01 does not say its bound (`must_be`) and what is shown (`evidence`)",
        'a criterion in full, such as `{metric: daily_orders, must_be: "<= 0.1 %", owner: data_team, evidence: '
        "report of the check}`",
    )


def test_what_comes_after_the_point_is_told_apart_from_the_point(tmp_path: Path) -> None:
    after = "point_of_no_return: {after: s01, why: The export is switched off}"
    assert [said for said in messages(tmp_path, "CUT006", (NONE, after)) if "undo" in said] == [
        "Step s01 is the point of no return: it claims to be undone by r01 and does not say its `forward_fix`",
        "Step c01 claims to be undone by r01, but comes after the point of no return (s01)",
        "Step s02 comes after the point of no return (s01): it claims to be undone by r02 and does not say its "
        "`forward_fix`",
    ]


AFTERWARDS = (
    "  point_of_no_return",
    "    - {id: s03, name: Watch, owner: data_team, after: [s02], expected: 5 min, verify: It runs, forward_fix: Wait}"
    "\n  point_of_no_return",
)
R02 = "{id: r02, name: Point the report back at the export, owner: data_team, expected: 15 min, undoes: [s02]}"


@pytest.mark.parametrize(
    ("changes", "path", "hint"),
    [
        (
            [],
            "cutover.steps[2].rollback",
            "Take `reversible: true` and `rollback: r02` out of s02 and delete rollback step r02, which undoes s02 "
            "alone",
        ),
        ([(S02, FIXED)], "rollback.steps[1].undoes[0]", "Delete rollback step r02, which undoes s02 alone"),
        (
            [(S02, FIXED), AFTERWARDS],
            "rollback.steps[1].undoes[0]",
            "Delete rollback step r02, which undoes s02 alone",
        ),
        (
            [(S02, S02.replace("reversible: true", "forward_fix: Wait")), AFTERWARDS],
            "cutover.steps[2].rollback",
            "Take `rollback: r02` out of s02 and delete rollback step r02, which undoes s02 alone; or let the point of "
            "no return be s03",
        ),
        (
            [
                (S02, S02.replace("reversible: true", "forward_fix: Wait")),
                (AFTERWARDS[0], AFTERWARDS[1].replace("forward_fix", "reversible: false, forward_fix")),
                (
                    "  point_of_no_return",
                    AFTERWARDS[1].replace("id: s03", "id: s04").replace("after: [s02]", "after: [s03]"),
                ),
            ],
            "cutover.steps[2].rollback",
            "Take `rollback: r02` out of s02 and delete rollback step r02, which undoes s02 alone; or let the point of "
            "no return be s03",
        ),
        (
            [(S02, FIXED), (R02, R02.replace("[s02]", "[s01, s02]"))],
            "rollback.steps[1].undoes[1]",
            "Take s02 out of `undoes` of r02",
        ),
        (
            [(S02, FIXED), ("rollback: r01, criteria", "rollback: r02, criteria")],
            "rollback.steps[1].undoes[0]",
            "Take s02 out of `undoes` of r02",
        ),
    ],
)
def test_one_finding_tells_all_that_is_to_go(
    tmp_path: Path, changes: list[tuple[str, str]], path: str, hint: str
) -> None:
    (found,) = judged(tmp_path, "CUT006", [(FILE, old, new) for old, new in (*changes, (NONE, POINT))])
    assert (found.path, found.hint) == (path, hint)


@pytest.mark.parametrize(
    ("point", "expected", "cause"),
    [(POINT, "nothing there, as no way leads back", "CUT006"), (NONE, "r01", None)],
)
def test_a_name_that_has_to_go_is_not_to_be_mended(
    tmp_path: Path, point: str, expected: str, cause: str | None
) -> None:
    changes = [("rollback: r02}", "rollback: r09}"), (NONE, point)]
    found = [one for one in judged(tmp_path, "GEN003", [(FILE, *change) for change in changes]) if "[2]" in one.path]
    assert [(one.path, one.expected, one.cause) for one in found] == [("cutover.steps[2].rollback", expected, cause)]
    assert ("did you mean" in found[0].message) == (cause is None)


def test_a_decision_that_comes_too_late_keeps_its_way_back(tmp_path: Path) -> None:
    late = [("after: [s01], expected: 10 min", "after: [s02], expected: 10 min"), ("after: [c01]", "after: [s01]")]
    found = judged(tmp_path, "CUT004 CUT006", [(FILE, old, new) for old, new in (*late, (NONE, POINT))])
    assert [(entry.rule, entry.cause, entry.path) for entry in found if "[1]" in entry.path] == [
        ("CUT004", None, "cutover.steps[1].after"),
        ("CUT006", "CUT004", "cutover.steps[1].rollback"),
    ]

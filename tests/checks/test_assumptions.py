"""Assumptions have an owner, a day and a consequence."""

from pathlib import Path

import pytest

from .judging import Changes, judged, verdicts

FILE, SOURCES = "01-context.yml", "02-sources.yml"


def assumption(text: str) -> tuple[str, str, str]:
    entry = f"assumptions: [{{id: stays, text: The shop keeps its table, because: No change is planned{text}}}]\n"
    return FILE, "scope: {in:", f"{entry}scope: {{in:"


def value(text: str) -> tuple[str, str, str]:
    return SOURCES, "if_wrong: Storage and run time grow in proportion and stay small", text


NO_OWNER = ("plan.yml", "owners: [{team: data_team, role: accountable}]\n", "")
NO_DAY = ("plan.yml", "go_live: 2027-01-12T09:00:00+00:00\n", "")
ROWS = "`sources.sources[0].datasets[0].rows_per_day`"
AT = "sources[0].datasets[0].rows_per_day"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([assumption(", if_wrong: The load fails")], []),
        ([assumption(", if_wrong: The load fails, verify_by: 2027-01-12")], []),
        (
            [assumption(", if_wrong: The load fails, verify_by: 2027-01-13")],
            [("warning", "assumptions[0].verify_by",
              "Assumption stays is verified by 2027-01-13, after the go-live on 2027-01-12")],
        ),
        (
            [assumption("")],
            [("warning", "assumptions[0].if_wrong", "Assumption stays does not say what follows if it is wrong")],
        ),
        (
            [assumption(", if_wrong: The load fails, verify_by: 2026-11-22")],
            [("error", "assumptions[0].verify_by",
              "Assumption stays was to be verified by 2026-11-22 and is open on 2026-11-23")],
        ),
        ([assumption(", if_wrong: The load fails, verify_by: 2026-11-23")], []),
        ([assumption(", if_wrong: The load fails, verify_by: 2026-11-22, status: confirmed")], []),
        (
            [value("verify_by: 2027-01-13")],
            [
                ("warning", f"{AT}.if_wrong", f"Assumption {ROWS} does not say what follows if it is wrong"),
                ("warning", f"{AT}.verify_by",
                 f"Assumption {ROWS} is verified by 2027-01-13, after the go-live on 2027-01-12"),
            ],
        ),
        (
            [value("if_wrong: It costs more, verify_by: in spring")],
            [("error", f"{AT}.verify_by", f"Assumption {ROWS} is to be verified by `in spring`, which is no day")],
        ),
    ],
)  # fmt: skip
def test_assumptions_are_verified(tmp_path: Path, changes: Changes, problems: list[tuple[str, str, str]]) -> None:
    found = judged(tmp_path, "CTX008", changes)
    assert sorted((entry.severity, entry.path, entry.message) for entry in found) == problems


def test_somebody_and_some_day_are_needed(tmp_path: Path) -> None:
    found = judged(tmp_path, "CTX008", [assumption(", if_wrong: The load fails"), NO_OWNER, NO_DAY])
    stated = [entry for entry in found if entry.path.startswith("assumptions")]
    assert [(entry.path, entry.message, entry.cause) for entry in stated] == [
        (
            "assumptions[0].verify_by",
            "Assumption stays has no day by which it is verified, and the plan no go-live",
            None,
        ),
        ("assumptions[0].owner", "Nobody verifies assumption stays", "GEN013"),
    ]


_OCTOBER = (
    "because: The shop told about six thousand orders a day in October, if_wrong: Storage and run time grow in "
    "proportion and stay small}"
)


@pytest.mark.parametrize("note", ["owner: [data_team]", "verify_by: {by: soon}", "if_wrong: [It fails]"])
def test_a_refused_note_of_an_assumed_value_leaves_it_undetermined(tmp_path: Path, note: str) -> None:
    value = f"because: Counted once, {note}}}"
    found = judged(tmp_path, "CTX008", [(SOURCES, _OCTOBER, value)])
    assert verdicts(found) == [("CTX008", "undetermined", None)]


def test_a_refused_day_leaves_assumptions_undetermined(tmp_path: Path) -> None:
    change = assumption(", if_wrong: The load fails, verify_by: soon")
    assert verdicts(judged(tmp_path, "CTX008", [change])) == [("CTX008", "undetermined", None)]

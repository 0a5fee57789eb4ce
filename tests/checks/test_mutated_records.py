"""Drop, empty or break each field of a signed record and of a waiver: exactly the rules of the review say so."""

import json
import shutil
from pathlib import Path

import pytest

from plangate.checks.rule import all_rules
from plangate.checks.runner import check
from plangate.model.review import Identity
from plangate.reading.portfolio import Portfolio, read_portfolio

from .judging import ROOT
from .mutating import MUTATIONS, Mutation, changed
from .taking_away import load
from .test_rules import TODAY

RECORD, WAIVER = "reviews/2026-11-17-carol-finance.yml", "waivers/W-001.yml"
RULES = [name for name in all_rules() if name.startswith(("REV", "WVR"))] + ["GEN002", "GEN004", "GEN009", "GEN012"]
IDENTITY = Identity(authors={"orders-mart": {"capacity": "bob"}})
"""Who wrote the gate that the record approves: the one other person who approved it."""


def failing(portfolio: Portfolio) -> set[tuple[str, str, str]]:
    """Judge the plan with its records and waivers as they were read."""
    report = check(portfolio, today=TODAY, preset="strict", only=["orders-mart"], rules=RULES, identity=IDENTITY)
    assert not report.failures
    return {(found.rule, found.gate or "", found.message) for found in report.findings if found.verdict == "fail"}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Portfolio]:
    """A signed plan with a waiver, and how it reads as it is."""
    folder = tmp_path_factory.mktemp("signed")
    shutil.copytree(ROOT / "plans" / "orders-mart", folder / "plans" / "orders-mart")
    return folder, read_portfolio(folder / "plans", ROOT / "references")


def news(folder: Path, before: Portfolio, file: str, field: str, mutation: Mutation) -> str:
    """Give the rules that fail where one field is changed, beyond what failed before."""
    path = folder / "plans" / "orders-mart" / file
    text, data = path.read_text(), changed(load(path), (field,), mutation)
    path.write_text(json.dumps(data, default=lambda day: day.isoformat()))
    try:
        read = read_portfolio(folder / "plans", ROOT / "references", previous=before)
        return " ".join(sorted({rule for rule, *_ in failing(read) - failing(before)}))
    finally:
        path.write_text(text)


VOID = "REV006 REV009 REV010"
"""What fails where the record is no approval any more, beside what is wrong with it."""
FIELDS = [
    (RECORD, "scheme", f"REV002 {VOID}", f"REV003 {VOID}", f"REV002 {VOID}"),
    (RECORD, "plan", f"REV002 {VOID}", f"REV002 {VOID}", f"REV002 {VOID}"),
    (RECORD, "role", f"REV002 {VOID}", f"REV001 REV002 {VOID}", f"REV002 {VOID}"),
    (RECORD, "by", f"REV002 {VOID}", f"REV001 REV002 {VOID}", f"REV002 {VOID}"),
    (RECORD, "verdict", f"REV002 {VOID}", f"GEN004 {VOID}", f"GEN004 {VOID}"),
    (RECORD, "date", f"REV002 {VOID}", f"REV002 {VOID}", f"REV002 {VOID}"),
    (RECORD, "gates", f"REV002 {VOID}", f"REV002 {VOID}", f"REV002 {VOID}"),
    (RECORD, "depends", "REV005 REV009", "REV005 REV009", f"REV002 {VOID}"),
    (RECORD, "supersedes", "REV007 REV008", f"REV002 {VOID}", f"REV002 {VOID}"),
    (RECORD, "concerns", "REV009 REV010", "REV009 REV010", f"REV002 {VOID}"),
    (RECORD, "seen", "", "", f"REV002 {VOID}"),  # only what changed since is told from it
    (WAIVER, "id", "GEN002 GEN012", "GEN009 GEN012", "GEN009 GEN012"),
    (WAIVER, "rule", "GEN009 GEN012", "GEN009 GEN012", "GEN009 GEN012"),
    (WAIVER, "gate", "", "GEN012 WVR003", "GEN009 GEN012"),  # covers the place in whatever gate it is
    (WAIVER, "path", "", "GEN012 WVR003", "GEN009 GEN012"),  # covers the rule all over the gate
    (WAIVER, "reason", "GEN009 GEN012", "GEN009 GEN012", "GEN009 GEN012"),
    (WAIVER, "compensating_control", "", "", "GEN009 GEN012"),  # nobody has to have one
    (WAIVER, "owner", "GEN009 GEN012", "GEN009 GEN012", "GEN009 GEN012"),
    (WAIVER, "approved_by", "GEN009 GEN012", "GEN012 WVR004", "GEN009 GEN012"),
    (WAIVER, "created", "GEN009 GEN012", "GEN009 GEN012", "GEN009 GEN012"),
    (WAIVER, "expires", "GEN009 GEN012", "GEN009 GEN012", "GEN009 GEN012"),
]  # fmt: skip
"""File, field, and what fails where it is dropped, emptied and broken."""


@pytest.mark.parametrize(("file", "field", "dropped", "emptied", "broken"), FIELDS)
def test_what_has_to_fail_fails_and_nothing_else(
    signed: tuple[Path, Portfolio], file: str, field: str, dropped: str, emptied: str, broken: str
) -> None:
    assert [news(*signed, file, field, mutation) for mutation in MUTATIONS] == [dropped, emptied, broken]


@pytest.mark.parametrize("file", [RECORD, WAIVER])
def test_every_field_is_tried(file: str) -> None:
    assert {field for name, field, *_ in FIELDS if name == file} == set(load(ROOT / "plans" / "orders-mart" / file))

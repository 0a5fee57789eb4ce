"""The product's core promise: take away any one mandatory section of a plan in review, and it is told by name."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plangate.checks.runner import check
from plangate.model.pattern import PatternPart, parse
from plangate.model.policy import Section
from plangate.reading.plan import ReadPlan
from plangate.reading.portfolio import Portfolio, read_portfolio
from plangate.reading.yaml import load

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)
PORTFOLIO = read_portfolio(ROOT / "plans", ROOT / "references")
IN_REVIEW = [read for read in PORTFOLIO.reads if read.plan.header.intent == "in_review"]


def typed_places(data: Any, parts: tuple[PatternPart, ...]) -> Iterator[tuple[str | int, ...]]:
    """Find where the raw data of a gate file has something at a pattern."""
    if not parts:
        yield ()
        return
    part, rest = parts[0], parts[1:]
    if part.key is None:
        entries = (
            list(enumerate(data)) if isinstance(data, list) else list(data.items()) if isinstance(data, dict) else []
        )
        for key, inner in entries:
            for path in typed_places(inner, rest):
                yield (key, *path)
    elif isinstance(data, dict) and part.key in data:
        for path in typed_places(data[part.key], rest):
            yield (part.key, *path)


def removed(data: Any, pattern: str) -> Any | None:
    """Copy the data without the first thing that stands at a pattern; None where the file has nothing there."""
    copy = json.loads(as_yaml(data))
    parts = parse(pattern)
    path = next(typed_places(copy, parts), None)
    if path is None:
        return None
    holder = copy
    for step in path[:-1]:
        holder = holder[step]
    where = parts[-1].where
    if where is not None:
        holder[path[-1]] = [entry for entry in holder[path[-1]] if str(entry.get(where[0])) != where[1]]
    else:
        del holder[path[-1]]
    return copy


def as_yaml(data: Any) -> str:
    """Write loaded data as JSON, which every YAML reader takes."""
    return json.dumps(data, default=lambda number: float(number) if isinstance(number, Decimal) else str(number))


def written(read: ReadPlan, gate: str) -> Any:
    """Load what a gate's file says."""
    return load(read.documents[gate].text.encode(), name=gate).data


def inherited(read: ReadPlan, gate: str, section: Section) -> bool:
    """Tell whether the team's defaults fill the section when the plan does not."""
    team = read.plan.header.defaults
    values = PORTFOLIO.policy.team_defaults[team].values if team else {}
    key = section.path.split(".")[-1 if gate == "ingestion" else 0]
    return key in values


CASES = [
    pytest.param(read, gate, section, id=f"{read.plan.id}-{gate}-{section.path}")
    for read in IN_REVIEW
    for gate in PORTFOLIO.policy.workflow.profiles[read.plan.header.profile].gates
    for section in PORTFOLIO.policy.workflow.mandatory(read.plan.header.profile, gate)
    if not inherited(read, gate, section)
    and any(next(typed_places(written(read, gate), parse(p)), None) for p in (section.path, *section.or_))
]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Portfolio]:
    plans = tmp_path_factory.mktemp("sections") / "plans"
    shutil.copytree(ROOT / "plans", plans)
    return plans, read_portfolio(plans, ROOT / "references")


@pytest.mark.parametrize(("read", "gate", "section"), CASES)
def test_a_missing_section_is_told(copied: tuple[Path, Portfolio], read: ReadPlan, gate: str, section: Section) -> None:
    plans, before = copied
    name = read.files[gate]
    path = plans / read.plan.id / name
    original = path.read_bytes()
    data = written(read, gate)
    for pattern in (section.path, *section.or_):
        without = removed(data, pattern)
        data = data if without is None else without
    try:
        path.write_text(as_yaml(data) + "\n")
        report = check(read_portfolio(plans, ROOT / "references", previous=before), today=TODAY, only=[read.plan.id])
    finally:
        path.write_bytes(original)
    told = [finding for finding in report.findings if finding.rule == "GEN014" and finding.gate == gate]
    assert told, f"{section.title} is missing and nothing says so"
    assert report.failed
    assert any(section.title in finding.message and name in finding.message for finding in told)
    assert all((finding.file, finding.blocking) == (f"plans/{read.plan.id}/{name}", True) for finding in told)
    assert all(finding.line >= 1 and finding.column >= 1 for finding in told)


def test_the_cases_cover_both_profiles() -> None:
    assert len(IN_REVIEW) >= 3
    assert {read.plan.header.profile for read in IN_REVIEW} == {"batch", "streaming"}
    assert len(CASES) > 150


@pytest.mark.parametrize("read", IN_REVIEW, ids=lambda read: read.plan.id)
def test_a_missing_gate_is_told_once_with_its_sections_as_consequences(
    copied: tuple[Path, Portfolio], read: ReadPlan
) -> None:
    plans, before = copied
    path = plans / read.plan.id / read.files["bundle"]
    original = path.read_bytes()
    path.unlink()
    try:
        report = check(read_portfolio(plans, ROOT / "references", previous=before), today=TODAY, only=[read.plan.id])
    finally:
        path.write_bytes(original)
    found = [finding for finding in report.findings if finding.gate == "bundle" and not finding.rule.startswith("REV")]
    told = [(finding.rule, finding.cause, finding.line) for finding in found]
    assert told == [("GEN001", None, 1), ("GEN014", "GEN001", 1), ("GEN014", "GEN001", 1)]


def test_the_sample_plans_have_no_finding() -> None:
    report = check(PORTFOLIO, today=TODAY)
    assert [f"{f.file}:{f.line} {f.rule} {f.message}" for f in report.findings if f.verdict == "fail"] == []
    assert not report.failed
    assert PORTFOLIO.problems == ()

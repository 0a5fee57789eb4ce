"""Findings stand where they belong also behind an entry that was refused, and is therefore not in the typed plan."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plangate.checks.finding import Finding
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .mutating import written
from .taking_away import load
from .test_bad_plans import BAD, CASES
from .test_rules import TODAY

REFUSED = "no entry of any list"


def found(plans: Path) -> Iterator[Finding]:
    """Give what fails in the plans of a folder, and has a place in a gate."""
    report = check(read_portfolio(plans), today=TODAY, preset="strict")
    assert not report.failures
    yield from (one for one in report.findings if one.verdict == "fail" and one.gate and one.path)


def lists(data: Any) -> Iterator[tuple[str, ...]]:
    """Give the ways to the lists of mappings in a gate that are in no other list."""
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
                yield (key,)
            yield from ((key, *way) for way in lists(value))


def pushed(data: Any, way: tuple[str, ...]) -> Any:
    """Give the data with an entry that is refused before all others of a list."""
    data = copy.deepcopy(data)
    around = data
    for key in way:
        around = around[key]
    around.insert(0, REFUSED)
    return data


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_an_entry_that_is_refused_moves_no_finding(tmp_path: Path, folder: Path) -> None:
    plans, survived = tmp_path / "plans", 0
    for source in (BAD / folder.name / "plans").rglob("*.yml"):
        file = plans / source.relative_to(BAD / folder.name / "plans")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written(load(source)))
    before = list(found(plans))
    for file in sorted(plans.glob("*/[0-9]*.yml")):
        text, data = file.read_text(), load(file)
        for way in lists(data):
            start = re.compile(rf"{re.escape('.'.join(way))}\[(\d+)\]")
            file.write_text(written(pushed(data, way)))
            after = {(one.rule, one.plan, one.gate, one.path): one for one in found(plans)}
            file.write_text(text)
            for one in before:
                place = start.match(one.path)
                if place is None or one.plan != file.parent.name or one.gate != file.stem[3:]:
                    continue
                path = f"{one.path[: place.start(1)]}{int(place[1]) + 1}{one.path[place.end(1) :]}"
                if (moved := after.get((one.rule, one.plan, one.gate, path))) is None:
                    continue  # what is missing behind a refused value is not told
                assert (moved.line, moved.source) == (one.line + 1, one.source), (one.rule, one.path)
                assert one.path not in moved.message, (one.rule, moved.message)
                survived += 1
    assert survived > 3

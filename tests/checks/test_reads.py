"""What a rule says that it reads is what it reads: take values away, and only their readers may speak up."""

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from plangate.checks.rule import all_rules, touches
from plangate.checks.runner import check
from plangate.model.problem import HEADER
from plangate.model.problem import Path as PlanPath
from plangate.reading.portfolio import read_portfolio

from .judging import ROOT
from .taking_away import load, without
from .test_rules import TODAY

RUNS = {"jaffle-shop": 30, "clickstream-sessions": 23, "orders-mart": 2}
"""How many times each sample plan is judged; the places that it holds are taken away in as many parts."""


def first(data: Any, keys: list[str]) -> PlanPath | None:
    """Find the first value that a pattern names, whatever lists are on the way."""
    if isinstance(data, list):
        found = ((place, first(entry, keys)) for place, entry in enumerate(data))
        return next(((place, *path) for place, path in found if path is not None), None)
    if not keys:
        return ()
    if not isinstance(data, dict) or data.get(keys[0]) in (None, [], {}):
        return None
    below = first(data[keys[0]], keys[1:]) if len(keys) > 1 else ()
    return (keys[0], *below) if below is not None else None


@cache
def files(name: str) -> Mapping[str, Path]:
    """Give the files of a sample plan by gate."""
    folder = ROOT / "plans" / name
    return {HEADER: folder / "plan.yml", **{file.stem[3:]: file for file in sorted(folder.glob("[0-9]*.yml"))}}


@cache
def places() -> Mapping[str, tuple[tuple[str, PlanPath], ...]]:
    """Share out what rules read: each place goes to the first sample plan that says something there."""
    found: dict[str, list[tuple[str, PlanPath]]] = {name: [] for name in RUNS}
    data = {(name, gate): load(file) for name in RUNS for gate, file in files(name).items()}
    for place in sorted({place for rule in all_rules().values() for place in rule.reads if place != "*"}):
        gate, _, inner = place.partition(".")
        keys = [key for key in inner.replace("[]", "").split(".") if key not in {"", "*"}]
        at = ((name, first(data[name, gate], keys)) for name in RUNS if keys and (name, gate) in data)
        name, path = next(((name, path) for name, path in at if path is not None), ("", ()))
        if path and (gate, path) not in found[name]:
            found[name].append((gate, path))
    return {name: tuple(at) for name, at in found.items()}


def fired(plans: Path) -> set[str]:
    report = check(read_portfolio(plans, ROOT / "references"), today=TODAY, preset="strict")
    assert not report.failures
    return {finding.rule for finding in report.findings if finding.verdict == "fail"}


def tier_a(folder: Path, name: str) -> Path:
    """Copy a sample plan, alone, in tier A, in which every rule is asked."""
    shutil.copytree(ROOT / "plans" / name, folder / "plans" / name)
    header = folder / "plans" / name / "plan.yml"
    header.write_text(header.read_text().replace("tier: C", "tier: A"))
    return folder / "plans"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[str]]:
    """The rules that fire on each sample plan as it is."""
    return {name: fired(tier_a(tmp_path_factory.mktemp(name), name)) for name in RUNS}


@pytest.mark.parametrize(("name", "number"), [(name, number) for name, runs in RUNS.items() for number in range(runs)])
def test_only_readers_speak_up(tmp_path: Path, name: str, number: int, untouched: Mapping[str, set[str]]) -> None:
    plans, taken = tier_a(tmp_path, name), places()[name][number :: RUNS[name]]
    for gate, path in taken:
        file = plans / name / files(name)[gate].name
        data = load(file)
        if first(data, [key for key in path if isinstance(key, str)]) is not None:
            file.write_text(without(data, path))
    readers = {
        rule.id
        for rule in all_rules().values()
        if any(touches(place, gate, path) for place in rule.reads for gate, path in taken)
    }
    spoke = fired(plans) - untouched[name]
    assert {rule for rule in spoke if not rule.startswith("GEN")} <= readers, taken


def test_every_place_is_looked_at() -> None:
    """A plan with fewer places than runs would judge itself untouched, and prove nothing."""
    assert all(len(places()[name]) >= runs for name, runs in RUNS.items())

"""Drop, empty or break each value that rules read: what fails then is what the table says, and nothing else."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis.strategies import DataObject, data, sampled_from

from plangate.checks.finding import Finding
from plangate.checks.rule import all_rules
from plangate.model.problem import path_text
from plangate.reading.plan import GATES

from .mutating import PLANS, Bench, readers, told
from .mutations import NOTHING, OPEN, Key, mutations, read_table

RULES = all_rules()
PLACED = ("plan", *GATES)


@cache
def expected() -> Mapping[Key, str]:
    return read_table()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The sample plans, judged once as they are."""
    return Bench(tmp_path_factory.mktemp("mutations"))


def stands(bench: Bench, found: Finding, lines: Mapping[str, int]) -> bool:
    """Tell whether a finding has a place in a file that is there, or in one that should be."""
    file = bench.folder / found.file
    known = lines.get(found.file) or (len(file.read_text().splitlines()) if file.is_file() else 1)
    return 1 <= found.line <= known and found.column >= 1


@pytest.mark.parametrize("gate", PLACED)
def test_what_has_to_fail_fails_and_nothing_else(bench: Bench, gate: str) -> None:
    wrong, places = [], [place for place in bench.places if place.gate == gate]
    for place in places:
        reading = readers(place.gate, place.path)
        for key, mutation in mutations(place):
            report, text = bench.mutated(place, mutation)
            assert not report.failures, key
            name = str(bench.files[place.plan, gate].relative_to(bench.folder))
            assert all(stands(bench, found, {name: len(text.splitlines())}) for found in report.findings), key
            news = bench.news(place, report)
            others = {rule for rule in news if not rule.startswith("GEN")}
            assert others <= reading, f"{key}: {others - reading} do not say that they read it"
            if mutation == "break":
                judged = reading & set(report.judged[place.plan])
                assert not others, f"{key}: {others} fail over a value that was refused"
                assert not judged, f"{key}: {judged} are judged without a value that was refused"
            shown = " ".join(news)
            told = expected().get(key, "")
            if shown != ("" if told.startswith(NOTHING) else told):
                wrong.append(f"{' '.join(key)}: {shown or 'nothing'} fails, the table says {told or 'nothing'}")
    assert wrong == []
    assert {key for place in places for key, _ in mutations(place)} == {
        key for key in expected() if key[1].partition(".")[0] == gate
    }


@given(data())
@settings(max_examples=150)
def test_what_was_refused_fails_nothing_else(bench: Bench, drawn: DataObject) -> None:
    place = drawn.draw(sampled_from(bench.everywhere))
    report, _ = bench.mutated(place, "break", by_all=True)
    news, path = bench.news(place, report), path_text(place.path)
    refused = any(path.startswith(at) for rule, told in news.items() if rule.startswith("GEN") for _, _, at in told)
    others = {rule: told for rule, told in news.items() if not rule.startswith("GEN")}
    assert not report.failures
    assert not refused or not others, "they fail over a value that was refused"


def test_every_silence_has_its_reason() -> None:
    assert [key for key, told in expected().items() if told == OPEN] == []
    assert [key for key, told in expected().items() if told.startswith(NOTHING) and key[2] == "break"] == []


def test_every_pattern_has_a_place(bench: Bench) -> None:
    patterns = {pattern for rule in RULES.values() for pattern in rule.reads if "." in pattern}
    assert sorted(pattern for pattern in patterns if bench.place(pattern) is None) == []


def test_what_is_added_adds_no_finding(bench: Bench, tmp_path: Path) -> None:
    plain = Bench(tmp_path, additions=None)
    assert {name: told(bench.base[name]) - told(plain.base[name]) for name in PLANS} == dict.fromkeys(
        PLANS, frozenset()
    )

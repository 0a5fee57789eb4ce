"""What if, in words: windows that hold, hold only as expected, or do not; steps that nobody takes."""

from plangate.model.plan import Plan
from plangate.render.contingency import what_if

from .html import Tag, read
from .test_runbook import START, facts_of, small


def parts(plan: Plan) -> dict[str, Tag]:
    return {section.id: read(section.html) for section in what_if(facts_of(plan))}


def rows(part: Tag) -> list[str]:
    return [tag.words for tag in part.all("tr")][1:]


def test_late_starts_say_whether_the_window_holds() -> None:
    steps = [{"id": "s01", "owner": "dba", "expected": "60 min", "max": "100 min"}]
    window = {"start": START, "end": "2026-12-05T22:00:00Z"}
    found = parts(small(steps=steps, window=window, point_of_no_return=None))
    assert rows(found["pg-late-start"]) == [
        "15 min20:1521:1521:55✓ kept",
        "30 min20:3021:3022:10▲ kept as expected, missed at most",
        "1 h21:0022:0022:40▲ kept as expected, missed at most",
        "2 h22:0023:0023:40✕ missed",
        "4 h00:00 +101:00 +101:40 +1✕ missed",
    ]
    assert found["pg-late-start"].words.startswith(
        "With every step taking as long as expected it can start 1 h late and still end within the window."
    )
    assert rows(found["pg-slow-step"]) == ["s0140 min1 h 40 min✓ kept"]
    assert rows(found["pg-absence"]) == ["dba—✕ s01—"]


def test_a_window_that_is_too_short_is_said() -> None:
    steps = [{"id": "s01", "expected": "60 min", "max": "100 min"}]
    found = parts(small(steps=steps, window={"start": START, "end": "2026-12-05T20:30:00Z"}, point_of_no_return=None))
    assert "it ends 30 min after the window even if it starts on time" in found["pg-late-start"].words
    assert rows(found["pg-slow-step"]) == ["s0140 min1 h 40 min✕ missed"]
    shown = [tag.words for tag in found["pg-spread"].all("dd")]
    assert shown[0] == "0 %"
    assert "No step has an owner." in found["pg-absence"].words


def test_without_a_window_or_a_reserve_there_is_a_sentence() -> None:
    found = parts(small(steps=[{"id": "s01", "expected": "60 min"}], window=None, point_of_no_return=None))
    assert found["pg-late-start"].words == "There is no window that could be missed."
    assert found["pg-slow-step"].words == "No step has a maximum above what is expected of it."
    assert [tag.words for tag in found["pg-spread"].all("dd")] == ["not stated", "1 h", "1 h", "1 h"]


def test_who_has_two_steps_at_once_is_said_for_every_night() -> None:
    steps = [{"id": f"s0{n}", "owner": "dba", "backup": "qa", "expected": "60 min"} for n in (1, 2)]
    found = parts(small(steps=steps, point_of_no_return=None))["pg-absence"]
    assert rows(found) == ["dbas01, s02✓ noneqa has s01 and s02 from 20:00 to 21:00"]
    assert "▲ Even when everybody is there: dba has s01 and s02 from 20:00 to 21:00." in found.words

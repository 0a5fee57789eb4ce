"""Paths with wildcards: what they name, what says nothing there, and which fields exist."""

import pytest

from plangate.model.contracts import Contracts
from plangate.model.cutover import Cutover
from plangate.model.operations import Operations
from plangate.model.pattern import along, is_filled, parse, places, reaches, unfilled
from plangate.model.problem import path_text
from plangate.model.quality import Quality

OPERATIONS = Operations.model_validate(
    {
        "alerts": [
            {"id": "lag_page", "signal": "lag", "route": "pagerduty"},
            {"id": "late_page", "signal": "freshness"},
        ],
        "oncall": {"team": "data_oncall"},
        "break_glass": "TBD",
        "lineage": {"coverage": {}},
    }
)


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("oncall", ["oncall"]),
        ("oncall.team", ["oncall.team"]),
        ("recovery.rto", ["recovery.rto"]),
        ("alerts.*.route", ["alerts[0].route", "alerts[1].route"]),
        ("alerts[signal=lag].route", ["alerts[0].route"]),
        ("alerts[signal=checkpoint].route", ["alerts"]),
        ("runbooks.*.steps", []),
        ("*", [""]),
    ],
)
def test_places(pattern: str, named: list[str]) -> None:
    assert [path_text(path) for path, _ in places(OPERATIONS, pattern)] == named


@pytest.mark.parametrize(
    ("path", "last"),
    [
        (("alerts", 1, "signal"), "freshness"),
        (("oncall", "team"), "data_oncall"),
        (("alerts", 7, "signal"), None),
        (("nowhere", 0), None),
    ],
)
def test_along(path: tuple[str | int, ...], last: object) -> None:
    found = along(OPERATIONS, path)
    assert found[0] is OPERATIONS
    assert len(found) == len(path) + 1
    assert found[-1] == last


@pytest.mark.parametrize(
    ("pattern", "empty"),
    [
        ("oncall", []),
        ("alerts.*.route", ["alerts[1].route"]),
        ("alerts[signal=lag]", []),
        ("alerts[signal=checkpoint]", ["alerts"]),
        ("recovery.rto", ["recovery.rto"]),
        ("break_glass", ["break_glass"]),
        ("lineage.coverage", ["lineage.coverage"]),
        ("runbooks", ["runbooks"]),
    ],
)
def test_unfilled(pattern: str, empty: list[str]) -> None:
    assert [path_text(path) for path in unfilled(OPERATIONS, pattern)] == empty


def test_a_word_of_a_closed_set_is_no_placeholder() -> None:
    contracts = Contracts.model_validate(
        {"contracts": [{"dataset": "mart.a", "compatibility": "none", "version": "none"}]}
    )
    assert list(unfilled(contracts, "contracts.*.compatibility")) == []
    assert list(unfilled(contracts, "contracts.*.version")) == [("contracts", 0, "version")]


def test_the_yaml_name_counts_where_the_attribute_differs() -> None:
    cutover = Cutover.model_validate({"cutover": {"steps": [{"id": "s01"}, {"id": "c01", "kind": "go_no_go"}]}})
    assert list(unfilled(cutover, "cutover.steps[kind=go_no_go]")) == []
    without = Cutover.model_validate({"cutover": {"steps": [{"id": "s01"}]}})
    assert list(unfilled(without, "cutover.steps[kind=go_no_go]")) == [("cutover", "steps")]


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        (None, False),
        ("", False),
        ("todo", False),
        ((), False),
        ({}, False),
        (("", None), False),
        (0, True),
        (False, True),
    ],
)
def test_is_filled(value: object, filled: bool) -> None:
    assert is_filled(value) is filled


def test_a_part_of_placeholders_only_says_nothing() -> None:
    assert not is_filled(Quality.model_validate({"drift": {"measure": "TBD"}}).drift)
    assert is_filled(Quality.model_validate({"drift": {"threshold": "3 %"}}).drift)


@pytest.mark.parametrize("text", ["", "a..b", "A.b", "a[b]", "a[b=]", ".a", "a.*b"])
def test_what_is_no_pattern(text: str) -> None:
    with pytest.raises(ValueError, match="no path into a gate"):
        parse(text)


@pytest.mark.parametrize(
    ("pattern", "known"),
    [
        ("*", True),
        ("alerts.*.for", True),
        ("alerts[signal=lag].route", True),
        ("lineage.edges.*.from", True),
        ("alerts.*.for_", False),
        ("alerts[sgnal=lag]", False),
        ("alrts", False),
        ("oncall.team.name", False),
    ],
)
def test_reaches(pattern: str, known: bool) -> None:
    assert reaches(Operations, pattern) is known

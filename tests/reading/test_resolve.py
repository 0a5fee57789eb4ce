"""Assumptions, reasons why something does not apply, own keys and team defaults, before any model sees the data."""

from types import MappingProxyType

import pytest

from plangate.model.policy import TeamDefaults
from plangate.reading.resolve import inherit, resolve

WORDS = "assume not_applicable x_"


def test_plain_data_is_returned_as_it_is() -> None:
    data = {"problem": "text"}
    assert resolve("context", data, "problem: text").data is data


def test_assumption_takes_its_value_and_enters_the_register() -> None:
    data = {"sources": [{"growth": {"assume": "5 %/month", "because": "as before", "if_wrong": "more disks"}}]}
    resolved = resolve("sources", data, WORDS)
    assert resolved.data == {"sources": [{"growth": "5 %/month"}]}
    (assumed,) = resolved.assumed
    assert (assumed.path, assumed.value, assumed.because, assumed.if_wrong) == (
        ("sources", 0, "growth"), "5 %/month", "as before", "more disks",
    )  # fmt: skip


def test_assumed_mapping_is_resolved_within() -> None:
    data = {"a": {"assume": {"low": 1, "x_note": "own", "base": 2}, "because": "so"}}
    resolved = resolve("capacity", data, WORDS)
    assert resolved.data == {"a": {"low": 1, "base": 2}}
    assert resolved.extensions == {("a", "x_note"): "own"}


def test_assumption_within_an_assumption_is_refused() -> None:
    data = {"a": {"assume": {"b": {"assume": 1, "because": "x"}}, "because": "y"}}
    assert [problem.rule for problem in resolve("capacity", data, WORDS).problems] == ["GEN004"]


def test_unknown_key_in_an_assumption_names_the_nearest() -> None:
    resolved = resolve("capacity", {"a": {"assume": 1, "becuase": "x"}}, WORDS)
    assert "did you mean `because`?" in resolved.problems[0].message
    assert resolved.problems[0].path == ("a", "becuase")


@pytest.mark.parametrize("note", [{"day": "soon"}, ["alice", "bob"]])
def test_notes_of_an_assumption_are_texts(note: object) -> None:
    resolved = resolve("capacity", {"a": {"assume": 1, "because": "x", "owner": note}}, WORDS)
    assert [(problem.rule, problem.path) for problem in resolved.problems] == [("GEN001", ("a", "owner"))]
    assert resolved.broken == [("a", "owner")]
    assert resolved.assumed[0].owner is None


def test_declined_section_is_taken_out_with_its_reason() -> None:
    resolved = resolve("cutover", {"backfill": {"not_applicable": "nothing to fill"}, "cutover": {}}, WORDS)
    assert resolved.data == {"cutover": {}}
    assert resolved.not_applicable == {("backfill",): "nothing to fill"}


def test_declined_section_with_more_keys_is_refused() -> None:
    resolved = resolve("cutover", {"backfill": {"not_applicable": "none", "id": "x"}}, WORDS)
    assert [problem.path for problem in resolved.problems] == [("backfill", "id")]


def test_own_keys_are_kept_apart() -> None:
    resolved = resolve("context", {"x_cost_centre": 4711, "problem": "p"}, WORDS)
    assert resolved.data == {"problem": "p"}
    assert resolved.extensions == {("x_cost_centre",): 4711}


DEFAULTS = TeamDefaults(
    "commerce_data",
    MappingProxyType(
        {
            "oncall": {"team": "commerce_oncall", "hours": "24x7"},
            "break_glass": "Platform lead grants access.",
            "retries": 2,
            "evolution": {"versioning": "semver", "deprecation_window": "90 d"},
        }
    ),
)


def test_open_sections_are_inherited_and_marked() -> None:
    resolved = resolve("operations", {"oncall": {"hours": "9 to 5"}}, "")
    inherit(resolved, DEFAULTS)
    assert resolved.data == {
        "oncall": {"hours": "9 to 5", "team": "commerce_oncall"},
        "break_glass": "Platform lead grants access.",
    }
    assert resolved.inherited == {("oncall", "team"): "commerce_data", ("break_glass",): "commerce_data"}


def test_pipelines_inherit_field_by_field() -> None:
    resolved = resolve("ingestion", {"pipelines": [{"id": "a"}, {"id": "b", "retries": 5}]}, "")
    inherit(resolved, DEFAULTS)
    assert resolved.data == {"pipelines": [{"id": "a", "retries": 2}, {"id": "b", "retries": 5}]}
    assert resolved.inherited == {("pipelines", 0, "retries"): "commerce_data"}


def test_declined_sections_are_not_inherited() -> None:
    resolved = resolve("operations", {"break_glass": {"not_applicable": "read only"}}, WORDS)
    inherit(resolved, DEFAULTS)
    assert "break_glass" not in resolved.data  # type: ignore[operator]


def test_gates_take_only_their_own_sections() -> None:
    resolved = resolve("context", {"problem": "p"}, "")
    inherit(resolved, DEFAULTS)
    assert resolved.data == {"problem": "p"}

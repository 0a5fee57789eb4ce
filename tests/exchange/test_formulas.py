"""The registry of formulas as data."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from plangate.analysis.formulas import FORMULAS, TOPICS
from plangate.analysis.law import FUNCTIONS
from plangate.exchange.formulas import formulas_data


def words(law: Any) -> Iterator[str]:
    """Give the operators and functions of a law."""
    if isinstance(law, list):
        yield law[0]
        for part in law[1:]:
            yield from words(part)


def names(law: Any) -> Iterator[str]:
    """Give the inputs that a law names."""
    if isinstance(law, list):
        for part in law[1:]:
            yield from names(part)
    elif isinstance(law, str):
        yield law


def test_every_formula_is_there_in_order_and_json_holds_it() -> None:
    data = formulas_data()["formulas"]
    assert [entry["id"] for entry in data] == list(FORMULAS)
    assert {entry["topic"] for entry in data} == set(TOPICS)
    assert json.loads(json.dumps(data, allow_nan=False)) == data


@pytest.mark.parametrize("entry", formulas_data()["formulas"], ids=list(FORMULAS))
def test_a_law_says_operators_functions_and_its_inputs(entry: dict[str, Any]) -> None:
    assert set(words(entry["law"])) <= {*"+-*/^", *FUNCTIONS}
    assert set(names(entry["law"])) == {given["name"] for given in entry["inputs"]}
    assert entry["examples"]
    assert all(set(example["given"]) == {given["name"] for given in entry["inputs"]} for example in entry["examples"])


def test_a_law_can_be_computed_from_the_data_alone() -> None:
    entry = next(entry for entry in formulas_data()["formulas"] if entry["id"] == "backfill_units")
    assert entry["law"] == ["-", ["ceil", ["/", "range", "granularity"]], "excluded"]
    assert entry["inputs"][0] == {
        "name": "range",
        "unit": "s",
        "meaning": FORMULAS["backfill_units"].inputs[0].meaning,
        "many": False,
    }

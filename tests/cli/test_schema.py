"""`plangate schema`."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from plangate.exchange.jsonschema import gate_schema, schema_names

Cli = Callable[..., Any]


@pytest.mark.parametrize("gate", ["plan", "capacity"])
def test_one(cli: Cli, gate: str) -> None:
    done = cli("schema", gate)
    assert done.status == 0
    assert json.loads(done.out) == gate_schema(gate)


def test_all_of_them(cli: Cli) -> None:
    assert list(json.loads(cli("schema").out)) == list(schema_names())


def test_an_unknown_gate_is_two(cli: Cli) -> None:
    done = cli("schema", "capasity")
    assert done.status == 2
    assert "did you mean capacity?" in done.err

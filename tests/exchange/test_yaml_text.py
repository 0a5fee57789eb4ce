"""What is written as YAML is read back as the same values."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.exchange.yaml_text import yaml_text
from plangate.reading.scalars import FORBIDDEN
from plangate.reading.yaml import load

texts = st.text(max_size=12).filter(lambda text: not FORBIDDEN.search(text)) | st.sampled_from(
    [
        "no",
        "Yes",
        "12:30",
        "0777",
        "1e5",
        "0o17",
        "~",
        "null",
        "",
        " a",
        "a ",
        "a: b",
        "#a",
        "a #b",
        "- a",
        "1_000",
        "&a",
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.decimals(-(10**9), 10**9, places=3) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=30,
)


@settings(deadline=None)
@given(values)
def test_a_value_is_read_back(value: object) -> None:
    read = load(yaml_text(value).encode(), name="a.yml").data
    assert read == value
    assert str(read) == str(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}\n"),
        ("a", "a\n"),
        ({"a": [1, Decimal("2.50"), True, None]}, "a: [1, 2.50, true, null]\n"),
        ({"a": {"b": "no", "c": "d e"}}, 'a: {b: "no", c: d e}\n'),
        ({"a": [{"b": [{"c": 1}]}, []]}, "a:\n  - b:\n      - {c: 1}\n  - []\n"),
        ([[["a"], 1], 2], "- - [a]\n  - 1\n- 2\n"),
        ({"a": Decimal("1E+3")}, "a: 1000\n"),
        ({"a": "x: y", "b": "é", "12": "2026-01-01"}, 'a: "x: y"\nb: "é"\n"12": "2026-01-01"\n'),
    ],
)
def test_it_reads_like_written_by_hand(value: object, text: str) -> None:
    assert yaml_text(value) == text


def test_long_lists_and_mappings_stand_in_lines() -> None:
    assert yaml_text({"a": ["x" * 60, "y" * 60]}) == f"a:\n  - {'x' * 60}\n  - {'y' * 60}\n"
    assert yaml_text({"a": {"b": "x" * 60}}) == f"a:\n  b: {'x' * 60}\n"

"""Edit distance against a plain recursive definition."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.model.nearest import distance, nearest, synonym


def plain(one: str, other: str) -> int:
    @cache
    def step(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        best = min(step(i - 1, j) + 1, step(i, j - 1) + 1, step(i - 1, j - 1) + (one[i - 1] != other[j - 1]))
        if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            best = min(best, step(i - 2, j - 2) + 1)
        return best

    return step(len(one), len(other))


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_distance_is_that_of_the_definition(one: str, other: str) -> None:
    assert distance(one, other, 9) == plain(one, other)


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        ("retrys", ("retries", "retry_delay"), "retries"),
        ("execution-timeout", ("execution_timeout",), "execution_timeout"),
        ("wathermark", ("watermark",), "watermark"),
        ("zebra", ("retries", "load"), None),
        ("laod", ("load", "late"), "load"),
        ("ssssss", ("ßßß",), "ßßß"),
    ],
)
def test_nearest(word: str, known: tuple[str, ...], found: str | None) -> None:
    assert nearest(word, known) == found


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("due", ["by", "consumer"], "by"),
        ("by", ["due"], "due"),
        ("upstream", ["reads", "inputs"], "inputs"),
        ("threshold", ["must_be"], "must_be"),
        ("threshold", ["severity"], None),
        ("elsewhere", ["by"], None),
    ],
)
def test_a_field_is_known_by_another_name(word: str, known: list[str], meant: str | None) -> None:
    assert synonym(word, known) == meant

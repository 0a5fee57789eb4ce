"""Versions and pins."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.compatibility.change import BUMPS, Bump
from plangate.analysis.compatibility.versions import (
    Scheme,
    next_version,
    parse_version,
    satisfies,
    step_taken,
    version_satisfies,
)

NUMBERS = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
TEXTS = NUMBERS.map(lambda numbers: ".".join(map(str, numbers)))


@pytest.mark.parametrize(
    ("version", "pin", "within"),
    [
        ("1.4.0", "^1", True),
        ("2.0.0", "^1", False),
        ("1.1.9", "^1.2", False),
        ("1.9.9", "^1.2.3", True),
        ("0.2.9", "^0.2.3", True),
        ("0.3.0", "^0.2.3", False),
        ("0.0.4", "^0.0.3", False),
        ("0.9", "^0", True),
        ("1.2.9", "~1.2", True),
        ("1.3.0", "~1.2", False),
        ("1.3.0", "~1", True),
        ("1.2.9", "~1.2.3", True),
        ("1.7.2", "1.x", True),
        ("2.0.0", "1.x", False),
        ("1.2.7", "1.2.*", True),
        ("1.2.7", "1.x.x", True),
        ("2.9.1", "2", True),
        ("3.0.0", "2", False),
        ("1.2.3", "1.2.3", True),
        ("1.2.4", "==1.2.3", False),
        ("1.2.4", "=1.2", True),
        ("1.5.0", ">=1.2,<2", True),
        ("1.5.0", ">= 1.2, < 2", True),
        ("1.5.0", ">=1.2 <2", True),
        ("2.0.0", ">=1.2,<2", False),
        ("1.2.9", ">1.2", False),
        ("1.3.0", ">1.2", True),
        ("1.2.9", "<=1.2", True),
        ("1.2.4", "!=1.2.3", True),
        ("1.2.3", "!=1.2.3", False),
        ("3.1", "^2 || ^3", True),
        ("4.0", "^2 || ^3", False),
        ("7", "*", True),
        ("7", ">=5", True),
        ("v2", "2", True),
        ("2.0.0-rc.1", ">=1.2,<2", False),
        ("2.0.0-rc.1", "^1", False),
        ("2.0.0-rc.1", "^2.0.0-rc.1", True),
        ("2.0.0-rc.2", ">=2.0.0-rc.1", True),
        ("2.0.0-rc.1", ">2.0.0-rc.1", False),
        ("2.0.0-rc.1", "<=2.0.0-rc.1", True),
        ("2.0.0-rc.1", "2.0.0-rc.1", True),
        ("2.0.0", "^2.0.0-rc.1", True),
        ("2026.11", ">=2026.7", True),
        ("2026-11-20", ">=2026-11-03,<2027-01-01", True),
        ("2025-11-20", ">=2026-11-03", False),
    ],
)
def test_pins(version: str, pin: str, within: bool) -> None:
    assert satisfies(version, pin) is within


@pytest.mark.parametrize("pin", ["", "latest", "^", ">=1.2,<x", "^1 ||", ">>1", "1.2.x3"])
def test_what_is_no_pin_is_said(pin: str) -> None:
    with pytest.raises(ValueError, match="is no pin"):
        satisfies("1.0.0", pin)


@pytest.mark.parametrize("text", ["", "latest", "1.x", "1..2", "-1"])
def test_what_is_no_version_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="is no version; write for example"):
        parse_version(text)


def test_pre_releases_come_in_order_before_their_release() -> None:
    texts = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1",
    ]
    versions = [parse_version(text) for text in texts]
    assert all(one < other for one, other in pairwise(versions))


@pytest.mark.parametrize(
    ("old", "new", "scheme", "step"),
    [
        ("1.2.3", "2.0.0", "semver", "major"),
        ("1.2.3", "1.3.0", "semver", "minor"),
        ("1.2.3", "1.2.4", "semver", "patch"),
        ("1.2.3", "1.2.3", "semver", "none"),
        ("1.2", "1.2.0", "semver", "none"),
        ("1.2.3", "1.2.2", "semver", None),
        ("0.3.1", "0.4.0", "semver", "major"),
        ("0.3.1", "0.3.2", "semver", "minor"),
        ("0.9.0", "1.0.0", "semver", "major"),
        ("2.0.0-rc.1", "2.0.0", "semver", "major"),
        ("1.2.3", "2.0.0-rc.1", "semver", "major"),
        ("2026.10", "2026.11", "calver", "major"),
        ("2026-11-20", "2026-11-03", "calver", None),
        ("3", "4", "integer", "major"),
        ("3", "3", "integer", "none"),
    ],
)
def test_steps(old: str, new: str, scheme: Scheme, step: Bump | None) -> None:
    assert step_taken(old, new, scheme) == step


@pytest.mark.parametrize(
    ("old", "new", "scheme", "needed", "enough"),
    [
        ("1.2.3", "2.0.0", "semver", "major", True),
        ("1.2.3", "1.3.0", "semver", "major", False),
        ("1.2.3", "1.3.0", "semver", "minor", True),
        ("1.2.3", "2.0.0", "semver", "patch", True),
        ("1.2.3", "1.2.3", "semver", "none", True),
        ("1.2.3", "1.2.3", "semver", "patch", False),
        ("1.2.3", "1.2.2", "semver", "none", False),
        ("3", "3", "integer", "minor", True),
        ("3", "3", "integer", "major", False),
        ("3", "2", "integer", "none", False),
        ("2026.10", "2026.10", "calver", "minor", False),
        ("2026.10", "2026.11", "calver", "major", True),
    ],
)
def test_whether_a_version_rises_far_enough(old: str, new: str, scheme: Scheme, needed: Bump, enough: bool) -> None:
    assert version_satisfies(old, new, scheme, needed) is enough


@given(TEXTS, st.sampled_from(BUMPS), st.sampled_from(["semver", "integer"]))
def test_the_next_version_is_enough_and_no_more(old: str, needed: Bump, scheme: Scheme) -> None:
    new = next_version(old, scheme, needed)
    assert version_satisfies(old, new, scheme, needed)
    if scheme == "semver" and needed != "none":
        step = step_taken(old, new)
        assert step in (needed, "minor") if old.startswith("0.") else step == needed


@given(TEXTS, TEXTS)
def test_a_version_lies_within_a_pin_as_the_order_says(version: str, pin: str) -> None:
    one, other = parse_version(version), parse_version(pin)
    assert satisfies(version, f">={pin}") is (other <= one)
    assert satisfies(version, f"<{pin}") is (one < other)
    assert satisfies(version, f"=={pin}") is (one == other)
    if satisfies(version, f"^{pin}"):
        assert step_taken(pin, version) != "major"


def test_calver_cannot_say_the_next_one() -> None:
    assert next_version("2026.11", "calver", "minor") == "a later one than 2026.11"

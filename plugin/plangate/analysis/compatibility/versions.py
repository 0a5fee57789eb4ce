"""Versions of contracts: whether one follows another far enough, and whether one lies within a pin.

Sources: https://semver.org (precedence) and https://github.com/npm/node-semver#ranges (`^`, `~`, `x`, pre-releases).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from plangate.analysis.compatibility.change import BUMPS, Bump

Scheme = Literal["semver", "calver", "integer"]

_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?")
_DAY = re.compile(r"(\d{4})[.-](\d{1,2})(?:[.-](\d{1,2}))?(?:[.-](\d+))?")
_CLAUSE = re.compile(r"(\^|~|>=|<=|==|=|>|<|!=)?\s*(v?\d[0-9A-Za-z.+*-]*|[xX*])")


class Version(Struct, frozen=True):
    """A version that can be ordered: its numbers and, where it is a pre-release, the parts of that."""

    numbers: tuple[int, ...]
    pre: tuple[str, ...] = ()

    @property
    def core(self) -> tuple[int, int, int]:
        """Major, minor and patch, zero where they are not written."""
        major, minor, patch = (*self.numbers, 0, 0, 0)[:3]
        return major, minor, patch

    def __lt__(self, other: "Version") -> bool:
        return self._key() < other._key()

    def __le__(self, other: "Version") -> bool:
        return self._key() <= other._key()

    def _key(self) -> tuple[object, ...]:
        width = max(3, len(self.numbers))
        numbers = (*self.numbers, *(0,) * (width - len(self.numbers)))
        while len(numbers) > 3 and numbers[-1] == 0:
            numbers = numbers[:-1]
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.pre)
        return numbers, not self.pre, parts


def parse_version(text: str) -> Version:
    """Read `1.2.0`, `v2`, `1.0.0-rc.1`, `2026.11` or `2026-11-20`; raises ValueError for anything else."""
    stripped = text.strip()
    if day := _DAY.fullmatch(stripped):
        return Version(tuple(int(part) for part in day.groups() if part))
    found = _VERSION.fullmatch(stripped)
    if found is None:
        raise ValueError(f"`{text}` is no version; write for example 1.2.0")
    return Version(tuple(map(int, found[1].split("."))), tuple(found[2].split(".")) if found[2] else ())


def step_taken(old: str, new: str, scheme: Scheme = "semver") -> Bump | None:
    """Tell which step leads from one version to another; None where the new one is older.

    Under semver a 0.y version counts its y as major and its z as minor. Under calver every later version, and under
    integer every larger number, may hold anything: both are major. Raises ValueError where one is no version.
    """
    before, after = parse_version(old), parse_version(new)
    if after < before:
        return None
    if not before < after:
        return "none"
    if scheme != "semver":
        return "major"
    (major, minor, patch), (larger, wider, later) = before.core, after.core
    if (larger, wider, later) == (major, minor, patch):
        # From a pre-release to its release, or to the next pre-release: nothing was promised yet.
        return "major"
    steps: tuple[Bump, Bump, Bump] = ("major", "minor", "patch") if larger else ("major", "major", "minor")
    return next(step for step, one, other in zip(steps, before.core, after.core, strict=True) if one != other)


def version_satisfies(old: str, new: str, scheme: Scheme, needed: Bump) -> bool:
    """Tell whether a version rises far enough for the step that its changes need; an older version never does.

    An integer need not rise for less than a major step. Raises ValueError where one is no version.
    """
    taken = step_taken(old, new, scheme)
    if taken is None:
        return False
    if scheme == "integer" and needed != "major":
        return True
    return BUMPS.index(taken) >= BUMPS.index(needed)


def next_version(old: str, scheme: Scheme, needed: Bump) -> str:
    """Give the least version that satisfies a step, for hints; for calver a description, since the day decides.

    Raises ValueError where the old one is no version.
    """
    version = parse_version(old)
    if needed == "none" or (scheme == "integer" and needed != "major"):
        return old
    if scheme == "calver":
        return f"a later one than {old}"
    major, minor, patch = version.core
    if scheme == "integer":
        return str(major + 1)
    if version.pre:
        return f"{major}.{minor}.{patch}"
    if major == 0:
        return f"0.{minor + 1}.0" if needed == "major" else f"0.{minor}.{patch + 1}"
    return {
        "major": f"{major + 1}.0.0",
        "minor": f"{major}.{minor + 1}.0",
        "patch": f"{major}.{minor}.{patch + 1}",
    }[needed]


def satisfies(version: str, pin: str) -> bool:
    """Tell whether a version lies within a pin: `^1`, `~1.2`, `1.x`, `2`, `1.2.3`, `>=1.2,<2`, `^1 || ^2`, `*`.

    A number left out stands for any: `2` is every 2.y.z. A pre-release lies within a pin only where the pin names one
    of the same version. Raises ValueError where either cannot be read.
    """
    wanted = parse_version(version)
    choices = [list(_clauses(part, pin)) for part in pin.split("||")]
    return any(_within(wanted, clauses) for clauses in choices)


class _Clause(Struct, frozen=True):
    """One condition: not below `low`, below `high`; `but` turns it round."""

    low: Version
    high: Version | None
    named: Version
    but: bool = False


def _within(version: Version, clauses: Sequence[_Clause]) -> bool:
    if version.pre and not any(entry.named.pre and entry.named.core == version.core for entry in clauses):
        return False
    return all(
        (entry.low <= version and (entry.high is None or version < entry.high)) is not entry.but for entry in clauses
    )


def _clauses(text: str, pin: str) -> Iterator[_Clause]:
    rest = text.replace(",", " ").strip()
    if not rest:
        raise ValueError(f"`{pin}` is no pin; write for example ^1.2 or >=1.2,<2")
    while rest:
        found = _CLAUSE.match(rest)
        if found is None or (rest[found.end() :][:1] or " ") not in " <>=^~!":
            raise ValueError(f"`{pin}` is no pin; write for example ^1.2 or >=1.2,<2")
        yield _clause(found[1] or "", found[2], pin)
        rest = rest[found.end() :].strip()


_LEAST = Version((0,))


def _clause(sign: str, text: str, pin: str) -> _Clause:
    written = re.sub(r"(^|\.)[xX*](\.[xX*])*$", "", text)
    if not written and sign in ("<", ">", "!="):
        raise ValueError(f"`{pin}` is no pin; nothing is {sign} any version")
    if not written:
        return _Clause(_LEAST, None, _LEAST)
    try:
        version = parse_version(written)
    except ValueError:
        raise ValueError(f"`{pin}` is no pin; `{text}` is no version") from None
    after = _after(version, len(version.numbers))
    if sign == "^":
        first = next((place for place, number in enumerate(version.numbers) if number), len(version.numbers) - 1)
        return _Clause(version, _after(version, first + 1), version)
    if sign == "~":
        return _Clause(version, _after(version, min(2, len(version.numbers))), version)
    if sign == ">=":
        return _Clause(version, None, version)
    if sign == ">":
        return _Clause(after, None, version) if not version.pre else _Clause(_above(version), None, version)
    if sign == "<":
        return _Clause(_LEAST, version, version)
    if sign == "<=":
        return _Clause(_LEAST, after if not version.pre else _above(version), version)
    if version.pre:
        return _Clause(version, _above(version), version, sign == "!=")
    return _Clause(version, after, version, sign == "!=")


def _after(version: Version, places: int) -> Version:
    """Give the first version beyond all that begin with so many numbers of this one."""
    *numbers, last = version.numbers[:places]
    return Version((*numbers, last + 1))


def _above(version: Version) -> Version:
    """Give the least version above a pre-release."""
    return Version(version.numbers, (*version.pre, "0"))

"""The organisation's own rules of checklists.yml: held against the language and the fields of plans, and run."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any, Literal

from plangate.model.plain import example
from plangate.model.policy import OwnRule
from plangate.reading.expressions import Wrong, limits
from plangate.reading.plan import GATES

MOST = 200
"""How many own rules a portal may have."""

_PATIENCE = 300
"""Seconds of the clock after which a process is ended though it used little of the processor."""
_TRIES = 2
"""After so many times that a rule had to be ended it is not asked any more."""

_ahead: "tuple[int, subprocess.Popen[bytes]] | None" = None
"""A process that waits to be asked, and for which process it was started."""


def run(
    way: Literal["judge", "try"], rules: Sequence[OwnRule], data: Mapping[str, object]
) -> dict[tuple[str, str], Any]:
    """Run every rule over every plan of `data` (by id), in a process of its own; see own_worker.py for the answers.

    The answer is None where a rule had to be ended, for the time or the memory that it took. Whatever a rule does, all
    others are answered.
    """
    written = {rule.id: {"for_each": rule.for_each, "require": rule.require} for rule in rules}
    lines = {plan: json.dumps(value) for plan, value in data.items()}
    left = [(plan, rule) for plan in lines for rule in written]
    found: dict[tuple[str, str], Any] = {}
    ended: Counter[str] = Counter()
    while left:
        asked: dict[str, list[str]] = {}
        for plan, rule in left:
            asked.setdefault(plan, []).append(rule)
        text = [json.dumps([way, written]), *(f"[{json.dumps(asked[plan])}, {lines[plan]}]" for plan in asked)]
        told = _process("\n".join(text) + "\n")
        found.update(zip(left, told, strict=False))
        left = left[len(told) :]
        if left:
            ended[left[0][1]] += 1
            found[left.pop(0)] = None
        found.update({pair: None for pair in left if ended[pair[1]] >= _TRIES})
        left = [pair for pair in left if ended[pair[1]] < _TRIES]
    return found


@contextmanager
def ahead(*, wanted: bool) -> Iterator[None]:
    """Start the process that the next `run` asks already now, where one is wanted: it starts while others work."""
    global _ahead  # noqa: PLW0603 -- what was started for later
    _ahead = (os.getpid(), _started()) if wanted else None
    try:
        yield
    finally:
        if _ahead is not None:
            _ahead[1].kill()
            _ahead[1].communicate()
            _ahead = None


def _process(text: str) -> list[Any]:
    """Ask a process; give what it answered until it was done, or ended."""
    global _ahead
    mine = _ahead is not None and _ahead[0] == os.getpid()  # a fork of this process has no part in it
    process, _ahead = (_ahead[1], None) if _ahead is not None and mine else (_started(), _ahead)
    try:
        out, _ = process.communicate(text.encode(), timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        out, _ = process.communicate()
    return [json.loads(line) for line in out.splitlines(keepends=True) if line.endswith(b"\n")]


def _started() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-P", "-m", "plangate.reading.own_worker"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)  # noqa: S603 -- our own module


def problems(rules: Sequence[OwnRule]) -> Iterator[tuple[int, str, Wrong]]:
    """Tell what is wrong with own rules: the rule's position, the field, and what at which character of it."""
    seen: set[str] = set()
    sound: dict[str, int] = {}
    for index, rule in enumerate(rules[: MOST + 1]):
        if index == MOST:
            yield index, "id", Wrong(f"There are more than {MOST} own rules")
            continue
        if rule.id.casefold() in seen:
            yield index, "id", Wrong(f"`{rule.id}` is the id of two own rules")
            continue
        seen.add(rule.id.casefold())
        found = [(field, wrong) for field, text in _texts(rule) for wrong in limits(text)]
        yield from ((index, field, wrong) for field, wrong in found)
        if not found:
            sound[rule.id] = index
    told = run("try", [rules[index] for index in sound.values()], {"": [_example(last=False), _example(last=True)]})
    for name, index in sound.items():
        if (wrongs := told["", name]) is None:
            yield (
                index,
                "require",
                Wrong("It takes more time or memory than a rule may have, even on a small plan"),
            )
        for field, message, offset, hint in wrongs or ():
            yield index, field, Wrong(message, offset, hint)


def _texts(rule: OwnRule) -> Iterable[tuple[str, str]]:
    return (("for_each", rule.for_each or ""), ("require", rule.require))


@cache
def _example(*, last: bool) -> dict[str, Any]:
    models = tuple((gate, getattr(import_module(module), name)) for gate, (module, name) in GATES.items())
    return example(models, last)

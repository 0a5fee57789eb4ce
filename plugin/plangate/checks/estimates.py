"""Estimates of every gate: what they rest on, and how old they are."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel

from plangate.checks.rule import Edit, Subject, rule
from plangate.model.estimate import Estimate
from plangate.model.problem import Problem
from plangate.model.quantity import Quantity


@rule(
    "GEN011",
    "Estimates say what they rest on",
    severity="warning",
    reason="A guess that nobody marked as one is read as a measurement.",
    fails=(
        Edit("02-sources.yml", "row_bytes: 300 B", "row_bytes: {low: 200 B, base: 300 B, high: 500 B, basis: guess}"),
    ),
    passes=(
        Edit(
            "02-sources.yml",
            "row_bytes: 300 B",
            "row_bytes: {low: 200 B, base: 300 B, high: 500 B, basis: measured, source: pg_stat, as_of: 2026-10-01}",
        ),
    ),
)
def estimates(subject: Subject) -> Iterator[Problem]:
    """Each low/base/high estimate has a basis that is no guess, or is assumed; low ≤ base ≤ high (else an error)."""
    assumed = {(item.gate, item.path) for item in subject.plan.assumed}
    for gate, parts in subject.facts.parts.items():
        for path, part in parts:
            if not isinstance(part, Estimate):
                continue
            low, base, high = part.cases
            if not _size(low) <= _size(base) <= _size(high):
                message = f"`{subject.written(gate, path)}`: low {low}, base {base}, high {high} are not in order"
                yield Problem(
                    "GEN011",
                    message,
                    gate,
                    path,
                    f"{low}, {base}, {high}",
                    "low at most base, base at most high",
                    severity="error",
                )
            spread = part.low is not None or part.high is not None
            if (gate, subject.read.origin(gate, path)) not in assumed and (
                part.basis == "guess" or (spread and part.basis is None)
            ):
                said = "is a guess" if part.basis == "guess" else "does not say what it rests on"
                yield Problem(
                    "GEN011",
                    f"`{subject.written(gate, path)}`: the estimate {base} {said}",
                    gate,
                    path,
                    part.basis or "no basis",
                    "basis: measured | vendor | analogy, with `as_of`, or an assumption",
                    hint="`as_of` is the day on which the number was looked up; write `{assume: …, because: …, "
                    "if_wrong: …}` where nobody knows better yet",
                )


@rule(
    "GEN012",
    "Estimates and prices are not out of date",
    severity="warning",
    reason="Volumes and prices drift; half a year later a number describes another system.",
    fails=(Edit("03-capacity.yml", "price_as_of: 2026-11-01", "price_as_of: 2025-11-01"),),
    passes=(
        Edit(
            "02-sources.yml",
            "row_bytes: 300 B",
            "row_bytes: {base: 300 B, basis: measured, source: pg_stat, as_of: 2026-10-01}",
        ),
    ),
)
def fresh_estimates(subject: Subject) -> Iterator[Problem]:
    """`as_of` of every estimate and `price_as_of` of every price is at most 180 d (`estimate_age`) old, and no day that
    is yet to come.

    An estimate that is measured, a vendor's or by analogy has an `as_of`; a guess, an assumption and a plain quantity
    need none.
    """
    limit = subject.policy.checklists.thresholds.estimate_age
    oldest = subject.today - timedelta(seconds=float(limit.base))
    assumed = {(item.gate, item.path) for item in subject.plan.assumed}
    for gate, parts in subject.facts.parts.items():
        for path, part in parts:
            if isinstance(part, Estimate) and _undated(part) and (gate, subject.read.origin(gate, path)) not in assumed:
                yield Problem(
                    "GEN012",
                    f"`{subject.written(gate, path)}`: the estimate {part.base} ({part.basis}) does not say of "
                    "which day it is",
                    gate,
                    (*path, "as_of"),
                    expected=f"the day on which it was looked up, {oldest} or later: `as_of: YYYY-MM-DD`",
                    absent=True,
                )
            for name in _dated(type(part)):
                told = getattr(part, name)
                # Today is a day of UTC, and tomorrow has begun elsewhere.
                if isinstance(told, date) and told > subject.today + timedelta(days=1):
                    yield Problem(
                        "GEN012",
                        f"`{subject.written(gate, (*path, name))}`: {told} is yet to come on {subject.today}",
                        gate,
                        (*path, name),
                        str(told),
                        f"{subject.today} or earlier",
                        "Write the day on which the number was looked up",
                    )
                if isinstance(told, date) and told < oldest:
                    age = (subject.today - told).days
                    yield Problem(
                        "GEN012",
                        f"`{subject.written(gate, (*path, name))}`: {told} is {age} days old on {subject.today}, at "
                        f"most {limit} are allowed",
                        gate,
                        (*path, name),
                        str(told),
                        f"{oldest} or later",
                        "Look the number up again, and write the day on which you did",
                    )


def _size(case: Quantity | Decimal) -> Decimal:
    return case.base if isinstance(case, Quantity) else case


@cache
def _dated(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(name for name in ("as_of", "price_as_of") if name in model.model_fields)


def _undated(estimate: Estimate[Any]) -> bool:
    return estimate.as_of is None and estimate.basis not in {None, "guess"}

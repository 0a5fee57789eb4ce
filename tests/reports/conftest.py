"""Reports made by hand, so that every kind of finding occurs in them."""

from collections.abc import Callable

import pytest

from plangate.checks.finding import Finding
from plangate.checks.report import Report

from .reporting import report

Make = Callable[..., Report]


@pytest.fixture
def finding() -> Finding:
    """A blocking error in gate cutover."""
    return Finding(
        rule="BCK003",
        severity="error",
        verdict="fail",
        blocking=True,
        cause=None,
        plan="orders-mart",
        gate="cutover",
        file="plans/orders-mart/09-cutover.yml",
        line=12,
        column=5,
        path="backfill[0].must_finish_within",
        message="Backfill orders_history needs 76.7 h, its window is 24 h",
        observed="76.7 h",
        expected="<= 19.2 h",
        hint="Raise `parallel` or the window",
        url="rules/BCK003/",
    )


@pytest.fixture
def make() -> Make:
    """Makes a report of one plan with findings; summary and failures as given."""

    return report

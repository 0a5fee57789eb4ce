"""The sample plans with their facts, read once."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.review import Review
from plangate.model.review import Identity
from plangate.reading.portfolio import Portfolio, read_portfolio
from plangate.render.links import Links, homes, relative_to
from plangate.render.review import Reviewed

TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parents[2]
LinksOf = Callable[[str, str], Links]


@pytest.fixture(scope="session")
def portfolio() -> Portfolio:
    return read_portfolio(ROOT / "plans", ROOT / "references")


@pytest.fixture(scope="session")
def facts(portfolio: Portfolio) -> dict[str, Facts]:
    return {plan.id: Facts(plan, portfolio.policy, Landscape(portfolio.plans)) for plan in portfolio.plans}


@pytest.fixture(scope="session")
def orders(facts: dict[str, Facts]) -> Facts:
    return facts["orders-mart"]


@pytest.fixture(scope="session")
def links_of(portfolio: Portfolio) -> LinksOf:
    """Give the links of a plan as seen from one of its pages, with a place in the repository for every path."""
    plans = {plan.id: plan for plan in portfolio.plans}

    def make(plan: str, page: str) -> Links:
        here = f"plans/{plan}/{page}/" if page else f"plans/{plan}/"
        known = homes(plans[plan], portfolio.plans)
        return Links(plan, relative_to(here), known, lambda gate, path: f"https://git.example/{gate}", frozenset(plans))

    return make


def reviewed_of(facts: Facts) -> Reviewed:
    """Give the review of a plan whose gates are all in review."""
    review = Review(facts.plan, facts.policy, facts.derived, TODAY)
    return Reviewed(facts, review.gates, dict.fromkeys(review.gates, "in_review"), review.records, Identity(), TODAY)

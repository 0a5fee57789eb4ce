"""A portal without a site: plans and references read and checked, ready for the functions that draw its pages."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio
from plangate.site.config import Places
from plangate.site.portal import Portal, Repository

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)


def portal_of(root: Path, hidden: Iterable[str] = ()) -> Portal:
    """Read and check `plans/` and `references/` of a folder; files are looked at on a forge."""
    places = Places(root, root / "plans", root / "references", root / "references")
    portfolio = read_portfolio(places.plans, places.references, root=root)
    repository = Repository("https://git.example/blob/main/references/", str(places.docs))
    return Portal(places, portfolio, check(portfolio, today=TODAY), repository, frozenset(hidden))

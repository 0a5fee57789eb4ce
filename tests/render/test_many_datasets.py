"""Two thousand datasets in a hundred plans: pages stay small, and are the same whatever order anything comes in."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

import pytest

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.model.plan import Plan
from plangate.render.boxes import LinksOf
from plangate.render.columns import columns_cards
from plangate.render.dataset import dataset_page
from plangate.render.domain import domain_page
from plangate.render.landscape import landscape_page, page_count
from plangate.render.lineage_page import lineage_page
from plangate.render.links import Links, domain_path, relative_to
from plangate.render.page import page_html

from ..analysis.plans import POLICY
from ..analysis.portfolios import many

FRAME = 26_000
"""Bytes that the theme puts around the content of a page, with room to spare."""

MOST = 100_000


def drawn(plans: tuple[Plan, ...], every: int) -> Iterator[tuple[str, str]]:
    """Give the address and content of the overview, all domains, and of some plans and datasets."""
    land = Landscape(plans)
    atlas = land.atlas
    shown = frozenset(plan.id for plan in plans)
    named = frozenset(entry.id for entry in atlas.datasets)

    def links_at(here: str) -> LinksOf:
        return cache(lambda plan: Links(plan, relative_to(here), plans=shown, datasets=named))

    here = "lineage/"
    yield here, page_html(landscape_page(atlas, relative_to(here), links_at(here)))
    for domain, entries in atlas.by_domain.items():
        for number in range(1, page_count(entries) + 1):
            here = domain_path(domain, number)
            yield here, page_html(domain_page(atlas, domain, relative_to(here), links_at(here), number))
    by_id = {plan.id: Facts(plan, POLICY, land) for plan in plans}
    for name in sorted(shown)[::every]:
        here = f"plans/{name}/lineage/"
        yield here, page_html(lineage_page(by_id[name].plan, by_id[name].lineage, links_at(here)(name)))
    hubs = sorted(atlas.datasets, key=lambda entry: -len(atlas.after.get(entry.id, ())))[:5]
    for entry in [*hubs, *atlas.datasets[::every]]:
        here = f"datasets/{entry.id}/"
        facts, links_of = by_id[entry.home], links_at(here)
        columns = columns_cards(entry.id, facts, links_of(entry.home))
        yield here, page_html(dataset_page(entry, atlas, facts, links_of, (), columns))


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {here: str(html) for here, html in drawn(tuple(many()), 25)}


def test_no_page_is_large(pages: dict[str, str]) -> None:
    assert len(Landscape(tuple(many())).atlas.datasets) >= 2_000
    large = {here: len(html.encode()) for here, html in pages.items() if len(html.encode()) + FRAME > MOST}
    assert large == {}
    assert sum(here.startswith("datasets/") for here in pages) > 80


def test_the_overview_leads_to_every_domain(pages: dict[str, str]) -> None:
    for here in pages:
        if here.startswith("lineage/") and here != "lineage/" and here.count("/") == 2:
            assert f'href="{here.removeprefix("lineage/")}"' in pages["lineage/"]


def test_a_hub_shows_some_neighbours_and_counts_the_rest(pages: dict[str, str]) -> None:
    hub = next(html for here, html in pages.items() if here == "datasets/marts_ads_000.model_08/")
    assert " more" in hub


def digest(seed: int) -> str:
    plans = list(many(30, 20, 100))
    Random(seed).shuffle(plans)  # noqa: S311 -- an order, not a secret
    found = hashlib.sha256()
    for here, html in drawn(tuple(plans), 10):
        found.update(f"{here}\n{html}\n".encode())
    return found.hexdigest()


def test_pages_do_not_hang_on_hash_seeds_or_order() -> None:
    code = "from tests.render.test_many_datasets import digest; print(digest({}))"
    found = {
        subprocess.run(
            [sys.executable, "-c", code.format(seed)],
            check=True,
            capture_output=True,
            text=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in (1, 2)
    }
    assert len(found) == 1

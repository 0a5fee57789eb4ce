"""What the pages over all plans show: the lineage with domains and datasets, the contracts."""

from functools import cache

from plangate.analysis.landscape import Landscape
from plangate.render.boxes import LinksOf
from plangate.render.columns import columns_cards
from plangate.render.contracts_page import contracts_page
from plangate.render.dataset import dataset_page
from plangate.render.domain import domain_page
from plangate.render.fragments import EMPTY
from plangate.render.landscape import landscape_page
from plangate.render.links import Links
from plangate.render.page import Page
from plangate.render.pii import pii_portfolio
from plangate.site.portal import Portal


def landscape_view(portal: Portal, here: str) -> Page:
    """Give the overview of all plans' lineage."""
    links_of = _links_of(portal, here)
    shown = Landscape([plan.facts.plan for plan in portal.plans])  # hidden plans are told of nowhere
    personal = pii_portfolio(shown, links_of) if portal.plans else EMPTY
    return landscape_page(portal.atlas, portal.linker(here), links_of, personal)


def domain_view(portal: Portal, domain: str | None, number: int, here: str) -> Page:
    """Give the page of a domain, or a further one of its list."""
    return domain_page(portal.atlas, domain, portal.linker(here), _links_of(portal, here), number)


def dataset_view(portal: Portal, dataset: str, here: str) -> Page:
    """Give the page of a dataset."""
    entry = portal.atlas.entries[dataset]
    facts = portal.report.plan(entry.home).facts
    notes = portal.notes(portal.concerning.get(dataset, ()), portal.linker(here))
    links_of = _links_of(portal, here)
    columns = columns_cards(dataset, facts, links_of(entry.home))
    return dataset_page(entry, portal.atlas, facts, links_of, notes, columns, portal.states)


def contracts_view(portal: Portal, here: str) -> Page:
    """Give the contracts of the plans that stand and have pages."""
    return contracts_page(portal.atlas.plans, portal.atlas, _links_of(portal, here), portal.report.today)


def _links_of(portal: Portal, here: str) -> LinksOf:
    @cache
    def links(plan: str) -> Links:
        return portal.links(plan, here)

    return links

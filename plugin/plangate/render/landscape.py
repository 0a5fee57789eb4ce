"""The lineage of the whole portfolio: domains by layers, the plans between each other, and a page for each domain."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from markupsafe import Markup

from plangate.analysis.atlas import Atlas, Entry
from plangate.render.boxes import Heap, LinksOf, entry_href, heaped
from plangate.render.fragments import EMPTY, Head, Row, bullets, figures, joined, link, number, paragraph, table
from plangate.render.lineage import LineageDrawing, LineageNode, draw
from plangate.render.links import domain_path
from plangate.render.page import Page, Section
from plangate.render.text import label

MOST_BOXES = 150
"""Beyond this many boxes a figure draws several as one."""

FIRST_ROWS, MORE_ROWS = 50, 200
"""How many datasets the page of a domain lists, and each further page of its list."""

MOST_PAIRS = 60
"""How many pairs of plans a page tells."""

MOST_LINKED = 50
"""Up to so many domains each count of their table is a link."""

_FEW = 3

Url = Callable[[str], str]
"""Turns a path of the site into a link from the page that is being made."""


def landscape_page(atlas: Atlas, url: Url, links_of: LinksOf, personal: Markup = EMPTY) -> Page:
    """Give the overview of the portfolio: datasets by domain and layer, and how the plans hang together.

    `personal` tells who can see personal data.
    """
    kinds = Counter("datasets" if entry.is_dataset else entry.node.kind for entry in atlas.entries.values())
    counts = [
        ("Datasets", f"{kinds['datasets']:,}"),
        ("Consumers", f"{kinds['consumer']:,}"),
        ("Edges", f"{len(atlas.graph.edges):,}"),
        ("Domains", f"{sum(name is not None for name in atlas.by_domain):,}"),
        ("Plans", f"{len(atlas.plans):,}"),
        ("Cycles", f"✕ {len(atlas.cycles)}" if atlas.cycles else "none"),
    ]
    few = len(atlas.between) <= MOST_PAIRS
    between = between_table(atlas, atlas.between, links_of) if few else _between_domains(atlas, url)
    sections = [
        Section("pg-cycles", "Cycles", cycles_list(atlas, atlas.cycles, links_of)),
        Section("pg-domains", "Domains by layer", domain_matrix(atlas, url)),
        Section("pg-between", "Plans between each other", between),
        Section("pg-personal", "Personal data", personal),
    ]
    return Page(
        title="Lineage",
        description="All datasets of all plans: where they come from, which domain they belong to, who reads them.",
        intro=figures(counts) + overview_figure(atlas, url),
        sections=tuple(section for section in sections if section.html),
    )


def overview_figure(atlas: Atlas, url: Url) -> Markup:
    """Give the figure of all domains by layer with counts; where they are too many, one box a layer."""
    boxes = [LineageNode(node.id, node.label, node.layer, critical=node.critical) for node in atlas.graph.nodes]

    def by_domain(box: LineageNode) -> Heap:
        domain = atlas.entries[box.id].domain
        return Heap(domain or "", domain_name(domain), url(domain_path(domain)))

    titles = dict(atlas.graph.layers)
    heaps = {(box.layer, atlas.entries[box.id].domain) for box in boxes}
    small = len(heaps) <= MOST_BOXES
    edges = [(edge.source, edge.target) for edge in atlas.graph.edges]
    found = heaped(boxes, edges, by_domain if small else lambda box: Heap("", titles[box.layer]))
    return drawn("Domains by layer", *found, atlas)


def drawn(title: str, boxes: Sequence[LineageNode], edges: Sequence[tuple[str, str]], atlas: Atlas) -> Markup:
    """Draw boxes and edges in the layers of all plans."""
    return draw(LineageDrawing(title, boxes, edges, atlas.graph.layers, wide=True))


def domain_name(domain: str | None) -> str:
    """Give the name of a domain as people read it."""
    return label(domain) if domain else "No domain"


def domain_matrix(atlas: Atlas, url: Url) -> Markup:
    """Give the table of domains and layers; where domains are few, each count leads to the first dataset behind it."""
    layers = atlas.graph.layers
    linked = len(atlas.by_domain) <= MOST_LINKED
    rows = []
    for domain, entries in atlas.by_domain.items():
        counts = Counter(entry.node.layer for entry in entries)
        places = dict(_first_pages(entries))
        cells = [
            number(
                link(f"{counts[layer]:,}", _layer_href(domain, layer, places, url) if linked else None), counts[layer]
            )
            if counts[layer]
            else number("", 0)
            for layer, _ in layers
        ]
        rows.append(
            Row(
                [link(domain_name(domain), url(domain_path(domain))), *cells, number(f"{len(entries):,}", len(entries))]
            )
        )
    heads = [Head("Domain"), *(Head(title, "number") for _, title in layers), Head("All", "number")]
    return table("Domains by layer", heads, rows, sortable=True, hidden=True) if rows else EMPTY


def _layer_href(domain: str | None, layer: str, places: dict[str, int], url: Url) -> str:
    fragment = "pg-readers" if layer not in places else layer_anchor(layer)
    return f"{url(domain_path(domain, places.get(layer, 1)))}#{fragment}"


def layer_anchor(layer: str) -> str:
    """Give the id of the first row of a layer in the list of a domain."""
    return f"pg-layer-{layer}"


def listed(entries: Iterable[Entry]) -> list[Entry]:
    """Give what the list of a domain holds: everything but consumers."""
    return [entry for entry in entries if entry.node.kind != "consumer"]


def _first_pages(entries: Sequence[Entry]) -> dict[str, int]:
    """Tell on which page of a domain's list each layer begins."""
    found: dict[str, int] = {}
    for place, entry in enumerate(listed(entries)):
        found.setdefault(entry.node.layer, 1 if place < FIRST_ROWS else 2 + (place - FIRST_ROWS) // MORE_ROWS)
    return found


def page_count(entries: Sequence[Entry]) -> int:
    """Tell how many pages the list of a domain takes, its own page included."""
    rest = len(listed(entries)) - FIRST_ROWS
    return 1 if rest <= 0 else 1 + -(-rest // MORE_ROWS)


def between_table(atlas: Atlas, pairs: Mapping[tuple[str, str], Sequence[str]], links_of: LinksOf) -> Markup:
    """Give the plans that take datasets from others, by pairs of maker and taker."""
    rows = [
        Row(
            [
                link(atlas.plans[other].title, links_of(other).page("lineage")),
                link(atlas.plans[one].title, links_of(one).page("lineage")),
                _few([link(name, entry_href(atlas.entries[name], links_of)) for name in names[:_FEW]], len(names)),
            ]
        )
        for (one, other), names in islice(pairs.items(), MOST_PAIRS)
    ]
    rest = len(pairs) - MOST_PAIRS
    shown = table("Plans between each other", ("Plan", "Takes from", "Datasets"), rows, sortable=True, hidden=True)
    return shown + (paragraph(f"And {rest:,} more pairs of plans.") if rest > 0 else EMPTY) if rows else EMPTY


def _between_domains(atlas: Atlas, url: Url) -> Markup:
    """Give the domains whose plans take datasets from those of others, where there are too many plans that do."""
    homes = {name: plan.header.domain for name, plan in atlas.plans.items()}
    names: dict[tuple[str | None, str | None], set[str]] = {}
    plans: Counter[tuple[str | None, str | None]] = Counter()
    for (one, other), taken in atlas.between.items():
        ends = homes[one], homes[other]
        names.setdefault(ends, set()).update(taken)
        plans[ends] += 1
    rows = [
        Row(
            [
                link(domain_name(other), url(domain_path(other))),
                link(domain_name(one), url(domain_path(one))),
                number(f"{plans[one, other]:,}", plans[one, other]),
                number(f"{len(names[one, other]):,}", len(names[one, other])),
            ]
        )
        for one, other in sorted(names, key=lambda ends: (ends[1] or "", ends[0] or ""))[:MOST_PAIRS]
    ]
    heads = [Head("Plans of"), Head("Take from"), Head("Pairs of plans", "number"), Head("Datasets", "number")]
    return table("Domains between each other", heads, rows, sortable=True, hidden=True)


def _few(shown: Sequence[Markup], count: int) -> Markup:
    return joined(shown, ", ") + (f" and {count - len(shown):,} more" if count > len(shown) else "")


def cycles_list(atlas: Atlas, cycles: Iterable[Sequence[str]], links_of: LinksOf) -> Markup:
    lines = [
        joined((link(name, entry_href(atlas.entries[name], links_of)) for name in cycle), " → ") for cycle in cycles
    ]
    return paragraph("These datasets wait for each other:") + bullets(lines) if lines else EMPTY

"""The page of a domain: its datasets and what they hang together with, and the list of them, split where it is long."""

from collections.abc import Sequence

from markupsafe import Markup

from plangate.analysis.atlas import Atlas, Entry
from plangate.render.boxes import Heap, LinksOf, entry_box, entry_href, heaped
from plangate.render.fragments import EMPTY, NOTHING, Head, Row, figures, joined, link, number, paragraph, table
from plangate.render.landscape import (
    FIRST_ROWS,
    MORE_ROWS,
    MOST_BOXES,
    Url,
    between_table,
    cycles_list,
    domain_name,
    drawn,
    layer_anchor,
    listed,
    page_count,
)
from plangate.render.lineage import LineageNode
from plangate.render.links import domain_path
from plangate.render.page import Page, Section

MOST_READERS = 50
"""How many consumers the page of a domain names."""

MOST_READ = 3
"""How many datasets each of them is shown with."""


def domain_page(atlas: Atlas, domain: str | None, url: Url, links_of: LinksOf, page: int = 1) -> Page:
    """Give the page of a domain, or a further page of its list; raises KeyError for a domain that no plan names."""
    entries = atlas.by_domain[domain]
    name = domain_name(domain)
    pages = page_count(entries)
    everything = listed(entries)
    begin = 0 if page == 1 else FIRST_ROWS + (page - 2) * MORE_ROWS
    some = everything[begin : FIRST_ROWS if page == 1 else begin + MORE_ROWS]
    before = everything[begin - 1].node.layer if begin else ""
    list_of = Section(
        "pg-datasets", "Datasets", _datasets(some, before, atlas, links_of) + _turn(domain, page, pages, url)
    )
    if page > 1:
        return Page(
            title=f"Datasets of {name}, {page} of {pages}",
            description=f"Datasets {begin + 1:,} to {begin + len(some):,} of the domain {name}.",
            sections=(list_of,),
        )
    own = {entry.id for entry in entries}
    of = {name for name, plan in atlas.plans.items() if plan.header.domain == domain}
    between = {pair: names for pair, names in atlas.between.items() if of & {*pair}}
    sections = [
        Section("pg-cycles", "Cycles", cycles_list(atlas, [c for c in atlas.cycles if own & {*c}], links_of)),
        list_of,
        Section("pg-readers", "Consumers", _readers(entries, atlas, links_of)),
        Section("pg-between", "Plans between each other", between_table(atlas, between, links_of)),
    ]
    counts = [
        ("Datasets", f"{sum(entry.is_dataset for entry in entries):,}"),
        ("Consumers", f"{sum(entry.node.kind == 'consumer' for entry in entries):,}"),
        ("Critical", f"{sum(entry.node.critical for entry in entries):,}"),
        ("Plans", f"{len(of):,}"),
    ]
    return Page(
        title=f"Lineage of {name}",
        description=f"The datasets of the domain {name}, what they are built from, and who reads them.",
        intro=figures(counts) + domain_figure(atlas, domain, url, links_of),
        sections=tuple(section for section in sections if section.html),
    )


def domain_figure(atlas: Atlas, domain: str | None, url: Url, links_of: LinksOf) -> Markup:
    """Give the figure of a domain and its neighbours: other domains are one box a layer.

    Where 150 boxes do not do, the datasets of each plan in a layer are one box, or else those of each layer are.
    """
    own = {entry.id for entry in atlas.by_domain[domain]}
    edges = [(edge.source, edge.target) for edge in atlas.graph.edges if edge.source in own or edge.target in own]
    near = {name for pair in edges for name in pair} | own
    entries = [atlas.entries[node.id] for node in atlas.graph.nodes if node.id in near]
    boxes = [entry_box(entry, links_of) for entry in entries]
    titles = dict(atlas.graph.layers)

    def heap(box: LineageNode, own_heap: Heap | None) -> Heap | None:
        if box.id in own:
            return own_heap
        other = atlas.entries[box.id].domain
        return Heap(f"domain {other or ''}", domain_name(other), url(domain_path(other)), stub=True)

    def by_plan(box: LineageNode) -> Heap | None:
        home = atlas.entries[box.id].home
        return heap(box, Heap(f"plan {home}", atlas.plans[home].title, links_of(home).page("lineage")))

    found = heaped(boxes, edges, lambda box: heap(box, None))
    for heap_of in (by_plan, lambda box: heap(box, Heap("own", titles[box.layer]))):
        if len(found[0]) > MOST_BOXES:
            found = heaped(boxes, edges, heap_of)
    return drawn(f"Lineage of {domain_name(domain)}", *found, atlas)


def _datasets(entries: Sequence[Entry], before: str, atlas: Atlas, links_of: LinksOf) -> Markup:
    """Give a part of a domain's list; the first dataset of each layer is the one that the overview leads to."""
    titles = dict(atlas.graph.layers)
    rows = []
    for entry in entries:
        layer = entry.node.layer
        others = len({*entry.producers, *entry.users} - {entry.home})
        rows.append(
            Row(
                [
                    link(entry.node.label, entry_href(entry, links_of)),
                    titles[layer],
                    entry.node.owner or NOTHING,
                    "★ critical" if entry.node.critical else "",
                    link(atlas.plans[entry.home].title, links_of(entry.home).page("lineage")),
                    number(f"{others:,}", others),
                    number(f"{len(atlas.after.get(entry.id, ())):,}", len(atlas.after.get(entry.id, ()))),
                ],
                layer_anchor(layer) if layer != before else None,
            )
        )
        before = layer
    heads = [*(Head(title) for title in ("Dataset", "Layer", "Owner", "Critical", "Plan"))]
    heads += [Head("Other plans", "number"), Head("Feeds", "number")]
    return table("Datasets", heads, rows, sortable=True, hidden=True) if rows else EMPTY


def _turn(domain: str | None, page: int, pages: int, url: Url) -> Markup:
    """Give links to the other pages of a list that is split."""
    if pages == 1:
        return EMPTY
    links = joined(
        (
            Markup("<strong>{}</strong>").format(one) if one == page else link(str(one), url(domain_path(domain, one)))
            for one in range(1, pages + 1)
        ),
        " · ",
    )
    return Markup("<p data-search-exclude>The whole list, by layer: page {}</p>").format(links)


def _readers(entries: Sequence[Entry], atlas: Atlas, links_of: LinksOf) -> Markup:
    readers = [entry for entry in entries if entry.node.kind == "consumer"]
    rows = [
        Row(
            [
                link(entry.node.label, entry_href(entry, links_of)),
                entry.node.owner or NOTHING,
                link(atlas.plans[entry.home].title, links_of(entry.home).page()),
                _read(entry, atlas, links_of),
            ]
        )
        for entry in readers[:MOST_READERS]
    ]
    rest = len(readers) - MOST_READERS
    shown = table("Consumers", ("Consumer", "Owner", "Plan", "Reads"), rows, sortable=True, hidden=True)
    return shown + (paragraph(f"And {rest:,} more consumers.") if rest > 0 else EMPTY) if rows else EMPTY


def _read(entry: Entry, atlas: Atlas, links_of: LinksOf) -> Markup:
    names = atlas.before.get(entry.id, ())
    shown = [link(name, entry_href(atlas.entries[name], links_of)) for name in names[:MOST_READ]]
    return joined(shown, ", ") + (f" and {len(names) - MOST_READ:,} more" if len(names) > MOST_READ else "")

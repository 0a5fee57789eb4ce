"""The lineage of a plan: the figure, the counts, and the consumers that are reached."""

from collections import Counter
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from plangate.analysis.lineage import Lineage, Node
from plangate.analysis.lineage_change import LineageChange
from plangate.model.plan import Plan
from plangate.render.boxes import Heap, heaped
from plangate.render.fragments import EMPTY, NOTHING, Row, bullets, figures, link, paragraph, table
from plangate.render.lineage import LineageDrawing, LineageNode, draw
from plangate.render.lineage_forms import lineage_forms
from plangate.render.links import Links, anchor
from plangate.render.page import Page, Section
from plangate.render.text import visible

MOST_BOXES = 150
"""Beyond this many boxes a layer is drawn as one."""


def lineage_page(
    plan: Plan, lineage: Lineage, links: Links, personal: Markup = EMPTY, change: LineageChange | None = None
) -> Page:
    """Give the page of a plan's lineage; `personal` tells who can see personal data, `change` what became of it since
    the base revision."""
    return Page(
        title=f"Lineage: {plan.title}",
        description=f"Where the data of {plan.title} comes from and who reads it.",
        intro=lineage_figures(lineage)
        + lineage_figure(plan, lineage, links, wide=True, change=change)
        + lineage_forms(links),
        sections=(
            *[Section("pg-changes", "Changed since the base revision", changes_list(change))] * (change is not None),
            Section("pg-consumers", "Consumers reached", consumers_table(plan, lineage, links)),
            *[Section("pg-personal", "Personal data", personal)] * bool(personal),
            Section("pg-datasets", "Datasets", datasets_table(lineage, links)),
        ),
    )


def lineage_figures(lineage: Lineage) -> Markup:
    """Give how many sources, datasets, consumers and edges there are."""
    kinds = Counter(node.kind for node in lineage.nodes)
    return figures(
        [
            ("Sources", str(kinds["source"])),
            ("Datasets", str(kinds["dataset"])),
            ("Consumers", str(kinds["consumer"])),
            ("Edges", str(len(lineage.edges))),
            ("Critical", str(sum(bool(node.critical) for node in lineage.nodes))),
        ]
    )


def changes_list(change: LineageChange | None) -> Markup:
    """Give in words which nodes and edges are new, changed or removed."""
    if change is None or not (change.nodes or change.edges):
        return paragraph("Nothing in the lineage has changed.")
    labels = {node.id: visible(node.label) for node in change.graph.nodes}
    lines = [f"{state}: {labels[name]}" for name, state in sorted(change.nodes.items(), key=lambda one: one[::-1])]
    ends = sorted(change.edges.items(), key=lambda one: one[::-1])
    lines += [f"{state} edge: {labels[source]} → {labels[target]}" for (source, target), state in ends]
    return Markup("<div data-search-exclude>{}</div>").format(bullets(lines))


def lineage_figure(
    plan: Plan, lineage: Lineage, links: Links, *, wide: bool = False, change: LineageChange | None = None
) -> Markup:
    """Give the figure: every box up to 150, else one box for each layer and the plan that its datasets come from."""
    if not lineage.nodes:
        return paragraph("No datasets are stated yet, so there is no lineage.")
    return draw(lineage_drawing(plan, lineage, links, wide=wide, change=change))


def lineage_drawing(
    plan: Plan, lineage: Lineage, links: Links, *, wide: bool = False, change: LineageChange | None = None
) -> LineageDrawing:
    """Give what the figure shows, which may be nothing; with a `change` also what is gone, and the states."""
    title = f"Lineage of {visible(plan.title)}"
    if change is not None and len(change.graph.nodes) <= MOST_BOXES:
        marked = [_box(node, links, change.nodes.get(node.id, "")) for node in change.graph.nodes]
        pairs = sorted({(edge.source, edge.target) for edge in change.graph.edges})
        return LineageDrawing(title, marked, pairs, change.graph.layers, wide=wide, edge_states=change.edges)
    edges = sorted({(edge.source, edge.target) for edge in lineage.edges})
    boxes = [_box(node, links) for node in lineage.nodes]
    if len(boxes) > MOST_BOXES:
        boxes, edges = _by_plan(lineage, boxes, edges, links)
    return LineageDrawing(title, boxes, edges, lineage.layers, wide=wide)


def _box(node: Node, links: Links, state: str = "") -> LineageNode:
    return LineageNode(
        id=node.id,
        label=visible(node.label),
        layer=node.layer,
        href=node_href(node, links),
        kind=node.kind,
        state=state,
        stub=node.plan is not None or node.external,
        note=f"owner {visible(node.owner)}" if node.owner else "",
        critical=bool(node.critical),
    )


def node_href(node: Node, links: Links) -> str | None:
    """Give the link to the place where a node is described."""
    kind, colon, name = node.id.partition(":")
    if colon:
        return links.element((kind,), name)
    return links.dataset(node.id) or links.element(("consumer", "source"), node.id)


def by_layer(
    boxes: Sequence[LineageNode], edges: Iterable[tuple[str, str]], layers: Iterable[tuple[str, str]]
) -> tuple[list[LineageNode], list[tuple[str, str]]]:
    """Draw each layer as one box with the number of what is in it, and edges between layers only."""
    titles = dict(layers)
    return heaped(boxes, edges, lambda box: Heap("", titles[box.layer]))


def _by_plan(
    lineage: Lineage, boxes: Sequence[LineageNode], edges: Sequence[tuple[str, str]], links: Links
) -> tuple[list[LineageNode], list[tuple[str, str]]]:
    titles = dict(lineage.layers)

    def heap(box: LineageNode) -> Heap:
        other = lineage.by_id[box.id].plan
        if other is None:
            return Heap("", titles[box.layer])
        href = links.page("lineage", plan=other) if other in links.plans else None
        return Heap(f"plan {other}", other, href, stub=True)

    found = heaped(boxes, edges, heap)
    return found if len(found[0]) <= MOST_BOXES else by_layer(boxes, edges, lineage.layers)


def consumers_table(plan: Plan, lineage: Lineage, links: Links) -> Markup:
    """Give every consumer with what it reads and the sources that it rests on."""
    labels = {node.id: node for node in lineage.nodes}
    known = {consumer.id: consumer for consumer in plan.context.consumers} if plan.context else {}
    rows = []
    for node in lineage.nodes:
        if node.kind != "consumer":
            continue
        consumer = known.get(node.id.partition(":")[2] or node.id)
        reads = sorted({edge.source for edge in lineage.edges if edge.target == node.id})
        rests = [
            labels[name]
            for name in sorted(lineage.upstream(node.id))
            if name in labels and labels[name].kind == "source"
        ]
        rows.append(
            Row(
                [
                    link(node.label, node_href(node, links)),
                    node.owner or NOTHING,
                    str(consumer.freshness) if consumer is not None and consumer.freshness else NOTHING,
                    _list([labels[name] for name in reads if name in labels], links),
                    _list(rests, links),
                ]
            )
        )
    heads = ("Consumer", "Owner", "May be old", "Reads", "Rests on sources")
    return table("Consumers reached", heads, rows, hidden=True) if rows else paragraph("No consumer is reached.")


def datasets_table(lineage: Lineage, links: Links) -> Markup:
    """Give every dataset with its layer, owner, and how much lies before and behind it."""
    titles = dict(lineage.layers)
    rows = [
        Row(
            [
                link(node.label, node_href(node, links)),
                titles.get(node.layer, node.layer),
                node.owner or NOTHING,
                "critical" if node.critical else "",
                str(len(lineage.upstream(node.id))),
                str(len(lineage.downstream(node.id))),
            ],
            anchor("dataset", node.id),
        )
        for node in lineage.nodes
        if node.kind != "consumer"
    ]
    heads = ("Dataset", "Layer", "Owner", "Critical", "Upstream", "Downstream")
    return table("Datasets", heads, rows, sortable=True, hidden=True) if rows else paragraph("No dataset is stated.")


def _list(nodes: Sequence[Node], links: Links) -> Markup:
    return Markup(", ").join(link(node.label, node_href(node, links)) for node in nodes) or NOTHING

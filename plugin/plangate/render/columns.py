"""The columns of a dataset as cards with one row a column: what each comes from to the left, what rests on it right."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup
from msgspec import Struct

from plangate.analysis.columns import ColumnLineage, ColumnNode
from plangate.analysis.facts import Facts
from plangate.render.fragments import EMPTY, joined, link, paragraph
from plangate.render.lineage.cards import ROW_HEIGHT, TALL_ROW, Card, CardLayout, PlacedCard, arrange
from plangate.render.lineage.draw import counted, digits, edge_line, figure, layer_colours, svg
from plangate.render.links import Links, anchor
from plangate.render.text import visible

MOST_CARDS = 24
MOST_ROWS = 40
"""How many datasets and how many columns of each are drawn; further ones are counted, the farthest left out first."""

_WIDE_FROM = 900


class _Shown(Struct, frozen=True):
    """What is drawn: the columns of each dataset by its id, how many others each has, how many datasets lie beyond."""

    cards: Mapping[str, Sequence[ColumnNode]]
    others: Mapping[str, int]
    edges: Sequence[tuple[str, str]]
    left_out: int


def columns_cards(dataset: str, facts: Facts, links: Links) -> Markup:
    """Give the figure of the columns that a dataset's come from and go to, at any distance, with the same as a list.

    Only columns that take part are shown; where none does, nothing is.
    """
    shown = _shown(dataset, facts)
    if not shown.edges:
        return EMPTY
    cards = [
        Card(
            name,
            tuple((node.id, TALL_ROW if _remarks(node, facts.columns) else ROW_HEIGHT) for node in nodes),
            shown.others[name] > 0,
        )
        for name, nodes in shown.cards.items()
    ]
    picture = arrange(cards, shown.edges)
    rows = sum(len(nodes) for nodes in shown.cards.values())
    title = (
        f"Columns of {visible(dataset)}: {counted(len(cards), 'dataset')}, {counted(rows, 'column')}, "
        f"{counted(len(shown.edges), 'edge')}, left to right"
    )
    beneath = _listing(picture, shown, facts.columns)
    if shown.left_out:
        beneath = paragraph(f"{counted(shown.left_out, 'dataset')} farther away not shown.") + beneath
    return figure(
        title,
        (picture.width, picture.height),
        _lines(picture) + _stacks(picture, dataset, shown, facts, links),
        beneath,
        "pg-columns",
        *["pg-wide"] * (picture.width > _WIDE_FROM),
    )


def _shown(dataset: str, facts: Facts) -> _Shown:
    lineage = facts.columns
    own = [node.id for node in lineage.nodes.values() if node.dataset == dataset]
    before = _steps(own, {node.id: node.before for node in lineage.nodes.values()}, lineage)
    after = _steps(own, lineage.after, lineage)
    steps = before.keys() | after.keys()
    # Both directions get their share of the cards, the nearest first.
    ranks = [(rank, name) for way in (before, after) for rank, name in enumerate(_nearest(way, lineage))]
    found = list(dict.fromkeys(name for _, name in sorted(ranks)))
    near = found[:MOST_CARDS]
    drawn: dict[str, list[ColumnNode]] = {name: [] for name in near}
    for node in lineage.nodes.values():
        linked = any(name in steps for name in (*node.before, *lineage.after.get(node.id, ())))
        if node.id in steps and linked and node.dataset in drawn:
            drawn[node.dataset].append(node)
    cards = {name: nodes[:MOST_ROWS] for name, nodes in drawn.items() if nodes}
    rows = {node.id for nodes in cards.values() for node in nodes}
    edges = [(name, row) for row in sorted(rows) for name in lineage.nodes[row].before if name in rows]
    others = {name: len(_all(name, facts) - {node.name for node in nodes}) for name, nodes in cards.items()}
    return _Shown(cards, others, edges, len(found) - len(near))


def _steps(own: Iterable[str], ahead: Mapping[str, Sequence[str]], lineage: ColumnLineage) -> dict[str, int]:
    """Count how many steps each column is away in one direction."""
    steps = dict.fromkeys(own, 0)
    edge, count = list(steps), 0
    while edge:
        count += 1
        edge = sorted({name for one in edge for name in ahead.get(one, ()) if name in lineage.nodes} - steps.keys())
        steps.update(dict.fromkeys(edge, count))
    return steps


def _nearest(steps: Mapping[str, int], lineage: ColumnLineage) -> list[str]:
    """Give the datasets of columns, the nearest first."""
    return list(dict.fromkeys(lineage.nodes[name].dataset for name in sorted(steps, key=lambda one: (steps[one], one))))


def _all(dataset: str, facts: Facts) -> set[str]:
    spoken = {node.name for node in facts.columns.nodes.values() if node.dataset == dataset}
    return spoken | facts.landscape.listed.get(dataset, frozenset())


def _remarks(node: ColumnNode, lineage: ColumnLineage) -> list[str]:
    """Give in glyph and word what else is to be known of a column: personal data, masking, deprecation."""
    words = []
    flows = [flow for flow in lineage.flows_into.get(node.dataset, ()) if flow.column == node.id]
    if node.personal:
        words.append(f"◇ PII, masked: {node.masking}" if node.masked else "◆ PII enters here")
    elif any(flow.masked_at is None for flow in flows):
        words.append("◆ PII in the clear")
    elif flows:
        where = sorted({name for flow in flows if (name := flow.masked_at)})
        ways = ", ".join(dict.fromkeys(lineage.nodes[name].masking or "" for name in where))
        words.append(f"◇ PII, masked {'here' if node.id in where else 'before'}: {ways}")
    elif node.pii:
        words.append(f"◇ PII, masked: {node.masking}" if node.masked else "◆ PII")
    elif node.masked:
        words.append(f"◇ masked: {node.masking}")
    return words + ["deprecated"] * node.deprecated


def _lines(picture: CardLayout) -> Markup:
    """Draw the edges; `data-e` holds the places of both ends in the order of the rows on the page."""
    rows = [row for place in picture.cards for row, _ in place.card.rows]
    number = {row: index for index, row in enumerate(rows)}
    return svg(
        (picture.width, picture.height),
        (
            edge_line(route.points, f"{number[route.source]} {number[route.target]}", back=route.back)
            for route in picture.routes
        ),
    )


def _stacks(picture: CardLayout, middle: str, shown: _Shown, facts: Facts, links: Links) -> Markup:
    levels: dict[int, list[PlacedCard]] = {}
    for place in picture.cards:
        levels.setdefault(place.level, []).append(place)
    return joined(
        Markup('<div class="pg-stack {}">{}</div>').format(
            digits(places[0].x), joined(_card(place, middle, shown, facts, links) for place in places)
        )
        for places in levels.values()
    )


def _card(place: PlacedCard, middle: str, shown: _Shown, facts: Facts, links: Links) -> Markup:
    name = place.card.id
    rows = joined(_row(node, name == middle, facts.columns, links) for node in shown.cards[name])
    others = shown.others[name]
    more = Markup('<p class="pg-more">+{} more</p>').format(others) if others else EMPTY
    return Markup('<div class="pg-card pg-l{}{} {}"><p class="pg-of">{}</p><ul aria-label="{}">{}</ul>{}</div>').format(
        _colour(name, facts),
        " pg-middle" if name == middle else "",
        digits(place.y),
        link(name, links.dataset(name)) if name != middle else name,
        f"Columns of {visible(name)}",
        rows,
        more,
    )


def _row(node: ColumnNode, middle: bool, lineage: ColumnLineage, links: Links) -> Markup:
    """Give a row: in the middle the place that others lead to, else a link there or to where the dataset stands."""
    remarks = _remarks(node, lineage)
    place = anchor("column", node.id)
    href = f"#{place}" if middle else links.dataset(node.dataset)
    if not middle and node.dataset in links.datasets:
        href = f"{href}#{place}"
    tag = "a" if href else "span"
    name = Markup("<{0}>{1}</{0}>").format("s" if node.deprecated else "span", visible(node.name))
    said = joined(
        [
            name,
            Markup("<small>{}</small>").format(node.transform) if node.transform else EMPTY,
            Markup("<small>{}</small>").format(visible(", ".join(remarks))) if remarks else EMPTY,
        ],
        " ",
    )
    return Markup("<li{}><{} {}{}{}>{}</{}></li>").format(
        Markup(' id="{}"').format(place) if middle else EMPTY,
        tag,
        Markup('href="{}"').format(href) if href else Markup('tabindex="-1"'),
        Markup(' class="pg-tall{}"').format(_tone(remarks)) if remarks else EMPTY,
        Markup(' title="{}"').format(", ".join([node.id, *remarks])),
        said,
        tag,
    )


def _tone(remarks: Sequence[str]) -> str:
    return " pg-open" if remarks[0].startswith("◆") else ""


def _colour(dataset: str, facts: Facts) -> int:
    for graph in (facts.landscape.atlas.graph, facts.lineage):
        node = graph.by_id.get(dataset)
        if node is not None:
            return layer_colours([layer for layer, _ in graph.layers])[node.layer]
    return 1


def _listing(picture: CardLayout, shown: _Shown, lineage: ColumnLineage) -> Markup:
    """Return every column with its transform, its remarks and the columns that it comes from, as a list to open."""
    rows = []
    for place in picture.cards:
        for node in shown.cards[place.card.id]:
            words = [*[node.transform or ""] * bool(node.transform), *_remarks(node, lineage)]
            told = f" ({', '.join(words)})" if words else ""
            before = f" ← {', '.join(node.before)}" if node.before else ""
            rows.append(Markup("<li>{}</li>").format(visible(f"{node.id}{told}{before}")))
    return Markup("<details><summary>The same as a list ({})</summary><ul>{}</ul></details>").format(
        counted(len(rows), "column"), joined(rows)
    )

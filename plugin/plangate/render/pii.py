"""Personal data on its way to consumers: where it enters, where it is masked, and who sees it in the clear."""

from collections.abc import Callable

from markupsafe import Markup

from plangate.analysis.columns import ColumnLineage
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.personal import PersonalData, Sight
from plangate.render.fragments import EMPTY, NOTHING, Cell, Row, figures, joined, link, paragraph, table, text
from plangate.render.links import Links, anchor

MOST_ROWS = 200
"""How many rows the table has; further ones are counted, and the worst of each column stand first."""

_VERDICTS = {
    "clear": Markup('<span class="pg-bad">✕ in the clear</span>'),
    "unknown": Markup('<span class="pg-warn">? not known</span>'),
    "masked": Markup('<span class="pg-good">✓ masked</span>'),
}
_RANKS = {"clear": "0", "unknown": "1", "masked": "2", "nobody": "3"}
_HEADS = ("Personal data", "Consumer", "How it is seen", "As column", "Masked")


def pii_flow(facts: Facts, links: Links) -> Markup:
    """Give personal data that enters in a plan or reaches it, with every consumer that can see it and how."""
    if not facts.personal.origins:
        return paragraph("No column is marked as personal data, and none that is reaches this plan.")
    return _shown(facts.personal, facts.columns, lambda _: links)


def pii_portfolio(landscape: Landscape, links_of: Callable[[str], Links]) -> Markup:
    """Give the same for all plans that stand; `links_of` gives the links of a plan as seen from the page."""
    if not landscape.personal.origins:
        return paragraph("No plan marks a column as personal data.")
    return _shown(landscape.personal, landscape.columns, links_of)


def _shown(found: PersonalData, columns: ColumnLineage, links_of: Callable[[str], Links]) -> Markup:
    rows = []
    for origin in found.origins:
        sights = [sight for sight in found.sights if sight.origin == origin]
        rows += [_row(sight, columns, links_of) for sight in sights] or [_nobody(origin, columns, links_of)]
    more = len(rows) - MOST_ROWS
    counts = [
        ("Columns of personal data", str(len(found.origins))),
        ("Consumers that see it in the clear", str(found.count("clear"))),
        ("Consumers that see it masked", str(found.count("masked"))),
        ("Consumers not known about", str(found.count("unknown"))),
    ]
    return (
        figures(counts)
        + table("Who can see personal data", _HEADS, rows[:MOST_ROWS], sortable=True, hidden=True)
        + (paragraph(f"And {more:,} more.") if more > 0 else "")
    )


def _row(sight: Sight, columns: ColumnLineage, links_of: Callable[[str], Links]) -> Row:
    reader = sight.reader
    links = links_of(reader.plan.id)
    name = reader.consumer.name or reader.consumer.id
    shown = reader.plan.id == links.plan or reader.plan.id in links.plans
    place = anchor("consumer", reader.consumer.id)
    who = link(name, links.page("context", place, plan=reader.plan.id) if shown else None)
    if reader.consumer.external:
        who += Markup(" <small>, outside the organisation</small>")
    return Row(
        [
            _column(sight.origin, columns, links_of),
            who,
            Cell(_VERDICTS[sight.verdict], _RANKS[sight.verdict]),
            _column(sight.column, columns, links_of) if sight.column else _unlisted(sight, links),
            _masked(sight, columns, links_of),
        ],
        below=_way(sight, columns),
    )


def _nobody(origin: str, columns: ColumnLineage, links_of: Callable[[str], Links]) -> Row:
    reaches = Cell(Markup('<span class="pg-good">✓ reaches no consumer</span>'), _RANKS["nobody"])
    none = Markup('<span class="pg-none">none</span>')
    return Row([_column(origin, columns, links_of), none, reaches, none, none])


def _column(name: str, columns: ColumnLineage, links_of: Callable[[str], Links]) -> Markup:
    node = columns.nodes[name]
    return link(_broken(name), links_of(node.plan).dataset(node.dataset))


def _broken(name: str) -> Markup:
    """Let a long name of a column go on in the next line where the dataset ends."""
    dataset, mark, column = name.partition("#")
    return Markup("{}<wbr>{}{}").format(text(dataset), mark, text(column))


def _unlisted(sight: Sight, links: Links) -> Markup:
    return joined([link(sight.dataset, links.dataset(sight.dataset)), "lists no columns"], " ")


def _masked(sight: Sight, columns: ColumnLineage, links_of: Callable[[str], Links]) -> Markup:
    if sight.masked_at is None:
        return NOTHING if sight.column is None else Markup('<span class="pg-none">nowhere</span>')
    by = columns.nodes[sight.masked_at].masking or ""
    return joined([by, "in", _column(sight.masked_at, columns, links_of)], " ")


def _way(sight: Sight, columns: ColumnLineage) -> Markup:
    datasets = dict.fromkeys(columns.nodes[name].dataset for name in sight.path)
    return Markup("<small>Way: {}</small>").format(joined(datasets, " → ")) if datasets else EMPTY

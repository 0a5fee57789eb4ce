"""The figure of a dataset's page: what lies around it, one, two or three steps far, as the reader chooses."""

from markupsafe import Markup

from plangate.analysis.atlas import Atlas, Entry
from plangate.analysis.focus import Focus, focus
from plangate.analysis.lineage_change import StatesAmong
from plangate.render.boxes import LinksOf, entry_box
from plangate.render.fragments import joined
from plangate.render.lineage import LineageDrawing, LineageNode, draw
from plangate.render.lineage.draw import counted

FIRST = 2
"""The number of steps that a page shows before anybody chooses."""

_NOTHING_CHANGED = StatesAmong()
_BUDGET = 50_000  # bytes of all figures of a page, so that it stays below 100 KB with its tables and the frame
_PER_BOX, _PER_EDGE = 330, 130  # what a box and an edge take at most, to tell the size before drawing
_FEWER = (40, 20, 10)


def surroundings(entry: Entry, atlas: Atlas, links_of: LinksOf, changes: StatesAmong = _NOTHING_CHANGED) -> Markup:
    """Give the figure two steps around a dataset, and those of one and three steps where they differ and are small.

    They are chosen by radio buttons, which need no script. What is new or changed since the base revision is marked.
    """
    found = {FIRST: _small(atlas, entry.id)}
    left = _BUDGET - _size(found[FIRST])
    for steps in (1, 3):
        other = focus(atlas, entry.id, steps, steps)
        if other.nodes != found[FIRST].nodes and _size(other) <= left:
            found[steps] = other
            left -= _size(other)
    if len(found) == 1:
        return _figure(found[FIRST], FIRST, entry, atlas, links_of, changes)
    choices = joined(
        Markup('<label><input type="radio" name="pg-steps" value="{}"{}> {}</label>').format(
            steps, Markup(" checked") if steps == FIRST else "", steps
        )
        for steps in sorted(found)
    )
    figures = joined(
        Markup('<div class="pg-steps-{}">{}</div>').format(
            steps, _figure(found[steps], steps, entry, atlas, links_of, changes)
        )
        for steps in sorted(found)
    )
    return Markup(
        '<div class="pg-steps"><fieldset data-search-exclude><legend>Steps up and down</legend>{}</fieldset>{}</div>'
    ).format(choices, figures)


def _small(atlas: Atlas, dataset: str) -> Focus:
    found = focus(atlas, dataset, FIRST, FIRST)
    for most in _FEWER[1:]:
        if _size(found) > _BUDGET:
            found = focus(atlas, dataset, FIRST, FIRST, most)
    return found


def _size(found: Focus) -> int:
    return _PER_BOX * (len(found.nodes) + len(found.more)) + _PER_EDGE * len(found.edges)


def around(entry: Entry, atlas: Atlas, links_of: LinksOf, up: int, down: int) -> Markup:
    """Give the figure of a dataset with what lies `up` steps before and `down` steps behind it, for any page."""
    title = f"{entry.id}, {counted(up, 'step')} up and {counted(down, 'step')} down"
    return _drawn(focus(atlas, entry.id, up, down), title, entry, atlas, links_of)


def _figure(found: Focus, steps: int, entry: Entry, atlas: Atlas, links_of: LinksOf, changes: StatesAmong) -> Markup:
    return _drawn(found, f"{counted(steps, 'step')} around {entry.id}", entry, atlas, links_of, changes, wide=True)


def _drawn(
    found: Focus,
    title: str,
    entry: Entry,
    atlas: Atlas,
    links_of: LinksOf,
    changes: StatesAmong = _NOTHING_CHANGED,
    *,
    wide: bool = False,
) -> Markup:
    near = [atlas.entries[name] for name in found.nodes]
    boxes = [entry_box(one, links_of, stub=one.home != entry.home, state=changes.nodes.get(one.id, "")) for one in near]
    rest = [LineageNode(more.id, f"+{more.count:,} more", more.layer) for more in found.more]
    return draw(
        LineageDrawing(
            title,
            [*boxes, *rest],
            found.edges,
            atlas.graph.layers,
            focus=entry.id,
            wide=wide,
            edge_states={ends: "new" for ends in found.edges if ends in changes.new_edges},
        )
    )

"""The lineage figure: HTML links as boxes over one inline SVG that holds bands and edges."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup, escape
from msgspec import Struct, field

from plangate.render.lineage.columns import columns
from plangate.render.lineage.geometry import LayerNode, Layout, Place, Route
from plangate.render.lineage.layout import layout

MOST_BOXES = 400
# Positions are three classes, the digits of a number of pixels to this base: exact, and no inline style is needed.
DIGIT_BASE = 32
_ACROSS, _UPRIGHT = (1030, 640), (700, 940)  # what a sheet of A4 has room for, in pixels
_TITLE_FROM = 20  # characters that surely fit into a box
_STATES = {"new": "+", "changed": "~", "removed": "−"}
_EDGE_SIGNS = {"new": "m-4-4v8", "removed": ""}  # what makes a plus or a minus of the bar in a small circle
_MIDDLE_COLOURS = 5


class LineageNode(Struct, frozen=True):
    """A box of the figure: `state` is "", "new", "changed" or "removed"; a `stub` belongs to another plan."""

    id: str
    label: str
    layer: str
    href: str | None = None
    kind: str = "dataset"
    state: str = ""
    stub: bool = False
    note: str = ""
    critical: bool = False


class LineageDrawing(Struct, frozen=True):
    """What is drawn: nodes, edges (source id, target id), layers (id, title) from left to right.

    `title` names the figure for screen readers, `focus` is the id of the node that the page is about,
    `wide` lets the page take the width of the window, `edge_states` says which edges are "new" or "removed".
    """

    title: str
    nodes: Sequence[LineageNode]
    edges: Sequence[tuple[str, str]]
    layers: Sequence[tuple[str, str]]
    focus: str | None = None
    wide: bool = False
    edge_states: Mapping[tuple[str, str], str] = field(default_factory=dict)


def draw(drawing: LineageDrawing) -> Markup:
    """Return the figure as HTML; a figure without nodes is one sentence.

    Raises ValueError for more than 400 nodes (the caller collapses them first), repeated ids, unknown layers, states or
    ends of edges, and for the state of an edge that is not drawn.
    """
    if len(drawing.nodes) > MOST_BOXES:
        raise ValueError(
            f"{len(drawing.nodes)} boxes are too many for one figure, {MOST_BOXES} is the most; collapse them first"
        )
    for node in drawing.nodes:
        if node.state and node.state not in _STATES:
            raise ValueError(f"node {node.id!r} has state {node.state!r}, which is not one of {', '.join(_STATES)}")
    for edge, state in sorted(drawing.edge_states.items()):
        if state not in _EDGE_SIGNS or edge not in drawing.edges:
            raise ValueError(f"edge {' → '.join(edge)} has state {state!r}, or is not drawn; known are new and removed")
    if not drawing.nodes:
        return Markup('<p class="pg-lineage-none" data-search-exclude>{}: no datasets.</p>').format(drawing.title)
    boxes, headings = columns(
        [LayerNode(node.id, node.layer) for node in drawing.nodes],
        drawing.edges,
        [layer for layer, _ in drawing.layers],
    )
    picture = layout(boxes, drawing.edges, headings)
    nodes = {node.id: node for node in drawing.nodes}
    return figure(
        f"{drawing.title}: {counted(len(nodes), 'box')}, {counted(len(picture.routes), 'edge')}, left to right",
        (picture.width, picture.height),
        _lines(picture, drawing.edge_states)
        + _heads(picture, dict(drawing.layers))
        + _columns(picture, nodes, drawing),
        _legend(drawing) + _listing(picture, nodes, drawing.edge_states),
        *["pg-wide"] * drawing.wide,
    )


def figure(label: str, size: tuple[int, int], sheet: Markup, beneath: Markup, *classes: str) -> Markup:
    """Give the frame of a figure: a region named `label` that scrolls over a sheet of width and height in pixels.

    On paper it takes one page, across where it can be larger that way.
    """
    across, upright = (
        min(1, *(room / need for room, need in zip(page, size, strict=True))) for page in (_ACROSS, _UPRIGHT)
    )
    return Markup(
        '<figure class="{}" data-search-exclude><div class="pg-view {}" role="region" tabindex="0" aria-label="{}">'
        '<div class="pg-sheet {}">{}</div></div>{}</figure>'
    ).format(
        " ".join(["pg-lineage", *classes, *["pg-landscape"] * (across > upright)]),
        digits(size[1]),
        label,
        digits(size[0]),
        sheet,
        beneath,
    )


def path_data(points: Sequence[tuple[int, int]]) -> str:
    """Return cubic pieces as relative SVG path data; level pieces become one horizontal line."""
    x, y = points[0]
    data = [f"M{x} {y}"]
    level = 0
    for (cx, cy), (dx, dy), (ex, ey) in zip(points[1::3], points[2::3], points[3::3], strict=True):
        if cy == dy == ey == y and min(x, ex) <= min(cx, dx) and max(cx, dx) <= max(x, ex):
            level += ex - x
        else:
            data.append(f"h{level}" if level else "")
            level = 0
            data.append(f"c{cx - x} {cy - y} {dx - x} {dy - y} {ex - x} {ey - y}".replace(" -", "-"))
        x, y = ex, ey
    data.append(f"h{level}" if level else "")
    return "".join(data)


def digits(pixels: int) -> str:
    """Give the three classes that say a number of pixels; raises ValueError for one that is too large."""
    if not 0 <= pixels < DIGIT_BASE**3:
        raise ValueError(f"the figure is {pixels} px long, {DIGIT_BASE**3 - 1} px is the most; collapse it first")
    return f"pgi{pixels // DIGIT_BASE**2} pgj{pixels // DIGIT_BASE % DIGIT_BASE} pgk{pixels % DIGIT_BASE}"


def layer_colours(layers: Sequence[str]) -> Mapping[str, int]:
    """Give the number of the colour of each layer, from left to right: 0 first, 9 last, 1 to 5 between."""
    last = len(layers) - 1
    return {
        layer: 0 if place == 0 else 9 if place == last else 1 + (place - 1) % _MIDDLE_COLOURS
        for place, layer in enumerate(layers)
    }


def counted(count: int, noun: str) -> str:
    """Give a count with its noun, in the plural where it is not one."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{'es' if noun.endswith('x') else 's'}"


def _lines(picture: Layout, states: Mapping[tuple[str, str], str]) -> Markup:
    """Draw bands and edges; `data-e` holds the places of both ends in the order of the boxes on the page."""
    number = {box.id: index for index, box in enumerate(picture.boxes)}
    bands = "".join(f"M{band.x} 0h{band.width}v{picture.height}h{-band.width}z" for band in picture.bands)
    paths = [Markup('<path class="pg-band" d="{}"/>').format(bands)]
    signs = []
    for route in picture.routes:
        ends = f"{number[route.source]} {number[route.target]}"
        state = states.get((route.source, route.target), "")
        paths.append(edge_line(route.points, ends, state=state, back=route.back))
        if state:
            signs.append(_sign(route.points, ends, state))
    return svg((picture.width, picture.height), [*paths, *signs])


def svg(size: tuple[int, int], paths: Iterable[Markup]) -> Markup:
    """Give the picture beneath the boxes, of width and height in pixels; screen readers are told by the list."""
    return Markup('<svg viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>').format(
        *size, _joined(paths)
    )


def edge_line(points: Sequence[tuple[int, int]], ends: str, *, state: str = "", back: bool = False) -> Markup:
    """Draw an edge; one that leads back is dashed and has a tip."""
    classes = " ".join([*["pg-back"] * back, *[f"pg-{state}"] * bool(state)])
    line = Markup('<path{} data-e="{}" d="{}"/>').format(
        Markup(' class="{}"').format(classes) if classes else "", ends, path_data(points)
    )
    if not back:
        return line
    x, y = points[-1]
    return line + Markup('<path class="pg-tip" data-e="{}" d="M{} {}l-6 4 6 4"/>').format(ends, x + 6, y - 4)


def _sign(points: Sequence[tuple[int, int]], ends: str, state: str) -> Markup:
    """Draw a plus or a minus in the middle of the last piece of an edge, which never lies over a box."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points[-4:]
    x, y = (ax + 3 * bx + 3 * cx + dx) // 8, (ay + 3 * by + 3 * cy + dy) // 8
    return Markup('<path class="pg-tip pg-{}" data-e="{}" d="M{} {}a7 7 0 1 0 14 0a7 7 0 1 0-14 0m3 0h8{}"/>').format(
        state, ends, x - 7, y, _EDGE_SIGNS[state]
    )


def _heads(picture: Layout, titles: dict[str, str]) -> Markup:
    return _joined(
        Markup('<p class="{}" aria-hidden="true">{}</p>').format(digits(band.x), titles[band.heading])
        for band in picture.bands
    )


def _columns(picture: Layout, nodes: dict[str, LineageNode], drawing: LineageDrawing) -> Markup:
    colours = layer_colours([layer for layer, _ in drawing.layers])
    titles = dict(drawing.layers)
    parts = []
    for _, group in groupby(picture.boxes, key=lambda box: box.column):
        places = list(group)
        layer = nodes[places[0].id].layer
        boxes = _joined(_box(nodes[place.id], place, nodes[place.id].id == drawing.focus) for place in places)
        parts.append(
            Markup('<ul class="pg-l{} {}" aria-label="{}">{}</ul>').format(
                colours[layer], digits(places[0].x), titles[layer], boxes
            )
        )
    return _joined(parts)


def _box(node: LineageNode, place: Place, focus: bool) -> Markup:
    classes = []
    if node.state:
        classes.append(f"pg-{node.state}")
    if node.critical:
        classes.append("pg-critical")
    if node.stub:
        classes.append("pg-stub")
    if node.kind == "pipeline":
        classes.append("pg-pipeline")
    title = f"{node.label} – {node.note}" if node.note else node.label if len(node.label) > _TITLE_FROM else ""
    remarks = _remarks(node)
    return Markup('<li class="{}"><{}{}{}{}{}>{}{}</{}></li>').format(
        digits(place.y),
        "a" if node.href else "span",
        Markup(' href="{}"').format(node.href) if node.href else Markup(' tabindex="-1"'),
        Markup(' class="{}"').format(" ".join(classes)) if classes else "",
        Markup(' title="{}"').format(title) if title else "",
        Markup(' aria-current="true"') if focus else "",
        node.label,
        Markup("<i>, {}</i>").format(", ".join(remarks)) if remarks else "",
        "a" if node.href else "span",
    )


def _remarks(node: LineageNode) -> list[str]:
    """Return in words what the box shows by border and glyph."""
    return [
        *[node.state] * bool(node.state),
        *["critical"] * node.critical,
        *["pipeline"] * (node.kind == "pipeline"),
        *["in another plan"] * node.stub,
    ]


def _legend(drawing: LineageDrawing) -> Markup:
    nodes = drawing.nodes
    states = {*(node.state for node in nodes), *drawing.edge_states.values()}
    entries = [(f"pg-{state}", f"{glyph} {state}") for state, glyph in _STATES.items() if state in states]
    if any(node.critical for node in nodes):
        entries.append(("pg-critical", "★ critical"))
    if any(node.kind == "pipeline" for node in nodes):
        entries.append(("pg-pipeline", "pipeline"))
    if any(node.stub for node in nodes):
        entries.append(("pg-stub", "in another plan"))
    if not entries:
        return Markup("")
    # The boxes say the same in words, so the key is for the eye only.
    return Markup('<p class="pg-key" aria-hidden="true">{}</p>').format(
        Markup(" ").join(Markup('<span class="{}">{}</span>').format(*entry) for entry in entries)
    )


def _listing(picture: Layout, nodes: dict[str, LineageNode], states: Mapping[tuple[str, str], str]) -> Markup:
    """Return every box with its remarks and what it feeds, as a list to open."""
    feeds: dict[str, list[Route]] = {}
    for route in picture.routes:
        feeds.setdefault(route.source, []).append(route)
    rows = []
    for box in picture.boxes:
        node = nodes[box.id]
        words = [*_remarks(node), *[node.note] * bool(node.note)]
        row = escape(node.label) + (Markup(" ({})").format(", ".join(words)) if words else "")
        if targets := feeds.get(box.id):
            row += Markup(" → {}").format(", ".join(sorted(_fed(route, nodes, states) for route in targets)))
        rows.append(Markup("<li>{}</li>").format(row))
    return Markup("<details><summary>The same as a list ({})</summary><ul>{}</ul></details>").format(
        counted(len(picture.routes), "edge"), _joined(rows)
    )


def _fed(route: Route, nodes: dict[str, LineageNode], states: Mapping[tuple[str, str], str]) -> str:
    state = states.get((route.source, route.target))
    return f"{nodes[route.target].label} ({state} edge)" if state else nodes[route.target].label


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)

"""The lineage figure as a picture of its own: one SVG file that needs nothing beside it."""

from collections.abc import Mapping

from markupsafe import Markup

from plangate.model.text import visible
from plangate.render.lineage.columns import columns
from plangate.render.lineage.draw import LineageDrawing, LineageNode, layer_colours, path_data
from plangate.render.lineage.geometry import LayerNode, Layout, Place, Route
from plangate.render.lineage.layout import layout

_MOST_CHARACTERS = 25  # what of a monospaced label of 12 px fits into a box
_STYLE = Markup(
    "text{fill:#1f2328;font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}"
    ".head{fill:#5b606b;font:700 12px sans-serif}.page{fill:#fff}.band{fill:#f5f6f7}"
    ".edge{fill:none;stroke:#8b909c;stroke-width:1.2}.back{stroke-dasharray:5 4}"
    ".box{fill:#fff;stroke:#80838f}.stub{stroke-dasharray:2 2}.consumer{rx:15px}.star{fill:#8a5a00;font-weight:700}"
    ".c0{fill:#57606f}.c1{fill:#7a5a46}.c2{fill:#2f6fb5}.c3{fill:#6a4fa8}.c4{fill:#1d7a72}.c5{fill:#75751c}.c9{fill:#a3317b}"
    "@media(prefers-color-scheme:dark){text{fill:#e4e6eb}.head{fill:#aeb3be}.page{fill:#0f1116}.band{fill:#262a34}"
    ".edge{stroke:#7f8593}.box{fill:#181b22;stroke:#7d828f}.star{fill:#e0a84a}.c0{fill:#9aa3b2}.c1{fill:#c29a80}"
    ".c2{fill:#6aa8e8}.c3{fill:#a990e0}.c4{fill:#4fbdb2}.c5{fill:#bdbd55}.c9{fill:#e07cbb}}"
)


def svg(drawing: LineageDrawing) -> str:
    """Give the picture as an SVG document: the layout of `draw`, with boxes, labels and full names as titles in it.

    Raises ValueError for repeated ids, unknown layers and ends of edges.
    """
    boxes, headings = columns(
        [LayerNode(node.id, node.layer) for node in drawing.nodes],
        drawing.edges,
        [layer for layer, _ in drawing.layers],
    )
    picture = layout(boxes, drawing.edges, headings)
    nodes = {node.id: node for node in drawing.nodes}
    parts = [*_bands(picture, dict(drawing.layers)), *(_edge(route, nodes) for route in picture.routes)]
    colours = layer_colours([layer for layer, _ in drawing.layers])
    parts.extend(_box(nodes[place.id], place, colours[nodes[place.id].layer]) for place in picture.boxes)
    text = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' role="img" aria-labelledby="title">\n<title id="title">{title}</title>\n<style>{style}</style>\n'
        '<rect class="page" width="{width}" height="{height}"/>\n{parts}\n</svg>\n'
    ).format(
        width=picture.width,
        height=picture.height,
        title=visible(drawing.title),
        style=_STYLE,
        parts=Markup("\n").join(parts),
    )
    return str(text)


def _bands(picture: Layout, titles: Mapping[str, str]) -> list[Markup]:
    return [
        Markup(
            '<rect class="band" x="{}" y="0" width="{}" height="{}"/><text class="head" x="{}" y="20">{}</text>'
        ).format(band.x, band.width, picture.height, band.x + 12, visible(titles.get(band.heading, band.heading)))
        for band in picture.bands
    ]


def _edge(route: Route, nodes: Mapping[str, LineageNode]) -> Markup:
    """Draw an edge; one that leads back is dashed and has a tip, for it does not end at the left of a box."""
    said = visible(f"{nodes[route.source].label} → {nodes[route.target].label}")
    line = path_data(route.points)
    if not route.back:
        return Markup('<path class="edge" d="{}"><title>{}</title></path>').format(line, said)
    x, y = route.points[-1]
    return Markup('<g class="edge"><title>{}</title><path class="back" d="{}"/><path d="M{} {}l-6 4 6 4"/></g>').format(
        said, line, x + 6, y - 4
    )


def _box(node: LineageNode, place: Place, colour: int) -> Markup:
    names = ["box", *["stub"] * node.stub, *["consumer"] * (node.kind == "consumer")]
    label = visible(node.label)
    room = _MOST_CHARACTERS - 3 * node.critical
    shown = label if len(label) <= room else f"{label[: room - 1]}…"
    star = (
        Markup('<text class="star" x="{}" y="{}" text-anchor="end" aria-hidden="true">★</text>').format(
            place.x + place.w - 8, place.y + place.h // 2 + 4
        )
        if node.critical
        else ""
    )
    return Markup(
        '<g><title>{title}</title><rect class="{names}" x="{x}" y="{y}" width="{w}" height="{h}" rx="4"/>'
        '<rect class="c{colour}" x="{x}" y="{y}" width="5" height="{h}"/>'
        '<text x="{tx}" y="{ty}">{shown}</text>{star}</g>'
    ).format(
        title=_title(label, node),
        names=" ".join(names),
        x=place.x,
        y=place.y,
        w=place.w,
        h=place.h,
        colour=colour,
        tx=place.x + 13,
        ty=place.y + place.h // 2 + 4,
        shown=shown,
        star=star,
    )


def _title(label: str, node: LineageNode) -> str:
    remarks = [
        *["critical"] * node.critical,
        *["in another plan"] * node.stub,
        *[visible(node.note)] * bool(node.note),
    ]
    return f"{label} ({', '.join(remarks)})" if remarks else label

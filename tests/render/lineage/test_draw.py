"""The lineage figure as HTML."""

import re
from gzip import compress
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from markupsafe import Markup
from msgspec.structs import replace

from plangate.render.bundled import browse_script
from plangate.render.lineage import LineageDrawing, LineageNode, columns, draw, layout
from plangate.render.lineage.draw import DIGIT_BASE, figure, path_data
from plangate.render.lineage.geometry import LayerNode

from .warehouse import LAYERS, warehouse

TITLES = [(layer, layer.title()) for layer in LAYERS]
ORDERS = LineageNode("orders", "orders", "sources", "../orders/")
FACTS = LineageNode(
    "fct_orders", "mart.fct_orders", "marts", "../fct_orders/", state="new", critical=True, note="daily"
)
REPORT = LineageNode("report", "revenue report", "consumers", None, kind="consumer", stub=True)
SMALL = LineageDrawing(
    "Lineage of orders-mart", [ORDERS, FACTS, REPORT], [("orders", "fct_orders"), ("fct_orders", "report")], TITLES
)


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1], data))


def of_warehouse(size: int, seed: int = 1) -> LineageDrawing:
    nodes, edges = warehouse(size, seed)
    return LineageDrawing(
        "Lineage", [LineageNode(name, name, layer, f"../{name}/") for name, layer in nodes], edges, TITLES
    )


def test_boxes_are_links_with_state_in_words() -> None:
    html = str(draw(SMALL))
    assert '<a href="../orders/">orders</a>' in html
    assert (
        '<a href="../fct_orders/" class="pg-new pg-critical" title="mart.fct_orders – daily">'
        "mart.fct_orders<i>, new, critical</i></a>"
    ) in html
    assert '<span tabindex="-1" class="pg-stub">revenue report<i>, in another plan</i></span>' in html


def test_the_figure_is_a_region_with_a_list_beside_it() -> None:
    html = str(draw(SMALL))
    assert html.startswith('<figure class="pg-lineage pg-landscape" data-search-exclude>')
    assert 'role="region" tabindex="0" aria-label="Lineage of orders-mart: 3 boxes, 2 edges, left to right"' in html
    assert "<summary>The same as a list (2 edges)</summary>" in html
    assert "<li>mart.fct_orders (new, critical, daily) → revenue report</li>" in html


def test_every_column_is_a_list_named_by_its_layer() -> None:
    lists = [
        attributes for tag, attributes in Reader(str(draw(SMALL))).tags if tag == "ul" and "aria-label" in attributes
    ]
    assert [entry["aria-label"] for entry in lists] == ["Sources", "Marts", "Consumers"]
    assert [(entry["class"] or "").split()[0] for entry in lists] == ["pg-l0", "pg-l4", "pg-l9"]


def test_positions_are_digits_of_the_layout_and_nothing_is_inline() -> None:
    drawing = of_warehouse(30)
    reader = Reader(str(draw(drawing)))
    boxes, headings = columns([LayerNode(node.id, node.layer) for node in drawing.nodes], drawing.edges, LAYERS)
    picture = layout(boxes, drawing.edges, headings)

    def pixels(attributes: dict[str, str | None]) -> int:
        digits = dict(re.findall(r"pg([ijk])(\d+)", attributes["class"] or ""))
        return int(digits["i"]) * DIGIT_BASE**2 + int(digits["j"]) * DIGIT_BASE + int(digits["k"])

    tops = [pixels(attributes) for tag, attributes in reader.tags if tag == "li" and "class" in attributes]
    assert tops == [box.y for box in picture.boxes]
    lefts = [pixels(attributes) for tag, attributes in reader.tags if tag == "ul" and "aria-label" in attributes]
    assert lefts == sorted({box.x for box in picture.boxes})
    assert not any("style" in attributes or tag in {"style", "script"} for tag, attributes in reader.tags)


def test_edges_name_their_boxes_by_place() -> None:
    html = str(draw(SMALL))
    assert re.findall(r'data-e="(\d+ \d+)"', html) == ["0 1", "1 2"]


def test_back_edges_are_dashed_and_have_a_tip() -> None:
    html = str(draw(replace(SMALL, edges=[*SMALL.edges, ("report", "orders")])))
    assert html.count('<path class="pg-back" data-e="2 0"') == 1
    assert html.count('<path class="pg-tip" data-e="2 0"') == 1


def test_new_and_removed_edges_have_a_sign_a_dash_and_a_word() -> None:
    states = {("orders", "fct_orders"): "new", ("fct_orders", "report"): "removed"}
    html = str(draw(replace(SMALL, edge_states=states)))
    assert (
        html.count('<path class="pg-new" data-e="0 1"') == html.count('<path class="pg-tip pg-new" data-e="0 1"') == 1
    )
    assert html.count('<path class="pg-removed" data-e="1 2"') == 1
    signs = re.findall(
        r'<path class="pg-tip pg-(\w+)" data-e="[\d ]+" d="M[\d ]+a7 7 0 1 0 14 0a7 7 0 1 0-14 0m3 0h8([^"]*)"', html
    )
    assert signs == [("new", "m-4-4v8"), ("removed", "")]
    assert "<li>orders → mart.fct_orders (new edge)</li>" in html
    assert "<li>mart.fct_orders (new, critical, daily) → revenue report (removed edge)</li>" in html
    assert re.findall(r'<span class="pg-[\w-]+">([^<]+)</span>', html)[:2] == ["+ new", "− removed"]


def test_a_back_edge_can_be_new() -> None:
    back = ("report", "orders")
    html = str(draw(replace(SMALL, edges=[*SMALL.edges, back], edge_states={back: "new"})))
    assert html.count('<path class="pg-back pg-new" data-e="2 0"') == 1


@pytest.mark.parametrize("size", [30, 150])
def test_signs_of_edges_never_lie_over_a_box(size: int) -> None:
    drawing = of_warehouse(size)
    drawing = replace(drawing, edge_states=dict.fromkeys(drawing.edges, "new"))
    boxes, headings = columns([LayerNode(node.id, node.layer) for node in drawing.nodes], drawing.edges, LAYERS)
    picture = layout(boxes, drawing.edges, headings)
    signs = [
        (int(x) + 7, int(y))
        for x, y in re.findall(r'<path class="pg-tip pg-new"[^>]* d="M(\d+) (\d+)a7', str(draw(drawing)))
    ]
    assert len(signs) == len(drawing.edges)
    assert [
        (x, y) for x, y in signs for box in picture.boxes if box.x < x < box.x + box.w and box.y < y < box.y + box.h
    ] == []


@pytest.mark.parametrize(
    ("size", "across"), [((300, 200), False), ((1000, 600), True), ((650, 900), False), ((5000, 900), True)]
)
def test_a_figure_is_printed_the_way_in_which_it_is_larger(size: tuple[int, int], across: bool) -> None:
    assert ("pg-landscape" in figure("t", size, Markup(""), Markup(""))) is across


def test_the_node_the_page_is_about_is_marked() -> None:
    html = str(draw(replace(SMALL, focus="fct_orders", wide=True)))
    assert re.findall(r'aria-current="true">([\w.]+)', html) == ["mart.fct_orders"]
    assert 'class="pg-lineage pg-wide pg-landscape"' in html


def test_the_key_explains_what_occurs_and_no_more() -> None:
    plain = replace(
        SMALL, nodes=[ORDERS, LineageNode("fct_orders", "f", "marts"), LineageNode("report", "r", "consumers")]
    )
    assert "pg-key" not in str(draw(plain))
    assert re.findall(r'<span class="pg-[\w-]+">([^<]+)</span>', str(draw(SMALL))) == [
        "+ new",
        "★ critical",
        "in another plan",
    ]


HOSTILE = [
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "</a></li><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {0} {title}",
    "a & b &lt; c",
    "']]>--><svg onload=alert(1)>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    node = LineageNode("x", text, "sources", text, note=text)
    other = replace(ORDERS, id=text)
    drawing = LineageDrawing(text, [node, other], [("x", text)], [("sources", text)])
    reader = Reader(str(draw(drawing)))
    tame = Reader(
        str(
            draw(
                LineageDrawing(
                    "t", [replace(node, label="t", href="t", note="t"), other], [("x", text)], [("sources", "t")]
                )
            )
        )
    )
    assert [tag for tag, _ in reader.tags] == [tag for tag, _ in tame.tags]
    assert {name for _, attributes in reader.tags for name in attributes} <= {
        *("class", "data-search-exclude", "role", "tabindex", "aria-label", "viewbox", "aria-hidden", "focusable"),
        *("d", "data-e", "href", "title"),
    }
    assert ("a", text) in reader.texts
    assert next(attributes["href"] for tag, attributes in reader.tags if tag == "a") in {text, "../orders/"}


def test_no_datasets_is_a_sentence() -> None:
    assert draw(LineageDrawing("Lineage of <x>", [], [], TITLES)) == (
        '<p class="pg-lineage-none" data-search-exclude>Lineage of &lt;x&gt;: no datasets.</p>'
    )


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        (LineageDrawing("t", [replace(ORDERS, id=str(i)) for i in range(401)], [], TITLES), "401 boxes are too many"),
        (
            LineageDrawing("t", [replace(ORDERS, state="gone")], [], TITLES),
            "state 'gone', which is not one of new, changed",
        ),
        (replace(SMALL, edge_states={SMALL.edges[0]: "changed"}), "edge orders → fct_orders has state 'changed'"),
        (replace(SMALL, edge_states={("report", "orders"): "new"}), "edge report → orders has state 'new', or is not"),
        (LineageDrawing("t", [ORDERS], [], [("raw", "Raw")]), "layer 'sources', which is not one of raw"),
        (LineageDrawing("t", [ORDERS, ORDERS], [], TITLES), "node 'orders' is there twice"),
    ],
)
def test_what_cannot_be_drawn_is_refused(drawing: LineageDrawing, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw(drawing)


@pytest.mark.parametrize(
    ("points", "data"),
    [
        (((5, 5), (10, 5), (10, 9), (15, 9)), "M5 5c5 0 5 4 10 4"),
        (((5, 9), (10, 9), (10, 5), (15, 5)), "M5 9c5 0 5-4 10-4"),
        (((0, 5), (5, 5), (5, 5), (10, 5), (10, 5), (90, 5), (90, 5)), "M0 5h90"),
        (((9, 5), (4, 5), (4, 5), (0, 5)), "M9 5h-9"),
        (((0, 0), (30, 0), (30, 9), (0, 9)), "M0 0c30 0 30 9 0 9"),
    ],
    ids=["down", "up", "level pieces join", "leftward", "a bow"],
)
def test_path_data(points: tuple[tuple[int, int], ...], data: str) -> None:
    assert path_data(points) == data


def test_a_figure_of_150_boxes_is_light() -> None:
    html = str(draw(of_warehouse(150))).encode()
    assert len(html) <= 50_000
    assert len(compress(html, mtime=0)) <= 9_000


def test_the_stylesheet_holds_every_digit_and_the_assets_are_small() -> None:
    assets = files("plangate.render").joinpath("assets")
    css = assets.joinpath("lineage.css").read_text(encoding="utf-8")
    for place in "ijk":
        assert [f".pg{place}{n}{{--pg{place}:{n}}}" in css for n in range(DIGIT_BASE)] == [True] * DIGIT_BASE
    assert f"* {DIGIT_BASE**2} + var(--pgj) * {DIGIT_BASE} + var(--pgk)" in css
    assert "url(" not in css
    assert len(css.encode()) <= 8_192
    assert len(assets.joinpath("lineage.js").read_bytes()) < 2_048
    assert len(browse_script().encode()) <= 5_000

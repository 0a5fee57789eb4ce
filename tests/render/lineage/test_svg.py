"""The lineage figure as an SVG file."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given, settings

from plangate.exchange.lineage.graph import Graph
from plangate.render.lineage import LineageDrawing, LineageNode
from plangate.render.lineage.svg import svg
from tests.exchange.graphs import graphs

from .warehouse import LAYERS, warehouse

NS = "{http://www.w3.org/2000/svg}"
ATTRIBUTES: Mapping[str, set[str]] = {
    "svg": {"viewBox", "width", "height", "role", "aria-labelledby"},
    "title": {"id"},
    "style": set(),
    "rect": {"class", "x", "y", "width", "height", "rx"},
    "text": {"class", "x", "y", "text-anchor", "aria-hidden"},
    "path": {"class", "d"},
    "g": {"class"},
}


def drawing(graph: Graph) -> LineageDrawing:
    nodes = [
        LineageNode(node.id, node.label, node.layer, kind=node.kind, critical=node.critical) for node in graph.nodes
    ]
    return LineageDrawing(graph.title, nodes, [(edge.source, edge.target) for edge in graph.edges], graph.layers)


@settings(deadline=None)
@given(graphs())
def test_whatever_labels_say_the_picture_is_xml_of_our_elements(graph: Graph) -> None:
    root = Xml.fromstring(svg(drawing(graph)))  # noqa: S314 -- our own file
    for element in root.iter():
        assert set(element.attrib) <= ATTRIBUTES[element.tag.removeprefix(NS)]
    titles = sorted(group.findtext(f"{NS}title") or "" for group in root if group.find(f"{NS}rect") is not None)
    assert titles == sorted(f"{node.label} (critical)" if node.critical else node.label for node in graph.nodes)
    assert root.findtext(f"{NS}title") == graph.title
    assert [text.text or "" for text in root.findall(f"{NS}text")] == [title for _, title in graph.layers]


def test_everything_lies_within_and_nothing_is_loaded() -> None:
    members, edges = warehouse(60)
    nodes = [LineageNode(name, name, layer) for name, layer in members]
    text = svg(LineageDrawing("Warehouse", nodes, edges, [(layer, layer.title()) for layer in LAYERS]))
    root = Xml.fromstring(text)  # noqa: S314 -- our own file
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    assert root.attrib["viewBox"] == f"0 0 {width} {height}"
    for box in root.iter(f"{NS}rect"):
        x, y = int(box.get("x", "0")), int(box.get("y", "0"))
        assert 0 <= x <= x + int(box.attrib["width"]) <= width
        assert 0 <= y <= y + int(box.attrib["height"]) <= height
    assert len(root.findall(f"{NS}path")) == len(edges)
    assert not re.search(r"href|url\(|@import|https?:", text.replace(NS.strip("{}"), ""))


@pytest.mark.parametrize(
    ("label", "critical", "shown"),
    [
        ("mart.fct_orders", False, "mart.fct_orders"),
        ("a" * 26, False, "a" * 24 + "…"),
        ("a" * 25, False, "a" * 25),
        ("a" * 25, True, "a" * 21 + "…"),
    ],
)
def test_long_labels_are_cut_and_told_in_full(label: str, critical: bool, shown: str) -> None:
    node = LineageNode("a", label, "marts", critical=critical, note="owner data_team", stub=True)
    root = Xml.fromstring(svg(LineageDrawing("One", [node], [], [("marts", "Marts")])))  # noqa: S314 -- our own file
    (group,) = root.findall(f"{NS}g")
    assert group.findtext(f"{NS}text") == shown
    remarks = "critical, in another plan, owner data_team" if critical else "in another plan, owner data_team"
    assert group.findtext(f"{NS}title") == f"{label} ({remarks})"


def test_an_edge_that_leads_back_is_dashed_and_has_a_tip() -> None:
    nodes = [LineageNode("a", "a", "raw"), LineageNode("b", "b", "marts")]
    layers = [("raw", "Raw"), ("marts", "Marts")]
    root = Xml.fromstring(svg(LineageDrawing("Two", nodes, [("b", "a")], layers)))  # noqa: S314 -- our own file
    (edge,) = (group for group in root.findall(f"{NS}g") if group.get("class") == "edge")
    assert [path.get("class") for path in edge.findall(f"{NS}path")] == ["back", None]
    assert edge.findtext(f"{NS}title") == "b → a"

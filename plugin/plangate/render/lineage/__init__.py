"""Lineage pictures: columns from layers, layout in pure Python, HTML boxes over one SVG."""

from plangate.render.lineage.columns import columns
from plangate.render.lineage.draw import LineageDrawing, LineageNode, draw
from plangate.render.lineage.geometry import Band, Box, Heading, LayerNode, Layout, Place, Route
from plangate.render.lineage.layout import layout
from plangate.render.lineage.measure import crossings, crossings_of_edges, passes_over_boxes

__all__ = [
    "Band",
    "Box",
    "Heading",
    "LayerNode",
    "Layout",
    "LineageDrawing",
    "LineageNode",
    "Place",
    "Route",
    "columns",
    "crossings",
    "crossings_of_edges",
    "draw",
    "layout",
    "passes_over_boxes",
]

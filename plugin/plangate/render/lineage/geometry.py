"""The values of a drawn lineage: what goes into a layout and what comes out of it."""

from msgspec import Struct


class LayerNode(Struct, frozen=True):
    """A node before it has a column: its id and the id of its layer."""

    id: str
    layer: str


class Box(Struct, frozen=True):
    """A node with the column that the caller wants it in, counted from 0 at the left."""

    id: str
    column: int


class Heading(Struct, frozen=True):
    """A layer and the columns it spans: `first`, `first + 1`, … `first + count - 1`."""

    layer: str
    first: int
    count: int = 1


class Place(Struct, frozen=True):
    """Where a box lies: left upper corner, width and height in pixels."""

    id: str
    column: int
    x: int
    y: int
    w: int
    h: int


class Band(Struct, frozen=True):
    """The vertical strip behind the columns of one layer, in pixels."""

    heading: str
    x: int
    width: int


class Route(Struct, frozen=True):
    """The curve of one edge: a start point, then two control points and an end point for each cubic piece.

    `back` is true where the target does not lie to the right of the source.
    """

    source: str
    target: str
    points: tuple[tuple[int, int], ...]
    back: bool = False


class Layout(Struct, frozen=True):
    """A finished layout in whole pixels; boxes are ordered by column, then from top to bottom."""

    boxes: tuple[Place, ...]
    bands: tuple[Band, ...]
    routes: tuple[Route, ...]
    width: int
    height: int

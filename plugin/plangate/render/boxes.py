"""Datasets and consumers of the portfolio as boxes of figures, and many boxes drawn as few."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from plangate.analysis.atlas import Entry
from plangate.render.lineage import LineageNode
from plangate.render.links import Links
from plangate.render.text import visible

LinksOf = Callable[[str], Links]
"""Gives the links of a plan as seen from the page that is being made."""

_LOCAL = ("source", "pipeline", "consumer", "dataset")


class Heap(Struct, frozen=True):
    """Boxes that are drawn as one: `id` tells heaps of a layer apart, `label` is written before the count."""

    id: str
    label: str
    href: str | None = None
    stub: bool = False


def entry_href(entry: Entry, links_of: LinksOf) -> str | None:
    """Give the link to the page of a dataset, or to where a consumer is described."""
    links = links_of(entry.home)
    if entry.is_dataset:
        return links.dataset(entry.id)
    name = entry.id.rpartition("/")[2]
    return links.element((entry.node.kind,) if entry.node.kind == "consumer" else _LOCAL, name)


def entry_box(entry: Entry, links_of: LinksOf, *, stub: bool = False, state: str = "") -> LineageNode:
    """Give the box of a dataset or consumer; a `stub` is that of another plan or domain, `state` what became of it."""
    node = entry.node
    return LineageNode(
        id=entry.id,
        label=visible(node.label),
        layer=node.layer,
        href=entry_href(entry, links_of),
        kind=node.kind,
        state=state,
        stub=stub,
        note=f"owner {visible(node.owner)}" if node.owner else "",
        critical=node.critical,
    )


def heaped(
    boxes: Iterable[LineageNode], edges: Iterable[tuple[str, str]], heap_of: Callable[[LineageNode], Heap | None]
) -> tuple[list[LineageNode], list[tuple[str, str]]]:
    """Draw all boxes of a layer that fall on one heap as one box with their count; those that fall on none stay.

    A heap is critical if one of its boxes is. What leads from a heap to itself is left out.
    """
    names: dict[str, str] = {}
    drawn: list[LineageNode] = []
    heaps: dict[tuple[str, str], tuple[Heap, list[LineageNode]]] = {}
    for box in boxes:
        heap = heap_of(box)
        if heap is None:
            drawn.append(box)
            names[box.id] = box.id
        else:
            heaps.setdefault((box.layer, heap.id), (heap, []))[1].append(box)
            names[box.id] = f"{box.layer}/{heap.id}"
    drawn += [_heap(layer, heap, members) for (layer, _), (heap, members) in sorted(heaps.items(), key=_key)]
    pairs = {(names[one], names[other]) for one, other in edges}
    return drawn, sorted((one, other) for one, other in pairs if one != other)


def _key(entry: tuple[tuple[str, str], object]) -> tuple[str, str]:
    return entry[0]


def _heap(layer: str, heap: Heap, members: Sequence[LineageNode]) -> LineageNode:
    return LineageNode(
        id=f"{layer}/{heap.id}",
        label=f"{visible(heap.label)} ({len(members):,})",
        layer=layer,
        href=heap.href,
        stub=heap.stub,
        critical=any(box.critical for box in members),
    )

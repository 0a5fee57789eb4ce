"""Cards with rows in levels, and the curves between rows: none passes over a card, few cross."""

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from msgspec import Struct

from plangate.render.lineage import routes
from plangate.render.lineage.columns import columns
from plangate.render.lineage.coordinates import mean_in_order
from plangate.render.lineage.geometry import LayerNode, Route

CARD_WIDTH = 236
CARD_HEAD = 31
ROW_HEIGHT = 24
TALL_ROW = 40
MORE_HEIGHT = 22
"""Pixels of a card: its width, its head with the border, rows of one and of two lines, the line that counts more."""

_GAP = 16  # between cards of a level, and between a card and a line that passes it
_BETWEEN = 72
_MARGIN = 12
_SWEEPS = 12


class Card(Struct, frozen=True):
    """A card before it has a place: `rows` are pairs of id and height in pixels, `more` tells of a line for others."""

    id: str
    rows: tuple[tuple[str, int], ...]
    more: bool = False

    @property
    def height(self) -> int:
        """The height of the card in pixels."""
        return CARD_HEAD + sum(height for _, height in self.rows) + MORE_HEIGHT * self.more + 1


class PlacedCard(Struct, frozen=True):
    """Where a card lies: left upper corner in pixels, and its level counted from 0 at the left."""

    card: Card
    level: int
    x: int
    y: int


class CardLayout(Struct, frozen=True):
    """A finished layout in whole pixels; cards are ordered by level, then from top to bottom."""

    cards: tuple[PlacedCard, ...]
    routes: tuple[Route, ...]
    width: int
    height: int


@dataclass(slots=True)
class _Item:
    """What takes room in a level: a card with its ports, or a lane for a line that passes (one port, no card)."""

    level: int
    ports: Mapping[str, int]
    height: int
    card: Card | None = None
    top: float = 0


@dataclass
class _Graph:
    """Items, and the short pieces of edges between neighbouring levels as (item, port, item, port)."""

    items: list[_Item] = field(default_factory=list)
    pieces: list[tuple[int, str, int, str]] = field(default_factory=list)


def arrange(cards: Iterable[Card], edges: Iterable[tuple[str, str]]) -> CardLayout:
    """Place cards by the longest way to them and route edges (row id, row id); the order of the input does not matter.

    Raises ValueError for a repeated card or row and for an edge to nowhere.
    """
    ordered = sorted(cards, key=lambda card: card.id)
    owner = {row: card.id for card in ordered for row, _ in card.rows}
    if len(owner) < sum(len(card.rows) for card in ordered):
        raise ValueError("a row is there twice")
    pairs = sorted(set(edges))
    for end in (end for pair in pairs for end in pair):
        if end not in owner:
            raise ValueError(f"there is no row {end!r}")
    levels = _levels(ordered, {(owner[one], owner[other]) for one, other in pairs if owner[one] != owner[other]})
    graph = _Graph([_Item(levels[card.id], _ports(card), card.height, card) for card in ordered])
    ways = _ways(graph, pairs, owner, {card.id: index for index, card in enumerate(ordered)})
    _settle(graph)
    return _finished(graph, ways)


def _ports(card: Card) -> dict[str, int]:
    ends = accumulate((height for _, height in card.rows), initial=CARD_HEAD)
    return {row: start + height // 2 for (row, height), start in zip(card.rows, ends, strict=False)}


def _levels(cards: Sequence[Card], edges: set[tuple[str, str]]) -> dict[str, int]:
    """Give each card its level; one that nothing leads to stands right before the first that it leads to."""
    boxes, _ = columns([LayerNode(card.id, "") for card in cards], edges, [""])
    level = {box.id: box.column for box in boxes}
    led = {target for _, target in edges}
    for name in level:
        after = [level[target] for source, target in edges if source == name]
        if name not in led and after:
            level[name] = max(0, min(after) - 1)
    dense = {value: index for index, value in enumerate(sorted(set(level.values())))}
    return {name: dense[value] for name, value in level.items()}


def _ways(
    graph: _Graph, pairs: Sequence[tuple[str, str]], owner: Mapping[str, str], item_of: Mapping[str, int]
) -> dict[tuple[str, str], list[tuple[int, str]]]:
    """Lay each edge through its levels: one lane in each level that it passes, shared by all edges of a row."""
    lanes: dict[tuple[str, int, bool], int] = {}
    ways = {}
    for source, target in pairs:
        first, last = item_of[owner[source]], item_of[owner[target]]
        start, end = graph.items[first].level, graph.items[last].level
        step = 1 if end >= start else -1
        way = [(first, source)]
        for level in range(start + step, end, step):
            key = (source, level, step < 0)
            if key not in lanes:
                lanes[key] = len(graph.items)
                graph.items.append(_Item(level, {"": 0}, 0))
            way.append((lanes[key], ""))
        way.append((last, target))
        ways[source, target] = way
        pieces = pairwise(way if step > 0 else reversed(way))
        graph.pieces += [(*one, *other) for one, other in pieces if start != end]
    graph.pieces = sorted(set(graph.pieces))
    return ways


def _settle(graph: _Graph) -> None:
    """Order and place the items of every level by the mean height of what they are linked to; the best sweep stays."""
    levels: dict[int, list[int]] = {}
    for index, item in enumerate(graph.items):
        levels.setdefault(item.level, []).append(index)
    for members in levels.values():
        _stack(graph, members, {})
    sides: dict[int, list[tuple[bool, int, int, int]]] = {}
    for one, port, other, end in graph.pieces:
        own, their = graph.items[one].ports[port], graph.items[other].ports[end]
        sides.setdefault(one, []).append((False, other, their, own))
        sides.setdefault(other, []).append((True, one, own, their))
    best = (_crossings(graph), [item.top for item in graph.items])
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        one_sided = sweep < _SWEEPS - 4
        for level in sorted(levels, reverse=not forward):
            wishes = {
                index: [
                    (graph.items[other].top + their - own, 1.0)
                    for left, other, their, own in sides.get(index, ())
                    if not one_sided or left is forward
                ]
                for index in levels[level]
            }
            _stack(graph, levels[level], wishes)
        found = _crossings(graph)
        if found <= best[0]:
            best = (found, [item.top for item in graph.items])
    for item, top in zip(graph.items, best[1], strict=True):
        item.top = top


def _stack(graph: _Graph, members: list[int], wishes: Mapping[int, list[tuple[float, float]]]) -> None:
    """Sort the items of a level by where they wish to be and place them as near to it as they fit."""
    items = graph.items
    wished = {index: wishes.get(index) or [(items[index].top, 0.01)] for index in members}
    sums = {
        index: (sum([height * weight for height, weight in own]), sum([weight for _, weight in own]))
        for index, own in wished.items()
    }
    members.sort(key=lambda index: (sums[index][0] / sums[index][1] + items[index].height / 2, index))
    steps = [items[index].height + _GAP for index in members[:-1]]
    offsets = list(accumulate(steps, initial=0))
    heights = mean_in_order([sums[index] for index in members], offsets)
    for index, height in zip(members, heights, strict=True):
        items[index].top = height


def _crossings(graph: _Graph) -> int:
    """Count how often pieces between the same two levels cross."""
    found = 0
    between: dict[int, list[tuple[float, float]]] = {}
    for one, port, other, end in graph.pieces:
        item, next_ = graph.items[one], graph.items[other]
        between.setdefault(item.level, []).append((item.top + item.ports[port], next_.top + next_.ports[end]))
    for pieces in between.values():
        seen: list[float] = []
        for _, height in sorted(pieces):
            found += len(seen) - bisect_right(seen, height)
            insort(seen, height)
    return found


def _finished(graph: _Graph, ways: Mapping[tuple[str, str], Sequence[tuple[int, str]]]) -> CardLayout:
    highest = min((item.top for item in graph.items), default=0)
    tops = [round(item.top - highest) + _MARGIN for item in graph.items]
    lefts = [_MARGIN + item.level * (CARD_WIDTH + _BETWEEN) for item in graph.items]
    drawn = []
    for (source, target), way in sorted(ways.items()):
        x = [lefts[index] for index, _ in way]
        y = [tops[index] + graph.items[index].ports[port] for index, port in way]
        path = range(len(way))
        if x[0] < x[-1]:
            drawn.append(Route(source, target, routes.forward(path, x, y, CARD_WIDTH)))
        elif x[0] > x[-1]:
            drawn.append(Route(source, target, routes.backward(path, x, y, CARD_WIDTH), back=True))
        else:
            drawn.append(Route(source, target, routes.beside(y[0], y[-1], x[0] + CARD_WIDTH)))
    placed = [
        PlacedCard(item.card, item.level, lefts[index], tops[index])
        for index, item in enumerate(graph.items)
        if item.card is not None
    ]
    placed.sort(key=lambda place: (place.level, place.y))
    right = max([*(x + CARD_WIDTH for x in lefts), *(px for route in drawn for px, _ in route.points)], default=0)
    bottom = max((top + item.height for top, item in zip(tops, graph.items, strict=True)), default=0)
    return CardLayout(tuple(placed), tuple(drawn), right + _MARGIN, bottom + _MARGIN)

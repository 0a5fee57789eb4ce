"""What lies around a dataset: so many steps up and down; a hub shows some of its neighbours and counts the rest."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from plangate.analysis.atlas import Atlas


class More(Struct, frozen=True):
    """Neighbours that are not shown: how many there are, and the layer that most of them are in."""

    id: str
    count: int
    layer: str


class Focus(Struct, frozen=True):
    """The surroundings of a dataset, itself first: nodes, the rest of hubs, and all edges between them, sorted."""

    nodes: tuple[str, ...]
    more: tuple[More, ...]
    edges: tuple[tuple[str, str], ...]


def focus(atlas: Atlas, dataset: str, up: int, down: int, most: int = 40) -> Focus:
    """Give what a dataset rests on within `up` steps, and what rests on it within `down` steps.

    Of each step at most `most` nodes are shown, critical ones first; raises KeyError for a dataset that is not there.
    """
    around = _Around(atlas, {atlas.entries[dataset].id: None})
    around.walk(dataset, atlas.before, "up", up, most)
    around.walk(dataset, atlas.after, "down", down, most)
    shown = around.shown
    inner = ((name, other) for name in shown for other in atlas.after.get(name, ()) if other in shown)
    return Focus(tuple(shown), tuple(around.more), tuple(sorted({*inner, *around.edges})))


@dataclass
class _Around:
    atlas: Atlas
    shown: dict[str, None]
    more: list[More] = field(default_factory=list)
    edges: list[tuple[str, str]] = field(default_factory=list)

    def walk(self, start: str, beside: Mapping[str, tuple[str, ...]], side: str, steps: int, most: int) -> None:
        """Go so many steps to one side; what is left out of a step is never met again."""
        seen = {start}
        at = [start]
        for step in range(1, steps + 1):
            found = {other for name in at for other in beside.get(name, ())} - seen
            ranked = sorted(found, key=lambda name: (not self.atlas.graph.by_id[name].critical, name))
            hidden = set(ranked[most:]) - self.shown.keys()
            if hidden:
                name = f"more:{side}{step}"
                self.more.append(More(name, len(hidden), self._layer(hidden)))
                self.edges.extend(
                    self._ends(name, [one for one in at if not hidden.isdisjoint(beside.get(one, ()))], side)
                )
            seen |= found
            at = [name for name in ranked if name not in hidden]
            self.shown.update(dict.fromkeys(at))

    def _layer(self, hidden: set[str]) -> str:
        layers = Counter(self.atlas.graph.by_id[name].layer for name in hidden)
        return min(layers, key=lambda layer: (-layers[layer], layer))

    @staticmethod
    def _ends(name: str, near: list[str], side: str) -> Iterator[tuple[str, str]]:
        for one in near:
            yield (name, one) if side == "up" else (one, name)

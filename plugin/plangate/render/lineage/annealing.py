"""Fewer crossings by moving single vertices inside their column: anywhere near while hot, to the best place when cold.

A vertex moves to the place with the greatest sum of crossings saved and Gumbel noise times the temperature: that draws
places as the heat bath of simulated annealing does (Kirkpatrick, Gelatt, Vecchi 1983). Without noise it is Rudell's
sifting. The noise is in multiples of 1/64, so sums are exact and two machines draw the same picture.
"""

from functools import cache
from itertools import accumulate
from math import log
from operator import add, itemgetter
from random import Random

from plangate.render.lineage.tangles import Order, Tangle

LEVELS = 8
_HOT, _COLD = 4.0, 0.3  # temperatures of the first and the last level, in crossings
_REACH = 6  # places up and down that a vertex moves at once while hot
_COLD_REACH = 40
_COLD_PASSES = 6
_GRAIN = 64
_NOISES = 2048


def cooled(tangle: Tangle, order: Order, passes: int, first: int, start: int) -> None:
    """Move the vertices of an order about, in place, in some passes at the temperatures from level `first` on.

    `start` says where in the noise to begin.
    """
    levels = LEVELS - first
    offset = start
    for number in range(passes):
        noise = _noise(first + number * levels // passes)
        places = range(len(order))
        for place in places if number % 2 == 0 else reversed(places):
            if len(order[place]) > 1:
                offset = _visit(tangle, order, place, number % 4 < 2, _REACH, noise, offset)


def sifted(tangle: Tangle, order: Order, number: int) -> None:
    """Move each vertex of an order once to its best place near by, in place; odd passes begin on the right."""
    for place in range(len(order)) if number % 2 == 0 else range(len(order) - 1, -1, -1):
        if len(order[place]) > 1:
            _visit(tangle, order, place, number % 4 < 2, _REACH, None)


def settled(tangle: Tangle, order: Order) -> None:
    """Move each vertex of an order to its best place, in place, back and forth, until nothing changes."""
    used = [place for place, column in enumerate(order) if len(column) > 1]
    waiting = set(used)
    for number in range(_COLD_PASSES):
        if not waiting:
            break
        for place in used if number % 2 == 0 else reversed(used):
            if place in waiting:
                waiting.discard(place)
                if _visit(tangle, order, place, number % 4 < 2, _COLD_REACH, None):
                    waiting.update({place - 1, place, place + 1}.intersection(used))


@cache
def _noise(level: int) -> list[float]:
    temperature = _HOT * (_COLD / _HOT) ** (level / (LEVELS - 1))
    random = Random(0)  # noqa: S311 - the same noise on every machine, nothing secret
    return [round(-log(-log(random.random())) * temperature * _GRAIN) / _GRAIN for _ in range(_NOISES)]


def _visit(
    tangle: Tangle, order: Order, place: int, downward: bool, reach: int, noise: list[float] | None, offset: int = 0
) -> int:
    """Move the vertices of one column in turn, both neighbouring columns held still.

    `preferences[i][j]`, the crossings if i lies above j less those if j lies above i, is the sum of one number for each
    piece of i. Summed up over a stretch of the column it says what each place there saves. Returns the next offset into
    the noise; without noise, how many vertices moved.
    """
    ordered = order[place]
    vectors = _vectors(tangle, order, place)
    beside = tangle.beside[place]
    span = 2 * reach + 2
    moved = 0
    for here in range(len(ordered)) if downward else range(len(ordered) - 1, -1, -1):
        vertex = ordered[here]
        top = max(0, here - reach)
        stretch = itemgetter(*ordered[top : here + reach + 1])
        near = beside[vertex]
        if len(near) == 2:
            one, other = near
            saved = accumulate(map(add, stretch(vectors[one]), stretch(vectors[other])), initial=0)
        elif len(near) == 1:
            saved = accumulate(stretch(vectors[near[0]]), initial=0)
        else:
            saved = accumulate(map(sum, zip(*[stretch(vectors[other]) for other in near], strict=True)), initial=0)
        if noise is None:
            sums = list(saved)
            most = max(sums)
            if most == sums[here - top]:
                continue
        else:
            offset = (offset + span) % (_NOISES - span)
            sums = list(map(add, saved, noise[offset : offset + span]))
            most = max(sums)
        there = top + sums.index(most)
        if there < here:
            del ordered[here]
            ordered.insert(there, vertex)
            moved += 1
        elif there > here + 1:  # just above itself and just below is one place
            ordered.insert(there, vertex)
            del ordered[here]
            moved += 1
    return moved if noise is None else offset


def _vectors(tangle: Tangle, order: Order, place: int) -> list[list[int]]:
    """Return for each vertex o beside a column: how many pieces of each vertex end above o less those below o.

    One vector becomes the next by a few increments. First come the vertices on the left, then those on the right.
    """
    result: list[list[int]] = []
    for beside, back, near in (
        (place - 1, tangle.right, tangle.left[place]),
        (place + 1, tangle.left, tangle.right[place]),
    ):
        if not 0 <= beside < len(order):
            continue
        vector = [-len(ends) for ends in near]
        vectors = [vector] * len(order[beside])
        passed: tuple[int, ...] = ()
        for other in order[beside]:
            if touching := back[beside][other]:
                vector = vector.copy()
                for index in passed:
                    vector[index] += 1
                for index in touching:
                    vector[index] += 1
                passed = touching
                vectors[other] = vector
        result += vectors
    return result

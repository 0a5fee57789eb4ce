"""Where plans get in each other's way although nothing connects them: one night, one name, one system."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct

from plangate.analysis.card import Card, Meaning, Share
from plangate.analysis.landscape import Landscape
from plangate.analysis.switches import Collision, collisions
from plangate.analysis.turns import take_turns

_Entry = TypeVar("_Entry")


class Shortage(Struct, frozen=True):
    """A system of which plans together may ask for more slots than it has, with the place of the plan's own pool."""

    index: int
    system: str
    plans: tuple[str, ...]
    asked: Decimal
    size: Decimal


class Clashes(Struct, frozen=True):
    """What a plan clashes with that was there before it. `meanings` tell for each metric, by its place, the one of the
    same name."""

    collisions: tuple[Collision, ...] = ()
    meanings: tuple[tuple[int, Meaning], ...] = ()
    shortages: tuple[Shortage, ...] = ()


@lru_cache(maxsize=4)
def clashes_of(landscape: Landscape, margin: timedelta) -> Mapping[str, Clashes]:
    """Give what each plan of a landscape clashes with; plans that clash with nothing are not in it."""
    return clashes(landscape.cards, margin)


@lru_cache(maxsize=4)
def collisions_of(landscape: Landscape, margin: timedelta) -> Sequence[Collision]:
    """Find the collisions between the plans of a landscape that stand."""
    return _collisions(landscape.cards, margin)


def clashes(cards: Mapping[str, Card], margin: timedelta) -> Mapping[str, Clashes]:
    """Give what each plan clashes with, from the cards of all; plans that clash with nothing are not in it.

    Cutovers that share something have to be at least `margin` apart.
    """
    met: dict[str, list[Collision]] = {}
    for found in _collisions(cards, margin):
        met.setdefault(_later(cards, (found.first.plan, found.second.plan)), []).append(found)
    meant: dict[str, list[tuple[int, Meaning]]] = {}
    metrics = (meaning for one in cards.values() for meaning in one.metrics)
    for same in _together(metrics, lambda meaning: meaning.name.casefold()):
        first = min(same, key=lambda meaning: (cards[meaning.plan].rank, meaning.index))
        for meaning in same:
            if meaning.plan != first.plan:
                meant.setdefault(meaning.plan, []).append((meaning.index, first))
    short: dict[str, list[Shortage]] = {}
    pools = (share for one in cards.values() for share in one.pools)
    for sharing in _together(pools, lambda share: share.system):
        for share, shortage in _shortages(cards, sharing):
            short.setdefault(share.plan, []).append(shortage)
    return {
        name: Clashes(
            tuple(met.get(name, ())),
            tuple(sorted(meant.get(name, ()), key=lambda entry: entry[0])),
            tuple(sorted(short.get(name, ()), key=lambda entry: entry.index)),
        )
        for name in cards
        if name in met or name in meant or name in short
    }


def _collisions(cards: Mapping[str, Card], margin: timedelta) -> Sequence[Collision]:
    return collisions((stretch for one in cards.values() for stretch in one.stretches), margin)


def _later(cards: Mapping[str, Card], names: Iterable[str]) -> str:
    return max(names, key=lambda name: cards[name].rank)


def _together(entries: Iterable[_Entry], key: Callable[[_Entry], str]) -> Iterable[Sequence[_Entry]]:
    """Put the entries with the same key together, in the order in which they come."""
    found: dict[str, list[_Entry]] = {}
    for entry in entries:
        found.setdefault(key(entry), []).append(entry)
    return found.values()


def _shortages(cards: Mapping[str, Card], sharing: Sequence[Share]) -> Iterable[tuple[Share, Shortage]]:
    """Tell every plan but the first one that shares a system where it has too few slots for all.

    As within a plan, only where the sum is too much it is looked at which runs cannot meet.
    """
    plans = sorted({share.plan for share in sharing})
    size = max((share.size for share in sharing if share.size is not None), default=None)
    asked = sum((share.demand for share in sharing if share.demand is not None), Decimal(0))
    if size is None or asked <= size:
        return
    groups = take_turns(user for share in sharing for user in share.users)
    asked = min(asked, sum((group[0].size for group in groups), Decimal(0)))
    if asked <= size:
        return
    first = min(plans, key=lambda name: cards[name].rank)
    for share in sharing:
        if share.plan != first:
            yield share, Shortage(share.index, share.system, tuple(plans), asked, size)

"""Deals plans to the processes of a run, so that plans that are tied to each other are read and judged together."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import ceil

from plangate.analysis.ties import groups


def deal(
    tied: Mapping[str, Collection[str]],
    wanted: Collection[str],
    sizes: Mapping[str, int],
    read: Sequence[Collection[str]],
) -> list[tuple[list[str], list[str]]]:
    """Deal the wanted plans to hands: for each those to judge, and with them all that they are tied to.

    `tied` holds the ties of every plan, `sizes` the bytes of those that are known, `read` what each hand has read.
    Plans that are tied go to the hand that read most of them, as long as it gets no more than its even share; a group
    of more than that is dealt to several.
    """
    usual = sum(sizes.values()) // max(len(sizes), 1)

    def size(names: Iterable[str]) -> int:
        return sum(sizes.get(name, usual) for name in names)

    even = max(size(wanted) / len(read), 1)
    parts: list[tuple[list[str], frozenset[str]]] = []
    for group in groups(sorted(wanted), tied):
        own = sorted(group.intersection(wanted))
        number = min(len(own), max(1, ceil(size(own) / even)))
        parts.extend((own[place::number], group) for place in range(number))
    loads = [0] * len(read)
    hands: list[tuple[list[str], set[str]]] = [([], set()) for _ in read]
    for own, group in sorted(parts, key=lambda part: (-size(part[0]), part[0])):
        known = [size(name for name in own if name in names) for names in read]
        fits = [load + size(own) <= even for load in loads]
        place = min(range(len(read)), key=lambda place: (-known[place] if fits[place] else 0, loads[place]))
        loads[place] += size(own)
        hands[place][0].extend(own)
        hands[place][1].update(group)
    return [(sorted(own), sorted(names)) for own, names in hands]

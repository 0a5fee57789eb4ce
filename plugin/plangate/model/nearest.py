"""The known word that a mistyped one was probably meant to be."""

from collections.abc import Iterable


def distance(one: str, other: str, limit: int) -> int:
    """Count the edits between two words (insert, delete, replace, swap of neighbours); more than `limit` is limit + 1.

    The optimal string alignment distance, a restricted form of Damerau and Levenshtein's.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, against in enumerate(other, start=1):
            cost = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (letter != against))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against
            current.append(min(cost, before[column - 2] + 1) if swapped else cost)
        if min(current) > limit <= min(previous):  # no later row comes below what both of these leave
            return limit + 1
        before, previous = previous, current
    return min(previous[-1], limit + 1)


def nearest(word: str, known: Iterable[str], limit: int = 2) -> str | None:
    """Give the known word within two edits of this one, the nearest first, then by the alphabet; or None."""
    folded = word.casefold().replace("-", "_")
    ranked = ((distance(folded, name.casefold(), limit), name) for name in known)
    near = min(ranked, default=(limit + 1, ""))
    return near[1] if near[0] <= limit else None

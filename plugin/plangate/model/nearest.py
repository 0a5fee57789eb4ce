"""The known word that a mistyped one was probably meant to be."""

from collections.abc import Collection, Iterable

_SYNONYMS = (
    ("due", "by", "deadline", "until", "end"),
    ("owner", "responsible", "accountable", "team"),
    ("inputs", "depends_on", "reads", "upstream", "sources"),
    ("reason", "because", "why"),
    ("target", "goal", "objective"),
    ("definition", "description", "statement", "scenario"),
    ("must_be", "threshold", "limit", "bound"),
    ("retries", "attempts", "max_retries"),
    ("execution_timeout", "timeout", "max_runtime"),
    ("pinned", "pin", "version"),
    ("contact", "channel", "email"),
)
"""Names of fields that people take for each other, one meaning a row."""


def synonym(word: str, known: Collection[str]) -> str | None:
    """Give the known name of a field that says what this one would, in other letters; or None."""
    rows = (row for row in _SYNONYMS if word in row)
    return next((name for row in rows for name in row if name in known), None)


def distance(one: str, other: str, limit: int) -> int:
    """Count the edits between two words (insert, delete, replace, swap of neighbours); more than `limit` is limit + 1.

    The optimal string alignment distance, a restricted form of Damerau and Levenshtein's.
    """
    # An edit brings or takes at most two of the letters that only one word has: that tells most words apart.
    if abs(len(one) - len(other)) > limit or len(set(one).symmetric_difference(other)) > 2 * limit:
        return limit + 1
    far = limit + 1
    before: dict[int, int] = {}
    previous = {column: column for column in range(min(len(other), limit) + 1)}
    for row, letter in enumerate(one, start=1):
        current: dict[int, int] = {0: row} if row <= limit else {}
        for column in range(max(1, row - limit), min(len(other), row + limit) + 1):
            against = other[column - 1]
            cost = previous.get(column - 1, far) + (letter != against)
            cost = min(cost, previous.get(column, far) + 1, current.get(column - 1, far) + 1)
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before.get(column - 2, far) + 1)
            current[column] = cost
        if min(current.values(), default=far) > limit <= min(previous.values(), default=far):
            return far  # no later row comes below what both of these leave
        before, previous = previous, current
    return min(previous.get(len(other), far), far)


def nearest(word: str, known: Iterable[str], limit: int = 2) -> str | None:
    """Give the known word within two edits of this one, the nearest first, then by the alphabet; or None."""
    folded = word.casefold().replace("-", "_")
    size = len(folded)
    # Thousands of datasets may be known, and most are told apart by their length; other letters may fold into several.
    close = (name for name in known if abs(len(name) - size) <= limit or not name.isascii())
    ranked = ((distance(folded, name.casefold(), limit), name) for name in close)
    near = min(ranked, default=(limit + 1, ""))
    return near[1] if near[0] <= limit else None

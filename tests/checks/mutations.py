"""The table of mutations: what has to fail where one value of a sample plan is dropped, emptied or broken.

Written anew by `python -m tests.checks.mutations`; what it says is looked over before it is committed.
"""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from .judging import ROOT
from .mutating import MUTATIONS, Bench, Mutation, Place

TABLE = ROOT / "tests" / "data" / "mutations.txt"
NOTHING = "nothing: "
OPEN = f"{NOTHING}?"

Key = tuple[str, str, str]
"""Plan, place and mutation."""

HEAD = """\
# What has to fail, beyond what fails already, where one value of a sample plan (tier A, preset strict) is dropped,
# emptied or broken, or a value that additions.yml lays over them. Where nothing fails, the line says why that is right.
#
# Written by `python -m tests.checks.mutations`, which keeps the reasons; look every changed line over.
"""


def read_table() -> Mapping[Key, str]:
    """Read what is expected of each mutation."""
    lines = [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    found = {}
    for line in lines:
        key, _, expected = line.partition(" -> ")
        plan, place, mutation = key.split()
        found[plan, place, mutation] = expected
    return found


def mutations(place: Place) -> Iterator[tuple[Key, Mutation]]:
    """Give the mutations of a place with the keys of their lines."""
    for mutation in MUTATIONS:
        yield (place.plan, str(place), mutation), mutation


def write_table() -> None:
    """Write the table as the rules judge now, with the reasons that it had."""
    before = read_table() if TABLE.is_file() else {}
    lines = [HEAD]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for place in bench.places:
            for key, mutation in mutations(place):
                rules = " ".join(bench.news(place, bench.mutated(place, mutation)[0]))
                known = before.get(key, "")
                lines.append(f"{' '.join(key)} -> {rules or (known if known.startswith(NOTHING) else OPEN)}\n")
    TABLE.write_text("".join(lines))


if __name__ == "__main__":
    write_table()

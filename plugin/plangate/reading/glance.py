"""A glance at plans before any of them is read: how large they are, and which of them seem to belong together."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from plangate.reading.files import contents
from plangate.reading.portfolio import signature_of

_INGESTION = re.compile(r"\d+-ingestion\.ya?ml")
_PASSED = re.compile(rb"puts: *\[([^\]#]*)\]")
"""What pipelines read and write, as it is mostly written."""


class Look(Struct, frozen=True):
    """What is seen of a plan at first: what connects it with others, and how large its files are, in bytes."""

    ties: tuple[str, ...]
    size: int


def glance(plans_dir: Path, names: Iterable[str]) -> dict[str, Look]:
    """Guess what ties plans, by names that their pipelines read and write.

    Much that ties plans is not seen, and nothing may hang on it but who reads which. A plan that is not there is empty.
    """
    return {name: _glance(plans_dir / name) for name in names}


def _glance(folder: Path) -> Look:
    size, passed = 0, set[str]()
    with suppress(OSError):
        for name, _, length in signature_of(folder):
            size += length
            if _INGESTION.fullmatch(name):
                for found in _PASSED.findall(contents(folder / name)):
                    passed.update(one.strip(b" \n\"'").decode("utf-8", "replace") for one in found.split(b","))
    return Look(tuple(passed), size)

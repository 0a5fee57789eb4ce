"""What the last runs said, so that one in which nothing changed says it again, and one in which a plan changed judges
no more than that can touch.

A run is kept under the digest of all that it depends on, what came of each plan under the same without the plans.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from plangate.cli import kept
from plangate.cli.snapshot import Snapshot

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from plangate.checks.again import Known


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to: its exit status, and the texts that it wrote."""

    status: int
    texts: tuple[str, ...]


def recall(found: Snapshot) -> Run | None:
    """Give what a run said; None where it is not known, or where what lies there is not what was written."""
    text = kept.read(f"{found.key}.run")
    if text is not None:
        with suppress(ValueError, KeyError, TypeError):
            data = json.loads(text)
            texts = tuple(data["texts"])
            if data["status"] in {0, 1} and all(isinstance(text, str) for text in texts):
                return Run(data["status"], texts)
    return None


def remember(found: Snapshot, run: Run) -> None:
    """Keep what a run said; where that cannot be written nothing is kept."""
    kept.write(f"{found.key}.run", json.dumps({"status": run.status, "texts": run.texts}))


def recall_plans(found: Snapshot) -> "Known | None":
    """Give what came of each plan in the last run under the same settings; None as for `recall`."""
    text = kept.read(f"{found.settings}.plans")
    if text is not None:
        with suppress(ValueError):
            return _known().validate_json(text)
    return None


def remember_plans(found: Snapshot, known: "Known") -> None:
    """Keep what came of each plan; where that cannot be written nothing is kept."""
    with suppress(ValueError):  # half a character, which no file can hold
        kept.write(f"{found.settings}.plans", _known().dump_json(known).decode("utf-8"))


@cache
def _known() -> "TypeAdapter[Known]":
    from pydantic import TypeAdapter  # noqa: PLC0415 -- where nothing changed none of it is needed

    from plangate.checks.again import Known  # noqa: PLC0415

    return TypeAdapter(Known)

"""What the last runs said, so that one in which nothing changed says it again, and one in which a plan changed judges
no more than that can touch.

A run is kept under the digest of all that it depends on, what came of each plan under the same without the plans.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import MsgspecError, Struct, json

from plangate.cli import kept
from plangate.cli.snapshot import Snapshot

if TYPE_CHECKING:
    from plangate.checks.again import Known


class Run(Struct, frozen=True):
    """What a run came to: its exit status, and the texts that it wrote."""

    status: int
    texts: tuple[str, ...]


def recall(found: Snapshot) -> Run | None:
    """Give what a run said; None where it is not known, or where what lies there is not what was written."""
    text = kept.read(f"{found.key}.run")
    if text is not None:
        with suppress(MsgspecError):
            run = json.decode(text, type=Run)
            return run if run.status in {0, 1} else None
    return None


def remember(found: Snapshot, run: Run) -> None:
    """Keep what a run said; where that cannot be written nothing is kept."""
    with suppress(ValueError):  # half a character, which no file can hold
        kept.write(f"{found.key}.run", json.encode(run).decode("utf-8"))


def recall_plans(found: Snapshot) -> "Known | None":
    """Give what came of each plan in the last run under the same settings; None as for `recall`."""
    text = kept.read(f"{found.settings}.plans")
    if text is not None:
        with suppress(MsgspecError):
            return plans_of(text)
    return None


def remember_plans(found: Snapshot, known: "Known") -> None:
    """Keep what came of each plan; where that cannot be written nothing is kept."""
    with suppress(ValueError):  # half a character, which no file can hold
        kept.write(f"{found.settings}.plans", plans_text(known))


def plans_text(known: "Known") -> str:
    """Write what came of plans. Raises ValueError for half a character."""
    return json.encode(known).decode("utf-8")


def plans_of(text: str) -> "Known":
    """Read what `plans_text` wrote. Raises MsgspecError for anything else."""
    from plangate.checks.again import Known  # noqa: PLC0415 -- where nothing changed none of it is needed

    return json.decode(text, type=Known)

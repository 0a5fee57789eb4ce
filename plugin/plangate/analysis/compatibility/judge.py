"""Whether a new version keeps a compatibility mode, against the last version or all that are live."""

from collections.abc import Sequence

from msgspec import Struct

from plangate.analysis.compatibility.change import Bump, Change, Verdict, bump_needed, worst
from plangate.analysis.compatibility.compare import Schema, compare
from plangate.analysis.compatibility.modes import MODES, Mode
from plangate.model.contracts import Compatibility


class Step(Struct, frozen=True):
    """A new version against one that is live: what changed, and the verdict in the mode that was asked."""

    version: str
    changes: tuple[Change, ...]
    verdict: Verdict


class Judgement(Struct, frozen=True):
    """Whether a new version keeps a mode, against which versions, and the step of the version that it asks for.

    `steps` is oldest first and empty where there is nothing to compare with; then the verdict is `untested`. `bump` is
    about the changes since the last version.
    """

    mode: Mode
    verdict: Verdict
    steps: tuple[Step, ...]
    bump: Bump


def judge(mode: Compatibility, new: Schema, olds: Sequence[Schema]) -> Judgement:
    """Judge a new version against the live ones, oldest first: the last of them, or all in a transitive mode.

    Raises ValueError where a schema cannot be read or the formats differ.
    """
    asked = MODES[mode]
    against = olds if asked.transitive else olds[-1:]
    steps = tuple(
        Step(old.version, changes, _verdict(asked, changes))
        for old, changes in ((old, compare(old, new)) for old in against)
    )
    verdict = worst(step.verdict for step in steps) if steps and asked.directions else Verdict.UNTESTED
    return Judgement(asked, verdict, steps, bump_needed(steps[-1].changes) if steps else "none")


def _verdict(mode: Mode, changes: Sequence[Change]) -> Verdict:
    if not mode.directions:
        return Verdict.UNTESTED
    return worst(
        change.backward if direction == "backward" else change.forward
        for change in changes
        for direction in mode.directions
    )

"""Who hears of the switch in time: readers of what it changes, in the plan and in others."""

from collections.abc import Iterator, Mapping, Set

from msgspec import Struct

from plangate.analysis.lineage import produced
from plangate.checks.lineage import FEEDS
from plangate.checks.rule import Edit, Subject, rule
from plangate.checks.timeline import dated
from plangate.model.cutover import Cutover
from plangate.model.problem import Path, Problem
from plangate.model.text import spoken

_FILE = "09-cutover.yml"


@rule(
    "CUT013",
    "Every reader of what is switched is told in time",
    scope="plan",
    reason="A reader who learns of a switch from a broken report will not forget it.",
    reads=("cutover.comms", "cutover.comms_notice", "cutover.cutover", "context.consumers", *FEEDS),
    applies=dated,
    where="the switch has a time, `t0`",
    fails=(Edit(_FILE, "offset: -120 h", "offset: -2 h"),),
)
def told_in_time(subject: Subject) -> Iterator[Problem]:
    """Each consumer of the plan that reads a dataset of the switch (of its steps; any dataset, where no step names
    one), or its owner, is the audience of an entry of `comms` at least `comms_notice` (the threshold of that name
    without one) before t0; and so is each other plan that takes such a dataset from this one, or a consumer of it that
    reads the dataset, or its owner.
    """
    gate, context = subject.plan.cutover, subject.plan.context
    if gate is None or gate.cutover is None:
        return
    switched = {name for step in gate.cutover.steps for name in step.datasets}
    reached = switched.union(*(subject.facts.lineage.downstream(name) for name in switched))
    for index, consumer in enumerate(context.consumers if context is not None else ()):
        if switched and reached.isdisjoint(consumer.reads):
            continue
        names = {consumer.id, consumer.owner or consumer.id}
        reader = _Reader(f"Consumer {consumer.id}", names, "context", ("consumers", index), consumer.id)
        yield from _told(subject, gate, reader, consumer.owner or consumer.id)
    for other, taken in _taken_by(subject, reached).items():
        readers = [one for name in taken for one in subject.facts.landscape.readers.get(name, ())]
        theirs = [one.consumer for one in readers if one.plan.id == other]
        names = {other, *(one.id for one in theirs), *(one.owner for one in theirs if one.owner)}
        reader = _Reader(f"Plan {other}, which reads {spoken(taken)},", names, "cutover", ("comms",))
        yield from _told(subject, gate, reader, other)


class _Reader(Struct, frozen=True):
    """Somebody who has to be told of a switch: by which names, and what says so in which place."""

    who: str
    names: Set[str]
    gate: str
    path: Path
    observed: str | None = None


def _taken_by(subject: Subject, reached: Set[str]) -> Mapping[str, list[str]]:
    """Give the other plans that stand and take what is switched from this one, each with the datasets."""
    found: dict[str, list[str]] = {}
    own = produced(subject.plan)
    for name in sorted(own & reached if reached else own):
        for other in sorted(subject.facts.landscape.users.get(name, ())):
            found.setdefault(other, []).append(name)
    return found


def _told(subject: Subject, gate: Cutover, reader: _Reader, addressee: str) -> Iterator[Problem]:
    """Tell of a reader whom no entry tells, or whom the earliest tells too late."""
    notice = gate.comms_notice or subject.policy.checklists.thresholds.comms_notice
    told = [
        (entry.offset, index)
        for index, entry in enumerate(gate.comms)
        if entry.offset is not None and entry.audience in reader.names
    ]
    if not told:
        if not subject.refused("cutover.comms"):
            yield Problem(
                "CUT013",
                f"{reader.who} is not told of the switch",
                reader.gate,
                reader.path,
                reader.observed,
                "an entry of `comms` in gate cutover",
                f"Tell {addressee} at least {notice} before t0",
                absent=reader.path == ("comms",) and not gate.comms,
            )
        return
    earliest, index = min(told, key=lambda entry: entry[0].base)
    if -earliest.base < notice.base:
        before = f"{str(earliest).lstrip('-')} before" if earliest.base < 0 else f"only {earliest} after"
        yield Problem(
            "CUT013",
            f"{reader.who} is told {before} the switch, {notice} are asked for",
            "cutover",
            ("comms", index, "offset"),
            str(earliest),
            f"-{notice} or earlier",
        )

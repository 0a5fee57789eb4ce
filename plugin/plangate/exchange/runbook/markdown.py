"""The runbook as a task list in Markdown, to be ticked off in an issue or a shared note."""

import re
from collections.abc import Iterator
from datetime import datetime

from plangate.analysis.agenda import Agenda, Entry, Word
from plangate.exchange.runbook import wording
from plangate.model.cutover import RollbackStep
from plangate.model.text import spoken, visible

_MARKUP = re.compile(r"[\\`*_\[\]#!]")
_ENTITIES = str.maketrans({letter: f"&#{ord(letter)};" for letter in "&<>~|$@"})
"""What not every reader of Markdown takes a backslash before."""
_RUN = re.compile(r"`+")


def markdown(agenda: Agenda) -> str:
    """Write an agenda as Markdown: key figures, a task a step in the order of time, the way back, word to readers."""
    parts = [_head(agenda), _steps(agenda), _rollback(agenda), _words(agenda)]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _head(agenda: Agenda) -> Iterator[str]:
    schedule, switch = agenda.schedule, agenda.switch
    yield f"# Cutover runbook: {_prose(agenda.plan.title)}"
    yield ""
    yield f"Times are those of {agenda.zone}; T is {_moment(agenda, agenda.t0)}."
    yield ""
    if switch.window is not None:
        yield f"- Window: {_moment(agenda, switch.window.start)} to {_moment(agenda, switch.window.end)}"
    if switch.freeze is not None:
        frozen = ", ".join(_code(name) for name in switch.freeze.systems) or "everything"
        yield f"- Freeze of {frozen}: {_moment(agenda, switch.freeze.start)} to {_moment(agenda, switch.freeze.end)}"
    path = " → ".join(_code(name) for name in schedule.critical_path)
    yield f"- Critical path: {wording.duration_text(schedule.duration_expected)}, {path}"
    yield f"- At most: {wording.duration_text(schedule.duration_max)}"
    if schedule.downtime:
        yield f"- Readers see nothing for {wording.duration_text(schedule.downtime)}"
    if agenda.first_decision is not None:
        yield f"- First go/no-go: {_code(agenda.first_decision.step)} at {_moment(agenda, agenda.first_decision.at)}"
    if agenda.last_safe is not None:
        yield f"- Last safe decision: {_code(agenda.last_safe.step)}, over at {_moment(agenda, agenda.last_safe.at)}"
    if agenda.rollback_by is not None:
        yield f"- A rollback begins at the latest at {_moment(agenda, agenda.rollback_by)}"
    if point := wording.point_text(agenda):
        yield f"- Point of no return: {_prose(point)}"
    yield ""


def _steps(agenda: Agenda) -> Iterator[str]:
    yield "## Steps"
    yield ""
    for entry in agenda.entries:
        yield from _step(agenda, entry)
        if entry.turns:
            point = agenda.switch.point_of_no_return
            why = f": {_prose(point.why)}" if point is not None and point.why else ""
            yield ""
            yield f"**▲ Point of no return, {_clock(agenda, entry.scheduled.end_at)}**{why}"
            yield ""
    yield ""


def _step(agenda: Agenda, entry: Entry) -> Iterator[str]:
    step, scheduled = entry.step, entry.scheduled
    decision = step.kind_ == "go_no_go"
    people = [
        f"{'decided by' if decision else 'owner'} {_code(name)}"
        for name in [(step.decision_owner or step.owner) if decision else step.owner]
        if name
    ]
    people += [f"backup {_code(step.backup)}"] if step.backup else []
    rest = [*people, wording.length_text(entry), *(["critical"] if scheduled.critical else [])]
    rest += ["downtime"] if step.downtime else []
    mark = "◆ go / no-go " if decision else ""
    title = f"{_code(step.id)} **{_prose(step.name)}**" if step.name else _code(step.id)
    yield f"- [ ] {_clock(agenda, scheduled.start_at)} {mark}{title}: {', '.join(rest)}"
    if step.after:
        yield f"  - After {', '.join(_code(name) for name in step.after)}"
    if step.command:
        yield f"  - Command: {_code(step.command)}"
    if criteria := [_code(told) for told in wording.criteria(entry)]:
        yield f"  - Go if {spoken(criteria)}" + ("; a missing answer is a no" if step.if_missing == "no_go" else "")
    if step.verify:
        yield f"  - Verify: {_prose(step.verify)}"
    if back := wording.back_text(entry):
        yield f"  - If it goes wrong: {_prose(back)}"


def _rollback(agenda: Agenda) -> Iterator[str]:
    rollback = agenda.gate.rollback
    if rollback is None or not rollback.steps:
        return
    yield "## Rollback"
    yield ""
    if rollback.decision_owner:
        yield f"Decided by {_code(rollback.decision_owner)}."
        yield ""
    for step in rollback.steps:
        yield from _back(step)
    yield ""


def _back(step: RollbackStep) -> Iterator[str]:
    told = step.max or step.expected
    rest = [f"{label} {_code(name)}" for label, name in (("owner", step.owner), ("backup", step.backup)) if name]
    rest += [f"at most {wording.duration_text(int(told.base))}"] if told is not None else []
    rest += [f"undoes {', '.join(_code(name) for name in step.undoes)}"] if step.undoes else []
    title = f"{_code(step.id)} **{_prose(step.name)}**" if step.name else _code(step.id)
    yield f"- [ ] {title}" + (f": {', '.join(rest)}" if rest else "")
    if step.command:
        yield f"  - Command: {_code(step.command)}"
    if step.verify:
        yield f"  - Verify: {_prose(step.verify)}"


def _words(agenda: Agenda) -> Iterator[str]:
    if not agenda.words:
        return
    yield "## Word to readers"
    yield ""
    yield from (_word(agenda, word) for word in agenda.words)


def _word(agenda: Agenda, word: Word) -> str:
    comms = word.comms
    told = (
        f"- [ ] {_moment(agenda, word.at)} ({wording.offset_text(word.at, agenda.t0)}) {_code(comms.audience or '?')}"
    )
    told += f" by {_code(comms.channel)}" if comms.channel else ""
    told += f", owner {_code(comms.owner)}" if comms.owner else ""
    return told + (f": {_prose(comms.message)}" if comms.message else "")


def _moment(agenda: Agenda, moment: datetime) -> str:
    return f"{agenda.local(moment):%Y-%m-%d} {_time(agenda, moment)}"


def _clock(agenda: Agenda, moment: datetime) -> str:
    """Write the time of day with the days since that of t0, and how long after t0 it is."""
    days = (agenda.local(moment).date() - agenda.local(agenda.t0).date()).days
    day = f" {days:+d}" if days else ""
    return f"{_time(agenda, moment)}{day} ({wording.offset_text(moment, agenda.t0)})"


def _time(agenda: Agenda, moment: datetime) -> str:
    return f"{agenda.local(moment):%H:%M{':%S' if moment.second else ''}}"


def _prose(text: str) -> str:
    """Give author text as text on one line: what could be markup is escaped; it never begins a line."""
    shown = _MARKUP.sub(lambda found: f"\\{found[0]}", visible(" ".join(text.split())))
    return shown.translate(_ENTITIES)


def _code(text: str) -> str:
    """Give author text as code on one line, between more backticks than it has in a row."""
    shown = visible(" ".join(text.split()))
    fence = "`" * (max((len(run) for run in _RUN.findall(shown)), default=0) + 1)
    edge = " " if shown.startswith("`") or shown.endswith("`") or not shown else ""
    return f"{fence}{edge}{shown}{edge}{fence}"

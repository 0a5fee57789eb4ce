"""What was noted at a rehearsal, as CSV: a row a step with start and end; every wrong row is told with its line."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from plangate.model.cutover import Cutover, RollbackStep, Step
from plangate.model.nearest import nearest

COLUMNS = ("step", "start", "end")

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?) ?(Z|[+-]\d{2}:?\d{2})?")
_LONGEST = timedelta(days=30)


class Told(Struct, frozen=True):
    """What is wrong with a line of the file (from 1), or worth knowing; an error stops the import."""

    line: int
    message: str
    severity: Literal["error", "warning", "note"] = "error"


class Run(Struct, frozen=True):
    """A stretch of time in which a step was worked on, with its line."""

    step: str
    start: datetime
    end: datetime
    line: int


class Notes(Struct, frozen=True):
    """What was noted at a rehearsal: the rows that could be read, and what is told about the others."""

    runs: tuple[Run, ...]
    told: tuple[Told, ...]

    @property
    def wrong(self) -> bool:
        """Tell whether anything is in error."""
        return any(entry.severity == "error" for entry in self.told)

    @property
    def begin(self) -> datetime:
        """The first start; there has to be a run."""
        return min(run.start for run in self.runs)

    @property
    def end(self) -> datetime:
        """The last end; there has to be a run."""
        return max(run.end for run in self.runs)

    def seconds(self) -> Mapping[str, int]:
        """Give how long each step took, several stretches added up, in the order in which they began."""
        found: dict[str, int] = {}
        for run in sorted(self.runs, key=lambda run: (run.start, run.line)):
            found[run.step] = found.get(run.step, 0) + int((run.end - run.start).total_seconds())
        return found


def notes(data: bytes, gate: Cutover, zone: str) -> Notes:
    """Read a table with the columns step, start and end against the steps of a gate cutover.

    Times without an offset are times of `zone`. Told are: what cannot be read, unknown steps, an end before its start,
    stretches of one step that overlap, steps that began before what they wait for was over, steps that are missing.
    Rows with neither start nor end are steps that were not done.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Notes((), (Told(1, f"is not UTF-8 text: {error.reason} at byte {error.start}"),))
    try:
        table = _table(text)
    except csv.Error as error:
        return Notes((), (Told(1, f"is no CSV: {error}"),))
    if not table:
        return Notes((), (Told(1, f"is empty; its first line names the columns {', '.join(COLUMNS)}"),))
    head = [name.strip().casefold() for name in table[0][1]]
    if missing := [name for name in COLUMNS if name not in head]:
        return Notes((), (Told(1, f"has no column {missing[0]}; its first line names {', '.join(COLUMNS)}"),))
    steps = _steps(gate)
    runs: list[Run] = []
    told: list[Told] = []
    refused: set[str] = set()
    if others := [name for name in head if name not in COLUMNS and name]:
        told.append(Told(1, f"columns that are not read: {', '.join(others)}", "note"))
    for line, cells in table[1:]:
        row = dict(zip(head, cells, strict=False))
        read = _run(row, line, steps, zone)
        if isinstance(read, Run):
            told.extend(_twice(read, runs))
            runs.append(read)
        elif read is not None:
            refused.add(row.get("step", "").strip())
            told.append(read)
    told.extend(_before(runs, steps))
    if not runs and not any(entry.severity == "error" for entry in told):
        told.append(Told(1, "holds no step with start and end"))
    there = refused | {run.step for run in runs}
    absent = [name for name, step in steps.items() if isinstance(step, Step) and name not in there]
    if runs and absent:
        told.append(Told(1, f"does not hold {', '.join(absent)}", "warning"))
    return Notes(tuple(runs), tuple(sorted(told, key=lambda entry: entry.line)))


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Give the rows that hold anything, each with the line on which it starts."""
    found = []
    reader, line = csv.reader(StringIO(text, newline=""), strict=True), 1
    for row in reader:
        if any(cell.strip() for cell in row):
            found.append((line, row))
        line = reader.line_num + 1
    return found


def _steps(gate: Cutover) -> dict[str, Step | RollbackStep]:
    switch = gate.cutover.steps if gate.cutover is not None else ()
    back = gate.rollback.steps if gate.rollback is not None else ()
    found: dict[str, Step | RollbackStep] = {step.id: step for step in switch}
    return found | {step.id: step for step in back}


def _run(row: Mapping[str, str], line: int, steps: Mapping[str, Step | RollbackStep], zone: str) -> Run | Told | None:
    name, *written = (row.get(column, "").strip() for column in COLUMNS)
    if name not in steps:
        near = nearest(name, steps)
        return Told(line, f"step {name!r} is not in the plan" + (f"; did you mean {near}?" if near else ""))
    if not any(written):
        return None
    ends: list[datetime] = []
    for column, text in zip(COLUMNS[1:], written, strict=True):
        moment = _moment(text, zone)
        if isinstance(moment, str):
            return Told(line, f"step {name}: {column} {moment}")
        ends.append(moment)
    start, end = ends
    if end < start:
        return Told(line, f"step {name} ends {_span(start - end)} before it starts")
    if end - start > _LONGEST:
        return Told(line, f"step {name} takes {(end - start).days} days; is one of its dates wrong?")
    return Run(name, start, end, line)


def _moment(text: str, zone: str) -> datetime | str:
    """Read a moment, or say what is wrong with it."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return f"`{text}` is not a time such as 2026-11-14 21:05 or 2026-11-14T20:05:00Z" if text else "is missing"
    try:
        local = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3] or ''}")
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        early, late = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
        if early.utcoffset() != late.utcoffset():
            return f"`{text}` is no single moment in {zone}, where the clock changes; write it with its offset"
        return early.astimezone(UTC)
    except (ValueError, OverflowError):
        return f"`{text}` is not a time of the calendar"


def _twice(run: Run, runs: Sequence[Run]) -> Iterator[Told]:
    for other in runs:
        if other.step == run.step and other.start < run.end and run.start < other.end:
            yield Told(run.line, f"step {run.step} is worked on twice at one time: line {other.line} overlaps")


def _before(runs: Sequence[Run], steps: Mapping[str, Step | RollbackStep]) -> Iterator[Told]:
    """Give the steps that began before what they wait for was over."""
    over = {run.step: max(other.end for other in runs if other.step == run.step) for run in runs}
    first = {run.step: run for run in sorted(runs, key=lambda run: run.start, reverse=True)}
    for name, run in first.items():
        for earlier in steps[name].after:
            if earlier in over and run.start < over[earlier]:
                early = _span(over[earlier] - run.start)
                yield Told(
                    run.line, f"step {name} began {early} before {earlier}, which it waits for, was over", "warning"
                )


def _span(length: timedelta) -> str:
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    return f"{minutes} min" if not seconds else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"

"""A rehearsal for people at a terminal: planned against measured, and the switch again by what was measured."""

from collections.abc import Iterator
from decimal import Decimal

from plangate.analysis.amount import duration_text
from plangate.analysis.rehearsed import MeasuredStep, Rehearsed
from plangate.reports.lines import line


def rehearsed_lines(found: Rehearsed) -> Iterator[str]:
    """Give a line a step that was measured, then how long the switch and the way back take by that."""
    yield line("- ", f"{heading(found)}:")
    yield from (line("  - ", _step(step)) for step in found.steps if step.took is not None)
    if found.missing:
        yield line("  - ", f"not measured: {', '.join(found.missing)}")
    yield from (line("  - ", told) for told in path_lines(found))


def heading(found: Rehearsed) -> str:
    """Name a rehearsal by its day and where it was."""
    run = found.rehearsal
    where = f", {run.environment}" if run.environment else ""
    return f"rehearsal {f'of {run.date}' if run.date else 'without a date'}{where}"


def path_lines(found: Rehearsed) -> Iterator[str]:
    """Say how long the switch takes by measured times, by which path, and how long the way back."""
    schedule, planned = found.schedule, found.planned
    if schedule is None or planned is None:
        yield "no time can be computed from the steps of the plan"
        return
    told = f"critical path {_time(schedule.duration_expected)} by measured times"
    told += f", planned {_time(planned.duration_expected)}"
    if schedule.buffer_seconds is not None:
        left = schedule.buffer_seconds
        told += f"; {_time(left)} of the window left" if left >= 0 else f"; ✕ {_time(-left)} longer than the window"
    yield told
    now, before = schedule.critical_path, planned.critical_path
    if now == before:
        yield "the path is that of the plan"
    else:
        yield f"the path is now {' → '.join(now)}, planned {' → '.join(before)}"
    if found.back is not None and found.back.whole is not None and any(step.back and step.took for step in found.steps):
        yield f"the whole way back takes {duration_text(found.back.whole.expected)}"


def _step(step: MeasuredStep) -> str:
    told = f"{step.id}: {_time(step.took)}"
    if step.expected is not None:
        told += f", expected {_time(step.expected)}"
    if step.share:
        told += f" ({step.share * 100:+.1f} %)"
    if step.over:
        told += f" ✕ over its maximum of {_time(step.most)}"
    if step.critical and not step.was_critical:
        told += ", critical now"
    return told


def _time(seconds: Decimal | int | None) -> str:
    return duration_text(Decimal(seconds or 0))

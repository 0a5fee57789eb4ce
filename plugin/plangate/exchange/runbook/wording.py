"""Steps in the words that all forms of the runbook share."""

from datetime import datetime

from plangate.analysis.agenda import Agenda, Entry


def offset_text(moment: datetime, t0: datetime) -> str:
    """Write how long before or after t0 a moment is: `T+0:15`, `T-72:00`, seconds only where there are some."""
    seconds = int((moment - t0).total_seconds())
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"T{'-' if seconds < 0 else '+'}{hours}:{minutes:02d}" + (f":{rest:02d}" if rest else "")


def duration_text(seconds: int) -> str:
    """Write a duration in hours and minutes, or with its seconds where it has some: `1 h 30 min`, `45 s`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if number]
    return " ".join(parts) or "0 min"


def back_text(entry: Entry) -> str:
    """Say what is done if it goes wrong from the end of a step on: the way back, or the way forward."""
    if entry.restore is not None:
        steps = " → ".join(entry.restore.steps)
        late = "" if entry.restore.in_time is not False else ", which is too late"
        return f"{steps}, in at most {duration_text(int(entry.restore.most))}{late}"
    if entry.step.forward_fix:
        return f"roll forward: {entry.step.forward_fix}"
    if entry.turns or entry.after_turn or entry.step.reversible is False:
        return "no way back"
    return ""


def length_text(entry: Entry) -> str:
    """Say how long a step takes: what is expected, and its maximum where that is another."""
    scheduled = entry.scheduled
    expected = scheduled.early_finish - scheduled.early_start
    most = scheduled.max_finish - scheduled.max_start
    return duration_text(expected) + (f" (at most {duration_text(most)})" if most != expected else "")


def title_text(entry: Entry) -> str:
    """Give id and name of a step, a decision and the point of no return marked."""
    mark = "▲ " if entry.turns else "◆ " if entry.step.kind_ == "go_no_go" else ""
    return f"{mark}{entry.step.id}" + (f" {entry.step.name}" if entry.step.name else "")


def criteria(entry: Entry) -> tuple[str, ...]:
    """Give what a decision is held against: `orders_pk <= 0 rows`."""
    told = []
    for criterion in entry.step.criteria:
        what = criterion.check or criterion.metric or criterion.slo or criterion.statement or "?"
        told.append(f"{what} {criterion.must_be}" if criterion.must_be is not None else what)
    return tuple(told)


def point_text(agenda: Agenda) -> str:
    """Say after what there is no way back, and why; empty where the plan does not say it."""
    point = agenda.switch.point_of_no_return
    if point is None:
        return ""
    if point.none is not None:
        return f"none: {point.none}"
    return f"the end of {point.after}" + (f": {point.why}" if point.why else "")

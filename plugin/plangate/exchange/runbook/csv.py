"""The runbook as a table, a row a step in the order of time."""

from plangate.analysis.agenda import Agenda, Entry
from plangate.exchange.runbook import wording
from plangate.exchange.sheet import sheet
from plangate.model.text import visible

COLUMNS = (
    "plan",
    "step",
    "name",
    "kind",
    "start",
    "end",
    "offset",
    "expected_s",
    "max_s",
    "slack_s",
    "critical",
    "owner",
    "backup",
    "after",
    "verify",
    "downtime",
    "point_of_no_return",
    "way_back",
    "way_back_s",
)


def csv(agenda: Agenda) -> str:
    """Write a row a step under a head of columns, times in the agenda's zone with offset; no cell is a formula."""
    return sheet(COLUMNS, ([visible(cell) for cell in _row(agenda, entry)] for entry in agenda.entries))


def _row(agenda: Agenda, entry: Entry) -> tuple[str, ...]:
    step, scheduled = entry.step, entry.scheduled
    return (
        agenda.plan.id,
        step.id,
        step.name or "",
        step.kind_ or "",
        agenda.local(scheduled.start_at).isoformat(),
        agenda.local(scheduled.end_at).isoformat(),
        wording.offset_text(scheduled.start_at, agenda.t0),
        str(scheduled.early_finish - scheduled.early_start),
        str(scheduled.max_finish - scheduled.max_start),
        str(scheduled.slack),
        _truth(scheduled.critical),
        step.decision_owner or step.owner or "",
        step.backup or "",
        " ".join(step.after),
        step.verify or "",
        _truth(bool(step.downtime)),
        _truth(entry.turns),
        wording.back_text(entry),
        str(int(entry.restore.most)) if entry.restore is not None else "",
    )


def _truth(value: bool) -> str:
    return "yes" if value else "no"

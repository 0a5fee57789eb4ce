"""The runbook as data: `cutover.json` of a plan, with the schema that it keeps to; all durations in seconds."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from plangate import __version__
from plangate.analysis.agenda import Agenda, Decision, Entry, Word
from plangate.exchange.jsonschema import DIALECT, record
from plangate.model.cutover import Freeze, RollbackStep
from plangate.model.quantity import Quantity


def runbook_data(agenda: Agenda) -> dict[str, Any]:
    """Give an agenda as what JSON can hold: durations in seconds, moments in UTC; what is not known is null."""
    schedule, switch, point = agenda.schedule, agenda.switch, agenda.switch.point_of_no_return
    window = switch.window
    return {
        "plangate": __version__,
        "plan": agenda.plan.id,
        "title": agenda.plan.title,
        "zone": agenda.zone,
        "t0": _moment(agenda.t0),
        "window": {"start": _moment(window.start), "end": _moment(window.end)} if window is not None else None,
        "freeze": _freeze(switch.freeze) if switch.freeze is not None else None,
        "expected": schedule.duration_expected,
        "most": schedule.duration_max,
        "buffer": schedule.buffer_seconds,
        "downtime": schedule.downtime,
        "downtime_budget": _seconds(switch.downtime_budget),
        "critical_path": list(schedule.critical_path),
        "point_of_no_return": {
            "after": point.after,
            "at": _moment(schedule.point_of_no_return_at),
            "why": point.why if point.after is not None else point.none,
        }
        if point is not None
        else None,
        "first_decision": _decision(agenda.first_decision),
        "last_safe_decision": _decision(agenda.last_safe),
        "rollback_by": _moment(agenda.rollback_by),
        "steps": [_step(entry) for entry in agenda.entries],
        "rollback": [_back(step) for step in (agenda.gate.rollback.steps if agenda.gate.rollback else ())],
        "overlaps": [
            {"owner": found.owner, "steps": [found.first, found.second], "start": found.begin, "end": found.end}
            for found in agenda.overlaps
        ],
        "comms": [_word(word) for word in agenda.words],
    }


def _step(entry: Entry) -> dict[str, Any]:
    step, scheduled, restore = entry.step, entry.scheduled, entry.restore
    return {
        "id": step.id,
        "name": step.name,
        "kind": step.kind_,
        "owner": step.owner,
        "backup": step.backup,
        "decision_owner": step.decision_owner,
        "system": step.system,
        "datasets": list(step.datasets),
        "after": list(step.after),
        "start": _moment(scheduled.start_at),
        "end": _moment(scheduled.end_at),
        "expected": _seconds(step.expected),
        "most": _seconds(step.max),
        "early_start": scheduled.early_start,
        "early_finish": scheduled.early_finish,
        "late_start": scheduled.late_start,
        "late_finish": scheduled.late_finish,
        "slack": scheduled.slack,
        "critical": scheduled.critical,
        "downtime": bool(step.downtime),
        "command": step.command,
        "verify": step.verify,
        "no_return": entry.turns,
        "rollback": step.rollback,
        "forward_fix": step.forward_fix,
        "restore": {
            "steps": list(restore.steps),
            "expected": _number(restore.expected),
            "most": _number(restore.most),
            "left": _number(restore.left) if restore.left is not None else None,
            "in_time": restore.in_time,
        }
        if restore is not None
        else None,
    }


def _back(step: RollbackStep) -> dict[str, Any]:
    return {
        "id": step.id,
        "name": step.name,
        "owner": step.owner,
        "backup": step.backup,
        "after": list(step.after),
        "undoes": list(step.undoes),
        "expected": _seconds(step.expected),
        "most": _seconds(step.max),
        "command": step.command,
        "verify": step.verify,
    }


def _word(word: Word) -> dict[str, Any]:
    comms = word.comms
    return {
        "at": _moment(word.at),
        "audience": comms.audience,
        "channel": comms.channel,
        "message": comms.message,
        "owner": comms.owner,
    }


def _freeze(freeze: Freeze) -> dict[str, Any]:
    return {
        "start": _moment(freeze.start),
        "end": _moment(freeze.end),
        "systems": list(freeze.systems),
        "owner": freeze.owner,
    }


def _decision(decision: Decision | None) -> dict[str, Any] | None:
    return None if decision is None else {"step": decision.step, "at": _moment(decision.at)}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _seconds(quantity: Quantity | None) -> int | float | None:
    return None if quantity is None else _number(quantity.base)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


_TEXT: Mapping[str, Any] = {"type": "string"}
_TEXT_OR_NULL: Mapping[str, Any] = {"type": ["string", "null"]}
_TRUTH: Mapping[str, Any] = {"type": "boolean"}
_NAMES: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}
_AT: Mapping[str, Any] = {"type": "string", "format": "date-time", "description": "In UTC."}
_AT_OR_NULL: Mapping[str, Any] = {"type": ["string", "null"], "format": "date-time", "description": "In UTC."}


def _span(description: str, kind: str = "integer", **more: Any) -> dict[str, Any]:
    return {"type": kind, "description": f"{description}, in seconds.", **more}


def _span_or_null(description: str) -> dict[str, Any]:
    return {"type": ["number", "null"], "description": f"{description}, in seconds."}


def _or_null(schema: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {"anyOf": [dict(schema), {"type": "null"}], "description": description}


def runbook_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of `cutover.json`."""
    decision = record(step={"type": "string", "description": "The id of a step."}, at=_AT)
    return {
        "$schema": DIALECT,
        "$id": "runbook.json",
        "title": "Cutover runbook of a Plangate plan",
        **record(
            plangate={"type": "string", "description": "The version that wrote the file."},
            plan=_TEXT,
            title=_TEXT,
            zone={"type": "string", "description": "The zone of the IANA database that the plan is told in."},
            t0=_AT,
            window=_or_null(record(start=_AT, end=_AT), "When the switch may happen."),
            freeze=_or_null(
                record(start=_AT, end=_AT, systems=_NAMES, owner=_TEXT_OR_NULL), "When systems take no changes."
            ),
            expected=_span("The longest path by expected durations"),
            most=_span("The longest path by maximum durations"),
            buffer={"type": ["integer", "null"], "description": "The window less `expected`, in seconds."},
            downtime=_span("How long readers see nothing"),
            downtime_budget=_span_or_null("How long readers may see nothing"),
            critical_path={**_NAMES, "description": "Ids of steps; a delay of one of them delays the end."},
            point_of_no_return=_or_null(
                record(after=_TEXT_OR_NULL, at=_AT_OR_NULL, why=_TEXT_OR_NULL),
                "The step after whose end there is no way back; `after` is null where there always is one.",
            ),
            first_decision=_or_null(decision, "The earliest go/no-go, and when it begins."),
            last_safe_decision=_or_null(decision, "The last go/no-go over before the point of no return, and its end."),
            rollback_by={**_AT_OR_NULL, "description": "When a rollback has to begin at the latest. In UTC."},
            steps={"type": "array", "items": _step_schema(), "description": "In the order of time."},
            rollback={"type": "array", "items": _back_schema(), "description": "The steps back, as the plan has them."},
            overlaps={
                "type": "array",
                "items": record(owner=_TEXT, steps=_NAMES, start=_span("From"), end=_span("Until")),
                "description": "Steps that one owner would have to do at one time; seconds after t0.",
            },
            comms={
                "type": "array",
                "items": record(
                    at=_AT, audience=_TEXT_OR_NULL, channel=_TEXT_OR_NULL, message=_TEXT_OR_NULL, owner=_TEXT_OR_NULL
                ),
                "description": "Who is told what, in the order of time.",
            },
        ),
    }


def _step_schema() -> dict[str, Any]:
    return record(
        id=_TEXT,
        name=_TEXT_OR_NULL,
        kind={"enum": ["go_no_go", "freeze", "sync", "switch", "comms", None]},
        owner=_TEXT_OR_NULL,
        backup=_TEXT_OR_NULL,
        decision_owner=_TEXT_OR_NULL,
        system=_TEXT_OR_NULL,
        datasets=_NAMES,
        after={**_NAMES, "description": "The ids of the steps that it waits for."},
        start=_AT,
        end=_AT,
        expected=_span_or_null("How long it takes"),
        most=_span_or_null("How long it takes at most"),
        early_start=_span("The earliest start after t0"),
        early_finish=_span("The earliest end after t0"),
        late_start=_span("The latest start after t0 that does not delay the end"),
        late_finish=_span("The latest end after t0 that does not delay the end"),
        slack=_span("How much it can slip", minimum=0),
        critical=_TRUTH,
        downtime=_TRUTH,
        command=_TEXT_OR_NULL,
        verify=_TEXT_OR_NULL,
        no_return={"type": "boolean", "description": "Whether there is no way back from its end on."},
        rollback=_TEXT_OR_NULL,
        forward_fix=_TEXT_OR_NULL,
        restore=_or_null(
            record(
                steps={**_NAMES, "description": "Ids of steps of `rollback`, in their order."},
                expected=_span("How long they take", "number"),
                most=_span("How long they take at most", "number"),
                left=_span_or_null("What is left of the window"),
                in_time={"type": ["boolean", "null"], "description": "Whether they fit at most durations."},
            ),
            "What takes the plan back from the end of this step; null where nothing does.",
        ),
    )


def _back_schema() -> dict[str, Any]:
    return record(
        id=_TEXT,
        name=_TEXT_OR_NULL,
        owner=_TEXT_OR_NULL,
        backup=_TEXT_OR_NULL,
        after=_NAMES,
        undoes={**_NAMES, "description": "The ids of the steps that it takes back."},
        expected=_span_or_null("How long it takes"),
        most=_span_or_null("How long it takes at most"),
        command=_TEXT_OR_NULL,
        verify=_TEXT_OR_NULL,
    )

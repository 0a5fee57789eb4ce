"""The register of assumptions: each is somebody's to verify, in time, and says what follows if it is wrong."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from plangate.checks.absences import absent
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Path, Problem, path_text

_FILE = "01-context.yml"


class _Taken(Struct, frozen=True):
    """Something that is taken for true: in gate context, or in place of a value."""

    name: str
    gate: str
    path: Path
    owner: str | None
    verify_by: date | None
    if_wrong: str | None
    open: bool = True
    unread: str | None = None


def _register(subject: Subject) -> Iterator[_Taken]:
    plan = subject.plan
    for index, entry in enumerate(plan.context.assumptions if plan.context else ()):
        yield _Taken(
            entry.id,
            "context",
            subject.read.origin("context", ("assumptions", index)),
            entry.owner,
            entry.verify_by,
            entry.if_wrong,
            entry.status in {None, "open"},
        )
    for value in plan.assumed:
        day, unread = _day(value.verify_by)
        name = f"`{value.gate}.{path_text(value.path)}`"
        yield _Taken(name, value.gate, value.path, value.owner, day, value.if_wrong, unread=unread)


def _day(text: str | None) -> tuple[date | None, str | None]:
    """Read a day; the text itself comes back where it is none."""
    if text is None:
        return None, None
    try:
        return date.fromisoformat(str(text)), None
    except ValueError:
        return None, str(text)


def _assumption(extra: str) -> tuple[Edit, ...]:
    text = f"assumptions: [{{id: stays, text: The shop keeps its table, because: No change is planned, {extra}}}]\n"
    return (Edit(_FILE, "scope: {in:", f"{text}scope: {{in:"),)


@rule(
    "CTX008",
    "Assumptions are verified before the go-live, and say what follows if they are wrong",
    severity="warning",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="An assumption that nobody verified is found out by the people who built on it.",
    reads=("context.assumptions", "plan.go_live", "plan.owners"),
    applies=lambda subject: any(_register(subject)),
    where="something is assumed",
    fails=_assumption("if_wrong: The load fails, verify_by: 2027-02-01"),
    passes=_assumption("if_wrong: The load fails, verify_by: 2027-01-12"),
)
def assumptions_are_verified(subject: Subject) -> Iterator[Problem]:
    """Each assumption has an `owner` (the accountable owner where none is named), a `verify_by` that is not after the
    go-live (the go-live where none is given), and `if_wrong`. One that is open after its day is an error.
    """
    live, accountable = subject.plan.header.go_live, subject.plan.header.accountable
    for taken in _register(subject):
        path, gate = taken.path, taken.gate
        if any(gate == other and broken[: len(path)] == path for other, broken in subject.plan.broken):
            message = f"Assumption {taken.name} cannot be judged while a part of it is refused"
            yield Problem("CTX008", message, gate, path, undetermined=True, as_written=True)
            continue
        if taken.owner is None and accountable is None and not subject.refused("plan.owners"):
            message = f"Nobody verifies assumption {taken.name}"
            yield from absent(
                subject, "CTX008", gate, (*path, "owner"), message, "`owner`", cause="GEN013", as_written=True
            )
        if not taken.if_wrong:
            message = f"Assumption {taken.name} does not say what follows if it is wrong"
            yield from absent(subject, "CTX008", gate, (*path, "if_wrong"), message, "`if_wrong`", as_written=True)
        place = (*path, "verify_by")
        by = taken.verify_by or (live.date() if live is not None else None)
        if taken.unread is not None:
            message = f"Assumption {taken.name} is to be verified by `{taken.unread}`, which is no day"
            yield Problem(
                "CTX008",
                message,
                gate,
                place,
                taken.unread,
                "a day such as 2027-01-15",
                severity="error",
                as_written=True,
            )
        elif by is None and not subject.gone("plan.go_live"):
            message = f"Assumption {taken.name} has no day by which it is verified, and the plan no go-live"
            yield from absent(subject, "CTX008", gate, place, message, "`verify_by`", as_written=True)
        elif taken.open and by is not None and by < subject.today:
            message = f"Assumption {taken.name} was to be verified by {by} and is open on {subject.today}"
            hint = "Confirm or refute it (`status`), or write the value that was found"
            yield Problem("CTX008", message, gate, place, str(by), "a result", hint, severity="error", as_written=True)
        elif live is not None and by is not None and by > live.date():
            message = f"Assumption {taken.name} is verified by {by}, after the go-live on {live:%Y-%m-%d}"
            yield Problem("CTX008", message, gate, place, str(by), f"{live:%Y-%m-%d} or earlier", as_written=True)

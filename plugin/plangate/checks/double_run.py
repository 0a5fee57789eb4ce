"""Gates capacity and cutover: what is paid once around the switch, and what is stored twice meanwhile."""

from collections.abc import Iterator

from plangate.analysis.amount import amount, no_less
from plangate.checks.rule import Edit, Subject, rule
from plangate.model.problem import Problem
from plangate.model.quantity import parse

_BUDGET = "  budget: 100 EUR/month\n"
_ALONE = '{not_applicable: "The hand-made export is replaced at once; both are kept until the end of February"}'
_SIDE_BY_SIDE = "{start: 2027-01-12, end: 2027-01-26, min: 14 d, compare: [orders_vs_shop]}"
_LINES = "capacity.cost.lines"
_COPIES = frozenset({"shadow_swap", "clone"})


@rule(
    "CAP010",
    "Backfill and parallel run have their cost",
    scope="plan",
    reason="Loading a year again and running two systems side by side is paid once, and asked about afterwards.",
    reads=(_LINES, "cutover.backfill", "cutover.handover", "acceptance.phases.parallel_run"),
    applies=lambda subject: _costs(subject) and (bool(_backfills(subject)) or _side_by_side(subject)),
    where="cost is planned, and a backfill or a run side by side",
    fails=(Edit("10-acceptance.yml", _ALONE, _SIDE_BY_SIDE),),
    passes=(
        Edit("10-acceptance.yml", _ALONE, _SIDE_BY_SIDE),
        Edit(
            "03-capacity.yml",
            _BUDGET,
            "    - {driver: people, purpose: parallel_run, quantity: 1 person_days, unit_price: 500 EUR/person_days}\n"
            f"{_BUDGET}",
        ),
    ),
)
def one_off_costs(subject: Subject) -> Iterator[Problem]:
    """Each backfill of gate cutover is named by a cost line of purpose `backfill`, or one that names none stands for
    all; and where old and new run side by side (a parallel run, topics in dual run) a line has the purpose
    `parallel_run`.
    """
    if subject.refused(_LINES):
        return
    lines = [entry.line for entry in subject.facts.cost.lines]
    paid = {line.backfill for line in lines if line.purpose == "backfill"}
    for index, backfill in enumerate(_backfills(subject)):
        if None not in paid and backfill not in paid:
            yield Problem(
                "CAP010",
                f"Nothing says what backfill {backfill} costs",
                "cutover",
                ("backfill", index),
                expected=f"a line of `cost.lines` in {_file(subject)}, such as `{_line(subject, index, backfill)}`",
                hint="`quantity` is the hours, bytes or credits of all its units; `unit_price` what one hour, byte or "
                "credit costs you",
            )
    if _side_by_side(subject) and not any(line.purpose == "parallel_run" for line in lines):
        phases = subject.plan.acceptance.phases if subject.plan.acceptance else None
        stated = phases is not None and phases.parallel_run is not None
        yield Problem(
            "CAP010",
            "Old and new run side by side, and nothing says what that costs",
            "acceptance" if stated else "cutover",
            ("phases", "parallel_run") if stated else ("handover", "dual_run"),
            expected=f"a line of `cost.lines` in {_file(subject)}, such as `{{driver: people, purpose: parallel_run, "
            f"quantity: 1 person_days, unit_price: <your price> {_currency(subject)}/person_days}}`",
        )


def _line(subject: Subject, index: int, backfill: str) -> str:
    """Write the line that a backfill lacks, with the hours of all its units where they can be counted."""
    entry = subject.facts.backfills[index]
    runtime = entry.backfill.unit_runtime.p95 if entry.backfill.unit_runtime else None
    hours = "10 h"
    if entry.units is not None and runtime is not None:
        again = 1 + (entry.backfill.retry_rate.base if entry.backfill.retry_rate else 0)
        hours = no_less(amount(entry.units.value.base * runtime.base * again, runtime.dimension), parse("1 h"))
    price = f"<your price> {_currency(subject)}/h"
    return f"{{driver: compute, purpose: backfill, backfill: {backfill}, quantity: {hours}, unit_price: {price}}}"


def _file(subject: Subject) -> str:
    return subject.read.files["capacity"]


def _currency(subject: Subject) -> str:
    cost = subject.plan.capacity.cost if subject.plan.capacity else None
    return cost.currency if cost is not None and cost.currency is not None else "EUR"


def _costs(subject: Subject) -> bool:
    return subject.plan.capacity is not None and subject.plan.capacity.cost is not None


def _backfills(subject: Subject) -> tuple[str, ...]:
    return tuple(entry.id for entry in (subject.plan.cutover.backfill if subject.plan.cutover else ()))


def _side_by_side(subject: Subject) -> bool:
    cutover, acceptance = subject.plan.cutover, subject.plan.acceptance
    dual = cutover.handover.dual_run if cutover and cutover.handover else ()
    return bool(dual) or bool(acceptance and acceptance.phases and acceptance.phases.parallel_run)


def _twice(subject: Subject) -> bool:
    cutover = subject.plan.cutover
    kept = cutover is not None and cutover.legacy is not None and cutover.legacy.keep_until is not None
    return kept or any(entry.method in _COPIES for entry in (cutover.backfill if cutover else ()))


@rule(
    "CAP011",
    "What is stored twice around the switch is known",
    scope="plan",
    reason="Until the old one is gone and the copies of a backfill are swapped in, the same data is paid for twice.",
    reads=("cutover.legacy", "cutover.backfill", "capacity.workloads", _LINES),
    applies=_twice,
    where="old data is kept beside the new, or copied",
    fails=(Edit("09-cutover.yml", "storage: 20 MB, ", ""),),
    passes=(Edit("09-cutover.yml", "storage: 20 MB, ", "cost: 5 EUR/month, "),),
)
def stored_twice(subject: Subject) -> Iterator[Problem]:
    """Storage at the switch is that of the new, of the old until `legacy.keep_until`, and of the copies of backfills by
    `shadow_swap` or `clone`. So the old one has a `storage` or a `cost`, and what is copied is a workload whose storage
    is known; a cost line of driver storage and purpose `parallel_run` or `backfill` will do for either.
    """
    cutover = subject.plan.cutover
    if cutover is None:
        return
    paid = {entry.line.purpose for entry in subject.facts.cost.lines if entry.line.driver == "storage"}
    if paid & {"backfill", "parallel_run"}:
        return
    legacy = cutover.legacy
    said = legacy is not None and (legacy.storage is not None or legacy.cost is not None)
    refused = subject.refused("cutover.legacy.storage", "cutover.legacy.cost", _LINES)
    if legacy is not None and legacy.keep_until is not None and not said and not refused:
        yield Problem(
            "CAP011",
            f"The old one is kept until {legacy.keep_until}, and nothing says what it stores or costs meanwhile",
            "cutover",
            ("legacy",),
            expected="`storage` or `cost`",
        )
    for index, backfill in enumerate(cutover.backfill):
        workload = subject.facts.capacity.of(backfill.dataset or "")
        known = workload is not None and workload.stored_at_go_live is not None
        if backfill.method in _COPIES and not known and not subject.refused("capacity.workloads", _LINES):
            yield Problem(
                "CAP011",
                f"Backfill {backfill.id} fills a copy of {backfill.dataset or 'its dataset'}, and how large that is "
                "cannot be worked out",
                "cutover",
                ("backfill", index, "method"),
                expected="a workload with its size, or a cost line of driver storage",
                cause="CAP001",
            )

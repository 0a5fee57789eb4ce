"""Numbers that a plan quotes: recomputed, rounded up where they count things, and known in what moves them."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from plangate.analysis.amount import digits, rounded
from plangate.analysis.folded import unrounded
from plangate.analysis.formulas import FORMULAS
from plangate.analysis.stated import StatedFacts
from plangate.analysis.throughput import SizingFacts
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.capacity import Sensitivity
from plangate.model.pattern import is_filled
from plangate.model.problem import Problem

_INPUTS = (
    "capacity.horizon",
    "capacity.workloads",
    "capacity.throughput",
    "capacity.runtimes",
    "capacity.resources",
    "capacity.cost.lines",
    "sources.sources",
    "events.streams",
    "ingestion.pipelines",
    "operations.recovery",
    "cutover.backfill",
    "cutover.cutover",
)
"""What numbers are computed from."""

_VOLUME = re.compile(
    r"(?<![a-z])(?:volumes?|rows?|records?|events?|messages?|requests?|traffic|bytes|data|daily|number of"
    r"|(?:per|an?|each|every)[ _-](?:second|minute|hour|day|week|month))(?![a-z])",
    re.IGNORECASE,
)
_PRICED = re.compile(r"(?<![a-z])(?:price|cost|fee)s?(?![a-z])", re.IGNORECASE)
"""What is paid for a volume is none."""
_HALF = Decimal("0.5")

_QUOTED = "peak_headroom_factor: 2\n"


def _quotes(subject: Subject) -> bool:
    return bool(subject.facts.stated)


@rule(
    "CAP002",
    "Quoted numbers are what the formulas give",
    scope="plan",
    reason="Published sizing pages hold errors of arithmetic, and a number that was copied once is never worked out "
    "again.",
    reads=("capacity.stated", *_INPUTS),
    applies=_quotes,
    where="the plan quotes numbers that can be computed",
    fails=(
        Edit(
            "03-capacity.yml",
            _QUOTED,
            f"{_QUOTED}stated: [{{formula: bytes_per_day, dataset: raw.orders, value: 2 MB/d}}]\n",
        ),
    ),
    passes=(
        Edit(
            "03-capacity.yml",
            _QUOTED,
            f"{_QUOTED}stated: [{{formula: bytes_per_day, dataset: raw.orders, value: 1.8 MB/d}}]\n",
        ),
    ),
)
def recomputed(subject: Subject) -> Iterator[Problem]:
    """Every number under `stated` names a number of the plan, and is within the tolerance (1 %) of what its formula
    gives, in the case (low, base, high) that it quotes.
    """
    if subject.refused("capacity.stated"):
        return
    tolerance = subject.policy.checklists.thresholds.stated_tolerance
    for entry in subject.facts.stated:
        if entry.found == "found":
            if entry.difference is None or entry.difference > tolerance.base:
                yield _off(entry)
        elif entry.found != "open" or not subject.refused(*_INPUTS):
            yield _nameless(entry)


def _off(entry: StatedFacts) -> Problem:
    assert entry.number is not None  # noqa: S101 -- the caller looked
    value, said = entry.value, entry.stated.value
    about = entry.number.label if entry.stated.case is None else f"{entry.number.label} ({entry.stated.case} case)"
    work = f"{FORMULAS[entry.number.computed.formula].expression} = {entry.number.computed.work}"
    quoted = f", quoted in {entry.stated.quoted_in}," if entry.stated.quoted_in else ""
    off = entry.difference
    by = f", {digits(off * 100)} % off" if off is not None and off.is_finite() else ""
    return Problem(
        "CAP002",
        f"{about} is stated{quoted} as {said}; recomputed it is {value}{by}: {work}",
        "capacity",
        (*entry.path, "value"),
        str(said),
        str(value),
        f"State {value}, or correct what it is computed from",
    )


def _nameless(entry: StatedFacts) -> Problem:
    name, about = entry.stated.formula, f" of {entry.subject}" if entry.subject else ""
    if entry.found == "unknown":
        meant = f"; did you mean `{entry.near}`?" if entry.near else ""
        message, expected = f"`{name}` is the name of no formula{meant}", entry.near
        hint = "Quote numbers by the name that the plan's pages have for them, or by the id of their formula"
    elif entry.found == "many":
        message = f"`{name}` is a number of {', '.join(entry.subjects)}; nothing says which one is quoted"
        expected, hint = "dataset, pipeline or backfill", f"Add what it is about, {entry.subjects[0]} for example"
    else:
        known = f"; it is known of {', '.join(entry.subjects)}" if entry.subjects else ""
        message = f"{name}{about} cannot be recomputed: an input of its formula is missing{known}"
        expected, hint = "every input of the formula", "Add what the formula takes, or take the quoted number out"
    return Problem("CAP002", message, "capacity", (*entry.path, "formula"), name, expected, hint)


def _counts(subject: Subject) -> bool:
    return bool(subject.facts.capacity.sizing) or any(entry.unrounded is not None for entry in subject.facts.stated)


@rule(
    "CAP003",
    "Counts of machines, shards and slots are rounded up",
    tiers=FROM_B,
    core=False,
    reason="A part of a machine carries nothing: 259.2 brokers are 260, and the page that prints 259 is short of one.",
    reads=("capacity.stated", "capacity.resources.sizing"),
    applies=_counts,
    where="counts of machines, shards or slots are computed or quoted",
    fails=(
        Edit(
            "03-capacity.yml",
            "resources: {",
            "resources: {sizing: [{name: brokers, load: 362_880_000 MB, per_unit: 2_000_000 MB, utilisation: 70 %, "
            "count: 259}], ",
        ),
    ),
    passes=(
        Edit(
            "03-capacity.yml",
            "resources: {",
            "resources: {sizing: [{name: brokers, load: 362_880_000 MB, per_unit: 2_000_000 MB, utilisation: 70 %, "
            "count: 260}], ",
        ),
    ),
)
def rounded_up(subject: Subject) -> Iterator[Problem]:
    """Every count under `resources.sizing`, and every count that is quoted, is the load over what one unit carries at
    its utilisation, rounded up. To order more than that is a warning: the utilisation is the place for reserves.
    """
    for entry in subject.facts.capacity.sizing:
        if entry.sizing.count is not None:
            yield from _ordered(subject, entry, entry.sizing.count)
    tolerance = subject.policy.checklists.thresholds.stated_tolerance.base
    for said in subject.facts.stated:
        exact, value, off = said.unrounded, said.value, said.difference
        if exact is not None and value is not None and off is not None and 0 < off <= tolerance:
            yield Problem(
                "CAP003",
                _rounding(exact, said.number.label if said.number else said.stated.formula, said.stated.value.base),
                "capacity",
                (*said.path, "value"),
                str(said.stated.value),
                str(value),
                f"State {value}",
            )


def _ordered(subject: Subject, entry: SizingFacts, count: int) -> Iterator[Problem]:
    path = ("resources", "sizing", entry.index)
    if entry.needed is None:
        if not subject.refused("capacity.resources.sizing"):
            yield Problem(
                "CAP003",
                f"{entry.name}: {count} are ordered, and "
                + ("nothing says for which load" if entry.load is None else "how many the load needs cannot be told"),
                "capacity",
                (*path, "count"),
                str(count),
                "load, per_unit and utilisation, load and per_unit of one kind",
                "State the load, what one unit carries and how far it may be used",
            )
        return
    needed, exact = entry.needed.value.base, unrounded(entry.needed)
    if count != needed and exact is not None:
        more = count > needed
        yield Problem(
            "CAP003",
            f"{entry.name}: {count} are ordered, {entry.needed} are needed ({entry.needed.work})"
            if more
            else _rounding(exact, entry.name, Decimal(count)),
            "capacity",
            (*path, "count"),
            str(count),
            str(entry.needed),
            "Order what is needed, or say with a lower utilisation what the others are for"
            if more
            else f"Order {entry.needed}",
            severity="warning" if more else None,
        )


def _rounding(exact: Decimal, name: str, said: Decimal) -> str:
    whole = exact.to_integral_value(rounding="ROUND_CEILING")
    tenths = rounded(exact, Decimal("0.1"))
    written = tenths if exact == tenths else f"{exact:.4f}"
    return f"{name}: {written} are {whole:,f}, not {said:,f}"


def _grows(subject: Subject) -> bool:
    return subject.plan.capacity is not None


@rule(
    "CAP015",
    "The plan says what its result is sensitive to",
    severity="warning",
    tiers=FROM_B,
    core=False,
    reason="An estimate is wrong by some factor; who knows which one matters and what breaks first can watch it.",
    reads=("capacity.sensitivity", "capacity.breaks_first"),
    applies=_grows,
    where="gate capacity is there",
    fails=(Edit("03-capacity.yml", _QUOTED, f"{_QUOTED}breaks_first: {{at_10x: the window of the night}}\n"),),
    passes=(
        Edit(
            "03-capacity.yml",
            _QUOTED,
            f"""{_QUOTED}sensitivity:
  - {{parameter: order volume, change: 50 %, effect: The peak stays far below what may be used}}
  - {{parameter: order volume, change: -50 %, effect: The warehouse costs the same}}
  - {{parameter: price of a credit, change: 20 %, effect: 5 EUR a month more}}
  - {{parameter: runtime of load_orders, change: 100 %, effect: The table is ready 6 minutes later}}
breaks_first: {{at_2x: nothing, at_5x: nothing, at_10x: the window of the night}}
""",
        ),
    ),
)
def sensitive(subject: Subject) -> Iterator[Problem]:
    """`sensitivity` tells of at least three parameters, of the volume half as much and half as little again, and
    `breaks_first` says what fails first when the volume grows.
    """
    gate = subject.plan.capacity
    assert gate is not None  # noqa: S101 -- the guard looked
    least = subject.policy.checklists.thresholds.sensitivity_parameters
    names = {entry.parameter for entry in gate.sensitivity if entry.parameter}
    if not subject.refused("capacity.sensitivity"):
        if len(names) < least:
            yield _missing(
                subject,
                f"Sensitivity tells of {_parameters(len(names))}, it should of at least {least}",
                str(len(names)),
                _parameters(least),
                _moving(subject),
            )
        elif not any(_by_half(gate.sensitivity, name) for name in names if _is_volume(name)):
            yield _missing(
                subject,
                "Sensitivity does not tell what half as much volume again and half of it do",
                None,
                "the volume at 50 % and at -50 %",
                "Add the volume with change 50 % and -50 %",
            )
    if not is_filled(gate.breaks_first) and not subject.refused("capacity.breaks_first"):
        yield Problem(
            "CAP015",
            "Nothing says what breaks first when the volume grows",
            "capacity",
            ("breaks_first",),
            None,
            "what fails at 2, 5 or 10 times the volume",
            _breaking(subject),
            absent=True,
        )


def _missing(subject: Subject, message: str, observed: str | None, expected: str, hint: str | None) -> Problem:
    told = subject.plan.capacity is not None and bool(subject.plan.capacity.sensitivity)
    return Problem("CAP015", message, "capacity", ("sensitivity",), observed, expected, hint, absent=not told)


def _parameters(count: int) -> str:
    return f"{count} parameter{'' if count == 1 else 's'}"


def _is_volume(parameter: str) -> bool:
    return _VOLUME.search(parameter) is not None and _PRICED.search(parameter) is None


def _by_half(told: Sequence[Sensitivity], name: str) -> bool:
    changes = [entry.change.base for entry in told if entry.parameter == name and entry.change is not None]
    return any(change >= _HALF for change in changes) and any(change <= -_HALF for change in changes)


def _moving(subject: Subject) -> str | None:
    """Say what moves the numbers that have a limit, as computed."""
    found = [
        f"{entry.number.label} is moved most by {entry.effects[0].name}"
        for entry in subject.facts.sensitivity
        if entry.number.subject_kind == "plan" and entry.number.limit is not None and entry.effects
    ]
    return f"As computed: {'; '.join(found)}" if found else None


def _breaking(subject: Subject) -> str | None:
    """Say what gives way first as the volume grows, as computed."""
    first = next(iter(subject.facts.breakpoints), None)
    return f"As computed: {first.name}, at {first.factor} times the volume" if first is not None else None

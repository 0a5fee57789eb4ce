"""Gate bundle: totals that agree with the gates, and nothing open that must not be."""

import re
from collections.abc import Iterator
from decimal import Decimal

from plangate.analysis.amount import alike, amount
from plangate.analysis.timeline import midnight, milestones, out_of_order
from plangate.checks.absences import absent, section_rule
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.bundle import FollowUp
from plangate.model.problem import HEADER, Path, Problem
from plangate.model.quantity import Quantity
from plangate.model.review import Filed, Record
from plangate.model.text import spoken

_FILE = "11-bundle.yml"


@rule(
    "BND001",
    "The totals that the bundle quotes are those of the gates",
    scope="plan",
    tiers=FROM_B,
    reason="The number on the first page is the one that is remembered.",
    reads=("bundle.totals", "capacity.cost", "capacity.workloads", "cutover"),
    applies=lambda subject: bool(subject.plan.bundle and subject.plan.bundle.totals),
    where="the bundle states totals",
    fails=(Edit(_FILE, "risks:", "totals: {monthly_cost: 80 EUR/month}\nrisks:"),),
    passes=(Edit(_FILE, "risks:", "totals: {critical_path: 65 min}\nrisks:"),),
)
def totals_agree(subject: Subject) -> Iterator[Problem]:
    """`totals` differ from the monthly and one-off cost, the longest backfill and the critical path, as computed, by at
    most the threshold `stated_tolerance`. They are in the currency of the plan, and no total is quoted of what no gate
    has.
    """
    totals = subject.plan.bundle.totals if subject.plan.bundle else None
    if totals is None:
        return
    most = subject.policy.checklists.thresholds.stated_tolerance.base
    for name, computed in _computed(subject).items():
        told: Quantity | None = getattr(totals, name)
        if told is None or subject.refused(*_TOTALS[name]):
            continue
        if computed is None:
            yield from _made_up(subject, name, told)
        elif told.dimension != computed.dimension or abs(told.base - computed.base) > most * abs(computed.base):
            shown = alike(computed, told) if told.dimension == computed.dimension else str(computed)
            yield Problem(
                "BND001",
                f"The bundle quotes {told} as {_spaced(name)}, the gates come to {shown}",
                "bundle",
                ("totals", name),
                str(told),
                shown,
            )


def _made_up(subject: Subject, name: str, told: Quantity) -> Iterator[Problem]:
    """Tell of a total of what no gate has; where a gate leaves something of it open, its own rules ask for that."""
    if not _begun(subject, name):
        gate, *path = _TOTALS[name][0].split(".")
        message = f"The bundle quotes {told} as {_spaced(name)}, and the gates come to no such number"
        expected, cause = f"no `{name}` in `totals`", section_rule(subject, gate, tuple(path))
        yield Problem("BND001", message, "bundle", ("totals", name), str(told), expected, cause=cause)


def _begun(subject: Subject, name: str) -> bool:
    """Tell whether there is anything of which a total could be made."""
    switch = subject.plan.switch
    if name == "critical_path":
        return switch is not None and bool(switch.steps)
    return bool(subject.facts.backfills if name == "backfill" else subject.facts.cost.lines)


def _spaced(name: str) -> str:
    return name.replace("_", " ")


_COST = ("capacity.cost", "capacity.workloads")
_TOTALS = {
    "monthly_cost": _COST,
    "one_off_cost": _COST,
    "backfill": ("cutover.backfill",),
    "critical_path": ("cutover.cutover.steps",),
}
"""What each total is computed from: with something refused there it is not the one that was meant."""


def _computed(subject: Subject) -> dict[str, Quantity | None]:
    facts = subject.facts
    durations = [entry.duration.value if entry.duration is not None else None for entry in facts.backfills]
    known = [value for value in durations if value is not None]
    schedule = facts.cutover
    path = (
        amount(Decimal(schedule.duration_expected), (("s", 1),))
        if schedule is not None and not schedule.cycle
        else None
    )
    return {
        "monthly_cost": facts.cost.monthly.value if facts.cost.monthly else None,
        "one_off_cost": facts.cost.one_off.value if facts.cost.one_off else None,
        "backfill": max(known, key=lambda value: value.base, default=None) if None not in durations else None,
        "critical_path": path,
    }


@rule(
    "BND003",
    "Nothing that blocks the go-live is open, and high risks are looked after",
    reason="A risk without an owner is a surprise with a date.",
    reads=("bundle.follow_ups", "bundle.risks", "plan.intent", "plan.go_live"),
    applies=lambda subject: subject.plan.bundle is not None,
    where="gate bundle is there",
    fails=(Edit(_FILE, "due: 2027-02-28, blocks_go_live: false", "due: 2027-02-28, blocks_go_live: true"),),
)
def nothing_blocks(subject: Subject) -> Iterator[Problem]:
    """A follow-up that `blocks_go_live` is closed in a plan that is live; before that it has a day on which it is
    `due`, which is not over and not after the go-live. A risk says its likelihood and its impact; where one of them is
    high it has a mitigation and an owner.
    """
    bundle = subject.plan.bundle
    for index, entry in enumerate(bundle.follow_ups if bundle else ()):
        if entry.blocks_go_live and entry.status != "closed":
            yield from _blocks(subject, entry, ("follow_ups", index))
    for index, risk in enumerate(bundle.risks if bundle else ()):
        high = "high" in {risk.likelihood, risk.impact}
        for name in ("mitigation", "owner") if high else ("likelihood", "impact"):
            if not getattr(risk, name):
                message = f"Risk {risk.id} {'is high and has no' if high else 'does not say its'} `{name}`"
                yield from absent(subject, "BND003", "bundle", ("risks", index, name), message, f"`{name}`")


def _blocks(subject: Subject, entry: FollowUp, path: Path) -> Iterator[Problem]:
    live, due = subject.plan.header.go_live, entry.due
    blocks, day = f"Follow-up {entry.id} blocks the go-live", (*path, "due")
    if subject.plan.header.intent == "live":
        message = f"{blocks} and is open, and the plan is live"
        yield Problem("BND003", message, "bundle", (*path, "status"), entry.status, "closed")
    elif due is None:
        yield from absent(subject, "BND003", "bundle", day, f"{blocks} and does not say when it is `due`", "`due`")
    elif live is not None and due > live.date():
        message, expected = f"{blocks} on {live:%Y-%m-%d} and is due on {due}", f"{live:%Y-%m-%d} or earlier"
        yield Problem("BND003", message, "bundle", day, str(due), expected)
    elif due < subject.today:
        message, expected = f"{blocks}, was due on {due} and is open on {subject.today}", f"{subject.today} or later"
        hint = "Write `status: closed` once it is done, or another day by which it will be"
        yield Problem("BND003", message, "bundle", day, str(due), expected, hint)


_MARKED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|`([^`]+)`")
_GLOSSARY = "glossary: [{term: Order, meaning: A basket that was paid}TERM]\nrisks:"


@rule(
    "BND005",
    "Terms are explained once, and those of the metrics are",
    severity="warning",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="A term with two meanings is the argument at the first review of the numbers.",
    reads=("bundle.glossary", "context.metrics[].name", "context.metrics[].definition"),
    applies=lambda subject: subject.plan.bundle is not None,
    where="gate bundle is there",
    fails=(Edit(_FILE, "risks:", _GLOSSARY.replace("TERM", ", {term: order, meaning: A row of the table}")),),
    passes=(Edit(_FILE, "risks:", _GLOSSARY.replace("TERM", "")),),
)
def terms_are_explained(subject: Subject) -> Iterator[Problem]:
    """No term stands twice in the glossary, whatever its letters' case, and each has a meaning. A term that the name or
    the definition of a metric sets in quotation marks or backticks stands in it.
    """
    entries = subject.plan.bundle.glossary if subject.plan.bundle else ()
    known: dict[str, str] = {}
    for index, entry in enumerate(entries):
        if entry.term.casefold() in known:
            message = f"“{entry.term}” stands twice in the glossary"
            yield Problem("BND005", message, "bundle", ("glossary", index), entry.term, "one meaning for a term")
        known.setdefault(entry.term.casefold(), entry.term)
        if not entry.meaning:
            message = f"“{entry.term}” stands in the glossary without a meaning"
            yield from absent(subject, "BND005", "bundle", ("glossary", index, "meaning"), message, "`meaning`")
    for index, metric in enumerate(subject.plan.context.metrics if subject.plan.context else ()):
        for name in ("name", "definition"):
            for found in _MARKED.finditer(getattr(metric, name) or ""):
                term = next(part for part in found.groups() if part is not None)
                if term.casefold() not in known and not subject.refused("bundle.glossary"):
                    message = f"Metric {metric.id} speaks of “{term}”, which the glossary does not explain"
                    expected = "a term of the glossary in gate bundle"
                    yield Problem("BND005", message, "context", ("metrics", index, name), term, expected)


def _switched(subject: Subject) -> bool:
    switch = subject.plan.switch
    return switch is not None and switch.t0 is not None


@rule(
    "BND004",
    "The dates of the plan come in their order",
    scope="plan",
    reason="A rehearsal after the switch, or a decommission before the way back is closed, is found on the day itself.",
    reads=("plan.go_live", "cutover.rehearsals", "cutover.cutover", "cutover.rollback.available_for", "cutover.legacy"),
    applies=_switched,
    where="the switch has a time, `t0`",
    fails=(
        Edit(
            "09-cutover.yml",
            "decommission: [Delete the scheduled export]",
            "decommission: [Delete the scheduled export], decommission_on: 2027-02-01",
        ),
    ),
)
def dates_in_order(subject: Subject) -> Iterator[Problem]:
    """The last rehearsal, the first decision, t0, the end of the way back (t0 and `available_for` later), the end of
    the old system and its decommission come in this order. Rehearsals are over before the first decision, a plan in
    review says its `go_live`, and that is no day before the switch begins. While it is in review the last approval
    that a gate needs comes by the day of t0; in a plan that is live the first one of each gate did.
    """
    switch = subject.plan.switch
    if subject.in_review and subject.plan.header.go_live is None:
        message = "The plan says how it is switched, and no day on which it goes live"
        yield from absent(subject, "BND004", HEADER, ("go_live",), message, "`go_live`, a time with its offset")
    yield from _live_before_the_switch(subject)
    yield from _approved_after_the_switch(subject)
    for earlier, later in out_of_order(milestones(subject.plan)):
        yield Problem(
            "BND004",
            f"{later.name[0].upper()}{later.name[1:]} ({later.text}) comes before {earlier.name} ({earlier.text})",
            later.gate,
            later.path,
            later.text,
            f"{later.no_earlier(earlier)} or later",
            cause="CUT009" if later.path == ("legacy", "keep_until") and earlier.path[:1] == ("rollback",) else None,
        )
    schedule = subject.facts.cutover
    runs = subject.plan.cutover.rehearsals if subject.plan.cutover else ()
    decisions = [entry for entry in (schedule.steps if schedule else ()) if entry.step.kind_ == "go_no_go"]
    first = min((entry.start_at for entry in decisions), default=None)
    t0 = switch.t0 if switch is not None else None
    for index, run in enumerate(runs):
        if first is not None and t0 is not None and run.date is not None and t0 >= midnight(run.date) > first:
            yield Problem(
                "BND004",
                f"The rehearsal of {run.date} comes after the first decision ({first:%Y-%m-%d %H:%M} UTC)",
                "cutover",
                ("rehearsals", index, "date"),
                str(run.date),
                f"before {first:%Y-%m-%d}",
            )


def _live_before_the_switch(subject: Subject) -> Iterator[Problem]:
    """Tell of a day of going live that comes before the day on which the switch begins."""
    switch = subject.plan.switch
    live, t0 = subject.plan.header.go_live, switch.t0 if switch is not None else None
    if live is not None and t0 is not None and live.date() < t0.astimezone(live.tzinfo).date():
        yield Problem(
            "BND004",
            f"The plan goes live on {live:%Y-%m-%d}, before its switch on {t0:%Y-%m-%d}",
            HEADER,
            ("go_live",),
            f"{live:%Y-%m-%d}",
            f"{t0:%Y-%m-%d} or later",
            f"Write `go_live: {t0.isoformat()}`, or switch earlier",
        )


def _approved_after_the_switch(subject: Subject) -> Iterator[Problem]:
    """Tell of records that approve gates on a day after t0."""
    switch = subject.plan.switch
    if switch is None or switch.t0 is None:
        return
    day, live = switch.t0.date(), subject.plan.header.intent == "live"
    late: dict[str, tuple[Record, list[str]]] = {}
    for gate, filed in _first_approvals(subject) if live else _last_approvals(subject):
        if filed.record.date > day:
            late.setdefault(filed.file, (filed.record, []))[1].append(gate)
    for record, gates in late.values():
        yield Problem(
            "BND004",
            f"{record.by} approved {spoken(gates)} as {record.role} on {record.date}, after the switch on {day}"
            + (", and nobody had before" if live else ""),
            "cutover",
            ("cutover", "t0"),
            str(day),
            f"{subject.today} or later",
            None if live else "Switch then; or write `intent: live`, if the switch is done",
        )


def _first_approvals(subject: Subject) -> Iterator[tuple[str, Filed]]:
    """Give the first approval of each gate, whatever it said then: what changes later is approved anew."""
    first: dict[str, Filed] = {}
    for filed in subject.review.records.valid:
        for gate in filed.record.gates if filed.record.approves else ():
            first.setdefault(gate, filed)
    yield from first.items()


def _last_approvals(subject: Subject) -> Iterator[tuple[str, Filed]]:
    """Give for each gate, and each role that has approved it as it stands, the record with which it had."""
    for review in subject.review.gates.values():
        for need in review.needs:
            mine = [word.filed for word in review.words if word.role == need.role and word.person in need.approved]
            if need.met and mine:
                yield review.gate, sorted(mine, key=lambda filed: filed.record.date)[need.count - 1]

"""The difference of two states of the plans for people: a line for each thing, the gravest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from plangate.analysis.amount import digits, settled
from plangate.analysis.changes.difference import Difference
from plangate.analysis.changes.edits import told
from plangate.analysis.changes.plan import Affected, NumberChange, PlanChange
from plangate.analysis.changes.since import Since
from plangate.analysis.changes.weight import WEIGHTS, Weight
from plangate.analysis.review import Word
from plangate.model.quantity import Quantity
from plangate.model.reference import PLAN
from plangate.model.unit import unit_of
from plangate.reports.difference import DifferenceReport, PlanDifference, counted
from plangate.reports.headline import head
from plangate.reports.lines import line
from plangate.reports.markdown import fenced
from plangate.reports.outcome import count
from plangate.reports.status import WORDS, Action

OF_LAPSES = frozenset({"REV004", "REV005"})
"""Rules whose findings say of an approval that lapsed what the difference says of it already."""

_LONGEST = 100
_FOLLOWS = 3


def difference_lines(report: DifferenceReport) -> Iterator[str]:
    """Write the difference plan by plan, then what could not be compared."""
    yield line("diff ", f"{report.base} → {report.head}, {count(len(report.plans), 'plan')}: {_counts(report.counts)}")
    for plan in report.plans:
        yield line("plan ", title(plan))
        yield from plan_lines(plan)
    yield from (line("note ", note) for note in report.notes)
    yield line("today ", report.after.today.isoformat())


def difference_markdown(report: DifferenceReport) -> str:
    """Write the difference as Markdown; what an author wrote stands in fences that it cannot close."""
    rows = [f"## What changed: {_counts(report.counts)}", ""]
    rows += [*fenced([line("diff ", f"{report.base} → {report.head}")]), ""]
    for plan in report.plans:
        name = plan.change.plan if PLAN.fullmatch(plan.change.plan) else "A folder whose name is no plan id"
        rows += [f"### {name}", "", *fenced([line("plan ", title(plan)), *plan_lines(plan)]), ""]
    if report.notes:
        rows += [*fenced([line("note ", note) for note in report.notes]), ""]
    return "\n".join(rows)


def since_lines(found: Mapping[str, tuple[Since, ...]], person: str) -> Iterator[str]:
    """Write what a person has not seen of each plan since their last record."""
    if not found:
        yield line("since ", f"{person} has signed nothing here")
    for plan, gates in found.items():
        yield line("plan ", f"{plan}  {count(len(gates), 'gate')} signed by {person}")
        for one in gates:
            yield line("gate ", one.gate)
            yield from unseen(one)


def unseen(one: Since) -> Iterator[str]:
    """Write what changed since somebody's last word on a gate."""
    filed = one.word.filed
    since = f"{filed.record.date} ({filed.record.verdict} as {one.word.role}, {filed.file})"
    if one.standing == "holds":
        yield line("  since ", f"{since}: no change")
    elif not one.kept:
        yield line("  since ", f"{since}: some changes, but the record does not keep what was read")
    else:
        shown = [change for change in one.differences if change.kind != "follows"]
        number = len(shown) or len(one.differences)
        yield line("  since ", f"{since}: {count(number, 'change')}, so it is {one.standing}")
        yield from _changes(one.differences)


def title(plan: PlanDifference) -> str:
    """Write what became of a plan, with its counts: `orders-mart  changed: 1 breaking, 0 risk, …`."""
    change = plan.change
    fate = (
        f"renamed from {change.was}"
        if change.fate == "renamed"
        else "says the same"
        if change.fate == "same"
        else change.fate
    )
    return f"{change.plan}  {fate}: {_counts(counted(change))}"


def plan_lines(plan: PlanDifference) -> Iterator[str]:
    """Write what became of a plan: changes, numbers, lineage, states, approvals, who must look, whom it reaches."""
    change = plan.change
    yield from _changes(change.differences)
    yield from (line("  cosmetic ", f"{gate}: other bytes, the same meaning") for gate in change.cosmetic)
    for one in sorted(change.numbers, key=lambda one: WEIGHTS.index(one.weight)):
        yield line("  number ", number_text(one))
    yield from _lineage(change)
    if plan.before != plan.after:
        yield line("  state ", f"{plan.before or 'not there'} → {plan.after or 'not there'}")
    for move in plan.gates:
        if move.before != move.after:
            yield line("  gate ", f"{move.gate} {move.before or 'not there'} → {move.after or 'not there'}")
    yield from (line("  lapsed ", f"{words[0].gate}: {lapse_text(words)}") for words in lapses(plan.lapsed))
    yield from (line(f"  {WORDS[one.what]} ", action_text(one)) for one in plan.actions)
    yield from (line("  reaches ", affected_text(one)) for one in change.affected)
    for finding in plan.new_findings:
        if finding.rule not in OF_LAPSES:
            yield line("  new finding: ", head(finding))
    if plan.gone:
        yield line("  gone: ", count(plan.gone, "finding"))


def number_text(one: NumberChange) -> str:
    """Write a number before and after with its limit: `Worst age of mart.orders 85 min → 95 min (limit 120 min)`."""
    limit = f" (limit {one.limit})" if one.limit is not None else ""
    why = f"; {one.weight}: {one.why}" if one.why else ""
    return f"{number_step(one)}{limit}{why}"


def number_step(one: NumberChange) -> str:
    """Write a number before and after, both in the unit of the smaller one; rounding never makes them look equal. One
    that is told because its limit moved stays what it is.
    """
    old, new = (side.computed.value if side is not None else None for side in (one.old, one.new))
    if old is not None and new is not None and settled(old.base) == settled(new.base):
        return f"{one.named.label} stays {new}"
    small = min((side for side in (old, new) if side is not None), key=lambda side: side.base)
    before, after = ("not known" if side is None else _like(side, small) for side in (old, new))
    if before == after and old is not None and new is not None:
        after = f"just {'over' if new.base > old.base else 'under'} {after}"
    return f"{one.named.label} {before} → {after}"


def _like(number: Quantity, other: Quantity) -> str:
    """Write a number in the unit in which another one of its kind is written, where the two differ in that."""
    unit = str(other).partition(" ")[2]
    if str(number).partition(" ")[2] == unit or number.dimension != other.dimension:
        return str(number)
    try:
        return f"{digits(number.base / unit_of(unit)[0])} {unit}"
    except KeyError:
        return str(number)


def lapses(words: Iterable[Word]) -> Iterator[tuple[Word, ...]]:
    """Group approvals that lapsed by gate and cause: who read the same stands together."""
    groups: dict[tuple[object, ...], list[Word]] = {}
    for word in words:
        groups.setdefault((word.gate, word.standing, word.changes, word.rests_on), []).append(word)
    yield from map(tuple, groups.values())


def lapse_text(words: Sequence[Word]) -> str:
    """Write whose approvals do not hold any more, and because of which fields: those of one gate with one cause."""
    word = words[0]
    who = ", ".join(f"{one.person} ({one.role})" for one in words)
    because = "; ".join(str(change) for change in word.changes[:_FOLLOWS])
    more = f"; {len(word.changes) - _FOLLOWS} more" if len(word.changes) > _FOLLOWS else ""
    cause = f": {because}{more}" if because else f": {', '.join(word.rests_on)} changed" if word.rests_on else ""
    return (
        f"approval{'s' if len(words) > 1 else ''} of {who} {'are' if len(words) > 1 else 'is'} {word.standing}{cause}"
    )


def action_text(one: Action) -> str:
    """Write which gates somebody has to look at: `capacity, cutover: platform (bob)`."""
    return f"{', '.join(one.gates)}: {one.role} ({', '.join(one.people) or 'nobody'})"


def affected_text(one: Affected) -> str:
    """Write which consumer is reached, who owns it, by when, and through which datasets."""
    by = f", by {one.by}" if one.by else ""
    return f"{one.consumer} of {one.plan} ({one.owner or 'no owner'}){by}: {', '.join(one.datasets)}"


def change_text(one: Difference) -> str:
    """Write a change as people do: `sources.freshness[mart.orders].target 120 min → 15 min`."""
    if one.kind == "prose":
        sides = [side for side in (one.before, one.after) if side is not None]
        word = "" if len(sides) == 2 else " is new:" if one.before is None else " is gone:"
        return f"{one.place}{word} {' → '.join(sides)}"
    if one.before is None:
        return f"{one.place} is new" + (f": {_short(one.after)}" if one.after else "")
    if one.after is None:
        part = isinstance(one.old, dict | list)
        return f"{one.place} is gone" + ("" if part else f": {_short(one.before)}")
    gone, come = one.parted
    if gone or come:
        sides = [*(f"without {told(item)}" for item in gone), *(f"with {told(item)}" for item in come)]
        return f"{one.place} {_short(', '.join(sides))}"
    return f"{one.place} {_short(one.before)} → {_short(one.after)}"


def _changes(found: Iterable[Difference]) -> Iterator[str]:
    listed = list(found)
    for one in sorted(listed, key=lambda one: WEIGHTS.index(one.weight)):
        if one.kind != "follows":
            why = f"; {one.why.rstrip('.')}" if one.why else ""
            rule = f" ({one.rule})" if one.rule and one.why else ""
            yield line(f"  {one.weight} ", f"{change_text(one)}{why}{rule}")
    following: dict[str, list[Difference]] = {}
    for one in listed:
        if one.kind == "follows":
            following.setdefault(one.gate, []).append(one)
    for gate, ones in following.items():
        names = ", ".join(one.path for one in ones[:_FOLLOWS])
        more = f" and {len(ones) - _FOLLOWS} more" if len(ones) > _FOLLOWS else ""
        yield line("  follows ", f"{gate}: {names}{more}")


def _lineage(change: PlanChange) -> Iterator[str]:
    for name, state in (change.nodes or {}).items():
        yield line(f"  lineage {state} ", name)
    for (source, target), edge in (change.edges or {}).items():
        yield line(f"  lineage {edge} ", f"{source} → {target}")


def _counts(counts: Mapping[Weight, int]) -> str:
    return ", ".join(f"{number} {weight}" for weight, number in counts.items())


def _short(text: str | None) -> str:
    shown = text or ""
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"

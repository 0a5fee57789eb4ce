"""What a reviewer of each gate works through: every rule that judges it, with its verdict there and the reason."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from plangate.analysis.verdicts import VERDICTS, RuleVerdict
from plangate.checks.finding import SEVERITIES, Finding
from plangate.checks.judge import why_off
from plangate.checks.report import PlanReport, Report
from plangate.checks.rule import Rule
from plangate.checks.waived import covers, standing
from plangate.model.problem import HEADER
from plangate.model.review import Waiver
from plangate.model.rulename import FAMILIES, family


class Item(Struct, frozen=True):
    """A rule with its verdict on a gate: what it finds there, which waivers let that pass, why it is not asked."""

    rule: Rule
    verdict: RuleVerdict
    findings: tuple[Finding, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    why: str = ""


def home(rule: Rule) -> str | None:
    """Give the gate whose reviewer looks at a rule: the one that its family is about, else the only one that it reads.

    Rules that read several gates, or none, belong to the plan as a whole.
    """
    known = FAMILIES[family(rule.id)][1] if family(rule.id) else None
    if known is not None:
        return known
    gates = {place.partition(".")[0] for place in rule.reads} - {HEADER}
    return gates.pop() if len(gates) == 1 and "*" not in gates else None


def checklists(report: Report, plan: PlanReport) -> Mapping[str, tuple[Item, ...]]:
    """Give the rules of each gate with their verdicts, gates in the profile's order, the plan as a whole last.

    A rule stands at its home with everything that it finds in the plan, and at each other gate where it finds
    something with what it finds there. What needs a decision comes first, errors before warnings.
    """
    gates = [gate.gate for gate in plan.gates]
    found: dict[str, list[Item]] = {gate: [] for gate in (*gates, HEADER)}
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.of(plan.id):
        by_rule.setdefault(finding.rule, []).append(finding)
    waivers = standing(plan.facts.plan, plan.facts.policy, report.today)
    judged, idle = frozenset(report.judged.get(plan.id, ())), frozenset(report.idle.get(plan.id, ()))
    for rule in report.known.values():
        at = home(rule)
        own = at if at in found else HEADER
        mine = by_rule.get(rule.id, [])
        if mine:
            found[own].append(_found(rule, mine, waivers))
            for gate in dict.fromkeys(finding.gate for finding in mine):
                if gate in found and gate != own:
                    found[gate].append(_found(rule, [one for one in mine if one.gate == gate], waivers))
        elif rule.id in judged:
            found[own].append(Item(rule, "pass"))
        elif (silent := _not_asked(report, plan, rule, idle)) is not None:
            found[own].append(silent)
        elif plan.id in report.failures:
            found[own].append(Item(rule, "undetermined", why="it broke down on this plan and gave no verdict"))
    return {gate: tuple(sorted(items, key=_order)) for gate, items in found.items()}


def _order(item: Item) -> tuple[int, int, str]:
    weights = [SEVERITIES.index(finding.severity) for finding in item.findings if finding.verdict == "fail"]
    return VERDICTS.index(item.verdict), min(weights, default=0), item.rule.id


def _found(rule: Rule, findings: Sequence[Finding], waivers: Iterable[Waiver]) -> Item:
    """Give the gravest verdict of what a rule finds, with the waivers that let some of it pass."""
    verdict = min((finding.verdict for finding in findings), key=VERDICTS.index)
    covered = [one for one in findings if one.verdict == "waived"]
    used = tuple(one for one in waivers if any(covers(one, rule.id, each.gate, each.path) for each in covered))
    return Item(rule, verdict, tuple(findings), used)


def _not_asked(report: Report, plan: PlanReport, rule: Rule, idle: frozenset[str]) -> Item | None:
    """Give a rule that has no verdict on a plan with the reason: it is off there, or its condition does not arise."""
    facts = plan.facts
    off = why_off(rule, report.preset, facts.plan.header.tier, facts.policy.checklists)
    if off is not None:
        return Item(rule, "off", why=off)
    return Item(rule, "not_applicable", why=_why_idle(plan, rule)) if rule.id in idle else None


def _why_idle(plan: PlanReport, rule: Rule) -> str:
    facts, gate = plan.facts, home(rule)
    if gate is not None and all(gate != entry.gate for entry in plan.gates):
        return f"the plan has no gate {gate}"
    if gate is not None and gate not in facts.plan.gates:
        refused = any(name == gate for name, _ in facts.plan.broken)
        return f"gate {gate} cannot be read" if refused else f"gate {gate} is not there yet"
    if rule.scope == "base" and facts.landscape.base is None:
        return "there is no revision to compare with"
    return f"only where {rule.where}" if rule.where else "there is nothing that it looks at"

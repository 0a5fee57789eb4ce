"""Runs the checks over plans and reports everything at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from operator import attrgetter
from traceback import format_exc
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import asdict, replace

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.checks import baseline
from plangate.checks.finding import Finding
from plangate.checks.judge import Judgement, Order, in_preset, judge, why_off
from plangate.checks.own import ask, known_rules
from plangate.checks.report import GateReport, GateVerdict, PlanReport, PlanVerdict, Report
from plangate.checks.rule import Answers
from plangate.model.review import Identity
from plangate.reading.portfolio import Portfolio
from plangate.reading.processes import spread, without_collector

_FEW = 2
"""So many plans are not worth a process of their own."""
_OF_A_GATE = attrgetter(*GateVerdict.__struct_fields__)
"""Gives what is known of a gate of a plan that was not looked at again, in the order of its fields."""


class Judged(Struct, frozen=True):
    """What came of some plans, in the order of their ids; `failures` tell of those that broke down."""

    judgements: tuple[Judgement, ...]
    failures: Mapping[str, str]


def check(  # noqa: PLR0913 -- each is a choice of its own
    portfolio: Portfolio,
    *,
    today: date,
    preset: str | None = None,
    only: Iterable[str] | None = None,
    rules: Iterable[str] = (),
    base: Portfolio | None = None,
    identity: Identity | None = None,
    require: str | None = None,
    jobs: int | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Report:
    """Check plans on a day (waivers and ages depend on it) and report everything at once.

    `preset` replaces that of checklists.yml. `only` limits the report to plans, `rules` to rules; unknown ones raise
    KeyError. `base` are the plans of the revision that rules of scope `base` compare with. `identity` tells how sure it
    is who signed; without it every name is a claim. With `require` "approved" it is an error that a plan in review
    waits for an approval. `jobs` is how many processes may share the work; no facts are kept then, and those of the
    report are worked out anew where they are asked for. `progress` is told how many plans are done. A plan on which a
    rule breaks down is told in `failures`; the others get their verdicts.
    """
    order = ordered(portfolio, today=today, preset=preset, rules=rules, identity=identity, require=require)
    wanted = [read.plan.id for read in portfolio.reads] if only is None else sorted(set(only))
    landscape = Landscape(portfolio.plans, base=Landscape(base.plans) if base is not None else None)
    judged = judge_all(order, portfolio, landscape, wanted, jobs, progress)
    if jobs is not None:
        facts = {plan.id: Facts(plan, order.policy, landscape) for plan in portfolio.plans}
        judged = replace(judged, judgements=tuple(_with(one, facts[one.plan.id]) for one in judged.judgements))
    known = {read.plan.id for read in portfolio.reads} if only is None else None
    return reported(order, judged, known)


def ordered(
    portfolio: Portfolio,
    *,
    today: date,
    preset: str | None = None,
    rules: Iterable[str] = (),
    identity: Identity | None = None,
    require: str | None = None,
    digests: bool = False,
) -> Order:
    """Say how the plans of a portfolio are to be judged; see `check`."""
    known, chosen = known_rules(portfolio.policy), preset or portfolio.policy.checklists.preset
    asked = {name: known[name] for name in rules} or known
    return Order(portfolio.policy, asked, chosen, today, identity or Identity(), require, digests)


def judge_all(
    order: Order,
    portfolio: Portfolio,
    landscape: Landscape,
    wanted: Sequence[str],
    jobs: int | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Judged:
    """Judge the wanted plans of a portfolio among all of a landscape; see `check`. With `jobs` no facts are kept."""
    with without_collector():
        answers = _answers(order, portfolio, wanted, jobs or 1)

    def examine(name: str) -> Judgement | str:
        read = portfolio.read(name)
        try:
            found = judge(order, landscape, read, answers.get(name, {}))
        except Exception as error:  # a plan that breaks down as a whole must not hide the others
            return f"checking broke down: {type(error).__name__}: {error}\n{format_exc()}"
        if jobs is None:
            return found
        landscape.facts.pop(name, None)  # the numbers of hundreds of plans would fill the memory
        return _with(found, None)

    judgements, failures = [], dict(portfolio.failures)
    with without_collector():
        for number, (name, outcome) in enumerate(
            zip(wanted, spread(examine, wanted, jobs or 1, few=_FEW), strict=True)
        ):
            progress(number, len(wanted))
            if isinstance(outcome, str):
                failures[name] = outcome
                continue
            if outcome.failure is not None:
                failures[name] = outcome.failure
            judgements.append(outcome)
    return Judged(tuple(judgements), MappingProxyType(failures))


def reported(order: Order, judged: Judged, known: Iterable[str] | None) -> Report:
    """Put together what came of the plans. `known` are the ids of all plans; None where not all were asked about."""
    found = [finding for one in judged.judgements for finding in one.findings]
    if known is not None:
        found.extend(_of_gone(order, {*known, *judged.failures}))
    findings = tuple(sorted(found, key=lambda f: f.order))
    counts: Counter[str] = Counter(f.severity if f.verdict == "fail" else f.verdict for f in findings)
    counts["not_applicable"] = sum(len(one.idle) for one in judged.judgements)
    names = ("error", "warning", "info", "waived", "baselined", "undetermined", "not_applicable")
    return Report(
        today=order.today,
        preset=order.preset,
        plans=tuple(_report(one.plan) for one in judged.judgements),
        findings=findings,
        rules=sum(in_preset(rule, order.preset) for rule in order.rules.values()),
        summary=MappingProxyType({name: counts[name] for name in names}),
        failures=judged.failures,
        judged=MappingProxyType({one.plan.id: one.judged for one in judged.judgements}),
        idle=MappingProxyType({one.plan.id: one.idle for one in judged.judgements}),
        known=MappingProxyType(known_rules(order.policy)),
    )


def _with(found: Judgement, facts: Facts | None) -> Judgement:
    return replace(found, plan=replace(_report(found.plan), known=facts))


def _report(plan: PlanVerdict) -> PlanReport:
    """Give a plan as the report has it, also one of which no more is known than its verdicts."""
    if isinstance(plan, PlanReport):
        return plan
    known = asdict(plan)
    return PlanReport(**known | {"gates": tuple(GateReport(*_OF_A_GATE(gate)) for gate in plan.gates)})


def _answers(order: Order, portfolio: Portfolio, wanted: Iterable[str], jobs: int) -> Mapping[str, Answers]:
    """Ask the organisation's own rules about plans, where there are any and the preset has them."""
    lists = order.policy.checklists
    chosen = [
        own
        for own in lists.rules
        if own.id in order.rules and why_off(order.rules[own.id], order.preset, None, lists) is None
    ]
    return ask([portfolio.read(name).plan for name in wanted], chosen, jobs) if chosen else {}


def _of_gone(order: Order, known: Iterable[str]) -> Iterable[Finding]:
    """Give the entries of the baseline whose plans are no longer there; those of the others are told with them."""
    kept = frozenset(known)
    entries = tuple(entry for entry in order.policy.baseline.entries if entry.plan not in kept)
    outdated = replace(order.policy.baseline, entries=entries)
    gone = {entry.plan for entry in entries}
    return baseline.outdated(outdated, (), {}, order.rules, order.policy.checklists.waivers.never, gone)

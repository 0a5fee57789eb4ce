"""Runs every active rule on every plan and turns problems into findings."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from traceback import format_exc
from types import MappingProxyType

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.states import OF_THE_REVIEW, gate_state, plan_state
from plangate.analysis.waivers import covers, standing
from plangate.checks import baseline
from plangate.checks.finding import Finding, Severity
from plangate.checks.own import ask, known_rules
from plangate.checks.report import GateReport, PlanReport, Report
from plangate.checks.rule import Answers, Rule, Subject, touches
from plangate.model.plan import JUDGED, Plan, Tier
from plangate.model.policy import Checklists, Policy
from plangate.model.problem import Path, Problem, path_text, related
from plangate.model.review import Identity
from plangate.reading.plan import ReadPlan
from plangate.reading.portfolio import Portfolio
from plangate.reading.processes import spread, without_collector

PRESETS = ("minimal", "standard", "strict")


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
    chosen = preset or portfolio.policy.checklists.preset
    wanted = [read.plan.id for read in portfolio.reads] if only is None else sorted(set(only))
    known = known_rules(portfolio.policy)
    landscape = Landscape(portfolio.plans, base=Landscape(base.plans) if base is not None else None)
    asked = {name: known[name] for name in rules} or known
    with without_collector():
        answers = _answers(portfolio, wanted, asked, chosen, jobs or 1)
    outcomes: list[_Outcome] = []
    failures = dict(portfolio.failures)

    def examine(name: str) -> _Outcome | str:
        read = portfolio.read(name)
        try:
            own = answers.get(read.plan.id, {})
            outcome = _Run(
                landscape, portfolio.policy, read, asked, chosen, today, identity or Identity(), require, own
            ).run()
        except Exception as error:  # a plan that breaks down as a whole must not hide the others
            return f"checking broke down: {type(error).__name__}: {error}\n{format_exc()}"
        if jobs is None:
            return outcome
        landscape.facts.pop(name, None)  # the numbers of hundreds of plans would fill the memory
        return replace(outcome, plan=replace(outcome.plan, facts=None))  # type: ignore[arg-type]  # put back below

    with without_collector():
        for number, (name, outcome) in enumerate(zip(wanted, spread(examine, wanted, jobs or 1), strict=True)):
            progress(number, len(wanted))
            if isinstance(outcome, str):
                failures[name] = outcome
                continue
            if jobs is not None:
                facts = Facts(portfolio.read(name).plan, portfolio.policy, landscape)
                outcomes.append(replace(outcome, plan=replace(outcome.plan, facts=facts)))
            else:
                outcomes.append(outcome)
            if outcome.failure is not None:
                failures[name] = outcome.failure
    found = [finding for outcome in outcomes for finding in outcome.findings]
    judged = {outcome.plan.id: outcome.judged for outcome in outcomes}
    found.extend(_outdated(portfolio, found, judged, everything=only is None))
    findings = tuple(sorted(found, key=lambda f: f.order))
    counts: Counter[str] = Counter(f.severity if f.verdict == "fail" else f.verdict for f in findings)
    counts["not_applicable"] = sum(len(outcome.idle) for outcome in outcomes)
    names = ("error", "warning", "info", "waived", "baselined", "undetermined", "not_applicable")
    return Report(
        today=today,
        preset=chosen,
        plans=tuple(outcome.plan for outcome in outcomes),
        findings=findings,
        rules=sum(in_preset(rule, chosen) for rule in asked.values()),
        summary=MappingProxyType({name: counts[name] for name in names}),
        failures=MappingProxyType(failures),
        judged=MappingProxyType(judged),
        idle=MappingProxyType({outcome.plan.id: outcome.idle for outcome in outcomes}),
        known=MappingProxyType(known),
    )


def _answers(
    portfolio: Portfolio, wanted: Iterable[str], asked: Mapping[str, Rule], preset: str, jobs: int
) -> Mapping[str, Answers]:
    """Ask the organisation's own rules about plans, where there are any and the preset has them."""
    lists = portfolio.policy.checklists
    chosen = [own for own in lists.rules if own.id in asked and why_off(asked[own.id], preset, None, lists) is None]
    return ask([portfolio.read(name).plan for name in wanted], chosen, jobs) if chosen else {}


def _outdated(
    portfolio: Portfolio, found: Iterable[Finding], judged: Mapping[str, tuple[str, ...]], *, everything: bool
) -> Iterable[Finding]:
    """Give what is outdated in the baseline: of the plans that were judged, or of all."""
    policy = portfolio.policy
    plans = {plan.id: plan for plan in portfolio.plans}
    entries = [
        entry
        for entry in policy.baseline.entries
        if (everything or entry.plan in judged)
        and not (entry.plan in plans and baseline.hidden(plans[entry.plan], entry))
    ]
    gone = {entry.plan for entry in entries if entry.plan not in portfolio and entry.plan not in portfolio.failures}
    known = replace(policy.baseline, entries=tuple(entries))
    return baseline.outdated(known, found, judged, known_rules(policy), policy.checklists.waivers.never, gone)


@dataclass(frozen=True)
class _Outcome:
    plan: PlanReport
    findings: tuple[Finding, ...]
    judged: tuple[str, ...]
    idle: tuple[str, ...]
    failure: str | None


def in_preset(rule: Rule, preset: str) -> bool:
    """Tell whether a preset has a rule."""
    return preset == "strict" or (rule.minimal if preset == "minimal" else rule.core)


def why_off(rule: Rule, preset: str, tier: Tier | None, checklists: Checklists) -> str | None:
    """Say why a rule is not asked of a plan in a tier (None where it has none yet); nothing where it is asked."""
    if checklists.severities.get(rule.id) == "off":
        return "off in checklists.yml"
    if not in_preset(rule, preset):
        return f"not in preset {preset}"
    if tier is None or tier in rule.tiers or rule.unreadable:
        return None
    return f"not in tier {tier}"


class _Run:
    """The rules over one plan."""

    def __init__(  # noqa: PLR0913, PLR0917 -- everything that a verdict depends on
        self,
        landscape: Landscape,
        policy: Policy,
        read: ReadPlan,
        rules: Mapping[str, Rule],
        preset: str,
        today: date,
        identity: Identity,
        require: str | None,
        answers: Answers,
    ) -> None:
        self.read, self.plan, self.policy, self.today = read, read.plan, policy, today
        self.facts = landscape.facts.setdefault(read.plan.id, Facts(read.plan, policy, landscape))
        self.subject = Subject(read, self.facts, policy, today, identity, answers)
        self.strict = preset == "strict"
        self.required = frozenset({"REV009"}) if require == "approved" else frozenset()
        tier, lists = self.plan.header.tier, policy.checklists
        self.rules = [
            rule
            for rule in sorted(rules.values(), key=lambda rule: rule.late)
            if rule.id in self.required or why_off(rule, preset, tier, lists) is None
        ]
        self.waivers = standing(self.plan, policy, today)
        self.used: set[str] = set()

    def run(self) -> _Outcome:
        findings: list[Finding] = []
        judged: list[str] = []
        idle: list[str] = []
        failure = None
        ran = frozenset(rule.id for rule in self.rules)
        for rule in self.rules:
            subject = replace(self.subject, ran=ran, used=frozenset(self.used)) if rule.late else self.subject
            try:
                if not rule.applies(subject):
                    idle.append(rule.id)
                    continue
                problems = list(rule.check(subject))
            except Exception as error:  # one rule that breaks down must not hide the others' verdicts
                failure = f"{rule.id} broke down on this plan: {type(error).__name__}: {error}\n{format_exc()}"
                continue
            found = list(self._findings(rule, problems))
            findings.extend(found)
            if not (self._hidden(rule) or any(finding.verdict == "undetermined" for finding in found)):
                judged.append(rule.id)
        known = [entry for entry in self.policy.baseline.entries if entry.plan == self.plan.id]
        findings = baseline.settle(findings, known, self.policy.checklists.waivers.never)
        return _Outcome(self._plan_report(findings), tuple(findings), tuple(judged), tuple(idle), failure)

    def _findings(self, rule: Rule, problems: list[Problem]) -> Iterator[Finding]:
        found = [self._finding(rule, problem) for problem in problems]
        yield from found
        hidden = self._hidden(rule)
        if not found and hidden:
            gate, path = hidden[0]
            shown = f"`{path_text(path)}`" if path else f"gate {gate}"
            problem = Problem(
                rule.id, f"{rule.title}: cannot be judged while {shown} is refused", gate, path, undetermined=True
            )
            yield self._finding(rule, problem)

    def _hidden(self, rule: Rule) -> list[tuple[str, Path]]:
        """Give the refused values that a rule would have to see."""
        return [
            (gate, path)
            for gate, path in sorted(self.plan.broken)
            if any(touches(pattern, gate, path) for pattern in rule.reads)
        ]

    def _finding(self, rule: Rule, problem: Problem) -> Finding:
        file, line, column = self.read.locate(problem)
        origin = self.read.origin(problem.gate, problem.path)
        severity = self._severity(rule, problem)
        verdict = "undetermined" if problem.undetermined else "fail"
        if not rule.unreadable and any(
            gate == problem.gate and related(path, origin) and path for gate, path in self.plan.broken
        ):
            verdict = "undetermined"
        elif self._waived(rule.id, problem.gate, path_text(origin)):
            verdict = "waived"
        weighs = severity == "error" or (self.strict and severity == "warning")
        judged = self.plan.header.intent in JUDGED or (rule.unreadable and not problem.absent)
        return Finding(
            rule=rule.id,
            severity=severity,
            verdict=verdict,  # type: ignore[arg-type]
            blocking=verdict == "fail" and weighs and judged,
            cause=problem.cause,
            plan=self.plan.id,
            gate=problem.gate,
            file=file,
            line=line,
            column=column,
            path=path_text(origin),
            message=problem.message,
            observed=problem.observed,
            expected=problem.expected,
            hint=problem.hint,
            url=rule.url,
            unreadable=rule.unreadable and not problem.absent,
            cause_plan=problem.cause_plan,
        )

    def _severity(self, rule: Rule, problem: Problem) -> Severity:
        if rule.id in self.required:
            return "error"
        configured = self.policy.checklists.severities.get(rule.id)
        return configured or problem.severity or rule.severity  # type: ignore[return-value]

    def _waived(self, rule: str, gate: str | None, path: str) -> bool:
        found = {waiver.id for waiver in self.waivers if covers(waiver, rule, gate, path)}
        self.used |= found
        return bool(found)

    def _plan_report(self, findings: list[Finding]) -> PlanReport:
        header = self.plan.header
        failing = [finding for finding in findings if finding.verdict == "fail"]
        errors = Counter(finding.gate for finding in failing if finding.severity == "error")
        warnings = Counter(finding.gate for finding in failing if finding.severity == "warning")
        grave = [f for f in failing if f.severity == "error" and f.rule not in OF_THE_REVIEW]
        blocked = frozenset(finding.gate for finding in grave if finding.gate is not None)
        waived = frozenset(finding.gate for finding in findings if finding.verdict == "waived")
        reviews = self.subject.review.gates
        gates = tuple(
            GateReport(
                gate,
                gate_state(
                    self.plan, gate, gate in self.read.present, blocked, reviews[gate].state, waived=gate in waived
                ),
                errors[gate],
                warnings[gate],
                reviews[gate],
            )
            for gate in order_of(self.plan, self.policy)
        )
        state = plan_state(self.plan, tuple(gate.state for gate in gates), bool(grave))
        return PlanReport(
            self.plan.id, self.plan.title, header.profile, header.tier, header.intent, state, gates, self.facts
        )


def order_of(plan: Plan, policy: Policy) -> tuple[str, ...]:
    """Give the gates of a plan's profile in order; an unknown profile is read as batch."""
    profiles = policy.workflow.profiles
    profile = profiles.get(plan.header.profile) or profiles.get("batch") or next(iter(profiles.values()))
    return profile.gates

"""Runs every active rule on one plan, and turns problems into findings."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from traceback import format_exc

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.card import Card
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.states import OF_THE_REVIEW, gate_state, plan_state
from plangate.checks import baseline
from plangate.checks.finding import Finding, Severity
from plangate.checks.own import known_rules
from plangate.checks.report import Due, GateReport, PlanReport, PlanVerdict
from plangate.checks.rule import Answers, Rule, Subject, touches
from plangate.checks.waived import covers, standing
from plangate.model.baseline import Entry
from plangate.model.plan import JUDGED, Plan, Tier
from plangate.model.policy import Checklists, Policy
from plangate.model.problem import HEADER, Path, Problem, path_text, related
from plangate.model.review import Identity
from plangate.model.text import spoken
from plangate.reading.plan import ReadPlan

PRESETS = ("minimal", "standard", "strict")


class Order(Struct, frozen=True):
    """How plans are to be judged: by which rules under which policy, on which day, under which preset.

    `identity` tells how sure it is who signed. With `require` "approved" it is an error that a plan in review waits
    for an approval. `digests` asks for the digests of gates.
    """

    policy: Policy
    rules: Mapping[str, Rule]
    preset: str
    today: date
    identity: Identity
    require: str | None = None
    digests: bool = False


class Judgement(Struct, frozen=True):
    """What came of one plan: its verdicts and findings, the rules that saw all they had to see, and the idle ones.

    `failure` tells of a rule that broke down. `card` is what plans see of it that nothing connects with it, `ties` are
    what connects it with others. `guesses` says that a finding suggests one of the names of all plans.
    """

    plan: PlanVerdict
    findings: tuple[Finding, ...]
    judged: tuple[str, ...]
    idle: tuple[str, ...]
    card: Card
    ties: tuple[str, ...]
    guesses: bool = False
    failure: str | None = None


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


def judge(order: Order, landscape: Landscape, read: ReadPlan, answers: Answers) -> Judgement:
    """Judge a plan among those of a landscape; `answers` are those of the organisation's own rules.

    A rule that breaks down hides no verdict of the others.
    """
    return _Run(order, landscape, read, answers).run()


class _Run:
    """The rules over one plan."""

    def __init__(self, order: Order, landscape: Landscape, read: ReadPlan, answers: Answers) -> None:
        self.order, self.read, self.plan, self.policy = order, read, read.plan, order.policy
        self.facts = landscape.facts.setdefault(read.plan.id, Facts(read.plan, order.policy, landscape))
        self.subject = Subject(read, self.facts, order.policy, order.today, order.identity, answers)
        self.strict = order.preset == "strict"
        self.required = frozenset({"REV009"}) if order.require == "approved" else frozenset()
        tier, lists = self.plan.header.tier, order.policy.checklists
        self.rules = [
            rule
            for rule in sorted(order.rules.values(), key=lambda rule: rule.late)
            if rule.id in self.required or why_off(rule, order.preset, tier, lists) is None
        ]
        self.headless = (HEADER, ()) in self.plan.broken
        self.waivers = standing(self.plan, order.policy, order.today)
        self.used: set[str] = set()

    def run(self) -> Judgement:
        findings: list[Finding] = []
        judged: list[str] = []
        idle: list[str] = []
        failure = None
        ran = frozenset(rule.id for rule in self.rules)
        for rule in self.rules:
            subject = replace(self.subject, ran=ran, used=frozenset(self.used)) if rule.late else self.subject
            try:
                if self._beyond(rule):
                    problems = []
                elif not rule.applies(subject):
                    idle.append(rule.id)
                    continue
                else:
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
        return Judgement(
            plan=self._plan_report(findings),
            findings=(*findings, *self._outdated(known, findings, judged)),
            judged=tuple(judged),
            idle=tuple(idle),
            card=self.facts.landscape.cards[self.plan.id],
            ties=self.facts.ties,
            guesses=bool(self.facts.references.unresolved),
            failure=failure,
        )

    def _outdated(self, known: Iterable[Entry], found: Iterable[Finding], judged: Collection[str]) -> Iterable[Finding]:
        """Give what is outdated in the baseline of the plan; of what cannot be read nothing is known."""
        entries = tuple(entry for entry in known if not baseline.hidden(self.plan, entry))
        if not entries:
            return ()
        outdated = replace(self.policy.baseline, entries=entries)
        never = self.policy.checklists.waivers.never
        return baseline.outdated(outdated, found, {self.plan.id: judged}, known_rules(self.policy), never)

    def _findings(self, rule: Rule, problems: list[Problem]) -> Iterator[Finding]:
        found = [self._finding(rule, problem) for problem in problems]
        yield from found
        hidden = self._hidden(rule)
        if not found and hidden:
            gate, path = hidden[0]
            shown = f"`{path_text(path)}`" if path else f"gate {gate}"
            message = f"{rule.title}: cannot be judged while {shown} is refused"
            problem = Problem(rule.id, message, gate, path, undetermined=True, as_written=True)
            yield self._finding(rule, problem)

    def _beyond(self, rule: Rule) -> bool:
        """Tell whether nobody can say what a rule asks of the plan: its header, with tier, intent and way of working,
        cannot be read. Whether files are what they say they are is seen also then."""
        return self.headless and not rule.unreadable

    def _hidden(self, rule: Rule) -> list[tuple[str, Path]]:
        """Give the refused values that a rule would have to see."""
        if self._beyond(rule):
            return [(HEADER, ())]
        return [
            (gate, path)
            for gate, path in sorted(self.plan.broken)
            if any(touches(pattern, gate, path) for pattern in rule.reads)
        ]

    def _finding(self, rule: Rule, problem: Problem) -> Finding:
        file, line, column = self.read.locate(problem)
        source, shown = (problem.source, column) if problem.source else self.read.source(file, line, column)
        origin = self.read.place(problem)
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
            source=source,
            shift=column - shown,
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
                tuple(Due(need.role, spoken(need.candidates, "or")) for need in reviews[gate].due),
                reviews[gate],
            )
            for gate in order_of(self.plan, self.policy)
        )
        state = plan_state(self.plan, tuple(gate.state for gate in gates), bool(grave))
        return PlanReport(
            id=self.plan.id,
            title=self.plan.title,
            profile=header.profile,
            tier=header.tier,
            intent=header.intent,
            state=state,
            gates=gates,
            digests=self.facts.digests if self.order.digests else None,
            known=self.facts,
        )


def order_of(plan: Plan, policy: Policy) -> tuple[str, ...]:
    """Give the gates of a plan's profile in order; an unknown profile is read as batch."""
    profiles = policy.workflow.profiles
    profile = profiles.get(plan.header.profile) or profiles.get("batch") or next(iter(profiles.values()))
    return profile.gates

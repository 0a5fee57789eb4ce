"""What a run of the checks found, as one value: the ground of every output format."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from plangate.analysis.facts import Facts
from plangate.analysis.review import GateReview
from plangate.checks.finding import Finding
from plangate.checks.rule import Rule, all_rules
from plangate.model.problem import Problem


class Due(Struct, frozen=True):
    """A role that still has to approve a gate, and who could, in words; empty where nobody holds the role."""

    role: str
    people: str


class GateVerdict(Struct, frozen=True):
    """A gate of a plan: its computed state, how many errors and warnings concern it, and what it waits for.

    `waiting` are the roles that still have to approve it, none where somebody holds it up.
    """

    gate: str
    state: str
    errors: int = 0
    warnings: int = 0
    waiting: tuple[Due, ...] = ()


class GateReport(GateVerdict, frozen=True):
    """A gate with its review, where that was looked at."""

    review: GateReview | None = None


class PlanVerdict(Struct, frozen=True):
    """A plan: identity, computed state, its gates in the profile's order, and their digests where they were asked
    for."""

    id: str
    title: str
    profile: str
    tier: str | None
    intent: str
    state: str
    gates: tuple[GateVerdict, ...]
    digests: Mapping[str, str] | None = None

    @property
    def alone(self) -> "PlanVerdict":
        """The plan without the reviews of its gates and what follows from it, some hundred bytes instead of all that
        was signed."""
        gates = tuple(GateVerdict(g.gate, g.state, g.errors, g.warnings, g.waiting) for g in self.gates)
        own = {name: getattr(self, name) for name in PlanVerdict.__struct_fields__}
        return PlanVerdict(**own | {"gates": gates})


class PlanReport(PlanVerdict, frozen=True):
    """A plan with the reviews of its gates, and what follows from it."""

    gates: tuple[GateReport, ...]
    known: Facts | None = None

    @property
    def facts(self) -> Facts:
        """What follows from the plan; raises LookupError where no more than its verdicts was kept."""
        if self.known is None:
            raise LookupError(f"of plan {self.id} no more than the verdicts is known")
        return self.known


class Report(Struct, frozen=True, dict=True):
    """One run: the day and preset it ran under, what was examined, what was found, whether it failed.

    `summary` counts error, warning, info (failed findings), waived, baselined, undetermined, and not_applicable (rules
    of a plan whose condition does not arise). `failures` are internal errors: plan id and a sentence. `judged` names
    for each plan the rules that saw all they had to see, `idle` those whose condition does not arise. `notes` are
    sentences on what was not looked at. `wrong` is what is wrong with the references: with anything a run fails,
    whatever it found. `known` are the rules of the catalogue and the organisation's own, by id.
    """

    today: date
    preset: str
    plans: tuple[PlanReport, ...]
    findings: tuple[Finding, ...]
    rules: int
    summary: Mapping[str, int]
    failures: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    judged: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    idle: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    wrong: tuple[Problem, ...] = ()
    known: Mapping[str, Rule] = field(default_factory=all_rules)

    @property
    def failed(self) -> bool:
        """Tell whether anything blocks, or the references are not to be relied on."""
        return bool(self.wrong or self.failures) or any(finding.blocking for finding in self.findings)

    def under(self, problems: Iterable[Problem]) -> "Report":
        """Give the report of a run under references with which something is wrong."""
        return replace(self, wrong=(*self.wrong, *problems))

    @property
    def examined(self) -> dict[str, int]:
        """Count the plans, gates and rules that were looked at."""
        return {"plans": len(self.plans), "gates": sum(len(plan.gates) for plan in self.plans), "rules": self.rules}

    def plan(self, plan_id: str) -> PlanReport:
        """Give the report of a plan; raises KeyError."""
        return self._plans[plan_id]

    def of(self, plan_id: str) -> tuple[Finding, ...]:
        """Give the findings of a plan, in their order."""
        return tuple(self._findings.get(plan_id, ()))

    @cached_property
    def _plans(self) -> Mapping[str, PlanReport]:
        return {plan.id: plan for plan in self.plans}

    @cached_property
    def _findings(self) -> Mapping[str, Sequence[Finding]]:
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.plan, []).append(finding)
        return found

"""Rules: a rule lives in one place, with its function, its reason, and a failing and a passing example.

@rule("GEN002", "Ids are well formed and unique", reason="…", reads=(…), fails=Edit(…))
def unique_ids(subject: Subject) -> Iterator[Problem]:
    '''The condition in words, as its page shows it.'''
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from importlib import import_module
from inspect import cleandoc
from types import MappingProxyType
from typing import Literal

from msgspec import Struct, field

from plangate.analysis.facts import Facts
from plangate.analysis.review import Review
from plangate.checks.finding import Severity
from plangate.model.pattern import parse
from plangate.model.plan import JUDGED, Plan, Tier
from plangate.model.policy import Policy
from plangate.model.problem import Path, Problem, path_text
from plangate.model.review import Identity
from plangate.reading.plan import ReadPlan

Example = Literal["first-plan", "first-stream"]
"""The packaged plans (in `defaults/`) whose changes show a rule: a batch of tier C, a stream of tier B."""

_TIER: Mapping[Example, Tier] = {"first-plan": "C", "first-stream": "B"}
_PLANS: Mapping[Example, str] = {
    "first-plan": "the plan that `plangate init` writes",
    "first-stream": "the packaged streaming plan `first-stream`",
}

Scope = Literal["gate", "plan", "base", "portfolio"]
"""What a rule looks at: one gate, several gates of a plan, a plan against its base revision, all plans."""

MODULES = (
    "general",
    "estimates",
    "sections",
    "context",
    "assumptions",
    "sources",
    "inventory",
    "privacy",
    "history",
    "events",
    "outages",
    "streams",
    "replays",
    "capacity",
    "peak",
    "slots",
    "storage",
    "cost",
    "double_run",
    "numbers",
    "ingestion",
    "pipelines",
    "reruns",
    "contracts",
    "evolution",
    "notice",
    "promised",
    "schemas",
    "quality",
    "coverage",
    "fitting",
    "responses",
    "operations",
    "alerts",
    "backfill",
    "backfill_time",
    "cutover",
    "no_return",
    "decisions",
    "rollback",
    "timeline",
    "rehearsals",
    "comms",
    "acceptance",
    "bundle",
    "lineage",
    "modeling",
    "models",
    "portfolio",
    "takers",
    "agreement",
    "collisions",
    "succession",
    "text",
    "review",
    "waivers",
)
"""The rooms of rules, one per gate or large topic of it."""

FROM_B: tuple[Tier, ...] = ("A", "B")
"""The tiers of most rules; those that hold in every tier say nothing."""


ALIASES: Mapping[str, str] = MappingProxyType({"BND002": "REV004", "VAL006": "REV009"})
"""Other ids under which rules are known, by tradition of their gate."""


class Answer(Struct, frozen=True):
    """What an own rule says of one entry: `pass`, `fail` or `unknown`, where the entry stands, its name, and why."""

    verdict: str
    gate: str | None = None
    path: Path = ()
    name: str | None = None
    why: str | None = None


Answers = Mapping[str, Sequence[Answer]]
"""What the organisation's own rules say of one plan, by rule."""


class Subject(Struct, frozen=True, dict=True):
    """What a rule is asked about: one plan with its facts, under a policy, on a day.

    `identity` tells how sure it is who signed. For rules that are judged late, `ran` are the rules that ran before, and
    `used` the waivers that covered one of their findings.
    """

    read: ReadPlan
    facts: Facts
    policy: Policy
    today: date
    identity: Identity = field(default_factory=Identity)
    answers: Answers = field(default_factory=lambda: MappingProxyType({}))
    ran: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()

    @cached_property
    def review(self) -> Review:
        """Where the review of the plan stands."""
        return Review(self.plan, self.policy, self.facts.derived, self.today, self.identity)

    @property
    def plan(self) -> Plan:
        """The plan as a typed value."""
        return self.read.plan

    @property
    def in_review(self) -> bool:
        """Tell whether the plan is in review or live, so that everything of it has to be there."""
        return self.plan.header.intent in JUDGED

    @property
    def order(self) -> tuple[str, ...]:
        """The gates of the plan's profile in order; none where the profile is not known."""
        profile = self.policy.workflow.profiles.get(self.plan.header.profile)
        return profile.gates if profile else ()

    def refusals(self, rule_id: str) -> Iterator[Problem]:
        """Give what was found against a rule when the plan was read."""
        return (problem for problem in self.read.problems if problem.rule == rule_id)

    def written(self, gate: str | None, path: Path) -> str:
        """Write a path of the typed plan as it is in the file: `models[3].owner`."""
        return path_text(self.read.origin(gate, path))

    def refused(self, *patterns: str) -> bool:
        """Tell whether a value at one of the places (`gate.pattern`, as in `reads`) was refused when it was read.

        A rule that misses a fact asks this first: with a refused input it says nothing and its verdict is undetermined.
        """
        return any(touches(pattern, gate, path) for gate, path in self.plan.broken for pattern in patterns)

    def gone(self, *patterns: str) -> bool:
        """Tell whether a value at one of the places, or all around it, was refused, so that something may be missing.

        A refused value within an element leaves the element: what lies below the places does not count.
        """
        places = [tuple(part for part in pattern.replace("[]", "").split(".") if part != "*") for pattern in patterns]
        steps = [(gate, *(part for part in path if isinstance(part, str))) for gate, path in self.plan.broken]
        return any(place[: len(step)] == step for step in steps for place in places)


class Edit(Struct, frozen=True):
    """A change of a packaged plan that shows a rule: in `file`, `old` becomes `new`.

    Without `old` the file is written with `new` alone; without `new` the file is taken away.
    """

    file: str
    old: str | None = None
    new: str | None = None


def touches(pattern: str, gate: str, path: Path) -> bool:
    """Tell whether a place lies at, above or below what a pattern such as `capacity.workloads[].rows_per_day` names."""
    wanted, _, inner = pattern.partition(".")
    if wanted not in {gate, "*"}:
        return False
    parts = [part.key for part in parse(inner.replace("[]", ".*"))] if inner and inner != "*" else []
    steps = [part for part in path if isinstance(part, str)]
    keys = [key for key in parts if key is not None]
    shorter = min(len(steps), len(keys))
    return steps[:shorter] == keys[:shorter]


Check = Callable[[Subject], Iterable[Problem]]
Guard = Callable[[Subject], bool]


def always(subject: Subject) -> bool:
    """Apply to every plan."""
    return True


class Rule(Struct, frozen=True):
    """A rule with all that is said about it; `condition` is the function's docstring.

    `reads` are the places that it looks at (`gate.pattern`): a refused value there makes the verdict undetermined.
    `unreadable` marks rules that block a draft too: the file is not what it says it is. `late` rules are judged behind
    the others. `on` is the packaged plan that the examples change. `own` marks rules of the organisation, which have no
    examples. `where` says in words which plans `applies` is true of; nothing for rules that are asked of every plan.
    """

    id: str
    title: str
    severity: Severity
    scope: Scope
    tiers: tuple[Tier, ...]
    core: bool
    minimal: bool
    unreadable: bool
    reason: str
    condition: str
    reads: tuple[str, ...]
    applies: Guard
    check: Check
    fails: tuple[Edit, ...]
    passes: tuple[Edit, ...] = ()
    on: Example = "first-plan"
    late: bool = False
    own: bool = False
    where: str = ""

    @property
    def url(self) -> str:
        """The address of the rule's page, relative to the portal."""
        return f"rules/{self.id}/"

    @property
    def packaged(self) -> str:
        """The plan that the examples change, in words, and the tier that it has to be put into where its own is not
        one of the rule's."""
        return _PLANS[self.on] + (f" (in tier {self.raised})" if self.raised else "")

    @property
    def raised(self) -> Tier | None:
        """The tier that the packaged plan has to be put into for its examples to hold; None where its own will do."""
        return None if _TIER[self.on] in self.tiers else self.tiers[-1]


_REGISTRY: dict[str, Rule] = {}


def rule(  # noqa: PLR0913 -- what is said about a rule is said in one place
    id: str,  # noqa: A002 -- the field's own word
    title: str,
    *,
    reason: str,
    fails: tuple[Edit, ...],
    passes: tuple[Edit, ...] = (),
    on: Example = "first-plan",
    severity: Severity = "error",
    scope: Scope = "gate",
    tiers: tuple[Tier, ...] = ("A", "B", "C"),
    core: bool = True,
    minimal: bool = False,
    unreadable: bool = False,
    late: bool = False,
    reads: tuple[str, ...] = (),
    applies: Guard = always,
    where: str = "",
) -> Callable[[Check], Check]:
    """Register a function as a rule; its docstring is the condition."""

    def register(check: Check) -> Check:
        if id in _REGISTRY:
            raise ValueError(f"rule {id} is defined twice")
        _REGISTRY[id] = Rule(
            id=id,
            title=title,
            severity=severity,
            scope=scope,
            tiers=tiers,
            core=core,
            minimal=minimal,
            unreadable=unreadable,
            reason=reason,
            condition=cleandoc(check.__doc__ or ""),
            reads=reads,
            applies=applies,
            check=check,
            fails=fails,
            passes=passes,
            on=on,
            late=late,
            where=where,
        )
        return check

    return register


def all_rules() -> dict[str, Rule]:
    """Give every rule by its id, sorted."""
    _load()
    return dict(sorted(_REGISTRY.items()))


@cache
def _load() -> None:
    """Import the modules of the catalogue, which name their rules."""
    for name in MODULES:
        import_module(f"plangate.checks.{name}")

"""What an organisation decides: the workflow, the checklists, its people, and what its teams hold in common."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct, field
from pydantic import Field, model_validator

from plangate.model import quantity as q
from plangate.model.baseline import Baseline
from plangate.model.element import Part
from plangate.model.moment import Day
from plangate.model.number import Count, Factor, Flag
from plangate.model.pattern import PatternText
from plangate.model.plan import Tier
from plangate.model.reference import Identifier
from plangate.model.review import Level
from plangate.model.rulename import OwnRuleName, RuleName

Condition = Literal["critical_datasets", "breaking_changes", "stateful"]
Preset = Literal["minimal", "standard", "strict"]


class Section(Part):
    """A mandatory section of a gate: `path` is a pattern (see pattern.py), `when` the condition under which it is.

    Where the section itself says nothing, one of the patterns under `or` that says something stands for it.
    """

    path: PatternText
    or_: tuple[PatternText, ...] = Field(default=(), alias="or")
    title: str
    when: Condition | None = None
    not_applicable: Literal["allowed", "never"] = "allowed"


class Needed(Part):
    """A role that has to approve, by how many people."""

    role: str
    count: Count = 1

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, raw: Any) -> Any:
        return {"role": raw} if isinstance(raw, str) else raw


class GateSpec(Part):
    """What the workflow says about a gate.

    `depends` names, per gate that this one rests on, the patterns whose change makes it suspect; `roles` the approvals
    that it needs per tier.
    """

    title: str
    purpose: str | None = None
    mandatory: tuple[Section, ...] = ()
    depends: dict[str, tuple[PatternText, ...]] = Field(default_factory=dict)
    roles: dict[Tier, tuple[Needed, ...]] = Field(default_factory=dict)


class Profile(Part):
    """An order of gates, and what is mandatory or depended on only there."""

    title: str
    gates: tuple[str, ...]
    mandatory: dict[str, tuple[Section, ...]] = Field(default_factory=dict)
    depends: dict[str, dict[str, tuple[PatternText, ...]]] = Field(default_factory=dict)


class RoleSpec(Part):
    """A role; `anyone` makes it one that every known person holds."""

    title: str
    anyone: Flag = False


class Workflow(Part):
    """workflow.yml: gates, profiles, roles.

    `identity` is the least level of identity per tier; `unremarkable` are fields that never make another gate suspect.
    """

    roles: dict[str, RoleSpec]
    identity: dict[Tier, Level] = Field(default_factory=dict)
    unremarkable: tuple[str, ...] = ()
    gates: dict[str, GateSpec]
    profiles: dict[str, Profile]

    def mandatory(self, profile: str, gate: str) -> tuple[Section, ...]:
        """The mandatory sections of a gate in a profile; raises KeyError for what is unknown."""
        return self.gates[gate].mandatory + self.profiles[profile].mandatory.get(gate, ())

    def depends(self, profile: str, gate: str) -> Mapping[str, tuple[str, ...]]:
        """The gates of the profile that a gate rests on, each with the patterns that count, in the profile's order."""
        spec = self.profiles[profile]
        merged = {**self.gates[gate].depends, **spec.depends.get(gate, {})}
        return {name: merged[name] for name in spec.gates if name in merged}

    def needed(self, gate: str, tier: Tier) -> tuple[Needed, ...]:
        """The roles that a gate needs in a tier."""
        return self.gates[gate].roles.get(tier, ())


class Thresholds(Part):
    """The numbers that rules hold plans against; their defaults stand in the packaged checklists.yml."""

    backfill_headroom: q.Percent
    freshness_headroom: q.Percent
    cutover_buffer: q.Percent
    estimate_age: q.Duration
    rehearsal_age: q.Duration
    rehearsal_deviation: q.Percent
    hypercare: q.Duration
    comms_notice: q.Duration
    concern_age: q.Duration
    utilisation: q.Percent
    utilisation_limit: q.Percent
    api_utilisation: q.Percent
    state_utilisation: q.Percent
    retention_margin: q.Percent
    stated_tolerance: q.Percent
    volume_tolerance: q.Percent
    volume_difference: q.Percent
    horizon: q.Duration
    anomaly_training: q.Duration
    cost_alert: q.Percent
    measured_compression_above: q.Bytes
    file_size_ratio: Factor
    sensitivity_parameters: Count
    fan_out: Count
    joins: Count
    chained_views: Count
    prose_length: Count
    acceptance_criteria: Count
    clarifications_least: Count
    clarifications_most: Count
    rehearsals: Count
    rehearsals_tier_a: Count
    schedule_margin: q.Duration
    cutover_margin: q.Duration
    volume_risk: q.Percent
    cost_risk: q.Percent
    replication_factor: Count
    min_insync_replicas: Count


class WaiverPolicy(Part):
    """How long waivers may last, when their end is announced, and which rules cannot be waived."""

    longest: q.PositiveDuration
    notice: q.Duration
    never: tuple[RuleName, ...] = ()


class OwnRule(Part):
    """A rule of the organisation: CEL expressions over the plan as plain data (see plain.py).

    `for_each` gives the list of what is looked at, each entry known as `each` in `require`; without it the rule is
    asked once for the whole plan. `require` has to hold.
    """

    id: OwnRuleName
    says: str
    for_each: str | None = None
    require: str
    severity: Literal["error", "warning", "info"] = "error"
    hint: str | None = None


class Checklists(Part):
    """checklists.yml: preset, thresholds, severities that differ, waivers, holidays, questions and own rules.

    `questions` are what a reviewer of a gate asks beyond what the rules can, by gate.
    """

    preset: Preset
    thresholds: Thresholds
    severities: dict[RuleName, Literal["error", "warning", "info", "off"]] = Field(default_factory=dict)
    waivers: WaiverPolicy
    holidays: tuple[Day, ...] = ()
    questions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    rules: tuple[OwnRule, ...] = ()


class Team(Part):
    """A team, or a rota with the team that staffs it."""

    title: str | None = None
    contact: str | None = None
    team: str | None = None


class Held(Part):
    """A role that a person holds from one day until, not including, another."""

    role: str
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None

    def on(self, day: date) -> bool:
        """Tell whether the role is held on a day."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day < self.until)


class Person(Part):
    """A person: team, roles, accounts by which forge and git know them; `until` is the day on which they left."""

    name: str | None = None
    team: str | None = None
    roles: tuple[Held, ...] = ()
    emails: tuple[str, ...] = ()
    github: str | None = None
    gitlab: str | None = None
    signers: tuple[str, ...] = ()
    until: Day | None = None


class People(Part):
    """people.yml: teams, rotas and people. Each of them can own things."""

    teams: dict[Identifier, Team] = Field(default_factory=dict)
    rotas: dict[Identifier, Team] = Field(default_factory=dict)
    people: dict[Identifier, Person] = Field(default_factory=dict)

    def knows(self, name: str) -> bool:
        """Tell whether a name is a team, a rota or a person."""
        return name in self.teams or name in self.rotas or name in self.people

    def here(self, person: str, day: date) -> bool:
        """Tell whether a person is known and has not left by a day."""
        found = self.people.get(person)
        return found is not None and (found.until is None or day < found.until)

    def roles_of(self, person: str, day: date) -> tuple[str, ...]:
        """The roles that a person holds on a day, in the order of the file."""
        if not self.here(person, day):
            return ()
        return tuple(dict.fromkeys(held.role for held in self.people[person].roles if held.on(day)))

    def holders(self, role: str, day: date) -> tuple[str, ...]:
        """The people who hold a role on a day, sorted."""
        return tuple(sorted(person for person in self.people if role in self.roles_of(person, day)))

    def of_address(self, email: str) -> str | None:
        """The person whose address it is; None where it is nobody's or several people's."""
        found = [
            name
            for name, person in self.people.items()
            if email.casefold() in {known.casefold() for known in person.emails}
        ]
        return found[0] if len(found) == 1 else None

    def names(self) -> tuple[str, ...]:
        """Every team, rota and person, sorted."""
        return tuple(sorted({*self.teams, *self.rotas, *self.people}))


class TeamDefaults(Struct, frozen=True):
    """What a team's plans take when they leave it open: sections and pipeline fields as plain YAML values."""

    team: str
    values: Mapping[str, object]


class Policy(Struct, frozen=True):
    """Everything that an organisation decides, as one value; `team_defaults` is keyed by the file's stem."""

    workflow: Workflow
    checklists: Checklists
    people: People
    team_defaults: Mapping[str, TeamDefaults] = field(default_factory=lambda: MappingProxyType({}))
    baseline: Baseline = field(default_factory=Baseline)

    def holds(self, person: str, role: str, day: date) -> bool:
        """Tell whether a known person held a role on a day; a role that is for anyone is held by everyone here."""
        spec = self.workflow.roles.get(role)
        if spec is not None and spec.anyone:
            return self.people.here(person, day)
        return role in self.people.roles_of(person, day)

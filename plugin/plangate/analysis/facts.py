"""The facts of a plan: each computed once, when somebody first asks."""

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct, field
from pydantic import BaseModel

from plangate.analysis import (
    accepted,
    availability,
    backfill,
    breakpoints,
    capacity,
    columns,
    contract_change,
    contract_table,
    cost,
    cutover,
    dataset,
    derived,
    digest,
    extracts,
    freshness,
    lineage,
    numbers,
    overlaps,
    personal,
    pool_demand,
    recovery,
    references,
    rollback,
    sections,
    sensitivity,
    stated,
    streaming,
    ties,
    timing,
)
from plangate.analysis.landscape import Landscape, listed, readers
from plangate.model import reference, walk
from plangate.model.plan import Plan
from plangate.model.policy import Policy
from plangate.model.problem import HEADER, Path
from plangate.model.reference import Definition, Use
from plangate.model.table import Table

_OF_THE_PLAN = ("derived", "parts", "marks", "ties")
"""Facts that hang on no other plan, and that are there before any other is known."""


class Facts(Struct, frozen=True, dict=True):
    """Everything that follows from a plan under a policy, among the plans of a landscape."""

    plan: Plan
    policy: Policy
    landscape: Landscape = field(default_factory=Landscape)

    def among(self, landscape: Landscape) -> "Facts":
        """Give the facts of the plan among the plans of another landscape; what hangs on none of them is taken over."""
        facts = Facts(self.plan, self.policy, landscape)
        facts.__dict__.update({name: self.__dict__[name] for name in _OF_THE_PLAN if name in self.__dict__})
        return facts

    def of(self, plan_id: str) -> "Facts | None":
        """Give the facts of another plan of the landscape; all plans of one landscape share them."""
        plan = self.landscape.by_id.get(plan_id)
        if plan is None:
            return None
        return self.landscape.facts.setdefault(plan_id, Facts(plan, self.policy, self.landscape))

    @cached_property
    def base(self) -> "Facts | None":
        """The facts of this plan at the base revision, under the policy of now; None where there is nothing to compare
        with."""
        base = self.landscape.base
        return None if base is None else Facts(self.plan, self.policy, base).of(self.plan.id)

    @cached_property
    def derived(self) -> derived.Derived:
        """Elements that other gates imply."""
        return derived.derived(self.plan)

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """The digest of every gate that could be read."""
        return digest.digests(self.plan, self.derived)

    @cached_property
    def lineage(self) -> lineage.Lineage:
        """The graph of datasets and consumers."""
        return self.landscape.lineage(self.plan)

    @cached_property
    def datasets(self) -> Mapping[str, dataset.DatasetFacts]:
        """What the plan says of each dataset."""
        return dataset.datasets(self.plan, self.derived, self.freshness)

    @cached_property
    def columns(self) -> columns.ColumnLineage:
        """Where the columns come from, those of other plans that stand included."""
        known = self.plan.id in self.landscape.by_id and self.landscape.stands(self.plan)
        return self.landscape.columns if known else columns.columns((self.plan, *self.landscape.standing))

    @cached_property
    def contract_tables(self) -> tuple[contract_table.ContractTable, ...]:
        """The contracts with the tables that they promise, and those of their older versions."""
        return contract_table.contract_tables(self.plan)

    @cached_property
    def contract_changes(self) -> tuple[contract_change.ContractChange, ...]:
        """What became of each contract since its version before."""
        return contract_change.contract_changes(self)

    @cached_property
    def broken_contracts(self) -> tuple[contract_change.Broken, ...]:
        """What of the contracts breaks readers, as compared and as declared."""
        return contract_change.broken(self)

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """The table that is promised of each dataset under contract."""
        return contract_table.tables(self.contract_tables)

    @cached_property
    def personal(self) -> personal.PersonalData:
        """Personal data that concerns the plan, and the consumers of all plans that can see it."""
        everything = self.landscape.personal
        if self.columns is not self.landscape.columns:
            known = readers((self.plan, *self.landscape.standing))
            names = self.landscape.listed.keys() | listed(self.plan).keys()
            everything = personal.personal(self.columns, known, self.lineage.downstream, names)
        return everything.about(self.plan.id, self.columns)

    @cached_property
    def parts(self) -> Mapping[str, list[tuple[Path, BaseModel]]]:
        """Every part of plan.yml and of each gate, with its path."""
        return {gate: walk.parts(value) for gate, value in ((HEADER, self.plan.header), *self.plan.gates.items())}

    @cached_property
    def texts(self) -> tuple[tuple[str, Path, str], ...]:
        """Every free text of plan.yml and of the gates: gate, path and text."""
        return tuple((gate, path, text) for gate, found in self.parts.items() for path, text in walk.texts(found))

    @cached_property
    def marks(self) -> tuple[tuple[str, Use | Definition], ...]:
        """Every place of plan.yml and of the gates that names an element or gives it its id."""
        return tuple((gate, found) for gate, parts in self.parts.items() for found in reference.marks(parts))

    @cached_property
    def ties(self) -> tuple[str, ...]:
        """What connects the plan with others: the datasets and plans that it names."""
        return ties.ties(self.plan, self.marks)

    @cached_property
    def references(self) -> references.References:
        """Definitions and uses of ids."""
        return references.References(self.plan, self.policy, self.derived, self.landscape, self.marks)

    @cached_property
    def freshness(self) -> freshness.FreshnessFacts:
        """Worst ages, held against every need."""
        return freshness.freshness(self.plan, self.lineage, self.landscape.by_id)

    @cached_property
    def availability(self) -> availability.AvailabilityFacts:
        """What chains can promise to be available, and error budgets."""
        return availability.availability(self.plan, self.lineage, self.landscape.by_id)

    @cached_property
    def timing(self) -> timing.TimingFacts:
        """How the schedules fit together."""
        return timing.timing(self.plan)

    @cached_property
    def extracts(self) -> extracts.ExtractFacts:
        """How sources are read, and in which hours."""
        return extracts.extracts(self.plan)

    @cached_property
    def capacity(self) -> capacity.CapacityFacts:
        """Volumes, peaks and storage."""
        return capacity.capacity(self.plan)

    @cached_property
    def pools(self) -> tuple[pool_demand.PoolDemand, ...]:
        """The slots that are asked for together, by pool."""
        return self.landscape.pools(self.plan)

    @cached_property
    def breakpoints(self) -> tuple[breakpoints.Breakpoint, ...]:
        """What breaks as the volume grows, the first to break first."""
        return breakpoints.breakpoints(self)

    @cached_property
    def cost(self) -> cost.CostFacts:
        """Monthly and one-off cost."""
        return cost.CostFacts(self.plan, self.capacity)

    @cached_property
    def cutover(self) -> cutover.Schedule | None:
        """The schedule of the cutover, where there is one."""
        return cutover.cutover(self.plan)

    @cached_property
    def acceptance(self) -> accepted.AcceptanceFacts:
        """The criteria with what they measure, and what none of them measures."""
        return accepted.acceptance(self.plan, self.derived)

    @cached_property
    def way_back(self) -> rollback.WayBack | None:
        """The way back from every step of the cutover, where there is one."""
        gate = self.plan.cutover
        if gate is None or gate.cutover is None:
            return None
        return rollback.way_back(gate.cutover, gate.rollback, self.cutover)

    @cached_property
    def overlaps(self) -> tuple[overlaps.Overlap, ...]:
        """Steps of the cutover that one owner has at the same time."""
        return overlaps.overlaps(self.cutover) if self.cutover is not None else ()

    @cached_property
    def backfills(self) -> tuple[backfill.BackfillFacts, ...]:
        """How long each backfill takes, against the time it has."""
        return backfill.backfills(self.plan, self.policy, self.capacity, self.lineage, self.cost, self.freshness)

    @cached_property
    def streaming(self) -> streaming.StreamingFacts | None:
        """State, catching up, retention and checkpoints, where the plan has streams."""
        return streaming.streaming(self.plan, self.policy, self.capacity, self.backfills)

    @cached_property
    def recovery(self) -> recovery.RecoveryFacts | None:
        """How long a restore takes, where the plan says what is allowed."""
        return recovery.recovery(self.plan, self.capacity)

    @cached_property
    def mandatory(self) -> tuple[sections.SectionState, ...]:
        """The mandatory sections and what became of them."""
        return sections.sections(self.plan, self.policy, self.derived)

    @cached_property
    def numbers(self) -> tuple[numbers.Named, ...]:
        """Every named number, the one index of them."""
        return numbers.numbers(self)

    @cached_property
    def sensitivity(self) -> tuple[sensitivity.Sensitivity, ...]:
        """What moves each headline number, and from which value on its limit is missed."""
        return sensitivity.sensitivity(self)

    @cached_property
    def stated(self) -> tuple[stated.StatedFacts, ...]:
        """The numbers that the plan quotes, each beside the one that its formula gives."""
        return stated.stated(self)

"""The facts of a plan: each computed once, when somebody first asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from plangate.analysis import capacity, cost, cutover, derived, lineage, references, sections
from plangate.model.plan import Plan
from plangate.model.policy import Policy


@dataclass(frozen=True)
class Facts:
    """Everything that follows from a plan under a policy; `portfolio` are all plans, for what they produce."""

    plan: Plan
    policy: Policy
    portfolio: Sequence[Plan] = ()

    @cached_property
    def derived(self) -> derived.Derived:
        """Elements that other gates imply."""
        return derived.derived(self.plan)

    @cached_property
    def lineage(self) -> lineage.Lineage:
        """The graph of datasets and consumers."""
        return lineage.lineage(self.plan, self.derived.critical, self.portfolio)

    @cached_property
    def references(self) -> references.References:
        """Definitions and uses of ids."""
        return references.References(self.plan, self.policy, self.derived, self.lineage, self.portfolio)

    @cached_property
    def capacity(self) -> capacity.CapacityFacts:
        """Volumes, peaks and storage."""
        return capacity.capacity(self.plan)

    @cached_property
    def cost(self) -> cost.CostFacts:
        """Monthly and one-off cost."""
        return cost.cost(self.plan, self.capacity)

    @cached_property
    def cutover(self) -> cutover.Schedule | None:
        """The schedule of the cutover, where there is one."""
        return cutover.cutover(self.plan)

    @cached_property
    def mandatory(self) -> tuple[sections.SectionState, ...]:
        """The mandatory sections and what became of them."""
        return sections.sections(self.plan, self.policy, self.derived)

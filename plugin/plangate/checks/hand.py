"""Reads some of the plans and judges some, and keeps what it read; of all others it knows no more than their cards."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from plangate.analysis.card import Card
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.checks.judge import Order
from plangate.checks.runner import Judged, judge_all
from plangate.reading.crew import Heard
from plangate.reading.glance import Look
from plangate.reading.portfolio import Portfolio

Read = Callable[[Collection[str], Portfolio | None, int, Heard], Portfolio]
"""Reads the plans of some names, by so many processes; what stands in the portfolio that was read before need not be
read again."""


@dataclass
class Hand:
    """What one process of a run has read so far, and what it does with it."""

    order: Order
    portfolio: Portfolio
    read: Read
    jobs: int = 1
    """How many processes share its own work."""
    failures: dict[str, str] = field(default_factory=dict)
    """The plans that could not be read."""
    landscape: Landscape = field(default_factory=Landscape)
    facts: dict[str, Facts] = field(default_factory=dict)
    """What was worked out of plans before they were among others."""

    def look(self, names: Collection[str], heard: Heard) -> Mapping[str, Look]:
        """Read plans, and tell what is seen of them at first."""
        self._have(names, heard)
        self.facts = {plan.id: Facts(plan, self.order.policy) for plan in self.portfolio.plans}
        sizes = {name: sum(size for *_, size in files) for name, files in self.portfolio.signatures.items()}
        return {name: Look(facts.ties, sizes[name]) for name, facts in self.facts.items()}

    def cards(self, names: Collection[str], heard: Heard) -> Mapping[str, Card]:
        """Give the cards of plans, with which all have to be given that they are connected with."""
        self._have(names, heard)
        self.landscape = Landscape(self.portfolio.plans)
        return self.landscape.cards

    def judge(self, wanted: Sequence[str], names: Collection[str], cards: Mapping[str, Card], heard: Heard) -> Judged:
        """Judge the wanted plans among those of `names`; of the others `cards` tell."""
        self._have(names, lambda done, of: None)
        others = {name: one for name, one in cards.items() if name not in self.portfolio}
        landscape = replace(self.landscape, plans=self.portfolio.plans, others=others)
        known = (self.facts.pop(plan.id, None) for plan in landscape.plans)
        landscape.facts.update(
            {one.plan.id: one.among(landscape) for one in known if one and landscape.by_id[one.plan.id] is one.plan}
        )
        asked = [name for name in wanted if name in self.portfolio]
        judged = judge_all(self.order, self.portfolio, landscape, asked, self.jobs, heard)
        verdicts = tuple(replace(one, plan=one.plan.alone) for one in judged.judgements)
        return replace(judged, judgements=verdicts, failures={**self.failures, **judged.failures})

    def _have(self, names: Collection[str], heard: Heard) -> None:
        """Read what is not there yet, and forget what is not needed any more."""
        if {*names} != {read.plan.id for read in self.portfolio.reads}:
            self.portfolio = self.read(names, self.portfolio, self.jobs, heard)
            self.failures |= self.portfolio.failures

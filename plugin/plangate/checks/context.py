"""Gate context: what readers need, held against what the plan can give."""

from collections.abc import Iterator

from plangate.checks.ages import AGES, asked, unmet
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Problem


@rule(
    "CTX010",
    "Every consumer gets data that is fresh enough for it",
    scope="plan",
    tiers=FROM_B,
    reason="What a reader needs is the reason for the schedule, not the other way round.",
    reads=(*AGES, "context.consumers[].freshness", "context.consumers[].reads"),
    applies=asked("consumer"),
    fails=(Edit("01-context.yml", "reads: [mart.orders]", "reads: [mart.orders], freshness: 20 h"),),
    passes=(Edit("01-context.yml", "reads: [mart.orders]", "reads: [mart.orders], freshness: 30 h"),),
)
def needs_are_met(subject: Subject) -> Iterator[Problem]:
    """The worst age of each dataset that a consumer reads is at most the age that the consumer can do with."""
    for need in subject.facts.freshness.of("consumer"):
        yield from unmet("CTX010", subject, need, f"Consumer {need.name} can do with data of")

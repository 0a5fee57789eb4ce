"""Plans that come after others, and plans that rest on others: both sides say so, and none stands on sand."""

from collections.abc import Iterator

from plangate.checks.portfolio import second
from plangate.checks.rule import Edit, Subject, rule
from plangate.model.problem import HEADER, Problem

_UNSAFE = {"draft": "is a draft", "withdrawn": "is withdrawn"}


@rule(
    "PLN014",
    "A plan in review rests on plans that are in review themselves",
    scope="portfolio",
    reason="What is a draft today may be another thing tomorrow, and what is withdrawn will never be.",
    reads=("plan.depends_on",),
    applies=lambda subject: subject.plan.header.intent == "in_review",
    where="the plan is in review",
    fails=(Edit("plan.yml", "domain: commerce", "domain: commerce\ndepends_on: [second-plan]"), *second()),
)
def rests_on_reviewed_plans(subject: Subject) -> Iterator[Problem]:
    """No plan that a plan in review names in `depends_on` is a draft or withdrawn."""
    for place, name in enumerate(subject.plan.header.depends_on):
        other = subject.facts.landscape.by_id.get(name)
        if other is not None and other.header.intent in _UNSAFE:
            yield Problem(
                "PLN014",
                f"The plan depends on {name}, which {_UNSAFE[other.header.intent]}",
                HEADER,
                ("depends_on", place),
                other.header.intent,
                "in_review or live",
            )


@rule(
    "PLN015",
    "Supersession is named on both sides",
    scope="portfolio",
    reason="Who reads the old plan has to learn that there is a new one.",
    reads=("plan.supersedes", "plan.superseded_by"),
    fails=(Edit("plan.yml", "domain: commerce", "domain: commerce\nsupersedes: second-plan"), *second()),
    passes=(
        Edit("plan.yml", "domain: commerce", "domain: commerce\nsupersedes: second-plan"),
        *second("superseded_by: first-plan\n"),
    ),
)
def named_on_both_sides(subject: Subject) -> Iterator[Problem]:
    """Where a plan `supersedes` another one, that one says `superseded_by` it, and the other way round.

    Plans that are over or replaced are asked too: they are the ones that others have come after.
    """
    header, by_id = subject.plan.header, subject.facts.landscape.by_id
    for key, back in (("supersedes", "superseded_by"), ("superseded_by", "supersedes")):
        name = getattr(header, key)
        other = by_id.get(name) if name else None
        told = getattr(other.header, back) if other is not None else subject.plan.id
        if told != subject.plan.id:
            says = f"says {told}" if told else "does not say so"
            yield Problem(
                "PLN015",
                f"The plan says `{key}: {name}`, and {name} {says}",
                HEADER,
                (key,),
                told or "nothing",
                f"{back}: {subject.plan.id} in {name}",
            )

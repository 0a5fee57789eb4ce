"""What rules say of data that is too old: what makes the most of its age, and how little of that would do."""

from decimal import Decimal

from plangate.analysis.amount import amount, no_less, no_more
from plangate.analysis.chains import DatasetAge, Stage
from plangate.analysis.computed import Leaf, with_values
from plangate.analysis.freshness import Need
from plangate.analysis.terms import Term, says
from plangate.checks.events import longer_interval
from plangate.checks.rule import FROM_B, Subject
from plangate.checks.streams import longer_wait
from plangate.model.quantity import Quantity, parse
from plangate.model.text import spoken


def younger(subject: Subject, need: Need, age: Quantity, limit: Quantity) -> str:
    """Say by how much a dataset is too old for a limit, what makes the most of its age, and what of it would do."""
    longer = asked_longer(subject, need.age)
    over = amount(age.base + sum(more for more, _ in longer) - limit.base, age.dimension)
    counted = f" (this counts {spoken([said for _, said in longer])})" if longer else ""
    part = _largest_part(subject, need.age, over)
    return f"Or make {need.dataset} younger by {no_less(over, need.need)}{counted}: {part}"


def asked_longer(subject: Subject, age: DatasetAge) -> list[tuple[Decimal, str]]:
    """Give the terms of an age that other rules ask to be longer: by how many seconds, and what is asked for."""
    events = subject.plan.events if subject.plan.header.tier in FROM_B else None
    wanted = {
        "watermark": (longer_wait(events.time if events else None), "max_out_of_orderness", "STR002"),
        "commit": (longer_interval(events), "interval", "STR006"),
    }
    found = []
    for _, term in age.terms:
        longer, name, rule = wanted.get(term.name, (None, "", ""))
        if longer is not None and longer.base > term.input.value.base:
            found.append((longer.base - term.input.value.base, f"the `{name}: {longer}` that {rule} asks for"))
    return found


_TYPED = frozenset({"watermark", "idleness", "lateness", "window", "commit", "queue", "runtime", "publish", "check"})
"""The terms of an age that a plan writes as they are, so that a smaller one can be written."""


def _largest_part(subject: Subject, age: DatasetAge, over: Quantity) -> str:
    """Name what makes the most of an age, and how little of it would do where somebody says it; or that it is not
    enough."""
    stage, term = _most(age)
    value, leaf = term.input.value, term.input.leaf
    rest = amount(value.base - over.base, value.dimension)
    if term.name == "promise":
        return _promised_less(subject, age, (stage, term), rest)
    said = f"the most of its age is the {says(term, stage.pipeline, stage.dataset)} ({value})"
    if value.base < over.base:
        said += f"; that alone is not enough, {_others(age, term)}"
    elif term.name in _TYPED and leaf is not None and rest.base > 0:
        less = f"`{leaf[1][-1]}: {_at_most(rest, value)}` would do"
        alone = "less of that alone is not enough, another way or run takes as long"
        said += f"; {less if _would_do(age, leaf, rest, over) else alone}"
    return said


def _would_do(age: DatasetAge, leaf: Leaf, rest: Quantity, over: Quantity) -> bool:
    """Tell whether another value at a place makes an age by so much smaller, with every way and run that takes long."""
    shorter = with_values(age.age, {leaf: rest.base}) if age.age is not None else None
    return age.age is None or shorter is None or shorter <= age.age.value.base - over.base


def _promised_less(subject: Subject, age: DatasetAge, promise: tuple[Stage, Term], rest: Quantity) -> str:
    """Say what another plan promises, and how little of it would do; or that it cannot promise as little, or that even
    that is not enough."""
    stage, term = promise
    makers = [one for one in subject.facts.landscape.producers.get(stage.dataset, ()) if one != subject.plan.id]
    who = f"plan {makers[0]}" if makers else "another plan"
    said = f"{who} promises {term.input.value} for {stage.dataset}"
    if rest.base <= 0:
        return f"{said}; no promise there is short enough, {_others(age, term)}"
    least = _least_elsewhere(subject, makers[0], stage.dataset) if makers else None
    needed = _at_most(rest, term.input.value)
    if least is not None and least.base > rest.base:
        can = no_less(least, term.input.value)
        return f"{said}; at most {needed} would do, but as it is built there it can promise no less than {can}"
    return f"{said}; agree on at most {needed} there"


def _least_elsewhere(subject: Subject, plan: str, dataset: str) -> Quantity | None:
    """Give the least that another plan can promise of a dataset as it is designed; None where that is not known."""
    facts = subject.facts.of(plan)
    known = facts.freshness.ages.get(dataset) if facts is not None else None
    if known is None or known.age is None:
        return None
    share = min(subject.policy.checklists.thresholds.freshness_headroom.base, Decimal(1))
    return amount(known.age.value.base / (share or 1), known.age.value.dimension)


def _at_most(rest: Quantity, value: Quantity) -> str:
    """Write a duration as a plan may, in the unit of the one that it takes the place of unless that is too coarse."""
    return no_more(rest, value if rest.to(value.unit) >= 1 else parse("PT1S"))


def _others(age: DatasetAge, most: Term) -> str:
    """Say what is left of an age without its largest part, and what makes the most of that."""
    others = [(stage, term) for stage, term in age.terms if term is not most]
    left = amount(sum((term.input.value.base for _, term in others), Decimal(0)), most.input.value.dimension)
    if not left.base:
        return "though there is nothing else"
    stage, term = max(others, key=lambda entry: entry[1].input.value.base)
    what = says(term, stage.pipeline, stage.dataset)
    return f"{left} come from elsewhere, the most of that from the {what} ({term.input.value})"


def most_of(age: DatasetAge) -> str:
    """Name what makes the most of an age, as the plan writes it where it does: `allowed_lateness` (3 h)."""
    stage, term = _most(age)
    typed = term.name in _TYPED and term.input.leaf is not None
    what = f"`{term.input.path[-1]}`" if typed else f"the {says(term, stage.pipeline, stage.dataset)}"
    return f"{what} ({term.input.value})"


def _most(age: DatasetAge) -> tuple[Stage, Term]:
    """Give the term that makes the most of an age, with its stage."""
    return max(age.terms, key=lambda entry: entry[1].input.value.base)

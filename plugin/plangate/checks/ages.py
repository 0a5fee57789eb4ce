"""What rules say of worst ages: the places that these rest on, what breaks first, and what is missing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from plangate.analysis.amount import alike, amount, no_less, no_more
from plangate.analysis.chains import DatasetAge, Stage
from plangate.analysis.freshness import Need, NeedKind
from plangate.analysis.terms import Missing, Term, refused, says
from plangate.checks.absences import section_rule
from plangate.checks.events import longer_interval
from plangate.checks.rule import FROM_B, Guard, Subject
from plangate.checks.streams import longer_wait
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity, parse
from plangate.model.text import spoken

AGES = (
    "plan.go_live",
    "sources.sources[].arrival",
    "sources.sources[].datasets",
    "events.streams",
    "events.time",
    "events.windows",
    "events.sink",
    "events.delivery.guarantee",
    "events.checkpoints.interval",
    "capacity.runtimes",
    "ingestion.pipelines[].schedule",
    "ingestion.pipelines[].waits_for",
    "ingestion.pipelines[].inputs",
    "ingestion.pipelines[].outputs",
    "ingestion.pipelines[].pattern",
    "modeling.models[].depends_on",
    "modeling.models[].materialized",
    "quality.checks[].runtime",
    "quality.checks[].stage",
    "quality.checks[].action",
    "quality.reconciliation[].runtime",
    "quality.reconciliation[].stage",
    "quality.reconciliation[].action",
)
"""Where the plan says what worst ages are worked out from, as rules read it."""


_NEEDS: Mapping[NeedKind, str] = {
    "consumer": "context.consumers[].freshness",
    "promise": "sources.freshness",
    "contract": "contracts.contracts[].sla",
    "slo": "operations.slos",
    "check": "quality.checks[].must_be",
}


def asked(*kinds: NeedKind) -> Guard:
    """Make the guard of a rule that judges needs of some kinds: where pipelines are planned and a need is stated, or
    was refused."""

    def guard(subject: Subject) -> bool:
        refused_ones = subject.refused(*(_NEEDS[kind] for kind in kinds))
        return subject.plan.ingestion is not None and (refused_ones or bool(subject.facts.freshness.of(*kinds)))

    return guard


def promised_late(subject: Subject, dataset: str) -> str | None:
    """Name the rule whose finding explains that a dataset is too old, or of unknown age: its own promise is judged."""
    for need in subject.facts.freshness.of("promise"):
        if need.dataset == dataset and need.met is False:
            return "ING008"
        if need.dataset == dataset and (missing := lacking(subject, need.age.missing)):
            told = [told_by(subject, gate, path) for gate, path, _ in missing]
            return "ING008" if None in told else told[0]
    return None


def lacking(subject: Subject, missing: Iterable[Missing]) -> tuple[Missing, ...]:
    """Give what of the missing the plan has to say before a number is known.

    Nothing where a value was refused, since nobody can tell then, and nothing that the plan declines with a reason.
    """
    found = tuple(missing)
    if subject.gone("sources.sources.datasets") or any(refused(subject.plan, gate, path) for gate, path, _ in found):
        return ()
    declined = subject.plan.not_applicable
    return tuple(
        (gate, path, what)
        for gate, path, what in found
        if not any(gate == other and path[: len(place)] == place for other, place in declined)
    )


def told_by(subject: Subject, gate: str, path: Path) -> str | None:
    """Name the rule that tells by itself that something is missing at a place."""
    if (found := section_rule(subject, gate, path)) is not None:
        return found
    if (gate, path) == ("events", ("time", "idleness")) and any(
        (stream.partitions or 1) > 1 and stream.low_traffic is not False
        for stream in (subject.plan.events.streams if subject.plan.events else ())
    ):
        return "STR003"
    return "DQ006" if gate == "quality" else None


_WRITTEN: Mapping[str | int, str] = {
    "idleness": "1 min",
    "max_out_of_orderness": "30 s",
    "p95": "10 min",
    "runtime": "1 min",
    "size": "1 min",
    "slide": "1 min",
    "gap": "30 min",
    "commit_interval": "60 s",
    "interval": "60 s",
}


def example(path: Path) -> str | None:
    """Show what a plan may write at a place that an age needs: `idleness: 1 min`; None where no one value stands."""
    value = _WRITTEN.get(path[-1]) if path else None
    return f"a duration, such as `{path[-1]}: {value}`" if value else None


def named(missing: Iterable[Missing]) -> str:
    """Write what is missing in one breath, at most three things of it."""
    whats = list(dict.fromkeys(what for _, _, what in missing))
    more = f" and {len(whats) - 3} more" if len(whats) > 3 else ""
    return ", ".join(whats[:3]) + more


def unmet(rule: str, subject: Subject, needs: Sequence[Need], who: str) -> Iterator[Problem]:
    """Tell that a need, of one dataset or more, is missed by worst ages, or that nobody can say.

    The finding names the oldest dataset, and every other that is too old; the promise's rule comes first where it tells
    of all of them.
    """
    late = sorted(
        (need for need in needs if need.age.age is not None and not need.met), key=lambda need: -_age(need).base
    )
    if late:
        first = late[0]
        more = [f"{need.dataset} {alike(_age(need), need.need)}" for need in late[1:]]
        causes = {promised_late(subject, need.dataset) for need in late}
        yield Problem(
            rule,
            spoken([f"{who}, {first.dataset} is at worst {alike(_age(first), first.need)} old", *more]),
            first.gate,
            first.path,
            str(first.need),
            _lasting_for(subject, max(late, key=lambda need: lasting(subject, need)[0].base)),
            younger(subject, first, _age(first), fitting(subject, first)),
            cause=None if None in causes else "ING008",
        )
    for need in needs:
        missing = lacking(subject, need.age.missing) if need.age.age is None else ()
        if missing:
            yield Problem(
                rule,
                f"{who}, and how old {need.dataset} gets is not known: missing is {named(missing)}{without(need)}",
                need.gate,
                need.path,
                str(need.need),
                f"a worst age of {need.dataset} that is known",
                f"State {named(missing)}{too_old(need)}",
                cause=promised_late(subject, need.dataset),
            )


def without(need: Need) -> str:
    """Say of an age that is not known that what is known of it is above the need by itself; nothing where it is not."""
    if need.age.least <= need.need.base:
        return ""
    return f"; whatever that is, it is at least {alike(amount(need.age.least, need.need.dimension), need.need)} old"


def too_old(need: Need) -> str:
    """Say what else than the missing has to change where what is known of an age is above the need by itself."""
    return f"; that alone does not do, the most of the age is {most_of(need)}" if without(need) else ""


def most_of(need: Need) -> str:
    """Name what makes the most of an age, as the plan writes it where it does: `allowed_lateness` (3 h)."""
    stage, term = _most(need.age)
    typed = term.name in _TYPED and term.input.leaf is not None
    what = f"`{term.input.path[-1]}`" if typed else f"the {says(term, stage.pipeline, stage.dataset)}"
    return f"{what} ({term.input.value})"


def _age(need: Need) -> Quantity:
    assert need.age.age is not None  # noqa: S101 -- only needs of a known age are compared
    return need.age.age.value


def lasting(subject: Subject, need: Need) -> tuple[Quantity, str]:
    """Give the least number that everybody may say of a dataset, as a quantity and as a plan writes it.

    That is its worst age, with what other rules ask to be longer; where the age is promised, so much more that the
    promise keeps its headroom.
    """
    age = _grown(subject, need)
    least = amount(age.base / (_share(subject, need) or 1), age.dimension)
    return least, no_less(least, need.need)


def _lasting_for(subject: Subject, need: Need) -> str:
    """Write the least that everybody may say of a dataset, and where that is more than its age, why."""
    share = subject.policy.checklists.thresholds.freshness_headroom
    least, told = lasting(subject, need)
    age = no_less(_grown(subject, need), need.need)
    if least.base <= _grown(subject, need).base:
        return f"at least {told}"
    return (
        f"at least {told}, so that the promise of {need.dataset} can say the same and its age fills no more than "
        f"{share} of it (`freshness_headroom`); without the promise {age} would do"
    )


def fitting(subject: Subject, need: Need) -> Quantity:
    """Give the worst age at which what is said of a dataset can stay as it is: the other way round of `lasting`."""
    return amount(need.need.base * _share(subject, need), need.need.dimension)


def _share(subject: Subject, need: Need) -> Decimal:
    """Give the share of a need that the age of its dataset may fill: all of it, or less where the age is promised."""
    share = subject.policy.checklists.thresholds.freshness_headroom.base
    promised = any(other.dataset == need.dataset for other in subject.facts.freshness.of("promise"))
    return min(share, Decimal(1)) if promised else Decimal(1)


def younger(subject: Subject, need: Need, age: Quantity, limit: Quantity) -> str:
    """Say by how much a dataset is too old for a limit, what makes the most of its age, and what of it would do."""
    longer = _asked_longer(subject, need.age)
    over = amount(age.base + sum(more for more, _ in longer) - limit.base, age.dimension)
    counted = f" (this counts {spoken([said for _, said in longer])})" if longer else ""
    part = _largest_part(subject, need.age, over)
    return f"Or make {need.dataset} younger by {no_less(over, need.need)}{counted}: {part}"


def _grown(subject: Subject, need: Need) -> Quantity:
    """Give a worst age as it is once other rules have what they ask for."""
    age = _age(need)
    return amount(age.base + sum(more for more, _ in _asked_longer(subject, need.age)), age.dimension)


def _asked_longer(subject: Subject, age: DatasetAge) -> list[tuple[Decimal, str]]:
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
        others = [one for one in subject.facts.landscape.producers.get(stage.dataset, ()) if one != subject.plan.id]
        who = f"plan {others[0]}" if others else "another plan"
        said = f"{who} promises {value} for {stage.dataset}"
        if rest.base > 0:
            return f"{said}; agree on at most {_at_most(rest, value)} there"
        return f"{said}; less there is not enough, {_others(age, term)}"
    said = f"the most of its age is the {says(term, stage.pipeline, stage.dataset)} ({value})"
    if value.base < over.base:
        said += f"; that alone is not enough, {_others(age, term)}"
    elif term.name in _TYPED and leaf is not None and rest.base > 0:
        said += f"; `{leaf[1][-1]}: {_at_most(rest, value)}` would do"
    return said


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
    return (
        f"{left} come from elsewhere, the most by the {says(term, stage.pipeline, stage.dataset)} ({term.input.value})"
    )


def _most(age: DatasetAge) -> tuple[Stage, Term]:
    """Give the term that makes the most of an age, with its stage."""
    return max(age.terms, key=lambda entry: entry[1].input.value.base)

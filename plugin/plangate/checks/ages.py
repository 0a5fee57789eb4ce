"""What rules say of worst ages: the places that these rest on, what breaks first, and what is missing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from plangate.analysis.amount import alike, amount, no_less, no_more
from plangate.analysis.chains import DatasetAge
from plangate.analysis.freshness import Need, NeedKind
from plangate.analysis.terms import Missing, refused, says
from plangate.checks.absences import section_rule
from plangate.checks.rule import Guard, Subject
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
            f"at least {max((lasting(subject, need) for need in late), key=lambda found: found[0].base)[1]}",
            younger(subject, first, _age(first), first.need),
            cause=None if None in causes else "ING008",
        )
    for need in needs:
        missing = lacking(subject, need.age.missing) if need.age.age is None else ()
        if missing:
            yield Problem(
                rule,
                f"{who}, and how old {need.dataset} gets is not known: missing is {named(missing)}",
                need.gate,
                need.path,
                str(need.need),
                f"a worst age of {need.dataset} that is known",
                f"State {named(missing)}",
                cause=promised_late(subject, need.dataset),
            )


def _age(need: Need) -> Quantity:
    assert need.age.age is not None  # noqa: S101 -- only needs of a known age are compared
    return need.age.age.value


def lasting(subject: Subject, need: Need) -> tuple[Quantity, str]:
    """Give the least number that everybody may say of a dataset, as a quantity and as a plan writes it.

    That is its worst age; where the age is promised, so much more that the promise keeps its headroom.
    """
    share = subject.policy.checklists.thresholds.freshness_headroom.base
    promised = any(other.dataset == need.dataset for other in subject.facts.freshness.of("promise"))
    age = _age(need)
    least = amount(age.base / (min(share, Decimal(1)) or 1), age.dimension) if promised else age
    return least, no_less(least, need.need)


def younger(subject: Subject, need: Need, age: Quantity, limit: Quantity) -> str:
    """Say by how much a dataset is too old for a limit, what makes the most of its age, and what of it would do."""
    over = amount(age.base - limit.base, age.dimension)
    return f"Or make {need.dataset} younger by {no_less(over, need.need)}: {_largest_part(subject, need.age, over)}"


_TYPED = frozenset({"watermark", "idleness", "lateness", "window", "commit", "queue", "runtime", "publish", "check"})
"""The terms of an age that a plan writes as they are, so that a smaller one can be written."""


def _largest_part(subject: Subject, age: DatasetAge, over: Quantity) -> str:
    """Name what makes the most of an age, and how little of it would do where the plan says it itself."""
    terms = [(stage, term) for stage in age.chain for term in stage.terms]
    stage, term = max(terms, key=lambda entry: entry[1].input.value.base)
    value, leaf = term.input.value, term.input.leaf
    if term.name == "promise":
        others = [one for one in subject.facts.landscape.producers.get(stage.dataset, ()) if one != subject.plan.id]
        who = f"plan {others[0]}" if others else "another plan"
        return f"{who} promises {value} for {stage.dataset}; agree on less there"
    said = f"the most of its age is the {says(term, stage.pipeline, stage.dataset)} ({value})"
    if term.name in _TYPED and leaf is not None and value.base > over.base:
        rest = amount(value.base - over.base, value.dimension)
        shown = no_more(rest, value if rest.to(value.unit) >= 1 else parse("PT1S"))
        said += f"; `{leaf[1][-1]}: {shown}` would do"
    return said

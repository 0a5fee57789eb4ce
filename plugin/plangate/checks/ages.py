"""What rules say of worst ages: the places that these rest on, what breaks first, and what is missing."""

from collections.abc import Iterable, Iterator, Mapping

from plangate.analysis.amount import alike, amount, no_less
from plangate.analysis.chains import DatasetAge
from plangate.analysis.freshness import Need, NeedKind
from plangate.analysis.terms import Missing, refused, says
from plangate.checks.absences import section_rule
from plangate.checks.rule import Guard, Subject
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity

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
    needs = [need for need in subject.facts.freshness.of("promise") if need.dataset == dataset]
    return "ING008" if any(need.met is False or lacking(subject, need.age.missing) for need in needs) else None


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
    return section_rule(subject, gate, path) or ("DQ006" if gate == "quality" else None)


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


def unmet(rule: str, subject: Subject, need: Need, who: str) -> Iterator[Problem]:
    """Tell that a need is missed by the worst age of its dataset, or that nobody can say; the promise's rule first."""
    age, missing = need.age.age, lacking(subject, need.age.missing)
    if age is not None and not need.met:
        message = f"{who} {need.need}, {need.dataset} is at worst {alike(age.value, need.need)} old"
        expected = f"at least {no_less(age.value, need.need)}"
        hint = younger(need, age.value, need.need)
    elif missing:
        message = f"{who} {need.need}, and how old {need.dataset} gets is not known: missing is {named(missing)}"
        expected, hint = f"a worst age of {need.dataset} that is known", f"State {named(missing)}"
    else:
        return
    yield Problem(
        rule,
        message,
        need.gate,
        need.path,
        str(need.need),
        expected,
        hint,
        cause=promised_late(subject, need.dataset),
    )


def younger(need: Need, age: Quantity, limit: Quantity) -> str:
    """Say by how much a dataset is too old for a limit, and what makes the most of its age."""
    over = no_less(amount(age.base - limit.base, age.dimension), need.need)
    return f"Or make {need.dataset} younger by {over}: the most of its age is {_largest_part(need.age)}"


def _largest_part(age: DatasetAge) -> str:
    """Name what makes the most of an age."""
    terms = [(stage, term) for stage in age.chain for term in stage.terms]
    stage, term = max(terms, key=lambda entry: entry[1].input.value.base)
    value = term.input.value
    return f"the {says(term, stage.pipeline, stage.dataset)} ({value})"

"""What rules say of worst ages: the places that these rest on, what would do, and what is missing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from plangate.analysis.amount import alike, amount, no_less
from plangate.analysis.freshness import Need, NeedKind
from plangate.analysis.terms import Missing, refused
from plangate.checks.absences import section_rule
from plangate.checks.rule import Guard, Subject
from plangate.checks.younger import asked_longer, most_of, younger
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity
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
    if subject.gone("sources.sources.datasets", "ingestion.pipelines.outputs") or any(
        refused(subject.plan, gate, path) for gate, path, _ in found
    ):
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
            enough(subject, max(late, key=lambda need: lasting(subject, need)[0].base)),
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
    return f"; that alone does not do, the most of the age is {most_of(need.age)}" if without(need) else ""


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


_ALIKE = frozenset({"promise", "contract", "check"})
"""The needs that say one number of a dataset (DQ012); consumers and SLOs say as much or more."""


def enough(subject: Subject, need: Need) -> str:
    """Write what would do in place of a need that is missed: what is said elsewhere already, where that holds, or else
    the least that everybody may say of the dataset, with why; and where else the same has to stand."""
    share = subject.policy.checklists.thresholds.freshness_headroom
    least, told = lasting(subject, need)
    others = {
        (other.gate, other.path): other
        for other in subject.facts.freshness.needs
        if other.dataset == need.dataset and (other.gate, other.path) != (need.gate, need.path) and _typed_there(other)
    }
    holds = [other for other in others.values() if other.kind in _ALIKE and other.need.base >= least.base]
    also = spoken([_at(subject, other) for other in others.values() if other.need.base < least.base])
    same = f", the same in {also}" if also else ""
    if holds:
        right = min(holds, key=lambda other: other.need.base)
        return f"{'' if need.kind in _ALIKE else 'at least '}{right.need}, as {_at(subject, right)} says{same}"
    if least.base <= _grown(subject, need).base or need.kind == "promise":
        return f"at least {told}{same}"
    age = f"so that the age of {need.dataset} fills no more than {share} of its promise (`freshness_headroom`)"
    return f"at least {told}{same}, {age}"


def _typed_there(need: Need) -> bool:
    """Tell whether a need is written at its place: an SLO without a target of its own takes the promise."""
    return need.kind != "slo" or need.path[-1] == "target"


def _at(subject: Subject, need: Need) -> str:
    return f"`{subject.written(need.gate, need.path)}` of gate {need.gate}"


def fitting(subject: Subject, need: Need) -> Quantity:
    """Give the worst age at which what is said of a dataset can stay as it is: the other way round of `lasting`."""
    return amount(need.need.base * _share(subject, need), need.need.dimension)


def _share(subject: Subject, need: Need) -> Decimal:
    """Give the share of a need that the age of its dataset may fill: all of it, or less where the age is promised."""
    share = subject.policy.checklists.thresholds.freshness_headroom.base
    promised = any(other.dataset == need.dataset for other in subject.facts.freshness.of("promise"))
    return min(share, Decimal(1)) if promised else Decimal(1)


def _grown(subject: Subject, need: Need) -> Quantity:
    """Give a worst age as it is once other rules have what they ask for."""
    age = _age(need)
    return amount(age.base + sum(more for more, _ in asked_longer(subject, need.age)), age.dimension)

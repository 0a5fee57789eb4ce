"""Gate quality: checks that stand where they have to, and thresholds that agree with promises."""

from collections.abc import Iterator

from plangate.analysis.terms import checks_of, holds_back, refused
from plangate.checks.ages import AGES, asked, lasting, unmet
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Problem

_BEFORE = frozenset({"pre_load", "pre_publish"})
_DERIVE = "derive: [unique, not_null, accepted_values, freshness, row_count]\n"
_CHECK = (
    "checks:\n  - {id: orders_pk, dataset: mart.orders, column: order_id, kind: unique, must_be: '<= 0 rows', "
    "severity: error, action: block_publish, owner: data_team, stage: STAGE, runtime: 1 min}\n"
)
_AGE = (
    "checks:\n  - {id: orders_age, dataset: mart.orders, kind: freshness, must_be: '<= LIMIT', severity: error, "
    "action: page, owner: data_team, stage: continuous, schedule: {every: 1 h}}\n"
)


@rule(
    "DQ006",
    "Checks that block run before anybody can read, and their runtime counts",
    scope="plan",
    tiers=FROM_B,
    reason="A check that blocks after the publication only tells how long the wrong number was visible.",
    reads=(
        "quality.checks[].action",
        "quality.checks[].stage",
        "quality.checks[].runtime",
        "quality.reconciliation[].action",
        "quality.reconciliation[].stage",
        "quality.reconciliation[].runtime",
    ),
    applies=lambda subject: any(holds_back(check) for _, check, _ in checks_of(subject.plan)),
    where="a check holds data back",
    fails=(Edit("07-quality.yml", _DERIVE, _DERIVE + _CHECK.replace("STAGE", "post_load")),),
    passes=(Edit("07-quality.yml", _DERIVE, _DERIVE + _CHECK.replace("STAGE", "pre_publish")),),
)
def blocking_checks(subject: Subject) -> Iterator[Problem]:
    """A check with the action `block_publish` has the stage `pre_load` or `pre_publish`; and every check that readers
    wait for states its runtime, since that is part of the age of the data.
    """
    for path, check, _ in checks_of(subject.plan):
        if (
            check.action == "block_publish"
            and check.stage not in _BEFORE
            and not refused(subject.plan, "quality", (*path, "stage"))
        ):
            where = f"runs at stage {check.stage}" if check.stage else "does not say when it runs"
            yield Problem(
                "DQ006",
                f"Check {check.id} is to block the publication and {where}",
                "quality",
                (*path, "stage") if check.stage else path,
                check.stage or "no stage",
                "pre_publish or pre_load",
                "Write, check, then publish: give it the stage pre_publish, or another action",
            )
        if holds_back(check) and check.runtime is None and not refused(subject.plan, "quality", (*path, "runtime")):
            yield Problem(
                "DQ006",
                f"Readers wait for check {check.id}, which does not say how long it runs",
                "quality",
                path,
                "no runtime",
                "a duration in `runtime`",
                "Its runtime is part of the age of the data",
                absent=True,
            )


@rule(
    "DQ012",
    "Check, contract, promise and need tell one number",
    severity="warning",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="Three files with three numbers: the alert stays silent while the contract is broken.",
    reads=(*AGES, "quality.checks[].must_be", "contracts.contracts[].sla", "sources.freshness", "context.consumers"),
    applies=asked("check", "contract", "promise"),
    where="a check, contract or promise says how fresh data is, and gate ingestion is there",
    fails=(Edit("07-quality.yml", _DERIVE, _DERIVE + _AGE.replace("LIMIT", "36 h")),),
    passes=(Edit("07-quality.yml", _DERIVE, _DERIVE + _AGE.replace("LIMIT", "30 h")),),
)
def one_number(subject: Subject) -> Iterator[Problem]:
    """For each dataset the thresholds of its freshness checks, the promise and the contract are one number; no consumer
    needs a smaller one; and no check fires at an age that the design reaches by itself.
    """
    facts = subject.facts.freshness
    for dataset in dict.fromkeys(need.dataset for need in facts.needs):
        stated = [need for need in facts.of("contract", "promise", "check") if need.dataset == dataset]
        if not stated:
            continue
        first = min(stated, key=lambda need: ("contract", "promise", "check").index(need.kind))
        lasts = lasting(subject, first) if first.age.age is not None else None
        kept = lasts is None or first.need.base >= lasts[0].base
        enough = [need.need for need in stated if lasts is not None and need.need.base >= lasts[0].base]
        for other in stated:
            if other.need != first.need:
                one, two = _who(other.kind, other.name).capitalize(), _who(first.kind, first.name)
                # The one that has to change: of a pair that says too little both, or else the first, by the other.
                wrong, right = (first, other) if not kept and other.need in enough else (other, first)
                yield Problem(
                    "DQ012",
                    f"{one} of {dataset} says {other.need}, {two} says {first.need}",
                    wrong.gate,
                    wrong.path,
                    str(wrong.need),
                    str(first.need)
                    if kept or lasts is None
                    else f"one number, at least {lasts[1]}, such as "
                    f"{min(enough, key=lambda need: need.base, default=None) or lasts[1]}",
                    f"Let all of them say one number; {_who(right.kind, right.name)} is "
                    f"`{subject.written(right.gate, right.path)}` of gate {right.gate}",
                    cause="CON010" if wrong.kind == "contract" and wrong.met is False else None,
                )
        for consumer in (need for need in facts.of("consumer") if need.dataset == dataset):
            if consumer.need.base < first.need.base:
                need_at = f"`{subject.written(consumer.gate, consumer.path)}` of gate {consumer.gate}"
                yield Problem(
                    "DQ012",
                    f"Consumer {consumer.name} needs {dataset} within {consumer.need}, {_who(first.kind, first.name)} "
                    f"says {first.need}",
                    first.gate,
                    first.path,
                    str(first.need),
                    f"at most {consumer.need}"
                    if lasts is None or consumer.need.base >= lasts[0].base
                    else f"at least {lasts[1]}, the same in {need_at}",
                    f"The need is {need_at}",
                    cause="CTX010" if consumer.met is False else None,
                )
    for need in facts.of("check"):
        yield from unmet("DQ012", subject, [need], f"Check {need.name} fires at {need.need}")


def _who(kind: str, name: str) -> str:
    return {"contract": "the contract", "promise": "the promise"}.get(kind, f"check {name}")

"""Gate contracts: promises that the design can keep."""

from collections.abc import Iterator

from plangate.analysis.amount import alike, no_more
from plangate.checks.ages import AGES, lacking, named, unmet
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Path, Problem

_SLA = "sla: {freshness: 30 h, retention: 3 yr}"


@rule(
    "CON010",
    "Contracts promise no more than the design keeps: freshness and retention",
    scope="plan",
    tiers=FROM_B,
    reason="A contract is read by people who never see the schedule or the retention of the table behind it.",
    reads=(*AGES, "contracts.contracts[].sla", "capacity.workloads[].retention"),
    applies=lambda subject: any(
        entry.sla for entry in (subject.plan.contracts.contracts if subject.plan.contracts else ())
    ),
    where="a contract promises a service level",
    fails=(Edit("06-contracts.yml", _SLA, "sla: {freshness: 30 h, retention: 4 yr}"),),
    passes=(Edit("06-contracts.yml", _SLA, "sla: {freshness: 25 h, retention: 3 yr}"),),
)
def contracts_hold(subject: Subject) -> Iterator[Problem]:
    """The freshness of a contract is at least the worst age of its dataset, and its retention at most that of the
    dataset's workload.
    """
    for need in subject.facts.freshness.of("contract"):
        yield from unmet(
            "CON010", subject, [need], f"The contract of {need.dataset} promises data at most {need.need} old"
        )
    workloads = subject.plan.capacity.workloads if subject.plan.capacity else ()
    kept = {entry.dataset: entry.retention for entry in workloads}
    for index, contract in enumerate(subject.plan.contracts.contracts if subject.plan.contracts else ()):
        promised = contract.sla.retention if contract.sla else None
        if promised is None or contract.dataset is None:
            continue
        path: Path = ("contracts", index, "sla", "retention")
        retention = kept.get(contract.dataset)
        if retention is None or retention.total is None:
            if not subject.refused("capacity.workloads"):
                yield Problem(
                    "CON010",
                    f"The contract of {contract.dataset} promises {promised} of history, and no workload says how long "
                    "it is kept",
                    "contracts",
                    path,
                    str(promised),
                    f"a workload of {contract.dataset} with `retention.total`",
                    cause=None if contract.dataset in kept else "CAP001",
                )
        elif promised.base > retention.total.base:
            yield Problem(
                "CON010",
                f"The contract of {contract.dataset} promises {promised} of history, it is kept for {retention.total}",
                "contracts",
                path,
                str(promised),
                f"at most {retention.total}",
                f"Promise {retention.total}, or keep the data longer and pay for it: `retention.total: {promised}` of "
                "its workload",
            )


@rule(
    "CON011",
    "No contract promises more availability than its chain has",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="Three parts of 99.9 % in a row are there 99.7 % of the time.",
    reads=(
        "contracts.contracts[].sla.availability",
        "sources.sources[].availability",
        "ingestion.pipelines[].availability",
        "ingestion.pipelines[].inputs",
        "ingestion.pipelines[].outputs",
        "modeling.models[].depends_on",
    ),
    applies=lambda subject: any(
        entry.sla and entry.sla.availability
        for entry in (subject.plan.contracts.contracts if subject.plan.contracts else ())
    ),
    where="a contract promises availability",
    fails=(
        Edit("06-contracts.yml", _SLA, "sla: {freshness: 30 h, retention: 3 yr, availability: 99.9 %}"),
        Edit("02-sources.yml", "    retention: 5 yr\n", "    retention: 5 yr\n    availability: 99.95 %\n"),
        Edit("04-ingestion.yml", "    load: merge\n", "    load: merge\n    availability: 99.9 %\n"),
    ),
    passes=(
        Edit("06-contracts.yml", _SLA, "sla: {freshness: 30 h, retention: 3 yr, availability: 99.7 %}"),
        Edit("02-sources.yml", "    retention: 5 yr\n", "    retention: 5 yr\n    availability: 99.95 %\n"),
        Edit("04-ingestion.yml", "    load: merge\n", "    load: merge\n    availability: 99.9 %\n"),
    ),
)
def availability_holds(subject: Subject) -> Iterator[Problem]:
    """The availability of a contract is at most the product of the availabilities of the sources (or the contracts of
    the plans that make them) and of the pipelines on the way to its dataset.
    """
    for index, contract in enumerate(subject.plan.contracts.contracts if subject.plan.contracts else ()):
        promised = contract.sla.availability if contract.sla else None
        if promised is None or contract.dataset is None:
            continue
        chain = subject.facts.availability.chains[contract.dataset]
        path: Path = ("contracts", index, "sla", "availability")
        if chain.available is None:
            missing = lacking(subject, chain.missing)
            if missing:
                yield Problem(
                    "CON011",
                    f"The contract of {contract.dataset} promises {promised}, and what its chain gives is not known: "
                    f"missing is {named(missing)}",
                    "contracts",
                    path,
                    str(promised),
                    named(missing),
                )
        elif promised.base > chain.available.value.base:
            shown = alike(chain.available.value, promised)
            yield Problem(
                "CON011",
                f"The contract of {contract.dataset} promises {promised}, the {len(chain.parts)} parts of its chain "
                f"are together there for {shown}",
                "contracts",
                path,
                str(promised),
                f"at most {no_more(chain.available.value, promised)}",
                "Promise less, or make the weakest part better",
            )

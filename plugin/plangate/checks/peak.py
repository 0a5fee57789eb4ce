"""Gate capacity: what there is suffices for the peak of all workloads."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from plangate.analysis.amount import above, alike, amount, no_less, no_more
from plangate.analysis.workload import WorkloadFacts
from plangate.checks.capacity import FILE, declined, has_workloads
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity, parse
from plangate.model.text import spoken


@rule(
    "CAP004",
    "The peak stays below the rate that may be used",
    tiers=FROM_B,
    scope="plan",
    reason="Queues grow as 1/(1−ρ): at 70 % a row takes three times as long as alone, at 95 % twenty times.",
    reads=(
        "capacity.throughput",
        "capacity.workloads.*.dataset",
        "capacity.workloads.*.from",
        "capacity.workloads.*.rows_per_day",
        "capacity.workloads.*.peak_factor",
        "capacity.workloads.*.runs_per_day",
        "capacity.runtimes.*.p95",
        "ingestion.pipelines.*.outputs",
        "ingestion.pipelines.*.schedule",
        "sources.sources.*.datasets.*.rows_per_day",
        "sources.sources.*.datasets.*.peak_factor",
    ),
    applies=lambda subject: has_workloads(subject) and not declined(subject, "throughput"),
    where="there are workloads and the throughput is not declined",
    fails=(Edit(FILE, "capacity: 2000 rows/s", "capacity: 100 rows/s"),),
    passes=(Edit(FILE, "capacity: 2000 rows/s", "capacity: 110 rows/s"),),
)
def peak_fits(subject: Subject) -> Iterator[Problem]:
    """The peak rate of all workloads together is at most the capacity of the path × its target utilisation, which is
    above 0 and at most `utilisation_limit` (85 %); above `utilisation` (70 %) it warns.

    Batches of pipelines that cannot meet, as one starts the other or their schedules keep them apart for a year, take
    turns, and the larger counts. It is the peak of today that is judged. In which month up to the horizon a growing one
    passes the usable rate is on the page of gate capacity.
    """
    thresholds = subject.policy.checklists.thresholds
    gate = subject.plan.capacity
    volumes = subject.facts.capacity
    share = gate.throughput.target_utilisation if gate and gate.throughput else None
    path: Path = ("throughput", "target_utilisation")
    if share is not None and (share.base == 0 or share.base > thresholds.utilisation.base):
        error = share.base == 0 or share.base > thresholds.utilisation_limit.base
        bound = thresholds.utilisation_limit if error else thresholds.utilisation
        yield Problem(
            "CAP004",
            "A target utilisation of 0 leaves nothing to use"
            if share.base == 0
            else f"Target utilisation {share} is above {bound}",
            "capacity",
            path,
            str(share),
            f"at most {thresholds.utilisation} (up to {thresholds.utilisation_limit} a warning, above an error)",
            f"Plan with {thresholds.utilisation} and more capacity",
            severity="error" if error else "warning",
        )
    if volumes.peak_rate is None or volumes.limit is None:
        yield from _unknown_peak(subject)
    elif above(volumes.peak_rate.value.base, volumes.limit.value.base):
        yield from _too_little(subject, volumes.peak_rate.value, volumes.limit.value)


def _too_little(subject: Subject, peak: Quantity, usable: Quantity) -> Iterator[Problem]:
    """Tell of a path that carries too little for the peak: what it has to carry at a share that may be used."""
    gate, bar = subject.plan.capacity, subject.policy.checklists.thresholds.utilisation
    path = gate.throughput if gate else None
    if path is None or path.capacity is None or path.target_utilisation is None:
        return
    told = path.target_utilisation
    share = told if 0 < told.base <= bar.base or bar.base == 0 else bar
    rates = _counted(subject)
    lifted, low = amount(sum((rate for rate, _ in rates), Decimal(0)), peak.dimension), _lifted(rates)
    needed = no_less(amount(lifted.base / (share.base or 1), peak.dimension), path.capacity)
    rate, most = max(rates, key=lambda entry: entry[0])
    largest = alike(amount(rate, peak.dimension), path.capacity)
    corrected = f" with the peak factor of {spoken(low)} taken as 1, the least that SRC004 allows" if low else ""
    left = parse(no_more(usable, path.capacity))
    yield Problem(
        "CAP004",
        f"The peak of {_what(subject)} is {alike(lifted, left)}{corrected}, {alike(left, path.capacity)} may be used, "
        f"{told} of {path.capacity}",
        "capacity",
        ("throughput", "capacity"),
        str(path.capacity),
        f"at least {needed}",
        f"Most of the peak is {most.dataset}, {largest}{_run_of(subject, most, rate)}; the peak is {share} of {needed}"
        f"{_slip(path.capacity, parse(needed))}",
    )


def _what(subject: Subject) -> str:
    """Name what makes the peak: all workloads, but for those whose runs never meet a larger one."""
    groups = subject.facts.capacity.turns
    never = [f"the largest of {spoken(group)}, which never meet" for group in groups]
    return f"all workloads ({'; '.join(never)})" if never else "all workloads"


def _slip(told: Quantity, needed: Quantity) -> str:
    """Ask whether a rate is per minute or second instead, where the same number would then do; nothing where not."""
    number, _, unit = told.text.rpartition(" ")
    for other in ("rows/min", "rows/s"):
        if unit != other and number and told.base < needed.base <= parse(f"{number} {other}").base:
            return f". Or is it `{number} {other}`?"
    return ""


def _run_of(subject: Subject, entry: WorkloadFacts, rate: Decimal) -> str:
    """Say of the peak of a batch how many rows come in how long a run; nothing of what comes all day."""
    gate, runtime = subject.plan.capacity, entry.runtime
    if gate is None or runtime is None:
        return ""
    run = gate.runtimes[int(runtime.path[1])]
    rows = amount(rate * runtime.value.base, (("rows", 1),))
    late = run.p50 is not None and run.p50.base > runtime.value.base
    doubt = f", which CAP007 doubts: its p50 is {run.p50}" if late else ""
    return f": {rows} in {runtime.value} (p95 of {run.pipeline}{doubt})"


def _counted(subject: Subject) -> list[tuple[Decimal, WorkloadFacts]]:
    """Give the workloads that the peak counts, with their rates in rows per second: of those that take turns, the ones
    of the largest run."""
    rates = [(_rate(entry), entry) for entry in subject.facts.capacity.workloads if entry.peak_rate]
    for group in subject.facts.capacity.turns:
        runs = {name: sum(rate for rate, entry in rates if entry.writer == name) for name in group}
        largest = max(group, key=lambda name: runs[name])
        rates = [(rate, entry) for rate, entry in rates if entry.writer == largest or entry.writer not in group]
    return rates


def _lifted(rates: Iterable[tuple[Decimal, WorkloadFacts]]) -> list[str]:
    """Name the source datasets whose factor is below 1, which SRC004 refuses, so that their peaks count with 1."""
    low = []
    for rate, entry in rates:
        if entry.peak_rate is not None and rate > entry.peak_rate.value.base:
            factor = f" ({entry.peak_factor.value})" if entry.peak_factor is not None else ""
            low.append(f"{entry.workload.from_ or entry.dataset}{factor}")
    return list(dict.fromkeys(low))


def _rate(entry: WorkloadFacts) -> Decimal:
    """Give the peak rate of a workload in rows per second, at a factor of 1 where it says less."""
    factor = entry.peak_factor.value.base if entry.peak_factor is not None else Decimal(1)
    peak = entry.peak_rate.value.base if entry.peak_rate is not None else Decimal(0)
    return peak / factor if 0 < factor < 1 else peak


def _unknown_peak(subject: Subject) -> Iterator[Problem]:
    gate = subject.plan.capacity
    path = gate.throughput if gate else None
    for name, words in (("capacity", "rows the path carries"), ("target_utilisation", "share of it that may be used")):
        if getattr(path, name, None) is None and not subject.refused(f"capacity.throughput.{name}"):
            yield Problem(
                "CAP004",
                f"Nothing says the {words}, so that the peak cannot be held against it",
                "capacity",
                ("throughput",),
                expected=name,
                cause="GEN014" if path is None else None,
            )
    for entry in subject.facts.capacity.workloads:
        if entry.peak_rate is not None:
            continue
        if entry.rows_per_day is None or entry.peak_factor is None:
            names = ("rows_per_day", "peak_factor")
            read = [f"{at}.{name}" for name in names for at in ("capacity.workloads.*", "sources.sources.*.datasets.*")]
            if not subject.refused(*read):
                yield _no_peak(entry, "rows per day and peak factor are needed", ("workloads", entry.index), "CAP001")
        elif not entry.dataset and not subject.refused("capacity.workloads.*.dataset"):
            yield _no_peak(entry, "it names no `dataset`", ("workloads", entry.index), "CAP001")
        elif entry.runtime is None and not (
            subject.refused(
                "capacity.runtimes.*.p95", "capacity.workloads.*.dataset", "capacity.workloads.*.runs_per_day"
            )
            or subject.gone("ingestion.pipelines.outputs")
        ):
            yield _no_peak(entry, "the pipeline that writes it has no p95 runtime", ("runtimes",), None)


def _no_peak(entry: WorkloadFacts, because: str, path: Path, cause: str | None) -> Problem:
    message = f"The peak of {entry.dataset or f'workload {entry.index + 1}'} is not known: {because}"
    return Problem("CAP004", message, "capacity", path, expected="a peak rate", cause=cause)

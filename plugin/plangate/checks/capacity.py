"""Gate capacity: every volume is said, what there is suffices, and numbers rest on measurements."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from plangate.analysis.amount import above, alike, amount, no_less, no_more
from plangate.analysis.workload import WorkloadFacts
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity, parse
from plangate.model.text import spoken

_FILE = "03-capacity.yml"
_MATERIALISED = frozenset({"table", "incremental", "materialized_view", "snapshot"})
_DRIVERS = {
    "rows_per_day": "how many rows come a day",
    "row_bytes": "how large a row is",
    "peak_factor": "how far the peak is above the mean",
    "growth": "how it grows",
}


def _has_workloads(subject: Subject) -> bool:
    return bool(subject.plan.capacity and subject.plan.capacity.workloads)


def _declined(subject: Subject, *path: str) -> bool:
    return ("capacity", path) in subject.plan.not_applicable


@rule(
    "CAP001",
    "Every dataset that is written has its volume",
    scope="plan",
    tiers=FROM_B,
    reason="A dataset without a volume is missing from the storage, the peak and the bill.",
    reads=(
        "capacity.workloads",
        "sources.sources.*.datasets",
        "ingestion.pipelines.*.outputs",
        "modeling.models.*.materialized",
    ),
    applies=lambda subject: subject.plan.capacity is not None,
    where="gate capacity is there",
    fails=(
        Edit(
            _FILE,
            "  - {dataset: mart.orders, from: shop_db.orders, shape: upsert, runs_per_day: 1, compression: 3, "
            "retention: {hot: 3 yr, total: 3 yr}}\n",
            "",
        ),
    ),
    passes=(
        Edit(
            _FILE,
            "{dataset: mart.orders, from: shop_db.orders, shape: upsert,",
            "{dataset: mart.orders, shape: upsert, rows_total: 4_000_000 rows, rows_per_day: 6_000 rows/d, "
            "row_bytes: 200 B, peak_factor: 3, growth: 2 %/month, growth_kind: compound,",
        ),
    ),
)
def every_dataset_has_a_workload(subject: Subject) -> Iterator[Problem]:
    """Every dataset that an ingest pipeline writes or a model materialises has one workload, and one takes up every
    dataset of a source.

    Each says, itself or through the source dataset in `from`, rows per day, size of a row, peak factor and growth; a
    dataset that is kept whole (`full_snapshot`, `upsert`) also its rows in total. Views and ephemeral models store
    nothing.
    """
    workloads = subject.facts.capacity.workloads
    known = Counter(entry.dataset for entry in workloads)
    for dataset in _written(subject):
        if not known[dataset] and not subject.refused("capacity.workloads"):
            yield Problem(
                "CAP001",
                f"{dataset} is written, and no workload says how much",
                "capacity",
                ("workloads",),
                expected=f"a workload of {dataset}",
                hint=f"Add `{{dataset: {dataset}, from: <the source dataset>, shape: …}}`",
            )
    taken = {entry.workload.from_ for entry in workloads} | set(known)
    for dataset in _read(subject):
        if dataset not in taken and not subject.refused("capacity.workloads"):
            yield Problem(
                "CAP001",
                f"Source dataset {dataset} is in no workload",
                "capacity",
                ("workloads",),
                expected=f"a workload with `from: {dataset}`",
            )
    seen: set[str] = set()
    for entry in workloads:
        if entry.dataset and entry.dataset in seen:
            yield Problem(
                "CAP001",
                f"{entry.dataset} has two workloads; its volume would count twice",
                "capacity",
                ("workloads", entry.index, "dataset"),
                entry.dataset,
                "one workload per dataset",
            )
        seen.add(entry.dataset)
        yield from _drivers(subject, entry)


def _written(subject: Subject) -> list[str]:
    """The datasets that ingest pipelines write and models materialise, each once, in the order of the plan."""
    ingestion, modeling = subject.plan.ingestion, subject.plan.modeling
    models = modeling.models if modeling else ()
    found = [
        dataset
        for pipeline in (ingestion.pipelines if ingestion else ())
        if pipeline.kind_ == "ingest"
        for dataset in pipeline.outputs
    ]
    virtual = {model.id for model in models if model.materialized in {"view", "ephemeral"}}
    found += [model.id for model in models if model.materialized in _MATERIALISED]
    return [dataset for dataset in dict.fromkeys(found) if dataset not in virtual]


def _read(subject: Subject) -> list[str]:
    sources = subject.plan.sources.sources if subject.plan.sources else ()
    return [dataset.id for source in sources for dataset in source.datasets]


def _drivers(subject: Subject, entry: WorkloadFacts) -> Iterator[Problem]:
    wanted = dict(_DRIVERS)
    if entry.workload.shape in {"full_snapshot", "upsert"}:
        wanted["rows_total"] = "how many rows it holds"
    missing = [
        name
        for name in wanted
        if getattr(entry, name) is None
        and not subject.refused(f"capacity.workloads.*.{name}", f"sources.sources.*.datasets.*.{name}")
    ]
    if missing:
        said = " and ".join(wanted[name] for name in missing)
        yield Problem(
            "CAP001",
            f"Workload {entry.dataset or entry.index + 1} does not say {said}",
            "capacity",
            ("workloads", entry.index),
            expected=", ".join(missing),
            hint="Write it here, or in the source dataset that `from` names",
        )


@rule(
    "CAP004",
    "The peak stays below the rate that may be used",
    tiers=FROM_B,
    scope="plan",
    reason="Queues grow as 1/(1−ρ): at 70 % a row takes three times as long as alone, at 95 % twenty times.",
    reads=(
        "capacity.throughput",
        "capacity.workloads.*.from",
        "capacity.workloads.*.rows_per_day",
        "capacity.workloads.*.peak_factor",
        "capacity.workloads.*.runs_per_day",
        "capacity.runtimes.*.p95",
        "ingestion.pipelines.*.outputs",
        "sources.sources.*.datasets.*.rows_per_day",
        "sources.sources.*.datasets.*.peak_factor",
    ),
    applies=lambda subject: _has_workloads(subject) and not _declined(subject, "throughput"),
    where="there are workloads and the throughput is not declined",
    fails=(Edit(_FILE, "capacity: 2000 rows/s", "capacity: 170 rows/s"),),
    passes=(Edit(_FILE, "capacity: 2000 rows/s", "capacity: 180 rows/s"),),
)
def peak_fits(subject: Subject) -> Iterator[Problem]:
    """The peak rate of all workloads together is at most the capacity of the path × its target utilisation, which is
    above 0 and at most `utilisation_limit` (85 %); above `utilisation` (70 %) it warns.

    It is the peak of today that is judged. In which month up to the horizon a growing one passes the usable rate is on
    the page of gate capacity.
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
            f"at most {thresholds.utilisation}"
            + (f" (an error above {thresholds.utilisation_limit})" if error else ""),
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
    lifted, low = _lifted(subject, peak)
    needed = no_less(amount(lifted.base / (share.base or 1), peak.dimension), path.capacity)
    rates = [(_rate(entry), entry) for entry in subject.facts.capacity.workloads if entry.peak_rate]
    rate, most = max(rates, key=lambda entry: entry[0])
    largest = alike(amount(rate, peak.dimension), path.capacity)
    corrected = f" with a peak factor of 1 for {spoken(low)}" if low else ""
    left = parse(no_more(usable, path.capacity))
    yield Problem(
        "CAP004",
        f"The peak of all workloads is {alike(lifted, left)}{corrected}, {alike(left, path.capacity)} may be used, "
        f"{told} of {path.capacity}",
        "capacity",
        ("throughput", "capacity"),
        str(path.capacity),
        f"at least {needed}",
        f"The peak fills {share} of that; most of it is {most.dataset}, {largest}{_run_of(subject, most, rate)}",
    )


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


def _lifted(subject: Subject, peak: Quantity) -> tuple[Quantity, list[str]]:
    """Give the peak with every factor below 1, which SRC004 refuses, taken as 1, and the source datasets of those."""
    more, low = Decimal(0), []
    for entry in subject.facts.capacity.workloads:
        if entry.peak_rate is not None and (raised := _rate(entry)) > entry.peak_rate.value.base:
            more += raised - entry.peak_rate.value.base
            low.append(entry.workload.from_ or entry.dataset)
    return amount(peak.base + more, peak.dimension), list(dict.fromkeys(low))


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
        elif entry.runtime is None and not (
            subject.refused("capacity.runtimes.*.p95") or subject.gone("ingestion.pipelines.outputs")
        ):
            yield _no_peak(entry, "the pipeline that writes it has no p95 runtime", ("runtimes",), None)


def _no_peak(entry: WorkloadFacts, because: str, path: Path, cause: str | None) -> Problem:
    message = f"The peak of {entry.dataset} is not known: {because}"
    return Problem("CAP004", message, "capacity", path, expected="a peak rate", cause=cause)


@rule(
    "CAP005",
    "The plan looks ahead, and says how volumes grow",
    tiers=FROM_B,
    reason="At 5 % a month a year makes 1.8 times as much by compound growth, 1.6 times by linear growth.",
    reads=(
        "capacity.horizon",
        "capacity.workloads.*.from",
        "capacity.workloads.*.growth_kind",
        "sources.sources.*.datasets.*.growth_kind",
    ),
    applies=lambda subject: subject.plan.capacity is not None,
    where="gate capacity is there",
    fails=(Edit(_FILE, "horizon: 24 month", "horizon: 6 month"),),
    passes=(Edit(_FILE, "horizon: 24 month", "horizon: 12 month"),),
)
def horizon_and_growth(subject: Subject) -> Iterator[Problem]:
    """The horizon is at least `horizon` (12 months), and every workload says, itself or through its source, whether it
    grows by compound or linear growth.
    """
    gate = subject.plan.capacity
    least = subject.policy.checklists.thresholds.horizon
    horizon = gate.horizon if gate else None
    if horizon is None and not _declined(subject, "horizon") and not subject.refused("capacity.horizon"):
        yield Problem("CAP005", "The plan says no horizon", "capacity", ("horizon",), expected=f"at least {least}")
    elif horizon is not None and horizon.base < least.base:
        yield Problem(
            "CAP005",
            f"The horizon is {horizon}, it has to be at least {least}",
            "capacity",
            ("horizon",),
            str(horizon),
            f"at least {least}",
        )
    yield from _unsaid_growth(subject)


def _unsaid_growth(subject: Subject) -> Iterator[Problem]:
    """Tell once of all workloads that take after one source dataset, since one word there would do for them."""
    of_source: dict[str | int, list[WorkloadFacts]] = {}
    for entry in subject.facts.capacity.workloads:
        if entry.growth_kind is None and not subject.refused(
            "capacity.workloads.*.growth_kind",
            "capacity.workloads.*.from",
            "sources.sources.*.datasets.*.growth_kind",
        ):
            of_source.setdefault(entry.workload.from_ or entry.index, []).append(entry)
    for source, entries in of_source.items():
        names = spoken([entry.dataset or str(entry.index + 1) for entry in entries])
        who = f"Workloads {names} do" if len(entries) > 1 else f"Workload {names} does"
        where = (
            f"in the source dataset {source}" if isinstance(source, str) else "in the source dataset that `from` names"
        )
        yield Problem(
            "CAP005",
            f"{who} not say whether {'their' if len(entries) > 1 else 'its'} growth is compound or linear",
            "capacity",
            ("workloads", entries[0].index, "growth_kind"),
            expected="compound or linear",
            hint=f"Write `growth_kind` {where}, or in each of them"
            if len(entries) > 1
            else f"Write `growth_kind` here, or {where}",
        )


@rule(
    "CAP007",
    "Runtimes are in order",
    core=False,
    tiers=FROM_B,
    reason="A p95 below the median, or a limit that one run in twenty breaks, was not measured.",
    reads=("capacity.runtimes",),
    applies=lambda subject: bool(subject.plan.capacity and subject.plan.capacity.runtimes),
    where="runtimes are stated",
    fails=(Edit(_FILE, "p50: 3 min, p95: 6 min", "p50: 8 min, p95: 6 min"),),
    passes=(Edit(_FILE, "p50: 3 min, p95: 6 min", "p50: 6 min, p95: 6 min"),),
)
def runtimes_in_order(subject: Subject) -> Iterator[Problem]:
    """Every runtime says p50, p95 and the most that is allowed, and p50 ≤ p95 ≤ max."""
    for index, entry in enumerate(subject.plan.capacity.runtimes if subject.plan.capacity else ()):
        times = {"p50": entry.p50, "p95": entry.p95, "max": entry.max}
        name = entry.pipeline or f"number {index + 1}"
        for key, value in times.items():
            if value is None and not subject.refused(f"capacity.runtimes.*.{key}"):
                message = f"The runtime of {name} says no {key}"
                yield Problem("CAP007", message, "capacity", ("runtimes", index), expected=key)
        for lower, upper in (("p50", "p95"), ("p95", "max")):
            low, high = times[lower], times[upper]
            if low is not None and high is not None and low.base > high.base:
                yield Problem(
                    "CAP007",
                    f"Runtime of {name}: {lower} {low} is above {upper} {high}",
                    "capacity",
                    ("runtimes", index, lower),
                    str(low),
                    f"at most {high}",
                    f"Or `{upper}` at least {low}, where that one is wrong",
                )

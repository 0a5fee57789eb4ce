"""Gate capacity: every volume is said, with how it grows, and runtimes are in order."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from plangate.analysis.runs import Runs, runs
from plangate.analysis.workload import WorkloadFacts
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Problem
from plangate.model.text import spoken

FILE = "03-capacity.yml"
_MATERIALISED = frozenset({"table", "incremental", "materialized_view", "snapshot"})
_ROUNDED = Decimal("0.95")
"""How far below the mean day a number of runs may be rounded."""
_DRIVERS = {
    "rows_per_day": "how many rows come a day",
    "row_bytes": "how large a row is",
    "peak_factor": "how far the peak is above the mean",
    "growth": "how it grows",
}


def has_workloads(subject: Subject) -> bool:
    """Tell whether gate capacity names workloads."""
    return bool(subject.plan.capacity and subject.plan.capacity.workloads)


def declined(subject: Subject, *path: str) -> bool:
    """Tell whether a place of gate capacity says why it does not apply."""
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
        "ingestion.pipelines.*.schedule",
        "modeling.models.*.materialized",
    ),
    applies=lambda subject: subject.plan.capacity is not None,
    where="gate capacity is there",
    fails=(
        Edit(
            FILE,
            "  - {dataset: mart.orders, from: shop_db.orders, shape: upsert, runs_per_day: 1, compression: 3, "
            "retention: {hot: 3 yr, total: 3 yr}}\n",
            "",
        ),
    ),
    passes=(
        Edit(
            FILE,
            "{dataset: mart.orders, from: shop_db.orders, shape: upsert,",
            "{dataset: mart.orders, shape: upsert, rows_total: 4_000_000 rows, rows_per_day: 6_000 rows/d, "
            "row_bytes: 200 B, peak_factor: 3, growth: 2 %/month, growth_kind: compound,",
        ),
    ),
)
def every_dataset_has_a_workload(subject: Subject) -> Iterator[Problem]:
    """Every dataset that an ingest pipeline writes or a model materialises has one workload, and one takes up every
    dataset of a source.

    Each names its `dataset` and says, itself or through the source dataset in `from`, rows per day, size of a row, peak
    factor and growth; of a dataset that is kept whole (`full_snapshot`, `upsert`) also its rows in total. Views and
    ephemeral models store nothing.

    Where one pipeline writes a dataset, by a cron of its own or after one that has it, `runs_per_day` is the number of
    runs on a day on which it runs, or less, down to their number on the mean day. Nothing is said where a calendar
    picks days or missed runs are made up (`catchup`).
    """
    workloads = subject.facts.capacity.workloads
    scheduled = runs(subject.plan)
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
        if not entry.dataset and not subject.refused("capacity.workloads.*.dataset"):
            yield Problem(
                "CAP001",
                f"Workload {entry.index + 1} names no `dataset`",
                "capacity",
                ("workloads", entry.index),
                expected="the dataset whose volume it is",
            )
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
        if entry.dataset in scheduled:
            yield from _runs_a_day(subject, entry, scheduled[entry.dataset])


def _runs_a_day(subject: Subject, entry: WorkloadFacts, schedule: Runs) -> Iterator[Problem]:
    """Tell of runs a day that the schedule does not come to; what is rounded down is no other number."""
    told = entry.workload.runs_per_day
    if told is None or schedule.mean * _ROUNDED <= told <= schedule.most:
        return
    if subject.refused("ingestion.pipelines.*.schedule", "ingestion.pipelines.*.outputs", "ingestion.pipelines.*.id"):
        return
    after = f" after {schedule.root}" if schedule.root != schedule.pipeline else ""
    often = {1: "once", 2: "twice"}.get(schedule.most, f"{schedule.most} times")
    days = "" if schedule.mean >= schedule.most * _ROUNDED else " on the days that it has"
    yield Problem(
        "CAP001",
        f"{entry.dataset} has `runs_per_day: {told:f}`, but {schedule.pipeline} writes it{after} by `{schedule.cron}`, "
        f"{often} a day{days}",
        "capacity",
        ("workloads", entry.index, "runs_per_day"),
        f"{told:f}",
        f"`runs_per_day: {schedule.most}`",
        f"Or let the `cron` of {schedule.root} fire as often as that; the peak of a batch rests on it",
    )


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
    fails=(Edit(FILE, "horizon: 24 month", "horizon: 6 month"),),
    passes=(Edit(FILE, "horizon: 24 month", "horizon: 12 month"),),
)
def horizon_and_growth(subject: Subject) -> Iterator[Problem]:
    """The horizon is at least `horizon` (12 months), and every workload says, itself or through its source, whether it
    grows by compound or linear growth.
    """
    gate = subject.plan.capacity
    least = subject.policy.checklists.thresholds.horizon
    horizon = gate.horizon if gate else None
    if horizon is None and not declined(subject, "horizon") and not subject.refused("capacity.horizon"):
        yield Problem("CAP005", "The plan says no horizon", "capacity", ("horizon",), expected=f"at least {least}")
    elif horizon is not None and horizon.base < least.base:
        yield Problem(
            "CAP005",
            f"The horizon is {horizon}, it has to be at least {least}",
            "capacity",
            ("horizon",),
            str(horizon),
            f"at least {least}",
            "What is bought and agreed for a year shows its growth only then; the least is the threshold `horizon`",
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
        of = source if isinstance(source, str) else "that `from` names"
        where = f"in the source dataset {of} ({subject.read.files['sources']})"
        yield Problem(
            "CAP005",
            f"{who} not say whether {'their' if len(entries) > 1 else 'its'} growth is compound or linear",
            "capacity",
            ("workloads", entries[0].index, "growth_kind"),
            expected="compound or linear, such as `growth_kind: compound`",
            hint=f"Write it {where}, or in each of them" if len(entries) > 1 else f"Write it here, or {where}",
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
    fails=(Edit(FILE, "p50: 3 min, p95: 6 min", "p50: 8 min, p95: 6 min"),),
    passes=(Edit(FILE, "p50: 3 min, p95: 6 min", "p50: 6 min, p95: 6 min"),),
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

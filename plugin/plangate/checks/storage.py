"""Gate capacity: how data is cut, how well its size is known, and in which units it is told."""

import re
from collections.abc import Iterator

from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.capacity import Capacity
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity
from plangate.model.unit import UNITS
from plangate.model.walk import parts

_FILE, _SOURCES = "03-capacity.yml", "02-sources.yml"
_PREFIXED = frozenset(name for name, (_, base) in UNITS.items() if base == "B" and name not in {"B", "bit"})
_WORDS = re.compile(r"[A-Za-z]+")


@rule(
    "CAP006",
    "Partitions are neither too many nor too small",
    severity="warning",
    core=False,
    tiers=FROM_B,
    scope="plan",
    reason="Engines refuse more partitions than they can hold, and small files make every query slow.",
    reads=(
        "capacity.workloads.*.partitions",
        "capacity.workloads.*.retention",
        "capacity.workloads.*.compression",
        "capacity.horizon",
    ),
    applies=lambda subject: any(entry.workload.partitions for entry in subject.facts.capacity.workloads),
    where="a workload states its partitions",
    fails=(
        Edit(
            _FILE,
            "shape: append, runs_per_day: 1, compression: 3",
            "shape: append, runs_per_day: 1, compression: 3, partitions: {column: updated_at, granularity: 1 h, "
            "target_file_size: 128 MB, limit: 4000}",
        ),
    ),
    passes=(
        Edit(
            _FILE,
            "shape: append, runs_per_day: 1, compression: 3",
            "shape: append, runs_per_day: 1, compression: 3, partitions: {column: updated_at, granularity: 30 d, "
            "target_file_size: 16 MB, limit: 4000}",
        ),
    ),
)
def partitions_fit(subject: Subject) -> Iterator[Problem]:
    """At the horizon a dataset has at most as many partitions as `partitions.limit` says, and the mean size of one is
    between `target_file_size` ÷ `file_size_ratio` (4) and `target_file_size` × `file_size_ratio`.
    """
    ratio = subject.policy.checklists.thresholds.file_size_ratio
    for entry in subject.facts.capacity.workloads:
        cut, told = entry.cut_at_horizon, entry.workload.partitions
        if cut is None or told is None:
            continue
        path: Path = ("workloads", entry.index, "partitions")
        if (
            cut.count is None
            and told.granularity is None
            and not subject.refused("capacity.workloads.*.partitions.granularity")
        ):
            yield Problem(
                "CAP006",
                f"Nothing says how long a partition of {entry.dataset} is, so that they cannot be counted",
                "capacity",
                path,
                expected="granularity",
            )
        if cut.count is not None and told.limit is not None and cut.count.value.base > told.limit:
            yield Problem(
                "CAP006",
                f"{entry.dataset} has {cut.count} partitions at the horizon, its engine takes {told.limit:,}",
                "capacity",
                (*path, "granularity"),
                str(cut.count),
                f"at most {told.limit:,}",
                "Take longer partitions, or keep them for a shorter time",
            )
        target = told.target_file_size
        if cut.size is not None and target is not None:
            if cut.size.value.base * ratio < target.base:
                said, hint = "far below", "Take longer partitions, or none"
            elif cut.size.value.base > target.base * ratio:
                said, hint = "far above", "Take shorter partitions, so that queries can leave out more"
            else:
                continue
            yield Problem(
                "CAP006",
                f"A partition of {entry.dataset} holds {cut.size} on average, {said} the {target} of a file",
                "capacity",
                (*path, "granularity"),
                str(cut.size),
                f"{target} ÷ {ratio} to {target} × {ratio}",
                hint,
            )


@rule(
    "CAP013",
    "Compression of large datasets is measured",
    severity="warning",
    core=False,
    tiers=FROM_B,
    reason="No factor of a sizing is as often wrong, and none changes storage as much.",
    reads=("capacity.workloads.*.compression",),
    applies=lambda subject: bool(subject.plan.capacity and subject.plan.capacity.workloads),
    where="there are workloads",
    fails=(Edit(_SOURCES, "row_bytes: 300 B", "row_bytes: 3 MB"),),
    passes=(Edit(_SOURCES, "row_bytes: 300 B", "row_bytes: 3 kB"),),
)
def compression_is_measured(subject: Subject) -> Iterator[Problem]:
    """A dataset that holds more than `measured_compression_above` (1 TB) at the horizon has a compression with
    `basis: measured`.
    """
    bound = subject.policy.checklists.thresholds.measured_compression_above
    for entry in subject.facts.capacity.workloads:
        stored, told = entry.stored_at_horizon, entry.workload.compression
        if stored is None or stored.value.base <= bound.base or (told is not None and told.basis == "measured"):
            continue
        if told is not None or not subject.refused("capacity.workloads.*.compression"):
            said = "is not stated" if told is None else f"rests on {told.basis or 'no stated basis'}"
            yield Problem(
                "CAP013",
                f"{entry.dataset} holds {stored} at the horizon, and its compression {said}",
                "capacity",
                ("workloads", entry.index, "compression"),
                told.basis if told is not None else None,
                "basis: measured",
                "Load a sample and write the ratio with `basis: measured`, its source and the day (`as_of`)",
            )


@rule(
    "CAP014",
    "Sizes of one table are in one family of units",
    core=False,
    tiers=FROM_B,
    reason="A GiB is 7 % more than a GB, a TiB 10 % more than a TB; side by side they are read as one.",
    reads=("capacity.workloads", "capacity.queries", "capacity.cost.lines", "capacity.resources.sizing"),
    applies=lambda subject: subject.plan.capacity is not None,
    where="gate capacity is there",
    fails=(
        Edit(
            _FILE,
            "quantity: 8 credits/month, unit_price: 3 EUR/credits",
            "quantity: 8 TiB/month, unit_price: 3 EUR/TiB",
        ),
    ),
    passes=(
        Edit(
            _FILE,
            "quantity: 8 credits/month, unit_price: 3 EUR/credits",
            "quantity: 8 TB/month, unit_price: 3 EUR/TB",
        ),
    ),
)
def one_family_of_units(subject: Subject) -> Iterator[Problem]:
    """Within the workloads, the queries, the cost lines and the sizing, sizes are either in kB, MB, GB, TB (10³) or in
    KiB, MiB, GiB, TiB (2¹⁰), not in both. Bytes alone belong to either.
    """
    gate = subject.plan.capacity
    if gate is None:
        return
    tables = (
        ("workloads", ("workloads",)),
        ("queries", ("queries",)),
        ("cost lines", ("cost", "lines")),
        ("sizing", ("resources", "sizing")),
    )
    for name, table in tables:
        first: tuple[str, bool] | None = None
        for path, text in _sizes(gate, table):
            binary = "iB" in text
            if first is None:
                first = (text, binary)
            elif first[1] != binary:
                yield Problem(
                    "CAP014",
                    f"The {name} mix `{first[0]}` and `{text}`",
                    "capacity",
                    path,
                    text,
                    f"a {'binary' if first[1] else 'decimal'} unit like `{first[0]}`",
                    "1 GiB = 1.073741824 GB",
                )
                break


def _sizes(gate: Capacity, table: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    """Every size of a table that is told with a prefix, with its path."""
    for path, part in parts(gate):
        if path[: len(table)] == table:
            for name in type(part).model_fields:
                value = getattr(part, name)
                if isinstance(value, Quantity) and not _PREFIXED.isdisjoint(_WORDS.findall(value.unit)):
                    yield (*path, name), value.text

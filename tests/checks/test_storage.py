"""Partitions, the basis of compression, and the units of sizes."""

from pathlib import Path

import pytest

from .judging import Changes, judged, told, verdicts

CAPACITY, SOURCES = "03-capacity.yml", "02-sources.yml"
RAW = "shape: append, runs_per_day: 1, compression: 3"


def cut(text: str) -> tuple[str, str, str]:
    return CAPACITY, RAW, f"{RAW}, partitions: {{{text}}}"


# 6000 rows × 300 B a day are 1.8 MB, a third of it stored; over 24 months of 2 % growth a day has 1.27 times as much.
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([cut("granularity: 1 d, target_file_size: 1 MB, limit: 720")], []),
        (
            [cut("granularity: 1 d, target_file_size: 1 MB, limit: 719")],
            [
                (
                    "workloads[0].partitions.granularity",
                    "raw.orders has 720 partitions at the horizon, its engine takes 719",
                )
            ],
        ),
        ([cut("granularity: 1 d, limit: 720")], []),
        ([cut("granularity: 1 d, target_file_size: 3 MB")], []),
        (
            [cut("granularity: 1 d, target_file_size: 4 MB")],
            [
                (
                    "workloads[0].partitions.granularity",
                    "A partition of raw.orders holds 761 kB on average, far below the 4 MB of a file",
                )
            ],
        ),
        ([cut("granularity: 1 d, target_file_size: 191 kB")], []),
        (
            [cut("granularity: 1 d, target_file_size: 180 kB")],
            [
                (
                    "workloads[0].partitions.granularity",
                    "A partition of raw.orders holds 761 kB on average, far above the 180 kB of a file",
                )
            ],
        ),
        (
            [cut("column: updated_at")],
            [
                (
                    "workloads[0].partitions",
                    "Nothing says how long a partition of raw.orders is, so that they cannot be counted",
                )
            ],
        ),
    ],
)
def test_partitions_fit(tmp_path: Path, changes: Changes, found: list[tuple[str, str]]) -> None:
    findings = judged(tmp_path, "CAP006", changes)
    assert told(findings) == found
    assert all(finding.severity == "warning" for finding in findings)


def test_a_dataset_without_partitions_is_not_judged(tmp_path: Path) -> None:
    assert judged(tmp_path, "CAP006") == []


def test_a_refused_granularity_leaves_partitions_undetermined(tmp_path: Path) -> None:
    assert verdicts(judged(tmp_path, "CAP006", [cut("granularity: 1, limit: 10")])) == [
        ("CAP006", "undetermined", None)
    ]


LARGE = (SOURCES, "row_bytes: 300 B", "row_bytes: 600 kB")
"""Raw orders hold about 1.1 TB at the horizon, the table of orders 1.3 TB."""


def compressed(text: str) -> tuple[str, str, str]:
    return CAPACITY, "compression: 3", f"compression: {text}"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([(SOURCES, "row_bytes: 300 B", "row_bytes: 300 kB")], []),
        (
            [LARGE],
            [
                (
                    "workloads[0].compression",
                    "raw.orders holds 1.1 TB at the horizon, and its compression rests on no stated basis",
                ),
                (
                    "workloads[1].compression",
                    "mart.orders holds 1.29 TB at the horizon, and its compression rests on no stated basis",
                ),
            ],
        ),
        ([LARGE, compressed("{base: 3, basis: measured}")], []),
        (
            [LARGE, compressed("{base: 3, basis: vendor}")],
            [
                (
                    "workloads[0].compression",
                    "raw.orders holds 1.1 TB at the horizon, and its compression rests on vendor",
                ),
                (
                    "workloads[1].compression",
                    "mart.orders holds 1.29 TB at the horizon, and its compression rests on vendor",
                ),
            ],
        ),
        (
            [(SOURCES, "row_bytes: 300 B", "row_bytes: 200 kB"), (CAPACITY, " compression: 3,", "")],
            [
                (
                    "workloads[0].compression",
                    "raw.orders holds 1.1 TB at the horizon, and its compression is not stated",
                ),
                (
                    "workloads[1].compression",
                    "mart.orders holds 1.29 TB at the horizon, and its compression is not stated",
                ),
            ],
        ),
    ],
)
def test_compression_of_large_datasets_is_measured(
    tmp_path: Path, changes: Changes, found: list[tuple[str, str]]
) -> None:
    assert told(judged(tmp_path, "CAP013", changes)) == found


SCAN = "quantity: 8 credits/month, unit_price: 3 EUR/credits"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([(CAPACITY, SCAN, "quantity: 8 TB/month, unit_price: 3 EUR/GB")], []),
        ([(CAPACITY, SCAN, "quantity: 8 B/month, unit_price: 3 EUR/B")], []),
        (
            [(CAPACITY, SCAN, "quantity: 8 TiB/month, unit_price: 3 EUR/TiB")],
            [("cost.lines[1].unit_price", "The cost lines mix `23 EUR/TB/month` and `3 EUR/TiB`")],
        ),
        (
            [
                (
                    CAPACITY,
                    "budget: 100 EUR/month",
                    "budget: 100 EUR/month\nqueries: [{scanned: 5 GiB}, {scanned: 5 MB}]",
                )
            ],
            [("queries[1].scanned.base", "The queries mix `5 GiB` and `5 MB`")],
        ),
        ([cut("granularity: 1 d, target_file_size: 1 MiB")], []),
    ],
)
def test_sizes_of_a_table_are_of_one_family(tmp_path: Path, changes: Changes, found: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "CAP014", changes)) == found

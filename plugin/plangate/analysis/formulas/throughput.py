"""Throughput, parallelism and queueing (F5 to F7)."""

from plangate.analysis.formula import define, example

FORMULAS = (
    define(
        "usable_rate",
        "Usable throughput",
        "capacity * target_utilisation",
        {"capacity": "rows/s | measured limit", "target_utilisation": "1 | share that may be used"},
        "rows/s",
        "F5",
        example("28000 rows/s", capacity="40_000 rows/s", target_utilisation="70 %"),
    ),
)

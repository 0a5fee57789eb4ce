"""Backfill, transfer and restore (F8, F13)."""

from plangate.analysis.formula import define, example

FORMULAS = (
    define(
        "backfill_duration",
        "Duration of a backfill",
        "ceil(units / parallel) * unit_runtime * (1 + retry_rate)",
        {
            "units": "number | units of the range",
            "parallel": "number | units that run at one time",
            "unit_runtime": "s | p95 runtime of a unit",
            "retry_rate": "1 | share of units that run twice",
        },
        "s",
        "F8",
        example("18.4 h", units="365", parallel="4", unit_runtime="12 min", retry_rate="0 %"),
        example("19.32 h", units="365", parallel="4", unit_runtime="12 min", retry_rate="5 %"),
        example("73 h", note="one at a time", units="365", parallel="1", unit_runtime="12 min", retry_rate="0 %"),
        example("76.65 h", units="365", parallel="1", unit_runtime="12 min", retry_rate="5 %"),
        note="Units that depend on the unit before run one at a time.",
    ),
)

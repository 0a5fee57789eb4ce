"""Runtime, freshness, critical path and availability (F9 to F12)."""

from plangate.analysis.formula import define, example

FORMULAS = (
    define(
        "critical_path",
        "Critical path",
        "sum(durations)",
        {"durations": "s… | expected duration of the steps on the longest path"},
        "s",
        "F11",
        example("45 min", durations="15 min; 10 min; 20 min"),
        note="The path is worked out over the graph of steps by a forward and a backward pass (critical path method).",
    ),
    define(
        "buffer_share",
        "Buffer of the window",
        "(window - critical_path) / window",
        {"window": "s | time that is allowed", "critical_path": "s | time that is needed"},
        "1",
        "F11",
        example("20 %", window="10 h", critical_path="8 h"),
    ),
)

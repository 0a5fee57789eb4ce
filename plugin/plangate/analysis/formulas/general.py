"""Formulas that take numbers of any kind: sums, shares and what is left."""

from plangate.analysis.formula import define, example

FORMULAS = (
    define(
        "total",
        "Total",
        "sum(parts)",
        {"parts": "EUR… | what is added"},
        "EUR",
        "F14",
        example("100 EUR", parts="78 EUR; 22 EUR"),
        note="Parts of one dimension; where one is open the total is, too.",
        generic=True,
    ),
    define(
        "largest",
        "Largest",
        "max(parts)",
        {"parts": "s… | what is compared"},
        "s",
        "F10",
        example("25 min", parts="25 min; 12 min"),
        generic=True,
    ),
    define(
        "headroom",
        "Headroom",
        "1 - demand / limit",
        {"demand": "rows/s | what is needed", "limit": "rows/s | what may be used"},
        "1",
        "F5",
        example("12.5 %", note="a worst age held against its promise", demand="105 min", limit="120 min"),
        example("41.7 %", demand="105 min", limit="180 min"),
        example("-10 %", note="more is needed than there is", demand="22000 rows/s", limit="20000 rows/s"),
        generic=True,
    ),
)

"""Service levels of the Open Data Contract Standard beside those of a plan's contracts: one list for both ways.

https://bitol-io.github.io/open-data-contract-standard/latest/service-level-agreement/
"""

from collections.abc import Mapping
from types import MappingProxyType

PROPERTIES: Mapping[str, str | None] = MappingProxyType(
    {
        "latency": "freshness",
        "availability": "availability",
        "retention": "retention",
        "frequency": "frequency",
        "timeToDetect": "time_to_detect",
        "timeToNotify": "time_to_notify",
        "timeToRepair": "time_to_repair",
        "throughput": None,
        "errorRate": None,
        "generalAvailability": None,
        "endOfSupport": None,
        "endOfLife": None,
    }
)
"""The properties of the standard and the field of a plan's `sla` that says the same.

The standard prefers `latency` to `freshness`; a plan tells the age of the data (`freshness`) from the time that it
takes to come (`latency`). So `latency` is the plan's `freshness`, unless its id says `latency`.
"""

SYNONYMS: Mapping[str, str] = MappingProxyType(
    {
        "av": "availability",
        "th": "throughput",
        "er": "errorRate",
        "ga": "generalAvailability",
        "es": "endOfSupport",
        "el": "endOfLife",
        "re": "retention",
        "fy": "frequency",
        "ly": "latency",
        "td": "timeToDetect",
        "tn": "timeToNotify",
        "tr": "timeToRepair",
    }
)
"""The short names of the standard."""

UNITS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("ms", "millisecond", "milliseconds"), "ms"),
        **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
        **dict.fromkeys(("min", "mins", "minute", "minutes"), "min"),
        **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
        **dict.fromkeys(("d", "day", "days"), "d"),
        **dict.fromkeys(("w", "wk", "week", "weeks"), "wk"),
        **dict.fromkeys(("mo", "month", "months"), "month"),
        **dict.fromkeys(("y", "yr", "yrs", "year", "years"), "yr"),
        **dict.fromkeys(("%", "percent", "pct", "percentage"), "%"),
    }
)
"""Units of the standard's examples and tools in the words of a plan; `m` is minutes to some and months to others."""

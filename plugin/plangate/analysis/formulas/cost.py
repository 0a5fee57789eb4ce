"""Cost: what pricing models bill for, storage by its age, a quantity at its price, and what it comes to (F14).

No price stands here: prices, their date and their currency are the plan's.
"""

from plangate.analysis.formula import define, example
from plangate.analysis.formulas import pricing

_BIGQUERY = "Google, BigQuery pricing: https://cloud.google.com/bigquery/pricing"
_NO_GROWTH = {"growth": "0 %/month", "period": "30 d", "kept": "400 d", "age": "0 d", "boundary": "90 d"}
_KEPT = {
    "growth": "%/month | growth as a rate",
    "period": "s | the period that the growth is told for",
    "kept": "s | retention",
    "history": "s | what was backfilled from before the go-live",
    "age": "s | time since the go-live",
    "boundary": "s | time untouched after which data is long-term",
}

_STORAGE = (
    define(
        "storage_held",
        "Storage over a time",
        "stored * held",
        {"stored": "B | what is stored", "held": "s | how long"},
        "B s",
        "F14",
        example("0.2 TB month", _BIGQUERY, "3 TB for 2 of 30 days", stored="3 TB", held="2 d"),
    ),
    define(
        "time_active",
        "Time in which data is active",
        "min(kept, boundary)",
        {"kept": "s | retention", "boundary": "s | time untouched after which data is long-term"},
        "s",
        "F14",
        example("90 d", _BIGQUERY, kept="400 d", boundary="90 d"),
        example("60 d", kept="60 d", boundary="90 d"),
        note="Of data that is only appended. Touching resets the time: what is rewritten in place stays active.",
    ),
    define(
        "kept_long_term_compound",
        "Time kept as long-term under compound growth",
        "kept_compound(growth, period, kept, history, age) - "
        "kept_compound(growth, period, min(kept, boundary), history, age)",
        _KEPT,
        "s",
        "F14",
        example("0 d", _BIGQUERY, "the oldest day was loaded 89 d ago: active", history="90 d", **_NO_GROWTH),
        example("1 d", _BIGQUERY, "the oldest day was loaded 90 d ago: long-term", history="91 d", **_NO_GROWTH),
        example("310 d", note="all but the last 90 days", history="800 d", **_NO_GROWTH),
    ),
    define(
        "kept_long_term_linear",
        "Time kept as long-term under linear growth",
        "kept_linear(growth, period, kept, history, age) - "
        "kept_linear(growth, period, min(kept, boundary), history, age)",
        _KEPT,
        "s",
        "F14",
        example("1 d", _BIGQUERY, history="91 d", **_NO_GROWTH),
    ),
)

_MONEY = (
    define(
        "monthly_cost",
        "Monthly cost",
        "quantity * unit_price",
        {"quantity": "B/s | what is billed, as a rate", "unit_price": "EUR/B | price of one unit"},
        "EUR/s",
        "F14",
        example("1440 EUR/month", quantity="240 TiB/month", unit_price="6 EUR/TiB"),
        note="Quantity and price may have any unit whose product is money per time.",
        generic=True,
    ),
    define(
        "storage_cost",
        "Monthly cost of stored data",
        "stored * unit_price",
        {"stored": "B | what is stored", "unit_price": "EUR/B/s | price of a byte for a time"},
        "EUR/s",
        "F14",
        example("62.1 EUR/month", stored="2.7 TB", unit_price="23 EUR/TB/month"),
        example(
            "50.29 EUR/month",
            note="priced by GiB; as if by GB it would be 54",
            stored="2.7 TB",
            unit_price="0.02 EUR/GiB/month",
        ),
    ),
    define(
        "one_off_cost",
        "Cost that arises once",
        "quantity * unit_price",
        {"quantity": "B | what is billed", "unit_price": "EUR/B | price of one unit"},
        "EUR",
        "F14",
        example("78 EUR", quantity="13 TiB", unit_price="6 EUR/TiB"),
        note="Quantity and price may have any unit whose product is money.",
        generic=True,
    ),
    define(
        "cost_over_time",
        "Cost for a time",
        "cost * time",
        {"cost": "EUR/s | money per time", "time": "s | how long it is paid"},
        "EUR",
        "F14",
        example("480 EUR", cost="900 EUR/month", time="16 d"),
        generic=True,
    ),
    define(
        "idle_cost",
        "Cost of idle time",
        "cost * idle",
        {"cost": "EUR/s | money per time", "idle": "1 | share of the held time that does no work"},
        "EUR/s",
        "F14",
        example("300 EUR/month", cost="1000 EUR/month", idle="30 %"),
        generic=True,
    ),
    define(
        "exchanged",
        "Cost in the currency of the plan",
        "cost * rate",
        {"cost": "USD | cost in another currency", "rate": "EUR/USD | what one unit of it is worth"},
        "EUR",
        "F14",
        example("92 EUR", cost="100 USD", rate="0.92 EUR/USD"),
        generic=True,
    ),
    define(
        "cost_of_month",
        "Cost of one month",
        "(start + end) / 2 * month",
        {
            "start": "EUR/s | monthly cost at its start",
            "end": "EUR/s | monthly cost at its end",
            "month": "s | the length of a month",
        },
        "EUR",
        "F14",
        example("110 EUR", start="100 EUR/month", end="120 EUR/month", month="30 d"),
        note="Over a horizon the months are added up; twelve times the last one would be too much.",
        generic=True,
    ),
)

FORMULAS = (*pricing.FORMULAS, *_STORAGE, *_MONEY)

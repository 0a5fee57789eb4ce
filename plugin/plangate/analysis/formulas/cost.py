"""Cost: a quantity at its price, and the quantity by the structure of each pricing model (F14)."""

from plangate.analysis.formula import define, example

FORMULAS = (
    define(
        "monthly_cost",
        "Monthly cost of a line",
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
)

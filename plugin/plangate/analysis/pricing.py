"""Pricing models: what each pays for, and how much of it, from a stated quantity, a stock or the model's parameters.

A line is one or more charges: credits; or DBU and machines; or shards, PUT units and reads.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from msgspec import Struct

from plangate.analysis.charge import A_DAY, AN_HOUR, Charge, Told, counted
from plangate.analysis.computed import Computed, Input, compute, given, named
from plangate.model.capacity import CostLine
from plangate.model.quantity import parse
from plangate.model.unit import Dimension

_SLOTS: Dimension = (("slots", 1),)
_SCAN_MINIMUM, _LEAST_TIME = given("minimum", parse("10 MB")), given("minimum", parse("60 s"))

CREDITS_PER_HOUR: Mapping[str, int] = MappingProxyType(
    {size: 2**power for power, size in enumerate(("XS", "S", "M", "L", "XL", "2XL", "3XL", "4XL", "5XL", "6XL"))}
)
"""Credits that an hour of a warehouse takes, by its size (Snowflake, overview of warehouses)."""

BILLED_IN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "bigquery_on_demand": frozenset({"B"}),
        "bigquery_capacity": frozenset({"slots"}),
        "snowflake": frozenset({"credits", "B"}),
        "databricks": frozenset({"DBU", "nodes", "B"}),
        "redshift": frozenset({"RPU", "nodes", "B"}),
        "kafka": frozenset({"nodes", "B"}),
        "kinesis": frozenset({"shards", "requests", "B"}),
        "object_store": frozenset({"B", "requests"}),
        "egress": frozenset({"B"}),
    }
)
"""What a quantity of each pricing model may count, besides time; a flat line may count anything."""


class Bill(Struct, frozen=True):
    """The charges of a line, and the names of the parameters that its model needs and the plan does not give."""

    charges: tuple[Charge, ...]
    missing: tuple[str, ...]


def bill(line: CostLine, index: int, stored: Computed | None = None, *, binary: bool = False) -> Bill:
    """Work out what a line pays for; `stored` is what is stored of its stock at the time that is asked about."""
    told = Told(line, index, stored, binary)
    stock = line.stock is not None and line.quantity is None
    held = stock and line.driver == "storage" and line.model != "object_store"
    charges = tuple(told.storage() if held else _MODELS[line.model or "flat"](told))
    return Bill(charges, tuple(dict.fromkeys(told.missing)))


def _flat(told: Told) -> Iterator[Charge]:
    if told.line.stock is not None and told.line.quantity is None:
        yield from told.storage()
    else:
        yield told.priced((told.line.driver or "cost").capitalize(), told.need("quantity"), "unit_price")


def _on_demand(told: Told) -> Iterator[Charge]:
    line = told.line

    def scanned() -> Computed | None:
        whole = line.scanned_per_query is None and line.stock is not None
        size = given("scanned_per_query", told.stored) if whole else told.need("scanned_per_query")
        if whole and size is None:
            told.missing.append(f"the storage of {line.stock}")
        tables = named("tables", told.said("tables_per_query", otherwise=Decimal(1)))
        billed = compute("scan_billed", size, tables, _SCAN_MINIMUM, binary=told.binary)
        queries = told.need("queries_per_day")
        return compute("scan_per_time", given("billed", billed), queries, A_DAY, binary=told.binary)

    yield told.charge("Storage" if line.driver == "storage" else "Scan", scanned)


def _slots(told: Told) -> Iterator[Charge]:
    def slots() -> Computed | None:
        least, most, step = (_bound(told, name) for name in ("min", "max", "step"))
        if least is None and most is None and step is None:
            return told.held("slots", "slots", hours=True)
        asked, hours = told.need("slots", "slots"), told.need("hours_per_day")
        if step is not None:
            asked = given("slots", compute("slots_in_steps", asked, step))
        if most is not None:
            asked = given("slots", compute("slots_up_to", asked, most))
        if least is None:
            return compute("units_held", named("units", asked), hours, AN_HOUR, A_DAY)
        return compute("slots_with_baseline", least, asked, hours, AN_HOUR, A_DAY)

    yield told.charge("Slots", slots, "slots")


def _bound(told: Told, name: str) -> Input | None:
    """Give a bound of the autoscaler in slots; one in another unit is missing."""
    bounds = told.line.autoscale
    value = getattr(bounds, name) if bounds else None
    if value is None:
        return None
    if value.dimension != _SLOTS:
        told.missing.append(f"autoscale.{name} in slots")
        return None
    return given({"min": "least", "max": "most"}.get(name, name), value, "capacity", (*told.path, "autoscale", name))


def _credits(told: Told) -> Iterator[Charge]:
    def taken() -> Computed | None:
        size = told.line.warehouse_size
        if size is None:
            told.missing.append("warehouse_size")
        an_hour = counted(given("credits_per_hour", CREDITS_PER_HOUR[size] if size else None), "credits")
        idle = told.said("auto_suspend", otherwise=parse("0 s"))
        seconds, resumes = told.need("seconds", "s"), told.need("resumes_per_day")
        one = compute("credits_per_resume", an_hour, AN_HOUR, seconds, idle, _LEAST_TIME)
        clusters = told.said("clusters", otherwise=Decimal(1))
        return compute("credits_per_time", given("credits_per_resume", one), resumes, clusters, A_DAY)

    yield told.charge("Credits", taken)


def _dbu(told: Told) -> Iterator[Charge]:
    yield told.charge(
        "DBU",
        lambda: compute("dbu_per_time", told.need("dbu_per_hour", "DBU"), told.need("hours_per_day"), A_DAY),
    )
    asked = told.line.nodes is not None or told.line.node_price is not None
    if not told.line.serverless and (told.line.quantity is None or asked):
        machines = told.held("nodes", "nodes", hours=True)
        yield told.priced("Machines", given("quantity", machines), "node_price", "nodes")


def _redshift(told: Told) -> Iterator[Charge]:
    line = told.line
    if line.quantity is None and line.rpu is None and (line.nodes is not None or line.node_price is not None):
        price = "unit_price" if line.node_price is None and line.unit_price is not None else "node_price"
        yield told.priced("Nodes", given("quantity", told.held("nodes", "nodes")), price, "nodes")
        return

    def held() -> Computed | None:
        run = compute("rpu_time_per_run", told.need("rpu", "RPU"), told.need("seconds", "s"), _LEAST_TIME)
        runs = named("runs_per_day", told.need("resumes_per_day"))
        return compute("rpu_held", given("per_run", run), runs, A_DAY)

    yield told.charge("RPU", held)


def _kafka(told: Told) -> Iterator[Charge]:
    line = told.line
    units = "partitions" if line.brokers is None and line.partitions is not None else "brokers"
    yield told.charge(units.capitalize(), lambda: told.held(units, "nodes"), "nodes")
    if line.cross_zone_price is not None or line.replication is not None:
        traffic = compute("cross_zone_traffic", told.need("ingress"), told.need("replication"))
        yield told.priced("Traffic between zones", given("quantity", traffic), "cross_zone_price")
    yield from _reads(told)


def _kinesis(told: Told) -> Iterator[Charge]:
    yield told.charge("Shards", lambda: told.held("shards", "shards"), "shards")
    if told.line.quantity is None or told.line.put_units is not None or told.line.put_unit_price is not None:
        yield told.priced("PUT units", told.need("put_units"), "put_unit_price")
    yield from _reads(told)


def _reads(told: Told) -> Iterator[Charge]:
    if told.line.retrieval_price is not None or told.line.fan_out is not None:
        traffic = compute("read_traffic", told.need("ingress"), told.need("fan_out"))
        yield told.priced("Reads", given("quantity", traffic), "retrieval_price")


def _object_store(told: Told) -> Iterator[Charge]:
    line = told.line
    if line.quantity is not None:
        what = "Requests" if ("requests", 1) in line.quantity.base.dimension else "Storage"
        yield told.priced(what, told.said("quantity"), "unit_price")
    elif line.stock is not None:
        yield from told.storage()
    elif line.requests is None and line.retrieved is None:
        told.missing.append("quantity or stock")
    yield from told.beside("Requests", "requests", "request_price")
    yield from told.beside("Retrieval", "retrieved", "retrieval_price")


def _egress(told: Told) -> Iterator[Charge]:
    yield told.priced("Transfer", told.need("quantity"), "unit_price")


_MODELS: Mapping[str, Callable[[Told], Iterator[Charge]]] = MappingProxyType(
    {
        "bigquery_on_demand": _on_demand,
        "bigquery_capacity": _slots,
        "snowflake": _credits,
        "databricks": _dbu,
        "redshift": _redshift,
        "kafka": _kafka,
        "kinesis": _kinesis,
        "object_store": _object_store,
        "egress": _egress,
        "flat": _flat,
    }
)

"""Plans of plain gate data with schedules, for tests of what follows from them."""

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from plangate.analysis.chains import DatasetAge
from plangate.analysis.facts import Facts
from plangate.analysis.freshness import FreshnessFacts
from plangate.analysis.landscape import Landscape
from plangate.model.capacity import Capacity
from plangate.model.context import Context
from plangate.model.contracts import Contracts
from plangate.model.events import Events
from plangate.model.ingestion import Ingestion
from plangate.model.modeling import Modeling
from plangate.model.operations import Operations
from plangate.model.plan import Header, Plan
from plangate.model.quality import Quality
from plangate.model.sources import Sources

from .plans import POLICY

GATES = {
    gate.gate: gate
    for gate in (Context, Sources, Events, Capacity, Ingestion, Modeling, Contracts, Quality, Operations)
}
Data = dict[str, Any]
CREATED = date(2026, 11, 2)


def made(plan_id: str = "a-plan", created: date | None = CREATED, /, **gates: Data) -> Plan:
    """Make a plan of plain gate data."""
    header = Header(id=plan_id, created=created)
    return Plan(plan_id, header, {name: GATES[name].model_validate(data) for name, data in gates.items()})


def fresh(plan: Plan, *others: Plan) -> FreshnessFacts:
    return Facts(plan, POLICY, Landscape((plan, *others))).freshness


def source(dataset: str, delay: str = "15 min", **arrival: Any) -> Data:
    arrives = {"continuous": True, "delay_p95": delay} | arrival
    return {"id": dataset.partition(".")[0], "arrival": arrives, "datasets": [{"id": dataset}]}


def hourly(cron: str = "0 * * * *", zone: str = "UTC") -> Data:
    return {"cron": cron, "timezone": zone}


def load(name: str, reads: Sequence[str], writes: Sequence[str], schedule: Data, **more: Any) -> Data:
    return {"id": name, "inputs": list(reads), "outputs": list(writes), "schedule": schedule, **more}


def runtime(pipeline: str, p95: str = "25 min", **more: str) -> Data:
    return {"pipeline": pipeline, "p95": p95, **more}


def check(name: str, dataset: str, minutes: str, **more: str) -> Data:
    return {"id": name, "dataset": dataset, "stage": "pre_publish", "runtime": minutes, **more}


def one_load(schedule: Data | None = None, arrival: Data | None = None, **gates: Data) -> Plan:
    """The published case: a source that is 15 min late, an hourly load of 25 min, 5 min of checks."""
    return made(
        sources={"sources": [source("shop.orders", **(arrival or {}))]},
        capacity={"runtimes": [runtime("load")]},
        ingestion={"pipelines": [load("load", ["shop.orders"], ["raw.orders"], schedule or hourly())]},
        quality={"checks": [check("pk", "raw.orders", "5 min")]},
        **gates,
    )


def minutes(age: DatasetAge) -> object:
    return None if age.age is None else age.age.value.base / 60


def lacks(age: DatasetAge) -> list[str]:
    return [what for _, _, what in age.missing]


def replace_gate(plan: Plan, gate: str, data: Data) -> Plan:
    return replace(plan, gates=MappingProxyType({**plan.gates, gate: GATES[gate].model_validate(data)}))


def lacking_plan(**changes: Any) -> Plan:
    return made(
        "a-plan",
        changes.pop("created", CREATED),
        sources={"sources": [{"id": "shop", "datasets": [{"id": "shop.orders"}], **changes.pop("source", {})}]},
        capacity={"runtimes": changes.pop("runtimes", [runtime("load")])},
        ingestion={
            "pipelines": [
                {
                    "id": "load",
                    "inputs": ["shop.orders"],
                    "outputs": ["raw.orders"],
                    "schedule": hourly(),
                    **changes.pop("pipeline", {}),
                }
            ]
        },
        quality={"checks": changes.pop("checks", [])},
    )

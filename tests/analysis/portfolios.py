"""Portfolios made up for tests: plans as typed values, without files."""

from collections.abc import Iterator, Sequence
from typing import Any

from plangate.model.context import Context
from plangate.model.element import Gate
from plangate.model.ingestion import Ingestion
from plangate.model.modeling import Modeling
from plangate.model.operations import Operations
from plangate.model.plan import Header, Plan
from plangate.model.sources import Sources

GATES: dict[str, type[Gate]] = {
    "context": Context,
    "sources": Sources,
    "ingestion": Ingestion,
    "modeling": Modeling,
    "operations": Operations,
}
DOMAINS = ("ads", "billing", "crm", "fleet", "hr", "ledger", "orders", "stock", "support", "web")
LAYERS = ("staging", "intermediate", "marts")


def plan(name: str, header: dict[str, Any] | None = None, **gates: dict[str, Any]) -> Plan:
    """Make a plan of the data of its gates."""
    read = {gate: GATES[gate].model_validate(data) for gate, data in gates.items()}
    return Plan(name, Header.model_validate({"id": name, "title": name, **(header or {})}), read)


def models(*edges: tuple[str, str], names: Sequence[str] = ()) -> dict[str, Any]:
    """Give a gate modeling in which each second name is built from the first."""
    before: dict[str, list[str]] = {name: [] for name in names}
    for source, target in edges:
        before.setdefault(target, []).append(source)
    return {"models": [{"id": name, "depends_on": sorted(set(needs))} for name, needs in sorted(before.items())]}


def many(plans: int = 100, each: int = 20, hub: int = 300) -> Iterator[Plan]:
    """Make plans that build `each` datasets, layer by layer, the later ones from the marts of the earlier ones.

    The first mart of the first plan is a hub: `hub` models of other plans are built from it.
    """
    for number in range(plans):
        domain = DOMAINS[number % len(DOMAINS)]
        yield _one_of_many(number, domain, each, hub)


def _one_of_many(number: int, domain: str, each: int, hub: int) -> Plan:
    system = f"src_{domain}_{number:03}"
    sources = [f"{system}.table_{i}" for i in range(each // 5)]
    raw = [f"raw_{domain}_{number:03}.table_{i}" for i in range(each // 5)]
    built = [f"{LAYERS[i * 3 // (each * 3 // 5)]}_{domain}_{number:03}.model_{i:02}" for i in range(each * 3 // 5)]
    entries = []
    for i, name in enumerate(built):
        needs = {raw[i % len(raw)]} if i < len(raw) else {built[i - len(raw)], built[(i * 7 + number) % i]}
        if number and i == len(built) - 1:
            needs.add(f"marts_{DOMAINS[(number // 2) % len(DOMAINS)]}_{number // 2:03}.model_{each * 3 // 5 - 1:02}")
        if number and i >= len(built) - 1 - hub // 99:
            needs.add(f"marts_{DOMAINS[0]}_000.model_{each * 2 // 5:02}")
        layer = name.split("_")[0]
        entries.append({"id": name, "layer": layer, "depends_on": sorted(needs), "owner": f"{domain}_team"})
    readers = [
        {
            "id": f"dashboard_{i}",
            "name": f"Dashboard {i} of {domain}",
            "owner": f"{domain}_team",
            "reads": [built[-1 - i]],
        }
        for i in range(3)
    ]
    return plan(
        f"plan-{number:03}",
        {"domain": domain, "go_live": f"2027-{number % 12 + 1:02}-01T06:00:00Z"},
        context={"consumers": readers},
        sources={
            "sources": [{"id": system, "owner": f"{domain}_team", "datasets": [{"id": name} for name in sources]}]
        },
        ingestion={
            "pipelines": [
                {"id": f"load_{i}", "kind": "ingest", "inputs": [one], "outputs": [other]}
                for i, (one, other) in enumerate(zip(sources, raw, strict=True))
            ]
        },
        modeling={
            "layers": [{"id": name, "reads": list(LAYERS[max(0, i - 1) : i + 1])} for i, name in enumerate(LAYERS)],
            "models": entries,
        },
    )

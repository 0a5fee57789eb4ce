"""Contracts of a plan as documents of the Open Data Contract Standard, version 3.1.

A contract whose columns stand in an ODCS file keeps everything that the file says; what the gate says is laid over it.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from msgspec import Struct

from plangate.analysis.contract_table import ContractTable
from plangate.exchange.odcs.properties import property_of
from plangate.model.contracts import ContractSla
from plangate.model.plan import Plan
from plangate.model.quantity import Quantity
from plangate.model.service_level import PROPERTIES
from plangate.model.table import Table
from plangate.reading.schemas.odcs_sla import read_sla
from plangate.reading.schemas.source import Source

VERSION = "v3.1.0"
KEPT_APART = ("compatibility", "upgrade_order", "format", "justification")
"""Fields of a contract that ODCS has no word for, and that stand under `customProperties` by their own names."""

_UNITS = {"s": "s", "min": "min", "h": "h", "d": "d", "wk": "w", "month": "month", "yr": "y"}
_NAMES = {field: name for name, field in PROPERTIES.items() if field} | {"latency": "latency"}


class Written(Struct, frozen=True):
    """A contract as an ODCS document, and the fields of the plan that had no place in it."""

    dataset: str
    document: dict[str, Any]
    lost: tuple[str, ...]


def odcs_document(plan: Plan, entry: ContractTable) -> Written:
    """Write one contract of a plan; `document` keeps what the plan's own ODCS file says beside it."""
    contract = entry.contract
    behind = entry.current.document
    own = behind.raw if behind and behind.kind == "odcs" and isinstance(behind.raw, dict) else {}
    document: dict[str, Any] = {"apiVersion": VERSION, "kind": "DataContract", "id": f"{plan.id}.{entry.dataset}"}
    document |= deepcopy(own)
    if not str(document["apiVersion"]).startswith(("v3.1", "v3.2")):
        document["apiVersion"] = VERSION
    said = {
        "version": contract.version or document.get("version") or "0.0.0",
        "status": contract.status or document.get("status") or "draft",
        "domain": plan.header.domain or document.get("domain"),
        "dataProduct": plan.header.data_product or document.get("dataProduct"),
    }
    document |= {key: value for key, value in said.items() if value is not None}
    terms = contract.terms
    _merge(
        document,
        "description",
        purpose=contract.description,
        usage=terms.usage if terms else None,
        limitations=terms.limitations if terms else None,
    )
    if contract.owner is not None and not isinstance(document.get("team"), list):
        _merge(document, "team", name=contract.owner)
    if not own and entry.current.table is not None:
        document["schema"] = [_object(entry.dataset, entry.current.table)]
    _service_levels(document, contract.sla)
    _apart(document, {name: value for name in KEPT_APART if (value := getattr(contract, name)) is not None})
    return Written(entry.dataset, document, tuple(_lost(entry)))


def _merge(document: dict[str, Any], key: str, **said: str | None) -> None:
    """Lay what is said over a mapping of the document."""
    new = {name: value for name, value in said.items() if value is not None}
    if new:
        before = document.get(key)
        document[key] = (before if isinstance(before, dict) else {}) | new


def _object(dataset: str, table: Table) -> dict[str, Any]:
    """The table as an object of `schema`."""
    found: dict[str, Any] = {"name": dataset.rsplit(".", 1)[-1], "physicalType": "table", "logicalType": "object"}
    if table.physical_name or "." in dataset:
        found["physicalName"] = table.physical_name or dataset
    if table.description:
        found["description"] = table.description
    found["properties"] = [property_of(field) for field in table.fields]
    for flag, position, columns in (
        ("primaryKey", "primaryKeyPosition", table.primary_key),
        ("partitioned", "partitionKeyPosition", table.partition_by),
    ):
        for one in found["properties"]:
            if one["name"] in columns:
                one |= {flag: True, position: columns.index(one["name"]) + 1}
    return found


def _service_levels(document: dict[str, Any], sla: ContractSla | None) -> None:
    """Lay the service levels of the plan over those of the document: one that says the same stays as it is written."""
    listed = document.get("slaProperties")
    listed = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    for field, name in _NAMES.items():
        promised = getattr(sla, field) if sla else None
        if promised is None:
            continue
        same = [one for one in listed if field in _fields(one)]
        if any(_fields(one)[field] == promised for one in same):
            continue
        written = _level(name, field, promised)
        if same:
            same[0] |= {key: value for key, value in written.items() if key != "property"}
        else:
            listed.append(written)
    if listed:
        document["slaProperties"] = listed


def _fields(entry: dict[str, Any]) -> dict[str, Quantity]:
    """What one service level says in the words of a plan."""
    sla, _ = read_sla(Source("", {}, lambda _: (1, 1)), [entry])
    return {name: value for name, value in sla if value is not None} if sla else {}


def _level(name: str, field: str, promised: Quantity) -> dict[str, Any]:
    found: dict[str, Any] = {"property": name}
    if name == "latency":
        found = {"id": field, **found}
    if field == "availability":
        return {**found, "value": _number(promised.to("%")), "unit": "percent"}
    unit = promised.unit if promised.unit in _UNITS else "s"
    return {**found, "value": _number(promised.to(unit)), "unit": _UNITS[unit]}


def _number(value: Any) -> Any:
    return int(value) if value == value.to_integral_value() else value.normalize()


def _apart(document: dict[str, Any], said: dict[str, str]) -> None:
    """Set custom properties of the contract; those that are there already take the new value."""
    if not said:
        return
    listed = document.get("customProperties")
    listed = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    for name, value in said.items():
        known = next((one for one in listed if one.get("property") == name), None)
        if known is None:
            listed.append({"property": name, "value": value})
        else:
            known["value"] = value
    document["customProperties"] = listed


def _lost(entry: ContractTable) -> Iterator[str]:
    """The fields of the contract that the document does not hold."""
    contract = entry.contract
    for name in ("consumers", "enforcement", "parallel_versions", "live_versions"):
        if getattr(contract, name):
            yield name
    if contract.classification:
        yield "classification (ODCS has one for each property)"
    if contract.sla and contract.sla.support_window:
        yield "sla.support_window"
    if contract.terms and contract.terms.cost:
        yield "terms.cost"
    if entry.current.table is None:
        yield "columns (no table is known)"

"""The contracts of a plan with what became of them, as data and as text."""

from collections.abc import Iterator
from typing import Any

from plangate.analysis.contract_change import ContractChange, consumers_told
from plangate.analysis.contract_table import ContractTable
from plangate.analysis.facts import Facts
from plangate.reports.compatibility import change_data
from plangate.reports.lines import line


def contracts_data(facts: Facts) -> list[dict[str, Any]]:
    """Give each contract: versions, columns, consumers with pins and migrations, and what changed since before."""
    changes = {change.dataset: change for change in facts.contract_changes}
    return [_contract(facts, one, changes.get(one.dataset)) for one in facts.contract_tables]


def _contract(facts: Facts, one: ContractTable, change: ContractChange | None) -> dict[str, Any]:
    promised = one.current.table
    return {
        "dataset": one.dataset,
        "version": one.contract.version,
        "status": one.contract.status,
        "owner": one.contract.owner,
        "compatibility": one.contract.compatibility,
        "upgrade_order": one.contract.upgrade_order,
        "columns": [
            {"name": field.name, "type": field.type.written or field.type.kind, "nullable": field.nullable}
            for field in (promised.fields if promised else ())
        ],
        "primary_key": list(promised.primary_key if promised else one.contract.primary_key),
        "live_versions": [
            {"version": live.version, "sunset": live.sunset.isoformat() if live.sunset else None}
            for live in one.contract.live_versions
        ],
        "consumers": _consumers(facts, one.dataset),
        "change": _change(change) if change is not None else None,
    }


def _consumers(facts: Facts, dataset: str) -> list[dict[str, Any]]:
    elements = [broken.element for broken in facts.broken_contracts if broken.dataset == dataset]
    told = {element: consumers_told(facts, dataset, element) for element in elements}
    return [
        {
            "consumer": one.name,
            "plan": one.reached.plan.id,
            "owner": one.reached.entry.node.owner,
            "way": list(one.reached.way),
            "pinned": one.pinned,
            "migrations": [
                {
                    "change": element or "the dataset",
                    "by": entry.migration.by.isoformat() if entry.migration and entry.migration.by else None,
                    "acknowledged": bool(entry.migration and entry.migration.acknowledged),
                    "listed": entry.migration is not None,
                }
                for element, entries in told.items()
                for entry in entries
                if entry.reached.entry.id == one.reached.entry.id
            ],
        }
        for one in consumers_told(facts, dataset)
    ]


def _change(change: ContractChange) -> dict[str, Any]:
    judged = change.judgement
    return {
        "since": change.before.version,
        "compared_with": "base revision" if change.origin == "base" else "older version that is served",
        "bump_needed": change.needed,
        "bump_taken": change.taken,
        "mode_verdict": str(judged.verdict) if judged is not None else None,
        "changes": [change_data(one) for one in change.changes],
    }


def contracts_lines(facts: Facts) -> Iterator[str]:
    """Give the same as lines for people."""
    yield "contracts"
    for entry in contracts_data(facts):
        told = ", ".join(part for part in (entry["version"], entry["status"], entry["owner"]) if part)
        yield line("  contract ", f"{entry['dataset']}  {told}")
        change = entry["change"]
        if change is not None:
            needed = f"needs a {change['bump_needed']} step, takes {change['bump_taken'] or 'one back'}"
            yield line("    since ", f"{change['since']} ({change['compared_with']}): {needed}")
            for one in change["changes"]:
                moved = f"{one['before'] or 'nothing'} → {one['after'] or 'nothing'}"
                yield line(
                    "      change ",
                    f"{one['element']}: {moved}; consumer {one['consumer']}, producer {one['producer']}",
                )
        for reader in entry["consumers"]:
            pinned = f", pinned to {reader['pinned']}" if reader["pinned"] else ""
            where = "" if reader["plan"] == facts.plan.id else f" of plan {reader['plan']}"
            yield line("    reader ", f"{reader['consumer']}{where} ({reader['owner'] or 'nobody'}){pinned}")
            for one in reader["migrations"]:
                state = "acknowledged" if one["acknowledged"] else "not acknowledged" if one["listed"] else "not listed"
                yield line("      migration ", f"off {one['change']}: {state}{' by ' + one['by'] if one['by'] else ''}")

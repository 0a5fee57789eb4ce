"""`plangate show`: everything that is computed from a plan."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from plangate.checks.report import PlanReport, Report
from plangate.checks.runner import check
from plangate.cli import options
from plangate.model.element import Part
from plangate.model.problem import path_text
from plangate.reports.checklist import checklist_data, checklist_lines
from plangate.reports.contracts import contracts_data, contracts_lines
from plangate.reports.cost import cost_data
from plangate.reports.cutover import cutover_data, cutover_lines, seconds
from plangate.reports.lines import line
from plangate.reports.numbers import (
    backfill_data,
    capacity_data,
    freshness_data,
    numbers_data,
    sensitivity_data,
)
from plangate.reports.numbers_text import backfill_lines, freshness_lines, numbers_lines, sensitivity_lines
from plangate.reports.values import plain, rows

Shown = Callable[[Report, PlanReport], Any]
Lines = Callable[[Report, PlanReport], Iterator[str]]


def _states(report: PlanReport) -> dict[str, Any]:
    gates = [
        {"id": gate.gate, "state": gate.state, "errors": gate.errors, "warnings": gate.warnings}
        for gate in report.gates
    ]
    return {"intent": report.intent, "state": report.state, "gates": gates}


def _assumptions(report: PlanReport) -> list[dict[str, Any]]:
    """List assumptions that stand for a value by their path, then those of gate context by their id."""
    plan = report.facts.plan
    owner, due = plan.header.accountable, plan.header.go_live
    by = due.date().isoformat() if due else None
    listed: list[dict[str, Any]] = [
        {
            "path": f"{assumed.gate}: {path_text(assumed.path)}",
            "value": plain(assumed.value),
            "because": assumed.because,
            "owner": assumed.owner or owner,
            "verify_by": assumed.verify_by or by,
            "if_wrong": assumed.if_wrong,
            "status": "open",
        }
        for assumed in plan.assumed
    ]
    listed.extend(
        {
            "id": stated.id,
            "text": stated.text,
            "because": stated.because,
            "owner": stated.owner or owner,
            "verify_by": stated.verify_by.isoformat() if stated.verify_by else by,
            "if_wrong": stated.if_wrong,
            "status": stated.status or "open",
        }
        for stated in (plan.context.assumptions if plan.context else ())
    )
    return listed


def _bundle(report: PlanReport) -> dict[str, Any]:
    """Put together what the last gate holds: totals of the other gates, and what remains open."""
    facts, bundle = report.facts, report.facts.plan.bundle
    schedule = facts.cutover
    return {
        "totals": {
            "daily_volume": plain(facts.capacity.total_daily),
            "stored_at_horizon": plain(facts.capacity.total_stored_at_horizon),
            "monthly_cost": plain(facts.cost.monthly),
            "one_off_cost": plain(facts.cost.one_off),
            "cutover_expected": seconds(schedule.duration_expected) if schedule else None,
            "assumptions": len(_assumptions(report)),
        },
        "risks": _entries(bundle.risks if bundle else ()),
        "follow_ups": _entries(bundle.follow_ups if bundle else ()),
        "design_decisions": _entries(bundle.design_decisions if bundle else ()),
        "glossary": _entries(bundle.glossary if bundle else ()),
    }


def _entries(elements: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [
        {(info.alias or name): plain(getattr(element, name)) for name, info in type(element).model_fields.items()}
        for element in elements
    ]


PARTS: Mapping[str, Shown] = MappingProxyType(
    {
        "states": lambda _, plan: _states(plan),
        "checklist": checklist_data,
        "capacity": lambda _, plan: capacity_data(plan.facts),
        "cost": lambda _, plan: cost_data(plan.facts.cost),
        "freshness": lambda _, plan: freshness_data(plan.facts),
        "backfill": lambda _, plan: backfill_data(plan.facts),
        "lineage": lambda _, plan: plain(plan.facts.lineage),
        "cutover": lambda _, plan: cutover_data(plan.facts),
        "contracts": lambda _, plan: contracts_data(plan.facts),
        "assumptions": lambda _, plan: _assumptions(plan),
        "bundle": lambda _, plan: _bundle(plan),
        "digests": lambda _, plan: dict(plan.facts.digests),
        "numbers": lambda _, plan: numbers_data(plan.facts),
        "sensitivity": lambda _, plan: sensitivity_data(plan.facts),
    }
)
"""What can be shown of a plan, as data."""

LINES: Mapping[str, Lines] = MappingProxyType(
    {
        "checklist": checklist_lines,
        "freshness": lambda _, plan: freshness_lines(plan.facts),
        "backfill": lambda _, plan: backfill_lines(plan.facts),
        "contracts": lambda _, plan: contracts_lines(plan.facts),
        "cutover": lambda _, plan: cutover_lines(plan.facts),
        "numbers": lambda _, plan: numbers_lines(plan.facts),
        "sensitivity": lambda _, plan: sensitivity_lines(plan.facts),
    }
)
"""The parts that people read in other words than machines."""


@click.command("show")
@click.argument("plan")
@click.argument("part", required=False, type=click.Choice(sorted(PARTS)))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--zone", type=options.ZoneType(), help="Times of the cutover in this zone.  [default: the plan's own]")
@click.option("--base", metavar="REV", help="Compare contracts with the plans as they were at this revision of git.")
@options.today
@options.plans_dir
@options.references_dir
def show_command(
    plan: str,
    part: str | None,
    form: str,
    zone: str | None,
    base: str | None,
    today: date | None,
    plans_dir: Path,
    references_dir: Path | None,
) -> int:
    """Show what is computed from a plan: all of it, or one part."""
    portfolio = options.portfolio(plans_dir, references_dir)
    (plan_id,) = options.plan_ids(portfolio, [plan])
    before = options.base_portfolio(base, plans_dir, references_dir)
    report = check(portfolio, today=options.day_or_now(today), only=[plan_id], base=before)
    told = report.plan(plan_id)
    names = [part] if part else list(PARTS)
    parts: dict[str, Shown] = {**PARTS, "cutover": lambda _, plan: cutover_data(plan.facts, zone)}
    lines: dict[str, Lines] = {**LINES, "cutover": lambda _, plan: cutover_lines(plan.facts, zone)}
    if form == "json":
        data = {"plan": plan_id, **{name: parts[name](report, told) for name in names}}
        click.echo(json.dumps(data, indent=2, ensure_ascii=True))
        return 0
    click.echo(line("plan ", f"{plan_id}  {told.title}"))
    for name in names:
        for row in lines[name](report, told) if name in lines else _rows(name, parts[name](report, told)):
            click.echo(row)
    return 0


def _rows(name: str, data: Any) -> Iterator[str]:
    named = {(item.get("id") or item.get("path")): item for item in data} if name == "assumptions" else data
    return rows(named, name)

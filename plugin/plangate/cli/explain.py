"""`plangate explain` and `plangate rules`: what each rule wants, why, and how it looks when it is broken."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from plangate.checks.example import Shown, failing, passing
from plangate.checks.judge import PRESETS, in_preset
from plangate.checks.own import known_rules
from plangate.checks.rule import ALIASES, Edit, Rule
from plangate.cli import options
from plangate.model.nearest import nearest
from plangate.reading.policy import load_policy
from plangate.reports.lines import line

FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.command("explain")
@click.argument("rule")
@options.references_dir
@FORMAT
def explain_command(rule: str, references_dir: Path | None, form: str) -> int:
    """Explain a rule: condition, reason, a failing and a passing example."""
    known = _known(references_dir)
    wanted = ALIASES.get(rule.upper(), rule if rule in known else rule.upper())
    if wanted not in known:
        near = nearest(wanted, known)
        raise click.UsageError(
            f"There is no rule {rule!r}; {f'did you mean {near}?' if near else '`plangate rules` lists them'}"
        )
    found = known[wanted]
    click.echo(_json(rule_data(found)) if form == "json" else "\n".join(_explained(found)))
    return 0


@click.command("rules")
@options.references_dir
@FORMAT
def rules_command(references_dir: Path | None, form: str) -> int:
    """List the rules, the organisation's own last."""
    known = _known(references_dir)
    if form == "json":
        click.echo(_json([rule_data(rule) for rule in known.values()]))
        return 0
    for rule in known.values():
        click.echo(line(f"{rule.id}  {rule.severity:<7}  {','.join(rule.tiers):<5}  ", rule.title))
    return 0


def _known(references_dir: Path | None) -> dict[str, Rule]:
    policy, problems = load_policy(options.references_folder(references_dir))
    options.tell_problems(problems)
    return known_rules(policy)


def rule_data(rule: Rule) -> dict[str, Any]:
    """Give everything that is said about a rule as plain data."""
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "scope": rule.scope,
        "tiers": list(rule.tiers),
        "presets": list(_presets(rule)),
        "blocks_drafts": rule.unreadable,
        "where": rule.where or None,
        "condition": rule.condition,
        "reason": rule.reason,
        "reads": list(rule.reads),
        "on": None if rule.own else rule.on,
        "fails": [_edit_data(edit) for edit in rule.fails],
        "passes": [_edit_data(edit) for edit in rule.passes],
        "url": rule.url,
        "own": rule.own,
    }


def _presets(rule: Rule) -> tuple[str, ...]:
    return tuple(name for name in PRESETS if in_preset(rule, name))


def _edit_data(edit: Edit) -> dict[str, str | None]:
    return {"file": edit.file, "old": edit.old, "new": edit.new}


def _json(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=True)


def _explained(rule: Rule) -> Iterator[str]:
    yield line(f"{rule.id}  ", rule.title)
    drafts = "also in drafts" if rule.unreadable else "in plans that are in review or live"
    weight = f"{rule.severity}, blocks {drafts}" if rule.severity == "error" else rule.severity
    yield line(f"{weight}; tiers {', '.join(rule.tiers)}; presets {', '.join(_presets(rule))}")
    yield ""
    yield "Condition"
    yield from _block(rule.condition)
    if rule.where:
        yield f"  Asked only where {rule.where}."
    yield ""
    yield "Reason"
    yield from _block(rule.reason)
    for shown in failing(rule):
        yield from _example("Fails", shown, rule)
    for shown in passing(rule):
        yield from _example("Passes", shown, rule)
    if not rule.passes and not rule.own:
        yield ""
        yield f"Passes: {rule.packaged}, as it is."


def _example(word: str, shown: Shown, rule: Rule) -> Iterator[str]:
    beside = f"as the one that fails, {shown.beside} " if shown.beside else ""
    yield ""
    yield line(f"{word}: ", f"{beside}{shown.file} of {rule.packaged} {shown.verb}{':' if shown.lines else ''}")
    yield from (f"  {sign} {row}".rstrip() for sign, row in shown.lines)


def _block(text: str) -> Iterator[str]:
    return (f"  {row}".rstrip() for row in text.splitlines())

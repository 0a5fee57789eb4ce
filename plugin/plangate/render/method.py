"""The published method as tables: gates, mandatory sections, rules, thresholds and units."""

from collections.abc import Iterable

from markupsafe import Markup
from msgspec import Struct

from plangate.model.policy import Checklists, GateSpec, Section, Workflow
from plangate.model.unit import UNITS
from plangate.render.fragments import Head, Row, code, joined, link, number, table, text
from plangate.render.text import label, sentence, with_code
from plangate.render.values import grouped, scalar_text

_CONDITIONS = {
    "critical_datasets": "there are critical datasets",
    "breaking_changes": "a change breaks readers",
    "stateful": "an operator keeps state",
}


class RuleRow(Struct, frozen=True):
    """A rule as its table shows it."""

    id: str
    title: str
    severity: str
    tiers: str
    core: bool
    condition: str
    url: str | None = None
    failing: int = 0
    """How many plans it fails now."""


def method_gates(workflow: Workflow, profile: str) -> Markup:
    """Give the gates of a profile in order, with purpose and the roles that approve; raises KeyError."""
    order = workflow.profiles[profile].gates
    rows = [
        Row([str(place), spec.title, code(gate), spec.purpose or "", *_roles(spec)])
        for place, gate in enumerate(order, start=1)
        if (spec := workflow.gates.get(gate)) is not None
    ]
    heads = ["No.", "Gate", "Id", "What it answers", "Tier A", "Tier B", "Tier C"]
    return table(f"Gates of profile {profile}", heads, rows, hidden=True)


def _roles(spec: GateSpec) -> list[str]:
    found = []
    for tier in ("A", "B", "C"):
        needed = spec.roles.get(tier, ())
        found.append(
            ", ".join(
                f"{entry.role.replace('_', ' ')}{f' × {entry.count}' if entry.count > 1 else ''}" for entry in needed
            )
        )
    return found


def method_sections(workflow: Workflow, gate: str) -> Markup:
    """Give the mandatory sections of a gate, those of single profiles included; raises KeyError."""
    rows = [_section(entry, None) for entry in workflow.gates[gate].mandatory]
    for name, profile in sorted(workflow.profiles.items()):
        rows += [_section(entry, name) for entry in profile.mandatory.get(gate, ())]
    heads = ["Section", "Path", "Needed", "May be left out with a reason"]
    return table(f"Mandatory sections of gate {gate}", heads, rows, hidden=True)


def _section(entry: Section, profile: str | None) -> Row:
    paths = joined((code(path) for path in (entry.path, *entry.or_)), " or ")
    return Row(
        [
            sentence(entry.title),
            paths,
            needed_when(entry, profile),
            "yes" if entry.not_applicable == "allowed" else "no",
        ]
    )


def needed_when(entry: Section, profile: str | None = None) -> str:
    """Say when a mandatory section is needed: `always`, or the condition and the profile."""
    when = f"where {_CONDITIONS[entry.when]}" if entry.when else "always"
    return f"{when}, profile {profile} only" if profile else when


def method_rules(rows: Iterable[RuleRow], prefix: str = "", caption: str = "") -> Markup:
    """Give the rules whose id begins with a prefix, in order of their ids, with how many plans each fails now."""
    chosen = sorted((row for row in rows if row.id.startswith(prefix)), key=lambda row: row.id)
    heads: list[Head | str] = [
        "Rule",
        "What has to hold",
        "Severity",
        "Tiers",
        "In the core",
        Head("Plans that fail", "number"),
    ]
    lines = [
        Row(
            [
                link(row.id, row.url),
                text(row.title)
                + (Markup("<br><small>{}</small>").format(with_code(row.condition)) if row.condition else Markup("")),
                row.severity,
                row.tiers,
                "yes" if row.core else "no",
                number(str(row.failing)),
            ]
        )
        for row in chosen
    ]
    return table(caption or f"Rules {prefix}".strip(), heads, lines, sortable=True, hidden=True)


def method_thresholds(checklists: Checklists, default: Checklists) -> Markup:
    """Give the numbers that rules compare with, as this portal has them; those that differ from the default say so."""
    rows = []
    for name in type(checklists.thresholds).model_fields:
        here, usual = getattr(checklists.thresholds, name), getattr(default.thresholds, name)
        differs = here != usual
        rows.append(
            Row(
                [
                    label(name),
                    code(name),
                    number(scalar_text(here)),
                    Markup("<strong>changed here</strong>, by default {}").format(scalar_text(usual))
                    if differs
                    else "as by default",
                ]
            )
        )
    return table("Thresholds", ["Threshold", "Key", Head("Value", "number"), "Set"], rows, hidden=True)


def method_units() -> Markup:
    """Give the units that a plan may write, grouped by what they measure; currencies as one group."""
    groups: dict[str, list[str]] = {}
    for name, (size, base) in UNITS.items():
        if (
            base is not None
            and base.isupper()
            and len(base) == 3
            and base == name
            and size == 1
            and base not in {"DBU", "RPU"}
        ):
            groups.setdefault("money", []).append(name)
        else:
            groups.setdefault(base or "1", []).append(name)
    rows = []
    for base, names in groups.items():
        if base == "money":
            rows.append(Row([f"money: {len(names)} codes of ISO 4217", " ".join(sorted(names))]))
        else:
            title = {"s": "seconds (s)", "B": "bytes (B)", "1": "a ratio"}.get(base, base.replace("_", " "))
            rows.append(Row([title, joined((_unit(name) for name in names), ", ")]))
    return table("Units", ["Counted in", "Units and their size"], rows, hidden=True)


def _unit(name: str) -> Markup:
    size = UNITS[name][0]
    return code(name) if size == 1 else code(name) + text(f" = {grouped(size)}")

"""The pages of the rules, made from the rules themselves and from what they say of the plans here."""

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from plangate.checks.example import Shown, Sign, failing, passing
from plangate.checks.finding import Finding
from plangate.checks.judge import PRESETS, in_preset, why_off
from plangate.checks.rule import Rule
from plangate.model.plan import Tier
from plangate.model.rulename import FAMILIES, family
from plangate.reading.policy import load_policy
from plangate.render.fragments import EMPTY, Head, Row, bullets, code, figures, joined, link, number, paragraph, table
from plangate.render.method import RuleRow, method_rules, method_thresholds
from plangate.render.page import Page, Section
from plangate.render.text import visible, with_code
from plangate.site.portal import Portal

OWN = "Own rules"
_SCOPES = {
    "gate": "one gate",
    "plan": "a plan, across its gates",
    "base": "a plan against its base revision",
    "portfolio": "all plans together",
}
_TIERS: tuple[Tier, ...] = ("A", "B", "C")
_MOST = 50
"""How many findings the page of a rule lists."""


def family_title(rule: str) -> str:
    """Give the title of a rule's family; those of the organisation are one."""
    return FAMILIES[family(rule)][0] if family(rule) else OWN


def rule_page(rule: Rule, portal: Portal, here: str) -> Page:
    """Give the page of a rule: condition, reason, what breaks and keeps it, which plans it fails now, and waiving."""
    links = portal.linker(here)
    found = portal.by_rule.get(rule.id, ())
    sections = [
        Section("pg-condition", "What has to hold", _condition(rule, portal)),
        Section("pg-reason", "Why", paragraph(with_code(rule.reason))),
        Section("pg-reads", "What it reads", _reads(rule)),
        *([Section("pg-fails", "An example that fails", _examples(failing(rule), rule))] if rule.fails else []),
        *([Section("pg-passes", "An example that passes", _passing(rule))] if rule.fails else []),
        Section("pg-now", "What it finds now", _now(found, portal, links)),
        Section("pg-waive", "How to let it pass", _waiving(rule, portal, links)),
    ]
    entries = [
        ("Severity", _severity(rule, portal)),
        ("Looks at", _SCOPES[rule.scope]),
        ("Asked", with_code(f"only where {rule.where}") if rule.where else "of every plan"),
        ("Tiers", ", ".join(rule.tiers)),
        ("Presets", ", ".join(name for name in PRESETS if in_preset(rule, name))),
        ("In drafts", "blocks too, because the file cannot be read" if rule.unreadable else "is shown, blocks nothing"),
        ("Family", family_title(rule.id)),
    ]
    more = Markup('<p><a href="{}">All rules</a></p>').format(links("rules/"))
    return Page(f"{rule.id} {rule.title}", tuple(sections), description=rule.title, intro=figures(entries) + more)


def rules_page(portal: Portal, here: str) -> Page:
    """Give the catalogue: what is configured here, then a table for each family with its counts."""
    families: dict[str, list[RuleRow]] = {}
    for row in rule_rows(portal, here):
        families.setdefault(family_title(row.id), []).append(row)
    known = portal.report.known.values()
    entries = [
        ("Rules", str(len(known))),
        ("Own rules", str(sum(rule.own for rule in known))),
        ("Preset here", portal.report.preset),
        ("Rules that fail now", str(sum(row.failing > 0 for rows in families.values() for row in rows))),
    ]
    order = [title for title, _ in FAMILIES.values() if title in families] + [OWN] * (OWN in families)
    sections = [Section("pg-configured", "As it is configured here", _configured(portal, here))]
    for title in order:
        rows = families[title]
        table_ = method_rules(rows, caption=title)
        sections.append(Section(f"pg-{title.lower().replace(' ', '-')}", _counted(title, rows), table_))
    said = paragraph(with_code("What plans are held against. `plangate explain` tells the same in a terminal."))
    return Page(
        "Rules", tuple(sections), description="Every rule that plans are held against.", intro=figures(entries) + said
    )


def rule_rows(portal: Portal, here: str) -> list[RuleRow]:
    """Give every rule as its tables show it."""
    links = portal.linker(here)
    return [
        RuleRow(
            rule.id,
            rule.title,
            _severity(rule, portal),
            ", ".join(rule.tiers),
            rule.core,
            " ".join(rule.condition.split("\n\n")[0].split()),
            links(rule.url),
            len({finding.plan for finding in portal.by_rule.get(rule.id, ()) if finding.verdict == "fail"}),
        )
        for rule in portal.report.known.values()
    ]


def _severity(rule: Rule, portal: Portal) -> str:
    here = portal.portfolio.policy.checklists.severities.get(rule.id)
    return rule.severity if here is None or here == rule.severity else f"{here} here (by default {rule.severity})"


def _condition(rule: Rule, portal: Portal) -> Markup:
    own = next((own for own in portal.portfolio.policy.checklists.rules if own.id == rule.id), None)
    if own is None:
        return joined(paragraph(with_code(" ".join(part.split()))) for part in rule.condition.split("\n\n"))
    said = _block(own.require.strip())
    if own.for_each is None:
        return said
    return Markup("<p>For each of</p>{}<p>this is true:</p>{}").format(_block(own.for_each), said)


def _reads(rule: Rule) -> Markup:
    if "*" in rule.reads:
        return paragraph("Every file of a plan.")
    if not rule.reads:
        return paragraph("What is computed from a plan, and nothing that it could not judge without.")
    said = "Where a value at one of these places cannot be read, the rule is undetermined, which is never a pass."
    return paragraph(said) + bullets(code(place) for place in rule.reads)


def _passing(rule: Rule) -> Markup:
    if rule.passes:
        return _examples(passing(rule), rule)
    return paragraph(with_code(f"It is kept by {rule.packaged}, as it is."))


def _now(found: Sequence[Finding], portal: Portal, links: Callable[[str], str]) -> Markup:
    if not found:
        return paragraph("Nothing, in the plans of this portal.")
    notes = portal.notes(found[:_MOST], links)
    rows = [
        Row(
            [
                link(portal.report.plan(finding.plan).title, links(f"plans/{finding.plan}/")),
                finding.verdict if finding.verdict != "fail" else f"{finding.severity}{', blocks' * finding.blocking}",
                note.told,
                link(note.where, note.place),
            ]
        )
        for finding, note in zip(found, notes, strict=False)
    ]
    more = paragraph(f"{len(found) - _MOST} more are not listed.") if len(found) > _MOST else EMPTY
    return table("What it finds now", ["Plan", "Verdict", "Finding", "Where"], rows, hidden=True) + more


def _waiving(rule: Rule, portal: Portal, links: Callable[[str], str]) -> Markup:
    policy = portal.portfolio.policy.checklists.waivers
    if rule.id in policy.never:
        return paragraph(
            with_code("No waiver may let this pass: it is among those that checklists.yml names under `never`.")
        )
    if rule.unreadable:
        return paragraph("No waiver lets this pass while the file cannot be read as what it should be.")
    usual = FAMILIES[family(rule.id)][1] if family(rule.id) else None
    gate = next((place.split(".")[0] for place in rule.reads if place != "*"), usual)
    example = (
        f"id: W-001\nrule: {rule.id}\n"
        + (f"gate: {gate}\n" if gate not in {None, "*", "plan"} else "")
        + "reason: why it may stay so for now\nowner: alice\napproved_by: carol\n"
        "created: 2026-11-01\nexpires: 2027-02-01\n"
    )
    said = Markup("<p>Mend the plan; or say in {} of the plan why it may stay so, for at most {}:</p>").format(
        code("waivers/W-001.yml"), policy.longest.text
    )
    return said + _block(example)


def _configured(portal: Portal, here: str) -> Markup:
    """Give what this portal decided: rules by tier and preset, severities that differ, waivers, thresholds."""
    checklists = portal.portfolio.policy.checklists
    known = portal.report.known
    links = portal.linker(here)
    active = [
        Row(
            [
                f"{preset}{' (in force here)' if preset == portal.report.preset else ''}",
                *(
                    number(str(sum(why_off(rule, preset, tier, checklists) is None for rule in known.values())))
                    for tier in _TIERS
                ),
            ]
        )
        for preset in PRESETS
    ]
    heads: list[Head | str] = ["Preset", *(Head(f"Rules in tier {tier}", "number") for tier in _TIERS)]
    changed = [
        Row([link(name, links(known[name].url)), known[name].title, known[name].severity, severity])
        for name, severity in sorted(checklists.severities.items())
        if name in known and severity != known[name].severity
    ]
    parts = [
        table("Rules by preset and tier", heads, active),
        table("Severities that differ from the default", ["Rule", "What has to hold", "By default", "Here"], changed)
        if changed
        else paragraph("Every rule has its default severity."),
        paragraph(
            f"A waiver lasts at most {checklists.waivers.longest.text}; its end is announced "
            f"{checklists.waivers.notice.text} ahead. Never waived: {', '.join(checklists.waivers.never) or 'none'}."
        ),
        method_thresholds(checklists, load_policy(None)[0].checklists),
    ]
    return joined(parts)


def _counted(title: str, rows: Iterable[RuleRow]) -> str:
    found = list(rows)
    failing = sum(row.failing > 0 for row in found)
    return f"{title}: {len(found)} rule{'s' * (len(found) != 1)}" + (f", {failing} failing now" if failing else "")


def _examples(examples: Iterable[Shown], rule: Rule) -> Markup:
    return joined(_example(shown, with_code(rule.packaged)) for shown in examples)


def _example(shown: Shown, plan: Markup) -> Markup:
    if not shown.lines:
        return Markup("<p>{} of {} {}.</p>").format(code(shown.file), plan, shown.verb)
    beside = f"As the one that fails, {shown.beside} " if shown.beside else ""
    return Markup('<p>{}{} of {} {}:</p><pre tabindex="0"><code>{}</code></pre>').format(
        beside, code(shown.file), plan, shown.verb, Markup("\n").join(_signed(*line) for line in shown.lines)
    )


def _signed(sign: Sign, row: str) -> Markup:
    """Give a line of a change, one that leaves or comes marked by sign and colour."""
    if sign == " ":
        return Markup("  {}").format(visible(row))
    return Markup('<span class="pg-{}">{} {}</span>').format("bad" if sign == "-" else "good", sign, visible(row))


def _block(text: str) -> Markup:
    return Markup('<pre tabindex="0"><code>{}</code></pre>').format(visible(text))

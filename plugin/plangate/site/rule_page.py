"""The pages of the rules, made from the rules themselves."""

from collections.abc import Callable

from markupsafe import Markup

from plangate.checks.rule import Edit, Rule, all_rules
from plangate.render.fragments import code, figures, paragraph
from plangate.render.method import RuleRow, method_rules
from plangate.render.page import Page, Section
from plangate.render.text import visible

_PLANS = {"first-plan": "the first plan", "first-stream": "the packaged streaming plan"}
_SCOPES = {
    "gate": "one gate",
    "plan": "a plan, across its gates",
    "base": "a plan against its base revision",
    "portfolio": "all plans together",
}


def rule_page(rule: Rule, link: Callable[[str], str]) -> Page:
    """Give the page of a rule: condition, reason, and what breaks and keeps it."""
    paragraphs = rule.condition.split("\n\n")
    sections = [
        Section(
            "pg-condition", "What has to hold", Markup("").join(paragraph(" ".join(p.split())) for p in paragraphs)
        ),
        Section("pg-reason", "Why", paragraph(rule.reason)),
    ]
    if rule.fails:
        sections.append(Section("pg-fails", "An example that fails", _edits(rule, rule.fails)))
    if rule.passes:
        sections.append(Section("pg-passes", "An example that passes", _edits(rule, rule.passes)))
    entries = [
        ("Severity", rule.severity),
        ("Looks at", _SCOPES[rule.scope]),
        ("Tiers", ", ".join(rule.tiers)),
        ("Presets", _presets(rule)),
        ("In drafts", "blocks too, because the file cannot be read" if rule.unreadable else "is shown, blocks nothing"),
    ]
    more = Markup('<p><a href="{}">All rules</a></p>').format(link("rules/"))
    return Page(f"{rule.id} {rule.title}", tuple(sections), description=rule.title, intro=figures(entries) + more)


def rules_page(link: Callable[[str], str]) -> Page:
    """Give the index of all rules, one table for each family."""
    families: dict[str, list[RuleRow]] = {}
    for row in rule_rows(link):
        families.setdefault(row.id[:3], []).append(row)
    return Page(
        "Rules",
        tuple(
            Section(f"pg-{family.lower()}", family, method_rules(rows, family))
            for family, rows in sorted(families.items())
        ),
        description="Every rule that plans are held against.",
        intro=paragraph("What plans are held against. `plangate explain` tells the same in a terminal."),
    )


def rule_rows(link: Callable[[str], str]) -> list[RuleRow]:
    """Give every rule as its tables show it."""
    return [
        RuleRow(
            rule.id,
            rule.title,
            rule.severity,
            ", ".join(rule.tiers),
            rule.core,
            " ".join(rule.condition.split("\n\n")[0].split()),
            link(rule.url),
        )
        for rule in all_rules().values()
    ]


def _presets(rule: Rule) -> str:
    return ", ".join(
        name for name, active in (("minimal", rule.minimal), ("standard", rule.core), ("strict", True)) if active
    )


def _edits(rule: Rule, edits: tuple[Edit, ...]) -> Markup:
    return Markup("").join(_edit(edit, _PLANS[rule.on]) for edit in edits)


def _edit(edit: Edit, plan: str) -> Markup:
    if edit.new is None:
        return Markup("<p>{} is taken away.</p>").format(code(edit.file))
    after = Markup('<pre tabindex="0"><code>{}</code></pre>').format(visible(edit.new.strip("\n")))
    if edit.old is None:
        return Markup("<p>{} holds only:</p>{}").format(code(edit.file), after)
    before = Markup('<pre tabindex="0"><code>{}</code></pre>').format(visible(edit.old.strip("\n")))
    return Markup("<p>In {} of {} this:</p>{}<p>becomes:</p>{}").format(code(edit.file), plan, before, after)

"""The contract of a dataset as its readers need it: columns, versions, what changed for whom, who migrates when."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from plangate.analysis.compatibility.change import Change, Verdict
from plangate.analysis.compatibility.modes import MODES
from plangate.analysis.compatibility.versions import satisfies
from plangate.analysis.contract_change import ContractChange, Told, consumers_told
from plangate.analysis.contract_table import ContractTable
from plangate.analysis.facts import Facts
from plangate.model.contracts import Change as Declared
from plangate.model.contracts import Contract
from plangate.model.table import Field
from plangate.render.boxes import LinksOf, entry_href
from plangate.render.fragments import EMPTY, NOTHING, Head, Row, joined, link, paragraph, table, text
from plangate.render.fragments import facts as definitions
from plangate.render.links import Links, section_anchor
from plangate.render.values import day_text, quantity_text

MOST_ROWS = 60
"""How many rows each table has; further ones are counted."""

_ORDERS = {
    "consumers_first": "Consumers are upgraded first.",
    "producers_first": "Producers are upgraded first.",
    "any": "Anybody may be upgraded first.",
}
_KEY = Markup(" <small>key</small>")
_VERDICTS = {
    Verdict.COMPATIBLE: Markup('<span class="pg-good">✓ compatible</span>'),
    Verdict.BREAKING: Markup('<span class="pg-bad">✕ breaking</span>'),
    Verdict.UNDETERMINED: Markup('<span class="pg-warn">? undetermined</span>'),
    Verdict.UNTESTED: Markup('<span class="pg-none">untested</span>'),
}


def contract_of(dataset: str, facts: Facts, links_of: LinksOf) -> Markup:
    """Give everything about the contracts of a dataset in its home plan; nothing where there is none."""
    links = links_of(facts.plan.id)
    parts = []
    for found in facts.contract_tables:
        if found.dataset == dataset:
            parts += [_promises(found.contract, links), _columns(found), _versions(found)]
    if not parts:
        return EMPTY
    parts += [changes_table(change) for change in facts.contract_changes if change.dataset == dataset]
    evolution = facts.plan.contracts.evolution if facts.plan.contracts else None
    declared = [entry for entry in (evolution.changes if evolution else ()) if entry.dataset == dataset]
    breaking = [one for one in facts.broken_contracts if one.dataset == dataset]
    told = {one.element: _shown(consumers_told(facts, dataset, one.element), links) for one in breaking}
    parts += [
        _timeline(declared),
        _readers(dataset, facts, links_of),
        *(_migrations(element, consumers, links_of) for element, consumers in told.items()),
    ]
    return joined(part for part in parts if part)


def _promises(contract: Contract, links: Links) -> Markup:
    sla = contract.sla
    enforced = contract.enforcement
    levels = (
        (
            ("Freshness", sla.freshness),
            ("Latency", sla.latency),
            ("Availability", sla.availability),
            ("Retention", sla.retention),
            ("Told of a breach within", sla.time_to_notify),
            ("Repaired within", sla.time_to_repair),
        )
        if sla
        else ()
    )
    entries: list[tuple[str, str | None]] = [
        ("Version", link(contract.version or "not stated", links.page("contracts", section_anchor("contracts")))),
        ("Status", contract.status),
        ("Owner", contract.owner),
        ("Format", _word(contract.format)),
        ("Classification", contract.classification),
        ("Primary key", ", ".join(contract.primary_key)),
        *((name, quantity_text(level)) for name, level in levels if level is not None),
        ("Compatibility", mode_words(contract)),
        ("Enforced in", ", ".join(enforced.where) if enforced else None),
        ("On a breach", _word(enforced.on_violation) if enforced else None),
        ("May be used for", contract.terms.usage if contract.terms else None),
        ("Limits", contract.terms.limitations if contract.terms else None),
    ]
    told = [(name, value) for name, value in entries if value]
    return Markup("<div data-search-exclude>{}</div>").format(definitions(told))


def _word(value: str | None) -> str | None:
    return value.replace("_", " ") if value else None


def mode_words(contract: Contract) -> str | None:
    """Say what the compatibility mode of a contract means and who is upgraded first, beside its name."""
    if contract.compatibility is None:
        return None
    mode = MODES[contract.compatibility]
    order = _ORDERS[contract.upgrade_order] if contract.upgrade_order else mode.upgrade
    return f"{mode.name.replace('_', ' ')}: {mode.meaning} {order}"


def _columns(found: ContractTable) -> Markup:
    promised = found.current.table
    if promised is None:
        return paragraph("The columns of the contract are not known here.")
    keys = {name.casefold() for name in promised.primary_key}
    rows = [
        Row(
            [
                Markup("{}{}").format(field.name, _KEY if field.name.casefold() in keys else EMPTY),
                field.type.written or field.type.kind,
                {True: "may be empty", False: "never empty", None: NOTHING}[field.nullable],
                _limits(field),
                _care(field),
                field.description or EMPTY,
            ]
        )
        for field in promised.fields[:MOST_ROWS]
    ]
    heads = ("Column", "Type", "Empty", "Values", "Protection", "Meaning")
    return table("Columns of the contract", heads, rows, sortable=True) + _rest(len(promised.fields), "columns")


def _limits(field: Field) -> Markup:
    told = [
        *([", ".join(field.values)] if field.values else []),
        *([f"{field.min or '…'} to {field.max or '…'}"] if field.min or field.max else []),
        *([f"like {field.pattern}"] if field.pattern else []),
        *([f"in {field.unit}"] if field.unit else []),
        *([f"time of {field.timezone}"] if field.timezone else []),
    ]
    return joined((text(one) for one in told), "; ")


def _care(field: Field) -> Markup:
    told = [
        *([field.classification] if field.classification else []),
        *(["personal data"] if field.pii else []),
        *([f"masked: {field.masking}"] if field.masking and field.masking != "none" else []),
        *(["deprecated"] if field.deprecated else []),
    ]
    return joined((text(one) for one in told), ", ")


def _versions(found: ContractTable) -> Markup:
    rows = [Row([found.contract.version or NOTHING, "current", NOTHING, _count(found.current.table)])]
    for version, live in zip(found.live, found.contract.live_versions, strict=True):
        until = day_text(live.sunset) if live.sunset else NOTHING
        rows.append(Row([version.version or NOTHING, "still served", until, _count(version.table)]))
    heads = ("Version", "State", "Until", "Columns")
    return table("Versions that are served", heads, rows) if len(rows) > 1 else EMPTY


def _count(known: object) -> str:
    fields = getattr(known, "fields", None)
    return str(len(fields)) if fields is not None else NOTHING


def changes_table(change: ContractChange) -> Markup:
    """Give what became of a contract since its version before: for consumers and producers, and what is rebuilt."""
    since = change.before.version or "the version before"
    if not change.changes:
        return paragraph(f"Nothing has changed since {since}.")
    rows = [_change(one) for one in change.changes[:MOST_ROWS]]
    heads = ("Change", "From → to", "Who reads", "Who writes", "Why", "Built again", "Version")
    shown = table(f"Changes since {since}", heads, rows, sortable=True) + _rest(len(change.changes), "changes")
    judged = change.judgement
    if judged is None:
        return shown
    major = change.taken == "major" and judged.verdict is not Verdict.COMPATIBLE
    said = Markup("In mode {}: {}. {}{}").format(
        judged.mode.name.replace("_", " "),
        _VERDICTS[judged.verdict],
        judged.mode.meaning,
        " A new major version may break with the one before, which is served until its sunset." if major else "",
    )
    return shown + Markup("<p>{}</p>").format(said)


def _change(one: Change) -> Row:
    moved = f"{one.before or '—'} → {one.after or '—'}"
    what = Markup("{} <small>{}</small>").format(one.element or one.path, one.rule_id)
    return Row(
        [what, moved, _VERDICTS[one.consumer], _VERDICTS[one.producer], one.says, one.rebuild or "nothing", one.bump]
    )


def _timeline(declared: Sequence[Declared]) -> Markup:
    """Give what is announced, the next day to mind first."""
    ordered = sorted(declared, key=lambda one: (one.sunset is None, str(one.sunset), str(one.announce)))
    rows = [
        Row(
            [
                Markup("{} <small>{}</small>").format(
                    one.element or NOTHING, (one.kind or "changed").replace("_", " ")
                ),
                one.classification or NOTHING,
                day_text(one.announce) if one.announce else NOTHING,
                day_text(one.sunset) if one.sunset else NOTHING,
                f"{(one.sunset - one.announce).days} d" if one.sunset and one.announce else NOTHING,
                one.reason or EMPTY,
            ]
        )
        for one in ordered[:MOST_ROWS]
    ]
    heads = ("Change", "Is", "Announced", "Gone", "Notice", "Reason")
    return table("What is announced", heads, rows) if rows else EMPTY


def _readers(dataset: str, facts: Facts, links_of: LinksOf) -> Markup:
    told = _shown(consumers_told(facts, dataset), links_of(facts.plan.id))
    contract = next(one.contract for one in facts.contract_tables if one.dataset == dataset)
    served = [version for version in (contract.version, *(one.version for one in contract.live_versions)) if version]
    rows = [
        Row(
            [
                link(one.reached.entry.node.label, entry_href(one.reached.entry, links_of)),
                one.reached.entry.node.owner or NOTHING,
                one.pinned or NOTHING,
                _pinned(one.pinned, served),
            ]
        )
        for one in told[:MOST_ROWS]
        if one.reached.way == (dataset,) or one.pinned
    ]
    heads = ("Consumer", "Owner", "Pinned to", "Served")
    return table("Who relies on it", heads, rows) if rows else EMPTY


def _shown(told: Sequence[Told], links: Links) -> list[Told]:
    """Leave out consumers of plans without pages, as the lineage does."""
    return [one for one in told if one.reached.plan.id in {links.plan, *links.plans}]


def _pinned(pin: str | None, served: Sequence[str]) -> Markup:
    if pin is None:
        return Markup('<span class="pg-none">takes any version</span>')
    try:
        fits = [version for version in served if satisfies(version, pin)]
    except ValueError:
        return Markup('<span class="pg-warn">? no pin</span>')
    if not fits:
        return Markup('<span class="pg-bad">✕ no served version</span>')
    return Markup('<span class="pg-good">✓ {}</span>').format(", ".join(fits))


def _migrations(element: str, told: Sequence[Told], links_of: LinksOf) -> Markup:
    rows = [
        Row(
            [
                link(one.reached.entry.node.label, entry_href(one.reached.entry, links_of)),
                (one.migration.owner if one.migration else None) or one.reached.entry.node.owner or NOTHING,
                (one.migration.steps if one.migration else None) or NOTHING,
                day_text(one.migration.by) if one.migration and one.migration.by else NOTHING,
                _acknowledged(one),
            ]
        )
        for one in told[:MOST_ROWS]
    ]
    heads = [Head("Consumer"), Head("Owner"), Head("What they do"), Head("By"), Head("Acknowledged")]
    return table(f"Migrations off {element or 'the dataset'}", heads, rows) if rows else EMPTY


def _acknowledged(one: Told) -> Markup:
    if one.migration is None:
        return Markup('<span class="pg-bad">✕ no migration</span>')
    if one.migration.acknowledged:
        return Markup('<span class="pg-good">✓ yes</span>')
    return Markup('<span class="pg-warn">? not yet</span>')


def _rest(count: int, noun: str) -> Markup:
    return paragraph(f"And {count - MOST_ROWS:,} more {noun}.") if count > MOST_ROWS else EMPTY


def served_versions(contract: Contract) -> Iterator[str]:
    """Give the older versions that are served, with the day on which each ends."""
    for live in contract.live_versions:
        yield f"{live.version} until {day_text(live.sunset)}" if live.sunset else str(live.version)

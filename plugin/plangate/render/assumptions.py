"""The register of assumptions: values taken for true, and statements of gate context."""

from markupsafe import Markup

from plangate.model.plan import Plan
from plangate.model.problem import path_text
from plangate.render.fragments import NOTHING, Row, joined, link, mark, paragraph, table, text
from plangate.render.links import Links, anchor, place_anchor
from plangate.render.values import day_text, raw_text

_HEADS = ("Where", "What is assumed", "Because", "Who finds out", "Until", "If wrong", "State")


def assumptions(plan: Plan, links: Links) -> Markup:
    """Give the register; owner and day that are not written are those that the method sets, and marked so."""
    rows = [
        Row(
            [
                _where(plan, links, entry.gate, entry.path),
                raw_text(entry.value),
                entry.because or NOTHING,
                _owner(plan, entry.owner),
                _until(plan, entry.verify_by),
                entry.if_wrong or NOTHING,
                "open",
            ]
        )
        for entry in plan.assumed
    ]
    rows += [
        Row(
            [
                link(stated.id, links.page("context", anchor("assumption", stated.id))),
                stated.text or NOTHING,
                stated.because or NOTHING,
                _owner(plan, stated.owner),
                _until(plan, day_text(stated.verify_by) if stated.verify_by else None),
                stated.if_wrong or NOTHING,
                stated.status or "open",
            ]
        )
        for stated in (plan.context.assumptions if plan.context else ())
    ]
    return table("Assumptions", _HEADS, rows, hidden=True) if rows else paragraph("Nothing is assumed.")


def _where(plan: Plan, links: Links, gate: str, path: tuple[str | int, ...]) -> Markup:
    shown = link(f"{gate}: {path_text(path)}", links.page(gate, place_anchor(plan, gate, path)))
    source = links.edit_url(gate, path)
    return joined([shown, link("source", source)], " · ") if source else shown


def _owner(plan: Plan, owner: str | None) -> Markup:
    if owner:
        return text(owner)
    accountable = plan.header.accountable
    return text(accountable) + mark("accountable owner", "none") if accountable else NOTHING


def _until(plan: Plan, day: str | None) -> Markup:
    if day:
        return text(day)
    go_live = plan.header.go_live
    return text(day_text(go_live)) + mark("go-live", "none") if go_live else NOTHING

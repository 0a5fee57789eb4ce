"""The checklists of plans: verdicts of the report handed to their renderer."""

from markupsafe import Markup

from plangate.checks.checklist import Item, checklists
from plangate.checks.report import PlanReport
from plangate.model.problem import HEADER
from plangate.render.checklist import Checklist, Judged, checklist_page, gate_checklist
from plangate.render.links import Links
from plangate.render.page import Page
from plangate.site.portal import Portal
from plangate.site.reviews import reviewed


def checklist_view(portal: Portal, plan: PlanReport, links: Links) -> Page:
    """Give the page with the checklists of a plan."""
    lists = [_checklist(portal, plan, gate, items, links) for gate, items in checklists(portal.report, plan).items()]
    return checklist_page(lists, reviewed(portal, plan), plan.state, links)


def checklist_of(portal: Portal, plan: PlanReport, gate: str, links: Links) -> Markup:
    """Give the checklist of one gate of a plan; raises KeyError for a gate that its profile has not."""
    found = _checklist(portal, plan, gate, checklists(portal.report, plan)[gate], links)
    return gate_checklist(found, reviewed(portal, plan), links)


def _checklist(portal: Portal, plan: PlanReport, gate: str, items: tuple[Item, ...], links: Links) -> Checklist:
    rules = tuple(
        Judged(
            item.rule.id,
            item.rule.title,
            links.url(item.rule.url),
            item.verdict,
            portal.notes(item.findings, links.url),
            item.waivers,
            item.why,
        )
        for item in items
    )
    if gate == HEADER:
        return Checklist(gate, rules)
    sections = tuple(state for state in plan.facts.mandatory if state.gate == gate)
    return Checklist(gate, rules, sections, portal.portfolio.policy.checklists.questions.get(gate, ()))

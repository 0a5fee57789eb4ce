"""What macros show: each function takes the portal and the page's address, then the arguments of the call."""

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from plangate.analysis.formulas import FORMULAS, TOPICS
from plangate.checks.report import PlanReport
from plangate.model.nearest import nearest
from plangate.model.rulename import family
from plangate.reading.policy import load_policy
from plangate.render import method
from plangate.render.assumptions import assumptions
from plangate.render.backfill import backfill_table
from plangate.render.capacity import capacity_table, growth
from plangate.render.checklist import method_checklist
from plangate.render.cost import cost_table
from plangate.render.cost_page import cost_chart
from plangate.render.formulas import formula as one_formula
from plangate.render.formulas import method_formulas
from plangate.render.freshness import freshness_table, freshness_way
from plangate.render.lineage_page import lineage_figure
from plangate.render.links import Links
from plangate.render.queue import role_queue
from plangate.render.runbook import runbook
from plangate.render.sensitivity import sensitivity_table
from plangate.render.surroundings import around
from plangate.site.checklists import checklist_of
from plangate.site.portal import Portal
from plangate.site.reviews import waiting
from plangate.site.rule_page import rule_rows
from plangate.site.views import matrix

_MOST_NAMED = 30


class Unknown(Exception):  # noqa: N818 -- it says what is unknown
    """A name in a call that the portal does not know, as a sentence that tells what it does know."""


def show_assumptions(portal: Portal, here: str, plan: str) -> Markup:
    """Show what a plan assumes."""
    return assumptions(_plan(portal, plan).facts.plan, portal.links(plan, here))


def show_capacity(portal: Portal, here: str, plan: str) -> Markup:
    """Show volumes, rates and storage of a plan, with formulas."""
    return capacity_table(_plan(portal, plan).facts, portal.links(plan, here))


def show_growth(portal: Portal, here: str, plan: str) -> Markup:
    """Show how what a plan stores grows, as a chart with its table."""
    return Markup('<div class="pg-numbers">{}</div>').format(growth(_plan(portal, plan).facts.capacity))


def show_freshness(portal: Portal, here: str, plan: str, dataset: str | None = None) -> Markup:
    """Show every need for fresh data with its worst age, or where the time goes on the way to one dataset."""
    facts, links = _plan(portal, plan).facts, portal.links(plan, here)
    if dataset is None:
        return freshness_table(facts, links)
    needed = dict.fromkeys(need.dataset for need in facts.freshness.needs)
    return freshness_way(facts, links, _known(dataset, needed, "need for the dataset"))


def show_backfill(portal: Portal, here: str, plan: str) -> Markup:
    """Show the backfills of a plan against their windows."""
    return backfill_table(_plan(portal, plan).facts, portal.links(plan, here))


def show_sensitivity(portal: Portal, here: str, plan: str) -> Markup:
    """Show what moves the numbers of a plan most, and with which values a limit is missed."""
    return sensitivity_table(_plan(portal, plan).facts, portal.links(plan, here))


def show_cost(portal: Portal, here: str, plan: str) -> Markup:
    """Show cost lines, total and budget of a plan."""
    return cost_table(_plan(portal, plan).facts.cost, portal.links(plan, here))


def show_cost_chart(portal: Portal, here: str, plan: str) -> Markup:
    """Show the cost of each month by driver against the budget, as a chart with its table."""
    return Markup('<div class="pg-numbers">{}</div>').format(cost_chart(_plan(portal, plan).facts.cost))


def show_runbook(portal: Portal, here: str, plan: str) -> Markup:
    """Show the steps of a plan's switch with their times."""
    return runbook(_plan(portal, plan).facts)


def show_lineage(portal: Portal, here: str, plan: str, up: int = 2, down: int = 2) -> Markup:
    """Show the lineage of a plan, or of a dataset of any plan with `up` steps before it and `down` behind it."""
    if "." not in str(plan):
        facts = _plan(portal, plan).facts
        return lineage_figure(facts.plan, facts.lineage, portal.links(plan, here))
    dataset = _known(plan, (entry.id for entry in portal.atlas.datasets), "dataset")
    for name, steps in (("up", up), ("down", down)):
        if not isinstance(steps, int) or isinstance(steps, bool) or steps < 0:
            raise Unknown(f"{name} is a number of steps, 0 or more, and not {steps!r}")
    return around(portal.atlas.entries[dataset], portal.atlas, lambda name: portal.links(name, here), up, down)


def show_gate_status(portal: Portal, here: str, plan: str | None = None) -> Markup:
    """Show the states of all plans and gates, or those of one plan."""
    return matrix(portal, here, None if plan is None else _plan(portal, plan).id)


def show_review_queue(portal: Portal, here: str, role: str | None = None) -> Markup:
    """Show what changed since it was approved and what waits for approval, for all roles or for one."""
    workflow = portal.portfolio.policy.workflow
    chosen = None if role is None else _known(role, workflow.roles, "role")
    links = Links("", portal.linker(here), plans=portal.shown)
    return role_queue(waiting(portal), workflow, links, chosen)


def show_checklist(portal: Portal, here: str, gate: str, plan: str | None = None) -> Markup:
    """Show what a reviewer of a gate works through: in any plan, or in one with the verdicts of the rules."""
    policy = portal.portfolio.policy
    if plan is None:
        return method_checklist(policy, _known(gate, policy.workflow.gates, "gate"))
    report = _plan(portal, plan)
    named = _known(gate, (entry.gate for entry in report.gates), "gate of the plan")
    return checklist_of(portal, report, named, portal.links(plan, here))


def show_formula(portal: Portal, here: str, formula: str) -> Markup:
    """Show one formula with its inputs and source."""
    return one_formula(FORMULAS[_known(formula, FORMULAS, "formula")], portal.formulas(here))


def show_method_formulas(portal: Portal, here: str, topic: str | None = None) -> Markup:
    """Show all formulas, or those of one topic."""
    return method_formulas(TOPICS if topic is None else {topic: TOPICS[_known(topic, TOPICS, "topic")]})


def show_method_gates(portal: Portal, here: str, profile: str) -> Markup:
    """Show the gates of a profile with the roles that approve them."""
    workflow = portal.portfolio.policy.workflow
    return method.method_gates(workflow, _known(profile, workflow.profiles, "profile"))


def show_method_rules(portal: Portal, here: str, prefix: str = "") -> Markup:
    """Show all rules, or those whose id begins with a prefix."""
    rows = rule_rows(portal, here)
    families = sorted({family(row.id) or row.id for row in rows})
    if not isinstance(prefix, str) or not any(row.id.startswith(prefix) for row in rows):
        raise Unknown(f"no rule begins with {prefix!r}; known are {', '.join(families)}")
    return method.method_rules(rows, prefix)


def show_method_sections(portal: Portal, here: str, gate: str) -> Markup:
    """Show the mandatory sections of a gate."""
    workflow = portal.portfolio.policy.workflow
    return method.method_sections(workflow, _known(gate, workflow.gates, "gate"))


def show_method_thresholds(portal: Portal, here: str) -> Markup:
    """Show the thresholds as they are configured."""
    return method.method_thresholds(portal.portfolio.policy.checklists, load_policy(None)[0].checklists)


def show_method_units(portal: Portal, here: str) -> Markup:
    """Show the units that a plan may use."""
    return method.method_units()


def _plan(portal: Portal, name: str) -> PlanReport:
    known: Mapping[str, PlanReport] = {plan.id: plan for plan in portal.plans}
    return known[_known(name, known, "plan")]


def _known(name: object, known: Iterable[str], kind: str) -> str:
    names = sorted(known)
    if isinstance(name, str) and name in names:
        return name
    near = nearest(name, names) if isinstance(name, str) else None
    listed = ", ".join(names[:_MOST_NAMED]) + (
        f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    )
    meant = f"did you mean {near}? " if near else ""
    raise Unknown(f"there is no {kind} {name!r}; {meant}known are {listed or 'none yet'}")

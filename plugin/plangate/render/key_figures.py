"""The facts by which a plan is known at first sight."""

from markupsafe import Markup

from plangate.analysis.facts import Facts
from plangate.render.fragments import NOTHING, figures
from plangate.render.values import day_text, duration_text, percent_text, quantity_text
from plangate.render.work import headroom, total


def key_figures(facts: Facts) -> Markup:
    """Give the numbers by which a plan is known; each is computed, and none is shown where an input is missing."""
    plan, volumes, costs, schedule, graph = facts.plan, facts.capacity, facts.cost, facts.cutover, facts.lineage
    backfills = plan.cutover.backfill if plan.cutover else ()
    limits = [
        f"{entry.id} within {quantity_text(entry.must_finish_within)}"
        for entry in backfills
        if entry.must_finish_within
    ]
    consumers = sum(node.kind == "consumer" for node in graph.nodes)
    buffer = schedule.buffer_seconds if schedule is not None and not schedule.cycle else None
    share = schedule.buffer_share if schedule is not None else None
    return figures(
        [
            ("Volume a day", total(volumes.total_daily)),
            ("Peak rate", total(volumes.peak_rate)),
            (f"Stored after {volumes.horizon_months} months", total(volumes.total_stored_at_horizon)),
            ("Cost a month", total(costs.monthly)),
            ("Budget", quantity_text(costs.budget) if costs.budget else NOTHING),
            ("Room in the budget", headroom(costs.headroom) if costs.headroom is not None else NOTHING),
            ("Cost once", total(costs.one_off)),
            (
                "Critical path",
                duration_text(schedule.duration_expected) if schedule is not None and not schedule.cycle else NOTHING,
            ),
            (
                "Buffer",
                f"{duration_text(buffer)} ({percent_text(share)})"
                if buffer is not None and share is not None
                else NOTHING,
            ),
            ("Backfill", "; ".join(limits) or NOTHING),
            ("Consumers", str(consumers)),
            ("Lineage", f"{len(graph.nodes) - consumers} datasets, {len(graph.edges)} edges"),
        ]
    )


def header_figures(facts: Facts, state: Markup) -> Markup:
    """Give who and when: state, tier, profile, intent, owner, go-live, version."""
    header, workflow = facts.plan.header, facts.policy.workflow
    profile = workflow.profiles.get(header.profile)
    return figures(
        [
            ("State", state),
            ("Tier", header.tier or NOTHING),
            ("Profile", profile.title if profile is not None else header.profile),
            ("Intent", header.intent.replace("_", " ")),
            ("Owner", header.accountable or NOTHING),
            ("Go-live", day_text(header.go_live) if header.go_live else NOTHING),
            ("Version", header.version or NOTHING),
        ]
    )

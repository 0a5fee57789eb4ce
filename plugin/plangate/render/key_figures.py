"""The facts by which a plan is known at first sight."""

from markupsafe import Markup

from plangate.analysis.backfill import BackfillFacts
from plangate.analysis.facts import Facts
from plangate.render.fragments import EMPTY, NOTHING, figures, joined
from plangate.render.values import day_text, duration_text, percent_text, quantity_text
from plangate.render.work import after, headroom, total


def key_figures(facts: Facts) -> Markup:
    """Give the numbers by which a plan is known; each is computed, and none is shown where an input is missing."""
    volumes, costs, schedule, graph = facts.capacity, facts.cost, facts.cutover, facts.lineage
    consumers = sum(node.kind == "consumer" for node in graph.nodes)
    buffer = schedule.buffer_seconds if schedule is not None and not schedule.cycle else None
    share = schedule.buffer_share if schedule is not None else None
    return figures(
        [
            ("Volume a day", total(volumes.total_daily)),
            ("Peak rate", total(volumes.peak_rate)),
            (f"Stored {after(volumes.horizon_months)}", total(volumes.total_stored_at_horizon)),
            ("Cost a month", total(costs.monthly)),
            ("Budget", quantity_text(costs.budget) if costs.budget else NOTHING),
            ("Room in the budget", headroom(costs.headroom.value.base) if costs.headroom else NOTHING),
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
            ("Worst age", _worst_age(facts)),
            ("Backfill", joined((_backfill(entry, facts) for entry in facts.backfills), "; ") or NOTHING),
            ("Consumers", str(consumers)),
            ("Lineage", f"{len(graph.nodes) - consumers} datasets, {len(graph.edges)} edges"),
        ]
    )


def _worst_age(facts: Facts) -> Markup:
    """Give the worst age against the need that it leaves least of."""
    need = facts.freshness.tightest
    if need is None or need.age.age is None or need.headroom is None:
        return NOTHING
    tight = 1 - facts.policy.checklists.thresholds.freshness_headroom.base
    room = headroom(need.headroom.value.base, tight)
    return Markup("{} of {} for {} {}").format(need.age.age, quantity_text(need.need), need.dataset, room)


def _backfill(entry: BackfillFacts, facts: Facts) -> Markup:
    """Give the duration of a backfill against its window, or whichever of the two is known."""
    window = quantity_text(entry.window.value) if entry.window is not None else NOTHING
    if entry.duration is None:
        return Markup("{} within {}").format(entry.backfill.id, window)
    tight = 1 - facts.policy.checklists.thresholds.backfill_headroom.base
    room = headroom(entry.headroom.value.base, tight) if entry.headroom is not None else EMPTY
    return Markup("{} {} of {} {}").format(entry.backfill.id, entry.duration, window, room)


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

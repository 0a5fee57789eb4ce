"""What someone needs who follows the switch as it happens: controls for the script, which keeps all in the browser."""

from typing import Any

from markupsafe import Markup

from plangate.analysis.cutover import Schedule
from plangate.model.cutover import Switch
from plangate.model.plan import Plan
from plangate.render import gantt
from plangate.render.fragments import joined, safe_json
from plangate.render.steps import shown_axis
from plangate.render.text import visible


def follow_data(plan: Plan, switch: Switch, schedule: Schedule) -> dict[str, Any]:
    """Give what the script computes with, in seconds of Unix time; the key under which the browser keeps its log.

    A step is its id, name, owner, expected duration, the places of those it waits for, its offset from `begin`, or
    null, and when it begins by the plan, from `begin` on.
    """
    place = {entry.step.id: entry.index for entry in schedule.steps}
    shown = shown_axis(switch, schedule)
    return {
        "key": f"plangate:{plan.id}:{schedule.t0:%Y-%m-%dT%H:%MZ}",
        "plan": plan.id,
        "begin": int(schedule.t0.timestamp()),
        "close": int(schedule.window_end.timestamp()) if schedule.window_end is not None else None,
        "axis": [int(shown.start.timestamp()), int(shown.end.timestamp()), gantt.WIDTH],
        "steps": [
            [
                entry.step.id,
                visible(entry.step.name or ""),
                entry.step.decision_owner or entry.step.owner or "",
                entry.early_finish - entry.early_start,
                [place[name] for name in entry.step.after if name in place],
                int(entry.step.offset.base) if entry.step.offset is not None else None,
                entry.early_start,
            ]
            for entry in schedule.steps
        ],
    }


_TICK = Markup('<input type="checkbox" data-pg-end="1" aria-label="STEP is done">')
_TIMES = Markup(
    '<div class="pg-actual"><button type="button" aria-label="Start STEP" hidden>Start</button>'
    '<label hidden>from <input size="5" inputmode="numeric" autocomplete="off" data-pg-end="0" '
    'aria-label="Actual start of STEP"></label>'
    '<label hidden>to <input size="5" inputmode="numeric" autocomplete="off" data-pg-end="1" '
    'aria-label="Actual end of STEP"></label></div>'
)
_NOW = Markup(
    '<svg class="pg-line pg-now" width="{0}" height="100%" viewBox="0 0 {0} 10" preserveAspectRatio="none" '
    'aria-hidden="true" focusable="false"><path/></svg>'
).format(gantt.WIDTH)


def follow_panel(plan: Plan, switch: Switch, schedule: Schedule) -> Markup:
    """Give the panel, hidden until the script shows it.

    Its data and the controls that each row gets stand in templates, which nothing runs.
    """
    parts = joined(
        Markup("<template>{}</template>").format(part)
        for part in (safe_json(follow_data(plan, switch, schedule)), _TICK, _TIMES, _NOW)
    )
    return Markup(
        '<div class="pg-follow" data-pg-follow data-search-exclude hidden>{}'
        '<p><strong data-pg-clock></strong> <span role="status"></span></p>'
        '<p><button type="button" data-pg-do="csv">Log as CSV</button> '
        '<button type="button" data-pg-do="md">Log as Markdown</button> '
        '<button type="button" data-pg-do="reset">Reset</button> '
        '<label><input type="checkbox" data-pg-local> Local time</label> '
        "<small>Ticks and times stay in this browser.</small> "
        "<strong hidden data-pg-lost>This browser keeps nothing: a reload forgets them.</strong></p></div>"
    ).format(parts)

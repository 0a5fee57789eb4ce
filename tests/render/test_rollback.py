"""The way back from every step: its order, its time, and by how much it is too late."""

from msgspec.structs import replace

from plangate.model.plan import Plan
from plangate.model.quantity import parse
from plangate.render.rollback import restore_table

from .html import read
from .test_runbook import START, facts_of, small


def limited(limit: str, end: str = "2026-12-06T02:00:00+00:00") -> Plan:
    plan = small(window={"start": START, "end": end})
    assert plan.cutover is not None
    assert plan.cutover.rollback is not None
    back = plan.cutover.rollback.model_copy(update={"max": parse(limit)})
    return replace(plan, gates={"cutover": plan.cutover.model_copy(update={"rollback": back})})


def rows(plan: Plan) -> list[str]:
    return [tag.words for tag in read(restore_table(facts_of(plan))).all("tr")][1:]


def test_each_step_says_what_would_run_and_whether_it_is_in_time() -> None:
    assert rows(limited("40 min")) == [
        "s0121:00r015 min5 min5 h✓ in time",
        "s0221:30r02 → r0125 min35 min4 h 30 min✓ in time",
        "s0323:00r02 → r0125 min35 min3 h✓ in time",
        "c0123:10r02 → r0125 min35 min2 h 50 min✓ in time",
        "s0400:10 +1roll forward: Fix————",
    ]


def test_a_way_back_that_is_too_long_says_by_how_much() -> None:
    found = rows(limited("30 min", end="2026-12-05T23:20:00+00:00"))
    assert found[1].endswith("✕ 5 min over its maximum")
    assert found[3].endswith("✕ 5 min over its maximum, 25 min over the window")

"""Stretches of time of plans, and which of them collide: tables, and a plain comparison of all pairs as oracle."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.switches import Stretch, StretchKind, collisions, stretches

from .plans import plan

NOON = datetime(2026, 12, 5, 12, tzinfo=UTC)
NONE: frozenset[str] = frozenset()


def stretch(
    plan_id: str,
    start: int,
    end: int,
    kind: StretchKind = "cutover",
    systems: frozenset[str] = NONE,
    datasets: frozenset[str] = NONE,
    teams: frozenset[str] = NONE,
) -> Stretch:
    hour = timedelta(hours=1)
    return Stretch(plan_id, kind, kind, NOON + start * hour, NOON + end * hour, systems, datasets, teams, "cutover", ())


DWH, ORDERS = frozenset({"dwh"}), frozenset({"dwh.orders"})


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (stretch("a", 0, 4, systems=DWH), stretch("b", 2, 6, systems=DWH), ("dwh",)),
        (stretch("a", 0, 4, systems=DWH), stretch("b", 5, 6, systems=DWH), ("dwh",)),
        (stretch("a", 0, 4, systems=DWH), stretch("b", 6, 7, systems=DWH), None),
        (stretch("a", 0, 4, systems=DWH), stretch("b", 2, 6), None),
        (stretch("a", 0, 4, systems=DWH), stretch("a", 2, 6, systems=DWH), None),
        (stretch("a", 0, 4, teams=DWH), stretch("b", 2, 6, teams=DWH), ("dwh",)),
        (stretch("a", 0, 4, "freeze", systems=DWH), stretch("b", 2, 6, systems=DWH), ("dwh",)),
        (stretch("a", 0, 4, "freeze", systems=DWH), stretch("b", 5, 6, systems=DWH), None),
        (stretch("a", 0, 4, "freeze", systems=DWH), stretch("b", 2, 6, "backfill", datasets=ORDERS), ("dwh",)),
        (stretch("a", 0, 4, "backfill", datasets=ORDERS), stretch("b", 2, 6, "backfill", datasets=ORDERS),
         ("dwh.orders",)),
        (stretch("a", 0, 4, "freeze", systems=DWH), stretch("b", 2, 6, "freeze", systems=DWH), None),
        (stretch("a", 0, 4, "freeze", systems=DWH), stretch("b", 2, 6, datasets=ORDERS), ("dwh",)),
        (stretch("a", 0, 4, "freeze", systems=ORDERS), stretch("b", 2, 6, datasets=ORDERS), ("dwh.orders",)),
        (stretch("a", 0, 4, "freeze", systems=frozenset({"lake"})), stretch("b", 2, 6, datasets=ORDERS), None),
        (stretch("a", 0, 4, "backfill", datasets=ORDERS), stretch("b", 2, 6, datasets=ORDERS), ("dwh.orders",)),
        (stretch("a", 0, 4, "backfill", datasets=ORDERS), stretch("b", 4, 6, datasets=ORDERS), None),
        (stretch("a", 0, 4, "backfill", datasets=ORDERS), stretch("b", 2, 6, datasets=frozenset({"dwh.items"})), None),
        (stretch("a", 0, 4, "backfill", datasets=ORDERS, teams=DWH), stretch("b", 2, 6, teams=DWH), None),
        (stretch("a", 0, 4, "backfill", datasets=ORDERS), stretch("b", 2, 6, "parallel_run", datasets=ORDERS), None),
    ],
)  # fmt: skip
def test_two_stretches(one: Stretch, other: Stretch, shared: tuple[str, ...] | None) -> None:
    for both in ((one, other), (other, one)):
        found = collisions(both, timedelta(hours=2))
        assert [entry.shared for entry in found] == ([shared] if shared else [])


SETS = st.frozensets(st.sampled_from(["dwh", "lake"]), max_size=2)
STRETCHES = st.builds(
    lambda plan_id, start, length, kind, systems, teams: stretch(
        plan_id, start, start + length, kind, systems, NONE, teams
    ),
    st.sampled_from("abc"),
    st.integers(0, 30),
    st.integers(1, 8),
    st.sampled_from(["cutover", "freeze"]),
    SETS,
    SETS,
)


@given(st.lists(STRETCHES, max_size=12), st.integers(0, 4))
def test_all_pairs_agree(found: list[Stretch], margin: int) -> None:
    room = timedelta(hours=margin)

    def near(one: Stretch, other: Stretch) -> bool:
        gap = room if one.kind == other.kind == "cutover" else timedelta(0)
        return one.start < other.end + gap and other.start < one.end + gap

    def alike(one: Stretch, other: Stretch) -> bool:
        kinds = {one.kind, other.kind}
        if kinds == {"cutover"}:
            return bool(one.systems & other.systems or one.teams & other.teams)
        return kinds == {"cutover", "freeze"} and bool(one.systems & other.systems)

    pairs = [(one, other) for place, one in enumerate(found) for other in found[place + 1 :]]
    expected = sum(one.plan != other.plan and near(one, other) and alike(one, other) for one, other in pairs)
    assert len(collisions(found, room)) == expected


def test_the_stretches_of_a_plan(tmp_path: Path) -> None:
    cutover = """
backfill:
  - {id: history, dataset: dwh.orders, owner: data_team, starts: 2026-12-01, must_finish_within: 48 h}
  - {id: open, dataset: dwh.items}
cutover:
  t0: 2026-12-05T20:00:00Z
  window: {start: 2026-12-05T20:00:00Z, end: 2026-12-06T06:00:00Z}
  freeze: {start: 2026-12-04T18:00:00Z, end: 2026-12-06T08:00:00Z, systems: [dwh]}
  steps: [{id: s01, owner: data_team, system: dwh}]
"""
    acceptance = "phases: {parallel_run: {start: 2026-11-20, end: 2026-12-05}}\n"
    found = list(stretches(plan(tmp_path, cutover=cutover, acceptance=acceptance)))
    assert [(entry.kind, f"{entry.start:%m-%d %H}", f"{entry.end:%m-%d %H}") for entry in found] == [
        ("cutover", "12-05 20", "12-06 06"),
        ("freeze", "12-04 18", "12-06 08"),
        ("backfill", "12-01 00", "12-03 00"),
        ("parallel_run", "11-20 00", "12-05 00"),
    ]
    assert (found[0].teams, found[0].systems) == (frozenset({"data_team"}), DWH)

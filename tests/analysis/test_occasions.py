"""What a plan puts into everybody's calendar."""

from datetime import timedelta
from pathlib import Path

import pytest

from plangate.analysis.occasions import Occasion, collides, in_time, occasions
from plangate.analysis.switches import collisions, stretches
from plangate.model.plan import Header, Plan

from .plans import plan

CUTOVER = """
backfill:
  - {id: history, dataset: dwh.orders, owner: data_team, starts: 2026-12-01, must_finish_within: 48 h}
  - {id: later, dataset: dwh.items, starts: 2026-12-20T06:00:00Z}
  - {id: open, dataset: dwh.items}
cutover:
  t0: 2026-12-05T20:00:00Z
  window: {start: 2026-12-05T20:00:00Z, end: 2026-12-06T06:00:00Z}
  freeze: {start: 2026-12-04T18:00:00Z, end: 2026-12-06T08:00:00Z, systems: [dwh]}
  steps: [{id: s01, owner: data_team, system: dwh}]
rehearsals: [{date: 2026-11-14, environment: staging}, {environment: nowhere}]
hypercare: {until: 2026-12-12, staffing: data_team}
legacy: {systems: [old], keep_until: 2027-01-15, decommission_on: 2027-01-20}
"""
CONTRACTS = """
contracts:
  - {dataset: dwh.orders, live_versions: [{version: 1.4.0, sunset: 2027-02-15}, {version: 1.3.0}]}
evolution:
  changes:
    - {dataset: dwh.orders, element: channel, sunset: 2027-03-01}
    - {dataset: dwh.items, sunset: 2027-03-02}
    - {element: x}
"""
ACCEPTANCE = "phases: {parallel_run: {start: 2026-11-20, end: 2026-12-05}}\n"


def told(found: list[Occasion]) -> list[tuple[str, str, str, str | None]]:
    return [
        (entry.kind, entry.name, f"{entry.start:%m-%d %H}", f"{entry.end:%m-%d %H}" if entry.end else None)
        for entry in found
    ]


def test_everything_with_a_date_in_the_order_of_time(tmp_path: Path) -> None:
    found = list(occasions(plan(tmp_path, cutover=CUTOVER, contracts=CONTRACTS, acceptance=ACCEPTANCE)))
    assert told(in_time(found)) == [
        ("rehearsal", "rehearsal", "11-14 00", "11-15 00"),
        ("parallel_run", "parallel run", "11-20 00", "12-05 00"),
        ("backfill", "history", "12-01 00", "12-03 00"),
        ("freeze", "freeze", "12-04 18", "12-06 08"),
        ("hypercare", "hypercare", "12-05 20", "12-13 00"),
        ("cutover", "cutover", "12-05 20", "12-06 06"),
        ("backfill", "later", "12-20 06", None),
        ("legacy_end", "last day", "01-15 00", None),
        ("decommission", "decommission", "01-20 00", None),
        ("sunset", "dwh.orders 1.4.0", "02-15 00", None),
        ("sunset", "dwh.orders#channel", "03-01 00", None),
        ("sunset", "dwh.items", "03-02 00", None),
    ]
    by_kind = {entry.kind: entry for entry in found}
    assert by_kind["cutover"].on == ("data_team", "dwh")
    assert by_kind["legacy_end"].on == ("old",)
    assert by_kind["hypercare"].on == ("data_team",)
    assert {kind for kind, entry in by_kind.items() if entry.whole_days} == {
        "rehearsal", "parallel_run", "legacy_end", "decommission", "sunset"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cutover", "kinds"),
    [
        ("cutover: {t0: 2026-12-05T20:00:00Z}\n", [("cutover", None)]),
        ("cutover: {t0: 2026-12-05T20:00:00Z}\nhypercare: {until: 2026-12-01}\n", [("cutover", None)]),
        ("hypercare: {until: 2026-12-12}\n", []),
        ("legacy: {systems: [old]}\n", []),
    ],
)
def test_what_is_said_by_halves(tmp_path: Path, cutover: str, kinds: list[tuple[str, None]]) -> None:
    assert [(entry.kind, entry.end) for entry in occasions(plan(tmp_path, cutover=cutover))] == kinds


def test_a_plan_that_switches_nothing_goes_live() -> None:
    header = Header.model_validate({"id": "a-plan", "go_live": "2027-02-16T19:00:00Z"})
    assert told(list(occasions(Plan("a-plan", header, {})))) == [("go_live", "go-live", "02-16 19", None)]
    assert list(occasions(Plan("a-plan", Header(id="a-plan"), {}))) == []


def test_an_occasion_knows_the_plan_that_it_collides_with(tmp_path: Path) -> None:
    one = plan(tmp_path / "one", cutover=CUTOVER)
    other = Plan("b-plan", one.header, one.gates)
    found = collisions([*stretches(one), *stretches(other)], timedelta(0))
    hit = {
        (entry.plan, entry.kind): {name for pair in found if (name := collides(entry, pair))}
        for made in (one, other)
        for entry in occasions(made)
    }
    assert hit["a-plan", "cutover"] == {"b-plan"}
    assert hit["b-plan", "freeze"] == {"a-plan"}
    assert hit["b-plan", "hypercare"] == set()

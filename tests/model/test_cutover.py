"""Gate cutover: the example of the plan format, and what is refused where."""

import pytest

from plangate.model.cutover import Cutover
from plangate.model.problem import path_text
from plangate.model.reference import definitions, uses
from plangate.reading import typed
from plangate.reading.yaml import load

EXAMPLE = b"""
backfill:
  - id: orders_history
    dataset: raw.shop_orders
    reason: The mart needs one year for comparison
    owner: commerce_data
    range: {start: 2025-11-18, end: 2026-11-18}
    granularity: 1 d
    order: forward
    method: shadow_swap
    replay: {pattern: partition_overwrite, idempotency: overwrite_partition}
    unit_runtime: {p50: 9 min, p95: 12 min}
    parallel: 4
    slots: 1
    retry_rate: 5 %
    pool: warehouse_slots
    priority: below_live
    must_finish_within: 48 h
    verify: [orders_pk, revenue_vs_ledger]
    stop_when: two failed partitions in a row
cutover:
  t0: 2026-12-05T20:00:00+00:00
  justification: Saturday evening, the week's lowest traffic
  window: {start: 2026-12-05T20:00:00+00:00, end: 2026-12-06T06:00:00+00:00}
  freeze: {start: 2026-12-04T18:00:00+00:00, end: 2026-12-06T08:00:00+00:00, systems: [legacy_dwh], owner: release_manager}
  downtime_budget: 60 min
  steps:
    - {id: s01, name: "Announce window, freeze merges", owner: release_manager, backup: commerce_lead, after: [], expected: 15 min, max: 25 min, verify: Banner visible in the catalogue, rollback: r01}
    - {id: c01, kind: go_no_go, name: "Extracts complete, counts match", owner: cutover_lead, after: [s01], expected: 10 min, max: 15 min, decision_owner: cutover_lead, if_missing: no_go, criteria: [{check: revenue_vs_ledger, must_be: "<= 0.1 %", owner: qa, evidence: reconciliation report}]}
    - {id: s02, name: Switch consumer aliases, owner: platform, after: [c01], expected: 10 min, max: 20 min, downtime: true, verify: Smoke query, reversible: false, forward_fix: Point aliases at the shadow copy}
  point_of_no_return: {after: s02, why: Legacy stops receiving writes}
rollback:
  triggers: [{condition: reconciliation difference, must_be: "<= 0.5 %", window: 30 min}]
  decision_owner: cutover_lead
  max: 90 min
  steps: [{id: r01, name: Lift freeze, owner: release_manager, expected: 5 min, undoes: [s01]}]
  written_after_switch: reverse_sync
  sync: {step: s02, check: revenue_vs_ledger}
  available_for: 72 h
  tested: 2026-11-15
legacy: {keep_until: 2027-01-15, decommission: [Drop schemas, Close account]}
rehearsals: [{date: 2026-11-14, environment: staging, measured: {s01: 14 min}, result: passed}]
comms: [{audience: finance_close, channel: email, offset: -72 h, owner: commerce_lead}]
hypercare: {until: 2026-12-09, staffing: commerce_oncall, exit: two clean closes}
contingencies: [{scenario: Extract late, trigger: c01 not reached by 22:30 UTC, action: Shift by one hour, owner: cutover_lead}]
"""  # noqa: E501 -- as the plan format writes it


def example() -> Cutover:
    outcome = typed.read(Cutover, "cutover", load(EXAMPLE, name="09-cutover.yml").data)  # type: ignore[arg-type]
    assert outcome.problems == []
    assert outcome.value is not None
    return outcome.value


def test_the_example_loads() -> None:
    gate = example()
    assert gate.cutover is not None
    assert [step.kind_ for step in gate.cutover.steps] == [None, "go_no_go", None]
    assert gate.cutover.point_of_no_return is not None
    assert gate.cutover.point_of_no_return.after == "s02"
    span = gate.backfill[0].range
    assert span is not None
    assert (span.end - span.start).days == 365
    assert gate.comms[0].offset is not None
    assert gate.comms[0].offset.base == -72 * 3600
    assert {name: str(took) for name, took in gate.rehearsals[0].measured.items()} == {"s01": "14 min"}


def test_elements_and_references_are_marked() -> None:
    gate = example()
    assert [(found.kind, found.id) for found in definitions(gate)] == [
        ("backfill", "orders_history"),
        ("step", "s01"),
        ("step", "c01"),
        ("step", "s02"),
        ("rollback_step", "r01"),
    ]
    marked = {path_text(use.path): use.kinds for use in uses(gate)}
    assert marked["backfill[0].pool"] == ("pool",)
    assert marked["backfill[0].verify[1]"] == ("check", "reconciliation")
    assert marked["cutover.steps[0].rollback"] == ("rollback_step",)
    assert marked["cutover.steps[1].after[0]"] == ("step",)
    assert marked["cutover.steps[1].criteria[0].check"] == ("check", "reconciliation")
    assert marked["cutover.point_of_no_return.after"] == ("step",)
    assert marked["rollback.steps[0].undoes[0]"] == ("step",)
    assert marked["rollback.sync.step"] == ("step", "rollback_step")
    assert marked["comms[0].audience"] == ("consumer", "team", "plan")
    assert marked["hypercare.staffing"] == ("team",)


@pytest.mark.parametrize(
    "raw", [{"after": "s02", "why": "Legacy stops"}, {"none": "Both systems take writes for a week"}]
)
def test_a_point_of_no_return_or_none(raw: dict[str, object]) -> None:
    assert typed.read(Cutover, "cutover", {"cutover": {"point_of_no_return": raw}}).problems == []


@pytest.mark.parametrize(
    ("raw", "here"), [({"why": "Legacy stops"}, "neither"), ({"after": "s02", "none": "Both take writes"}, "both")]
)
def test_a_point_of_no_return_is_one_of_two(raw: dict[str, object], here: str) -> None:
    (problem,) = typed.read(Cutover, "cutover", {"cutover": {"point_of_no_return": raw}}).problems
    assert (problem.rule, path_text(problem.path)) == ("GEN008", "cutover.point_of_no_return")
    assert problem.message.endswith(f"here is {here}")


def backfill(**fields: object) -> dict[str, object]:
    return {"backfill": [{"id": "history", **fields}]}


@pytest.mark.parametrize(
    ("data", "rule", "path"),
    [
        (backfill(range={"start": "2026-11-18", "end": "2025-11-18"}), "GEN006", "backfill[0].range"),
        (backfill(range={"start": "2026-11-18"}), "GEN006", "backfill[0].range"),
        (backfill(granularity="0 d"), "GEN008", "backfill[0].granularity"),
        (backfill(parallel=0), "GEN008", "backfill[0].parallel"),
        (backfill(order="backwards"), "GEN004", "backfill[0].order"),
        (backfill(excluded=["2026-02-30"]), "GEN006", "backfill[0].excluded[0]"),
        (backfill(depends_on_past="no"), "GEN008", "backfill[0].depends_on_past"),
        (
            backfill(downstream={"exclude": [{"dataset": "mart"}]}),
            "GEN002",
            "backfill[0].downstream.exclude[0].dataset",
        ),
        ({"cutover": {"t0": "2026-12-05T20:00"}}, "GEN006", "cutover.t0"),
        ({"cutover": {"steps": [{"id": "s01", "max": "25"}]}}, "GEN005", "cutover.steps[0].max"),
        ({"cutover": {"steps": [{"id": "s01", "kind": "gonogo"}]}}, "GEN004", "cutover.steps[0].kind"),
        ({"cutover": {"steps": [{"id": "s01", "after": "s02"}]}}, "GEN001", "cutover.steps[0].after"),
        ({"rollback": {"triggers": [{"must_be": "bad"}]}}, "GEN005", "rollback.triggers[0].must_be"),
        ({"rollback": {"written_after_switch": "keep"}}, "GEN004", "rollback.written_after_switch"),
        ({"rehearsals": [{"measured": {"s01": 14}}]}, "GEN005", "rehearsals[0].measured.s01"),
        ({"comms": [{"offset": "72"}]}, "GEN005", "comms[0].offset"),
        ({"legacy": {"storage": {"low": "1 TB", "base": "many"}}}, "GEN005", "legacy.storage.base"),
    ],
)
def test_wrong_values_are_refused_where_they_stand(data: dict[str, object], rule: str, path: str) -> None:
    problems = typed.read(Cutover, "cutover", data).problems
    assert (rule, path) in [(problem.rule, path_text(problem.path)) for problem in problems]

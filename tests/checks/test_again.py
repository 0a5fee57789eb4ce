"""Plans judged again after a change: the same as if all were judged, and no more than the change can touch."""

import json
import os
import signal
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.checks.again import Known, judge_again
from plangate.checks.judge import Order
from plangate.checks.report import GateVerdict, PlanVerdict, Report
from plangate.checks.runner import check, judge_all, ordered, reported
from plangate.cli.remembered import plans_of, plans_text
from plangate.reading.crew import Heard
from plangate.reading.glance import glance
from plangate.reading.portfolio import Portfolio, read_portfolio

from .test_rules import TODAY

PLANS = Path(__file__).parents[2] / "plans"

Texts = Mapping[str, str]
"""The files of a plan by name."""


class Portal:
    """A folder of plans that change, and what is known of them from the run before, as text."""

    def __init__(self, top: Path, jobs: int = 1) -> None:
        self.top, self.jobs, self.plans = top / "plans", jobs, dict[str, Texts]()
        self.known = Known()
        self.plans_judged = 0

    def write(self, name: str, texts: Texts | None) -> None:
        """Write a plan anew, or take it away."""
        folder = self.top / name
        for path in folder.glob("*"):
            path.unlink()
        if folder.is_dir():
            folder.rmdir()
        self.plans.pop(name, None)
        if texts is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for file, text in texts.items():
                (folder / file).write_text(text, "utf-8")
            self.plans[name] = texts

    def again(self) -> Report:
        """Judge what the changes since the last time can touch."""
        contents = {name: json.dumps(texts) for name, texts in self.plans.items()}
        self.plans_judged = 0

        def read(names: Collection[str], before: Portfolio | None, jobs: int, heard: Heard) -> Portfolio:
            return read_portfolio(self.top, only=names, previous=before, jobs=jobs, progress=heard)

        def count(doing: str, done: int, of: int) -> None:
            if doing == "Checking":
                self.plans_judged = of

        def order(found: Portfolio) -> Order:
            return ordered(found, today=TODAY, preset="strict")

        again = judge_again(self.known, contents, read, partial(glance, self.top), order, self.jobs, count)
        assert {type(one.plan) for one in again.known.judgements.values()} <= {PlanVerdict}  # without what was signed
        self.known = plans_of(plans_text(again.known))
        return reported(again.order, again.judged, again.known.judgements)

    def whole(self) -> Report:
        """Judge everything."""
        return check(read_portfolio(self.top), today=TODAY, preset="strict")


def same(one: Report, other: Report) -> None:
    """Hold two reports against each other, but for what follows from plans."""
    assert [(f.plan, f.rule, f.message) for f in one.findings] == [(f.plan, f.rule, f.message) for f in other.findings]
    assert one.findings == other.findings
    assert (one.summary, one.judged, one.idle) == (other.summary, other.judged, other.idle)
    assert (one.failures, one.failed, one.examined) == (other.failures, other.failed, other.examined)
    for plan, whole in zip(one.plans, other.plans, strict=True):
        assert (plan.id, plan.title, plan.state, plan.intent) == (whole.id, whole.title, whole.state, whole.intent)
        assert [(gate.gate, gate.state, gate.waiting) for gate in plan.gates] == [
            (gate.gate, gate.state, gate.waiting) for gate in whole.gates
        ]


def test_a_plan_is_kept_without_what_was_signed() -> None:
    whole = check(read_portfolio(PLANS, only=("orders-mart",)), today=TODAY).plan("orders-mart")
    assert any(gate.review is not None and gate.review.words for gate in whole.gates)
    alone = whole.alone
    assert (type(alone), {type(gate) for gate in alone.gates}) == (PlanVerdict, {GateVerdict})
    for name in set(PlanVerdict.__struct_fields__) - {"gates"}:
        assert getattr(alone, name) == getattr(whole, name)
    for gate, kept in zip(whole.gates, alone.gates, strict=True):
        assert [getattr(gate, name) == getattr(kept, name) for name in GateVerdict.__struct_fields__] == [True] * 5


def plan(name: str, header: str = "", **gates: str) -> dict[str, str]:
    numbers = {"context": "01", "sources": "02", "capacity": "03", "ingestion": "04", "cutover": "09"}
    start = f"id: {name}\ntitle: Plan {name}\ntier: B\nowners: [{{team: data_platform, role: accountable}}]\n"
    return {"plan.yml": start + header, **{f"{numbers[gate]}-{gate}.yml": text for gate, text in gates.items() if text}}


NAMES = ("alpha", "beta", "gamma", "delta")
DATASETS = ("raw.orders", "raw.order", "mart.sales", "shop.orders", "shop.rows", "shop.order")

_name = st.sampled_from(NAMES)
_dataset = st.sampled_from(DATASETS)
_datasets = st.lists(_dataset, max_size=2, unique=True).map(", ".join)


def _maybe(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return text | text | text | st.just("")


_headers = st.builds(
    "intent: {}\ncreated: 2026-{}-01\n{}{}".format,
    st.sampled_from(("draft", "in_review", "live", "retired")),
    st.sampled_from(("08", "09", "10")),
    st.just("") | st.builds("supersedes: {}\n".format, _name),
    st.just("") | st.builds("depends_on: [{}]\n".format, _name | st.just("alpa")),
)
_contexts = _maybe(
    st.builds(
        "metrics: [{{id: one, name: {}, grain: [{}], definition: Orders of the day}}]\n"
        "consumers: [{{id: board, name: Board, reads: [{}]}}]\n".format,
        st.sampled_from(("Orders", "orders", "Sales")),
        st.sampled_from(("day", "country")),
        _datasets,
    )
)
_sources = _maybe(
    st.builds(
        "sources: [{{id: shop, owner: {}, classification: {}, datasets: [{{id: {}, columns: "
        "[{{name: mail, pii: {}}}]}}]}}]\nfreshness: [{{dataset: {}, target: {} h}}]\n".format,
        st.sampled_from(("data_platform", "crm")),
        st.sampled_from(("internal", "restricted")),
        _dataset,
        st.sampled_from(("none", "direct")),
        _dataset,
        st.sampled_from((1, 40)),
    )
)
_capacities = _maybe(
    st.builds(
        "resources: {{pools: [{{id: slots, size: {}, system: {}}}]}}\n"
        "runtimes: [{{pipeline: load, p95: 30 min}}]\n".format,
        st.sampled_from((2, 4)),
        st.sampled_from(("wh", "lake")),
    )
)
_ingestions = _maybe(
    st.builds(
        "pipelines: [{{id: load, kind: ingest, inputs: [{}], outputs: [{}], "
        'schedule: {{cron: "0 3 * * *", timezone: UTC}}, concurrency: {{pool: slots, pool_slots: {}}}}}]\n'.format,
        _datasets,
        _datasets,
        st.sampled_from((1, 3)),
    )
)
_cutovers = _maybe(
    st.builds(
        "cutover:\n  window: {{start: 2027-01-{}T08:00:00Z, end: 2027-01-12T10:00:00Z}}\n"
        "  steps: [{{id: s01, name: Load, owner: {}, expected: 10 min, datasets: [{}]}}]\n"
        "backfill: [{{id: history, dataset: {}, range: {{start: 2026-01-01, end: 2026-{}-01}}}}]\n"
        "legacy: {{keep_until: 2027-01-{}, datasets: [{}]}}\n".format,
        st.sampled_from((11, 12)),
        st.sampled_from(("data_team", "crm")),
        _datasets,
        _dataset,
        st.sampled_from(("02", "07")),
        st.sampled_from((12, 28)),
        _datasets,
    )
)


_GATES = {
    "header": _headers,
    "context": _contexts,
    "sources": _sources,
    "capacity": _capacities,
    "ingestion": _ingestions,
    "cutover": _cutovers,
}
_plans = st.fixed_dictionaries(_GATES)
_parts = st.sampled_from(sorted(_GATES)).flatmap(lambda gate: _GATES[gate].map(lambda text: {gate: text}))
_changes = st.tuples(_name, _plans | _parts | _parts | st.none())
"""What becomes of a plan: another one, one with another gate, or none."""


_begin = st.lists(_plans, min_size=len(NAMES), max_size=len(NAMES))
_several = st.lists(_changes, min_size=2, max_size=5)


@settings(max_examples=50, deadline=None)
@given(_begin, _several)
def test_whatever_changes_the_report_is_that_of_a_whole_run(
    begin: list[dict[str, str]], changes: list[tuple[str, dict[str, str] | None]]
) -> None:
    _changing(begin, [[change] for change in changes])


@settings(max_examples=25, deadline=None)
@given(_begin, _several, st.integers(2, 3))
def test_the_report_does_not_depend_on_who_read_what(
    begin: list[dict[str, str]], changes: list[tuple[str, dict[str, str] | None]], jobs: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("plangate.checks.again._SHARE", 1)
        _changing(begin, [changes[:2], changes[2:]], jobs)


def _changing(
    begin: list[dict[str, str]], changes: list[list[tuple[str, dict[str, str] | None]]], jobs: int = 1
) -> None:
    """Hold what is judged again after each change against a whole run."""
    with TemporaryDirectory() as folder:
        portal = Portal(Path(folder), jobs)
        texts = dict(zip(NAMES, begin, strict=True))
        for name, gates in texts.items():
            portal.write(name, plan(name, **gates))
        same(portal.again(), portal.whole())
        for together in changes:
            for name, change in together:
                texts[name] = {**texts[name], **(change or {})}
                portal.write(name, None if change is None else plan(name, **texts[name]))
            same(portal.again(), portal.whole())


LOADS = "pipelines: [{id: load, kind: ingest, inputs: [shop.orders], outputs: [raw.orders]}]\n"
READS = "pipelines: [{id: build, kind: transform, inputs: [raw.orders], outputs: [mart.orders]}]\n"
LATER = "pipelines: [{id: sum, kind: transform, inputs: [mart.orders], outputs: [mart.sales]}]\n"
NIGHT = (
    "cutover:\n  window: {{start: 2027-01-{}T08:00:00Z, end: 2027-01-{}T10:00:00Z}}\n"
    "  steps: [{{id: s01, name: Load, owner: crm, expected: 10 min}}]\n"
)
ONE_NIGHT = NIGHT.format(12, 12)
SLOTS = "resources: {{pools: [{{id: slots, size: 4, system: {}}}]}}\n"
HOLDS = "pipelines: [{{id: load, concurrency: {{pool: slots, pool_slots: {}}}}}]\n"
OLD = {"header": "created: 2020-01-01\n"}
NOBODY = "depends_on: [nobody]\n"
METRIC = "metrics: [{{id: one, name: {}, grain: [day], definition: {}}}]\n"


@pytest.mark.parametrize(
    ("before", "changed", "judged"),
    [
        ({"alpha": {}, "beta": {}}, {"alpha": {"header": "domain: sales\n"}}, 1),
        ({"alpha": {"ingestion": LOADS}, "beta": {"ingestion": READS}, "gamma": {}}, {"alpha": {}}, 2),
        (
            {"alpha": {"ingestion": LOADS}, "beta": {"ingestion": READS}, "gamma": {"ingestion": LATER}, "delta": {}},
            {"gamma": {}},
            3,
        ),
        ({"alpha": {"header": "depends_on: [beta]\n"}, "beta": {}, "gamma": {}}, {"beta": None}, 1),
        ({"alpha": {"header": "depends_on: [beta]\n"}, "gamma": {}}, {"beta": {}}, 2),
        (
            {"alpha": {"header": "depends_on: [nobody]\n"}, "beta": {"header": "depends_on: [nobody]\n"}},
            {"beta": {}},
            1,
        ),
        ({"alpha": {"cutover": ONE_NIGHT}, "beta": {}}, {"beta": {"cutover": ONE_NIGHT}}, 1),
        (
            {"alpha": {"cutover": ONE_NIGHT}, "beta": {}},
            {"beta": {"cutover": ONE_NIGHT, **OLD}},
            2,
        ),
        ({"alpha": {"cutover": ONE_NIGHT}, "beta": {}}, {"beta": {"cutover": NIGHT.format(25, 25)}}, 1),
        (
            {"alpha": {"capacity": SLOTS.format("wh"), "ingestion": HOLDS.format(3)}, "beta": {}},
            {"beta": {"capacity": SLOTS.format("wh"), "ingestion": HOLDS.format(2), **OLD}},
            2,
        ),
        (
            {"alpha": {"capacity": SLOTS.format("wh"), "ingestion": HOLDS.format(3)}, "beta": {}},
            {"beta": {"capacity": SLOTS.format("lake"), "ingestion": HOLDS.format(2)}},
            1,
        ),
        (
            {"alpha": {"context": METRIC.format("Orders", "All")}, "beta": {}},
            {"beta": {"context": METRIC.format("orders", "Some"), **OLD}},
            2,
        ),
        ({"alpha": {"header": "depends_on: [betta]\n"}, "gamma": {}}, {"beta": {}}, 2),
        ({"alpha": {"header": "depends_on: [betta]\n"}, "beta": {}}, {"beta": {"header": "domain: sales\n"}}, 1),
    ],
)
def test_no_more_is_judged_than_a_change_can_touch(
    tmp_path: Path,
    before: Mapping[str, Mapping[str, str]],
    changed: Mapping[str, Mapping[str, str] | None],
    judged: int,
) -> None:
    portal = Portal(tmp_path)
    for name, texts in before.items():
        portal.write(name, plan(name, **texts))
    same(portal.again(), portal.whole())
    assert portal.plans_judged == len(before)
    for name, other in changed.items():
        portal.write(name, None if other is None else plan(name, **other))
    same(portal.again(), portal.whole())
    assert portal.plans_judged == judged
    same(portal.again(), portal.whole())
    assert portal.plans_judged == 0


def test_a_plan_on_which_the_checks_break_down_is_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = Portal(tmp_path)
    for name in ("alpha", "beta"):
        portal.write(name, plan(name))
    with monkeypatch.context() as broken:
        broken.setattr("plangate.checks.judge.gate_state", None)
        assert sorted(portal.again().failures) == ["alpha", "beta"]
    assert not portal.again().failures
    assert portal.plans_judged == 2


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_hands_share_what_is_to_be_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    monkeypatch.setattr("plangate.checks.again._SHARE", 1)
    portal = Portal(tmp_path, jobs)
    for name, gates in {"alpha": LOADS, "beta": READS, "gamma": LATER, "delta": ""}.items():
        portal.write(name, plan(name, ingestion=gates))
    (tmp_path / "plans" / "broken").mkdir()
    (tmp_path / "plans" / "broken" / "plan.yml").write_bytes(b"id: [")
    (tmp_path / "plans" / "README.md").write_text("Plans.", "utf-8")
    portal.plans["broken"] = {}
    same(portal.again(), portal.whole())
    assert portal.plans_judged == 5


def test_what_a_killed_process_was_to_do_is_done_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plangate.checks.again._SHARE", 1)
    here = os.getpid()

    def killed(*given: object) -> object:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return judge_all(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("plangate.checks.hand.judge_all", killed)
    portal = Portal(tmp_path, 2)
    for name in NAMES:
        portal.write(name, plan(name))
    same(portal.again(), portal.whole())

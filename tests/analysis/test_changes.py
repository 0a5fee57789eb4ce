"""What changed in a plan: single edits with exactly what they are told as, and nothing told that means nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.analysis.canonical import Data
from plangate.analysis.changes.difference import differences
from plangate.analysis.changes.edits import Edit, edits
from plangate.analysis.changes.plan import PlanChange, plan_changes
from plangate.analysis.changes.weight import weigh
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.model.plan import Header, Plan
from plangate.reading.plan import GATES
from plangate.reading.portfolio import read_portfolio

from .every_field import filled, model_of, scalars
from .plans import POLICY
from .test_digest import put

ROOT = Path(__file__).parents[2]
ORDERS = "orders-mart"
ROWS = "sources[shop_db].datasets[shop_db.orders].rows_per_day"
LEAVES = st.one_of(st.sampled_from(["a", "b", "3600 s", "7200 s"]), st.booleans())
DATA: st.SearchStrategy[Data] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(st.sampled_from(["x", "y", "z"]), max_size=3),
        st.lists(st.dictionaries(st.sampled_from(["id", "name", "k"]), inner, min_size=1, max_size=3), max_size=3),
        st.dictionaries(st.sampled_from(["id", "k", "l"]), inner, max_size=3),
    ),
    max_leaves=12,
)


def facts(folder: Path) -> dict[str, Facts]:
    found = read_portfolio(folder, ROOT / "references")
    landscape = Landscape(found.plans)
    return {plan.id: landscape.facts.setdefault(plan.id, Facts(plan, found.policy, landscape)) for plan in found.plans}


@pytest.fixture(scope="module")
def before() -> dict[str, Facts]:
    return facts(ROOT / "plans")


def edited(folder: Path, *changes: tuple[str, str, str]) -> dict[str, Facts]:
    shutil.copytree(ROOT / "plans", folder / "plans")
    for name, old, new in changes:
        file = folder / "plans" / ORDERS / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))
    return facts(folder / "plans")


def told(change: PlanChange) -> list[tuple[str, str, str | None, str | None]]:
    return [(one.weight, one.place, one.before, one.after) for one in change.differences if one.kind != "follows"]


R07 = (
    "    - {id: r07, name: Release the legacy snapshot, owner: dba, after: [r02], expected: 5 min, max: 5 min, "
    "verify: Storage is free again, undoes: [s02]}\n"
)
SESSION = "  - {id: session_looks_right, "
EDITS: list[tuple[str, str, str, list[tuple[str, str, str | None, str | None]]]] = [
    (
        *("06-contracts.yml", "freshness: 180 min, availability", "freshness: 240 min, availability"),
        [("breaking", "contracts[mart.revenue_daily].sla.freshness", "3 h", "4 h")],
    ),
    (
        *("06-contracts.yml", "freshness: 180 min, availability", "freshness: 150 min, availability"),
        [("neutral", "contracts[mart.revenue_daily].sla.freshness", "3 h", "2.5 h")],
    ),
    (
        *("06-contracts.yml", "retention: 800 d", "retention: 400 d"),
        [("breaking", "contracts[mart.fct_conversion].sla.retention", "800 d", "400 d")],
    ),
    (
        *("02-sources.yml", "base: 2_400_000 rows/d", "base: 3_400_000 rows/d"),
        [("risk", f"{ROWS}.base", "2,400,000 rows/d", "3,400,000 rows/d")],
    ),
    (
        *("02-sources.yml", "base: 2_400_000 rows/d", "base: 2_500_000 rows/d"),
        [("neutral", f"{ROWS}.base", "2,400,000 rows/d", "2,500,000 rows/d")],
    ),
    (
        *("02-sources.yml", "retention: 7 yr", "retention: 5 yr"),
        [("breaking", "sources[shop_db].retention", "2,555 d", "1,825 d")],
    ),
    (
        *("02-sources.yml", "personal_data: {columns: [],", 'personal_data: {columns: ["payments_api.payments#iban"],'),
        [("risk", "sources[payments_api].personal_data.columns", "nothing", "payments_api.payments#iban")],
    ),
    (
        *("07-quality.yml", "accepted_values, relationship,", "relationship,"),
        [
            (
                "breaking",
                "quality.derive",
                "accepted_values, freshness, not_null, relationship, row_count, unique",
                "freshness, not_null, relationship, row_count, unique",
            )
        ],
    ),
    (
        *("07-quality.yml", 'must_be: "<= 0 rows", severity: error', 'must_be: "<= 5 rows", severity: warn'),
        [
            ("breaking", "quality.checks[orders_pk].must_be", "<= 0 rows", "<= 5 rows"),
            ("breaking", "quality.checks[orders_pk].severity", "error", "warn"),
        ],
    ),
    ("09-cutover.yml", "  available_for: 72 h ", "  available_for: 48 h ", [
        ("neutral", "cutover.rollback.available_for", "72 h", "48 h")
    ]),
    ("01-context.yml", "# ", "# another word, ", []),
    ("plan.yml", "tier: A", "tier: B", [("neutral", "plan.tier", "A", "B")]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "expected"), EDITS, ids=[f"{e[0]}: {e[2][:30]}" for e in EDITS])
def test_a_single_edit_is_told_as_what_it_is(
    tmp_path: Path, before: dict[str, Facts], file: str, old: str, new: str, expected: list[Any]
) -> None:
    after = edited(tmp_path, (file, old, new))
    found = [change for change in plan_changes(before, after) if change.plan == ORDERS]
    assert [row for change in found for row in told(change)] == expected


def test_a_step_of_the_rollback_that_is_gone_is_told_whole(tmp_path: Path, before: dict[str, Facts]) -> None:
    (change,) = plan_changes(before, edited(tmp_path, ("09-cutover.yml", R07, "")))
    (one,) = change.differences
    assert (one.weight, one.place, one.after) == ("breaking", "cutover.rollback.steps[r07]", None)
    assert change.weight == "breaking"


def test_numbers_lineage_and_consumers_follow(tmp_path: Path, before: dict[str, Facts]) -> None:
    after = edited(tmp_path, ("06-contracts.yml", "freshness: 180 min, availability", "freshness: 4 h, availability"))
    (change,) = plan_changes(before, after)
    assert change.nodes == {"mart.revenue_daily": "changed"}
    assert [(one.consumer, one.owner, str(one.by)) for one in change.affected] == [
        ("audit_pack", "finance_analytics", "2026-12-05"),
        ("revenue_board", "finance_analytics", "2026-12-05"),
    ]
    grown = [("03-capacity.yml", "base: 2_400_000 rows/d", "base: 3_400_000 rows/d")] * 2
    shutil.rmtree(tmp_path / "plans")
    (change,) = plan_changes(before, edited(tmp_path, *grown))
    numbers = {(one.named.name, one.named.subject): one for one in change.numbers}
    stored = numbers["stored_at_go_live", ORDERS]
    assert (stored.weight, stored.why) == ("risk", "The volume grows by 28.6 %")
    assert numbers["monthly_cost", ORDERS].weight == "neutral"


def test_a_column_that_a_contract_takes_from_a_model_breaks_it(tmp_path: Path, before: dict[str, Facts]) -> None:
    plan = before[ORDERS]
    model = next(one for one in plan.plan.modeling.models if one.id == "mart.revenue_daily")  # type: ignore[union-attr]
    column = model.columns[-1].name
    text = (ROOT / "plans" / ORDERS / "05-modeling.yml").read_text()
    block = text[text.index("- id: mart.revenue_daily") :]
    row = next(row for row in block.splitlines(keepends=True) if f"name: {column}," in row)
    (change,) = plan_changes(before, edited(tmp_path, ("05-modeling.yml", block, block.replace(row, "", 1))))
    promised = [one for one in change.differences if one.kind == "promise"]
    assert [(one.weight, one.rule, one.place) for one in promised if one.path.endswith(f".{column}")] == [
        ("breaking", "TBL-COLUMN-REMOVED", f"contracts[mart.revenue_daily].columns.{column}")
    ]


def test_plans_come_go_and_are_renamed(tmp_path: Path, before: dict[str, Facts]) -> None:
    shutil.copytree(ROOT / "plans", tmp_path / "plans")
    (tmp_path / "plans" / "ledger-migration").rename(tmp_path / "plans" / "ledger-move")
    shutil.rmtree(tmp_path / "plans" / "jaffle-shop")
    fresh = tmp_path / "plans" / "a-new-one"
    fresh.mkdir()
    (fresh / "plan.yml").write_text("id: a-new-one\ntitle: New\nprofile: batch\nintent: draft\ntier: C\n")
    found = plan_changes(before, facts(tmp_path / "plans"))
    assert [(one.plan, one.was, one.fate, one.weight) for one in found if one.fate != "same"] == [
        ("a-new-one", None, "new", "neutral"),
        ("jaffle-shop", "jaffle-shop", "removed", "breaking"),
        ("ledger-move", "ledger-migration", "renamed", "neutral"),
    ]


def test_other_bytes_of_the_same_meaning_are_cosmetic(tmp_path: Path, before: dict[str, Facts]) -> None:
    after = edited(tmp_path, ("03-capacity.yml", "base: 2_400_000 rows/d", "base: 2400000 rows/d"))
    files = {ORDERS: frozenset({"capacity"})}
    (change,) = plan_changes(before, after, files)
    assert (change.fate, change.cosmetic, change.differences, change.weight) == ("same", ("capacity",), (), "cosmetic")


@pytest.mark.parametrize("gate", GATES)
def test_every_field_is_told_and_what_has_the_same_digest_is_not(gate: str) -> None:
    model = model_of(gate)
    data, other = filled(model, 1), dict(scalars(filled(model, 2)))
    old = of(gate, data)
    for path, value in scalars(data):
        new = of(gate, put(data, path, other[path]))
        assert bool(differences(old, new)) == (old.digests[gate] != new.digests[gate]), (path, value)


def of(gate: str, data: Any) -> Facts:
    plan = Plan("a-plan", Header(), {gate: model_of(gate).model_validate(data)})  # type: ignore[dict-item]
    return Facts(plan, POLICY, Landscape((plan,)))


@settings(max_examples=300, deadline=None)
@given(DATA, DATA)
def test_equal_data_has_no_edit_and_other_data_has_one(one: Data, other: Data) -> None:
    assert list(edits(one, one)) == []
    found = list(edits(one, other))
    assert bool(found) == (one != other)
    assert all(edit.old != edit.new for edit in found)
    assert [(e.path, e.new, e.old) for e in found if e.old is None] == [
        (e.path, e.old, e.new) for e in edits(other, one) if e.new is None
    ] or not all(named(data) for data in (one, other))


def named(data: Data) -> bool:
    """Tell whether every part of a list has a name of its own, so that the order of the two sides does not matter."""
    return not any(isinstance(item, list) for item in within(data))


def within(data: Data) -> Iterator[Data]:
    yield data
    for item in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from within(item)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([{"id": "a", "k": "1"}, {"id": "b"}], [{"id": "b"}, {"id": "a", "k": "2"}], ["list: order", "list[a].k"]),
        ([{"id": "a"}], [{"id": "a"}, {"id": "b"}], ["list[b]"]),
        (None, [{"id": "a"}], ["list[a]"]),
        ([{"k": "1"}, {"k": "2"}], [{"k": "2"}], ["list[0]"]),
        ([{"k": "1"}, {"k": "2"}], [{"k": "2"}, {"k": "1"}], ["list: order"]),
        (["x"], ["y"], ["list"]),
        ({"a": "1"}, {"a": "2", "b": "3"}, ["list.a", "list.b"]),
    ],
)
def test_entries_are_told_apart_by_their_names(old: Data, new: Data, expected: list[str]) -> None:
    assert [edit.path for edit in edits(old, new, "list")] == expected


@pytest.mark.parametrize(
    ("gate", "path", "old", "new", "expected"),
    [
        ("operations", "slos[fresh].objective", "0.995 ratio", "0.99 ratio", "breaking"),
        ("operations", "slos[fresh].objective", "0.99 ratio", "0.995 ratio", "neutral"),
        ("operations", "slos[fresh]", {"id": "fresh"}, None, "breaking"),
        ("operations", "recovery.rto", "3600 s", "7200 s", "breaking"),
        ("sources", "freshness[mart.a].target", "3600 s", "7200 s", "breaking"),
        ("sources", "freshness[mart.a].target", "7200 s", "3600 s", "neutral"),
        ("quality", "reconciliation[r].tolerance", "0.01 ratio", "0.02 ratio", "breaking"),
        ("quality", "reconciliation[r].severity", None, "warn", "breaking"),
        ("quality", "reconciliation[r]", {"id": "r"}, None, "breaking"),
        ("cutover", "rollback", {"max": "1 s"}, None, "breaking"),
        ("cutover", "cutover.steps[s].rollback", "r1", None, "breaking"),
        ("contracts", "contracts[a].columns[b]", {"name": "b"}, None, "breaking"),
        ("contracts", "contracts[a].columns[b]", None, {"name": "b", "pii": True}, "risk"),
        ("modeling", "models[a].columns[b].pii", None, True, "risk"),
        ("modeling", "models[a].columns[b].pii", True, None, "neutral"),
        ("capacity", "workloads[a].retention.hot", "10 s", "5 s", "breaking"),
        ("capacity", "workloads[a].retention.legal", "10 s", "5 s", "neutral"),
        ("capacity", "workloads[a].row_bytes.base", "100 B", "125 B", "neutral"),
        ("capacity", "workloads[a].row_bytes.base", "100 B", "126 B", "risk"),
        ("capacity", "workloads[a].row_bytes.base", "0 B", "126 B", "neutral"),
        ("capacity", "workloads[a].row_bytes.base", "100 B", "126 rows", "neutral"),
    ],
)
def test_what_a_change_weighs(gate: str, path: str, old: Data | None, new: Data | None, expected: str) -> None:
    assert weigh(gate, Edit(path, old, new))[0] == expected

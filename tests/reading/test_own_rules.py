"""The organisation's own rules as they are written: fields, kinds of values, limits, places in the file."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.model.plain import PlainPlan
from plangate.model.plan import Plan
from plangate.model.policy import OwnRule
from plangate.model.rulename import family
from plangate.reading import own_rules
from plangate.reading.expressions import (
    LONGEST,
    NAMES,
    chains,
    entry_fields,
    limits,
    parsed,
    place,
    read_fields,
    rule_fields,
    tried,
)
from plangate.reading.own_rules import MOST, ahead, problems, run
from plangate.reading.own_worker import answers
from plangate.reading.policy import load_policy
from plangate.reading.portfolio import read_portfolio
from plangate.reading.processes import spread

ROOT = Path(__file__).parents[2]
PIPELINES = "plan.ingestion.pipelines"


def wrongs(require: str, for_each: str | None = PIPELINES) -> list[tuple[str, int]]:
    rule = OwnRule(id="one", says="One", for_each=for_each, require=require)
    return [(wrong.message, wrong.offset) for _, _, wrong in problems([rule])]


@pytest.mark.parametrize(
    ("require", "for_each"),
    [
        ("each.retries >= 2", PIPELINES),
        ("has(each.concurrency.pool) && each.concurrency.pool_slots <= 2", PIPELINES),
        ("each.retry_delay.value <= 600.0", f'{PIPELINES}.filter(p, p.load == "merge")'),
        ("size(each.inputs) > 0 && each.inputs[0].startsWith('raw.')", PIPELINES),
        ('plan.tier != "A" || size(plan.owners) >= 2', None),
        ("plan.capacity.workloads.all(w, w.rows_per_day.base.value < 1.0e9)", None),
        ("has(each.x_cost_centre) && each.x_cost_centre.startsWith('CC')", PIPELINES),
        ("plan.go_live > '2026-01-01' && timestamp(plan.go_live).getFullYear() > 2025", None),
        ('each == "raw.a" || each.contains("plan.nowhere")', f"{PIPELINES}.map(p, p.outputs[0])"),
        ("plan.contracts.contracts.all(c, c.columns == 'from_model' || size(c.columns) > 1)", None),
        ("true // each.nothing", PIPELINES),
    ],
)
def test_what_serves(require: str, for_each: str | None) -> None:
    assert wrongs(require, for_each) == []


@pytest.mark.parametrize(
    ("expressions", "fields"),
    [
        ((PIPELINES, "each.retries > 0"), {"ingestion": {"pipelines"}}),
        (
            ("plan.ingestion.pipelines.filter(p, p.kind == 'x')", "plan.ingestion.catchup"),
            {"ingestion": {"pipelines", "catchup"}},
        ),
        (("plan.tier == 'A' && has(plan.cutover.backfill)",), {"tier": None, "cutover": {"backfill"}}),
        (("plan.ingestion.pipelines == []", "size(plan.ingestion) > 1"), {"ingestion": None}),
        (("size(plan.ingestion) > 1", "plan.ingestion.pipelines == []"), {"ingestion": None}),
        (('plan.ingestion["pipelines"] == []',), {"ingestion": None}),
        (("plan.ingestion.all(key, key != 'x')",), {"ingestion": None}),
        (("plan.owners[0].team == 'x'",), {"owners": {"0"}}),
        (("plan.tier == 'A'", "[plan].all(p, has(p.ingestion))"), None),
        (('plan["tier"] == "A"',), None),
        (("each == 'plan.tier'",), {}),
    ],
)
def test_an_expression_is_sent_what_it_reads(
    expressions: tuple[str, ...], fields: dict[str, set[str] | None] | None
) -> None:
    assert read_fields(*expressions) == fields


@pytest.mark.parametrize(
    ("for_each", "require", "fields"),
    [
        ("plan.cutover.backfill", "each.must_finish_within.value <= 1.0", {"must_finish_within"}),
        ("plan . cutover . backfill", "has(each.pool) && each.method == 'each.order'", {"pool", "method"}),
        ("plan.cutover.backfill.filter(b, b.kind == 'x' // b.y\n && size(b.verify) > 1)", "true", {"kind", "verify"}),
        ("plan.cutover.backfill.filter(b, b.verify.exists(c, c == b.id))", "plan.tier == 'A'", {"verify", "id"}),
        ("plan.cutover.backfill", "plan.cutover.steps.all(s, s.id != each.id)", {"id"}),
        ("plan.cutover.backfill", "each == plan.tier", None),
        ("plan.cutover.backfill", "each['pool'] == 'a'", None),
        ("plan.cutover.backfill", "each.size() > 1", None),
        ("plan.cutover.backfill", "size(plan.cutover.backfill) > 1", None),
        ("plan.cutover.backfill", "size(plan.cutover) > 1", None),
        ("plan.cutover.backfill", "[plan].all(p, has(p.tier))", None),
        ("plan.cutover.backfill.filter(b, b in plan.cutover.backfill)", "true", None),
        ("plan.cutover.backfill.filter(b, size(b) > 2)", "true", None),
        ("plan.cutover.backfill.filter(b, b.verify.exists(b, b == 'x'))", "true", None),
        ("plan.cutover.backfill.filter(b, b.x).map(c, c)", "true", None),
        ("plan.cutover.backfill.map(b, b.x)", "true", None),
        ("plan.cutover.backfill + plan.cutover.backfill", "true", None),
        ("plan.owners", "true", None),
        ("", "plan.tier == 'A'", None),
    ],
)
def test_entries_are_thinned_to_what_is_read_of_them(for_each: str, require: str, fields: set[str] | None) -> None:
    found = entry_fields(for_each, require)
    assert found == (None if fields is None else ("cutover", "backfill", frozenset(fields)))


_FILTERS = ("", ".filter(e, e.kind == 'ingest')", ".filter(e, has(e.concurrency) && size(e) > 3)", ".map(e, e)")
_CONDITIONS = (
    "each.kind == 'ingest'",
    "has(each.concurrency.pool)",
    "each.concurrency.pool == 'a'",
    "size(each) > 5",
    "each == plan.ingestion.pipelines[0]",
    "each.id.startsWith('load') || plan.ingestion.pipelines.exists(p, p.owner != each.owner)",
    "each['id'] != ''",
    "each.nothing == 1",
    "size(each.reads) > 0",
)


@pytest.mark.parametrize("filtered", _FILTERS)
@pytest.mark.parametrize("require", _CONDITIONS)
def test_thinned_entries_get_the_same_answers(
    monkeypatch: pytest.MonkeyPatch, sample: Plan, filtered: str, require: str
) -> None:
    rule = {"for_each": f"plan.ingestion.pipelines{filtered}", "require": require}
    sent = PlainPlan(sample, rule_fields((rule["for_each"], require), ("plan.ingestion.pipelines", "has(each.sla)")))
    thin = answers(rule, sent.data)
    monkeypatch.setattr("plangate.reading.own_worker.entry_fields", lambda for_each, require: None)
    assert answers(rule, PlainPlan(sample).data) == thin
    assert thin


@pytest.fixture(scope="module")
def sample() -> Plan:
    """The orders mart."""
    return read_portfolio(ROOT / "plans", only=("orders-mart",)).plans[0]


@pytest.mark.parametrize(
    ("rules", "fields"),
    [
        ([("plan.cutover.steps", "each.owner != ''")], {"cutover": {"steps": {"owner", *NAMES}}}),
        (
            [("plan.cutover.steps", "each.owner != ''"), ("plan.cutover.steps", "has(each.undo)")],
            {"cutover": {"steps": {"owner", "undo", *NAMES}}},
        ),
        (
            [("plan.cutover.steps", "has(each.undo)"), ("", "size(plan.cutover.steps) > 1")],
            {"cutover": {"steps": None}},
        ),
        (
            [("", "size(plan.cutover.steps) > 1"), ("plan.cutover.steps", "has(each.undo)")],
            {"cutover": {"steps": None}},
        ),
        ([("plan.cutover.steps", "has(each.undo)"), ("", "size(plan.cutover) > 1")], {"cutover": None}),
        (
            [("plan.cutover.steps", "plan.cutover.t0 != '' && has(each.undo)")],
            {"cutover": {"steps": {"undo", *NAMES}, "t0": None}},
        ),
        ([("plan.cutover.steps", "plan.tier == 'A'")], {"cutover": {"steps": {*NAMES}}, "tier": None}),
        ([("plan.cutover.steps", "has(each.undo)"), ("", "size(plan) > 1")], None),
    ],
)
def test_of_entries_is_sent_what_the_rules_together_read(
    rules: list[tuple[str, str]], fields: dict[str, dict[str, set[str] | None] | None] | None
) -> None:
    assert rule_fields(*rules) == fields


@pytest.mark.parametrize(
    ("require", "for_each", "says", "offset"),
    [
        ("each.retries >", PIPELINES, "it ends where something has to follow", 14),
        ("each.retries 3", PIPELINES, "no CEL expression", 13),
        ("each.retriez > 2", PIPELINES, "no field `retriez`", 5),
        ("each.concurrency.pol == 'a'", PIPELINES, "no field `pol`", 17),
        ("plan.tier == 'A' || plan.ingestoin.pipelines == []", None, "no field `ingestoin`", 25),
        ("each.retries > 0", None, "`each` is not known here", 0),
        ("every.retries > 0", PIPELINES, "`every` is not known here", 0),
        ("true || now() > 3", PIPELINES, "no function `now`", 8),
        ("each.retries > 'three'", PIPELINES, "do not fit each other", 0),
        ("each.retry_delay.value * 2 > 4.0", PIPELINES, "do not fit each other", 0),
        ("each.id.matches('(')", PIPELINES, "`matches` refuses", 8),
        ("each.retries", PIPELINES, "true or false", 0),
        ("true", "plan.tier", "has to give a list", 0),
        ("true", "plan.ingestion.pipeline", "no field `pipeline`", 15),
        ("plan.owners.all(plan, plan.role == 'x')", None, "name of the data", 0),
        ("size(each.inputs, 3) > 1", PIPELINES, "", 0),
    ],
)
def test_what_is_wrong_is_told_at_its_character(require: str, for_each: str | None, says: str, offset: int) -> None:
    found = wrongs(require, for_each)
    assert len(found) == 1 or not says
    assert not says or says in found[0][0]
    assert not says or found[0][1] == offset


@pytest.mark.parametrize(
    ("require", "says"),
    [
        ("true || " * 400 + "true", f"at most {LONGEST}"),
        ("plan.owners.all(a, plan.owners.all(b, plan.owners.all(c, plan.owners.all(d, true))))", "4 comprehensions"),
        ("(" * 900 + "true" + ")" * 900, "no CEL expression"),
        ("[" * 900 + "]" * 900, "no CEL expression"),
        ("!" * 1900 + "true", ""),
        ("-" * 1900 + "1 < 2", ""),
        ("true ? " * 100 + "true" + " : true" * 100, ""),
        ("1 / 0 == 1", ""),
        ("['aaaaaaaa']" + ".map(s, s+s+s+s+s+s+s+s)" * 16 + ".size() > 0", "more time or memory"),
        ("9223372036854775807 + 1 > 0", ""),
        ("9223372036854775808 > 0", "no CEL expression"),
        ("{'a': 1}.b.c == [1][7]", ""),
        ('"\\ud800" == ""', "no CEL expression"),
        ("\x00", "no CEL expression"),
        ("", "no CEL expression"),
    ],
)
def test_what_would_be_too_much_is_refused(require: str, says: str) -> None:
    found = wrongs(require, None)
    assert any(says in message for message, _ in found) if says else True


@given(st.text(max_size=80) | st.text(alphabet="()[]{}.,'\"!&|?:+-*/%<>= \nplaneach01.x", max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    list(limits(text))
    for wrong in parsed(text, frozenset({"plan"})):
        assert 0 <= wrong.offset <= len(text)
    tried(text, {"plan": {"tier": "A"}})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("each.a.b > plan.c", [("each", ("a", "b")), ("plan", ("c",))]),
        ("each.a.size() > 1 && x.each.y", [("each", ("a",))]),
        ("plan.a[0].b == 'plan.c' // plan.d", [("plan", ("a", 0, "b"))]),
        ("eachone.a || plan . a\n .b", [("plan", ("a", "b"))]),
    ],
)
def test_fields_are_found(text: str, found: list[object]) -> None:
    assert [(chain.root, chain.steps) for chain in chains(text)] == found


FORMS = {
    "plain": ("require: each.retries > 0 && each.retriez > 1", 6, 39),
    "double": ('require: "each.retries > 0 && each.retriez > 1"', 6, 40),
    "single": ("require: 'each.id != ''a'' && each.retriez > 1'", 6, 40),
    "literal": ("require: |\n      each.retries > 0\n      && each.retriez > 1", 8, 15),
    "folded": ("require: >-\n      each.retries > 0 &&\n      each.retriez > 1", 8, 12),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_problem_points_into_the_file(tmp_path: Path, form: str) -> None:
    text, line, column = FORMS[form]
    folder = tmp_path / "references"
    folder.mkdir()
    head = f"preset: standard\nrules:\n  - id: one\n    says: One\n    for_each: {PIPELINES}\n    "
    (folder / "checklists.yml").write_text(head + text + "\n")
    policy, found = load_policy(folder)
    assert [(p.rule, p.file, p.line, p.column) for p in found] == [
        ("CONFIG", "references/checklists.yml", line, column)
    ]
    assert found[0].message == "Rule one: There is no field `retriez`; did you mean `retries`?"
    assert policy.checklists.rules == ()


@given(st.text(alphabet="ab .&\n", min_size=1, max_size=30), st.integers(0, 40))
def test_places_stay_within_the_text(expression: str, offset: int) -> None:
    text = f"x: {expression}\n"
    line, column = place(text, (1, 4), expression, min(offset, len(expression)))
    assert 1 <= line <= text.count("\n") + 1
    assert 1 <= column <= len(text) + 1


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("CAP004", "a name of the catalogue"),
        ("cap004", "a name of the catalogue"),
        ("CAP999", "a name of the catalogue"),
        ("index", "a name of the catalogue"),
        ("../etc", "no id of an own rule"),
        ("Two words", "no id of an own rule"),
    ],
)
def test_ids_are_no_names_of_the_catalogue(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "checklists.yml").write_text(f"rules:\n  - {{id: '{name}', says: a, require: 'true'}}\n")
    _, found = load_policy(tmp_path)
    assert len(found) == 1
    assert says in found[0].message
    assert (found[0].line, found[0].column) == (2, 10)


def test_ids_are_unique_and_rules_not_too_many() -> None:
    twice = [OwnRule(id=name, says="a", require="true") for name in ("ORG001", "org001")]
    assert [wrong.message for _, _, wrong in problems(twice)] == ["`org001` is the id of two own rules"]
    many = [OwnRule(id=f"rule_{n}", says="a", require="true") for n in range(MOST + 1)]
    assert [(index, wrong.message) for index, _, wrong in problems(many)] == [
        (MOST, f"There are more than {MOST} own rules")
    ]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("severities: {one: warning, DQ001: 'off'}\n", True),
        ("severities: {ones: warning}\n", False),
        ("waivers: {longest: 90 d, notice: 1 d, never: [one]}\n", True),
        ("waivers: {longest: 90 d, notice: 1 d, never: [other]}\n", False),
    ],
)
def test_severities_name_rules_that_exist(tmp_path: Path, text: str, known: bool) -> None:
    (tmp_path / "checklists.yml").write_text(text + "rules: [{id: one, says: a, require: 'true'}]\n")
    _, found = load_policy(tmp_path)
    assert len(found) == (not known)
    assert all("is no rule of the catalogue, and no own rule" in problem.message for problem in found)


@pytest.mark.parametrize(
    ("rule", "of"), [("CAP004", "CAP"), ("DQ001", "DQ"), ("ORG001", ""), ("dq001", ""), ("one", "")]
)
def test_families(rule: str, of: str) -> None:
    assert family(rule) == of


ONE = OwnRule(id="one", says="a", require="plan.number > 1")


def _verdicts(number: int) -> list[str]:
    (answers,) = run("judge", [ONE], {"first": {"number": number}}).values()
    return [answer["verdict"] for answer in answers]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Holds the processes that were started for own rules."""
    real, processes = own_rules._started, list[int]()

    def counted() -> Any:
        process = real()
        processes.append(process.pid)
        return process

    monkeypatch.setattr(own_rules, "_started", counted)
    return processes


def test_a_process_that_was_started_ahead_is_asked_once(started: list[int]) -> None:
    with ahead(wanted=True):
        assert len(started) == 1
        assert _verdicts(2) == ["pass"]
        assert len(started) == 1
        assert _verdicts(1) == ["fail"]
        assert len(started) == 2


def test_a_process_that_nobody_asks_is_ended(started: list[int]) -> None:
    with ahead(wanted=True):
        pass
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


def test_no_process_is_started_ahead_that_is_not_wanted(started: list[int]) -> None:
    with ahead(wanted=False):
        assert not started
        assert _verdicts(2) == ["pass"]


def test_forks_have_no_part_in_what_was_started_ahead(started: list[int]) -> None:
    with ahead(wanted=True):
        assert list(spread(_verdicts, [1, 2, 3, 4], 2, few=1)) == [["fail"], ["pass"], ["pass"], ["pass"]]
        assert len(started) == 1
        assert _verdicts(2) == ["pass"]
        assert len(started) == 1

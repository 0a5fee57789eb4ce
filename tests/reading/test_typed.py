"""Refused values are told one by one, the rest is kept, and positions still point into the file."""

import pytest

from plangate.model.ingestion import Ingestion
from plangate.model.operations import Operations
from plangate.reading.typed import read


def pipelines(*items: dict[str, object]) -> dict[str, object]:
    return {"pipelines": list(items)}


GOOD = {"id": "load_orders", "retries": 2, "retry_delay": "5 min"}


def test_whole_gate_is_read() -> None:
    typed = read(Ingestion, "ingestion", pipelines(GOOD))
    assert typed.value is not None
    assert typed.value.pipelines[0].retries == 2
    assert typed.problems == []


CASES = [
    ({"retrys": 2}, "GEN004", "did you mean `retries`?", ("pipelines", 0, "retrys")),
    ({"pattern": "batsh"}, "GEN004", "did you mean `batch`?", ("pipelines", 0, "pattern")),
    ({"retry_delay": "5 m"}, "GEN005", "`m` is not a unit", ("pipelines", 0, "retry_delay")),
    ({"retry_delay": 5}, "GEN005", "has no unit", ("pipelines", 0, "retry_delay")),
    ({"retries": "1e3"}, "GEN008", "exponents are not read", ("pipelines", 0, "retries")),
    ({"retries": True}, "GEN008", "`true` is not", ("pipelines", 0, "retries")),
    ({"depends_on_past": "yes"}, "GEN008", "write `true`", ("pipelines", 0, "depends_on_past")),
    ({"execution_timeout": "12:30"}, "GEN008", "PT12H30M", ("pipelines", 0, "execution_timeout")),
    ({"inputs": "shop_db.orders"}, "GEN001", "must be a list", ("pipelines", 0, "inputs")),
    ({"upstream": ["shop_db.orders"]}, "GEN004", "did you mean `inputs`?", ("pipelines", 0, "upstream")),
    ({"inputs": ["Orders"]}, "GEN002", "is not a dataset id", ("pipelines", 0, "inputs", 0)),
    (
        {"schedule": {"cron": "0 30 * * *"}},
        "GEN006",
        "hour `30` is not in 0 to 23",
        ("pipelines", 0, "schedule", "cron"),
    ),
    ({"schedule": {"timezone": "Berlin"}}, "GEN006", "IANA", ("pipelines", 0, "schedule", "timezone")),
    ({"id": "Load-Orders"}, "GEN002", "is not an id", ("pipelines", 0, "id")),
]


@pytest.mark.parametrize(("change", "rule", "words", "path"), CASES, ids=[str(case[0]) for case in CASES])
def test_refused_value(change: dict[str, object], rule: str, words: str, path: tuple[str | int, ...]) -> None:
    typed = read(Ingestion, "ingestion", pipelines(GOOD | change))
    assert [(problem.rule, problem.path) for problem in typed.problems] == [(rule, path)]
    assert words in typed.problems[0].message
    assert typed.value is not None


# What is expected is what may be typed, and is told apart from what was found.
@pytest.mark.parametrize(
    ("change", "observed", "expected"),
    [
        ({"retry_delay": "5 m"}, "5 m", "`5 min` or `5 month`"),
        ({"retry_delay": "5 days"}, "5 days", "`5 d`"),
        ({"retry_delay": "5 parsecs"}, "5 parsecs", "a duration, such as `15 min`"),
        ({"retry_delay": 5}, "5", "a unit, such as `5 min`"),
        ({"retry_delay": "5 rows"}, "5 rows", "a duration, such as `15 min`"),
        ({"depends_on_past": "false"}, '"false"', "false"),
        ({"depends_on_past": "no"}, "no", "false"),
        (
            {"schedule": {"cron": "0 30 * * *"}},
            "0 30 * * *",
            "hour 0 to 23; the minute comes first, such as `30 0 * * *`",
        ),
        ({"schedule": {"cron": "30 30 * * *"}}, "30 30 * * *", "hour 0 to 23"),
        ({"schedule": {"cron": "*/5 30 * * *"}}, "*/5 30 * * *", "hour 0 to 23"),
        ({"schedule": {"cron": "0 60 * * *"}}, "0 60 * * *", "hour 0 to 23"),
        ({"schedule": {"cron": "0 3 * * 9"}}, "0 3 * * 9", "day of week 0 to 7"),
    ],
)
def test_what_is_expected_may_be_typed(change: dict[str, object], observed: str, expected: str | None) -> None:
    (problem,) = read(Ingestion, "ingestion", pipelines(GOOD | change)).problems
    assert (problem.observed, problem.expected) == (observed, expected)


def test_everything_wrong_is_told_at_once() -> None:
    wrong = {"id": "build", "retrys": 2, "retry_delay": "5 m", "pattern": "batsh", "load": "mrege"}
    typed = read(Ingestion, "ingestion", pipelines(wrong, GOOD))
    assert sorted(problem.rule for problem in typed.problems) == ["GEN004", "GEN004", "GEN004", "GEN005"]
    assert typed.value is not None
    assert [pipeline.id for pipeline in typed.value.pipelines] == ["build", "load_orders"]


def test_element_without_id_is_left_out_and_positions_hold() -> None:
    typed = read(Ingestion, "ingestion", pipelines({"retries": 1}, GOOD))
    assert [(problem.rule, problem.message) for problem in typed.problems] == [("GEN002", "`pipelines[0]` has no `id`")]
    assert typed.value is not None
    assert [pipeline.id for pipeline in typed.value.pipelines] == ["load_orders"]
    assert typed.origin(("pipelines", 0, "retries")) == ("pipelines", 1, "retries")


def test_refused_list_entries_shift_only_their_list() -> None:
    typed = read(Ingestion, "ingestion", pipelines(GOOD | {"inputs": ["Bad", "raw.a", "Worse", "raw.b"]}))
    assert typed.value is not None
    assert typed.value.pipelines[0].inputs == ("raw.a", "raw.b")
    assert typed.origin(("pipelines", 0, "inputs", 1)) == ("pipelines", 0, "inputs", 3)
    assert typed.broken == {("pipelines", 0, "inputs", 0), ("pipelines", 0, "inputs", 2)}


def test_text_fields_keep_what_is_written() -> None:
    typed = read(Operations, "operations", {"reprocessing": True, "break_glass": 7})
    assert typed.value is not None
    assert (typed.value.reprocessing, typed.value.break_glass) == ("true", "7")
    assert typed.problems == []


def test_the_input_is_not_changed() -> None:
    data = pipelines(GOOD | {"retrys": 1})
    read(Ingestion, "ingestion", data)
    assert data == pipelines(GOOD | {"retrys": 1})


@pytest.mark.parametrize(
    ("inputs", "hint"),
    [
        ("shop_db.orders", "Write `inputs: [shop_db.orders]`"),
        ("Read the log", "Write `inputs: [Read the log]`"),
        ("a, b", None),
        ("x: y", None),
        ({"a": 1}, None),
    ],
)
def test_one_value_where_a_list_is_needed_is_written_as_one(inputs: object, hint: str | None) -> None:
    read_ = read(Ingestion, "ingestion", {"pipelines": [{"id": "load", "inputs": inputs}]})
    assert [problem.hint for problem in read_.problems] == [hint]

"""A rehearsal written into a gate's file: the rest stays as it is, and what cannot be added to is refused."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.exchange.rehearsal_yaml import NotWritten, entry_text, measured_text, with_rehearsal
from plangate.model.cutover import Rehearsal
from plangate.model.quantity import parse
from plangate.reading.yaml import Document, load

RUN = {"date": "2026-11-14", "environment": "staging", "measured": {"s01": "14 min", "s02": "63.5 min"}}
ITEM = "  - date: 2026-11-14\n    environment: staging\n    measured: {s01: 14 min, s02: 63.5 min}\n"


def document(text: str) -> Document:
    return load(text.encode(), name="09-cutover.yml", mapping=True)


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("a: 1\n", f"a: 1\n\nrehearsals:\n{ITEM}", 4),
        ("a: 1\n\n\n", f"a: 1\n\nrehearsals:\n{ITEM}", 4),
        ("a: 1", f"a: 1\n\nrehearsals:\n{ITEM}", 4),
        ("rehearsals: []  # none yet\nb: 2\n", f"rehearsals:\n{ITEM}b: 2\n", 2),
        ("rehearsals:\nb: 2\n", f"rehearsals:\n{ITEM}b: 2\n", 2),
        (
            "rehearsals:\n  - date: 2026-11-07\n    measured: {s01: 1 min}  # first\n\n# then\nb: 2\n",
            f"rehearsals:\n  - date: 2026-11-07\n    measured: {{s01: 1 min}}  # first\n{ITEM}\n# then\nb: 2\n",
            4,
        ),
        (
            "rehearsals:\n- {date: 2026-11-07, measured: {s01: 1 min}}\nb: 2\n",
            "rehearsals:\n- {date: 2026-11-07, measured: {s01: 1 min}}\n"
            + ITEM.replace("  - ", "- ").replace("    ", "  ") + "b: 2\n",
            3,
        ),
        (
            "rehearsals:\n  - deviations: >-\n      a long\n\n      story\n    date: 2026-11-07\n",
            f"rehearsals:\n  - deviations: >-\n      a long\n\n      story\n    date: 2026-11-07\n{ITEM}",
            7,
        ),
    ],
)  # fmt: skip
def test_a_rehearsal_comes_last(before: str, after: str, line: int) -> None:
    assert with_rehearsal(document(before), RUN) == (after, line)


def test_one_of_the_same_day_and_environment_is_replaced_and_keeps_what_is_not_said_anew() -> None:
    before = (
        "rehearsals:\n"
        "  - {date: 2026-11-14, environment: other, measured: {s01: 1 min}}\n"
        "  - date: 2026-11-14  # the night\n"
        "    environment: staging\n"
        "    result: passed\n"
        "    measured: {s01: 1 min, s09: 2 min}\n"
        "# behind\n"
        "b: 2\n"
    )
    text, line = with_rehearsal(document(before), RUN)
    assert line == 3
    assert text == before.replace(
        "  - date: 2026-11-14  # the night\n    environment: staging\n    result: passed\n"
        "    measured: {s01: 1 min, s09: 2 min}\n",
        ITEM + "    result: passed\n",
    )
    again, _ = with_rehearsal(document(text), RUN)
    assert again == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rehearsals: [{date: 2026-11-07}]\n", "in one line"),
        ("rehearsals:\n  [{date: 2026-11-07}]\n", "in one line"),
        ("rehearsals: {not_applicable: Nothing is switched}\n", "no list"),
        ("rehearsals: soon\n", "no list"),
        ("rehearsals: [soon]\n", "no list"),
        ("rehearsals: [\n]\n", "cannot be added to"),
        ("{a: 1}\n", "cannot be added to"),
        ("rehearsals:\n  - {date: 2026-11-14, environment: staging, x_by: alice}\n", "`x_by`, which would be lost"),
    ],
)
def test_what_cannot_be_added_to_is_refused_with_what_is_to_be_added(text: str, reason: str) -> None:
    with pytest.raises(NotWritten, match=reason) as refused:
        with_rehearsal(document(text), RUN)
    assert refused.value.entry == ITEM


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 min"), (840, "14 min"), (870, "14.5 min"), (871, "871 s"), (36000, "600 min"), (6, "0.1 min")],
)
def test_measured_times_are_written_without_rounding(seconds: int, text: str) -> None:
    assert measured_text(seconds) == text


@given(st.integers(0, 10**7))
def test_measured_times_read_back(seconds: int) -> None:
    assert parse(measured_text(seconds)).base == seconds


TEXTS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_characters="\x7f"), min_size=1, max_size=30
)
SECRETS = ("password", "token", "secret", "key", "://", "sig")


@settings(deadline=None)
@given(TEXTS.filter(lambda text: not any(word in text.casefold() for word in SECRETS)))
def test_text_of_any_kind_reads_back_or_is_refused(text: str) -> None:
    values: dict[str, Any] = {**RUN, "environment": text, "deviations": text, "result": "passed"}
    try:
        written, _ = with_rehearsal(document("a: 1\n"), values)
    except NotWritten as refused:
        assert refused.entry == entry_text(values)  # noqa: PT017 -- both outcomes are right
        return
    data = document(written).data
    assert isinstance(data, dict)
    run = Rehearsal.model_validate(data["rehearsals"][0])
    assert (run.environment, run.deviations, run.result) == (text, text, "passed")

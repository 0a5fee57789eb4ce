"""Who can see personal data: in the clear, masked, or not known."""

from pathlib import Path

import pytest

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.personal import PersonalData

from .plans import POLICY, plan
from .test_columns import INGESTION, MODELING, SOURCES

CONTEXT = """
consumers:
  - {id: board, reads: [mart.orders]}
  - {id: lab, reads: [raw.orders], external: true}
  - {id: report, reads: [mart.totals]}
"""
TOTALS = MODELING + "  - {id: mart.totals, depends_on: [mart.orders]}\n"


def personal(folder: Path, modeling: str = TOTALS, sources: str = SOURCES) -> PersonalData:
    read = plan(folder, context=CONTEXT, sources=sources, ingestion=INGESTION, modeling=modeling)
    return Facts(read, POLICY, Landscape((read,))).personal


def told(found: PersonalData) -> list[tuple[str, str, str | None, str | None]]:
    return [(sight.reader.consumer.id, sight.verdict, sight.column, sight.masked_at) for sight in found.sights]


MASKED = TOTALS.replace(', "stg.orders#mail_clear"]', "]")
LISTED = TOTALS.replace("[mart.orders]}", "[mart.orders], columns: [{name: total}]}")


@pytest.mark.parametrize(
    ("modeling", "expected"),
    [
        (
            TOTALS,
            [
                ("board", "clear", "mart.orders#contact", None),
                ("lab", "clear", "raw.orders#email", None),
                ("report", "unknown", None, None),
            ],
        ),
        (
            MASKED,
            [
                ("lab", "clear", "raw.orders#email", None),
                ("report", "unknown", None, None),
                ("board", "masked", "mart.orders#contact", "stg.orders#mail"),
            ],
        ),
        (
            LISTED,
            [("board", "clear", "mart.orders#contact", None), ("lab", "clear", "raw.orders#email", None)],
        ),
    ],
    ids=["one clear way is enough", "masked on the only way", "a list without it says no"],
)
def test_who_sees_what(tmp_path: Path, modeling: str, expected: list[tuple[str, str, str | None, str | None]]) -> None:
    assert told(personal(tmp_path, modeling)) == expected


def test_an_ingest_carries_personal_data_that_no_model_reads(tmp_path: Path) -> None:
    found = personal(tmp_path, "models: [{id: mart.orders, depends_on: [raw.orders], columns: [{name: total}]}]\n")
    assert told(found) == [("lab", "clear", "raw.orders#email", None)]
    assert found.sights[0].path == ("shop_db.orders#email", "raw.orders#email")


def test_without_personal_data_nobody_sees_any(tmp_path: Path) -> None:
    found = personal(tmp_path, sources=SOURCES.replace('["shop_db.orders#email"]', "[]"))
    assert found == PersonalData()


def test_consumers_are_counted_once_for_each_verdict(tmp_path: Path) -> None:
    found = personal(tmp_path)
    assert (found.count("clear"), found.count("unknown"), found.count("masked")) == (2, 1, 0)


def test_a_plan_that_no_landscape_holds_sees_its_own(tmp_path: Path) -> None:
    read = plan(tmp_path, context=CONTEXT, sources=SOURCES, ingestion=INGESTION, modeling=TOTALS)
    assert told(Facts(read, POLICY).personal) == told(Facts(read, POLICY, Landscape((read,))).personal)


def test_only_what_concerns_a_plan_is_told_of_it(tmp_path: Path) -> None:
    read = plan(tmp_path, context=CONTEXT, sources=SOURCES, ingestion=INGESTION, modeling=TOTALS)
    landscape = Landscape((read,))
    assert landscape.personal.about(read.id, landscape.columns) == landscape.personal
    assert landscape.personal.about("another", landscape.columns) == PersonalData()

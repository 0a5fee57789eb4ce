"""The switch by measured times, on the page of the runbook."""

import pytest
from msgspec.structs import replace

from plangate.analysis.facts import Facts
from plangate.model.cutover import Cutover
from plangate.model.plan import Header, Plan
from plangate.model.policy import Policy
from plangate.reading.policy import load_policy
from plangate.render.measured import measured_sections

from .html import Tag, read

POLICY: Policy = load_policy(None)[0]


def made(measured: dict[str, str], **more: object) -> Facts:
    gate = {
        "cutover": {
            "t0": "2026-12-05T20:00:00Z",
            "window": {"start": "2026-12-05T20:00:00Z", "end": "2026-12-05T21:30:00Z"},
            "steps": [
                {"id": "s01", "expected": "30 min"},
                {"id": "s02", "expected": "20 min"},
                {"id": "s03", "after": ["s01", "s02"], "expected": "10 min"},
            ],
        },
        "rollback": {"steps": [{"id": "r01", "expected": "20 min", "undoes": ["s01"]}]},
        "rehearsals": [{"date": "2026-11-14", "environment": "<b>", "measured": measured, **more}],
    }
    return Facts(Plan("a", Header(id="a", title="A"), {"cutover": Cutover.model_validate(gate)}), POLICY)


def cells(facts: Facts) -> tuple[list[str], Tag]:
    (section,) = measured_sections(facts)
    page = read(section.html)
    (row,) = page.all("tbody")[0].all("tr")
    return [cell.words for cell in [*row.all("th"), *row.all("td")]], page


@pytest.mark.parametrize(
    ("measured", "told"),
    [
        ({"s01": "30 min", "s02": "20 min", "s03": "10 min"},
         ["40 min", "the same", "50 min", "—", "that of the plan", "nothing"]),
        ({"s02": "60 min"}, ["1 h 10 min", "30 min longer (75 %)", "20 min", "—", "s02 → s03", "s01, s03"]),
        ({"s01": "10 min", "r01": "8 min"},
         ["30 min", "10 min shorter (25 %)", "1 h", "8 min", "s02 → s03", "s02, s03"]),
        ({"s01": "2 h"},
         ["2 h 10 min", "1 h 30 min longer (225 %)", "✕ 40 min too long", "—", "that of the plan", "s02, s03"]),
    ],
)  # fmt: skip
def test_a_row_a_rehearsal(measured: dict[str, str], told: list[str]) -> None:
    shown, _ = cells(made(measured))
    assert shown == ["2026-11-14, <b>", *told]


def test_steps_that_have_no_slack_any_more_are_named(orders: Facts) -> None:
    _, page = cells(made({"s02": "60 min"}))
    said = [tag.words for tag in page.all("p")]
    assert said == ["Step s02 has no slack by the last rehearsal, and some by the plan."]
    assert [tag.attributes["href"] for tag in page.all("p")[0].all("a")] == ["#pg-step-s02"]


def test_the_sample_has_a_row_for_each_rehearsal(orders: Facts) -> None:
    (section,) = measured_sections(orders)
    assert orders.plan.cutover is not None
    assert len(read(section.html).all("tbody")[0].all("tr")) == len(orders.plan.cutover.rehearsals)


def test_where_nothing_was_measured_there_is_no_section(orders: Facts) -> None:
    assert measured_sections(made({})) == ()
    assert measured_sections(replace(orders, plan=Plan("a", Header(id="a"), {}))) == ()

"""What gate events and the recovery of gate operations show: numbers, limits, words for what is missed."""

import re
from types import MappingProxyType

import pytest
from msgspec.structs import replace

from plangate.analysis.facts import Facts
from plangate.model.quantity import parse
from plangate.render.gate import gate_page
from plangate.render.page import page_html
from plangate.render.streaming import (
    catch_up_table,
    checkpoint_figures,
    recovery_figures,
    retention_table,
    state_table,
)

from .conftest import LinksOf
from .html import Tag, read

PLAN = "clickstream-sessions"


@pytest.fixture
def stream(facts: dict[str, Facts]) -> Facts:
    return facts[PLAN]


def rows(table: Tag) -> dict[str, list[str]]:
    found = (row for row in table.all("tbody")[0].all("tr") if row.all("th"))
    return {row.all("th")[0].words: [cell.words for cell in row.all("td")] for row in found}


def recovering(facts: Facts, **changes: object) -> Facts:
    gate = facts.plan.events
    assert gate is not None
    assert gate.recovery is not None
    changed = gate.model_copy(update={"recovery": gate.recovery.model_copy(update=changes)})
    plan = replace(facts.plan, gates=MappingProxyType({**facts.plan.gates, "events": changed}))
    return Facts(plan, facts.policy, facts.landscape)


def test_state_and_its_store(stream: Facts, links_of: LinksOf) -> None:
    operators, stores = read(state_table(stream, links_of(PLAN, "events"))).all("table")
    assert rows(operators)["dedupe_events"] == ["15 GB 12.6 GB – 28.2 GB", "25 h", "24 h"]
    assert rows(operators)["consent_lookup"] == ["1.8 GB", "400 d", "—"]
    assert rows(stores) == {
        "dedupe_events, sessionize, consent_lookup": ["19.8 GB 17.4 GB – 33 GB", "64 GB", "44.8 GB", "55.8 %"]
    }


def test_catching_up_is_missed_only_where_everything_comes_together(stream: Facts, links_of: LinksOf) -> None:
    found = read(catch_up_table(stream, links_of(PLAN, "events")))
    assert (
        "In the high case at the peak after 24 months it takes 57.9 min, more than the 40 min that are allowed. "
        "The base case keeps to them under every load." in found.words
    )
    table = found.all("table")[-1]
    assert {name: cells[2:] for name, cells in rows(table).items()} == {
        "Mean rate": ["3.34 min", "6.43 min"],
        "Peak": ["14.6 min", "30.5 min"],
        "Peak after 24 months": ["25.3 min", "57.9 min"],
    }
    passed = [row.all("th")[0].words for row in found.all("table")[0].all("tr") if "✕ passed" in row.words]
    assert passed == ["Peak after 24 months, high case"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"catch_up": parse("60 min")}, "Every load keeps to the 60 min that are allowed, the high case included."),
        (
            {"catch_up": parse("14 min")},
            "At the peak it takes 14.6 min, in the high case at the peak it takes 30.5 min,",
        ),
        ({"catch_up": None}, "No time is set in which the job has to be level again."),
    ],
)
def test_the_target_is_told_in_words(changes: dict[str, object], says: str, stream: Facts, links_of: LinksOf) -> None:
    found = read(catch_up_table(recovering(stream, **changes), links_of(PLAN, "events"))).words
    assert says in found
    assert ("The base case keeps" in found) == ("In the high case" in says)


def test_a_job_that_never_catches_up_says_so(stream: Facts, links_of: LinksOf) -> None:
    gate = stream.plan.events
    assert gate is not None
    assert gate.parallelism is not None
    slow = gate.model_copy(update={"parallelism": gate.parallelism.model_copy(update={"value": 1})})
    plan = replace(stream.plan, gates=MappingProxyType({**stream.plan.gates, "events": slow}))
    html = catch_up_table(Facts(plan, stream.policy, stream.landscape), links_of(PLAN, "events"))
    assert "at the peak it is never level again" in read(html).words
    assert "Infinity" not in read(html).words


def test_retention(stream: Facts, links_of: LinksOf) -> None:
    (table,) = read(retention_table(stream, links_of(PLAN, "events"))).all("table")
    found = rows(table)
    assert found["clicks"][0] == "7 d"
    assert found["clicks"][1].startswith("2.73 h")
    assert found["clicks"][2:] == ["98.4 %", "4.48 d 4.45 d – 4.48 d", "6 d"]
    assert found["consent"][1] == "compacted: the last of each key stays"


def test_checkpoints(stream: Facts, links_of: LinksOf) -> None:
    figures = read(checkpoint_figures(stream, links_of(PLAN, "events"))).all("dl")[0]
    assert [tag.words for tag in figures.all("dd")] == ["25 %", "3 min", "105 s"]


def test_recovery(orders: Facts, links_of: LinksOf) -> None:
    found = read(recovery_figures(orders, links_of("orders-mart", "operations")))
    figures = found.all("dl")[0]
    shown = dict(zip((t.words for t in figures.all("dt")), (t.words for t in figures.all("dd")), strict=True))
    assert shown["Loses at most"] == "1 h"
    assert re.fullmatch(r"[\d.]+ %", shown["Room at the horizon"])
    assert "Restore after 36 months" in shown


def test_a_batch_shows_none_of_it(orders: Facts, links_of: LinksOf) -> None:
    links = links_of("orders-mart", "events")
    for drawn in (state_table, catch_up_table, retention_table, checkpoint_figures):
        assert drawn(orders, links) == ""


def test_each_stands_in_the_section_of_what_it_is_about(stream: Facts, links_of: LinksOf) -> None:
    page = gate_page(stream, "events", links_of(PLAN, "events"))
    assert len(read(page_html(page)).all("svg")) >= 1
    sections = {section.id: section.html for section in page.sections}
    assert "What the broker keeps" in sections["pg-streams"]
    assert "State in each store" in sections["pg-state"]
    assert "Results are visible after" in sections["pg-checkpoints"]
    assert "Catching up after" in sections["pg-recovery"]
    operations = gate_page(stream, "operations", links_of(PLAN, "operations"))
    assert "Restore at go-live" in next(s.html for s in operations.sections if s.id == "pg-recovery")

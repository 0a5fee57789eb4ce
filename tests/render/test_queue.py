"""The queue of reviews: what waits for a person, and what for anybody."""

from datetime import date

from plangate.reading.portfolio import Portfolio
from plangate.render.links import Links, relative_to
from plangate.render.queue import Waiting, person_table

from .html import read

LINKS = Links("", relative_to("reviews/"))


def test_what_anyone_can_approve_is_told_once_and_last(portfolio: Portfolio) -> None:
    everybody = tuple(sorted(portfolio.policy.people.people))
    entries = [
        Waiting("a-plan", "A plan", "approve", ("context", "sources"), "reviewer", everybody),
        Waiting("b-plan", "B plan", "approve", ("capacity",), "platform", ("bob", "zoe")),
        Waiting("a-plan", "A plan", "look again at", ("quality",), "reviewer", ("bob",), since=date(2026, 11, 4)),
    ]
    table = read(person_table(entries, portfolio.policy.workflow, LINKS))
    rows = table.all("tr")[1:]
    assert [row.all("th")[0].words for row in rows] == ["bob", "zoe", "Anyone"]
    first, last = rows[0].all("li"), rows[2].all("li")
    assert [task.words for task in first] == [
        "A plan: look again at Quality and reconciliation as Any reviewer but the author",
        "B plan: approve Volume, performance and cost as Data platform",
    ]
    assert [task.words for task in last] == [
        "A plan: approve Context and metrics, Sources and freshness as Any reviewer but the author"
    ]

"""Reviews on pages: a banner that names what changed and whose approvals that undid, roles by gate, the queue."""

from datetime import date
from pathlib import Path

import pytest

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.records import records
from plangate.analysis.seen import Change
from plangate.checks.rule import Edit
from plangate.model.review import Identity
from plangate.reading.portfolio import read_portfolio
from plangate.render.links import Links, relative_to
from plangate.render.queue import Waiting, queue_sections, role_queue
from plangate.render.review import Reviewed, changed_banner, review_section

from ..checks.signing import NAME, plans, review, sign
from ..checks.test_rules import apply
from .html import read

DAY = date(2026, 11, 23)
LINKS = Links(NAME, relative_to(f"plans/{NAME}/"), plans=frozenset({NAME}))


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    place = plans(tmp_path)
    sign(place, "platform", ("sources", "capacity", "ingestion"))
    sign(place, "sre", ("operations",))
    return place


def reviewed(place: Path) -> Reviewed:
    portfolio = read_portfolio(place)
    plan, found = portfolio.read(NAME).plan, review(place)
    states = {gate: one.state if one.state != "open" else "in_review" for gate, one in found.gates.items()}
    facts = Facts(plan, portfolio.policy, Landscape(portfolio.plans))
    return Reviewed(facts, found.gates, states, records(plan, portfolio.policy, DAY), Identity(), DAY)


def test_a_stale_plan_opens_with_what_changed_and_whose_approval_that_undid(signed: Path) -> None:
    assert changed_banner(reviewed(signed), LINKS) == ""
    apply(signed / NAME, Edit("03-capacity.yml", "horizon:", "# how far\nhorizon:"))
    assert changed_banner(reviewed(signed), LINKS) == ""
    apply(signed / NAME, Edit("03-capacity.yml", "horizon: 24 month", "horizon: 25 month"))
    banner = read(changed_banner(reviewed(signed), LINKS))
    assert (
        banner.all("p")[0].words
        == "↻ Stale: a gate of this plan, or what it rests on, has changed since it was approved"
    )
    assert "Volume, performance and cost stale: approved by bob as platform on 2026-11-20." in banner.words
    assert [item.words for item in banner.all("li")] == ["capacity.horizon 720 d → 750 d"]
    assert [tag.words for tag in (*banner.all("del"), *banner.all("ins"))] == ["720 d", "750 d"]
    own = read(changed_banner(reviewed(signed), LINKS, "capacity"))
    assert own.all("p")[0].words == "↻ Stale: this gate has changed since it was approved"
    assert changed_banner(reviewed(signed), LINKS, "sources") == ""


def test_roles_by_gate_tell_who_said_what_and_what_is_missing(signed: Path) -> None:
    section = review_section(reviewed(signed), LINKS)
    roles = read(section.children[0].html)
    rows = {row.all("th")[0].all("a")[0].words: [cell.words for cell in row.all("td")] for row in roles.all("tr")[1:]}
    assert "✓ bob approved2026-11-20, claimed" in rows["Sources and freshness"]
    assert "○ 1 missingalice may sign" in rows["Contracts and schema evolution"]


def test_the_queue_tells_what_waits_for_which_role_and_person(signed: Path) -> None:
    workflow = reviewed(signed).workflow
    change = Change("capacity.horizon", "720 d", "750 d")
    entries = [
        Waiting(NAME, "Orders", "approve", ("contracts",), "consumer", ("alice",)),
        Waiting(NAME, "Orders", "look again at", ("capacity",), "platform", ("bob",), "", "stale", DAY, (change,)),
        Waiting(NAME, "Orders", "mend errors in", ("quality",), None, ("alice",), "2 errors"),
        Waiting(NAME, "Orders", "approve", ("events",), "sre", ()),
    ]
    changed, by_role, by_person = (read(section.html) for section in queue_sections(entries, workflow, LINKS))
    row = [cell.words for cell in changed.all("tr")[1].inside]
    assert row == [
        "Orders", "↻ staleapproved 2026-11-23", "Volume, performance and cost", "capacity.horizon 720 d → 750 d",
        "bobData platform",
    ]  # fmt: skip
    assert [row.inside[0].words for row in by_role.all("tr")[1:]] == [
        "Voice of the consumers", "Data platform", "Reliability and on-call",
    ]  # fmt: skip
    assert "nobody holds this role" in by_role.words
    assert [[cell.words for cell in row.inside] for row in by_person.all("tr")[1:]] == [
        ["alice", "Orders: approve Contracts and schema evolution as Voice of the consumers"
         "Orders: mend errors in Quality and reconciliation (2 errors)"],
        ["bob", "Orders: look again at Volume, performance and cost as Data platform"],
    ]  # fmt: skip
    assert "Contracts" not in read(role_queue(entries, workflow, LINKS, "platform")).words

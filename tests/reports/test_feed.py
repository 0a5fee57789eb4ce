"""The feed and the states: what they tell of records and waivers, well-formed whatever an author wrote."""

import json
import tempfile
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from plangate.checks.report import Report
from plangate.checks.rule import Edit
from plangate.reading.portfolio import Portfolio, read_portfolio
from plangate.reports.feed import ATOM, feed
from plangate.reports.state import schema, state, state_json
from tests.checks.signing import judged, plans, sign, sign_all
from tests.checks.test_rules import TODAY

from .hostile import TEXTS

SITE = "https://plans.example/data/"
WAIVER = (
    "id: W-001\nrule: GEN012\ngate: capacity\nreason: New prices come in January\nowner: alice\napproved_by: carol\n"
    "created: 2026-11-01\nexpires: {}\n"
)


def made(place: Path) -> tuple[Report, Portfolio]:
    """Check the first plan and give what was read of it too."""
    return judged(place), read_portfolio(place, None)


def entries(text: str) -> list[Element]:
    """Give the entries of a feed."""
    return fromstring(text.encode()).findall(f"{{{ATOM}}}entry")  # noqa: S314 -- our own feed


def told(entry: Element, name: str) -> str:
    """Give a text of an entry."""
    return entry.findtext(f"{{{ATOM}}}{name}") or ""


def titles(place: Path) -> list[str]:
    """Give day and title of each entry, the newest first."""
    return [f"{told(entry, 'updated')[:10]} {told(entry, 'title')}" for entry in entries(feed(*made(place), SITE))]


def test_records_and_what_follows_from_them_are_told_by_their_day(tmp_path: Path) -> None:
    place = plans(tmp_path)
    assert titles(place) == []
    sign(place, "platform", ("capacity", "ingestion"), day="2026-11-18", note="Measured twice")
    found = titles(place)
    assert {title[:10] for title in found} == {"2026-11-18"}
    (record,) = [title for title in found if "bob approves" in title]
    assert record.endswith("Volume, performance and cost, Ingestion and orchestration as platform")
    assert "Measured twice" in feed(*made(place), SITE)


def test_approved_gates_and_the_plan_are_told(tmp_path: Path) -> None:
    place = plans(tmp_path)
    sign_all(place)
    found = titles(place)
    report, _ = made(place)
    approved = sum(gate.state == "approved" for gate in report.plans[0].gates)
    gates = [title for title in found if title.endswith(" is approved") and not title.endswith("the plan is approved")]
    assert len(gates) == approved > 5
    assert any(title.endswith("the plan is approved") for title in found)
    waiting = titles(plans(tmp_path / "unsigned"))
    assert not any(title.endswith("the plan is approved") for title in waiting)


def test_a_stale_gate_is_told_with_what_changed_and_anew_when_it_changes_again(tmp_path: Path) -> None:
    place = plans(tmp_path)
    sign(place, "platform", ("capacity",))
    ids = set()
    for new in ("base: 0.51", "base: 0.52"):
        report, portfolio = made(_changed(place, new))
        (stale,) = [entry for entry in entries(feed(report, portfolio, SITE)) if "is stale" in told(entry, "title")]
        assert "→" in told(stale, "summary")
        assert told(stale, "updated") == "2026-11-20T00:00:00Z"
        ids.add(told(stale, "id"))
    assert len(ids) == 2


def _changed(place: Path, title: str) -> Path:
    file = place / "first-plan" / "03-capacity.yml"
    kept = file.with_suffix(".kept")
    text = kept.read_text() if kept.exists() else file.read_text()
    kept.write_text(text)
    line = next(line for line in text.splitlines() if "price_as_of:" in line)
    day = "2026-10-01" if title.endswith("1") else "2026-10-02"
    file.write_text(text.replace(line, line.replace("2026-11-01", day)))
    return place


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        ("2027-03-01", ["2026-11-01 waives GEN012 until 2027-03-01"]),
        ("2026-11-10", ["2026-11-11 (GEN012) has expired", "2026-11-01 waives GEN012 until 2026-11-10"]),
    ],
)
def test_waivers_are_told_when_they_begin_and_when_they_are_over(
    tmp_path: Path, expires: str, expected: list[str]
) -> None:
    place = plans(tmp_path, Edit("waivers/W-001.yml", new=WAIVER.format(expires)))
    assert [f"{title[:10]} {title.split('W-001 ')[1]}" for title in titles(place)] == expected


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (
            "reason: New prices come in January",
            "reason: TBD",
            "W-001 gives no reason, and waives nothing until it does",
        ),
        (
            "owner: alice",
            "owner: alcie",
            "W-001: the owner `alcie` is not in people.yml; it waives nothing until somebody owns it",
        ),
        ("expires: 2027-03-01", "expires: 2027-06-01", "W-001 lasts 212 d, at most 180 d are allowed"),
        ("rule: GEN012", "rule: GEN102", "W-001 waives `GEN102`, which is no rule; did you mean GEN002?"),
        ("rule: GEN012", "rule: BND002", "W-001 waives `BND002`, another name of REV004; write that one"),
    ],
)
def test_a_waiver_that_is_refused_is_told_as_one_that_does_not_count(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    text = WAIVER.format("2027-03-01")
    (counts,) = entries(feed(*made(plans(tmp_path, Edit("waivers/W-001.yml", new=text))), SITE))
    refused = plans(tmp_path / "refused", Edit("waivers/W-001.yml", new=text.replace(old, new)))
    (entry,) = entries(feed(*made(refused), SITE))
    rule = new.removeprefix("rule: ") if new.startswith("rule: ") else "GEN012"
    assert told(entry, "title").endswith(f"W-001 ({rule}) does not count")
    assert told(entry, "summary") == why
    assert told(entry, "updated")[:10] == "2026-11-01"
    assert told(entry, "id") != told(counts, "id")


def test_a_waiver_that_never_counted_is_not_told_as_one_that_did_once_it_is_over(tmp_path: Path) -> None:
    text = WAIVER.format("2026-11-10").replace("New prices come in January", "TBD")
    place = plans(tmp_path, Edit("waivers/W-001.yml", new=text))
    assert [title.split("W-001 ")[1] for title in titles(place)] == ["(GEN012) has expired", "(GEN012) does not count"]


def test_a_feed_of_nothing_is_one_and_links_are_relative_without_an_address(tmp_path: Path) -> None:
    report, portfolio = made(plans(tmp_path))
    root = fromstring(feed(report, portfolio).encode())  # noqa: S314 -- our own feed
    assert [link.get("href") for link in root.findall(f"{{{ATOM}}}link")] == ["feed.xml", "reviews/"]
    assert root.findtext(f"{{{ATOM}}}updated") == "1970-01-01T00:00:00Z"


def test_ids_are_unique_links_lead_into_the_site_and_the_day_of_the_check_changes_nothing(tmp_path: Path) -> None:
    place = plans(tmp_path, Edit("waivers/W-001.yml", new=WAIVER.format("2027-03-01")))
    sign_all(place)
    portfolio = read_portfolio(place, None)
    texts = {feed(judged(place, today=day), portfolio, SITE) for day in (TODAY, date(2026, 11, 30))}
    assert len(texts) == 1
    found = entries(texts.pop())
    assert len({told(entry, "id") for entry in found}) == len(found) > 10
    for entry in found:
        link = entry.find(f"{{{ATOM}}}link")
        assert link is not None
        assert (link.get("href") or "").startswith(SITE)


_FOLDER = Path(tempfile.mkdtemp())


@pytest.fixture(scope="module")
def signed() -> tuple[Report, Portfolio]:
    """A plan that was signed and waived."""
    place = plans(_FOLDER, Edit("waivers/W-001.yml", new=WAIVER.format("2027-03-01")))
    sign(place, "platform", ("capacity",), note="x", concerns=[{"id": "c1", "text": "why?", "state": "open"}])
    return made(place)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, other=TEXTS)
def test_hostile_texts_stay_texts(signed: tuple[Report, Portfolio], text: str, other: str) -> None:
    report, portfolio = signed
    (shown,) = [plan for plan in report.plans if plan.id == "first-plan"]
    plan = shown.facts.plan
    records = tuple(
        replace(filed, record=filed.record.model_copy(update={"note": text, "despite": other}))
        for filed in plan.records
    )
    waivers = tuple(waiver.model_copy(update={"reason": text, "owner": other}) for waiver in plan.waivers)
    facts = replace(shown.facts, plan=replace(plan, records=records, waivers=waivers))
    changed = replace(report, plans=(replace(shown, title=other, known=facts),))
    written = feed(changed, portfolio, SITE)
    plain = feed(report, portfolio, SITE)
    assert [child.tag for child in fromstring(written.encode()).iter()] == [  # noqa: S314 -- our own feed
        child.tag
        for child in fromstring(plain.encode()).iter()  # noqa: S314 -- our own feed
    ]
    written_state = state_json(changed)
    assert written_state.isascii()
    assert "##[" not in written_state
    Draft202012Validator(schema()).validate(json.loads(written_state))


def test_states_follow_their_schema_and_tell_what_waits(tmp_path: Path) -> None:
    place = plans(tmp_path, Edit("waivers/W-001.yml", new=WAIVER.format("2026-12-01")))
    sign(place, "platform", ("capacity",))
    data = state(judged(_changed(place, "1")))
    Draft202012Validator.check_schema(dict(schema()))
    Draft202012Validator(schema()).validate(data)
    (plan,) = data["plans"]
    gate = next(gate for gate in plan["gates"] if gate["gate"] == "capacity")
    assert gate["state"] == "stale"
    (word,) = gate["records"]
    assert (word["by"], word["standing"], word["identity"]) == ("bob", "stale", "claimed")
    assert [change["path"] for change in word["changes"]]
    assert {"role": "platform", "needed": 1, "approved": [], "lapsed": ["bob"], "candidates": ["bob"]} in gate[
        "waiting"
    ]
    assert [waiver["status"] for waiver in plan["waivers"]] == ["expiring"]

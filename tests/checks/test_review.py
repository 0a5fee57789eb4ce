"""Reviews: what a signed plan is, what makes an approval lapse, and what no forged or confused one gets past."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from plangate.analysis.digest import digest
from plangate.checks.rule import ALIASES, Edit, all_rules
from plangate.model.review import Identity

from .signing import NAME, judged, of, plans, review, sign, sign_all, states
from .test_rules import apply

NOBODY = "sha256:" + "0" * 64


def change(place: Path, file: str, old: str, new: str) -> None:
    apply(place / NAME, Edit(file, old, new))


def references(folder: Path, **files: str) -> Path:
    place = folder / "references"
    place.mkdir()
    for name, text in files.items():
        file = place / f"{name.replace('__', '/')}.yml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return place


def test_a_plan_is_approved_when_everybody_has_approved(tmp_path: Path) -> None:
    place = plans(tmp_path)
    waiting = judged(place)
    assert waiting.plan(NAME).state == "in_review"
    assert of(judged(place, require="approved"), "REV009")[0].blocking
    sign_all(place)
    report = judged(place, require="approved")
    assert set(states(report).values()) == {"approved"}
    assert report.plan(NAME).state == "approved"
    assert [finding.message for finding in report.findings if finding.rule.startswith("REV")] == []


def test_a_draft_is_a_draft_whoever_signed_it(tmp_path: Path) -> None:
    place = plans(tmp_path, Edit("plan.yml", "intent: in_review", "intent: draft"))
    sign(place, "platform", ("capacity",))
    assert states(judged(place))["capacity"] == "ready"


@pytest.mark.parametrize(("tier", "severity"), [("A", "error"), ("B", "error"), ("C", "warning")])
def test_a_changed_gate_is_stale_and_what_rests_on_it_suspect(tmp_path: Path, tier: str, severity: str) -> None:
    place = plans(tmp_path, tier=tier)
    for role, gate in (
        ("platform", "sources"),
        ("platform", "capacity"),
        ("platform", "ingestion"),
        ("sre", "operations"),
    ):
        sign(place, role, (gate,), day=f"2026-11-{10 + len(gate)}")
    change(place, "02-sources.yml", "target: 30 h", "target: 36 h")
    report = judged(place)
    found = states(report)
    assert (found["sources"], found["capacity"], found["ingestion"]) == ("stale", "suspect", "suspect")
    assert found["operations"] != "suspect"  # one hop only
    (stale,) = of(report, "REV004")
    assert stale.severity == severity
    assert stale.message == (
        "Gate sources has changed since bob approved it as platform on 2026-11-17: "
        "sources.freshness[mart.orders].target 30 h → 36 h"
    )
    assert (stale.expected, stale.observed) == ("30 h", "36 h")
    suspect = {finding.gate: finding for finding in of(report, "REV005")}
    assert suspect["capacity"].severity == "warning"
    assert suspect["capacity"].message.endswith("sources.freshness[mart.orders].target 30 h → 36 h")


def test_of_a_gate_that_cannot_be_read_nobody_knows_whether_it_changed(tmp_path: Path) -> None:
    place = plans(tmp_path)
    for gate in ("sources", "capacity", "ingestion"):
        sign(place, "platform", (gate,), day=f"2026-11-{10 + len(gate)}")
    change(place, "02-sources.yml", "sources:\n", "sources: [\n")
    change(place, "04-ingestion.yml", "max_active_runs: 1", "max_active_runs: 2")
    report = judged(place)
    assert [one.file for one in of(report, "GEN001")] == [f"plans/{NAME}/02-sources.yml"]
    assert [one.gate for one in of(report, "REV004")] == ["ingestion"]
    assert {one.verdict for one in of(report, "REV005")} == {"undetermined"}


def test_without_what_was_read_a_record_still_lapses(tmp_path: Path) -> None:
    place = plans(tmp_path)
    sign(place, "platform", ("sources", "capacity"), seen="bm90aGluZw==")
    change(place, "02-sources.yml", "target: 30 h", "target: 36 h")
    report = judged(place)
    assert (states(report)["sources"], states(report)["capacity"]) == ("stale", "suspect")
    assert "does not keep what it was" in of(report, "REV004")[0].message


def test_what_was_read_is_believed_only_if_it_was_what_was_signed(tmp_path: Path) -> None:
    place, other = (
        plans(tmp_path / "one"),
        plans(tmp_path / "other", Edit("02-sources.yml", "target: 30 h", "target: 31 h")),
    )
    sign(other, "platform", ("sources",))
    sign(place, "platform", ("sources",), seen=review(other).records.valid[0].record.seen)
    change(place, "02-sources.yml", "target: 30 h", "target: 36 h")
    assert "31 h" not in of(judged(place), "REV004")[0].message


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("02-sources.yml", "owner: data_platform", "owner: data_team"),
        ("02-sources.yml", 'contact: "#data-platform"', 'contact: "#shop"'),
    ],
    ids=["owner", "contact"],
)
def test_owners_and_contacts_make_no_other_gate_suspect(tmp_path: Path, file: str, old: str, new: str) -> None:
    place = plans(tmp_path)
    sign_all(place)
    change(place, file, old, new)
    found = states(judged(place))
    assert found.pop("sources") == "stale"
    assert set(found.values()) == {"approved"}


def test_comments_and_layout_change_nothing(tmp_path: Path) -> None:
    place = plans(tmp_path)
    sign_all(place)
    for file in (place / NAME).glob("*.yml"):
        file.write_text("# Looked through\n" + file.read_text().replace("\n", "  \n"))
    assert judged(place).plan(NAME).state == "approved"


def test_a_change_of_the_plan_itself_concerns_three_gates(tmp_path: Path) -> None:
    place = plans(tmp_path)
    sign_all(place)
    change(place, "plan.yml", "go_live: 2027-01-12", "go_live: 2027-01-13")
    found = states(judged(place))
    assert [gate for gate, state in found.items() if state == "stale"] == ["context", "cutover", "bundle"]


def test_a_changed_default_of_the_team_makes_suspect(tmp_path: Path) -> None:
    people = (Path(__file__).parents[2] / "plugin/plangate/defaults/references/people.yml").read_text()
    folder = references(tmp_path, people=people, defaults__data_team="break_glass: The lead opens it for two hours\n")
    place = plans(tmp_path, Edit("plan.yml", "domain: commerce", "domain: commerce\ndefaults: data_team"))
    text = (place / NAME / "08-operations.yml").read_text()
    own = next(line for line in text.splitlines() if line.startswith("break_glass:"))
    change(place, "08-operations.yml", f"{own}\n", "")
    sign(place, "sre", ("operations",), references=folder)
    assert states(judged(place, folder))["operations"] == "approved"
    (folder / "defaults" / "data_team.yml").write_text("break_glass: The lead opens it for one hour\n")
    report = judged(place, folder)
    assert states(report)["operations"] == "suspect"
    assert "one hour" in of(report, "REV005")[0].message


def test_two_people_are_two_people(tmp_path: Path) -> None:
    people = "people:\n" + "".join(f"  {who}: {{roles: [{{role: platform}}]}}\n" for who in ("bob", "carol"))
    workflow = "gates: {capacity: {roles: {B: [{role: platform, count: 2}]}}}\n"
    folder = references(tmp_path, people=people, workflow=workflow)
    place = plans(tmp_path)
    first = sign(place, "platform", ("capacity",), "bob", "2026-11-10", folder)
    sign(place, "platform", ("capacity",), "bob", "2026-11-11", folder, supersedes=first)
    (need,) = review(place, folder).gates["capacity"].waiting
    assert (need.approved, need.candidates) == (("bob",), ("carol",))
    sign(place, "platform", ("capacity",), "carol", "2026-11-12", folder)
    assert review(place, folder).gates["capacity"].state == "approved"


def test_in_tier_c_one_reviewer_who_is_not_the_author(tmp_path: Path) -> None:
    place = plans(tmp_path, tier="C")
    sign(place, "reviewer", ("capacity",), "bob")

    def state(author: str) -> str:
        return states(judged(place, identity=Identity(authors={NAME: {"capacity": author}})))["capacity"]

    assert (state("alice"), state("bob")) == ("approved", "in_review")


def test_nobody_approves_alone_what_they_wrote(tmp_path: Path) -> None:
    place = plans(tmp_path, tier="A")
    sign(place, "platform", ("sources",), "bob")
    report = judged(place, identity=Identity(authors={NAME: {"sources": "bob"}}))
    assert of(report, "REV006")[0].message == "bob changed gate sources last and is the only one who approved it"
    sign(place, "security", ("sources",), "carol")
    report = judged(place, identity=Identity(authors={NAME: {"sources": "bob"}}))
    assert (states(report)["sources"], of(report, "REV006")) == ("approved", [])


def test_an_approval_that_has_lapsed_is_no_second_pair_of_eyes(tmp_path: Path) -> None:
    place = plans(tmp_path, tier="A")
    sign(place, "security", ("sources",), "carol", "2026-11-10")
    change(place, "02-sources.yml", "delay_p95: 5 min", "delay_p95: 6 min")
    sign(place, "platform", ("sources",), "bob")
    report = judged(place, identity=Identity(authors={NAME: {"sources": "bob"}}))
    assert [finding.observed for finding in of(report, "REV006")] == ["bob"]


def test_a_claim_does_not_count_where_more_is_asked_for(tmp_path: Path) -> None:
    people = "people: {bob: {roles: [{role: platform}]}}\n"
    folder = references(tmp_path, people=people, workflow="identity: {B: committed}\n")
    place = plans(tmp_path)
    sha = sign(place, "platform", ("capacity",), "bob", references=folder)
    report = judged(place, folder)
    assert states(report)["capacity"] == "in_review"
    (finding,) = of(report, "REV001")
    assert (finding.severity, finding.observed, finding.expected) == ("warning", "claimed", "committed")
    for level in ("committed", "verified"):
        known = Identity(levels={sha: level})
        assert states(judged(place, folder, identity=known))["capacity"] == "approved"
    change(place, "reviews/2026-11-20-bob-platform.yml", '"approve"', '"approve" ')
    assert states(judged(place, folder, identity=Identity(levels={sha: "verified"})))["capacity"] == "in_review"


Forger = Callable[[Path], Mapping[str, Any]]
"""Leaves a forged approval in a plan, and gives what the check is told beside it."""


BOTH = "people: {bob: {roles: [{role: platform}]}, carol: {roles: [{role: platform}]}}\n"


def closing(place: Path) -> Mapping[str, Any]:
    why = {"id": "c1", "text": "Why now?"}
    sign(place, "release_manager", ("bundle",), verdict="hold", concerns=[why | {"state": "open"}])
    sign(place, "platform", ("capacity",), concerns=[why | {"state": "closed"}])
    return {}


def edited(place: Path) -> Mapping[str, Any]:
    sign(place, "platform", ("capacity",), verdict="hold", day="2026-11-10")
    sign(place, "platform", ("capacity",), supersedes=NOBODY)
    return {}


def overruling(place: Path) -> Mapping[str, Any]:
    hold = sign(place, "qa", ("capacity",), "carol", verdict="hold", day="2026-11-10")
    sign(place, "platform", ("capacity",), supersedes=hold)
    return {}


def linked(place: Path) -> Mapping[str, Any]:
    sign(place, "platform", ("capacity",))
    file = place / NAME / "reviews" / "2026-11-20-bob-platform.yml"
    file.rename(place / "elsewhere.yml")
    file.symlink_to(place / "elsewhere.yml")
    return {}


def of_another(place: Path, gate: str = "capacity", plan: str = NAME) -> Mapping[str, Any]:
    scheme, _, *said = review(place).parts(gate)
    sign(place, "platform", ("capacity",), gates={"capacity": digest((scheme, plan.encode(), *said))})
    return {}


def older(place: Path) -> Mapping[str, Any]:
    sign(place, "platform", ("capacity",))
    change(place, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    return {}


def under(workflow: str = "", people: str = BOTH, **given: Any) -> Forger:
    """Have bob approve capacity under a team's own rules."""

    def forge(place: Path) -> Mapping[str, Any]:
        folder = references(place.parent, workflow=workflow, people=people)
        sign(place, "platform", ("capacity",), references=folder)
        return {"references": folder, **given}

    return forge


def twice(place: Path) -> Mapping[str, Any]:
    folder = references(
        place.parent, people=BOTH, workflow="gates: {capacity: {roles: {B: [{role: platform, count: 2}]}}}\n"
    )
    first = sign(place, "platform", ("capacity",), day="2026-11-10", references=folder)
    sign(place, "platform", ("capacity",), references=folder, supersedes=first)
    return {"references": folder, "require": "approved"}


def forged(role: str = "platform", given: Mapping[str, Any] = MappingProxyType({}), **over: Any) -> Forger:
    """Have something else stand in the record than what a true one says."""

    def forge(place: Path) -> Mapping[str, Any]:
        sign(place, role, ("capacity",), **over)
        return given

    return forge


CHANGED = "Gate capacity has changed since bob approved it as platform on 2026-11-20: "
BARE = "the record does not keep what it was"
HELD = "people: {bob: {roles: [{role: platform, until: 2026-11-20}]}}\n"
LEFT = "people: {bob: {roles: [{role: platform}], until: 2026-11-20}}\n"
COMMITTED = "identity: {B: committed}\n"
AFTERWARDS = Identity(edited={NAME: ("reviews/2026-11-20-bob-platform.yml",)})
BY_BOB = Identity(authors={NAME: {"capacity": "bob"}})

FORGED: dict[str, tuple[Forger, str, str]] = {
    "by nobody": (forged(by="mallory"), "REV001", "`mallory` is nobody of people.yml"),
    "in no role": (
        forged("plattform", by="bob"),
        "REV001",
        "bob signs as `plattform`, which is no role of the workflow; did you mean `platform`?",
    ),
    "in another's role": (
        forged(by="alice"),
        "REV001",
        "alice did not hold the role platform on 2026-11-20, but owner, consumer",
    ),
    "before the role was held": (
        forged(day="2025-12-31"),
        "REV001",
        "bob did not hold the role platform on 2025-12-31, but no role",
    ),
    "after the role had ended": (
        under(people=HELD),
        "REV001",
        "bob did not hold the role platform on 2026-11-20, but no role",
    ),
    "after its signer had left": (under(people=LEFT), "REV001", "bob signed on 2026-11-20 and had left on 2026-11-20"),
    "less sure than is asked for": (
        under(COMMITTED),
        "REV001",
        "bob's approval of gate capacity is only claimed, and the plan's tier asks for committed; it does not count",
    ),
    "for another plan": (
        forged(plan="second-plan"),
        "REV002",
        "The record is for plan second-plan and lies in first-plan",
    ),
    "of a gate that is not there": (
        forged(gates={"capacity": NOBODY, "events": NOBODY}),
        "REV002",
        "`events` is no gate of profile batch",
    ),
    "under another's name": (
        forged(file="2026-11-20-carol-platform.yml"),
        "REV002",
        "The record of bob as platform on 2026-11-20 lies in a file that says otherwise",
    ),
    "closing another's concern": (
        closing,
        "REV002",
        "bob closes concern c1, which carol raised and nobody else can close",
    ),
    "with a digest that is none": (
        forged(gates={"capacity": "sha256:5f0c"}),
        "REV002",
        "`gates.capacity`: `sha256:5f0c` is no digest; write `sha256:` and 64 hexadecimal digits",
    ),
    "as no YAML": (
        forged(file="2026-11-20-bob-platform.json"),
        "REV002",
        "`reviews/2026-11-20-bob-platform.json` is no record; records are YAML files that end in `.yml`",
    ),
    "of an unknown scheme": (
        forged(scheme="pg9"),
        "REV003",
        "`pg9` is no scheme of digests that this version knows; known is pg1",
    ),
    "of the future": (
        forged(day="2026-11-24"),
        "REV003",
        "The record is dated 2026-11-24, after today (2026-11-23)",
    ),
    "of another content": (forged(gates={"capacity": NOBODY}), "REV004", CHANGED + BARE),
    "of another gate": (lambda place: of_another(place, "sources"), "REV004", CHANGED + BARE),
    "of another plan's gate": (lambda place: of_another(place, plan="second-plan"), "REV004", CHANGED + BARE),
    "of an older text": (older, "REV004", CHANGED + "capacity.horizon 720 d → 750 d"),
    "of less than it rests on": (
        forged(depends={}),
        "REV005",
        "Gate capacity rests on context and sources, which changed since bob approved it as platform on 2026-11-20: "
        + BARE,
    ),
    "of one's own change": (
        under(identity=BY_BOB),
        "REV006",
        "bob changed gate capacity last and is the only one who approved it",
    ),
    "over another's hold": (overruling, "REV007", "The record supersedes one of carol; only carol can do that"),
    "edited, where commits count": (
        under(COMMITTED, identity=AFTERWARDS),
        "REV007",
        "Record reviews/2026-11-20-bob-platform.yml was edited after it had been committed; who changes their mind "
        "signs again",
    ),
    "after an edited record": (
        edited,
        "REV008",
        "bob as platform says `hold` of gate capacity in reviews/2026-11-10-bob-platform.yml and `approve` in "
        "reviews/2026-11-20-bob-platform.yml, and neither supersedes the other",
    ),
    "twice by one of two": (twice, "REV009", "Gate capacity waits for the approval of platform (could be carol)"),
    "in a role that has no say": (
        forged("sre", {"require": "approved"}),
        "REV009",
        "Gate capacity waits for the approval of platform (could be bob)",
    ),
    "with an unknown word": (
        forged(verdict="approved"),
        "GEN004",
        "`verdict`: `approved` is none of approve, approve_with_notes, request_changes, hold, abstain; "
        "did you mean `approve`?",
    ),
    "with an unknown key": (
        forged(approved=True),
        "GEN004",
        "Unknown key `approved`; known here: by, concerns, date, depends, despite, gates, note, plan, role, scheme, "
        "seen, supersedes, verdict",
    ),
    "through a link": (
        linked,
        "GEN001",
        "`reviews/2026-11-20-bob-platform.yml` is a symbolic link; plans are read from regular files only",
    ),
}
ONLY_TOLD = {
    "less sure than is asked for",
    "of less than it rests on",
    "over another's hold",
    "edited, where commits count",
}
"""Those that are a warning: the gate is not approved, and the check passes."""


@pytest.mark.parametrize("name", FORGED)
def test_no_forged_or_confused_approval_counts(tmp_path: Path, name: str) -> None:
    forge, rule, message = FORGED[name]
    place = plans(tmp_path)
    given = forge(place)
    report = judged(place, **given)
    assert states(report)["capacity"] not in {"approved", "waived"}
    found = [finding for finding in report.findings if (finding.rule, finding.message) == (rule, message)]
    assert found, [(finding.rule, finding.message) for finding in report.findings]
    assert found[0].severity == ("warning" if name in ONLY_TOLD else "error")


@pytest.mark.parametrize(("left", "counts"), [("2026-11-20", False), ("2026-11-21", True)])
def test_who_left_since_was_there_when_they_signed(tmp_path: Path, left: str, counts: bool) -> None:
    folder = references(tmp_path, people=f"people: {{bob: {{roles: [{{role: platform}}], until: {left}}}}}\n")
    place = plans(tmp_path)
    sign(place, "platform", ("capacity",), references=folder)
    assert (states(judged(place, folder))["capacity"] == "approved") == counts


@pytest.mark.parametrize("verdict", ["request_changes", "hold"])
def test_a_no_blocks_until_its_author_says_otherwise(tmp_path: Path, verdict: str) -> None:
    place = plans(tmp_path)
    first = sign(place, "platform", ("capacity",), verdict=verdict, day="2026-11-10")
    report = judged(place)
    assert (states(report)["capacity"], report.plan(NAME).state) == ("blocked", "blocked")
    assert [(finding.observed, finding.expected) for finding in of(report, "REV010")] == [("13 d", "at most 7 d")]
    assert of(judged(place, today=date(2026, 11, 17)), "REV010") == []
    change(place, "03-capacity.yml", "horizon: 24 month", "horizon: 13 month")
    assert states(judged(place))["capacity"] == "blocked"
    sign(place, "platform", ("capacity",), supersedes=first)
    assert states(judged(place))["capacity"] == "approved"


def test_a_concern_blocks_until_its_author_closes_it(tmp_path: Path) -> None:
    place = plans(tmp_path)
    raised = {"id": "c1", "gate": "capacity", "text": "The high case is missing"}
    first = sign(place, "platform", ("capacity", "ingestion"), day="2026-11-10", concerns=[raised | {"state": "open"}])
    report = judged(place)
    assert (states(report)["capacity"], states(report)["ingestion"]) == ("blocked", "approved")
    held = [one for one in of(judged(place, require="approved"), "REV009") if one.gate == "capacity"]
    assert [(one.message, one.blocking) for one in held] == [("Concern c1 of bob holds up gate capacity", True)]
    (concern,) = of(report, "REV010")
    assert "Concern c1 of bob is open for 13 d" in concern.message
    assert (concern.observed, concern.expected) == ("13 d", "at most 7 d")
    closed = [raised | {"state": "closed", "answer": "It is there now"}]
    sign(place, "platform", ("capacity", "ingestion"), supersedes=first, concerns=closed)
    assert states(judged(place))["capacity"] == "approved"


def test_an_abstention_is_no_approval(tmp_path: Path) -> None:
    place = plans(tmp_path)
    sign(place, "platform", ("capacity",), verdict="abstain")
    assert states(judged(place))["capacity"] == "in_review"


def test_records_of_one_person_stand_in_a_chain(tmp_path: Path) -> None:
    place = plans(tmp_path)
    first = sign(place, "platform", ("capacity",), day="2026-11-10")
    second = sign(place, "platform", ("sources",), day="2026-11-11", supersedes=first)
    sign(place, "platform", ("capacity", "sources"), day="2026-11-12", supersedes=second, verdict="hold")
    report = judged(place)
    assert of(report, "REV007") == of(report, "REV008") == []
    assert (states(report)["capacity"], states(report)["sources"]) == ("blocked", "blocked")


def test_a_deleted_record_is_missed(tmp_path: Path) -> None:
    place = plans(tmp_path)
    first = sign(place, "platform", ("capacity",), day="2026-11-10")
    sign(place, "platform", ("capacity",), day="2026-11-11", supersedes=first)
    assert of(judged(place), "REV007") == []
    (place / NAME / "reviews" / "2026-11-10-bob-platform.yml").unlink()
    assert "is gone or was edited" in of(judged(place), "REV007")[0].message


def test_nobody_supersedes_another(tmp_path: Path) -> None:
    place = plans(tmp_path, tier="A")
    first = sign(place, "security", ("sources",), "carol", verdict="hold", day="2026-11-10")
    sign(place, "platform", ("sources",), "bob", supersedes=first)
    report = judged(place)
    assert "only carol can do that" in of(report, "REV007")[0].message
    assert states(report)["sources"] == "blocked"


def test_whoever_approves_later_stands_in_for_who_approved_before(tmp_path: Path) -> None:
    place = plans(tmp_path, tier="C")
    sign(place, "reviewer", ("capacity",), "alice", "2026-11-10")
    change(place, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    assert len(of(judged(place), "REV004")) == 1
    sign(place, "reviewer", ("capacity",), "carol", "2026-11-11")
    report = judged(place)
    assert (states(report)["capacity"], of(report, "REV004")) == ("approved", [])


def test_a_rest_that_is_not_named_makes_suspect(tmp_path: Path) -> None:
    place = plans(tmp_path)
    sign(place, "platform", ("capacity",), depends={})
    assert states(judged(place))["capacity"] == "suspect"


def test_an_approved_gate_with_a_waiver_says_so(tmp_path: Path) -> None:
    waiver = (
        "id: W-001\nrule: GEN012\nreason: New prices come in January\nowner: alice\napproved_by: carol\n"
        "created: 2026-11-01\nexpires: 2027-03-01\n"
    )
    place = plans(
        tmp_path,
        Edit("03-capacity.yml", "price_as_of: 2026-11-01", "price_as_of: 2025-11-01"),
        Edit("waivers/W-001.yml", new=waiver),
    )
    sign_all(place)
    report = judged(place)
    assert (states(report)["capacity"], report.plan(NAME).state) == ("waived", "approved_with_waivers")


def test_a_broken_plan_keeps_its_records(tmp_path: Path) -> None:
    place = plans(tmp_path)
    sign_all(place)
    change(place, "03-capacity.yml", "horizon: 24 month", "horizon: 12 moons")
    report = judged(place)
    assert states(report)["capacity"] == "blocked"
    (place / NAME / "03-capacity.yml").unlink()
    assert states(judged(place))["capacity"] == "missing"


def test_an_unknown_profile_does_not_break_the_review(tmp_path: Path) -> None:
    place = plans(tmp_path)
    sign(place, "platform", ("capacity",))
    change(place, "plan.yml", "profile: batch", "profile: weekly")
    assert "REV002" in {finding.rule for finding in judged(place).findings}


def test_aliases_name_rules() -> None:
    assert set(ALIASES.values()) <= all_rules().keys()
    assert not ALIASES.keys() & all_rules().keys()

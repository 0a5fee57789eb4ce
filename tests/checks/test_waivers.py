"""Waivers: what each of them has to be, and that one which is not waives nothing."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from plangate.checks.rule import Edit
from plangate.checks.waived import status
from plangate.reading.portfolio import read_portfolio

from .signing import judged, of, plans

OLD = Edit("03-capacity.yml", "price_as_of: 2026-11-01", "price_as_of: 2025-11-01")
GOOD = {
    "id": "W-001",
    "rule": "GEN012",
    "reason": "New prices come in January",
    "owner": "alice",
    "approved_by": "carol",
    "created": "2026-11-01",
    "expires": "2027-03-01",
}


def waiver(file: str = "waivers/W-001.yml", **over: str) -> Edit:
    return Edit(file, new="".join(f"{key}: {value}\n" for key, value in (GOOD | over).items()))


def test_a_good_waiver_waives_and_is_silent(tmp_path: Path) -> None:
    report = judged(plans(tmp_path, OLD, waiver()))
    assert [finding.verdict for finding in of(report, "GEN012")] == ["waived"]
    assert [finding for finding in report.findings if finding.rule.startswith("WVR")] == []


@pytest.mark.parametrize(
    ("over", "rule", "severity", "message"),
    [
        ({"expires": "2026-11-22"}, "WVR001", "error", "W-001 (GEN012) expired on 2026-11-22, 1 d ago; alice owns it"),
        ({"expires": "2027-05-01"}, "WVR004", "error", "W-001 lasts 181 d, at most 180 d are allowed"),
        ({"approved_by": "alice"}, "WVR004", "error", "alice owns W-001 and approves it; somebody else has to"),
        ({"approved_by": "bob"}, "WVR004", "error", "bob approved W-001 and did not hold the role waiver_approver"),
        ({"approved_by": "mallory"}, "WVR004", "error", "mallory approved W-001 and did not hold the role"),
        (
            {"created": "2025-12-31", "expires": "2026-06-01"},
            "WVR004",
            "error",
            "did not hold the role waiver_approver",
        ),
        ({"created": "2026-11-24"}, "WVR004", "error", "W-001 is dated 2026-11-24, after today (2026-11-23)"),
        ({"reason": "''"}, "GEN009", "error", "W-001 gives no reason, and waives nothing until it does"),
        ({"reason": "TBD"}, "GEN009", "error", "W-001 gives no reason, and waives nothing until it does"),
        ({"owner": "''"}, "GEN009", "error", "W-001: the owner `` is not in people.yml; it waives nothing until"),
        ({"owner": "mallory"}, "GEN009", "error", "W-001: the owner `mallory` is not in people.yml; it waives nothing"),
    ],
)
def test_a_waiver_that_is_wrong_waives_nothing(
    tmp_path: Path, over: dict[str, str], rule: str, severity: str, message: str
) -> None:
    report = judged(plans(tmp_path, OLD, waiver(**over)))
    assert [finding.verdict for finding in of(report, "GEN012")] == ["fail"]
    found = of(report, rule)
    assert any(message in finding.message for finding in found), [finding.message for finding in found]
    assert {finding.severity for finding in found} == {severity}
    assert found[0].file == "plans/first-plan/waivers/W-001.yml"
    assert found[0].line > 1
    assert of(report, "WVR003") == []  # what waives nothing is not told to be unused as well


@pytest.mark.parametrize("key", ["reason", "owner"])
def test_a_waiver_without_a_key_waives_nothing_and_says_so(tmp_path: Path, key: str) -> None:
    lines = [f"{name}: {value}\n" for name, value in GOOD.items() if name != key]
    report = judged(plans(tmp_path, OLD, Edit("waivers/W-001.yml", new="".join(lines))))
    assert [finding.verdict for finding in of(report, "GEN012")] == ["fail"]
    assert [finding.message for finding in of(report, "GEN009")] == [
        f"The file has no `{key}` (it waives nothing until this is mended)"
    ]


@pytest.mark.parametrize(
    ("rule", "stands"),
    [("GEN012", "holds"), ("retries", "holds"), ("retires", "refused"), ("BND002", "refused"), ("REV004", "refused")],
)
def test_a_waiver_counts_only_for_a_rule_of_the_catalogue_or_of_the_organisation(
    tmp_path: Path, rule: str, stands: str
) -> None:
    references = tmp_path / "references"
    references.mkdir()
    own = "rules: [{id: retries, says: A pipeline retries, require: plan.id != ''}]\n"
    (references / "checklists.yml").write_text(own)
    shutil.copy(Path(__file__).parents[2] / "plugin/plangate/defaults/references/people.yml", references)
    portfolio = read_portfolio(plans(tmp_path, waiver(rule=rule)), references)
    (found,) = portfolio.plans[0].waivers
    assert status(found, portfolio.policy, date(2026, 11, 23)) == stands


@pytest.mark.parametrize("owner", ["bob", "data_team"])
def test_a_waiver_of_somebody_known_with_a_reason_waives(tmp_path: Path, owner: str) -> None:
    report = judged(plans(tmp_path, OLD, waiver(owner=owner, reason="The price list of January is not out")))
    assert [finding.verdict for finding in of(report, "GEN012")] == ["waived"]
    assert of(report, "GEN009") == []


@pytest.mark.parametrize(
    ("today", "rules"),
    [
        (date(2027, 2, 14), []),
        (date(2027, 2, 15), ["WVR002"]),
        (date(2027, 3, 1), ["WVR002"]),
        (date(2027, 3, 2), ["WVR001"]),
    ],
)
def test_the_end_of_a_waiver_is_announced_and_bites(tmp_path: Path, today: date, rules: list[str]) -> None:
    report = judged(plans(tmp_path, OLD, waiver()), today=today)
    assert [finding.rule for finding in report.findings if finding.rule.startswith("WVR")] == rules


@pytest.mark.parametrize(
    ("over", "unused"),
    [({}, True), ({"rule": "CAP004"}, True), ({"rule": "TRN007"}, True), ({"path": "cost"}, True)],
)
def test_an_unused_waiver_is_told(tmp_path: Path, over: dict[str, str], unused: bool) -> None:
    report = judged(plans(tmp_path, waiver(**over)))
    assert bool(of(report, "WVR003")) == unused


@pytest.mark.parametrize(
    ("over", "verdict"),
    [
        ({"path": "cost"}, "waived"),
        ({"path": "cost.price_as_of"}, "waived"),
        ({"path": "cost.price"}, "fail"),
        ({"gate": "capacity"}, "waived"),
        ({"gate": "context"}, "fail"),
    ],
)
def test_a_waiver_covers_its_place(tmp_path: Path, over: dict[str, str], verdict: str) -> None:
    report = judged(plans(tmp_path, OLD, waiver(**over)))
    assert [finding.verdict for finding in of(report, "GEN012")] == [verdict]
    assert bool(of(report, "WVR003")) == (verdict == "fail")


def test_a_rule_that_did_not_run_leaves_its_waiver_open(tmp_path: Path) -> None:
    place = plans(tmp_path, waiver())
    assert of(judged(place, rules=["WVR003"]), "WVR003") == []
    assert len(of(judged(place, rules=["WVR003", "GEN012"]), "WVR003")) == 1


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (waiver(rule="REV004"), "W-001: REV004 cannot be waived"),
        (waiver(rule="GEN004"), "W-001: GEN004 cannot be waived"),
        (waiver(rule="WVR001"), "W-001: WVR001 cannot be waived"),
        (waiver(rule="BND002"), "W-001 waives `BND002`, another name of REV004; write that one"),
        (waiver("waivers/W-002.yml"), "`waivers/W-002.yml` holds waiver W-001"),
        (Edit("waivers/W-001.yml", new="# nothing yet\n"), "`waivers/W-001.yml` is empty"),
        (Edit("waivers/notes.txt", new="Ask carol\n"), "`waivers/notes.txt` is no record"),
    ],
)
def test_the_shape_of_a_waiver_is_gen009s(tmp_path: Path, edit: Edit, message: str) -> None:
    found = [finding.message for finding in of(judged(plans(tmp_path, edit)), "GEN009")]
    assert any(message in text for text in found), found


def test_no_policy_makes_digests_waivable(tmp_path: Path) -> None:
    references = tmp_path / "references"
    references.mkdir()
    (references / "checklists.yml").write_text("waivers: {never: []}\n")
    people = Path(__file__).parents[2] / "plugin/plangate/defaults/references/people.yml"
    (references / "people.yml").write_text(people.read_text())
    report = judged(plans(tmp_path, waiver(rule="REV001")), references)
    assert "W-001: REV001 cannot be waived" in [finding.message for finding in of(report, "GEN009")]

"""`plangate waive`."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

Cli = Callable[..., Any]
ASKED = (
    "--plan",
    "first-plan",
    "--reason",
    "New prices come in January",
    "--owner",
    "alice",
    "--expires",
    "2027-03-01",
)


def test_a_waiver_covers_what_it_names(cli: Cli, portal: Path) -> None:
    file = portal / "plans" / "first-plan" / "03-capacity.yml"
    file.write_text(file.read_text().replace("price_as_of: 2026-11-01", "price_as_of: 2025-11-01"))
    done = cli("waive", "GEN012", *ASKED, "--gate", "capacity", "--as", "carol", "--ticket", "DATA-12")
    assert (done.status, done.out) == (0, "wrote plans/first-plan/waivers/W-001.yml\n")
    report = check(read_portfolio(portal / "plans", portal / "references"), today=date(2026, 11, 23))
    assert [(finding.rule, finding.verdict) for finding in report.findings] == [("GEN012", "waived")]
    assert cli("waive", "GEN013", *ASKED, "--as", "carol").out.endswith("W-002.yml\n")


def test_a_reason_may_speak_of_what_is_to_be_done(cli: Cli, portal: Path) -> None:
    done = cli("waive", "CAP004", *ASKED, "--as", "carol", "--reason", "To do with the new prices in January")
    assert done.status == 0
    written = (portal / "plans" / "first-plan" / "waivers" / "W-001.yml").read_text()
    assert "To do with the new prices in January" in written


def test_a_rule_of_the_organisation_can_be_waived(cli: Cli, portal: Path) -> None:
    own = "rules: [{id: named_well, says: The plan has a longer name, require: plan.id.size() > 40}]\n"
    with (portal / "references" / "checklists.yml").open("a") as checklists:
        checklists.write(own)
    done = cli("waive", "named_well", *ASKED, "--as", "carol")
    assert (done.status, done.out) == (0, "wrote plans/first-plan/waivers/W-001.yml\n")
    report = check(read_portfolio(portal / "plans", portal / "references"), today=date(2026, 11, 23))
    assert [(finding.rule, finding.verdict) for finding in report.findings] == [("named_well", "waived")]
    assert "'named_wel' is no rule; did you mean named_well?" in cli("waive", "named_wel", *ASKED).err


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["GEN099", "--as", "carol"], "'GEN099' is no rule"),
        (["CAP004", "--as", "carol", "--gate", "capasity"], "The plan has no gate 'capasity'; it has plan, context,"),
        (["VAL006", "--as", "carol"], "VAL006 is another name of REV009"),
        (["REV004", "--as", "carol"], "REV004 cannot be waived"),
        (["GEN002", "--as", "carol"], "GEN002 cannot be waived"),
        (["WVR001", "--as", "carol"], "WVR001 cannot be waived"),
        (["CAP004", "--as", "bob"], "bob approved W-001 and did not hold the role waiver_approver"),
        (["CAP004", "--as", "carol", "--owner", "carol"], "carol owns W-001 and approves it"),
        (["CAP004", "--as", "carol", "--owner", "alcie"], "'alcie' is nobody of people.yml; did you mean alice?"),
        (["CAP004", "--as", "carol", "--reason", "TBD"], "W-001 gives no reason, and waives nothing until it does"),
        (["CAP004", "--as", "carol", "--reason", " … "], "W-001 gives no reason, and waives nothing until it does"),
        (["CAP004", "--as", "carol", "--reason", "<why it may be broken>"], "W-001 gives no reason"),
        (["CAP004", "--as", "carol", "--expires", "2027-06-01"], "W-001 lasts 190 d, at most 180 d are allowed"),
        (["CAP004", "--as", "carol", "--expires", "2026-11-01"], "not after its creation"),
    ],
)
def test_what_cannot_be_waived_is_refused_in_words(cli: Cli, portal: Path, asked: list[str], said: str) -> None:
    done = cli("waive", asked[0], *ASKED, *asked[1:])
    assert done.status == 2
    assert said in done.err
    assert not (portal / "plans" / "first-plan" / "waivers").exists() or not list(
        (portal / "plans" / "first-plan" / "waivers").iterdir()
    )

"""`plangate status`: who must do what next."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cli = Callable[..., Any]
SIGN = ("sign", "capacity", "sources", "--plan", "first-plan", "--role", "reviewer", "--as", "bob")


def test_it_tells_who_may_approve_what(cli: Cli, portal: Path) -> None:
    cli(*SIGN)
    done = cli("status")
    assert done.status == 0
    assert "plan first-plan  in_review, 2 of 11 gates approved\n" in done.out
    assert "  approve context, ingestion, modeling, contracts, quality" in done.out
    assert "bundle: reviewer (alice, bob, carol)\n" in done.out
    assert done.out.endswith("today 2026-11-23\n")


def test_for_machines_it_is_data(cli: Cli, portal: Path) -> None:
    cli(*SIGN)
    file = portal / "plans" / "first-plan" / "03-capacity.yml"
    file.write_text(file.read_text().replace("horizon: 24 month", "horizon: 25 month"))
    cli(*SIGN[:1], "quality", *SIGN[3:-1], "carol", "--verdict", "hold", "--note", "Wait for the ledger")
    (plan,) = json.loads(cli("status", "first-plan", "--format", "json").out)["plans"]
    assert plan["state"] == "blocked"
    assert plan["gates"]["capacity"] == "stale"
    actions = {action["what"]: action for action in plan["actions"]}
    assert actions["look_again"] == {
        "what": "look_again", "gates": ["capacity"], "role": "reviewer", "people": ["bob"], "because": None,
    }  # fmt: skip
    assert actions["answer"]["because"] == "carol (hold)"
    assert actions["answer"]["gates"] == ["quality"]


def test_waivers_that_end_are_work_of_their_owners(cli: Cli, portal: Path) -> None:
    cli("waive", "GEN012", "--plan", "first-plan", "--reason", "New prices come in January", "--owner", "alice",
        "--expires", "2026-12-01", "--as", "carol")  # fmt: skip
    assert "  end or renew W-001: alice (expires on 2026-12-01, in 8 d)\n" in cli("status").out
    assert "  end or renew W-001: alice (expired on 2026-12-01)\n" in cli("status", "--today", "2026-12-02").out


def test_missing_gates_are_to_be_written(cli: Cli, portal: Path) -> None:
    (portal / "plans" / "first-plan" / "11-bundle.yml").unlink()
    assert "  write bundle: data_team\n" in cli("status").out


def test_plans_that_must_be_approved_fail_a_check(cli: Cli, portal: Path) -> None:
    assert cli("check").status == 0
    assert cli("check", "--require", "approved").status == 1
    cli("sign", "--all-pending", "--plan", "first-plan", "--role", "reviewer", "--as", "bob")
    assert cli("check", "--require", "approved").status == 0


def test_who_signed_is_read_from_a_file_that_is_whole(cli: Cli, portal: Path) -> None:
    cli("sign", "--all-pending", "--plan", "first-plan", "--role", "reviewer", "--as", "bob")
    file = portal / "identity.json"
    file.write_text('{"scheme": 1, "authors": {"first-plan": {"capacity": "bob"}}}')
    done = cli("check", "--identity", "identity.json")
    assert (done.status, "REV006" in done.out) == (1, True)
    file.write_text('{"scheme": 2}')
    done = cli("check", "--identity", "identity.json")
    assert done.status == 2
    assert "verify-identity writes it anew" in done.err

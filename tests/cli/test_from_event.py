"""`plangate sign --from-event` and `verify-identity --event`, with events as the forge writes them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ..repositories import committed, git

Cli = Callable[..., Any]


@pytest.fixture
def reviewed(cli: Cli, portal: Path) -> Path:
    """A portal whose plan changed on a branch, and whose bob the forge knows as octo-bob."""
    people = portal / "references" / "people.yml"
    people.write_text(people.read_text().replace("emails: [bob@", "github: octo-bob\n    emails: [bob@"))
    committed(portal, "Base")
    file = portal / "plans" / "first-plan" / "03-capacity.yml"
    file.write_text(file.read_text().replace("horizon: 24 month", "horizon: 25 month"))
    committed(portal, "Change")
    return portal


def event(portal: Path, body: str | None = None, state: str = "approved", login: str = "octo-bob", **more: Any) -> str:
    head, base = git(portal, "rev-parse", "HEAD"), git(portal, "rev-parse", "HEAD~1")
    user = {"login": login, "id": 4711, "type": "User", "site_admin": False}
    data = {
        "action": "submitted",
        "review": {"id": 80, "user": user, "body": body, "commit_id": head, "state": state},
        "pull_request": {"number": 7, "head": {"ref": "change", "sha": head}, "base": {"ref": "main", "sha": base}},
        "repository": {"full_name": "acme/plans"},
        "sender": user,
        **more,
    }
    file = portal.parent / f"{portal.name}-event.json"
    file.write_text(json.dumps(data))
    return str(file)


def records(portal: Path) -> list[Path]:
    return sorted((portal / "plans").glob("*/reviews/*.yml"))


def levels(portal: Path) -> list[str]:
    return list(json.loads((portal / ".plangate" / "identity.json").read_text())["levels"].values())


@pytest.mark.parametrize(
    ("body", "state", "gates"),
    [
        ("/plangate approve capacity ingestion as reviewer", "commented", {"capacity", "ingestion"}),
        ("Good.\r\n/plangate approve capacity of first-plan as reviewer\r\nThanks", "approved", {"capacity"}),
        ("Looks good", "approved", None),
    ],
)
def test_a_review_becomes_a_verified_record(
    cli: Cli, reviewed: Path, body: str, state: str, gates: set[str] | None
) -> None:
    said = event(reviewed, body, state)
    done = cli("sign", "--from-event", said)
    assert (done.status, done.err) == (0, "")
    (record,) = records(reviewed)
    text = record.read_text()
    assert "by: bob" in text
    rows = text.split("gates:")[1].split("depends:")[0].splitlines()
    signed = {row.split(":")[0].strip() for row in rows if "sha256" in row}
    assert signed == gates if gates else len(signed) > 9
    committed(reviewed, "Record")
    assert cli("verify-identity", "--event", said).status == 0
    assert levels(reviewed) == ["verified"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("/plangate approve capacity as platform && rm -rf /", "line 1 is no command"),
        ("/plangate approve", "line 1 is no command"),
        ("ok\n  /plangate approve capacity as reviewer", "line 2 is no command"),
        ("/plangate approve capacity,ingestion as reviewer", "line 1 is no command"),
        ("/plangate approve capacity capacity as reviewer", "names a gate twice"),
        ("/plangate hold capacity as reviewer", "line 1 is no command"),
        ("/plangate approve capacity of ../etc as reviewer", "line 1 is no command"),
        ("/plangate approve capacity of other-plan as reviewer", "plan other-plan is not changed here"),
        ("/plangate approve capacty as reviewer", "did you mean capacity?"),
        ("/plangate approve capacity as finance", "bob does not hold the role finance"),
        ("/plangate approve capacity as reviewer\u202e", "line 1 is no command"),
    ],
)
def test_what_is_not_in_the_grammar_is_refused(cli: Cli, reviewed: Path, body: str, said: str) -> None:
    done = cli("sign", "--from-event", event(reviewed, body))
    assert done.status == 2
    assert said in done.err
    assert records(reviewed) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"login": "mallory"}, "mallory is the login of nobody"),
        ({"action": "edited"}, "not the event of a review"),
        ({"sender": {"login": "mallory"}}, "not sent by the person"),
        ({"state": "dismissed"}, "not 'dismissed'"),
        ({"pull_request": {"head": {"sha": "0" * 40}, "base": {"sha": "0" * 40}}}, "moved on"),
        ({"review": []}, "the event has no `review.user.login`"),
    ],
)
def test_events_of_another_kind_are_refused(cli: Cli, reviewed: Path, changed: dict[str, Any], said: str) -> None:
    done = cli("sign", "--from-event", event(reviewed, **changed))
    assert done.status == 2
    assert said in done.err
    assert records(reviewed) == []


@pytest.mark.parametrize("state", ["commented", "changes_requested"])
def test_words_without_an_approval_sign_nothing(cli: Cli, reviewed: Path, state: str) -> None:
    done = cli("sign", "--from-event", event(reviewed, "A question", state))
    assert (done.status, records(reviewed)) == (0, [])


def test_a_plain_yes_of_several_roles_asks_which(cli: Cli, reviewed: Path) -> None:
    file = reviewed / "plans" / "first-plan" / "plan.yml"
    file.write_text(file.read_text().replace("tier: C", "tier: B"))
    committed(reviewed, "More at stake")
    done = cli("sign", "--from-event", event(reviewed))
    assert done.status == 2
    assert "bob may approve as platform, sre; say which" in done.err


def test_plans_other_than_those_reviewed_are_not_signed(cli: Cli, reviewed: Path) -> None:
    file = reviewed / "plans" / "first-plan" / "03-capacity.yml"
    file.write_text(file.read_text().replace("horizon: 25 month", "horizon: 26 month"))
    done = cli("sign", "--from-event", event(reviewed))
    assert done.status == 2
    assert "not as it was at the commit that was reviewed" in done.err


def test_the_event_stands_for_itself(cli: Cli, reviewed: Path) -> None:
    assert cli("sign", "capacity", "--from-event", event(reviewed)).status == 2
    assert cli("sign", "capacity").status == 2
    assert records(reviewed) == []


@pytest.mark.parametrize("login", ["mallory", "octo-bob"])
def test_a_record_beyond_what_was_said_is_no_verified_one(cli: Cli, reviewed: Path, login: str) -> None:
    said = event(reviewed, "/plangate approve ingestion as reviewer", login=login)
    assert cli("sign", "capacity", "--plan", "first-plan", "--role", "reviewer", "--as", "bob").status == 0
    committed(reviewed, "Forged")
    assert cli("verify-identity", "--event", said).status == 0
    assert levels(reviewed) == []


@pytest.mark.parametrize(("state", "found"), [("approved", ["verified"]), ("commented", []), ("changes_requested", [])])
def test_an_approving_review_of_the_head_verifies_the_records_in_it(
    cli: Cli, reviewed: Path, state: str, found: list[str]
) -> None:
    assert cli("sign", "capacity", "--plan", "first-plan", "--role", "reviewer", "--as", "bob").status == 0
    committed(reviewed, "Record")
    assert cli("verify-identity", "--event", event(reviewed, state=state)).status == 0
    assert levels(reviewed) == found

"""`plangate report`: the comment of a pull request over real revisions."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..repositories import committed

Cli = Callable[..., Any]


def changed(portal: Path) -> None:
    file = portal / "plans" / "first-plan" / "03-capacity.yml"
    file.write_text(file.read_text().replace("horizon: 24 month", "horizon: 25 month"))


def test_the_comment_tells_what_changed_and_who_must_act(cli: Cli, portal: Path) -> None:
    cli("sign", "--all-pending", "--plan", "first-plan", "--role", "reviewer", "--as", "bob")
    committed(portal)
    changed(portal)
    done = cli("report", "--format", "comment", "--base", "HEAD", "--preview", "https://preview.example")
    assert (done.status, done.err) == (0, "")
    rows = done.out.splitlines()
    assert rows[0] == "<!-- plangate: the one comment -->"
    assert rows[3].startswith("- **<code>reviewer</code>** of <code>first&#45;plan</code>: 1 gate. ")
    address = "https://preview.example/plans/first-plan/"
    assert rows[3].endswith(f"[Preview]({address}) · [Diff since you last signed]({address})")
    assert "Decide: <code>capacity&#46;horizon 720 d → 750 d</code>; <code>Cost a month at the horizon " in rows[3]
    without = cli("report", "--format", "comment", "--base", "HEAD").out.splitlines()
    assert without[3].endswith("<code>plangate diff &#45;&#45;since&#45;review bob first&#45;plan</code>")
    assert "  neutral capacity.horizon 720 d → 750 d" in rows
    assert any(row.startswith("| <code>capacity</code> | approved | stale | look again: ") for row in rows)


def test_without_its_base_it_says_so_and_has_the_verdict(cli: Cli, portal: Path) -> None:
    done = cli("report", "--format", "comment", "--base", "main")
    assert done.status == 0
    assert "note Nothing is compared with main: " in done.out
    assert "## Plangate: passed" in done.out


def test_what_is_no_address_is_refused(cli: Cli, portal: Path) -> None:
    for address in ("javascript:alert(1)", "preview", "https://"):
        assert cli("report", "--format", "comment", "--preview", address).status == 2
    odd = cli("report", "--format", "comment", "--preview", "https://preview.example/a)b <c>")
    assert odd.status == 0


def test_feed_and_states_are_forms_too(cli: Cli, portal: Path) -> None:
    feed = cli("report", "--format", "feed", "--preview", "https://plans.example/")
    assert (feed.status, feed.out.startswith("<?xml")) == (0, True)
    state = cli("report", "--format", "state")
    assert [plan["id"] for plan in json.loads(state.out)["plans"]] == ["first-plan"]

"""One plan from its first file to a waiver that ended, by the command line alone, in a real repository of git."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..repositories import committed, git

Cli = Callable[..., Any]
PLAN = "web-orders"
GATES = (
    "context", "sources", "capacity", "ingestion", "modeling", "contracts", "quality", "operations", "cutover",
    "acceptance", "bundle",
)  # fmt: skip
SIGNERS = {"consumer": "alice", "platform": "bob", "sre": "bob", "qa": "carol", "release_manager": "carol"}
TARGET = "sources.freshness[mart.web_orders].target 36 h → 30 h"

MENDED = (
    ("01-context.md", "## Background", "## Background\n\nTwo teams export yesterday's orders and have two numbers."),
    ("01-context.yml", "problem:  ", "problem: Two teams export yesterday's orders by hand and have two numbers  "),
    (
        "01-context.yml",
        "decisions: []",
        "decisions: [{id: restock, decision: Order stock, taken_by: data_team, uses: [daily_orders]}]",
    ),
    (
        "01-context.yml",
        "metrics: []",
        "metrics: [{id: daily_orders, name: Orders per day, definition: Placed orders by day, grain: [day], owner: "
        "data_team, baseline: 96 %, target: 99.5 %, due: 2027-03-31, measured_by: mart.web_orders#id}]",
    ),
    (
        "01-context.yml",
        "consumers: []",
        "consumers: [{id: stock_report, name: Weekly stock report, type: dashboard, owner: data_team, "
        'contact: "#data", reads: [mart.web_orders]}]',
    ),
    ("01-context.yml", "{in: [], out: []}", "{in: [orders of the web shop], out: [returns]}"),
    ("02-sources.yml", "system:  ", "system: postgres  "),
    ("02-sources.yml", "owner:  ", "owner: data_platform  "),
    ("02-sources.yml", "contact:", 'contact: "#data-platform"'),
    ("02-sources.yml", "{method: , secret: }", '{method: read replica, secret: "vault:shop/replica"}'),
    (
        "02-sources.yml",
        "target: {assume: 30 h, because: As fresh as the schedule gives, if_wrong: The schedule changes}",
        "target: 36 h",
    ),
    ("02-sources.yml", "growth: {", "growth_kind: compound, growth: {"),
    ("06-contracts.yml", "columns: from_model", "sla: {freshness: 36 h}, columns: from_model"),
    (
        "08-operations.yml",
        "dashboards: []",
        "recovery: {rpo: 24 h, rto: 8 h, backup_every: 24 h, restore_throughput: 200 MB/s}\n"
        'dashboards: [{name: Web orders, url: "https://metrics.example/web-orders", audience: data_team}]',
    ),
    ("08-operations.yml", "route: ,", 'route: "#data",'),
    (
        "09-cutover.yml",
        "available_for: 72 h\n",
        "available_for: 72 h\ncomms: [{audience: stock_report, channel: email, offset: -120 h, owner: data_team}]\n",
    ),
    ("10-acceptance.yml", "approver: , due", "approver: data_platform, due"),
    (
        "10-acceptance.yml",
        "{derive: [mart.web_orders], approver: }",
        "{derive: [daily_orders, mart.web_orders], approver: data_platform}",
    ),
    (
        "11-bundle.yml",
        "risks: []",
        "risks: [{id: late_source, cause: The shop changes a column, effect: The load fails, likelihood: low, "
        "impact: medium, mitigation: The load checks the columns, owner: data_team, trigger: a failed load}]",
    ),
    (
        "11-bundle.yml",
        "follow_ups: []",
        "follow_ups: [{id: drop_old, action: Delete the exports, owner: data_team, due: 2027-02-28, "
        "blocks_go_live: false, status: open}]",
    ),
)
"""What the author of the new plan writes: file, what the first draft says, and what becomes of it."""


def edit(portal: Path, file: str, old: str, new: str) -> None:
    path = portal / "plans" / PLAN / file
    text = path.read_text()
    assert old in text, (file, old)
    path.write_text(text.replace(old, new, 1))


def states(cli: Cli, today: str) -> tuple[str, dict[str, str]]:
    (plan,) = json.loads(cli("status", "--format", "json", "--today", today).out)["plans"]
    return plan["state"], plan["gates"]


def all_but(state: str, **others: str) -> dict[str, str]:
    return dict.fromkeys(GATES, state) | others


def sign(cli: Cli, role: str, today: str) -> list[str]:
    asked = ("--plan", PLAN, "--role", role, "--as", SIGNERS[role], "--today", today)
    done = cli("sign", "--all-pending", *asked)
    assert (done.status, done.err) == (0, "")
    rows: list[str] = done.out.splitlines()
    assert rows[-1].startswith(f"wrote plans/{PLAN}/reviews/{today}-{SIGNERS[role]}-{role}")
    return rows


def comment(cli: Cli, base: str, today: str) -> list[str]:
    done = cli("report", "--format", "comment", "--base", base, "--today", today)
    assert (done.status, done.err) == (0, "")
    text: str = done.out
    for escaped, letter in (("&#45;", "-"), ("&#46;", "."), ("&#91;", "["), ("&#93;", "]"), ("&#95;", "_")):
        text = text.replace(escaped, letter)
    return text.replace("<code>", "`").replace("</code>", "`").splitlines()


def begun(cli: Cli, portal: Path) -> None:
    done = cli("new", PLAN, "--tier", "B", "--mode", "one_shot", "--owner", "data_team", "--today", "2026-11-02")
    assert (done.status, done.out.splitlines()[-1]) == (0, f"Next: plangate check {PLAN}")
    example = portal / "plans" / "first-plan"
    for file in example.iterdir():
        file.unlink()
    example.rmdir()


def approved(cli: Cli, portal: Path) -> None:
    """Take the plan to its first approval."""
    begun(cli, portal)
    for change in (*MENDED, ("plan.yml", "intent: draft", "intent: in_review")):
        edit(portal, *change)
    for role in SIGNERS:
        sign(cli, role, "2026-11-04")
    committed(portal, "Approved")


def test_a_new_plan_is_mended_and_signed_by_its_roles_on_branches_that_merge(cli: Cli, portal: Path) -> None:
    begun(cli, portal)
    draft = cli("check", PLAN, "--today", "2026-11-02")
    assert draft.status == 0, "errors of a draft block nothing"
    assert "Nobody reads mart.web_orders" in draft.out
    assert "Gate context lacks the problem (`problem`) in 01-context.yml" in draft.out
    assert "0 blocking" in draft.out
    drafts = dict.fromkeys(("ingestion", "contracts", "quality", "cutover"), "ready")
    assert states(cli, "2026-11-02") == ("draft", all_but("draft", **drafts))

    edit(portal, "plan.yml", "intent: draft", "intent: in_review")
    asked = cli("check", PLAN, "--today", "2026-11-02")
    assert asked.status == 1
    assert states(cli, "2026-11-02")[0] == "blocked"
    hint = "Give the contract of mart.web_orders its `sla`, or write the criterion out with its bound"
    assert "Criterion mart_web_orders_accepted (derived from mart.web_orders) does not say its `must_be`" in asked.out
    assert hint in asked.out

    for change in MENDED:
        edit(portal, *change)
    clean = cli("check", PLAN, "--today", "2026-11-03")
    assert (clean.status, "no findings" in clean.out) == (0, True)
    assert states(cli, "2026-11-03") == ("in_review", all_but("in_review"))
    assert cli("status", "--today", "2026-11-03").out.splitlines() == [
        "plan web-orders  in_review, 0 of 11 gates approved",
        "  approve context, contracts, acceptance: consumer (alice)",
        "  approve sources, capacity, ingestion, modeling: platform (bob)",
        "  approve quality: qa (carol)",
        "  approve operations: sre (bob)",
        "  approve cutover, bundle: release_manager (carol)",
        "today 2026-11-03",
    ]
    committed(portal, "Ask for review")

    for branch, roles in (("readers", ("consumer", "qa")), ("runners", ("platform", "sre"))):
        git(portal, "checkout", "--quiet", "-b", branch, "main")
        for role in roles:
            assert f"  new to you: you have not signed it as {role}" in sign(cli, role, "2026-11-04")
        committed(portal, f"Signed by {branch}")
    git(portal, "checkout", "--quiet", "main")
    git(portal, "merge", "--quiet", "--no-edit", "readers")
    git(portal, "merge", "--quiet", "--no-edit", "runners")
    assert git(portal, "status", "--porcelain") == ""
    waits = {"cutover": "in_review", "bundle": "in_review"}
    assert states(cli, "2026-11-04") == ("in_review", all_but("approved", **waits))
    unready = cli("check", "--require", "approved", "--today", "2026-11-04")
    assert unready.status == 1
    assert "Gate cutover waits for the approval of release_manager (could be carol)" in unready.out
    assert "REV007" not in unready.out

    sign(cli, "release_manager", "2026-11-05")
    assert states(cli, "2026-11-05") == ("approved", all_but("approved"))
    assert cli("check", "--require", "approved", "--today", "2026-11-05").status == 0


def test_what_is_only_written_in_another_way_keeps_every_approval(cli: Cli, portal: Path) -> None:
    approved(cli, portal)
    edit(portal, "02-sources.yml", "sources:", "# Asked again in spring.\nsources:")
    edit(portal, "02-sources.yml", "10_000_000 rows", "10000000 rows")
    edit(portal, "09-cutover.yml", "available_for: 72 h", "available_for:   3 d")
    committed(portal, "Written in another way")
    assert states(cli, "2026-11-05") == ("approved", all_but("approved"))
    assert cli("diff", "HEAD~1", "HEAD", "--today", "2026-11-05").out.splitlines() == [
        "diff HEAD~1 → HEAD, 1 plan: 0 breaking, 0 risk, 0 neutral, 2 cosmetic",
        "plan web-orders  says the same: 0 breaking, 0 risk, 0 neutral, 2 cosmetic",
        "  cosmetic sources: other bytes, the same meaning",
        "  cosmetic cutover: other bytes, the same meaning",
        "today 2026-11-05",
    ]
    rows = comment(cli, "HEAD~1", "2026-11-05")
    assert rows[1:4] == ["## Plangate: passed", "", "Nobody has to approve or look again because of this change."]
    assert not any(row.startswith("| ") for row in rows)


def test_a_changed_promise_is_looked_at_again_by_those_whom_it_concerns(cli: Cli, portal: Path) -> None:
    approved(cli, portal)
    edit(portal, "02-sources.yml", "target: 36 h", "target: 30 h")
    lapsed = {"sources": "stale", "capacity": "suspect", "ingestion": "suspect"}
    assert states(cli, "2026-11-06") == ("stale", all_but("approved", **lapsed))
    checked = cli("check", "--today", "2026-11-06")
    assert checked.status == 1
    assert f"Gate sources has changed since bob approved it as platform on 2026-11-04: {TARGET}" in checked.out
    assert (
        f"Gate capacity rests on sources, which changed since bob approved it as platform on 2026-11-04: {TARGET}"
        in checked.out
    )
    assert "hint: bob looks again: plangate sign sources --plan web-orders --role platform" in checked.out

    rows = comment(cli, "HEAD", "2026-11-06")
    assert rows[1:4] == [
        "## Plangate: failed",
        "",
        f"- **`platform`** of `web-orders`: 3 gates. Decide: `{TARGET}`; "
        "`Worst age of mart.web_orders stays 24.5 h &#40;allowed 24 h&#41;`. Assumed, unmeasured: 17. "
        "Affects: `stock_report` (`data_team`). Diff since you last signed: "
        "`plangate diff --since-review bob web-orders`",
    ]
    again = "look again: `platform &#40;bob&#41;`"
    assert [row for row in rows if row.startswith("| `")] == [
        f"| `sources` | approved | stale | {again} | 1 neutral; approval of `bob` is stale: `{TARGET}` |",
        f"| `capacity` | approved | suspect | {again} | approval of `bob` is suspect: `{TARGET}` |",
        f"| `ingestion` | approved | suspect | {again} | approval of `bob` is suspect: `{TARGET}` |",
    ]
    assert "- stock_report of web-orders (data_team), by 2027-01-31: mart.web_orders" in rows
    assert len([row for row in rows if row.startswith("  new finding: ")]) == 1, "that a margin is small is news"
    assert "### Findings elsewhere that this change causes" not in rows

    told = sign(cli, "platform", "2026-11-06")
    before = "2026-11-04 (approve as platform, reviews/2026-11-04-bob-platform.yml)"
    assert [row for row in told if row.startswith("  since ")] == [
        f"  since {before}: 1 change, so it is {state}" for state in lapsed.values()
    ]
    assert told.count(f"  neutral {TARGET}") == 3
    assert not any("REV00" in row for row in told), "who signs has just been told what changed"
    assert states(cli, "2026-11-06") == ("approved", all_but("approved"))
    assert cli("check", "--require", "approved", "--today", "2026-11-06").status == 0
    assert cli("diff", "--since-review", "bob", "--today", "2026-11-06").out.count(": no change\n") == 5


def test_a_waiver_lets_pass_what_it_names_until_its_day(cli: Cli, portal: Path) -> None:
    approved(cli, portal)
    edit(portal, "02-sources.yml", "target: 36 h", "target: 30 h")
    sign(cli, "platform", "2026-11-06")
    small = "mart.web_orders is at worst 24.5 h old; of the promised 30 h only 80 % (24 h) may be used"
    small = f"warning ING008 plans/web-orders/02-sources.yml:25:40  {small}"
    assert f"    {small}\n" in cli("check", "--today", "2026-11-06").out
    place = ("--plan", PLAN, "--gate", "sources", "--path", "freshness[0].target", "--today", "2026-11-06")
    why = ("--reason", "The report runs at noon until January", "--control", "An alert at 28 h")
    done = cli("waive", "ING008", *place, *why, "--owner", "alice", "--as", "carol", "--expires", "2026-12-31")
    assert (done.status, done.out) == (0, "wrote plans/web-orders/waivers/W-001.yml\n")

    waived = cli("check", "--require", "approved", "--fail-on", "warning", "--today", "2026-11-07")
    assert waived.status == 0
    assert f"    waived {small}\n" in waived.out
    assert states(cli, "2026-11-07") == ("approved_with_waivers", all_but("approved", sources="waived"))
    assert "- W-001 of web-orders, ING008: used 1 time, ends on 2026-12-31, in 54 d (alice)" in comment(
        cli, "HEAD", "2026-11-07"
    )
    soon = cli("status", "--today", "2026-12-24").out
    assert "  end or renew W-001: alice (expires on 2026-12-31, in 7 d)\n" in soon
    assert states(cli, "2026-12-31")[0] == "approved_with_waivers"

    over = cli("check", "--today", "2027-01-04")
    assert over.status == 1
    assert "W-001 (ING008) expired on 2026-12-31, 4 d ago; alice owns it" in over.out
    assert "hint: alice mends what it covers, or asks for a new waiver" in over.out
    assert states(cli, "2027-01-04") == ("blocked", all_but("approved", sources="blocked"))

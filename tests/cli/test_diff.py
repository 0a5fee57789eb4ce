"""`plangate diff`: over real revisions of git, and since somebody's records without git."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from plangate.reports.difference_data import difference_schema

from ..repositories import committed, git

Cli = Callable[..., Any]
PLAN = "first-plan"


def edit(portal: Path, file: str, old: str, new: str) -> None:
    path = portal / "plans" / PLAN / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.fixture
def signed(cli: Cli, portal: Path) -> Path:
    """A portal in git whose plan is approved."""
    assert cli("sign", "--all-pending", "--plan", PLAN, "--role", "reviewer", "--as", "bob").status == 0
    committed(portal)
    return portal


def test_a_work_tree_against_a_commit(cli: Cli, signed: Path) -> None:
    edit(signed, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    edit(signed, "02-sources.yml", "sources:", "# a comment\nsources:")
    done = cli("diff", "HEAD")
    assert (done.status, done.err) == (0, "")
    rows = done.out.splitlines()
    assert rows[0].startswith("diff HEAD → the work tree, 1 plan: 0 breaking, 0 risk,")
    assert "  neutral capacity.horizon 720 d → 750 d" in rows
    assert "  cosmetic sources: other bytes, the same meaning" in rows
    assert any(row.startswith("  number Stored at the horizon ") and " → " in row for row in rows)
    assert "  state approved → stale" in rows
    assert "  gate capacity approved → stale" in rows
    assert "  lapsed capacity: approval of bob (reviewer) is stale: capacity.horizon 720 d → 750 d" in rows
    assert "  look again at capacity: reviewer (bob)" in rows
    assert rows[-1] == "today 2026-11-23"


def test_two_commits_and_plans_by_name(cli: Cli, signed: Path) -> None:
    edit(signed, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    committed(signed, "Longer")
    edit(signed, "03-capacity.yml", "horizon: 25 month", "horizon: 36 month")
    assert "capacity.horizon 720 d → 750 d" in cli("diff", "HEAD~1", "HEAD").out
    assert "capacity.horizon 720 d → 1,080 d" in cli("diff", "HEAD~1").out
    assert "capacity.horizon 750 d → 1,080 d" in cli("diff", "HEAD", PLAN).out
    same = cli("diff", "HEAD", "HEAD", f"plans/{PLAN}")
    assert same.out == "diff HEAD → HEAD, 0 plans: 0 breaking, 0 risk, 0 neutral, 0 cosmetic\ntoday 2026-11-23\n"


def test_json_keeps_to_its_schema_and_is_the_same_twice(cli: Cli, signed: Path) -> None:
    edit(signed, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    fresh = signed / "plans" / "another"
    fresh.mkdir()
    (fresh / "plan.yml").write_text("id: another\ntitle: Another\nprofile: batch\nintent: draft\ntier: C\n")
    done = cli("diff", "HEAD", "--format", "json")
    assert done.status == 0
    assert done.out == cli("diff", "HEAD", "--format", "json").out
    data = json.loads(done.out)
    jsonschema.Draft202012Validator(difference_schema()).validate(data)
    new, old = data["plans"]
    assert (new["id"], new["fate"], old["id"], old["fate"]) == ("another", "new", PLAN, "changed")
    assert old["changes"] == [
        {
            "gate": "capacity", "path": "horizon", "kind": "data", "class": "neutral", "why": None, "rule": None,
            "before": "720 d", "after": "750 d", "base_before": "62208000 s", "base_after": "64800000 s",
        }
    ]  # fmt: skip
    assert old["lapsed"][0]["person"] == "bob"
    assert old["look_again"] == [{"what": "look_again", "gates": ["capacity"], "role": "reviewer", "people": ["bob"]}]
    assert str(signed) not in done.out


def test_since_a_review_no_git_is_needed(cli: Cli, portal: Path) -> None:
    assert "bob has signed nothing here" in cli("diff", "--since-review", "bob").out
    cli("sign", "capacity", "sources", "--plan", PLAN, "--role", "reviewer", "--as", "bob")
    edit(portal, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    done = cli("diff", "--since-review", "bob")
    assert done.status == 0
    assert "  neutral capacity.horizon 720 d → 750 d" in done.out.splitlines()
    assert (
        "since 2026-11-23 (approve as reviewer, reviews/2026-11-23-bob-reviewer.yml): 1 change, so it is stale"
        in done.out
    )
    assert "reviews/2026-11-23-bob-reviewer.yml): no change" in done.out
    data = json.loads(cli("diff", "--since-review", "bob", "--format", "json").out)
    gates = {gate["gate"]: gate for gate in data["plans"][0]["gates"]}
    assert [change["path"] for change in gates["capacity"]["changes"]] == ["horizon"]
    assert gates["sources"]["standing"] == "holds"


def test_what_the_signed_gate_rests_on_is_told_too(cli: Cli, portal: Path) -> None:
    cli("sign", "capacity", "--plan", PLAN, "--role", "reviewer", "--as", "bob")
    edit(portal, "02-sources.yml", "assume: 6_000 rows/d", "assume: 9_000 rows/d")
    data = json.loads(cli("diff", "--since-review", "bob", "--format", "json").out)
    (gate,) = data["plans"][0]["gates"]
    assert {change["gate"] for change in gate["changes"]} == {"sources"}
    assert gate["standing"] == "suspect"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "Name the revision to compare with"),
        (["no-such-revision"], "git knows no revision 'no-such-revision'; a shallow clone may not hold it"),
        (["HEAD", "no-such-name"], "'no-such-name' is neither a revision that git has here nor a plan"),
        (["HEAD", "HEAD", "no-such-plan"], "There is no plan 'no-such-plan'"),
        (["--since-review", "mallory"], "'mallory' is nobody of people.yml"),
        (["--output=/etc/x"], "No such option"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(cli: Cli, signed: Path, asked: list[str], said: str) -> None:
    done = cli("diff", *asked)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_where_objects_are_missing_it_says_so(cli: Cli, signed: Path, tmp_path: Path) -> None:
    edit(signed, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    older = git(signed, "rev-parse", "HEAD")
    committed(signed, "Longer")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "1", signed.as_uri(), str(clone))
    done = cli("diff", older, "--plans-dir", str(clone / "plans"), "--references-dir", str(clone / "references"))
    assert done.status == 2
    assert "a shallow clone may not hold it" in done.err


def test_outside_of_a_repository_it_says_so(cli: Cli, portal: Path) -> None:
    done = cli("diff", "main")
    assert done.status == 2
    assert "lies in no git repository" in done.err


def test_markdown_keeps_authors_in_fences(cli: Cli, signed: Path) -> None:
    edit(signed, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    text = cli("diff", "HEAD", "--format", "markdown").out
    assert text.startswith("## What changed: 0 breaking,")
    assert f"### {PLAN}\n\n```text\nplan {PLAN}  changed:" in text
    assert text.count("```") % 2 == 0

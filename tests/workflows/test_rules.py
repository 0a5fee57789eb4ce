"""What every workflow holds to."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .running import ROOT, workflow

NAMES = ["check", "comment", "pages", "recheck", "sign"]


@pytest.mark.parametrize("name", NAMES)
def test_no_step_is_made_of_what_others_say(name: str) -> None:
    data = workflow(name)
    assert data["concurrency"]["group"]
    for job in data["jobs"].values():
        assert job["timeout-minutes"] <= 15
        for entry in job["steps"]:
            assert "${{" not in entry.get("run", "")
            if "uses" in entry:
                assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", entry["uses"])
            if entry.get("uses", "").startswith("actions/checkout"):
                assert entry["with"]["persist-credentials"] is False


def test_what_may_be_anybodys_only_reads() -> None:
    data = workflow("check")
    assert list(data[True]) == ["pull_request"]
    assert data["permissions"] == {"contents": "read"}
    assert "permissions" not in data["jobs"]["check"]


@pytest.mark.parametrize("name", ["comment", "sign"])
def test_what_may_write_checks_out_nothing_of_a_pull_request(name: str) -> None:
    (job,) = workflow(name)["jobs"].values()
    for entry in job["steps"]:
        if entry.get("uses", "").startswith("actions/checkout"):
            assert entry["with"]["ref"] in {
                "${{ github.event.repository.default_branch }}",
                "${{ github.event.pull_request.base.sha }}",
            }


@pytest.mark.parametrize("portal", ["", "plugin/plangate/defaults/portal/github/"])
def test_owners_are_for_the_reader_to_name(portal: str) -> None:
    rows = (ROOT / (portal or ".github/") / "CODEOWNERS").read_text("utf-8").splitlines()
    assert [row for row in rows if row and not row.startswith("# ")] == []
    owned = {place: owner for _, place, owner in (row.split() for row in rows if row.startswith("# /"))}
    assert {"/.github/", "/references/", "/plans/*/reviews/", "/plans/*/waivers/"} <= owned.keys()
    assert set(owned.values()) == {"@your-organisation/platform"}


def linted(folder: Path) -> tuple[int, str]:
    """Check the workflows of a folder as `make lint` does."""
    command = [str(ROOT / ".ci" / "workflows"), str(Path(sys.executable).parent)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_lint_looks_at_the_workflows() -> None:
    recipe = (ROOT / "Makefile").read_text("utf-8").split("\nlint:")[1].split("\n\n")[0]
    assert "\t.ci/workflows $(BIN)" in recipe
    status, told = linted(ROOT)
    assert status == 0, told


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("check", "  pull_request:", "  pull_request:\n    branch: main", 'unexpected key "branch"'),
        ("check", "  pull_request:", "  pull_request_target:", "dangerous-triggers"),
        ("check", "$NUMBER/merge", "${{ github.head_ref }}/merge", "template-injection"),
        ("check", "steps.take.outputs", "steps.took.outputs", 'property "took" is not defined'),
        ("check", '"$GITHUB_STEP_SUMMARY"', "$GITHUB_STEP_SUMMARY", "SC2086"),
        ("check", "@11bd71901bbe5b1630ceea73d27597364c9af683", "@v4", "unpinned-uses"),
        ("check", "persist-credentials: false", "fetch-tags: true", "artipacked"),
        ("pages", "needs: build", "needs: built", '"built"'),
        ("check", "permissions:\n  contents: read", "permissions: write-all", "excessive-permissions"),
        ("recheck", "23 4 * * *", "23 24 * * *", "CRON"),
    ],
)
def test_lint_fails_for_a_bad_workflow(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    file = tmp_path / ".github" / "workflows" / f"{name}.yml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    status, told = linted(tmp_path)
    assert status != 0
    assert said in told

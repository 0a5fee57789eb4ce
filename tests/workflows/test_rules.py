"""What every workflow holds to."""

import re

import pytest

from .running import workflow

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

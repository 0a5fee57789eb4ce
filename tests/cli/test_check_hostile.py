"""A pull request of a stranger through every form: nothing of it speaks to the machine, and no secret gets out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from plangate.reports.formats import FORMATS

Cli = Callable[..., Any]

NAME = "::error file=x,line=1::forged\n##[error]forged\n```\n]]>\x1b[2J.yml"
SECRET = "AKIA" + "IOSFODNN7EXAMPLE"


@pytest.fixture
def plan(portal: Path) -> Path:
    folder = portal / "plans/first-plan"
    (folder / NAME).write_text("x: y\n")
    (folder / "12-::warning::x.md").write_text("hello\n")
    return folder


@pytest.mark.parametrize("form", FORMATS)
def test_a_name_of_a_file_speaks_to_nobody(cli: Cli, plan: Path, form: str) -> None:
    done = cli("check", "--format", form)
    assert done.status == 1
    assert "forged" in done.out
    assert "\x1b" not in done.out
    rows = done.out.splitlines()
    assert not any(row.lstrip().startswith(("::error file=x", "::warning::x", "##[")) for row in rows)
    assert "##[" not in done.out.replace("\\n", "\n").replace("# #[", "")
    if form in {"json", "sarif", "gitlab"}:
        json.loads(done.out)
    if form == "junit":
        fromstring(done.out)  # noqa: S314 -- written by what is tested


@pytest.mark.parametrize("form", FORMATS)
def test_no_form_shows_a_secret(cli: Cli, portal: Path, form: str) -> None:
    file = portal / "plans/first-plan/04-ingestion.yml"
    file.write_text(file.read_text("utf-8").replace("retries: 2", f"owner: {SECRET}\n    retries: 2"))
    done = cli("check", "--format", form, "--write-baseline")
    assert done.status == 1
    assert "GEN010" in done.out
    assert SECRET not in done.out + done.err + (portal / "references/baseline.yml").read_text()

"""Runs the shell steps of a workflow as the forge would: what `${{ … }}` says reaches them through the environment."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
_SAYS = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
_STARTS = {"plangate": "from plangate.cli.main import main; main()", "mkdocs": "from mkdocs.__main__ import cli; cli()"}


def workflow(name: str) -> dict[Any, Any]:
    """Read a workflow of this repository; its key `on` is True, as YAML 1.1 has it."""
    data: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text("utf-8"))
    return data


def said(text: object, values: Mapping[str, str]) -> str:
    """Put in what the forge would; an expression that nobody gave a value for is a KeyError."""
    return _SAYS.sub(lambda found: values[found[1]], str(text))


def tools(folder: Path) -> Path:
    """Make a folder with `plangate` and `mkdocs` of this checkout, as the step that installs leaves them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, start in _STARTS.items():
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -c "{start}" "$@"\n')
        (folder / name).chmod(0o755)
    return folder


def step(job: Mapping[str, Any], name: str, place: Path, values: Mapping[str, str], **more: str) -> tuple[int, str]:
    """Run one step by its name in a folder; gives its status and all that it said."""
    (found,) = [entry for entry in job["steps"] if entry.get("name") == name]
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "GITHUB_"))},
        "PATH": f"{tools(place.parent / 'tools')}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "plugin"),
        "SOURCE_DATE_EPOCH": "1795392000",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        **{key: said(value, values) for key, value in {**job.get("env", {}), **found.get("env", {})}.items()},
        **more,
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", found["run"]],
        cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr

"""What a stranger might leave in plans, and whether a log shows any of it as the forge's own words."""

import os
from pathlib import Path


def leave_in(plans: Path, touch: str) -> None:
    """Leave commands in texts and names, links, giants, and no capacity; `touch` is the command that must not run."""
    plan = plans / "first-plan"
    (plan / "03-capacity.yml").unlink()
    (plan / "01-context.md").write_text("# Context\n\n{{ cycler.__init__.__globals__.os.system('" + touch + "') }}\n")
    os.symlink("/etc/passwd", plan / "02-sources.md")
    os.symlink("/etc", plan / "contracts")
    (plan / "huge.yml").write_text("a" * 1_000_001)
    (plan / "05-modeling.yml").write_text(f"grain: !!python/object/apply:os.system [{touch!r}]\n")
    (plan / "a\n::error file=x::forged.yml").write_text("x: 1\n")
    (plan / "::error::forged.yml").write_text("x: 1\n")
    named = plans / f"$({touch})".replace("/", "_")
    named.mkdir()
    (named / "plan.yml").write_text("title: Metacharacters\n")
    (plans / "run.sh").write_text(f"#!/bin/sh\n{touch}\n")


def forged_rows(log: str) -> list[str]:
    """Give the rows of a log that a name has made into a command of the forge."""
    return [row for row in log.splitlines() if row.startswith(("::error::", "::error file=x::"))]

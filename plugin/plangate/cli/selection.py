"""Which plans a check examines: those named, those that files belong to, those that changed."""

import os
from collections.abc import Iterable
from pathlib import Path

from plangate.cli import options
from plangate.reading.git import GitError, changed_files, revision
from plangate.reading.portfolio import Portfolio
from plangate.reports.outcome import count


def named(found: Portfolio, plans_dir: Path, names: Iterable[str]) -> tuple[str, ...] | None:
    """Give the ids of the plans named by id, by folder or by one of their files, as a commit hook names them.

    None stands for all plans: where none is named, and where a file belongs to no plan, such as one of the references.
    Raises click.UsageError for an unknown plan.
    """
    known = _known(found)
    ids: list[str] = []
    everything = True
    for name in names:
        everything = False
        if not Path(name).is_file():
            ids.extend(options.plan_ids(found, [name], broken=True))
            continue
        owner = _owner(Path(os.path.abspath(name)), plans_dir)
        if owner not in known:
            return None
        ids.append(owner)
    return None if everything else tuple(dict.fromkeys(ids))


def touched(
    found: Portfolio, plans_dir: Path, references_dir: Path | None, base: str | None
) -> tuple[tuple[str, ...] | None, str]:
    """Give the plans with files that differ from a revision (HEAD where none is named), and a sentence about it.

    None stands for all plans: where git cannot tell, and where the references differ, which concern every plan.
    """
    since = base or "HEAD"
    known = _known(found)
    try:
        asked = revision(plans_dir, since)
        changed = changed_files(asked, plans_dir)
        if references_dir is not None and any(_is_yaml(file) for file in changed_files(asked, references_dir)):
            return None, f"All plans are examined, for the references differ from {since}"
    except (GitError, ValueError) as error:
        return None, f"All plans are examined, for what differs from {since} is not known: {error}"
    owners = {_owner(file, plans_dir) for file in changed}
    ids = tuple(name for name in known if name in owners)
    return ids, f"{len(ids)} of {count(len(known), 'plan')} differ from {since}; the others are not examined"


def _known(found: Portfolio) -> list[str]:
    return sorted({*(plan.id for plan in found.plans), *found.failures})


def _owner(file: Path, plans_dir: Path) -> str:
    """Give the name of the folder below `plans_dir` that a file lies in; empty where it lies in none."""
    for top in (Path(os.path.abspath(plans_dir)), plans_dir.resolve()):
        if file.is_relative_to(top):
            parts = file.relative_to(top).parts
            return parts[0] if len(parts) > 1 else ""
    return ""


def _is_yaml(file: Path) -> bool:
    return file.suffix in {".yml", ".yaml"}

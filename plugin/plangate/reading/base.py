"""The plans as they were at a base revision, read out of git."""

from pathlib import Path

from plangate.reading.git import GitError, files_at, revision
from plangate.reading.portfolio import Portfolio, read_portfolio


def read_base(name: str, plans_dir: Path, references_dir: Path | None = None) -> Portfolio:
    """Read every plan as it was at a revision that git knows by `name`, under the policy of that revision.

    Plans that it did not hold are not there. Raises GitError where git cannot tell.
    """
    found = revision(plans_dir, name)
    folders = [plans_dir] if references_dir is None else [plans_dir, references_dir]
    for folder in folders:
        if not folder.resolve().is_relative_to(found.top.resolve()):
            raise GitError(f"{folder} lies outside of the repository at {found.top}")
    with files_at(found, *folders) as copies:
        references = copies[references_dir] if references_dir is not None else None
        return read_portfolio(copies[plans_dir], references, root=copies[plans_dir].parent)

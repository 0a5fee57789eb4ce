"""The plugin's options, and the folders that they mean."""

from pathlib import Path

from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from msgspec import Struct

from plangate.reports.history import FILE as HISTORY


class PlangateConfig(Config):  # type: ignore[no-untyped-call]
    """What may stand under `plangate:` in mkdocs.yml."""

    plans_dir = c.Type(str, default="plans")
    """Where the plans lie, seen from mkdocs.yml; outside of docs_dir."""

    references_dir = c.Type(str, default="references")
    """Where workflow.yml, checklists.yml, people.yml and defaults/ lie, seen from mkdocs.yml."""

    fail_on = c.Choice(("error", "warning", "never"), default="error")
    """From which severity on a build fails."""

    fail = c.Choice(("early", "late"), default="early")
    """When it fails: before the site's folder is touched, or after the pages are built."""

    drafts = c.Choice(("show", "hide"), default="show")
    """Whether plans that are drafts have pages."""

    base = c.Type(str, default="")
    """The git revision that lineage is compared with, `main` for example; none where empty."""

    history = c.Type(int, default=10)
    """How many commits of each plan its history looks at; with 0 there is none."""


class Places(Struct, frozen=True):
    """The folders of a portal, absolute; `root` is that of mkdocs.yml and shown file names are relative to it."""

    root: Path
    plans: Path
    references: Path
    docs: Path

    @property
    def report(self) -> Path:
        """Where the machine report of a build goes: beside mkdocs.yml, because a watched folder would build again."""
        return self.root / ".plangate" / "report.json"

    @property
    def history(self) -> Path:
        """Where the versions that were compared are kept, for the next build."""
        return self.report.with_name(HISTORY)


def places(own: PlangateConfig, config: MkDocsConfig) -> Places:
    """Resolve the folders from the configuration file; raises PluginError for those that cannot work."""
    root = Path(config.config_file_path or "mkdocs.yml").resolve().parent
    found = Places(root, (root / own.plans_dir).resolve(), (root / own.references_dir).resolve(), _docs(root, config))
    if root.is_relative_to(found.plans):
        raise PluginError(
            f"plangate: plans_dir `{own.plans_dir}` holds mkdocs.yml itself; give the folder that holds only the plans"
        )
    for name, other in (("docs_dir", found.docs), ("site_dir", (root / config.site_dir).resolve())):
        if found.plans.is_relative_to(other) or other.is_relative_to(found.plans):
            raise PluginError(
                f"plangate: plans_dir `{own.plans_dir}` and {name} lie within each other; plans are data and need a "
                f"folder of their own"
            )
    if not found.plans.is_dir():
        raise PluginError(
            f"plangate: plans_dir `{own.plans_dir}` is no folder beside mkdocs.yml; `plangate new` starts a first plan"
        )
    return found


def _docs(root: Path, config: MkDocsConfig) -> Path:
    return (root / config.docs_dir).resolve()

"""A small site of its own for every test: the packaged first plan beside a page written by hand."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

DEFAULTS = Path(str(resources.files("plangate") / "defaults"))
FIRST_PLAN = DEFAULTS / "first-plan"
PEOPLE = DEFAULTS / "references" / "people.yml"


@dataclass
class Site:
    """A folder with mkdocs.yml, docs/ and plans/."""

    root: Path

    @property
    def out(self) -> Path:
        return self.root / "site"

    @property
    def plan(self) -> Path:
        return self.root / "plans" / "first-plan"

    def settings(self, theme: str = "material", plugins: list[Any] | None = None, **more: Any) -> None:
        """Write mkdocs.yml."""
        named = {"name": theme, "font": False} if theme == "material" else {"name": theme}
        config = {
            "site_name": "Portal",
            "theme": named,
            "plugins": plugins or ["search", "macros", {"plangate": {"references_dir": "docs"}}],
            "markdown_extensions": ["admonition", "attr_list", "md_in_html", "tables", {"toc": {"permalink": True}}],
            **more,
        }
        (self.root / "mkdocs.yml").write_text(yaml.safe_dump(config))

    def options(self, theme: str = "material", **options: Any) -> None:
        """Write mkdocs.yml with options of the plugin."""
        self.settings(theme, ["search", "macros", {"plangate": {"references_dir": "docs", **options}}])

    def write(self, name: str, text: str) -> None:
        """Write a file of the site."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a text in a file of the site."""
        path = self.root / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def break_yaml(self) -> None:
        """Make gate ingestion unreadable on its last line."""
        path = self.plan / "04-ingestion.yml"
        path.write_text(path.read_text("utf-8") + "broken: [\n", encoding="utf-8")

    def build(self) -> MkDocsConfig:
        """Build in this process."""
        config = load_config(str(self.root / "mkdocs.yml"))
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        return config

    def page(self, path: str) -> str:
        """Read a built file."""
        return (self.out / path).read_text("utf-8")

    def run(self, tool: str, *arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
        """Run mkdocs or properdocs as a command."""
        command = [sys.executable, "-W", "ignore", "-m", tool, *arguments]
        return subprocess.run(command, cwd=cwd or self.root, capture_output=True, text=True, check=False)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Give a site that builds."""
    made = Site(tmp_path)
    shutil.copytree(FIRST_PLAN, made.plan)
    made.write("docs/index.md", "# Home\n\nWords.\n")
    made.settings()
    return made

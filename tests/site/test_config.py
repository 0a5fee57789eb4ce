from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from plangate.site.config import PlangateConfig, places
from plangate.site.plugin import PlangatePlugin


def configured(tmp_path: Path, **options: object) -> tuple[PlangateConfig, MkDocsConfig]:
    plugin = PlangatePlugin()
    errors, warnings = plugin.load_config(options, config_file_path=str(tmp_path / "mkdocs.yml"))
    assert (errors, warnings) == ([], [])
    config = MkDocsConfig(config_file_path=str(tmp_path / "mkdocs.yml"))
    config.load_dict({"site_name": "Portal", "docs_dir": str(tmp_path / "docs"), "site_dir": str(tmp_path / "site")})
    return plugin.config, config


def test_defaults_are_those_of_the_guide(tmp_path: Path) -> None:
    own, _ = configured(tmp_path)
    assert dict(own) == {
        "plans_dir": "plans",
        "references_dir": "references",
        "fail_on": "error",
        "fail": "early",
        "drafts": "show",
        "base": "",
        "history": 10,
    }


@pytest.mark.parametrize(
    ("option", "value"),
    [("fail_on", "always"), ("fail", "never"), ("drafts", True), ("plans_dir", 3), ("plan_dir", "plans")],
)
def test_unknown_options_and_values_are_told(option: str, value: object) -> None:
    errors, warnings = PlangatePlugin().load_config({option: value})
    assert [name for name, _ in (*errors, *warnings)] == [option]


def test_folders_are_seen_from_the_configuration_file(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    found = places(*configured(tmp_path, plans_dir="mine"))
    assert found.plans == tmp_path / "mine"
    assert found.references == tmp_path / "references"
    assert found.report == tmp_path / ".plangate" / "report.json"


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        (".", "holds mkdocs.yml itself"),
        ("docs/plans", "docs_dir lie within each other"),
        ("docs", "docs_dir lie within each other"),
        ("site/plans", "site_dir lie within each other"),
        ("absent", "is no folder"),
    ],
)
def test_folders_that_cannot_work_are_refused(tmp_path: Path, folder: str, why: str) -> None:
    for name in ("docs/plans", "site/plans"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    with pytest.raises(PluginError, match=why):
        places(*configured(tmp_path, plans_dir=folder))

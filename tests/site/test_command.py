from pathlib import Path

import pytest
from tests.site.conftest import Site


@pytest.mark.parametrize("tool", ["mkdocs", "properdocs"])
@pytest.mark.parametrize(("broken", "status"), [(False, 0), (True, 1)])
@pytest.mark.parametrize("how", [(), ("--strict",), ("--quiet",)])
def test_exit_status(site: Site, tool: str, broken: bool, status: int, how: tuple[str, ...]) -> None:
    site.settings("mkdocs" if tool == "mkdocs" else "material")  # the small theme is not part of properdocs
    if broken:
        site.break_yaml()
    done = site.run(tool, "build", *how)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert ("plans/first-plan/04-ingestion.yml:" in done.stderr) is broken
    assert (site.out / "plans/first-plan/capacity/index.html").is_file() is not broken


def test_the_configuration_may_be_named_from_elsewhere(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    site.settings("mkdocs")
    elsewhere: Path = tmp_path_factory.mktemp("elsewhere")
    done = site.run("mkdocs", "build", "-f", str(site.root / "mkdocs.yml"), cwd=elsewhere)
    assert done.returncode == 0, done.stderr
    assert (site.out / "plans/first-plan/index.html").is_file()
    assert not (elsewhere / ".plangate").exists()


def test_a_folder_that_is_not_there_is_told_in_one_line(site: Site) -> None:
    site.options("mkdocs", plans_dir="absent")
    done = site.run("mkdocs", "build")
    assert done.returncode == 1
    assert "plans_dir `absent` is no folder" in done.stderr
    assert "Traceback" not in done.stderr

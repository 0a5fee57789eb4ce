"""The history of a plan on its page: from real commits, the same from build to build, absent where it is not wanted."""

import shutil
from pathlib import Path

import pytest
from tests.repositories import committed, git
from tests.site.conftest import PEOPLE, Site

PAGE = "plans/first-plan/history/index.html"
EVIL = "</title><script>alert(1)</script> {{ 7 * 7 }} \u202eevil"


@pytest.fixture
def versions(site: Site) -> Site:
    """A site in git whose plan has two versions."""
    shutil.copy(PEOPLE, site.root / "docs")
    site.write(".gitignore", "/site/\n/.plangate/\n")
    committed(site.root, "Plan the orders")
    site.edit("plans/first-plan/03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    committed(site.root, EVIL)
    return site


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".gz")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_page_tells_what_changed_and_stays_the_same(versions: Site) -> None:
    versions.build()
    page = versions.page(PAGE)
    assert "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }} [U+202E]evil" in page
    assert "<script>alert" not in page
    assert "<del>720 d</del> → <ins>750 d</ins>" in page
    assert "assets/plangate/reviews.css" in page
    overview = versions.page("plans/first-plan/index.html")
    assert 'href="history/"' in overview
    assert '<h2 id="pg-history">' in overview
    first, kept = contents(versions.out), versions.root / ".plangate" / "history.json"
    assert "capacity.horizon" in kept.read_text()
    versions.build()
    assert {name: text for name, text in contents(versions.out).items() if first[name] != text} == {}
    assert "history.json" not in git(versions.root, "status", "--porcelain", "--untracked-files=all")


def test_it_can_be_switched_off(versions: Site) -> None:
    versions.options(history=0)
    versions.build()
    assert not (versions.out / PAGE).exists()
    assert not (versions.root / ".plangate" / "history.json").exists()
    assert "pg-history" not in versions.page("plans/first-plan/index.html")


def test_without_git_it_says_so_and_the_build_goes_on(site: Site) -> None:
    site.build()
    assert "There is no history: the plans lie in no git repository" in site.page(PAGE)
    assert not (site.root / ".plangate" / "history.json").exists()

"""`plangate init`."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plangate.cli.init import localised, pages, portal_files

Cli = Callable[..., Any]

ROOT = Path(__file__).parents[2]


def test_a_new_portal_holds_what_the_guide_promises(cli: Cli, tmp_path: Path) -> None:
    assert cli("init", "data-plans").status == 0
    for name in (
        "mkdocs.yml",
        "references/index.md",
        "references/workflow.md",
        "references/people.yml",
        "references/checklists.yml",
        "references/defaults/data_team.yml",
        "plans/first-plan/plan.yml",
        ".github/CODEOWNERS",
        ".github/pull_request_template.md",
        *(f".github/workflows/{name}.yml" for name in ("check", "comment", "pages", "recheck", "sign")),
    ):
        assert (tmp_path / "data-plans" / name).is_file(), name


def test_this_repository_runs_the_workflows_of_a_new_portal() -> None:
    for name, text in portal_files("first-plan").items():
        if name.startswith(".github/") and name != ".github/CODEOWNERS":  # its paths are another repository's
            own = re.sub(r'"plangate(\[forge\])?==[^"]+"', lambda found: '".[forge]"' if found[1] else ".", text)
            assert own == (ROOT / name).read_text("utf-8"), name


def test_nothing_is_overwritten(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: Mine\n")
    (tmp_path / "references").mkdir()
    (tmp_path / "references" / "index.md").write_text("# Mine\n")
    first = cli("init")
    assert (tmp_path / "mkdocs.yml").read_text() == "site_name: Mine\n"
    assert "left alone mkdocs.yml, which exists" in first.out
    assert "left alone references/index.md, which exists" in first.out
    assert "add `plangate` to the plugins" in first.out
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again = cli("init")
    assert again.status == 0
    assert "wrote" not in again.out
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_plans_that_exist_are_kept_and_shown_on_the_pages(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "plans" / "refunds-mart").mkdir(parents=True)
    (tmp_path / "plans" / "refunds-mart" / "plan.yml").write_text("id: refunds-mart\n")
    done = cli("init")
    assert "left alone plans, which holds plans" in done.out
    assert [path.name for path in (tmp_path / "plans").iterdir()] == ["refunds-mart"]
    assert '{{ capacity_table("refunds-mart") }}' in (tmp_path / "references" / "capacity-formulas.md").read_text()


def test_a_folder_that_cannot_be_made_is_two(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "references").write_text("a file")
    assert cli("init").status == 2


def test_pages_call_no_plan_that_is_not_there() -> None:
    files = portal_files("first-plan")
    for name, text in files.items():
        if name.endswith(".md"):
            calls = re.findall(r"\{\{.*?\}\}", text)
            assert not [call for call in calls if "orders-mart" in call], name
            assert not re.search(r"\]\((?:\.\./)?plans/orders-mart/", text), name


def test_links_between_the_pages_arrive() -> None:
    files = portal_files("first-plan")
    for name, text in files.items():
        if not name.startswith("references/") or not name.endswith(".md"):
            continue
        for target in re.findall(r"\]\(([^)#:]+\.md)(?:#[^)]*)?\)", text):
            place = (Path(name).parent / target).as_posix()
            parts: list[str] = []
            for part in place.split("/"):
                parts[-1:] = [] if part == ".." else [*parts[-1:], part]
            arrived = "/".join(parts)
            assert arrived in files or arrived.startswith("references/plans/first-plan/"), f"{name}: {target}"


def test_localised_leaves_other_text_alone() -> None:
    text = 'plans/orders-mart/ and `{{ x }}` and {{ cost_table("orders-mart") }} [a](plans/orders-mart/runbook.md)'
    assert localised(text, "mine") == (
        'plans/orders-mart/ and `{{ x }}` and {{ cost_table("mine") }} [a](plans/mine/runbook.md)'
    )


def test_the_wheel_packs_every_page() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    packed = set(build["force-include"])
    assert {f"references/{path.name}" for path in (ROOT / "references").glob("*.md")} <= packed
    assert "references/guide" in packed
    assert pages().joinpath("workflow.md").is_file()


def test_no_pattern_of_gitignore_hides_a_room_of_the_package() -> None:
    """Git and the wheel both go by .gitignore: `site/` without a leading slash would leave plangate/site out."""
    patterns = [row.strip() for row in (ROOT / ".gitignore").read_text("utf-8").splitlines()]
    package = ROOT / "plugin" / "plangate"
    rooms = {path.name for path in package.rglob("*") if path.is_dir() and not path.name.startswith(("__", "."))}
    assert not rooms & {pattern.rstrip("/") for pattern in patterns}

"""Folders become plans; one broken plan hides no other; what did not change is not read again."""

import os
from pathlib import Path

import pytest

from plangate.reading.portfolio import read_portfolio

HEADER = (
    "id: {id}\ntitle: A plan\nprofile: batch\nintent: draft\ntier: C\n"
    "owners: [{{team: data_team, role: accountable}}]\n"
)


def write(plans: Path, plan: str, **files: str) -> Path:
    folder = plans / plan
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.yml").write_text(HEADER.format(id=plan))
    for name, text in files.items():
        (folder / name.replace("__", "/").replace("_yml", ".yml").replace("_md", ".md")).write_text(text)
    return folder


def rules(plans: Path, plan: str) -> list[tuple[str, str, int]]:
    read = read_portfolio(plans).read(plan)
    return [(problem.rule, *read.locate(problem)[:2]) for problem in read.problems]


def test_plans_are_sorted_and_typed(tmp_path: Path) -> None:
    write(tmp_path / "plans", "b-plan")
    folder = write(tmp_path / "plans", "a-plan")
    (folder / "01-context.yml").write_text("problem: Two numbers for one thing.\n")
    portfolio = read_portfolio(tmp_path / "plans")
    assert [plan.id for plan in portfolio.plans] == ["a-plan", "b-plan"]
    assert portfolio.plans[0].context is not None
    assert portfolio.plans[0].context.problem == "Two numbers for one thing."


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_portfolio(tmp_path / "plans")


def test_broken_plan_hides_no_other(tmp_path: Path) -> None:
    write(tmp_path / "plans", "good-plan")
    folder = write(tmp_path / "plans", "broken-plan")
    (folder / "01-context.yml").write_text("problem: [\n")
    (folder / "02-sources.yml").write_text("sources: {\n")
    assert rules(tmp_path / "plans", "good-plan") == []
    assert rules(tmp_path / "plans", "broken-plan") == [
        ("GEN001", "plans/broken-plan/01-context.yml", 2),
        ("GEN001", "plans/broken-plan/02-sources.yml", 2),
    ]


LAYOUT = [
    ("03-context.yml", "problem: Text of a problem\n", "GEN015"),
    ("04-events.yml", "streams: []\n", "GEN015"),
    ("notes.yml", "a: 1\n", "GEN015"),
    ("01-context.yml", "", "GEN001"),
    ("01-context.yml", "- a list\n", "GEN001"),
    ("01-context.yml", "a: &b 1\nc: *b\n", "GEN001"),
    ("01-context.yml", "problem: a\nproblem: b\n", "GEN002"),
    ("01-context.yml", "problme: Text of a problem\n", "GEN004"),
    ("01-context.md", "---\nrender_macros: true\n---\ntext\n", "GEN004"),
    ("01-context.md", "[" * 500, "GEN001"),
    ("reviews/r.yml", "scheme: pg1\n", "REV002"),
    ("waivers/W-001.yml", "id: W-001\n", "GEN009"),
]


@pytest.mark.parametrize(("name", "text", "rule"), LAYOUT, ids=[f"{name}-{rule}" for name, _, rule in LAYOUT])
def test_refused_files(tmp_path: Path, name: str, text: str, rule: str) -> None:
    folder = write(tmp_path / "plans", "a-plan")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    found = rules(tmp_path / "plans", "a-plan")
    assert found
    assert {entry[0] for entry in found} == {rule}
    assert {entry[1] for entry in found} == {f"plans/a-plan/{name}"}


def test_of_two_files_of_a_gate_the_one_with_its_name_is_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "plans", "a-plan")
    (folder / "01-context.yml").write_text("problem: Text of a problem\n")
    for name in ("01-context.yaml", "00-context.yml"):
        (folder / name).write_text("metrics: []\n")
    read = read_portfolio(tmp_path / "plans").read("a-plan")
    assert read.plan.context is not None
    assert read.plan.context.problem == "Text of a problem"
    assert [problem.message for problem in read.problems if "two files" in problem.message] == [
        "Gate context stands in two files, `01-context.yml` and `00-context.yml`; keep one",
        "Gate context stands in two files, `01-context.yml` and `01-context.yaml`; keep one",
    ]


def test_links_and_strange_names_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "plans", "a-plan")
    os.symlink("/etc/passwd", folder / "01-context.yml")
    (folder / "a\u202eb.yml").write_text("a: 1\n")
    (folder / "assets").mkdir()
    messages = [problem.message for problem in read_portfolio(tmp_path / "plans").read("a-plan").problems]
    assert any("symbolic link" in message for message in messages)
    assert any("control character" in message and "\\u202e" in message for message in messages)
    assert any("folder that no plan has" in message for message in messages)


def test_secrets_are_told_and_masked(tmp_path: Path) -> None:
    folder = write(tmp_path / "plans", "a-plan")
    (folder / "01-context.yml").write_text("problem: see postgres://loader:hunter2secret@db/shop for the numbers\n")
    (folder / "01-context.md").write_text("The key is AKIAIOSFODNN7EXAMPLE for now.\n")
    read = read_portfolio(tmp_path / "plans").read("a-plan")
    assert [problem.rule for problem in read.problems] == ["GEN010", "GEN010"]
    assert "hunter2" not in repr(read)
    assert "AKIAIOSFODNN7EXAMPLE" not in repr(read)


@pytest.mark.parametrize(
    ("page", "at"),
    [
        ("The key is AKIAIOSFODNN7EXAMPLE, and \a rings.\n", "\a"),
        ("---\ntitle: Keys\n---\n\nThe key is AKIAIOSFODNN7EXAMPLE, and \a rings.\n", "\a"),
        ("---\ntags: [AKIAIOSFODNN7EXAMPLE, {a: 1}]\n---\nText.\n", "{a"),
    ],
)
def test_places_behind_a_masked_secret_are_those_of_the_page(tmp_path: Path, page: str, at: str) -> None:
    folder = write(tmp_path / "plans", "a-plan")
    (folder / "01-context.md").write_text(page)
    read = read_portfolio(tmp_path / "plans").read("a-plan")
    (where,) = [(one.line, one.column) for one in read.problems if one.rule != "GEN010"]
    assert where == next((n, line.index(at) + 1) for n, line in enumerate(page.split("\n"), start=1) if at in line)


def test_profile_and_defaults_that_do_not_exist(tmp_path: Path) -> None:
    folder = write(tmp_path / "plans", "a-plan")
    text = HEADER.format(id="a-plan").replace("profile: batch", "profile: weekly") + "defaults: nobody\n"
    (folder / "plan.yml").write_text(text)
    assert sorted(entry[0] for entry in rules(tmp_path / "plans", "a-plan")) == ["GEN003", "GEN004"]


def test_unchanged_plans_are_not_read_again(tmp_path: Path) -> None:
    first = write(tmp_path / "plans", "a-plan")
    write(tmp_path / "plans", "b-plan")
    before = read_portfolio(tmp_path / "plans")
    (first / "01-context.yml").write_text("problem: Two numbers for one thing.\n")
    after = read_portfolio(tmp_path / "plans", previous=before)
    assert after.read("b-plan") is before.read("b-plan")
    assert after.read("a-plan") is not before.read("a-plan")
    (tmp_path / "references").mkdir()
    (tmp_path / "references" / "people.yml").write_text("teams: {data_team: {title: Data}}\n")
    assert read_portfolio(tmp_path / "plans", tmp_path / "references", previous=after).read("b-plan") is not after.read(
        "b-plan"
    )

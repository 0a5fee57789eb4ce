from pathlib import Path

import pytest

from plangate.site.excerpt import excerpt


@pytest.mark.parametrize(
    ("line", "first", "last"), [(1, "one", "five"), (5, "one", "nine"), (9, "five", "nine"), (99, "five", "nine")]
)
def test_lines_around_the_wrong_one_are_shown(tmp_path: Path, line: int, first: str, last: str) -> None:
    path = tmp_path / "a.yml"
    path.write_text("one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine")
    text = str(excerpt(path, line).striptags())
    assert first in text
    assert last in text
    marked = str(excerpt(path, line)).split("<mark", 1)[1].split("</mark>", 1)[0]
    assert f"{min(line, 9)} │" in marked


def test_text_of_the_file_is_inert_and_secrets_are_masked(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("url: postgres://alice:hunter2secret@db/x\na: <script>\u202e\n")
    shown = str(excerpt(path, 2))
    assert "<script>" not in shown
    assert "[U+202E]" in shown
    assert "hunter2secret" not in shown


def test_a_file_that_cannot_be_opened_shows_nothing(tmp_path: Path) -> None:
    assert excerpt(tmp_path / "absent.yml", 1) == ""

"""What an author wrote can neither leave its line nor speak to the machine that shows it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.reports.lines import cells, clip, line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, 5 % and – dashes", "plain text, 5 % and – dashes"),
        ("two\nlines", "two\\u000alines"),
        ("tab\there", "tab\\u0009here"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("delete\x7f", "delete\\u007f"),
        ("\x9b31m", "\\u009b31m"),
        ("abc\u202edef", "abc\\u202edef"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("lone \ud800 surrogate", "lone \\ud800 surrogate"),
        ("line\u2028separator", "line\\u2028separator"),
        ("tag \U000e0041", "tag \\U000e0041"),
        ("filler \u3164", "filler \\u3164"),
        ("##[error]forged", "# #[error]forged"),
        ("###[group]", "## #[group]"),
        ("##vso[task.complete]", "# #vso[task.complete]"),
        ("## a heading [1]", "## a heading [1]"),
        ("日本語 und Umlaute äöü", "日本語 und Umlaute äöü"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(alphabet=st.characters(), max_size=60))
def test_every_text_stays_on_its_line_and_issues_no_command(text: str) -> None:
    shown = line("error ", text)
    assert shown.startswith("error")
    assert len(shown.splitlines()) == 1
    assert "##[" not in shown
    assert not {unicodedata.category(letter) for letter in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    shown.encode("utf-8")


@pytest.mark.parametrize("lead", ["", " ", "\t"])
def test_a_line_never_starts_with_what_an_author_wrote(lead: str) -> None:
    with pytest.raises(ValueError, match="a word of ours"):
        line(lead, "::error::forged")


@pytest.mark.parametrize(
    ("width", "around", "shown", "at"),
    [
        (20, 3, "0123456789", 3),
        (4, 0, "0123…", 0),
        (4, 2, "0123…", 2),
        (8, 6, "01234567…", 6),
        (6, 9, "01…6789", 6),
        (6, 6, "01…4567…", 5),
        (4, 9, "0…789", 4),
    ],
)
def test_clip_keeps_the_position_in_view(width: int, around: int, shown: str, at: int) -> None:
    cut, position = clip("0123456789", width, around)
    assert (cut, position) == (shown, at)
    assert cut[position] == str(around)


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("orders", 6), ("äöü…", 4), ("在庫", 4), ("e\u0301te\u0301", 3), ("ＡＢ", 4)]
)
def test_a_wide_letter_takes_two_cells_and_a_mark_upon_one_none(text: str, count: int) -> None:
    assert cells(text) == count

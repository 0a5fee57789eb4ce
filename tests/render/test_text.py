"""Author text on its way into Markdown, titles and pages."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from markupsafe import Markup

from plangate.reading.yaml import shown as quoted
from plangate.render.fragments import Head, Row, chips, facts, figures, link, mark, table
from plangate.render.notes import Note, counted, note_list
from plangate.render.page import Page, Section, page_html, toc_tokens
from plangate.render.text import label, markdown_text, sentence, title_text, visible, with_code

from .html import read, skeleton

NASTY = st.text(st.sampled_from("<>&\"'{}[]()`*_#!|\\/=;:.-~^$%+ \n\tab0\u202e\u200b\x00é😀"), min_size=1, max_size=40)
EXTENSIONS = ["tables", "attr_list", "md_in_html", "footnotes", "admonition", "def_list", "fenced_code"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode – 中文 😀", "plain ünïcode – 中文 😀"),
        ("a\u202eb", "a[U+202E]b"),
        ("a\u200bb\u2066c", "a[U+200B]b[U+2066]c"),
        ("\x00\x1b[31m", "[U+0000][U+001B][31m"),
        ("\ud800", "[U+D800]"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\u2028", "[U+2028]"),
    ],
)
def test_unseen_characters_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("abc 1", "abc&#32;1"),
        ("<b>", "&#60;b&#62;"),
        ("{{ x }}", "&#123;&#123;&#32;x&#32;&#125;&#125;"),
        ("\u202e", "&#91;U&#43;202E&#93;"),
        ("größe", "größe"),
    ],
)
def test_markdown_text_encodes_all_but_letters_and_digits(text: str, encoded: str) -> None:
    assert markdown_text(text) == encoded


@given(NASTY)
def test_markdown_text_is_text_in_every_context(text: str) -> None:
    encoded = markdown_text(text)
    assert not re.search(r"[^A-Za-z0-9&#;\u0080-\U0010ffff]", encoded)
    for frame in ("{}", "# {}", "- {}", "| a |\n|---|\n| {} |", "> {}", "**{}**"):
        made = Markdown(extensions=EXTENSIONS).convert(frame.format(f"x{encoded}x"))
        plain = Markdown(extensions=EXTENSIONS).convert(frame.format("xxx"))
        assert [tag for tag, _ in skeleton(made)] == [tag for tag, _ in skeleton(plain)]
        assert "x" + visible(text) + "x" in read(made).text.replace("\r", "")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ('Orders <b> & "co" {{ x }} it\'s', "Orders ‹b› ＆ ”co” ❴❴ x ❵❵ it’s"),
        ("two\n lines", "two lines"),
        ("a\u202eb", "a[U+202E]b"),
    ],
)
def test_titles_get_look_alikes(title: str, shown: str) -> None:
    assert title_text(title) == shown


@given(NASTY)
def test_titles_survive_being_unescaped(title: str) -> None:
    assert html.unescape(title_text(title)) == title_text(title)
    assert not set(title_text(title)) & set("<>&\"'{}\n\u202e")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("rows_per_day", "Rows per day"),
        ("sla", "SLA"),
        ("rpo", "RPO"),
        ("pii_masking", "PII masking"),
        ("oncall", "On call"),
        ("delay_p95", "Delay p95"),
    ],
)
def test_names_of_fields_become_headings(name: str, shown: str) -> None:
    assert label(name) == shown


def test_titles_of_the_workflow_become_headings() -> None:
    assert sentence("the business metrics") == "Business metrics"
    assert sentence("how models are changed") == "How models are changed"


def everything(text: str) -> str:
    """Put one text into every fragment and into a page; a finding quotes it, as all findings do."""
    said = f"is {quoted('x' + text)} here"
    note = Note(
        "error", "GEN001", said, "context", ("problem",), file="plans/a/plan.yml", hint=said, place="https://x.example/"
    )
    parts = [
        table(text, [Head(text), text], [Row([text, text], "pg-x", below=link(text, "#pg-x"))], sortable=True),
        figures([(text, text)]),
        facts([(text, text)]),
        facts([(text, text)], inline=True),
        chips([text, text]),
        mark(text, "assumed"),
        note_list([note]),
    ]
    section = Section("pg-x", text, Markup("").join(parts), children=(Section("pg-y", text, Markup("<p>y</p>"), 3),))
    return page_html(Page(text, (section,)))


@given(NASTY)
def test_no_text_changes_the_structure_of_a_page(text: str) -> None:
    made = everything(text)
    assert skeleton(made) == skeleton(everything("x"))
    assert read(made).all("h1")[0].text == visible(text)
    assert not re.search("[\x00-\x08\u202e\u200b]", made)


def test_headings_become_tokens_with_escaped_names() -> None:
    child = Section("pg-b", "b & c", Markup(""), 3)
    tokens = toc_tokens([Section("pg-a", "<a>", Markup(""), children=(child,), tokens=({"id": "pg-prose-x"},))])
    assert tokens == [
        {
            "level": 2,
            "id": "pg-a",
            "name": "&lt;a&gt;",
            "children": [{"level": 3, "id": "pg-b", "name": "b &amp; c", "children": []}, {"id": "pg-prose-x"}],
        }
    ]


def test_notes_name_severity_rule_place_and_hint() -> None:
    late = Note("warning", "CUT004", "Buffer is 5 %", "cutover", ("window",), hint="Give it 20 %")
    wrong = Note("error", "CUT001", "No go/no-go", "cutover", (), 12, "plans/a/09-cutover.yml", "../rules/CUT001/")
    found = read(note_list([late, wrong])).all("li")
    assert [item.classes for item in found] == [["pg-note", "pg-error"], ["pg-note", "pg-warning"]]
    assert found[0].words == "✕ error CUT001 No go/no-go plans/a/09-cutover.yml:12"
    assert found[0].all("a")[0].attributes["href"] == "../rules/CUT001/"
    assert found[1].words == "! warning CUT004 Buffer is 5 % Give it 20 % window"


def test_what_notes_quote_is_code() -> None:
    note = Note("error", "CUT001", "`<b>` is no step", hint="Name one of `s01`, `s02`")
    (item,) = read(note_list([note])).all("li")
    assert [code.words for code in item.all("code")] == ["<b>", "s01", "s02"]
    assert item.words == "✕ error CUT001 <b> is no step Name one of s01, s02"


def test_what_fails_stands_before_what_cannot_be_judged_and_is_counted_alone() -> None:
    notes = [
        Note("error", "CUT013", "cannot be judged", verdict="undetermined"),
        Note("error", "GEN001", "A tab stands here"),
        Note("warning", "GEN012", "old", verdict="waived"),
        Note("error", "GEN003", "cannot be judged", verdict="undetermined"),
    ]
    assert read(note_list(notes)).all("li")[0].words == "✕ error GEN001 A tab stands here"
    assert counted(notes) == "1 error, 2 undetermined, 1 waived"
    assert counted([]) == "none"


def test_waived_findings_say_so() -> None:
    assert "(waived)" in note_list([Note("error", "CUT001", "x", verdict="waived")])
    assert note_list([]) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`dlq` has a `topic`.", "<code>dlq</code> has a <code>topic</code>."),
        ("A lone ` stays.", "A lone ` stays."),
        ("`` is empty", "`` is empty"),
        ("`two\nlines`", "`two\nlines`"),
        ("`<b>` & <i>", "<code>&lt;b&gt;</code> &amp; &lt;i&gt;"),
    ],
)
def test_what_stands_between_backticks_is_code(text: str, shown: str) -> None:
    assert with_code(text) == shown


@given(NASTY)
def test_code_in_sentences_loses_nothing_but_backticks(text: str) -> None:
    made = with_code(text)
    assert html.unescape(re.sub("</?code>", "", made)).replace("`", "") == visible(text).replace("`", "")
    assert {tag.name for tag in read(made).inside} <= {"code"}

"""Authors' Markdown: what is kept, what is taken out, what is not rendered at all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.render.prose import clean, excess, prose_html

from .html import read

CASES = [
    ('<p style="color:red" onclick="x()">a</p>', "<p>a</p>"),
    ("<script>alert(1)</script><p>a</p>", "<p>a</p>"),
    ("<style>p{}</style>a", "a"),
    ("<iframe src=x></iframe>a", "a"),
    ("<svg><a href=x>a</a></svg>b", "b"),
    ('<p id="top">a</p>', '<p id="pg-prose-top">a</p>'),
    ('<p id="__palette">a</p>', "<p>a</p>"),
    ('<a name="x">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ('<div class="admonition md-header evil note">a</div>', '<div class="admonition note">a</div>'),
    ('<span class="k evil">a</span>', '<span class="k">a</span>'),
    ('<p class="k">a</p>', "<p>a</p>"),
    ('<a href="javascript:x()">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ('<a href="data:text/html,x">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ('<a href="//host.example/">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ('<a href="/\\host.example/">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
    ('<a href="mailto:a@b.example">a</a>', '<a href="mailto:a@b.example" rel="noopener noreferrer nofollow">a</a>'),
    ('<a href="#part">a</a>', '<a href="#pg-prose-part" rel="noopener noreferrer nofollow">a</a>'),
    ('<img src="https://host.example/x.png" alt="x">', '<img alt="x">'),
    ('<img src="images/x.png" onerror="x()">', '<img src="images/x.png">'),
    ("<form><button>a</button></form>", "a"),
    ("<!-- secret -->a", "a"),
]


@pytest.mark.parametrize(("html", "kept"), CASES)
def test_html_is_cleaned(html: str, kept: str) -> None:
    assert clean(html) == kept


def test_checkboxes_of_task_lists_cannot_be_used() -> None:
    box = read(clean('<input type="text" name="q" value="x">')).all("input")[0]
    assert box.attributes == {"type": "checkbox", "disabled": ""}


def test_headings_go_below_ours_with_ids_of_their_own() -> None:
    made = prose_html("# Why\n\n## How <b>& when</b>\n\ntext\n\n## How <b>& when</b>\n")
    tags = read(made.html)
    assert [tag.attributes["id"] for tag in tags.all("h2")] == ["pg-prose-why"]
    assert [tag.attributes["id"] for tag in tags.all("h3")] == ["pg-prose-how-when", "pg-prose-how-when_1"]
    assert [token["id"] for token in made.tokens] == ["pg-prose-why"]
    assert [token["id"] for token in made.tokens[0]["children"]] == ["pg-prose-how-when", "pg-prose-how-when_1"]
    assert made.tokens[0]["children"][0]["name"] == "How &amp; when"


@pytest.mark.parametrize(("demote", "tag"), [(1, "h3"), (2, "h4")])
def test_headings_go_down_by_as_much_as_is_asked(demote: int, tag: str) -> None:
    assert f"<{tag}" in prose_html("## Part", demote=demote).html


def test_extensions_that_read_files_are_left_out(tmp_path: object) -> None:
    made = prose_html('--8<-- "/etc/hostname"', extensions=["tables", "pymdownx.snippets"])
    assert "8&lt;" in made.html or "8<" in read(made.html).text


def test_relative_links_are_rewritten_and_others_left() -> None:
    rewrite = {"09-cutover.md": "../cutover/"}.get
    found = read(prose_html("[a](09-cutover.md) [b](x.md) [c](https://c.example/)", rewrite=rewrite).html).all("a")
    assert [tag.attributes.get("href") for tag in found] == ["../cutover/", None, "https://c.example/"]


def test_tables_code_and_footnotes_stay() -> None:
    text = "| a | b |\n|---|--:|\n| 1 | 2 |\n\n```\ncode\n```\n\nNote[^1].\n\n[^1]: The note.\n"
    tags = read(prose_html(text).html)
    assert tags.all("table")
    assert tags.all("pre")
    back = tags.all("sup")[0]
    target = back.all("a")[0].attributes["href"]
    assert target is not None
    assert any(tag.attributes.get("id") == target[1:] for tag in tags.all("li"))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("x" * 200_001, "larger than 200 kB"),
        ("[" * 20_000, "more than 200 equal signs"),
        ("a " * 5_001, "line of more than 10000"),
        ("- " * 500 + "x", "nested more than 20"),
        ("> " * 21 + "x", "nested more than 20"),
        (" " * 81 + "- x", "nested more than 20"),
    ],
)
def test_what_exceeds_a_cap_is_shown_as_text(body: str, reason: str) -> None:
    made = prose_html(body + "\n<script>x</script>")
    assert made.refused is not None
    assert reason in made.refused
    assert "<script" not in made.html
    assert read(made.html).all("pre")


@pytest.mark.parametrize("body", ["plain", "- a\n    - b\n        - c", "> > quoted", "x" * 9_999, "[" * 200])
def test_ordinary_text_keeps_the_caps(body: str) -> None:
    assert excess(body) is None


@given(st.text(st.sampled_from("<>&\"'`*_#[]()!:/\\ \n-=abcdjsrip0\u202e"), max_size=120))
def test_nothing_that_an_author_writes_can_act(body: str) -> None:
    made = prose_html(body)
    assert not re.search(
        r"<(script|style|iframe|object|embed|form|base|meta|link|svg|math)\b", made.html, re.IGNORECASE
    )
    for tag in read(made.html).all("a"):
        assert re.match(
            r"https?:|mailto:|#pg-prose-|[^:/\\]*(?:[/\\][^/\\]|$)|[/\\]?$|\?", tag.attributes.get("href") or ""
        )


@pytest.mark.parametrize("attribute", ["onclick", "style", "name", "srcdoc", "formaction", "xlink:href", "data-x"])
def test_attribute_lists_give_no_attribute_that_acts(attribute: str) -> None:
    tags = read(prose_html(f'[a](b.md){{: {attribute}="x" .evil #__search }}').html)
    assert set(tags.all("a")[0].attributes) <= {"href", "rel"}

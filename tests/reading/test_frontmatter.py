"""Front matter of plan pages, and the limits that hold before a page is rendered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mkdocs.utils.meta import get_data

from plangate.reading.frontmatter import MAX_LINE, MAX_NESTING, MAX_PAGE, MAX_RUN, check_limits, split
from plangate.reading.yaml import YamlRejected


@pytest.mark.parametrize(
    ("text", "meta", "body", "offset"),
    [
        ("", {}, "", 0),
        ("# Orders\n\ntext\n", {}, "# Orders\n\ntext\n", 0),
        ("---\ntitle: Orders\n---\n# Orders\n", {"title": "Orders"}, "# Orders\n", 3),
        ("---\n---\ntext", {}, "text", 2),
        ("---\n# nothing\n---\ntext", {}, "text", 3),
        ("--- \ntitle: a\n...\ntext", {"title": "a"}, "text", 3),
        ("---\ntitle: a\n---", {"title": "a"}, "", 2),
        ("---\r\ntitle: a\r\n---\r\ntext\r\n", {"title": "a"}, "text\n", 3),
        ("\ufeff---\ntitle: a\n---\ntext", {"title": "a"}, "text", 3),
        ("---\ntitle: 2026\n---\n", {"title": "2026"}, "", 3),
        ("---\ntitle: 1_000\n---\n", {"title": "1_000"}, "", 3),
        (
            "---\ntitle: yes\ndescription: |\n  two\n  lines\ntags: [orders, 7]\n---\ntext",
            {"title": "yes", "description": "two\nlines\n", "tags": ["orders", "7"]},
            "text",
            7,
        ),
        ("text\n---\ntitle: a\n---\n", {}, "text\n---\ntitle: a\n---\n", 0),
        ("----\ntext", {}, "\n----\ntext", -1),
        ("Note: this stays text\n", {}, "\nNote: this stays text\n", -1),
        ("---\ntitle: a\n---\n---\nrender_macros: true\n---\n", {"title": "a"}, "\n---\nrender_macros: true\n---\n", 2),
    ],
)
def test_split(text: str, meta: dict[str, object], body: str, offset: int) -> None:
    assert split(text, "README.md") == (meta, body, offset)


def test_the_offset_leads_from_the_body_to_the_page() -> None:
    page = "---\ntitle: a\ntags: [b]\n---\nfirst\nsecond\nthird\n"
    _, body, offset = split(page, "README.md")
    for number, line in enumerate(body.split("\n")[:-1], start=1):
        assert page.split("\n")[number + offset - 1] == line


def test_a_breach_of_a_guarded_body_stays_on_the_page() -> None:
    page = split("Note: long\n" + "a\n" * MAX_PAGE, "README.md")
    assert [breach.line + page.offset for breach in check_limits(page.body)] == [1]


@pytest.mark.parametrize(
    ("key", "rule"), [("hide: [toc]", "GEN004"), ("title: [a]", "GEN001"), ("title: a\ntitle: b", "GEN002")]
)
def test_the_rule_of_a_rejection(key: str, rule: str) -> None:
    with pytest.raises(YamlRejected) as caught:
        split(f"---\n{key}\n---\n", "README.md")
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("---\nrender_macros: true\n---\n", 2, 1, "`render_macros` is not allowed; a page of a plan sets title, desc"),
        ("---\ntitle: a\n\ntemplate: x.html\n---\n", 4, 1, "`template`"),
        ("---\ntitle: a\nhide: [navigation]\n---\n", 3, 1, "`hide`"),
        ("---\ntitle: a\ntitle: b\n---\n", 3, 1, "stands twice in this mapping, first on line 2;"),
        ("---\ntitle: !!python/name:os.system\n---\n", 2, 8, "Tags are not allowed"),
        ("---\ntitle: &a b\n---\n", 2, 8, "Anchors"),
        ("---\n- a\n---\n", 2, 1, "has to be a mapping"),
        ("---\njust text\n---\n", 2, 1, "has to be a mapping"),
        ("---\ntitle: [a]\n---\n", 2, 8, "`title` is a list; write text"),
        ("---\ntitle: {a: b}\n---\n", 2, 8, "`title` is a mapping"),
        ("---\ntitle: true\n---\n", 2, 8, "`title` is true"),
        ("---\ntitle:\n---\n", 2, 7, "`title` is empty"),
        ("---\ntags: orders\n---\n", 2, 7, "`tags` has to be a list"),
        ("---\ntags:\n  - a\n  - {b: c}\n---\n", 4, 5, "`tags[1]` is a mapping"),
        ("---\ntitle: a\n", 1, 1, "is not closed"),
        ('---\ntitle: "\\u202e"\n---\n', 2, 8, "U+202E"),
        ("---\ntitle: 'a\n---\n", 3, 1, "never closed"),
    ],
)
def test_refused_front_matter(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(YamlRejected) as caught:
        split(text, "README.md")
    assert says in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)


PIECES = [
    "---\n",
    "--- \n",
    "...\n",
    "title: a\n",
    "render_macros: true\n",
    "  x: y\n",
    "\n",
    "text\n",
    "\r",
    "\r\n",
    " ",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_mkdocs_finds_no_metadata_in_a_body(text: str) -> None:
    try:
        _, body, _ = split(text, "README.md")
    except YamlRejected:
        return
    assert get_data(body)[1] == {}


@pytest.mark.parametrize(
    ("body", "line", "column", "says"),
    [
        ("a\n" * (MAX_PAGE // 2) + "b", 1, 1, "The page has 200001 bytes"),
        ("ok\n" + "a" * (MAX_LINE + 1), 2, 1, "The line has 10001 bytes"),
        ("é" * (MAX_LINE // 2 + 1), 1, 1, "The line has 10002 bytes"),
        ("ok\n\nx " + "[" * (MAX_RUN + 1), 3, 3, "More than 200 `[` in a row"),
        (")" * (MAX_RUN + 1), 1, 1, "`)` in a row"),
        ("{" * (MAX_RUN + 1), 1, 1, "`{` in a row"),
        ("- " * (MAX_NESTING + 1) + "a", 1, 1, "21 levels deep"),
        (">" * (MAX_NESTING + 1), 1, 1, "21 levels deep"),
        ("> - " * 11, 1, 1, "22 levels deep"),
        ("1. " * 21, 1, 1, "21 levels deep"),
        ("- a\n" + " " * 84 + "text", 2, 1, "21 levels deep"),
        ("\t" * 20 + "- a", 1, 1, "21 levels deep"),
        ("ok\nbad\x07", 2, 4, "U+0007"),
        ("a\u202eb", 1, 2, "U+202E"),
        ("[a " * 3000 + "\n" + "word " * 1000, 1, None, "open at this `[`"),
        (("[a " * 190 + "\n") * 300, 1, None, "open at this `[`"),
        (("![" * 190 + "\n") * 300, 1, None, "open at this `[`"),
        (("<a " * 190 + "\n\n") * 300, 1, None, "open at this `<`"),
        (("[a`]` " * 150 + "\n") * 200, 1, None, "open at this `[`"),
        (("[a\\] " * 150 + "\n") * 200, 1, None, "open at this `[`"),
        (("[a](" * 190 + "\n") * 200, 1, None, "open at this"),
    ],
)
def test_limits(body: str, line: int, column: int | None, says: str) -> None:
    breach = next(breach for breach in check_limits(body) if says in breach.message)
    assert breach.line == line
    assert column is None or breach.column == column


@pytest.mark.parametrize(
    "body",
    [
        "",
        "a\n" * (MAX_PAGE // 2),
        "a" * MAX_LINE,
        "[" * MAX_RUN,
        "- " * MAX_NESTING + "a",
        " " * 80 + "a",
        "**bold** and *emphasis*\n\n---\n\n- - -\n",
        "# Title\n\n> quote\n> > inner\n\n1. one\n    - two\n        - three\n",
        "| a | b |\n|---|---|\n" + "| [x](y) | `rows[0]` |\n" * 300,
        "the interval [start, end) is half open\n" * 200,
        "```json\n" + '{"a": [1, [2, 3]], "b": "<tag>"}\n' * 500 + "```\n",
        "- [`orders`](orders.md)\n" * 300,
        "tab\there, été, 🦆, – × …\n",
    ],
)
def test_ordinary_pages_are_within_the_limits(body: str) -> None:
    assert check_limits(body) == []


def test_each_bad_line_is_named() -> None:
    breaches = check_limits("a\x01\nok\nb\x02" + "[" * 201)
    assert [(breach.line, breach.column) for breach in breaches] == [(1, 2), (3, 2), (3, 3)]

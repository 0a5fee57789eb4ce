"""The history of a plan as a page: every part said in words, and nothing of an author but text."""

from datetime import date

import pytest

from plangate.analysis.facts import Facts
from plangate.analysis.history import History, Lapsed, Moved, Said, Signed, Step, Version, Waived
from plangate.render.history import WEIGHTS, history_page, history_section
from plangate.render.links import Links, relative_to
from plangate.render.page import page_html

from .html import Tag, read, skeleton

LINKS = Links("orders-mart", relative_to("plans/orders-mart/history/"))
SHA = "86c34ba4" + "0" * 32
EVIL = ("<script>alert(1)</script>\"'`", "</h2><img src=x onerror=x>", "{{ 7 * 7 }}", "&#60;b&#62;\u202e\x1b[2J", "")


def changed(word: str = "x") -> Step:
    return Step(
        "changed",
        gates=("capacity",),
        unreadable=("plan", "quality"),
        counts=(("breaking", 1), ("risk", 2), ("neutral", 30)),
        said=(
            Said(f"quality.checks[{word}]", word, None, "breaking", f"A check is removed {word}", "CTR-X"),
            Said(f"capacity.{word}", None, word, "neutral", "", None),
            Said("contracts.prose", f"“{word}”", f"“{word}”", "neutral", "", None),
            Said("capacity.horizon", "720 d", f"750 d{word}", "risk", "", None),
        ),
        numbers=(
            Moved(
                f"Cost a month{word}", "18 EUR/month", "31 EUR/month", "60 EUR/month", "risk", "The cost grows by 72 %"
            ),
            Moved("Worst age", None, "26 h", None, "neutral", ""),
        ),
        lineage=(("new", word), ("removed", f"{word} → b")),
        more_said=29,
        more_lineage=1,
        lapsed=(Lapsed("capacity", word, "platform", "stale"), Lapsed("sources", word, "platform", "stale")),
        records=(
            Signed(f"reviews/{word}.yml", word, word, "request_changes", ("capacity", word), "new"),
            Signed(f"reviews/{word}.yml", word, "sre", "approve", ("operations",), "removed"),
        ),
        waivers=(Waived(f"W-{word}", "GEN012", date(2027, 2, 15), "new"),),
    )


def drawn(orders: Facts, history: History) -> Tag:
    return read(page_html(history_page(orders.plan, history, orders.policy.workflow, LINKS)))


def version(step: Step | None, subject: str = "Look further", author: str | None = "alice") -> Version:
    return Version(SHA, date(2026, 11, 25), subject, author, step)


def test_a_version_tells_everything_in_words(orders: Facts) -> None:
    page = drawn(orders, History((version(changed()),), cosmetic=3, earlier=1))
    assert page.all("h1")[0].words == f"History: {orders.plan.title}"
    assert page.all("h2")[0].words == "2026-11-25 · 86c34ba4¶"
    for said in (
        "1 version changed what the plan says. 3 commits changed no meaning. 1 earlier commit is not looked at.",
        "Each version is compared with the one before it, the plan by itself",
        "Look further",
        "by alice",
        "✕ 1 breaking, ▲ 2 risks, · 30 neutral",
        "Not compared, because a side of it cannot be read: plan.yml, Quality and reconciliation.",
        "gone: x",
        "A check is removed x CTR-X",
        "new: x",
        "reworded: “x”",
        "720 d → 750 dx",
        "29 more changes.",
        "1 more part of the lineage.",
        "↻ stale: x as Data platform had approved Volume, performance and cost, Sources and freshness",
        "x as x ✕ asks for changes: Volume, performance and cost, x",
        "A record was taken away, reviews/x.yml: x as Reliability and on-call ✓ approved",
        "Waiver W-x of GEN012 came; it ends on 2027-02-15",
        "All of it: plangate diff 86c34ba4~1 86c34ba4 orders-mart",
    ):
        assert said in page.words
    rows = [[cell.words for cell in row.inside] for row in page.all("table")[1].all("tr")]
    assert rows == [
        ["Weight", "Number", "Before", "After", "Limit"],
        ["▲ risk", "Cost a monthxThe cost grows by 72 %", "18 EUR/month", "31 EUR/month", "60 EUR/month"],
        ["· neutral", "Worst age", "not known", "26 h", "none"],
    ]


@pytest.mark.parametrize(
    ("found", "said", "command"),
    [
        (version(Step("new", ("context",))), "The plan came, with 1 gate.", False),
        (version(Step("removed")), "The plan was taken away.", False),
        (version(Step("changed", waivers=changed().waivers)), "It says the same as before.", False),
        (version(None), "This version cannot be compared; that is a fault of Plangate", False),
        (version(changed(), author=None), "by somebody whose address is not in people.yml", True),
    ],
)
def test_other_versions_in_words(orders: Facts, found: Version, said: str, command: bool) -> None:
    page = drawn(orders, History((found,)))
    assert said in page.words
    assert ("plangate diff" in page.words) == command


def test_where_there_is_no_history_one_sentence_says_why(orders: Facts) -> None:
    page = drawn(orders, History(ends="There is no history."))
    assert page.words == f"History: {orders.plan.title} There is no history."
    section = read(history_section(History(ends="There is no history."), LINKS).html)
    assert section.words == "There is no history.What changed between versions"


@pytest.mark.parametrize("word", EVIL)
def test_no_text_of_an_author_makes_an_element(orders: Facts, word: str) -> None:
    histories = [
        History((version(changed(one), one, one or None),), ends=one) for one in (f"plain{word and '!'}", word or "x")
    ]
    pages = [page_html(history_page(orders.plan, one, orders.policy.workflow, LINKS)) for one in histories]
    assert skeleton(pages[0]) == skeleton(pages[1])
    assert "\u202e" not in pages[1]
    assert "\x1b" not in pages[1]
    sections = [history_section(one, LINKS).html for one in histories]
    assert skeleton(sections[0]) == skeleton(sections[1])


def test_weights_need_no_colour_to_be_told_apart() -> None:
    assert len({glyph for glyph, _ in WEIGHTS.values()} - {"·"}) == 2


def test_another_page_names_the_newest_versions(orders: Facts) -> None:
    here = Links("orders-mart", relative_to("plans/orders-mart/"))
    versions = tuple(Version(f"{n:08}" + "0" * 32, None, f"Change {n}", None, None) for n in range(5))
    section = history_section(History(versions), here)
    listed = read(section.html).all("li")
    assert [item.words for item in listed] == [f"{n:08} Change {n}" for n in range(3)]
    assert listed[0].all("a")[0].attributes["href"] == "history/#pg-00000000"

"""The registry of formulas as readers see it."""

import re
from pathlib import Path

import pytest

from plangate.analysis.formulas import FORMULAS, TOPICS
from plangate.analysis.law import FUNCTIONS
from plangate.render.formulas import formula, method_formulas, source
from plangate.render.links import formula_anchor

from .html import read

ROOT = Path(__file__).parents[2]


def test_every_formula_of_every_topic_is_listed_once_in_order() -> None:
    page = read(method_formulas())
    assert [head.attributes["id"] for head in page.all("h4")] == [formula_anchor(key) for key in FORMULAS]
    assert [head.attributes["id"] for head in page.all("h3")] == [f"formulas-{topic}" for topic in TOPICS]
    assert [key for formulas in TOPICS.values() for key in (found.id for found in formulas)] == list(FORMULAS)


def test_a_topic_alone_stands_beneath_the_authors_heading() -> None:
    page = read(method_formulas({"backfill": TOPICS["backfill"]}))
    assert page.all("h3") == []
    assert len(page.all("h4")) == len(TOPICS["backfill"])


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_every_formula_shows_expression_inputs_and_examples(name: str) -> None:
    found = FORMULAS[name]
    alone, listed = read(formula(found)), read(method_formulas({"one": (found,)}))
    for page in (alone, listed):
        assert found.expression in page.text
        assert [entry.words.split(" ")[0] for entry in page.all("dt")] == [entry.name for entry in found.inputs]
        assert all(entry.meaning in page.text for entry in found.inputs)
    told = [item.words for item in listed.all("li")]
    assert len(told) == len(found.examples)
    for words, example in zip(told, found.examples, strict=True):
        assert f" = {example.result.replace('_', ',')} (" in words
        assert words.endswith(f"{example.note})" if example.note else ")")


def test_one_formula_leads_to_its_examples_where_a_page_lists_them() -> None:
    found = FORMULAS["peak_rate"]
    assert read(formula(found)).all("a") == []
    assert read(formula(found, "../capacity-formulas/")).all("a")[0].attributes["href"] == (
        "../capacity-formulas/#formula-peak_rate"
    )


def test_examples_show_the_numbers_put_in() -> None:
    told = [item.words for item in read(method_formulas({"volume": (FORMULAS["daily_volume"],)})).all("li")]
    assert told[0] == "50,000,000 rows/d × 800 B/rows = 40 GB/d (worked by hand)"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("worked by hand", "worked by hand"),
        ("Name, part: https://a.example/b#c", '<a href="https://a.example/b#c">Name, part</a>'),
        ("Name, part (https://a.example/)", '<a href="https://a.example/">Name, part</a>'),
        ("Name (part): http://a.example/", "Name (part): http://a.example/"),
        ('Name: https://a.example/"x', '<a href="https://a.example/&#34;x">Name</a>'),
        ("<b>: https://a.example/", '<a href="https://a.example/">&lt;b&gt;</a>'),
    ],
)
def test_addresses_of_sources_are_links(said: str, shown: str) -> None:
    assert str(source(said)) == shown


def test_the_page_of_the_method_lists_every_topic() -> None:
    text = (ROOT / "references" / "capacity-formulas.md").read_text("utf-8")
    assert re.findall(r'method_formulas\("(\w+)"\)', text) == list(TOPICS)


def test_the_guide_explains_every_word_of_a_law() -> None:
    text = (ROOT / "references" / "guide" / "numbers.md").read_text("utf-8")
    assert [word for word in FUNCTIONS if f"`{word}`" not in text.split("Its words are", 1)[1]] == []

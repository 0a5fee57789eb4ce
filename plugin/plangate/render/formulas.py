"""The registry of formulas for readers: each with its inputs, its source, and the examples that test it."""

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup

from plangate.analysis.formula import Example, Formula
from plangate.analysis.formulas import TOPICS
from plangate.render.fragments import bullets, code, facts, joined, link, text
from plangate.render.links import formula_anchor
from plangate.render.text import label
from plangate.render.values import raw_text

_ADDRESS = re.compile(r"(?P<name>[^()]*?)(?::\s+|\s+\()(?P<url>https://[^\s()]+)\)?")


def method_formulas(topics: Mapping[str, Iterable[Formula]] = TOPICS) -> Markup:
    """Give every formula of some topics, each under a heading of level four with an id; a topic is one of level three
    where there are several."""
    return joined(_topic(name, formulas, alone=len(topics) == 1) for name, formulas in topics.items())


def _topic(name: str, formulas: Iterable[Formula], *, alone: bool) -> Markup:
    listed = joined(_listed(entry) for entry in formulas)
    return listed if alone else Markup('<h3 id="formulas-{}">{}</h3>{}').format(name, label(name), listed)


def _listed(found: Formula) -> Markup:
    return Markup(
        '<h4 id="{0}">{1} {2}<a class="headerlink" href="#{0}" title="Permanent link">¶</a></h4>{3}<p>Examples:</p>{4}'
    ).format(
        formula_anchor(found.id),
        found.name,
        code(found.id),
        _law(found, Markup("<em>{}</em>").format(found.expression)),
        bullets(_example(found, example) for example in found.examples),
    )


def formula(found: Formula, page: str | None = None) -> Markup:
    """Give one formula: expression, unit of the result, family, note and source, and its inputs with their units.

    `page` is the address of the page that lists all formulas, with examples.
    """
    name = link(found.name, f"{page}#{formula_anchor(found.id)}" if page else None)
    expression = Markup("<strong>{}</strong>: <em>{}</em>").format(name, found.expression)
    return Markup('<div class="pg-law">{}</div>').format(_law(found, expression))


def _law(found: Formula, expression: Markup) -> Markup:
    said: list[str] = [expression + f" ({_unit(found.unit)}, {found.family})."]
    if found.generic:
        said.append("Takes any units that fit together; those here are examples.")
    said += [found.note] if found.note else []
    said += [Markup("Source: {}.").format(source(found.source))] if found.source else []
    inputs = facts(
        (f"{entry.name} ({_unit(entry.unit)}{', any number of them' if entry.many else ''})", entry.meaning)
        for entry in found.inputs
    )
    return Markup("<p>{}</p>{}").format(joined(said, " "), inputs)


def _unit(unit: str) -> str:
    return "ratio" if unit == "1" else unit


def _example(found: Formula, example: Example) -> Markup:
    """Give the formula with the numbers of an example put in, its result, whose number it is, and what it shows."""
    given = {name: raw_text(told).replace("; ", ", ") for name, told in example.given.items()}
    note = f", {example.note}" if example.note else ""
    return Markup("{} = <strong>{}</strong> ({}{})").format(
        found.law.shown(given), raw_text(example.result), source(example.source), note
    )


def source(said: str) -> Markup:
    """Give where a formula or a number comes from, an address in it as a link under the name before it."""
    found = _ADDRESS.fullmatch(said)
    return link(found["name"], found["url"]) if found else text(said)

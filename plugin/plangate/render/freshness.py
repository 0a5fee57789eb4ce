"""How old data is at worst: every need with what is left of it, and where the time goes on the slowest way."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from markupsafe import Markup

from plangate.analysis.amount import alike
from plangate.analysis.chains import DatasetAge, Stage, shares
from plangate.analysis.computed import Computed
from plangate.analysis.facts import Facts
from plangate.analysis.freshness import Need, NeedKind
from plangate.analysis.terms import Term, says
from plangate.model.quantity import Quantity
from plangate.model.text import spoken
from plangate.render.fragments import NOTHING, Cell, Head, Row, bullets, figures, joined, link, number, paragraph, table
from plangate.render.links import Links, anchor, section_anchor
from plangate.render.page import Page, Section
from plangate.render.service_levels import chain_availability, error_budgets, longest_runs
from plangate.render.values import percent_text, quantity_text
from plangate.render.waterfall import Part, waterfall
from plangate.render.work import Step, computed, given, room, work

PAGE = "freshness"
"""The name of the page under its plan."""

_KINDS: Mapping[NeedKind, str] = {
    "consumer": "Consumer",
    "promise": "Promise",
    "contract": "Contract",
    "check": "Check",
    "slo": "SLO",
}
_LOWER = {**{kind: name.lower() for kind, name in _KINDS.items()}, "slo": "SLO"}
_SAYS_IT: tuple[NeedKind, ...] = ("promise", "contract", "slo", "check", "consumer")
"""Of needs that are equal, the one whose words are taken."""
_EMPTY = Cell(Markup("—"))
_SLOWEST = paragraph("The slowest of all ways from a source to the dataset, part by part; a colour for each pipeline.")


def freshness_table(facts: Facts, links: Links) -> Markup:
    """Give one row per need, consumers first: how old data may be, how old it is at worst, and what is left."""
    needs = facts.freshness.needs
    if not needs:
        return paragraph("Nobody has said yet how old data may be.")
    heads = [Head("Who"), Head("Dataset"), Head("Need", "number"), Head("Worst age", "number")]
    rows = [
        Row(
            [
                _who(need, facts, links),
                link(need.dataset, links.page(PAGE, anchor("way", need.dataset))),
                number(quantity_text(need.need), need.need.base),
                Cell(Markup("✕ not known"))
                if need.age.age is None
                else _alike(need.age.age, _like(need.dataset, facts)),
                _room(need, facts),
            ]
        )
        for need in needs
    ]
    return _numbers(table("Needs for fresh data", [*heads, Head("Room", "number")], rows, sortable=True))


def freshness_page(facts: Facts, links: Links) -> Page:
    """Give the page of a plan's freshness: the tightest need, all needs, the slowest way to each dataset, the longest
    runs, and what contracts and objectives may count on.
    """
    needs = facts.freshness.needs
    sections = [
        Section("pg-needs", "Who needs what", freshness_table(facts, links)),
        Section("pg-ways", "Where the time goes", _SLOWEST, children=tuple(_ways(facts, links))),
        Section("pg-runs", "Longest runs", longest_runs(facts, links)),
        Section("pg-available", "Availability", chain_availability(facts, links)),
        Section("pg-budgets", "Error budgets", error_budgets(facts, links)),
    ]
    return Page(
        title=f"Freshness: {facts.plan.title}",
        description=f"How old the data of {facts.plan.title} is at worst, and what is left of each need.",
        sections=tuple(section for section in sections if section.html and (needs or section.id != "pg-ways")),
        intro=_figures(facts, links)
        + paragraph(
            "A worst age is that of a reader who comes just before the next publication, when every run takes its p95 "
            "runtime: the whole gap of a schedule counts, the largest of a year in its own time zone."
        ),
    )


def _numbers(html: Markup) -> Markup:
    return Markup('<div class="pg-numbers">{}</div>').format(html)


def _figures(facts: Facts, links: Links) -> Markup:
    known = facts.freshness
    tightest = known.tightest
    entries: list[tuple[str, str]] = []
    if tightest is not None:
        entries = [
            ("Tightest need", _who(tightest, facts, links)),
            ("Dataset", _dataset(tightest.dataset, links)),
            (
                "Worst age",
                _alike(tightest.age.age, _like(tightest.dataset, facts)).html if tightest.age.age else NOTHING,
            ),
            ("May be old", quantity_text(tightest.need)),
            ("Room", _room(tightest, facts).html),
        ]
    missed = sum(need.met is False for need in known.needs)
    unknown = sum(need.met is None for need in known.needs)
    entries.append(("Needs", str(len(known.needs))))
    entries.append(("Missed", f"✕ {missed}" if missed else "none"))
    if unknown:
        entries.append(("Not known", str(unknown)))
    return figures(entries)


def _alike(value: Computed, like: Quantity) -> Cell:
    return number(alike(value.value, like), value.value.base, derived=True)


def _like(dataset: str, facts: Facts) -> Quantity:
    """Give the need in whose unit the ages of a dataset are told: its promise, or else the next that there is."""
    needs = (need for need in facts.freshness.needs if need.dataset == dataset)
    return min(needs, key=lambda need: _SAYS_IT.index(need.kind)).need


def _room(need: Need, facts: Facts) -> Cell:
    if need.headroom is None:
        return _EMPTY
    return room(need.headroom, 1 - facts.policy.checklists.thresholds.freshness_headroom.base)


def _who(need: Need, facts: Facts, links: Links) -> Markup:
    """Name a need, with a link to where it is stated: its element, or the section that holds it."""
    if need.kind in {"promise", "contract"}:
        title = f"{_KINDS[need.kind]} {need.name}" if need.kind == "contract" else _KINDS[need.kind]
        return link(title.strip(), links.page(need.gate, section_anchor(str(need.path[0]))))
    consumers = facts.plan.context.consumers if facts.plan.context else ()
    names = {consumer.id: consumer.name or consumer.id for consumer in consumers} if need.kind == "consumer" else {}
    shown = link(names.get(need.name, need.name), links.element((need.kind,), need.name))
    return joined([f"{_KINDS[need.kind]} ", shown])


def _dataset(name: str, links: Links) -> Markup:
    return link(name, links.element(("dataset",), name))


def _ways(facts: Facts, links: Links) -> Iterator[Section]:
    """Give a section for each dataset that somebody needs, the one with the least room first, unknown ones last."""
    by_dataset: dict[str, list[Need]] = {}
    for need in facts.freshness.needs:
        by_dataset.setdefault(need.dataset, []).append(need)

    def least(needs: Sequence[Need]) -> Decimal:
        return min((need.headroom.value.base for need in needs if need.headroom), default=Decimal("Infinity"))

    for dataset, needs in sorted(by_dataset.items(), key=lambda entry: least(entry[1])):
        yield Section(anchor("way", dataset), dataset, _way(dataset, needs, facts, links), 3)


def freshness_way(facts: Facts, links: Links, dataset: str) -> Markup:
    """Give the slowest way to a dataset that somebody needs, part by part, and everybody who needs it."""
    return _way(dataset, [need for need in facts.freshness.needs if need.dataset == dataset], facts, links)


def _way(dataset: str, needs: Sequence[Need], facts: Facts, links: Links) -> Markup:
    age = needs[0].age
    body = [_unknown(age, links)] if age.age is None else [*_pictures(needs), _terms(age, facts, links)]
    body.append(_needs(dataset, needs, facts, links))
    return _numbers(joined(body))


def _needs(dataset: str, needs: Sequence[Need], facts: Facts, links: Links) -> Markup:
    """Give everybody who needs a dataset, and how much time is left."""
    heads = [Head("Who"), Head("Owner"), Head("May be old", "number"), Head("Left", "number"), Head("Room", "number")]
    rows = [
        Row(
            [
                _who(need, facts, links),
                need.owner or NOTHING,
                number(quantity_text(need.need), need.need.base),
                _EMPTY if need.left is None else _alike(need.left, _like(dataset, facts)),
                _room(need, facts),
            ]
        )
        for need in needs
    ]
    return table(f"Needs for {dataset}", heads, rows)


def _unknown(age: DatasetAge, links: Links) -> Markup:
    """Say what is missing to know an age."""
    lacks = bullets(link(what, links.edit_url(gate, path)) for gate, path, what in age.missing)
    return paragraph(f"How old {age.dataset} gets is not known. Missing, or refused:") + lacks


def _pictures(needs: Sequence[Need]) -> Iterator[Markup]:
    """Draw the slowest way once for each number that is asked for, with everybody who asks for it."""
    for _, equal in groupby(sorted(needs, key=lambda need: need.need.base), key=lambda need: need.need):
        group = list(equal)
        need = min(group, key=lambda entry: _SAYS_IT.index(entry.kind))
        if need.left is None or need.headroom is None or need.age.age is None:
            continue
        who = spoken(list(dict.fromkeys(_LOWER[entry.kind] for entry in group)))
        parts = [
            Part(says(term, stage.pipeline, stage.dataset), term.input.value.base, _told(term, share), _place(stage))
            for stage, term, share in shares(need.age)
            if term.input.value.base
        ]
        label = f"Worst age of {need.dataset} against {need.need}"
        limit = (f"{who}: {quantity_text(need.need)}", need.need.base)
        yield waterfall(label, parts, limit, _rest(need.left, need.headroom, need.need))


def _told(term: Term, share: Computed | None) -> str:
    taken = str(term.input.of) if term.input.of is not None else quantity_text(term.input.value)
    return f"{taken} · {_percent(share)}" if share is not None else taken


def _percent(share: Computed) -> str:
    """Write a share with one decimal; what is not nothing never looks like it."""
    shown = percent_text(share.value.base)
    return "< 0.1 %" if shown == "0 %" and share.value.base else shown


def _rest(left: Computed, headroom: Computed, need: Quantity) -> str:
    """Write what is left, and its share, without a sign; what is over is marked as such."""
    return f"{alike(left.value, need).removeprefix('-')} · {percent_text(abs(headroom.value.base))}"


def _place(stage: Stage) -> int:
    return 0 if stage.before is None else _place(stage.before) + 1


def _terms(age: DatasetAge, facts: Facts, links: Links) -> Markup:
    """Give the table that says what the picture says: each part with its place, time and share."""
    heads = [Head("Part"), Head("Of"), Head("Takes", "number"), Head("Share", "number"), Head("Age then", "number")]
    rows, like = [], _like(age.dataset, facts)
    for stage, term, share in shares(age):
        of = link(stage.pipeline, links.element(("pipeline",), stage.pipeline)) if stage.pipeline else None
        last = term is stage.terms[-1]
        entry = term.input
        rows.append(
            Row(
                [
                    says(term, stage.pipeline, stage.dataset),
                    of or _dataset(stage.dataset, links),
                    given(entry) if entry.of is None else computed(entry.of),
                    number(_percent(share), share.value.base, derived=True) if share else _EMPTY,
                    _alike(stage.age, like) if last and stage.age else _EMPTY,
                ]
            )
        )
    worst = _alike(age.age, like) if age.age else _EMPTY
    whole = Row(["Worst age", _dataset(age.dataset, links), worst, _EMPTY, worst])
    return table(f"Where the time of {age.dataset} goes", heads, rows, foot=whole) + work(_steps(age, facts), links)


def _steps(age: DatasetAge, facts: Facts) -> Iterator[Step]:
    """Name every age that the age of a dataset rests on, ways that were not the slowest too."""
    resting = _rests_on(age.age)
    known = [found for _, found in sorted(facts.freshness.ages.items()) if id(found.age) in resting]
    for found in (*(found for found in known if found.dataset != age.dataset), age):
        if found.age is None or found.chain[-1].dataset != found.dataset:
            continue
        several = found.age.formula == "largest"
        ways = found.age.inputs if several else ()
        for entry in (found.age, *(way.of for way in ways)):
            checks = [part.of for part in entry.inputs if part.name == "checks"] if entry else []
            yield from ((f"Checks of {found.dataset}", number) for number in checks)
        yield from ((f"{found.dataset} by way of {way.name}", way.of) for way in ways)
        yield f"Worst age of {found.dataset}", found.age


def _rests_on(number: Computed | None) -> frozenset[int]:
    """Give the identities of a number and of all that it is computed from."""
    seen: set[int] = set()
    waiting = [number] if number is not None else []
    while waiting:
        found = waiting.pop()
        if id(found) not in seen:
            seen.add(id(found))
            waiting.extend(entry.of for entry in found.inputs if entry.of is not None)
    return frozenset(seen)

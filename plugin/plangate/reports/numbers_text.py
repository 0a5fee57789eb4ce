"""Freshness, backfills, named numbers and what moves them for people at a terminal: a line per thing to know."""

from collections.abc import Iterator

from plangate.analysis.amount import beside
from plangate.analysis.backfill import BackfillFacts
from plangate.analysis.chains import DatasetAge
from plangate.analysis.computed import Computed, Input
from plangate.analysis.facts import Facts
from plangate.analysis.sensitivity import Effect, Sensitivity
from plangate.analysis.terms import says
from plangate.model.problem import path_text
from plangate.reports.lines import line
from plangate.reports.numbers import backfill_data
from plangate.reports.values import rows

_MOST = 3
"""How many values are listed that move a number, and that can miss its limit."""

_APART = frozenset({"durations", "downstream", "ages_meanwhile", "whole_history", "crowds_pool"})
"""What a backfill's lines say in words."""


def freshness_lines(facts: Facts) -> Iterator[str]:
    """Give each need with its worst age, where the time goes on the way to what is needed, and the longest runs."""
    found = facts.freshness
    yield line("- ", "freshness:" if found.needs else "freshness: nobody has said how old data may be")
    for need in found.needs:
        by = f"{need.kind} {need.name}" if need.name and need.kind != "promise" else need.kind
        if need.age.age is None:
            yield line("  - ", f"{need.dataset}: worst age not known, may be {need.need} ({by})")
            continue
        verdict = f"{need.headroom} left" if need.met else "✕ missed"
        yield line("  - ", f"{need.dataset}: worst age {need.age.age}, may be {need.need} ({by}): {verdict}")
    for dataset in dict.fromkeys(need.dataset for need in found.needs):
        if dataset in found.ages:
            yield from _way(found.ages[dataset])
    for pipeline, runtime in found.worst_runtimes.items():
        yield line("  - ", f"longest run of {pipeline}: {_worked(runtime)}")
    for budget in facts.availability.budgets:
        if budget.budget is not None:
            yield line("  - ", f"error budget of {budget.slo}: {_worked(budget.budget)}")


def _way(age: DatasetAge) -> Iterator[str]:
    if age.age is None:
        for gate, _, what in age.missing:
            yield line("  - ", f"age of {age.dataset} is not known: gate {gate} does not say {what}")
        return
    yield line("  - ", f"slowest way to {age.dataset}, {age.age}:")
    for stage in age.chain:
        for term in stage.terms:
            if term.input.value.base:
                yield line("    - ", f"{says(term, stage.pipeline, stage.dataset)}: {term.input.value}")


def backfill_lines(facts: Facts) -> Iterator[str]:
    """Give the numbers of each backfill, what other parallelism would do, and what becomes of what is built from it."""
    yield line("- ", "backfill:" if facts.backfills else "backfill: none")
    for entry, data in zip(facts.backfills, backfill_data(facts), strict=True):
        yield from rows({key: value for key, value in data.items() if key not in _APART}, entry.backfill.id, 1)
        yield from (line("    - ", told) for told in _told(entry))


def _told(entry: BackfillFacts) -> Iterator[str]:
    if entry.by_parallel:
        tries = (
            f"{found.parallel} at one time {found.duration}{'' if found.possible else ' (more than can run)'}"
            for found in entry.by_parallel
        )
        yield f"durations: {', '.join(tries)}"
    for found in entry.meanwhile:
        verdict = "kept" if found.met else "✕ missed"
        yield f"meanwhile {found.need.dataset} is up to {found.age} old, may be {found.need.need}: {verdict}"
    yield from (f"the whole history is needed: {reason}" for reason in entry.whole.reasons)
    yield from (f"✕ not the whole history: {gap}" for gap in entry.whole.gaps)
    for affected in entry.downstream:
        because = f", {affected.because}" if affected.because else ""
        becomes = "✕ not said" if affected.becomes == "open" else affected.becomes
        yield f"{affected.dataset}, built from it: {becomes}{because}"


def numbers_lines(facts: Facts) -> Iterator[str]:
    """Give each named number in a line: what it is, what it is held against, and the work."""
    yield line("- ", "numbers:" if facts.numbers else "numbers: none can be computed yet")
    for entry in facts.numbers:
        name = entry.name if entry.subject_kind == "plan" else f"{entry.name} of {entry.subject}"
        yield line("  - ", f"{name}: {_worked(entry.computed, entry.limit)}")
        if entry.limit is not None:
            bound = "at most" if entry.lower_is_better else "at least"
            verdict = "kept" if entry.holds else "✕ missed"
            yield line(
                "    - ", f"{bound} {entry.limit.value}{f', rule {entry.rule}' if entry.rule else ''}: {verdict}"
            )


def sensitivity_lines(facts: Facts) -> Iterator[str]:
    """Give for each headline number what moves it most, and with which values its limit is missed first."""
    yield line("- ", "sensitivity:" if facts.sensitivity else "sensitivity: nothing can be computed yet")
    for entry in facts.sensitivity:
        yield from _moved(entry)


def _moved(entry: Sensitivity) -> Iterator[str]:
    named = entry.number
    limit = f", {'at most' if named.lower_is_better else 'at least'} {named.limit.value}" if named.limit else ""
    yield line("  - ", f"{named.label}: {named.computed}{limit}")
    for effect in entry.effects[:_MOST]:
        at_less, at_more = (value or "not known" for value in (effect.at_less, effect.at_more))
        told = f"{effect.less} gives {at_less}, {effect.more} gives {at_more}"
        yield line("    - ", f"{effect.name} {effect.entry.value}: {told}  ({_place(effect.entry)})")
    for effect in entry.turns[:_MOST]:
        yield line("    - ", _turned(entry, effect))


def _turned(entry: Sensitivity, effect: Effect) -> str:
    assert effect.turn is not None  # noqa: S101 -- only values with which the limit can be missed come here
    word = "from" if effect.turn.factor > 1 else "at most"
    verdict = "limit missed" if entry.number.holds else "limit kept"
    return f"{verdict} with {effect.name} {word} {effect.turn.value}"


def _worked(value: Computed, limit: Input | None = None) -> str:
    cases = f" ({value.low} – {value.high})" if value.spread else ""
    shown = beside(value.value, limit.value) if limit is not None else value.value
    return f"{shown}{cases} = {value.work}  ({value.formula})"


def _place(entry: Input) -> str:
    return f"{entry.gate}: {path_text(entry.path)}"

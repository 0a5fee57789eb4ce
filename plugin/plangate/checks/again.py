"""Judges again what a change can touch; of every other plan what came of it before still holds.

A plan is touched where it or a plan that it is tied to changed, over any number of others (`analysis.ties`), where it
clashes with others than before (`analysis.clashes`), and where a finding suggests a name and the names changed.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from plangate.analysis.card import Card
from plangate.analysis.clashes import clashes, clashes_of
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.ties import connected, ties
from plangate.checks.judge import Judgement, Order
from plangate.checks.runner import Judged, judge_all
from plangate.reading.portfolio import Portfolio


@dataclass(frozen=True)
class Known:
    """What came of plans in an earlier run, in the same order, by their ids, and a digest of each one's content."""

    contents: Mapping[str, str] = field(default_factory=dict)
    judgements: Mapping[str, Judgement] = field(default_factory=dict)


Read = Callable[[Collection[str], Portfolio | None], Portfolio]
"""Reads the plans of some names; what stands in the portfolio that was read before need not be read again."""


def judge_again(
    known: Known,
    contents: Mapping[str, str],
    read: Read,
    ordered: Callable[[Portfolio], Order],
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[Order, Judged]:
    """Give what comes of every plan, the same as if all were judged. `contents` are the digests of today's plans.

    Raises what `read` and `ordered` raise.
    """
    held = {name: one for name, one in known.judgements.items() if contents.get(name) == known.contents.get(name)}
    changed = contents.keys() - held.keys()
    portfolio = read(changed, None)
    order = ordered(portfolio)
    new = {plan.id: ties(Facts(plan, order.policy)) for plan in portfolio.plans} if held else {}
    tied = {name: one.ties for name, one in held.items()} | new
    loose = [tie for name, one in known.judgements.items() if name not in held for tie in one.ties]
    gone = known.judgements.keys() - tied.keys()
    touched = changed | connected([*loose, *(tie for names in new.values() for tie in names)], tied, gone)
    portfolio = read(touched, portfolio) if touched > changed else portfolio
    landscape = _among(portfolio, held)
    struck = _struck(known, landscape, order)
    if struck:
        around = connected([tie for name in struck for tie in tied[name]], tied)
        portfolio = read(touched | around, portfolio)
        landscape = _among(portfolio, held)
    wanted = [plan.id for plan in portfolio.plans if plan.id in touched or plan.id in struck]
    judged = judge_all(order, portfolio, landscape, wanted, jobs, progress)
    rest = [one for name, one in held.items() if name not in touched and name not in struck]
    whole = sorted((*judged.judgements, *rest), key=lambda one: one.plan.id)
    return order, replace(judged, judgements=tuple(whole))


def to_be_known(contents: Mapping[str, str], judged: Iterable[Judgement]) -> Known:
    """Give what the next run may take over: what came of the plans on which no rule broke down."""
    whole = {one.plan.id: one for one in judged if one.failure is None}
    return Known({name: contents[name] for name in whole}, whole)


def _among(portfolio: Portfolio, held: Mapping[str, Judgement]) -> Landscape:
    """Put the plans that were read among the cards of the others."""
    return Landscape(portfolio.plans, others={name: one.card for name, one in held.items() if name not in portfolio})


def _struck(known: Known, landscape: Landscape, order: Order) -> frozenset[str]:
    """Give the plans that were not read and yet see something else than before."""
    before = {name: one.card for name, one in known.judgements.items()}
    if not landscape.others or before == landscape.cards:
        return frozenset()
    margin = timedelta(seconds=float(order.policy.checklists.thresholds.cutover_margin.base))
    was, now = clashes(before, margin), clashes_of(landscape, margin)
    renamed = _names(before) != _names(landscape.cards)
    return frozenset(
        name
        for name in landscape.others
        if was.get(name) != now.get(name) or (renamed and known.judgements[name].guesses)
    )


def _names(cards: Mapping[str, Card]) -> frozenset[str]:
    return frozenset(cards).union(*(card.built for card in cards.values()))

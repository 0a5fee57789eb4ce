"""Judges again what a change can touch; of every other plan what came of it before still holds.

A plan is touched where it or a plan that it is tied to changed, over any number of others (`analysis.ties`), where it
clashes with others than before (`analysis.clashes`), and where a finding suggests a name and the names changed. Where
much is to be done, several processes share it: each reads and judges plans that are tied to each other.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from msgspec import Struct, field

from plangate.analysis.card import Card
from plangate.analysis.clashes import clashes
from plangate.analysis.ties import connected
from plangate.checks.deal import deal
from plangate.checks.hand import Hand, Read
from plangate.checks.judge import Judgement, Order
from plangate.checks.runner import Judged
from plangate.reading.crew import Alone, Crew, LostError, can_fork, forks
from plangate.reading.glance import Look
from plangate.reading.own_rules import ahead
from plangate.reading.portfolio import Portfolio

_SHARE = 16
"""So many plans that have to be read are worth a process of their own."""


Glance = Callable[[Iterable[str]], Mapping[str, Look]]
"""Guesses of plans of some names what ties them; see `reading.glance`."""


class Known(Struct, frozen=True):
    """What came of plans in an earlier run, in the same order, by their ids, and a digest of each one's content."""

    contents: Mapping[str, str] = field(default_factory=dict)
    judgements: Mapping[str, Judgement] = field(default_factory=dict)


class Again(Struct, frozen=True):
    """What came of all plans, and in which order; what the next run may take over, and which plans were read."""

    order: Order
    judged: Judged
    known: Known
    read: Collection[str]


def judge_again(
    known: Known,
    contents: Mapping[str, str],
    read: Read,
    glance: Glance,
    ordered: Callable[[Portfolio], Order],
    jobs: int = 1,
    progress: Callable[[str, int, int], None] = lambda doing, done, of: None,
) -> Again:
    """Give what comes of every plan, the same as if all were judged. `contents` are the digests of today's plans.

    Raises what `read` and `ordered` raise.
    """
    begun = read((), None, 1, _silent)
    order = ordered(begun)
    held = {name: one for name, one in known.judgements.items() if contents.get(name) == known.contents.get(name)}
    run = _Run(order, known, contents, held, glance, progress)
    hands = min(jobs, len(run.changed) // _SHARE)
    if hands > 1 and can_fork():
        try:
            with forks(Hand(order, begun, read), hands) as crew:
                return run.by(crew, hands)
        except LostError:  # killed, or no more processes are to be had: the work is done here
            pass
    with ahead(wanted=bool(run.changed and order.policy.checklists.rules)):
        return run.by(Alone(Hand(order, begun, read, jobs)), 1)


class _Run(Struct, frozen=True):
    """What is known before anything is read, and the steps from there."""

    order: Order
    known: Known
    contents: Mapping[str, str]
    held: Mapping[str, Judgement]
    glance: Glance
    progress: Callable[[str, int, int], None]

    @property
    def changed(self) -> frozenset[str]:
        """The plans that are not as they were."""
        return frozenset(self.contents.keys() - self.held.keys())

    def by(self, crew: Crew, hands: int) -> Again:
        """Let a crew of so many read and judge what has to be."""
        shares = [(names,) for names in self._shares(hands)]
        looks: list[Mapping[str, Look]] = crew.ask("look", shares, partial(self.progress, "Reading"))
        tied = self._tied(looks)
        touched = self._touched(tied)
        sizes = {name: look.size for some in looks for name, look in some.items()}
        dealt = deal(tied, touched, sizes, looks)
        told = crew.ask("cards", [(names,) for _, names in dealt], _silent)
        cards = {name: one.card for name, one in self.held.items()} | dict(
            pair for some in told for pair in some.items()
        )
        struck = self._struck(cards) - touched
        if struck:
            dealt = deal(tied, touched | struck, sizes, looks)
        asked = [(wanted, names, cards) for wanted, names in dealt]
        found: list[Judged] = crew.ask("judge", asked, partial(self.progress, "Checking"))
        rest = (one for name, one in self.held.items() if name not in touched | struck)
        whole = sorted((*(one for some in found for one in some.judgements), *rest), key=lambda one: one.plan.id)
        failures = {name: why for some in found for name, why in some.failures.items()}
        seen = self.changed.union(*(names for _, names in dealt))
        kept = {one.plan.id: one for one in whole if one.failure is None}
        known = Known({name: self.contents[name] for name in kept}, kept)
        return Again(self.order, Judged(tuple(whole), failures), known, seen)

    def _shares(self, hands: int) -> Sequence[Collection[str]]:
        """Deal what has to be read by what seems to be tied: what is not seen at a glance may have to be read twice."""
        if hands == 1:
            return [sorted(self.changed)]
        seen = self.glance(self.changed)
        dealt = deal(
            {name: look.ties for name, look in seen.items()},
            self.changed,
            {name: look.size for name, look in seen.items()},
            [()] * hands,
        )
        return [names for names, _ in dealt]

    def _tied(self, looks: Iterable[Mapping[str, Look]]) -> Mapping[str, Collection[str]]:
        """Give what ties every plan of today to others."""
        held = {name: one.ties for name, one in self.held.items()}
        return held | {name: look.ties for some in looks for name, look in some.items()}

    def _touched(self, tied: Mapping[str, Collection[str]]) -> frozenset[str]:
        """Give the plans that changed, and those that are tied to them, or were before."""
        before = self.known.judgements
        loose = [tie for name, one in before.items() if name not in self.held for tie in one.ties]
        new = [tie for name, ties in tied.items() if name in self.changed for tie in ties]
        changed = frozenset(name for name in tied if name in self.changed)
        return changed | connected([*loose, *new], tied, before.keys() - tied.keys())

    def _struck(self, cards: Mapping[str, Card]) -> frozenset[str]:
        """Give the plans that see something else of the others than before."""
        before = {name: one.card for name, one in self.known.judgements.items()}
        if not self.held or before == cards:
            return frozenset()
        margin = timedelta(seconds=float(self.order.policy.checklists.thresholds.cutover_margin.base))
        was, now = clashes(before, margin), clashes(cards, margin)
        renamed = _names(before) != _names(cards)
        return frozenset(
            name for name, one in self.held.items() if was.get(name) != now.get(name) or (renamed and one.guesses)
        )


def _silent(done: int, of: int) -> None:
    """Tell nobody."""


def _names(cards: Mapping[str, Card]) -> frozenset[str]:
    return frozenset(cards).union(*(card.built for card in cards.values()))

"""What the operators of a stream remember: how much, in which store, and for how long at least."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.amount import amount
from plangate.analysis.computed import Computed, Input, compute, given, per, total
from plangate.model.events import Events, OperatorState, Window
from plangate.model.quantity import Quantity

_NO_OVERHEAD = amount(Decimal(0), ())
_NO_LATENESS = amount(Decimal(0), (("s", 1),))


class OperatorFacts(Struct, frozen=True):
    """The state of one operator: its size, and the shortest time to live that loses nothing; None where unknown."""

    state: OperatorState
    index: int
    size: Computed | None
    ttl: Input | None
    ttl_needed: Computed | None

    @property
    def name(self) -> str:
        """The operator, or its place where it has no name."""
        return self.state.operator or f"state {self.index + 1}"


class StoreFacts(Struct, frozen=True):
    """A store with the state of all operators in it, held against the share of it that may be used.

    Operators share a store where they name the same backend with the same capacity.
    """

    operators: tuple[OperatorFacts, ...]
    size: Computed | None
    capacity: Input | None
    usable: Computed | None
    headroom: Computed | None


def operators(events: Events) -> tuple[OperatorFacts, ...]:
    """Compute the state of every operator, in the order of the file."""
    return tuple(_operator(events, state, index) for index, state in enumerate(events.state))


def stores(found: Sequence[OperatorFacts], share: Quantity) -> tuple[StoreFacts, ...]:
    """Gather operators by their store; `share` of each may be used."""
    groups: dict[tuple[str | None, Quantity | None], list[OperatorFacts]] = {}
    for entry in found:
        groups.setdefault((entry.state.backend, entry.state.capacity), []).append(entry)
    return tuple(_store(group, share) for group in groups.values())


def _store(group: Sequence[OperatorFacts], share: Quantity) -> StoreFacts:
    size = total((entry.name, entry.size) for entry in group)
    first = group[0]
    capacity = given("capacity", first.state.capacity, "events", ("state", first.index, "capacity"))
    usable = compute("usable_state", capacity, given("share", share))
    return StoreFacts(
        operators=tuple(group),
        size=size,
        capacity=capacity,
        usable=usable,
        headroom=compute("headroom", given("demand", size), given("limit", usable)),
    )


def _operator(events: Events, state: OperatorState, index: int) -> OperatorFacts:
    def told(name: str) -> Input | None:
        return given(name, getattr(state, name), "events", ("state", index, name))

    size = compute(
        "state_size",
        told("keys"),
        per(told("bytes_per_key"), "keys"),
        told("overhead") or given("overhead", _NO_OVERHEAD),
    )
    needs = [replace(entry, parameter="parts") for entry in _needs(events, state, told("join_interval"))]
    return OperatorFacts(state, index, size, told("ttl"), compute("largest", *needs) if needs else None)


def _needs(events: Events, state: OperatorState, join: Input | None) -> Iterator[Input]:
    """What the state of an operator must outlive: its windows, its join; or, where it names neither and nothing else
    bounds its keys, every window that no other operator names, and the time in which repeated events are recognised."""
    if state.window is not None or join is not None:
        yield from _windows(events, lambda window: window.id == state.window)
        if join is not None:
            yield join
    elif state.bounded_by is None:
        claimed = {entry.window for entry in events.state}
        yield from _windows(events, lambda window: window.id not in claimed)
        dedupe = events.delivery.dedupe if events.delivery else None
        told = given("dedupe", dedupe.window if dedupe else None, "events", ("delivery", "dedupe", "window"))
        if told is not None:
            yield told


def _windows(events: Events, wanted: Callable[[Window], bool]) -> Iterator[Input]:
    late = events.time.allowed_lateness if events.time else None
    lateness = given("lateness", late, "events", ("time", "allowed_lateness")) or given("lateness", _NO_LATENESS)
    for index, window in enumerate(events.windows):
        key = "gap" if window.kind_ == "session" else "size"
        told = given("window", getattr(window, key), "events", ("windows", index, key))
        span = given(window.id, compute("window_span", told, lateness)) if wanted(window) else None
        if span is not None:
            yield span

"""What is stored, by its age: stores charge less for bytes that nobody has touched for 90 days."""

from collections.abc import Iterable

from plangate.analysis.computed import Computed, compute, given
from plangate.model.quantity import parse

_BOUNDARY = given("boundary", parse("90 d"))


def by_age(stored: Computed, *, binary: bool = False) -> tuple[Computed, Computed] | None:
    """Part what is stored of an appended dataset into what was touched within 90 days and what was not, each with what
    its disk keeps free.

    None for a dataset that is rewritten in place: touching resets the time, so all of it is active.
    """
    if stored.formula == "disk_needed":
        data, *free = stored.inputs
        parts = by_age(data.of, binary=binary) if data.of is not None else None
        return _both(compute("disk_needed", given("stored", part), *free, binary=binary) for part in parts or ())
    inputs = {entry.name: entry for entry in stored.inputs}
    kept = inputs["kept"].of if "kept" in inputs else None
    if stored.formula != "storage_retained" or kept is None:
        return None
    growth, period, length, history, age = kept.inputs
    shares = (inputs["compression"], inputs["replication"], inputs["overhead"])
    active = given("kept", compute("time_active", length, _BOUNDARY))
    touched = compute(kept.formula, growth, period, active, history, age)
    old = compute(f"kept_long_term{kept.formula.removeprefix('kept')}", growth, period, length, history, age, _BOUNDARY)
    return _both(
        compute("storage_retained", inputs["daily_volume"], given("kept", part), *shares, binary=binary)
        for part in (touched, old)
    )


def _both(parts: Iterable[Computed | None]) -> tuple[Computed, Computed] | None:
    """Give two parts; None where one of them is missing."""
    found = tuple(part for part in parts if part is not None)
    return (found[0], found[1]) if len(found) == 2 else None

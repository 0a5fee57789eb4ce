"""What is stored, by its age: stores charge less for bytes that nobody has touched for 90 days."""

from plangate.analysis.computed import Computed, compute, given
from plangate.model.quantity import parse

_BOUNDARY = given("boundary", parse("90 d"))


def by_age(stored: Computed, *, binary: bool = False) -> tuple[Computed, Computed] | None:
    """Part what is stored of an appended dataset into what was touched within 90 days and what was not.

    None for a dataset that is rewritten in place: touching resets the time, so all of it is active.
    """
    inputs = {entry.name: entry for entry in stored.inputs}
    kept = inputs["kept"].of if "kept" in inputs else None
    if stored.formula != "storage_retained" or kept is None:
        return None
    growth, period, length, history, age = kept.inputs
    shares = (inputs["compression"], inputs["replication"], inputs["overhead"])
    active = given("kept", compute("time_active", length, _BOUNDARY))
    touched = compute(kept.formula, growth, period, active, history, age)
    old = compute(f"kept_long_term{kept.formula.removeprefix('kept')}", growth, period, length, history, age, _BOUNDARY)
    parts = tuple(
        compute("storage_retained", inputs["daily_volume"], given("kept", part), *shares, binary=binary)
        for part in (touched, old)
    )
    return (parts[0], parts[1]) if parts[0] is not None and parts[1] is not None else None

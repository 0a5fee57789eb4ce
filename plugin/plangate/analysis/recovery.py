"""Recovery: how long it takes to restore what is stored, against what is allowed, and what a restore may lose."""

from msgspec import Struct

from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.computed import Computed, Input, compute, given, named
from plangate.model.operations import Recovery
from plangate.model.plan import Plan


class RecoveryFacts(Struct, frozen=True):
    """The restore of everything that is stored, at go-live and at the horizon, against the recovery objectives.

    What a disk keeps free is not restored. None where an input is missing. `loses` is the time since the last backup at
    worst, `headroom_rpo` what is left of the recovery point objective.
    """

    recovery: Recovery
    rto: Input | None
    rpo: Input | None
    loses: Input | None
    at_go_live: Computed | None
    at_horizon: Computed | None
    headroom: Computed | None
    headroom_at_horizon: Computed | None
    headroom_rpo: Computed | None


def recovery(plan: Plan, volumes: CapacityFacts) -> RecoveryFacts | None:
    """Hold the restore of a plan against its objectives; None where the plan has none."""
    told = plan.operations.recovery if plan.operations else None
    if told is None:
        return None

    def stated(name: str) -> Input | None:
        return given(name, getattr(told, name), "operations", ("recovery", name))

    speed, rto, rpo, loses = (stated(name) for name in ("restore_throughput", "rto", "rpo", "backup_every"))
    now = compute("restore_time", given("stored", volumes.data_at_go_live), speed)
    later = compute("restore_time", given("stored", volumes.data_at_horizon), speed)
    return RecoveryFacts(
        recovery=told,
        rto=rto,
        rpo=rpo,
        loses=loses,
        at_go_live=now,
        at_horizon=later,
        headroom=compute("headroom", given("demand", now), named("limit", rto)),
        headroom_at_horizon=compute("headroom", given("demand", later), named("limit", rto)),
        headroom_rpo=compute("headroom", named("demand", loses), named("limit", rpo)),
    )

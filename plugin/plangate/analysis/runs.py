"""How often a day the schedule lets run what writes a dataset."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from plangate.analysis.amount import DAY
from plangate.analysis.firing import minutes_of_day
from plangate.analysis.pool import mean_gap
from plangate.analysis.triggers import Triggers
from plangate.model.plan import Plan


class Runs(Struct, frozen=True):
    """The runs of a pipeline on a day on which it runs (`most`), and on the mean day of its schedule.

    `root` is the pipeline whose `cron` starts it, itself or the one before it.
    """

    pipeline: str
    root: str
    cron: str
    most: int
    mean: Decimal


def runs(plan: Plan) -> Mapping[str, Runs]:
    """Give for each dataset the runs of the one pipeline that writes it, where one cron schedule starts that.

    A dataset is left out that several pipelines write, or whose writer an event or several schedules start; where a
    calendar picks days or missed runs are made up, nobody can tell from the cron how many there are.
    """
    triggers = Triggers(plan)
    writers: dict[str, list[str]] = {}
    for name, (_, pipeline) in triggers.pipelines.items():
        for dataset in pipeline.outputs:
            writers.setdefault(dataset, []).append(name)
    found = {dataset: _runs(triggers, names[0]) for dataset, names in writers.items() if len(names) == 1}
    return {dataset: entry for dataset, entry in found.items() if entry is not None}


def _runs(triggers: Triggers, pipeline: str) -> Runs | None:
    roots = triggers.roots(pipeline)
    timed = triggers.timed(roots[0]) if len(roots) == 1 else None
    if timed is None:
        return None
    schedule, gap = triggers.pipelines[roots[0]][1].schedule, mean_gap(*timed)
    if schedule is None or schedule.calendar is not None or schedule.catchup or gap is None:
        return None
    return Runs(pipeline, roots[0], timed[0], len(minutes_of_day(timed[0])), DAY / gap)

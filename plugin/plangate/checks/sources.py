"""Gate sources: what sources allow, and when they are there."""

from collections.abc import Iterator
from decimal import Decimal

from plangate.analysis.amount import above, alike, display, no_less
from plangate.analysis.extracts import Pull
from plangate.analysis.lineage import produced
from plangate.analysis.terms import refused
from plangate.checks.ages import lacking, named, told_by
from plangate.checks.lineage import FEEDS
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Path, Problem
from plangate.model.sources import Source, SourceAccess

_KIND = Edit("02-sources.yml", "kind: database", "kind: api")
_ACCESS = 'secret: "vault:shop_db/replica"}'
_LIMITS = (
    'secret: "vault:shop_db/replica", rate_limit: RATE requests/s, quota: 5000 requests/d, rows_per_request: 100 rows}'
)


def _sources(subject: Subject) -> tuple[Source, ...]:
    return subject.plan.sources.sources if subject.plan.sources else ()


@rule(
    "SRC008",
    "The limits of an API are known, and a day's rows fit in them",
    severity="warning",
    tiers=FROM_B,
    core=False,
    reason="An API that throttles makes a load late on the day on which there is most to load.",
    reads=("sources.sources[].access", "sources.sources[].datasets[].rows_per_day", "sources.sources[].kind"),
    applies=lambda subject: bool(subject.facts.extracts.pulls),
    where="rows are pulled from a source",
    fails=(_KIND, Edit("02-sources.yml", _ACCESS, _LIMITS.replace("RATE", "0.0005"))),
    passes=(_KIND, Edit("02-sources.yml", _ACCESS, _LIMITS.replace("RATE", "2"))),
)
def api_limits(subject: Subject) -> Iterator[Problem]:
    """A source that is an API or a service states its `rate_limit`, its `quota` and the rows of one answer; reading the
    rows of a day takes at most 70 % (`api_utilisation`) of the hours in which it may be read, and of the quota.
    """
    sources = _sources(subject)
    for pull in subject.facts.extracts.pulls:
        access, path = sources[pull.index].access or SourceAccess(), ("sources", pull.index, "access")
        absent = [
            name
            for name in ("rate_limit", "quota", "rows_per_request")
            if getattr(access, name) is None and not refused(subject.plan, "sources", (*path, name))
        ]
        if absent:
            yield Problem(
                "SRC008",
                f"Source {pull.source} is an API and does not state {', '.join(absent)}",
                "sources",
                path,
                "nothing",
                ", ".join(absent),
            )
        yield from _limits(subject, pull, access, path)


def _limits(subject: Subject, pull: Pull, access: SourceAccess, path: Path) -> Iterator[Problem]:
    share = subject.policy.checklists.thresholds.api_utilisation
    if pull.time is not None and pull.time_room is not None and above(1 - pull.time_room.value.base, share.base):
        yield Problem(
            "SRC008",
            f"Reading a day's rows of source {pull.source} takes {pull.time}; it can be read for {pull.window.value}",
            "sources",
            (*path, "rate_limit"),
            str(pull.time),
            f"at most {share} of {pull.window.value}",
            "Ask for a higher rate or larger answers, or read less",
        )
    if access.quota is not None and pull.requests is not None and pull.request_room is not None:
        shown = alike(pull.requests.value, access.quota)
        if above(1 - pull.request_room.value.base, share.base):
            yield Problem(
                "SRC008",
                f"Reading source {pull.source} takes {shown}, its quota is {access.quota}",
                "sources",
                (*path, "quota"),
                shown,
                f"at most {share} of {access.quota}",
                "Ask for a higher quota or larger answers, or read less",
            )


_READERS = (*FEEDS, "context.consumers[].reads")
"""What has to be seen before it is said that nothing reads a source."""


@rule(
    "SRC009",
    "Every source is used",
    scope="plan",
    tiers=FROM_B,
    reason="A source that nothing reads is access that nobody needs, and a promise that nobody keeps.",
    reads=_READERS,
    applies=lambda subject: bool(subject.plan.sources and (subject.plan.ingestion or subject.plan.modeling)),
    where="sources are described, and what reads them",
    fails=(
        Edit(
            "02-sources.yml",
            "      - id: shop_db.orders\n",
            "      - {id: shop_db.coupons, primary_key: [id]}\n      - id: shop_db.orders\n",
        ),
    ),
)
def sources_are_used(subject: Subject) -> Iterator[Problem]:
    """Something is built from every dataset of gate sources, or a consumer reads it."""
    graph = subject.facts.lineage
    if subject.refused(*_READERS):
        return
    for index, source in enumerate(subject.plan.sources.sources if subject.plan.sources else ()):
        for place, dataset in enumerate(source.datasets):
            if not graph.downstream(dataset.id):
                yield Problem(
                    "SRC009",
                    f"Nothing reads {dataset.id} of source {source.id}",
                    "sources",
                    ("sources", index, "datasets", place),
                    dataset.id,
                    "a pipeline, model or consumer that reads it",
                    "Name its reader, or take it out of the plan",
                )


@rule(
    "SRC010",
    "Pipelines and sources agree about what comes from outside",
    scope="plan",
    tiers=FROM_B,
    reason="An input that is no source has no owner, no delay and no volume.",
    reads=("sources.sources[].datasets", "ingestion.pipelines[].inputs", "ingestion.pipelines[].outputs"),
    applies=lambda subject: bool(subject.plan.sources and subject.plan.ingestion),
    where="sources are described, and gate ingestion",
    fails=(Edit("04-ingestion.yml", "inputs: [shop_db.orders]", "inputs: [shop_db.orders, shop_db.returns]"),),
)
def both_ways(subject: Subject) -> Iterator[Problem]:
    """A pipeline reads at least one dataset of every source, and every input that no pipeline or model of the plan
    builds is a dataset of a source, a stream, or built by another plan.
    """
    plan, graph = subject.plan, subject.facts.lineage
    if subject.refused("ingestion.pipelines", "sources.sources"):
        return
    pipelines = plan.ingestion.pipelines if plan.ingestion else ()
    read = {name for pipeline in pipelines for name in pipeline.inputs}
    sources = plan.sources.sources if plan.sources else ()
    for index, source in enumerate(sources):
        names = [dataset.id for dataset in source.datasets]
        if names and read.isdisjoint(names):
            yield Problem(
                "SRC010",
                f"No pipeline reads from source {source.id}",
                "sources",
                ("sources", index),
                source.id,
                f"a pipeline with {' or '.join(names)} among its inputs",
            )
    inside = produced(plan) | {dataset.id for source in sources for dataset in source.datasets}
    for index, pipeline in enumerate(pipelines):
        for place, name in enumerate(pipeline.inputs):
            if name not in inside and not (name in graph.by_id and graph.by_id[name].external):
                yield Problem(
                    "SRC010",
                    f"Pipeline {pipeline.id} reads {name}, which is no dataset of gate sources",
                    "ingestion",
                    ("pipelines", index, "inputs", place),
                    name,
                    "a dataset of gate sources, or one that the plan builds",
                    f"Describe {name} in gate sources: its owner, arrival and volume",
                )


@rule(
    "SRC011",
    "Workloads tell the volume of the source that they come from",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="Two files with two volumes: the cost is computed from the one and the load test made with the other.",
    reads=("sources.sources[].datasets", "capacity.workloads[].from", "capacity.workloads[].rows_per_day"),
    applies=lambda subject: bool(subject.facts.extracts.drifts),
    where="a workload comes from a source whose volume is known",
    fails=(Edit("03-capacity.yml", "shape: append,", "shape: append, rows_per_day: 7000 rows/d,"),),
    passes=(Edit("03-capacity.yml", "shape: append,", "shape: append, rows_per_day: 6100 rows/d,"),),
)
def volumes_agree(subject: Subject) -> Iterator[Problem]:
    """The rows per day of a workload that names its source (`from`) and tells its own are within 5 %
    (`volume_tolerance`) of those of the source; or those of several that are parts of it are together.
    """
    tolerance = subject.policy.checklists.thresholds.volume_tolerance

    def near(own: Decimal, theirs: Decimal) -> bool:
        return own == theirs or (theirs > 0 and not above(abs(theirs - own) / theirs, tolerance.base))

    others = [one for one in subject.facts.extracts.drifts if not near(one.own.base, one.theirs.base)]
    for drift in others:
        together = sum((one.own.base for one in others if one.source == drift.source), Decimal(0))
        if near(together, drift.theirs.base):
            continue
        off = abs(drift.apart.value.base) if drift.apart is not None else None
        yield Problem(
            "SRC011",
            f"Workload {drift.dataset or drift.workload + 1} counts {drift.own}, its source {drift.source} "
            f"{drift.theirs}" + (f": {display(off, ())} apart" if off is not None else ""),
            "capacity",
            ("workloads", drift.workload, "rows_per_day"),
            str(drift.own),
            f"{drift.theirs}, {tolerance} more or less",
            "Leave it out here and it is taken from the source",
        )


@rule(
    "SRC013",
    "A source does not count as late before its next delivery is due",
    severity="warning",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="An alert that fires on every weekend is switched off, and then the source really stops.",
    reads=("plan.go_live", "sources.sources[].arrival", "sources.sources[].freshness.error_after"),
    applies=lambda subject: any(entry.freshness and entry.freshness.error_after for entry in _sources(subject)),
    where="a source says when it counts as late",
    fails=(
        Edit(
            "02-sources.yml",
            "arrival: {continuous: true,",
            'arrival: {schedule: "0 1 * * 1-5", timezone: UTC,',
        ),
    ),
    passes=(Edit("02-sources.yml", "arrival: {continuous: true,", 'arrival: {schedule: "0 1 * * *", timezone: UTC,'),),
)
def late_is_late(subject: Subject) -> Iterator[Problem]:
    """`error_after` of a source is at least the largest gap between its deliveries over a year and its p95 delay."""
    for index, (source, arrival) in enumerate(zip(_sources(subject), subject.facts.extracts.arrivals, strict=True)):
        limit = source.freshness.error_after if source.freshness else None
        if limit is None:
            continue
        if arrival.age is None:
            missing = lacking(subject, arrival.missing)
            if missing:
                gate, path, what = missing[0]
                yield Problem(
                    "SRC013",
                    f"Source {source.id} counts as late after {limit}, and when it is due is not known: missing is "
                    f"{named(missing)}",
                    gate,
                    path,
                    "nothing",
                    what,
                    cause=told_by(subject, gate, path),
                    absent=True,
                )
        elif limit.base < arrival.age.value.base:
            shown = alike(arrival.age.value, limit)
            yield Problem(
                "SRC013",
                f"Source {source.id} counts as late after {limit}; before each delivery its data is up to {shown} old",
                "sources",
                ("sources", index, "freshness", "error_after"),
                str(limit),
                f"at least {no_less(arrival.age.value, limit)}",
            )


@rule(
    "SRC014",
    "Runs read a source when it may be read",
    scope="plan",
    tiers=FROM_B,
    reason="A load in the maintenance of its source fails, or reads half a table.",
    reads=(
        "plan.go_live",
        "sources.sources[].maintenance",
        "sources.sources[].access.extract_window",
        "ingestion.pipelines[].schedule",
        "ingestion.pipelines[].inputs",
        "capacity.runtimes",
    ),
    applies=lambda subject: any(
        entry.maintenance or (entry.access and entry.access.extract_window) for entry in _sources(subject)
    ),
    where="a source has hours in which it is not to be read",
    fails=(
        Edit(
            "02-sources.yml",
            _ACCESS,
            'secret: "vault:shop_db/replica", extract_window: {start: "22:00", end: "03:05", timezone: UTC}}',
        ),
    ),
    passes=(
        Edit(
            "02-sources.yml",
            _ACCESS,
            'secret: "vault:shop_db/replica", extract_window: {start: "22:00", end: "04:00", timezone: UTC}}',
        ),
    ),
)
def reading_hours(subject: Subject) -> Iterator[Problem]:
    """Over a year each run that reads a source lies, from its start to the end of its p95 runtime, within the hours in
    which the source may be read (`extract_window`) and outside its maintenances. What other pipelines start begins when
    these are over by their p95 runtimes.
    """
    facts = subject.facts.extracts
    places = (
        {entry.id: place for place, entry in enumerate(subject.plan.ingestion.pipelines)}
        if subject.plan.ingestion
        else {}
    )
    for clash in facts.clashes:
        where = (
            "outside the hours in which it may be read" if clash.path[-1] == "extract_window" else "in its maintenance"
        )
        yield Problem(
            "SRC014",
            f"Pipeline {clash.pipeline} reads source {clash.source} {where}, first on {clash.at:%Y-%m-%d} at "
            f"{clash.at:%H:%M} UTC",
            "ingestion",
            ("pipelines", places[clash.root], "schedule", "cron"),
            f"{clash.at:%Y-%m-%d %H:%M} UTC",
            "a start from which the p95 runtime stays clear of it",
        )
    for gate, path, what in lacking(subject, facts.missing):
        yield Problem(
            "SRC014",
            f"Whether runs keep to the hours of their sources is not known: missing is {what}",
            gate,
            path,
            "nothing",
            what,
            absent=True,
        )

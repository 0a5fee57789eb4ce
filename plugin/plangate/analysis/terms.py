"""The terms of an age: what each part of a stage takes, where the plan says it, and what is missing."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.computed import Computed, Input, Number, compute, given
from plangate.model.capacity import Runtime
from plangate.model.events import Checkpoints, Events, EventTime, Sink
from plangate.model.ingestion import Pipeline
from plangate.model.modeling import Model
from plangate.model.plan import Plan
from plangate.model.problem import Path, related
from plangate.model.quality import Check, Reconciliation
from plangate.model.quantity import parse

Missing = tuple[str, Path, str]
"""Gate and path where something should stand, and what it is."""

ZERO = parse("0 min")

_HOLDING = frozenset({"pre_load", "pre_publish"})
"""Stages of checks that readers wait for."""


class Term(Struct, frozen=True):
    """A part of an age; its name says what for: arrival, deliveries, promise, wait, start, trigger, queue, runtime,
    publish, watermark, idleness, lateness, window, commit, or check with the check's id as the name of the input."""

    name: str
    input: Input


class Part(Struct, frozen=True):
    """Terms that belong together, and what is missing for others; with anything missing the part is unknown."""

    terms: tuple[Term, ...] = ()
    missing: tuple[Missing, ...] = ()

    def __add__(self, other: "Part") -> "Part":
        return Part(self.terms + other.terms, tuple(dict.fromkeys(self.missing + other.missing)))

    @property
    def seconds(self) -> Decimal:
        """The terms together."""
        return sum((term.input.value.base for term in self.terms), Decimal(0))


NOTHING = Part()

_SAYS = {
    "arrival": "arrival of {dataset}",
    "deliveries": "gap between deliveries of {dataset}",
    "promise": "age that is promised for {dataset}",
    "wait": "wait for the next run of {pipeline}",
    "start": "wait for the runs before {pipeline}",
    "trigger": "trigger of {pipeline}",
    "queue": "queue of {pipeline}",
    "runtime": "run of {pipeline}",
    "publish": "publication of {pipeline}",
    "check": "check {check}",
    "watermark": "disorder that {pipeline} waits out",
    "idleness": "silent partitions of {pipeline}",
    "lateness": "late events that {pipeline} still takes",
    "window": "window of {pipeline}",
    "commit": "next commit of {pipeline}",
}


def says(term: Term, pipeline: str, dataset: str) -> str:
    """Say in words what a term of a stage stands for: `wait for the next run of load_orders`."""
    return _SAYS[term.name].format(pipeline=pipeline, dataset=dataset, check=term.input.name)


def together(parts: Iterable[Part]) -> Part:
    """Put parts one after the other."""
    return sum(parts, NOTHING)


def absent(gate: str, path: Path, what: str) -> Part:
    """Give a part that is unknown because something is missing at a place."""
    return Part(missing=((gate, path, what),))


def refused(plan: Plan, gate: str, path: Path) -> bool:
    """Tell whether a value at a place was refused when the plan was read."""
    return bool(plan.broken) and any(gate == other and related(path, place) for other, place in plan.broken)


def stated(plan: Plan, name: str, value: Number, gate: str, path: Path, what: str, *, needed: bool = False) -> Part:
    """Take a value of the plan as a term; where it is needed, or was refused, its absence is told."""
    found = given(name, value, gate, path)
    if found is not None:
        return Part((Term(name, found),))
    return absent(gate, path, what) if needed or refused(plan, gate, path) else NOTHING


def pipelines_of(plan: Plan) -> Mapping[str, tuple[int, Pipeline]]:
    """Give the pipelines with their places, by id; of two with one id the first."""
    found: dict[str, tuple[int, Pipeline]] = {}
    for index, pipeline in enumerate(plan.ingestion.pipelines if plan.ingestion else ()):
        found.setdefault(pipeline.id, (index, pipeline))
    return found


def runtime_of(plan: Plan, pipeline: str) -> tuple[int, Runtime] | None:
    """Give the runtimes of a pipeline with their place."""
    runtimes = plan.capacity.runtimes if plan.capacity else ()
    return next(((index, entry) for index, entry in enumerate(runtimes) if entry.pipeline == pipeline), None)


def run_terms(plan: Plan, pipeline: str) -> Part:
    """Give what a run takes: wait for a slot, p95 runtime, and the time until readers see the result."""
    found = runtime_of(plan, pipeline)
    if found is None:
        return absent("capacity", ("runtimes",), f"the p95 runtime of pipeline {pipeline}")
    index, entry = found
    path: Path = ("runtimes", index)
    return together(
        [
            stated(plan, "queue", entry.queue_wait, "capacity", (*path, "queue_wait"), f"the queue of {pipeline}"),
            stated(
                plan, "runtime", entry.p95, "capacity", (*path, "p95"), f"the p95 runtime of {pipeline}", needed=True
            ),
            stated(plan, "publish", entry.publish, "capacity", (*path, "publish"), f"the publication of {pipeline}"),
        ]
    )


def check_terms(plan: Plan, dataset: str) -> Part:
    """Give the runtime of each check that readers of a dataset wait for, one after the other.

    Those are the checks of the dataset, and of the models between it and what pipelines write, that run before a load
    or a publication or block one.
    """
    behind = {dataset, *_inside(plan, dataset)}
    found = (
        stated(plan, check.id, check.runtime, "quality", (*path, "runtime"), f"the runtime of {check.id}", needed=True)
        for path, check, of in checks_of(plan)
        if of in behind and holds_back(check)
    )
    whole = together(found)
    return Part(tuple(Term("check", term.input) for term in whole.terms), whole.missing)


def checks_of(plan: Plan) -> Iterator[tuple[Path, Check | Reconciliation, str | None]]:
    """Give every check and reconciliation that the plan writes, with its path and the dataset that it judges."""
    if plan.quality is None:
        return
    for index, check in enumerate(plan.quality.checks):
        yield ("checks", index), check, check.dataset
    for index, entry in enumerate(plan.quality.reconciliation):
        yield ("reconciliation", index), entry, entry.target


def holds_back(check: Check | Reconciliation) -> bool:
    """Tell whether readers wait for a check: it blocks the publication, or runs before load or publication."""
    return check.action == "block_publish" or check.stage in _HOLDING


def _inside(plan: Plan, dataset: str) -> frozenset[str]:
    """Give the models that a dataset is made of and that no pipeline writes by itself."""
    models = models_of(plan)
    written = {name for _, pipeline in pipelines_of(plan).values() for name in pipeline.outputs}
    found: set[str] = set()
    waiting = list(models[dataset].depends_on) if dataset in models else []
    while waiting:
        name = waiting.pop()
        if name in models and name not in written and name not in found:
            found.add(name)
            waiting.extend(models[name].depends_on)
    return frozenset(found)


def stream_terms(plan: Plan, inputs: Iterable[str]) -> Part:
    """Give what a stream adds to the age of an event: how far event time is held back, the window, the next commit."""
    if plan.events is None:
        return NOTHING
    return _held_back(plan, plan.events, frozenset(inputs)) + _window(plan, plan.events) + _commit(plan, plan.events)


def _held_back(plan: Plan, events: Events, inputs: frozenset[str]) -> Part:
    """A partition that falls silent holds the watermark until it counts as idle; late events count for a while."""
    time = events.time or EventTime()
    needed = bool(events.windows) and time.watermark != "monotonous"
    silent = any(
        stream.dataset in inputs and stream.low_traffic and stream.partitions != 1 for stream in events.streams
    )
    found = [_timed(plan, "watermark", time.max_out_of_orderness, "max_out_of_orderness", needed=needed)]
    if silent:
        found.append(_timed(plan, "idleness", time.idleness, "idleness", needed=True))
    if events.windows:
        found.append(_timed(plan, "lateness", time.allowed_lateness, "allowed_lateness"))
    return together(found)


def _timed(plan: Plan, name: str, value: Number, key: str, *, needed: bool = False) -> Part:
    return stated(plan, name, value, "events", ("time", key), f"time.{key} of the stream", needed=needed)


def _window(plan: Plan, events: Events) -> Part:
    """The longest wait in a window: until it ends, slides on, or has been silent for its gap."""
    found = []
    for index, window in enumerate(events.windows):
        key = {"session": "gap", "sliding": "slide", "tumbling": "size"}.get(window.kind_ or "")
        if key is not None:
            what = f"the {key} of window {window.id}"
            path = ("windows", index, key)
            found.append(stated(plan, "window", getattr(window, key), "events", path, what, needed=True))
    return _longest("window", together(found))


def _commit(plan: Plan, events: Events) -> Part:
    """A transactional sink shows results with the checkpoint; of checkpoint and commit the rarer one counts."""
    sink, checkpoints = events.sink or Sink(), events.checkpoints or Checkpoints()
    exact = bool(sink.transactional) or (events.delivery is not None and events.delivery.guarantee == "exactly_once")
    found = stated(
        plan, "commit", sink.commit_interval, "events", ("sink", "commit_interval"), "the commit interval of the sink"
    )
    if exact:
        path = ("checkpoints", "interval")
        found += stated(plan, "commit", checkpoints.interval, "events", path, "the checkpoint interval", needed=True)
    return _longest("commit", found)


def _longest(name: str, found: Part) -> Part:
    return Part((largest(name, found.terms),), found.missing) if found.terms else found


def models_of(plan: Plan) -> Mapping[str, Model]:
    """Give the models by id."""
    return {model.id: model for model in (plan.modeling.models if plan.modeling else ())}


def as_one(name: str, terms: Iterable[Term]) -> Input:
    """Give terms as one input of a formula: nothing as zero, one as it is, several as their total."""
    inputs = [term.input for term in terms]
    if not inputs:
        return Input(name, ZERO, ZERO, ZERO)
    if len(inputs) == 1:
        return replace(inputs[0], name=name)
    return _input(name, compute("total", *(replace(entry, parameter="parts") for entry in inputs)))


def largest(name: str, terms: Iterable[Term]) -> Term:
    """Give the largest of some terms as one: one as it is."""
    inputs = [term.input for term in terms]
    if len(inputs) == 1:
        return Term(name, inputs[0])
    return Term(name, _input(name, compute("largest", *(replace(entry, parameter="parts") for entry in inputs))))


def _input(name: str, number: Computed | None) -> Input:
    found = given(name, number)
    if found is None:
        raise AssertionError("durations can always be added and compared")
    return found

"""Gate events: state that fits and lives long enough, checkpoints, exactly once, tasks."""

from collections.abc import Iterator
from decimal import Decimal

from plangate.analysis.amount import amount, no_less, no_more
from plangate.analysis.computed import Computed, Input
from plangate.analysis.freshness import Need
from plangate.analysis.state import StoreFacts
from plangate.analysis.streaming import StreamingFacts
from plangate.checks.absences import absent
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.events import Events
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity
from plangate.model.text import spoken

_EVENTS = "03-events.yml"


def edited(old: str, new: str) -> tuple[Edit, ...]:
    """Change gate events of the first stream."""
    return (Edit(_EVENTS, old, new),)


def problem(
    rule_id: str,
    path: Path,
    message: str,
    observed: str | None = None,
    expected: str | None = None,
    hint: str | None = None,
    cause: str | None = None,
    severity: str | None = None,
) -> Problem:
    """Make a problem of gate events."""
    return Problem(rule_id, message, "events", path, observed, expected, hint, cause=cause, severity=severity)


def has_streams(subject: Subject) -> bool:
    """Tell whether the streams of a plan are known well enough to be counted."""
    return subject.facts.streaming is not None


def streaming(subject: Subject) -> StreamingFacts:
    """Give what follows from the streams of a plan that has some."""
    found = subject.facts.streaming
    assert found is not None  # noqa: S101 -- the rules apply to plans with streams
    return found


def _needless(subject: Subject, *path: str) -> bool:
    """Tell whether a field needs no answer any more: it was refused, or declined with a reason."""
    return ("events", path) in subject.plan.not_applicable or subject.refused(f"events.{'.'.join(path)}")


def _stateful(subject: Subject) -> bool:
    return has_streams(subject) and bool(streaming(subject).operators)


@rule(
    "STR004",
    "State has an end and fits its store",
    tiers=FROM_B,
    reason="State that grows without end stops the job on the day that its disk is full, and every key with it.",
    reads=("events.state",),
    applies=_stateful,
    where="an operator keeps state",
    on="first-stream",
    fails=edited("bytes_per_key: 100 B", "bytes_per_key: 2 kB"),
    passes=edited("ttl: 2 h, ", "bounded_by: One key per open checkout, "),
)
def state_fits(subject: Subject) -> Iterator[Problem]:
    """Every operator with state has a time to live, or says what bounds its keys; and the state in a store, keys ×
    bytes per key × (1 + overhead), takes at most 70 % (`state_utilisation`) of it.

    Operators that name the same backend with the same capacity share it.
    """
    for entry in streaming(subject).operators:
        path = ("state", entry.index)
        if entry.state.ttl is None and entry.state.bounded_by is None and not subject.refused("events.state[].ttl"):
            hint = "Add `ttl`, or say in `bounded_by` why the number of keys cannot grow"
            message = f"Nothing ends the state of {entry.name}: it has no time to live and no bound for its keys"
            yield problem("STR004", path, message, None, "`ttl` or `bounded_by`", hint)
        missing = [f"`{name}`" for name in ("keys", "bytes_per_key", "capacity") if getattr(entry.state, name) is None]
        if missing and not subject.refused("events.state"):
            message = f"Whether the state of {entry.name} fits cannot be told without {spoken(missing)}"
            yield problem("STR004", path, message, None, spoken(missing))
    for store in streaming(subject).stores:
        yield from _full(subject, store)


def _full(subject: Subject, store: StoreFacts) -> Iterator[Problem]:
    if store.size is None or store.usable is None or store.size.value.base <= store.usable.value.base:
        return
    share = subject.policy.checklists.thresholds.state_utilisation
    largest = max(store.operators, key=lambda entry: entry.size.value.base if entry.size else Decimal(0))
    capacity = store.capacity.value if store.capacity else None
    names = spoken([entry.name for entry in store.operators])
    message = f"State of {names} takes {store.size}; {store.usable} may be used, {share} of {capacity}"
    hint = "Let keys live for a shorter time, remember less of each, or give the state a larger store"
    most = f"at most {no_more(store.usable.value, capacity or store.usable.value)}"
    yield problem("STR004", ("state", largest.index), message, str(store.size), most, hint)


@rule(
    "STR005",
    "State lives as long as it is needed",
    tiers=FROM_B,
    reason="State that ends before its window closes gives results that are wrong and look right.",
    reads=("events.state", "events.windows", "events.time.allowed_lateness", "events.delivery.dedupe"),
    applies=_stateful,
    where="an operator keeps state",
    on="first-stream",
    fails=edited("ttl: 2 h", "ttl: 30 min"),
    passes=edited("ttl: 2 h", "ttl: 60 min"),
)
def state_lives_long_enough(subject: Subject) -> Iterator[Problem]:
    """The time to live of an operator's state is at least the size (or gap) of its window with the allowed lateness,
    and its join interval.

    An operator that names neither answers for the windows that no other names, and for the time in which repeated
    events are recognised, unless `bounded_by` says what ends its keys.
    """
    for entry in streaming(subject).operators:
        if entry.ttl is None or entry.ttl_needed is None or entry.ttl.value.base >= entry.ttl_needed.value.base:
            continue
        message = f"State of {entry.name} ends after {entry.ttl.value}, it is needed for {entry.ttl_needed}"
        expected = f"at least {no_less(entry.ttl_needed.value, entry.ttl.value)}"
        hint = f"It has to outlive {_outlived(subject, max(entry.ttl_needed.inputs, key=lambda part: part.value.base))}"
        yield problem("STR005", ("state", entry.index, "ttl"), message, str(entry.ttl.value), expected, hint)


def _outlived(subject: Subject, most: Input) -> str:
    """Name what state has to outlive: a value of the plan, or a window with each value that makes its span."""
    if most.of is None:
        return f"`{subject.written(most.gate, most.path)}`"
    parts = [f"`{subject.written(part.gate, part.path)}` ({part.value})" for part in most.of.inputs if part.path]
    return f"window {most.name}; that long follows from {spoken(parts)}"


def _checkpointed(subject: Subject) -> bool:
    return subject.plan.events is not None and subject.plan.events.checkpoints is not None


@rule(
    "STR006",
    "Checkpoints leave the job time to work",
    tiers=FROM_B,
    reason="A job that is always in a checkpoint falls behind; one whose checkpoints time out loses what came since.",
    reads=("events.checkpoints",),
    applies=_checkpointed,
    where="there are checkpoints",
    on="first-stream",
    fails=edited("expected: 10 s", "expected: 40 s"),
    passes=edited("expected: 10 s", "expected: 30 s"),
)
def checkpoints(subject: Subject) -> Iterator[Problem]:
    """The timeout of a checkpoint is longer than it is expected to take, the interval at least twice as long, and there
    is a pause after each.
    """
    told = subject.plan.events.checkpoints if subject.plan.events else None
    if told is None:
        return
    names = ("interval", "timeout", "expected", "min_pause")
    missing = [
        f"`{name}`" for name in names if getattr(told, name) is None and not _needless(subject, "checkpoints", name)
    ]
    if missing:
        message = f"The checkpoints do not say {spoken(missing)}"
        yield problem("STR006", ("checkpoints",), message, None, spoken(missing))
    takes = told.expected
    if takes is not None and told.timeout is not None and told.timeout.base <= takes.base:
        message = f"A checkpoint is given up after {told.timeout} and is expected to take {takes}"
        least, twice = no_less(takes, told.timeout), no_less(_twice(takes), told.timeout)
        hint = f"`timeout: {twice}` leaves it twice its time"
        yield problem("STR006", ("checkpoints", "timeout"), message, str(told.timeout), f"more than {least}", hint)
    if takes is not None and told.interval is not None and told.interval.base < 2 * takes.base:
        share = streaming(subject).checkpoints.share
        paused = told.min_pause is not None and told.min_pause.base > told.interval.base - takes.base
        kept = f", with a pause of {told.min_pause} after it, so that the interval is not kept" if paused else ""
        message = f"A checkpoint is due every {told.interval} and takes {takes}{kept}: {share} of the time"
        expected = f"at least {no_less(_twice(takes), told.interval)}, twice what a checkpoint takes"
        half = no_more(amount(told.interval.base / 2, told.interval.dimension), takes)
        hint = f"Or make a checkpoint smaller, so that it takes at most {half}"
        yield problem("STR006", ("checkpoints", "interval"), message, str(told.interval), expected, hint)
    if told.min_pause is not None and told.min_pause.base == 0:
        message = "No pause is left between two checkpoints; after a slow one the next begins at once"
        yield problem(
            "STR006", ("checkpoints", "min_pause"), message, str(told.min_pause), "more than 0 s, such as 20 s"
        )


def _twice(takes: Quantity) -> Quantity:
    return amount(2 * takes.base, takes.dimension)


def longer_interval(events: Events | None) -> Quantity | None:
    """Give the checkpoint interval that STR006 asks for; None where it leaves the one that there is."""
    told = events.checkpoints if events else None
    if told is None or told.expected is None or told.interval is None or told.interval.base >= 2 * told.expected.base:
        return None
    return _twice(told.expected)


def _exactly_once(subject: Subject) -> bool:
    told = subject.plan.events.delivery if subject.plan.events else None
    return told is not None and told.guarantee in {"exactly_once", None}


@rule(
    "STR007",
    "Exactly once holds from the source to the reader",
    scope="plan",
    tiers=FROM_B,
    reason="Exactly once needs every link: a source that is read again, a sink that commits with the checkpoint, and "
    "readers who wait for it.",
    reads=(
        "events.delivery",
        "events.sink",
        "events.streams",
        "events.checkpoints",
        "events.recovery",
        "events.replay",
    ),
    applies=_exactly_once,
    where="exactly once is promised",
    on="first-stream",
    fails=edited("transaction_timeout: 15 min", "transaction_timeout: 2 min"),
    passes=edited("transaction_timeout: 15 min", "transaction_timeout: 3 min"),
)
def exactly_once(subject: Subject) -> Iterator[Problem]:
    """The delivery says its `guarantee`. With `exactly_once` every stream can be read again, the sink is transactional
    or writes by key, a transaction may stay open for longer than the checkpoint interval and a restart, and nobody is
    promised data fresher than the checkpoint interval and the processing.
    """
    events = subject.plan.events
    if events is None or events.delivery is None:
        return
    if events.delivery.guarantee is None:
        where = ("delivery", "guarantee")
        message = "Nothing says how often an event takes effect"
        yield from absent(subject, "STR007", "events", where, message, "exactly_once, at_least_once or at_most_once")
        return
    for index, stream in enumerate(events.streams):
        known = stream.replayable is True or (stream.replayable is None and stream.retention is not None)
        if not known and not subject.refused("events.streams"):
            message = (
                f"Stream {stream.id} cannot be read again, so no event of it can count exactly once after a restart"
            )
            yield problem("STR007", ("streams", index), message, None, "`replayable: true` or a `retention`")
    sink, timeout, span = events.sink, events.delivery.transaction_timeout, streaming(subject).checkpoints.transaction
    by_key = (sink is not None and bool(sink.upsert_key)) or (
        events.replay is not None and events.replay.sink_idempotent
    )
    if not by_key and (sink is None or not sink.transactional) and not subject.refused("events.sink"):
        message = "The sink neither takes part in transactions nor writes by key; after a restart rows are there twice"
        expected = "`transactional: true` or an `upsert_key`"
        refuses = sink is not None and sink.transactional is False
        place: Path = ("sink", "transactional") if refuses else ("sink",)
        yield problem("STR007", place, message, "false" if refuses else None, expected)
    if timeout is None and sink is not None and sink.transactional:
        if not _needless(subject, "delivery", "transaction_timeout"):
            message = "Nothing says for how long a transaction of the sink may stay open"
            yield problem("STR007", ("delivery",), message, None, "`transaction_timeout`")
    elif timeout is not None and span is not None and timeout.base <= span.value.base:
        message = f"A transaction is given up after {timeout}; with a restart it stays open for {span}"
        path = ("delivery", "transaction_timeout")
        longer, hint = span.value, None
        told, wanted = events.checkpoints, longer_interval(events)
        if wanted is not None and told is not None and told.interval is not None:
            interval = no_less(wanted, told.interval)
            longer = amount(longer.base + wanted.base - told.interval.base, longer.dimension)
            hint = f"That is how long it stays open once the checkpoint interval is the {interval} that STR006 asks for"
        yield problem("STR007", path, message, str(timeout), f"more than {no_less(longer, timeout)}", hint)
    yield from _too_fresh(subject, streaming(subject).checkpoints.visible)


def _too_fresh(subject: Subject, visible: Computed | None) -> Iterator[Problem]:
    """Tell of each dataset that the stream writes and that is promised fresher than checkpoints allow."""
    if visible is None:
        return
    pipelines = subject.plan.ingestion.pipelines if subject.plan.ingestion else ()
    written = {name for pipeline in pipelines if pipeline.pattern == "stream" for name in pipeline.outputs}
    tightest: dict[str, Need] = {}
    for need in subject.facts.freshness.of("consumer", "promise", "contract"):
        if need.dataset in written and need.need.base < visible.value.base:
            known = tightest.get(need.dataset)
            if known is None or need.need.base < known.need.base:
                tightest[need.dataset] = need
    for dataset, need in sorted(tightest.items()):
        message = f"{dataset} is to be at most {need.need} old; what a checkpoint commits is visible after {visible}"
        hint = "Shorten the checkpoint interval or promise less"
        least = f"at least {no_less(visible.value, need.need)}"
        yield problem("STR007", ("checkpoints", "interval"), message, str(need.need), least, hint)


def _partitions(subject: Subject) -> int | None:
    known = streaming(subject).partitions
    return int(known.value.base) if known else None


@rule(
    "STR010",
    "Every task has something to read",
    tiers=FROM_B,
    core=False,
    reason="A task without a partition idles and costs; state cannot be spread over more tasks than its key groups.",
    reads=("events.parallelism", "events.streams[].partitions"),
    applies=has_streams,
    where="the streams are known well enough to be counted",
    on="first-stream",
    fails=edited("{value: 6, max: 120", "{value: 8, max: 120"),
    passes=edited("{value: 6, max: 120", "{value: 4, max: 120"),
)
def tasks(subject: Subject) -> Iterator[Problem]:
    """As many tasks run at once as are told, at most as many as the largest stream has partitions and as the greatest
    parallelism allows. The greatest parallelism is a multiple of it, or some tasks hold more state than others (a
    warning); it says over how many tasks state could ever be spread, so it may be above the partitions of today.
    """
    told = subject.plan.events.parallelism if subject.plan.events else None
    value = told.value if told else None
    if told is None or value is None:
        if not _needless(subject, "parallelism") and not subject.refused("events.parallelism.value"):
            message = "Nothing says how many tasks run at once"
            yield problem("STR010", ("parallelism",) if told else (), message, None, "`parallelism.value`")
        return
    partitions = _partitions(subject)
    path = ("parallelism", "value")
    if partitions is not None and value > partitions:
        message = f"{value} tasks run at once, and the largest stream has {partitions} partitions"
        hint = f"{value - partitions} tasks would have nothing to read"
        yield problem("STR010", path, message, str(value), f"at most {partitions}", hint)
    if told.max is not None and value > told.max:
        message = f"{value} tasks run at once, and state can be spread over {told.max} at most"
        yield problem("STR010", path, message, str(value), f"at most {told.max}")
    elif told.max is not None and told.max % value:
        message = (
            f"The greatest parallelism of {told.max} is no multiple of {value}: some tasks hold more state than others"
        )
        expected = f"a multiple of {value}"
        yield problem("STR010", ("parallelism", "max"), message, str(told.max), expected, severity="warning")

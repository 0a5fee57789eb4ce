"""State, catching up, retention and checkpoints of small streams, worked by hand."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.computed import compute, leaves
from plangate.analysis.computed import given as put_in
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.streaming import StreamingFacts

from .plans import POLICY, plan

EVENTS = """
streams:
  - {id: clicks, topic: web.clicks.v2, dataset: web.clicks, partitions: 24, retention: 7 d, cleanup: delete}
  - {id: visitors, topic: crm.visitors, dataset: crm.visitors, partitions: 12, retention: 1 d, cleanup: compact}
time: {allowed_lateness: 3 min}
delivery: {dedupe: {key: event_id, window: 24 h}}
parallelism: {value: 12, max: 720, per_task: 2500 rows/s}
windows: [{id: session, kind: session, gap: 30 min}, {id: hour, kind: tumbling, size: 1 h}]
state:
  - operator: dedupe
    keys: 50_000_000 keys
    bytes_per_key: 200 B
    overhead: 50 %
    ttl: 25 h
    backend: rocksdb
    capacity: 64 GB
  - operator: sessions
    keys: 1_000_000 keys
    bytes_per_key: 2 kB
    ttl: 25 h
    window: session
    backend: rocksdb
    capacity: 64 GB
  - operator: lookup
    keys: 20_000_000 keys
    bytes_per_key: 60 B
    ttl: 1 h
    bounded_by: one per visitor
    backend: heap
    capacity: 2 GB
checkpoints: {interval: 60 s, expected: 15 s}
recovery: {restart_time: 2 min, catch_up: 40 min, max_outage: 2 h}
"""
CAPACITY = """
horizon: 24 month
workloads:
  - dataset: web.clicks
    rows_per_day: {low: 40_000_000 rows/d, base: 48_000_000 rows/d, high: 90_000_000 rows/d}
    peak_factor: 4
    growth: 2 %/month
  - {dataset: crm.visitors, rows_per_day: 432_000 rows/d, peak_factor: 4, growth: 2 %/month}
  - {dataset: web.sessions, rows_per_day: 4_000_000 rows/d, peak_factor: 4}
throughput: {capacity: 20_000 rows/s, target_utilisation: 70 %}
runtimes: [{pipeline: sessionize, p50: 15 s, p95: 45 s}]
"""
INGESTION = """
pipelines:
  - {id: sessionize, kind: transform, pattern: stream, inputs: [web.clicks, crm.visitors], outputs: [web.sessions]}
"""
CUTOVER = """
backfill:
  - id: again
    dataset: web.sessions
    origin: web.clicks.v2
    range: {start: 2026-11-27, end: 2026-12-01}
    granularity: 1 d
    starts: 2026-12-01T08:00:00+00:00
    unit_runtime: {p95: 50 min}
    parallel: 1
    retry_rate: 5 %
    replay: {window: 6 d}
"""


def streaming(folder: Path, **gates: str) -> StreamingFacts:
    given_gates = {"events": EVENTS, "capacity": CAPACITY, "ingestion": INGESTION, "cutover": CUTOVER, **gates}
    read = plan(folder, **given_gates)
    found = Facts(read, POLICY, Landscape((read,))).streaming
    assert found is not None
    return found


def test_a_batch_has_none(tmp_path: Path) -> None:
    read = plan(tmp_path, capacity=CAPACITY)
    assert Facts(read, POLICY, Landscape((read,))).streaming is None


def test_state(tmp_path: Path) -> None:
    found = streaming(tmp_path)
    assert [(entry.name, str(entry.size), str(entry.ttl_needed)) for entry in found.operators] == [
        ("dedupe", "15 GB", "24 h"),
        ("sessions", "2 GB", "33 min"),
        ("lookup", "1.2 GB", "None"),
    ]
    assert [
        (len(store.operators), str(store.size), str(store.usable), str(store.headroom)) for store in found.stores
    ] == [
        (2, "17 GB", "44.8 GB", "62.1 %"),
        (1, "1.2 GB", "1.4 GB", "14.3 %"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "needed"),
    [
        ("window: session\n", "join_interval: 5 h\n", "5 h"),
        ("window: session\n", "window: session\n    join_interval: 5 h\n", "5 h"),
        ("window: session\n", "window: hour\n", "63 min"),
        ("    window: session\n", "", "24 h"),
        ("time: {allowed_lateness: 3 min}\n", "", "30 min"),
    ],
)
def test_what_state_must_outlive(tmp_path: Path, old: str, new: str, needed: str) -> None:
    found = streaming(tmp_path, events=EVENTS.replace(old, new))
    assert str(found.operators[1].ttl_needed) == needed


def test_windows_that_nobody_names_are_everybodys(tmp_path: Path) -> None:
    text = EVENTS.replace("delivery: {dedupe: {key: event_id, window: 24 h}}\n", "")
    assert str(streaming(tmp_path, events=text).operators[0].ttl_needed) == "63 min"  # the hour, not the session


def test_catching_up_by_hand(tmp_path: Path) -> None:
    """Mean rate 555.6 + 5; in the two hours and two minutes at the peak of 2242.2 pile up 16.41 million events."""
    found = streaming(tmp_path)
    assert (str(found.capacity and found.capacity.value), str(found.usable)) == ("30,000 rows/s", "21,000 rows/s")
    (outage,) = found.outages
    assert (outage.name, str(outage.down)) == ("max_outage", "2.03 h")
    assert [(case.load, str(case.rate), str(case.backlog), str(case.duration)) for case in outage.cases] == [
        ("mean", "561 rows/s", "4,103,267 rows", "3.35 min"),
        ("peak", "2,242 rows/s", "16,413,067 rows", "14.6 min"),
        ("peak_at_horizon", "3,606 rows/s", "26,399,388 rows", "25.3 min"),
    ]
    last = outage.under("peak_at_horizon")
    assert last is not None
    assert str(last.duration.high) == "57.6 min"
    assert str(found.aim) == "10,042 rows/s"
    assert str(found.aim_headroom) == "66.5 %"
    assert found.partitions is not None
    assert found.partitions.value.base == 24
    assert found.partitions.path == ("streams", 0, "partitions")


@pytest.mark.parametrize(
    ("old", "new", "minutes"),
    [
        ("per_task: 2500 rows/s", "per_task: 250 rows/s", "Infinity"),
        (", per_task: 2500 rows/s", "", "23.27"),  # the path's 20,000 rows/s
        ("{value: 12,", "{value: 48,", "6.88"),  # 24 of them have a partition
        ("partitions: 24", "partitions: 4", "14.58"),  # visitors has 12
        ("partitions: 24, ", "", "14.58"),
        ("restart_time: 2 min, ", "", "14.34"),
        ("max_outage: 2 h", "max_outage: 4 h", "28.93"),
    ],
)
def test_what_moves_catching_up(tmp_path: Path, old: str, new: str, minutes: str) -> None:
    case = streaming(tmp_path, events=EVENTS.replace(old, new)).outages[0].under("peak")
    assert case is not None
    assert case.duration.never if minutes == "Infinity" else round(case.duration.value.to("min"), 2) == Decimal(minutes)


def test_the_longer_of_two_outages_counts(tmp_path: Path) -> None:
    found = streaming(tmp_path, operations="recovery: {rto: 5 h}\n")
    assert [(entry.name, str(entry.outage.value)) for entry in found.outages] == [("max_outage", "2 h"), ("rto", "5 h")]
    assert found.worst is not None
    assert found.worst.name == "rto"


def test_a_stream_that_is_written_is_no_load(tmp_path: Path) -> None:
    more = "streams:\n  - {id: sessions, dataset: web.sessions, partitions: 96}\n"
    found = streaming(tmp_path, events=EVENTS.replace("\nstreams:\n", f"\n{more}"))
    peak = found.outages[0].under("peak")
    assert peak is not None
    assert str(peak.rate) == "2,242 rows/s"


@pytest.mark.parametrize("name", ["web.clicks", "crm.visitors"])
def test_a_load_that_nobody_knows_is_not_guessed(tmp_path: Path, name: str) -> None:
    found = streaming(tmp_path, capacity=CAPACITY.replace(f"dataset: {name},", "dataset: web.other,").replace(
        f"dataset: {name}\n", "dataset: web.other\n"))  # fmt: skip
    assert found.outages[0].cases == ()
    assert (found.aim, found.streams[0].needed) == (None, None)


def test_what_the_broker_has_to_keep(tmp_path: Path) -> None:
    clicks, visitors = streaming(tmp_path).streams
    assert str(clicks.needed) == "2.73 h"  # (122 min + 14.6 min) × 1.2
    assert str(clicks.headroom) == "98.4 %"
    assert [(entry.backfill, str(entry.reach)) for entry in clicks.replays] == [("again", "4.48 d")]  # 104 h + 3.5 h
    assert (visitors.compacted, visitors.replays) == (True, ())


@pytest.mark.parametrize(
    ("origin", "streams"),
    [
        ("    origin: web.clicks.v2\n", ["clicks"]),
        ("    origin: web.clicks\n", ["clicks"]),
        ("    origin: crm.visitors\n", ["visitors"]),
        ("    origin: an archive\n", []),
        ("", ["clicks"]),  # it asks for a window, and only clicks can be replayed
    ],
)
def test_which_stream_a_backfill_reads_again(tmp_path: Path, origin: str, streams: list[str]) -> None:
    found = streaming(tmp_path, cutover=CUTOVER.replace("    origin: web.clicks.v2\n", origin))
    assert [entry.stream.id for entry in found.streams if entry.replays] == streams


def test_checkpoints(tmp_path: Path) -> None:
    found = streaming(tmp_path).checkpoints
    assert [str(found.share), str(found.transaction), str(found.visible)] == ["25 %", "3 min", "105 s"]


@pytest.mark.parametrize(
    ("told", "share"),
    [("interval: 60 s", "25 %"), ("interval: 10 s", "100 %"), ("interval: 10 s, min_pause: 45 s", "25 %")],
)
def test_a_pause_after_a_checkpoint_moves_the_next(tmp_path: Path, told: str, share: str) -> None:
    found = streaming(tmp_path, events=EVENTS.replace("interval: 60 s", told)).checkpoints
    assert str(found.share) == share


def test_catching_up_rests_on_values_of_the_plan(tmp_path: Path) -> None:
    case = streaming(tmp_path).outages[0].under("peak")
    assert case is not None
    assert {(entry.gate, entry.path[-1]) for entry in leaves(case.duration)} == {
        ("capacity", "rows_per_day"),
        ("capacity", "peak_factor"),
        ("capacity", "target_utilisation"),
        ("events", "max_outage"),
        ("events", "restart_time"),
        ("events", "value"),
        ("events", "partitions"),
        ("events", "per_task"),
    }


RATES = st.integers(1, 5000)


@given(RATES, RATES, st.integers(1, 2000))
def test_catching_up_equals_a_simulation_second_by_second(load: int, capacity: int, outage: int) -> None:
    backlog = compute("backlog", put_in("load", Decimal(load)), put_in("outage", Decimal(outage)))
    found = compute(
        "catch_up",
        put_in("backlog", backlog),
        put_in("capacity", Decimal(capacity)),
        put_in("load", Decimal(load)),
    )
    assert found is not None
    if capacity <= load:
        assert found.never
        return
    waiting, second = load * outage, 0
    while waiting > 0 and second < 10_000:
        waiting, second = waiting + load - capacity, second + 1
    assert second == 10_000 or second - 1 < found.value.base <= second

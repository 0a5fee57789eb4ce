"""The pages of gate capacity: volumes with their work, growth, peaks, slots, counts, and what breaks first."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from plangate.analysis.computed import compute, given
from plangate.analysis.facts import Facts
from plangate.model.quantity import parse
from plangate.reading.plan import read_plan
from plangate.render.capacity import capacity_table, growth
from plangate.render.links import Links, homes, relative_to
from plangate.render.resources import peak_against_path, scanned_by_queries, units_and_slots, what_breaks_first
from plangate.render.work import headroom, total, work

from .conftest import LinksOf
from .html import Tag, read

HEADER = "id: a-plan\ntitle: A plan\nprofile: batch\nintent: draft\ntier: C\nowners: [{team: data_team}]\n"
SOURCES = """
sources:
  - id: shop_db
    datasets:
      - id: shop_db.orders
        rows_total: 1000 rows
        rows_per_day: {low: 50_000 rows/d, base: 100_000 rows/d, high: 200_000 rows/d, basis: measured}
        row_bytes: 100 B
        peak_factor: 3
        growth: 10 %/month
"""
CAPACITY = """
horizon: 12 month
workloads:
  - {dataset: raw.orders, from: shop_db.orders, shape: append, retention: {total: 90 d},
     partitions: {column: day, granularity: 1 d, target_file_size: 128 MB, limit: 80}}
  - {dataset: mart.orders, from: shop_db.orders, shape: upsert}
throughput: {capacity: 20 rows/s, target_utilisation: 50 %}
resources:
  pools: [{id: slots, size: 2}]
  sizing:
    - {name: Disks, load: 4 GB, per_unit: 1 GB, utilisation: 80 %, count: 2}
queries: [{name: Week, dataset: raw.orders, partitions: 7, columns_share: 50 %}]
cost:
  currency: EUR
  lines: [{driver: storage, purpose: run, stock: raw.orders, unit_price: 1 EUR/MB/month}]
breaks_first: {at_2x: the disks, at_5x: the {team}}
"""
INGESTION = """
pipelines:
  - {id: load, inputs: [shop_db.orders], outputs: [raw.orders], concurrency: {pool: slots, pool_slots: 3}}
"""


@pytest.fixture
def made(tmp_path: Path, orders: Facts) -> Callable[..., tuple[Facts, Links]]:
    """Give the facts and links of a small plan, some of it changed."""

    def make(**changed: str) -> tuple[Facts, Links]:
        gates = {"02-sources": SOURCES, "03-capacity": CAPACITY.replace("{team}", "team"), "04-ingestion": INGESTION}
        folder = tmp_path / "a-plan"
        folder.mkdir()
        (folder / "plan.yml").write_text(HEADER)
        for name, text in (gates | changed).items():
            (folder / f"{name}.yml").write_text(text)
        plan = read_plan(folder, "plans/a-plan", orders.policy)
        assert plan.problems == ()
        links = Links(
            "a-plan",
            relative_to("plans/a-plan/capacity/"),
            homes(plan.plan),
            lambda gate, path: f"https://git.example/{gate}",
        )
        return Facts(plan.plan, orders.policy), links

    return make


Made = Callable[..., tuple[Facts, Links]]


def cells(page: Tag, caption: str) -> list[list[str]]:
    """Give the texts of the rows of one table, those to open left out."""
    found = next(table for table in page.all("table") if table.all("caption")[0].words == caption)
    return [[cell.words for cell in row.inside] for row in found.all("tr") if "pg-below" not in row.classes]


VOLUMES = "Volumes by workload, with what storage costs a month after 12 months"


def test_without_a_horizon_the_page_says_that_there_is_none(made: Made) -> None:
    told = capacity_table(
        *made(**{"03-capacity": CAPACITY.replace("horizon: 12 month\n", "").replace("{team}", "team")})
    )
    (row, *_) = cells(read(told), "Volumes by workload")[1:]
    assert "Stored at the horizon, which is not stated" in told
    assert "after 0 months" not in told
    assert row[6] == "not stated"


def test_columns_have_one_unit_and_low_and_high_beneath(made: Made) -> None:
    page = read(capacity_table(*made()))
    assert cells(page, VOLUMES) == [
        [
            "Dataset",
            "Rows / day",
            "Bytes / row",
            "MB / day",
            "Peak rows / s",
            "GB now",
            "12-month GB",
            "p95 runtime min",
            "Headroom",
            "EUR / month",
        ],
        [
            "raw.orders",
            "100,000 50,000 – 200,000",
            "100",
            "10 5 – 20",
            "3.47 1.74 – 6.94",
            "0",
            "2.34 1.17 – 4.68",
            "—",
            "65.3 %",
            "2,341 1,171 – 4,683",
        ],
        [
            "mart.orders",
            "100,000 50,000 – 200,000",
            "100",
            "10 5 – 20",
            "3.47 1.74 – 6.94",
            "< 0.01",
            "< 0.01",
            "—",
            "65.3 %",
            "—",
        ],
        ["Together", "—", "—", "20 10 – 40", "6.94 3.47 – 13.9", "< 0.01", "2.34 1.17 – 4.68", "—", "30.6 %", "—"],
    ]


def test_rows_sort_by_exact_numbers_and_the_sum_stays_below(made: Made) -> None:
    page = read(capacity_table(*made()))
    (table,) = (table for table in page.all("table") if table.all("caption")[0].words == VOLUMES)
    assert "pg-sortable" in table.classes
    assert [len(body.all("tr")) for body in table.all("tbody")] == [2, 2]
    assert table.all("tfoot")[0].words.startswith("Together")
    later = [body.all("tr")[0].inside[6].attributes["data-v"] or "" for body in table.all("tbody")]
    assert round(Decimal(later[0])) == 2_341_442_057
    assert round(Decimal(later[1])) == 313_843


def test_work_shows_formula_numbers_value_and_where_they_come_from(made: Made) -> None:
    page = read(capacity_table(*made()))
    lines = {line.all("dt")[0].words: line.all("dd")[0] for line in page.all("details")[0].all("div")}
    assert lines["Peak rate"].words == (
        "rows per day × peak factor = 100,000 rows/d × 3 = 3.47 rows/s 1.74 rows/s – 6.94 rows/s "
        "from rows per day 100,000 rows/d 50,000 rows/d – 200,000 rows/d (measured), peak factor 3"
    )
    assert [tag.attributes["href"] for tag in lines["Peak rate"].all("a")] == ["https://git.example/sources"] * 2
    assert "Time kept under compound growth" in lines
    assert lines["Cost a month after 12 months"].words.startswith("stored × unit price = 2.34 GB × 1 EUR/MB/month")


def test_partitions_against_the_most_that_the_engine_takes(made: Made) -> None:
    page = read(capacity_table(*made()))
    assert cells(page, "Partitions by dataset")[1] == [
        "raw.orders",
        "day 1 d",
        "0",
        "90",
        "✕ 80",
        "26 MB 13 MB – 52 MB",
        "128 MB",
        "1",
        "26 MB 13 MB – 52 MB",
    ]


def test_growth_meets_the_disks_that_are_ordered(made: Made) -> None:
    """Two disks of 1 GB may be filled to 1.6 GB, which 90 days pass in month 9."""
    facts, _ = made()
    page = read(growth(facts.capacity))
    assert "Disks 1.6 GB: ✕ passed in month 9" in [tag.words for tag in page.all("text")]


def test_growth_without_storage_is_no_chart(made: Made) -> None:
    facts, _ = made(
        **{
            "02-sources": SOURCES.replace("row_bytes: 100 B", "cursor: id").replace(
                "rows_total: 1000 rows", "pinned: ^1"
            )
        }
    )
    assert growth(facts.capacity) == ""


def test_a_plan_without_workloads_says_so(made: Made) -> None:
    assert "No workloads are stated yet." in capacity_table(*made(**{"03-capacity": "horizon: 12 month\n"}))


def test_peaks_against_the_usable_rate(made: Made) -> None:
    page = read(peak_against_path(*made()))
    figures = page.all("dl")[0]
    shown = dict(zip((t.words for t in figures.all("dt")), (t.words for t in figures.all("dd")), strict=True))
    assert shown["Used of the capacity at the peak"] == "34.7 % 17.4 % – 69.4 %"
    assert shown["A row takes by queueing"] == "1.53 times as long"
    assert shown["The peak passes the usable rate"] == "✕ in month 4"
    words = [tag.words for tag in page.all("text")]
    assert "Usable rate 10 rows/s: ✕ passed in month 4" in words
    assert any(tag.classes == ["pg-band", "pg-c0"] for tag in page.all("path"))


def test_without_throughput_there_is_nothing_to_show(made: Made) -> None:
    text = CAPACITY.replace("{team}", "team").replace(
        "throughput: {capacity: 20 rows/s, target_utilisation: 50 %}\n", ""
    )
    assert peak_against_path(*made(**{"03-capacity": text})) == ""


def test_slots_and_counts_against_what_is_needed(made: Made) -> None:
    page = read(units_and_slots(*made()))
    assert cells(page, "Slots that are asked for together")[1] == ["slots", "2", "3", "✕ −50 %", "—"]
    assert cells(page, "Units: needed and ordered")[1] == ["Disks", "4 GB", "1 GB", "80 %", "5", "✕ 2", "✕ −150 %"]


def test_bytes_that_a_query_reads(made: Made) -> None:
    page = read(scanned_by_queries(*made()))
    assert cells(page, "Bytes that queries read")[1] == ["Week", "raw.orders", "35 MB 17.5 MB – 70 MB"]


def test_what_breaks_first_stands_beside_the_words_of_the_author(made: Made) -> None:
    page = read(what_breaks_first(*made()))
    assert cells(page, "What breaks first") == [
        ["Volume", "By computation, in this order", "The plan says"],
        ["2 ×", "✕ Disks (at 0.4 ×), ✕ Usable throughput (at 1.44 ×)", "the disks"],
        ["5 ×", "nothing more of what is computed", "the team"],
        ["10 ×", "nothing more of what is computed", "not stated"],
    ]
    assert cells(page, "Every limit that volume reaches")[1:] == [
        ["Disks", "4 GB", "1.6 GB", "0.4"],
        ["Usable throughput", "6.94 rows/s 3.47 rows/s – 13.9 rows/s", "10 rows/s", "1.44 0.72 – 2.88"],
    ]


def test_every_multiple_names_what_is_new(orders: Facts, links_of: LinksOf) -> None:
    page = read(what_breaks_first(orders, links_of("orders-mart", "capacity")))
    rows = cells(page, "What breaks first")[1:]
    assert rows[0][1].startswith("✕ Timeout of build_orders (at 1.67 ×), ✕ Timeout of load_shop_orders (at 1.67 ×)")
    assert "load_shop_orders" not in rows[1][1]
    assert "more" in rows[1][1]


@pytest.mark.parametrize(
    ("share", "tone", "words"),
    [
        ("0.5", "pg-good", "50 %"),
        ("0.2", "pg-good", "20 %"),
        ("0.19", "pg-warn", "! 19 %"),
        ("0", "pg-warn", "! 0 %"),
        ("-0.1", "pg-bad", "✕ −10 %"),
        ("-0.0000000000000000000000001", "pg-warn", "! 0 %"),
        ("3", "pg-good", "300 %"),
    ],
)
def test_headroom_has_sign_number_and_bar(share: str, tone: str, words: str) -> None:
    span = read(headroom(Decimal(share))).all("span")[0]
    assert (span.classes, span.words) == ([tone], words)
    assert 0 <= float(span.all("rect")[1].attributes["width"] or "") <= 46


def test_work_tells_what_a_number_rests_on_first_and_once(made: Made) -> None:
    _, links = made()
    rows = given("rows_per_day", parse("10 rows/d"), "sources", ("rows_per_day",))
    peak = compute("peak_rate", rows, given("peak_factor", 2))
    usable = compute("usable_rate", given("capacity", parse("1 rows/s")), given("target_utilisation", parse("50 %")))
    room = compute("headroom", given("demand", peak), given("limit", usable))
    page = read(work([("Room", room), ("Again", room), ("The peak", peak)], links))
    assert [tag.words for tag in page.all("dt")] == ["The peak", "Usable throughput", "Room"]
    assert work([("Nothing", None)], links) == ""


def test_a_number_without_cases_has_no_range() -> None:
    assert total(compute("average_rate", given("rows_per_day", parse("86400 rows/d")))) == "1 rows/s"

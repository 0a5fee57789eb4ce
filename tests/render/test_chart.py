"""Areas, lines and bars: drawn within their picture, labelled, and told again in a table."""

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from plangate.render.chart import Across, Bar, Limit, Series, bars, line, months, stacked
from plangate.render.scale import Scale

from .html import Tag, read

TB = Scale("TB", Decimal(10) ** 12)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def tb(*numbers: float) -> list[Decimal]:
    return [Decimal(str(number)) * TB.factor for number in numbers]


def classed(page: Tag, *classes: str) -> list[Tag]:
    tags = [tag for name in ("path", "text", "rect", "circle") for tag in page.all(name)]
    return [tag for tag in tags if set(classes) <= set(tag.classes)]


def texts(page: Tag) -> list[str]:
    return [tag.words for tag in page.all("text")]


def points(path: Tag) -> list[tuple[float, float]]:
    numbers = [float(found) for found in _NUMBER.findall(path.attributes["d"] or "")]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def rows(page: Tag) -> list[list[str]]:
    return [[cell.words for cell in row.inside] for row in page.all("tr")]


THREE = [Series("raw", tb(4, 10, 25.2)), Series("marts", tb(1, 2, 3)), Series("staging", tb(2, 4, 7.5))]


def test_areas_stand_upon_each_other_the_largest_lowest() -> None:
    page = read(stacked("Storage", THREE, months(2), TB))
    areas = classed(page, "pg-area")
    assert [tag.classes[1] for tag in areas] == ["pg-c0", "pg-c1", "pg-c2"]
    for lower, upper in pairwise(areas):
        assert points(lower)[:3] == points(upper)[:2:-1]
    assert [text for text in texts(page) if " " in text and text[0].islower() and "month" not in text] == [
        "raw 25.2",
        "staging 7.5",
        "marts 3",
    ]


def test_axes_have_their_unit_and_round_marks() -> None:
    page = read(stacked("Storage", THREE, months(2), TB))
    assert texts(page)[:7] == ["TB", "0", "10", "20", "30", "40", "0"]
    assert "months after go-live" in texts(page)


@pytest.mark.parametrize(
    ("count", "marks"),
    [
        (1, ["0", "1"]),
        (12, ["0", "2", "4", "6", "8", "10", "12"]),
        (36, ["0", "6", "12", "18", "24", "30", "36"]),
        (60, ["0", "12", "24", "36", "48", "60"]),
        (7, ["0", "1", "2", "3", "4", "5", "6", "7"]),
    ],
)
def test_months_are_marked_as_people_count_them(count: int, marks: list[str]) -> None:
    page = read(stacked("Storage", [Series("raw", tb(*range(count + 1)))], months(count), TB))
    shown = [tag.words for tag in page.all("text") if tag.attributes.get("text-anchor") == "middle"]
    assert shown == [*marks, "months after go-live"]


def test_an_axis_of_other_points() -> None:
    across = Across("hours after the start", "hour", 5, Decimal("0.5"))
    page = read(line("Backlog", [Series("rows", [Decimal(n) for n in range(5)])], across, Scale("rows")))
    assert [row[0] for row in rows(page)] == ["Hour", "0", "0.5", "1", "1.5", "2"]


@pytest.mark.parametrize(
    ("at", "said", "circles"),
    [
        (None, "Tier limit 30 TB: not passed", 0),
        (2, "Tier limit 30 TB: ✕ passed in month 2", 1),
        (0, "Tier limit 30 TB: passed from the start", 1),
    ],
)
def test_a_limit_says_in_words_when_it_is_passed(at: int | None, said: str, circles: int) -> None:
    page = read(stacked("Storage", THREE, months(2), TB, Limit("Tier limit", tb(30)[0], at)))
    assert said in texts(page)
    assert len(page.all("circle")) == circles
    assert len(classed(page, "pg-limit")) == 1


def test_a_limit_far_above_is_in_the_picture() -> None:
    page = read(stacked("Storage", THREE, months(2), TB, Limit("Tier limit", tb(300)[0])))
    (drawn,) = classed(page, "pg-limit")
    assert 0 <= float((drawn.attributes["d"] or "").split()[1].partition("H")[0]) < 50


def test_the_table_says_the_same() -> None:
    page = read(stacked("Storage", THREE, months(2), TB, Limit("Tier limit", tb(16)[0], 1)))
    assert rows(page) == [
        ["Month", "raw, TB", "staging, TB", "marts, TB", "Together, TB", "Tier limit, TB"],
        ["0", "4", "2", "1", "7", "16"],
        ["1", "10", "4", "2", "16", "✕ 16"],
        ["2", "25.2", "7.5", "3", "35.7", "✕ 16"],
    ]
    styles = [["pg-derived" in cell.classes for cell in row.all("td")] for row in page.all("tr")[1:]]
    assert styles == [[True, True, True, True, False]] * 3


def test_many_areas_are_five_and_the_rest() -> None:
    page = read(stacked("Storage", [Series(f"t{n}", tb(n, n)) for n in range(1, 10)], months(1), TB))
    assert len(classed(page, "pg-area")) == 6
    assert rows(page)[0] == ["Month", *(f"t{n}, TB" for n in (9, 8, 7, 6, 5)), "4 more, TB", "Together, TB"]
    assert rows(page)[2][-2:] == ["10", "45"]


def test_six_areas_are_drawn_each() -> None:
    page = read(stacked("Storage", [Series(f"t{n}", tb(n, n)) for n in range(6)], months(1), TB))
    assert "0 more, TB" not in rows(page)[0]
    assert len(classed(page, "pg-area")) == 6


@pytest.mark.parametrize("draw", [stacked, line])
def test_less_than_two_points_are_no_chart(draw: Callable[..., Markup]) -> None:
    assert draw("Storage", [Series("raw", tb(1))], months(0), TB) == Markup("")
    assert draw("Storage", [], months(3), TB) == Markup("")


def test_nothing_at_all_has_an_axis_all_the_same() -> None:
    page = read(stacked("Storage", [Series("raw", tb(0, 0))], months(1), TB))
    assert "1" in texts(page)


def test_a_line_has_a_band_where_cases_differ() -> None:
    cases = Series("peak", tb(2, 3), tb(1, 2), tb(4, 6))
    page = read(line("Peak", [cases, Series("mean", tb(1, 1))], months(1), TB))
    (band,) = classed(page, "pg-band")
    assert len(points(band)) == 4
    assert [tag.classes[1] for tag in classed(page, "pg-stroke")] == ["pg-c0", "pg-c1"]
    assert min(y for _, y in points(band)) >= 0


def test_bars_tell_what_passes_its_limit() -> None:
    entries = [
        Bar("late", Decimal(150), Decimal(120)),
        Bar("<b>", Decimal(60), Decimal(120), Markup('<a href="#x">there</a>')),
        Bar("free", Decimal(30)),
        Bar("never", Decimal("Infinity"), Decimal(120)),
    ]
    page = read(bars("Ages", entries, Scale("min", Decimal(1))))
    assert [tag.classes for tag in page.all("rect")] == [["pg-passed"], ["pg-kept"], ["pg-kept"], ["pg-passed"]]
    widths = [float(tag.attributes["width"] or 0) for tag in page.all("rect")]
    assert widths == [330, 132, 66, 330]
    assert texts(page)[1::2] == ["✕ 150 min of 120 min", "60 min of 120 min", "30 min", "✕ never of 120 min"]
    assert rows(page) == [
        ["What", "Number", "Limit", "Limit is"],
        ["late", "150 min", "120 min", "✕ passed"],
        ["there", "60 min", "120 min", "kept"],
        ["free", "30 min", "—", "—"],
        ["never", "never", "120 min", "✕ passed"],
    ]


def test_bars_against_one_limit() -> None:
    page = read(bars("Load", [Bar("a", Decimal(4)), Bar("b", Decimal(6))], Scale("h"), Limit("Window", Decimal(5))))
    assert rows(page)[0] == ["What", "Number", "Window", "Limit is"]
    assert [row[-1] for row in rows(page)[1:]] == ["kept", "✕ passed"]


def test_bars_without_a_limit_have_no_column_for_it() -> None:
    page = read(bars("Load", [Bar("a", Decimal(0))], Scale("h")))
    assert rows(page) == [["What", "Number"], ["a", "0 h"]]
    assert bars("Load", [], Scale("h")) == Markup("")


def test_a_bar_that_just_reaches_its_limit_keeps_it() -> None:
    third = Decimal(1) / 86400
    page = read(bars("Load", [Bar("a", third * 3, Decimal(3) / 86400)], Scale("rows/s")))
    assert page.all("rect")[0].classes == ["pg-kept"]


def test_names_are_escaped_and_shortened() -> None:
    name = "<script>" + "x" * 60
    page = stacked("<i>", [Series(name, tb(1, 2))], months(1), TB, Limit("<u>", tb(1)[0], 1))
    assert "<script>" not in page
    assert "<i>" not in page
    assert "<u>" not in page
    assert any(text.startswith("<script>xx") and "…" in text for text in texts(read(page)))
    assert f"{name}, TB" in rows(read(page))[0]


def test_nothing_is_styled_in_place() -> None:
    drawn = stacked("Storage", THREE, months(2), TB, Limit("Tier limit", tb(30)[0], 2))
    assert " style=" not in drawn
    assert drawn == stacked("Storage", list(THREE), months(2), TB, Limit("Tier limit", tb(30)[0], 2))


@given(
    data=st.integers(2, 40).flatmap(
        lambda count: st.lists(st.lists(st.integers(0, 10**15), min_size=count, max_size=count), min_size=1, max_size=9)
    ),
    limit=st.none() | st.integers(1, 10**16),
)
def test_everything_is_within_the_picture_and_labels_do_not_touch(data: list[list[int]], limit: int | None) -> None:
    series = [Series(f"t{n}", [Decimal(value) for value in values]) for n, values in enumerate(data)]
    bound = Limit("Limit", Decimal(limit)) if limit is not None else None
    for draw in (stacked, line):
        page = read(draw("Storage", series, months(len(data[0]) - 1), TB, bound))
        _, _, width, height = (float(part) for part in (page.all("svg")[0].attributes["viewbox"] or "").split())
        for path in classed(page, "pg-area") + classed(page, "pg-stroke"):
            assert all(0 <= x <= width and 0 <= y <= height for x, y in points(path))
        labels = [
            float(tag.attributes["y"] or 0) for tag in classed(page, "pg-said") if tag.attributes.get("dy") == "4"
        ]
        assert all(abs(one - other) > 14.8 for one, other in pairwise(sorted(labels)))

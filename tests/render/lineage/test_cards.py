"""Cards with rows: where they lie, and lines between rows that pass over none of them."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.render.lineage.cards import CARD_HEAD, CARD_WIDTH, MORE_HEIGHT, ROW_HEIGHT, Card, CardLayout, arrange


def card(name: str, count: int, *, more: bool = False) -> Card:
    return Card(name, tuple((f"{name}#{n}", ROW_HEIGHT) for n in range(count)), more)


def chain(*edges: tuple[str, str], count: int = 2) -> CardLayout:
    names = {end.partition("#")[0] for edge in edges for end in edge}
    return arrange([card(name, count) for name in names], edges)


def levels(picture: CardLayout) -> dict[str, int]:
    return {place.card.id: place.level for place in picture.cards}


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ([("a#0", "b#0"), ("b#0", "c#0")], {"a": 0, "b": 1, "c": 2}),
        ([("a#0", "b#0"), ("b#0", "c#0"), ("a#1", "c#1")], {"a": 0, "b": 1, "c": 2}),
        ([("a#0", "b#0"), ("b#0", "c#0"), ("z#0", "c#1")], {"a": 0, "b": 1, "z": 1, "c": 2}),
        ([("a#0", "a#1"), ("a#1", "b#0")], {"a": 0, "b": 1}),
    ],
    ids=["a chain", "the longest way counts", "a source stands before what it feeds", "inside of a card"],
)
def test_levels(edges: list[tuple[str, str]], expected: dict[str, int]) -> None:
    assert levels(chain(*edges)) == expected


def test_a_card_is_as_high_as_its_rows() -> None:
    assert card("a", 3).height == CARD_HEAD + 3 * ROW_HEIGHT + 1
    assert card("a", 3, more=True).height == CARD_HEAD + 3 * ROW_HEIGHT + MORE_HEIGHT + 1


def test_lines_go_from_row_to_row() -> None:
    picture = chain(("a#1", "b#0"))
    a, b = picture.cards
    (route,) = picture.routes
    middle = CARD_HEAD + ROW_HEIGHT // 2
    assert route.points[0] == (a.x + CARD_WIDTH, a.y + middle + ROW_HEIGHT)
    assert route.points[-1] == (b.x, b.y + middle)


def test_lines_inside_of_a_card_and_back_are_marked() -> None:
    picture = chain(("a#0", "a#1"), ("a#0", "b#0"), ("b#1", "a#1"))
    back = {(route.source, route.target): route.back for route in picture.routes}
    assert back["a#0", "a#1"] is False
    assert sorted([back["a#0", "b#0"], back["b#1", "a#1"]]) == [False, True]


def made(seed: int, size: int) -> tuple[list[Card], list[tuple[str, str]]]:
    """Make cards in layers with edges that mostly go on, some back, some far."""
    random = Random(seed)  # noqa: S311 - the same picture for the same seed
    cards = [card(f"d{n:02}", random.randint(1, 6), more=random.random() < 0.3) for n in range(size)]
    rows = [row for entry in cards for row, _ in entry.rows]
    edges = [(one, other) for one, other in (random.choices(rows, k=2) for _ in range(size * 3)) if one != other]
    return cards, [edge if random.random() < 0.1 else (min(edge), max(edge)) for edge in edges]


@given(st.integers(0, 10_000), st.integers(2, 14))
def test_no_line_passes_over_a_card_and_no_card_over_another(seed: int, size: int) -> None:
    cards, edges = made(seed, size)
    picture = arrange(cards, edges)
    assert {(route.source, route.target) for route in picture.routes} == set(edges)
    boxes = [(place.x, place.y, place.x + CARD_WIDTH, place.y + place.card.height) for place in picture.cards]
    for index, (left, top, right, bottom) in enumerate(boxes):
        assert 0 <= left < right <= picture.width
        assert 0 <= top < bottom <= picture.height
        for other in boxes[index + 1 :]:
            assert other[0] != left or other[1] >= bottom or other[3] <= top
    for route in picture.routes:
        for x, y in route.points[:1] + route.points[3::3]:
            assert 0 <= x <= picture.width
            assert 0 <= y <= picture.height
            assert not any(left < x < right and top < y < bottom for left, top, right, bottom in boxes)
        for (ax, ay), (bx, by) in zip(route.points[::3], route.points[3::3], strict=False):
            if ay == by:
                assert not any(
                    min(ax, bx) < right and max(ax, bx) > left and top < ay < bottom
                    for left, top, right, bottom in boxes
                )


@given(st.integers(0, 10_000), st.randoms())
def test_the_order_of_the_input_does_not_matter(seed: int, random: Random) -> None:
    cards, edges = made(seed, 6)
    expected = arrange(cards, edges)
    random.shuffle(cards)
    random.shuffle(edges)
    assert arrange(cards, edges) == expected


def test_rows_that_lead_straight_on_are_drawn_straight() -> None:
    edges = [(f"{one}#{n}", f"{other}#{n}") for one, other in ("ab", "bc") for n in range(4)]
    picture = chain(*edges, count=4)
    assert all(len({y for _, y in route.points}) == 1 for route in picture.routes)


def test_cards_that_would_cross_change_places() -> None:
    picture = chain(("a#0", "z#0"), ("b#0", "y#0"), ("b#1", "y#1"))
    order = {place.card.id: place.y for place in picture.cards}
    assert (order["a"] < order["b"]) == (order["z"] < order["y"])


@pytest.mark.parametrize(
    ("cards", "edges", "message"),
    [
        ([card("a", 1), card("a", 1)], [], "a row is there twice"),
        ([card("a", 1)], [("a#0", "b#0")], "there is no row 'b#0'"),
    ],
)
def test_what_cannot_be_placed_is_refused(cards: list[Card], edges: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        arrange(cards, edges)


def test_nothing_is_an_empty_picture() -> None:
    assert arrange([], []).cards == ()

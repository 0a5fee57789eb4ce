"""Plans dealt to hands: tied ones together, and no hand more than its share."""

from collections.abc import Collection

import pytest

from plangate.checks.deal import deal

TIED = {"alpha": ["one"], "beta": ["one", "two"], "gamma": ["three"], "delta": ["four"]}


@pytest.mark.parametrize(
    ("read", "wanted", "dealt"),
    [
        ([TIED], TIED, [(["alpha", "beta", "delta", "gamma"], ["alpha", "beta", "delta", "gamma"])]),
        (
            [["alpha", "beta"], ["gamma", "delta"]],
            TIED,
            [(["alpha", "beta"], ["alpha", "beta"]), (["delta", "gamma"], ["delta", "gamma"])],
        ),
        (
            [["alpha", "gamma"], ["beta", "delta"]],
            TIED,
            [(["alpha", "beta"], ["alpha", "beta"]), (["delta", "gamma"], ["delta", "gamma"])],
        ),
        (
            [["alpha"], ["beta"]],
            ["alpha", "beta"],
            [(["alpha"], ["alpha", "beta"]), (["beta"], ["alpha", "beta"])],
        ),
        ([["alpha"], []], ["delta"], [(["delta"], ["delta"]), ([], [])]),
        ([[], []], [], [([], []), ([], [])]),
        (
            [[], []],
            TIED,
            [(["alpha", "beta"], ["alpha", "beta"]), (["delta", "gamma"], ["delta", "gamma"])],
        ),
        ([[], []], ["delta"], [(["delta"], ["delta"]), ([], [])]),
    ],
)
def test_tied_plans_are_dealt_to_one_hand_up_to_its_share(
    read: list[list[str]], wanted: Collection[str], dealt: list[tuple[list[str], list[str]]]
) -> None:
    assert deal(TIED, wanted, dict.fromkeys(TIED, 100), read) == dealt


def test_large_plans_that_nobody_read_are_spread() -> None:
    """A hand with the large ones and one with the many would wait for each other twice: to read, and to judge."""
    tied: dict[str, list[str]] = {name: [] for name in ("large_1", "large_2", "one", "other")}
    sizes = {"large_1": 900, "large_2": 900, "one": 100, "other": 100}
    assert [own for own, _ in deal(tied, tied, sizes, [(), ()])] == [["large_1", "one"], ["large_2", "other"]]

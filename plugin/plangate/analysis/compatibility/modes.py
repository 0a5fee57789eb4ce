"""Compatibility modes: what each means in words, who upgrades first, and what is looked at."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from plangate.model.contracts import Compatibility

Direction = Literal["backward", "forward"]
UpgradeOrder = Literal["consumers_first", "producers_first", "any"]


class Mode(Struct, frozen=True):
    """A compatibility mode: its meaning and the order of upgrades in words, what is asked, and against which versions.

    A transitive mode looks at every live version and not only at the last.
    """

    name: Compatibility
    meaning: str
    upgrade: str
    order: UpgradeOrder
    directions: tuple[Direction, ...]
    transitive: bool = False


_BACKWARD = "A reader with the new schema can read data written with"
_FORWARD = "A reader with the previous schema can read data written with the new one"

MODES: Mapping[Compatibility, Mode] = MappingProxyType(
    {
        mode.name: mode
        for mode in (
            Mode("none", "Nothing is checked.", "Agree on the order by hand, and say why.", "any", ()),
            Mode(
                "backward",
                f"{_BACKWARD} the previous one.",
                "Upgrade consumers first.",
                "consumers_first",
                ("backward",),
            ),
            Mode(
                "backward_transitive",
                f"{_BACKWARD} any live version.",
                "Upgrade consumers first.",
                "consumers_first",
                ("backward",),
                transitive=True,
            ),
            Mode("forward", f"{_FORWARD}.", "Upgrade producers first.", "producers_first", ("forward",)),
            Mode(
                "forward_transitive",
                "A reader with any live version can read data written with the new schema.",
                "Upgrade producers first.",
                "producers_first",
                ("forward",),
                transitive=True,
            ),
            Mode(
                "full",
                f"{_BACKWARD} the previous one, and the other way round.",
                "Upgrade in any order.",
                "any",
                ("backward", "forward"),
            ),
            Mode(
                "full_transitive",
                f"{_BACKWARD} any live version, and the other way round.",
                "Upgrade in any order.",
                "any",
                ("backward", "forward"),
                transitive=True,
            ),
        )
    }
)
"""Every mode by its name, with the words that pages and the command line use."""

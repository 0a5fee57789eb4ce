"""What a formula is: one place that computes, shows the numbers put in, documents, checks, and is exported as data.

Conventions: rows/s, bytes, seconds; month = 30 d and yr = 365 d for rates; nothing is rounded before display. The
dimensions of every formula are worked out when the registry loads: adding rows to bytes fails there.
"""

from collections.abc import Mapping

from msgspec import Struct

from plangate.analysis import law
from plangate.analysis.amount import dimension_of
from plangate.analysis.law import Law


class Parameter(Struct, frozen=True):
    """An input of a formula: its name there, the unit that it is told in, and what it means.

    `many` marks a parameter that stands for any number of like numbers: the parts of a sum.
    """

    name: str
    unit: str
    meaning: str
    many: bool = False


class Example(Struct, frozen=True):
    """A worked example, which is a test as well: what is put in, as people write it, and what comes out, to the last
    digit written. `source` says whose number it is, or that it was worked out by hand; `note` what it shows.

    A parameter that takes many has its numbers separated by `; `.
    """

    given: Mapping[str, str]
    result: str
    source: str = "worked by hand"
    note: str = ""


class Formula(Struct, frozen=True):
    """A formula with everything that is said about it; its law computes in base units.

    `family` is the group that it belongs to (F1 to F14), `source` where it comes from. A `generic` formula takes any
    units that fit together; its own are examples.
    """

    id: str
    name: str
    law: Law
    inputs: tuple[Parameter, ...]
    unit: str
    family: str
    source: str
    examples: tuple[Example, ...]
    note: str = ""
    generic: bool = False

    @property
    def expression(self) -> str:
        """The formula as people write it."""
        return self.law.shown()


def define(  # noqa: PLR0913 -- what is said about a formula is said in one place
    key: str,
    name: str,
    text: str,
    inputs: Mapping[str, str],
    unit: str,
    family: str,
    *examples: Example,
    source: str = "",
    note: str = "",
    generic: bool = False,
) -> Formula:
    """Make a formula: each input is written `unit | meaning`, with `…` behind the unit where it takes many.

    Raises ValueError where the law names other inputs than those that are listed, TypeError where its dimension is not
    that of the unit.
    """
    parameters = tuple(_parameter(entry, said) for entry, said in inputs.items())
    made = Formula(key, name, law.parse(text), parameters, unit, family, source, examples, note, generic)
    if set(made.law.names) != set(inputs):
        raise ValueError(f"formula {key} uses {', '.join(made.law.names)} and lists {', '.join(inputs)}")
    found = made.law.dimension({entry.name: dimension_of(entry.unit) for entry in parameters})
    if found != dimension_of(unit):
        raise TypeError(f"formula {key} gives {found}, not {unit}")
    return made


def _parameter(name: str, said: str) -> Parameter:
    unit, _, meaning = (part.strip() for part in said.partition("|"))
    return Parameter(name, unit.removesuffix("…").strip(), meaning, unit.endswith("…"))


def example(result: str, source: str = "worked by hand", note: str = "", **given: str) -> Example:
    """Make a worked example; the inputs are keywords: `example("40 GB/d", rows_per_day="50_000_000 rows/d", …)`."""
    return Example(given, result, source, note)

"""The registry: every worked example comes out to its last digit, and what does not fit together is refused."""

from decimal import Decimal

import pytest

from plangate.analysis.amount import display
from plangate.analysis.computed import Computed, Input, combine, compute, given
from plangate.analysis.formula import Example, Formula, define
from plangate.analysis.formulas import FORMULAS
from plangate.model.bound import parse as parse_bound
from plangate.model.quantity import parse

EXAMPLES = [
    pytest.param(formula, example, id=f"{formula.id}-{number}")
    for formula in FORMULAS.values()
    for number, example in enumerate(formula.examples, start=1)
]


def put_in(name: str, text: str) -> Input:
    """Read an input of an example: a quantity, or a plain number."""
    number = parse_bound(f"== {text}").value
    found = given(name, number if number.unit else number.value)
    assert found is not None
    return found


def worked(formula: Formula, example: Example) -> Computed | None:
    many = next((entry.name for entry in formula.inputs if entry.many), None)
    if many is None:
        return compute(formula.id, *(put_in(name, text) for name, text in example.given.items()))
    numbers = [put_in(text.strip(), text.strip()).value for text in example.given[many].split(";")]
    parts = [(value.text, Computed("total", value, value, value, ())) for value in numbers]
    return combine(formula.id, many, parts)


@pytest.mark.parametrize(("formula", "example"), EXAMPLES)
def test_worked_example(formula: Formula, example: Example) -> None:
    computed = worked(formula, example)
    assert computed is not None
    if example.result == "never":
        assert computed.never
        return
    number, _, unit = example.result.partition(" ")
    expected = Decimal(number.replace("_", ""))
    found = computed.value.to(unit) if unit else computed.value.base
    assert round(found, -expected.as_tuple().exponent) == expected  # type: ignore[operator]


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=list(FORMULAS))
def test_every_formula_is_said_in_full(formula: Formula) -> None:
    assert formula.examples
    assert formula.name
    assert formula.family.startswith("F")
    assert all(entry.meaning for entry in formula.inputs)


def test_adding_rows_to_bytes_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot be added"):
        define("wrong", "", "rows + size", {"rows": "rows | a", "size": "B | b"}, "B", "F1")


def test_a_result_of_another_unit_is_refused() -> None:
    with pytest.raises(TypeError, match="not B/s"):
        define("wrong", "", "size", {"size": "B | a"}, "B/s", "F1")


def test_an_input_that_the_law_does_not_use_is_refused() -> None:
    with pytest.raises(ValueError, match="uses size and lists size, rows"):
        define("wrong", "", "size", {"size": "B | a", "rows": "rows | b"}, "B", "F1")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("45 s", "45 s"),
        ("90 min", "90 min"),
        ("69552 s", "19.3 h"),
        ("76.65 h", "76.7 h"),
        ("261 h", "10.9 d"),
        ("2.7 TB", "2.7 TB"),
        ("4848.8 GB", "4.85 TB"),
        ("833.333 rows/s", "833 rows/s"),
        ("0.0123 rows/s", "0.0123 rows/s"),
        ("1750 EUR/month", "1,750 EUR/month"),
        ("3.0156 EUR/month", "3.02 EUR/month"),
        ("636 EUR", "636 EUR"),
        ("75.83 %", "75.8 %"),
        ("5 %/month", "5 %/month"),
        ("0 B", "0 B"),
        ("1200000 rows", "1,200,000 rows"),
    ],
)
def test_display(text: str, shown: str) -> None:
    quantity = parse(text)
    assert display(quantity.base, quantity.dimension) == shown


def test_display_of_counts_and_of_what_has_no_end() -> None:
    assert display(Decimal(92), (), plain=True) == "92"
    assert display(Decimal("Infinity"), (("s", 1),)) == "never"

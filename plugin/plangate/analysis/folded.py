"""A computed number as one law of a few values of the plan: everything that does not move is folded into constants."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from plangate.analysis.computed import Computed, Input, Leaf
from plangate.analysis.formulas import FORMULAS
from plangate.analysis.law import Law, Node, fold

Names = Mapping[Leaf, str]
"""What the values that may move are called in the law, by their places in the plan."""


def folded(number: Computed | Input, names: Names) -> Law:
    """Give the law of a number over the named values, in base units.

    The law gives what `with_values` gives, and divides by zero where that has no number. Its names are those of the
    values that the number rests on; without any it is a constant.
    """
    found: dict[int, Node] = {}

    def computed(of: Computed) -> Node:
        if id(of) not in found:
            found[id(of)] = _formula(of, [entry(item) for item in of.inputs])
        return found[id(of)]

    def entry(item: Input) -> Node:
        if item.of is not None:
            return computed(item.of)
        name = names.get(item.leaf) if item.leaf is not None else None
        return name if name is not None else item.value.base

    tree = computed(number) if isinstance(number, Computed) else entry(number)
    return Law("", tree, tuple(dict.fromkeys(_names(tree))))


def _formula(number: Computed, parts: Sequence[Node]) -> Node:
    """Put trees for the inputs into the law of a number; where none of them moves it is what it is."""
    if all(isinstance(part, Decimal) for part in parts):
        return number.value.base
    return fold(FORMULAS[number.formula].law.tree, _by_parameter(number, parts))


def _by_parameter(number: Computed, parts: Sequence[Node]) -> Mapping[str, Sequence[Node]]:
    given: dict[str, list[Node]] = {}
    for item, part in zip(number.inputs, parts, strict=True):
        given.setdefault(item.parameter or item.name, []).append(part)
    return given


def _names(node: Node) -> Sequence[str]:
    if isinstance(node, str):
        return (node,)
    return [name for part in node[1:] for name in _names(part)] if isinstance(node, tuple) else ()


def unrounded(number: Computed) -> Decimal | None:
    """Give what a count was before it was rounded up: 259.2 of 260 brokers; None where nothing is rounded up last."""
    tree = FORMULAS[number.formula].law.tree
    if not isinstance(tree, tuple) or tree[0] != "ceil":
        return None
    found = fold(tree[1], _by_parameter(number, [item.value.base for item in number.inputs]))
    return found if isinstance(found, Decimal) else None

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


_Terms = dict[Node, Decimal]
"""A sum of trees, each with its factor; the constant stands under one."""

_ONE = Decimal(1)


def gathered(node: Node) -> Node:
    """Gather what is added up and multiplied by constants: a cost over three years of months is a factor per value.

    The result is the same but for the last digits, which is enough to show and not to compare.
    """
    return _sum(_terms(node))


def _terms(node: Node) -> _Terms:
    if isinstance(node, Decimal) and node.is_finite():
        return {_ONE: node}
    if not isinstance(node, tuple):
        return {node: _ONE}
    sign, parts = node[0], [_terms(part) for part in node[1:]]
    if sign in {"sum", "+"}:
        return _added(parts)
    if sign == "-":
        return _added([parts[0], _times(parts[1], -_ONE)])
    if sign in {"*", "/"}:
        return _product(sign, parts[0], parts[1])
    return {(sign, *(_sum(part) for part in parts)): _ONE}


def _added(parts: Sequence[_Terms]) -> _Terms:
    found: _Terms = {}
    for part in parts:
        for tree, factor in part.items():
            found[tree] = found.get(tree, Decimal(0)) + factor
    return found


def _times(terms: _Terms, factor: Decimal) -> _Terms:
    return {tree: own * factor for tree, own in terms.items()}


def _product(sign: str, left: _Terms, right: _Terms) -> _Terms:
    """Multiply or divide: constants go into the factors, and those of single trees to the front."""
    if set(right) == {_ONE} and (sign == "*" or right[_ONE]):
        return _times(left, right[_ONE] if sign == "*" else _ONE / right[_ONE])
    if set(left) == {_ONE} and sign == "*":
        return _times(right, left[_ONE])
    if len(left) == len(right) == 1 and all(right.values()):
        ((one, above),), ((other, below),) = left.items(), right.items()
        return {(sign, one, other): above * below if sign == "*" else above / below}
    return {(sign, _sum(left), _sum(right)): _ONE}


def _sum(terms: _Terms) -> Node:
    parts: list[Node] = []
    for tree, factor in terms.items():
        if tree == _ONE:
            parts.append(factor)
        elif factor:
            parts.append(tree if factor == 1 else ("*", tree, factor))
    if len(parts) > 1:
        parts = [part for part in parts if part != 0]
    return parts[0] if len(parts) == 1 else ("sum", *parts) if parts else Decimal(0)

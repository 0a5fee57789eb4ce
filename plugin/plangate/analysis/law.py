"""Laws: formulas written once as text, then computed, checked for dimensions, shown to people and exported as data.

law = parse("ceil(units / parallel) * unit_runtime * (1 + retry_rate)")
law.value({"units": Decimal(365), …}); law.dimension({…}); law.shown(); law.data()
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import reduce
from typing import Any

from msgspec import Struct

from plangate.analysis.amount import MONTH, settled
from plangate.model.unit import RATIO, Dimension, dimension_text

Given = Decimal | tuple[Decimal, ...]
"""A number, or the numbers that stand for a parameter that takes many."""

_ENDLESS = Decimal(10) ** 20
"""What is so many times its divisor has no end: the divisor is what rounding left over."""

_SIGNS: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^"}
_SHOWN = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ ", "^": " ^ "}
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}


class Function(Struct, frozen=True):
    """A word that laws may use: how it computes, which dimension comes out, and how people write it: with `{}` per
    argument, `{0}` for all of them in a list, or as the sign that it reads like."""

    compute: Callable[..., Decimal]
    dimension: Callable[[Sequence[Dimension]], Dimension]
    shown: str


def _times(one: Dimension, other: Dimension, sign: int) -> Dimension:
    powers = dict(one)
    for base, power in other:
        powers[base] = powers.get(base, 0) + sign * power
    return tuple(sorted((base, power) for base, power in powers.items() if power))


def _same(found: Sequence[Dimension]) -> Dimension:
    if len(set(found)) > 1:
        raise TypeError(f"{' and '.join(dimension_text(entry) for entry in dict.fromkeys(found))} cannot be added")
    return found[0]


def _ratio(found: Sequence[Dimension]) -> Dimension:
    if any(entry != RATIO for entry in found):
        raise TypeError("only ratios can be multiplied along a chain or raised to a power")
    return RATIO


def _over(demand: Decimal, spare: Decimal) -> Decimal:
    if demand <= 0:
        return Decimal(0) if spare <= 0 else demand / spare
    return demand / spare if spare * _ENDLESS > demand else Decimal("Infinity")


def _per(number: Decimal, divisor: Decimal) -> Decimal:
    return number / divisor if divisor else Decimal(0)


def _backoff(retries: Decimal, delay: Decimal, factor: Decimal, longest: Decimal) -> Decimal:
    return sum((min(delay * factor**turn, longest) for turn in range(int(retries))), Decimal(0))


def _kept(
    growth: Decimal, period: Decimal, kept: Decimal, history: Decimal, age: Decimal, *, linear: bool = False
) -> Decimal:
    """Add up the time whose arrivals are still stored at an age after go-live, each month weighted with its growth.

    What arrived in the last `kept` seconds is stored, `history` before go-live included; growth counts from go-live on
    and history at weight one.
    """
    start = max(age - kept, -history)
    weighted = max(-start, Decimal(0)) if age >= 0 else Decimal(0)
    month = 0
    while month * MONTH < age:
        begin, end = max(month * MONTH, start), min((month + 1) * MONTH, age)
        if end > begin:
            periods = month * MONTH / period
            weighted += (end - begin) * (1 + growth * period * periods if linear else (1 + growth * period) ** periods)
        month += 1
    return weighted


def _time_kept(found: Sequence[Dimension]) -> Dimension:
    if list(found) != [(("s", -1),), *[(("s", 1),)] * 4]:
        raise TypeError("kept takes a growth per time and four times")
    return (("s", 1),)


FUNCTIONS: Mapping[str, Function] = {
    "ceil": Function(lambda x: settled(x).to_integral_value(ROUND_CEILING), _same, "⌈{}⌉"),
    "floor": Function(lambda x: settled(x).to_integral_value(ROUND_FLOOR), _same, "⌊{}⌋"),
    "max": Function(lambda *given: max(given), _same, "the largest of {0}"),
    "min": Function(lambda *given: min(given), _same, "the smallest of {0}"),
    "sum": Function(lambda *given: sum(given, Decimal(0)), _same, "the sum of {0}"),
    "product": Function(lambda *given: reduce(lambda x, y: x * y, given), _ratio, "the product of {0}"),
    "over": Function(_over, lambda found: _times(found[0], found[1], -1), "/"),
    "per": Function(_per, lambda found: _times(found[0], found[1], -1), "/"),
    "backoff": Function(
        _backoff, lambda found: _same(found[1::2]), "the sum of {} delays of {}, each × {}, at most {}"
    ),
    "kept_compound": Function(_kept, _time_kept, "time kept, weighted with compound growth ({}, {}, {}, {}, {})"),
    "kept_linear": Function(
        lambda *given: _kept(*given, linear=True),
        _time_kept,
        "time kept, weighted with linear growth ({}, {}, {}, {}, {})",
    ),
}
"""`over` divides by what is left, and is infinite (never) where nothing is. `per` is zero where its divisor is."""

Node = str | Decimal | tuple[Any, ...]
"""A parameter's name, a constant, or an operator or function with its arguments."""


@dataclass(frozen=True, slots=True)
class Law:
    """A formula's law as a tree; `text` is what was parsed."""

    text: str
    tree: Node
    names: tuple[str, ...]
    _compiled: Callable[[Mapping[str, Any]], Decimal] | None = field(default=None, compare=False, repr=False)

    def value(self, given: Mapping[str, Given]) -> Decimal:
        """Compute the law in base units; raises ArithmeticError where a divisor is zero."""
        if self._compiled is not None:
            return self._compiled(given)
        found = _value(self.tree, given)
        return found if isinstance(found, Decimal) else found[0]

    def dimension(self, given: Mapping[str, Dimension]) -> Dimension:
        """Work out the dimension of the result; raises TypeError where unlike things are added."""
        return _dimension(self.tree, given)

    def shown(self, given: Mapping[str, str] | None = None) -> str:
        """Write the law as people do: `⌈units ÷ parallel⌉ × unit runtime`, or with the numbers put in."""
        return _shown(self.tree, given if given is not None else {name: name.replace("_", " ") for name in self.names})

    def data(self) -> Any:
        """Give the law as nested lists that JSON can hold: `["*", ["ceil", ["/", "units", "parallel"]], …]`.

        JSON has no number without end; `["over", 1, 0]` stands for it.
        """
        return _data(self.tree)


def parse(text: str) -> Law:
    """Read a law written with names, numbers, `+ - * / **` and the functions; raises ValueError."""
    names: dict[str, None] = {}

    def node(part: ast.expr) -> Node:
        match part:
            case ast.Name(id=name):
                names[name] = None
                return name
            case ast.Constant(value=int() | float() as number):
                return Decimal(str(number))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
                return _SIGNS[type(op)], node(left), node(right)
            case ast.Call(func=ast.Name(id=name), args=args) if name in FUNCTIONS and not part.keywords:
                return name, *(node(arg) for arg in args)
        raise ValueError(f"a law cannot say `{ast.unparse(part)}`")

    tree = node(ast.parse(text, mode="eval").body)
    return Law(text, tree, tuple(names), _compiled(tree))


def _compiled(tree: Node) -> Callable[[Mapping[str, Any]], Decimal]:
    """Write a tree as a function of Python, which computes the same in the same order; for what is computed often.

    Laws that are put together from others are walked instead (`_value`): they may be deeper than Python's parser takes.
    """
    names: dict[str, Any] = {"many": _many, "one": _one, "__builtins__": {}}

    def source(node: Node, *, argument: bool = False) -> str:
        if isinstance(node, str):
            return f"*many(given[{node!r}])" if argument else f"given[{node!r}]"
        if isinstance(node, Decimal):
            return bound(node)
        sign, *parts = node
        if sign in FUNCTIONS:
            return f"{bound(FUNCTIONS[sign].compute)}({', '.join(source(part, argument=True) for part in parts)})"
        return f"({source(parts[0])} {'**' if sign == '^' else sign} {source(parts[1])})"

    def bound(value: object) -> str:
        name = f"v{len(names)}"
        names[name] = value
        return name

    text = source(tree)
    found: Callable[[Mapping[str, Any]], Decimal] = eval(  # noqa: S307 -- built from the tree, of our own words only
        f"lambda given: {f'one({text})' if isinstance(tree, str) else text}", names
    )
    return found


def _many(given: Given) -> tuple[Decimal, ...]:
    return given if isinstance(given, tuple) else (given,)


def _one(given: Given) -> Decimal:
    return given[0] if isinstance(given, tuple) else given


def _value(node: Node, given: Mapping[str, Given]) -> Given:
    if isinstance(node, str):
        return given[node]
    if isinstance(node, Decimal):
        return node
    sign, *parts = node
    numbers: list[Decimal] = []
    for part in parts:
        found = _value(part, given)
        numbers.extend(found if isinstance(found, tuple) else (found,))
    return _applied(sign, numbers)


def _applied(sign: str, numbers: Sequence[Decimal]) -> Decimal:
    if sign == "*":
        return numbers[0] * numbers[1]
    if sign == "/":
        return numbers[0] / numbers[1]
    if sign == "+":
        return numbers[0] + numbers[1]
    if sign == "-":
        return numbers[0] - numbers[1]
    if sign == "^":
        return numbers[0] ** numbers[1]
    return FUNCTIONS[sign].compute(*numbers)


def fold(node: Node, given: Mapping[str, Sequence[Node]]) -> Node:
    """Put trees in the place of the parameters of a law, and compute what then holds nothing but numbers.

    A parameter that takes many has several. What is left computes in the same order, so to the same last digit.
    """
    return _fold(node, given)[0]


def _fold(node: Node, given: Mapping[str, Sequence[Node]]) -> Sequence[Node]:
    if isinstance(node, str):
        return given[node]
    if isinstance(node, Decimal):
        return (node,)
    sign, *parts = node
    found = [tree for part in parts for tree in _fold(part, given)]
    numbers = [tree for tree in found if isinstance(tree, Decimal)]
    return (_applied(sign, numbers) if len(numbers) == len(found) else (sign, *found),)


def _dimension(node: Node, given: Mapping[str, Dimension]) -> Dimension:
    if isinstance(node, str):
        return given[node]
    if isinstance(node, Decimal):
        return RATIO
    sign, *parts = node
    found = [_dimension(part, given) for part in parts]
    if sign in "*/":
        return _times(found[0], found[1], 1 if sign == "*" else -1)
    if sign in "+-":
        return _same(found)
    return _ratio(found) if sign == "^" else FUNCTIONS[sign].dimension(found)


def _shown(node: Node, given: Mapping[str, str], rank: int = 0) -> str:
    if isinstance(node, str):
        return given.get(node, node.replace("_", " "))
    if isinstance(node, Decimal):
        return f"{node:,f}"
    sign, *parts = node
    pattern = FUNCTIONS[sign].shown if sign in FUNCTIONS else sign
    if pattern not in _SHOWN:
        phrase = pattern[0].isalpha()
        shown = [_shown(part, given, int(phrase)) for part in parts]
        written = pattern.format(", ".join(shown)) if "{0}" in pattern else pattern.format(*shown)
        return f"({written})" if phrase and rank else written
    sign, own = pattern, _RANK[pattern]
    left, right = _shown(parts[0], given, own), _shown(parts[1], given, own + (sign in "-/^"))
    written = f"{left}{_SHOWN[sign]}{right}"
    return f"({written})" if own < rank else written


def _data(node: Node) -> Any:
    if isinstance(node, tuple):
        return [_data(part) for part in node]
    if isinstance(node, Decimal):
        if not node.is_finite():
            return ["over", 1, 0]
        return int(node) if node == node.to_integral_value() else float(node)
    return node

"""CEL expressions of an organisation's own rules: read, limited, and tried on a made-up plan before any real one.

The language: https://github.com/google/cel-spec. It has no loops but those over lists that are there, no state, no
clock and no way out of the data it is given.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any, NamedTuple

from plangate.model.nearest import nearest

LONGEST = 2000
DEEPEST = 3
"""How many comprehensions (`all`, `exists`, `map`, …) may stand in one another."""

NAMES = ("id", "dataset", "name", "title")
"""The fields by which an entry of a list is told, the first that it has."""

Fields = Mapping[str, Mapping[str, frozenset[str] | None] | None]
"""Fields of a plan, by gate and field, each with those that count of the entries of its list; None stands for all."""

_TOLD = 12
_COMPREHENSIONS = ("all", "exists", "exists_one", "map", "filter")
_FUNCTIONS = frozenset(
    (
        *("has", "size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bytes"),
        *("timestamp", "duration", "type", "dyn", "getFullYear", "getMonth", "getDayOfYear", "getDayOfMonth"),
        *("getDate", "getDayOfWeek", "getHours", "getMinutes", "getSeconds", "getMilliseconds"),
    )
)
_LITERAL = re.compile(
    r"""[bB]?[rR]?(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|//[^\n]*""", re.DOTALL
)
_OPENING = re.compile(rf"(?:\.\s*({'|'.join(_COMPREHENSIONS)})\s*)?([(\[{{])|([)\]}}])")
_BOUND = re.compile(rf"\.\s*(?:{'|'.join(_COMPREHENSIONS)})\s*\(\s*([A-Za-z_]\w*)\s*,")
_CHAIN = re.compile(r"(?<![\w.])(plan|each)(?!\w)((?:\s*\.\s*[A-Za-z_]\w*(?!\w|\s*\()|\s*\[\s*\d+\s*\])*)")
_ENTRIES = re.compile(r"plan\s*\.\s*(\w+)\s*\.\s*(\w+)(?:\s*\.\s*filter\s*\(\s*([A-Za-z_]\w*)\s*,(.*)\))?", re.DOTALL)
_STEP = re.compile(r"[A-Za-z_]\w*|\d+")
_PLACE = re.compile(r"<input>:(\d+):(\d+): (.*)")
_UNDEFINED = re.compile(r"Undefined variable or function: '([^']*)'")
_CALL = re.compile(r"Function '(\w+)' error: ([^\n]*)")


class Wrong(NamedTuple):
    """What is wrong with an expression, at which of its characters (from 0)."""

    message: str
    offset: int = 0
    hint: str | None = None


class Chain(NamedTuple):
    """Fields named one after the other, `each.concurrency.pool`, with the offset of each step."""

    root: str
    steps: tuple[str | int, ...]
    offsets: tuple[int, ...]


@cache
def engine() -> Any:
    """Load the compiled part of the CEL package: what the package has for terminals is slow to load and not needed."""
    if (loaded := sys.modules.get("cel.cel")) is not None:
        return loaded
    package = find_spec("cel")
    spec = PathFinder.find_spec("cel.cel", package.submodule_search_locations if package else None)
    if spec is None or spec.loader is None:
        raise ImportError("own rules need the package common-expression-language")
    module = sys.modules["cel.cel"] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def program(expression: str) -> Any:
    """Compile an expression once; `execute` of what is given runs it. Raises whatever the package raises."""
    return engine().compile(expression)


def chains(expression: str) -> Iterator[Chain]:
    """Find the fields that an expression reads from `plan` and from `each`, in its order."""
    for found in _CHAIN.finditer(_blanked(expression)):
        steps = list(_STEP.finditer(found[2]))
        names = tuple(int(step[0]) if step[0].isdigit() else step[0] for step in steps)
        yield Chain(found[1], names, tuple(found.start(2) + step.start() for step in steps))


@cache
def read_fields(*expressions: str) -> Mapping[str, frozenset[str] | None] | None:
    """Give what expressions read of `plan`: gates and fields of plan.yml, each with the fields that are read in it.

    None stands for all: of the plan, or of a gate, where an expression takes it as a whole.
    """
    found: dict[str, frozenset[str] | None] = {}
    for chain in (chain for text in expressions for chain in chains(text) if chain.root == "plan"):
        if not chain.steps:
            return None
        first, *inner = (str(step) for step in chain.steps[:2])
        known = found.get(first, frozenset())
        found[first] = None if known is None or not inner else known.union(inner)
    return found


@cache
def entry_fields(for_each: str, require: str) -> tuple[str, str, frozenset[str]] | None:
    """Give the gate and the list of a plan whose entries a rule goes through, and the fields that it reads of them.

    Only of `plan.GATE.LIST`, as it is or filtered, can that be told, and where nothing else reads the list or takes an
    entry as a whole; None for all others.
    """
    found = _ENTRIES.fullmatch(_blanked(for_each).strip())
    if found is None or not _closed(found[4] or ""):
        return None
    gate, name, bound, condition = found.groups(default="")
    besides = [chain.steps[:2] for text in (condition, require) for chain in chains(text) if chain.root == "plan"]
    read = [_fields(bound, condition), _fields("each", _blanked(require))]
    if None in read or any(steps == (gate, name)[: len(steps)] for steps in besides):
        return None
    return gate, name, frozenset().union(*(fields for fields in read if fields is not None))


@cache
def rule_fields(*rules: tuple[str, str]) -> Fields | None:
    """Give what rules, each its `for_each` and its `require`, read of a plan; None where one takes it as a whole."""
    found: dict[str, dict[str, frozenset[str] | None] | None] = {}
    for for_each, require in rules:
        read = read_fields(for_each, require)
        if read is None:
            return None
        entries = entry_fields(for_each, require)
        for gate, fields in read.items():
            known = found.setdefault(gate, {})
            if fields is None or known is None:
                found[gate] = None
                continue
            for name in fields:
                before = known.get(name, frozenset())
                if entries is None or entries[:2] != (gate, name) or before is None:
                    known[name] = None
                else:
                    known[name] = before.union(entries[2], NAMES)
    return found


def _closed(text: str) -> bool:
    """Tell whether no bracket of a text closes one that was opened before it."""
    depth = 0
    for char in text:
        depth += (char in "([{") - (char in ")]}")
        if depth < 0:
            return False
    return True


def _fields(name: str, expression: str) -> frozenset[str] | None:
    """Give the fields that are read of a variable; None where it is taken as a whole."""
    uses = re.findall(rf"(?<![\w.]){name}(?!\w)\s*(?:\.\s*([A-Za-z_]\w*)(?!\w|\s*\())?", expression) if name else []
    return None if "" in uses else frozenset(uses)


def place(text: str, start: tuple[int, int], expression: str, offset: int) -> tuple[int, int]:
    """Find a character of an expression in the YAML that it stands in, whatever way it is quoted or folded there.

    `start` is the line and column (from 1) at which the value begins in `text`; so are those that come back.
    """
    lines = text.split("\n")
    at = sum(len(line) + 1 for line in lines[: start[0] - 1]) + start[1] - 1
    said = [char for char in expression[:offset] if not char.isspace()]
    following = next((char for char in expression[offset:] if not char.isspace()), None)
    for char in said:
        found = text.find(char, at)
        at = found + 1 if found >= 0 else at
    found = text.find(following, at) if following is not None else at
    before = text[: max(found, at)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def limits(expression: str) -> Iterator[Wrong]:
    """Hold an expression against the limits of length and depth."""
    if len(expression) > LONGEST:
        yield Wrong(f"The expression has {len(expression)} characters; at most {LONGEST} are read", LONGEST)
        return
    open_: list[bool] = []
    for found in _OPENING.finditer(_blanked(expression)):
        if found[2]:
            open_.append(found[1] is not None)
            if sum(open_) > DEEPEST:
                message = f"{sum(open_)} comprehensions stand in one another; at most {DEEPEST} are run"
                yield Wrong(message, found.start(), "split the rule into two")
                return
        elif open_:
            open_.pop()


def parsed(expression: str, variables: frozenset[str]) -> Iterator[Wrong]:
    """Parse an expression, and tell what it calls that does not exist; `variables` are the names that it may use."""
    try:
        compiled = program(expression)
        names, functions = compiled.variables(), compiled.functions()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the library is no Exception
        yield _refused(expression, str(error))
        return
    shown = _blanked(expression)
    bound = set(_BOUND.findall(shown))
    for name in sorted(bound & {"plan", "each"}):
        yield Wrong(f"`{name}` is a name of the data; give the entries of the list another", _find(shown, name))
    for name in names:
        if name not in variables and name not in bound:
            known = " and ".join(f"`{known}`" for known in sorted(variables))
            yield Wrong(f"`{name}` is not known here", _find(shown, name), f"known are {known}")
    for name in functions:
        if name[:1].isalpha() and name not in _FUNCTIONS:
            yield Wrong(
                f"There is no function `{name}`", _find(shown, name), f"known are {', '.join(sorted(_FUNCTIONS))}"
            )


def unknown_fields(expression: str, data: Mapping[str, Any]) -> Iterator[Wrong]:
    """Tell which fields of `plan` and `each` no plan can have; `data` holds a made-up value of each of the two."""
    for chain in chains(expression):
        value: Any = data.get(chain.root)
        for step, offset in zip(chain.steps, chain.offsets, strict=True):
            if isinstance(value, list) and isinstance(step, int):
                value = value[0] if value else None
            elif isinstance(value, dict) and value and isinstance(step, str):
                if step not in value:
                    if not step.startswith("x_"):
                        yield Wrong(f"There is no field `{step}`", offset, _near(step, value))
                    break
                value = value[step]
            else:
                break


def tried(expression: str, data: Mapping[str, Any]) -> tuple[Any, Wrong | None]:
    """Run an expression on made-up data: what it gives, or what can never go well with values of these kinds."""
    try:
        return program(expression).execute(dict(data)), None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the library is no Exception
        if isinstance(error, TypeError):
            hint = "numbers with a unit are compared by their `.value`, and a whole number is no decimal: write `2.0`"
            return None, Wrong("It compares or computes with values that do not fit each other", 0, hint)
        if found := _UNDEFINED.match(str(error)):
            return None, Wrong(f"`{found[1]}` cannot be called like this", _find(_blanked(expression), found[1]))
        if found := _CALL.match(str(error)):
            message = f"`{found[1]}` refuses what it is given: {found[2].rstrip(':')}"
            return None, Wrong(message, _find(_blanked(expression), found[1]))
        return None, None


def _near(step: str, value: Mapping[str, Any]) -> str:
    known = sorted(name for name in value if not name.startswith("_"))
    near = nearest(step, known)
    more = f" and {len(known) - _TOLD} more" if len(known) > _TOLD else ""
    return f"did you mean `{near}`?" if near else f"known are {', '.join(known[:_TOLD])}{more}"


def _refused(expression: str, told: str) -> Wrong:
    found = _PLACE.search(told)
    if found is None:
        return Wrong(f"This is no CEL expression: {told.splitlines()[0] if told else 'it cannot be read'}"[:300])
    lines = expression.split("\n")
    line = min(int(found[1]), len(lines)) - 1
    offset = sum(len(earlier) + 1 for earlier in lines[:line]) + min(int(found[2]) - 1, len(lines[line]))
    said = re.sub(r"^Syntax error: ", "", found[3])
    said = re.sub(r"mismatched input '<EOF>'.*", "it ends where something has to follow", said)
    said = re.sub(r" expecting \{.*", "", said).replace("mismatched input", "unexpected").replace("'", "`")
    return Wrong(f"This is no CEL expression: {said}"[:300], offset)


def _blanked(expression: str) -> str:
    """Give an expression with texts and remarks blanked, each character at its place."""
    return _LITERAL.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), expression)


def _find(shown: str, name: str) -> int:
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", shown)
    return found.start() if found else 0

"""The floors of the house: a room imports only from the floors below it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "plugin" / "plangate"
FLOORS = (
    {"model"},
    {"reading", "analysis"},
    {"checks"},
    {"reports", "render", "exchange"},
    {"site", "cli"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
LIGHT = {"model", "reading", "analysis", "checks"}
HEAVY = {"jinja2", "mkdocs", "markdown", "nh3", "rich", "material", "mkdocs_macros", "properdocs"}
ONLY = {"mkdocs": "site", "material": "site", "mkdocs_macros": "site", "properdocs": "site", "click": "cli"}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE)


def imported(tree: ast.AST, package: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Every module that is imported anywhere in a file, for type checking only and by name included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join((*package[: len(package) + 1 - node.level], node.module or "")) if node.level else node.module
            )
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in {
            "import_module",
            "__import__",
        }:
            for argument in node.args[:1]:
                parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
                if isinstance(parts[0], ast.Constant):
                    yield str(parts[0].value), node.lineno


def wrongs(room: str, tree: ast.AST, package: tuple[str, ...]) -> list[str]:
    """What a file of a room imports though it may not, in words."""
    found = []
    for name, line in imported(tree, package):
        top, _, rest = name.partition(".")
        if top == "plangate":
            other = rest.partition(".")[0]
            if other in FLOOR and other != room and FLOOR[other] >= FLOOR[room]:
                found.append(f"line {line}: {room} imports {name}")
        elif (top in HEAVY and room in LIGHT) or (top in ONLY and ONLY[top] != room):
            found.append(f"line {line}: {room} imports {name}")
    return found


def test_every_room_has_a_floor() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert rooms == set(FLOOR)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_floors(path: Path) -> None:
    parts = path.relative_to(PACKAGE.parent).parts
    assert wrongs(parts[1], ast.parse(path.read_text("utf-8")), parts[:-1]) == []


@pytest.mark.parametrize(
    ("room", "text"),
    [
        ("model", "from plangate.reading.yaml import load"),
        ("analysis", "import plangate.reading.plan"),
        ("reading", "from plangate import analysis"),
        ("render", "if TYPE_CHECKING:\n    from plangate.checks.finding import Finding\nfrom plangate.site import x"),
        ("render", "from ..reports import lines"),
        ("cli", "def late():\n    from plangate.site.plugin import PlangatePlugin"),
        ("checks", "import_module(f'plangate.cli.{name}')"),
        ("checks", "import jinja2"),
        ("reports", "import click"),
        ("render", "from mkdocs.config import base"),
    ],
)
def test_a_step_upstairs_is_noticed(room: str, text: str) -> None:
    assert wrongs(room, ast.parse(text), ("plangate", room))


@pytest.mark.parametrize(
    ("room", "text"),
    [
        ("reports", "from plangate.checks.report import Report"),
        ("site", "import mkdocs"),
        ("cli", "import click"),
        ("render", "import jinja2"),
        ("checks", "from plangate.checks.rule import rule"),
        ("reports", "from plangate import __version__"),
    ],
)
def test_a_step_downstairs_is_fine(room: str, text: str) -> None:
    assert wrongs(room, ast.parse(text), ("plangate", room)) == []


def test_render_never_imports_checks() -> None:
    for path in (PACKAGE / "render").rglob("*.py"):
        package = path.relative_to(PACKAGE.parent).parts[:-1]
        names = [name for name, _ in imported(ast.parse(path.read_text("utf-8")), package)]
        assert not [name for name in names if name.startswith("plangate.checks")], path

"""A plan's folder before anything is typed: its files, their YAML and their prose, with what was refused.

Nothing here depends on a policy or on another plan, and everything can be pickled, so that processes can share
the work.
"""

import re
from pathlib import Path
from typing import Generic, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from plangate.model.plan import Prose
from plangate.model.problem import Problem
from plangate.reading import files, frontmatter, secrets
from plangate.reading.resolve import Resolved, resolve
from plangate.reading.yaml import Document, YamlRejected, load

NUMBERED = re.compile(r"(\d+)-([a-z_]+)\.(ya?ml|md)")
"""How the file of a gate is called."""

_READ = re.compile(rf"{NUMBERED.pattern}|plan\.ya?ml|(?:reviews|waivers)/[^/]*\.yml|contracts/[^/]*\.ya?ml")
_Value = TypeVar("_Value")


class Loaded(Struct, Generic[_Value], frozen=True):
    """What a file holds, None where it cannot be read, and what is wrong with it."""

    value: _Value | None
    problems: tuple[Problem, ...] = ()


class Folder(Struct, frozen=True):
    """The files of a plan by their name relative to its folder, what was refused of them, and what they hold.

    A file is read when it is first asked for.
    """

    paths: dict[str, Path]
    problems: list[Problem]
    _documents: dict[str, Loaded[Document]] = field(default_factory=dict)
    _resolved: dict[str, Resolved] = field(default_factory=dict)
    _pages: dict[str, Loaded[Prose]] = field(default_factory=dict)

    def document(self, name: str) -> Loaded[Document]:
        """Give a file as YAML."""
        if name not in self._documents:
            self._documents[name] = _document(self.paths[name], name)
        return self._documents[name]

    def resolved(self, name: str, gate: str, document: Document) -> Resolved:
        """Give the data of a gate's file without what authors write instead of values. It is given once: who gets it
        may change it."""
        return self._resolved.pop(name, None) or resolve(gate, document.data, document.text)

    def page(self, name: str) -> Loaded[Prose]:
        """Give a Markdown file as prose."""
        if name not in self._pages:
            self._pages[name] = _page(self.paths[name], name)
        return self._pages[name]


def open_folder(place: Path) -> Folder:
    """List a plan's folder."""
    return Folder(*files.listing(place))


def load_folder(place: Path) -> Folder:
    """Read whatever a plan's folder holds of a plan's."""
    folder = open_folder(place)
    for name in folder.paths:
        if (found := _READ.fullmatch(name)) is None:
            continue
        if name.endswith(".md"):
            folder.page(name)
        elif (document := folder.document(name).value) is not None and found[2]:
            folder._resolved[name] = folder.resolved(name, found[2], document)
            # What the file says stands there now; another process is not sent it twice.
            folder._documents[name] = replace(folder._documents[name], value=replace(document, data=None))
    return folder


def _document(path: Path, name: str) -> Loaded[Document]:
    """Load a YAML file of a plan; secrets in it are told and masked, so that no output can show them."""
    told: tuple[Problem, ...] = ()
    hidden: tuple[secrets.Hidden, ...] = ()
    try:
        document = load(files.contents(path), name=name, mapping=True)
        told = _secrets(name, document.text)
        if told:
            hidden = secrets.hidden(document.text)
            masked = load(secrets.mask(document.text).encode(), name=name, mapping=True)
            document = replace(masked, hidden=hidden)
    except YamlRejected as rejected:
        return Loaded(None, (*told, _rejection(rejected, name, hidden)))
    except OSError as error:
        return Loaded(None, (Problem("GEN001", f"`{name}` cannot be read: {error.strerror or error}", file=name),))
    return Loaded(document, told)


def _page(path: Path, name: str) -> Loaded[Prose]:
    try:
        text = files.contents(path).decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        return Loaded(None, (Problem("GEN001", f"`{name}` cannot be read as UTF-8 text: {error}", file=name),))
    told = _secrets(name, text)
    hidden: tuple[secrets.Hidden, ...] = ()
    if told:
        hidden, text = secrets.hidden(text), secrets.mask(text)
    try:
        page = frontmatter.split(text, name)
    except YamlRejected as rejected:
        return Loaded(None, (*told, _rejection(rejected, name, hidden)))
    if refused := frontmatter.check_limits(page.body):
        breaches = (YamlRejected(one.message, one.line + page.offset, one.column) for one in refused)
        return Loaded(None, (*told, *(_rejection(breach, name, hidden) for breach in breaches)))
    meta = page.meta
    tags = meta.get("tags")
    prose = Prose(
        title=_text(meta.get("title")),
        description=_text(meta.get("description")),
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list | tuple) else (),
        body=page.body,
        first_line=page.offset + 1,
        file=name,
    )
    return Loaded(prose, told)


def _secrets(name: str, text: str) -> tuple[Problem, ...]:
    return tuple(secrets.problem(secret, name) for secret in secrets.find(text))


def _rejection(rejected: YamlRejected, name: str, hidden: tuple[secrets.Hidden, ...] = ()) -> Problem:
    line, column = rejected.line, secrets.in_file(hidden, rejected.line, rejected.column)
    source = rejected.source and " " * (column - 1) + rejected.source.lstrip()
    return Problem(rejected.rule, rejected.message, file=name, line=line, column=column, source=source)


def _text(value: object) -> str | None:
    return None if value is None else str(value)

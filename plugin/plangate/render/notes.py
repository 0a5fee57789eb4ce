"""Findings as a page shows them: plain values, made by whoever ran the checks."""

from collections import Counter
from collections.abc import Iterable

from markupsafe import Markup
from msgspec import Struct

from plangate.model.problem import Path, path_text
from plangate.render.template import fill
from plangate.render.text import with_code

GLYPHS = {"error": "✕", "warning": "!", "info": "i"}


class Note(Struct, frozen=True):
    """A finding: `url` leads to the page of its rule, `place` to the line in the repository, `line` counts from 1."""

    severity: str
    rule: str
    message: str
    gate: str | None = None
    path: Path = ()
    line: int | None = None
    file: str | None = None
    url: str | None = None
    hint: str | None = None
    verdict: str = "fail"
    place: str | None = None

    @property
    def where(self) -> str:
        """The place in words: `plans/orders-mart/09-cutover.yml:12`, or the path where no file is known."""
        return f"{self.file}:{self.line or 1}" if self.file else path_text(self.path)

    @property
    def told(self) -> Markup:
        """The message with its quotes as code."""
        return with_code(self.message)

    @property
    def advice(self) -> Markup:
        """The hint in the same way; nothing where there is none."""
        return with_code(self.hint or "")

    @property
    def fails(self) -> bool:
        """Tell whether it counts; what is waived, known or undetermined is shown beside."""
        return self.verdict == "fail"

    @property
    def kind(self) -> str:
        """The severity, one of those that have a style."""
        return self.severity if self.severity in GLYPHS else "info"

    @property
    def glyph(self) -> str:
        """The mark of the severity."""
        return GLYPHS[self.kind]


def note_list(notes: Iterable[Note]) -> Markup:
    """Give findings as a list, errors first, of these what fails first; nothing where there are none."""
    order = list(GLYPHS)
    ranked = sorted(
        notes, key=lambda note: (order.index(note.kind), not note.fails, note.rule, note.where, note.message)
    )
    return fill("notes", notes=ranked) if ranked else Markup("")


def counted(notes: Iterable[Note]) -> str:
    """Say how many fail of each severity, and how many do not: `2 errors, 1 warning, 3 undetermined`."""
    found = list(notes)
    kinds = Counter(note.kind for note in found if note.fails)
    others = Counter(note.verdict for note in found if not note.fails)
    words = [f"{n} {kind}{'s' * (n > 1 and kind != 'info')}" for kind in GLYPHS if (n := kinds[kind])]
    return ", ".join([*words, *(f"{others[verdict]} {verdict}" for verdict in sorted(others))]) or "none"

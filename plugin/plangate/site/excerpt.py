"""A file that could not be read, shown where it went wrong."""

from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup

from plangate.reading import files, secrets
from plangate.render.text import visible

AROUND = 4
"""How many lines are shown above and beneath the one that is wrong."""

_LONGEST = 200


def excerpt(path: Path, line: int) -> Markup:
    """Give the lines around a line (from 1) as HTML, secrets masked; nothing where the file cannot be opened."""
    try:
        data = files.contents(path)
    except OSError:
        return Markup("")
    lines = secrets.mask(data.decode("utf-8", errors="replace")).split("\n")
    at = min(max(line, 1), len(lines))
    shown = range(max(at - AROUND, 1), min(at + AROUND, len(lines)) + 1)
    width = len(str(shown[-1]))
    return Markup('<pre class="pg-excerpt" tabindex="0" data-search-exclude><code>{}</code></pre>').format(
        Markup("\n").join(_line(number, lines[number - 1], width, wrong=number == at) for number in shown)
    )


def excerpts(places: Iterable[tuple[Path, str, int]]) -> Markup:
    """Give one excerpt for each place (file, its name as shown, line)."""
    parts = [
        Markup("<p><code>{}:{}</code></p>{}").format(visible(name), line, shown)
        for path, name, line in places
        if (shown := excerpt(path, line))
    ]
    return Markup("").join(parts)


def _line(number: int, text: str, width: int, *, wrong: bool) -> Markup:
    content = visible(text[:_LONGEST])
    row = Markup("{} {} │ {}").format("▶" if wrong else " ", f"{number:>{width}}", content)
    return Markup('<mark class="pg-wrong">{}</mark>').format(row) if wrong else row

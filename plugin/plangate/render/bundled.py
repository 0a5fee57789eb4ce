"""The stylesheets and scripts that every portal serves: one of each for all pages, others where a page needs them."""

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_EDGES = re.compile(r"^[ \t]+|[ \t]*\n(?=\s*\n)", re.MULTILINE)
_INSIDE = re.compile(r"(?<=,) | (?=\*|/ (?!\"))|(?<=\*) |(?<![\d.])0(?=\.\d)|(?<=\}) (?=\.)")
"""Blanks that mean nothing inside of brackets and between rules, and zeros before a point."""


def stylesheet() -> str:
    """Give all styles, comments and indentation left out; colours stand in the part of the lineage."""
    return _small(_asset("lineage.css") + _asset("plangate.css"))


NEEDED: Mapping[str, str] = MappingProxyType(
    {
        "numbers": "pg-numbers",
        "columns": "pg-columns",
        "datasets": "pg-steps",
        "runbook": "pg-runbook",
        "calendar": "pg-calendar",
        "reviews": "pg-review",
        "checklist": "pg-verdicts",
    }
)
"""The stylesheets that only some pages need, each with the class that marks such a page."""


def needed_stylesheet(name: str) -> str:
    """Give one of those stylesheets, made small in the same way."""
    return _small(_asset(f"{name}.css"))


def _small(css: str) -> str:
    css = _COMMENT.sub("", css)
    css = re.sub(r"\s*([{}:;,>])\s*(?![^(]*\))", _tight, _EDGES.sub("", css)).replace(";}", "}").strip() + "\n"
    return _INSIDE.sub("", css)


def _tight(found: re.Match[str]) -> str:
    # A blank before a colon or brace-less `:is` means a descendant; only blanks after signs are surely void.
    before = " " if found[1] == ":" and found[0][0] in " \n" else ""
    return before + found[1]


def script() -> str:
    """Give all scripts of every page, comments and indentation left out."""
    return _bare(_asset("lineage.js") + _asset("plangate.js"))


def whatif_script() -> str:
    """Give the module that pages with numbers to change load, comments and indentation left out."""
    return _bare(_asset("whatif.js"))


def browse_script() -> str:
    """Give the module that pages with lineage figures load to find boxes and to look closer, small in the same way."""
    return _bare(_asset("browse.js"))


def follow_script() -> str:
    """Give the module that runbooks load to be followed; it needs the one of the log."""
    return _bare(_asset("follow.js"))


def runlog_script() -> str:
    """Give the module that works with the log of a switch."""
    return _bare(_asset("runlog.js"))


def _bare(script: str) -> str:
    return _EDGES.sub("", _LINE_COMMENT.sub("", script)).strip() + "\n"


def _asset(name: str) -> str:
    return (files("plangate.render") / "assets" / name).read_text(encoding="utf-8")

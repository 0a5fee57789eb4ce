"""The stylesheet and the script that every portal serves, each as one file."""

import re
from importlib.resources import files

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_EDGES = re.compile(r"^[ \t]+|[ \t]*\n(?=\s*\n)", re.MULTILINE)


def stylesheet() -> str:
    """Give all styles, comments and indentation left out; colours stand in the part of the lineage."""
    css = _COMMENT.sub("", _asset("lineage.css") + _asset("plangate.css"))
    return re.sub(r"\s*([{}:;,>])\s*(?![^(]*\))", _tight, _EDGES.sub("", css)).replace(";}", "}").strip() + "\n"


def _tight(found: re.Match[str]) -> str:
    # A blank before a colon or brace-less `:is` means a descendant; only blanks after signs are surely void.
    before = " " if found[1] == ":" and found[0][0] in " \n" else ""
    return before + found[1]


def script() -> str:
    """Give all scripts, comments and indentation left out."""
    return _EDGES.sub("", _LINE_COMMENT.sub("", _asset("lineage.js") + _asset("plangate.js"))).strip() + "\n"


def _asset(name: str) -> str:
    return (files("plangate.render") / "assets" / name).read_text(encoding="utf-8")

"""Whether a report that came from a run nobody vouches for may be posted as a comment: all of it is hostile input."""

import io
import json
import re
import zipfile
from typing import Any

from plangate.reports.comment import MARKER
from plangate.reports.json_report import schema
from plangate.reports.lines import visible
from plangate.reports.markdown import LONGEST

LARGEST_REPORT = 10_000_000
"""Bytes that the report may have."""

LARGEST_ARTIFACT = 5_000_000
"""Bytes that the artifact may have, packed."""

_NAMES = {"origin.json": 1_000, "report.json": LARGEST_REPORT, "comment.md": 4 * LONGEST}
_FENCE = re.compile(r" {0,3}(`{3,})[^`]*")
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_TAG = re.compile(r"</?(?:details|summary|code|br|sub|sup)>")
_LINK = re.compile(r"\]\(\s*<?([a-zA-Z][a-zA-Z0-9+.-]*:|//)")


class PostRejected(Exception):  # noqa: N818 -- a rejection of the input, not an error of the program
    """Why nothing is posted, in a sentence."""


def posted(artifact: bytes, number: int, sha: str) -> str:
    """Give the comment that an artifact holds for a pull request and its head commit; raises PostRejected.

    The artifact is a zip of `origin.json` ({"number": 7, "sha": "…"}), `report.json` by its schema, and `comment.md`.
    """
    files = _unpacked(artifact)
    if _json(files["origin.json"], "origin.json") != {"number": number, "sha": sha}:
        raise PostRejected(f"origin.json does not speak of pull request {number} at {sha}")
    _judge(_json(files["report.json"], "report.json"))
    try:
        text = files["comment.md"].decode("utf-8")
    except UnicodeDecodeError:
        raise PostRejected("comment.md is not UTF-8") from None
    problem = comment_problem(text)
    if problem is not None:
        raise PostRejected(f"comment.md {problem}")
    return text


def comment_problem(text: str) -> str | None:
    """Tell what keeps a text from being posted: not ours by its marker, too long, HTML, hidden letters, mentions."""
    if len(text) > LONGEST:
        return f"has {len(text)} characters; {LONGEST} are the most"
    rows = text.removesuffix("\n").split("\n")
    if rows[0] != MARKER:
        return "does not begin with the marker"
    fence = ""
    for number, row in enumerate(rows[1:], 2):
        plain = row.replace("##", "")
        if visible(plain) != plain:
            return f"holds a letter that nobody sees, in line {number}"
        opened = _FENCE.fullmatch(row)
        if fence:
            fence = "" if opened and opened[1] == row.strip() and len(opened[1]) >= len(fence) else fence
        elif opened:
            fence = opened[1]
        elif problem := _row_problem(row):
            return f"{problem}, in line {number}"
    return "leaves a fence open" if fence else None


def _row_problem(row: str) -> str | None:
    plain = _TAG.sub("", _CODE.sub("", row))
    if re.search(r"(?<!\\)<[a-zA-Z/!?]", plain):
        return "holds HTML"
    if re.search(r"(?<![\w\\/.])@\w", plain):
        return "calls people by @"
    if "![" in plain:
        return "holds an image"
    if any(link[1].casefold() != "https:" for link in _LINK.finditer(plain)):
        return "links to something else than https"
    return None


def _unpacked(artifact: bytes) -> dict[str, bytes]:
    if len(artifact) > LARGEST_ARTIFACT:
        raise PostRejected(f"the artifact has {len(artifact)} bytes; {LARGEST_ARTIFACT} are the most")
    try:
        with zipfile.ZipFile(io.BytesIO(artifact)) as packed:
            if sorted(packed.namelist()) != sorted(_NAMES):
                raise PostRejected(f"the artifact does not hold {', '.join(sorted(_NAMES))} and nothing else")
            return {name: _read(packed, name) for name in _NAMES}
    except PostRejected:
        raise
    except Exception:  # zipfile raises many kinds for what is no zip, among them NotImplementedError and zlib.error
        raise PostRejected("the artifact is no zip that can be read") from None


def _read(packed: zipfile.ZipFile, name: str) -> bytes:
    """Read one file, at most one byte over its cap whatever the archive says about its size."""
    with packed.open(name) as stream:
        content = stream.read(_NAMES[name] + 1)
    if len(content) > _NAMES[name]:
        raise PostRejected(f"{name} has more than {_NAMES[name]} bytes")
    return content


def _json(content: bytes, name: str) -> Any:
    try:
        return json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise PostRejected(f"{name} is not JSON") from None


def _judge(report: Any) -> None:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- only the forge extra has it

    try:
        error = next(iter(Draft202012Validator(schema()).iter_errors(report)), None)
    except RecursionError:
        raise PostRejected("report.json is nested too deep") from None
    if error is not None:
        raise PostRejected(f"report.json does not follow its schema at {error.json_path[:200]}")

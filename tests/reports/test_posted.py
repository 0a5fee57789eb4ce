"""Artifacts that strangers forge are not posted."""

import io
import json
import zipfile
from typing import Any

import pytest

from plangate.reports.comment import MARKER
from plangate.reports.posted import PostRejected, posted

SHA = "a" * 40
REPORT = {
    "plangate": "0.1.0", "today": "2026-11-23", "preset": "standard", "examined": {"plans": 1, "gates": 11, "rules": 9},
    "failed": False, "plans": [], "findings": [], "summary": dict.fromkeys(
        ("error", "warning", "info", "waived", "baselined", "undetermined", "not_applicable"), 0),
}  # fmt: skip
COMMENT = f"{MARKER}\n## Plangate\n\n**1** of `a <b>` [page](https://plans.example/x)\n\n```text\n<img> @all\n```\n"


def packed(**changed: Any) -> bytes:
    files = {"origin.json": {"number": 7, "sha": SHA}, "report.json": REPORT, "comment.md": COMMENT, **changed}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            if content is not None:
                archive.writestr(name, content if isinstance(content, str | bytes) else json.dumps(content))
    return target.getvalue()


def test_an_honest_one_is() -> None:
    assert posted(packed(), 7, SHA) == COMMENT


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"origin.json": {"number": 8, "sha": SHA}}, "does not speak of pull request 7"),
        ({"origin.json": {"number": 7, "sha": "b" * 40}}, "does not speak of pull request 7"),
        ({"origin.json": None}, "does not hold"),
        ({"../../evil.sh": "x"}, "does not hold"),
        ({"report.json": "<html></html>"}, "report.json is not JSON"),
        ({"report.json": "[" * 100_000}, "report.json is not JSON"),
        ({"report.json": {**REPORT, "more": 1}}, "does not follow its schema"),
        ({"report.json": "[" + "0," * 6_000_000 + "0]"}, "report.json has more than"),
        ({"comment.md": COMMENT + "x" * 65_536}, "65536 are the most"),
        ({"comment.md": "Hello"}, "does not begin with the marker"),
        ({"comment.md": COMMENT + "<img src=x onerror=alert(1)>"}, "holds HTML"),
        ({"comment.md": COMMENT + "<!-- hidden -->"}, "holds HTML"),
        ({"comment.md": COMMENT + "Look, @everyone"}, "calls people"),
        ({"comment.md": COMMENT + "![x](https://evil.example/x.png)"}, "holds an image"),
        ({"comment.md": COMMENT + "[x](javascript:alert(1))"}, "something else than https"),
        ({"comment.md": COMMENT + "a\u202eb"}, "nobody sees"),
        ({"comment.md": COMMENT + "```\nopen"}, "leaves a fence open"),
        ({"comment.md": MARKER.encode() + b"\n\xff"}, "not UTF-8"),
    ],
)
def test_a_forged_one_is_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(PostRejected, match=said):
        posted(packed(**changed), 7, SHA)


@pytest.mark.parametrize("content", [b"", b"<html>", packed()[:-30], b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_artifact_is_refused(content: bytes) -> None:
    with pytest.raises(PostRejected):
        posted(content, 7, SHA)


def test_a_giant_is_refused() -> None:
    with pytest.raises(PostRejected, match="are the most"):
        posted(b"\0" * 5_000_001, 7, SHA)

"""The forge's event file: a review of a pull request, by whom, of which commit, with which words."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

_LARGEST = 30_000_000
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class EventRejected(Exception):  # noqa: N818 -- a rejection of the input, not an error of the program
    """Why the file is not taken for a review, in a sentence."""


class ForgeReview(Struct, frozen=True):
    """A review that was just submitted: the reviewer's login, the commits reviewed and compared with, what was said."""

    login: str
    approves: bool
    commit: str
    base: str
    body: str


def read_review(file: Path) -> ForgeReview:
    """Read the event of a submitted review (`pull_request_review`); raises EventRejected for anything else."""
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
        event = json.loads(content.decode("utf-8")) if len(content) <= _LARGEST else None
    except (OSError, ValueError, RecursionError):
        raise EventRejected(f"{file.as_posix()} cannot be read as JSON") from None
    if not isinstance(event, Mapping) or event.get("action") != "submitted":
        raise EventRejected(f"{file.as_posix()} is not the event of a review that was submitted")
    login, state = _text(event, "review", "user", "login"), _text(event, "review", "state").casefold()
    if _text(event, "sender", "login") != login or _text(event, "review", "user", "type") != "User":
        raise EventRejected("the review was not sent by the person who is named as its reviewer")
    if state not in {"approved", "commented", "changes_requested"}:
        raise EventRejected(f"a review is approved, commented or changes_requested, not {state!r}")
    commit, base = _text(event, "review", "commit_id"), _text(event, "pull_request", "base", "sha")
    if not (_SHA.fullmatch(commit) and _SHA.fullmatch(base)):
        raise EventRejected("the review does not name its commits by their full ids")
    if _text(event, "pull_request", "head", "sha") != commit:
        raise EventRejected("the pull request has moved on since the review; look at it again")
    body = event["review"].get("body")
    if state == "changes_requested":
        return ForgeReview(login, False, commit, base, "")
    return ForgeReview(login, state == "approved", commit, base, body if isinstance(body, str) else "")


def _text(event: Any, *keys: str) -> str:
    found = event
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    if not isinstance(found, str) or not found:
        raise EventRejected(f"the event has no `{'.'.join(keys)}`")
    return found

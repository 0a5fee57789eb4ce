"""The file in which `plangate verify-identity` says how sure it is who signed, and who changed what last.

{"scheme": 1, "levels": {"sha256:…": "committed"}, "authors": {"orders-mart": {"capacity": "bob"}}}: `levels` by the
SHA-256 of a record's file, `authors` by plan and gate. `gone` and `edited` list files of records by plan.
"""

import json
from pathlib import Path
from types import MappingProxyType
from typing import Any

from plangate.model.review import LEVELS, Identity

FILE = Path(".plangate/identity.json")
"""Where the file lies, below the portal's root."""

_SCHEME = 1
_KEYS = {"scheme", "levels", "authors", "gone", "edited"}


class IdentityRejected(Exception):  # noqa: N818 -- a rejection of the input, not an error of the program
    """Why the file is not believed, in a sentence."""


def read_identity(file: Path) -> Identity:
    """Read what was found out about signers; raises IdentityRejected for a file that is not whole and known."""
    try:
        data = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise IdentityRejected(f"{file.as_posix()} cannot be read: {error}") from None
    if not isinstance(data, dict) or data.get("scheme") != _SCHEME or not data.keys() <= _KEYS:
        raise IdentityRejected(f"{file.as_posix()} is not of scheme {_SCHEME}; plangate verify-identity writes it anew")
    levels, authors = data.get("levels", {}), data.get("authors", {})
    if not (_texts(levels) and set(levels.values()) <= set(LEVELS)):
        raise IdentityRejected(f"{file.as_posix()}: `levels` are {', '.join(LEVELS)}, by the SHA-256 of a record")
    if not (isinstance(authors, dict) and all(_texts(gates) for gates in authors.values())):
        raise IdentityRejected(f"{file.as_posix()}: `authors` are names of people, by plan and gate")
    gone, edited = data.get("gone", {}), data.get("edited", {})
    if not (_lists(gone) and _lists(edited)):
        raise IdentityRejected(f"{file.as_posix()}: `gone` and `edited` are lists of files, by plan")
    return Identity(
        MappingProxyType(levels),
        MappingProxyType({name: MappingProxyType(gates) for name, gates in authors.items()}),
        MappingProxyType({name: tuple(files) for name, files in gone.items()}),
        MappingProxyType({name: tuple(files) for name, files in edited.items()}),
    )


def identity_text(identity: Identity) -> str:
    """Write what was found out about signers, the same text for the same value."""
    data: dict[str, Any] = {
        "scheme": _SCHEME,
        "levels": dict(identity.levels),
        "authors": {plan: dict(gates) for plan, gates in identity.authors.items()},
        "gone": {plan: list(files) for plan, files in identity.gone.items()},
        "edited": {plan: list(files) for plan, files in identity.edited.items()},
    }
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=True) + "\n"


def _texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _lists(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(files, list) and all(isinstance(file, str) for file in files) for files in value.values()
    )

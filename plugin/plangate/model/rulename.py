"""Names of rules: those of the catalogue, and those that an organisation gives to its own."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from plangate.model.reference import IDENTIFIER

FAMILIES: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "GEN": ("Structure and values", None),
        "CTX": ("Context", "context"),
        "SRC": ("Sources", "sources"),
        "STR": ("Streaming", "events"),
        "CAP": ("Capacity and cost", "capacity"),
        "ING": ("Ingestion", "ingestion"),
        "TRN": ("Modelling", "modeling"),
        "CON": ("Contracts", "contracts"),
        "DQ": ("Data quality", "quality"),
        "LIN": ("Lineage", "operations"),
        "OPS": ("Operations", "operations"),
        "BCK": ("Backfill", "cutover"),
        "CUT": ("Cutover", "cutover"),
        "VAL": ("Acceptance", "acceptance"),
        "BND": ("Bundle", "bundle"),
        "PLN": ("Across plans", None),
        "REV": ("Reviews", None),
        "WVR": ("Waivers", None),
        "TXT": ("Text", None),
    }
)
"""The families of the catalogue, with title and the gate that they are about; no organisation gives these names."""

NAME = re.compile(rf"[A-Z]{{2,6}}\d{{3}}|{IDENTIFIER.pattern}")
_TAKEN = re.compile(rf"(?:{'|'.join(FAMILIES)})\d{{3}}|index", re.IGNORECASE)


def _rule(text: str) -> str:
    if NAME.fullmatch(text):
        return text
    raise PydanticCustomError("GEN002", "`{observed}` is no rule id such as `CAP004`", {"observed": text})


def _own(text: str) -> str:
    if _TAKEN.fullmatch(text):
        message = "`{observed}` is a name of the catalogue; write for example `{expected}`"
        raise PydanticCustomError("GEN002", message, {"observed": text, "expected": f"own_{text.lower()}"})
    if NAME.fullmatch(text):
        return text
    message = "`{observed}` is no id of an own rule; write for example `{expected}` or `ORG001`"
    raise PydanticCustomError("GEN002", message, {"observed": text, "expected": "pipelines_have_a_pool"})


RuleName = Annotated[str, AfterValidator(_rule)]
OwnRuleName = Annotated[str, AfterValidator(_own)]


def family(rule: str) -> str:
    """Give the family of a rule of the catalogue, `CAP` of `CAP004`; nothing for an organisation's own."""
    return rule[:-3] if _TAKEN.fullmatch(rule) and rule.isupper() else ""

"""Records of reviews and waivers: who approved which meaning of which gates, and what is let pass until when."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from msgspec import Struct, field
from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from plangate.model.element import Element, Part
from plangate.model.moment import Day
from plangate.model.reference import PLAN
from plangate.model.rulename import NAME

Level = Literal["claimed", "committed", "verified"]
LEVELS: tuple[Level, ...] = ("claimed", "committed", "verified")
"""How sure it is who signed, the least first."""

WaiverStatus = Literal["expired", "refused", "expiring", "holds"]

Verdict = Literal["approve", "approve_with_notes", "request_changes", "hold", "abstain"]

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_WAIVER = re.compile(r"W-\d{1,6}")


def _digest(text: str) -> str:
    if _DIGEST.fullmatch(text):
        return text
    raise PydanticCustomError(
        "REV004", "`{observed}` is no digest; write `sha256:` and 64 hexadecimal digits", {"observed": text}
    )


def _plan(text: str) -> str:
    if PLAN.fullmatch(text):
        return text
    raise PydanticCustomError("REV002", "`{observed}` is no plan id such as `orders-mart`", {"observed": text})


def _rule(text: str) -> str:
    if NAME.fullmatch(text):
        return text
    raise PydanticCustomError("GEN009", "`{observed}` is not one rule id such as `CAP004`", {"observed": text})


def _waiver(text: str) -> str:
    if _WAIVER.fullmatch(text):
        return text
    raise PydanticCustomError("GEN009", "`{observed}` is no waiver id such as `W-012`", {"observed": text})


Digest = Annotated[str, AfterValidator(_digest)]
PlanId = Annotated[str, AfterValidator(_plan)]
RuleId = Annotated[str, AfterValidator(_rule)]
WaiverId = Annotated[str, AfterValidator(_waiver)]


class Concern(Element):
    """Something that a reviewer wants answered; it blocks while it is open, and only its author closes it."""

    kind: ClassVar[str] = "concern"

    gate: str | None = None
    text: str
    state: Literal["open", "closed"] = "open"
    answer: str | None = None


class Record(Part):
    """One reviewer's word on one or more gates in one role, bound to the digests of what was read.

    `gates` are the digests of the gates signed, `depends` those of the fields that they rest on, by the gate that holds
    them; `supersedes` is the SHA-256 of this person's previous record file for these gates. `despite` says why somebody
    signed while errors were open. `seen` is what the digests were taken over, packed: a later reader learns from it
    what has changed since, and it is believed only where its own digest is the one signed.
    """

    scheme: str
    plan: PlanId
    role: str
    by: str
    verdict: Verdict
    date: Day
    gates: dict[str, Digest] = Field(min_length=1)
    depends: dict[str, Digest] = Field(default_factory=dict)
    supersedes: Digest | None = None
    concerns: tuple[Concern, ...] = ()
    note: str | None = None
    despite: str | None = None
    seen: str | None = None

    @property
    def approves(self) -> bool:
        """Tell whether the word is yes, with or without notes."""
        return self.verdict in {"approve", "approve_with_notes"}


class Filed(Struct, frozen=True):
    """A record with its file (`reviews/2026-11-04-alice-platform.yml`) and the SHA-256 of the file."""

    file: str
    sha256: str
    record: Record


class Waiver(Part):
    """A dated permission to break one rule at one place; `path` is the finding's path, `gate` its gate."""

    id: WaiverId
    rule: RuleId
    gate: str | None = None
    path: str | None = None
    reason: str
    compensating_control: str | None = None
    owner: str
    approved_by: str
    created: Day
    expires: Day
    ticket: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "Waiver":
        if self.expires <= self.created:
            raise PydanticCustomError(
                "GEN009",
                "expires {expires}, which is not after its creation on {created}",
                {"expires": self.expires.isoformat(), "created": self.created.isoformat()},
            )
        return self


class Identity(Struct, frozen=True):
    """How sure it is who signed: found outside the check, from git or the forge, and given to it.

    `levels` are by the SHA-256 of a record's file, so that an edited record is a claim again; `authors` name the person
    behind the last change of content of each gate, by plan and gate; `gone` and `edited` are records that were taken
    away or changed after they had been committed, by plan.
    """

    levels: Mapping[str, Level] = field(default_factory=lambda: MappingProxyType({}))
    authors: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    gone: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    edited: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def level(self, sha256: str) -> Level:
        """Give the level of a record; a typed name is `claimed`."""
        return self.levels.get(sha256, "claimed")

    def author(self, plan: str, gate: str) -> str | None:
        """Give the person who last changed a gate, where that is known."""
        return self.authors.get(plan, {}).get(gate)

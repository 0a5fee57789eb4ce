"""The ground under every gate model: frozen parts with known keys, elements with ids, gates."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from plangate.model.reference import Identifier


class Part(BaseModel):
    """A mapping of a gate file. Unknown keys are refused; numbers in text fields keep their digits."""

    model_config = ConfigDict(
        defer_build=True,  # a gate's validator holds those of its parts; most need none of their own
        frozen=True,
        extra="forbid",
        coerce_numbers_to_str=True,
        validate_by_alias=True,
        validate_by_name=False,
        serialize_by_alias=True,
    )

    keyed_by: ClassVar[str | None] = None
    """The field by which an entry of a list is found, where that is no id: no two entries of the list have the same."""


class Element(Part):
    """A part that others may name: its id is unique per kind within the plan."""

    kind: ClassVar[str]

    id: Identifier


class Gate(Part):
    """The data of one gate file. Every section is optional here: what is mandatory is said by workflow.yml."""

    gate: ClassVar[str]

"""The changes between two versions of a schema, whatever they are written in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from plangate.analysis.compatibility.change import Change, Format
from plangate.model.table import Table

if TYPE_CHECKING:
    from plangate.analysis.compatibility.protobuf_rules import Category


class Schema(Struct, frozen=True):
    """A schema of one version: parsed JSON for Avro and JSON Schema, a ProtoFile, or a Table.

    `renames` leads from names of columns of the version before to those of this one. `lenient` and `category` choose
    between the rule books of JSON Schema and Protobuf; those of the newer version count.
    """

    format: Format
    value: object
    version: str = ""
    renames: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    lenient: bool = False
    category: "Category" = "WIRE_JSON"


def compare(old: Schema, new: Schema) -> tuple[Change, ...]:
    """Tell what changed from one version to another; raises ValueError where one cannot be read or formats differ."""
    before, after = old.value, new.value
    if old.format == new.format == "avro":
        from plangate.analysis.compatibility.avro_changes import compare_avro  # noqa: PLC0415 -- many rules each

        return compare_avro(before, after)
    if old.format == new.format == "json_schema":
        from plangate.analysis.compatibility.json_changes import compare_json_schema  # noqa: PLC0415

        return compare_json_schema(before, after, lenient=new.lenient)
    if old.format == new.format == "protobuf":
        from plangate.analysis.compatibility.protobuf_changes import compare_protobuf  # noqa: PLC0415
        from plangate.model.protobuf import ProtoFile  # noqa: PLC0415

        if isinstance(before, ProtoFile) and isinstance(after, ProtoFile):
            return compare_protobuf(before, after, category=new.category)
    if isinstance(before, Table) and isinstance(after, Table):
        from plangate.analysis.compatibility.table_changes import compare_tables  # noqa: PLC0415

        return compare_tables(before, after, new.renames)
    raise ValueError(f"a schema of format {old.format} cannot be compared with one of format {new.format}")

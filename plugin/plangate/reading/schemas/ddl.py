"""SQL: `CREATE TABLE` statements as tables, in the dialect of any system that sqlglot reads."""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from plangate.model.table import Field, Table
from plangate.model.typename import read_type, system_of
from plangate.reading.schemas.source import SchemaRejected, Source
from plangate.reading.yaml import shown

if TYPE_CHECKING:
    from sqlglot import exp

MAX_CHARACTERS = 64_000
MAX_BRACKETS = 12
"""How deep brackets may lie in one another; the parser tries several readings at each."""

_PIECE = re.compile(r"'(?:[^']|'')*+'?|--[^\n]*|/\*.*?(?:\*/|\Z)|[(\[<]|[)\]>]", re.DOTALL)
_PARSER_FAILS = (RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError)
"""What the parser raises by mistake on texts that are no SQL."""


def ddl_tables(source: Source, content: str, system: str | None) -> tuple[Table, ...]:
    """Read the `CREATE TABLE` statements of a text; other statements are told and passed over.

    `system` names the dialect (see `system_of`); without one it is standard SQL. Raises SchemaRejected.
    """
    from sqlglot.errors import ParseError, TokenError  # noqa: PLC0415 -- heavy

    _limits(content)
    dialect = system_of(system) or "ansi"
    try:
        tables = _Reader(source, content, dialect).tables()
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        words = str(first.get("description") or error).splitlines()[0].rstrip(".")
        line, column = first.get("line") or 1, first.get("col") or 1
        raise SchemaRejected(f"This is not readable as SQL ({dialect}): {words}", line, column) from None
    except (TokenError, *_PARSER_FAILS) as error:
        said = "it is nested too deep" if isinstance(error, RecursionError) else " ".join(str(error).split())[:200]
        raise SchemaRejected(f"This is not readable as SQL ({dialect}): {said}") from None
    if not tables:
        raise SchemaRejected("This SQL creates no table; a table is `CREATE TABLE name (column type, …)`")
    return tables


def _limits(content: str) -> None:
    if len(content) > MAX_CHARACTERS:
        raise SchemaRejected(f"The file has {len(content)} characters of SQL; {MAX_CHARACTERS} is the most, split it")
    depth = 0
    for found in _PIECE.finditer(content):
        depth = max(0, depth + (found[0] in "([<") - (found[0] in ")]>"))
        if depth > MAX_BRACKETS:
            told = f"Brackets lie more than {MAX_BRACKETS} levels deep in one another"
            raise SchemaRejected(told, *_place(content, found.start()))


def _place(content: str, offset: int) -> tuple[int, int]:
    return content.count("\n", 0, offset) + 1, offset - content.rfind("\n", 0, offset)


@dataclass
class _Keys:
    """What the constraints of a table say of its columns, by name."""

    primary: list[str] = field(default_factory=list)
    unique: list[str] = field(default_factory=list)
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)


class _Reader:
    """The statements of one text in one dialect."""

    def __init__(self, source: Source, content: str, dialect: str) -> None:
        self.source, self.content, self.dialect = source, content, dialect
        self.known = None if dialect in {"ansi", "odcs"} else dialect

    def tables(self) -> tuple[Table, ...]:
        from sqlglot import exp, parse  # noqa: PLC0415

        log = logging.getLogger("sqlglot")
        level = log.level
        log.setLevel(logging.CRITICAL)  # it warns of statements that it passes over; they are told below
        try:
            statements = parse(self.content, read=self.known)
        finally:
            log.setLevel(level)
        tables: dict[str, Table] = {}
        for number, statement in enumerate(statements, start=1):
            if isinstance(statement, exp.Create) and isinstance(statement.this, exp.Schema):
                table = self.table(statement.this, statement.args.get("properties"))
                if table.name in tables:
                    self.tell("GEN002", f"Table {shown(table.name)} is created twice; keep one", statement.this.this)
                tables.setdefault(table.name, table)
            elif statement is not None and not isinstance(statement, exp.Semicolon):
                what = shown(statement.key.upper())
                told = f"Statement {number} ({what}) creates no table with columns; it is passed over"
                self.tell("GEN001", told, statement, severity="warning")
        return tuple(tables.values())

    def tell(self, rule: str, message: str, node: "exp.Expr", **more: str) -> None:
        """Tell something of a part of the text, at the first name in it."""
        from sqlglot import exp  # noqa: PLC0415

        starts = (one.meta.get("start") for one in node.find_all(exp.Identifier))
        first = next((start for start in starts if start is not None), 0)
        self.source.tell(rule, message, (), at=_place(self.content, first), **more)

    def table(self, schema: "exp.Schema", properties: "exp.Expression | None") -> Table:
        from sqlglot import exp  # noqa: PLC0415

        named = schema.this
        name = ".".join(part.name for part in named.parts) if isinstance(named, exp.Table) else named.name
        fields: dict[str, Field] = {}
        keys = _Keys()
        for part in schema.expressions:
            if isinstance(part, exp.ColumnDef):
                if part.name in fields:
                    self.tell("GEN002", f"Column {shown(part.name)} stands twice in {shown(name)}", part)
                fields.setdefault(part.name, self.field(part))
                keys.primary += [part.name] if part.find(exp.PrimaryKeyColumnConstraint) else []
            _constraints(part, keys)
        parted = properties.find(exp.PartitionedByProperty) if properties else None
        partition = dict.fromkeys(one.name for one in parted.find_all(exp.Identifier)) if parted else {}
        return Table(
            name,
            tuple(_finished(one, keys) for one in fields.values()),
            primary_key=tuple(dict.fromkeys(keys.primary)),
            partition_by=tuple(part for part in partition if part in fields),
            description=_comment(properties.expressions) if properties else None,
        )

    def field(self, column: "exp.ColumnDef") -> Field:
        from sqlglot import exp  # noqa: PLC0415

        nullable: bool | None = None
        default = description = None
        for constraint in column.args.get("constraints") or ():
            kind = constraint.kind
            if isinstance(kind, exp.NotNullColumnConstraint):
                nullable = bool(kind.args.get("allow_null"))
            elif isinstance(kind, exp.DefaultColumnConstraint):
                default = (
                    kind.this.name
                    if isinstance(kind.this, exp.Literal)
                    else kind.this.sql(dialect=self.known, copy=False)
                )
            elif isinstance(kind, exp.CommentColumnConstraint):
                description = kind.this.name
            elif isinstance(kind, exp.Properties):
                description = _comment(kind.expressions) or description
        held = column.args.get("kind")
        return Field(
            column.name,
            read_type(held.sql(dialect=self.known, copy=False) if held is not None else "", self.dialect),
            nullable=nullable,
            unique=True if column.find(exp.UniqueColumnConstraint) else None,
            values=_literals(held.expressions) if held is not None and held.this == exp.DataType.Type.ENUM else (),
            default=default,
            description=description,
        )


def _constraints(part: "exp.Expression", keys: _Keys) -> None:
    """Take keys and allowed values from a column or a constraint of the table."""
    from sqlglot import exp  # noqa: PLC0415

    for constraint in part.find_all(exp.PrimaryKey):
        keys.primary += [one.name for one in constraint.expressions]
    for once in part.find_all(exp.UniqueColumnConstraint):
        alone = once.this.expressions if isinstance(once.this, exp.Schema) else []
        keys.unique += [alone[0].name] if len(alone) == 1 else []
    for one in part.find_all(exp.In):
        if words := _literals(one.expressions):
            keys.values[one.this.name] = words


def _finished(found: Field, keys: _Keys) -> Field:
    return replace(
        found,
        nullable=False if found.name in keys.primary else found.nullable,
        unique=True if found.name in keys.unique or keys.primary == [found.name] else found.unique,
        values=found.values or keys.values.get(found.name, ()),
    )


def _comment(properties: "Iterable[exp.Expression]") -> str | None:
    """The comment of a table or column, among its properties."""
    from sqlglot import exp  # noqa: PLC0415

    for one in properties:
        if isinstance(one, exp.SchemaCommentProperty):
            return str(one.this.name)
        if isinstance(one, exp.Property) and one.this.name.lower() in {"description", "comment"}:
            return str(one.args["value"].name)
    return None


def _literals(values: "Iterable[exp.Expression]") -> tuple[str, ...]:
    from sqlglot import exp  # noqa: PLC0415

    return tuple(one.name for one in values if isinstance(one, exp.Literal))

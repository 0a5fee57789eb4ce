"""The words for types: what all systems mean by them, and what single systems mean by them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from plangate.model.table import Type


class Word(Struct, frozen=True):
    """A word for a type.

    `inner` says what stands in brackets behind it where that is types and not numbers; `numbers` makes the type from
    the first number in brackets where that changes more than its length.
    """

    type: Type
    inner: Literal["array", "map", "record", "union", "nullable"] | None = None
    numbers: Callable[[int], Type] | None = None


def _integer(bits: int | None, *, unsigned: bool = False) -> Type:
    return Type("integer", bits=bits, unsigned=unsigned)


def _decimal(precision: int | None = None, scale: int | None = None) -> Type:
    return Type("decimal", precision=precision, scale=scale)


def _text(length: int | None = None) -> Type:
    return Type("string", length=length)


def _stamp(zoned: bool | None = None, fraction: int | None = None) -> Type:
    return Type("timestamp", zoned=zoned, fraction=fraction)


def _binary_float(digits: int) -> Type:
    """A float by its binary digits, as SQL's `float(24)`."""
    return Type("float", bits=32 if digits <= 24 else 64)


def _same(found: Type, names: str) -> dict[str, Word]:
    return {name: Word(found) for name in names.split()}


_FLOAT = Type("float")
_FLOAT32 = Type("float", bits=32)
_FLOAT64 = Type("float", bits=64)
_JSON = Type("json")
_BYTES = Type("bytes")
_BOOLEAN = Type("boolean")

WORDS: Mapping[str, Word] = MappingProxyType(
    {
        **_same(_BOOLEAN, "boolean bool logical"),
        **_same(_integer(8), "tinyint byteint int1 i8"),
        **_same(_integer(16), "smallint int2 int16 short i16 smallserial serial2"),
        **_same(_integer(24), "mediumint"),
        **_same(_integer(32), "int int4 int32 i32 serial serial4"),
        **_same(_integer(64), "bigint int64 long i64 bigserial serial8"),
        **_same(_integer(128), "hugeint int128 i128"),
        **_same(_integer(256), "int256"),
        **_same(_integer(None), "integer int8 number_integer"),
        **_same(_integer(8, unsigned=True), "utinyint uint8 u8"),
        **_same(_integer(16, unsigned=True), "usmallint uint16 u16"),
        **_same(_integer(32, unsigned=True), "uinteger uint32 u32"),
        **_same(_integer(64, unsigned=True), "ubigint uint64 u64"),
        **_same(_integer(128, unsigned=True), "uhugeint uint128 u128"),
        "float": Word(_FLOAT, numbers=_binary_float),
        **_same(Type("float", bits=16), "float16 half"),
        **_same(_FLOAT32, "float4 float32 real f32"),
        **_same(_FLOAT64, "double float8 float64 f64"),
        **_same(_decimal(), "decimal numeric dec number fixed"),
        **_same(_decimal(76, 38), "bignumeric bigdecimal"),
        **_same(_decimal(19, 4), "money"),
        **_same(_decimal(10, 4), "smallmoney"),
        **_same(
            _text(), "string varchar nvarchar varchar2 nvarchar2 text ntext tinytext mediumtext longtext clob nclob"
        ),
        **_same(_text(), "bpchar citext enum set name sysname inet cidr macaddr xml uri email"),
        **_same(_text(1), "char nchar"),
        **_same(_BYTES, "bytes binary varbinary bytea blob tinyblob mediumblob longblob raw image fixed_bytes"),
        **_same(Type("uuid"), "uuid guid uniqueidentifier"),
        **_same(Type("date"), "date date32"),
        **_same(Type("time"), "time"),
        **_same(Type("time", zoned=False), "time_ntz"),
        **_same(Type("time", zoned=True), "timetz time_tz"),
        **_same(_stamp(), "timestamp datetime"),
        **_same(_stamp(zoned=True), "timestamp_tz timestamptz timestamp_ltz timestampltz datetimeoffset instant"),
        **_same(_stamp(zoned=False), "timestamp_ntz timestampntz datetime2 localdatetime datetime64"),
        **_same(_stamp(zoned=False, fraction=0), "smalldatetime timestamp_s"),
        **_same(_stamp(zoned=False, fraction=3), "timestamp_ms"),
        **_same(_stamp(zoned=False, fraction=6), "timestamp_us"),
        **_same(_stamp(zoned=False, fraction=9), "timestamp_ns"),
        **_same(Type("interval"), "interval duration"),
        **_same(_JSON, "json jsonb variant super any"),
        "array": Word(Type("array"), "array"),
        "list": Word(Type("array"), "array"),
        "map": Word(Type("map"), "map"),
        "struct": Word(Type("record"), "record"),
        "row": Word(Type("record"), "record"),
        "record": Word(Type("record"), "record"),
        "object": Word(Type("record"), "record"),
        "nested": Word(Type("record"), "record"),
        "union": Word(Type("union"), "union"),
        "uniontype": Word(Type("union"), "union"),
        "nullable": Word(Type("unknown"), "nullable"),
    }
)
"""What a word means where no system is known; where systems differ, only what they share."""

_SQL_INTEGERS = {
    **_same(_integer(32), "integer"),
    **_same(_integer(64), "int8"),
}
_CLOCK = _same(_stamp(zoned=False), "timestamp datetime")
_INSTANT = _same(_stamp(zoned=True), "timestamp")


def _tinyint(shown: int) -> Type:
    """MySQL's `tinyint(1)` is its boolean; the number is else a width of display."""
    return _BOOLEAN if shown == 1 else _integer(8)


SYSTEM_WORDS: Mapping[str, Mapping[str, Word]] = MappingProxyType(
    {
        "ansi": {**_SQL_INTEGERS, **_CLOCK, **_same(Type("time", zoned=False), "time")},
        "snowflake": {
            # https://docs.snowflake.com/en/sql-reference/data-types-numeric: every integer is NUMBER(38, 0)
            **_same(
                _decimal(38, 0), "int integer bigint smallint tinyint byteint int1 int2 int4 int8 int16 int32 int64"
            ),
            **_same(_decimal(38, 0), "number decimal dec numeric"),
            **_same(_FLOAT64, "float float4 float8 double real"),
            **_same(_stamp(zoned=False), "datetime timestamp"),
            **_same(Type("time", zoned=False), "time"),
            "object": Word(_JSON, "record"),
        },
        "bigquery": {
            **_same(_integer(64), "int integer bigint smallint tinyint byteint int64"),
            **_same(_decimal(38, 9), "numeric decimal"),
            **_same(_FLOAT64, "float float64"),
            **_same(_stamp(zoned=False), "datetime"),
            **_INSTANT,
            **_same(Type("time", zoned=False), "time"),
        },
        "redshift": {
            **_SQL_INTEGERS,
            **_CLOCK,
            **_same(_decimal(18, 0), "decimal numeric"),
            "float": Word(_FLOAT64, numbers=_binary_float),
            **_same(_text(256), "varchar nvarchar text"),
            **_same(Type("time", zoned=False), "time"),
            **_same(_BYTES, "varbyte"),
        },
        "postgres": {
            **_SQL_INTEGERS,
            **_CLOCK,
            "float": Word(_FLOAT64, numbers=_binary_float),
            **_same(Type("time", zoned=False), "time"),
            **_same(_decimal(None, 2), "money"),
        },
        "databricks": {
            **_same(_integer(32), "integer"),
            **_same(_integer(8), "byte"),
            **_same(_decimal(10, 0), "decimal dec numeric"),
            **_same(_FLOAT32, "float real"),
            **_INSTANT,
        },
        "duckdb": {
            **_SQL_INTEGERS,
            **_CLOCK,
            **_same(_decimal(18, 3), "decimal numeric"),
            **_same(_FLOAT32, "float"),
            **_same(_text(), "char bpchar"),
            **_same(Type("time", zoned=False), "time"),
        },
        "trino": {
            **_same(_integer(32), "integer"),
            **_CLOCK,
            **_same(_decimal(38, 0), "decimal"),
            **_same(_FLOAT32, "float"),
            **_same(Type("time", zoned=False), "time"),
        },
        "mysql": {
            **_SQL_INTEGERS,
            **_same(_decimal(10, 0), "decimal numeric dec fixed"),
            "float": Word(_FLOAT32, numbers=_binary_float),
            **_same(_FLOAT64, "real"),
            **_INSTANT,
            **_same(_stamp(zoned=False), "datetime"),
            **_same(Type("time", zoned=False), "time"),
            "tinyint": Word(_integer(8), numbers=_tinyint),
            "bit": Word(_BOOLEAN, numbers=lambda bits: _BOOLEAN if bits == 1 else _BYTES),
            **_same(_integer(16), "year"),
            **_same(_text(255), "tinytext"),
            **_same(_text(65_535), "text"),
            **_same(_text(16_777_215), "mediumtext"),
            **_same(_text(4_294_967_295), "longtext"),
        },
        "tsql": {
            **_same(_integer(32), "integer"),
            **_same(_integer(8, unsigned=True), "tinyint"),
            **_same(_BOOLEAN, "bit"),
            **_same(_decimal(18, 0), "decimal numeric dec"),
            "float": Word(_FLOAT64, numbers=_binary_float),
            **_same(_stamp(zoned=False, fraction=3), "datetime"),
            **_same(Type("time", zoned=False), "time"),
            **_same(_text(1), "varchar nvarchar"),
            **_same(Type("bytes", length=8), "timestamp rowversion"),
        },
        "odcs": {},
    }
)
"""What single systems mean by a word; `odcs` is a logicalType."""

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "postgresql": "postgres",
        "cockroachdb": "postgres",
        "spark": "databricks",
        "sparksql": "databricks",
        "hive": "databricks",
        "athena": "trino",
        "presto": "trino",
        "glue": "databricks",
        "mariadb": "mysql",
        "mssql": "tsql",
        "sqlserver": "tsql",
        "azure": "tsql",
        "synapse": "tsql",
        "fabric": "tsql",
        "sql": "ansi",
    }
)
"""Other names of systems."""

FRACTIONS: Mapping[str, int] = MappingProxyType(
    {
        "snowflake": 9,
        "bigquery": 6,
        "redshift": 6,
        "postgres": 6,
        "databricks": 6,
        "duckdb": 6,
        "trino": 3,
        "mysql": 0,
        "tsql": 7,
    }
)
"""Digits of a second's fraction that a time or timestamp keeps where its type says none."""

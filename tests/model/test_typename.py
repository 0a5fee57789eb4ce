"""Names of types of every system, read into one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.model.typename import MAX_DEPTH, MAX_LENGTH, read_type, system_of, type_name
from plangate.model.typewords import ALIASES, SYSTEM_WORDS, WORDS
from tests.model.spelling import spelled

TABLE = """
- | boolean | boolean
- | BOOL | boolean
tsql | bit | boolean
mysql | tinyint(1) | boolean
mysql | tinyint(4) | integer 8
mysql | bit(1) | boolean
mysql | bit(8) | bytes
- | tinyint | integer 8
tsql | tinyint | uinteger 8
databricks | BYTE | integer 8
- | smallint | integer 16
databricks | short | integer 16
postgres | int2 | integer 16
mysql | mediumint | integer 24
- | int | integer 32
- | integer | integer
odcs | integer | integer
postgres | integer | integer 32
ansi | INTEGER | integer 32
redshift | int4 | integer 32
databricks | integer | integer 32
duckdb | INTEGER | integer 32
trino | integer | integer 32
tsql | integer | integer 32
mysql | int unsigned | uinteger 32
mysql | int(11) unsigned zerofill | uinteger 32
mysql | bigint signed | integer 64
postgres | serial | integer 32
postgres | bigserial | integer 64
- | bigint | integer 64
- | INT64 | integer 64
- | long | integer 64
bigquery | INT64 | integer 64
bigquery | INTEGER | integer 64
bigquery | smallint | integer 64
postgres | int8 | integer 64
- | int8 | integer
duckdb | HUGEINT | integer 128
duckdb | UBIGINT | uinteger 64
- | uint32 | uinteger 32
snowflake | INTEGER | decimal 38.0
snowflake | BIGINT | decimal 38.0
snowflake | NUMBER | decimal 38.0
snowflake | NUMBER(38,0) | decimal 38.0
snowflake | NUMBER(10, 2) | decimal 10.2
- | float | float
- | double | float 64
- | double precision | float 64
- | real | float 32
- | float(24) | float 32
- | float(25) | float 64
- | FLOAT64 | float 64
snowflake | FLOAT | float 64
snowflake | float4 | float 64
bigquery | FLOAT64 | float 64
redshift | float | float 64
redshift | float4 | float 32
postgres | float8 | float 64
databricks | float | float 32
duckdb | FLOAT | float 32
mysql | float | float 32
mysql | real | float 64
mysql | double unsigned | ufloat 64
tsql | float(53) | float 64
tsql | real | float 32
odcs | number | decimal
- | decimal | decimal
- | decimal(10,2) | decimal 10.2
- | DECIMAL( 10 , 2 ) | decimal 10.2
- | numeric(10) | decimal 10.0
postgres | numeric | decimal
postgres | numeric(5,-2) | decimal 5.-2
redshift | numeric | decimal 18.0
bigquery | NUMERIC | decimal 38.9
bigquery | BIGNUMERIC | decimal 76.38
databricks | decimal | decimal 10.0
duckdb | DECIMAL | decimal 18.3
trino | decimal | decimal 38.0
mysql | decimal(10,2) unsigned | udecimal 10.2
tsql | decimal | decimal 18.0
tsql | money | decimal 19.4
tsql | smallmoney | decimal 10.4
postgres | money | decimal .2
- | string | string
- | varchar(50) | string 50
- | VARCHAR(50 CHAR) | string 50
- | character varying(10) | string 10
- | national character varying(10) | string 10
postgres | pg_catalog.varchar(3) | string 3
- | char(2) | string 2
- | char | string 1
- | text | string
bigquery | STRING(36) | string 36
redshift | varchar | string 256
redshift | text | string 256
redshift | varchar(max) | string
snowflake | VARCHAR | string
tsql | nvarchar(max) | string
tsql | varchar | string 1
tsql | nvarchar(40) | string 40
mysql | text | string 65535
mysql | enum('a','it''s') | string
mysql | longtext | string 4294967295
duckdb | CHAR | string
- | bytes | bytes
- | varbinary(16) | bytes 16
- | binary varying(16) | bytes 16
postgres | bytea | bytes
- | BLOB | bytes
redshift | varbyte(64) | bytes 64
tsql | rowversion | bytes 8
tsql | timestamp | bytes 8
- | uuid | uuid
tsql | uniqueidentifier | uuid
- | date | date
- | time | time
postgres | time | time clock .6
postgres | time with time zone | time zoned .6
trino | time(3) | time clock .3
- | timestamp | timestamp
odcs | timestamp | timestamp
- | timestamp_tz | timestamp zoned
- | timestamptz | timestamp zoned
- | timestamp_ntz | timestamp clock
- | timestamp with time zone | timestamp zoned
- | timestamp without time zone | timestamp clock
- | timestamp(3) with local time zone | timestamp zoned .3
ansi | timestamp | timestamp clock
bigquery | TIMESTAMP | timestamp zoned .6
bigquery | DATETIME | timestamp clock .6
snowflake | TIMESTAMP_NTZ(3) | timestamp clock .3
snowflake | TIMESTAMP | timestamp clock .9
snowflake | TIMESTAMP_LTZ | timestamp zoned .9
postgres | timestamp | timestamp clock .6
postgres | timestamptz(0) | timestamp zoned .0
redshift | timestamptz | timestamp zoned .6
databricks | TIMESTAMP | timestamp zoned .6
spark | timestamp_ntz | timestamp clock .6
duckdb | TIMESTAMP_MS | timestamp clock .3
duckdb | TIMESTAMP WITH TIME ZONE | timestamp zoned .6
trino | timestamp(6) with time zone | timestamp zoned .6
trino | timestamp | timestamp clock .3
mysql | timestamp | timestamp zoned .0
mysql | datetime(6) | timestamp clock .6
tsql | datetime2 | timestamp clock .7
tsql | datetime | timestamp clock .3
tsql | datetimeoffset(3) | timestamp zoned .3
tsql | smalldatetime | timestamp clock .0
- | interval | interval
- | interval year to month | interval
- | json | json
postgres | jsonb | json
snowflake | VARIANT | json
snowflake | OBJECT | json
redshift | super | json
odcs | object | {}
odcs | array | []
- | int[] | [integer 32]
postgres | text[][] | [[string]]
postgres | integer[3] | [integer 32]
postgres | integer array | [integer 32]
postgres | _int4 | [integer 32]
bigquery | ARRAY<STRING> | [string]
trino | array(varchar(3)) | [string 3]
snowflake | ARRAY(NUMBER NOT NULL) | [decimal 38.0]
- | list<bigint> | [integer 64]
- | array(float, 3) | [float]
- | map<string,int> | map integer 32
trino | map(varchar, array(bigint)) | map [integer 64]
databricks | struct<a:int,b:array<string>> | {a: integer 32, b: [string]}
databricks | struct<`a b`: int NOT NULL COMMENT 'of x'> | {a b: integer 32!}
bigquery | STRUCT<a INT64, b STRUCT<c DATE>> | {a: integer 64, b: {c: date}}
bigquery | STRUCT<INT64, STRING> | {_1: integer 64, _2: string}
trino | row(a integer, "b" timestamp(3) with time zone) | {a: integer 32, b: timestamp zoned .3}
duckdb | STRUCT(a INTEGER, b VARCHAR)[] | [{a: integer 32, b: string}]
duckdb | UNION(num INTEGER, str VARCHAR) | integer 32 | string
snowflake | OBJECT(a NUMBER, b VARCHAR NOT NULL) | {a: decimal 38.0, b: string!}
- | nullable(string) | string
- | geography | unknown
- | vector(float, 3) | unknown
- | varchar(x) | unknown
- | varchar(50 | unknown
- | decimal(10,2) extra | unknown
- | array<int | unknown
- | ;drop table x | unknown
- | - | unknown
"""
ROWS = [tuple(cell.strip() for cell in line.split(" | ", 2)) for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("system", "name", "expected"), ROWS)
def test_a_name_is_read(system: str, name: str, expected: str) -> None:
    assert spelled(read_type(name, None if system == "-" else system)) == expected


@pytest.mark.parametrize(("system", "name", "expected"), ROWS)
def test_case_and_space_make_no_difference(system: str, name: str, expected: str) -> None:
    known = None if system == "-" else system
    if "'" not in name and "`" not in name and '"' not in name:
        assert read_type(f"  {name.upper()} ", known).kind == read_type(name.lower(), known).kind
    assert read_type(name, known).written == name


@pytest.mark.parametrize(
    "names",
    [
        [("bigint", None), ("INT64", "bigquery"), ("long", "databricks"), ("int8", "postgres")],
        [("varchar(50)", "postgres"), ("STRING(50)", "bigquery"), ("nvarchar(50)", "tsql")],
        [("timestamptz", "postgres"), ("TIMESTAMP", "bigquery"), ("timestamp", "databricks")],
        [("array<bigint>", None), ("bigint[]", None), ("ARRAY<INT64>", "bigquery"), ("array(bigint)", "trino")],
        [("struct<a:int>", None), ("row(a int)", None), ("STRUCT<a INT32>", None)],
    ],
)
def test_names_for_the_same_are_equal(names: list[tuple[str, str | None]]) -> None:
    assert len({read_type(*name) for name in names}) == 1


@pytest.mark.parametrize(
    ("text", "system"),
    [("PostgreSQL", "postgres"), ("spark", "databricks"), ("sqlserver", "tsql"), ("mainframe", None), (None, None)],
)
def test_systems_have_one_name(text: str | None, system: str | None) -> None:
    assert system_of(text) == system


def test_aliases_lead_to_systems_that_are_known() -> None:
    assert set(ALIASES.values()) <= set(SYSTEM_WORDS)


@pytest.mark.parametrize("system", [None, *sorted(SYSTEM_WORDS)])
def test_every_word_is_read_in_every_system(system: str | None) -> None:
    words = {*WORDS, *SYSTEM_WORDS.get(system or "", {})} - {"nullable"}
    assert [word for word in sorted(words) if read_type(word, system).kind == "unknown"] == []


@pytest.mark.parametrize("depth", [MAX_DEPTH, MAX_DEPTH + 1, 4000])
@pytest.mark.parametrize("form", ["array<{}>", "{}[]", "map<int, {}>", "struct<a: {}>"])
def test_depth_has_an_end(form: str, depth: int) -> None:
    name = "int"
    for _ in range(depth):
        name = form.format(name)
    assert (read_type(name).kind == "unknown") is (depth > MAX_DEPTH)


def test_length_has_an_end() -> None:
    found = read_type("x" * (MAX_LENGTH + 1))
    assert found.kind == "unknown"
    assert len(found.written) < 100


@given(st.text(alphabet="arystuc int<>()[],:'`\"-09\n\x00é", max_size=60), st.sampled_from([None, *SYSTEM_WORDS]))
def test_nothing_is_raised(text: str, system: str | None) -> None:
    assert read_type(text, system).written == " ".join(text.split())


@pytest.mark.parametrize(("system", "name", "expected"), ROWS)
def test_a_type_written_out_is_read_as_the_same(system: str, name: str, expected: str) -> None:
    again = read_type(type_name(read_type(name, None if system == "-" else system)))
    assert spelled(again) == ("decimal" if expected == "decimal .2" else expected)

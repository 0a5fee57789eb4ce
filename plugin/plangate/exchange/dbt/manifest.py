"""`manifest.json` of dbt, versions 9 to 12 (dbt 1.5 to 1.11), read as a file from a stranger.

The forms are those of https://schemas.getdbt.com/dbt/manifest/v12.json and its forerunners. Only what is needed is
looked at, each value by its type; what has another one counts as not said, so that no manifest can crash a command.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType

from plangate.exchange.dbt.project import DbtColumn, DbtExposure, DbtModel, DbtProject, DbtSource, DbtTest
from plangate.model.reference import DATASET, as_identifier

MAX_BYTES = 256_000_000
VERSIONS = range(9, 13)
BUILT = ("model", "seed", "snapshot")
META = "plangate_dataset"
"""The key of `meta` by which a project says which dataset of a plan a model is."""

_VERSION = re.compile(r"/manifest/v(\d{1,4})\.json\Z")
_LONGEST = 4_000
_PERIODS = {"minute": "min", "hour": "h", "day": "d"}
_UNREAD = {
    "macros": "macros",
    "metrics": "metrics",
    "semantic_models": "semantic models",
    "saved_queries": "saved queries",
    "unit_tests": "unit tests",
    "functions": "functions",
}

Data = Mapping[str, object]


class ManifestRejected(Exception):  # noqa: N818 -- a file, not a fault of the program
    """A file that is no manifest that can be read, in a sentence."""


def read_manifest(content: bytes, name: str, *, packages: bool = False) -> DbtProject:
    """Read a manifest; models of installed packages only where `packages` asks for them. Raises ManifestRejected."""
    if len(content) > MAX_BYTES:
        raise ManifestRejected(f"{name}: {len(content):,} bytes are more than the {MAX_BYTES:,} that are read")
    try:
        data = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ManifestRejected(f"{name}: the byte at {error.start} is not UTF-8") from None
    except RecursionError:
        raise ManifestRejected(f"{name}: nested too deep to be a manifest") from None
    except ValueError as error:
        raise ManifestRejected(f"{name}: not readable as JSON: {error}") from None
    root = _map(data)
    metadata = _map(root.get("metadata"))
    version = _version(metadata, name)
    for part in ("nodes", "sources", "exposures"):
        if not isinstance(root.get(part, {}), dict):
            raise ManifestRejected(f"{name}: `{part}` of a manifest is a mapping by unique ids, here it is none")
    return _Reader(root, metadata, version, packages).project()


def _version(metadata: Data, name: str) -> int:
    told = _text(metadata.get("dbt_schema_version")) or ""
    found = _VERSION.search(told)
    if found is None:
        raise ManifestRejected(f"{name}: no manifest of dbt, its metadata names no dbt_schema_version")
    version = int(found[1])
    if version not in VERSIONS:
        raise ManifestRejected(
            f"{name}: manifest version {version} is not read; known are {VERSIONS[0]} to {VERSIONS[-1]} (dbt 1.5 to "
            "1.11)"
        )
    return version


class _Reader:
    def __init__(self, root: Data, metadata: Data, version: int, packages: bool) -> None:
        self.root, self.metadata, self.version, self.packages = root, metadata, version, packages
        self.own = _text(metadata.get("project_name")) or ""
        self.left: Counter[str] = Counter()

    def project(self) -> DbtProject:
        nodes = {name: _map(node) for name, node in sorted(_map(self.root.get("nodes")).items())}
        tests = tuple(self._test(name, node) for name, node in nodes.items() if node.get("resource_type") == "test")
        keys = _by_column(tests)
        models = tuple(
            self._model(name, node, keys) for name, node in nodes.items() if node.get("resource_type") in BUILT
        )
        models = tuple(model for model in models if self._ours(model.package))
        sources = tuple(
            self._source(name, _map(node), keys) for name, node in sorted(_map(self.root.get("sources")).items())
        )
        known = {model.unique_id for model in models} | {source.unique_id for source in sources}
        exposures = tuple(
            self._exposure(name, _map(node)) for name, node in sorted(_map(self.root.get("exposures")).items())
        )
        for node in nodes.values():
            kind = _text(node.get("resource_type")) or "node"
            if kind not in {*BUILT, "test"}:
                self.left[{"analysis": "analyses", "operation": "operations"}.get(kind, f"nodes of kind {kind}")] += 1
        return DbtProject(
            name=self.own or "project",
            manifest_version=self.version,
            dbt_version=_text(self.metadata.get("dbt_version")) or "",
            adapter=_text(self.metadata.get("adapter_type")),
            models=models,
            sources=sources,
            tests=tuple(test for test in tests if test.on in known),
            exposures=exposures,
            lost=tuple(self._lost(tests, known)),
            _names=MappingProxyType(dict(_names(models, sources))),
        )

    def _ours(self, package: str) -> bool:
        ours = self.packages or not self.own or package == self.own
        self.left["models of installed packages"] += not ours
        return ours

    def _lost(self, tests: tuple[DbtTest, ...], known: set[str]) -> Iterator[str]:
        for key, noun in _UNREAD.items():
            entries = _map(self.root.get(key))
            own = [one for one in entries.values() if not self.own or _map(one).get("package_name") == self.own]
            self.left[noun] += len(own)
        self.left["tests of something else than one model"] += sum(test.on not in known for test in tests)
        for noun, count in sorted(self.left.items()):
            if count:
                yield f"{count:,} {noun} left out"

    def _model(self, name: str, node: Data, keys: Mapping[tuple[str, str], set[str]]) -> DbtModel:
        config = _map(node.get("config"))
        contract = {**_map(config.get("contract")), **_map(node.get("contract"))}
        constraints = [_map(one) for one in _list(node.get("constraints"))]
        primary = next((_texts(one.get("columns")) for one in constraints if one.get("type") == "primary_key"), ())
        return DbtModel(
            unique_id=name,
            name=_text(node.get("name")) or name,
            schema=_text(node.get("schema")) or "",
            database=_text(node.get("database")),
            alias=_text(node.get("alias")),
            package=_text(node.get("package_name")) or "",
            path=_text(node.get("original_file_path")) or "",
            kind=_text(node.get("resource_type")) or "model",
            description=_text(node.get("description")),
            materialized=_text(config.get("materialized")),
            unique_key=_texts(config.get("unique_key")),
            strategy=_text(config.get("incremental_strategy")),
            on_schema_change=_text(config.get("on_schema_change")),
            depends_on=_texts(_map(node.get("depends_on")).get("nodes")),
            columns=tuple(_columns(name, node, keys)),
            primary_key=primary,
            enforced=contract.get("enforced") is True,
            access=_text(node.get("access")) or _text(config.get("access")),
            owner=_owner(node),
            version=_scalar(node.get("version")),
            latest_version=_scalar(node.get("latest_version")),
            deprecation_date=_day(node.get("deprecation_date")),
            dataset=_dataset(node),
        )

    def _source(self, name: str, node: Data, keys: Mapping[tuple[str, str], set[str]]) -> DbtSource:
        freshness = _map(node.get("freshness")) or _map(_map(node.get("config")).get("freshness"))
        return DbtSource(
            unique_id=name,
            source=_text(node.get("source_name")) or "",
            name=_text(node.get("name")) or name,
            schema=_text(node.get("schema")) or "",
            database=_text(node.get("database")),
            identifier=_text(node.get("identifier")),
            loader=_text(node.get("loader")),
            description=_text(node.get("description")) or _text(node.get("source_description")),
            loaded_at_field=_text(node.get("loaded_at_field"))
            or _text(_map(node.get("config")).get("loaded_at_field")),
            warn_after=_duration(freshness.get("warn_after")),
            error_after=_duration(freshness.get("error_after")),
            columns=tuple(_columns(name, node, keys)),
            dataset=_dataset(node),
        )

    def _test(self, name: str, node: Data) -> DbtTest:
        metadata = _map(node.get("test_metadata"))
        told = _map(metadata.get("kwargs"))
        arguments = {**_map(told.get("arguments")), **told}
        kind = _text(metadata.get("name")) or ""
        space = _text(metadata.get("namespace"))
        column = _text(node.get("column_name")) or _text(arguments.get("column_name"))
        together = _texts(arguments.get("combination_of_columns"))
        before = _texts(_map(node.get("depends_on")).get("nodes"))
        on = _text(node.get("attached_node")) or (before[-1] if before else None)
        return DbtTest(
            unique_id=name,
            name=_text(node.get("name")) or name,
            kind=f"{space}.{kind}" if space and kind else kind,
            on=on,
            columns=(column,) if column else together,
            values=tuple(text for one in _list(arguments.get("values")) if (text := _scalar(one)) is not None),
            to=next((one for one in before if one != on), None) if kind == "relationships" else None,
            to_column=_text(arguments.get("field")),
            severity=(_text(_map(node.get("config")).get("severity")) or "error").lower(),
        )

    def _exposure(self, name: str, node: Data) -> DbtExposure:
        owner = _map(node.get("owner"))
        return DbtExposure(
            unique_id=name,
            name=_text(node.get("name")) or name,
            label=_text(node.get("label")),
            type=_text(node.get("type")),
            owner=_text(owner.get("name")),
            email=_text(owner.get("email")),
            maturity=_text(node.get("maturity")),
            url=_text(node.get("url")),
            description=_text(node.get("description")),
            depends_on=_texts(_map(node.get("depends_on")).get("nodes")),
        )


def _by_column(tests: tuple[DbtTest, ...]) -> Mapping[tuple[str, str], set[str]]:
    """Give the kinds of tests of each column of each model."""
    found: dict[tuple[str, str], set[str]] = {}
    for test in tests:
        if test.on and len(test.columns) == 1:
            found.setdefault((test.on, test.columns[0].casefold()), set()).add(test.kind)
    return found


def _columns(model: str, node: Data, keys: Mapping[tuple[str, str], set[str]]) -> Iterator[DbtColumn]:
    for key, value in _map(node.get("columns")).items():
        column = _map(value)
        name = _text(column.get("name")) or key
        kinds = {_text(_map(one).get("type")) for one in _list(column.get("constraints"))}
        tested = keys.get((model, name.casefold()), set())
        yield DbtColumn(
            name=name,
            type=_text(column.get("data_type")),
            description=_text(column.get("description")),
            not_null=bool(kinds & {"not_null", "primary_key"}) or "not_null" in tested,
            unique=bool(kinds & {"unique", "primary_key"}) or "unique" in tested,
        )


def _names(models: tuple[DbtModel, ...], sources: tuple[DbtSource, ...]) -> Iterator[tuple[str, str]]:
    """Give each model and source its dataset id: what the project says, else schema and table, made unique."""
    taken = {one.dataset for one in models if one.dataset} | {one.dataset for one in sources if one.dataset}
    for model in models:
        yield (
            model.unique_id,
            model.dataset or _free(f"{as_identifier(model.schema)}.{as_identifier(model.relation)}", taken),
        )
    for source in sources:
        name = f"{as_identifier(source.schema or source.source)}.{as_identifier(source.identifier or source.name)}"
        yield source.unique_id, source.dataset or _free(name, taken)


def _free(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    taken.add(found)
    return found


def _dataset(node: Data) -> str | None:
    for holder in (node, _map(node.get("config"))):
        told = _text(_map(holder.get("meta")).get(META))
        if told is not None and DATASET.fullmatch(told):
            return told
    return None


def _owner(node: Data) -> str | None:
    for holder in (node, _map(node.get("config"))):
        if owner := _text(_map(holder.get("meta")).get("owner")):
            return owner
    return _text(node.get("group"))


def _duration(value: object) -> str | None:
    count, period = _map(value).get("count"), _text(_map(value).get("period"))
    if isinstance(count, bool) or not isinstance(count, int) or not 0 < count < 10**9 or period not in _PERIODS:
        return None
    return f"{count} {_PERIODS[period]}"


def _day(value: object) -> date | None:
    told = _text(value)
    try:
        return datetime.fromisoformat(told).date() if told else None
    except ValueError:
        return None


def _map(value: object) -> Data:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else _list(value)
    return tuple(text for one in listed if (text := _text(one)) is not None)


def _text(value: object) -> str | None:
    """Give text without control characters, cut where it is absurdly long; None for anything else, or nothing."""
    if not isinstance(value, str):
        return None
    kept = "".join(letter if letter.isprintable() else " " for letter in value[:_LONGEST])
    return " ".join(kept.split()) or None


def _scalar(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)[:_LONGEST] if isinstance(value, int | float) else _text(value)

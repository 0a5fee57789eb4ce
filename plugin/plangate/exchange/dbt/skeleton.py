"""A dbt project as the beginning of a plan: what the manifest knows, and nothing that it does not."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from msgspec import Struct

from plangate.exchange.dbt.project import DbtColumn, DbtExposure, DbtModel, DbtProject, DbtSource, DbtTest
from plangate.exchange.yaml_text import filled, yaml_text
from plangate.model.context import ConsumerType
from plangate.model.reference import as_identifier
from plangate.model.typename import read_type

_LAYERS = {
    "stg": "staging",
    "base": "staging",
    "int": "intermediate",
    "fct": "marts",
    "fact": "marts",
    "dim": "marts",
    "mart": "marts",
    "rpt": "marts",
    "seed": "seeds",
}
_CHECKS = {
    "unique": "unique",
    "not_null": "not_null",
    "accepted_values": "accepted_values",
    "relationships": "relationship",
}
_MATERIALIZED = {"view", "table", "incremental", "ephemeral", "materialized_view", "snapshot"}
_STRATEGIES = {"append", "merge", "delete+insert", "insert_overwrite", "microbatch"}
_CHANGES = {"ignore", "append_new_columns", "sync_all_columns", "fail"}
_PROFILE_NUMBERS = {"context": 1, "sources": 2, "modeling": 5, "contracts": 6, "quality": 7}
_LONGEST_ID = 63

Data = dict[str, Any]


class Skeleton(Struct, frozen=True):
    """Files of a plan by name, and what of the project found no place in them, in sentences."""

    files: Mapping[str, str]
    lost: tuple[str, ...]


def skeleton(project: DbtProject, plan: str, day: date, owner: str | None = None) -> Skeleton:
    """Give the gates of a plan that a manifest can fill: sources, modeling, contracts, quality, and the consumers.

    `owner` is the team that answers for all of it; names of owners in the project are no teams of the portal.
    """
    return _Writer(project, plan, day, owner).skeleton()


class _Writer:
    def __init__(self, project: DbtProject, plan: str, day: date, owner: str | None) -> None:
        self.project, self.plan, self.day, self.owner = project, plan, day, owner
        self.lost = list(project.lost)
        self.models = [model for model in project.models if model.version in {None, model.latest_version}]
        self.ids: set[str] = set()

    def skeleton(self) -> Skeleton:
        gates = {
            "context": self._context(),
            "sources": self._sources(),
            "modeling": self._modeling(),
            "contracts": self._contracts(),
            "quality": self._quality(),
        }
        files = {"plan.yml": yaml_text(self._header())}
        for gate, data in gates.items():
            if data:
                files[f"{_PROFILE_NUMBERS[gate]:02d}-{gate}.yml"] = yaml_text(data)
        return Skeleton(files, tuple(self.lost))

    def _header(self) -> Data:
        return {
            "id": self.plan,
            "title": f"{self.project.name} on {self.project.adapter or 'its warehouse'}",
            "profile": "batch",
            "tier": "C",
            "mode": "guided",
            "intent": "draft",
            "created": self.day.isoformat(),
            **({"owners": [{"team": self.owner, "role": "accountable"}]} if self.owner else {}),
        }

    def _context(self) -> Data:
        consumers = [self._consumer(exposure) for exposure in self.project.exposures]
        return {"consumers": [one for one in consumers if one]} if consumers else {}

    def _consumer(self, exposure: DbtExposure) -> Data:
        reads = [name for one in exposure.depends_on if (name := self.project.dataset(one)) is not None]
        known = exposure.type if exposure.type in get_args(ConsumerType) else None
        if exposure.owner:
            self.lost.append(f"owner {exposure.owner} of exposure {exposure.name}: name the team in the plan")
        return filled(
            {
                "id": self._id(exposure.name),
                "name": exposure.label or exposure.name,
                "type": known,
                "owner": self.owner,
                "contact": exposure.email,
                "reads": sorted(set(reads)),
                "maturity": exposure.maturity if exposure.maturity in {"high", "medium", "low"} else None,
                "url": exposure.url,
            }
        )

    def _sources(self) -> Data:
        groups: dict[str, list[DbtSource]] = {}
        for source in self.project.sources:
            groups.setdefault(source.source, []).append(source)
        return {"sources": [self._source(name, some) for name, some in groups.items()]} if groups else {}

    def _source(self, name: str, tables: list[DbtSource]) -> Data:
        first = tables[0]
        freshness = {
            "warn_after": first.warn_after,
            "error_after": first.error_after,
            "loaded_at_field": first.loaded_at_field,
        }
        if any((one.warn_after, one.error_after, one.loaded_at_field) != tuple(freshness.values()) for one in tables):
            self.lost.append(f"source {name}: its tables differ in freshness, that of {first.name} is taken")
        return filled(
            {
                "id": self._id(name),
                "system": as_identifier(first.loader) if first.loader else None,
                "owner": self.owner,
                "freshness": filled(freshness),
                "datasets": [
                    filled(
                        {
                            "id": self.project.dataset(table.unique_id),
                            "description": table.description,
                            "physical": self._physical(table.database, table.schema, table.identifier or table.name),
                            "columns": [self._source_column(column) for column in table.columns],
                        }
                    )
                    for table in tables
                ],
            }
        )

    def _source_column(self, column: DbtColumn) -> Data:
        return filled({"name": column.name, "type": column.type, "nullable": False if column.not_null else None})

    def _physical(self, database: str | None, schema: str, name: str) -> Data | None:
        if not self.project.adapter:
            return None
        return {"namespace": self.project.adapter, "name": ".".join(filter(None, (database, schema, name)))}

    def _modeling(self) -> Data:
        layers = dict.fromkeys(_layer(model) for model in self.models)
        return (
            {
                "layers": [{"id": name} for name in sorted(layers, key=_order)],
                "models": [self._model(model) for model in self.models],
            }
            if self.models
            else {}
        )

    def _model(self, model: DbtModel) -> Data:
        own = {test for test in self.project.tests if test.on == model.unique_id}
        return filled(
            {
                "id": self.project.dataset(model.unique_id),
                "layer": _layer(model),
                "description": model.description,
                "physical": self._physical(model.database, model.schema, model.relation),
                "grain": list(model.primary_key or model.unique_key or _grain(own)),
                "owner": self.owner,
                "access": model.access if model.access in {"private", "protected", "public"} else None,
                "depends_on": sorted(self._before(model)),
                "materialized": _materialized(model),
                "incremental": filled(
                    {
                        "strategy": model.strategy if model.strategy in _STRATEGIES else None,
                        "unique_key": list(model.unique_key),
                        "on_schema_change": model.on_schema_change if model.on_schema_change in _CHANGES else None,
                    }
                )
                if model.materialized == "incremental"
                else None,
                "columns": [self._column(model, column, own) for column in model.columns],
            }
        )

    def _before(self, model: DbtModel) -> set[str]:
        found = {name for one in model.depends_on if (name := self.project.dataset(one)) is not None}
        return found - {self.project.dataset(model.unique_id)}

    def _column(self, model: DbtModel, column: DbtColumn, tests: set[DbtTest]) -> Data:
        name = column.name.casefold()
        about = sorted((one for one in tests if [c.casefold() for c in one.columns] == [name]), key=_by_id)
        values = next((one.values for one in about if one.kind == "accepted_values"), ())
        reference = next((one for one in about if one.kind == "relationships" and one.to and one.to_column), None)
        target = self.project.dataset(reference.to) if reference and reference.to else None
        return filled(
            {
                "name": column.name,
                "type": _typed(column.type, self.project.adapter),
                "nullable": False if column.not_null else True if model.enforced else None,
                "unique": True if column.unique else None,
                "values": list(values),
                "references": f"{target}#{reference.to_column}" if target and reference else None,
                "description": column.description,
            }
        )

    def _contracts(self) -> Data:
        promised = [model for model in self.models if model.enforced or model.access == "public"]
        return {"contracts": [self._contract(model) for model in promised]} if promised else {}

    def _contract(self, model: DbtModel) -> Data:
        older = [one for one in self.project.models if one.name == model.name and one.version != model.version]
        return filled(
            {
                "dataset": self.project.dataset(model.unique_id),
                "version": _semver(model.version),
                "status": "deprecated" if model.deprecation_date else "active",
                "owner": self.owner,
                "columns": "from_model",
                "primary_key": list(model.primary_key),
                "live_versions": [
                    filled({"version": _semver(one.version), "sunset": _iso(one.deprecation_date)}) for one in older
                ],
            }
        )

    def _quality(self) -> Data:
        own = {model.unique_id for model in self.models}
        implied = {"unique", "not_null", "accepted_values", "relationships"}
        checks, told = [], 0
        for test in self.project.tests:
            if test.on in own and test.kind in implied and len(test.columns) == 1 and self._listed(test):
                told += 1  # stands at the column, from where the check is derived
            elif test.kind in _CHECKS or not test.kind:
                checks.append(self._check(test))
            else:
                self.lost.append(f"test {test.name}: what {test.kind} means is not known here")
        data: Data = {"derive": ["unique", "not_null", "accepted_values", "relationship"]} if told else {}
        return {**data, **({"checks": checks} if checks else {})}

    def _listed(self, test: DbtTest) -> bool:
        model = next((one for one in self.models if one.unique_id == test.on), None)
        return model is not None and test.columns[0].casefold() in {one.name.casefold() for one in model.columns}

    def _check(self, test: DbtTest) -> Data:
        target = self.project.dataset(test.to) if test.to else None
        return filled(
            {
                "id": self._id(test.name),
                "dataset": self.project.dataset(test.on or ""),
                "column": list(test.columns),
                "kind": _CHECKS.get(test.kind, "custom_sql"),
                "description": None if test.kind else f"The test {test.name} of the project finds no rows",
                "must_be": None if test.kind else "<= 0 rows",
                "values": list(test.values),
                "references": f"{target}#{test.to_column}" if target and test.to_column else None,
                "severity": "warn" if test.severity == "warn" else "error",
                "owner": self.owner,
            }
        )

    def _id(self, name: str) -> str:
        word = as_identifier(name)[: _LONGEST_ID - 4]
        found, number = word, 1
        while found in self.ids:
            number += 1
            found = f"{word}_{number}"
        self.ids.add(found)
        return found


def _grain(tests: set[DbtTest]) -> tuple[str, ...]:
    unique = sorted(
        (one for one in tests if one.kind in {"unique", "dbt_utils.unique_combination_of_columns"}), key=_by_id
    )
    return next((one.columns for one in unique if one.columns), ())


def _by_id(test: DbtTest) -> str:
    return test.unique_id


def _layer(model: DbtModel) -> str:
    """Take the layer from the folder below `models/`, else from the prefix of the name."""
    parts = model.path.replace("\\", "/").split("/")
    if model.kind == "model" and len(parts) > 2:
        return as_identifier(parts[1])
    prefix = model.name.partition("_")[0].casefold()
    return _LAYERS.get(
        prefix if model.kind == "model" else model.kind, "snapshots" if model.kind == "snapshot" else "models"
    )


def _order(layer: str) -> tuple[int, str]:
    known = ("seeds", "raw", "base", "staging", "snapshots", "intermediate", "models", "core", "marts", "reports")
    return (known.index(layer) if layer in known else len(known) - 2, layer)


def _materialized(model: DbtModel) -> str | None:
    if model.kind == "seed":
        return "table"
    if model.kind == "snapshot":
        return "snapshot"
    return model.materialized if model.materialized in _MATERIALIZED else None


def _typed(type_: str | None, adapter: str | None) -> str | None:
    """Keep the name of a type that can be read; one that nobody knows would only be carried along."""
    return type_.lower() if type_ and read_type(type_, adapter).kind != "unknown" else type_


def _semver(version: str | None) -> str:
    found = re.fullmatch(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?", version or "1")
    return ".".join(part or "0" for part in found.groups()) if found else "1.0.0"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

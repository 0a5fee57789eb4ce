"""A plan as properties of dbt: `models` with contract, constraints and tests, `sources` with freshness, `exposures`.

The keys are those of https://docs.getdbt.com/reference/model-properties and its neighbours, as dbt 1.10 and later read
them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml
from msgspec import Struct

from plangate.analysis.dataset import DatasetFacts
from plangate.analysis.derived import DerivedCheck
from plangate.analysis.facts import Facts
from plangate.exchange.dbt.manifest import META
from plangate.exchange.yaml_text import filled
from plangate.model.context import Consumer
from plangate.model.contracts import Contract
from plangate.model.modeling import Column, Model
from plangate.model.plan import Plan
from plangate.model.quality import Check
from plangate.model.quantity import Duration
from plangate.model.sources import Source

_GENERIC = {
    "unique": "unique",
    "not_null": "not_null",
    "accepted_values": "accepted_values",
    "relationship": "relationships",
}
_EXPOSURES = {"dashboard", "notebook", "analysis", "ml", "application"}
_PERIODS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
_BOOLEANS = {"true": True, "false": False}

Data = dict[str, Any]


class Properties(Struct, frozen=True):
    """Files of a dbt project by their path, and what of the plan dbt has no word for, in sentences."""

    files: Mapping[str, str]
    lost: tuple[str, ...]


def properties(facts: Facts) -> Properties:
    """Give the properties of a plan's models, sources and consumers."""
    return _Writer(facts).properties()


def model_names(plan: Plan) -> Mapping[str, str]:
    """Give the name that each model has in dbt: the last part of its id, the whole id where two would be equal."""
    models = plan.modeling.models if plan.modeling else ()
    last = [model.id.rpartition(".")[2] for model in models]
    return {
        model.id: name if last.count(name) == 1 else model.id.replace(".", "__")
        for model, name in zip(models, last, strict=True)
    }


def read_from_outside(plan: Plan) -> tuple[str, ...]:
    """Give the datasets that models of a plan read and none of them builds, in the order of their first reader."""
    models = plan.modeling.models if plan.modeling else ()
    own = {model.id for model in models}
    return tuple(dict.fromkeys(name for model in models for name in model.depends_on if name not in own))


@dataclass
class _Writer:
    facts: Facts
    lost: list[str] = field(default_factory=list)

    def properties(self) -> Properties:
        self.names = model_names(self.facts.plan)
        self.groups = self._groups()
        self.sources = {
            table: (name, table.rpartition(".")[2]) for name, group in self.groups.items() for table in group[1]
        }
        files = {}
        for name, entries in (
            ("sources", [self._source(name, *group) for name, group in self.groups.items()]),
            ("groups", [{"name": team, "owner": {"name": team}} for team in self._teams()]),
            ("models", [self._model(model) for model in self._models()]),
            ("exposures", [made for consumer in self._consumers() if (made := self._exposure(consumer))]),
        ):
            if entries:
                files[f"models/{name}.yml"] = yaml.safe_dump(
                    {"version": 2, name: entries}, sort_keys=False, allow_unicode=True, width=120
                )
        return Properties(files, tuple(self.lost))

    def _groups(self) -> Mapping[str, tuple[Source | None, list[str]]]:
        """Give what dbt calls sources: the tables that models read and none builds, by the source they come from."""
        found: dict[str, tuple[Source | None, list[str]]] = {}
        spaces: dict[str, str] = {}
        for table in read_from_outside(self.facts.plan):
            source = self._origin(table)
            space = table.rpartition(".")[0]
            name = source.id if source is not None else space.replace(".", "_")
            if spaces.setdefault(name, space) != space:
                name = f"{name}_{space.replace('.', '_')}"
                spaces[name] = space
            found.setdefault(name, (source, []))[1].append(table)
        return found

    def _origin(self, table: str) -> Source | None:
        above = {table} | self.facts.lineage.upstream(table)
        sources = self.facts.plan.sources.sources if self.facts.plan.sources else ()
        found = [source for source in sources if above & {dataset.id for dataset in source.datasets}]
        return found[0] if len(found) == 1 else None

    def _teams(self) -> list[str]:
        return sorted({model.owner for model in self._models() if model.owner and model.access == "private"})

    def _models(self) -> tuple[Model, ...]:
        return self.facts.plan.modeling.models if self.facts.plan.modeling else ()

    def _consumers(self) -> tuple[Consumer, ...]:
        return self.facts.plan.context.consumers if self.facts.plan.context else ()

    def _source(self, name: str, source: Source | None, tables: Sequence[str]) -> Data:
        freshness = source.freshness if source else None
        after = {
            key: _period(value)
            for key, value in (
                ("warn_after", freshness.warn_after if freshness else None),
                ("error_after", freshness.error_after if freshness else None),
            )
            if value is not None
        }
        config = {"freshness": after, "loaded_at_field": freshness.loaded_at_field if freshness else None}
        return filled(
            {
                "name": name,
                "schema": tables[0].rpartition(".")[0],
                "loader": source.system if source else None,
                "config": filled(config),
                "tables": [self._table(table) for table in tables],
            }
        )

    def _table(self, table: str) -> Data:
        told = [dataset for _, dataset in self.facts.datasets.get(table, DatasetFacts()).sources]
        return filled(
            {
                "name": table.rpartition(".")[2],
                "description": next((one.description for one in told if one.description), None),
                "config": {"meta": {META: table}},
                "columns": [
                    filled({"name": one.name, "data_type": one.type}) for one in (told[0].columns if told else ())
                ],
            }
        )

    def _model(self, model: Model) -> Data:
        said = self.facts.datasets.get(model.id, DatasetFacts())
        contract = next(iter(said.contracts), None)
        untyped = [column.name for column in model.columns if not column.type]
        enforced = contract is not None and bool(model.columns) and not untyped
        if contract is not None and not enforced:
            self.lost.append(
                f"the contract of {model.id} is not enforced: "
                + (f"no type is stated of {', '.join(untyped)}" if untyped else "the model lists no columns")
            )
        key = (contract.primary_key if contract else ()) or model.grain
        versions = self._versions(model, contract)
        table = model.materialized in {"table", "incremental"}
        columns = {
            column.name: self._column(column, model.id, constrained=enforced and table) for column in model.columns
        }
        held = key if enforced and table else ()
        self._tests(model, columns, held)
        self._say_lost(model, said)
        return filled(
            {
                "name": self.names[model.id],
                "description": model.description,
                "access": self._access(model),
                **versions,
                "config": filled(
                    {
                        "materialized": self._materialized(model),
                        "alias": None if "versions" in versions else model.id.rpartition(".")[2],
                        "schema": model.id.rpartition(".")[0],
                        "group": model.owner if model.owner in self._teams() else None,
                        "contract": {"enforced": True} if enforced else None,
                        **self._incremental(model),
                        "meta": filled({META: model.id, "owner": model.owner}),
                    }
                ),
                "constraints": [{"type": "primary_key", "columns": list(held)}] if held else None,
                "columns": list(columns.values()),
            }
        )

    def _materialized(self, model: Model) -> str | None:
        if model.materialized != "snapshot":
            return model.materialized
        self.lost.append(f"{model.id} is a snapshot, which dbt keeps beside the models: it is told as a table")
        return "table"

    def _access(self, model: Model) -> str | None:
        """Give who may read it; to dbt a private model is one of its group: it has one, and no reader elsewhere."""
        readers = [one for one in self._models() if model.id in one.depends_on and one.owner != model.owner]
        if model.access == "private" and (readers or not model.owner):
            who = ", ".join(one.id for one in readers) or "nobody owns it"
            self.lost.append(f"access private of {model.id}: to dbt it is protected ({who})")
            return "protected"
        return model.access

    def _incremental(self, model: Model) -> Data:
        told = model.incremental
        if told is None or model.materialized != "incremental":
            return {}
        if told.strategy == "microbatch":
            self.lost.append(
                f"the microbatch settings of {model.id}: its SQL has to name event_time, begin, batch_size"
            )
            return {}
        return filled(
            {
                "incremental_strategy": told.strategy,
                "unique_key": list(told.unique_key),
                "on_schema_change": told.on_schema_change,
            }
        )

    def _versions(self, model: Model, contract: Contract | None) -> Data:
        """Say until when each served version stands; `all` columns are those of the latest, as far as a plan knows."""
        if contract is None:
            return {}
        ends = {change.sunset for change in self.facts.datasets[model.id].changes if change.kind == "dataset_removed"}
        gone: date | None = next((day for day in ends if day), None)
        own, older = _major(contract.version), {_major(live.version): live.sunset for live in contract.live_versions}
        older.pop(own, None)
        if not older:
            return {"deprecation_date": gone.isoformat()} if gone else {}
        listed = [
            filled({"v": number, "deprecation_date": sunset.isoformat() if sunset else None})
            for number, sunset in sorted(older.items())
        ]
        latest = {"v": own, "config": {"alias": model.id.rpartition(".")[2]}}
        return {"latest_version": own, "versions": [*listed, latest]}

    def _column(self, column: Column, model: str, *, constrained: bool) -> Data:
        return filled(
            {
                "name": column.name,
                "data_type": column.type,
                "description": column.description,
                "constraints": [{"type": "not_null"}] if constrained and column.nullable is False else None,
                "config": {"meta": {"contains_pii": True}} if column.pii else None,
            }
        )

    def _tests(self, model: Model, columns: dict[str, Data], key: tuple[str, ...]) -> None:
        """Put each test to its column; `key` is what a constraint of the whole model holds already."""
        for check in self._checks(model.id):
            names = check.columns if isinstance(check, DerivedCheck) else check.column
            kind = check.kind if isinstance(check, DerivedCheck) else check.kind_ or ""
            if kind == "unique" and len(names) > 1:
                if names != key:
                    self.lost.append(f"check {check.id}: dbt itself has no test of several columns together")
                continue
            test = self._test(check, kind, model, names)
            if test is None:
                continue
            if len(names) == 1 and names[0] in columns:
                told = columns[names[0]].setdefault("data_tests", [])
                told.extend([test] * (test not in told))
            else:
                self.lost.append(
                    f"check {check.id}: the model {model.id} lists no column {', '.join(names) or 'for it'}"
                )

    def _test(self, check: "Check | DerivedCheck", kind: str, model: Model, names: tuple[str, ...]) -> Any:
        if kind not in _GENERIC:
            self.lost.append(f"check {check.id}: dbt itself has no test for {kind.replace('_', ' ') or 'it'}")
            return None
        column = next((one for one in model.columns if names and one.name == names[0]), None)
        arguments: Data = {}
        if kind == "accepted_values":
            stated = check.values if isinstance(check, Check) else ()
            arguments = {"values": [_value(one) for one in stated or (column.values if column else ())]}
        if kind == "relationship":
            stated_to = check.references if isinstance(check, Check) else None
            target = (stated_to or (column.references if column else None) or "").partition("#")
            to = self._ref(target[0])
            if to is None or not target[2]:
                self.lost.append(
                    f"check {check.id}: {target[0] or 'its target'} is neither a model nor a source of the plan"
                )
                return None
            arguments = {"to": to, "field": target[2]}
        severity = check.severity if isinstance(check, Check) else None
        told = filled(
            {
                "arguments": arguments,
                "config": {"severity": "warn"} if severity in {"warn", "info"} else None,
            }
        )
        return {_GENERIC[kind]: told} if told else _GENERIC[kind]

    def _checks(self, dataset: str) -> Iterator["Check | DerivedCheck"]:
        quality = self.facts.plan.quality
        yield from (check for check in (quality.checks if quality else ()) if check.dataset == dataset)
        yield from (check for check in self.facts.derived.checks if check.dataset == dataset)

    def _say_lost(self, model: Model, said: DatasetFacts) -> None:
        for contract in said.contracts:
            if contract.sla is not None:
                self.lost.append(f"the service level of the contract of {model.id}: dbt has no word for it")
        if said.slos:
            self.lost.append(f"the objectives of {model.id}: dbt has no word for them")

    def _ref(self, dataset: str) -> str | None:
        if dataset in self.names:
            return f"ref('{self.names[dataset]}')"
        if dataset in self.sources:
            return "source('{}', '{}')".format(*self.sources[dataset])
        return None

    def _exposure(self, consumer: Consumer) -> Data | None:
        read = [ref for name in consumer.reads if (ref := self._ref(name)) is not None]
        if len(read) < len(consumer.reads):
            missing = [name for name in consumer.reads if self._ref(name) is None]
            self.lost.append(f"consumer {consumer.id} reads {', '.join(missing)}, no model or source of the plan")
        kind = consumer.type if consumer.type in _EXPOSURES else "application"
        if kind != consumer.type:
            self.lost.append(
                f"consumer {consumer.id} is {consumer.type or 'of no stated type'}: dbt takes it as application"
            )
        owner = filled({"name": consumer.owner or self.facts.plan.header.accountable or "unknown"})
        return filled(
            {
                "name": consumer.id,
                "label": consumer.name,
                "type": kind,
                "maturity": consumer.maturity,
                "url": consumer.url,
                "owner": owner,
                "depends_on": read,
            }
        )


def _period(value: Duration) -> Data:
    """Give a duration in the coarsest unit of dbt that says it whole; parts of a minute are rounded up."""
    seconds = int(-(-value.base // 1))
    size, period = next(((size, name) for size, name in _PERIODS if seconds % size == 0), (60, "minute"))
    return {"count": -(-seconds // size), "period": period}


def _major(version: str | None) -> int:
    head = (version or "1").partition(".")[0]
    return int(head) if head.isdigit() else 1


def _value(text: str) -> Any:
    return _BOOLEANS.get(text, text)

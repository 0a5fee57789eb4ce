"""Two files of schemas or contracts against each other, whatever each of them is written in."""

import dataclasses
from collections.abc import Iterator

from msgspec import structs

from plangate.analysis.compatibility.change import Change, Verdict, bump_needed, joined, made, worst
from plangate.analysis.compatibility.compare import Schema
from plangate.analysis.compatibility.contract_changes import compare_contracts
from plangate.analysis.compatibility.contract_facts import ContractFacts
from plangate.analysis.compatibility.contract_rules import BY_NAME
from plangate.analysis.compatibility.judge import Judgement, Step, judge
from plangate.analysis.compatibility.modes import MODES
from plangate.analysis.compatibility.protobuf_rules import Category
from plangate.model.contracts import Compatibility, Contract
from plangate.model.schema_document import SchemaDocument
from plangate.model.table import Table

NATIVE = frozenset({"avro", "json_schema", "protobuf"})
"""The kinds of files that have rules of their own; the others are compared as tables."""


def judge_documents(
    mode: Compatibility,
    before: SchemaDocument,
    after: SchemaDocument,
    *,
    lenient: bool = False,
    category: Category = "WIRE_JSON",
) -> Judgement:
    """Judge a file against an older one: by the rules of their format where both have one, else table by table.

    What a document promises beside its tables (ODCS) is compared too. Raises ValueError where nothing can be compared.
    """
    if before.kind == after.kind and after.kind in NATIVE:
        old, new = (Schema(after.kind, one.raw, one.name, {}, lenient, category) for one in (before, after))  # type: ignore[arg-type]
        return judge(mode, new, (old,))
    if not before.tables or not after.tables:
        raise ValueError("one of them holds no table")
    steps = [step for one, other in _pairs(before, after) for step in judge(mode, *_schemas(one, other, before)).steps]
    several = len(before.tables) > 1 or len(after.tables) > 1
    names = [one.name for one, _ in _pairs(before, after)]
    changes = [
        structs.replace(change, path=joined(name, change.path)) if several else change
        for name, step in zip(names, steps, strict=True)
        for change in step.changes
    ]
    changes += _gone(before, after)
    changes += _promised(before, after)
    asked = MODES[mode]
    gone = [Verdict.BREAKING] * (len(names) < len(before.tables)) if asked.directions else []
    verdict = worst([*(step.verdict for step in steps), *gone]) if asked.directions else Verdict.UNTESTED
    return Judgement(asked, verdict, (Step(before.name, tuple(changes), verdict),), bump_needed(changes))


def _schemas(old: Table, new: Table, before: SchemaDocument) -> tuple[Schema, tuple[Schema]]:
    return Schema("table", dataclasses.replace(new, name=old.name)), (Schema("table", old, before.name),)


def _pairs(before: SchemaDocument, after: SchemaDocument) -> list[tuple[Table, Table]]:
    """Pair the tables of two files by name, by the last part of it, or because there is only one in each."""
    if len(before.tables) == len(after.tables) == 1:
        return [(before.tables[0], after.tables[0])]
    found = [(one, _named(one, after)) for one in before.tables]
    return [(one, other) for one, other in found if other is not None]


def _named(wanted: Table, document: SchemaDocument) -> Table | None:
    last = wanted.name.rpartition(".")[2]
    exact = (one for one in document.tables if one.name == wanted.name)
    return next(exact, None) or next((one for one in document.tables if one.name.rpartition(".")[2] == last), None)


def _gone(before: SchemaDocument, after: SchemaDocument) -> Iterator[Change]:
    kept = {one.name for one, _ in _pairs(before, after)}
    for table in before.tables:
        if table.name not in kept:
            yield made(BY_NAME["WITHDRAWN"], table.name, table.name, table.name, "", "the table is no longer there")


def _promised(before: SchemaDocument, after: SchemaDocument) -> tuple[Change, ...]:
    if before.promise is None or after.promise is None:
        return ()
    old, new = (
        ContractFacts(Contract(sla=one.sla, owner=one.owner, description=one.description))
        for one in (before.promise, after.promise)
    )
    return compare_contracts(old, new)

"""Gate contracts: what is promised of each column, by which key, and whether the model has it."""

from collections.abc import Iterator

from plangate.checks.absences import absent, section_rule
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.contracts import ColumnsFile, Contract, ContractColumn
from plangate.model.modeling import Model
from plangate.model.problem import Path, Problem
from plangate.model.text import is_semver, spoken
from plangate.model.typename import read_type

_FILE = "06-contracts.yml"
_LISTED = (
    "columns:\n"
    "      - {name: order_id, type: TYPE, nullable: false, description: Order number of the shop}\n"
    "      - {name: order_date, type: date, nullable: false, description: Day on which the order was placed}\n"
    "      - {name: status, type: string, nullable: false, description: State of the order}\n"
)


def _contracts(subject: Subject) -> Iterator[tuple[Path, Contract]]:
    for index, contract in enumerate(subject.plan.contracts.contracts if subject.plan.contracts else ()):
        yield ("contracts", index), contract


def _any(subject: Subject) -> bool:
    return bool(subject.plan.contracts and subject.plan.contracts.contracts)


def _model(subject: Subject, contract: Contract) -> tuple[int, Model] | None:
    models = subject.plan.modeling.models if subject.plan.modeling else ()
    return next(((index, model) for index, model in enumerate(models) if model.id == contract.dataset), None)


def _elsewhere(rule_id: str, path: Path, contract: Contract) -> Iterator[Problem]:
    """Tell that the columns stand in a file that is not read here, so that nobody takes silence for a pass."""
    if isinstance(contract.columns, ColumnsFile):
        message = (
            f"The columns of the contract of {contract.dataset} stand in {contract.columns.file} and are not judged"
        )
        yield Problem(rule_id, message, "contracts", (*path, "columns"), contract.columns.file, undetermined=True)


def _promised(subject: Subject, path: Path, contract: Contract) -> Iterator[tuple[str, Path, ContractColumn]]:
    """Give the columns of a contract that stand in the plan: listed here, or taken from the model."""
    if isinstance(contract.columns, ColumnsFile):
        return
    listed = isinstance(contract.columns, tuple) and bool(contract.columns)
    found = _model(subject, contract)
    for place, column in enumerate(subject.facts.derived.contract_columns.get(contract.dataset or "", ())):
        if listed or found is None:
            yield "contracts", (*path, "columns", place), column
        else:
            yield "modeling", ("models", found[0], "columns", place), column


@rule(
    "CON002",
    "A contract has a version, a state, and columns that are described",
    scope="plan",
    tiers=FROM_B,
    reason="Readers code against types and empty values; what a contract leaves open they find out by an error.",
    reads=("contracts.contracts", "modeling.models[].columns"),
    applies=_any,
    fails=(Edit(_FILE, "version: 1.0.0", 'version: "1.0"'),),
)
def contracts_are_described(subject: Subject) -> Iterator[Problem]:
    """Each contract has a `version` of three numbers (`3.0.0`), a `status` and columns, each with `type`, `nullable`
    and `description`. Columns in a file are not judged.
    """
    for path, contract in _contracts(subject):
        who = f"The contract of {contract.dataset}"
        if contract.version is None:
            yield from absent(subject, "CON002", "contracts", (*path, "version"), f"{who} has no version", "`version`")
        elif not is_semver(contract.version):
            message = f"{who} has version {contract.version}"
            where = (*path, "version")
            yield Problem("CON002", message, "contracts", where, contract.version, "three numbers, such as 1.0.0")
        if contract.status is None:
            yield from absent(subject, "CON002", "contracts", (*path, "status"), f"{who} has no status", "`status`")
        yield from _elsewhere("CON002", path, contract)
        columns = list(_promised(subject, path, contract))
        for gate, place, column in columns:
            missing = [name for name in ("type", "nullable", "description") if getattr(column, name) is None]
            if missing:
                message = f"Column {column.name} of the contract of {contract.dataset} has no {spoken(missing)}"
                yield from absent(subject, "CON002", gate, (*place, missing[0]), message, spoken(missing))
        if not columns and not isinstance(contract.columns, ColumnsFile):
            message = f"{who} promises no column"
            expected = "columns, or `from_model` where the model lists them"
            cause = section_rule(subject, "modeling", ("models",))
            yield from absent(subject, "CON002", "contracts", (*path, "columns"), message, expected, cause=cause)


@rule(
    "CON003",
    "A contract says what makes a row unique",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="Who joins on a key that is none counts twice, and the contract did not warn.",
    reads=("contracts.contracts", "modeling.models[].columns"),
    applies=_any,
    fails=(Edit(_FILE, "    primary_key: [order_id]\n", ""),),
)
def keys_are_promised(subject: Subject) -> Iterator[Problem]:
    """Each contract has a `primary_key`, whose columns are among those that it promises, or a column with
    `unique: true`.
    """
    for path, contract in _contracts(subject):
        columns = [column for _, _, column in _promised(subject, path, contract)]
        unknown = [name for name in contract.primary_key if name not in {column.name for column in columns}]
        if not contract.primary_key and not any(column.unique for column in columns):
            if isinstance(contract.columns, ColumnsFile):
                yield from _elsewhere("CON003", path, contract)
                continue
            message = f"The contract of {contract.dataset} does not say what makes a row unique"
            yield from absent(subject, "CON003", "contracts", (*path, "primary_key"), message, "`primary_key`")
        elif columns and unknown:
            message = f"The key of the contract of {contract.dataset} has {spoken(unknown)}, which it does not promise"
            where = (*path, "primary_key")
            yield Problem("CON003", message, "contracts", where, spoken(unknown), "columns of the contract")


@rule(
    "CON009",
    "A contract promises the columns that its model has",
    scope="plan",
    tiers=FROM_B,
    reason="Two lists of columns drift apart, and the build fails on the day on which the contract is enforced.",
    reads=("contracts.contracts[].columns", "contracts.contracts[].dataset", "modeling.models[].columns"),
    applies=lambda subject: _any(subject) and subject.plan.modeling is not None,
    fails=(Edit(_FILE, "columns: from_model\n", _LISTED.replace("TYPE", "integer")),),
    passes=(Edit(_FILE, "columns: from_model\n", _LISTED.replace("TYPE", "varchar")),),
)
def models_keep_contracts(subject: Subject) -> Iterator[Problem]:
    """The dataset of a contract is a model of the plan. Columns that a contract lists are those of the model, by name
    and by type, however the type is written (`varchar` is `string`). Columns in a file are not judged.
    """
    for path, contract in _contracts(subject):
        found = _model(subject, contract)
        if found is None:
            if contract.dataset is not None:
                message = f"The contract of {contract.dataset} is one of no model"
                where, cause = (*path, "dataset"), section_rule(subject, "modeling", ("models",))
                yield Problem(
                    "CON009", message, "contracts", where, contract.dataset, "a model of gate modeling", cause=cause
                )
            continue
        yield from _elsewhere("CON009", path, contract)
        if isinstance(contract.columns, tuple) and contract.columns:
            yield from _apart(path, contract, contract.columns, found[1])


def _apart(path: Path, contract: Contract, columns: tuple[ContractColumn, ...], model: Model) -> Iterator[Problem]:
    built = {column.name: column for column in model.columns}
    who = f"the contract of {contract.dataset}"
    for place, column in enumerate(columns):
        where: Path = (*path, "columns", place)
        other = built.get(column.name)
        if other is None:
            message = f"Column {column.name} of {who} is none of the model"
            yield Problem("CON009", message, "contracts", where, column.name, spoken(sorted(built)) or "a column of it")
        elif column.type is not None and other.type is not None and not _alike(column.type, other.type):
            message = f"Column {column.name} is {column.type} in {who} and {other.type} in the model"
            yield Problem("CON009", message, "contracts", (*where, "type"), column.type, other.type)
    promised = {column.name for column in columns}
    for name in (name for name in built if name not in promised):
        message = f"Column {name} of the model is missing in {who}"
        yield Problem("CON009", message, "contracts", (*path, "columns"), None, name)


def _alike(one: str, other: str) -> bool:
    """Tell whether two names of types mean the same; of what cannot be read, whether it is written alike."""
    first, second = read_type(one), read_type(other)
    if "unknown" in {first.kind, second.kind}:
        return one.casefold().replace(" ", "") == other.casefold().replace(" ", "")
    return first == second

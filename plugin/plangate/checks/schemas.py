"""Gate contracts: what is promised of each column, by which key, and whether the model has it."""

from collections.abc import Iterator

from plangate.analysis.contract_table import model_table
from plangate.analysis.lineage import produced
from plangate.checks.absences import absent, section_rule
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.contracts import ColumnsFile, Contract
from plangate.model.modeling import Model
from plangate.model.problem import Path, Problem
from plangate.model.table import Field, Table, Type
from plangate.model.text import is_semver, shown, spoken

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


def called(contract: Contract, index: int) -> str:
    """Name a contract, by its dataset or else by its place, to begin a sentence."""
    return f"The contract of {contract.dataset}" if contract.dataset else f"Contract {index + 1}"


def _any(subject: Subject) -> bool:
    return bool(subject.plan.contracts and subject.plan.contracts.contracts)


def _model(subject: Subject, contract: Contract) -> tuple[int, Model] | None:
    models = subject.plan.modeling.models if subject.plan.modeling else ()
    return next(((index, model) for index, model in enumerate(models) if model.id == contract.dataset), None)


def _table(subject: Subject, path: Path) -> Table | None:
    """Give the table that a contract promises, wherever its columns are written."""
    return next((entry.current.table for entry in subject.facts.contract_tables if entry.path == path), None)


def _fields(subject: Subject, path: Path) -> tuple[Field, ...]:
    table = _table(subject, path)
    return table.fields if table is not None else ()


def _place(subject: Subject, path: Path, contract: Contract, place: int) -> tuple[str, Path]:
    """Say where a promised column is written: in the gate, in the model, or in the file that the gate names."""
    found = _model(subject, contract) if contract.columns == "from_model" else None
    if found is not None:
        return "modeling", ("models", found[0], "columns", place)
    return "contracts", (*path, "columns", "file" if isinstance(contract.columns, ColumnsFile) else place)


def _unread(rule_id: str, path: Path, contract: Contract) -> Iterator[Problem]:
    """Tell that a file of columns could not be read, so that nobody takes silence for a pass."""
    if isinstance(contract.columns, ColumnsFile):
        file = shown(contract.columns.file)
        who = called(contract, int(path[-1]))
        message = f"The columns of {who[0].lower()}{who[1:]} are not known: {file} tells none"
        where = (*path, "columns", "file")
        yield Problem(rule_id, message, "contracts", where, contract.columns.file, undetermined=True)


@rule(
    "CON002",
    "A contract has a version, a state, and columns that are described",
    scope="plan",
    tiers=FROM_B,
    reason="Readers code against types and empty values; what a contract leaves open they find out by an error.",
    reads=("contracts.contracts", "modeling.models[].columns"),
    applies=_any,
    where="there are contracts",
    fails=(Edit(_FILE, "version: 1.0.0", 'version: "1.0"'),),
)
def contracts_are_described(subject: Subject) -> Iterator[Problem]:
    """Each contract names its `dataset` and has a `version` of three numbers (`3.0.0`), a `status` and columns,
    each with type, nullability and description.
    """
    for path, contract in _contracts(subject):
        who = called(contract, int(path[-1]))
        for name in ("dataset", "version", "status"):
            if getattr(contract, name) is None:
                message = f"{who} has no `{name}`"
                yield from absent(subject, "CON002", "contracts", (*path, name), message, f"`{name}`")
        if contract.version is not None and not is_semver(contract.version):
            message = f"{who} has version {contract.version}"
            where = (*path, "version")
            yield Problem("CON002", message, "contracts", where, contract.version, "three numbers, such as 1.0.0")
        fields = _fields(subject, path)
        for place, field in enumerate(fields):
            gate, at = _place(subject, path, contract, place)
            missing = list(_unsaid(field))
            if missing:
                message = f"Column {field.name} of the contract of {contract.dataset} has no {spoken(missing)}"
                within = () if isinstance(contract.columns, ColumnsFile) else (missing[0],)
                yield from absent(subject, "CON002", gate, (*at, *within), message, spoken(missing))
        if not fields and isinstance(contract.columns, ColumnsFile):
            yield from _unread("CON002", path, contract)
        elif not fields and not subject.gone("contracts.contracts.dataset", "modeling.models.columns"):
            message = f"{who} promises no column"
            expected = "columns, or `from_model` where the model lists them"
            cause = section_rule(subject, "modeling", ("models",))
            yield from absent(subject, "CON002", "contracts", (*path, "columns"), message, expected, cause=cause)


def _unsaid(field: Field) -> Iterator[str]:
    if field.type.kind == "unknown" and not field.type.written:
        yield "type"
    for name in ("nullable", "description"):
        if getattr(field, name) is None:
            yield name


@rule(
    "CON003",
    "A contract says what makes a row unique",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="Who joins on a key that is none counts twice, and the contract did not warn.",
    reads=("contracts.contracts", "modeling.models[].columns"),
    applies=_any,
    where="there are contracts",
    fails=(Edit(_FILE, "    primary_key: [order_id]\n", ""),),
)
def keys_are_promised(subject: Subject) -> Iterator[Problem]:
    """Each contract has a `primary_key`, whose columns are among those that it promises, or a column with
    `unique: true`.
    """
    for path, contract in _contracts(subject):
        fields = _fields(subject, path)
        table = _table(subject, path)
        keys = table.primary_key if table is not None and contract.columns != "from_model" else contract.primary_key
        unknown = [name for name in keys if name not in {field.name for field in fields}]
        if not keys and not any(field.unique for field in fields):
            if not fields and isinstance(contract.columns, ColumnsFile):
                yield from _unread("CON003", path, contract)
                continue
            message = f"{called(contract, int(path[-1]))} does not say what makes a row unique"
            yield from absent(subject, "CON003", "contracts", (*path, "primary_key"), message, "`primary_key`")
        elif (
            fields and unknown and not subject.gone("modeling.models.columns.name", "contracts.contracts.columns.name")
        ):
            whose = called(contract, int(path[-1]))
            message = f"The key of {whose[0].lower()}{whose[1:]} has {spoken(unknown)}, which it does not promise"
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
    where="there are contracts and models",
    fails=(Edit(_FILE, "columns: from_model\n", _LISTED.replace("TYPE", "integer")),),
    passes=(Edit(_FILE, "columns: from_model\n", _LISTED.replace("TYPE", "varchar")),),
)
def models_keep_contracts(subject: Subject) -> Iterator[Problem]:
    """The dataset of a contract is one that the plan builds. Where it is a model, columns that the contract lists, in
    the gate or in a file, are those of the model, by name and by type, however that is written (`varchar` is `string`).
    """
    built = produced(subject.plan)
    for path, contract in _contracts(subject):
        found = _model(subject, contract)
        if found is None:
            if contract.dataset is not None and contract.dataset not in built:
                message = f"The contract of {contract.dataset} is one of nothing that the plan builds"
                known = subject.facts.references.is_known("dataset", contract.dataset)
                cause = section_rule(subject, "modeling", ("models",)) or (None if known else "GEN003")
                where, expected = (*path, "dataset"), "a model of gate modeling"
                yield Problem("CON009", message, "contracts", where, contract.dataset, expected, cause=cause)
            continue
        fields = _fields(subject, path)
        if not fields:
            yield from _unread("CON009", path, contract)
        elif contract.columns != "from_model":
            yield from _apart(subject, path, contract, fields, found[1])


def _apart(
    subject: Subject, path: Path, contract: Contract, fields: tuple[Field, ...], model: Model
) -> Iterator[Problem]:
    table = model_table(model)
    built = {field.name: field for field in (table.fields if table else ())}
    who = f"the contract of {contract.dataset}"
    unread = subject.gone("modeling.models.columns.name", "contracts.contracts.columns.name")
    for place, field in enumerate(fields):
        _, where = _place(subject, path, contract, place)
        other = built.get(field.name)
        if other is None and unread:
            continue
        if other is None:
            message = f"Column {field.name} of {who} is none of the model"
            yield Problem("CON009", message, "contracts", where, field.name, spoken(sorted(built)) or "a column of it")
        elif field.type.written and other.type.written and not _alike(field.type, other.type):
            message = f"Column {field.name} is {field.type.written} in {who} and {other.type.written} in the model"
            at = where if isinstance(contract.columns, ColumnsFile) else (*where, "type")
            yield Problem("CON009", message, "contracts", at, field.type.written, other.type.written)
    promised = {field.name for field in fields}
    for name in (name for name in built if name not in promised and not unread):
        message = f"Column {name} of the model is missing in {who}"
        yield Problem("CON009", message, "contracts", (*path, "columns"), None, name)


def _alike(one: Type, other: Type) -> bool:
    """Tell whether two types mean the same as far as both say it; or, where one cannot be read, are written alike."""
    if "unknown" in {one.kind, other.kind}:
        return one.written.casefold().replace(" ", "") == other.written.casefold().replace(" ", "")
    both = ((getattr(one, name), getattr(other, name)) for name in ("precision", "scale", "length", "zoned"))
    return one.kind == other.kind and all(first == second for first, second in both if None not in (first, second))

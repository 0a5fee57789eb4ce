"""The files of a plan's folder `contracts/`, and what gate contracts says of them."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from plangate.model.contracts import ColumnsFile, Contracts
from plangate.model.nearest import nearest
from plangate.model.plan import Plan
from plangate.model.problem import Path as PlanPath
from plangate.model.problem import Problem
from plangate.model.schema_document import SchemaDocument
from plangate.reading import files, secrets
from plangate.reading.schemas.read import SUFFIXES, kind_of, read_schema, read_values
from plangate.reading.schemas.source import Source
from plangate.reading.yaml import Document, YamlRejected, decode, shown

FOLDER = "contracts/"
_YAML = (".yml", ".yaml")


class Named(Struct, frozen=True):
    """A file that gate contracts names: where it does, for which dataset."""

    file: str
    path: PlanPath
    dataset: str | None


def named(gate: Contracts | None) -> Iterator[Named]:
    """Every file that gate contracts names, in its order."""
    for at, contract in enumerate(gate.contracts if gate else ()):
        if isinstance(contract.columns, ColumnsFile):
            yield Named(contract.columns.file, ("contracts", at, "columns", "file"), contract.dataset)
        for number, live in enumerate(contract.live_versions):
            if live.file is not None:
                yield Named(live.file, ("contracts", at, "live_versions", number, "file"), contract.dataset)


def read_files(
    plan: Plan, paths: Mapping[str, Path], load: Callable[[str], Document | None], tell: Callable[[Problem], None]
) -> dict[str, SchemaDocument]:
    """Read the YAML files of `contracts/` and the others that the gate names; what is wrong is told.

    `paths` are the files of the plan's folder: nothing else is opened. `load` reads one of them as YAML, and tells by
    itself where it cannot.
    """
    wanted = {entry.file for entry in named(plan.contracts)}
    systems = dict(_systems(plan))
    found: dict[str, SchemaDocument] = {}
    for name in sorted(path for path in paths if path.startswith(FOLDER)):
        if name.endswith(_YAML):
            document = load(name)
            read = None if document is None else _from_yaml(name, document, name in wanted, systems.get(name))
        else:
            read = _from_text(name, paths[name], systems.get(name), tell) if name in wanted else None
        if read is not None:
            found[name] = read
            for problem in read.problems:
                tell(replace(problem, gate="contracts", path=()))
    return found


def misnamed(
    gate: Contracts | None, paths: Mapping[str, Path], found: Mapping[str, SchemaDocument]
) -> Iterator[Problem]:
    """Files that the gate names and the folder lacks, and files without a table for the dataset they are named for."""
    known = [path for path in paths if path.startswith(FOLDER)]
    for entry in named(gate):
        here = partial(Problem, "GEN003", gate="contracts", path=entry.path, observed=entry.file)
        if entry.file not in paths or not entry.file.startswith(FOLDER):
            near = nearest(entry.file, known, limit=3)
            meant = f"did you mean {shown(near)}?" if near else f"the file has to lie in {FOLDER} of the plan"
            yield here(f"There is no file {shown(entry.file)} in the plan's folder; {meant}", expected=near)
        elif not entry.file.endswith(SUFFIXES):
            ends = ", ".join(SUFFIXES)
            yield here(f"{shown(entry.file)} is no file that describes a table; names end in {ends}", expected=ends)
        elif (document := found.get(entry.file)) and document.tables and document.table(entry.dataset or "") is None:
            names = ", ".join(table.name for table in document.tables[:10])
            yield here(
                f"{shown(entry.file)} describes no table of {entry.dataset}; it describes {names}", expected=names
            )


def _systems(plan: Plan) -> Iterator[tuple[str, str]]:
    """The system in which the dataset lies for which a file is named, where the plan says it."""
    lie = {
        model.id: model.physical.namespace.partition(":")[0]
        for model in (plan.modeling.models if plan.modeling else ())
        if model.physical and model.physical.namespace
    }
    for entry in named(plan.contracts):
        if entry.dataset in lie:
            yield entry.file, lie[entry.dataset]


def _from_yaml(name: str, document: Document, wanted: bool, system: str | None) -> SchemaDocument:
    source = Source(name, document.data, document.position)
    kind = kind_of(document.data)
    if kind is not None:
        return read_values(source, kind, system)
    if wanted:
        source.tell("GEN001", "Nobody can tell what this file describes", (), expected="kind: DataContract (ODCS)")
    return SchemaDocument(name, None, document.data, problems=source.in_order)


def _from_text(name: str, path: Path, system: str | None, tell: Callable[[Problem], None]) -> SchemaDocument:
    """Read a file that is no YAML; secrets in it are told and masked."""
    try:
        content = files.contents(path)
        text = decode(content)
    except YamlRejected:
        return read_schema(content, name, system=system)
    except OSError as error:
        told = Problem("GEN001", f"`{name}` cannot be read: {error.strerror or error}", file=name)
        return SchemaDocument(name, None, problems=(told,))
    for secret in secrets.find(text):
        tell(secrets.problem(secret, name))
    return read_schema(secrets.mask(text), name, system=system)

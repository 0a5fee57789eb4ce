"""A plan's folder to a typed plan, with every problem that reading it found."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace
from pydantic import BaseModel

from plangate.model.element import Gate
from plangate.model.plan import Assumed, Header, Place, Plan, Prose
from plangate.model.policy import Policy
from plangate.model.problem import HEADER, Problem
from plangate.model.problem import Path as PlanPath
from plangate.model.reference import PLAN
from plangate.model.review import Filed, Record, Waiver
from plangate.model.schema_document import SchemaDocument
from plangate.reading import contract_files, files, resolve, typed
from plangate.reading.folder import NUMBERED, Folder, open_folder
from plangate.reading.yaml import Document

GATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        name: (f"plangate.model.{name}", name.capitalize())
        for name in (
            *("context", "sources", "events", "capacity", "ingestion", "modeling"),
            *("contracts", "quality", "operations", "cutover", "acceptance", "bundle"),
        )
    }
)
"""Where the model of each gate lives: module and class."""

_Model = TypeVar("_Model", bound=BaseModel)


def gate_model(gate: str) -> type[Gate]:
    """Give the model of a gate; raises KeyError."""
    module, name = GATES[gate]
    model: type[Gate] = getattr(import_module(module), name)
    return model


class ReadPlan(Struct, frozen=True):
    """A plan as it was read: the typed value, the documents behind it, and what could not be read.

    `folder` is relative to the root of the repository, with forward slashes. `files` names the file of each gate, the
    one that is there or the one that should be. `documents` hold the text alone: what it says is in the plan.
    """

    plan: Plan
    folder: str
    files: Mapping[str, str]
    documents: Mapping[str, Document]
    problems: tuple[Problem, ...]
    shortened: Mapping[str, Callable[[PlanPath], PlanPath]] = field(default_factory=dict)
    present: frozenset[str] = frozenset()

    def origin(self, gate: str | None, path: PlanPath) -> PlanPath:
        """Translate a path of the typed plan into the path in the file: list positions may differ after a refusal."""
        translate = self.shortened.get(gate or "")
        return translate(path) if translate else path

    def place(self, problem: Problem) -> PlanPath:
        """Give the path of a problem in the file."""
        written = problem.as_written or problem.file is not None
        return problem.path if written else self.origin(problem.gate, problem.path)

    def locate(self, problem: Problem) -> tuple[str, int, int]:
        """Give the file (relative to the repository's root), line and column of a problem, counted from 1."""
        if problem.file is not None:
            name, found = f"{self.folder}/{problem.file}", self.documents.get(problem.file)
            if problem.line is not None or found is None:
                return name, problem.line or 1, problem.column or 1
            return name, *found.position(problem.path, key=problem.at_key)
        gate = problem.gate or HEADER
        name = f"{self.folder}/{self.files.get(gate, 'plan.yml')}"
        document = self.documents.get(gate)
        if problem.line is not None or document is None:
            return name, problem.line or 1, problem.column or 1
        return name, *document.position(self.place(problem), key=problem.at_key)

    def source(self, file: str, line: int, column: int) -> tuple[str, int]:
        """Give the line of a place as `locate` names it, its secrets masked, and the column of the place in that.

        The line is empty where there is none.
        """
        for name, document in self.documents.items():
            if file == f"{self.folder}/{self.files.get(name, name)}":
                return document.line(line), document.column(line, column)
        return "", column


def read_plan(folder: Path, relative: str, policy: Policy, content: Folder | None = None) -> ReadPlan:
    """Read one plan's folder, or take its `content` where that was read before.

    Nothing is raised for what an author wrote: every refusal is a problem of the result.
    """
    return _Reader(folder, relative, policy, content or open_folder(folder)).read()


class _Reader:
    """The steps of reading one folder, gathering problems on the way."""

    def __init__(self, folder: Path, relative: str, policy: Policy, content: Folder) -> None:
        self.folder, self.relative, self.policy, self.content = folder, relative, policy, content
        self.paths, self.problems = content.paths, list(content.problems)
        self.documents: dict[str, Document] = {}
        self.names: dict[str, str] = {HEADER: "plan.yml"}
        self.shortened: dict[str, Callable[[PlanPath], PlanPath]] = {}
        self.broken: set[Place] = set()
        self.assumed: list[Assumed] = []
        self.declined: dict[Place, str] = {}
        self.inherited: dict[Place, str] = {}
        self.extensions: dict[Place, object] = {}

    def read(self) -> ReadPlan:
        plan_id = self.folder.name
        if not PLAN.fullmatch(plan_id):
            self._add("GEN002", f"The folder name `{plan_id}` is no plan id: small letters, digits and hyphens", HEADER)
        header = self._header(plan_id)
        order = self._order(header)
        self._name_files(order)
        defaults = self._defaults(header)
        gates = {gate: value for gate in order if (value := self._gate(gate, header, defaults)) is not None}
        plan = Plan(
            id=plan_id,
            header=header,
            gates=MappingProxyType(gates),
            prose=MappingProxyType(self._prose(order)),
            assumed=tuple(self.assumed),
            not_applicable=MappingProxyType(self.declined),
            inherited=MappingProxyType(self.inherited),
            extensions=MappingProxyType(self.extensions),
            broken=frozenset(self.broken),
            records=tuple(
                Filed(name, self._fingerprint(name), record) for name, record in self._records("reviews", Record)
            ),
            waivers=tuple(waiver for name, waiver in self._records("waivers", Waiver) if self._named(name, waiver)),
            attachments=MappingProxyType(dict(self._attachments())),
        )
        plan = replace(plan, contract_files=MappingProxyType(self._contract_files(plan)))
        return ReadPlan(
            plan,
            self.relative,
            MappingProxyType(self.names),
            MappingProxyType({name: replace(document, data=None) for name, document in self.documents.items()}),
            tuple(replace(one, as_written=True) if self.shortened else one for one in self.problems),
            MappingProxyType(self.shortened),
            frozenset(gate for gate, name in self.names.items() if name in self.paths or (gate, ()) in self.broken),
        )

    def _add(self, rule: str, message: str, gate: str | None = None, **more: object) -> None:
        self.problems.append(Problem(rule, message, gate, **more))  # type: ignore[arg-type]

    def _header(self, plan_id: str) -> Header:
        name = "plan.yaml" if "plan.yaml" in self.paths and "plan.yml" not in self.paths else "plan.yml"
        self.names[HEADER] = name
        if name not in self.paths:
            self._add(
                "GEN001", f"Plan `{plan_id}` has no plan.yml", HEADER, expected="plan.yml with id, title, profile, tier"
            )
            return Header()
        header = self._typed(HEADER, Header) or Header()
        if header.id is not None and header.id != plan_id:
            message = f"The id `{header.id}` is not the name of the folder, `{plan_id}`"
            self._add("GEN002", message, HEADER, path=("id",), observed=header.id, expected=plan_id)
        return header

    def _order(self, header: Header) -> tuple[str, ...]:
        profiles = self.policy.workflow.profiles
        if header.profile in profiles:
            return profiles[header.profile].gates
        known = ", ".join(sorted(profiles))
        message = f"`{header.profile}` is no profile of workflow.yml; known are {known}"
        self._add("GEN004", message, HEADER, path=("profile",), observed=header.profile, expected=known)
        self.broken.add((HEADER, ("profile",)))
        return profiles["batch"].gates if "batch" in profiles else next(iter(profiles.values())).gates

    def _name_files(self, order: tuple[str, ...]) -> None:
        expected = {gate: f"{number:02d}-{gate}" for number, gate in enumerate(order, start=1)}
        self.names.update({gate: f"{stem}.yml" for gate, stem in expected.items()})
        found: dict[str, str] = {}
        # Of two files of a gate the one counts that has its name: another one may have been left lying there.
        named = {f"{stem}.yml" for stem in expected.values()}
        lying = (path for path in self.paths if "/" not in path and path not in {"plan.yml", "plan.yaml"})
        for name in sorted(lying, key=lambda path: (path not in named, path)):
            numbered = NUMBERED.fullmatch(name)
            gate = numbered[2] if numbered else None
            if gate is None or gate not in expected:
                if name.endswith((".yml", ".yaml")) or numbered:
                    self._add(
                        "GEN015",
                        f"`{name}` is no gate file of this profile",
                        file=name,
                        expected=", ".join(expected.values()),
                    )
                continue
            stem = name.rsplit(".", 1)[0]
            if stem != expected[gate]:
                number = expected[gate][:2]
                message = f"`{name}`: gate {gate} has number {number} in this profile; rename it to `{expected[gate]}`"
                self._add("GEN015", message, file=name, observed=stem, expected=expected[gate])
            if not name.endswith(".md"):
                if gate in found:
                    self._add(
                        "GEN015", f"Gate {gate} stands in two files, `{found[gate]}` and `{name}`; keep one", file=name
                    )
                else:
                    found[gate] = self.names[gate] = name

    def _defaults(self, header: Header) -> str | None:
        if header.defaults is None or header.defaults in self.policy.team_defaults:
            return header.defaults
        known = ", ".join(sorted(self.policy.team_defaults)) or "none yet"
        message = f"`{header.defaults}` has no file in references/defaults; known are {known}"
        self._add("GEN003", message, HEADER, path=("defaults",), observed=header.defaults, expected=known)
        return None

    def _gate(self, gate: str, header: Header, defaults: str | None) -> Gate | None:
        if gate not in GATES:
            return None
        if self.names[gate] not in self.paths:
            if any(problem.file == self.names[gate] for problem in self.content.problems):  # a link, a folder, a pipe
                self.broken.add((gate, ()))
            return None
        return self._typed(gate, gate_model(gate), defaults)

    def _typed(self, gate: str, model: type[_Model], defaults: str | None = None) -> _Model | None:
        document = self._document(self.names[gate])
        if document is None:
            self.broken.add((gate, ()))
            return None
        self.documents[gate] = document
        resolved = self.content.resolved(document.name, gate, document)
        if resolved.data is None:
            expected = "a mapping with `id` and `title`" if gate == HEADER else "a mapping of the gate's sections"
            self._add("GEN001", f"`{self.names[gate]}` is empty", gate, expected=expected)
            self.broken.add((gate, ()))
            return None
        if defaults is not None:
            resolve.inherit(resolved, self.policy.team_defaults[defaults])
        self._take(resolved)
        if not isinstance(resolved.data, dict):
            return None
        outcome = typed.read(model, gate, resolved.data)
        self.problems.extend(outcome.problems)
        self.broken.update((gate, path) for path in outcome.broken)
        if outcome.kept:
            self.shortened[gate] = outcome.origin
        return outcome.value

    def _take(self, resolved: resolve.Resolved) -> None:
        self.problems.extend(resolved.problems)
        self.broken.update((resolved.gate, path) for path in resolved.broken)
        self.assumed.extend(resolved.assumed)
        self.declined.update({(resolved.gate, path): reason for path, reason in resolved.not_applicable.items()})
        self.inherited.update({(resolved.gate, path): team for path, team in resolved.inherited.items()})
        self.extensions.update({(resolved.gate, path): value for path, value in resolved.extensions.items()})

    def _document(self, name: str) -> Document | None:
        loaded = self.content.document(name)
        self.problems.extend(loaded.problems)
        return loaded.value

    def _prose(self, order: Iterable[str]) -> dict[str, Prose]:
        prose = {}
        for number, gate in enumerate(order, start=1):
            name = f"{number:02d}-{gate}.md"
            stated = self.names[gate].rsplit(".", 1)[0] + ".md"
            name = name if name in self.paths else stated
            if name in self.paths:
                page = self.content.page(name)
                self.problems.extend(page.problems)
                if page.value is not None:
                    prose[gate] = page.value
        return prose

    def _records(self, inner: str, model: type[_Model]) -> Iterable[tuple[str, _Model]]:
        """Read what a folder holds, one record a file. Whatever is no whole record is told and does not count."""
        rule = {"reviews": "REV002", "waivers": "GEN009"}[inner]
        for name in sorted(path for path in self.paths if path.startswith(f"{inner}/")):
            if not name.endswith(".yml"):
                self._add(rule, f"`{name}` is no record; records are YAML files that end in `.yml`", file=name)
                continue
            document = self._document(name)
            if document is None:
                continue
            if not isinstance(document.data, dict):
                self._add(rule, f"`{name}` is empty", file=name, expected=", ".join(_required(model)))
                continue
            self.documents[name] = document
            outcome = typed.read(model, name, document.data)
            place = partial(_in_file, document=document, rule=rule)
            self.problems.extend(place(problem) for problem in outcome.problems)
            if outcome.value is not None and not outcome.problems:
                yield name, outcome.value

    def _named(self, name: str, waiver: Waiver) -> bool:
        if name == f"waivers/{waiver.id}.yml":
            return True
        message = f"`{name}` holds waiver {waiver.id}; a waiver lies in a file of its own name"
        self._add("GEN009", message, file=name, observed=waiver.id, expected=f"waivers/{waiver.id}.yml")
        return False

    def _attachments(self) -> Iterable[tuple[str, str]]:
        for name in sorted(path for path in self.paths if path.startswith(("contracts/", "images/"))):
            if not name.endswith((".yml", ".yaml")) and (content := self._fingerprint(name)):
                yield name, content

    def _fingerprint(self, name: str) -> str:
        try:
            return files.fingerprint(self.paths[name])
        except OSError as error:
            self._add("GEN001", f"`{name}` cannot be read: {error.strerror or error}", file=name)
            return ""

    def _contract_files(self, plan: Plan) -> dict[str, SchemaDocument]:
        found = contract_files.read_files(plan, self.paths, self._document, self.problems.append)
        origin = self.shortened.get("contracts", _same)
        self.problems.extend(
            replace(problem, path=origin(problem.path))
            for problem in contract_files.misnamed(plan.contracts, self.paths, found)
        )
        return found


def _same(path: PlanPath) -> PlanPath:
    return path


def _in_file(problem: Problem, document: Document, rule: str) -> Problem:
    line, column = document.position(problem.path, key=problem.at_key)
    void = " (it waives nothing until this is mended)" if rule == "GEN009" else ""
    return Problem(
        rule if problem.rule not in {"GEN004", "GEN002"} else problem.rule,
        problem.message + void,
        path=problem.path,
        observed=problem.observed,
        expected=problem.expected,
        hint=problem.hint,
        file=document.name,
        line=line,
        column=column,
    )


def _required(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items() if info.is_required()]

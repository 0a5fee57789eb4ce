"""references/*.yml to a Policy: the packaged defaults, with what the organisation's own files say over them.

workflow.yml and checklists.yml of a portal are merged over the packaged ones (mappings key by key, lists as a whole);
people.yml replaces the packaged one; defaults/<team>.yml exist only where an organisation writes them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from plangate.model.baseline import Baseline
from plangate.model.element import Gate, Part
from plangate.model.nearest import nearest
from plangate.model.pattern import reaches
from plangate.model.policy import Checklists, People, Policy, TeamDefaults, Workflow
from plangate.model.problem import Path as DataPath
from plangate.model.problem import Problem, path_text
from plangate.model.rulename import family
from plangate.model.text import is_placeholder
from plangate.reading import baseline, own_rules, typed
from plangate.reading.expressions import place
from plangate.reading.plan import GATES
from plangate.reading.resolve import PIPELINE_FIELDS, SECTIONS
from plangate.reading.yaml import Document, YamlRejected, load

RULE = "CONFIG"
"""The rule id of every problem of the configuration: an error of use, not a finding about a plan."""

FILES = ("workflow.yml", "checklists.yml", "people.yml", baseline.NAME)

_Model = TypeVar("_Model", bound=Part)
_SECTION_GATES = {section: gate for gate, sections in SECTIONS.items() for section in sections}


class _Source(Struct, frozen=True):
    """A file of references/ under its shown name, the documents that were merged into it (own one first)."""

    name: str
    documents: tuple[Document, ...]
    data: Mapping[str, object]

    def place(self, path: DataPath, *, at_key: bool = False) -> tuple[int, int]:
        own = self.documents[0]
        return own.position(path, key=at_key)

    def problem(self, message: str, path: DataPath = (), **more: str | bool | None) -> Problem:
        line, column = self.place(path, at_key=bool(more.get("at_key")))
        return Problem(RULE, message, path=path, file=self.name, line=line, column=column, **more)  # type: ignore[arg-type]


def load_policy(references_dir: Path | None, *, tried: bool = False) -> tuple[Policy, tuple[Problem, ...]]:
    """Read the references of a portal; without a folder, or without a file in it, the packaged defaults serve.

    What is wrong comes back as problems of rule CONFIG with file, line and column, in a stable order; where a file
    cannot serve, the packaged one does. Nothing is raised for what an author wrote. Own rules that were `tried` before
    under the same references, and found sound, are not tried again.
    """
    if references_dir is None or not references_dir.is_dir():
        return _packaged(), ()
    reader = _Reader(references_dir, tried=tried)
    policy = reader.read()
    return policy, tuple(sorted(reader.problems, key=lambda p: (p.file or "", p.line or 0, p.column or 0, p.message)))


@cache
def _packaged() -> Policy:
    reader = _Reader(None)
    policy = reader.read()
    if reader.problems:
        raise AssertionError(f"the packaged references are broken: {reader.problems[0].message}")
    return policy


@cache
def _packaged_document(name: str) -> Document:
    file = resources.files("plangate") / "defaults" / "references" / name
    return load(file.read_bytes(), name=name, mapping=True)


class _Reader:
    """The steps of reading one folder of references, gathering problems on the way."""

    def __init__(self, folder: Path | None, *, tried: bool = False) -> None:
        self.folder, self.tried = folder, tried
        self.problems: list[Problem] = []

    def read(self) -> Policy:
        self._strangers()
        workflow = self._part("workflow.yml", Workflow, merged=True)
        checklists = self._part("checklists.yml", Checklists, merged=True)
        people = self._part("people.yml", People, merged=False)
        policy = Policy(workflow[0], self._own_rules(*checklists), people[0])
        self.problems.extend(_workflow_problems(workflow[1], policy.workflow))
        self.problems.extend(_question_problems(checklists[1], policy.checklists, policy.workflow))
        self.problems.extend(_people_problems(people[1], policy.people, policy.workflow))
        defaults = MappingProxyType(dict(self._team_defaults(policy.people)))
        return replace(policy, team_defaults=defaults, baseline=self._baseline())

    def _own_rules(self, checklists: Checklists, source: _Source) -> Checklists:
        """Give the checklists without the own rules that are wrong, which is told at the character."""
        own = {rule.id for rule in checklists.rules}
        named = [("severities", name) for name in checklists.severities]
        for path in [*named, *(("waivers", "never", index) for index in range(len(checklists.waivers.never)))]:
            name = str(path[1]) if path[0] == "severities" else checklists.waivers.never[int(path[-1])]
            if not family(name) and name not in own:
                message = f"`{name}` is no rule of the catalogue, and no own rule{_meant(name, own)}"
                self.problems.append(source.problem(message, path, observed=name, at_key=path[0] == "severities"))
        if not checklists.rules or self.tried:
            return checklists
        refused = set()
        document = source.documents[0]
        for index, field, wrong in own_rules.problems(checklists.rules):
            refused.add(index)
            at: DataPath = ("rules", index, field)
            text = str(getattr(checklists.rules[index], field))
            line, column = place(document.text, source.place(at), text, wrong.offset)
            message = f"Rule {checklists.rules[index].id}: {wrong.message}" + (f"; {wrong.hint}" if wrong.hint else "")
            found = Problem(RULE, message, path=at, file=source.name, line=line, column=column, hint=wrong.hint)
            self.problems.append(found)
        kept = [rule for index, rule in enumerate(checklists.rules[: own_rules.MOST]) if index not in refused]
        return checklists.model_copy(update={"rules": tuple(kept)})

    def _baseline(self) -> Baseline:
        path = self.folder / baseline.NAME if self.folder else None
        if path is None or not path.is_file():
            return Baseline()
        known, problems = baseline.read_baseline(path, self._shown(baseline.NAME))
        self.problems.extend(problems)
        return known

    def _shown(self, name: str) -> str:
        return f"{self.folder.name}/{name}" if self.folder else name

    def _strangers(self) -> None:
        if self.folder is None:
            return
        for path in sorted(self.folder.iterdir()):
            if path.suffix in {".yml", ".yaml"} and path.name not in FILES:
                near = nearest(path.name, FILES) or next((name for name in FILES if Path(name).stem == path.stem), None)
                hint = f"did you mean `{near}`?" if near else f"known are {', '.join(FILES)} and defaults/<team>.yml"
                shown = self._shown(path.name)
                self.problems.append(
                    Problem(RULE, f"`{shown}` is no file of the references; {hint}", file=shown, line=1, column=1)
                )

    def _document(self, name: str) -> Document | None:
        """Load an own file; None where there is none or it cannot be read (which is told)."""
        path = self.folder / name if self.folder else None
        if path is None or not path.is_file():
            return None
        shown = self._shown(name)
        try:
            return load(path.read_bytes(), name=shown, mapping=True)
        except YamlRejected as rejected:
            self.problems.append(
                Problem(RULE, rejected.message, file=shown, line=rejected.line, column=rejected.column)
            )
        except OSError as error:
            message = f"`{shown}` cannot be read: {error.strerror or error}"
            self.problems.append(Problem(RULE, message, file=shown, line=1, column=1))
        return None

    def _part(self, name: str, model: type[_Model], *, merged: bool) -> tuple[_Model, _Source]:
        packaged = _packaged_document(name)
        own = self._document(name)
        source = _source(self._shown(name), own, packaged, merged=merged)
        outcome = typed.read(model, name, source.data)
        self.problems.extend(
            source.problem(
                problem.message,
                problem.path,
                observed=problem.observed,
                expected=problem.expected,
                hint=problem.hint,
                at_key=problem.at_key,
            )
            for problem in outcome.problems
        )
        if outcome.value is not None:
            return outcome.value, source
        spare = _source(name, None, packaged, merged=False)
        return model.model_validate(spare.data), spare

    def _team_defaults(self, people: People) -> Iterator[tuple[str, TeamDefaults]]:
        folder = self.folder / "defaults" if self.folder else None
        for path in sorted(folder.iterdir()) if folder is not None and folder.is_dir() else ():
            if path.suffix not in {".yml", ".yaml"}:
                continue
            document = self._document(f"defaults/{path.name}")
            if document is None:
                continue
            data = document.data if isinstance(document.data, dict) else {}
            source = _Source(document.name, (document,), data)
            if path.stem not in people.teams:
                meant = _meant(path.stem, people.teams)
                self.problems.append(source.problem(f"`{path.stem}` is no team of people.yml{meant}"))
            refused: set[str] = set()
            for key, value in data.items():
                found = list(_section_problems(source, key, value))
                self.problems.extend(found)
                refused.update({key} if found else ())
            kept = {key: value for key, value in data.items() if key not in refused}
            yield path.stem, TeamDefaults(path.stem, MappingProxyType(kept))


def _source(shown: str, own: Document | None, packaged: Document, *, merged: bool) -> _Source:
    base = packaged.data if isinstance(packaged.data, dict) else {}
    if own is None:
        return _Source(shown, (packaged,), base)
    data = own.data if isinstance(own.data, dict) else {}
    return _Source(shown, (own, packaged), _over(base, data) if merged else data)


def _over(base: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    """Lay one mapping over another: mappings key by key, everything else replaced."""
    merged = dict(base)
    for key, value in own.items():
        under = base.get(key)
        merged[key] = _over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _meant(name: str, known: Iterable[str]) -> str:
    near = nearest(name, sorted(known))
    return f"; did you mean `{near}`?" if near else f"; known are {', '.join(sorted(known)) or 'none'}"


@cache
def _gate_model(gate: str) -> type[Gate]:
    module, name = GATES[gate]
    model: type[Gate] = getattr(import_module(module), name)
    return model


def _workflow_problems(source: _Source, workflow: Workflow) -> Iterator[Problem]:
    for gate, spec in workflow.gates.items():
        if gate not in GATES:
            yield source.problem(f"`{gate}` is no gate{_meant(gate, GATES)}", ("gates", gate), at_key=True)
            continue
        here: DataPath = ("gates", gate)
        for index, section in enumerate(spec.mandatory):
            yield from _pattern_problems(source, gate, (section.path, *section.or_), (*here, "mandatory", index))
        yield from _depends_problems(source, workflow, spec.depends, (*here, "depends"))
        for tier, needed in spec.roles.items():
            for index, need in enumerate(needed):
                if need.role not in workflow.roles:
                    yield source.problem(
                        f"`{need.role}` is no role of the workflow{_meant(need.role, workflow.roles)}",
                        (*here, "roles", tier, index),
                        observed=need.role,
                    )
    for profile in workflow.profiles:
        yield from _profile_problems(source, workflow, profile)


def _question_problems(source: _Source, checklists: Checklists, workflow: Workflow) -> Iterator[Problem]:
    for gate, questions in checklists.questions.items():
        if gate not in workflow.gates:
            message = f"`{gate}` is no gate of the workflow{_meant(gate, workflow.gates)}"
            yield source.problem(message, ("questions", gate), observed=gate, at_key=True)
        for index, question in enumerate(questions):
            if is_placeholder(question):
                message = f"Question {index + 1} of gate {gate} asks nothing"
                yield source.problem(message, ("questions", gate, index), observed=question, expected="a question")


def _profile_problems(source: _Source, workflow: Workflow, name: str) -> Iterator[Problem]:
    profile, here = workflow.profiles[name], ("profiles", name)
    order = profile.gates
    for index, gate in enumerate(order):
        if gate not in workflow.gates:
            message = f"Profile {name} names `{gate}`, which is no gate of the workflow{_meant(gate, workflow.gates)}"
            yield source.problem(message, (*here, "gates", index), observed=gate)
        elif gate in order[:index]:
            yield source.problem(f"Profile {name} names gate {gate} twice", (*here, "gates", index), observed=gate)
        else:
            for earlier in workflow.depends(name, gate):
                if order.index(earlier) >= index:
                    message = f"In profile {name} gate {gate} rests on {earlier}, which does not come before it"
                    yield source.problem(message, (*here, "gates", index), observed=earlier)
    for gate, sections in profile.mandatory.items():
        place: DataPath = (*here, "mandatory", gate)
        if gate not in order:
            yield source.problem(f"`{gate}` is no gate of profile {name}{_meant(gate, order)}", place, at_key=True)
            continue
        for index, section in enumerate(sections):
            yield from _pattern_problems(source, gate, (section.path, *section.or_), (*place, index))
    for gate, depends in profile.depends.items():
        place = (*here, "depends", gate)
        if gate not in order:
            yield source.problem(f"`{gate}` is no gate of profile {name}{_meant(gate, order)}", place, at_key=True)
        yield from _depends_problems(source, workflow, depends, place)


def _depends_problems(
    source: _Source, workflow: Workflow, depends: Mapping[str, tuple[str, ...]], here: DataPath
) -> Iterator[Problem]:
    for gate, patterns in depends.items():
        if gate not in workflow.gates:
            message = f"`{gate}` is no gate of the workflow{_meant(gate, workflow.gates)}"
            yield source.problem(message, (*here, gate), observed=gate, at_key=True)
        else:
            yield from _pattern_problems(source, gate, patterns, (*here, gate))


def _pattern_problems(source: _Source, gate: str, patterns: Iterable[str], here: DataPath) -> Iterator[Problem]:
    for pattern in patterns:
        if gate in GATES and not reaches(_gate_model(gate), pattern):
            message = f"Gate {gate} has no field `{pattern}`"
            yield source.problem(message, here, observed=pattern, expected="a path of the gate's fields")


def _people_problems(source: _Source, people: People, workflow: Workflow) -> Iterator[Problem]:
    for name, rota in people.rotas.items():
        if rota.team is not None and rota.team not in people.teams:
            message = f"Rota {name} is staffed by `{rota.team}`, which is no team{_meant(rota.team, people.teams)}"
            yield source.problem(message, ("rotas", name, "team"), observed=rota.team)
    for name in sorted((people.teams.keys() & people.rotas.keys()) | (people.people.keys() & people.teams.keys())):
        kind = "teams" if name in people.teams else "rotas"
        yield source.problem(f"`{name}` stands for two things; names of teams, rotas and people differ", (kind, name))
    for name, person in people.people.items():
        here: DataPath = ("people", name)
        if person.team is not None and person.team not in people.teams:
            message = f"{name} is in team `{person.team}`, which is no team{_meant(person.team, people.teams)}"
            yield source.problem(message, (*here, "team"), observed=person.team)
        for index, held in enumerate(person.roles):
            place: DataPath = (*here, "roles", index)
            if held.role not in workflow.roles:
                message = f"{name} holds `{held.role}`, which is no role of the workflow"
                yield source.problem(message + _meant(held.role, workflow.roles), (*place, "role"), observed=held.role)
            if (held.from_ or date.min) >= (held.until or date.max):
                message = f"{name} holds {held.role} from {held.from_} until {held.until}; the start must come first"
                yield source.problem(message, place)


def _section_problems(source: _Source, key: str, value: object) -> Iterator[Problem]:
    """Hold a team's default against the model of the gate that takes it."""
    prefix: DataPath = ()
    data: dict[str, object]
    if key in PIPELINE_FIELDS:
        gate, prefix = "ingestion", ("pipelines", 0)
        data = {"pipelines": [{"id": "any_pipeline", key: value}]}
    elif key in _SECTION_GATES:
        gate, data = _SECTION_GATES[key], {key: value}
    else:
        known = sorted({*_SECTION_GATES, *PIPELINE_FIELDS})
        yield source.problem(
            f"`{key}` is no section that teams have defaults for{_meant(key, known)}",
            (key,),
            observed=key,
            expected=", ".join(known),
            at_key=True,
        )
        return
    for problem in typed.read(_gate_model(gate), gate, data).problems:
        path = problem.path[len(prefix) :]
        message = problem.message.replace(path_text(problem.path), path_text(path))
        yield source.problem(message, path, observed=problem.observed, expected=problem.expected, at_key=problem.at_key)

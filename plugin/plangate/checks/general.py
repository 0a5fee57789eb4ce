"""Structure and values: what holds for every gate."""

from collections.abc import Iterator, Mapping
from functools import cache
from unicodedata import east_asian_width

from plangate.analysis.places import placed
from plangate.checks.no_return import to_be_taken_out
from plangate.checks.rule import Edit, Subject, rule
from plangate.model.element import Part
from plangate.model.nearest import nearest
from plangate.model.problem import HEADER, Path, Problem, path_text
from plangate.model.reference import homes
from plangate.model.text import is_placeholder
from plangate.reading.plan import GATES, gate_model

_PROSE = frozenset(
    "problem decision definition because reason change_policy reprocessing break_glass justification".split()  # noqa: SIM905
)
"""Fields whose text has to be a sentence, not a word."""

_ANSWERS = frozenset({"none", "null", "nil", "unknown"})
"""Words that are an answer where no sentence is asked for: `masking: none`."""

_DATASETS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "sources": (("column", ("sources", "datasets")),),
    "events": (("dataset", ("streams", "dataset")), ("column", ("streams", "dataset"))),
    "ingestion": (("dataset", ("pipelines", "outputs")), ("column", ("pipelines", "outputs"))),
    "modeling": (("dataset", ("models",)), ("column", ("models", "columns"))),
    "quality": (("check", ("derive",)),),
}
"""Where elements come from that are no element of their own there: each kind with the keys that lead to it."""


@rule(
    "GEN001",
    "Every gate is a readable YAML mapping",
    reason="A gate that cannot be read is a gate that nobody checked.",
    minimal=True,
    unreadable=True,
    fails=(Edit("04-ingestion.yml", "pipelines:\n", "pipelines: [\n"),),
)
def readable(subject: Subject) -> Iterator[Problem]:
    """plan.yml and the file of every gate of the profile exist, hold one YAML document, and its top level is a mapping.

    Values have the shape that their field has: a list where a list belongs, a mapping where a mapping belongs. A plan
    in draft may leave out gates; once it is in review it may not.
    """
    yield from subject.refusals("GEN001")
    if subject.in_review:
        for gate in subject.order:
            if gate not in subject.read.present:
                name = subject.read.files[gate]
                yield Problem(
                    "GEN001",
                    f"Gate {gate} has no file; a plan in review needs {name}",
                    gate,
                    expected=name,
                    hint=f"Start {name} with the mandatory sections of the gate",
                    absent=True,
                )


@rule(
    "GEN002",
    "Ids are well formed and unique",
    reason="References, digests and links hang on ids. PyYAML keeps the last of two equal keys in silence.",
    minimal=True,
    unreadable=True,
    fails=(Edit("04-ingestion.yml", "id: build_orders", "id: load_orders"),),
)
def ids(subject: Subject) -> Iterator[Problem]:
    """Ids are 2 to 63 small letters, digits and underscores, start with a letter, and are unique per kind in the plan.

    Datasets have dotted ids, a plan's id is the name of its folder, and no YAML mapping holds a key twice. What has no
    id is found by another field, which no two entries of a list share: columns by their name, runtimes by pipeline,
    contracts by dataset, exchange rates by currency. No two models lie in one place (`physical`).
    """
    yield from subject.refusals("GEN002")
    for twice in subject.facts.references.duplicates():
        first = f"{twice.first_gate}.{subject.written(twice.first_gate, twice.first_path)}"
        yield Problem(
            "GEN002",
            f"{twice.kind.capitalize().replace('_', ' ')} `{twice.id}` is defined twice, first at {first}",
            twice.gate,
            twice.path,
            twice.id,
            "an id that stands once per kind",
        )
    yield from _lying(subject)
    yield from _twice(subject)


def _twice(subject: Subject) -> Iterator[Problem]:
    first: dict[tuple[str, Path, str], Path] = {}
    for gate, parts in subject.facts.parts.items():
        for path, part in parts:
            key = part.keyed_by if isinstance(part, Part) else None
            value = getattr(part, key) if key else None
            if key is None or value is None:
                continue
            before = first.setdefault((gate, path[:-1], value), path)
            if before != path:
                yield Problem(
                    "GEN002",
                    f"`{value}` is the `{key}` of two entries, the first is {gate}.{subject.written(gate, before)}",
                    gate,
                    (*path, key),
                    value,
                    f"one entry for each `{key}`",
                )


def _lying(subject: Subject) -> Iterator[Problem]:
    lying: dict[tuple[str, str], str] = {}
    for one in placed(subject.plan):
        other = lying.setdefault(one.place, one.model.id)
        if other != one.model.id:
            yield Problem(
                "GEN002",
                f"{one.model.id} lies where {other} lies: {one.written}",
                "modeling",
                ("models", one.index, "physical"),
                one.written,
                "a place at which one model lies",
            )


@rule(
    "GEN003",
    "Every reference names an element that exists",
    scope="plan",
    minimal=True,
    reason="A check on a column that is not there, or an alert without a runbook, is found at night otherwise.",
    reads=("*",),
    fails=(Edit("04-ingestion.yml", "on_failure: {alert: orders_late}", "on_failure: {alert: orders_lat}"),),
)
def references(subject: Subject) -> Iterator[Problem]:
    """Every field that names another element (dataset, column, check, alert, step, plan …) names exactly one.

    A file that gate contracts names lies in the folder `contracts` of the plan and describes the dataset. What the
    relationships and service levels of such a file name is in that file.
    """
    yield from subject.refusals("GEN003")
    refused, unwritten = frozenset(_refused(subject)), frozenset(_unwritten(subject))
    for missing in subject.facts.references.unresolved:
        if "team" in missing.use.kinds or not refused.isdisjoint(missing.use.kinds):
            continue
        kinds = " or ".join(kind.replace("_", " ") for kind in missing.use.kinds)
        goes = missing.gate == "cutover" and to_be_taken_out(subject, missing.use.path)
        near = None if goes else missing.near
        hint = f"; did you mean `{near}`?" if near else ""
        yield Problem(
            "GEN003",
            f"`{missing.use.text}` names no {kinds}{hint}",
            missing.gate,
            missing.use.path,
            missing.use.text,
            "nothing there, as no way leads back" if goes else near or f"the id of a {kinds}",
            cause="CUT006" if goes else "GEN001" if near is None and unwritten & {*missing.use.kinds} else None,
        )


def _refused(subject: Subject) -> Iterator[str]:
    """Give the kinds of elements some of which may stand where something was refused, so that nobody knows them all."""
    for gate in {gate for gate, _ in subject.plan.broken} & GATES.keys():
        for kind, keys in _kinds(gate):
            if subject.gone(".".join((gate, *keys))):
                yield kind


def _unwritten(subject: Subject) -> Iterator[str]:
    """Give the kinds of elements that stand in gates of which GEN001 asks for the file."""
    for gate in subject.order if subject.in_review else ():
        if gate in GATES and gate not in subject.read.present:
            yield from (kind for kind, _ in _kinds(gate))


@cache
def _kinds(gate: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give the kinds of elements that a gate holds, each with the keys that lead to it."""
    return (*homes(gate_model(gate)), *_DATASETS.get(gate, ()))


@rule(
    "GEN004",
    "There are no unknown keys and words",
    minimal=True,
    unreadable=True,
    reason="A mistyped key looks like a field that is missing, and a mistyped word like one that was chosen.",
    fails=(Edit("04-ingestion.yml", "retries: 2", "retrys: 2"),),
)
def known_keys(subject: Subject) -> Iterator[Problem]:
    """Every key is known to its mapping, or starts with `x_`; a field with a closed list of words has one of them."""
    yield from subject.refusals("GEN004")


@rule(
    "GEN005",
    "Quantities carry a unit of their dimension",
    minimal=True,
    unreadable=True,
    reason="`m` is minutes to one reader and months to another; `gb` is 7 % more or less.",
    fails=(Edit("04-ingestion.yml", "retry_delay: 5 min", "retry_delay: 5 m"),),
)
def units(subject: Subject) -> Iterator[Problem]:
    """Each quantity is a number with a unit of the closed set, and the unit measures what the field is about."""
    yield from subject.refusals("GEN005")


@rule(
    "GEN006",
    "Times are unambiguous and in order",
    minimal=True,
    unreadable=True,
    reason="A time without its offset is another moment for every reader, and `0 30 * * *` never fires.",
    fails=(Edit("04-ingestion.yml", 'cron: "0 3 * * *"', 'cron: "0 30 * * *"'),),
)
def times(subject: Subject) -> Iterator[Problem]:
    """Times carry an offset or Z, cron has five fields in range, zones are IANA names, starts come before ends."""
    yield from subject.refusals("GEN006")


@rule(
    "GEN007",
    "Texts say something",
    minimal=True,
    reason="`TBD` in a mandatory field is a field that is not filled.",
    fails=(Edit("01-context.yml", "decision: Order stock for the coming week", "decision: TBD"),),
)
def written_texts(subject: Subject) -> Iterator[Problem]:
    """No text is a placeholder (`TBD`, `n/a`, `…`, template text); problem statements, decisions, definitions and
    reasons are sentences of at least ten characters (`prose_length`), of which a wide one counts for two.
    """
    least = subject.policy.checklists.thresholds.prose_length
    for gate, path, text in subject.facts.texts:
        if len(text.strip()) < least or is_placeholder(text):
            yield from _text_problems(gate, subject.read.origin(gate, path), text, least)
    for (gate, path), reason in subject.plan.not_applicable.items():
        yield from _text_problems(gate, (*path, "not_applicable"), reason, least, prose=True)
    for assumed in subject.plan.assumed:
        yield from _text_problems(assumed.gate, (*assumed.path, "because"), assumed.because or "", least, prose=True)


def _text_problems(gate: str, path: Path, text: str, least: int, *, prose: bool = False) -> Iterator[Problem]:
    """Tell of a text that says nothing; `path` is that in the file."""
    prose = prose or _key(path) in _PROSE
    if fills_nothing(path, text, prose=prose):
        shown = f": `{text}` is a placeholder" if text.strip() else " is empty"
        yield Problem(
            "GEN007",
            f"`{path_text(path)}`{shown}",
            gate,
            path,
            text or "nothing",
            "a text of your own",
            as_written=True,
        )
    elif prose and _length(text.strip()) < least:
        message = f"`{path_text(path)}`: `{text}` is too short to say much; write a sentence"
        yield Problem("GEN007", message, gate, path, text, f"at least {least} characters", as_written=True)


def _length(text: str) -> int:
    """Count the characters of a text; a wide one, such as those of Japanese, says as much as two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def fills_nothing(path: Path, text: str, *, prose: bool = False) -> bool:
    """Tell whether GEN007 refuses a text as a placeholder; a word such as `none` answers what asks for no sentence."""
    return is_placeholder(text) and (prose or _key(path) in _PROSE or text.strip().casefold() not in _ANSWERS)


def _key(path: Path) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "")


@rule(
    "GEN008",
    "Numbers are finite, of their sign, and read alike everywhere",
    minimal=True,
    unreadable=True,
    reason="YAML readers disagree about `1e3`, `12:30`, `yes` and `0123`; a wrong number then looks right.",
    fails=(Edit("04-ingestion.yml", "max_active_runs: 1", "max_active_runs: 1e0"),),
)
def numbers(subject: Subject) -> Iterator[Problem]:
    """Numbers are decimal, finite, no booleans, not negative, and in no form that YAML readers dispute."""
    yield from subject.refusals("GEN008")


@rule(
    "GEN010",
    "No secrets stand in a plan",
    minimal=True,
    unreadable=True,
    reason="Plans are published on a portal and read by continuous integration.",
    fails=(Edit("02-sources.yml", '"vault:shop_db/replica"', '"postgres://loader:hunter2secret@db/shop"'),),
)
def secrets(subject: Subject) -> Iterator[Problem]:
    """No value is a key, token, password or link with credentials; references such as `vault:…` are fine, and `secret`
    and `secrets` hold nothing else, or a few words that say where it is kept.
    """
    yield from subject.refusals("GEN010")


@rule(
    "GEN013",
    "Owners are people and teams that exist",
    minimal=True,
    reason="What the data team in general owns, nobody owns.",
    fails=(Edit("04-ingestion.yml", "retries: 2", "owner: data_tema\n    retries: 2"),),
)
def owners(subject: Subject) -> Iterator[Problem]:
    """Every owner is a person, team or rota of people.yml who has not left; the plan has one accountable owner."""
    people = subject.policy.people
    header = subject.plan.header
    if subject.plan.header.accountable is None and (HEADER, ("owners",)) not in subject.plan.broken:
        named = [owner.team for owner in header.owners if owner.role == "accountable"]
        message = (
            f"The plan names {len(named)} accountable owners; name one" if header.owners else "The plan has no owner"
        )
        yield Problem("GEN013", message, HEADER, ("owners",), f"{len(named)}", "one owner with role accountable")
    for gate, use in subject.facts.references.uses:
        if use.kinds != ("team",):
            continue
        if not people.knows(use.text):
            near = nearest(use.text, people.names())
            hint = f"; did you mean `{near}`?" if near else ""
            message = f"`{use.text}` is no person, team or rota of people.yml{hint}"
            yield Problem("GEN013", message, gate, use.path, use.text, near or "a name of people.yml")
        elif use.text in people.people and not people.here(use.text, subject.today):
            message = f"`{use.text}` has left by {subject.today}; name who took over"
            yield Problem("GEN013", message, gate, use.path, use.text, "a person who is here")

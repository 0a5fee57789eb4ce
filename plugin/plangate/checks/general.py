"""Structure and values: what holds for every gate."""

from collections.abc import Iterator
from datetime import date, timedelta

from plangate.analysis.waivers import waivable
from plangate.checks.own import known_rules
from plangate.checks.rule import ALIASES, Edit, Subject, rule
from plangate.model.estimate import Estimate
from plangate.model.nearest import nearest
from plangate.model.problem import HEADER, Path, Problem, path_text
from plangate.model.quantity import Quantity
from plangate.model.reference import uses
from plangate.model.text import is_placeholder
from plangate.model.walk import parts, texts

_PROSE = frozenset({"problem", "because", "reason", "change_policy", "reprocessing", "break_glass", "justification"})
"""Fields whose text has to be a sentence, not a word."""

_ANSWERS = frozenset({"none", "null", "nil", "unknown"})
"""Words that are an answer where no sentence is asked for: `masking: none`."""


def _from_reading(subject: Subject, rule_id: str) -> Iterator[Problem]:
    return (problem for problem in subject.read.problems if problem.rule == rule_id)


def _in_review(subject: Subject) -> bool:
    return subject.plan.header.intent in {"in_review", "live"}


def _order(subject: Subject) -> tuple[str, ...]:
    profiles = subject.policy.workflow.profiles
    profile = profiles.get(subject.plan.header.profile)
    return profile.gates if profile else ()


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
    yield from _from_reading(subject, "GEN001")
    if _in_review(subject):
        for gate in _order(subject):
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

    Datasets have dotted ids, a plan's id is the name of its folder, and no YAML mapping holds a key twice.
    """
    yield from _from_reading(subject, "GEN002")
    for twice in subject.facts.references.duplicates():
        first = f"{twice.first_gate}.{path_text(twice.first_path)}"
        yield Problem(
            "GEN002",
            f"{twice.kind.capitalize().replace('_', ' ')} `{twice.id}` is defined twice, first at {first}",
            twice.gate,
            twice.path,
            twice.id,
            "an id that stands once per kind",
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
    yield from _from_reading(subject, "GEN003")
    for missing in subject.facts.references.unresolved():
        if "team" in missing.use.kinds:
            continue
        kinds = " or ".join(kind.replace("_", " ") for kind in missing.use.kinds)
        hint = f"; did you mean `{missing.near}`?" if missing.near else ""
        yield Problem(
            "GEN003",
            f"`{missing.use.text}` names no {kinds}{hint}",
            missing.gate,
            missing.use.path,
            missing.use.text,
            missing.near or f"the id of a {kinds}",
        )


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
    yield from _from_reading(subject, "GEN004")


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
    yield from _from_reading(subject, "GEN005")


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
    yield from _from_reading(subject, "GEN006")


@rule(
    "GEN007",
    "Texts say something",
    minimal=True,
    reason="`TBD` in a mandatory field is a field that is not filled.",
    fails=(Edit("01-context.yml", "decision: Order stock for the coming week", "decision: TBD"),),
)
def written_texts(subject: Subject) -> Iterator[Problem]:
    """No text is a placeholder (`TBD`, `n/a`, `…`, template text); reasons and problem statements are sentences."""
    least = subject.policy.checklists.thresholds.prose_length
    for gate, value in subject.plan.gates.items():
        for path, text in texts(value):
            yield from _text_problems(gate, path, text, least)
    for (gate, path), reason in subject.plan.not_applicable.items():
        yield from _text_problems(gate, (*path, "not_applicable"), reason, least, prose=True)
    for assumed in subject.plan.assumed:
        yield from _text_problems(assumed.gate, (*assumed.path, "because"), assumed.because or "", least, prose=True)


def _text_problems(gate: str, path: Path, text: str, least: int, *, prose: bool = False) -> Iterator[Problem]:
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    if is_placeholder(text) and (prose or name in _PROSE or text.strip().casefold() not in _ANSWERS):
        shown = f"`{text}` fills nothing" if text.strip() else "is empty"
        yield Problem(
            "GEN007", f"`{path_text(path)}`: {shown}", gate, path, text or "nothing", "what is meant, in words"
        )
    elif (prose or name in _PROSE) and len(text.strip()) < least:
        message = f"`{path_text(path)}`: `{text}` is too short to say why; write a sentence"
        yield Problem("GEN007", message, gate, path, text, f"at least {least} characters")


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
    yield from _from_reading(subject, "GEN008")


@rule(
    "GEN009",
    "Waivers are complete and name what exists",
    minimal=True,
    reason="A waiver for a rule that is not there waives nothing and hides that.",
    fails=(
        Edit(
            "waivers/W-001.yml",
            new="id: W-001\nrule: GEN099\npath: pipelines\nreason: The vendor ships the fix in March\n"
            "owner: alice\napproved_by: carol\ncreated: 2026-11-01\nexpires: 2027-02-01\n",
        ),
    ),
)
def waivers(subject: Subject) -> Iterator[Problem]:
    """Each waiver names one rule that exists and may be waived, with reason, owner, approver and dates."""
    yield from _from_reading(subject, "GEN009")
    known = known_rules(subject.policy)
    for waiver in subject.plan.waivers:
        file = f"waivers/{waiver.id}.yml"
        if waiver.rule in ALIASES:
            message = f"{waiver.id} waives `{waiver.rule}`, another name of {ALIASES[waiver.rule]}; write that one"
            yield Problem("GEN009", message, file=file, path=("rule",), observed=waiver.rule)
        elif waiver.rule not in known:
            near = nearest(waiver.rule, known)
            message = f"{waiver.id} waives `{waiver.rule}`, which is no rule" + (
                f"; did you mean {near}?" if near else ""
            )
            yield Problem("GEN009", message, file=file, path=("rule",), observed=waiver.rule, expected=near)
        elif not waivable(waiver.rule, subject.policy):
            yield Problem("GEN009", f"{waiver.id}: {waiver.rule} cannot be waived", file=file, observed=waiver.rule)
        if is_placeholder(waiver.reason):
            yield Problem("GEN009", f"{waiver.id} gives no reason", file=file, observed=waiver.reason)
        if not subject.policy.people.knows(waiver.owner):
            yield Problem("GEN009", f"{waiver.id}: the owner `{waiver.owner}` is not in people.yml", file=file)


@rule(
    "GEN010",
    "No secrets stand in a plan",
    minimal=True,
    unreadable=True,
    reason="Plans are published on a portal and read by continuous integration.",
    fails=(Edit("02-sources.yml", '"vault:shop_db/replica"', '"postgres://loader:hunter2secret@db/shop"'),),
)
def secrets(subject: Subject) -> Iterator[Problem]:
    """No value is a key, token, password or link with credentials; references such as `vault:…` are fine."""
    yield from _from_reading(subject, "GEN010")


@rule(
    "GEN011",
    "Estimates say what they rest on",
    severity="warning",
    reason="A guess that nobody marked as one is read as a measurement.",
    fails=(
        Edit("02-sources.yml", "row_bytes: 300 B", "row_bytes: {low: 200 B, base: 300 B, high: 500 B, basis: guess}"),
    ),
    passes=(
        Edit(
            "02-sources.yml",
            "row_bytes: 300 B",
            "row_bytes: {low: 200 B, base: 300 B, high: 500 B, basis: measured, source: pg_stat, as_of: 2026-10-01}",
        ),
    ),
)
def estimates(subject: Subject) -> Iterator[Problem]:
    """Each low/base/high estimate has a basis that is no guess, or is assumed; low ≤ base ≤ high (else an error)."""
    assumed = {(item.gate, item.path) for item in subject.plan.assumed}
    for gate, value in subject.plan.gates.items():
        for path, part in parts(value):
            if not isinstance(part, Estimate):
                continue
            low, base, high = part.cases
            if isinstance(base, Quantity) and not low.base <= base.base <= high.base:
                message = f"`{path_text(path)}`: low {low}, base {base}, high {high} are not in order"
                yield Problem(
                    "GEN011", message, gate, path, f"{low}, {base}, {high}", "low ≤ base ≤ high", severity="error"
                )
            spread = part.low is not None or part.high is not None
            if (gate, path) not in assumed and (part.basis == "guess" or (spread and part.basis is None)):
                said = "is a guess" if part.basis == "guess" else "does not say what it rests on"
                yield Problem(
                    "GEN011",
                    f"`{path_text(path)}`: the estimate {base} {said}",
                    gate,
                    path,
                    part.basis or "no basis",
                    "basis: measured | vendor | analogy, or an assumption",
                    hint="Write `{assume: …, because: …, if_wrong: …}` where nobody knows better yet",
                )


@rule(
    "GEN012",
    "Estimates and prices are not out of date",
    severity="warning",
    reason="Volumes and prices drift; half a year later a number describes another system.",
    fails=(Edit("03-capacity.yml", "price_as_of: 2026-11-01", "price_as_of: 2025-11-01"),),
)
def fresh_estimates(subject: Subject) -> Iterator[Problem]:
    """`as_of` of every estimate and `price_as_of` of prices is at most 180 days (checklists.yml) before the day."""
    limit = subject.policy.checklists.thresholds.estimate_age
    oldest = subject.today - timedelta(seconds=float(limit.base))
    for gate, value in subject.plan.gates.items():
        for path, part in parts(value):
            for name in ("as_of", "price_as_of"):
                told = getattr(part, name, None)
                if isinstance(told, date) and told < oldest:
                    age = (subject.today - told).days
                    yield Problem(
                        "GEN012",
                        f"`{path_text((*path, name))}`: {told} is {age} days old on {subject.today} (limit {limit})",
                        gate,
                        (*path, name),
                        f"{age} d",
                        f"<= {limit}",
                    )


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
    for gate, value in ((HEADER, header), *subject.plan.gates.items()):
        for use in uses(value):
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


@rule(
    "GEN014",
    "Every mandatory section is there",
    minimal=True,
    scope="plan",
    reason="A section that is missing is a question that was never asked. This is what the site build fails on.",
    reads=("*",),
    fails=(
        Edit(
            "08-operations.yml", "break_glass: The platform team grants write access for two hours and logs it.\n", ""
        ),
    ),
)
def mandatory_sections(subject: Subject) -> Iterator[Problem]:
    """Every mandatory section of workflow.yml is there: typed, inherited, derived, or declined with a reason.

    Sections that workflow.yml marks `not_applicable: never` cannot be declined. Gates that a draft has not begun are
    not asked for.
    """
    for state in subject.facts.mandatory:
        present = state.gate in subject.read.present
        if not present and not _in_review(subject):
            continue
        where = subject.read.files[state.gate]
        if state.verdict == "missing":
            yield Problem(
                "GEN014",
                f"Gate {state.gate} lacks {state.section.title} (`{path_text(state.path)}`) in {where}",
                state.gate,
                state.path,
                "nothing",
                f"`{path_text(state.path)}`"
                + (", or `{not_applicable: <reason>}`" if state.section.not_applicable == "allowed" else ""),
                hint=f"See references/templates.md for gate {state.gate}",
                absent=True,
                cause=None if present else "GEN001",
            )
        elif state.verdict == "not_applicable_refused":
            message = f"`{path_text(state.path)}`: {state.section.title} of gate {state.gate} cannot be declined"
            yield Problem("GEN014", message, state.gate, state.path, "not_applicable", state.section.title)


@rule(
    "GEN015",
    "Gates carry the number and order of the profile",
    minimal=True,
    reason="The order of the gates is the order of the review.",
    fails=(Edit("12-bundle.yml", new="risks: []\n"),),
)
def gate_order(subject: Subject) -> Iterator[Problem]:
    """Gate files are named `NN-gate.yml` by the profile; no later gate is approved while an earlier one is missing."""
    yield from _from_reading(subject, "GEN015")
    order = _order(subject)
    missing = [gate for gate in order if gate not in subject.read.present]
    for filed in subject.plan.records:
        record = filed.record
        if not record.verdict.startswith("approve"):
            continue
        for gate in record.gates:
            earlier = next((name for name in missing if gate in order and order.index(name) < order.index(gate)), None)
            if earlier:
                message = f"{record.by} approved gate {gate} on {record.date} while gate {earlier} before it is missing"
                yield Problem("GEN015", message, gate, observed=gate, expected=f"gate {earlier} first")


@rule(
    "GEN016",
    "Clarifications are asked, or unknowns are assumptions",
    minimal=True,
    reason="Questions that were not asked come back during the cutover.",
    reads=("context.clarifications", "context.assumptions"),
    fails=(Edit("plan.yml", "mode: one_shot", "mode: guided"),),
)
def clarifications(subject: Subject) -> Iterator[Problem]:
    """Guided: 4 to 8 clarifications, each answered, or declined with an assumption that stands for it.

    One shot: every unknown is an assumption, so that no mandatory section is empty.
    """
    context = subject.plan.context
    if context is None:
        return
    if subject.plan.header.mode == "one_shot":
        states = (s for s in subject.facts.mandatory if s.verdict == "missing" and s.gate in subject.read.present)
        if gaps := [f"{state.gate}.{path_text(state.path)}" for state in states]:
            more = f" and {len(gaps) - 3} more" if len(gaps) > 3 else ""
            yield Problem(
                "GEN016",
                f"A one-shot plan assumes what it does not know; open are {', '.join(gaps[:3])}{more}",
                HEADER,
                ("mode",),
                f"{len(gaps)} open",
                "`{assume: …, because: …}` in each",
                cause="GEN014",
            )
        return
    thresholds = subject.policy.checklists.thresholds
    least, most = thresholds.clarifications_least, thresholds.clarifications_most
    if not least <= len(context.clarifications) <= most:
        count = len(context.clarifications)
        message = f"A guided plan asks {least} to {most} clarifying questions, here are {count}"
        yield Problem("GEN016", message, "context", ("clarifications",), str(count), f"{least} to {most}")
    known = {assumption.id for assumption in context.assumptions}
    for index, asked in enumerate(context.clarifications):
        path: Path = ("clarifications", index)
        question = asked.question or asked.topic or f"clarification {index + 1}"
        if asked.declined:
            if asked.assumption is None or asked.assumption not in known:
                message = f"`{question}` was declined; name the assumption that stands for its answer"
                yield Problem(
                    "GEN016", message, "context", path, asked.assumption or "nothing", "the id of an assumption"
                )
        elif asked.answer is None or is_placeholder(asked.answer):
            message = f"`{question}` has no answer"
            yield Problem(
                "GEN016", message, "context", path, asked.answer or "nothing", "an answer, or `declined: true`"
            )

"""What a plan is made of: its mandatory sections, the order of its gates, its clarifications."""

from collections.abc import Iterator

from plangate.checks.absences import absent
from plangate.checks.general import fills_nothing
from plangate.checks.rule import Edit, Subject, rule
from plangate.model.problem import HEADER, Path, Problem, path_text
from plangate.model.text import is_placeholder


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
        if not present and not subject.in_review:
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
                cause=_cause(subject, state.gate, state.path),
            )
        elif state.verdict == "not_applicable_refused":
            message = f"`{path_text(state.path)}`: {state.section.title} of gate {state.gate} cannot be declined"
            yield Problem("GEN014", message, state.gate, state.path, "not_applicable", state.section.title)


def _cause(subject: Subject, gate: str, path: Path) -> str | None:
    """Name the rule that tells why a section is missing: no file, a mistyped key, or nothing but a placeholder."""
    if gate not in subject.read.present:
        return "GEN001"
    typos = (
        one for one in subject.refusals("GEN004") if one.gate == gate and one.at_key and one.path[:-1] == path[:-1]
    )
    if path and any(one.expected == path[-1] for one in typos):
        return "GEN004"
    here = (text for at_gate, at, text in subject.facts.texts if (at_gate, at) == (gate, path))
    return "GEN007" if any(fills_nothing(path, text) for text in here) else None


@rule(
    "GEN015",
    "Gates carry the number and order of the profile",
    minimal=True,
    reason="The order of the gates is the order of the review.",
    fails=(Edit("12-bundle.yml", new="risks: []\n"),),
)
def gate_order(subject: Subject) -> Iterator[Problem]:
    """Gate files are named `NN-gate.yml` by the profile; no later gate is approved while an earlier one is missing."""
    yield from subject.refusals("GEN015")
    order = subject.order
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
    """Guided: 4 to 8 clarifications, each with its `question`, and answered, or declined with an assumption that stands
    for it.

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
                "A plan of `mode: one_shot` asks nobody: what is not known yet is written as an assumption. Nothing "
                f"stands at {', '.join(gaps[:3])}{more}",
                HEADER,
                ("mode",),
                f"{len(gaps)} open",
                "at each the value, or `{assume: …, because: …}`",
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
        if asked.question is None:
            message = f"Clarification {index + 1} does not say what was asked"
            yield from absent(subject, "GEN016", "context", (*path, "question"), message, "`question`")
        if asked.declined:
            if asked.assumption is None or (asked.assumption not in known and not subject.gone("context.assumptions")):
                message = f"`{question}` was declined; name the assumption that stands for its answer"
                yield Problem(
                    "GEN016", message, "context", path, asked.assumption or "nothing", "the id of an assumption"
                )
        elif asked.answer is None or is_placeholder(asked.answer):
            message = f"`{question}` has no answer"
            told = asked.answer is not None and fills_nothing((*path, "answer"), asked.answer)
            yield Problem(
                "GEN016",
                message,
                "context",
                path,
                asked.answer or "nothing",
                "an answer, or `declined: true`",
                cause="GEN007" if told else None,
            )

"""What is confidential or personal: it is declared, and what the law asks for is answered."""

from collections.abc import Iterator

from plangate.checks.absences import absent
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Path, Problem
from plangate.model.sources import Source
from plangate.model.text import spoken

_GUARDED = frozenset({"confidential", "restricted"})
_CONFIDENTIAL = Edit("02-sources.yml", "classification: internal", "classification: confidential")
_REGULATED = Edit(
    "01-context.yml",
    "scope: {in:",
    "regulatory: [{regime: gdpr, obligation: Addresses are erased within 30 days}]\nscope: {in:",
)
_MASKED = Edit(
    "08-operations.yml",
    "cost_guardrails:",
    "access: {roles: [stock_read], review_period: 90 d, pii_masking: hash}\ncost_guardrails:",
)


def _reason(subject: Subject) -> str | None:
    """Say what makes data of the plan sensitive; None where nothing does."""
    for source in subject.plan.sources.sources if subject.plan.sources else ():
        if source.classification in _GUARDED:
            return f"Source {source.id} is {source.classification}"
        if source.personal_data and source.personal_data.columns:
            return f"Source {source.id} holds personal data"
    for model in subject.plan.modeling.models if subject.plan.modeling else ():
        for column in model.columns:
            if column.pii:
                return f"Column {model.id}#{column.name} is personal"
    return None


@rule(
    "CTX009",
    "What is confidential or personal has its regulation and its masking",
    scope="plan",
    tiers=FROM_B,
    reason="Who finds out after go-live which law applies builds the masking twice.",
    reads=(
        "context.regulatory",
        "sources.sources[].classification",
        "sources.sources[].personal_data.columns",
        "modeling.models[].columns",
        "operations.access.pii_masking",
    ),
    applies=lambda subject: subject.plan.context is not None and _reason(subject) is not None,
    where="there is confidential or personal data",
    fails=(_CONFIDENTIAL,),
    passes=(_CONFIDENTIAL, _REGULATED, _MASKED),
)
def law_is_answered(subject: Subject) -> Iterator[Problem]:
    """Where a source is confidential or restricted, or a column of a source or a model is personal, gate context names
    in `regulatory` what the law obliges to, and gate operations in `access.pii_masking` how personal data is hidden.
    """
    context, operations, why = subject.plan.context, subject.plan.operations, _reason(subject)
    if context is not None and not context.regulatory:
        message = f"{why}, and the plan names no regulation"
        yield from absent(subject, "CTX009", "context", ("regulatory",), message, "a regime with its obligation")
    if operations is not None and not (operations.access and operations.access.pii_masking):
        message = f"{why}, and nothing says how personal data is hidden"
        expected = "`pii_masking`, or `{not_applicable: …}` with the reason"
        yield from absent(subject, "CTX009", "operations", ("access", "pii_masking"), message, expected)


@rule(
    "SRC007",
    "Every source is classified, and its personal data is listed",
    tiers=FROM_B,
    reason="An empty list says that somebody looked; a missing one that nobody did.",
    reads=(
        "sources.sources[].classification",
        "sources.sources[].personal_data.columns",
        "sources.sources[].datasets[].id",
    ),
    applies=lambda subject: bool(subject.plan.sources and subject.plan.sources.sources),
    where="there are sources",
    fails=(Edit("02-sources.yml", "    personal_data: {columns: []}\n", ""),),
)
def sources_are_classified(subject: Subject) -> Iterator[Problem]:
    """Each source has a `classification` and the list `personal_data.columns`, which may be empty (`[]`) and names
    columns of the source's own datasets alone.
    """
    for index, source in enumerate(subject.plan.sources.sources if subject.plan.sources else ()):
        if source.classification is None:
            message = f"Source {source.id} is not classified"
            expected = "public, internal, confidential or restricted"
            yield from absent(subject, "SRC007", "sources", ("sources", index, "classification"), message, expected)
        if source.personal_data is None or source.personal_data.columns is None:
            message = f"Source {source.id} does not say which columns are personal"
            path = ("sources", index, "personal_data", "columns")
            yield from absent(subject, "SRC007", "sources", path, message, "the columns, or `[]`")
        yield from _strange(subject, index, source)


def _strange(subject: Subject, index: int, source: Source) -> Iterator[Problem]:
    """Tell of personal columns that are not the source's: they would be followed from nowhere."""
    own = {dataset.id for dataset in source.datasets}
    for place, column in enumerate((source.personal_data.columns or ()) if source.personal_data else ()):
        dataset = column.partition("#")[0]
        # Datasets are asked for by SRC001; what no gate knows is told by GEN003; what was refused may be the source's.
        strange = own and dataset not in own and subject.facts.references.is_known("dataset", dataset)
        if strange and not subject.gone("sources.sources.datasets.id"):
            message = f"Source {source.id} names {column} as personal, which is no column of its datasets"
            expected = f"a column of {spoken(sorted(own), 'or')}"
            where: Path = ("sources", index, "personal_data", "columns", place)
            yield Problem("SRC007", message, "sources", where, column, expected, "Name it under the source it is of")

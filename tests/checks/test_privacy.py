"""What is sensitive is declared and answered."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, told, verdicts

SOURCES, OPERATIONS, CONTEXT = "02-sources.yml", "08-operations.yml", "01-context.yml"
CONFIDENTIAL = (SOURCES, "classification: internal", "classification: confidential")
RESTRICTED = (SOURCES, "classification: internal", "classification: restricted")
PERSONAL = (SOURCES, "personal_data: {columns: []}", 'personal_data: {columns: ["shop_db.orders#email"]}')
PII = ("05-modeling.yml", "description: Order number of the shop", "description: Order number of the shop, pii: true")
REGULATED = (CONTEXT, "scope: {in:", "regulatory: [{regime: gdpr, obligation: Erase within 30 days}]\nscope: {in:")
MASKED = (OPERATIONS, "cost_guardrails:", "access: {pii_masking: hash}\ncost_guardrails:")
DECLINED = (
    OPERATIONS,
    "cost_guardrails:",
    "access: {pii_masking: {not_applicable: The figures are of companies and of no person}}\ncost_guardrails:",
)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([CONFIDENTIAL, REGULATED, MASKED], []),
        ([CONFIDENTIAL, REGULATED, DECLINED], []),
        (
            [CONFIDENTIAL, MASKED],
            [("regulatory", "Source shop_db is confidential, and the plan names no regulation")],
        ),
        (
            [RESTRICTED, REGULATED],
            [("access.pii_masking", "Source shop_db is restricted, and nothing says how personal data is hidden")],
        ),
        ([PERSONAL, MASKED], [("regulatory", "Source shop_db holds personal data, and the plan names no regulation")]),
        ([PII, MASKED], [("regulatory", "Column mart.orders#order_id is personal, and the plan names no regulation")]),
    ],
)
def test_law_is_answered(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "CTX009", changes)) == problems


def test_nothing_sensitive_asks_for_no_law(tmp_path: Path) -> None:
    assert idle(tmp_path, "CTX009") == 1


def test_a_refused_masking_leaves_the_law_undetermined(tmp_path: Path) -> None:
    refused = (OPERATIONS, "cost_guardrails:", "access: {pii_masking: [hash]}\ncost_guardrails:")
    assert verdicts(judged(tmp_path, "CTX009", [CONFIDENTIAL, REGULATED, refused])) == [
        ("CTX009", "undetermined", None)
    ]


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (PERSONAL, []),
        (
            (SOURCES, "    classification: internal\n", ""),
            [("sources[0].classification", "Source shop_db is not classified")],
        ),
        (
            (SOURCES, "    personal_data: {columns: []}\n", ""),
            [("sources[0].personal_data.columns", "Source shop_db does not say which columns are personal")],
        ),
        (
            (SOURCES, "personal_data: {columns: []}", "personal_data: {legal_basis: contract}"),
            [("sources[0].personal_data.columns", "Source shop_db does not say which columns are personal")],
        ),
        (
            (
                SOURCES,
                "personal_data: {columns: []}",
                'personal_data: {columns: ["shop_db.orders#id", "raw.orders#id"]}',
            ),
            [
                (
                    "sources[0].personal_data.columns[1]",
                    "Source shop_db names raw.orders#id as personal, which is no column of its datasets",
                )
            ],
        ),
        ((SOURCES, "personal_data: {columns: []}", 'personal_data: {columns: ["shop_db.order#id"]}'), []),
    ],
)
def test_sources_are_classified(tmp_path: Path, change: tuple[str, str, str], problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "SRC007", [change])) == problems

"""The prose of gates."""

from pathlib import Path

import pytest

from plangate.checks.rule import Edit

from .signing import judged, of, plans

FILE = "01-context.md"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("", "nothing"),
        ("\n\n<!-- why -->\n", "nothing"),
        ("# Context\n\n## Problem\n", "only headings"),
        ("Context\n=======\n", None),
        ("# Context\n\nTBD\n\n- …\n", "only placeholders"),
        ("[describe the problem here]\n", "only placeholders"),
        ("# Context\n\nStock is ordered by these numbers.\n", None),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", None),
    ],
)
def test_prose_says_something(tmp_path: Path, body: str, what: str | None) -> None:
    found = of(judged(plans(tmp_path, Edit(FILE, new=body))), "TXT001")
    assert [finding.observed for finding in found] == ([] if what is None else [what])


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("It is decided.\nTODO: by whom?\n", [2]),
        ("It is UNRESOLVED.\n\nAnd FIXME too.\n", [1, 3]),
        ("The todo list of the shop, and its TODOS.\n", []),
        ("See `TODO` in the code.\n", []),
        ("```\nTODO\n```\n", []),
        ("<!-- TODO -->Said.\n", []),
        ("Open question: who pays?\n", [1]),
        ("- **Open questions:** who pays?\n", [1]),
        ("## Open questions\n\n- Who pays?\n", [1]),
        ("## Open questions\n\nNone.\n", []),
        ("## Open questions\n\n## Risks\n\nNone is known.\n", []),
        ("Open questions: none\n", []),
        ("Open questions: None. Two were answered in the review.\n", []),
        ("Open questions: no questions left\n", []),
        ("Open questions: No idea who owns the refunds.\n", [1]),
        ("Open question: None of the owners has said what a refund is.\n", [1]),
        ("Open questions: none, but who pays?\n", [1]),
        ("Open questions were all answered on 2026-11-12.\n", []),
        ("Open question whether finance agrees?\n", [1]),
        ("## Open questions\n\n- None for finance\n- Who owns refunds\n", [1]),
        ("## Open questions\n\n- None\n\n## Risks\n\n- One is known.\n", []),
        ("## Open questions\n\nAll were answered.\n", []),
        ("## Open questions\n\nAll answered.\n\n- Orders are late.\n", []),
        ("<!-- for later:\nTODO: say more\n-->\nSaid. TODO\n", [4]),
        ("It is x <!-- y. TODO\n", [1]),
        ("There is no open question that matters.\n", []),
        ("---\ntitle: Why\n---\n\nTODO\n", [5]),
    ],
)
def test_nothing_is_left_open(tmp_path: Path, body: str, lines: list[int]) -> None:
    found = of(judged(plans(tmp_path, Edit(FILE, new=f"{body}"))), "TXT002")
    assert [(finding.file, finding.line) for finding in found] == [(f"plans/first-plan/{FILE}", line) for line in lines]


def test_a_draft_may_leave_things_open(tmp_path: Path) -> None:
    draft = Edit("plan.yml", "intent: in_review", "intent: draft")
    assert of(judged(plans(tmp_path, draft, Edit(FILE, new="TODO\n\nText.\n"))), "TXT002") == []


def test_texts_of_the_yaml_are_read_too(tmp_path: Path) -> None:
    edit = Edit("01-context.yml", "decision: Order stock for the coming week", "decision: Order stock FIXME when")
    (found,) = of(judged(plans(tmp_path, edit)), "TXT002")
    assert (found.path, found.observed) == ("decisions[0].decision", "FIXME")

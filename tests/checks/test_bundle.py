"""Terms that are explained once."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, told, verdicts

FILE, CONTEXT = "11-bundle.yml", "01-context.yml"


def glossary(*terms: str) -> tuple[str, str, str]:
    return FILE, "risks:", f"glossary: [{', '.join(terms)}]\nrisks:"


def definition(text: str) -> tuple[str, str, str]:
    return CONTEXT, "definition: Number of placed orders, by order date, without cancelled ones", f"definition: {text}"


ORDER = "{term: Placed order, meaning: A basket that was paid}"
SPEAKS = definition("Number of “placed order” entries, by order date")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([glossary(ORDER, "{term: Basket, meaning: What is not paid yet}")], []),
        ([glossary(ORDER, "{term: PLACED ORDER, meaning: Another thing}")],
         [("glossary[1]", "“PLACED ORDER” stands twice in the glossary")]),
        ([glossary("{term: Placed order}")],
         [("glossary[0].meaning", "“Placed order” stands in the glossary without a meaning")]),
        ([SPEAKS, glossary(ORDER)], []),
        ([SPEAKS],
         [("metrics[0].definition",
           "Metric daily_orders speaks of “placed order”, which the glossary does not explain")]),
        ([definition("'Number of `web orders`'"), glossary(ORDER)],
         [("metrics[0].definition",
           "Metric daily_orders speaks of “web orders”, which the glossary does not explain")]),
    ],
)  # fmt: skip
def test_terms_are_explained(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    found = judged(tmp_path, "BND005", changes)
    assert told(found) == problems
    assert all(entry.severity == "warning" for entry in found)


def test_a_refused_glossary_explains_nothing_and_is_not_blamed(tmp_path: Path) -> None:
    assert verdicts(judged(tmp_path, "BND005", [SPEAKS, glossary("{meaning: A basket}")])) == [
        ("BND005", "undetermined", None)
    ]
    assert idle(tmp_path / "gone", "BND005", [(FILE, None, None)]) == 1

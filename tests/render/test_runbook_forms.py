"""What the runbook can be taken along as."""

from plangate.render.runbook_forms import form_path, runbook_forms

from .conftest import LinksOf
from .html import read


def test_links_to_every_form_and_to_the_schema(links_of: LinksOf) -> None:
    shown = read(runbook_forms(links_of("orders-mart", "runbook"))).all("a")
    assert [tag.attributes["href"] for tag in shown] == [
        "../cutover.ics",
        "../cutover.csv",
        "../cutover.md",
        "../cutover.json",
        "../../../schemas/runbook.json",
    ]
    assert [tag.words for tag in shown][:2] == ["Calendar", "Table"]


def test_the_path_of_a_form() -> None:
    assert form_path("a-plan", "ics") == "plans/a-plan/cutover.ics"

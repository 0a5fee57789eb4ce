"""Links to the runbook in the forms that other programs read, for the page of the runbook."""

from markupsafe import Markup

from plangate.render.fragments import joined, link, paragraph
from plangate.render.links import Links

_FORMS = (
    ("ics", "Calendar", "an event a step"),
    ("csv", "Table", "a row a step"),
    ("md", "Task list", "Markdown to tick off in an issue"),
    ("json", "Data", "all times in seconds"),
)


def form_path(plan: str, form: str) -> str:
    """Give the path of a form of the runbook on the site: `plans/orders-mart/cutover.ics`."""
    return f"plans/{plan}/cutover.{form}"


def runbook_forms(links: Links) -> Markup:
    """Give a line of links to the runbook of a plan as calendar, table, task list and data, and to its schema."""
    shown = [
        Markup("{} <small>({})</small>").format(link(title, links.url(form_path(links.plan, form))), what)
        for form, title, what in _FORMS
    ]
    schema = link("schema of the data", links.url("schemas/runbook.json"))
    return paragraph(Markup("To take along: {}; {}").format(joined(shown, ", "), schema))

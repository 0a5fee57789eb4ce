"""Links to the lineage of a plan as files that other programs read."""

from collections.abc import Mapping
from types import MappingProxyType

from markupsafe import Markup

from plangate.render.fragments import joined, link
from plangate.render.links import Links

FORMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "svg": ("SVG", "svg"),
        "mermaid": ("Mermaid", "mmd"),
        "dot": ("DOT", "dot"),
        "csv": ("CSV", "csv"),
        "json": ("JSON", "json"),
    }
)
"""The forms that each plan has a file of: their names, and how the names of the files end."""


def form_path(plan: str, form: str) -> str:
    """Give the path of the file of a form: `plans/a/lineage.svg`."""
    return f"plans/{plan}/lineage.{FORMS[form][1]}"


def lineage_forms(links: Links) -> Markup:
    """Give the links to all forms of a plan's lineage."""
    listed = [link(title, links.url(form_path(links.plan, form))) for form, (title, _) in FORMS.items()]
    return Markup("<p data-search-exclude>The same as {}.</p>").format(joined(listed, ", "))

"""The templates of this room: one Jinja environment that escapes everything."""

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from plangate.render.text import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def fill(name: str, **values: object) -> Markup:
    """Fill `templates/<name>.html`; a name that the template uses and nobody gave is an error (StrictUndefined)."""
    return Markup(_environment().get_template(f"{name}.html").render(values))  # noqa: S704 - it escapes by itself


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - heavy, not needed to check

    return Environment(
        loader=PackageLoader("plangate.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _shown(value: object) -> object:
    return visible(value) if type(value) is str else value

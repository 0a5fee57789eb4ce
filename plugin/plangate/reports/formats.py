"""The forms in which a report is written, by the names that `--format` takes."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from plangate.checks.report import Report


class Told(Struct, frozen=True):
    """What is written: a report, from which severity on it fails, and whether the text is coloured."""

    report: "Report"
    fail_on: str = "error"
    colour: bool = False

    @property
    def failed(self) -> bool:
        """Tell whether the run fails."""
        from plangate.reports.outcome import fails  # noqa: PLC0415 -- the names of the forms alone stay cheap

        return fails(self.report, self.fail_on)


def _by(module: str) -> Callable[..., str]:
    """Give the function that writes a form, from its module."""
    made: Any = import_module(f"plangate.reports.{module}")
    function: Callable[..., str] = getattr(made, f"report_{module.removesuffix('_report')}")
    return function


FORMATS: Mapping[str, Callable[[Told], str]] = MappingProxyType(
    {
        "text": lambda told: _by("text")(told.report, colour=told.colour, failed=told.failed),
        "json": lambda told: _by("json_report")(told.report, failed=told.failed),
        "sarif": lambda told: _by("sarif")(told.report),
        "junit": lambda told: _by("junit")(told.report, told.fail_on),
        "github": lambda told: _by("github")(told.report, failed=told.failed),
        "gitlab": lambda told: _by("gitlab")(told.report),
        "markdown": lambda told: _by("markdown")(told.report, failed=told.failed),
    }
)
"""Every form by its name."""

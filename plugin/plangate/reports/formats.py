"""The forms in which a report is written, by the names that `--format` takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from plangate.checks.report import Report
from plangate.reading.portfolio import Portfolio
from plangate.reports import outcome
from plangate.reports.github import report_github
from plangate.reports.gitlab import report_gitlab
from plangate.reports.json_report import report_json
from plangate.reports.junit import report_junit
from plangate.reports.markdown import report_markdown
from plangate.reports.sarif import report_sarif
from plangate.reports.text import report_text


@dataclass(frozen=True, slots=True)
class Told:
    """What is written: a report, the portfolio that was checked, from which severity on it fails, and whether the text
    is coloured."""

    report: Report
    portfolio: Portfolio | None = None
    fail_on: str = "error"
    colour: bool = False

    @property
    def failed(self) -> bool:
        """Tell whether the run fails."""
        return outcome.fails(self.report, self.fail_on)


FORMATS: Mapping[str, Callable[[Told], str]] = MappingProxyType(
    {
        "text": lambda told: report_text(told.report, portfolio=told.portfolio, colour=told.colour, failed=told.failed),
        "json": lambda told: report_json(told.report, failed=told.failed),
        "sarif": lambda told: report_sarif(told.report),
        "junit": lambda told: report_junit(told.report, told.fail_on),
        "github": lambda told: report_github(told.report, failed=told.failed),
        "gitlab": lambda told: report_gitlab(told.report),
        "markdown": lambda told: report_markdown(told.report, failed=told.failed),
    }
)
"""Every form by its name."""

"""Plangate: plans for data platforms as code, checked in pull requests and published as a portal.

from plangate import check, read

portfolio = read("plans", "references")
report = check(portfolio, today=date(2026, 11, 23))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from plangate.checks.finding import Finding
    from plangate.checks.report import Report
    from plangate.model.plan import Plan
    from plangate.reading.portfolio import Portfolio

__version__ = "0.1.0"

__all__ = ["Finding", "Plan", "Portfolio", "__version__", "check", "read"]

_LAZY = {
    "Finding": "plangate.checks.finding",
    "Plan": "plangate.model.plan",
    "Portfolio": "plangate.reading.portfolio",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)


def read(plans_dir: "str | Path", references_dir: "str | Path | None" = None) -> "Portfolio":
    """Read every plan below a folder (FileNotFoundError where it is none); refused values are findings of `check`."""
    from pathlib import Path  # noqa: PLC0415 -- `import plangate` alone stays cheap

    from plangate.reading.portfolio import read_portfolio  # noqa: PLC0415

    return read_portfolio(Path(plans_dir), Path(references_dir) if references_dir is not None else None)


def check(portfolio: "Portfolio", *, today: "date", preset: str | None = None) -> "Report":
    """Check every plan of a portfolio as of a day, under the preset of checklists.yml or the given one."""
    from plangate.checks.runner import check as run  # noqa: PLC0415 -- see read

    return run(portfolio, today=today, preset=preset)

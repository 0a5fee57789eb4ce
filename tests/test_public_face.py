"""The public names of the package."""

from datetime import date
from pathlib import Path

import pytest

import plangate

ROOT = Path(__file__).parents[1]


def test_names() -> None:
    assert set(plangate.__all__) == {"Finding", "Plan", "Portfolio", "__version__", "check", "read"}
    for name in plangate.__all__:
        assert getattr(plangate, name) is not None


def test_the_version_is_that_of_the_distribution() -> None:
    assert f'version = "{plangate.__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'helpers'"):
        getattr(plangate, "helpers")  # noqa: B009 -- a name that type checkers refuse


def test_read_and_check() -> None:
    portfolio = plangate.read(ROOT / "plans", ROOT / "references")
    assert isinstance(portfolio, plangate.Portfolio)
    assert "orders-mart" in portfolio
    report = plangate.check(portfolio, today=date(2026, 11, 23))
    assert report.today == date(2026, 11, 23)
    assert [plan.id for plan in report.plans] == [plan.id for plan in portfolio.plans]
    assert all(isinstance(finding, plangate.Finding) for finding in report.findings)


def test_reading_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        plangate.read(tmp_path / "plans")

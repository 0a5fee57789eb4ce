"""Cost as plain data, under names that stay: lines with what they pay for, totals, months and what is paid once."""

from collections.abc import Mapping
from typing import Any

from plangate.analysis.charge import Charge
from plangate.analysis.computed import Computed
from plangate.analysis.cost import CostFacts
from plangate.analysis.cost_line import CostLineFacts
from plangate.reports.values import bare, plain


def cost_data(found: CostFacts) -> dict[str, Any]:
    """Give the totals, what they are by driver and purpose, each line, and the cost of each month to the horizon."""
    return {
        "currency": found.currency,
        "monthly": plain(found.monthly),
        "monthly_at_horizon": plain(found.monthly_at_horizon),
        "over_horizon": plain(found.over_horizon),
        "one_off": plain(found.one_off),
        "budget": plain(found.budget),
        "headroom": plain(found.headroom),
        "headroom_at_horizon": plain(found.headroom_at_horizon),
        "budget_passed_in_month": found.crossing,
        "budget_passed_in_month_high": found.crossing_high,
        "by_driver": _by_name(found.by_driver),
        "over_horizon_by_driver": {name: bare(number) for name, number in found.driver_over_horizon.items()},
        "by_purpose": _by_name(found.by_purpose),
        "once": [
            {
                "purpose": entry.purpose,
                "cost": plain(entry.cost),
                "budget": plain(entry.budget),
                "headroom": plain(entry.headroom),
            }
            for entry in found.once
        ],
        "legacy": plain(found.legacy),
        "months": [{"month": month, "cost": bare(cost)} for month, cost in enumerate(found.series)],
        "lines": [_line(entry) for entry in found.lines],
    }


def _by_name(numbers: Mapping[str, Computed]) -> dict[str, Any]:
    return {name: plain(number) for name, number in numbers.items()}


def _line(entry: CostLineFacts) -> dict[str, Any]:
    return {
        "line": entry.name,
        "driver": entry.line.driver,
        "model": entry.line.model,
        "purpose": entry.line.purpose or "run",
        "monthly": plain(entry.monthly),
        "monthly_at_horizon": plain(entry.monthly_at_horizon),
        "one_off": plain(entry.one_off),
        "idle": plain(entry.idle),
        "pays_for": [_charge(charge) for charge in entry.charges],
        "missing": list(entry.missing),
    }


def _charge(charge: Charge) -> dict[str, Any]:
    return {"what": charge.what, "quantity": plain(charge.quantity), "price": plain(charge.price)}

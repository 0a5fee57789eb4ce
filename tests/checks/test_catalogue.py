"""The catalogue is whole: every family with every number, and nothing that no family knows."""

import pytest

from plangate.checks.rule import ALIASES, all_rules
from plangate.model.rulename import FAMILIES, family

LAST = {
    "GEN": 16,
    "CTX": 10,
    "SRC": 14,
    "CAP": 15,
    "ING": 13,
    "TRN": 12,
    "CON": 14,
    "DQ": 12,
    "LIN": 4,
    "OPS": 8,
    "BCK": 6,
    "CUT": 15,
    "VAL": 6,
    "BND": 5,
    "STR": 15,
    "PLN": 15,
    "REV": 10,
    "WVR": 4,
    "TXT": 2,
}


def test_every_family_is_known() -> None:
    assert LAST.keys() == FAMILIES.keys()


@pytest.mark.parametrize("name", LAST)
def test_every_rule_of_a_family_is_there(name: str) -> None:
    found = sorted(rule for rule in {*all_rules(), *ALIASES} if family(rule) == name)
    assert found == [f"{name}{number:03d}" for number in range(1, LAST[name] + 1)]

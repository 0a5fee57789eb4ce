"""`plangate explain` and `plangate rules`."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from plangate.checks.rule import all_rules

Cli = Callable[..., Any]


@pytest.mark.parametrize("rule", sorted(all_rules()))
def test_every_rule_is_explained(cli: Cli, rule: str) -> None:
    done = cli("explain", rule)
    assert done.status == 0
    found = all_rules()[rule]
    assert done.out.startswith(f"{rule}  {found.title}")
    for part in ("Condition\n", "Reason\n", "Fails: ", "Passes: ", found.severity):
        assert part in done.out


@pytest.mark.parametrize(
    ("rule", "plan"),
    [
        ("GEN001", "the plan that `plangate init` writes"),
        ("CON005", "the plan that `plangate init` writes (in tier B)"),
        ("STR003", "the packaged streaming plan `first-stream`"),
    ],
)
def test_an_example_names_the_tier_in_which_it_holds(cli: Cli, rule: str, plan: str) -> None:
    assert f" of {plan} " in cli("explain", rule).out


def test_what_an_example_keeps_is_shown_once(cli: Cli) -> None:
    told = cli("explain", "CAP010").out
    assert told.count("  +   parallel_run: {start: 2027-01-12") == 1
    assert (
        "\nPasses: as the one that fails, and 03-capacity.yml of the plan that `plangate init` writes changes:\n"
        "    cost:\n      lines:\n  +     - {" in told
    )
    told = cli("explain", "CAP009").out
    assert told.endswith(
        "\nPasses: as the one that fails, but 03-capacity.yml of the plan that `plangate init` writes changes:\n"
        "    cost:\n  -   budget: 20 EUR/month\n  +   budget: 25 EUR/month\n"
    )


def test_small_letters_will_do(cli: Cli) -> None:
    assert cli("explain", "gen005").out == cli("explain", "GEN005").out


@pytest.mark.parametrize(("name", "says"), [("GEN05", "did you mean GEN0"), ("nonsense", "plangate rules")])
def test_an_unknown_rule_is_two(cli: Cli, name: str, says: str) -> None:
    done = cli("explain", name)
    assert done.status == 2
    assert says in done.err


def test_the_list(cli: Cli) -> None:
    lines = cli("rules").out.splitlines()
    assert [row.split()[0] for row in lines] == sorted(all_rules())


def test_the_list_as_json(cli: Cli) -> None:
    data = json.loads(cli("rules", "--format", "json").out)
    assert [entry["id"] for entry in data] == sorted(all_rules())
    assert json.loads(cli("explain", "GEN005", "--format", "json").out) in data
    assert all(entry["reason"] and entry["condition"] and entry["presets"][-1] == "strict" for entry in data)


@pytest.mark.parametrize(("alias", "rule"), [("VAL006", "REV009"), ("bnd002", "REV004")])
def test_an_alias_is_explained_as_its_rule(cli: Cli, alias: str, rule: str) -> None:
    assert cli("explain", alias).out == cli("explain", rule).out

"""The days of all contracts, in order, with who has to act."""

from pathlib import Path

from plangate.analysis.deadlines import deadlines

from .plans import plan

CONTRACTS = """
contracts:
  - {dataset: mart.orders, version: 2.0.0, owner: orders_team, live_versions: [{version: 1.4.0, sunset: 2027-03-01}]}
evolution:
  changes:
    - {dataset: mart.orders, kind: column_removed, element: channel, announce: 2026-12-01, sunset: 2027-02-01}
    - {dataset: mart.orders, kind: column_added, element: origin}
  migrations:
    - {consumer: board, dataset: mart.orders, change: channel, owner: finance, by: 2027-01-15, acknowledged: true}
    - {consumer: crm, dataset: mart.orders, change: channel, owner: sales, by: 2027-01-10}
    - {consumer: app, dataset: mart.orders, change: channel}
"""


def test_every_day_is_told_once_and_in_order(tmp_path: Path) -> None:
    found = deadlines([plan(tmp_path, contracts=CONTRACTS)])
    assert [(one.day.isoformat(), one.kind, one.what, one.team, one.done) for one in found] == [
        ("2026-12-01", "announcement", "channel", "orders_team", None),
        ("2027-01-10", "migration", "crm leaves channel", "sales", False),
        ("2027-01-15", "migration", "board leaves channel", "finance", True),
        ("2027-02-01", "sunset", "channel", "orders_team", None),
        ("2027-03-01", "sunset", "version 1.4.0", "orders_team", None),
    ]


def test_a_plan_without_contracts_has_none(tmp_path: Path) -> None:
    assert deadlines([plan(tmp_path)]) == ()

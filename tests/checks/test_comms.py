"""Who is told of a switch in time: in the first plan, and in the plans that read from a sample."""

from pathlib import Path

import pytest

from .judging import Changes, judged, sample, told

FILE = "09-cutover.yml"
COMMS = "comms: [{audience: stock_report"
SOON = "{audience: stock_report, offset: 8 h}"
EARLIER = (FILE, "offset: -120 h", "offset: -12 h")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([(FILE, "offset: -120 h", "offset: -24 h")], []),
        (
            [(FILE, "offset: -120 h", "offset: -23 h")],
            ["Consumer stock_report is told 23 h before the switch, 24 h are asked for"],
        ),
        (
            [(FILE, "comms: [{audience: stock_report", "comms_notice: 200 h\ncomms: [{audience: stock_report")],
            ["Consumer stock_report is told 120 h before the switch, 200 h are asked for"],
        ),
        (
            [(FILE, "comms: [{audience: stock_report", "comms: [{audience: data_platform")],
            ["Consumer stock_report is not told of the switch"],
        ),
        ([(FILE, "comms: [{audience: stock_report", "comms: [{audience: data_team")], []),
        (
            [(FILE, "offset: -120 h", "offset: 8 h")],
            ["Consumer stock_report is told only 8 h after the switch, 24 h are asked for"],
        ),
        (
            [(FILE, COMMS, f"comms: [{{audience: data_team, offset: -120 h}}, {SOON}, {{audience: stock_report")],
            [],
        ),
    ],
)
def test_readers_are_told(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "CUT013", changes))] == found


def test_the_earliest_entry_is_the_one_that_counts(tmp_path: Path) -> None:
    (found,) = judged(tmp_path, "CUT013", [(FILE, COMMS, f"comms: [{SOON}, {{audience: stock_report"), EARLIER])
    assert (found.path, found.observed) == ("comms[1].offset", "-12 h")
    assert found.message == "Consumer stock_report is told 12 h before the switch, 24 h are asked for"


LEDGER = '{audience: ledger-migration, channel: "#finance-systems", offset: -14 d'


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (LEDGER, []),
        (
            LEDGER.replace("ledger-migration", "crm"),
            [("comms", "Plan ledger-migration, which reads mart.fct_orders, is not told of the switch")],
        ),
        (
            LEDGER.replace("-14 d", "-48 h"),
            [
                (
                    "comms[6].offset",
                    "Plan ledger-migration, which reads mart.fct_orders, is told 48 h before the switch, 72 h are "
                    "asked for",
                )
            ],
        ),
    ],
)
def test_plans_that_read_what_is_switched_are_told(tmp_path: Path, entry: str, found: list[tuple[str, str]]) -> None:
    assert told(sample(tmp_path, "orders-mart", "CUT013", [(FILE, LEDGER, entry)])) == found

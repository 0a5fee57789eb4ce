"""`plangate import odcs` and `plangate export odcs`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plangate.model.contracts import Contracts
from plangate.reading.schemas.read import read_schema
from plangate.reading.yaml import load

Cli = Callable[..., Any]

WHOLE = (Path(__file__).parents[1] / "data/odcs/orders.odcs.yaml").read_text()


def test_import_writes_a_gate_and_tells_what_is_lost(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.odcs.yaml").write_text(WHOLE)
    done = cli("import", "odcs", "a.odcs.yaml")
    assert done.status == 0
    gate = Contracts.model_validate(load(done.out.encode(), name="a").data)
    assert [contract.dataset for contract in gate.contracts] == ["mart.fct_orders", "mart.customers"]
    assert "note a.odcs.yaml: servers has no place in gate contracts\n" in done.err
    assert "note a.odcs.yaml: x-house has no place" in done.err
    again = cli("import", "odcs", "a.odcs.yaml", "a.odcs.yaml", "--output", "new/06-contracts.yml")
    assert (again.status, again.out) == (0, "")
    assert (tmp_path / "new/06-contracts.yml").read_text() == done.out + done.out.removeprefix("contracts:\n")


def test_import_tells_what_is_wrong_and_goes_on(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WHOLE.replace("0 6 * * *", "0 30 * * *"))
    done = cli("import", "odcs", "a.yaml")
    assert done.status == 1
    assert "error GEN006 a.yaml:88:82  Cron `0 30 * * *`: hour `30` is not in 0 to 23\n" in done.err
    assert done.out.startswith("contracts:\n")


def test_a_warning_is_no_failure(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WHOLE.replace("generalAvailability", "timeOfAvailability"))
    done = cli("import", "odcs", "a.yaml")
    assert done.status == 0
    assert "warning GEN004 a.yaml:95:16" in done.err


@pytest.mark.parametrize("text", ["a: ]", "a: 1", "", "\x00", "[1]"])
def test_what_is_no_contract_gives_nothing(cli: Cli, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    done = cli("import", "odcs", "a.yaml", "--output", "b.yml")
    assert (done.status, done.out) == (1, "")
    assert "a.yaml:1:" in done.err
    assert not (tmp_path / "b.yml").exists()


def test_nothing_is_overwritten_and_nothing_is_guessed(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WHOLE)
    (tmp_path / "b.yml").write_text("mine")
    assert cli("import", "odcs", "a.yaml", "--output", "b.yml").status == 2
    assert (tmp_path / "b.yml").read_text() == "mine"
    assert cli("import", "odcs", "absent.yaml").status == 2
    assert cli("import", "odcs").status == 2
    assert cli("import", "odt", "a.yaml").status == 2


def test_a_link_is_not_followed(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WHOLE)
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")
    done = cli("import", "odcs", "link.yaml")
    assert (done.status, done.out) == (1, "")
    assert "cannot be read" in done.err


def test_export_writes_every_contract(cli: Cli, portal: Path) -> None:
    done = cli("export", "odcs", "--output", "out")
    assert (done.status, done.out) == (0, "")
    names = sorted(path.name for path in (portal / "out").iterdir())
    assert "mart.orders.odcs.yaml" in names
    for name in names:
        document = read_schema((portal / "out" / name).read_bytes(), name)
        assert document.problems == ()
        assert document.tables[0].fields
    assert "has no place in ODCS" in done.err
    one = cli("export", "odcs", "first-plan")
    assert one.out.removeprefix("---\n") == "---\n".join((portal / "out" / name).read_text() for name in names)


def test_what_was_exported_can_be_imported(cli: Cli, portal: Path) -> None:
    cli("export", "odcs", "--output", "out")
    done = cli("import", "odcs", "out/mart.orders.odcs.yaml")
    assert done.status == 0
    gate = Contracts.model_validate(load(done.out.encode(), name="a").data)
    assert [contract.dataset for contract in gate.contracts] == ["mart.orders"]


@pytest.mark.parametrize(("args", "told"), [(("first-plam",), "did you mean first-plan?"), (("--output",), "--output")])
def test_export_usage(cli: Cli, portal: Path, args: tuple[str, ...], told: str) -> None:
    done = cli("export", "odcs", *args)
    assert (done.status, done.out) == (2, "")
    assert told in done.err

"""A glance at plans: their size, and what their pipelines read and write."""

from pathlib import Path

import pytest

from plangate.reading.glance import glance

FLOW = """\
pipelines:
  - id: load
    inputs: [web.clicks, 'crm.accounts']
    outputs: [raw.clicks,
      "raw.accounts"]
"""


@pytest.mark.parametrize("name", ["05-ingestion.yml", "04-ingestion.yaml"])
def test_names_of_pipelines_tie_plans(tmp_path: Path, name: str) -> None:
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / name).write_text(FLOW)
    seen = glance(tmp_path, ["orders"])["orders"]
    assert set(seen.ties) == {"web.clicks", "crm.accounts", "raw.clicks", "raw.accounts"}
    assert seen.size == len(FLOW.encode())


def test_other_files_count_by_their_size_alone(tmp_path: Path) -> None:
    (tmp_path / "orders" / "reviews").mkdir(parents=True)
    (tmp_path / "orders" / "05-modeling.yml").write_text(FLOW)
    before = glance(tmp_path, ["orders"])["orders"].size
    (tmp_path / "orders" / "reviews" / "a.yml").write_text(FLOW)
    seen = glance(tmp_path, ["orders"])["orders"]
    assert seen.ties == ()
    assert seen.size - before >= len(FLOW)


def test_what_is_not_there_or_no_text_is_a_plan_without_ties(tmp_path: Path) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "05-ingestion.yml").write_bytes(b"inputs: [\xff, a.b]")
    seen = glance(tmp_path, ["gone", "odd"])
    assert seen["gone"].ties == ()
    assert set(seen["odd"].ties) == {"\ufffd", "a.b"}

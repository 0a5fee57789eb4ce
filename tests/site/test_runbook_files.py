"""The runbook beside its page: files for calendars, spreadsheets, issues and programs."""

import csv
import json

import jsonschema
import pytest
from icalendar import Calendar
from tests.site.conftest import Site


@pytest.mark.parametrize(("theme", "urls"), [("material", True), ("mkdocs", False)])
def test_the_runbook_in_every_form(site: Site, theme: str, urls: bool) -> None:
    site.settings(theme, use_directory_urls=urls)
    site.build()
    folder = site.out / "plans/first-plan"
    page = site.page(f"plans/first-plan/runbook{'/index' if urls else ''}.html")
    for form in ("ics", "csv", "md", "json"):
        assert f'href="{"../" if urls else ""}cutover.{form}"' in page
    calendar = Calendar.from_ical((folder / "cutover.ics").read_bytes().decode())
    assert len(calendar.walk("VEVENT")) > 3
    rows = list(csv.DictReader((folder / "cutover.csv").read_bytes().decode().splitlines()))
    data = json.loads((folder / "cutover.json").read_text())
    assert [row["step"] for row in rows] == [step["id"] for step in data["steps"]] == ["s01", "c01", "s02"]
    assert (folder / "cutover.md").read_text().startswith("# Cutover runbook: ")
    jsonschema.validate(data, json.loads(site.page("schemas/runbook.json")))
    assert (folder / ("cutover/index.html" if urls else "cutover.html")).is_file()


def test_a_plan_without_a_switch_has_neither_files_nor_links(site: Site) -> None:
    site.options(fail_on="never")
    (site.plan / "09-cutover.yml").unlink()
    site.build()
    assert not list((site.out / "plans/first-plan").glob("cutover.*"))
    assert "cutover.ics" not in site.page("plans/first-plan/runbook/index.html")

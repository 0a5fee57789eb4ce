import json
import re
from xml.etree import ElementTree as Xml

import jsonschema
from tests.site.conftest import Site

from plangate.render.lineage_forms import FORMS, form_path


def test_each_plan_has_its_lineage_as_files_that_its_page_links_to(site: Site) -> None:
    site.build()
    html = site.page("plans/first-plan/lineage/index.html")
    for form, (title, _) in FORMS.items():
        path = form_path("first-plan", form)
        assert f'<a href="../{path.rpartition("/")[2]}">{title}</a>' in html
        assert "mart.orders" in site.page(path).replace("#46;", ".")
    Xml.fromstring(site.page(form_path("first-plan", "svg")))  # noqa: S314 -- our own file
    schema = json.loads(site.page("schemas/lineage.json"))
    for path in (form_path("first-plan", "json"), "lineage.json"):
        data = json.loads(site.page(path))
        jsonschema.validate(data, schema)
        assert data["plans"] == ["first-plan"]


def test_links_lead_there_without_directory_addresses_too(site: Site) -> None:
    site.settings(use_directory_urls=False)
    site.build()
    html = site.page("plans/first-plan/lineage.html")
    links = re.findall(r'href="(lineage\.(?:svg|mmd|dot|csv|json))"', html)
    assert len(links) == len(FORMS)
    assert all((site.out / "plans/first-plan" / link).is_file() for link in links)


def test_a_plan_without_pages_is_in_no_file(site: Site) -> None:
    site.edit("plans/first-plan/plan.yml", "intent: in_review", "intent: draft")
    site.options(drafts="hide")
    site.build()
    assert not (site.out / "lineage.json").exists()
    assert not (site.out / form_path("first-plan", "json")).exists()

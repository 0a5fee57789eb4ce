"""The pages of the lineage of all plans: overview, domains, datasets, and what changed since a base revision."""

import re

import pytest
from tests.repositories import committed, git
from tests.site.conftest import Site

from plangate.render.bundled import NEEDED


def test_each_dataset_has_a_page_that_others_link_to(site: Site) -> None:
    site.build()
    html = site.page("datasets/mart.orders/index.html")
    assert re.search(r"<h1[^>]*>mart\.orders</h1>", html)
    for heading in ("What a change here reaches", "Columns", "Contract", "Checks", "Plans that speak of it"):
        assert f">{heading}<" in html
    assert 'href="../../datasets/mart.orders/"' in site.page("plans/first-plan/lineage/index.html").replace(
        'href="../../../datasets', 'href="../../datasets'
    )
    assert "mart.orders" in site.page("search/search_index.json")


def test_the_overview_counts_domains_by_layer_and_tells_of_personal_data(site: Site) -> None:
    site.build()
    html = site.page("lineage/index.html")
    assert ">Domains by layer<" in html
    assert ">Personal data<" in html
    assert site.page("lineage/none/index.html") if "lineage/none/" in html else re.search(r'href="[a-z-]+/"', html)


def test_styles_are_linked_where_they_are_needed_only(site: Site) -> None:
    site.build()
    linked = {name: f"assets/plangate/{name}.css" in site.page("datasets/mart.orders/index.html") for name in NEEDED}
    assert linked["columns"]
    assert not any(f"assets/plangate/{name}.css" in site.page("index.html") for name in NEEDED)
    assert all((site.out / f"assets/plangate/{name}.css").is_file() for name in NEEDED)


def test_what_changed_since_the_base_revision_is_marked(site: Site) -> None:
    site.options(base="HEAD")
    committed(site.root, "Begin")
    site.edit("plans/first-plan/01-context.yml", "reads: [mart.orders]", "reads: [mart.orders, raw.orders]")
    site.build()
    html = site.page("plans/first-plan/lineage/index.html")
    assert ">Changed since the base revision<" in html
    assert "new edge: raw.orders → " in html
    assert 'class="pg-new"' in html
    assert 'class="pg-new"' in site.page("datasets/raw.orders/index.html")


def test_nothing_changed_is_said(site: Site) -> None:
    site.options(base="main")
    committed(site.root, "Begin")
    site.build()
    assert "Nothing in the lineage has changed." in site.page("plans/first-plan/lineage/index.html")


def test_a_base_that_git_does_not_know_is_told_and_the_build_goes_on(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.options(base="nowhere")
    git(site.root, "init", "--quiet")
    caplog.set_level("INFO")
    site.build()
    assert any("git knows no revision 'nowhere'" in record.getMessage() for record in caplog.records)
    assert "Changed since" not in site.page("plans/first-plan/lineage/index.html")

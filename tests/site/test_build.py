import json
import logging
import re
import shutil

import pytest
from mkdocs.exceptions import Abort
from tests.site.conftest import PEOPLE, Site

from plangate.analysis.formulas import FORMULAS
from plangate.render.links import COMPUTED
from plangate.site import views

GATES = ("context", "sources", "capacity", "ingestion", "modeling", "contracts", "quality", "operations", "cutover")


def sidebar(html: str) -> str:
    return html.split('class="md-sidebar md-sidebar--primary"', 1)[1].split("md-sidebar--secondary", 1)[0]


def test_a_plan_has_its_pages_files_and_sidebar(site: Site) -> None:
    site.settings(repo_url="https://git.example/acme/plans", edit_uri="edit/main/docs/")
    site.edit(
        "mkdocs.yml", "  name: material\n", "  name: material\n  features: [content.action.edit, navigation.path]\n"
    )
    site.write("plans/first-plan/images/flow.png", "png")
    site.write("plans/first-plan/images/evil.svg", "<svg onload='x'/>")
    shutil.copy(PEOPLE, site.root / "docs")
    site.build()
    for name in ("", *(f"{name}/" for name in (*GATES, *COMPUTED))):
        html = site.page(f"plans/first-plan/{name}index.html")
        assert "<h1" in html
        assert "{{" not in html
        assert "Traceback" not in html
    capacity = site.page("plans/first-plan/capacity/index.html")
    assert 'href="https://git.example/acme/plans/edit/main/plans/first-plan/03-capacity.yml"' in capacity
    title = json.loads(site.page("plans/index.json"))["plans"][0]["title"]
    assert f" · {title} - Portal</title>" in capacity
    assert 'data-md-component="source"' not in capacity
    for name in ("../", "../sources/", *(f"../{computed}/" for computed in COMPUTED)):
        assert f'href="{name}"' in sidebar(capacity)
    listed = sidebar(site.page("plans/index.html"))
    assert 'href="first-plan/"' in listed
    assert title in listed
    assert "assets/plangate/plangate.css" in capacity
    index = json.loads(site.page("plans/index.json"))
    assert [plan["id"] for plan in index["plans"]] == ["first-plan"]
    assert {gate["gate"] for gate in index["plans"][0]["gates"]} >= set(GATES)
    assert json.loads(site.page("schemas/capacity.json"))["type"] == "object"
    assert json.loads(site.page("schemas/lineage.json"))["type"] == "object"
    assert json.loads(site.page("schemas/report.json"))["title"] == "Report of plangate check"
    assert [entry["id"] for entry in json.loads(site.page("formulas.json"))["formulas"]] == list(FORMULAS)
    assert (site.out / "plans/first-plan/images/flow.png").is_file()
    assert not (site.out / "plans/first-plan/images/evil.svg").exists()
    assert not (site.out / "people.yml").exists()
    assert (site.out / "assets/plangate/plangate.js").stat().st_size > 0
    entries = json.loads(site.page("search/search_index.json"))["docs"]
    found = {entry["location"].split("#")[0] for entry in entries}
    assert "plans/first-plan/capacity/" in found
    assert "plans/first-plan/runbook/" not in found
    assert json.loads((site.root / ".plangate/report.json").read_text())["examined"]["plans"] == 1


def test_computed_pages_have_an_edit_link_to_their_gate_and_are_not_searched(site: Site) -> None:
    site.settings(repo_url="https://git.example/acme/plans", edit_uri="edit/main/docs/")
    site.edit("mkdocs.yml", "  name: material\n", "  name: material\n  features: [content.action.edit]\n")
    site.build()
    assert tuple(views.COMPUTED) == COMPUTED
    found = {entry["location"].split("#")[0] for entry in json.loads(site.page("search/search_index.json"))["docs"]}
    for name, file in (("cost", "03-capacity.yml"), ("freshness", "02-sources.yml"), ("backfill", "09-cutover.yml")):
        html = site.page(f"plans/first-plan/{name}/index.html")
        assert f'href="https://git.example/acme/plans/edit/main/plans/first-plan/{file}"' in html
        assert f"plans/first-plan/{name}/" not in found


def test_prose_leads_to_computed_pages(site: Site) -> None:
    calls = [f"[{name}]({name}.md) [{name} here]({name}#pg-lines)" for name in COMPUTED]
    site.write("plans/first-plan/01-context.md", f"# Why\n\nSee {', '.join(calls)}.\n")
    site.build()
    html = site.page("plans/first-plan/context/index.html")
    for name in COMPUTED:
        assert f'<a href="../{name}/" rel="noopener noreferrer nofollow">{name}</a>' in html
        assert f'<a href="../{name}/#pg-lines" rel=' in html


def test_every_rule_has_a_page_and_the_index_links_to_it(site: Site) -> None:
    site.build()
    assert (site.out / "rules/GEN001/index.html").is_file()
    assert re.search(r'href="GEN001/"', site.page("rules/index.html"))


@pytest.mark.parametrize("urls", [True, False])
def test_links_between_generated_pages_lead_somewhere(site: Site, urls: bool) -> None:
    site.settings(use_directory_urls=urls)
    site.build()
    broken = []
    for page in sorted((site.out / "plans").rglob("*.html")):
        content = page.read_text("utf-8").split("<article", 1)[1].split("</article>", 1)[0]
        for href in re.findall(r'href="([^"#:]+)(?:#[^"]*)?"', content):
            target = (page.parent / href).resolve()
            target = target / "index.html" if href.endswith("/") or target.is_dir() else target
            if not target.is_file():
                broken.append((page.relative_to(site.out).as_posix(), href))
    assert broken == []


def test_hidden_drafts_have_no_pages(site: Site) -> None:
    site.edit("plans/first-plan/plan.yml", _intent(site), "intent: draft")
    site.options(drafts="hide")
    site.build()
    assert not (site.out / "plans/first-plan").exists()
    assert json.loads(site.page("plans/index.json")) == {"plans": []}


def test_a_file_of_the_site_keeps_its_address(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.write("docs/plans/first-plan/capacity.md", "# Mine\n")
    with caplog.at_level(logging.WARNING):
        site.build()
    assert "Mine" in site.page("plans/first-plan/capacity/index.html")
    assert "the site's own file is kept" in caplog.text


def test_early_failure_names_every_finding_and_keeps_the_last_good_site(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.build()
    before = {path: path.read_bytes() for path in site.out.rglob("*") if path.is_file()}
    site.break_yaml()
    site.write("plans/first-plan/05-modeling.yml", "a: b: c\n")
    with pytest.raises(Abort):
        site.build()
    assert "plans/first-plan/04-ingestion.yml:" in caplog.text
    assert "plans/first-plan/05-modeling.yml:1:" in caplog.text
    assert {path: path.read_bytes() for path in site.out.rglob("*") if path.is_file()} == before
    assert json.loads((site.root / ".plangate/report.json").read_text())["failed"] is True


def test_late_failure_builds_the_pages_and_fails(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.options(fail="late")
    site.break_yaml()
    with pytest.raises(Abort):
        site.build()
    html = site.page("plans/first-plan/ingestion/index.html")
    assert "pg-wrong" in html
    assert "broken: [" in html
    assert "plans/first-plan/04-ingestion.yml:" in caplog.text


def test_nothing_fails_where_nothing_shall(site: Site) -> None:
    site.options(fail_on="never")
    site.break_yaml()
    site.build()
    assert "GEN001" in site.page("plans/first-plan/ingestion/index.html")


def test_known_findings_are_shown_and_fail_no_build(site: Site) -> None:
    site.edit("plans/first-plan/04-ingestion.yml", "retries: 2", "owner: data_tema\n    retries: 2")
    known = '{at: "ingestion: pipelines[0].owner", value: data_tema}'
    site.write("docs/baseline.yml", f"findings: {{first-plan: {{GEN013: [{known}]}}}}\n")
    site.build()
    assert "GEN013" in site.page("plans/first-plan/ingestion/index.html")
    assert "(baselined)" in site.page("plans/first-plan/ingestion/index.html")
    assert not (site.out / "baseline.yml").exists()


def test_hostile_text_of_a_plan_is_inert(site: Site) -> None:
    title = "</title><script>alert(1)</script>{{ 7*7 }}{% raw %}"
    site.options(fail_on="never")
    site.edit("plans/first-plan/plan.yml", _line(site, "title:"), f"title: '{title}'")
    site.write(
        "plans/first-plan/01-context.md",
        "---\nrender_macros: true\ntemplate: evil.html\ntitle: '{{ 6*7 }}<b>'\n---\n# A\n\n"
        "{{ gate_status() }} {{ 1234*2 }}\n\n"
        "<script>alert(2)</script> <img src=x onerror=alert(3)>\n",
    )
    site.build()
    for path in sorted((site.out / "plans").rglob("*.html")):
        html = path.read_text("utf-8")
        assert "<script>alert" not in html, path
        assert "onerror=" not in html, path
        assert "2468" not in html, path
        assert ">49<" not in html, path
        assert "</title><script" not in html, path


def test_two_builds_are_the_same(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795392000")
    site.settings("mkdocs")
    site.build()
    before = {path: path.read_bytes() for path in site.out.rglob("*") if path.is_file()}
    site.build()
    assert {path: path.read_bytes() for path in site.out.rglob("*") if path.is_file()} == before


def _line(site: Site, start: str) -> str:
    text = (site.plan / "plan.yml").read_text("utf-8")
    return next(line for line in text.splitlines() if line.startswith(start))


def _intent(site: Site) -> str:
    return _line(site, "intent:")

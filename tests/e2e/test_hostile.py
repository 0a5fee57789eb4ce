"""A stranger's plan: scripts in every text, template braces, front matter that turns macros on. It stays text."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from plangate.model.walk import parts, texts
from plangate.reading.portfolio import read_portfolio
from plangate.reading.yaml import load

from .conftest import ROOT, Site, copy_repository, publish, watch

PAYLOADS = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "{{ 1234*7 }} {% for x in [1] %}y{% endfor %}",
    "\"'><svg onload=\"document.title='owned'\">",
    "[link](javascript:document.title='owned')",
    "</title><script>document.title='owned'</script>",
    "`a` **b** | c | <b>d</b> &lt;e&gt;",
)
MARKDOWN = """---
title: "<script>document.title='owned'</script>"
description: "{{ 1234*7 }}"
tags: ["<b>tag</b>"]
---

# Heading <img src=x onerror="document.title='owned'">

{{ 1234*7 }} {% for x in [1] %}loop{% endfor %}

<script>document.title='owned'</script>

<div onclick="document.title='owned'" style="position:fixed;inset:0" id="__search" name="x">text</div>

[click](javascript:document.title='owned') <iframe src="https://evil.example"></iframe>

--8<-- "mkdocs.yml"
"""


def plain(data: Any) -> Any:
    return json.loads(json.dumps(data, default=lambda n: float(n) if isinstance(n, Decimal) else str(n)))


def poisoned(folder: Path) -> Path:
    """Copy the portal, and put a payload into every free text of one plan."""
    repository = copy_repository(folder)
    read = read_portfolio(ROOT / "plans", ROOT / "references").read("jaffle-shop")
    turn = 0
    for gate, value in read.plan.gates.items():
        data = plain(load(read.documents[gate].text.encode(), name=gate).data)
        for path, text in texts(parts(value)):
            holder = data
            try:
                for step in path[:-1]:
                    holder = holder[step]
                known = holder[path[-1]] == text
            except (KeyError, IndexError, TypeError):
                continue
            if known:
                turn += 1
                holder[path[-1]] = f"{PAYLOADS[turn % len(PAYLOADS)]} number {turn}"
        (repository / "plans" / "jaffle-shop" / read.files[gate]).write_text(json.dumps(data))
        (repository / "plans" / "jaffle-shop" / (Path(read.files[gate]).stem + ".md")).write_text(MARKDOWN)
    header = repository / "plans" / "jaffle-shop" / "plan.yml"
    lines = header.read_text().splitlines()
    title = json.dumps("</title><script>document.title='owned'</script>{{ 1234*7 }}")
    header.write_text("\n".join(f"title: {title}" if line.startswith("title:") else line for line in lines) + "\n")
    assert turn > 60
    return repository


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    repository = poisoned(tmp_path_factory.mktemp("hostile") / "repository")
    settings = repository / "mkdocs.yml"
    text = settings.read_text()
    assert "fail_on: error" in text
    settings.write_text(text.replace("fail_on: error", "fail_on: never"))
    yield from publish(repository)


GATES = ("context", "sources", "capacity", "ingestion", "modeling", "contracts", "quality", "operations", "cutover")
PAGES = ("", "overview", *GATES, "acceptance", "bundle", "runbook", "lineage")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_and_the_text_reads_as_written(hostile: Site, browser: Browser, name: str) -> None:
    page = browser.new_page()
    watched = watch(page, hostile.url)
    inner = {"": "", "overview": "plans/jaffle-shop/"}.get(name, f"plans/jaffle-shop/{name}/")
    page.goto(hostile.url + inner)
    page.wait_for_timeout(150)
    for link in page.locator("article a").all()[:40]:
        assert not (link.get_attribute("href") or "").strip().lower().startswith(("javascript:", "data:"))
    assert page.title() != "owned"
    # The image of the prose is asked for, and is not there.
    assert [told for told in watched.complaints if "404" not in told] == []
    assert page.locator("article [onclick], article [onerror], article [style*=fixed], article iframe").count() == 0
    assert page.locator("article script").count() == 0
    shown = page.inner_text("article")
    assert "8638" not in shown
    if name == "context":
        assert "<script>document.title='owned'</script> number" in shown
        assert "{{ 1234*7 }}" in shown
        assert "&lt;e&gt;" in shown
    page.close()


def test_the_site_config_does_not_leak_through_snippets(hostile: Site) -> None:
    text = (hostile.folder / "plans" / "jaffle-shop" / "context" / "index.html").read_text()
    assert "docs_dir" not in text


def test_every_page_but_the_hostile_ones_is_as_it_was(hostile: Site, site: Site) -> None:
    other = Path("plans") / "orders-mart" / "capacity" / "index.html"
    theirs, ours = ((each.folder / other).read_text().replace(each.url, "/") for each in (hostile, site))
    assert theirs == ours

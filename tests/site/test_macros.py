import logging
from typing import Any

import pytest
from tests.site.conftest import Site

from plangate.site.macros import MACROS

CALLS = [
    "gate_status()",
    "review_queue()",
    'review_queue(role="platform")',
    'gate_status("first-plan")',
    'method_gates("batch")',
    'method_sections("capacity")',
    'checklist("capacity")',
    'checklist("capacity", plan="first-plan")',
    "method_rules()",
    'method_rules("GEN")',
    "method_thresholds()",
    "method_formulas()",
    'method_formulas("cost")',
    "method_units()",
    'formula("daily_volume")',
    'capacity_table("first-plan")',
    'cost_table("first-plan")',
    'growth_chart("first-plan")',
    'cost_chart("first-plan")',
    'freshness("first-plan")',
    'freshness("first-plan", "mart.orders")',
    'backfill("first-plan")',
    'sensitivity("first-plan")',
    'assumptions("first-plan")',
    'lineage("first-plan")',
    'lineage("mart.orders", up=1, down=1)',
    'lineage("shop_db.orders", up=0)',
    'runbook("first-plan")',
]


def page(*calls: str) -> str:
    return (
        "# Home\n\n" + "\n\n".join(f"{{{{ {call if call.endswith(')') else call + ')'} }}}}" for call in calls) + "\n"
    )


@pytest.mark.parametrize("first", ["macros", "plangate"])
def test_every_macro_of_the_guide_shows_something(site: Site, caplog: pytest.LogCaptureFixture, first: str) -> None:
    own: dict[str, Any] = {"plangate": {"references_dir": "docs"}}
    site.settings("mkdocs", ["macros", own] if first == "macros" else [own, "macros"])
    site.write("docs/index.md", page(*CALLS))
    with caplog.at_level(logging.WARNING):
        site.build()
    html = site.page("index.html")
    assert {call.split("(")[0] for call in CALLS} == set(MACROS)
    assert "data-plangate-embed" not in html
    assert "Nothing to show here" not in html
    assert "{{" not in html
    assert "index.md" not in caplog.text


UNANSWERABLE = {
    'capacity_table("nowhere")': "first-plan",
    'gate_status("nowhere")': "first-plan",
    'checklist("nothing")': "capacity",
    'checklist("capacity", "nowhere")': "first-plan",
    'checklist("events", plan="first-plan")': "capacity",
    'method_sections("nothing")': "capacity",
    'method_gates("nothing")': "batch",
    'formula("nothing")': "api_pull",
    'method_formulas("nothing")': "volume",
    'growth_chart("nowhere")': "first-plan",
    'cost_chart("nowhere")': "first-plan",
    'freshness("nowhere")': "first-plan",
    'freshness("first-plan", "raw.nothing")': "mart.orders",
    'backfill("nowhere")': "first-plan",
    "sensitivity()": "plan",
    'method_rules("XYZ")': "GEN",
    'lineage("mart.nothing")': "mart.orders",
    'lineage("mart.orders", up=-1)': "number of steps",
    'lineage("mart.orders", down="all")': "number of steps",
    "cost_table()": "plan",
    'runbook("a", "b")': "plan",
    "assumptions(3)": "first-plan",
}


def test_a_call_that_cannot_be_answered_is_told_and_shown(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.settings("mkdocs")
    site.write("docs/index.md", page(*UNANSWERABLE) + "\nAfter.\n")
    with caplog.at_level(logging.WARNING):
        site.build()
    html = site.page("index.html")
    assert html.count("Nothing to show here") == len(UNANSWERABLE)
    assert "After." in html
    complaints = [record.getMessage() for record in caplog.records if "index.md: " in record.getMessage()]
    for complaint, (call, known) in zip(complaints, UNANSWERABLE.items(), strict=True):
        assert call.split("(")[0] in complaint
        assert known in complaint


def test_a_macro_stands_inside_other_markdown(site: Site) -> None:
    site.settings("mkdocs")
    site.write("docs/index.md", '# Home\n\n!!! tip "Look"\n\n    {{ gate_status() }}\n\n- {{ method_units() }}\n')
    site.build()
    html = site.page("index.html")
    admonition = html.split('class="admonition tip"', 1)[1]
    assert "pg-matrix" in admonition.split("<li>", 1)[0]
    assert "data-plangate-embed" not in html


def test_the_pluglet_works_without_the_plugin(site: Site) -> None:
    site.settings("mkdocs", [{"macros": {"modules": ["plangate.site.macros"]}}])
    site.write("docs/index.md", page('gate_status("first-plan")'))
    site.build()
    assert "pg-state" in site.page("index.html")


STYLES = '<link rel="stylesheet" href="assets/plangate/numbers.css">'


@pytest.mark.parametrize(
    ("call", "linked"), [('sensitivity("first-plan")', True), ('gate_status("first-plan")', False)]
)
def test_styles_of_numbers_are_linked_where_a_macro_shows_some(site: Site, call: str, linked: bool) -> None:
    site.write("docs/index.md", page(call))
    site.build()
    html = site.page("index.html")
    assert (STYLES in html.split("</head>", 1)[0]) is linked
    assert html.index("assets/plangate/plangate.css") < html.index(STYLES) if linked else STYLES not in html
    assert ".pg-chart" in site.page("assets/plangate/numbers.css")
    assert STYLES.replace("assets", "../../../assets") in site.page("plans/first-plan/capacity/index.html")


def test_other_themes_link_them_everywhere(site: Site) -> None:
    site.settings("mkdocs")
    site.build()
    assert "assets/plangate/numbers.css" in site.page("index.html")


def test_the_lineage_of_a_dataset_goes_over_plans(site: Site) -> None:
    site.write("plans/second/plan.yml", "id: second\ntitle: Second\nprofile: batch\nintent: draft\ntier: C\n")
    site.write("plans/second/05-modeling.yml", "models: [{id: ml.scores, depends_on: [mart.orders]}]\n")
    site.write("docs/index.md", page('lineage("mart.orders", up=0, down=1)', 'lineage("mart.orders", up=1, down=0)'))
    site.options(fail_on="never")
    site.build()
    down, up = site.page("index.html").split("pg-lineage", 2)[1:]
    assert "ml.scores" in down
    assert "stg.orders" not in down
    assert "stg.orders" in up
    assert "ml.scores" not in up

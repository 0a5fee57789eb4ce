"""The page of a rule: what holds, why, what shows it, what it finds in the plans here, and how to let it pass."""

import shutil

import pytest
from msgspec.structs import replace
from tests.render.html import Tag, read
from tests.site.portals import ROOT, portal_of

from plangate.checks.rule import Edit, all_rules
from plangate.render.page import page_html
from plangate.site.portal import Portal
from plangate.site.rule_page import rule_page, rule_rows, rules_page

REFERENCES = """\
severities: {CAP001: warning, CUT003: 'off', CUT002: error}
waivers: {never: [CUT004]}
rules:
  - id: done_by_others
    says: Steps are done by another team
    for_each: plan.cutover.cutover.steps
    require: each.owner != "data_team"
    hint: Ask the platform
  - {id: named, says: A plan has a title, require: has(plan.title)}
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """Three plans in which an own rule fails twice each, one of them without a page."""
    root = tmp_path_factory.mktemp("portal")
    (root / "references").mkdir()
    (root / "references/checklists.yml").write_text(REFERENCES)
    for name in ("first-plan", "second-plan", "third-plan"):
        shutil.copytree(ROOT / "plugin/plangate/defaults/first-plan", root / "plans" / name)
        header = root / "plans" / name / "plan.yml"
        title = "title: Plan <nobody>" if name == "second-plan" else "title: Plan one"
        told = header.read_text().replace("id: first-plan", f"id: {name}").replace("title: Daily orders table", title)
        header.write_text(told.replace("tier: C", "tier: B"))
    return portal_of(root, hidden=["third-plan"])


def drawn(portal: Portal, rule: str) -> Tag:
    page = rule_page(portal.report.known[rule], portal, f"rules/{rule}/")
    return read(page_html(page))


def part(page: Tag, name: str) -> str:
    """Give the words between a heading, by its id, and the next one."""
    tags = page.inside
    start = next(number for number, tag in enumerate(tags) if tag.attributes.get("id") == name)
    rest = tags[start + 1 :]
    end = next((number for number, tag in enumerate(rest) if tag.name == "h2"), len(rest))
    return " ".join(tag.words for tag in rest[:end])


def figures(page: Tag) -> dict[str, str]:
    shown = page.all("dl")[0]
    return dict(zip((tag.words for tag in shown.all("dt")), (tag.words for tag in shown.all("dd")), strict=True))


def test_every_rule_has_a_page_with_the_same_sections(portal: Portal) -> None:
    usual = ["pg-condition", "pg-reason", "pg-reads", "pg-fails", "pg-passes", "pg-now", "pg-waive"]
    for name, rule in portal.report.known.items():
        page = rule_page(rule, portal, f"rules/{name}/")
        wanted = [one for one in usual if not rule.own or one not in {"pg-fails", "pg-passes"}]
        assert [section.id for section in page.sections] == wanted
        found = read(page_html(page))
        assert found.all("h1")[0].words == f"{name} {rule.title}"
        assert all(part(found, one) for one in wanted)


@pytest.mark.parametrize(
    ("rule", "name", "says"),
    [
        ("BCK003", "Severity", "error"),
        ("CAP001", "Severity", "warning here (by default error)"),
        ("CUT003", "Severity", "off here (by default error)"),
        ("CUT002", "Severity", "error"),
        ("BCK003", "Asked", "only where a backfill is planned"),
        ("GEN001", "Asked", "of every plan"),
        ("GEN001", "In drafts", "blocks too, because the file cannot be read"),
        ("BCK003", "In drafts", "is shown, blocks nothing"),
        ("GEN001", "Presets", "minimal, standard, strict"),
        ("CUT003", "Presets", "strict"),
        ("PLN001", "Looks at", "all plans together"),
        ("CON004", "Looks at", "a plan against its base revision"),
        ("done_by_others", "Family", "Own rules"),
        ("BCK003", "Family", "Backfill"),
    ],
)
def test_its_figures_say_what_is_configured_here(portal: Portal, rule: str, name: str, says: str) -> None:
    assert figures(drawn(portal, rule))[name] == says


def test_an_own_rule_shows_its_expressions(portal: Portal) -> None:
    said = part(drawn(portal, "done_by_others"), "pg-condition")
    assert said == 'For each of plan.cutover.cutover.steps this is true: each.owner != "data_team"'
    assert part(drawn(portal, "named"), "pg-condition") == "has(plan.title)"


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("GEN014", "Every file of a plan."),
        ("CUT001", "undetermined, which is never a pass. cutover.cutover"),
        ("REV001", "What is computed from a plan, and nothing that it could not judge without."),
    ],
)
def test_what_it_reads_is_listed(portal: Portal, rule: str, says: str) -> None:
    assert says in part(drawn(portal, rule), "pg-reads")


@pytest.mark.parametrize("rule", [rule for rule in all_rules().values() if rule.fails], ids=lambda rule: rule.id)
def test_an_example_shows_what_leaves_and_what_comes(portal: Portal, rule: object) -> None:
    known = portal.report.known[rule.id]  # type: ignore[attr-defined]
    page = drawn(portal, known.id)
    for edit in (*known.fails, *known.passes):
        where = "pg-fails" if edit in known.fails else "pg-passes"
        assert edit.file in part(page, where)
    if not known.passes:
        assert part(page, "pg-passes").endswith(", as it is.")
    signed = [tag for tag in page.all("span") if "pg-bad" in tag.classes or "pg-good" in tag.classes]
    changes = [edit for edit in (*known.fails, *known.passes) if edit.old != edit.new]
    assert bool(signed) == bool(changes)
    assert all(tag.words.startswith("-" if "pg-bad" in tag.classes else "+") for tag in signed)


@pytest.mark.parametrize(
    ("name", "plan"),
    [
        ("BCK003", "the plan that plangate init writes"),
        ("CON005", "the plan that plangate init writes (in tier B)"),
        ("CUT012", "the plan that plangate init writes (in tier A)"),
    ],
)
def test_an_example_names_the_tier_in_which_it_holds(portal: Portal, name: str, plan: str) -> None:
    rule = replace(portal.report.known[name], passes=())
    page = read(page_html(rule_page(rule, portal, f"rules/{name}/")))
    assert f" of {plan} " in part(page, "pg-fails")
    assert part(page, "pg-passes") == f"It is kept by {plan}, as it is."


@pytest.mark.parametrize(
    ("edit", "says", "marked"),
    [
        (
            Edit("05-modeling.yml", "    grain: [order_id]", "    grain: [<b>]"),
            "changes: models: - id: mart.orders - grain: [order_id] + grain: [<b>]",
            ["- grain: [order_id]", "+ grain: [<b>]"],
        ),
        (Edit("plan.yml", "tier: C\n", "tier: C\nx_b: 2\n"), "changes: + x_b: 2", ["+ x_b: 2"]),
        (Edit("plan.yml", "tier: C\n", ""), "changes: - tier: C", ["- tier: C"]),
        (Edit("plan.yml", "tier: C", "tier: C"), "stays as it is, with: tier: C", []),
        (Edit("12-bundle.yml", new="risks: []\n"), "holds only: + risks: []", ["+ risks: []"]),
        (Edit("08-operations.yml"), "is taken away.", []),
    ],
)
def test_of_an_example_only_what_differs_is_marked(portal: Portal, edit: Edit, says: str, marked: list[str]) -> None:
    rule = replace(portal.report.known["BCK003"], fails=(edit,))
    page = read(page_html(rule_page(rule, portal, "rules/BCK003/")))
    assert part(page, "pg-fails") == f"{edit.file} of the plan that plangate init writes {says}"
    told = [tag.words for tag in page.all("span") if {"pg-bad", "pg-good"} & set(tag.classes)]
    assert told[: len(marked)] == marked


def test_what_it_finds_now_names_plan_weight_and_place(portal: Portal) -> None:
    page = drawn(portal, "done_by_others")
    rows = page.all("table")[-1].all("tr")[1:]
    assert {row.all("td")[0].words for row in rows} == {"error, blocks"}
    assert [row.all("a")[0].attributes["href"] for row in rows] == [
        *["../../plans/first-plan/"] * 2,
        *["../../plans/second-plan/"] * 2,
    ]
    assert "s01: Steps are done by another team" in rows[0].words
    place = rows[0].all("a")[-1]
    assert place.words.startswith("plans/first-plan/09-cutover.yml:")
    line = place.words.rpartition(":")[2]
    assert place.attributes["href"] == f"https://git.example/blob/main/plans/first-plan/09-cutover.yml#L{line}"


def test_what_an_author_wrote_is_no_element_there(portal: Portal) -> None:
    page = drawn(portal, "done_by_others")
    assert "Plan <nobody>" in part(page, "pg-now")
    assert not page.all("nobody")


def test_where_it_finds_nothing_it_says_so(portal: Portal) -> None:
    assert part(drawn(portal, "GEN001"), "pg-now") == "Nothing, in the plans of this portal."


def test_of_many_findings_the_first_are_listed_and_the_others_counted(portal: Portal) -> None:
    found = portal.by_rule["done_by_others"]
    portal.__dict__["by_rule"] = {**portal.by_rule, "done_by_others": [*found] * 15}
    try:
        page = drawn(portal, "done_by_others")
    finally:
        portal.__dict__["by_rule"] = {**portal.by_rule, "done_by_others": found}
    assert len(page.all("table")[-1].all("tr")) == 51
    assert part(page, "pg-now").endswith("10 more are not listed.")


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("CUT004", "No waiver may let this pass: it is among those that checklists.yml names under never."),
        ("BCK003", "for at most 180 d"),
        ("BCK003", "rule: BCK003 gate: cutover reason:"),
        ("done_by_others", "rule: done_by_others gate: cutover reason:"),
        ("GEN012", "rule: GEN012 reason:"),
    ],
)
def test_how_to_let_it_pass(portal: Portal, rule: str, says: str) -> None:
    assert says in part(drawn(portal, rule), "pg-waive")


def test_what_cannot_be_read_is_let_pass_by_nothing(portal: Portal) -> None:
    never = portal.portfolio.policy.checklists.waivers.never
    for rule in portal.report.known.values():
        if rule.unreadable and rule.id not in never:
            assert part(drawn(portal, rule.id), "pg-waive").startswith("No waiver lets this pass while")


def test_a_row_counts_plans_with_pages_and_not_findings(portal: Portal) -> None:
    rows = {row.id: row for row in rule_rows(portal, "rules/")}
    assert rows["done_by_others"].failing == 2
    assert len(portal.by_rule["done_by_others"]) == 4
    assert rows["GEN001"].failing == 0
    assert rows["done_by_others"].url == "done_by_others/"


def test_the_catalogue_has_a_table_for_each_family_and_what_is_configured(portal: Portal) -> None:
    page = rules_page(portal, "rules/")
    found = read(page_html(page))
    assert figures(found)["Own rules"] == "2"
    assert figures(found)["Rules"] == str(len(portal.report.known))
    assert figures(found)["Rules that fail now"] == str(sum(row.failing > 0 for row in rule_rows(portal, "rules/")))
    titles = [section.title for section in page.sections]
    assert titles[0] == "As it is configured here"
    assert titles[-1] == "Own rules: 2 rules, 1 failing now"
    listed = [row.all("th")[0].words for table in found.all("table") for row in table.all("tbody")]
    assert set(portal.report.known) <= {word for words in listed for word in words.split()}
    configured = part(found, "pg-configured")
    assert "standard (in force here)" in configured
    assert "CAP001Every dataset that is written has its volumeerrorwarning" in configured
    assert "CUT002" not in configured
    assert "Never waived: CUT004." in configured

"""What is exported, parsed by dbt itself on duckdb, and read back from the manifest that dbt makes of it."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.exchange.dbt.drift import drift
from plangate.exchange.dbt.manifest import META, read_manifest
from plangate.exchange.dbt.project import DbtProject
from plangate.exchange.dbt.properties import model_names, properties
from plangate.exchange.dbt.skeleton import skeleton
from plangate.reading.portfolio import Portfolio, read_portfolio

ROOT = Path(__file__).parents[3]
PLANS = ("clickstream-sessions", "jaffle-shop", "orders-mart")


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return read_portfolio(ROOT / "plans", ROOT / "references")


def facts_of(portfolio: Portfolio, plan: str) -> Facts:
    land = Landscape(portfolio.plans)
    return Facts(land.by_id[plan], portfolio.policy, land)


@pytest.fixture(scope="session")
def dbt() -> str:
    """Give the command of dbt, in an environment of its own: its pins do not go together with those of other tools."""
    command = Path(sys.prefix) / "dbt" / "bin" / "dbt"
    assert command.exists(), "`make test` installs dbt beside the tests"
    return str(command)


def parsed(dbt: str, folder: Path, facts: Facts) -> DbtProject:
    """Write a project of the exported properties, a statement for each model, and have dbt parse it."""
    made = properties(facts)
    for name, text in made.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    names = model_names(facts.plan)
    listed = {one["name"]: one for one in yaml.safe_load(made.files["models/models.yml"])["models"]}
    sources = {
        table["config"]["meta"][META]: f"{{{{ source('{source['name']}', '{table['name']}') }}}}"
        for source in yaml.safe_load(made.files["models/sources.yml"])["sources"]
        for table in source["tables"]
    }
    for model in facts.plan.modeling.models:  # type: ignore[union-attr]
        reads = [
            f"-- {{{{ ref('{names[one]}') }}}}" if one in names else f"-- {sources[one]}" for one in model.depends_on
        ]
        entry = listed[names[model.id]]
        versions = [one["v"] for one in entry.get("versions", ())]
        for suffix in [f"_v{number}" for number in versions] or [""]:
            (folder / "models" / f"{names[model.id]}{suffix}.sql").write_text("\n".join([*reads, "select 1 as one"]))
    (folder / "dbt_project.yml").write_text(
        yaml.safe_dump({"name": "built", "version": "1.0", "profile": "built", "model-paths": ["models"]})
    )
    (folder / "profiles.yml").write_text(
        yaml.safe_dump({"built": {"target": "dev", "outputs": {"dev": {"type": "duckdb", "path": ":memory:"}}}})
    )
    done = subprocess.run(
        [dbt, "--no-send-anonymous-usage-stats", "--warn-error", "parse"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return read_manifest((folder / "target" / "manifest.json").read_bytes(), "manifest.json")


@pytest.mark.parametrize("plan", PLANS)
def test_dbt_parses_what_is_exported_and_nothing_has_drifted(
    dbt: str, tmp_path: Path, portfolio: Portfolio, plan: str
) -> None:
    facts = facts_of(portfolio, plan)
    project = parsed(dbt, tmp_path, facts)
    assert project.manifest_version == 12
    stated = {model.id for model in facts.plan.modeling.models}  # type: ignore[union-attr]
    assert {model.dataset for model in project.models} == stated
    told = ["mart.dim_customers is planned as snapshot and built as table"] if plan == "orders-mart" else []
    assert [one.says for one in drift(facts, project)] == told


def test_contracts_constraints_tests_and_freshness_arrive(dbt: str, tmp_path: Path, portfolio: Portfolio) -> None:
    project = parsed(dbt, tmp_path, facts_of(portfolio, "jaffle-shop"))
    orders = next(model for model in project.models if model.dataset == "jaffle.orders")
    assert orders.enforced
    assert orders.primary_key == ("order_id",)
    assert orders.access == "public"
    assert next(column for column in orders.columns if column.name == "order_id").not_null
    assert {(source.warn_after, source.error_after) for source in project.sources} == {("26 h", "30 h")}
    kinds = {test.kind for test in project.tests}
    assert kinds == {"unique", "not_null", "accepted_values", "relationships"}
    values = next(test.values for test in project.tests if test.kind == "accepted_values")
    assert values == ("new", "returning")
    assert {one.name for one in project.exposures} == {"course_dashboard", "course_notebooks"}


def test_a_plan_that_begins_from_the_project_agrees_with_it(dbt: str, tmp_path: Path, portfolio: Portfolio) -> None:
    facts = facts_of(portfolio, "jaffle-shop")
    project = parsed(dbt, tmp_path / "dbt", facts)
    made = skeleton(project, "begun", date(2026, 11, 25), "analytics_guild")
    folder = tmp_path / "plans" / "begun"
    folder.mkdir(parents=True)
    for name, text in made.files.items():
        (folder / name).write_text(text, "utf-8")
    begun = read_portfolio(tmp_path / "plans", ROOT / "references")
    assert [problem.message for problem in begun.reads[0].problems] == []
    again = Facts(begun.plans[0], begun.policy, Landscape(begun.plans))
    assert [one.says for one in drift(again, project)] == []
    assert {model.id for model in again.plan.modeling.models} == {  # type: ignore[union-attr]
        model.id
        for model in facts.plan.modeling.models  # type: ignore[union-attr]
    }

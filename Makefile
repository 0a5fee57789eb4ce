# Two commands on a fresh machine: `make site` and `make test`. Everything lives in .venv; stamps in it tell what is done.

.DEFAULT_GOAL := site
.PHONY: setup site serve test lint clean

VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

setup: $(VENV)/.installed

site: $(VENV)/.installed
	$(BIN)/plangate check
	$(BIN)/mkdocs build

serve: $(VENV)/.installed
	$(BIN)/mkdocs serve

lint: $(VENV)/.tests-installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	.ci/workflows $(BIN)

test: $(VENV)/.tests-installed $(VENV)/.browser lint
	@$(BIN)/pytest -n 2

clean:
	rm -rf $(VENV) site build dist .plangate .mypy_cache .ruff_cache .hypothesis test-results

$(VENV)/.made:
	.ci/venv $(VENV)
	touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/.tests-installed: $(VENV)/.installed
	$(BIN)/pip install --quiet --editable '.[test,lint]'
	.ci/venv $(VENV)/dbt
	$(VENV)/dbt/bin/pip install --quiet 'dbt-core>=1.10,<1.12' 'dbt-duckdb>=1.9'
	touch $@

$(VENV)/.browser: $(VENV)/.tests-installed
	.ci/browser $(BIN)
	touch $@

# Xushi 序时: every command a person needs. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV = uv==$(shell sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)
XUSHI_HOME ?= $(CURDIR)/var
PERIOD ?=

# no tool reports home, and none needs a network after the set-up
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED := False
export SCARF_NO_ANALYTICS := true
export PYTHONUTF8 := 1
export UV_NO_PROGRESS := 1
# a run is a dozen processes, and each would compile three thousand modules anew
unexport PYTHONDONTWRITEBYTECODE
export XUSHI_HOME

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements.lock requirements-assets.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v[:2] < (3, 14) else "Xushi needs Python 3.11 to 3.13; " + sys.executable + " is " + sys.version.split()[0] + ". Choose another with make PYTHON=python3.11 …")'
	@echo "Setting up $(VENV) (once; the package index is the only source) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements-assets.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: setup
setup: $(VENV)/.installed ## the environment from the lock

.PHONY: ocr
ocr: setup ## the reading of scans and pictures (about 280 MB, works offline)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-ocr.lock

.PHONY: run
run: setup ## the monthly refresh on the samples, through Airflow, with a summary
	@$(BIN)/xushi refresh --inbox samples/inbox $(if $(PERIOD),--period $(PERIOD)) || { status=$$?; [ $$status -eq 3 ]; }

.PHONY: up
up: setup ## the Airflow UI, the stewards' desk and the scheduler on this machine, until Ctrl-C
	@$(BIN)/xushi up

.PHONY: test
test: lint ## all tests, and the checks of the code itself
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

.PHONY: soak
soak: setup ## the long runs: speed by length, hostile files, 100,000 fuzzed inputs
	@$(BIN)/python -m pytest -m soak -n 2

RIVALS := $(XUSHI_HOME)/rivals

.PHONY: bench
bench: setup ## reading and extracting against named alternatives, in an environment of their own
	@test -x $(RIVALS)/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python $(RIVALS)
	@$(BIN)/uv pip install --quiet --python $(RIVALS)/bin/python -r benchmarks/requirements.txt || echo "not every alternative could be installed; what is missing is said below"
	@XUSHI_RIVALS=$(RIVALS)/bin/python $(BIN)/python -m benchmarks.extraction

.PHONY: bench-model
bench-model: setup ## the models against SQL by hand at a nation's size, and a month by history (hours; ARGS=--help)
	@$(BIN)/python -m benchmarks.model $(ARGS)

.PHONY: bench-checks
bench-checks: setup ## what each check of the gates costs, and a month by history (minutes; ARGS=--help)
	@$(BIN)/python -m benchmarks.checks $(ARGS)

.PHONY: bench-desk
bench-desk: setup ## the stewards' desk over 10,000 findings, page by page, against its SELECTs alone
	@$(BIN)/python -m benchmarks.desk

.PHONY: bench-arrival
bench-arrival: setup ## from a file in the inbox to its publication under the running scheduler (minutes; ARGS=--help)
	@$(BIN)/python -m benchmarks.arrival $(ARGS)

SUPERSET_ENV := $(XUSHI_HOME)/superset/env

$(SUPERSET_ENV)/.installed: requirements-superset.lock | $(VENV)/.installed
	@echo "Setting up Apache Superset in an environment of its own (once; the package index is the only source) …"
	@test -x $(SUPERSET_ENV)/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python $(SUPERSET_ENV)
	@$(BIN)/uv pip sync --quiet --python $(SUPERSET_ENV)/bin/python --require-hashes requirements-superset.lock
	@touch $@

.PHONY: superset
superset: setup $(SUPERSET_ENV)/.installed ## Apache Superset with the dashboard in it, until Ctrl-C (XUSHI_BI_SOURCE=postgresql://…)
	@$(BIN)/python -m bi.superset serve --home "$(XUSHI_HOME)" --programs $(SUPERSET_ENV)/bin $(ARGS)

.PHONY: superset-import
superset-import: setup ## the dashboard onto a Superset that is there (ARGS="http://host:8088 --user NAME")
	@$(BIN)/python -m bi.superset import --home "$(XUSHI_HOME)" $(ARGS)

.PHONY: bench-serving
bench-serving: setup ## publication, loading and BI questions on the snapshot and on PostgreSQL (minutes; ARGS=--help)
	@$(BIN)/python -m benchmarks.serving $(ARGS)

.PHONY: lint
lint: setup ## ruff, mypy, sqlfluff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests --disable-progress-bar

.PHONY: audit
audit: setup ## weak spots in our code, known holes in what the locks name (says so where it cannot look them up)
	@$(BIN)/python -m tools.audit

.PHONY: sbom
sbom: setup ## the bills of materials (CycloneDX) of the locks, in var/sbom
	@$(BIN)/python -m tools.sbom "$(XUSHI_HOME)/sbom"

.PHONY: score
score: setup ## extraction against the hand-labelled facts, where they are at hand
	@$(BIN)/python -m benchmarks.score

.PHONY: samples
samples: setup ## write samples/inbox anew from samples/truth
	@$(BIN)/python -m samples.generate

.PHONY: lock
lock: setup ## resolve requirements.in into requirements.lock
	@$(BIN)/uv pip compile requirements.in --override requirements-overrides.txt --universal --python-version 3.11 \
		--generate-hashes --no-annotate --custom-compile-command "make lock" --quiet --output-file requirements.lock
	@$(BIN)/uv pip compile requirements-ocr.in --universal --python-version 3.11 --constraint requirements.lock \
		--generate-hashes --no-annotate --custom-compile-command "make lock" --quiet --output-file requirements-ocr.lock
	@$(BIN)/uv pip compile requirements-assets.in --universal --python-version 3.11 --no-deps --generate-hashes \
		--no-annotate --custom-compile-command "make lock" --quiet --output-file requirements-assets.lock

.PHONY: lock-superset
lock-superset: setup ## resolve requirements-superset.in into its own lock
	@$(BIN)/uv pip compile requirements-superset.in --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command "make lock-superset" --quiet --output-file requirements-superset.lock

.PHONY: clean
clean: ## forget var/ (everything the refresh wrote)
	@rm -rf "$(XUSHI_HOME)"

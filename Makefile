# One command each; `make help` lists them. Longer steps are Python, in infra/.
PYTHON ?= python3

VENV := .venv
PY := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
NPM := $(PY) -m infra.tools npm run --silent

.DEFAULT_GOAL := help
.PHONY: help install run dev logs check check-python check-page test browser package deploy redrive generate bench soak lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  Settings come from the environment: make run PORT=8001 LOCK_SECONDS=20"

install: $(INSTALLED) ## Create .venv with all that development needs

$(INSTALLED): requirements.txt tests/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; choose one: make install PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null \
	  || { echo "This Python cannot make virtual environments; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing the Python packages into $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install -qq --requirement requirements.txt --requirement tests/requirements.txt
	@touch $@

run: install ## Run Holdfast on this machine, at http://localhost:8000
	@$(PY) -m infra.local

dev: install ## Run it with redeployment on every change, and hot reload of the page
	@$(PY) -m infra.local --dev

logs: install ## Follow the logs of the functions of a running `make run`
	@$(PY) -m infra.local.logs

check: install ## Run the quick checks: style, types, layers, unit and feature tests
	@$(PY) -m infra.frontend --packages
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-python check-page

check-python:
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache
	$(PY) -m infra.openapi --check
	$(PY) -m infra.asyncapi --check
	$(PY) -m infra.commit_subjects
	$(PY) -m pytest -q --numprocesses=2 --dist=worksteal -m "not slow" tests/unit tests/feature

check-page:
	$(NPM) lint
	$(NPM) typecheck
	$(NPM) check:generated
	$(NPM) test

test: browser check ## Run all tests, on real engines and in a real browser too
	@$(PY) -m infra.frontend
	$(NPM) size
	$(NPM) test:stories
	$(PY) -m pytest -q --numprocesses=2 --dist=worksteal -m slow tests/unit tests/feature
	$(PY) -m pytest -q tests/infra tests/machine tests/consistency tests/e2e tests/browser

browser: install ## Install Chromium for the browser tests, unless it is installed
	@$(PY) -m infra.browser

package deploy: export STAGE ?= local

package: install ## Write the deployment package: make package STAGE=dev
	@$(PY) -m infra.package

deploy: install ## Deploy to AWS: make deploy STAGE=dev
	@$(PY) -m infra.deploy

redrive: install ## Redeliver the stream's dead letters: make redrive STAGE=dev
	@$(PY) -m infra.redrive

generate: install ## Generate the API's description from the code, and the page's client from that
	$(PY) -m infra.openapi
	$(PY) -m infra.asyncapi
	@$(PY) -m infra.frontend --packages
	$(NPM) generate

bench: install ## Measure latency to a browser, and the cost of locks, fan-out, searches and bookings
	@$(PY) -m tests.benchmarks.live
	@$(PY) -m tests.benchmarks.deadlines
	@$(PY) -m tests.benchmarks.locks
	@$(PY) -m tests.benchmarks.fanout
	@$(PY) -m tests.benchmarks.availability
	@$(PY) -m tests.benchmarks.searches
	@$(PY) -m tests.benchmarks.bookings

soak: export SEED ?= $(shell date +%s)
soak: export OPERATIONS ?= 200000

soak: install ## Inject faults into a long run: make soak SEED=7
	@echo "SEED=$$SEED OPERATIONS=$$OPERATIONS"
	$(PY) -m pytest -q tests/consistency/locks/test_locks.py

lock: install ## Pin the newest versions that pyproject.toml and infra/local/requirements.in allow
	@$(PY) -m pip install -qq uv==0.13.8
	@$(PY) -m uv pip compile -q --upgrade --universal --no-header --no-annotate --group dev pyproject.toml -o tests/requirements.txt
	@$(PY) -m uv pip compile -q --upgrade --universal --no-header --no-annotate -c tests/requirements.txt pyproject.toml -o requirements.txt
	@$(PY) -m uv pip compile -q --upgrade --universal --no-header --no-annotate infra/local/requirements.in -o infra/local/requirements.txt

clean: ## Remove everything that can be rebuilt; the local data in .local/state stays
	rm -rf $(VENV) build .local/stamps .local/dynamodb-local frontend/node_modules frontend/dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .chalice/deployments
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

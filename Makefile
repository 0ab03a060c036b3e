# Cairn. `make` alone lists what there is.
.DEFAULT_GOAL := help
.PHONY: help run test check format bench test-browser lock clean

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
# A file's tests stay together and files keep their order: Chromium's come last, for nothing can share a loop with it.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Cairn needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked dependencies ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/test.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Installing the test dependencies ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: .venv/run.stamp ## Serve the seeded library on http://127.0.0.1:8000 (PORT=9000 and HOST=... may be given)
	@$(BIN)/cairn serve --host $(HOST) --port $(PORT)

test: .venv/test.stamp ## Run the whole suite
	@$(PYTEST) --ignore=tests/browser
	@$(MAKE) --no-print-directory test-browser

check: .venv/test.stamp ## Format, lint, types, templates
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/djlint templates --lint --quiet

format: .venv/test.stamp ## Format code and templates in place
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/test.stamp ## Measure against references in the same run; writes benchmarks/results/
	@$(BIN)/python -m benchmarks

test-browser: .venv/test.stamp ## Run the journeys in a real Chromium only
	@$(PYTEST) tests/browser

lock: .venv/test.stamp ## Resolve the dependencies anew into the lock files
	@$(BIN)/uv pip compile pyproject.toml --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -c requirements.lock -o requirements-dev.lock

clean: ## Remove the virtual environment and caches (never the library in var/)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

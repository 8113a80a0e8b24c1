# Everything is set up inside the checkout: .venv/ for Python, node_modules/ for the front end.
# Needed beforehand: Python 3.11 or newer, Node 20 or newer, git and make.

PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
PROJECT ?= projects/flights
TEST_PROCESSES ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count() + 1)')

SYNCED := $(VENV)/.synced
INSTALLED := node_modules/.installed
BUILT := server/flowstone/web/static/index.html
FRONTEND_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: help setup run test test-python test-frontend check format bench bench-quick screenshots chromium strace wheel clean

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

setup: $(SYNCED) $(BUILT) ## Set up everything that running needs

run: setup ## Open the sample project in the browser (PROJECT=… for another)
	@$(BIN)/flowstone start $(PROJECT)

test: setup chromium strace test-python test-frontend ## Run all tests: Python's, the browser's and TypeScript's

# A file's tests share servers and browsers, so that it is run as one; most wait for processes half of their time.
test-python: setup chromium strace
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder

test-frontend: $(INSTALLED)
	npm test

check: setup ## Check format, lint, types and the arrows between rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm run check

format: $(SYNCED) ## Format the Python code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup chromium ## Measure what speed is promised for, beside plain scripts (BENCH_STREAM_ROWS=… for a shorter stream)
	$(BIN)/python -m bench

screenshots: setup chromium ## Take pictures of every screen
	$(BIN)/pytest tests/browser -m pictures

chromium:
	@sh tests/browser/chromium.sh

strace:
	@sh tests/durability/strace.sh

wheel: $(INSTALLED) $(SYNCED) ## Build the wheel and the source distribution into dist/
	$(BIN)/uv build

clean: ## Remove what was set up and built, but no project's data
	rm -rf $(VENV) node_modules server/flowstone/web/static dist

$(SYNCED): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Flowstone needs Python 3.11 or newer; say which with: make PYTHON=python3.12")'
	@echo "Setting up Python in $(VENV)/: about a minute the first time…" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv sync --quiet --active --frozen --inexact --extra test --extra polars --compile-bytecode
	@touch $@

$(INSTALLED): package.json package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer" >&2; exit 1; }
	@echo "Setting up the front end in node_modules/: half a minute the first time…" >&2
	@npm ci --no-fund --no-audit --loglevel=error
	@touch $@

$(BUILT): $(INSTALLED) $(FRONTEND_SOURCES)
	@echo "Building the front end…" >&2
	@npm run --silent build
	@touch $@

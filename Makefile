# Two commands matter: `make demo` shows everything, `make test` proves it. Both set up what they need and, behind stamp
# files, do nothing twice.

PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
SOURCES := analysis delphi surveys tests hatch_build.py

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench lock clean

help:
	@echo 'make demo    set up, load the example study and serve it (FRESH=1 starts over, PORT=8001 takes another port)'
	@echo 'make test    set up and run everything: lint, types, contracts, both databases, journeys'
	@echo 'make check   lint, types and import contracts alone'
	@echo 'make format  lay the code out as make check wants it'
	@echo 'make setup   the environment alone, in $(VENV)'
	@echo 'make bench   measure the speed, write it to docs/'
	@echo 'make lock    resolve requirements.txt and package-lock.json anew'
	@echo 'make clean   remove what was made'

setup: $(INSTALLED)

$(BIN)/uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Delphi needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# One environment for running and for developing: without the tools it is no more than two seconds quicker.
# Compiled on installing: where Python is told to write no bytecode, each start would compile all of it anew.
$(INSTALLED): $(BIN)/uv requirements.txt pyproject.toml package.json package-lock.json nhsuk.scss hatch_build.py
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

demo: setup
	$(BIN)/delphi demo $(if $(FRESH),--fresh) $(if $(PORT),--port $(PORT))

check: setup
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

test: setup
	$(BIN)/python -m tests.prepare
	$(MAKE) --no-print-directory check
	$(BIN)/pytest -n 2

bench: setup
	$(BIN)/python -m tests.prepare --bench
	$(BIN)/python -m tests.benchmarks

# No addresses and no machine's paths: --no-header leaves out the command, --no-annotate who wanted what.
lock: $(BIN)/uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-annotate \
	    pyproject.toml --group dev --output-file requirements.txt
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean:
	rm -rf $(VENV) dist delphi/static/vendor .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

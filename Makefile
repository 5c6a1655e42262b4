# make run      sets up .venv and converts the samples into out/
# make test     lint, types, import layers, doctests, tests, wheel contents; stops at the first that fails
# make golden   rewrites the expected output beside the samples; read the diff before you commit it
# make bench    accuracy over made-up forms, speed, hostile input
# make soak     poison, kills and full disks at full size: 10,000 files, 153 of them poison, 200 kills; takes an hour
# make dev      sets up .venv for work on the code, with links for type checkers
# make lock     pins what pyproject.toml asks for, keeping what is pinned and still fits (needs uv)
# make clean    removes all that make has made
#
# PYTHON names the interpreter, 3.11 or newer: make run PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TYPES := build/types/jixiao
ROOMS := normalize rules extract deliver pipeline
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
UV ?= uv
LOCK := $(UV) pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock" --quiet

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help run test golden bench soak dev links lock clean

help:
	@sed -n 's/^# make/make/p' Makefile

run: $(VENV)/.run
	$(BIN)/jixiao convert samples/*.txt samples/*.pdf samples/*.xlsx samples/*.jpg samples/years/*/*.txt -o out

test: dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=build/types $(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto --dist loadfile

golden: dev
	JIXIAO_GOLDEN=rewrite $(BIN)/python -m pytest tests/test_golden.py tests/test_golden_years.py -k rewritten
	$(BIN)/jixiao schema > docs/tables.md
	@git --no-pager diff --stat -- samples docs 2>/dev/null || true

bench: dev
	$(foreach script,$(sort $(wildcard benchmarks/*.py)),$(BIN)/python $(script) &&) true

soak: dev
	JIXIAO_SOAK_FILES=10000 JIXIAO_SOAK_EACH=9 JIXIAO_SOAK_KILLS=200 JIXIAO_SOAK_PARENTS=5 \
		$(BIN)/python -m pytest tests/pipeline/test_poison.py

dev: $(VENV)/.dev links

# Type checkers and the import linter cannot follow an editable install; they read the packages through links.
links:
	@mkdir -p $(TYPES) && find $(TYPES) -xtype l -delete
	@for name in $(ROOMS); do ln -sfn ../../../$$name $(TYPES)/$$name; done
	@for file in api/*.py api/py.typed; do ln -sfn ../../../$$file $(TYPES)/; done

lock:
	$(LOCK) --extra scan -o requirements.lock
	$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) out build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo >&2 \
	  "$(PYTHON) is missing or older than 3.11. Name a newer one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo >&2 \
	  "$(PYTHON) cannot make an environment with pip. On Debian and Ubuntu: apt install python3-venv."; echo >&2 \
	  "Elsewhere name a Python that has ensurepip: make run PYTHON=/path/to/python3"; exit 1; }
	@echo "Setting up $(VENV) (once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements.lock pyproject.toml api/version.py
	@$(PIP) install --use-pep517 --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.made requirements-dev.lock requirements.lock pyproject.toml api/version.py
	@$(PIP) install --use-pep517 --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(VENV)/.run $@

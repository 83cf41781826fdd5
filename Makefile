# SKM toolkit. `make` lists what there is; every target works from a fresh clone on Debian 12 or newer.
PYTHON ?= python3
PORT ?= 8000
INSTANCE ?= instance
PIP = .venv/bin/python -m pip --disable-pip-version-check --quiet

.PHONY: help run test fast check faults lint bench docs pictures lock release clean
.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1 |/p' Makefile | column -t -s '|' 2>/dev/null || sed -n 's/:.*## /  /p' Makefile

run: .venv/run.done  ## demo installation on http://127.0.0.1:8000 (PORT=… for another port)
	@test -e '$(INSTANCE)/config.toml' || .venv/bin/skm --instance '$(INSTANCE)' init --demo --base-url 'http://127.0.0.1:$(PORT)' >/dev/null
	@export SKM_BASE_URL="$${SKM_BASE_URL:-http://127.0.0.1:$(PORT)}"; \
	exec .venv/bin/skm --instance '$(INSTANCE)' serve --port '$(PORT)' --welcome

test: .venv/test.done  ## all tests; what cannot run says why
	@sh .ci/needs
	@.venv/bin/python -m pytest -n 2 -r fEs $(ARGS)

fast: .venv/test.done  ## the inner loop: without browser, faults and slow tests
	@.venv/bin/python -m pytest -n 2 -r fEs -m 'not browser and not faults and not slow' $(ARGS)

check: lint test  ## everything that is checked before a change lands: style, types, floors, all tests

faults: .venv/test.done  ## the fault tests in their long form (half an hour), with figures: kills, crashes, full disks
	@sh .ci/needs
	@FAULTS=long .venv/bin/python -m pytest tests/faults -r fEs -o faulthandler_timeout=3600 $(ARGS)

lint: .venv/test.done  ## style, types, floors
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --config setup.cfg --no-cache | tail -n 1

bench: .venv/test.done  ## what users wait for, in a short form (ARGS="U2 U4": these rows; ARGS=--full: the figures)
	@.venv/bin/python -m bench $(ARGS)

docs: .venv/test.done  ## the pages of settings and commands in docs/, from the code
	@.venv/bin/python docs/generate.py

pictures: .venv/test.done  ## the pictures of the README, from a demo installation
	@.venv/bin/python docs/pictures.py

# pip-tools lives in a folder of its own, so that it cannot disturb what it describes
lock:  ## write constraints*.txt anew from setup.cfg
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/python -m pip --quiet install 'pip-tools>=7.6,<8'
	.venv/lock/bin/pip-compile $(LOCK) --extra=test --extra=all --output-file=constraints.txt setup.cfg
	.venv/lock/bin/pip-compile $(LOCK) --extra=all --constraint=constraints.txt --output-file=constraints-run.txt setup.cfg
	sed -i '/^#/d;/^$$/d' constraints.txt constraints-run.txt
LOCK = --quiet --upgrade --all-build-deps --allow-unsafe --generate-hashes --strip-extras --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

release: .venv/test.done .venv/release.done  ## wheel, source archive, SBOM and checksums of the last commit, in dist/
	@.venv/bin/python .ci/release.py

clean:  ## remove what can be made again; never an installation
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed.' >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo 'No venv: apt-get install python3-venv' >&2; exit 1; }

# Everything is checked against the hashes of the lock, setuptools too; the project itself is then built without the network.
.venv/run.done: constraints-run.txt setup.cfg pyproject.toml | .venv/bin/python
	@echo 'Installing into .venv …'
	@$(PIP) install --require-hashes --no-deps -r constraints-run.txt
	@PYTHONWARNINGS=ignore $(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.done: constraints.txt setup.cfg pyproject.toml | .venv/bin/python
	@echo 'Installing into .venv, with what the tests need …'
	@$(PIP) install --require-hashes --no-deps -r constraints.txt
	@PYTHONWARNINGS=ignore $(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

.venv/release.done: | .venv/bin/python
	@$(PYTHON) -m venv .venv/release
	@.venv/release/bin/python -m pip --disable-pip-version-check --quiet install 'cyclonedx-bom>=7.5,<8'
	@touch $@

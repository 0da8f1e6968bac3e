# The only door. `make help` lists what is behind it.
SHELL := /bin/bash
PY := .venv/bin/python
export PYTHONWARNINGS :=

.PHONY: help setup run test coverage check fix lock bench fuzz fuzz-codec faults migration openapi translations audit clean
help:        ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

.venv/.runtime: requirements.txt pyproject.toml scripts/setup.sh
	@scripts/setup.sh runtime
.venv/.dev: requirements-dev.txt .venv/.runtime
	@scripts/setup.sh dev

setup: .venv/.dev ## build .venv with market40 and every tool in it
run: .venv/.runtime ## the service with a demonstration market, on http://127.0.0.1:8040
	@$(PY) -m market40.cli demo run
test: .venv/.dev ## every test: SQLite, a real PostgreSQL, a real Chromium
	@scripts/setup.sh browser
	@$(PY) -m pytest -n $${MARKET40_TEST_JOBS:-2} --no-loadscope-reorder
coverage: .venv/.dev ## every branch of the rules, by their own tests
	@.venv/bin/coverage run -m pytest tests/unit tests/feeds -n 0 && .venv/bin/coverage report
check: .venv/.dev ## lint, types, layers, unused dependencies
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/deptry market40
fix: .venv/.dev ## let ruff mend what it can
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .
lock: .venv/.dev ## make the hash-locked requirements again from pyproject.toml
	@scripts/lock.sh
bench: .venv/.dev ## the benchmarks: interleaved, medians and ratios
	@scripts/setup.sh bench
	@$(PY) -m benchmarks
fuzz: .venv/.dev ## the API against its document, many random examples: make fuzz EXAMPLES=200 SEED=1
	@seed=$${SEED:-$$RANDOM}; echo "seed $$seed"; MARKET40_FUZZ=$${EXAMPLES:-100} \
	    $(PY) -m pytest tests/contract -n 0 --hypothesis-seed=$$seed
fuzz-codec: .venv/.dev ## random and mutated strings through the codec: make fuzz-codec COUNT=1000000 SEED=1
	@$(PY) -m tests.fuzz.codec --count $${COUNT:-1000000} $${SEED:+--seed $$SEED} --block $${BLOCK:-0}
faults: .venv/.dev ## the long fault runs; print their seeds
	@$(PY) -m tests.faults.kill_loop --kills $${KILLS:-1000}
migration: .venv/.dev ## a new migration: make migration NAME=what
	@$(PY) -m market40.cli db revision "$(NAME)"
openapi: .venv/.dev ## write docs/openapi.json from the application
	@$(PY) -m market40.cli db openapi > docs/openapi.json
translations: .venv/.dev ## bring the catalogues up to date; for a new one: make translations LANGUAGE=fr
	@$(PY) -m tools.translations $(LANGUAGE)
clean:       ## remove what was built
	@rm -rf .venv build dist var

# `make lab` opens the module, `make test` runs every test. Both need Python 3.11 or newer
# and nothing else; all they install goes into the folder .venv.
#   make lab ARGS="--no-browser --port 8899"     anything after ARGS goes to the program
#   make lab PYTHON=python3.13                   another Python for the set-up

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
START := $(shell sed -n 's/^start *= *"\(.*\)"/\1/p' data/case.toml)
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

# uv where there is one, otherwise pip; both accept only files whose hash is in the lock.
install = $(BIN)/uv pip sync --python $(BIN)/python --require-hashes $(1) || ($(BIN)/python -m pip install --upgrade pip && $(BIN)/pip install --require-hashes $(addprefix -r ,$(1)))

.PHONY: lab test sync bench lint lock clean

lab: $(VENV)/.user
	$(BIN)/jupyter-lab --LabApp.default_url=/doc/tree/$(START) $(AS_ROOT) $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(ARGS)

sync: $(VENV)/.dev
	$(BIN)/python -m casekit sync

bench: $(VENV)/.dev
	$(BIN)/python tests/bench.py $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .

lock: $(VENV)/.dev
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-dev.in --output-file requirements-dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache

# The set-up, in three steps. Each leaves a file in .venv, so that nothing is done twice.

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; v = sys.version_info; v < (3, 11) and sys.exit("The module needs Python 3.11 or newer; $(PYTHON) is %d.%d. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" % v[:2])'
	$(PYTHON) -m venv $(VENV)
	sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt > $(VENV)/uv.txt
	$(BIN)/pip install --require-hashes --only-binary :all: -r $(VENV)/uv.txt || echo "uv cannot be had here; pip will do, a little slower."
	touch $@

$(VENV)/.user: requirements.txt jupyterlab-overrides.json postBuild | $(VENV)/.made
	$(call install,requirements.txt)
	$(BIN)/python postBuild
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.user
	$(call install,requirements.txt requirements-dev.txt)
	touch $@

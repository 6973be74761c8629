# `make lab` opens the module, `make test` runs every test. Both need Python 3.11 or newer
# and nothing else; all they install goes into the folder .venv.
#   make lab ARGS="--no-browser --port 8899"     anything after ARGS goes to the program
#   make lab PYTHON=python3.13                   another Python for the set-up
#   make site                                    the reading site (`make reading`), and in lite/
#                                                the browser build (`make browser`)
#   make site PYODIDE=FILE                       the Pyodide archive or folder to build with
#   make site LINE=current                       the other line of site/lines.toml

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
WHEELS := $(BIN)/uv pip compile --no-deps --python-platform wasm32-pyodide2024 --generate-hashes --no-annotate --no-header
SITE ?= _site
LINE ?= older
PYODIDE ?=
START := $(shell sed -n 's/^start *= *"\(.*\)"/\1/p' data/case.toml)
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

# uv where there is one, otherwise pip; both accept only files whose hash is in the lock.
install = $(BIN)/uv pip sync --python $(BIN)/python --require-hashes $(1) || ($(BIN)/python -m pip install --upgrade pip && $(BIN)/pip install --require-hashes $(addprefix -r ,$(1)))

.PHONY: lab test tools sync site reading browser hub hubtools load bench newest mutants lint lock clean

lab: $(VENV)/.user
	$(BIN)/jupyter-lab --LabApp.default_url=/doc/tree/$(START) $(AS_ROOT) $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(ARGS)

# What some tests need beside `make test`: all that builds the sites, and the class server.
tools: $(VENV)/reading/.made $(VENV)/lite-older/.made $(VENV)/lite-current/.made $(VENV)/hub/.made

sync: $(VENV)/.dev
	$(BIN)/python -m casekit sync

site: reading browser

reading: $(VENV)/.dev $(VENV)/reading/.made
	$(BIN)/python -m casekit reading $(SITE) --tools $(VENV)/reading

browser: $(VENV)/.dev $(VENV)/lite-$(LINE)/.made
	$(BIN)/python -m casekit browser $(SITE)/lite --line $(LINE) --tools $(VENV)/lite-$(LINE) $(if $(PYODIDE),--pyodide $(PYODIDE))

# A class server on this machine; docs/running-a-class.md says what it wants to know.
hub: $(VENV)/hub/.made
	$(VENV)/hub/bin/jupyterhub --config hub/jupyterhub_config.py $(ARGS)

hubtools: $(VENV)/hub/.made

load: $(VENV)/.dev $(VENV)/hub/.made
	HUB=$(abspath $(VENV)/hub) $(BIN)/python tests/load.py $(ARGS)

bench: $(VENV)/.dev
	$(BIN)/python tests/bench.py $(ARGS)

# Every test with the newest versions of all packages, in a copy; the report is build/newest.md.
newest: $(VENV)/.dev
	$(BIN)/python tests/newest.py $(ARGS)

# Breaks one thing at a time and sees that its test fails, and for that reason.
mutants: $(VENV)/.dev tools
	$(BIN)/python tests/mutate.py $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .

lock: $(VENV)/.dev $(VENV)/hub/.made
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-dev.in --output-file requirements-dev.txt
	$(LOCK) hub/requirements.in --output-file hub/requirements.txt
	PATH="$(abspath $(VENV)/hub/bin):$$PATH" npm install --prefix hub --package-lock-only --omit-lockfile-registry-resolved
	$(LOCK) site/reading/tools.in --output-file site/reading/tools.txt
	$(LOCK) site/older/tools.in --output-file site/older/tools.txt
	$(LOCK) site/current/tools.in --output-file site/current/tools.txt
	$(WHEELS) --python-version 3.12 site/older/wheels.in --output-file site/older/wheels.txt
	$(WHEELS) --python-version 3.14 site/current/wheels.in --output-file site/current/wheels.txt

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

# What writes the reading site, apart from the rest.
$(VENV)/reading/.made: site/reading/tools.txt | $(VENV)/.made
	$(PYTHON) -m venv $(@D)
	$(BIN)/uv pip sync --python $(@D)/bin/python --require-hashes $< || $(@D)/bin/pip install --require-hashes -r $<
	touch $@

# JupyterLite for one line of the browser build, apart from the rest: the lines differ.
$(VENV)/lite-%/.made: site/%/tools.txt | $(VENV)/.made
	$(PYTHON) -m venv $(@D)
	$(BIN)/uv pip sync --python $(@D)/bin/python --require-hashes $< || $(@D)/bin/pip install --require-hashes -r $<
	touch $@

# The class server, apart from the rest: JupyterHub, all that a student's server runs, and the
# proxy with a Node.js of its own.
$(VENV)/hub/.made: hub/requirements.txt hub/package-lock.json jupyterlab-overrides.json postBuild | $(VENV)/.made
	$(PYTHON) -m venv $(@D)
	$(BIN)/uv pip sync --python $(@D)/bin/python --require-hashes $< || $(@D)/bin/pip install --require-hashes -r $<
	cp hub/package.json hub/package-lock.json $(@D)
	PATH="$(abspath $(@D)/bin):$$PATH" npm ci --prefix $(@D) --no-audit --no-fund
	$(@D)/bin/python postBuild
	touch $@

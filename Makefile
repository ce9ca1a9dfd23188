# Two commands: `make demo` runs the main job, `make test` passes the tests.
SHELL := /bin/bash
# The first Python that runs here and is one that pyproject.toml admits.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell \
	$(name) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $(name))))
VENV := .venv
BIN := $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable
# As pip does with what it copies; without, each process compiles what it imports where Python is
# told to write no bytecode.
COMPILE = $(BIN)/python -m compileall -q workbench widgets
DEMO_OUTPUT ?= demo-output
SLOW ?=
JOBS ?= 2
PYTEST_ARGS ?=

.PHONY: help demo purge test lint lab dashboard clean

help: ## Show what can be made.
	@sed -nE 's/^([a-z]+):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo: $(VENV)/installed ## Apply, authorise, enrol, search a staged crowd, decide, destroy the list.
	$(BIN)/workbench demo --output $(DEMO_OUTPUT)

purge: ## End the demonstration: destroy its bench, keys first.
	@test ! -e $(DEMO_OUTPUT)-bench || $(BIN)/workbench demo --output $(DEMO_OUTPUT) --purge

# Files run in the order of tests/plugins/longest_first.py. A process that dies ends the run: put
# back, it may leave the run to wait for ever. What pytest makes of the tests is kept, which saves half
# of the time until the first of them.
test: $(VENV)/installed-dev ## Run the tests on JOBS=2 processes; SLOW=1 runs the slow ones too.
	@$(COMPILE) tests/plugins
	PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(JOBS) \
		--dist loadfile --no-loadscope-reorder --max-worker-restart 0 \
		$(if $(SLOW),,-m "not slow") $(PYTEST_ARGS)

lint: $(VENV)/installed-dev ## Check style, types and layers.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lab: $(VENV)/installed ## Open the notebooks in JupyterLab, on loopback.
	$(BIN)/workbench lab

dashboard: $(VENV)/installed ## Open the managers' pages, on loopback: the demonstration's, if it was made.
	$(BIN)/workbench dashboard

clean: purge ## Remove the environment and what was made.
	rm -rf $(VENV) $(DEMO_OUTPUT)

# Marked when it is whole: an interrupted creation starts afresh.
$(VENV)/created:
	@test -n "$(PYTHON)" || { echo "Needs Python 3.11 to 3.13; name one with PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/created pyproject.toml constraints.txt
	@echo "Installing; the first time this is several GB, most of it torch."
	$(INSTALL) .
	@$(BIN)/python -c 'import cv2' || { echo "OpenCV lacks a system library: on Debian, \
	apt-get install libgl1 libglib2.0-0" >&2; exit 1; }
	@$(COMPILE)
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(INSTALL) '.[dev,team,cluster,keyring,openvino,qdrant,faiss]'
	@touch $@

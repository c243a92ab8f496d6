# Every command of the project, the same here and in CI. `make help` lists them.
# Needs GNU make and Python 3.11 or newer with venv; everything else goes into .venv. Only a change in
# browser/ needs Node 20 or newer with npm besides.

VENV ?= .venv
BIN = $(VENV)/bin
WORKERS ?= 2
ARGS ?=

# The first Python on the PATH that is new enough and can make environments.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

# The lessons open in the reader's language, at the first lesson there is; EDITION=en or zh decides.
LANGUAGE_OF_READER = import runpy; print(runpy.run_path('convlab/i18n/__init__.py')['_language'][:2])
EDITION ?= $(shell $(PYTHON) -c "$(LANGUAGE_OF_READER)")
START ?= $(firstword $(sort $(wildcard notebooks/$(EDITION)/*.ipynb)))

# JupyterLab refuses to start as root unless it is told that this is meant.
ROOT = $(if $(filter 0,$(shell id -u)),--allow-root)

NODE := $(shell node -p 'process.versions.node.split(".")[0] >= 20' 2>/dev/null)
NPM = npm --prefix browser --silent
MODULES = browser/node_modules/.package-lock.json

.PHONY: help lab test check format browser browser-check browser-format browser-test \
	notebooks accept site keras record torch bench bench-browser clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 21

lab: $(VENV)/.lab ## open the lessons in JupyterLab (EDITION=zh or en; ARGS="--no-browser --port=8899")
	@# What comes with the project is trusted: else animations and widgets wait for the first run.
	@$(BIN)/jupyter trust notebooks/*/*.ipynb > /dev/null
	$(BIN)/python -m jupyterlab $(ROOT) --LabApp.default_url=/lab/tree/$(START) $(ARGS)

test: check browser-test ## run every test: units, doctests, notebooks, browser; and print the coverage
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --nbval --cov $(ARGS)

check: $(VENV)/.test ## lint, formatting, types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@$(MAKE) --no-print-directory browser-check

format: $(VENV)/.test ## put the code into the one format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	@$(MAKE) --no-print-directory browser-format

browser: $(MODULES) ## build the browser side into convlab/; needs Node 20 or newer
	$(NPM) run build

ifeq ($(NODE),true)
browser-check browser-format: browser-%: $(MODULES)
	$(NPM) run $*

browser-test: $(VENV)/.test $(MODULES)
	$(BIN)/python -m tools.browser records
	$(NPM) test
else
browser-check browser-format browser-test:
	@echo "*** LEFT OUT: $@. There is no Node 20 or newer here, which browser/ needs. ***" >&2
	@test "$(CI)" != true
endif

notebooks: $(VENV)/.test ## build notebooks/zh and notebooks/en from lessons/
	$(BIN)/python -m tools.notebooks build $(ARGS)

accept: $(VENV)/.test ## accept changed pairs of prose as translations of each other
	$(BIN)/python -m tools.notebooks accept $(ARGS)

site: $(VENV)/.site $(MODULES) ## make site/ of the notebooks (ARGS=--serve shows it); needs Node 20 or newer
	$(BIN)/python -m tools.site $(ARGS)

keras: $(VENV)/.keras $(VENV)/.torch ## record real Keras anew, and compare with the records and with Keras live
	$(BIN)/python -m tools.keras compare $(ARGS)

record: $(VENV)/.keras $(VENV)/.torch ## record real Keras for the tests to replay
	$(BIN)/python -m tools.keras record $(ARGS)

torch: $(VENV)/.torch ## record real PyTorch anew for the tests to replay, and compare all cases live
	$(BIN)/python -m tools.torch record
	$(BIN)/python -m tools.torch compare

bench: $(VENV)/.bench ## measure the layers against PyTorch, and a GIF against FuncAnimation
	$(BIN)/python -m benchmarks $(ARGS)
	$(BIN)/python -m benchmarks.animation

bench-browser: $(VENV)/.test ## measure the widgets in a browser and in JupyterLab
	$(BIN)/python -m benchmarks.browser $(ARGS)
	$(BIN)/python -m benchmarks.lens $(ARGS)
	$(BIN)/python -m benchmarks.calculator
	$(BIN)/python -m benchmarks.opening
	$(BIN)/python -m benchmarks.network

clean: ## remove .venv and everything else that can be made again
	rm -rf $(VENV) browser/node_modules .build build dist site .coverage .coverage.* htmlcov .hypothesis \
		.mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(MODULES): browser/package-lock.json browser/.npmrc
	npm --prefix browser ci
	@touch $@

# An environment is made once, and installed into again only when what it should hold has changed.
$(BIN)/python:
	@test -n "$(PYTHON)" || { \
		echo "convlab needs Python 3.11 or newer with venv (on Debian: apt install python3-venv)."; \
		echo "Name one that is not found by itself: make PYTHON=/path/to/python3.12"; \
		echo "convlab 需要 Python 3.11 以上，並附 venv（Debian：apt install python3-venv）。"; \
		echo "若已安裝卻找不到，請指明路徑：make PYTHON=/path/to/python3.12"; \
		exit 1; } >&2
	$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.lab: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV): once, a minute or two. 正在安裝到 $(VENV)，只需一次，約一兩分鐘。"
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -r requirements.txt
	@# No question about news over the first lesson, no search for updates: no network is needed.
	@$(BIN)/python -m jupyter labextension disable "@jupyterlab/apputils-extension:announcements"
	@touch $@

$(VENV)/.test $(VENV)/.keras $(VENV)/.torch $(VENV)/.bench $(VENV)/.site: $(VENV)/.%: $(VENV)/.lab
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --editable '.[$*]'
	@touch $@

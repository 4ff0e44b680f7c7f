# Every command sets up what it needs. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PORT ?= 8000
PYTHON ?= python3
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy

UV := $(shell command -v uv 2>/dev/null || echo var/uv/bin/uv)
RUN := .venv/bin/python

.PHONY: help demo serve test lint format bench screens uv

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.python-checked:
	@command -v $(PYTHON) >/dev/null || { echo "Il manque Python : installez python3 (3.11 ou plus récent), puis relancez."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 ou plus récent est nécessaire ; celui-ci est $$($(PYTHON) -V)."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Il manque le module venv de Python (Debian : apt install python3-venv), puis relancez."; exit 1; }

.PHONY: .python-checked

# uv itself, where the machine has none: in var/, nothing outside the checkout.
uv: .python-checked
	@command -v uv >/dev/null || [ -x var/uv/bin/uv ] || { echo "Installation de uv…"; mkdir -p var && $(PYTHON) -m venv var/uv && var/uv/bin/pip install --quiet --disable-pip-version-check uv==0.13.9; }

.venv/.demo: uv.lock pyproject.toml | uv
	@echo "Installation des bibliothèques…"
	@$(UV) sync --frozen --quiet --inexact --no-dev --extra pdf --python $(PYTHON)
	@touch $@

.venv/.dev: uv.lock pyproject.toml | uv
	@echo "Installation des bibliothèques de développement…"
	@$(UV) sync --frozen --quiet --extra pdf --python $(PYTHON)
	@touch $@ .venv/.demo

demo: .venv/.demo ## the portal with its demonstration content (PORT=8000, RESET=1 starts over)
	@$(RUN) manage.py demo --port $(PORT) $(if $(RESET),--reset)

serve: .venv/.dev ## development server with reload and the worker (PORT=8000)
	@DEBUG=1 $(RUN) manage.py demo --port $(PORT) --reload

test: .venv/.dev ## every test
	@$(RUN) -m pytest -n 2 -rs

lint: .venv/.dev ## style, layers, templates, migrations, deployment checks
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports --no-logo 2>/dev/null || .venv/bin/lint-imports
	@.venv/bin/djlint templates --lint --quiet
	@.venv/bin/djlint templates --check --quiet
	@$(RUN) manage.py makemigrations --check --dry-run
	@$(RUN) -m tests.deployment_check

format: .venv/.dev ## put the code in order
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format . ; .venv/bin/djlint templates --reformat --quiet

bench: .venv/.dev ## measurements, as ratios within one run
	@$(RUN) -m tests.bench

screens: .venv/.dev ## pictures of every page, light and dark, narrow and wide, in screens/ (ONLY="fiche courriel-*")
	@$(RUN) -m tests.screens $(ONLY)

# make compare: from a fresh clone to SFT against reflection. make help lists the rest.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# TORCH=cpu or TORCH=cuda asks the package index at hand for that build of torch; unset takes what it prefers.
TORCH ?=
PORT ?= 5000
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup compare test check ui results smoke
help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "make %-9s %s\n", $$1, $$2}'

setup: $(VENV)/.installed ## make .venv and install the pinned packages

$(VENV)/.installed: pyproject.toml requirements.lock conf/install.sh
	@bash conf/install.sh "$(PYTHON)" "$(VENV)" "$(TORCH)"

compare: setup ## run SFT and reflection as experiments and compare them (minutes, once)
	@codereflect sweep -S train.method=sft,reflection
	@codereflect compare sft reflection
	@codereflect publish --check
	@echo
	@echo "Next:  . .venv/bin/activate   then   dvc exp show --only-changed   |   make ui   |   codereflect --help"
	@echo "dvc repro brings the files of params.yaml's experiment (data/, models/) into this folder; it computes nothing anew."

test: setup ## the quick tests
	@pytest -n 2 --dist worksteal -m "not slow" tests

check: setup ## ruff and mypy
	@ruff check . && ruff format --check . && mypy

ui: setup ## MLflow on this machine; PORT=5001 where 5000 is taken
	@codereflect mlflow-sync --port $(PORT)
	@mlflow ui --host 127.0.0.1 --port $(PORT) --backend-store-uri sqlite:///mlflow.db

results: setup ## regenerate the committed results: 3 base seeds x 3 training seeds x 2 arms (about an hour)
	@bash conf/results.sh

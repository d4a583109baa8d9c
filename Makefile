PYTHON ?= python3
ARGS ?=
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench languages translation train locks clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

setup: ## prepare everything a start needs; does nothing when nothing changed
	@$(PYTHON) setup setup

run: ## prepare, then start the whole on this machine; Ctrl-C ends it
	@$(PYTHON) setup setup && exec .venv/bin/passerelle run $(ARGS)

test: ## prepare, check style and types, run the tests (ARGS="-k stop" picks some)
	@$(PYTHON) setup test && $(PYTHON) setup lint && $(PYTHON) setup pytest $(ARGS)

lint: ## check format, style, types and dialogue data
	@$(PYTHON) setup test && $(PYTHON) setup lint

bench: ## measure speed and memory against stock Rasa, in one table
	@$(PYTHON) setup test && exec .venv/bin/python -m bench $(ARGS)

languages: ## measure what is understood, per language (ARGS="--folds --wrong")
	@$(PYTHON) setup setup && exec .venv/bin/python -m bench.languages $(ARGS)

translation: ## measure what translating takes, of time and of memory
	@$(PYTHON) setup test && exec .venv/bin/python -m bench.translation $(ARGS)

train: ## train the engine's model if what it learns from changed
	@$(PYTHON) setup train

locks: ## remake the lock files in requirements/ (ARGS=--upgrade for newer ones)
	@$(PYTHON) setup locks $(ARGS)

clean: ## remove what the set-up made; data under var/data stays
	@$(PYTHON) setup clean

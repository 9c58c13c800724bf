# The commands of this project. `make demo` and `make test` set up what they need.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: help setup demo demo-down test prove bench lint docs sanity

help:  ## what there is to run
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:
	@scripts/setup

demo: setup  ## build the link in the sandbox, send real requests both ways, take it down (KEEP=1 leaves it up, SCENARIO=proxies or canary shows more)
	@scripts/demo

demo-down: setup  ## take down what `make demo KEEP=1` left up
	@scripts/demo-down

test: setup  ## unit tests, then the link's whole life in the sandbox
	@scripts/test

prove: setup  ## the long proofs: runs killed half-way, traffic and scale, oldest ansible-core
	@scripts/prove

bench: setup  ## a link and fleets of 1,000 against stock modules and boto3 (two hours; ARGS=--quick: minutes)
	@scripts/bench $(ARGS)

lint: setup  ## ruff, yamllint, ansible-lint (production), changelog
	@scripts/lint

docs: setup  ## the pages of docs/ that are made from something else
	@scripts/docs

sanity: setup  ## ansible-test sanity and galaxy-importer
	@scripts/sanity

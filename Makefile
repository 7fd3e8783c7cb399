# The verbs. What they do is in scripts/ and xtask/.

.DEFAULT_GOAL := help
.PHONY: help setup run test check fuzz bench load fmt gen

help: ## print this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

setup: ## install what running and testing need (Debian, Ubuntu)
	@scripts/setup.sh test

run: ## build it, make the demo project and serve it
	@scripts/run.sh $(ARGS)

test: ## run every test: Rust, TypeScript, and the browser against the binary
	@scripts/test.sh

check: ## check format, lints, architecture and dependencies
	@scripts/check.sh

fuzz: ## look for what breaks it, for 15 minutes or ARGS seconds
	@scripts/fuzz-all.sh $(ARGS)

bench: ## measure it on this machine
	@scripts/setup.sh bench
	@bench/run.sh $(ARGS)

load: ## run every load profile, scaled down, against a server of its own
	@scripts/load.sh $(ARGS)

fmt: ## format everything
	@cargo fmt --all
	@npm --prefix web run --silent fmt

gen: ## rewrite the files that are made from others
	@cargo run --quiet -p xtask -- gen

# The two commands most people need: `make run` and `make test`. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Targets build into shared folders on a machine that may have two cores: one at a time.
.NOTPARALLEL:

RELEASE := .build-release
BINARY := $(RELEASE)/release/drover
DEBUG_BINARY := .build/debug/drover
TESTED := DROVER_PYTHON=$(CURDIR)/.venv/bin/python3

.PHONY: help setup setup-tests announce release release-load debug debug-build run test test-suites test-sockets \
	ci tsan tsan-build tsan-run lint lint-sources lint-examples format bench bench-alloc bench-peers bench-compare \
	bench-streams bench-limits bench-lock bench-instructions bench-ledger bench-requests bench-pairs demo chaos demo-cloud demo-fallback \
	demo-keys sim sim-build mutate-sim soak test-clients test-observability test-ui fuzz \
	mutate-fence image-check validate-fit validate-sim dist dist-check clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup: ## install what the build needs (Debian packages)
	@scripts/setup.sh build

setup-tests:
	@scripts/setup.sh build tests

# The binary that is shipped: the Swift runtime is linked in, so it runs where no toolchain is. Nobody looks up its symbols,
# so they need not be kept; its bytes do not say where it was built.
PINNED :=
# What the compiler is told for every release build, and no other: docs/decisions/0005-release-flags.md.
RELEASE_FLAGS := $(shell cat scripts/release-flags)
BUILD = swift build -c release --static-swift-stdlib --scratch-path $(RELEASE) $(PINNED) -debug-info-format none \
	-Xcc -ffile-prefix-map=$(RELEASE)=build -Xcc -ffile-prefix-map=$(abspath $(RELEASE))=build \
	-Xlinker --no-export-dynamic -Xlinker --icf=safe $(RELEASE_FLAGS)
release: setup ## build the release binary, .build-release/release/drover
	$(BUILD) --product drover

# With the load client of the benchmarks, and the simulation of faults. By name: what tests share is built for tests alone.
release-load: setup
	$(BUILD) --product drover
	$(BUILD) --product drover-load
	$(BUILD) --product FaultSim

debug: setup-tests debug-build

# ONCE: what a build that is thrown away does without. scripts/ci sets it.
ONCE :=
debug-build:
	swift build --build-tests --explicit-target-dependency-import-check error $(ONCE)

run: announce release ## set up, build, serve on port 4000 (embedded farm when no Ollama answers on localhost:11434)
	$(BINARY) serve --demo --port 4000

# The first build of a machine must not look like one that hangs.
announce:
	@[ -x $(BINARY) ] || echo "== first build: about 500 steps, 5 to 10 minutes on two cores; each step is shown. Later ones take seconds."

# What has real sockets, processes and time limits runs one after the other, and not beside what keeps the cores busy.
SOCKETS := ^(ScenarioTests|FarmTests|ProberTests|CurlTests|StoreKillTests)\.
test: debug test-suites test-sockets ## set up, build, run every test

test-suites:
	swift test --skip-build --skip '$(SOCKETS)'
	scripts/with-postgresql swift test --skip-build --filter '^(LedgerStoreTests|PostgreSQLTests)\.'
	scripts/with-postgresql swift test --skip-build --no-parallel --filter '^ScenarioTests\.(KeyScenarioTests|SharedScenarioTests|SharedResponsesScenarioTests)/'
	@.venv/bin/python3 scripts/check_compose.py
	@.venv/bin/python3 scripts/check_kubernetes.py $(DEBUG_BINARY)

test-sockets:
	$(TESTED) swift test --skip-build --no-parallel --filter '$(SOCKETS)'

lint: lint-sources debug lint-examples ## format rules and choke points on every source, every example config and pool read

lint-sources:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks
	scripts/lint-choke-points
	scripts/lint-choke-points --self-test
	scripts/lint-fronts-and-backs
	scripts/lint-fronts-and-backs --self-test
	scripts/lint-architecture
	scripts/lint-architecture --self-test
	scripts/lint-parts
	scripts/lint-parts --self-test
	scripts/lint-named-tests
	scripts/lint-named-tests --self-test
	scripts/ci --self-test

lint-examples:
	for file in configs/*.yaml; do $(DEBUG_BINARY) check --config "$$file"; done
	for file in configs/simulation/*.yaml; do $(DEBUG_BINARY) simulate --pool "$$file" \
		--synthetic poisson:requests=100 --strategies least-busy >/dev/null; done

format: ## rewrite every source in the repository's format
	swift format format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

# Only what several threads share; the suites of values, however many, would run on one. DROVER_TARGETS=threads leaves out
# of Package.swift what these suites do not need, BoringSSL first.
TSAN := DROVER_TARGETS=threads swift
TSAN_FLAGS = --sanitize=thread -Xswiftc -DTSAN --scratch-path .build-tsan $(ONCE)

# The last part proves that races are seen at all: a deliberate one has to be reported.
tsan: tsan-build tsan-run ## the concurrent parts under ThreadSanitizer

tsan-build: setup
	$(TSAN) build --build-tests $(TSAN_FLAGS)

tsan-run:
	$(TSAN) test --skip-build $(TSAN_FLAGS) --filter '^(LockingTests|BalancerTests|ProberTests|LedgerTests\.SpendLedgerTests)[./]'
	if DROVER_RACE=1 $(TSAN) test --skip-build $(TSAN_FLAGS) --filter deliberate >.build-tsan/race.log 2>&1 \
		|| ! grep -q 'ThreadSanitizer: data race' .build-tsan/race.log; then \
		tail -20 .build-tsan/race.log; echo "error: ThreadSanitizer did not catch the deliberate race" >&2; exit 1; \
	fi
	@echo "tsan: passed (and the deliberate race was caught)"

test-clients: release ## real clients (openai and its agents, anthropic, ollama, LangChain with its standard tests, litellm) before boxes and llama.cpp's server: passed and failed of each
	scripts/test-clients

test-ui: release ## the dashboard in headless Chromium: logs in, watches a box die, makes a key, chats; axe-core, a phone, 500 boxes
	scripts/test-ui

test-observability: release ## a real Prometheus, Langfuse's and OTLP's own types, exporters that hang, `drover top` in tmux
	scripts/test-observability

demo: release ## 400 requests per strategy while one box hangs and one dies: no client sees an error
	scripts/demo.sh

# libFuzzer finds the bytes; what it has found before is part of `make test`.
fuzz: MINUTES := 5
fuzz: setup ## bytes that nobody has written on purpose, for everything that reads bytes of others: MINUTES=5
	scripts/fuzz --minutes $(MINUTES)

chaos: release ## what clients see while boxes fail: errors that a healthy box could have hidden, retries, pauses, and how soon a box is back
	scripts/chaos

demo-cloud: release ## a box is killed and a cloud over TLS answers; what must stay local stays
	scripts/demo-cloud.sh

demo-keys: release ## a key, three teams, a spent budget and a restart: each gets what is its own
	scripts/demo-keys.sh

demo-fallback: release ## what 100 fallbacks after a refused connection cost: less than 50 ms each
	scripts/demo-fallback.sh

# `make sim SEED=123` replays one seed with its story, `make sim SEEDS=100000 FROM=5000` runs many.
SIM := $(RELEASE)/release/FaultSim
SEEDS := 2000
FROM := 1
sim: setup sim-build ## the serving code under seeded faults in virtual time, each seed twice (SEEDS=…, or SEED=… to replay one)
	$(SIM) $(if $(SEED),--seed $(SEED),--seeds $(SEEDS) --from $(FROM) --census)

sim-build:
	$(BUILD) --product FaultSim

mutate-sim: setup ## plant faults in the serving code, and expect the simulation to find each
	scripts/mutate-sim

soak: MINUTES := 10
soak: release ## the real binary under random faults, restarts and clients that leave: nothing is left of it (MINUTES=…, SEED=…)
	scripts/soak --minutes $(MINUTES) --seed $(or $(SEED),1)

mutate-fence: setup ## break the fence in four ways, and expect the tests to notice each
	scripts/mutate-fence

bench: setup ## the hot loops: selection, contention, parsing and framing, keys and budgets
	swift package --package-path Benchmarks benchmark --skip-target AllocationProbe

bench-alloc: setup ## pick and settle allocate nothing, nor do look-up and reservation of a key (valgrind)
	scripts/bench-alloc

bench-compare: release ## Drover and the real LiteLLM proxy on one trace for four minutes, over simulated boxes
	scripts/bench-compare

bench-peers: release ## side by side with other proxies in one run (PEERS=--all adds the slow ones)
	scripts/bench-peers $(PEERS)

bench-streams: release-load ## 2,000 open streams
	scripts/bench-streams

bench-limits: release-load ## prober at 1,000 boxes, start-up, farm, cancel: each with its goal
	scripts/bench-limits

bench-ledger: setup ## a million requests in the ledger: how long people wait for a page and for sums
	swift build -c release --scratch-path $(RELEASE) --product StoreProbe
	rm -f $(RELEASE)/million*
	$(RELEASE)/release/StoreProbe fill $(RELEASE)/million 1000000
	$(RELEASE)/release/StoreProbe ask $(RELEASE)/million

bench-requests: release ## the list of requests over HTTP, with a million of them: each page in under 200 ms
	scripts/bench-requests

bench-pairs: setup ## instructions per pick and settlement
	scripts/bench-pairs

bench-lock: release ## the share of the time that the pool's lock is held, and what 16 event loops would make of it
	scripts/bench-lock

bench-instructions: release ## user instructions per request
	scripts/bench-instructions

validate-fit: release ## pools that `drover fit` makes of real gateways' logs beside the truth: within 25 %, same ranking
	scripts/validate-fit

validate-sim: release ## the simulator's predictions beside real gateways over simulated boxes: within 15 %, same ranking
	scripts/validate-sim

image-check: release ## start the release binary in a folder with exactly the Dockerfile's packages
	scripts/image-check.sh $(BINARY)

ci: ## what .ci/run calls: every check, the long ones in their short form, and a table of their minutes
	@scripts/ci

dist: ## the release archive of the last commit, its SHA-256 and SBOM, in .build-dist/out
	scripts/dist

dist-check: ## build the archive twice from nothing, and compare the bytes (two release builds)
	scripts/dist-check

clean: ## remove everything that was built
	rm -rf .build .build-* Benchmarks/.build .venv .venv-ui .venv-observability

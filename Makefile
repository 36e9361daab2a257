# The commands of this repository. `make demo` and `make check` set up what they need by themselves (cmake/bootstrap);
# everything else is CMake's and ninja's work. JOBS=n limits the processes (default: as many as there are cores).

JOBS ?= $(shell nproc)
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
unexport MAKEFLAGS MFLAGS MAKELEVEL
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo hello check bench kills fuzz asan tsan lint format clean

step = @printf '\n== %s\n' "$(1)"
# $(call build,PRESET,FOLDER,TARGET): configures once; after that ninja notices by itself what changed.
build = @test -f $(2)/build.ninja || cmake --preset $(1); cmake --build $(2) -j $(JOBS) --target $(3)

help:
	@echo 'make demo     set up, build, run the whole chain (workflows/mlpf.toml), say where its report is'
	@echo 'make hello    the same with a workflow of two seconds'
	@echo 'make check    set up, build, check the format, and run every test'
	@echo 'make docs     write docs/reference anew from what the programs say'
	@echo 'make bench    measure; prints one table, writes build/bench.json'
	@echo 'make kills    the whole chain on a Slurm of this machine on 20 bad days: drivers, nodes and jobs die, nodes are drained, ...'
	@echo 'make asan     the unit tests under the address and undefined-behaviour sanitizers'
	@echo 'make tsan     the unit tests under the thread sanitizer'
	@echo 'make fuzz     the fuzz targets, for a short while'
	@echo 'make lint     only the format and clang-tidy checks     make format   put the sources into shape'
	@echo 'make clean    remove build/ (.deps/ stays)'

# $(call show,WORKFLOW,FOLDER): what is up to date there does not run again.
show = build/bin/sluice run workflows/$(1).toml --dir $(2) && build/bin/sluice report workflows/$(1).toml --dir $(2)

demo hello:
	$(call step,Setting up)
	@cmake/bootstrap build
	$(call step,Building)
	$(call build,release,build,programs)
	$(call step,Running workflows/$(if $(filter demo,$@),mlpf,hello).toml in build/$@)
	@mkdir -p build/$@
	@$(call show,$(if $(filter demo,$@),mlpf,hello),build/$@)

check:
	$(call step,Setting up)
	@cmake/bootstrap check
	$(call step,Building everything)
	$(call build,release,build,all)
	$(call step,Checking the format of the sources)
	@cmake/lint --format-only
	$(call step,Running the tests)
	@ctest --test-dir build -j $(JOBS) --output-on-failure --repeat until-pass:2

# What the programs say about themselves, as pages. The test `docs` says when they are stale.
.PHONY: docs
docs:
	$(call step,Building)
	$(call build,release,build,programs)
	$(call step,Writing docs/reference)
	@docs/reference/make build/bin

fuzz:
	$(call step,Fuzzing)
	$(call build,fuzz,build/fuzz,fuzzers)
	@ctest --test-dir build/fuzz -L fuzz -j $(JOBS) --output-on-failure

bench:
	$(call step,Setting up)
	@cmake/bootstrap check
	$(call step,Building)
	$(call build,release,build,programs import-sample dataset-bench toy-dataset)
	$(call step,Measuring)
	@tests/bench/engine_bench.py --bin build/bin --json build/bench.json
	@tests/bench/simulate_bench.py --bin build/bin --json build/bench-simulate.json
	@tests/bench/import_bench.py --bin build/bin --json build/bench-import.json
	@tests/bench/train_scaling.py build
	@tests/bench/demo_bench.py --bin build/bin --json build/bench-demo.json

kills:
	$(call step,Setting up)
	@cmake/bootstrap check
	$(call step,Building)
	$(call build,release,build,programs)
	$(call step,Running workflows/mlpf.toml on four nodes)
	@eval "$$(tests/slurm/cluster-up build/kills-cluster gpus=2)"; \
	  tests/slurm/pipeline_kills --bin build/bin --work build/kills --kills 20 && ended=0 || ended=$$?; \
	  tests/slurm/cluster-down build/kills-cluster; exit $$ended

asan tsan:
	$(call step,Setting up)
	@cmake/bootstrap check
	$(call step,Building with -fsanitize)
	$(call build,$@,build/$@,unit_tests)
	$(call step,Running the unit tests)
	@ctest --test-dir build/$@ -L '^(engine|executors|stages)$$' -j $(JOBS) --output-on-failure

lint:
	@cmake/bootstrap check
	$(call build,release,build,all)
	@cmake/lint

format:
	@cmake/lint --fix-format

clean:
	rm -rf build

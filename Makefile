# What the project is built and judged with. Go is all it needs.

.PHONY: build test lab lab-build lab-up lab-down fuzz bench

build: ## the binary, as bin/onus
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o bin/onus ./cmd/onus

test: ## every test, golden transcripts through the real commands included
	go vet ./...
	test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	go test ./...

lab: ## the rules against the code of Kubernetes and Karpenter; the first build takes minutes
	cd lab && go vet ./... && go test ./...

lab-build: ## the real control plane, from Go modules into a cache folder; half an hour on 2 cores at first
	cd lab && go run ./cmd/lab build

LAB_DIR ?=
lab-up: lab-build ## a cluster of it in LAB_DIR
	cd lab && go run ./cmd/lab up $(abspath $(LAB_DIR))

lab-down: ## end it
	cd lab && go run ./cmd/lab down $(abspath $(LAB_DIR))

FUZZTIME ?= 20s
fuzz: ## every fuzz target for FUZZTIME
	@set -e; for pkg in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; \
	done

COUNT ?= 6
bench: ## benchmarks, in the form benchstat reads
	go test -run '^$$' -bench . -benchmem -count $(COUNT) ./...

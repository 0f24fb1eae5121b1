# What the project is built and judged with. Go is all it needs.

.PHONY: build test lab fuzz bench

build: ## the binary, as bin/onus
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o bin/onus ./cmd/onus

test: ## every test, golden transcripts through the real commands included
	go vet ./...
	test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	go test ./...

lab: ## the rules against the code of Kubernetes and Karpenter; the first build takes minutes
	cd lab && go vet ./... && go test ./...

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

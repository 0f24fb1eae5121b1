# What the project is built and judged with. Go is all it needs.

.PHONY: build image test race break faults lab lab-test fleet-lab lab-up lab-down fidelity fuzz mutate estates prove bench release release-dry-run

build: ## the binary, as bin/onus
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o bin/onus ./cmd/onus

IMAGE ?= onus:dev
image: build ## an image of bin/onus called IMAGE, without a container engine, as bin/onus-image.tar
	go run ./internal/image -name $(IMAGE) -o bin/onus-image.tar bin/onus

test: ## every test, golden transcripts through the real commands included
	go vet ./...
	test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	go test ./...

RACE ?= ./internal/document ./internal/source/... ./internal/estate/... ./internal/simulate ./internal/bound ./internal/forecast
race: ## the race detector over the readers and the simulator
	go test -race -timeout 60m $(RACE)

lab: ## the real control plane, from Go modules into a cache folder; half an hour on 2 cores at first, seconds after
	cd lab && go run ./cmd/lab build

lab-test: ## the rules against the code of Kubernetes and Karpenter, and what needs a cluster on one of `make lab`
	cd lab && go vet ./... && go test -timeout 40m ./...

fleet-lab: ## 18 servers of PostgreSQL and Redis, from Debian's packages, patched by onus while clients write: good builds, bad ones, and killed
	cd lab && ONUS_FLEET=1 go test ./fleet -count 1 -timeout 60m -v

LAB_DIR ?=
lab-up: lab ## a cluster of it in LAB_DIR
	cd lab && go run ./cmd/lab up $(abspath $(LAB_DIR))

lab-down: ## end it
	cd lab && go run ./cmd/lab down $(abspath $(LAB_DIR))

SCENARIOS ?=
PARALLEL ?= 5
RANDOM ?= 0
FROM ?= 1
SHRINK ?= 0
fidelity: lab ## SCENARIOS, or all, or RANDOM mixes drawn by SEED, on the real control plane and in the simulator, side by side
	cd lab && go run ./cmd/fidelity -parallel $(PARALLEL) -random $(RANDOM) -seed $(SEED) -from $(FROM) -shrink $(SHRINK) $(SCENARIOS)

break: ## bad, hostile and large inputs, each with its answer; and one estate told in many ways
	ONUS_LARGE=1 go test ./internal/cli -count 1 -timeout 0 -run '^(TestBreak|TestLarge|TestSameVerdicts|TestDumpsThatAreCutOff|TestNobodyReadsOn|TestInterrupted)$$'

FAULTS ?= 300
faults: ## onus apply is killed at each named point, then FAULTS times at random, drawn by SEED, while answers are lost, the API server is restarted and the clock is set: counts, and what holds after each
	go test ./internal/apply -count 1 -v -run '^TestDies'
	ONUS_FAULTS=$(FAULTS) ONUS_SEED=$(SEED) go test ./internal/apply/kubernetes -count 1 -timeout 0 -v -run '^(TestDies|TestAnswersOnce$$|TestClockIsSet$$|TestFixes|TestFaults$$)'

FUZZTIME ?= 20s
fuzz: ## every fuzz target for FUZZTIME; what it finds that is new is kept in the cache of go, and goes on from there
	@set -e; for pkg in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s $$pkg; \
	  done; \
	done

MUTATE ?= ./internal/disruption ./internal/simulate ./internal/bound ./internal/check/... ./internal/source/... ./internal/estate/...
NUMBER ?= 400
SEED ?= 1
SHARE ?= 85
mutate: ## NUMBER small faults, one at a time, in the packages MUTATE: SHARE percent have to be caught by each one's own tests
	go run ./internal/mutate -number $(NUMBER) -seed $(SEED) -share $(SHARE) $(MUTATE)

DIR ?=
SAMPLE ?= 100
READING ?= reading.md
estates: ## onus over cloned repositories, the folders of DIR: a table, and SAMPLE findings to read by hand in READING
	go run ./internal/estates -number $(SAMPLE) -seed $(SEED) -reading $(READING) $(DIR)

WORLDS ?= 1000000
prove: ## no run of WORLDS random clusters falls below its bound, and no order of events does of a tenth as many tiny ones; both drawn from SEED
	go test ./internal/simulate -run '^TestRunsStayAboveTheirBound$$' -timeout 0 -v -rapid.nofailfile -rapid.checks $(WORLDS) -rapid.seed $(SEED)
	go test ./internal/bound -run '^TestBounds$$' -timeout 0 -v -rapid.nofailfile -rapid.checks $$(( ($(WORLDS) + 9) / 10 )) -rapid.seed $(SEED)

COUNT ?= 6
LARGE ?=
PEERS ?=
bench: build ## how time and memory grow (the largest with LARGE=1, others beside it with PEERS=DIR), and benchmarks as benchstat reads them
	ONUS_SPEED=$(abspath bin/onus) ONUS_SPEED_LARGE=$(LARGE) PEERS=$(PEERS) go test ./internal/cli -run '^TestSpeed$$' -count 1 -timeout 0
	go test -run '^$$' -bench . -benchmem -count $(COUNT) ./...

RELEASER = github.com/goreleaser/goreleaser/v2@v2.15.1
release: ## a draft of the release of the tag that is checked out
	go run $(RELEASER) release --clean

release-dry-run: ## a release as it would be published, in dist: archives, checksums, SBOMs, manifests of Homebrew and krew
	go run $(RELEASER) check
	go run $(RELEASER) release --snapshot --clean
	cd dist && sha256sum --quiet -c SHA256SUMS
	test -s dist/krew/onus.yaml
	tar xzf dist/onus_*_linux_amd64.tar.gz -O onus > bin/onus-release && chmod +x bin/onus-release && bin/onus-release version

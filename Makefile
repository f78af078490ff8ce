# psims: every target has a line of help behind it; "make help" prints them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

TAGS    := duckdb_arrow
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo development)
GO      := go
GOBUILD := $(GO) build -tags $(TAGS) -trimpath -ldflags "-X main.version=$(VERSION)"
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.1.4

HOME_DIR ?= psims-data
EVENTS   ?= 30000
SEED     ?= 1
FUZZTIME ?= 60s

.PHONY: help build run test check vuln sbom race fuzz bench e2e golden assets fmt clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: assets ## Build bin/psims.
	$(GOBUILD) -o bin/psims ./cmd/psims

run: build ## Write invented extracts with planted issues, run the nightly job on them, say where the report is.
	bin/psims synth --out $(HOME_DIR)/inbox --events $(EVENTS) --seed $(SEED)
	bin/psims --home $(HOME_DIR) run

test: assets ## Pass all the tests.
	$(GO) test -tags $(TAGS) -timeout 40m ./...

check: assets ## What CI checks beside the tests: format, vet, staticcheck, tidy modules.
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "not formatted (make fmt): $$out"; exit 1; fi
	$(GO) vet -tags $(TAGS) ./...
	$(GO) run $(STATICCHECK) -tags $(TAGS) ./...
	$(GO) mod tidy -diff

vuln: assets ## Look for known vulnerabilities in what is called (needs vuln.go.dev).
	$(GO) run $(GOVULNCHECK) -tags $(TAGS) ./...

sbom: ## Write docs/sbom.cdx.json and docs/licences.md anew, after a change of dependencies.
	$(GO) test ./internal/sbom -update

race: assets ## Run the tests under the race detector, without the slow ones.
	$(GO) test -race -short -tags $(TAGS) ./datasets/extract/... ./nlp/... ./models/... ./analytics/... ./cmd/...

fuzz: ## Run every fuzz test for FUZZTIME (60s).
	@set -e; $(GO) list -tags $(TAGS) -f '{{.Dir}} {{.TestGoFiles}} {{.XTestGoFiles}}' ./... | while read -r dir _; do \
	  for f in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$dir/*_test.go 2>/dev/null | sed 's/func //' | sort -u); do \
	    echo "== $${dir#$(CURDIR)/} $$f"; (cd $$dir && $(GO) test -tags $(TAGS) -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) .); \
	  done; done

bench: ## Run the benchmarks, ten times each, for benchstat.
	$(GO) test -tags $(TAGS) -run '^$$' -bench . -benchmem -count 10 ./...

e2e: assets ## Open the reports in a real Chromium: accessibility, no outside request, narrow screens.
	PSIMS_BROWSER=1 $(GO) test -tags $(TAGS) -count 1 ./reports/...
	cd reports/portal/signintest && $(GO) test -count 1 ./...

golden: assets ## Rewrite the golden files; read the difference before you commit it.
	$(GO) test -tags $(TAGS) $$(grep -rl --include='*_test.go' psims/internal/golden reports cmd | xargs -n1 dirname | sort -u | sed 's|^|./|') -update

assets: reports/assets/dist/echarts.min.js ## Build the style sheet, the chart engine and the list of nouns from pinned npm packages.

reports/assets/dist/echarts.min.js: $(wildcard reports/assets/*.js reports/assets/*.json reports/assets/*.scss reports/assets/*.txt)
	cd reports/assets && npm ci --no-audit --no-fund --ignore-scripts && npm run build
	@touch $@

fmt: ## Format the code.
	gofmt -w $$(git ls-files '*.go')

clean: ## Remove what was built; data and models stay.
	rm -rf bin reports/assets/node_modules && find reports/assets/dist nlp/concept/dist -type f ! -name README.md -delete

# ./... does not see what is below testdata: these are named here, once, and
# TestEveryPackageBelowTestdataIsInTheMakefile fails if one is forgotten.
TESTDATA := ./testdata/mockidp ./testdata/mockidp/attack ./testdata/mockidp/kit ./testdata/careless ./testdata/portaltest
# The attacks first, and several packages at once: they wait, too.
PKGS     := $(TESTDATA) ./...
# Modules of their own, so that a portal does not get what they need; those in
# MODULES have tests that make modules runs.
MODULES  := cog redisstore fcotel examples/portal examples/frameworks examples/hsm examples/linking examples/metrics examples/stores testdata/beside testdata/replicas
RELEASED := cog redisstore fcotel
TOOLS    := testdata/bench testdata/browser testdata/release testdata/waf
# A number of inputs, not a duration: at the end of a duration Go 1.26 can fail a
# target that found nothing (go.dev/issue/75804, mended in 1.27).
FUZZTIME ?= 20000x
NEWEST   := go1.27.4
EVERYTHING := $(PKGS) $(patsubst %,./%/...,$(MODULES) $(TOOLS))

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

.PHONY: run mock test modules $(MODULES:%=module/%) newest race lint fips fuzz soak bench browser places check vuln release release-check systems

run: ## the example portal, and with it the mock unless FRANCECONNECT_ENVIRONMENT is set
	go run -C examples/portal .

mock: ## the mock alone, for programs in any language
	go run ./cmd/mockfranceconnect

test:
	go test -p 4 $(PKGS)

modules: $(MODULES:%=module/%) ## the tests of the modules beside this one, and the examples copied out of it
	EXAMPLES_TEST=required go test -run '^TestEveryExampleCompilesWhenItIsCopied$$' .

# The pages that testdata/beside is held against are outside its module, where go test
# does not see that they changed: it is not to answer from its cache.
module/testdata/beside: export GOFLAGS += -count=1
$(MODULES:%=module/%): module/%:
	go test -C $* -p 4 ./...

newest: ## test and modules once more, on the newest Go
	GOTOOLCHAIN=$(NEWEST) $(MAKE) test modules

# As make test, which vets too, and plays what is long and shared by nobody in full.
race:
	go test -p 4 -race -shuffle=on -vet=off -short $(PKGS)
	go test -C examples/portal -race -shuffle=on -vet=off -short ./...

# All modules in one workspace, which is thrown away: what they share is read once.
lint: export GOWORK := $(CURDIR)/.work/go.work
lint: ## all modules: gofmt, go mod tidy, go fix, vet, staticcheck
	@wrong=$$(gofmt -l .) && test -z "$$wrong" || { echo "gofmt would change these: $$wrong"; exit 1; }
	@for m in . $(MODULES) $(TOOLS); do GOWORK=off go -C $$m mod tidy -diff || exit 1; done
	@rm -rf .work && mkdir .work && cd .work && go work init .. $(addprefix ../,$(MODULES) $(TOOLS))
	go vet $(EVERYTHING)
	@wrong=$$(go fix -diff $(EVERYTHING)) && test -z "$$wrong" || { echo "go fix would change these: $$wrong"; exit 1; }
	GOWORK=off GOBIN=$(CURDIR)/.work go install $(STATICCHECK)
	.work/staticcheck $(EVERYTHING)
	@rm -rf .work

fips: ## one login on each platform with Go's FIPS 140-3 module, and with nothing else allowed
	@for mode in on only; do echo "fips140=$$mode"; \
		go test -count=1 -exec "env GODEBUG=fips140=$$mode FIPS_TEST=$$mode" -run '^TestPeopleSignInAndOutUnderFIPS140$$' . || exit 1; done

# Looked for in the files: to ask go test links a test binary of each package.
fuzz: ## each fuzz target for FUZZTIME
	@grep -rE '^func Fuzz' --include='*_test.go' --exclude-dir=node_modules . | sed -E 's,/[^/:]*:func (Fuzz[A-Za-z0-9]*).*, \1,' | sort | \
		while read -r dir target; do go test -C $$dir -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) . || exit 1; done

places: ## the names of cog anew, once a year: needs npm and pip
	cd cog && go run ./generate

soak: ## 100,000 logins, most of them with a fault, and every bit of the captured tokens changed
	go test -run '^TestCapturedTokensWithOneBitChangedAreRefused$$' ./internal/token -args -every-bit
	go test -run '^TestSoak$$' -v . -args -soak 100000

bench: ## beside the peers and the floor; testdata/bench/RESULTS.md is what it last said
	go run -C testdata/bench . -o RESULTS.md

browser: ## the portal and the mock in a real Chromium, which setup.sh installs
	testdata/browser/setup.sh
	go test -C testdata/browser -count=1 .

release: ## what a release is made of, into dist/; publishes nothing
	go run -C testdata/release . -o ../../dist

release-check: systems ## what is committed, got, installed and run as by whoever has it; RELEASE_CHECK=whole for all systems
	go test -C testdata/release -count=1 -parallel 4 -timeout 60m .

systems: ## what is released, compiled and vetted for the other systems; RELEASE_CHECK=whole for all modules; linux is what the tests run on
	@for s in darwin windows; do echo "$$s"; export CGO_ENABLED=0 GOOS=$$s; go vet $(PKGS) || exit 1; \
		for m in $(if $(RELEASE_CHECK),$(MODULES) $(TOOLS),$(RELEASED)); do go vet -C $$m ./... || exit 1; done; done

check: test modules lint race

vuln:
	go run $(GOVULNCHECK) $(PKGS)

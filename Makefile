# Needs Go, Node and make; PostgreSQL is found or fetched (docs/dependencies.md).

.DEFAULT_GOAL := help
.PHONY: help run test test-full bench bench-full build reset generate lint assets check

PASSNUM       := bin/passnum
WITH_POSTGRES := $(PASSNUM) with-postgres

# The program, its tests and the checks are compiled once for all: the same
# settings everywhere, or each would compile everything anew.
export CGO_ENABLED := 0
export GOFLAGS     := $(filter-out -trimpath,$(shell go env GOFLAGS 2>/dev/null)) -trimpath

# Each package's tests share one PostgreSQL: two packages at a time keep two
# cores busy, more only makes them wait for each other.
# make lint runs the whole of vet; without debugging symbols, 80 test programs
# are linked sooner.
# Compilers that live seconds: memory is cheaper than collecting it often. Tests
# run with the usual setting, which their bounds on memory are about.
test test-full build lint: export GOGC := 400
TEST_FLAGS    ?= -p 2 -vet=off -ldflags='-s -w' -exec 'env -u GOGC'
# The longest first, so that nothing waits for it in the end.
PACKAGES      ?= ./internal/story ./...

NPM_DONE      := node_modules/.package-lock.json
ASSETS        := web/assets/dist/manifest.json
TERRITORY     := internal/territory/data/territory.gz
PRINT_FONTS   := internal/print/fonts/dist/regular.ttf
ASSET_SOURCES := $(shell find web/assets -type f -not -path 'web/assets/dist/*' -not -name '*.go')

help: ## cette liste
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: build ## Passnum sur cette machine, avec son monde de démonstration
	@$(PASSNUM) dev

test: build ## les tests, sur un vrai PostgreSQL
	$(WITH_POSTGRES) -- go test $(TEST_FLAGS) -timeout 10m $(PACKAGES)

test-full: build ## les mêmes en grand : toutes les pages, longues épreuves
	PASSNUM_FULL=1 $(WITH_POSTGRES) -- go test $(TEST_FLAGS) -timeout 40m $(PACKAGES)

bench: build ## les mesures, chacune à côté de sa référence
	$(WITH_POSTGRES) --durable -- go run ./internal/bench

bench-full: build ## les mesures sur de grandes tailles
	PASSNUM_FULL=1 $(WITH_POSTGRES) --durable -- go run ./internal/bench

build: check assets ## le programme complet : bin/passnum
	go build -o $(PASSNUM) ./cmd/passnum

reset: build ## efface la base de développement
	@$(PASSNUM) reset

generate: ## régénère les écrans (templ)
	go tool templ generate

lint: check assets ## mise en forme, vérifications, code généré à jour
	@unformatted=$$(git ls-files '*.go' | xargs gofmt -l); \
	  if [ -n "$$unformatted" ]; then echo "À passer par gofmt :"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...
	go tool templ generate
	@git diff --exit-code -- '*_templ.go' || { echo "Code généré périmé : make generate, puis l’enregistrer dans git"; exit 1; }
	@missing=$$(git ls-files --others --exclude-standard -- '*_templ.go'); \
	  if [ -n "$$missing" ]; then echo "Code généré absent de git :"; echo "$$missing"; exit 1; fi

assets: $(ASSETS) $(TERRITORY) $(PRINT_FONTS) ## styles, scripts, polices et communes, depuis npm

$(NPM_DONE): package.json package-lock.json | check
	npm ci --no-audit --no-fund
	@touch $@

$(ASSETS): $(NPM_DONE) $(ASSET_SOURCES)
	node web/assets/build.mjs
	@touch $@

$(TERRITORY): $(NPM_DONE) $(wildcard internal/territory/*.mjs)
	node internal/territory/build.mjs
	@touch $@

$(PRINT_FONTS): $(NPM_DONE) $(wildcard internal/print/fonts/*.mjs)
	node internal/print/fonts/build.mjs
	@touch $@

# From 1.21 on, the go command fetches the exact version that go.mod asks for.
check:
	@command -v go >/dev/null && go version | awk '{ split(substr($$3, 3), v, "."); exit !(v[1] > 1 || v[2] >= 21) }' || \
	  { echo "Il manque Go (1.21 ou plus). Pour l’installer : sudo apt-get install -y golang-go (Debian 13) ou brew install go (macOS)"; exit 1; }
	@command -v node >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' || \
	  { echo "Il manque Node (20 ou plus). Pour l’installer : sudo apt-get install -y nodejs (Debian 13) ou brew install node (macOS)"; exit 1; }
	@command -v npm >/dev/null || \
	  { echo "Il manque npm. Pour l’installer : sudo apt-get install -y npm (Debian) ou brew install node (macOS)"; exit 1; }

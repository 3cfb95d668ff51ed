package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// tiers orders the packages of internal: one imports only those of lower tiers,
// or its own parts. A new package is given its place here.
var tiers = map[string]int{
	"chunk": 0, "fault": 0, "fold": 0, "money": 0, "mail": 0, "french": 1, "hours": 2, "bankxml": 2, "upload": 2,
	"identifier": 3, "tongue": 3, "territory": 3, "referentiel": 3, "sheet": 3, "print": 3, "postgres": 3,
	"geocode": 4, "registry": 4, "tiles": 4, "mednum": 4, "facturx": 4, "sepa": 4, "config": 4, "installation": 4, "jobs": 4, "ledger": 4, "carnet": 4,
	"outbox": 5, "identity": 6, "audit": 7, "organisation": 8, "structure": 9, "guidance": 9, "training": 9,
	"order": 10, "distribution": 10, "redemption": 11, "printing": 11, "custody": 11, "opposition": 11, "allocation": 11, "programme": 11,
	"qualification": 10, "delegation": 11, "proposal": 11, "workshop": 12,
	"invoicing": 12, "settlement": 13, "ending": 13, "incident": 14, "treasury": 15, "reporting": 16, "continuity": 17, "demo": 18, "app": 19,
}

// tools serve development and tests, and may know everybody.
var tools = map[string]bool{"bench": true, "testworld": true}

// clients ask public services over HTTP; they know no more of the web than that.
var clients = map[string]bool{"geocode": true, "registry": true, "tiles": true}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func TestWhoImportsWhom(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t) {
		path := strings.TrimPrefix(p.ImportPath, "passnum/")
		if tools[domain(path)] {
			continue
		}
		for _, imported := range p.Imports {
			if reason := forbidden(path, strings.TrimPrefix(imported, "passnum/")); reason != "" {
				t.Errorf("%s imports %s: %s", path, imported, reason)
			}
		}
	}
}

// forbidden says why path may not import the other; empty when it may.
func forbidden(path, imported string) string {
	switch {
	case strings.HasPrefix(path, "cmd/"):
		return inCommand(imported)
	case path == "web" || strings.HasPrefix(path, "web/"):
		return inWeb(imported)
	case domain(path) == "app":
		return ""
	case strings.HasPrefix(path, "internal/"):
		return inDomain(path, imported)
	default:
		return ""
	}
}

func inCommand(imported string) string {
	if imported == "web" || strings.HasPrefix(imported, "web/") {
		return "a command goes through internal/app"
	}
	return ""
}

func inWeb(imported string) string {
	switch {
	case strings.HasPrefix(imported, "github.com/jackc/"), strings.HasPrefix(imported, "internal/postgres"):
		return "a screen asks a service, never the database"
	case strings.HasPrefix(imported, "internal/") && tiers[domain(imported)] >= tiers["demo"]:
		return "the site does not know who assembles it"
	default:
		return ""
	}
}

func inDomain(path, imported string) string {
	for _, outer := range []string{"net/http", "github.com/a-h/templ", "github.com/alexedwards/scs", "github.com/go-chi/"} {
		if clients[domain(path)] && outer == "net/http" {
			continue
		}
		if imported == outer || strings.HasPrefix(imported, outer) {
			return "a domain does not know that there is a web"
		}
	}
	if imported == "web" || strings.HasPrefix(imported, "web/") {
		return "a domain does not know that there is a web"
	}
	if !strings.HasPrefix(imported, "internal/") || domain(path) == domain(imported) {
		return ""
	}
	mine, known := tiers[domain(path)]
	theirs, knownToo := tiers[domain(imported)]
	switch {
	case !known:
		return "give " + path + " a tier in arch_test.go"
	case !knownToo || theirs >= mine:
		return "only packages below may be imported"
	default:
		return ""
	}
}

// domain is the name of a package of internal, whichever part of it.
func domain(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "internal/"), "/")
	return name
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./cmd/...", "./internal/...", "./web/...")
	command.Dir = "../.."
	var complaint bytes.Buffer
	command.Stderr = &complaint
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, complaint.String())
	}
	var list []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func TestTheRulesRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"internal/order", "internal/redemption"}, {"internal/order", "net/http"}, {"internal/order", "web/httpx"},
		{"internal/fault", "internal/postgres"}, {"web/account", "internal/postgres"}, {"web/account", "github.com/jackc/pgx/v5"},
		{"web", "internal/app"}, {"cmd/passnum", "web"}, {"internal/nouveau", "internal/fault"},
	} {
		if forbidden(c[0], c[1]) == "" {
			t.Errorf("%s may import %s", c[0], c[1])
		}
	}
}

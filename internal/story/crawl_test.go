package story_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
)

// accounts of the demonstration, the one each page is really for first.
var accounts = []string{
	"commanditaire", "aiguilleur", "mediateur", "structure", "admin", "finance", "conseiller", "candidat", "cofinanceur", "etat", "",
}

func emailOf(account string) string {
	if account == "" {
		return ""
	}
	return account + "@demo.passnum.test"
}

// mostFetched bounds a crawl: a world has few kinds of pages.
const mostFetched = 400

// pages are the addresses of HTML pages that who can reach from its home by
// following links, one per shape.
func (s *site) pages(t testing.TB, who *visitor) []string {
	t.Helper()
	waiting := []string{"/", "/compte", "/organisation", "/connexion", "/mot-de-passe-oublie", "/rejoindre", "/cheque", "/lieux?commune=Gu%C3%A9ret", "/nulle-part"}
	seen, shapes := map[string]bool{}, map[string]bool{}
	var found []string
	for fetched := 0; len(waiting) > 0 && fetched < mostFetched; {
		address := waiting[0]
		waiting = waiting[1:]
		shape := s.shape(address)
		if seen[address] || shapes[shape] || strings.HasPrefix(address, "/assets/") {
			continue
		}
		seen[address] = true
		fetched++
		got := who.get(address)
		if got.status >= http.StatusInternalServerError {
			t.Errorf("GET %s answers %d", address, got.status)
		}
		switch {
		case got.status == http.StatusSeeOther:
			waiting = append([]string{got.location}, waiting...)
		case strings.HasPrefix(got.kind, "text/html"):
			shapes[shape] = true
			found = append(found, address)
			waiting = append(waiting, got.links()...)
		default:
			shapes[shape] = true
		}
	}
	return found
}

// shape is what pages of the same kind have in common: the route, and which
// questions its address answers.
func (s *site) shape(address string) string {
	path, query, _ := strings.Cut(address, "?")
	route := chi.NewRouteContext()
	if !s.routes.Match(route, http.MethodGet, path) {
		return "nowhere"
	}
	values, _ := url.ParseQuery(query)
	var asked []string
	for name := range values {
		asked = append(asked, name)
	}
	slices.Sort(asked)
	return route.RoutePattern() + "?" + strings.Join(asked, "&")
}

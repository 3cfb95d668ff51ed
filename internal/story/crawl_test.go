package story_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
)

// accounts of the demonstration, the one each page is really for first; the
// last is a visitor.
var accounts = []string{
	"commanditaire", "aiguilleur", "mediateur", "structure", "admin", "finance", "conseiller", "candidat", "cofinanceur", "etat", "hub", "",
}

func emailOf(account string) string {
	if account == "" {
		return ""
	}
	return account + "@demo.passnum.test"
}

// starts are where a crawl begins: homes, and what no link leads to.
var starts = []string{"/", "/compte", "/organisation", "/connexion", "/mot-de-passe-oublie", "/rejoindre", "/cheque",
	"/lieux?commune=Gu%C3%A9ret", "/jetons", "/equipe/inviter", "/organisation/parametres", "/nulle-part"}

// mostFetched bounds a crawl: a world has few kinds of pages.
const mostFetched = 600

// reached is an address that gave something.
type reached struct {
	address string
	answer  answer
}

// crawl follows links from starts, and reads at most each addresses of a shape.
func (s *site) crawl(t testing.TB, who *visitor, each int) []reached {
	t.Helper()
	waiting := slices.Clone(starts)
	seen, shapes := map[string]bool{}, map[string]int{}
	var found []reached
	for fetched := 0; len(waiting) > 0 && fetched < mostFetched; {
		address := waiting[0]
		waiting = waiting[1:]
		shape := s.shape(address)
		if seen[address] || shapes[shape] >= each || strings.HasPrefix(address, "/assets/") {
			continue
		}
		seen[address] = true
		fetched++
		got := who.get(address)
		if got.status >= http.StatusInternalServerError {
			t.Errorf("GET %s answers %d", address, got.status)
		}
		if got.status == http.StatusSeeOther {
			waiting = append([]string{got.location}, waiting...)
			continue
		}
		shapes[shape]++
		found = append(found, reached{address, got})
		waiting = append(waiting, got.links()...)
	}
	return found
}

// pages are the addresses of HTML pages that who can reach, one per shape.
func (s *site) pages(t testing.TB, who *visitor) []string {
	t.Helper()
	var found []string
	for _, r := range s.crawl(t, who, 1) {
		if strings.HasPrefix(r.answer.kind, "text/html") {
			found = append(found, r.address)
		}
	}
	return found
}

// route is the pattern that serves an address; empty when none does.
func (s *site) route(method, address string) string {
	path, _, _ := strings.Cut(address, "?")
	route := chi.NewRouteContext()
	if !s.routes.Match(route, method, path) {
		return ""
	}
	return route.RoutePattern()
}

// shape is what pages of the same kind have in common: the route, and which
// questions its address answers.
func (s *site) shape(address string) string {
	_, query, _ := strings.Cut(address, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return address
	}
	var asked []string
	for name := range values {
		asked = append(asked, name)
	}
	slices.Sort(asked)
	return s.route(http.MethodGet, address) + "?" + strings.Join(asked, "&")
}

package app_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"passnum/internal/identity"
	"passnum/web/httpx"
)

func TestEveryTabOpens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	everything := identity.Capacities{Commanditaire: true, Aiguilleur: true, Structure: true}
	roles := []string{s.Commanditaire.Email, s.Cofunder.Email, s.Agent.Email, s.Mediateur.Email, s.Other.Email, s.Operator.Email, s.Finance.Email}
	for _, role := range identity.Roles {
		roles = append(roles, s.Member(s.Stranger, "role-"+string(role)+"@exemple.test", role, everything).Email)
	}
	s.Exec(`UPDATE accounts SET password_hash = $1 WHERE password_hash = ''`, identity.HashPassword(secret))
	for _, email := range roles {
		b := s.browser(t)
		home := b.signIn(email).location
		seen := map[string]bool{}
		follow := []string{home}
		for len(follow) > 0 {
			path := follow[0]
			follow = follow[1:]
			if seen[path] {
				continue
			}
			seen[path] = true
			page := b.get(path)
			if page.status != http.StatusOK {
				t.Errorf("%s: %s answers %d to %q", email, path, page.status, page.location)
			}
			follow = append(follow, tabs(t, page.body)...)
		}
	}
}

// tabs is the addresses of a page's main navigation.
func tabs(t *testing.T, page string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "nav" && attribute(n, "aria-label") == "Menu principal" {
			for a := range n.Descendants() {
				if a.Type == html.ElementNode && a.Data == "a" {
					found = append(found, attribute(a, "href"))
				}
			}
		}
	}
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestHomeOfEachActor(t *testing.T) {
	t.Parallel()
	for home, actor := range map[string]identity.Actor{
		"/":             {},
		"/admin":        {AccountID: [16]byte{1}, OperatorRole: identity.OperatorSuivi},
		"/statistiques": {AccountID: [16]byte{1}, OrganisationID: [16]byte{2}, Role: identity.RoleLecteur, Capacities: identity.Capacities{Observer: true}},
		"/organisation": {AccountID: [16]byte{1}},
	} {
		if got := httpx.Home(actor); got != home {
			t.Errorf("home %s, want %s", got, home)
		}
	}
}

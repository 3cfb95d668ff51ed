package story_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
)

// neighbours are organisations of the demonstration whose people nobody plays:
// they are given a way in, to be strangers to the others.
var neighbours = []string{"garonne", "agen", "bordeaux", "aubusson", "toulouse", "tapisserie", "mirail", "region"}

// somebody is anyone who knocks, and what is theirs.
type somebody struct {
	name    string
	staff   bool
	visitor *visitor
	own     map[string]bool   // addresses they were led to
	nothing map[string]answer // what each route tells them of nothing
}

// TestStrangersLearnNothing knocks at what belongs to others, everywhere: the
// answer must be the same, to the byte, as for what does not exist.
func TestStrangersLearnNothing(t *testing.T) {
	t.Parallel()
	s := demonstration()
	people := s.people(t)
	private := s.private(t, people)
	knocks := 0
	for _, p := range people {
		for address := range private {
			if p.mayRead(address) {
				continue
			}
			knocks++
			s.knock(t, p, http.MethodGet, address)
			for _, act := range s.actsUnder(address) {
				knocks++
				s.knock(t, p, http.MethodPost, act)
			}
		}
	}
	t.Logf("%d people, %d private addresses, %d knocks", len(people), len(private), knocks)
	if knocks < 1000 {
		t.Error("the demonstration gives too little to knock at")
	}
}

// private are addresses that name something which is somebody's, a few of each
// shape, from what each is led to.
func (s *site) private(t *testing.T, people []somebody) map[string]bool {
	each := 1
	if full {
		each = 5
	}
	found := map[string]bool{}
	for _, p := range people {
		shapes := map[string]int{}
		for _, r := range s.crawl(t, p.visitor, 12) {
			p.own[r.address] = true
			for _, offered := range r.answer.links() { // the width bounds what is read, not what is theirs
				p.own[offered] = true
			}
			path, _, asks := strings.Cut(r.address, "?")
			if shape := s.shape(path); !asks && identifiers.MatchString(path) && isPrivate(path) && shapes[shape] < each {
				shapes[shape]++
				found[path] = true
			}
		}
	}
	return found
}

func (s *site) people(t *testing.T) []somebody {
	t.Helper()
	var people []somebody
	for _, account := range accounts {
		people = append(people, somebody{account, account == "admin" || account == "finance", s.as(t, emailOf(account)), map[string]bool{}, map[string]answer{}})
	}
	for _, name := range neighbours {
		email := name + "@equipe.demo.passnum.test"
		_, err := s.base.Owner().Exec(t.Context(), `UPDATE accounts a SET password_hash = b.password_hash FROM accounts b WHERE a.email = $1 AND b.email = $2`, email, emailOf("admin"))
		if err != nil {
			t.Fatal(err)
		}
		if name == "region" {
			continue // cofinanceur is one of its people
		}
		people = append(people, somebody{name, false, s.as(t, email), map[string]bool{}, map[string]answer{}})
	}
	return people
}

var identifiers = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|C\d\d-\d{3,}-\d{6}`)

// isPrivate leaves out what everyone may read: places known from the national data
// and the bodies that order are nobody’s secret, wherever they are shown.
func isPrivate(address string) bool {
	for _, public := range []string{"/lieux/", "/ateliers/", "/aiguilleur/ateliers/", "/structure/lieux/recenses/", "/structure/affiliations/", "/logos/", "/t/", "/demo/boite", "/connexion"} {
		if strings.HasPrefix(address, public) {
			return false
		}
	}
	return true
}

// mayRead tells that p was led there, or offered a link to it or to another page
// of the same subject: it is theirs too, perhaps for less. Staff read what the operator does, and figures.
func (p somebody) mayRead(address string) bool {
	if p.staff && (strings.HasPrefix(address, "/admin/") || strings.Contains(address, "/usages")) {
		return true
	}
	subject := identifiers.FindString(address)
	for own := range p.own {
		if strings.Contains(own, subject) {
			return true
		}
	}
	return false
}

// knock compares the answers for another's thing and for nothing at all.
func (s *site) knock(t *testing.T, p somebody, method, address string) {
	t.Helper()
	nothing := identifiers.ReplaceAllStringFunc(address, nobody)
	var form url.Values
	if method == http.MethodPost {
		form = url.Values{}
	}
	key := method + blank(address)
	none, known := p.nothing[key]
	if !known {
		none = p.visitor.send(method, nothing, form)
		p.nothing[key] = none
	}
	theirs := p.visitor.send(method, address, form)
	if theirs.status != none.status || blank(theirs.location) != blank(none.location) || blank(theirs.body) != blank(none.body) {
		t.Errorf("%s: %s %s answers %d, but %d when there is nothing there", p.name, method, address, theirs.status, none.status)
	}
	if none.status == http.StatusOK || none.status >= http.StatusInternalServerError {
		t.Errorf("%s: %s %s answers %d", p.name, method, nothing, none.status)
	}
}

// nobody is an identifier of the same form that nothing bears.
func nobody(identifier string) string {
	if strings.HasPrefix(identifier, "C") {
		return "C20-999-999999"
	}
	return uuid.Must(uuid.NewV7()).String()
}

// blank forgets which identifier was asked for, as it was and within addresses.
func blank(text string) string { return identifiers.ReplaceAllString(text, "…") }

// actsUnder are the POST routes that act on the subject of an address.
func (s *site) actsUnder(address string) []string {
	route := s.route(http.MethodGet, address)
	subject, _, single := strings.Cut(route, "{id}")
	if !single || route != subject+"{id}" {
		return nil
	}
	id := identifiers.FindString(address)
	var acts []string
	_ = chi.Walk(s.routes, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		pattern = strings.ReplaceAll(pattern, "/*", "")
		if method == http.MethodPost && strings.HasPrefix(pattern, subject+"{id}") && strings.Count(pattern, "{") == 1 {
			acts = append(acts, strings.Replace(pattern, "{id}", id, 1))
		}
		return nil
	})
	return acts
}

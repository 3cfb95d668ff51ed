package public_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"golang.org/x/net/html"

	"passnum/internal/referentiel"
	"passnum/internal/territory"
	"passnum/web/public"
)

// visit answers an address through the real routes, as a visitor.
func visit(t *testing.T, address string) *html.Node {
	t.Helper()
	communes, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	(&public.ReferenceHandlers{Communes: communes}).Routes(r)
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%s answered %d", address, w.Code)
	}
	page, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// texts lists the text of every element that want accepts.
func texts(page *html.Node, want func(*html.Node) bool) []string {
	var found []string
	for n := range page.Descendants() {
		if n.Type == html.ElementNode && want(n) {
			found = append(found, strings.Join(strings.Fields(text(n)), " "))
		}
	}
	return found
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return b.String()
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func element(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Data == name }
}

func isService(n *html.Node) bool { return strings.HasPrefix(attribute(n, "id"), "service-") }

func TestReferentielShowsEverything(t *testing.T) {
	t.Parallel()
	page := visit(t, "/referentiel")
	numbers := texts(page, isService)
	if len(numbers) != 129 || numbers[0] != "1" || numbers[128] != "129" {
		t.Errorf("%d services", len(numbers))
	}
	levels := []string{
		"Niveau 1 – Découvrir les enjeux du numérique", "Niveau 2 – Maîtriser le numérique",
		"Niveau 3 – Augmenter son pouvoir d’agir grâce au numérique",
	}
	titles := texts(page, element("h2"))
	for _, want := range levels {
		if !slices.Contains(titles, want) {
			t.Errorf("%q is not among %q", want, titles)
		}
	}
	if n := len(texts(page, element("h3"))); n != 9 {
		t.Errorf("%d categories", n)
	}
	anchors := map[string]bool{}
	for n := range page.Descendants() {
		anchors["#"+attribute(n, "id")] = true
	}
	for n := range page.Descendants() {
		if href := attribute(n, "href"); strings.HasPrefix(href, "#") && !anchors[href] {
			t.Errorf("the link %s leads nowhere", href)
		}
	}
}

func TestReferentielNarrows(t *testing.T) {
	t.Parallel()
	cases := []struct {
		address string
		numbers []string
		result  string
	}{
		{"/referentiel?q=IDENTITE+numerique", []string{"1", "96", "97"}, "3 services sur 129"},
		{"/referentiel?q=44", []string{"44"}, "1 service sur 129"},
		{"/referentiel?niveau=3&categorie=3.1", []string{"96", "97", "98"}, "3 services sur 129"},
		{"/referentiel?q=france+travail&niveau=2", []string{"84"}, "1 service sur 129"},
		{"/referentiel?q=licorne", nil, "0 service sur 129"},
		{"/referentiel?niveau=9&categorie=zz&q=cv", []string{"124", "125"}, "2 services sur 129"},
	}
	for _, c := range cases {
		t.Run(c.address, func(t *testing.T) {
			t.Parallel()
			page := visit(t, c.address)
			if got := texts(page, isService); !slices.Equal(got, c.numbers) {
				t.Errorf("services %v, want %v", got, c.numbers)
			}
			status := func(n *html.Node) bool { return attribute(n, "role") == "status" }
			if got := texts(page, status); !slices.Contains(got, c.result) {
				t.Errorf("says %q, want %q", got, c.result)
			}
			if got := texts(page, element("a")); !slices.Contains(got, "Tout afficher") {
				t.Error("nothing leads back to the whole list")
			}
		})
	}
}

func TestReferentielSuggestsWordsThatWork(t *testing.T) {
	t.Parallel()
	body := public.NewReferentielView(referentiel.Load(), public.ReferentielFilter{}).Empty.Body
	for _, part := range strings.Split(body, "«")[1:] {
		word, _, _ := strings.Cut(part, "»")
		if len(referentiel.Load().Search(word)) == 0 {
			t.Errorf("the page suggests %q, which finds nothing", word)
		}
	}
}

func TestReferentielKeepsWhatWasAsked(t *testing.T) {
	t.Parallel()
	page := visit(t, "/referentiel?q=r%C3%A9seau&niveau=2&categorie=2.1")
	var chosen []string
	for n := range page.Descendants() {
		if n.Data == "option" && slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "selected" }) {
			chosen = append(chosen, attribute(n, "value"))
		}
		if n.Data == "input" && attribute(n, "name") == "q" && attribute(n, "value") != "réseau" {
			t.Errorf("the search field holds %q", attribute(n, "value"))
		}
	}
	if !slices.Equal(chosen, []string{"2", "2.1"}) {
		t.Errorf("chosen: %q", chosen)
	}
}

func TestCommunesAreProposed(t *testing.T) {
	t.Parallel()
	option := func(n *html.Node) bool { return attribute(n, "role") == "option" }
	page := visit(t, "/communes?q=gueret")
	if got := texts(page, option); len(got) == 0 || got[0] != "Guéret (23000) Creuse" {
		t.Errorf("%q", got)
	}
	for n := range page.Descendants() {
		if option(n) {
			if attribute(n, "data-value") != "23096" {
				t.Errorf("the first proposal sends %q", attribute(n, "data-value"))
			}
			break
		}
	}
	if got := texts(visit(t, "/communes?q=arbignieu"), option); len(got) != 1 || !strings.Contains(got[0], "Arbignieu") {
		t.Errorf("a merged village: %q", got)
	}
	if got := texts(visit(t, "/communes"), option); len(got) != 0 {
		t.Errorf("nothing asked, %d proposals", len(got))
	}
}

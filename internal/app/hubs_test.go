package app_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// animated gives the world a hub that follows an order, a proposal, a structure
// that asks to be agreed, and a point that agreed to be shown.
func animated(s site) {
	order := s.ActiveOrder(testworld.OrderOptions{Carnets: 1})
	dep, now := s.Departement, s.Now()
	s.Exec(`UPDATE organisations SET is_hub = true WHERE id = $1`, s.Region)
	s.Exec(`UPDATE memberships SET role = 'responsable' WHERE organisation_id = $1`, s.Region)
	s.Exec(`INSERT INTO delegations (commanditaire_id, id, order_id, hub_id, starts_on, ends_on, may_invite, may_decide, created_at, created_by, created_by_name)
		VALUES ($1, $2, $3, $4, '2020-01-01', '2099-12-31', true, true, $5, $2, 'x')`, dep, postgres.NewID(), order.ID, s.Region, now)
	s.Exec(`INSERT INTO proposals (commanditaire_id, id, proposer_id, name, insee, town, why, proposed_at, proposed_by, proposed_by_name)
		VALUES ($1, $2, $3, 'La Recyclerie', '23096', 'Guéret', 'x', $4, $2, 'x')`, dep, postgres.NewID(), s.Mairie, now)
	s.Exec(`INSERT INTO affiliation_requests (commanditaire_id, id, structure_id, asked_at, asked_by_name) VALUES ($1, $2, $3, $4, 'x')`, dep, postgres.NewID(), s.Mediatheque, now)
	s.Exec(`UPDATE points SET is_public = true, name = 'Accueil de la mairie' WHERE id = $1`, s.Point)
	s.Exec(`UPDATE carnets SET state = 'stock', point_id = $1, aiguilleur_id = $2`, s.Point, s.Mairie)
	s.Exec(`UPDATE orders SET valid_until = '2099-12-31', documents_to_bring = 'Un avis d’imposition'`)
}

// TestTheNetworkIsReachable opens, as each party, the pages of hubs,
// affiliations and proposals, and knocks at a hub's as a stranger.
func TestTheNetworkIsReachable(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	animated(s)
	links := regexp.MustCompile(`href="((?:/hub/|/commanditaire/structures/|/aiguilleur/propositions/|/structure/affiliations/)[^"#]*)"`)
	followed := ""
	for _, visit := range []struct {
		who   identity.Actor
		pages string
	}{
		{s.Cofunder, "/hub /hub/propositions /hub/propositions/nouvelle"},
		{s.Commanditaire, "/commanditaire/structures /commanditaire/structures?q=gueret /commanditaire/structures.csv /commanditaire/structures/delegations /commanditaire/structures/delegations/nouvelle /commanditaire/structures/propositions /commanditaire/structures/propositions/nouvelle"},
		{s.Agent, "/aiguilleur/propositions /aiguilleur/propositions/nouvelle"},
		{s.Mediateur, "/structure/affiliations"},
		{s.Operator, "/admin/structures/propositions /admin/structures/propositions.csv"},
	} {
		b := s.browser(t)
		if a := b.signIn(visit.who.Email); a.status != http.StatusSeeOther || a.location == "/connexion" {
			t.Fatalf("%s does not sign in: %d to %q", visit.who.Email, a.status, a.location)
		}
		for page := range strings.FieldsSeq(visit.pages) {
			a := b.get(page)
			a.want(t, http.StatusOK, "")
			for _, link := range links.FindAllStringSubmatch(a.body, 8) {
				next := strings.ReplaceAll(link[1], "&amp;", "&")
				if b.get(next).want(t, http.StatusOK, ""); strings.HasPrefix(next, "/hub/suivi/") {
					followed = next
				}
			}
		}
		if followed != "" && visit.who.AccountID == s.Cofunder.AccountID {
			for _, view := range []string{"?vue=structures", "?vue=demandes", "?vue=messages", "/points.csv", "/structures.csv"} {
				b.get(followed+view).want(t, http.StatusOK, "")
			}
		}
	}
	b := s.browser(t)
	b.signIn(s.Other.Email)
	if a := b.get(followed); followed == "" || a.status == http.StatusOK {
		t.Errorf("somebody else follows %q", followed)
	}
}

func TestWhereToAsk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	animated(s)
	b := s.browser(t)
	b.get("/demander-un-carnet").want(t, http.StatusOK, "")
	a := b.get("/demander-un-carnet?commune=Gueret&commune_code=23096")
	a.want(t, http.StatusOK, "")
	a.wantText(t, "Accueil de la mairie")
	a.wantText(t, "Un avis d’imposition")
	b.get("/demander-un-carnet?commune=Nullepart-sur-Rien").want(t, http.StatusUnprocessableEntity, "")
	s.Exec(`UPDATE points SET is_public = false`)
	if a := b.get("/demander-un-carnet?commune=Gueret&commune_code=23096"); strings.Contains(a.body, "Accueil de la mairie") {
		t.Error("a point that did not agree is shown")
	}
}

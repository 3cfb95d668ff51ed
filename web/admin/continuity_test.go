package admin_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/go-chi/chi/v5"

	"passnum/internal/continuity"
	"passnum/internal/continuity/kit"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
	"passnum/web/admin"
	"passnum/web/httpx"
	"passnum/web/public"
	"passnum/web/urls"
)

// exitRoom is a world about to be left, and its screens.
type exitRoom struct {
	*testworld.World
	service *continuity.Service
	queue   *jobs.Inline
}

func newExitRoom(t *testing.T, seed []byte) exitRoom {
	t.Helper()
	x := exitRoom{World: testworld.New(t), queue: &jobs.Inline{}}
	x.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerCarnet: 2})
	signer, _ := kit.Signer(seed) // none without a seed
	x.service = continuity.NewService(continuity.Deps{
		Source: continuity.Source{DB: x.DB, Signer: signer, Debtor: continuity.Debtor{Name: "Opérateur", IBAN: "FR7630006000011234567890189"}},
		Queue:  x.queue, BaseURL: "https://passnum.test", Post: func(context.Context, *postgres.Tx, mail.Message) error { return nil },
	})
	return x
}

func (x exitRoom) as(actor identity.Actor) http.Handler {
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Route("/admin", (&admin.ContinuityHandlers{Continuity: x.service}).Routes)
	(&public.SigningKeyHandlers{PublicKey: x.service.PublicKey}).Routes(r)
	return r
}

func TestTheOperatorPreparesItsExit(t *testing.T) {
	t.Parallel()
	x := newExitRoom(t, bytes.Repeat([]byte{1}, 32))
	operator, finance := x.as(x.Operator), x.as(x.Finance)
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	page := urls.AdminContinuity()
	want(t, ask(t, operator, http.MethodGet, page, nil), http.StatusOK, "Demander le kit", "Aucun kit", "jamais", "À refaire chaque trimestre")
	wantNot(t, ask(t, finance, http.MethodGet, page, nil), "Demander le kit")
	refused := ask(t, operator, http.MethodPost, page, url.Values{"motif": {"Exercice"}, "liquidateur": {key.String()}, "successeur": {"age1"}})
	want(t, refused, http.StatusUnprocessableEntity, "C’est une clé secrète", "clé publique age du successeur", ">Exercice<", ">age1<")
	wantNot(t, refused, key.String())
	location(t, ask(t, operator, http.MethodPost, page, url.Values{"motif": {"Exercice"}, "liquidateur": {key.Recipient().String()}}))
	want(t, ask(t, operator, http.MethodGet, page, nil), http.StatusOK, "Retirer la demande", "non transmises")
	wantNot(t, ask(t, operator, http.MethodGet, page, nil), "Accorder le kit")
	st, err := x.service.Status(t.Context(), x.Operator)
	if err != nil {
		t.Fatal(err)
	}
	id := st.Kits[0].ID
	want(t, ask(t, operator, http.MethodPost, urls.AdminKit(id, "decision"), url.Values{"decision": {"oui"}}), http.StatusConflict, "une autre personne doit en décider")
	want(t, ask(t, finance, http.MethodGet, page, nil), http.StatusOK, "Accorder le kit", key.Recipient().String()[:4]+" "+key.Recipient().String()[4:8])
	location(t, ask(t, finance, http.MethodPost, urls.AdminKit(id, "decision"), url.Values{"decision": {"oui"}}))
	want(t, ask(t, operator, http.MethodGet, page, nil), http.StatusOK, "Le kit se prépare", "commence dans un instant")
	for _, args := range x.queue.Waiting {
		if err := x.service.Build(t.Context(), args.(continuity.BuildArgs)); err != nil {
			t.Fatal(err)
		}
	}
	want(t, ask(t, operator, http.MethodGet, urls.AdminKit(id, "avancement"), nil), http.StatusOK, "prêt à télécharger", "event: fin")
	want(t, ask(t, operator, http.MethodGet, page, nil), http.StatusOK, "Le kit est prêt", "Télécharger le kit", "une seule fois")
	want(t, ask(t, finance, http.MethodPost, urls.AdminKit(id, "telecharger"), nil), http.StatusForbidden)
	file := ask(t, operator, http.MethodPost, urls.AdminKit(id, "telecharger"), nil)
	if file.Code != http.StatusOK || !strings.Contains(file.Header().Get("Content-Disposition"), "passnum-kit-2026-11-16.zip.age") {
		t.Fatalf("downloaded with %d %v", file.Code, file.Header())
	}
	published := ask(t, operator, http.MethodGet, urls.SigningKey(), nil)
	public, err := kit.ReadPEM(published.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	k, err := kit.Open(bytes.NewReader(file.Body.Bytes()), int64(file.Body.Len()), key)
	if err != nil {
		t.Fatal(err)
	}
	if report, err := k.Verify(public); err != nil || !report.OK() {
		t.Errorf("the kit is not true: %+v, %v", report, err)
	}
	want(t, ask(t, operator, http.MethodPost, urls.AdminKit(id, "telecharger"), nil), http.StatusConflict, "remis, arrêté ou effacé")
	want(t, ask(t, operator, http.MethodGet, page, nil), http.StatusOK, "téléchargé", "à jour", "Demander le kit")
}

func TestWithoutASigningKeyNothingLeaves(t *testing.T) {
	t.Parallel()
	x := newExitRoom(t, nil)
	want(t, ask(t, x.as(x.Operator), http.MethodGet, urls.AdminContinuity(), nil), http.StatusOK, "PASSNUM_SIGNING_KEY")
	want(t, ask(t, x.as(x.Operator), http.MethodPost, urls.AdminContinuity(), url.Values{}), http.StatusConflict, "PASSNUM_SIGNING_KEY")
	want(t, ask(t, x.as(x.Operator), http.MethodGet, urls.SigningKey(), nil), http.StatusNotFound)
}

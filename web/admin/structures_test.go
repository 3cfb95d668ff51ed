package admin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/qualification"
	"passnum/internal/structure"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/internal/testworld/filetest"
	"passnum/web/admin"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// reader is a world with one file to read, and its screens.
type reader struct {
	*testworld.World
	files     *qualification.Service
	communes  *territory.Index
	candidate identity.Actor
}

func newReader(t *testing.T) reader {
	t.Helper()
	w := testworld.New(t)
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	serves := identity.Capacities{Structure: true}
	id := w.Organisation("Tiers-lieu de la Gare", "55210055400013", "association", serves)
	r := reader{w, qualification.NewService(w.DB, qualification.Options{Queue: &jobs.Inline{}, BaseURL: "https://passnum.test", Communes: index}), index,
		w.Member(id, "candidat@exemple.test", identity.RoleResponsable, serves)}
	w.Exec(`INSERT INTO structures (organisation_id) VALUES ($1)`, id)
	filetest.Complete(w, r.files, r.candidate)
	w.Exec(`INSERT INTO structure_bank_accounts (structure_id, id, kind, account_holder, iban, bic, state, declared_at, declared_by, held_until)
		VALUES ($1, gen_random_uuid(), 'premier', 'Tiers-lieu', 'FR1420041010050500013M02606', 'PSSTFRPPBOR', 'attente', $2, $3, $2)`, id, w.Now(), r.candidate.AccountID)
	w.Exec(`UPDATE structures SET state = 'soumise', submitted_at = $2 WHERE organisation_id = $1`, id, w.Now())
	w.Travel(8 * 24 * time.Hour)
	return r
}

// ask sends a request as actor through the real routes; a form makes it a POST.
func (r reader) ask(t *testing.T, actor identity.Actor, address string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	router := chi.NewRouter()
	router.Use(httpx.As(actor))
	router.Route("/admin", func(c chi.Router) { (&admin.StructureHandlers{Files: r.files, Communes: r.communes}).Routes(c) })
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if form != nil {
		request = httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	recorder := httptest.NewRecorder()
	router.ServeHTTP(recorder, request)
	return recorder
}

func TestAFileIsReadCorrectedAndDecided(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	id := r.candidate.OrganisationID
	want(t, r.ask(t, r.Operator, urls.AdminStructures(), nil), http.StatusOK, "Tiers-lieu de la Gare", "depuis 8 jours", "dossier à lire")
	want(t, r.ask(t, r.Operator, urls.With(urls.AdminStructures(), "age", "14"), nil), http.StatusOK, "Aucun dossier ne correspond")
	want(t, r.ask(t, r.Operator, urls.AdminStructuresSheet(), nil), http.StatusOK, "Tiers-lieu de la Gare;", "en cours d’examen")
	page := urls.AdminStructure(id)
	want(t, r.ask(t, r.Operator, page, nil), http.StatusOK, "Alix Morel", "Qualifier", "Demander des corrections", "piece.pdf")
	if body := r.ask(t, r.Finance, page, nil).Body.String(); strings.Contains(body, "Demander des corrections") {
		t.Error("finance is offered to decide")
	}
	want(t, r.ask(t, r.Finance, urls.AdminDecision(id, "qualifiee"), url.Values{}), http.StatusForbidden)

	corrections := urls.AdminCorrections(id)
	want(t, r.ask(t, r.Operator, corrections, nil), http.StatusOK, "10 € l’heure", "Toute l’étape")
	want(t, r.ask(t, r.Operator, corrections, url.Values{"note": {"Bonjour"}}), http.StatusUnprocessableEntity, "Dites ce qui est à corriger", "Bonjour")
	flag := url.Values{qualification.FlagName("offre", "tarifs"): {"Par séance ou par heure ?"}}
	want(t, r.ask(t, r.Operator, corrections, flag), http.StatusSeeOther)
	want(t, r.ask(t, r.Operator, page, nil), http.StatusOK, "À corriger : Par séance ou par heure ?", "corrections demandées", "Ne plus demander")

	if err := r.files.Submit(t.Context(), r.candidate); err == nil {
		t.Error("sent without a place")
	}
	r.Exec(`UPDATE structures SET state = 'soumise' WHERE organisation_id = $1`, id)
	qualify := urls.AdminDecision(id, string(qualification.Qualified))
	want(t, r.ask(t, r.Operator, qualify, nil), http.StatusOK, "24 mois", "Le dossier n’est pas complet", "un lieu avec ses services")
	want(t, r.ask(t, r.Operator, qualify, url.Values{"vu": {"12"}, "duree": {"24"}}), http.StatusConflict, "a changé depuis")
	want(t, r.ask(t, r.Operator, qualify, url.Values{"duree": {"5"}}), http.StatusUnprocessableEntity, "Choisissez la durée")
	refuse := urls.AdminDecision(id, string(qualification.Refused))
	want(t, r.ask(t, r.Operator, refuse, url.Values{"motif": {"Pas encore"}}), http.StatusUnprocessableEntity, "Choisissez au moins un motif", "Pas encore")
	want(t, r.ask(t, r.Operator, refuse, url.Values{"motifs": {"lieu"}, "motif": {"Ajoutez un lieu."}}), http.StatusSeeOther)
	want(t, r.ask(t, r.Operator, page, nil), http.StatusOK, "refusée", "Aucun lieu n’accueille réellement le public", "Ajoutez un lieu.")
}

func TestStoppingIsToldBefore(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	stop := urls.AdminDecision(r.Mediatheque, string(qualification.Dequalified))
	want(t, r.ask(t, r.Operator, stop, nil), http.StatusOK, "Ce que cela change", "Lieux affichés", "1 lieu", "La structure l’a demandé")
	want(t, r.ask(t, r.Operator, stop, url.Values{"motifs": {"demande"}}), http.StatusSeeOther)
	want(t, r.ask(t, r.Operator, urls.AdminStructure(r.Mediatheque), nil), http.StatusOK, "déqualifiée", "Rouvrir le dossier")
	for _, address := range []string{urls.AdminStructure(uuid.New()), urls.AdminDecision(uuid.New(), "suspendue"), urls.AdminCorrections(uuid.New()),
		urls.AdminDecision(r.Mediatheque, "autre"), urls.AdminTemplate(uuid.New()), urls.AdminMessages(uuid.New())} {
		want(t, r.ask(t, r.Operator, address, nil), http.StatusNotFound)
	}
	for _, address := range []string{urls.AdminDecision(uuid.New(), "suspendue"), urls.AdminCorrections(uuid.New()), urls.AdminMessages(uuid.New()), urls.AdminMessages(uuid.New(), "lus"),
		urls.AdminAmendment(r.Mediatheque, uuid.New(), "refuser"), urls.AdminCorrectionWithdraw(r.Mediatheque, uuid.New()), urls.AdminTemplate(uuid.New())} {
		want(t, r.ask(t, r.Operator, address, url.Values{}), http.StatusNotFound)
	}
}

func TestMessagesStartFromTemplates(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	id := r.candidate.OrganisationID
	want(t, r.ask(t, r.Operator, urls.NewTemplate(), url.Values{"titre": {"Bonjour"}}), http.StatusUnprocessableEntity, "Écrivez le texte")
	want(t, r.ask(t, r.Operator, urls.NewTemplate(), url.Values{"titre": {"Merci"}, "texte": {"Merci de votre envoi."}}), http.StatusSeeOther)
	list, err := r.files.Templates(t.Context(), r.Operator)
	if err != nil {
		t.Fatal(err)
	}
	var chosen uuid.UUID
	for _, template := range list {
		if template.Title == "Merci" {
			chosen = template.ID
		}
	}
	want(t, r.ask(t, r.Operator, urls.AdminTemplates(), nil), http.StatusOK, "Merci de votre envoi.")
	want(t, r.ask(t, r.Operator, urls.With(urls.AdminStructure(id), "modele", chosen.String()), nil), http.StatusOK, ">Merci de votre envoi.</textarea>")
	want(t, r.ask(t, r.Operator, urls.AdminMessages(id), url.Values{"message": {""}}), http.StatusUnprocessableEntity, "Écrivez votre message")
	want(t, r.ask(t, r.Operator, urls.AdminMessages(id), url.Values{"message": {"Merci.\n\nÀ bientôt"}}), http.StatusSeeOther)
	want(t, r.ask(t, r.Operator, urls.AdminStructure(id), nil), http.StatusOK, "À bientôt")
	want(t, r.ask(t, r.Operator, urls.AdminTemplate(chosen, "supprimer"), url.Values{}), http.StatusSeeOther)
	want(t, r.ask(t, r.Operator, urls.AdminTemplate(chosen), nil), http.StatusNotFound)
}

func TestAnAmendmentIsAnswered(t *testing.T) {
	t.Parallel()
	r := newReader(t)
	id := r.candidate.OrganisationID
	r.Exec(`UPDATE structure_bank_accounts SET state = 'active', effective_at = $2 WHERE structure_id = $1`, id, r.Now())
	r.Exec(`UPDATE structures SET state = 'qualifiee', iban = 'FR1420041010050500013M02606', account_holder = 'Tiers-lieu', qualified_at = $2 WHERE organisation_id = $1`, id, r.Now())
	body := qualification.BodyForm{SIRET: "55210055400013", Kind: "association", WithoutRNA: true, LegalName: "Sacha Petit", LegalRole: "présidente", LegalEmail: "sacha@exemple.test"}
	if saved, err := r.files.SaveBody(t.Context(), r.candidate, body); err != nil || !saved.Waits {
		t.Fatalf("%+v, %v", saved, err)
	}
	review, err := r.files.Review(t.Context(), r.Operator, id)
	if err != nil || len(review.Amendments) != 1 || review.State != structure.Qualified {
		t.Fatalf("%+v, %v", review.Amendments, err)
	}
	amendment := review.Amendments[0].ID
	want(t, r.ask(t, r.Operator, urls.AdminStructures(), nil), http.StatusOK, "1 modification à accepter")
	want(t, r.ask(t, r.Operator, urls.AdminStructure(id), nil), http.StatusOK, "Modification à accepter", "Sacha Petit", "Alix Morel")
	want(t, r.ask(t, r.Operator, urls.AdminAmendment(id, amendment, "refuser"), url.Values{"modification": {amendment.String()}}), http.StatusUnprocessableEntity, "Écrivez le motif")
	want(t, r.ask(t, r.Operator, urls.AdminAmendment(id, amendment, "accepter"), url.Values{}), http.StatusSeeOther)
	want(t, r.ask(t, r.Operator, urls.AdminStructures(), nil), http.StatusOK, "Rien à lire")
}

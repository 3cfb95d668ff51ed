package structure_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/qualification"
	"passnum/internal/testworld"
	"passnum/web/httpx"
	screens "passnum/web/structure"
	"passnum/web/urls"
)

func TestMessagesAndRenewalOnScreen(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	files := qualification.NewService(w.DB, qualification.Options{Queue: &jobs.Inline{}, BaseURL: "https://passnum.test"})
	ask := func(actor identity.Actor, address string, form url.Values, status int, words ...string) {
		t.Helper()
		router := chi.NewRouter()
		router.Use(httpx.As(actor))
		router.Route("/structure", (&screens.ReviewHandlers{Files: files}).Routes)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if form != nil {
			request = httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		answer := httptest.NewRecorder()
		router.ServeHTTP(answer, request)
		body := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(answer.Body.String())
		if answer.Code != status {
			t.Errorf("%s: %d, want %d", address, answer.Code, status)
		}
		for _, word := range words {
			if !strings.Contains(body, word) {
				t.Errorf("%s does not say %q", address, word)
			}
		}
	}
	flags := []qualification.Flag{{Step: qualification.StepPlaces, Field: w.Place.String(), Label: "Médiathèque", Sentence: "Les horaires manquent."}}
	if err := files.AskCorrections(t.Context(), w.Operator, w.Mediatheque, flags, ""); err != nil {
		t.Fatal(err)
	}
	ask(w.Mediateur, urls.StructureMessages(), nil, http.StatusOK, "Les horaires manquent.", urls.StructurePlace(w.Place), "L’opérateur", "C’est déjà fait")
	ask(w.Mediateur, urls.StructureMessages(), url.Values{"message": {" "}}, http.StatusUnprocessableEntity, "Écrivez votre message")
	ask(w.Mediateur, urls.StructureMessages(), url.Values{"message": {"Merci <b>beaucoup</b>"}}, http.StatusSeeOther)
	ask(w.Mediateur, urls.StructureMessages(), nil, http.StatusOK, "Merci &lt;b&gt;beaucoup")
	asked, err := files.Corrections(t.Context(), w.Mediateur)
	if err != nil || len(asked) != 1 {
		t.Fatalf("%+v, %v", asked, err)
	}
	// Another structure's correction is nobody's.
	ask(w.Other, urls.CorrectionDone(asked[0].ID), url.Values{}, http.StatusNotFound)
	ask(w.Mediateur, urls.CorrectionDone(uuid.New()), url.Values{}, http.StatusNotFound)
	ask(w.Mediateur, urls.CorrectionDone(asked[0].ID), url.Values{}, http.StatusSeeOther)
	ask(w.Agent, urls.StructureMessages(), nil, http.StatusForbidden)

	ask(w.Mediateur, urls.Renewal(), nil, http.StatusOK, "n’a pas de date de fin")
	w.Exec(`UPDATE structures SET valid_until = $2 WHERE organisation_id = $1`, w.Mediatheque, postgres.Day(w.Now()).AddDate(0, 0, 20))
	ask(w.Mediateur, urls.Renewal(), nil, http.StatusOK, "Il manque encore")
	ask(w.Mediateur, urls.Renewal(), url.Values{"exact": {"oui"}}, http.StatusConflict, "il manque encore")
}

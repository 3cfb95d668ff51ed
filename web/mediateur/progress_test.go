package mediateur_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/guidance"
	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
	"passnum/web/httpx"
	"passnum/web/mediateur"
)

// judged judges codes as the application does.
func judged(redemptions *redemption.Service) guidance.Live {
	return func(ctx context.Context, actor identity.Actor, codes []string) ([]int, error) {
		results, err := redemptions.Check(ctx, actor, codes, nil, nil)
		var live []int
		for _, r := range results {
			if r.Status == redemption.Valid {
				live = append(live, r.Index)
			}
		}
		return live, err
	}
}

// TestTestingTellsTheStepsDone: a valid chèque shows its parcours, another none.
func TestTestingTellsTheStepsDone(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	redemptions := redemption.NewService(w.DB, w.Keys)
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 1})
	codes := clear(order.HandedOver(1))
	w.Exec(`UPDATE handovers SET pathway_id = (SELECT id FROM pathways WHERE title = 'Premiers pas sur un ordinateur')`)
	_, err := redemptions.Redeem(t.Context(), w.Mediateur, redemption.Request{Key: "1", Codes: codes[:1], Entries: []int{44}, Mode: redemption.Individuel})
	if err != nil {
		t.Fatal(err)
	}
	test := func(actor identity.Actor, code string) string {
		r := chi.NewRouter()
		r.Use(httpx.As(actor))
		h := &mediateur.Handlers{Redemptions: redemptions, Guidance: guidance.NewService(w.DB, w.Keys, judged(redemptions)), Now: w.Now}
		r.Route("/mediateur", h.Routes)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/mediateur/tester", strings.NewReader(url.Values{"codes": {code}}.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer := httptest.NewRecorder()
		r.ServeHTTP(answer, request)
		return strings.ReplaceAll(answer.Body.String(), "\u00a0", " ")
	}
	page := test(w.Mediateur, codes[1])
	for _, want := range []string{"Parcours « Premiers pas sur un ordinateur »", "1 sur 5 étapes déjà faites.", "Prochaine étape : Comprendre ce qu’est internet.", "fait"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not said", want)
		}
	}
	if strings.Contains(test(w.Mediateur, codes[0]), "Premiers pas") {
		t.Error("a used chèque tells of its carnet")
	}
}

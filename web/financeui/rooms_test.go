package financeui_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/reporting"
	"passnum/internal/testworld"
	"passnum/web/financeui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

type reports []reporting.Queue

func (r reports) Waiting(context.Context, identity.Actor) ([]reporting.Queue, error) { return r, nil }

type asker []ui.Task

func (a asker) Operator(*http.Request) ([]ui.Task, error) { return a, nil }

func TestTheWayIntoFinancesSaysWhatWaits(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	page := func(actor identity.Actor, rooms *financeui.Handlers, path string) string {
		r := chi.NewRouter()
		r.Use(httpx.As(actor))
		r.Route("/admin", rooms.Routes)
		answer := httptest.NewRecorder()
		r.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		return strings.ReplaceAll(answer.Body.String(), "\u00a0", " ")
	}
	calm := page(w.Finance, financeui.ForOperator(reports{}), urls.AdminFinances())
	for _, heading := range []string{"Encaisser", "Payer les structures", "Rendre des comptes", "Mettre en sécurité"} {
		if !strings.Contains(calm, heading) {
			t.Errorf("no group « %s »", heading)
		}
	}
	if strings.Contains(calm, "pn-tag--") {
		t.Error("a room says that something waits when nothing does")
	}
	busy := page(w.Finance, financeui.ForOperator(reports{
		{Kind: reporting.QueueBank, Count: 2}, {Kind: reporting.QueuePrepare, Count: 8}, {Kind: reporting.QueueApprove, Count: 1}, {Kind: reporting.QueueProof, Count: 1},
	}, asker{{Href: urls.AdminBills()}}), urls.AdminFinances())
	for _, words := range []string{"2 à reconnaître", "1 à approuver", "1 en échec", "à faire"} {
		if !strings.Contains(busy, words) {
			t.Errorf("no room says « %s »", words)
		}
	}
	if strings.Contains(busy, "8 à payer") {
		t.Error("a room says two things at once")
	}
}

package financeui

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"passnum/internal/identity"
	"passnum/internal/reporting"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// Reports says what waits for the operator.
type Reports interface {
	Waiting(ctx context.Context, actor identity.Actor) ([]reporting.Queue, error)
}

// Asker is a part of the product that says what it asks of the operator.
type Asker interface {
	Operator(r *http.Request) ([]ui.Task, error)
}

// queueRooms says where a queue waits, the most pressing of a room last, and how
// its room says it.
var queueRooms = []struct {
	kind       reporting.QueueKind
	href, word string
	tone       ui.Tone
}{
	{reporting.QueueBank, urls.AdminBank(), "à\u00a0reconnaître", ui.Warn},
	{reporting.QueuePrepare, urls.AdminPayments(), "à\u00a0payer", ui.Info},
	{reporting.QueueExecute, urls.AdminPayments(), "à\u00a0exécuter", ui.Warn},
	{reporting.QueueApprove, urls.AdminPayments(), "à\u00a0approuver", ui.Warn},
	{reporting.QueueReturns, urls.AdminReturns(), "à\u00a0regarder", ui.Warn},
	{reporting.QueueAccounts, urls.AdminBankAccounts(), "à\u00a0confirmer", ui.Warn},
	{reporting.QueueIncidents, urls.AdminIncidents(), "à\u00a0décider", ui.Warn},
	{reporting.QueueProof, urls.AdminProofs(), "en\u00a0échec", ui.Bad},
}

// waiting gathers what waits in the operator's rooms.
func waiting(reports Reports, others []Asker) states {
	return func(r *http.Request) (map[string]templ.Component, error) {
		queues, err := reports.Waiting(r.Context(), httpx.Actor(r))
		if err != nil {
			return nil, err
		}
		counts := map[reporting.QueueKind]int{}
		for _, q := range queues {
			counts[q.Kind] = q.Count
		}
		words := map[string]templ.Component{}
		for _, q := range queueRooms {
			if n := counts[q.kind]; n > 0 {
				words[q.href] = ui.Tag(q.tone, format.Number(n)+"\u00a0"+q.word)
			}
		}
		for _, other := range others {
			tasks, err := other.Operator(r)
			if err != nil {
				return nil, err
			}
			for _, task := range tasks {
				words[roomOf(task.Href)] = ui.Tag(ui.Warn, "à\u00a0faire")
			}
		}
		return words, nil
	}
}

// roomOf is the room of a page further in.
func roomOf(href string) string {
	for _, room := range []string{urls.AdminInvoices(), urls.AdminEndings()} {
		if strings.HasPrefix(href, room) {
			return room
		}
	}
	return href
}

package admin

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/order"
	"passnum/web/httpx"
	"passnum/web/orderui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// orderQueues are the groups of states, what waits for the operator first.
var orderQueues = []struct {
	value, label string
	states       []order.State
}{
	{"a_traiter", "À traiter", []order.State{order.Signed, order.Framing, order.ProofApproved, order.Making, order.Funded}},
	{"attente", "En attente des autres", []order.State{order.Quoted, order.ProofProposed, order.Shipped, order.Delivered}},
	{"actives", "Actives", []order.State{order.Active}},
	{"closes", "Closes", []order.State{order.Closed}},
	{"annulees", "Annulées", []order.State{order.Cancelled}},
	{"toutes", "Toutes", nil},
}

type orderListView struct {
	Tabs  []ui.Tab
	Queue string
	Query string
	State string
	// States narrows to one state exactly.
	States []ui.Option
	Table  ui.TableArgs
	Pager  ui.Pagination
}

func (h *OrderHandlers) list(w http.ResponseWriter, r *http.Request) error {
	counts, err := h.Orders.CountForOperator(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	query := httpx.Query(r)
	v := orderListView{Query: query.Get("q"), Queue: query.Get("file"), State: query.Get("etat")}
	f := order.Filter{Query: v.Query}
	f.States = v.tabs(counts)
	if state := order.State(v.State); state.Known() {
		f.States = []order.State{state}
	}
	_ = httpx.Cursor(r, &f.After)
	page, err := h.Orders.ListForOperator(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	v.States = []ui.Option{{Label: "Toutes les étapes"}}
	for _, state := range order.Line[1:] {
		v.States = append(v.States, ui.Option{Value: string(state), Label: state.Label()})
	}
	v.States = ui.Selected(v.States, v.State)
	v.Table = adminOrdersTable(page.Orders)
	v.Pager = httpx.Pager(r, page.Next != uuid.Nil, page.Next)
	return httpx.Render(w, r, http.StatusOK, ordersTemplate(httpx.Page(r, "Commandes"), v))
}

// tabs draws the orderQueues with their counts and returns the states of the
// chosen one; a search looks everywhere.
func (v *orderListView) tabs(counts map[order.State]int) []order.State {
	if v.Queue == "" {
		v.Queue = "a_traiter"
		if v.Query != "" || v.State != "" {
			v.Queue = "toutes"
		}
	}
	var chosen []order.State
	for _, queue := range orderQueues {
		total := 0
		for _, state := range queue.states {
			total += counts[state]
		}
		if queue.states == nil {
			for _, n := range counts {
				total += n
			}
		}
		v.Tabs = append(v.Tabs, ui.Tab{Label: queue.label, Href: urls.With(urls.AdminOrders(), "file", queue.value), Current: queue.value == v.Queue, Count: format.Number(total)})
		if queue.value == v.Queue {
			chosen = queue.states
		}
	}
	return chosen
}

func adminOrdersTable(orders []order.Summary) ui.TableArgs {
	t := ui.TableArgs{
		Caption: "Commandes", HideCaption: true, Columns: ui.Columns("Commande", "Commanditaire", "#Valeur", "#Attesté", "Étape", "Ensuite"),
		Empty: ui.EmptyArgs{Title: "Rien ici", Body: "Aucune commande ne correspond. Changez de file, ou cherchez par numéro.", Action: "Voir toutes les commandes", ActionHref: urls.With(urls.AdminOrders(), "file", "toutes")},
	}
	for _, o := range orders {
		t.Rows = append(t.Rows, ui.NewRow(
			ui.TwoLines(ui.Link(orderNumber(o.Number), urls.AdminOrder(o.ID)), o.Title), ui.Text(o.Commanditaire),
			ui.Amount(o.Face()), ui.Amount(o.Attested), orderui.Tag(o.State), ui.Muted(o.State.Expected())))
	}
	return t
}

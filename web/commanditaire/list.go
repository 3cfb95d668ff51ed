package commanditaire

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/orderui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// orderFilters are the groups of states a list offers.
var orderFilters = []struct {
	value, label string
	states       []order.State
}{
	{"preparation", "En préparation", []order.State{order.Draft, order.Quoted}},
	{"en_cours", "En cours", []order.State{order.Signed, order.Framing, order.ProofProposed, order.ProofApproved, order.Making, order.Shipped, order.Delivered, order.Funded}},
	{"actives", "Actives", []order.State{order.Active}},
	{"closes", "Closes", []order.State{order.Closed}},
	{"annulees", "Annulées", []order.State{order.Cancelled}},
}

type orderListView struct {
	Query, State string
	States       []ui.Option
	Table        ui.TableArgs
	Pager        ui.Pagination
	CSV          string
	MayWrite     bool
	Filtered     bool
}

func readFilter(r *http.Request) (order.Filter, string) {
	query := httpx.Query(r)
	f := order.Filter{Query: query.Get("q")}
	chosen := ""
	for _, group := range orderFilters {
		if group.value == query.Get("etat") {
			f.States, chosen = group.states, group.value
		}
	}
	_ = httpx.Cursor(r, &f.After)
	return f, chosen
}

func (h *OrderHandlers) list(w http.ResponseWriter, r *http.Request) error {
	f, chosen := readFilter(r)
	page, err := h.Orders.List(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	v := orderListView{
		Query: f.Query, State: chosen, States: []ui.Option{{Label: "Toutes les étapes"}},
		Pager: httpx.Pager(r, page.Next != uuid.Nil, page.Next), MayWrite: httpx.Actor(r).Can(identity.OrderWrite),
		CSV: urls.With(urls.OrdersCSV(), "q", f.Query, "etat", chosen), Filtered: f.Query != "" || chosen != "",
	}
	for _, group := range orderFilters {
		v.States = append(v.States, ui.Option{Value: group.value, Label: group.label})
	}
	v.States = ui.Selected(v.States, chosen)
	v.Table = ordersTable(page.Orders, v.empty())
	return httpx.Render(w, r, http.StatusOK, ordersPage(httpx.Page(r, "Commandes"), v))
}

func (v orderListView) empty() ui.EmptyArgs {
	if v.Filtered {
		return ui.EmptyArgs{Title: "Aucune commande ne correspond", Body: "Changez les mots ou l’étape.", Action: "Voir toutes les commandes", ActionHref: urls.Orders()}
	}
	e := ui.EmptyArgs{Title: "Aucune commande pour l’instant", Body: "Une commande se prépare en quelques minutes et s’enregistre en brouillon."}
	if v.MayWrite {
		e.Action, e.ActionHref = "Commander des carnets", urls.NewOrder()
	}
	return e
}

func ordersTable(orders []order.Summary, empty ui.EmptyArgs) ui.TableArgs {
	t := ui.TableArgs{Caption: "Commandes", HideCaption: true, Columns: ui.Columns("Commande", "#Carnets", "#Valeur", "Étape", "Modifiée le"), Empty: empty}
	for _, o := range orders {
		t.Rows = append(t.Rows, ui.NewRow(
			ui.TwoLines(ui.Link(orderTitle(o), urls.Order(o.ID)), o.Number), ui.Number(o.Carnets), ui.Amount(o.Face()),
			orderui.Tag(o.State), ui.Text(format.ShortDate(o.UpdatedAt))))
	}
	return t
}

func orderTitle(o order.Summary) string {
	if o.Title == "" {
		return "Commande sans titre"
	}
	return o.Title
}

func (h *OrderHandlers) sheet(w http.ResponseWriter, r *http.Request) error {
	f, _ := readFilter(r)
	f.Limit, f.After = 200, uuid.Nil
	first, err := h.Orders.List(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "commandes.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Numéro", "Titre", "Étape", "Carnets", "Chèques par carnet", "Valeur d’un chèque", "Valeur totale", "Fonds attestés", "En circulation", "Fin de validité", "Modifiée le"); err != nil {
			return err
		}
		for page := first; ; {
			for _, o := range page.Orders {
				if err := out.Row(sheet.Text(o.Number), sheet.Text(o.Title), sheet.Text(o.State.Label()), sheet.Int(o.Carnets), sheet.Int(o.PerCarnet),
					sheet.Money(o.FaceValue), sheet.Money(o.Face()), sheet.Money(o.Attested), sheet.Money(o.Active), sheet.Date(o.ValidUntil), sheet.Time(o.UpdatedAt)); err != nil {
					return err
				}
			}
			if f.After = page.Next; f.After == uuid.Nil {
				return out.Flush()
			}
			if page, err = h.Orders.List(r.Context(), httpx.Actor(r), f); err != nil {
				return err
			}
		}
	})
}

// partners answers the proposals of a co-funder field.
func (h *OrderHandlers) partners(w http.ResponseWriter, r *http.Request) error {
	found, err := h.Orders.Partners(r.Context(), httpx.Actor(r), httpx.Query(r).Get("q"))
	if err != nil {
		return err
	}
	var options []ui.ComboboxOption
	for _, p := range found {
		options = append(options, ui.ComboboxOption{Value: p.ID.String(), Label: p.Name, Detail: "SIRET " + format.SIRET(p.SIRET)})
	}
	return httpx.Render(w, r, http.StatusOK, ui.ComboboxOptions(options))
}

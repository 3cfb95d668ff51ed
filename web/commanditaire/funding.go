package commanditaire

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/order"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/orderui"
	"passnum/web/ui"
	"passnum/web/urls"
)

// fundedView is what an organisation co-funds, page by page.
type fundedView struct {
	Query, State string
	States       []ui.Option
	Table        ui.TableArgs
	Pager        ui.Pagination
	CSV          string
}

func (h *OrderHandlers) funded(w http.ResponseWriter, r *http.Request) error {
	f, chosen := readFilter(r)
	shares, next, err := h.Orders.Shares(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	v := fundedView{Query: f.Query, State: chosen, Pager: httpx.Pager(r, next != uuid.Nil, next), CSV: urls.With(urls.FundedCSV(), "q", f.Query, "etat", chosen)}
	v.States = []ui.Option{{Label: "Toutes les étapes"}}
	for _, group := range orderFilters {
		v.States = append(v.States, ui.Option{Value: group.value, Label: group.label})
	}
	v.States = ui.Selected(v.States, chosen)
	empty := ui.EmptyArgs{Title: "Vous ne cofinancez aucune commande", Body: "Quand un commanditaire vous ajoute comme cofinanceur, sa commande apparaît ici dès le devis."}
	if f.Query != "" || chosen != "" {
		empty = ui.EmptyArgs{Title: "Aucune commande ne correspond", Body: "Changez les mots ou l’étape.", Action: "Voir toutes les commandes", ActionHref: urls.FundedOrders()}
	}
	v.Table = sharesTable(shares, empty)
	page := httpx.Page(r, "Ce que vous cofinancez")
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.Finances()}, {Label: "Ce que vous cofinancez"}}
	return httpx.Render(w, r, http.StatusOK, fundedPage(page, v))
}

func sharesTable(shares []order.Share, empty ui.EmptyArgs) ui.TableArgs {
	t := ui.TableArgs{Caption: "Commandes cofinancées", HideCaption: true, Empty: empty,
		Columns: ui.Columns("Commande", "#Votre part", "#Versé", "#Utilisé", "#Pas encore utilisé", "#Rendu", "Étape")}
	for _, s := range shares {
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Link(orderTitle(s.Order), urls.Order(s.Order.ID)), s.Order.Commanditaire+" · "+s.Order.Number),
			ui.Amount(s.Promised), ui.Amount(s.Received), ui.Amount(s.Used), ui.Amount(s.Circulating+s.Expired+s.Held), ui.Amount(s.Returned), orderui.Tag(s.Order.State)))
	}
	return t
}

// fundedSheet is the same for a spreadsheet, in full.
func (h *OrderHandlers) fundedSheet(w http.ResponseWriter, r *http.Request) error {
	f, _ := readFilter(r)
	f.Limit, f.After = 100, uuid.Nil
	shares, next, err := h.Orders.Shares(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "financements.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Commande", "Titre", "Commanditaire", "Étape", "Programme", "Valeur des chèques", "Votre part", "Versé", "Utilisé", "En circulation",
			"Expiré", "Reçu, pas encore en circulation", "Rendu par avoir", "Fin de validité"); err != nil {
			return err
		}
		for {
			for _, s := range shares {
				if err := out.Row(sheet.Text(s.Order.Number), sheet.Text(s.Order.Title), sheet.Text(s.Order.Commanditaire), sheet.Text(s.Order.State.Label()), sheet.Text(s.Programme),
					sheet.Money(s.Order.Face()), sheet.Money(s.Promised), sheet.Money(s.Received), sheet.Money(s.Used), sheet.Money(s.Circulating),
					sheet.Money(s.Expired), sheet.Money(s.Held), sheet.Money(s.Returned), sheet.Date(s.Order.ValidUntil)); err != nil {
					return err
				}
			}
			if f.After = next; next == uuid.Nil {
				return out.Flush()
			}
			if shares, next, err = h.Orders.Shares(r.Context(), httpx.Actor(r), f); err != nil {
				return err
			}
		}
	})
}

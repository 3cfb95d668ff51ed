package mediateur

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/redemption"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// list shows what the structure took, narrowed by « du », « au », « lieu » and
// « etat ».
func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	actor, query := httpx.Actor(r), httpx.Query(r)
	var after redemption.Cursor
	httpx.Cursor(r, &after)
	found, err := h.Redemptions.List(r.Context(), actor, readFilter(query), after)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Encaissements")
	page.Crumbs = []ui.Crumb{{Label: "Aujourd’hui", Href: urls.Mediateur()}, {Label: "Encaissements"}}
	view := newListView(query, found)
	view.waiting = withQueue(&page, actor)
	view.pager = httpx.Pager(r, !found.Next.At.IsZero(), found.Next)
	view.export = exportURL(r.URL.Query())
	if view.places, err = h.placeChoices(r, actor, query.Get("lieu")); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, listPage(page, view))
}

// placeChoices offers the places to whoever may see them, when there are several.
func (h *Handlers) placeChoices(r *http.Request, actor identity.Actor, chosen string) ([]ui.Option, error) {
	if !actor.Can(identity.Check) {
		return nil, nil
	}
	desk, err := h.Redemptions.Desk(r.Context(), actor, uuid.Nil)
	if err != nil || len(desk.Places) < 2 {
		return nil, err
	}
	options := []ui.Option{{Value: "", Label: "Tous les lieux"}}
	for _, p := range desk.Places {
		options = append(options, ui.Option{Value: p.ID.String(), Label: p.Name})
	}
	return ui.Selected(options, chosen), nil
}

// export answers the filtered list as a sheet.
func (h *Handlers) export(w http.ResponseWriter, r *http.Request) error {
	filter := readFilter(httpx.Query(r))
	return httpx.CSV(w, "encaissements.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		err := out.Header("Encaissé le", "Service rendu le", "Carnet", "Chèque", "Montant (€)", "Commanditaire", "Lieu", "Forme", "Services", "Durée (min)", "Prix (€)", "Séance", "État", "Payé le", "Annulé le", "Motif d’annulation")
		if err != nil {
			return err
		}
		err = h.Redemptions.Export(r.Context(), httpx.Actor(r), filter, func(t redemption.Taking) error { return out.Row(cells(t)...) })
		if err != nil {
			return err
		}
		return out.Flush()
	})
}

func cells(t redemption.Taking) []sheet.Cell {
	price, duration, paid, undone := sheet.Cell{}, sheet.Cell{}, sheet.Cell{}, sheet.Cell{}
	if t.UndoneAt != nil {
		undone = sheet.Time(*t.UndoneAt)
	}
	if t.Price != nil {
		price = sheet.Money(*t.Price)
	}
	if t.DurationMinutes > 0 {
		duration = sheet.Int(t.DurationMinutes)
	}
	if t.PaidOn != nil {
		paid = sheet.Date(*t.PaidOn)
	}
	return []sheet.Cell{
		sheet.Time(t.At), sheet.Time(t.GivenAt), sheet.Text(t.Serial), sheet.Int(t.Rank), sheet.Money(t.Amount), sheet.Text(t.Commanditaire),
		sheet.Text(t.Place), sheet.Text(modeWord(t.Mode)), sheet.Text(numbers(t.Entries)), duration, price,
		sheet.Text(t.SeanceID.String()), sheet.Text(paymentWord(t.Payment)), paid, undone, sheet.Text(t.UndoneReason),
	}
}

func numbers(entries []int) string {
	text := ""
	for i, n := range entries {
		if i > 0 {
			text += ", "
		}
		text += strconv.Itoa(n)
	}
	return text
}

// readFilter reads a filter from an address; nonsense narrows nothing.
func readFilter(query httpx.Values) redemption.Filter {
	var f redemption.Filter
	f.From, _ = query.Date("du")
	f.To, _ = query.Date("au")
	f.PlaceID, _ = query.UUID("lieu")
	switch p := redemption.Payment(query.Get("etat")); p {
	case redemption.PaymentDue, redemption.PaymentOrdered, redemption.PaymentDone, redemption.PaymentUndone:
		f.Payment = p
	}
	return f
}

func exportURL(query url.Values) string {
	return urls.With(urls.TakingsCSV(), "du", query.Get("du"), "au", query.Get("au"), "lieu", query.Get("lieu"), "etat", query.Get("etat"))
}

type listView struct {
	from, to string
	states   []ui.Option
	places   []ui.Option
	figures  []ui.Figure
	table    ui.TableArgs
	pager    ui.Pagination
	export   string
	filtered bool
	waiting  waiting
}

func newListView(query httpx.Values, found redemption.Page) listView {
	v := listView{from: query.Get("du"), to: query.Get("au")}
	v.filtered = v.from != "" || v.to != "" || query.Get("lieu") != "" || query.Get("etat") != ""
	v.states = []ui.Option{{Value: "", Label: "Tous"}}
	for _, p := range []redemption.Payment{redemption.PaymentDue, redemption.PaymentOrdered, redemption.PaymentDone, redemption.PaymentUndone} {
		v.states = append(v.states, ui.Option{Value: string(p), Label: paymentWord(p)})
	}
	v.states = ui.Selected(v.states, query.Get("etat"))
	v.figures = []ui.Figure{
		{Label: "Séances", Value: money.Count(int64(found.Totals.Seances))},
		{Label: "Chèques encaissés", Value: money.Count(int64(found.Totals.Cheques))},
		{Label: "Montant", Value: found.Totals.Amount.String()},
	}
	v.table = ui.TableArgs{
		Caption: "Chèques encaissés", HideCaption: true,
		Columns: ui.Columns("Date", "Chèque", "Commanditaire", "Lieu", "#Montant", "État"), Rows: rows(found.Takings),
		Empty: ui.EmptyArgs{Title: "Aucun encaissement", Body: "Les chèques que vous encaissez apparaîtront ici.", Action: "Scanner des chèques", ActionHref: urls.Scanner()},
	}
	if v.filtered {
		v.table.Empty = ui.EmptyArgs{Title: "Aucun encaissement ne correspond", Body: "Élargissez les dates, ou affichez tout.", Action: "Tout afficher", ActionHref: urls.Takings()}
	}
	return v
}

func rows(takings []redemption.Taking) []ui.Row {
	list := make([]ui.Row, len(takings))
	for i, t := range takings {
		list[i] = ui.NewRow(
			ui.Link(format.ShortDate(t.At)+" "+strconv.Itoa(t.At.In(format.Paris).Year())+" à "+format.Time(t.At), urls.Receipt(t.SeanceID)),
			ui.TwoLines(ui.Serial(t.Serial), "chèque n°\u00a0"+strconv.Itoa(t.Rank)),
			ui.Text(t.Commanditaire), ui.Text(t.Place), ui.Amount(t.Amount), ui.Tag(paymentTone(t.Payment), paymentWord(t.Payment)),
		)
	}
	return list
}

func paymentWord(p redemption.Payment) string {
	switch p {
	case redemption.PaymentUndone:
		return "annulé"
	case redemption.PaymentOrdered:
		return "en paiement"
	case redemption.PaymentDone:
		return "payé"
	default:
		return "à payer"
	}
}

func paymentTone(p redemption.Payment) ui.Tone {
	switch p {
	case redemption.PaymentDone:
		return ui.Good
	case redemption.PaymentOrdered:
		return ui.Info
	default:
		return ui.Neutral
	}
}

func (v listView) reset() string {
	if !v.filtered {
		return ""
	}
	return urls.Takings()
}

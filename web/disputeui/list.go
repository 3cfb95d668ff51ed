package disputeui

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"passnum/internal/redemption/dispute"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// Lists answers one side's disputes, on screen and as a sheet.
type Lists struct {
	Disputes *dispute.Service
	Side     dispute.Side
	Now      func() time.Time
	Address  string // of the list
	Sheet    string // of the CSV
	// First and Lead make the first cell of a line and name its column.
	First func(dispute.Dispute) templ.Component
	Lead  string
}

// View is a list as a page shows it.
type View struct {
	address string
	figures []ui.Figure
	states  []ui.Option
	table   ui.TableArgs
	pager   ui.Pagination
	sheet   string
	reset   string
}

// Read prepares the list that the address asks for.
func (l Lists) Read(r *http.Request) (View, error) {
	query, after := httpx.Query(r), dispute.Cursor{}
	httpx.Cursor(r, &after)
	filter := readFilter(query)
	found, err := l.Disputes.List(r.Context(), httpx.Actor(r), l.Side, filter, after)
	if err != nil {
		return View{}, err
	}
	v := View{
		address: l.Address, figures: figures(found), states: stateOptions(query.Get("etat")), table: l.table(found.Disputes),
		pager: httpx.Pager(r, !found.Next.At.IsZero(), found.Next), sheet: urls.With(l.Sheet, "etat", query.Get("etat"), "seance", query.Get("seance")),
	}
	if filter != (dispute.Filter{}) {
		v.reset = l.Address
		v.table.Empty = ui.EmptyArgs{Title: "Aucun litige ne correspond", Body: "Affichez-les tous pour retrouver celui que vous cherchez.", Action: "Tout afficher", ActionHref: l.Address}
	}
	return v, nil
}

func (l Lists) table(disputes []dispute.Dispute) ui.TableArgs {
	t := ui.TableArgs{
		Caption: "Litiges", HideCaption: true, Columns: ui.Columns(l.Lead, "Chèque", "Scanné", "Raison", "#Montant", "État"),
		Empty: ui.EmptyArgs{Title: "Aucun litige", Body: "Un chèque scanné sans réseau, puis refusé pour une raison imprévisible, apparaît ici."},
	}
	for _, d := range disputes {
		t.Rows = append(t.Rows, ui.NewRow(
			l.First(d), ui.TwoLines(ui.Serial(d.Serial), Name(d)), ui.TwoLines(ui.Text(format.DateTime(d.ScannedAt)), d.Place),
			ui.TwoLines(ui.Text(Word(d.Reason)), waited(d, l.Now())), ui.Amount(d.Amount), ui.Tag(Tone(d.State), StateWord(d.State)),
		))
	}
	return t
}

// Export answers the list as a sheet, with the filters of the screen.
func (l Lists) Export(w http.ResponseWriter, r *http.Request) error {
	actor, filter := httpx.Actor(r), readFilter(httpx.Query(r))
	return writeSheet(w, l.Side, func(each func(dispute.Dispute) error) error {
		return l.Disputes.Export(r.Context(), actor, l.Side, filter, each)
	})
}

// readFilter reads a filter from an address; nonsense narrows nothing.
func readFilter(query httpx.Values) dispute.Filter {
	var f dispute.Filter
	for _, s := range dispute.States {
		if query.Get("etat") == string(s) {
			f.State = s
		}
	}
	f.RequestID, _ = query.UUID("seance")
	return f
}

// stateOptions offers the states to a filter.
func stateOptions(chosen string) []ui.Option {
	options := []ui.Option{{Value: "", Label: "Tous"}}
	for _, s := range dispute.States {
		options = append(options, ui.Option{Value: string(s), Label: StateWord(s)})
	}
	return ui.Selected(options, chosen)
}

// figures counts what waits.
func figures(page dispute.Page) []ui.Figure {
	return []ui.Figure{
		{Label: "En attente", Value: format.Number(page.Open), Note: format.Plural(page.Open, "chèque", "chèques") + " à régler"},
		{Label: "Montant en attente", Value: page.Amount.String(), Note: "payé si le litige est accepté"},
	}
}

// waited says how long an open dispute has waited, or when it was settled.
func waited(d dispute.Dispute, now time.Time) string {
	if d.State != dispute.Open {
		return "réglé le " + format.ShortDate(*d.DecidedAt)
	}
	if days := format.DaysBetween(d.ReceivedAt, now); days > 0 {
		return "depuis " + format.Count(days, "jour", "jours")
	}
	return "depuis aujourd’hui"
}

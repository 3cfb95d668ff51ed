package oppositionui

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/french"
	"passnum/internal/opposition"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type listView struct {
	side           Side
	tabs           []ui.Tab
	lead           string
	states, causes []ui.Option
	orders         []ui.Option
	serial         string
	from, to       string
	table          ui.TableArgs
	pager          ui.Pagination
	csv            string
	declares       bool
}

func readFilter(r *http.Request) opposition.Filter {
	q := httpx.Query(r)
	f := opposition.Filter{State: opposition.State(q.Get("etat")), Cause: opposition.Cause(q.Get("cause")), Serial: strings.ToUpper(q.Get("carnet"))}
	if serial, err := carnet.ParseSerial(f.Serial); err == nil {
		f.Serial = serial
	}
	f.Order, _ = q.UUID("commande")
	f.From, _ = q.Date("depuis")
	f.To, _ = q.Date("jusquau")
	var after opposition.Cursor
	if httpx.Cursor(r, &after) {
		f.After = &after
	}
	return f
}

func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	actor, f, q := httpx.Actor(r), readFilter(r), httpx.Query(r)
	found, more, err := h.Oppositions.List(r.Context(), actor, h.Side.Origin, f)
	if err != nil {
		return err
	}
	filtered := f.State != "" || f.Cause != "" || f.Order != uuid.Nil || f.Serial != "" || !f.From.IsZero() || !f.To.IsZero()
	v := listView{
		side: h.Side, serial: q.Get("carnet"), from: q.Get("depuis"), to: q.Get("jusquau"), table: h.table(found, filtered), declares: actor.Can(declares[h.Side.Origin]),
		lead: "Carnets perdus ou volés\u00a0: leurs chèques non utilisés sont refusés partout, et leur valeur revient aux fonds de la commande.",
		csv: urls.With(h.Side.List+".csv", "etat", q.Get("etat"), "cause", q.Get("cause"), "commande", q.Get("commande"), "carnet", q.Get("carnet"),
			"depuis", q.Get("depuis"), "jusquau", q.Get("jusquau")),
	}
	if h.Side.Tabs != nil {
		v.tabs = h.Side.Tabs(h.Side.List)
	}
	v.states, v.causes = []ui.Option{{Label: "Tous les états"}}, []ui.Option{{Label: "Toutes les causes"}}
	for _, s := range opposition.States {
		v.states = append(v.states, ui.Option{Value: string(s), Label: french.Capital(s.Label()), Checked: s == f.State})
	}
	for _, c := range opposition.Causes {
		v.causes = append(v.causes, ui.Option{Value: string(c), Label: c.Label(), Checked: c == f.Cause})
	}
	if v.orders, err = h.orderOptions(r, f.Order); err != nil {
		return err
	}
	if n := len(found); n > 0 {
		v.pager = httpx.Pager(r, more, opposition.Cursor{At: found[n-1].DeclaredAt, ID: found[n-1].ID})
	}
	return httpx.Render(w, r, http.StatusOK, listPage(httpx.Page(r, "Oppositions"), v))
}

func (h *Handlers) orderOptions(r *http.Request, chosen uuid.UUID) ([]ui.Option, error) {
	if h.Side.Origin != opposition.ByCommanditaire {
		return nil, nil
	}
	orders, err := h.Oppositions.Orders(r.Context(), httpx.Actor(r))
	options := []ui.Option{{Label: "Toutes les commandes"}}
	for _, o := range orders {
		options = append(options, ui.Option{Value: o.ID.String(), Label: o.Number + " · " + o.Title, Checked: o.ID == chosen})
	}
	return options, err
}

func (h *Handlers) table(found []opposition.Opposition, filtered bool) ui.TableArgs {
	table := ui.TableArgs{
		Caption: "Oppositions", HideCaption: true, Columns: ui.Columns("Opposition", "Commande", "Déclarée", "#Carnets", "#Chèques bloqués", "#Déjà utilisés", "État"),
		Empty: ui.EmptyArgs{Title: "Aucune opposition", Body: "Rien n’a été déclaré perdu ou volé."},
	}
	if filtered {
		table.Empty = ui.EmptyArgs{Title: "Aucune opposition ne correspond", Body: "Élargissez les filtres.", Action: "Tout afficher", ActionHref: h.Side.List}
	}
	for _, o := range found {
		who := o.Commanditaire
		if h.Side.Origin == opposition.ByCommanditaire {
			who = o.OrderTitle
		}
		table.Rows = append(table.Rows, ui.NewRow(
			ui.Link(o.Number, h.Side.Of(o.ID)), ui.TwoLines(ui.Text(o.OrderNumber), who),
			ui.TwoLines(ui.Text(format.Date(o.DeclaredAt)), o.Cause.Label()+" · "+o.DeclaredForName),
			ui.Number(o.Carnets), ui.Number(o.LiveCheques), ui.Number(o.SpentCheques), stateTag(o)))
	}
	return table
}

func stateTag(o opposition.Opposition) templ.Component {
	switch {
	case o.State == opposition.Waiting:
		return ui.Tag(ui.Warn, o.State.Label())
	case o.State == opposition.InForce && o.Replaced > 0 && o.Replaced == o.Blocked:
		return ui.Tag(ui.Good, "remplacée")
	case o.State == opposition.InForce:
		return ui.Tag(ui.Bad, o.State.Label())
	default:
		return ui.Tag(ui.Neutral, o.State.Label())
	}
}

// export writes every opposition that the filters keep, page after page.
func (h *Handlers) export(w http.ResponseWriter, r *http.Request) error {
	actor, f := httpx.Actor(r), readFilter(r)
	f.After, f.Limit = nil, 500
	page, more, err := h.Oppositions.List(r.Context(), actor, h.Side.Origin, f)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "oppositions.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		err := out.Header("Opposition", "Commande", "Intitulé", "Commanditaire", "Cause", "État", "Déclarée le", "Par", "Pour", "Confirmée par",
			"Carnets déclarés", "Carnets bloqués", "Chèques bloqués", "Valeur bloquée", "Chèques déjà utilisés", "Valeur payée", "Carnets remplacés", "Carnets retrouvés")
		for err == nil {
			for _, o := range page {
				if err = out.Row(exported(o)...); err != nil {
					return err
				}
			}
			if !more || len(page) == 0 {
				return out.Flush()
			}
			last := page[len(page)-1]
			f.After = &opposition.Cursor{At: last.DeclaredAt, ID: last.ID}
			page, more, err = h.Oppositions.List(r.Context(), actor, h.Side.Origin, f)
		}
		return err
	})
}

func exported(o opposition.Opposition) []sheet.Cell {
	return []sheet.Cell{sheet.Text(o.Number), sheet.Text(o.OrderNumber), sheet.Text(o.OrderTitle), sheet.Text(o.Commanditaire), sheet.Text(o.Cause.Label()),
		sheet.Text(o.State.Label()), sheet.Time(o.DeclaredAt), sheet.Text(o.DeclaredByName), sheet.Text(o.DeclaredForName), sheet.Text(o.DecidedByName),
		sheet.Int(o.Carnets), sheet.Int(o.Blocked), sheet.Int(o.LiveCheques), sheet.Money(o.LiveCents), sheet.Int(o.SpentCheques), sheet.Money(o.SpentCents),
		sheet.Int(o.Replaced), sheet.Int(o.LiftedCount)}
}

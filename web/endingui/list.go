package endingui

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"passnum/internal/ending"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

const perPage = 25

type listView struct {
	h             *Handlers
	Agenda        bool
	Tabs          []ui.Tab
	Phases        []ui.Option
	Query         string
	From, To      string
	Table         ui.TableArgs
	Pager         ui.Pagination
	CSV, ICS      string
	Month         string // of the agenda
	Before, After string
	MonthValue    string
	Steps         []ui.Step
}

func readFilter(q httpx.Values) ending.Filter {
	f := ending.Filter{Phase: ending.Phase(q.Get("etat")), Query: q.Get("q"), Limit: perPage}
	if !slices.Contains(ending.Phases, f.Phase) {
		f.Phase = ""
	}
	f.From, _ = q.Date("depuis")
	f.To, _ = q.Date("jusquau")
	if page, ok := q.Int("page"); ok && page > 1 && page < 10_000 {
		f.Page = page - 1
	}
	return f
}

func (h *Handlers) all(w http.ResponseWriter, r *http.Request) error {
	q := httpx.Query(r)
	f := readFilter(q)
	v := listView{h: h, Query: f.Query, From: q.Get("depuis"), To: q.Get("jusquau"), Agenda: q.Get("vue") == "agenda"}
	kept := []string{"etat", string(f.Phase), "q", f.Query, "depuis", v.From, "jusquau", v.To}
	v.CSV, v.ICS = urls.With(h.list+".csv", kept...), urls.With(h.list+".ics", kept...)
	v.Tabs = []ui.Tab{
		{Label: "Liste", Href: urls.With(h.list, kept...), Current: !v.Agenda},
		{Label: "Mois par mois", Href: urls.With(h.list, append(kept, "vue", "agenda")...), Current: v.Agenda},
	}
	v.Phases = []ui.Option{{Label: "Tous les états"}}
	for _, p := range ending.Phases {
		v.Phases = append(v.Phases, ui.Option{Value: string(p), Label: french.Capital(p.Label()), Checked: p == f.Phase})
	}
	if v.Agenda {
		f.Limit, f.Page = 5000, 0
	}
	list, total, err := h.Endings.List(r.Context(), httpx.Actor(r), h.side, f)
	if err != nil {
		return err
	}
	if v.Agenda {
		h.month(&v, list, q.Get("mois"), kept)
	} else {
		v.Table = h.table(list, f, httpx.Actor(r))
		v.Pager = pager(h.list, kept, f.Page, total)
	}
	return httpx.Render(w, r, http.StatusOK, listPage(h.page(r, "Échéances"), v))
}

func pager(list string, kept []string, page, total int) ui.Pagination {
	p := ui.Pagination{Text: fmt.Sprintf("Page %d sur %d", page+1, max(1, (total+perPage-1)/perPage))}
	if page > 0 {
		p.PrevHref = urls.With(list, append(kept, "page", strconv.Itoa(page))...)
	}
	if (page+1)*perPage < total {
		p.NextHref = urls.With(list, append(kept, "page", strconv.Itoa(page+2))...)
	}
	if p.PrevHref == "" && p.NextHref == "" {
		return ui.Pagination{}
	}
	return p
}

func (h *Handlers) table(list []ending.Summary, f ending.Filter, actor identity.Actor) ui.TableArgs {
	columns := ui.Columns("Commande", "Dernier jour", "État", "Prochaine étape", "Attendu", "#Avoir")
	if h.operator() {
		columns = ui.Columns("Commande", "Commanditaire", "Dernier jour", "État", "Prochaine étape", "Attendu", "#Avoir")
	}
	t := ui.TableArgs{Caption: "Fin de validité des commandes", HideCaption: true, Columns: columns,
		Empty: ui.EmptyArgs{Title: "Aucune échéance", Body: "Les commandes apparaissent ici dès que leurs chèques sont actifs."}}
	if f.Phase != "" || f.Query != "" || !f.From.IsZero() || !f.To.IsZero() {
		t.Empty = ui.EmptyArgs{Title: "Aucune commande ne correspond", Body: "Changez les filtres.", Action: "Toutes les échéances", ActionHref: h.list}
	}
	for _, s := range list {
		cells := []templ.Component{ui.TwoLines(ui.Link(s.Number, h.of(s.ID)), s.Title)}
		if h.operator() {
			cells = append(cells, ui.Text(s.Commanditaire))
		}
		t.Rows = append(t.Rows, ui.NewRow(append(cells, lastDay(s), tag(s.Phase()), nextStep(s), h.expected(s, actor), avoir(s))...))
	}
	return t
}

func lastDay(s ending.Summary) templ.Component {
	detail := format.Until(s.ValidUntil, s.Today)
	if s.Today.After(s.ValidUntil) {
		detail = ""
	}
	switch {
	case s.PrintedUntil != nil:
		detail = "prolongée, imprimé\u00a0: " + format.ShortDate(*s.PrintedUntil)
	case s.Validity == "remise":
		detail = "au plus tard, selon la remise"
	}
	if detail == "" {
		return ui.Text(format.MediumDate(s.ValidUntil))
	}
	return ui.TwoLines(ui.Text(format.MediumDate(s.ValidUntil)), detail)
}

func nextStep(s ending.Summary) templ.Component {
	next, ok := s.Next()
	if s.State == "close" || s.ClosingAt != nil || !ok {
		return ui.Muted("—")
	}
	return ui.TwoLines(ui.Text(format.MediumDate(next.Day)), next.Step.Label())
}

// expected says who must do something now.
func (h *Handlers) expected(s ending.Summary, actor identity.Actor) templ.Component {
	who := func(operator bool) string {
		if operator == h.operator() {
			return "à vous"
		}
		if operator {
			return "l’opérateur"
		}
		return "le commanditaire"
	}
	switch {
	case s.Phase() == ending.ToReturn:
		return ui.TwoLines(ui.Text(who(true)), "rendre l’avoir")
	case s.Contested:
		return ui.TwoLines(ui.Text(who(true)), "répondre à la contestation")
	case s.Disputes > 0 && (s.Phase() == ending.Past || s.Phase() == ending.Tolerated):
		words := format.Count(s.Disputes, "litige à régler", "litiges à régler")
		if list := h.disputes(s, actor); list != "" {
			return ui.TwoLines(ui.Link(words, list), who(true))
		}
		return ui.TwoLines(ui.Text(words), who(true))
	case s.Awaits() != "":
		return ui.TwoLines(ui.Text(who(false)), asked(s.Awaits()))
	case s.Phase() == ending.Signing && !s.OperatorSigned:
		return ui.TwoLines(ui.Text(who(true)), "signer l’état")
	default:
		return ui.Muted("rien")
	}
}

func asked(step ending.Step) string {
	return map[ending.Step]string{ending.Block: "valider l’arrêt des remises", ending.Acknowledge: "reconnaître l’annulation", ending.Statement: "signer l’état"}[step]
}

func avoir(s ending.Summary) templ.Component {
	if s.ClosingAt == nil {
		return ui.Muted("—")
	}
	return ui.Amount(s.AvoirCents)
}

func tag(p ending.Phase) templ.Component {
	tone := map[ending.Phase]ui.Tone{ending.Running: ui.Good, ending.Ending: ui.Warn, ending.Tolerated: ui.Warn, ending.Past: ui.Bad, ending.Signing: ui.Info, ending.ToReturn: ui.Info, ending.Closed: ui.Neutral}[p]
	return ui.Tag(tone, p.Label())
}

// month gathers the steps of one month, of every order, in the order of days.
func (h *Handlers) month(v *listView, list []ending.Summary, asked string, kept []string) {
	first, err := time.Parse("2006-01", asked)
	if err != nil {
		y, m, _ := h.Endings.Today().Date()
		first = time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	}
	after := first.AddDate(0, 1, 0)
	at := func(m time.Time) string {
		return urls.With(h.list, append(kept, "vue", "agenda", "mois", m.Format("2006-01"))...)
	}
	v.Month, v.MonthValue = french.Capital(format.Month(first)), first.Format("2006-01")
	v.Before, v.After = at(first.AddDate(0, -1, 0)), at(after)
	type entry struct {
		ending.Dated
		of ending.Summary
	}
	var entries []entry
	for _, s := range list {
		for _, d := range s.Days() {
			if !d.Day.Before(first) && d.Day.Before(after) {
				entries = append(entries, entry{d, s})
			}
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return a.Day.Compare(b.Day) })
	for _, e := range entries {
		state := ui.Next
		if !e.Day.After(e.of.Today) {
			state = ui.Done
		}
		v.Steps = append(v.Steps, ui.Step{Label: e.Step.Label(), Date: format.LongDate(e.Day), State: state, Body: stepOf(h.of(e.of.ID), e.of.Number, e.of.Title, e.of.Commanditaire, h.operator())})
	}
}

func (h *Handlers) export(w http.ResponseWriter, r *http.Request) error {
	f := readFilter(httpx.Query(r))
	f.Limit, f.Page = 5000, 0
	list, _, err := h.Endings.List(r.Context(), httpx.Actor(r), h.side, f)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "echeances.csv", func(w http.ResponseWriter) error { return writeList(w, list) })
}

func writeList(w http.ResponseWriter, list []ending.Summary) error {
	columns := []string{"Commande", "Titre", "Commanditaire", "État"}
	for _, d := range ending.Calendar(time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)) {
		columns = append(columns, d.Step.Label())
	}
	out := sheet.NewWriter(w)
	if err := out.Header(append(columns, "Fonds reçus", "Avoir", "Reste à rendre")...); err != nil {
		return err
	}
	for _, s := range list {
		cells := []sheet.Cell{sheet.Text(s.Number), sheet.Text(s.Title), sheet.Text(s.Commanditaire), sheet.Text(s.Phase().Label())}
		for _, d := range ending.Calendar(time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)) {
			cells = append(cells, sheet.Date(ending.DayOf(s.ValidUntil, d.Step)))
		}
		if err := out.Row(append(cells, sheet.Money(s.AttestedCents), sheet.Money(s.AvoirCents), sheet.Money(s.OwedCents))...); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (h *Handlers) calendar(w http.ResponseWriter, r *http.Request) error {
	f := readFilter(httpx.Query(r))
	f.Limit, f.Page = 1000, 0
	list, _, err := h.Endings.List(r.Context(), httpx.Actor(r), h.side, f)
	if err != nil {
		return err
	}
	return httpx.File(w, "echeances.ics", "text/calendar; charset=utf-8", ending.Calendars(list, h.BaseURL+h.list+"/", time.Now()))
}

func (h *Handlers) oneCalendar(w http.ResponseWriter, r *http.Request) error {
	d, err := h.read(r)
	if err != nil {
		return err
	}
	return httpx.File(w, "echeances-"+d.Number+".ics", "text/calendar; charset=utf-8", ending.Calendars([]ending.Summary{d.Summary}, h.BaseURL+h.list+"/", time.Now()))
}

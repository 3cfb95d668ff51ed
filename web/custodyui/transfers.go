package custodyui

import (
	"net/http"

	"passnum/internal/carnet"
	"passnum/internal/custody"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

type listView struct {
	table  ui.TableArgs
	pager  ui.Pagination
	states []ui.Option
	reset  string
	make   string // where a new transfer begins; "" when one may not
	cases  string // where discrepancies are listed, from a desk without tabs
	title  string
	lead   string
}

// List shows the transfers the desk is a party to.
func (s *Screens) List(w http.ResponseWriter, r *http.Request) error {
	return s.list(w, r, listView{title: "Transferts de carnets", lead: "Chaque envoi est compté au départ et à l’arrivée.", reset: s.Links.Transfers})
}

func (s *Screens) list(w http.ResponseWriter, r *http.Request, v listView) error {
	query := httpx.Query(r)
	filter := custody.Filter{State: query.Get("etat")}
	var after custody.Cursor
	if httpx.Cursor(r, &after) {
		filter.After = &after
	}
	list, more, err := s.Custody.Transfers(r.Context(), httpx.Actor(r), s.Desk, filter)
	if err != nil {
		return err
	}
	v.table = s.table(list, ui.EmptyArgs{Title: "Aucun transfert", Body: "Les carnets qui passent d’une main à une autre apparaissent ici, avec les deux comptes."})
	v.states = ui.Selected([]ui.Option{{Value: "", Label: "Tous"}, {Value: custody.OnTheWay, Label: "En route"}, {Value: custody.Received, Label: "Reçus"}, {Value: custody.CalledOff, Label: "Annulés"}}, filter.State)
	if n := len(list); n > 0 {
		v.pager = httpx.Pager(r, more, custody.Cursor{At: list[n-1].SentAt, ID: list[n-1].ID})
	}
	if s.Desk.MayAct(httpx.Actor(r)) {
		v.make = s.Links.NewTransfer
	}
	if s.Tabs == nil {
		v.cases = s.Links.Cases
	}
	return httpx.Render(w, r, http.StatusOK, listPage(httpx.Page(r, v.title), v, s.tabs(s.Links.Transfers)))
}

func (s *Screens) table(list []custody.Transfer, empty ui.EmptyArgs) ui.TableArgs {
	t := ui.TableArgs{Caption: "Transferts", HideCaption: true, Columns: ui.Columns("Transfert", "De", "À", "#Déclarés", "#Reçus", "État"), Empty: empty}
	for _, x := range list {
		received := ui.Text("")
		if x.ReceivedCarnets != nil {
			received = ui.Number(*x.ReceivedCarnets)
		}
		t.Rows = append(t.Rows, ui.NewRow(
			ui.TwoLines(ui.Link(Purpose(x)+" "+x.Number, s.Links.Transfer(x.ID)), x.Commanditaire+" · "+format.Date(x.SentAt)),
			ui.Text(x.FromLabel), ui.Text(x.ToLabel), ui.Number(x.Carnets), received, StateTag(x)))
	}
	return t
}

type transferView struct {
	title, lead string
	facts       []ui.SummaryRow
	spans       []string
	slip        string
	cancel      string
	receive     receptionView
	dispute     string
	caseNumber  string
}

// Show is one transfer: what was declared, by whom, and its reception.
func (s *Screens) Show(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, receptionView{}, nil)
}

func (s *Screens) show(w http.ResponseWriter, r *http.Request, typed receptionView, refusal error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	t, err := s.Custody.Transfer(r.Context(), actor, s.Desk, id)
	if err != nil {
		return err
	}
	title := Purpose(t) + " " + t.Number
	p := httpx.Page(r, title)
	p.Crumbs = []ui.Crumb{{Label: "Transferts", Href: s.Links.Transfers}, {Label: t.Number}}
	status, ok := refused(&p, refusal)
	if !ok {
		return refusal
	}
	v := transferView{title: title, lead: format.Count(t.Carnets, "carnet", "carnets") + ", de «\u00a0" + t.FromLabel + "\u00a0» à «\u00a0" + t.ToLabel + "\u00a0»",
		facts: s.facts(t), spans: spanLines(t.Spans()), slip: s.Links.Transfer(t.ID, "bordereau"), receive: typed}
	acts := s.Desk.MayAct(actor)
	v.receive.shown = t.Receivable(actor, s.Desk)
	v.receive.may, v.receive.action, v.receive.carnets = acts, s.Links.Receive(t.ID), t.Carnets
	if acts && t.Cancellable(actor, s.Desk) {
		v.cancel = s.Links.Transfer(t.ID, "annuler")
	}
	if t.CaseID != nil {
		v.dispute, v.caseNumber = s.Links.Case(*t.CaseID), t.CaseNumber
	}
	return httpx.Render(w, r, status, transferPage(p, v, StateTag(t)))
}

func (s *Screens) facts(t custody.Transfer) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: "Carnets de", Value: t.Commanditaire},
		{Key: "Parti de", Value: t.FromLabel},
		{Key: "Va à", Value: t.ToLabel},
		{Key: "Déclarés au départ", Value: format.Count(t.Carnets, "carnet", "carnets")},
		{Key: "Parti le", Value: signed(format.DateTime(t.SentAt), t.SentByName)},
	}
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, ui.SummaryRow{Key: key, Value: value})
		}
	}
	add("Suivi", t.Tracking)
	add("Remarque de l’expéditeur", t.Note)
	if t.ReceivedAt != nil {
		add("Comptés à l’arrivée", format.Number(*t.ReceivedCarnets)+" carnets sur "+format.Number(t.Carnets))
		add("Reçu le", signed(format.DateTime(*t.ReceivedAt), t.ReceivedByName))
		add("Remarque du destinataire", t.ReceivedNote)
	}
	if t.CancelledAt != nil {
		add("Annulé le", format.DateTime(*t.CancelledAt))
	}
	return rows
}

func signed(when, who string) string {
	if who == "" {
		return when
	}
	return when + ", par " + who
}

// Cancel calls off a transfer that nobody has received.
func (s *Screens) Cancel(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	t, err := s.Custody.Cancel(r.Context(), httpx.Actor(r), s.Desk, id)
	if err != nil {
		return s.show(w, r, receptionView{}, err)
	}
	httpx.Flash(r, ui.Good, "Le transfert "+t.Number+" est annulé\u00a0: les carnets sont de nouveau à «\u00a0"+t.FromLabel+"\u00a0».")
	return httpx.SeeOther(w, r, s.Links.Transfer(id))
}

type slipView struct {
	title, number, when string
	from, to, client    string
	count               string
	note                string
	table               ui.TableArgs
	giveback            bool
}

// Slip is the paper that goes with the carnets, to print and to sign.
func (s *Screens) Slip(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	t, err := s.Custody.Transfer(r.Context(), httpx.Actor(r), s.Desk, id)
	if err != nil {
		return err
	}
	v := slipView{title: "Bordereau de transfert", number: t.Number, when: format.Date(t.SentAt), from: t.FromLabel, to: t.ToLabel, client: t.Commanditaire,
		count: format.Count(t.Carnets, "carnet", "carnets"), note: t.Note, giveback: t.Purpose == carnet.Giveback}
	if v.giveback {
		v.title = "Bordereau de retour"
	}
	v.table = ui.TableArgs{Caption: "Carnets", HideCaption: true, Columns: ui.Columns("Premier numéro", "Dernier numéro", "#Carnets")}
	for _, span := range t.Spans() {
		v.table.Rows = append(v.table.Rows, ui.NewRow(ui.Serial(span.First()), ui.Serial(span.Last()), ui.Number(span.Count())))
	}
	p := httpx.Page(r, v.title+" "+t.Number)
	p.Back = &ui.Crumb{Label: "Le transfert", Href: s.Links.Transfer(id)}
	return httpx.Render(w, r, http.StatusOK, slipPage(p, v))
}

package custodyui

import (
	"net/http"
	"strings"

	"passnum/internal/custody"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// CaseTable lists discrepancies.
func (s *Screens) CaseTable(list []custody.Case) ui.TableArgs {
	t := ui.TableArgs{Caption: "Écarts", HideCaption: true, Columns: ui.Columns("Écart", "De", "À", "#En attente", "Suivi par", "État"),
		Empty: ui.EmptyArgs{Title: "Aucun écart", Body: "Quand une réception n’est pas comme déclarée, l’écart reste ici jusqu’à ce que chaque carnet ait une réponse."}}
	for _, c := range list {
		owner := c.OwnerName
		if owner == "" {
			owner = "personne"
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Link("Écart "+c.Number, s.Links.Case(c.ID)), caseWords(c)+" · "+c.Commanditaire),
			ui.Text(c.FromLabel), ui.Text(c.ToLabel), ui.Number(c.Waiting), ui.Text(owner), s.caseTag(c)))
	}
	return t
}

type casesView struct {
	table ui.TableArgs
	all   bool
	here  string
}

// CaseList shows the discrepancies the desk is a party to.
func (s *Screens) CaseList(w http.ResponseWriter, r *http.Request) error {
	all := httpx.Query(r).Get("etat") == "tous"
	list, err := s.Custody.Cases(r.Context(), httpx.Actor(r), s.Desk, all)
	if err != nil {
		return err
	}
	v := casesView{table: s.CaseTable(list), all: all, here: s.Links.Cases}
	return httpx.Render(w, r, http.StatusOK, casesPage(httpx.Page(r, "Écarts"), v, s.tabs(s.Links.Cases)))
}

type caseView struct {
	title, lead string
	facts       []ui.SummaryRow
	lines       []ui.Line
	notes       []ui.JournalEntry
	take        string
	note        string // action
	settle      string // action
	outcomes    []ui.Option
	outcome     string
	serials     string
	why         string
	body        string
	oppose      string
	lost        string
	transfer    string
}

// Case is one discrepancy: its carnets, its thread, its ways out.
func (s *Screens) Case(w http.ResponseWriter, r *http.Request) error {
	return s.showCase(w, r, caseView{}, nil)
}

var outcomeLabels = map[string]ui.Option{
	custody.OutcomeReceived: {Value: custody.OutcomeReceived, Label: "Ils sont chez le destinataire", Hint: "Retrouvés ou recomptés\u00a0: ils entrent dans son stock."},
	custody.OutcomeReturned: {Value: custody.OutcomeReturned, Label: "Ils sont chez l’expéditeur", Hint: "Jamais partis, ou revenus\u00a0: ils reviennent dans son stock."},
	custody.OutcomeLost:     {Value: custody.OutcomeLost, Label: "Ils sont perdus", Hint: "Personne ne les a. Faites ensuite opposition, pour qu’ils ne servent à personne."},
}

func (s *Screens) showCase(w http.ResponseWriter, r *http.Request, v caseView, refusal error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	c, err := s.Custody.Case(r.Context(), actor, s.Desk, id)
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Écart "+c.Number)
	p.Crumbs = []ui.Crumb{{Label: "Écarts", Href: s.Links.Cases}, {Label: c.Number}}
	status, ok := refused(&p, refusal)
	if !ok {
		return refusal
	}
	v.title, v.lead = "Écart "+c.Number, caseWords(c)+", entre «\u00a0"+c.FromLabel+"\u00a0» et «\u00a0"+c.ToLabel+"\u00a0»"
	v.facts, v.lines, v.notes, v.transfer = s.caseFacts(c), caseLines(c), caseNotes(c), s.Links.Transfer(c.TransferID)
	s.lost(c, &v)
	if s.Desk.MayAct(actor) {
		v.note, v.take = s.Links.Case(c.ID, "note"), s.Links.Case(c.ID, "prendre")
		if c.Open() || len(v.lost) > 0 {
			v.settle = s.Links.Case(c.ID, "regler")
		}
		for _, outcome := range c.Outcomes(actor, s.Desk) {
			v.outcomes = append(v.outcomes, outcomeLabels[outcome])
		}
		v.outcomes = ui.Selected(v.outcomes, v.outcome)
	}
	return httpx.Render(w, r, status, casePage(p, v, s.caseTag(c)))
}

// lost offers to block what was declared lost.
func (s *Screens) lost(c custody.Case, v *caseView) {
	var spans []custody.Span
	for _, kind := range []string{custody.Missing, custody.Damaged, custody.Extra} {
		spans = append(spans, c.SpansOf(kind, custody.OutcomeLost)...)
	}
	if len(spans) == 0 {
		return
	}
	v.lost = custody.Say(spans)
	if s.Links.Oppose != nil {
		v.oppose = s.Links.Oppose(strings.Join(spanLines(spans), "\n"))
	}
}

func (s *Screens) caseFacts(c custody.Case) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: "Carnets de", Value: c.Commanditaire},
		{Key: "Transfert", Body: ui.Link(c.TransferNumber, s.Links.Transfer(c.TransferID))},
		{Key: "Déclarés au départ", Value: format.Count(c.Declared, "carnet", "carnets")},
		{Key: "Comptés à l’arrivée", Value: format.Count(c.Counted, "carnet", "carnets")},
		{Key: "Ouvert le", Value: signed(format.DateTime(c.OpenedAt), c.OpenedByName)},
	}
	owner := c.OwnerName
	if owner == "" {
		owner = "Personne pour l’instant"
	}
	rows = append(rows, ui.SummaryRow{Key: "Suivi par", Value: owner})
	if c.ClosedAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "Réglé le", Value: signed(format.DateTime(*c.ClosedAt), c.ClosedByName)})
	}
	return rows
}

func caseLines(c custody.Case) []ui.Line {
	var lines []ui.Line
	for _, kind := range []string{custody.Missing, custody.Damaged, custody.Extra} {
		for _, o := range []struct {
			outcome, word string
			tone          ui.Tone
		}{{"", "sans réponse", ui.Warn}, {custody.OutcomeReceived, "chez le destinataire", ui.Good}, {custody.OutcomeReturned, "chez l’expéditeur", ui.Good}, {custody.OutcomeLost, "perdu", ui.Bad}} {
			for _, span := range c.SpansOf(kind, o.outcome) {
				lines = append(lines, ui.Line{Tone: o.tone, Title: span.String(), Detail: kindWord(kind, span.Count()), Word: o.word})
			}
		}
	}
	return lines
}

func caseNotes(c custody.Case) []ui.JournalEntry {
	var entries []ui.JournalEntry
	for _, n := range c.Notes {
		entries = append(entries, ui.JournalEntry{When: format.DateTime(n.At), Who: n.Author, What: n.Body})
	}
	return entries
}

// Note writes in the thread.
func (s *Screens) Note(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	if err := s.Custody.AddNote(r.Context(), httpx.Actor(r), s.Desk, id, form.Get("note")); err != nil {
		return s.showCase(w, r, caseView{body: form.Get("note")}, err)
	}
	return httpx.SeeOther(w, r, s.Links.Case(id))
}

// Take makes the reader the one who follows the case.
func (s *Screens) Take(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Custody.TakeCase(r.Context(), httpx.Actor(r), s.Desk, id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Vous suivez cet écart.")
	return httpx.SeeOther(w, r, s.Links.Case(id))
}

// Settle gives carnets of the case an outcome.
func (s *Screens) Settle(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	settlement := custody.Settlement{Outcome: form.Get("issue"), Serials: form.Get("lignes"), Note: form.Get("constat")}
	c, err := s.Custody.Settle(r.Context(), httpx.Actor(r), s.Desk, id, settlement)
	if err != nil {
		return s.showCase(w, r, caseView{outcome: settlement.Outcome, serials: settlement.Serials, why: settlement.Note}, err)
	}
	if c.Open() {
		httpx.Flash(r, ui.Good, "C’est noté. Il reste "+format.Count(c.Waiting, "carnet", "carnets")+" sans réponse.")
	} else {
		httpx.Flash(r, ui.Good, "L’écart "+c.Number+" est réglé.")
	}
	return httpx.SeeOther(w, r, s.Links.Case(id))
}

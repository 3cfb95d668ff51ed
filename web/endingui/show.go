package endingui

import (
	"encoding/hex"
	"net/http"

	"passnum/internal/ending"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

type detailView struct {
	h        *Handlers
	d        ending.Detail
	operator bool
	own      bool // the reader's own order, or the operator
	typed    httpx.Values
	Lead     string
	Figures  []ui.Figure
	Steps    []ui.Step
	Awaits   ending.Step
	MayStop, MaySign, MayContest, MayWish,
	MayProlong, MayDraw, MayWithdraw, MayRefund bool
	Hash    string
	Sums    ui.TableArgs
	Shares  ui.TableArgs
	Holders ui.TableArgs
	Refunds []refundView
	ToFund  []ui.Option
	Signed  []ui.SummaryRow
	// Waiting is the open disputes that keep the statement from being drawn, and
	// Disputes where to read them.
	Waiting, Disputes string
}

func (h *Handlers) read(r *http.Request) (ending.Detail, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return ending.Detail{}, err
	}
	return h.Endings.Of(r.Context(), httpx.Actor(r), h.side, id)
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.showWith(w, r, httpx.NewValues(nil), nil)
}

// showWith shows the page again with what was typed, and why it was refused.
func (h *Handlers) showWith(w http.ResponseWriter, r *http.Request, typed httpx.Values, refusal *fault.Error) error {
	d, err := h.read(r)
	if err != nil {
		return err
	}
	p := h.page(r, d.Number)
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, detailPage(p, h.newDetail(d, httpx.Actor(r), typed)))
}

func (h *Handlers) newDetail(d ending.Detail, actor identity.Actor, typed httpx.Values) detailView {
	v := detailView{h: h, d: d, operator: h.operator(), own: h.operator() || d.CommanditaireID == actor.OrganisationID, typed: typed, Lead: d.Title}
	if v.operator {
		v.Lead = d.Commanditaire + " · " + d.Title
	}
	if v.own {
		c := d.Counters
		v.Figures = []ui.Figure{
			{Label: "Émis", Value: format.Number(c.Issued), Note: "carnets"},
			{Label: "Injectés", Value: format.Number(c.Injected), Note: "remis à des personnes"},
			{Label: "Émis non injectés", Value: format.Number(c.NotInjected), Note: "encore dans le réseau"},
			{Label: "Entamés", Value: format.Number(c.Started), Note: "un chèque utilisé au moins"},
		}
	}
	v.Steps, v.Holders = timeline(d), holders(d.Holders)
	v.Awaits = d.Awaits()
	v.allow(actor)
	if c := d.Closing; c != nil {
		v.Hash = hex.EncodeToString(c.DocumentHash)
		v.Sums, v.Shares, v.Signed = sums(*c), shares(*c), signatures(*c)
	}
	v.Refunds = refunds(h, d, actor)
	for _, r := range v.Refunds {
		v.MayRefund = v.MayRefund && !r.MayRepay // first things first: the same sum, presented again
	}
	for _, o := range d.ToFund {
		v.ToFund = append(v.ToFund, ui.Option{Value: o.ID.String(), Label: o.Number + ", " + o.Title + " (il manque " + o.Left.String() + ")"})
	}
	if d.Phase() == ending.Past && d.Disputes > 0 && !d.Today.Before(ending.DayOf(d.ValidUntil, ending.Statement)) {
		v.Waiting, v.Disputes = format.Count(d.Disputes, "litige ouvert", "litiges ouverts"), h.disputes(d.Summary, actor)
	}
	return v
}

// allow says which acts the page offers.
func (v *detailView) allow(actor identity.Actor) {
	d, c := v.d, v.d.Closing
	unsettled := c != nil && c.SettledAt == nil
	if v.operator {
		v.MayProlong = actor.Can(identity.PlatformDecide) && d.State == "active" && d.ClosingAt == nil && d.Today.Before(ending.DayOf(d.ValidUntil, ending.Block))
		v.MayDraw = actor.Can(identity.PlatformFunds) && d.State == "active" && c == nil && d.Disputes == 0 && !d.Today.Before(ending.DayOf(d.ValidUntil, ending.Statement))
		v.MayWithdraw = actor.Can(identity.PlatformFunds) && unsettled
		v.MaySign = actor.Can(identity.PlatformFunds) && unsettled && c.OperatorSignedAt == nil && c.ContestedAt == nil
		v.MayRefund = actor.Can(identity.PlatformPayments) && d.State == "close" && d.Owed > 0
		return
	}
	if !v.own {
		v.Awaits = ""
		return
	}
	v.MayStop = actor.Can(identity.OrderWrite)
	v.MaySign = actor.Can(identity.OrderSign)
	v.MayContest = actor.Can(identity.OrderWrite) && unsettled && c.ClientSignedAt == nil && c.ContestedAt == nil
	v.MayWish = actor.Can(identity.OrderWrite) && c != nil && c.SettledAt != nil && d.Owed > 0
}

// timeline is the calendar, with what was done of it.
func timeline(d ending.Detail) []ui.Step {
	var steps []ui.Step
	current := false
	for _, dated := range d.Days() {
		s := ui.Step{Label: dated.Step.Label(), Date: format.MediumDate(dated.Day)}
		done, ok := d.Done[dated.Step]
		switch {
		case ok:
			s.State = ui.Done
			if !done.OnTime() {
				s.Note = "fait le " + format.Date(done.DoneOn)
			}
		case dated.Step == ending.LastDay && d.Today.After(dated.Day):
			s.State = ui.Done
		case !current:
			current, s.State = true, ui.Current
		}
		if answer, ok := d.Done[answers[dated.Step]]; ok {
			s.Note = note(s.Note, answer.ActorName+", le "+format.Date(answer.DoneOn))
		} else if answers[dated.Step] != "" && s.State == ui.Done {
			s.Note = note(s.Note, "sans réponse")
		}
		if dated.Step == ending.Expiry && d.Lapsed.Cheques > 0 {
			s.Note = note(s.Note, format.Count(d.Lapsed.Cheques, "chèque périmé", "chèques périmés"))
		}
		steps = append(steps, s)
	}
	if closed, ok := d.Done[ending.Settled]; ok {
		steps = append(steps, ui.Step{Label: ending.Settled.Label(), Date: format.MediumDate(closed.DoneOn), State: ui.Done, Note: closed.ActorName})
	}
	return steps
}

var answers = map[ending.Step]ending.Step{ending.Block: ending.BlockAgreed, ending.Acknowledge: ending.EndAgreed}

func note(first, second string) string {
	if first == "" {
		return second
	}
	return first + " · " + second
}

func holders(list []ending.Left) ui.TableArgs {
	t := ui.TableArgs{Caption: "Carnets jamais remis", HideCaption: true, Compact: true, Columns: ui.Columns("Détenteur", "#Carnets", "#Valeur"),
		Empty: ui.EmptyArgs{Title: "Tous les carnets ont été remis", Body: "Aucun n’attend plus dans le réseau."}}
	for _, l := range list {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(l.Label), ui.Number(l.Carnets), ui.Amount(l.Cents)))
	}
	return t
}

func sums(c ending.Closing) ui.TableArgs {
	f := c.Figures
	t := ui.TableArgs{Caption: "Ce que dit l’état", HideCaption: true, Compact: true, Columns: ui.Columns("Chèques", "#Nombre", "#Valeur")}
	row := func(label string, s ending.Sum) {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(label), ui.Number(s.Cheques), ui.Amount(s.Cents)))
	}
	row("Commandés et financés", f.Ordered)
	row("Utilisés", f.Used)
	row("Périmés, remis à des personnes", f.Lapsed)
	row("Périmés, jamais remis", f.Held)
	if f.Opposed.Cheques > 0 {
		row("En opposition", f.Opposed)
	}
	if f.Exchanged.Cheques > 0 {
		row("Échangés (neufs à la place)", f.Exchanged)
	}
	if f.Rejected.Cheques > 0 {
		row("Pour mémoire, rejetés après litige", f.Rejected)
	}
	if f.Unused > 0 {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text("Fonds jamais mis en circulation"), ui.Muted("—"), ui.Amount(f.Unused)))
	}
	t.Foot = []ui.Row{ui.NewRow(ui.Text("Restant, objet de l’avoir"), ui.Number(f.Lapsed.Cheques+f.Held.Cheques+f.Opposed.Cheques-f.Exchanged.Cheques), ui.Amount(c.Avoir()))}
	if f.TakenBack != 0 {
		t.Foot = append(t.Foot, ui.NewRow(ui.Text("Repris sur des paiements, en plus de l’avoir"), ui.Muted("—"), ui.Amount(f.TakenBack)))
	}
	return t
}

func shares(c ending.Closing) ui.TableArgs {
	t := ui.TableArgs{Caption: "Parts de chaque financeur", Compact: true, Columns: ui.Columns("Financeur", "#Apporté", "#Utilisé", "#Revient")}
	taken := c.Figures.TakenBack != 0
	if taken {
		t.Columns = append(t.Columns, ui.Columns("#Dont repris")...)
	}
	if len(c.Figures.Shares) < 2 {
		return t
	}
	cells := func(s ending.Share) ui.Row {
		row := ui.NewRow(ui.Text(s.Name), ui.Amount(s.Funded), ui.Amount(s.Used), ui.Amount(s.Returned))
		if taken {
			row.Cells = append(row.Cells, ui.Amount(s.TakenBack))
		}
		return row
	}
	total := ending.Share{Name: "Ensemble"}
	for _, s := range c.Figures.Shares {
		t.Rows = append(t.Rows, cells(s))
		total.Funded, total.Used = total.Funded+s.Funded, total.Used+s.Used
		total.Returned, total.TakenBack = total.Returned+s.Returned, total.TakenBack+s.TakenBack
	}
	t.Foot = []ui.Row{cells(total)}
	return t
}

func signatures(c ending.Closing) []ui.SummaryRow {
	row := func(label, name, title string, signed bool, at string) ui.SummaryRow {
		if !signed {
			return ui.SummaryRow{Key: label, Body: ui.Tag(ui.Warn, "à signer")}
		}
		return ui.SummaryRow{Key: label, Value: name + ", " + title + ", le " + at}
	}
	at := func(side ending.Side) (bool, string) {
		when := c.OperatorSignedAt
		if side == ending.ForCommanditaire {
			when = c.ClientSignedAt
		}
		if when == nil {
			return false, ""
		}
		return true, format.DateTime(*when)
	}
	operatorSigned, operatorAt := at(ending.ForOperator)
	clientSigned, clientAt := at(ending.ForCommanditaire)
	return []ui.SummaryRow{
		row("Pour l’opérateur", c.OperatorSignatory, c.OperatorTitle, operatorSigned, operatorAt),
		row("Pour le commanditaire", c.ClientSignatory, c.ClientTitle, clientSigned, clientAt),
		{Key: "Empreinte", Value: hex.EncodeToString(c.DocumentHash)[:16] + "…"},
	}
}

func (h *Handlers) paper(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	name, content, err := h.Endings.Paper(r.Context(), httpx.Actor(r), h.side, id)
	if err != nil {
		return err
	}
	return httpx.PDF(w, name, content)
}

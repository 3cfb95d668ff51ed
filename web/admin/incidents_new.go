package admin

import (
	"errors"
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/incident"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// newIncidentView is, one after the other: the search of a chèque, the choice of
// one, the form.
type newIncidentView struct {
	Serial, Rank string
	SearchError  string
	Found        *ui.TableArgs
	Gesture      string // a gesture on the line, when one came from it
	Form         *incidentForm
	Errors       ui.Errors
}

type incidentForm struct {
	Facts      []ui.SummaryRow
	Kinds      []ui.Option
	Orders     []ui.Option
	Redemption string
	Line       string
	Kind       string
	Amount     string
	Reason     string
	Hint       string
}

func (h *IncidentHandlers) start(w http.ResponseWriter, r *http.Request) error {
	return h.renderNew(w, r, http.StatusOK, httpx.Query(r), nil)
}

// renderNew shows the step that what is known so far leads to.
func (h *IncidentHandlers) renderNew(w http.ResponseWriter, r *http.Request, code int, known httpx.Values, refusal *fault.Error) error {
	page := httpx.Page(r, "Nouvel incident")
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Incidents", Href: urls.AdminIncidents()}, {Label: "Nouveau"}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := newIncidentView{Serial: known.Get("carnet"), Rank: known.Get("rang"), Errors: page.Errors}
	redemption, ofCheque := known.UUID("encaissement")
	line, ofLine := known.UUID("ligne")
	var err error
	switch {
	case ofCheque:
		v.Form, err = h.formOfCheque(r, known, redemption)
	case ofLine && known.Get("nature") == string(incident.Gesture):
		v.Form, err = h.formOfLine(r, known, line)
	case ofLine:
		err = h.chequesOfLine(r, &v, line)
	case v.Serial != "":
		err = h.search(r, &v)
	}
	if err != nil {
		return err
	}
	if v.SearchError != "" {
		code = http.StatusUnprocessableEntity
	}
	return httpx.Render(w, r, code, newIncidentPage(page, v))
}

func (h *IncidentHandlers) search(r *http.Request, v *newIncidentView) error {
	rank, _ := httpx.Query(r).Int("rang")
	found, err := h.Incidents.FindCheques(r.Context(), httpx.Actor(r), v.Serial, rank)
	if errors.Is(err, incident.ErrNoCheque) {
		v.SearchError = incident.ErrNoCheque.Sentence
		return nil
	}
	if err != nil {
		return err
	}
	table := targetsTable(found)
	v.Found = &table
	return nil
}

func (h *IncidentHandlers) chequesOfLine(r *http.Request, v *newIncidentView, line uuid.UUID) error {
	cheques, _, err := h.Incidents.ChequesOfLine(r.Context(), httpx.Actor(r), line)
	if err != nil {
		return err
	}
	table := targetsTable(cheques)
	v.Found, v.Gesture = &table, urls.NewGesture(line)
	return nil
}

func targetsTable(found []incident.Target) ui.TableArgs {
	t := ui.TableArgs{Caption: "Chèques encaissés", HideCaption: true, Columns: ui.Columns("Chèque", "Structure", "Encaissé le", "#Valeur", "#Déjà repris", "Paiement"),
		Empty: ui.EmptyArgs{Title: "Aucun chèque", Body: "Ce paiement ne porte aucun chèque."}}
	for _, c := range found {
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Link(c.Serial+", n°\u00a0"+format.Number(c.Rank), urls.NewIncidentOfCheque(*c.RedemptionID)), c.OrderNumber+", "+c.Commanditaire),
			ui.Text(c.Structure), ui.Text(format.Date(*c.RedeemedOn)), ui.Amount(c.AmountCents), ui.Amount(c.TakenCents), ui.Text(orDash(c.Number))))
	}
	return t
}

func orDash(s string) string {
	if s == "" {
		return "pas encore payé"
	}
	return s
}

func (h *IncidentHandlers) formOfCheque(r *http.Request, known httpx.Values, redemption uuid.UUID) (*incidentForm, error) {
	t, err := h.Incidents.Cheque(r.Context(), httpx.Actor(r), redemption)
	if err != nil {
		return nil, err
	}
	return &incidentForm{
		Redemption: redemption.String(), Kind: known.Get("nature"), Amount: known.Get("montant"), Reason: known.Get("motif"),
		Hint:  "Au plus " + t.LeftCents().String() + " pour reprendre ce chèque, " + t.FeesCents.String() + " pour un geste.",
		Kinds: proposalKinds(known.Get("nature"), false),
		Facts: []ui.SummaryRow{
			{Key: "Chèque", Value: t.Serial + ", n°\u00a0" + format.Number(t.Rank)}, {Key: "Structure", Value: t.Structure},
			{Key: "Commande", Value: t.OrderNumber + ", " + t.Commanditaire}, {Key: "Encaissé le", Value: format.Date(*t.RedeemedOn)},
			{Key: "Valeur", Value: t.AmountCents.String() + ", dont " + t.TakenCents.String() + " déjà repris ou proposés"}, {Key: "Paiement", Value: orDash(t.Number)},
		},
	}, nil
}

func (h *IncidentHandlers) formOfLine(r *http.Request, known httpx.Values, line uuid.UUID) (*incidentForm, error) {
	_, orders, err := h.Incidents.ChequesOfLine(r.Context(), httpx.Actor(r), line)
	if err != nil {
		return nil, err
	}
	f := &incidentForm{Line: line.String(), Kind: string(incident.Gesture), Amount: known.Get("montant"), Reason: known.Get("motif"), Kinds: proposalKinds(string(incident.Gesture), true),
		Facts: []ui.SummaryRow{{Key: "Structure", Value: orders[0].Structure}, {Key: "Paiement", Value: orders[0].Number}}}
	for _, t := range orders {
		f.Orders = append(f.Orders, ui.Option{Value: t.OrderID.String(), Label: t.OrderNumber + ", " + t.Commanditaire, Hint: "Frais disponibles\u00a0: " + t.FeesCents.String()})
	}
	f.Orders = ui.Selected(f.Orders, known.Get("commande"))
	f.Hint = "Pris sur les frais de la commande, jamais sur l’argent des chèques."
	return f, nil
}

func proposalKinds(chosen string, gestureOnly bool) []ui.Option {
	gesture := ui.Option{Value: string(incident.Gesture), Label: "Geste commercial", Hint: "La structure reçoit une somme de plus, prise sur les frais de l’opérateur."}
	if gestureOnly {
		return ui.Selected([]ui.Option{gesture}, chosen)
	}
	return ui.Selected([]ui.Option{
		{Value: string(incident.Overpayment), Label: "Trop-perçu", Hint: "La séance n’a pas eu lieu, ou a été comptée deux fois. La valeur revient au commanditaire."},
		{Value: string(incident.Fraud), Label: "Fraude", Hint: "La structure n’aurait jamais dû encaisser ce chèque. La valeur revient au commanditaire."},
		gesture,
	}, chosen)
}

func (h *IncidentHandlers) propose(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	p := incident.Proposal{Kind: incident.Kind(form.Get("nature")), Reason: form.Get("motif")}
	p.Amount, _ = form.Cents("montant")
	p.RedemptionID, _ = form.UUID("encaissement")
	p.LineID, _ = form.UUID("ligne")
	p.OrderID, _ = form.UUID("commande")
	id, err := h.Incidents.Propose(r.Context(), httpx.Actor(r), p)
	if errors.Is(err, incident.ErrNoCheque) {
		return err
	}
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderNew(w, r, httpx.Status(refusal.Kind), form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "L’incident est proposé. Une autre personne doit le décider\u00a0: rien n’a bougé.")
	return httpx.SeeOther(w, r, urls.AdminIncident(id))
}

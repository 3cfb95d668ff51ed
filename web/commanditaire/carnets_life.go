package commanditaire

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/custody"
	"passnum/internal/fault"
	"passnum/web/custodyui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type lifeView struct {
	serial string
	lead   string
	steps  []ui.Step
	facts  []ui.SummaryRow
}

// life is one carnet from printing to person.
func (h *CarnetHandlers) life(w http.ResponseWriter, r *http.Request) error {
	life, err := h.Custody.Life(r.Context(), httpx.Actor(r), chi.URLParam(r, "serial"))
	if fault.Is(err, fault.KindInvalid) {
		return httpx.ErrNotFound
	}
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Carnet "+life.Serial)
	p.Crumbs = []ui.Crumb{{Label: "Carnets", Href: urls.Carnets()}, {Label: life.Serial}}
	v := lifeView{serial: life.Serial, lead: "Commande " + life.OrderNumber + ", «\u00a0" + life.Title + "\u00a0»"}
	v.facts = []ui.SummaryRow{{Key: "Où", Body: custodyui.BucketTag(life.Bucket)}, {Key: "Commande", Body: ui.Link(life.OrderNumber, urls.Order(life.OrderID))}}
	if life.Point != "" {
		v.facts = append(v.facts, ui.SummaryRow{Key: "Point", Value: life.Point})
	}
	if life.TransferID != nil {
		v.facts = append(v.facts, ui.SummaryRow{Key: "Transfert", Body: ui.Link("Voir le transfert", urls.CarnetTransfer(*life.TransferID))})
	}
	if life.CaseID != nil {
		v.facts = append(v.facts, ui.SummaryRow{Key: "Écart", Body: ui.Link("Voir l’écart", urls.CarnetCase(*life.CaseID))})
	}
	for i, m := range life.Moves {
		step := lifeStep(m)
		if i == len(life.Moves)-1 {
			step.State = ui.Current
		}
		v.steps = append(v.steps, step)
	}
	return httpx.Render(w, r, http.StatusOK, lifePage(p, v))
}

var moveWords = map[string]string{
	"fabrication": "Fabriqué", "expedition": "Expédié", "depart": "Parti", "retour": "Rendu", "reception": "Reçu", "annulation_envoi": "Envoi annulé",
	"ecart": "En écart à la réception", "retrouve": "Retrouvé chez le destinataire", "restitution": "Resté ou revenu chez l’expéditeur", "perte": "Déclaré perdu",
	"remise": "Remis à une personne", "annulation_remise": "Remise annulée", "opposition": "Bloqué par une opposition", "mainlevee": "Opposition levée",
	"remplacement": "Remplacement", "peremption": "Périmé",
}

func lifeStep(m custody.Move) ui.Step {
	step := ui.Step{Label: moveWords[m.Kind], Date: format.DateTime(m.At), State: ui.Done}
	var parts []string
	if m.TransferNumber != "" {
		parts = append(parts, m.TransferNumber+", de «\u00a0"+m.FromLabel+"\u00a0» à «\u00a0"+m.ToLabel+"\u00a0»")
	} else if m.Point != "" {
		parts = append(parts, m.Point)
	}
	if m.CaseNumber != "" {
		parts = append(parts, "écart "+m.CaseNumber)
	}
	if m.Who != "" {
		parts = append(parts, m.Who)
	}
	if m.Note != "" {
		parts = append(parts, m.Note)
	}
	for i, part := range parts {
		if i > 0 {
			step.Note += " · "
		}
		step.Note += part
	}
	return step
}

// notFound says, on the search field's page, why there is no such carnet.
func (h *CarnetHandlers) notFound(w http.ResponseWriter, r *http.Request, typed string, err error) error {
	refusal, ok := fault.As(err)
	if !ok {
		return err
	}
	p := httpx.Page(r, "Chercher un carnet")
	p.Crumbs = []ui.Crumb{{Label: "Carnets", Href: urls.Carnets()}, {Label: "Chercher"}}
	status := http.StatusOK
	if typed != "" {
		shown := fault.Field("carnet", refusal.Sentence)
		if len(refusal.Fields) > 0 {
			shown = refusal
		}
		p.Errors, status = ui.ErrorsFrom(shown), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, findPage(p, typed))
}

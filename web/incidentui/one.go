package incidentui

import (
	"passnum/internal/incident"
	"passnum/internal/money"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// Facts are what an incident says of itself.
func Facts(i incident.Incident, reader Reader) []ui.SummaryRow {
	rows := []ui.SummaryRow{{Key: "Montant", Value: i.AmountCents.String()}, {Key: "Structure", Value: i.Structure}, {Key: "Commande", Value: i.OrderNumber + ", " + i.Commanditaire}}
	if i.Serial != "" {
		rows = append(rows, ui.SummaryRow{Key: "Chèque", Value: i.Serial + ", n°\u00a0" + format.Number(i.Rank) + ", encaissé le " + format.Date(*i.RedeemedOn)})
	}
	if i.OriginNumber != "" && reader == ForOperator {
		rows = append(rows, ui.SummaryRow{Key: "Payé par", Body: ui.Link(i.OriginNumber, urls.AdminPaymentLine(*i.OriginBatchID, *i.OriginLineID))})
	}
	if i.CancelsNumber != "" && reader == ForOperator {
		rows = append(rows, ui.SummaryRow{Key: "Annule", Body: ui.Link(i.CancelsNumber, urls.AdminIncident(*i.CancelsID))})
	}
	if i.RecoveredOn != nil {
		rows = append(rows, ui.SummaryRow{Key: "Reçu le", Value: format.Date(*i.RecoveredOn)})
	}
	return append(rows, ui.SummaryRow{Key: "Motif", Value: i.Reason})
}

// Effects explains what an incident changes, and for whom.
func Effects(i incident.Incident) []string {
	amount := i.AmountCents
	if amount < 0 {
		amount = -amount
	}
	switch {
	case i.State == incident.Refused:
		return []string{"Rien\u00a0: il a été refusé."}
	case i.Kind.Takes():
		return taking(i, amount)
	case i.Kind == incident.Gesture:
		return []string{"La structure reçoit " + amount.String() + " de plus à son prochain paiement.", "La somme est prise sur les frais de l’opérateur pour cette commande. L’argent des chèques n’est pas touché."}
	case i.Kind == incident.Recovery:
		return []string{"La structure a versé " + amount.String() + " sur le compte dédié\u00a0: ce qu’elle devait diminue d’autant."}
	default:
		return []string{"L’incident " + i.CancelsNumber + " ne compte plus\u00a0: son montant contraire figure au prochain relevé de la structure.", "L’un et l’autre restent visibles."}
	}
}

func taking(i incident.Incident, amount money.Cents) []string {
	verb := "sont retenus"
	if i.State == incident.Proposed {
		verb = "seraient retenus"
	}
	return []string{
		amount.String() + " " + verb + " sur le prochain paiement de la structure. S’il ne suffit pas, le reste est reporté, ou la structure le rembourse.",
		"La même somme est due au commanditaire\u00a0: elle lui revient à la clôture de la commande " + i.OrderNumber + ".",
		"Le chèque reste utilisé\u00a0: l’habitant a reçu un service, ou ne peut plus s’en servir. Son carnet ne change pas.",
	}
}

// History is an incident's life, step by step.
func History(i incident.Incident) []ui.Step {
	steps := []ui.Step{{Label: "Proposé", Date: format.ShortDate(i.ProposedAt), Note: i.ProposedByName, State: ui.Done}}
	if i.Kind == incident.Recovery {
		steps[0].Label = "Versement enregistré"
	} else {
		steps = append(steps, decision(i))
	}
	if i.State == incident.Refused {
		return steps
	}
	statement := ui.Step{Label: "Sur un relevé de la structure", State: ui.Next}
	if i.State == incident.Decided {
		statement.State, statement.Note = ui.Current, i.Standing()
		if i.LineNumber != "" && i.LineState != "preparee" {
			statement.State = ui.Done
		}
	}
	return append(steps, statement)
}

func decision(i incident.Incident) ui.Step {
	step := ui.Step{Label: "Décidé par une autre personne", State: ui.Current}
	if i.DecidedAt != nil {
		step.Date, step.Note, step.State = format.ShortDate(*i.DecidedAt), i.DecidedByName, ui.Done
		if i.State == incident.Refused {
			step.Label = "Refusé"
		}
		if i.Decision != "" {
			step.Note += "\u00a0: " + i.Decision
		}
	}
	return step
}

package invoicing

import (
	"strings"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/order"
)

// most is the face value that the factures still hold.
func most(open []faceLeft) money.Cents {
	var sum money.Cents
	for _, f := range open {
		sum += f.Left
	}
	return sum
}

// nextParts shares out the next cents that come back, of an order whose factures
// still hold left: those that follow what was given back already.
func nextParts(o order.Order, left, face money.Cents) []Part {
	given := max(0, o.FaceTotal()-left)
	before := o.Positions(order.Flow{Returned: given})
	var parts []Part
	for i, p := range o.Positions(order.Flow{Returned: given + face}) {
		if amount := p.Returned - before[i].Returned; amount > 0 {
			parts = append(parts, Part{p.OrganisationID, amount})
		}
	}
	return parts
}

// onFactures writes each funder's part on the factures of who was billed for it,
// the oldest first. What they no longer hold goes to the others: the whole sum is
// always credited.
func onFactures(o order.Order, a Avoir, open []faceLeft) []money.Cents {
	due := map[uuid.UUID]money.Cents{}
	for _, p := range a.Parts {
		due[billedFor(o, p.FunderID)] += p.Amount
	}
	credits, rest := make([]money.Cents, len(open)), a.Face
	for i, f := range open {
		credits[i] = min(f.Left, due[f.BuyerID], rest)
		due[f.BuyerID] -= credits[i]
		rest -= credits[i]
	}
	for i, f := range open {
		more := min(f.Left-credits[i], rest)
		credits[i] += more
		rest -= more
	}
	return credits
}

// billedFor is who has the facture of a funder's part: itself when it pays the
// dedicated account, else the commanditaire.
func billedFor(o order.Order, funder uuid.UUID) uuid.UUID {
	for _, c := range o.Cofunders {
		if c.OrganisationID == funder && c.Direct && !c.Pending {
			return funder
		}
	}
	return o.CommanditaireID
}

// refundedTo says in words who gets the money, and each funder's part of it.
func refundedTo(o order.Order, parts []Part) string {
	text := ". Somme rendue au commanditaire, " + o.Commanditaire
	if len(o.Cofunders) == 0 || len(parts) == 0 {
		return text + "."
	}
	names := map[uuid.UUID]string{o.CommanditaireID: o.Commanditaire}
	for _, c := range o.Cofunders {
		names[c.OrganisationID] = c.Name
	}
	var told []string
	for _, p := range parts {
		if p.Amount > 0 {
			told = append(told, names[p.FunderID]+", "+p.Amount.String())
		}
	}
	return text + ", qui remet à chaque financeur sa part\u00a0: " + strings.Join(told, "\u00a0; ") + "."
}

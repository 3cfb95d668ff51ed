package settlement

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/money"
)

// Share is what one order bears of a line. A negative net is what the structure
// owes this order: the line pays that much less.
type Share struct {
	LineID          uuid.UUID
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	StructureID     uuid.UUID
	GrossCents      money.Cents
	AdjustCents     money.Cents
	RateBasisPoints money.BasisPoints // of the downstream fee
	FeeCents        money.Cents
	VATCents        money.Cents
	NetCents        money.Cents
}

// portion is what a structure is owed on one order, before the fee.
type portion struct {
	CommanditaireID, OrderID uuid.UUID
	Rate                     money.BasisPoints
	Gross, Adjust            money.Cents
}

// charge takes each order's fee on its own gross, the VAT on the whole line, and
// shares that VAT between the orders in proportion of their fees, to the cent.
// The shares come in the order of the orders' identifiers.
func charge(portions []portion) []Share {
	slices.SortFunc(portions, func(a, b portion) int { return bytes.Compare(a.OrderID[:], b.OrderID[:]) })
	shares, fees := make([]Share, len(portions)), make([]money.Cents, len(portions))
	var fee money.Cents
	for i, p := range portions {
		fees[i] = p.Rate.Of(p.Gross)
		fee += fees[i]
		shares[i] = Share{CommanditaireID: p.CommanditaireID, OrderID: p.OrderID, GrossCents: p.Gross, AdjustCents: p.Adjust, RateBasisPoints: p.Rate, FeeCents: fees[i]}
	}
	for i, vat := range spread(money.VATStandard.Of(fee), fees) {
		shares[i].VATCents = vat
		shares[i].NetCents = shares[i].GrossCents + shares[i].AdjustCents - shares[i].FeeCents - vat
	}
	return shares
}

// spread shares a total by weights, the largest remainders first; equal ones in
// their order. Weights are not negative; a total without weight is zero.
func spread(total money.Cents, weights []money.Cents) []money.Cents {
	parts := make([]money.Cents, len(weights))
	var sum money.Cents
	for _, w := range weights {
		sum += w
	}
	if sum == 0 {
		return parts
	}
	rest, order := total, make([]int, len(weights))
	for i, w := range weights {
		parts[i] = total * w / sum
		rest -= parts[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(total*weights[b]%sum, total*weights[a]%sum) })
	for _, i := range order[:rest] {
		parts[i]++
	}
	return parts
}

// sums adds shares up into what a line says.
func sums(shares []Share) (gross, adjust, fee, vat, net money.Cents) {
	for _, s := range shares {
		gross += s.GrossCents
		adjust += s.AdjustCents
		fee += s.FeeCents
		vat += s.VATCents
		net += s.NetCents
	}
	return gross, adjust, fee, vat, net
}

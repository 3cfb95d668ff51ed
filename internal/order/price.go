package order

import "passnum/internal/money"

// StandardFee is the rate of the operator's fees when nothing else is agreed.
const StandardFee money.BasisPoints = 400

// Quote is what an order costs. The face value carries no VAT; fees and
// services do.
type Quote struct {
	Face     money.Cents
	FeeRate  money.BasisPoints
	Fees     money.Cents // before tax
	Services money.Cents // before tax
	VAT      money.Cents
	Total    money.Cents
	// Own is the part of the face value the commanditaire pays itself.
	Own money.Cents
}

// Work is everything the operator earns, before tax.
func (q Quote) Work() money.Cents { return q.Fees + q.Services }

// Price computes the quote of a specification. VAT is computed once on the sum
// of fees and services, so that the lines of a quote cannot drift by a cent.
func Price(s Specification, fee money.BasisPoints) Quote {
	q := Quote{Face: s.FaceTotal(), FeeRate: fee, Own: s.OwnShare()}
	q.Fees = fee.Of(q.Face)
	for _, line := range s.Services {
		q.Services += line.Amount
	}
	q.VAT = money.VATStandard.Of(q.Fees + q.Services)
	q.Total = q.Face + q.Fees + q.Services + q.VAT
	return q
}

package order

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
)

// StandardFee is the rate of the operator's fees when nothing else is agreed.
const StandardFee money.BasisPoints = 400

// Pricing is what the operator asks for an order, agreed before the quote is
// signed.
type Pricing struct {
	Fee        money.BasisPoints // upstream: paid by the commanditaire, on the face value ordered
	Fixed      money.Cents       // paid by the commanditaire, before tax
	FeeTax     Tax               // of both
	Downstream money.BasisPoints // kept from structures, on what is really used, before tax
	HoldDays   int               // how long a chèque taken waits before it may be paid
}

// DownstreamFee is what the operator keeps from a structure that is paid gross:
// the fee at a rate, and the VAT on it. The structure gets the rest.
func DownstreamFee(rate money.BasisPoints, gross money.Cents) (fee, vat money.Cents) {
	fee = rate.Of(gross)
	return fee, money.VATStandard.Of(fee)
}

// LineKind says what a line of a quote sells.
type LineKind string

// The lines of a quote, in their order.
const (
	LineFace    LineKind = "valeur_faciale"
	LineFee     LineKind = "frais"
	LineFixed   LineKind = "forfait"
	LineService LineKind = "service"
)

// QuoteLine is one line of a quote, or the part of one that a due asks for.
type QuoteLine struct {
	Kind        LineKind
	Service     ServiceKind // of a LineService
	Description string      // what is agreed for a service
	Amount      money.Cents // before tax
	Tax         Tax
}

// Due is what must be paid at one moment: at the order, or once a report is
// delivered. VAT is rounded once per rate and per due, because each due has its
// own invoice: the VAT of a quote is the sum of its dues, to the cent.
type Due struct {
	MilestoneID uuid.UUID // Nil at the order
	Label       string
	AtOrder     bool
	ReportedAt  *time.Time // when it became due; nil at the order, or not yet
	Lines       []QuoteLine
	Taxes       []TaxTotal
	Face        money.Cents
	Fees        money.Cents // fees and services, before tax
	VAT         money.Cents
}

// Total is the whole sum due.
func (d Due) Total() money.Cents { return d.Face + d.Fees + d.VAT }

// Reached reports whether the sum may be asked for.
func (d Due) Reached() bool { return d.AtOrder || d.ReportedAt != nil }

// Quote is what an order costs. The face value carries no VAT; fees and
// services do, each at its own rate.
type Quote struct {
	Face     money.Cents
	FeeRate  money.BasisPoints
	Fees     money.Cents // at the rate, before tax
	Fixed    money.Cents // before tax
	Services money.Cents // before tax
	VAT      money.Cents
	Total    money.Cents
	// Own is the part of the face value the commanditaire pays itself.
	Own money.Cents

	Lines []QuoteLine
	Dues  []Due // at the order first, then each milestone
	Taxes []TaxTotal
}

// Work is everything the operator earns from the commanditaire, before tax.
func (q Quote) Work() money.Cents { return q.Fees + q.Fixed + q.Services }

// AtOrder is what is due at the order: nothing circulates before it is paid.
func (q Quote) AtOrder() Due { return q.Dues[0] }

// Price computes the quote of a specification.
func Price(s Specification, p Pricing) Quote {
	q := Quote{Face: s.FaceTotal(), FeeRate: p.Fee, Fees: p.Fee.Of(s.FaceTotal()), Fixed: p.Fixed, Own: s.OwnShare()}
	first := Due{AtOrder: true, Label: "À la commande"}
	first.add(QuoteLine{Kind: LineFace, Amount: q.Face, Tax: FaceTax})
	first.add(QuoteLine{Kind: LineFee, Amount: q.Fees, Tax: p.FeeTax.settled()})
	first.add(QuoteLine{Kind: LineFixed, Amount: q.Fixed, Tax: p.FeeTax.settled()})
	q.Lines = slices.Clone(first.Lines)
	var later []Due
	for _, service := range s.Services {
		line := QuoteLine{Kind: LineService, Service: service.Kind, Description: service.Description, Amount: service.Amount, Tax: service.Tax.settled()}
		q.Lines = append(q.Lines, line)
		q.Services += line.Amount
		for i, part := range service.parts() {
			m := service.schedule()[i]
			if line.Amount = part; m.AtOrder {
				first.add(line)
				continue
			}
			due := Due{MilestoneID: m.ID, Label: m.Label, ReportedAt: m.ReportedAt}
			due.add(line)
			later = append(later, due)
		}
	}
	q.Dues = append([]Due{first}, later...)
	for i := range q.Dues {
		q.Dues[i].close()
		q.VAT += q.Dues[i].VAT
		q.Taxes = addTaxes(q.Taxes, q.Dues[i].Taxes)
	}
	q.Total = q.Face + q.Work() + q.VAT
	return q
}

// add appends a line; one that costs nothing is left out.
func (d *Due) add(line QuoteLine) {
	switch {
	case line.Amount == 0:
		return
	case line.Kind == LineFace:
		d.Face += line.Amount
	default:
		d.Fees += line.Amount
	}
	d.Lines = append(d.Lines, line)
}

// close computes the VAT of a due, once per rate.
func (d *Due) close() {
	for _, line := range d.Lines {
		d.Taxes = addTaxes(d.Taxes, []TaxTotal{{Tax: line.Tax, Base: line.Amount}})
	}
	for i := range d.Taxes {
		d.Taxes[i].VAT = d.Taxes[i].Of(d.Taxes[i].Base)
		d.VAT += d.Taxes[i].VAT
	}
}

// addTaxes sums totals of the same tax.
func addTaxes(totals, more []TaxTotal) []TaxTotal {
	for _, one := range more {
		i := slices.IndexFunc(totals, func(t TaxTotal) bool { return t.Tax == one.Tax })
		if i < 0 {
			totals = append(totals, TaxTotal{Tax: one.Tax})
			i = len(totals) - 1
		}
		totals[i].Base += one.Base
		totals[i].VAT += one.VAT
	}
	slices.SortStableFunc(totals, compareTaxes)
	return totals
}

package invoicing

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Bill is what one payer owes at one moment of an order, billed or not. Its
// cause names that moment: the order itself, or a milestone.
type Bill struct {
	OrderID         uuid.UUID
	CommanditaireID uuid.UUID
	PayerID         uuid.UUID
	Payer           string
	CauseID         uuid.UUID
	Label           string
	Reached         bool // it may be asked for
	DeliveredOn     time.Time
	Lines           []Line
	Face            money.Cents
	Fees            money.Cents
	VAT             money.Cents
}

// Total is the whole sum of the bill.
func (b Bill) Total() money.Cents { return b.Face + b.Fees + b.VAT }

// bills shares out an order's price: co-funders who pay themselves owe their
// part of the face value, the commanditaire owes the rest and every fee.
func bills(o order.Order) []Bill {
	var list []Bill
	for _, due := range o.Quote().Dues {
		rest := due.Face
		if due.AtOrder {
			for _, c := range o.Cofunders {
				if !c.Direct || c.Pending || c.Share <= 0 {
					continue
				}
				rest -= c.Share
				b := newBill(o, due, c.OrganisationID, c.Name)
				b.add(faceLine(o, c.Share))
				list = append(list, b)
			}
		}
		list = append(list, commanditaireBill(o, due, rest))
	}
	return list
}

func commanditaireBill(o order.Order, due order.Due, face money.Cents) Bill {
	b := newBill(o, due, o.CommanditaireID, o.Commanditaire)
	if face > 0 {
		b.add(faceLine(o, face))
	}
	for _, line := range due.Lines {
		if line.Kind != order.LineFace {
			b.add(workLine(o, line))
		}
	}
	b.VAT = due.VAT
	return b
}

func newBill(o order.Order, due order.Due, payer uuid.UUID, name string) Bill {
	b := Bill{OrderID: o.ID, CommanditaireID: o.CommanditaireID, PayerID: payer, Payer: name, CauseID: o.ID, Label: due.Label, Reached: due.Reached()}
	if !due.AtOrder {
		b.CauseID = due.MilestoneID
	}
	if due.ReportedAt != nil {
		b.DeliveredOn = postgres.Day(*due.ReportedAt)
	}
	return b
}

func (b *Bill) add(line Line) {
	b.Lines = append(b.Lines, line)
	if line.Key == keyFace {
		b.Face += line.Amount
	} else {
		b.Fees += line.Amount
	}
}

// keyFace is the line of the chèques' own value.
const keyFace = "valeur_faciale"

// faceLine counts chèques when the sum is a whole number of them; a share that
// is not is one line of its own amount.
func faceLine(o order.Order, amount money.Cents) Line {
	line := Line{Key: keyFace, Label: "Chèques Pass numérique de " + o.FaceValue.Short() + ", valeur faciale", Quantity: 1, Unit: amount, Amount: amount, Tax: order.FaceTax}
	if o.FaceValue > 0 && amount%o.FaceValue == 0 {
		line.Quantity, line.Unit = int(amount/o.FaceValue), o.FaceValue
	} else {
		line.Label += " (quote-part)"
	}
	return line
}

func workLine(o order.Order, line order.QuoteLine) Line {
	w := Line{Key: string(line.Kind), Quantity: 1, Unit: line.Amount, Amount: line.Amount, Tax: line.Tax}
	switch line.Kind {
	case order.LineFee:
		w.Label = "Frais de gestion, " + o.Fee.String() + " de la valeur faciale"
	case order.LineFixed:
		w.Label = "Frais fixes de mise en place"
	default:
		w.Key += ":" + string(line.Service)
		if w.Label = line.Service.Label(); line.Description != "" {
			w.Label += "\u00a0: " + line.Description
		}
	}
	return w
}

// unbilled keeps the bills of which no facture was ever issued.
func unbilled(ctx context.Context, tx *postgres.Tx, list []Bill) ([]Bill, error) {
	if len(list) == 0 {
		return nil, nil
	}
	type done struct{ BuyerID, CauseID uuid.UUID }
	rows, err := postgres.All[done](ctx, tx, `SELECT buyer_id, cause_id FROM invoices WHERE commanditaire_id = @commanditaire AND order_id = @order AND kind = 'facture'`,
		postgres.Args{"commanditaire": list[0].CommanditaireID, "order": list[0].OrderID})
	if err != nil {
		return nil, fmt.Errorf("read what was billed: %w", err)
	}
	known := map[done]bool{}
	for _, row := range rows {
		known[row] = true
	}
	var left []Bill
	for _, b := range list {
		if b.Total() > 0 && !known[done{b.PayerID, b.CauseID}] {
			left = append(left, b)
		}
	}
	return left, nil
}

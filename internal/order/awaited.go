package order

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Receipt is money received in the dedicated account for an order.
type Receipt struct {
	ID         uuid.UUID
	Mandat     string
	Face       money.Cents
	Fees       money.Cents
	VAT        money.Cents
	ReceivedOn time.Time
	RecordedAt time.Time
	RecordedBy string
	PayerID    *uuid.UUID // nil for the commanditaire
	Payer      string     // its name, when it is not the commanditaire
}

// Total is the whole sum received.
func (r Receipt) Total() money.Cents { return r.Face + r.Fees + r.VAT }

// from names the payer that a refusal is about, when it is not the commanditaire.
func (r Receipt) from() string {
	if r.Payer == "" {
		return ""
	}
	return " de la part de " + r.Payer
}

// received sums the receipts.
func (o Order) received() (sum Receipt) {
	for _, r := range o.Funds {
		sum.Face, sum.Fees, sum.VAT = sum.Face+r.Face, sum.Fees+r.Fees, sum.VAT+r.VAT
	}
	return sum
}

// Received is everything that came for the order, fees and VAT included.
func (o Order) Received() money.Cents { return o.received().Total() }

// Missing is what activation waits for and no receipt has brought yet: what the
// quote asks for at the order. Later milestones keep nothing waiting.
func (o Order) Missing() Receipt { return o.lacking(Due.isAtOrder) }

// Outstanding is what may be asked for today and was not received: at the order,
// and the milestones whose report was declared.
func (o Order) Outstanding() Receipt { return o.lacking(Due.Reached) }

func (d Due) isAtOrder() bool { return d.AtOrder }

func (o Order) lacking(counts func(Due) bool) Receipt {
	got := o.received()
	m := Receipt{Face: -got.Face, Fees: -got.Fees, VAT: -got.VAT}
	for _, due := range o.Quote().Dues {
		if counts(due) {
			m.Face, m.Fees, m.VAT = m.Face+due.Face, m.Fees+due.Fees, m.VAT+due.VAT
		}
	}
	m.Face, m.Fees, m.VAT = max(0, m.Face), max(0, m.Fees), max(0, m.VAT)
	return m
}

// FullyFunded reports whether everything due at the order was received.
func (o Order) FullyFunded() bool { return o.Missing().Total() == 0 }

// AwaitsFunds reports whether some money may be attested today.
func (o Order) AwaitsFunds() bool { return o.State.AcceptsFunds() && o.Outstanding().Total() > 0 }

// paid is the face value that a payer brought; nil for the commanditaire.
func (o Order) paid(payer *uuid.UUID) (sum money.Cents) {
	for _, r := range o.Funds {
		if payer == nil && r.PayerID == nil || payer != nil && r.PayerID != nil && *payer == *r.PayerID {
			sum += r.Face
		}
	}
	return sum
}

// Payers is what is awaited today, payer by payer: each co-funder that pays into
// the dedicated account itself, and the commanditaire for all the rest.
func (o Order) Payers() []Receipt {
	rest := o.Outstanding()
	var list []Receipt
	for _, c := range o.Cofunders {
		if !c.Direct || c.Pending {
			continue
		}
		if left := min(rest.Face, max(0, c.Share-o.paid(&c.OrganisationID))); left > 0 {
			list = append(list, Receipt{Face: left, PayerID: &c.OrganisationID, Payer: c.Name})
			rest.Face -= left
		}
	}
	if rest.Total() > 0 {
		list = append(list, rest)
	}
	return list
}

// wanted is what a payer may bring today. A co-funder that was to pay through the
// commanditaire may pay itself, within its share.
func (o Order) wanted(payer *uuid.UUID) (Receipt, error) {
	var own Receipt // what is awaited from the commanditaire
	for _, r := range o.Payers() {
		if r.PayerID == nil {
			own = r
		} else if payer != nil && *r.PayerID == *payer {
			return r, nil
		}
	}
	if payer == nil {
		return own, nil
	}
	for _, c := range o.Cofunders {
		if c.OrganisationID == *payer {
			left := Receipt{PayerID: payer, Payer: c.Name}
			if !c.Direct {
				left.Face = min(own.Face, max(0, c.Share-o.paid(payer)))
			}
			return left, nil
		}
	}
	return Receipt{}, fault.Field("payeur", "Cette organisation ne finance pas la commande\u00a0: choisissez le commanditaire ou l’un de ses cofinanceurs.")
}

// payer names who paid.
func (o Order) payer(id *uuid.UUID) string {
	for _, c := range o.Cofunders {
		if id != nil && c.OrganisationID == *id {
			return c.Name
		}
	}
	return o.Commanditaire
}

// Awaited is money that an order expects of one payer; PayerID is nil for its
// commanditaire.
type Awaited struct {
	OrderID         uuid.UUID
	CommanditaireID uuid.UUID
	Number          string
	Commanditaire   string
	SIRET           string // of the payer
	Payer           string // its name
	Engagement      string
	Face, Fees, VAT money.Cents
	PayerID         *uuid.UUID
}

// Total is the whole sum awaited.
func (a Awaited) Total() money.Cents { return a.Face + a.Fees + a.VAT }

type waitingRow struct {
	ID    uuid.UUID
	SIRET string
}

// Awaiting lists the money that orders expect today, by order number, in the
// caller's platform transaction.
func Awaiting(ctx context.Context, tx *postgres.Tx) ([]Awaited, error) {
	waiting, err := postgres.All[waitingRow](ctx, tx, `
		SELECT o.id, g.siret FROM orders o JOIN organisations g ON g.id = o.commanditaire_id
		WHERE o.state IN ('signee', 'cadrage', 'bat_propose', 'bat_valide', 'fabrication', 'expediee', 'livree') OR o.state IN ('fonds_attestes', 'active')
			AND EXISTS (SELECT 1 FROM order_milestones m WHERE m.commanditaire_id = o.commanditaire_id AND m.order_id = o.id AND m.reported_at IS NOT NULL)
		ORDER BY o.number, o.id`, nil)
	if err != nil {
		return nil, fmt.Errorf("find orders that wait for money: %w", err)
	}
	var list []Awaited
	for _, row := range waiting {
		o, err := find(ctx, tx, row.ID)
		if err != nil {
			return nil, err
		}
		more, err := o.awaited(ctx, tx, row.SIRET)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

func (o Order) awaited(ctx context.Context, tx *postgres.Tx, siret string) ([]Awaited, error) {
	var list []Awaited
	for _, r := range o.Payers() {
		a := Awaited{OrderID: o.ID, CommanditaireID: o.CommanditaireID, Number: o.Number, Commanditaire: o.Commanditaire, SIRET: siret, Payer: o.payer(r.PayerID),
			Engagement: o.EngagementNumber, Face: r.Face, Fees: r.Fees, VAT: r.VAT, PayerID: r.PayerID}
		if r.PayerID != nil {
			var err error
			if a.SIRET, err = postgres.Value[string](ctx, tx, `SELECT siret FROM organisations WHERE id = @id`, postgres.Args{"id": *r.PayerID}); err != nil {
				return nil, fmt.Errorf("read payer: %w", err)
			}
		}
		list = append(list, a)
	}
	return list, nil
}

package accounting

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Cofunder is who pays part of an order's face value.
type Cofunder struct {
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	OrganisationID  uuid.UUID
	Name            string
	ShareCents      money.Cents
}

func readCofunders(ctx context.Context, tx *postgres.Tx) (map[uuid.UUID][]Cofunder, error) {
	list, err := postgres.All[Cofunder](ctx, tx, `SELECT * FROM account_cofunders()`, nil)
	if err != nil {
		return nil, fmt.Errorf("list co-funders: %w", err)
	}
	byOrder := map[uuid.UUID][]Cofunder{}
	for _, c := range list {
		byOrder[c.OrderID] = append(byOrder[c.OrderID], c)
	}
	return byOrder, nil
}

// shareOut tells the reader its part of the orders that it only co-funds.
func shareOut(ctx context.Context, tx *postgres.Tx, orders []OrderAccount, reader uuid.UUID) error {
	cofunders, err := readCofunders(ctx, tx)
	if err != nil {
		return err
	}
	for i := range orders {
		if o := &orders[i]; o.CommanditaireID != reader {
			o.Share = shareOf(*o, cofunders[o.OrderID], reader)
		}
	}
	return nil
}

// shareOf cuts each column between the commanditaire and its co-funders, to the
// cent: parts of sums since the first day, which never go down, so that those
// of a year are their differences and add up across years and across funders.
func shareOf(o OrderAccount, cofunders []Cofunder, reader uuid.UUID) *Share {
	whole := max(o.Before.Ordered, o.After.Ordered)
	shares := []money.Cents{whole}
	mine := -1
	for _, c := range cofunders {
		if c.OrganisationID == reader {
			mine = len(shares)
		}
		shares = append(shares, c.ShareCents)
		shares[0] -= c.ShareCents
	}
	if mine < 0 || shares[0] < 0 {
		return nil
	}
	part := func(c money.Cents) money.Cents { return money.Cascade(shares, min(max(c, 0), whole))[mine] }
	cut := func(s Standing) Standing {
		return Standing{Ordered: part(s.Ordered), Paid: part(s.Paid), TakenBack: part(s.TakenBack), Refunded: part(s.Returned())}
	}
	before, after := cut(o.Before), cut(o.After)
	m := movementOf(before, after, o.FaceValue)
	return &Share{Whole: shares[mine], Movement: amountsOnly(m)}
}

// amountsOnly leaves numbers out: a chèque is not cut.
func amountsOnly(m Movement) Movement {
	for _, c := range []*Column{&m.Opening, &m.Ordered, &m.Paid, &m.Rejected, &m.Returned, &m.Closing} {
		c.Cheques = 0
	}
	return m
}

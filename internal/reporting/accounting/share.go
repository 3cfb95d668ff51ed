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
// They are the parts that the order's page and its final statement tell.
func shareOf(o OrderAccount, cofunders []Cofunder, reader uuid.UUID) *Share {
	whole := max(o.Before.Ordered, o.After.Ordered)
	pool := money.Pool{{Share: whole}}
	mine := -1
	for _, c := range cofunders {
		if c.OrganisationID == reader {
			mine = len(pool)
		}
		pool = append(pool, money.Part{Key: c.OrganisationID, Share: c.ShareCents})
		pool[0].Share -= c.ShareCents
	}
	if mine < 0 || pool[0].Share < 0 {
		return nil
	}
	m := movementOf(partOf(pool, mine, o.Before), partOf(pool, mine, o.After), o.FaceValue)
	return &Share{Whole: pool[mine].Share, Movement: amountsOnly(m)}
}

// partOf is one funder's part of a standing. What went back is the avoir first,
// from the end of the row, then what incidents took back, from its beginning:
// an avoir is whole before anything is refunded.
func partOf(pool money.Pool, mine int, s Standing) Standing {
	avoir := min(s.Returned(), s.Credited)
	return Standing{
		Ordered: pool.First(s.Ordered)[mine], Paid: pool.First(s.Paid)[mine], TakenBack: pool.First(s.TakenBack)[mine],
		Refunded: pool.Last(avoir)[mine] + pool.First(s.Returned() - avoir)[mine],
	}
}

// amountsOnly leaves numbers out: a chèque is not cut.
func amountsOnly(m Movement) Movement {
	for _, c := range []*Column{&m.Opening, &m.Ordered, &m.Paid, &m.Rejected, &m.Returned, &m.Closing} {
		c.Cheques = 0
	}
	return m
}

package reporting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"passnum/internal/money"
	"passnum/internal/postgres"
)

// National is what everyone may know: how much was done, and that the money of
// chèques is there. Counts below SmallCount are Masked.
type National struct {
	ComputedAt  time.Time // zero before the first roll-up
	Bank        money.Cents
	Received    money.Cents
	Funds       money.Cents
	Circulation money.Cents
	Payable     money.Cents
	InTransit   money.Cents
	Paid        money.Cents
	Credit      money.Cents
	Owed        money.Cents
	Carnets     int64
	Cheques     int64
	Seances     int64
	Structures  int64
	Places      int64
	Communes    int64
	Funders     int64
	Months      []NationalMonth
}

// NationalMonth is the chèques used in a month; Masked when too few.
type NationalMonth struct {
	Month   time.Time
	Cheques int64
}

// Masked stands for a count too small to be published.
const Masked int64 = masked

// Covered reports whether the dedicated account holds all that is owed.
func (n National) Covered() bool { return n.Bank >= n.Owed }

// Cover is the account over what is owed, in hundredths of a percent; 0 when
// nothing is owed.
func (n National) Cover() int64 {
	if n.Owed == 0 {
		return 0
	}
	return int64(n.Bank) * 10000 / int64(n.Owed)
}

type publicFigure struct {
	Name       string
	Value      int64
	ComputedAt time.Time
}

// National reads the published figures.
func (s *Service) National(ctx context.Context) (National, error) {
	var n National
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) error {
		rows, err := postgres.All[publicFigure](ctx, tx, `SELECT name, value, computed_at FROM public_figures ORDER BY name`, nil)
		for _, row := range rows {
			n.take(row)
		}
		return err
	})
	if err != nil {
		return National{}, fmt.Errorf("read public figures: %w", err)
	}
	return n, nil
}

func (n *National) take(row publicFigure) {
	n.ComputedAt = row.ComputedAt
	if month, ok := parseMonth(row.Name); ok {
		n.Months = append(n.Months, NationalMonth{Month: month, Cheques: row.Value})
		slices.SortFunc(n.Months, func(a, b NationalMonth) int { return a.Month.Compare(b.Month) })
		return
	}
	cents := map[string]*money.Cents{
		figureBank: &n.Bank, figureReceived: &n.Received, figureFunds: &n.Funds, figureCirculation: &n.Circulation, figurePayable: &n.Payable,
		figureInTransit: &n.InTransit, figurePaid: &n.Paid, figureCredit: &n.Credit, figureOwed: &n.Owed,
	}
	counts := map[string]*int64{
		figureCarnets: &n.Carnets, figureCheques: &n.Cheques, figureSeances: &n.Seances, figureStructures: &n.Structures,
		figurePlaces: &n.Places, figureCommunes: &n.Communes, figureFunders: &n.Funders,
	}
	if to := cents[row.Name]; to != nil {
		*to = money.Cents(row.Value)
	}
	if to := counts[row.Name]; to != nil {
		*to = row.Value
	}
}

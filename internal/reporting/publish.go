package reporting

import (
	"context"
	"fmt"
	"strings"
	"time"

	"passnum/internal/ledger"
	"passnum/internal/postgres"
)

// The names of the public figures.
const (
	figureFunds       = "fonds"       // waiting for their chèques to circulate
	figureBank        = "banque"      // in the dedicated account
	figureReceived    = "recus"       // face value received, all time
	figureCirculation = "circulation" // face value of live chèques
	figurePayable     = "a_payer"
	figureInTransit   = "en_transit"
	figurePaid        = "payes"
	figureCredit      = "credites"
	figureOwed        = "dus" // what the account must cover
	figureCarnets     = "carnets_remis"
	figureCheques     = "cheques_utilises"
	figureSeances     = "seances"
	figureStructures  = "structures"
	figurePlaces      = "lieux"
	figureCommunes    = "communes"
	figureFunders     = "commanditaires"
	monthPrefix       = "mois:"
)

// SmallCount is the number below which a count of people's acts is not
// published, as statistical institutes do.
const SmallCount = 11

// publish refreshes what anyone may read.
func (s *Service) publish(ctx context.Context) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "publication des chiffres", func(tx *postgres.Tx) error {
		figures, err := nationalFigures(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM public_figures`); err != nil {
			return err
		}
		for name, value := range figures {
			_, err := postgres.Do(ctx, tx, `INSERT INTO public_figures (name, value, computed_at) VALUES (@name, @value, @now)
				ON CONFLICT (name) DO UPDATE SET value = excluded.value, computed_at = excluded.computed_at`,
				postgres.Args{"name": name, "value": value, "now": tx.Now()})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("publish figures: %w", err)
	}
	return nil
}

type namedFigure struct {
	Name  string
	Value int64
}

func nationalFigures(ctx context.Context, tx *postgres.Tx) (map[string]int64, error) {
	balances, err := ledger.OfEverything(ctx, tx)
	if err != nil {
		return nil, err
	}
	figures := map[string]int64{
		figureBank: int64(balances.Bank), figureFunds: int64(balances.Funds), figureCirculation: int64(balances.Circulation),
		figurePayable: int64(balances.Payable), figureInTransit: int64(balances.InTransit), figurePaid: int64(balances.Paid),
		figureCredit: int64(balances.Credit), figureOwed: int64(balances.Owed()),
	}
	rows, err := postgres.All[namedFigure](ctx, tx, `
		SELECT 'recus' AS name, coalesce(sum(amount_cents), 0)::bigint AS value FROM ledger_movements WHERE debit = 'bank' AND credit = 'funds'
		UNION ALL SELECT 'carnets_remis', count(*) FROM carnets WHERE handed_over_at IS NOT NULL
		UNION ALL SELECT 'cheques_utilises', count(*) FROM redemptions WHERE undone_at IS NULL
		UNION ALL SELECT 'seances', count(DISTINCT seance_id) FROM redemptions WHERE undone_at IS NULL
		UNION ALL SELECT 'structures', count(*) FROM structures WHERE state = 'qualifiee'
		UNION ALL SELECT 'lieux', count(*) FROM places WHERE published AND structure_id IS NOT NULL
		UNION ALL SELECT 'communes', count(DISTINCT insee) FROM places WHERE published AND structure_id IS NOT NULL
		UNION ALL SELECT 'commanditaires', count(DISTINCT commanditaire_id) FROM orders WHERE state IN ('active', 'close')
		UNION ALL SELECT 'mois:' || to_char(month, 'YYYY-MM'), sum(cheques) FROM usage_months WHERE entry = 0 GROUP BY month`, nil)
	if err != nil {
		return nil, fmt.Errorf("count nation: %w", err)
	}
	for _, row := range rows {
		figures[row.Name] = row.Value
		if hidden(row.Name) && row.Value > 0 && row.Value < SmallCount {
			figures[row.Name] = masked
		}
	}
	return figures, nil
}

// masked stands in the table for a count too small to be published: what is not
// written cannot leak.
const masked = -1

// hidden reports whether a figure counts people's acts.
func hidden(name string) bool {
	switch name {
	case figureCarnets, figureCheques, figureSeances:
		return true
	}
	return strings.HasPrefix(name, monthPrefix)
}

// parseMonth reads the month of a monthly figure.
func parseMonth(name string) (time.Time, bool) {
	rest, ok := strings.CutPrefix(name, monthPrefix)
	if !ok {
		return time.Time{}, false
	}
	month, err := time.Parse("2006-01", rest)
	return month, err == nil
}

package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/reporting/accounting"
	"passnum/internal/settlement"
)

// benchAccounts exports the ledger of the year that holds most entries, then
// prints every statement of the batch that settling left, a hundred chèques
// each. The references are the promises: 500,000 entries in ten seconds, fifty
// statements a second.
func benchAccounts(ctx context.Context, b *bench) ([]measure, error) {
	issuer := print.Issuer{Name: "Bench", SIRET: "99900001100018", Address: "1 place Bonnyaud, 23000 Guéret"}
	reader := identity.Actor{AccountID: postgres.NewID(), Name: "Bench", Permissions: identity.Permissions{identity.PlatformRead: true}}
	var year int
	if err := b.owner.QueryRow(ctx, `SELECT extract(year FROM day)::int FROM ledger_transactions GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`).Scan(&year); err != nil {
		return nil, err
	}
	f, err := accounting.NewService(b.db, issuer).FEC(ctx, reader, year)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	sum, err := f.Write(io.Discard)
	if err != nil {
		return nil, err
	}
	rate := float64(sum.Entries) / time.Since(start).Seconds()
	measures := []measure{faster("fec_entries", "entries/s", rate, 50_000, fmt.Sprintf("%d entries of %d in %.1f s; reference: the promise", sum.Entries, year, time.Since(start).Seconds()))}
	statements, err := benchStatements(ctx, b, settlement.NewService(b.db, settlement.Debtor{Name: "Bench"}, issuer), reader)
	return append(measures, statements...), err
}

func benchStatements(ctx context.Context, b *bench, service *settlement.Service, reader identity.Actor) ([]measure, error) {
	var batch uuid.UUID
	var lines int
	if err := b.owner.QueryRow(ctx, `SELECT id, lines FROM settlements WHERE state = 'approuvee' ORDER BY lines DESC LIMIT 1`).Scan(&batch, &lines); err != nil {
		return nil, fmt.Errorf("find a batch, which the step « settle » leaves: %w", err)
	}
	// The chèques of the batch were written without the séances that name their services.
	_, err := b.owner.Exec(ctx, `
		INSERT INTO seances (commanditaire_id, id, structure_id, place_id, at, given_at, mode, entries, insee)
		SELECT DISTINCT ON (r.seance_id) r.commanditaire_id, r.seance_id, r.structure_id, r.place_id, r.at, r.at, 'individuel', '{3,44}'::smallint[], '23096'
		FROM redemptions r JOIN settlement_lines l ON l.id = r.settlement_line_id WHERE l.settlement_id = $1 ON CONFLICT DO NOTHING`, batch)
	if err != nil {
		return nil, fmt.Errorf("write séances: %w", err)
	}
	_, write, err := service.Statements(ctx, reader, batch)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := write(io.Discard); err != nil {
		return nil, err
	}
	rate := float64(lines) / time.Since(start).Seconds()
	return []measure{faster("statement_pdf", "statements/s", rate, 50, fmt.Sprintf("%d statements of 100 chèques in one archive; reference: the promise", lines))}, nil
}

package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/reporting/accounting"
	"passnum/internal/settlement"
)

// batchRows is an approved batch of two hundred lines, a hundred chèques of the
// past each.
const batchRows = `
	SET LOCAL session_replication_role = replica; -- rows are right by construction
	INSERT INTO settlements (id, number, cutoff, rhythm, state, prepared_at, prepared_by, prepared_by_name, approved_at, approved_by, message_id, debtor_name, debtor_iban, total_cents, lines, frozen_hash)
		VALUES ('%[1]s', 'CP-BENCH', '2020-01-31', 'mensuel', 'approuvee', now(), gen_random_uuid(), 'Bench', now(), gen_random_uuid(), 'BENCH', 'Bench', 'FR7630006000011234567890189', 1, 200, '\\x00');
	CREATE TEMP TABLE paid ON COMMIT DROP AS
		SELECT id, commanditaire_id, md5('l' || row_number() OVER (ORDER BY at) %% 200)::uuid AS line FROM (SELECT * FROM redemptions WHERE structure_id = '%[2]s' ORDER BY at LIMIT 20000) AS first;
	INSERT INTO organisations (id, name, siret, kind, is_structure, slug, created_at)
		SELECT line, 'Structure ' || n, '6' || lpad(n::text, 13, '0'), 'association', true, 'releve-' || n, now() FROM (SELECT line, row_number() OVER () AS n FROM (SELECT DISTINCT line FROM paid) AS lines) AS numbered;
	INSERT INTO settlement_lines (id, settlement_id, structure_id, structure_name, structure_siret, account_holder, iban, end_to_end_id, cheques, gross_cents, amount_cents, period_from, period_to, settlement_number, state)
		SELECT line, '%[1]s', g.id, g.name, g.siret, g.name, 'FR1420041010050500013M02606', 'BENCH' || line, count(*), count(*) * 1000, count(*) * 1000, current_date, current_date, 'CP-BENCH', 'approuvee'
		FROM paid JOIN organisations g ON g.id = paid.line GROUP BY line, g.id, g.name, g.siret;
	UPDATE redemptions r SET settlement_line_id = p.line FROM paid p WHERE r.commanditaire_id = p.commanditaire_id AND r.id = p.id`

// benchAccounts exports the ledger of the year that holds most entries, then
// prints every statement of a batch, a hundred chèques each. The references are
// the promises: 500,000 entries in ten seconds, fifty statements a second.
func benchAccounts(ctx context.Context, b *bench) ([]measure, error) {
	if err := b.past(ctx); err != nil {
		return nil, err
	}
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
	batch := postgres.NewID()
	if _, err := b.owner.Exec(ctx, fmt.Sprintf(batchRows, batch, b.structure)); err != nil {
		return nil, fmt.Errorf("write a batch: %w", err)
	}
	var lines, cheques int
	if err := b.owner.QueryRow(ctx, `SELECT count(*), sum(cheques) FROM settlement_lines WHERE settlement_id = $1`, batch).Scan(&lines, &cheques); err != nil {
		return nil, fmt.Errorf("count lines: %w", err)
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
	return []measure{faster("statement_pdf", "statements/s", rate, 50, fmt.Sprintf("%d statements, %d chèques, in one archive; reference: the promise", lines, cheques))}, nil
}

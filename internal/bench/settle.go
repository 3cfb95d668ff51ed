package main

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/facturx"
	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/settlement"
)

// weeklyRows is a thousand structures paid every week, a hundred chèques each,
// from ten orders that take a fee, which is invoiced.
const weeklyRows = `
	SET LOCAL session_replication_role = replica; -- rows are right by construction
	INSERT INTO orders (commanditaire_id, id, number, title, cheques_per_carnet, face_value_cents, carnets, validity, valid_until, created_at, created_by, updated_at, attested_cents, active_cents, state, downstream_fee_basis_points)
		SELECT commanditaire_id, gen_random_uuid(), '2026-9' || lpad(n::text, 2, '0'), 'Bench', cheques_per_carnet, face_value_cents, carnets, validity, valid_until, created_at, created_by, updated_at, attested_cents, active_cents, state, 400
		FROM orders, generate_series(1, 10) AS n WHERE id = '%[1]s';
	INSERT INTO organisations (id, name, siret, kind, is_structure, slug, postal_code, town, created_at)
		SELECT md5('s' || n)::uuid, 'Structure ' || lpad(n::text, 5, '0'), '7' || lpad(n::text, 13, '0'), 'association', true, 'st-' || n, '23000', 'Guéret', now() FROM generate_series(1, 1000) AS n;
	INSERT INTO structures (organisation_id, state, charter_accepted_at, account_holder, iban, qualified_at)
		SELECT id, 'qualifiee', now(), name, 'FR1420041010050500013M02606', now() FROM organisations WHERE slug LIKE 'st-%%';
	INSERT INTO structure_rhythms (structure_id, rhythm, chosen_at, chosen_by) SELECT id, 'hebdomadaire', now(), id FROM organisations WHERE slug LIKE 'st-%%';
	INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day)
		SELECT o.commanditaire_id, gen_random_uuid(), gen_random_uuid(), o.id, o.id, o.id, md5('s' || (1 + n %% 1000))::uuid, o.id, 'x', 1, 1000, now() - interval '3 days', current_date - 3
		FROM generate_series(1, 100000) AS n
		JOIN (SELECT commanditaire_id, id, row_number() OVER (ORDER BY number) AS k FROM orders WHERE downstream_fee_basis_points = 400) AS o ON o.k = 1 + (n / 1000) %% 10`

// benchSettle prepares and approves a batch of 1,000 structures and 100,000
// chèques. The reference is the promise: ten seconds.
func benchSettle(ctx context.Context, b *bench) ([]measure, error) {
	if _, err := b.owner.Exec(ctx, fmt.Sprintf(weeklyRows, b.lot.OrderID)); err != nil {
		return nil, fmt.Errorf("write a week: %w", err)
	}
	if _, err := b.owner.Exec(ctx, `ANALYZE`); err != nil {
		return nil, err
	}
	staff := func() identity.Actor {
		return identity.Actor{AccountID: postgres.NewID(), Name: "Bench", Permissions: identity.Permissions{identity.PlatformRead: true, identity.PlatformPayments: true}}
	}
	invoices := invoicing.NewService(invoicing.Deps{DB: b.db, Queue: &jobs.Inline{}, IBAN: "FR7630006000011234567890189",
		Seller: facturx.Party{Name: "Bench", SIRET: "99900001100018", Street: "1 rue du Banc", PostalCode: "23000", Town: "Guéret"}})
	service := settlement.NewService(b.db, settlement.Debtor{Name: "Bench", SIRET: "99900001100018", IBAN: "FR7630006000011234567890189"}, print.Issuer{Name: "Bench"}).
		OnApproved(settlement.BillDownstream(invoices))
	approver := staff()
	start := time.Now()
	id, err := service.PrepareWeekly(ctx, staff(), service.Today().AddDate(0, 0, -1))
	if err != nil {
		return nil, err
	}
	prepared := time.Since(start)
	if err := service.Approve(ctx, approver, id); err != nil {
		return nil, err
	}
	took := time.Since(start)
	if d, err := service.Batch(ctx, approver, id, nil); err != nil || d.Cheques != 100_000 || id == uuid.Nil {
		return nil, fmt.Errorf("%d chèques paid: %w", d.Cheques, err)
	}
	note := fmt.Sprintf("1 000 structures, 100 000 chèques, 10 orders; prepared in %.1f s; reference: the promise", prepared.Seconds())
	return []measure{shorter("settle_1000", "s", took.Seconds(), 10, note)}, nil
}

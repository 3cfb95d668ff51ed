package main

import (
	"context"
	"fmt"

	"passnum/internal/postgres"
)

// bareClaim is the reference of redeeming: one data-modifying statement on the
// same tables, with every write the product makes (claim, séance, redemption,
// ledger, answer, journal), sent by pgx as the owner, without rules, identity or
// HTTP.
const bareClaim = `
	WITH claim AS (
		UPDATE cheques c SET state = 'utilise'
		FROM cheque_codes h
		WHERE h.code_hash = $1 AND c.commanditaire_id = h.commanditaire_id AND c.id = h.cheque_id AND c.state = 'actif'
		RETURNING c.*
	), seance AS (
		INSERT INTO seances (commanditaire_id, id, structure_id, place_id, at, given_at, mode, entries, insee)
		SELECT commanditaire_id, $2, $3, $4, now(), now(), 'individuel', '{3}', '23096' FROM claim
	), redemption AS (
		INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day)
		SELECT commanditaire_id, $2, id, carnet_id, order_id, $2, $3, $4, 'C26-001-000001', rank, face_value_cents, now(), current_date FROM claim
	), posting AS (
		INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, structure_id, at, day)
		SELECT commanditaire_id, $2, 'redemption', $2, order_id, $3, now(), current_date FROM claim
	), movement AS (
		INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents)
		SELECT commanditaire_id, $2, 1, order_id, $3, 'circulation', 'payable', face_value_cents FROM claim
	), answer AS (
		INSERT INTO redemption_requests (structure_id, key, request_hash, id, at, place_id, claimed)
		SELECT $3, $5, $1, $2, now(), $4, '[]' FROM claim
	), line AS (
		INSERT INTO journal (id, at, act, subject_kind, subject_id, organisation_id)
		SELECT $2, now(), 'encaissement', 'seance', $2, $3 FROM claim
	)
	SELECT count(*) FROM claim`

// claimBare redeems one code as one SQL statement.
func (b *bench) claimBare(ctx context.Context, hash []byte) error {
	id := postgres.NewID()
	var n int
	if err := b.owner.QueryRow(ctx, bareClaim, hash, id, b.structure, b.place, id.String()).Scan(&n); err != nil {
		return err
	}
	if n != 1 {
		return fmt.Errorf("claimed %d chèques", n)
	}
	return nil
}

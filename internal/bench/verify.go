package main

import (
	"context"
	"fmt"
	"time"

	"passnum/internal/identity"
	"passnum/internal/reporting/proof"
)

// rowsRead is the least that any proof of the same tables must do: read each of
// their rows once.
const rowsRead = `SELECT (SELECT count(*) FROM (SELECT * FROM redemptions OFFSET 0) AS a) + (SELECT sum(amount_cents) FROM ledger_movements)
	+ (SELECT count(cause_id) FROM ledger_transactions) + (SELECT count(act) FROM journal) + (SELECT sum(face_value_cents) FROM cheques)
	+ (SELECT count(handover_id) FROM handover_cheques) + (SELECT count(cheque_id) FROM cheque_codes) + (SELECT count(claimed) FROM redemption_requests)`

// benchVerify proves everything, then what a thousand redemptions changed. The
// references are the promises: 30 s and 2 s for a million redemptions.
func benchVerify(ctx context.Context, b *bench) ([]measure, error) {
	if err := b.past(ctx); err != nil {
		return nil, err
	}
	start := time.Now()
	var read int64
	if err := b.owner.QueryRow(ctx, rowsRead).Scan(&read); err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	reading := time.Since(start)
	whole, err := timedProof(ctx, b, proof.Complete)
	if err != nil {
		return nil, err
	}
	if _, err := b.owner.Exec(ctx, fmt.Sprintf(lately, b.structure, b.place)); err != nil {
		return nil, fmt.Errorf("redeem a thousand: %w", err)
	}
	since, err := timedProof(ctx, b, proof.Since)
	if err != nil {
		return nil, err
	}
	scale := 1_000_000 / float64(b.redemptions)
	note := fmt.Sprintf("%d redemptions; reference: the promise, 30 s a million; reading each row once took %.1f s", b.redemptions, reading.Seconds())
	return []measure{
		shorter("verify_full", "s", whole.Seconds(), 30/scale, note),
		shorter("verify_since", "s", since.Seconds(), 2, "1 000 redemptions since; reference: the promise"),
	}, nil
}

// lately is a thousand redemptions after the proof.
const lately = `
	SET session_replication_role = replica;
	CREATE TEMP TABLE latest AS SELECT gen_random_uuid() AS id, c.commanditaire_id, c.id AS cheque_id, c.carnet_id, c.order_id, k.serial, c.rank, c.face_value_cents AS cents, now() AS at
		FROM carnets k JOIN cheques c ON c.commanditaire_id = k.commanditaire_id AND c.carnet_id = k.id WHERE c.state = 'actif' LIMIT 1000;
	UPDATE cheques c SET state = 'utilise' FROM latest u WHERE c.commanditaire_id = u.commanditaire_id AND c.id = u.cheque_id;
	INSERT INTO seances (commanditaire_id, id, structure_id, place_id, at, given_at, mode, entries, insee) SELECT commanditaire_id, id, '%[1]s', '%[2]s', at, at, 'individuel', '{3}', '23096' FROM latest;
	INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day)
		SELECT commanditaire_id, id, cheque_id, carnet_id, order_id, id, '%[1]s', '%[2]s', serial, rank, cents, at, at::date FROM latest;
	INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, structure_id, at, day) SELECT commanditaire_id, id, 'redemption', id, order_id, '%[1]s', at, at::date FROM latest;
	INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents) SELECT commanditaire_id, id, 1, order_id, '%[1]s', 'circulation', 'payable', cents FROM latest;
	INSERT INTO redemption_requests (structure_id, key, request_hash, id, at, place_id, claimed) SELECT '%[1]s', id::text, sha256(id::text::bytea), id, at, '%[2]s', '[{}]' FROM latest;
	INSERT INTO journal (id, at, act, subject_kind, subject_id, party_ids, organisation_id) SELECT id, at, 'encaissement', 'seance', id, ARRAY[commanditaire_id], '%[1]s' FROM latest;
	DROP TABLE latest;
	RESET session_replication_role`

// timedProof fails when the proof does not go as far as asked, or finds a fault.
func timedProof(ctx context.Context, b *bench, choice proof.Choice) (time.Duration, error) {
	start := time.Now()
	made, report, err := proof.Prove(ctx, b.db, identity.Actor{}, proof.Order{Choice: choice})
	took := time.Since(start)
	switch {
	case err != nil:
		return 0, err
	case !made.OK:
		return 0, fmt.Errorf("the bench's world is not true: %+v", report.Failed())
	case made.Complete != (choice == proof.Complete):
		return 0, fmt.Errorf("the proof went elsewhere: %s", made.Why)
	}
	return took, nil
}

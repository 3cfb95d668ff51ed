package main

import (
	"context"
	"fmt"
)

// reserved is how many carnets, the first ones, keep all their chèques for the
// measures that redeem.
func (b *bench) reserved() int { return (b.cheques - b.redemptions) / perCarnet * 9 / 10 }

// pastRows is what 300 days of hand-overs and redemptions leave in every table, as
// if each had been made through the product: 20 points of hand-over, 40 communes
// and 129 entries at random, one séance a chèque, the first chèques of a carnet
// first, a hand-over less than three weeks before the first use.
const pastRows = `
	SET LOCAL session_replication_role = replica; -- rows are right by construction
	CREATE TEMP TABLE used ON COMMIT DROP AS
		SELECT gen_random_uuid() AS id, c.commanditaire_id, c.id AS cheque_id, c.carnet_id, c.order_id, k.serial, k.number, c.rank, c.face_value_cents AS cents,
			now() - random() * interval '300 days' AS at, '{}'::smallint[] || ceil(random() * 129)::smallint AS entries,
			'23' || lpad(ceil(random() * 40)::text, 3, '0') AS insee, CASE WHEN random() < 0.7 THEN random() < 0.3 END AS first_visit
		FROM carnets k JOIN cheques c ON c.commanditaire_id = k.commanditaire_id AND c.carnet_id = k.id
		WHERE k.number > %[1]d ORDER BY c.rank, k.number LIMIT %[2]d;
	UPDATE cheques c SET state = 'utilise' FROM used u WHERE c.commanditaire_id = u.commanditaire_id AND c.id = u.cheque_id;
	UPDATE carnets k SET handed_over_at = f.at FROM (
		SELECT commanditaire_id, carnet_id, min(at) - (number %% 20) * interval '1 day' AS at FROM used GROUP BY commanditaire_id, carnet_id, number) AS f
		WHERE k.commanditaire_id = f.commanditaire_id AND k.id = f.carnet_id;
	INSERT INTO handovers (commanditaire_id, id, order_id, carnet_id, aiguilleur_id, point_id, serial, at, idempotency_key)
		SELECT commanditaire_id, gen_random_uuid(), order_id, id, aiguilleur_id, point_id, serial, handed_over_at, serial FROM carnets;
	INSERT INTO custody_moves (commanditaire_id, id, order_id, aiguilleur_id, point_id, kind, number_from, number_to, at, holder)
		SELECT commanditaire_id, gen_random_uuid(), order_id, aiguilleur_id, point_id, 'remise', number, number, handed_over_at, 'personne' FROM carnets;
	INSERT INTO handover_cheques (commanditaire_id, carnet_id, rank, handover_id, aiguilleur_id)
		SELECT h.commanditaire_id, h.carnet_id, c.rank, h.id, h.aiguilleur_id
		FROM handovers h JOIN cheques c ON c.commanditaire_id = h.commanditaire_id AND c.carnet_id = h.carnet_id;
	INSERT INTO seances (commanditaire_id, id, structure_id, place_id, at, given_at, mode, entries, insee, first_visit)
		SELECT commanditaire_id, id, '%[3]s', '%[4]s', at, at, 'individuel', entries, insee, first_visit FROM used ORDER BY at;
	INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day)
		SELECT commanditaire_id, id, cheque_id, carnet_id, order_id, id, '%[3]s', '%[4]s', serial, rank, cents, at, (at AT TIME ZONE 'Europe/Paris')::date FROM used ORDER BY at;
	INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, structure_id, at, day)
		SELECT commanditaire_id, id, 'redemption', id, order_id, '%[3]s', at, (at AT TIME ZONE 'Europe/Paris')::date FROM used ORDER BY at;
	INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents)
		SELECT commanditaire_id, id, 1, order_id, '%[3]s', 'circulation', 'payable', cents FROM used ORDER BY at;
	INSERT INTO redemption_requests (structure_id, key, request_hash, id, at, place_id, claimed)
		SELECT '%[3]s', id::text, sha256(id::text::bytea), id, at, '%[4]s',
			jsonb_build_array(jsonb_build_object('index', 0, 'id', id, 'serial', serial, 'rank', rank, 'cents', cents)) FROM used ORDER BY at;
	INSERT INTO journal (id, at, act, subject_kind, subject_id, party_ids, organisation_id, actor_name, request_id, device, detail)
		SELECT id, at, 'encaissement', 'seance', id, ARRAY[commanditaire_id], '%[3]s', 'bench', 'xxxx-xxxx-xxxx', 'Go-http-client/1.1',
			jsonb_build_array(jsonb_build_object('index', 0, 'id', id, 'serial', serial, 'rank', rank, 'cents', cents)) FROM used ORDER BY at;`

// past writes the past, once.
func (b *bench) past(ctx context.Context) error {
	if b.filled {
		return nil
	}
	b.filled = true
	if _, err := b.owner.Exec(ctx, fmt.Sprintf(pastRows, b.reserved(), b.redemptions, b.structure, b.place)); err != nil {
		return fmt.Errorf("write the past: %w", err)
	}
	_, err := b.owner.Exec(ctx, `VACUUM ANALYZE`)
	return err
}

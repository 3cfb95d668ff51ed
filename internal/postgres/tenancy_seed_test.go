package postgres_test

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// seed puts one recognisable row in every table and returns how to find it.
func seed(w *testworld.World) map[string]string {
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, Funders: []uuid.UUID{w.Region}})
	marks := map[string]string{}
	row := func(table, mark, sql string, args ...any) {
		w.Exec(sql, args...)
		marks[table] = mark
	}
	now, dep, med, mairie := w.Now(), w.Departement, w.Mediatheque, w.Mairie
	ofOrder := id("order_id", order.ID)
	for _, table := range []string{"carnets", "cheques", "ledger_transactions", "ledger_movements"} {
		marks[table] = ofOrder
	}
	w.Exec(`UPDATE carnets SET state = 'remis', handed_over_at = $1, accepted_until = '2027-01-31' WHERE order_id = $2`, now, order.ID)
	marks["accounts"] = id("id", w.Mediateur.AccountID)
	marks["organisations"] = id("id", dep)
	marks["orders"] = id("id", order.ID)
	marks["order_numbers"] = ofOrder
	marks["cheque_codes"] = id("commanditaire_id", dep)
	marks["places"] = id("id", w.Place)
	marks["points"] = id("id", w.Point)
	marks["conventions"] = id("commanditaire_id", dep)
	marks["structures"] = id("organisation_id", med)
	marks["organisation_settings"] = id("organisation_id", med)
	marks["memberships"] = id("organisation_id", med)
	w.Exec(`UPDATE organisations SET is_observer = false`)

	row("place_stops", id("structure_id", med), `INSERT INTO place_stops (structure_id, id, place_id, name, postal_code, town, insee, ancestors, latitude, longitude, published, rank)
		VALUES ($1, $2, $3, 'Marché', '23000', 'Guéret', '23096', '{}', 46.17, 1.87, true, 1)`, med, postgres.NewID(), w.Place)
	row("place_offers", id("structure_id", med), `INSERT INTO place_offers (structure_id, place_id, entry, minutes, published) VALUES ($1, $2, 3, 60, true)`, med, w.Place)
	row("place_reports", id("structure_id", med), `INSERT INTO place_reports (id, structure_id, place_id, kind, reported_at) VALUES ($1, $2, $3, 'ferme', $4)`, postgres.NewID(), med, w.Place, now)
	row("place_claims", id("structure_id", med), `INSERT INTO place_claims (structure_id, id, place_id, reason, asked_at) VALUES ($1, $2, $3, 'essai', $4)`, med, postgres.NewID(), w.Place, now)
	version := postgres.NewID()
	row("file_versions", id("structure_id", med), `INSERT INTO file_versions (structure_id, id, step, content, saved_at, saved_by_name) VALUES ($1, $2, 'role', '{}', $3, 'Essai')`, med, version, now)
	row("file_answers", id("structure_id", med), `INSERT INTO file_answers (structure_id, version_id, outcome, answered_at) VALUES ($1, $2, 'retiree', $3)`, med, version, now)
	seedCensus(w, row)
	row("agreements", id("structure_id", med), `INSERT INTO agreements VALUES ($1, $2, $3, $4)`, dep, med, now, w.Commanditaire.AccountID)
	row("api_tokens", "name = 'essai'", `INSERT INTO api_tokens (id, organisation_id, name, token_hash, scopes, created_at) VALUES ($1, $2, 'essai', '\x01', '{read}', $3)`, postgres.NewID(), med, now)
	row("capacity_requests", id("organisation_id", med), `INSERT INTO capacity_requests (id, organisation_id, capacity, requested_by, requested_at) VALUES ($1, $2, 'structure', $3, $4)`, postgres.NewID(), med, w.Mediateur.AccountID, now)
	row("counters", "series = 'essai'", `INSERT INTO counters VALUES ('essai', 2026, 1)`)
	row("installation", "key = 'essai'", `INSERT INTO installation VALUES ('essai', '1')`)
	row("custody_moves", ofOrder, `INSERT INTO custody_moves (commanditaire_id, id, order_id, aiguilleur_id, kind, number_from, number_to, at) VALUES ($1, $2, $3, $4, 'reception', 1, 1, $5)`, dep, postgres.NewID(), order.ID, mairie, now)
	row("desk_prints", ofOrder, `INSERT INTO desk_prints (commanditaire_id, id, order_id, number_from, number_to, asked_at, asked_by) VALUES ($1, $2, $3, 1, 1, $4, $5)`, dep, postgres.NewID(), order.ID, now, w.Commanditaire.AccountID)
	row("devices", "name = 'essai'", `INSERT INTO devices (id, structure_id, place_id, name, created_at) VALUES ($1, $2, $3, 'essai', $4)`, postgres.NewID(), med, w.Place, now)
	row("documents", "name = 'essai'", `INSERT INTO documents VALUES ($1, $2, $3, 'devis', NULL, 'essai', 'application/pdf', '\x00', '\x00', $4)`, postgres.NewID(), dep, []uuid.UUID{w.Region}, now)
	row("dossier_documents", id("structure_id", med), `INSERT INTO dossier_documents (structure_id, id, kind, name, media_type, size, sha256, content, key_id, uploaded_at, uploaded_by, uploaded_by_name)
		VALUES ($1, $2, 'rib', 'essai', 'application/pdf', 1, sha256('x'), 'x', 'k', $3, $4, 'Essai')`, med, postgres.NewID(), now, w.Mediateur.AccountID)
	row("failed_tries", "subject = 'essai'", `INSERT INTO failed_tries VALUES ('essai', $1, 1)`, now)
	row("handovers", ofOrder, `INSERT INTO handovers (commanditaire_id, id, order_id, carnet_id, aiguilleur_id, point_id, serial, at, idempotency_key)
		SELECT commanditaire_id, $1, order_id, id, $2, $3, serial, $4, 'essai' FROM carnets WHERE order_id = $5`, postgres.NewID(), mairie, w.Point, now, order.ID)
	row("handover_cheques", id("aiguilleur_id", mairie), `INSERT INTO handover_cheques (commanditaire_id, carnet_id, rank, handover_id, aiguilleur_id)
		SELECT commanditaire_id, carnet_id, 1, id, aiguilleur_id FROM handovers WHERE order_id = $1`, order.ID)
	row("invitations", id("organisation_id", med), `INSERT INTO invitations (id, organisation_id, email, role, token_hash, invited_by, created_at, expires_at) VALUES ($1, $2, 'x@y.test', 'lecteur', '\x02', $3, $4, $4)`, postgres.NewID(), med, w.Mediateur.AccountID, now)
	row("job_runs", id("subject_id", order.ID), `INSERT INTO job_runs (id, organisation_id, kind, subject_id, state, created_at, updated_at) VALUES ($1, $2, 'fabrication', $3, 'termine', $4, $4)`, postgres.NewID(), dep, order.ID, now)
	row("journal", "act = 'essai'", `INSERT INTO journal (id, at, act, subject_kind, subject_id, party_ids, organisation_id) VALUES ($1, $2, 'essai', 'commande', $3, $4, $5)`, postgres.NewID(), now, order.ID, []uuid.UUID{dep}, med)
	row("mail_outbox", "recipient = 'x@y.test'", `INSERT INTO mail_outbox (id, recipient, subject, body_text, body_html, created_at) VALUES ($1, 'x@y.test', '', '', '', $2)`, postgres.NewID(), now)
	row("order_cofunders", ofOrder, `INSERT INTO order_cofunders (commanditaire_id, order_id, organisation_id, share_cents) VALUES ($1, $2, $3, 100)`, dep, order.ID, w.Region)
	row("order_deliveries", ofOrder, `INSERT INTO order_deliveries (commanditaire_id, id, order_id, aiguilleur_id, point_id, carnets) VALUES ($1, $2, $3, $4, $5, 1)`, dep, postgres.NewID(), order.ID, mairie, w.Point)
	row("order_funds", ofOrder, `INSERT INTO order_funds (commanditaire_id, id, order_id, mandat_number, face_cents, fees_cents, vat_cents, received_on, recorded_at, recorded_by) VALUES ($1, $2, $3, '1', 1, 0, 0, '2026-01-01', $4, $5)`, dep, postgres.NewID(), order.ID, now, w.Operator.AccountID)
	row("order_services", ofOrder, `INSERT INTO order_services (commanditaire_id, order_id, kind, amount_cents) VALUES ($1, $2, 'formation', 100)`, dep, order.ID)
	row("order_milestones", ofOrder, `INSERT INTO order_milestones (commanditaire_id, id, order_id, kind, rank, label, basis_points, at_order) VALUES ($1, $2, $3, 'formation', 1, 'x', 10000, true)`, dep, postgres.NewID(), order.ID)
	programme := postgres.NewID()
	row("programmes", id("id", programme), `INSERT INTO programmes (id, funder_id, name, envelope_cents, rate_basis_points, opens_on, closes_on, created_at, created_by, created_by_name) VALUES ($1, $2, 'x', 100, 1, '2026-01-01', '2026-01-01', $3, $4, 'x')`, programme, w.Region, now, w.Operator.AccountID)
	row("programme_orders", ofOrder, `INSERT INTO programme_orders (commanditaire_id, id, order_id, programme_id, funder_id, face_cents, share_cents, asked_at, asked_by, asked_by_name) VALUES ($1, $2, $3, $4, $5, 100, 100, $6, $7, 'x')`, dep, postgres.NewID(), order.ID, programme, w.Region, now, w.Commanditaire.AccountID)
	row("order_steps", ofOrder, `INSERT INTO order_steps VALUES ($1, $2, $3, $4, 'devis', $5, NULL, 'x')`, dep, postgres.NewID(), order.ID, []uuid.UUID{w.Region}, now)
	row("password_resets", "token_hash = '\\x03'", `INSERT INTO password_resets VALUES ('\x03', $1, $2, $2)`, w.Mediateur.AccountID, now)
	row("pathways", "title = 'essai'", `INSERT INTO pathways (id, root_id, version, commanditaire_id, title, entries, words, created_at) VALUES ($1, $1, 1, $2, 'essai', '{11,44}', '{"",""}', $3)`, postgres.NewID(), dep, now)
	shop, pack := postgres.NewID(), postgres.NewID()
	row("print_shops", id("id", shop), `INSERT INTO print_shops (id, name, public_key, created_at, created_by) VALUES ($1, 'x', 'age1x', $2, $3)`, shop, now, w.Operator.AccountID)
	row("print_packs", ofOrder, `INSERT INTO print_packs (commanditaire_id, id, order_id, shop_id, shop_name, public_key, created_at, created_by) VALUES ($1, $2, $3, $4, 'x', 'age1x', $5, $6)`, dep, pack, order.ID, shop, now, w.Operator.AccountID)
	row("print_pack_chunks", id("pack_id", pack), `INSERT INTO print_pack_chunks VALUES ($1, $2, 1, '\x00')`, dep, pack)
	row("print_downloads", ofOrder, `INSERT INTO print_downloads (commanditaire_id, id, order_id, pack_id, is_first, reason, requested_at, requested_by) VALUES ($1, $2, $3, $4, false, 'x', $5, $6)`, dep, postgres.NewID(), order.ID, pack, now, w.Operator.AccountID)
	row("public_figures", "name = 'essai'", `INSERT INTO public_figures VALUES ('essai', 1, $1)`, now)
	row("sessions", "token = 'essai'", `INSERT INTO sessions VALUES ('essai', '\x00', $1)`, now)
	row("training_lessons", "lesson = 'essai'", `INSERT INTO training_lessons VALUES ($1, $2, 'mediation', 1, 'essai', $3)`, med, w.Mediateur.AccountID, now)
	row("training_attestations", "person_name = 'essai'", `INSERT INTO training_attestations VALUES ($1, $2, $3, 'mediation', 1, 'essai', 'x', '{}', $4)`, med, postgres.NewID(), w.Mediateur.AccountID, now)
	session := postgres.NewID()
	row("workshops", id("id", session), `INSERT INTO workshops (structure_id, id, series_id, place_id, title, entries, starts_at, minutes, mode, seats, cheques, published, created_at, updated_at)
		VALUES ($1, $2, $2, $3, 'x', '{42}', $4, 60, 'collectif', 8, 1, true, $4, $4)`, med, session, w.Place, now)
	row("workshop_bookings", id("workshop_id", session), `INSERT INTO workshop_bookings (structure_id, id, workshop_id, booker_id, commanditaire_id, carnet_id, serial, cheques, state, code_hash, booked_at)
		SELECT $1, $2, $3, $4, commanditaire_id, id, serial, 1, 'reserve', sha256('x'), $5 FROM carnets WHERE order_id = $6`, med, postgres.NewID(), session, mairie, now, order.ID)
	row("usage_days", ofOrder, `INSERT INTO usage_days VALUES ($1, $2, '2026-01-01', '23096', 0, $3, 1, 1, 1000)`, dep, order.ID, []uuid.UUID{w.Region})
	row("usage_months", ofOrder, `INSERT INTO usage_months VALUES ($1, $2, '2026-01-01', '23096', 0, $3, 1, 1, 1000, 0, 0)`, dep, order.ID, []uuid.UUID{w.Region})
	row("usage_carnets", ofOrder, `INSERT INTO usage_carnets SELECT commanditaire_id, id, order_id, '2026-01-01', 1 FROM carnets WHERE order_id = $1`, order.ID)
	row("usage_orders", ofOrder, `INSERT INTO usage_orders (commanditaire_id, order_id, funder_ids, through, computed_at) VALUES ($1, $2, $3, '2026-01-01', $4)`, dep, order.ID, []uuid.UUID{w.Region}, now)
	seedContinuity(w, row)
	seedMoney(w, order, row)
	row("seals", "number = 1", `INSERT INTO seals VALUES (1, 0, 1, 0, 0, 0, sha256(''), sha256(''), sha256(''), sha256(''), $1)`, now)
	row("proofs", "why = 'essai'", `INSERT INTO proofs (id, at, complete, why, from_stamp, to_stamp, seal_number, seal_hash, edits, ok, examined, results, took_ms) VALUES ($1, $2, true, 'essai', 0, 1, 1, '\x00', 0, true, 0, '[]', 1)`, postgres.NewID(), now)
	row("proof_balances", ofOrder, `INSERT INTO proof_balances VALUES ($1, $2, 'bank', 1)`, dep, order.ID)
	seedBank(w, row)
	seedFinder(w, row)
	seedInvoices(w, order, row)
	seedLate(w, order, row)
	seedEndings(w, order, row)
	seedHubs(w, order, row)
	seedReview(w, row)
	seedCustody(w, order, row)
	seedOppositions(w, order, row)
	if n := w.Count(`SELECT count(*) FROM orders`); n != 1 {
		w.T.Fatalf("%d orders", n)
	}
	return marks
}

func seedMoney(w *testworld.World, order testworld.Order, row func(table, mark, sql string, args ...any)) {
	now, dep, med := w.Now(), w.Departement, w.Mediatheque
	settlement, line, seance := postgres.NewID(), postgres.NewID(), postgres.NewID()
	row("settlements", id("id", settlement), `INSERT INTO settlements (id, number, cutoff, prepared_at, prepared_by, prepared_by_name, message_id, debtor_name, debtor_iban, total_cents, lines)
		VALUES ($1, 'CP-1', '2026-10-31', $2, $3, 'x', 'm', 'x', 'x', 1, 1)`, settlement, now, w.Operator.AccountID)
	row("settlement_lines", id("id", line), `INSERT INTO settlement_lines (id, settlement_id, structure_id, structure_name, structure_siret, account_holder, iban, end_to_end_id, cheques, gross_cents, amount_cents, period_from, period_to, settlement_number)
		VALUES ($1, $2, $3, 'x', 'x', 'x', 'x', 'e', 1, 1, 1, '2026-10-01', '2026-10-31', 'CP-1')`, line, settlement, med)
	row("settlement_shares", id("line_id", line), `INSERT INTO settlement_shares (line_id, commanditaire_id, order_id, structure_id, gross_cents, net_cents) VALUES ($1, $2, $3, $4, 1, 1)`, line, dep, order.ID, med)
	row("settlement_files", id("settlement_id", settlement), `INSERT INTO settlement_files VALUES ($1, 1, 'm', 1, 1, sha256(''), '')`, settlement)
	row("payment_rules", id("decided_by", w.Operator.AccountID), `INSERT INTO payment_rules VALUES ($1, $2, $3, 'x', 'fin_de_mois', 1, 0, 6, 1, '09', 1, 0, true, false, true)`, postgres.NewID(), now, w.Operator.AccountID)
	row("structure_rhythms", id("structure_id", med), `INSERT INTO structure_rhythms VALUES ($1, 'mensuel', $2, $3)`, med, now, w.Mediateur.AccountID)
	row("seances", id("id", seance), `INSERT INTO seances (commanditaire_id, id, structure_id, place_id, at, given_at, mode, entries, insee) VALUES ($1, $2, $3, $4, $5, $5, 'individuel', '{3}', '23096')`, dep, seance, med, w.Place, now)
	row("redemptions", id("seance_id", seance), `INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day)
		SELECT commanditaire_id, $1, id, carnet_id, order_id, $2, $3, $4, 'x', 1, 1000, $5, '2026-11-16' FROM cheques WHERE order_id = $6 AND rank = 1`, postgres.NewID(), seance, med, w.Place, now, order.ID)
	row("redemption_requests", "key = 'essai'", `INSERT INTO redemption_requests VALUES ($1, 'essai', '\x00', $2, $3, NULL, $4, '[]', '[]')`, med, seance, now, w.Place)
	transaction := postgres.NewID()
	row("ledger_transactions", id("id", transaction), `INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, structure_id, at, day) VALUES ($1, $2, 'redemption', $2, $3, $4, $5, '2026-11-16')`, dep, transaction, order.ID, med, now)
	row("ledger_movements", id("transaction_id", transaction), `INSERT INTO ledger_movements (commanditaire_id, transaction_id, line, order_id, structure_id, debit, credit, amount_cents) VALUES ($1, $2, 1, $3, $4, 'circulation', 'payable', 1000)`, dep, transaction, order.ID, med)
	row("incidents", id("structure_id", med), `INSERT INTO incidents (commanditaire_id, id, order_id, structure_id, number, kind, amount_cents, reason, proposed_at, proposed_by, proposed_by_name)
		VALUES ($1, $2, $3, $4, 'I-1', 'geste', 100, 'x', $5, $6, 'x')`, dep, postgres.NewID(), order.ID, med, now, w.Operator.AccountID)
	row("structure_bank_accounts", id("structure_id", med), `INSERT INTO structure_bank_accounts (structure_id, id, account_holder, iban, state, declared_at, held_until)
		VALUES ($1, $2, 'x', 'FR', 'attente', $3, $3::timestamptz + interval '72 hours')`, med, postgres.NewID(), now)
	row("settlement_returns", id("settlement_line_id", line), `INSERT INTO settlement_returns (settlement_line_id, structure_id, key, kind, amount_cents, returned_on, recorded_at)
		VALUES ($1, $2, 'k', 'rejet', 1, '2026-11-05', $3)`, line, med, now)
	report := postgres.NewID()
	row("status_reports", id("id", report), `INSERT INTO status_reports (id, fingerprint, file_name, version, message_id, original_message_id, group_status, content, loaded_at, loaded_by, loaded_by_name)
		VALUES ($1, '\x01', 'x', '11', 'm', 'm', 'RJCT', '\x00', $2, $3, 'x')`, report, now, w.Finance.AccountID)
	row("status_report_lines", id("report_id", report), `INSERT INTO status_report_lines (report_id, position, status, outcome, sentence) VALUES ($1, 1, 'RJCT', 'attente', 'x')`, report)
	if err := editHistory(w, transaction); err == nil {
		w.T.Error("even the owner can edit the ledger")
	}
}

func seedOppositions(w *testworld.World, order testworld.Order, row func(table, mark, sql string, args ...any)) {
	now, dep, counters := w.Now(), w.Departement, []uuid.UUID{w.Mairie}
	opposition := postgres.NewID()
	row("oppositions", id("id", opposition), `INSERT INTO oppositions (commanditaire_id, id, order_id, number, counter_ids, origin, cause, state, carnets, two_people, declared_at, declared_by, declared_by_name)
		VALUES ($1, $2, $3, 'O-1', $4, 'guichet', 'perte', 'a_confirmer', 1, false, $5, $6, 'x')`, dep, opposition, order.ID, counters, now, w.Agent.AccountID)
	row("replacement_prints", id("opposition_id", opposition), `INSERT INTO replacement_prints (commanditaire_id, opposition_id, number, turn, account_id, account_name, at)
		VALUES ($1, $2, 1, 1, $3, 'x', $4)`, dep, opposition, w.Operator.AccountID, now)
	row("opposition_carnets", id("opposition_id", opposition), `INSERT INTO opposition_carnets (commanditaire_id, opposition_id, carnet_id, counter_ids, number, serial)
		SELECT commanditaire_id, $1, id, $2, number, serial FROM carnets WHERE order_id = $3`, opposition, counters, order.ID)
	row("opposition_liftings", id("opposition_id", opposition), `INSERT INTO opposition_liftings (commanditaire_id, id, opposition_id, order_id, counter_ids, carnet_ids, reason, state, two_people, asked_at, asked_by, asked_by_name)
		SELECT $1, $2, $3, $4, $5, array_agg(id), 'x', 'a_confirmer', false, $6, $7, 'x' FROM carnets WHERE order_id = $4`, dep, postgres.NewID(), opposition, order.ID, counters, now, w.Agent.AccountID)
	row("carnet_replacements", id("opposition_id", opposition), `INSERT INTO carnet_replacements (commanditaire_id, old_id, new_id, order_id, opposition_id, counter_ids, old_serial, new_serial, new_number, cheques, face_cents, at)
		SELECT commanditaire_id, id, id, order_id, $1, $2, serial, serial, 2, 1, 1000, $3 FROM carnets WHERE order_id = $4`, opposition, counters, now, order.ID)
	row("allocation_plans", id("order_id", order.ID), `INSERT INTO allocation_plans (commanditaire_id, id, order_id, title, total, rule, shares, created_at, created_by, created_by_name, updated_at)
		VALUES ($1, $2, $3, 'x', 1, '{}', '[]', $4, $5, 'x', $4)`, dep, postgres.NewID(), order.ID, now, w.Commanditaire.AccountID)
}

func seedLate(w *testworld.World, order testworld.Order, row func(table, mark, sql string, args ...any)) {
	now, dep, med, phone := w.Now(), w.Departement, w.Mediatheque, postgres.NewID()
	row("late_devices", id("id", phone), `INSERT INTO late_devices (structure_id, id, kind, first_seen_at, last_seen_at) VALUES ($1, $2, 'navigateur', $3, $3)`, med, phone, now)
	row("late_claim_days", id("device_id", phone), `INSERT INTO late_claim_days VALUES ($1, $2, $3, $4, '2026-11-16', 1)`, dep, order.ID, med, phone)
	row("disputes", id("device_id", phone), `INSERT INTO disputes (commanditaire_id, id, structure_id, request_id, order_id, carnet_id, cheque_id, serial, rank, amount_cents,
			reason, message, judged_on, scanned_at, received_at, device_id, place_id, insee, mode, entries)
		SELECT commanditaire_id, $1, $2, $1, order_id, carnet_id, id, 'x', 1, 1000, 'late_cap', 'x', '2026-11-16', $3, $3, $4, $5, '23096', 'individuel', '{3}'
		FROM cheques WHERE order_id = $6 AND rank = 2`, postgres.NewID(), med, now, phone, w.Place, order.ID)
}

func editHistory(w *testworld.World, transaction uuid.UUID) error {
	_, err := w.Owner.Exec(context.Background(), fmt.Sprintf("UPDATE ledger_movements SET amount_cents = 1 WHERE transaction_id = '%s'", transaction))
	return err
}

func seedCustody(w *testworld.World, order testworld.Order, row func(table, mark, sql string, args ...any)) {
	now, dep, mairie := w.Now(), w.Departement, w.Mairie
	transfer, dispute := postgres.NewID(), postgres.NewID()
	row("transfers", id("id", transfer), `INSERT INTO transfers (commanditaire_id, id, number, purpose, from_holder, from_label, to_holder, to_aiguilleur_id, to_point_id, to_label, carnets, sent_at, idempotency_key)
		VALUES ($1, $2, 'T1', 'livraison', 'commanditaire', 'x', 'point', $3, $4, 'x', 1, $5, 'k')`, dep, transfer, mairie, w.Point, now)
	row("transfer_ranges", id("transfer_id", transfer), `INSERT INTO transfer_ranges VALUES ($1, $2, NULL, $3, $4, '2026-001', 1, 1)`, dep, transfer, mairie, order.ID)
	row("custody_cases", id("id", dispute), `INSERT INTO custody_cases (commanditaire_id, id, number, transfer_id, from_holder, from_label, to_holder, to_aiguilleur_id, to_label, declared, counted, opened_at)
		VALUES ($1, $2, 'E1', $3, 'commanditaire', 'x', 'point', $4, 'x', 1, 0, $5)`, dep, dispute, transfer, mairie, now)
	row("custody_case_lines", id("case_id", dispute), `INSERT INTO custody_case_lines (commanditaire_id, case_id, carnet_id, to_aiguilleur_id, order_id, number, serial, kind)
		SELECT commanditaire_id, $1, id, $2, order_id, number, serial, 'manquant' FROM carnets WHERE order_id = $3`, dispute, mairie, order.ID)
	row("custody_notes", id("case_id", dispute), `INSERT INTO custody_notes VALUES ($1, $2, $3, NULL, $4, $5, NULL, 'x', 'operateur', 'x')`, dep, postgres.NewID(), dispute, mairie, now)
	row("stock_requests", id("point_id", w.Point), `INSERT INTO stock_requests (commanditaire_id, id, aiguilleur_id, point_id, point_label, carnets, proposed, in_stock, requested_at, idempotency_key)
		VALUES ($1, $2, $3, $4, 'x', 1, 1, 0, $5, 'k')`, dep, postgres.NewID(), mairie, w.Point, now)
	row("stock_thresholds", id("point_id", w.Point), `INSERT INTO stock_thresholds VALUES ($1, $2, $3, $4, 5)`, dep, order.ID, mairie, w.Point)
}

func seedBank(w *testworld.World, row func(table, mark, sql string, args ...any)) {
	statement, line, now := postgres.NewID(), postgres.NewID(), w.Now()
	row("bank_statements", id("id", statement), `INSERT INTO bank_statements (id, iban, kind, reference, credit_cents, debit_cents, lines, content_hash, imported_at)
		VALUES ($1, 'x', 'avis', 'essai', 0, 0, 0, sha256(''), $2)`, statement, now)
	row("bank_lines", id("id", line), `INSERT INTO bank_lines (id, iban, line_key, notice_id, rank, is_credit, amount_cents, booked_on)
		VALUES ($1, 'x', 'essai', $2, 1, true, 100, '2026-11-16')`, line, statement)
	row("bank_matches", id("line_id", line), `INSERT INTO bank_matches (id, line_id, kind, target, label, amount_cents, rule, matched_at, moved)
		VALUES ($1, $2, 'ecart', 'essai', 'x', 1, 'x', $3, false)`, postgres.NewID(), line, now)
	row("bank_targets", "target = 'essai'", `INSERT INTO bank_targets VALUES ('recu', 'essai', 1, 0)`)
}

func seedInvoices(w *testworld.World, order testworld.Order, row func(table, mark, sql string, args ...any)) {
	now, dep, invoice := w.Now(), w.Departement, postgres.NewID()
	hash := make([]byte, 32)
	row("billing_services", id("organisation_id", dep), `INSERT INTO billing_services VALUES ($1, 'ESSAI', 'x')`, dep)
	row("invoice_references", id("organisation_id", dep), `INSERT INTO invoice_references (organisation_id, order_id, set_at, set_by_name) VALUES ($1, $2, $3, 'x')`, dep, order.ID, now)
	row("invoices", id("id", invoice), `INSERT INTO invoices (buyer_id, id, commanditaire_id, order_id, kind, series, year, sequence, number, issued_on, issued_at, issued_by_name, due_on,
			face_cents, fees_cents, vat_cents, total_cents, cause_id, buyer_name, facts, xml, xml_sha256)
		VALUES ($1, $2, $1, $3, 'facture', 'F', 2026, 1, 'F2026-000001', '2026-11-16', $4, 'x', '2026-12-16', 100, 0, 0, 100, $2, 'x', '{}', '\x00', $5)`, dep, invoice, order.ID, now, hash)
	row("invoice_lines", id("invoice_id", invoice), `INSERT INTO invoice_lines (buyer_id, commanditaire_id, invoice_id, line, key, label, quantity, unit_cents, amount_cents, tax, vat_basis_points)
		VALUES ($1, $1, $2, 1, 'face', 'x', 1, 100, 100, 'O', 0)`, dep, invoice)
	row("invoice_papers", id("invoice_id", invoice), `INSERT INTO invoice_papers VALUES ($1, $1, $2, '\x00', $3, $4)`, dep, invoice, hash, now)
	row("invoice_events", id("invoice_id", invoice), `INSERT INTO invoice_events (buyer_id, commanditaire_id, id, invoice_id, kind, on_day, at, actor_name)
		VALUES ($1, $1, $2, $3, 'prise', '2026-11-16', $4, 'x')`, dep, postgres.NewID(), invoice, now)
}

func seedContinuity(w *testworld.World, row func(table, mark, sql string, args ...any)) {
	kit := postgres.NewID()
	row("continuity_kits", id("id", kit), `INSERT INTO continuity_kits (id, reason, liquidator_key, requested_at, requested_by) VALUES ($1, 'x', 'age1x', $2, $3)`, kit, w.Now(), w.Operator.AccountID)
	row("continuity_kit_chunks", id("kit_id", kit), `INSERT INTO continuity_kit_chunks VALUES ($1, 1, '\x00')`, kit)
}

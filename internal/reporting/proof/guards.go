package proof

// The roles that the application acts as: none may rewrite history.
const appRoles = `(VALUES ('passnum_app'), ('passnum_org'), ('passnum_platform'), ('passnum_public'), ('passnum_identity'), ('passnum_redeemer')) AS r (name)`

// The tables of which nothing is ever changed.
const history = `(VALUES ('ending_steps'), ('ending_reminders'), ('expiries'), ('ledger_transactions'), ('ledger_movements'), ('journal'), ('custody_moves'), ('order_steps'), ('order_funds'), ('documents'), ('carnet_replacements'), ('transfer_ranges'), ('custody_notes'), ('payment_rules'), ('settlement_files'), ('seals'), ('proofs'), ('bank_statements'),
	('invoices'), ('invoice_lines'), ('invoice_papers'), ('invoice_events')) AS h (name)`

// The tables that only row-level security keeps apart.
const apart = `(VALUES ('ending_steps'), ('expiries'), ('closings'), ('refunds'), ('orders'), ('order_funds'), ('carnets'), ('cheques'), ('cheque_codes'), ('handovers'), ('handover_cheques'), ('custody_moves'), ('seances'), ('redemptions'),
	('redemption_requests'), ('settlements'), ('settlement_lines'), ('settlement_shares'), ('settlement_files'), ('incidents'), ('structure_bank_accounts'), ('settlement_returns'), ('status_reports'), ('status_report_lines'), ('seals'), ('proofs'), ('ledger_transactions'), ('ledger_movements'), ('journal'), ('documents'),
	('disputes'), ('late_devices'), ('late_claim_days'), ('desk_prints'), ('print_packs'), ('print_pack_chunks'), ('print_downloads'),
	('transfers'), ('transfer_ranges'), ('custody_cases'), ('custody_case_lines'), ('stock_requests'),
	('oppositions'), ('opposition_carnets'), ('opposition_liftings'), ('carnet_replacements'), ('replacement_prints'),
	('bank_statements'), ('bank_lines'), ('bank_matches'), ('bank_targets'),
	('invoices'), ('invoice_lines'), ('invoice_papers'), ('invoice_events')) AS a (name)`

// The indexes and constraints on which the rules above rest.
const pillars = `(VALUES ('ending_steps_pkey'), ('expiries_cause_once'), ('closings_one_live'), ('closings_version_once'), ('refunds_number_once'), ('refunds_end_to_end'), ('refunds_repaid_once'),
	('redemptions_one_live'), ('handovers_one_live'), ('handover_cheques_pkey'), ('cheque_codes_pkey'), ('cheques_rank_once'), ('carnets_number_once'),
	('ledger_cause_once'), ('disputes_redemption_once'), ('disputes_one_open'), ('late_claim_days_pkey'), ('settlements_cutoff_once'), ('settlements_number_once'), ('settlement_lines_structure_once'), ('settlement_lines_repaid_once'), ('settlement_lines_e2e_once'), ('settlement_shares_pkey'), ('settlement_files_pkey'), ('settlement_lines_repaid_once'), ('incidents_cancelled_once'), ('incidents_number_once'), ('incidents_recovery_once'), ('structure_bank_accounts_one_active'), ('structure_bank_accounts_one_waiting'), ('settlement_returns_pkey'), ('settlement_returns_key_once'), ('status_reports_once'), ('seals_follow_on'), ('redemption_requests_key'),
	('opposition_carnets_one_live'), ('carnet_replacements_new_once'), ('replacement_prints_pkey'), ('replacement_prints_once_each'), ('print_downloads_first_once'),
	('transfers_key_once'), ('custody_case_lines_one_open'), ('stock_requests_one_open'), ('stock_requests_key_once'),
	('bank_statements_once'), ('bank_lines_once'), ('bank_targets_pkey'), ('programme_orders_one_live'),
	('invoices_sequence_once'), ('invoices_cause_once'), ('invoices_replaced_once')) AS p (name)`

const bounds = `(VALUES ('orders_closed_after_statement'), ('closings_two_sides'), ('closings_settled_when_signed'), ('refunds_four_eyes'), ('refunds_decided'), ('refunds_executed'), ('refunds_returned'),
	('orders_active_within_attested'), ('orders_active_is_funded'), ('settlements_four_eyes'), ('settlement_lines_add_up'), ('settlement_shares_add_up'), ('settlement_lines_add_up'), ('incidents_four_eyes'), ('incidents_decided'), ('incidents_sign'), ('structure_bank_accounts_four_eyes'), ('structure_bank_accounts_held'), ('structure_bank_accounts_hold_passed'), ('structure_bank_accounts_second_person'), ('structure_bank_accounts_vop_four_eyes'), ('redemptions_undone_never_paid'), ('disputes_accepted_is_redeemed'), ('disputes_settled'),
	('desk_prints_two_people'), ('desk_prints_again_agreed'), ('print_downloads_four_eyes'), ('print_downloads_granted'), ('carnets_one_holder'),
	('orders_opposed_not_negative'), ('oppositions_four_eyes'), ('oppositions_two_above_ten'), ('oppositions_confirmed'),
	('opposition_liftings_four_eyes'), ('opposition_liftings_two_above_ten'), ('opposition_liftings_confirmed'),
	('bank_statements_add_up'), ('bank_lines_matched_within'), ('bank_targets_within'), ('bank_matches_by'), ('bank_matches_money_stays'),
	('programmes_within_envelope'), ('programme_orders_share'), ('programme_orders_refused'), ('order_milestones_reported'),
	('invoices_number_says'), ('invoices_year'), ('invoices_add_up'), ('invoice_lines_product')) AS b (name)`

var guardChecks = []Check{
	{
		always:   true,
		Name:     "historique inaltérable",
		Question: "Personne ne peut-il modifier, effacer ou vider le grand livre, le journal et les pièces\u00a0?",
		counted:  `SELECT count(*) FROM ` + history,
		offenders: `
			SELECT 'table ' || h.name, 'droit de modification accordé à ' || r.name
			FROM ` + history + `, ` + appRoles + `
			WHERE has_table_privilege(r.name, h.name, 'UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(r.name, h.name, 'UPDATE')
			UNION ALL
			SELECT 'table ' || h.name, 'garde « ' || g.name || ' » absente ou désactivée'
			FROM ` + history + `, (VALUES ('append_only', 27), ('append_only_truncate', 34)) AS g (name, kind)
			WHERE NOT EXISTS (
				SELECT 1 FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
				WHERE t.tgrelid = h.name::regclass AND t.tgname = g.name AND t.tgtype = g.kind AND t.tgenabled IN ('O', 'A') AND f.proname = 'refuse_edit')`,
	},
	{
		always:   true,
		Name:     "cloisonnement",
		Question: "Chaque table d’argent est-elle cloisonnée, et aucun rôle de l’application ne passe-t-il outre\u00a0?",
		counted:  `SELECT count(*) FROM ` + apart,
		offenders: `
			SELECT 'table ' || a.name, 'cloisonnement désactivé ou non imposé'
			FROM ` + apart + ` JOIN pg_class c ON c.oid = a.name::regclass
			WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity)
			UNION ALL
			SELECT 'rôle ' || r.name, 'passe outre le cloisonnement'
			FROM ` + appRoles + ` JOIN pg_roles p ON p.rolname = r.name
			WHERE p.rolsuper OR p.rolbypassrls`,
	},
	{
		always:   true,
		Name:     "contraintes",
		Question: "Les contraintes qui rendent les doubles paiements impossibles sont-elles en place\u00a0?",
		counted:  `SELECT (SELECT count(*) FROM ` + pillars + `) + (SELECT count(*) FROM ` + bounds + `)`,
		offenders: `
			SELECT 'index ' || p.name, 'absent, non unique ou invalide'
			FROM ` + pillars + `
			LEFT JOIN pg_index i ON i.indexrelid = to_regclass(p.name)
			WHERE i.indexrelid IS NULL OR NOT i.indisunique OR NOT i.indisvalid
			UNION ALL
			SELECT 'contrainte ' || b.name, 'absente ou non validée'
			FROM ` + bounds + `
			WHERE NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = b.name AND c.contype = 'c' AND c.convalidated)`,
	},
}

package proof

var ledgerChecks = []Check{
	{
		Name:     "mouvements",
		Question: "Chaque opération du grand livre a-t-elle au moins un mouvement, pour la même commande et la même structure\u00a0?",
		counted:  `SELECT count(*) FROM ledger_transactions`,
		offenders: `
			SELECT 'opération ' || t.id, t.kind || ' sans mouvement'
			FROM ledger_transactions t
			LEFT JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
			WHERE m.transaction_id IS NULL
			UNION ALL
			SELECT 'opération ' || t.id, t.kind || ' : un mouvement vise une autre commande ou une autre structure'
			FROM ledger_movements m
			JOIN ledger_transactions t ON t.commanditaire_id = m.commanditaire_id AND t.id = m.transaction_id
			WHERE m.order_id <> t.order_id OR m.structure_id IS DISTINCT FROM t.structure_id`,
	},
	{
		Name:     "équilibre",
		Question: "La somme de toutes les écritures est-elle nulle\u00a0?",
		counted:  `SELECT count(*) FROM ledger_entries`,
		offenders: `
			SELECT 'grand livre', 'écart de ' || sum(amount_cents) || ' centimes'
			FROM ledger_entries HAVING sum(amount_cents) <> 0`,
	},
	{
		Name:     "encaissements au grand livre",
		Question: "Chaque séance est-elle inscrite au grand livre pour la valeur exacte de ses chèques, commande par commande\u00a0?",
		counted:  `SELECT count(*) FROM redemptions`,
		offenders: `
			SELECT 'séance ' || coalesce(r.cause, l.cause), coalesce(l.cents, 0) || ' centimes au grand livre, ' || coalesce(r.cents, 0) || ' en chèques'
			FROM (
				SELECT commanditaire_id, seance_id AS cause, order_id, structure_id, sum(amount_cents) AS cents
				FROM redemptions GROUP BY 1, 2, 3, 4) AS r
			FULL JOIN (
				SELECT t.commanditaire_id, t.cause_id AS cause, t.order_id, t.structure_id,
					sum(m.amount_cents) FILTER (WHERE m.debit = 'circulation' AND m.credit = 'payable') AS cents
				FROM ledger_transactions t
				LEFT JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
				WHERE t.kind = 'redemption' GROUP BY 1, 2, 3, 4) AS l
			ON l.commanditaire_id = r.commanditaire_id AND l.cause = r.cause AND l.order_id = r.order_id AND l.structure_id = r.structure_id
			WHERE r.cents IS DISTINCT FROM l.cents`,
	},
	{
		Name:     "annulations au grand livre",
		Question: "Chaque encaissement annulé, et lui seul, a-t-il son opération inverse du même montant\u00a0?",
		counted:  `SELECT count(*) FROM redemptions WHERE undone_at IS NOT NULL`,
		offenders: `
			SELECT 'encaissement ' || coalesce(r.id, l.cause_id), coalesce(l.cents, 0) || ' centimes rendus au grand livre, ' || coalesce(r.amount_cents, 0) || ' attendus'
			FROM (SELECT commanditaire_id, id, amount_cents FROM redemptions WHERE undone_at IS NOT NULL) AS r
			FULL JOIN (
				SELECT t.commanditaire_id, t.cause_id, sum(m.amount_cents) FILTER (WHERE m.debit = 'payable' AND m.credit = 'circulation') AS cents
				FROM ledger_transactions t
				LEFT JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
				WHERE t.kind = 'undo' GROUP BY 1, 2) AS l
			ON l.commanditaire_id = r.commanditaire_id AND l.cause_id = r.id
			WHERE r.amount_cents IS DISTINCT FROM l.cents`,
	},
}

package proof

var paymentChecks = []Check{
	{
		Name:     "dû, en cours, payé",
		Question: "Par structure et par commande, le grand livre doit-il, ordonne-t-il et paie-t-il exactement les chèques encaissés\u00a0?",
		counted:  `SELECT count(DISTINCT structure_id) FROM redemptions WHERE undone_at IS NULL`,
		offenders: `
			SELECT 'structure ' || coalesce(g.name, structure_id::text),
				format('à payer %s pour %s, en cours %s pour %s, payé %s pour %s (centimes)',
					coalesce(b.payable, 0), coalesce(r.payable, 0), coalesce(b.transit, 0), coalesce(r.transit, 0), coalesce(b.paid, 0), coalesce(r.paid, 0))
			FROM (
				SELECT commanditaire_id, order_id, structure_id,
					sum(CASE WHEN credit = 'payable' THEN amount_cents WHEN debit = 'payable' THEN -amount_cents ELSE 0 END) AS payable,
					sum(CASE WHEN credit = 'in_transit' THEN amount_cents WHEN debit = 'in_transit' THEN -amount_cents ELSE 0 END) AS transit,
					sum(CASE WHEN debit = 'in_transit' AND credit = 'bank' THEN amount_cents ELSE 0 END) AS paid
				FROM ledger_movements WHERE structure_id IS NOT NULL GROUP BY 1, 2, 3) AS b
			FULL JOIN (
				SELECT r.commanditaire_id, r.order_id, r.structure_id,
					sum(r.amount_cents) FILTER (WHERE l.state IS NULL OR l.state = 'preparee') AS payable,
					sum(r.amount_cents) FILTER (WHERE l.state = 'approuvee') AS transit,
					sum(r.amount_cents) FILTER (WHERE l.state = 'executee') AS paid
				FROM redemptions r LEFT JOIN settlement_lines l ON l.id = r.settlement_line_id
				WHERE r.undone_at IS NULL GROUP BY 1, 2, 3) AS r USING (commanditaire_id, order_id, structure_id)
			LEFT JOIN organisations g ON g.id = structure_id
			WHERE coalesce(b.payable, 0) <> coalesce(r.payable, 0) OR coalesce(b.transit, 0) <> coalesce(r.transit, 0)
				OR coalesce(b.paid, 0) <> coalesce(r.paid, 0)`,
	},
	{
		Name:     "lignes de paiement",
		Question: "Chaque ligne de contre-paiement vaut-elle ses chèques, tous de la structure qu’elle paie et acceptés avant l’arrêt\u00a0?",
		counted:  `SELECT count(*) FROM settlement_lines`,
		offenders: `
			SELECT 'ligne ' || l.settlement_number || ' ' || l.structure_name,
				format('%s centimes pour %s, %s chèques pour %s, %s étrangers à la ligne',
					l.amount_cents, coalesce(r.cents, 0), l.cheques, coalesce(r.cheques, 0), coalesce(r.foreign_ones, 0))
			FROM settlement_lines l
			LEFT JOIN (
				SELECT r.settlement_line_id, sum(r.amount_cents) AS cents, count(*) AS cheques,
					count(*) FILTER (WHERE r.structure_id <> l.structure_id OR r.day > b.cutoff OR r.undone_at IS NOT NULL) AS foreign_ones
				FROM redemptions r
				JOIN settlement_lines l ON l.id = r.settlement_line_id
				JOIN settlements b ON b.id = l.settlement_id
				GROUP BY 1) AS r ON r.settlement_line_id = l.id
			WHERE l.amount_cents IS DISTINCT FROM r.cents OR l.cheques IS DISTINCT FROM r.cheques OR r.foreign_ones > 0`,
	},
	{
		Name:     "contre-paiements",
		Question: "Chaque contre-paiement vaut-il la somme de ses lignes, dans le même état, préparé et approuvé par deux personnes\u00a0?",
		counted:  `SELECT count(*) FROM settlements`,
		offenders: `
			SELECT 'contre-paiement ' || b.number, format('%s centimes pour %s, %s lignes pour %s, état %s',
				b.total_cents, coalesce(l.cents, 0), b.lines, coalesce(l.n, 0), b.state)
			FROM settlements b
			LEFT JOIN (
				SELECT settlement_id, sum(amount_cents) AS cents, count(*) AS n, min(state) AS first_state, max(state) AS last_state
				FROM settlement_lines GROUP BY 1) AS l ON l.settlement_id = b.id
			WHERE b.total_cents IS DISTINCT FROM l.cents OR b.lines IS DISTINCT FROM l.n
				OR l.first_state <> b.state OR l.last_state <> b.state OR b.approved_by = b.prepared_by`,
	},
}

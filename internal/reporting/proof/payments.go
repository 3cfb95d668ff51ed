package proof

var paymentChecks = []Check{
	{
		Name:     "dû, en cours, payé",
		Question: "Par structure et par commande, le grand livre doit-il, ordonne-t-il et paie-t-il exactement ce que disent les chèques, les incidents et les virements\u00a0?",
		counted:  `SELECT count(DISTINCT structure_id) FROM redemptions WHERE undone_at IS NULL`,
		// Payable: the chèques and incidents of no approved line, plus what the bank
		// refused or sent back, less what is on its way again.
		offenders: `
			SELECT 'structure ' || coalesce(g.name, structure_id::text),
				format('à payer %s pour %s, en cours %s pour %s, payé %s pour %s, frais %s pour %s, TVA %s pour %s (centimes)',
					coalesce(b.payable, 0), coalesce(e.payable, 0), coalesce(b.transit, 0), coalesce(e.transit, 0), coalesce(b.paid, 0), coalesce(e.paid, 0),
					coalesce(b.fees, 0), coalesce(e.fees, 0), coalesce(b.vat, 0), coalesce(e.vat, 0))
			FROM (
				SELECT m.commanditaire_id, m.order_id, m.structure_id,
					sum(CASE WHEN m.credit = 'payable' THEN m.amount_cents WHEN m.debit = 'payable' THEN -m.amount_cents ELSE 0 END) AS payable,
					sum(CASE WHEN m.credit = 'in_transit' THEN m.amount_cents WHEN m.debit = 'in_transit' THEN -m.amount_cents ELSE 0 END) AS transit,
					sum(CASE WHEN m.credit = 'bank' THEN m.amount_cents WHEN m.debit = 'bank' THEN -m.amount_cents ELSE 0 END)
						FILTER (WHERE t.kind IN ('payout_executed', 'payout_returned')) AS paid,
					sum(m.amount_cents) FILTER (WHERE t.kind = 'payout' AND m.credit = 'fees') AS fees,
					sum(m.amount_cents) FILTER (WHERE t.kind = 'payout' AND m.credit = 'vat') AS vat
				FROM ledger_movements m
				JOIN ledger_transactions t ON t.commanditaire_id = m.commanditaire_id AND t.id = m.transaction_id
				WHERE m.structure_id IS NOT NULL GROUP BY 1, 2, 3) AS b
			FULL JOIN (
				SELECT commanditaire_id, order_id, structure_id, sum(payable) AS payable, sum(transit) AS transit, sum(paid) AS paid, sum(fees) AS fees, sum(vat) AS vat
				FROM (
					SELECT r.commanditaire_id, r.order_id, r.structure_id, sum(r.amount_cents) AS payable, 0 AS transit, 0 AS paid, 0 AS fees, 0 AS vat
					FROM redemptions r LEFT JOIN settlement_lines l ON l.id = r.settlement_line_id
					WHERE r.undone_at IS NULL AND coalesce(l.state, 'preparee') = 'preparee' GROUP BY 1, 2, 3
					UNION ALL
					SELECT i.commanditaire_id, i.order_id, i.structure_id, sum(i.amount_cents), 0, 0, 0, 0
					FROM incidents i LEFT JOIN settlement_lines l ON l.id = i.settlement_line_id
					WHERE i.state = 'valide' AND coalesce(l.state, 'preparee') = 'preparee' GROUP BY 1, 2, 3
					UNION ALL
					SELECT s.commanditaire_id, s.order_id, s.structure_id,
						sum(CASE WHEN l.state IN ('rejetee', 'retournee') THEN s.net_cents ELSE 0 END - CASE WHEN l.repays_line_id IS NULL THEN 0 ELSE s.net_cents END),
						coalesce(sum(s.net_cents) FILTER (WHERE l.state = 'approuvee'), 0), coalesce(sum(s.net_cents) FILTER (WHERE l.state = 'executee'), 0),
						sum(s.fee_cents), sum(s.vat_cents)
					FROM settlement_shares s JOIN settlement_lines l ON l.id = s.line_id WHERE l.state <> 'preparee' GROUP BY 1, 2, 3) AS facts
				GROUP BY 1, 2, 3) AS e USING (commanditaire_id, order_id, structure_id)
			LEFT JOIN organisations g ON g.id = structure_id
			WHERE coalesce(b.payable, 0) <> coalesce(e.payable, 0) OR coalesce(b.transit, 0) <> coalesce(e.transit, 0)
				OR coalesce(b.paid, 0) <> coalesce(e.paid, 0) OR coalesce(b.fees, 0) <> coalesce(e.fees, 0) OR coalesce(b.vat, 0) <> coalesce(e.vat, 0)`,
	},
	{
		Name:     "lignes de paiement",
		Question: "Chaque ligne vaut-elle ses chèques et ses incidents, moins les frais de chaque commande, tous de la structure qu’elle paie et acceptés avant l’arrêt\u00a0?",
		counted:  `SELECT count(*) FROM settlement_lines`,
		offenders: `
			WITH r AS (
				SELECT r.settlement_line_id AS line_id, r.order_id, sum(r.amount_cents) AS cents, count(*) AS cheques,
					count(*) FILTER (WHERE r.structure_id <> l.structure_id OR r.day > b.cutoff OR r.undone_at IS NOT NULL) AS foreign_ones
				FROM redemptions r
				JOIN settlement_lines l ON l.id = r.settlement_line_id
				JOIN settlements b ON b.id = l.settlement_id
				GROUP BY 1, 2),
			i AS (
				SELECT i.settlement_line_id AS line_id, i.order_id, sum(i.amount_cents) AS cents,
					count(*) FILTER (WHERE i.structure_id <> l.structure_id OR i.state <> 'valide') AS foreign_ones
				FROM incidents i JOIN settlement_lines l ON l.id = i.settlement_line_id GROUP BY 1, 2),
			own AS (
				SELECT line_id, order_id, coalesce(s.gross_cents, 0) AS gross, coalesce(s.adjust_cents, 0) AS adjust, coalesce(s.rate_basis_points, 0) AS rate, coalesce(s.fee_cents, 0) AS fee, coalesce(s.vat_cents, 0) AS vat,
					coalesce(s.net_cents, 0) AS net, coalesce(r.cents, 0) AS cents, coalesce(i.cents, 0) AS corrected, coalesce(r.cheques, 0) AS cheques,
					coalesce(r.foreign_ones, 0) + coalesce(i.foreign_ones, 0) AS foreign_ones
				FROM settlement_shares s FULL JOIN r USING (line_id, order_id) FULL JOIN i USING (line_id, order_id))
			SELECT 'ligne ' || l.settlement_number || ' ' || l.structure_name,
				format('%s centimes pour %s, %s chèques pour %s, %s étrangers à la ligne, %s commandes mal réparties',
					l.amount_cents, coalesce(t.net, 0), l.cheques, coalesce(t.cheques, 0), coalesce(t.foreign_ones, 0), coalesce(t.wrong, 0))
			FROM settlement_lines l
			LEFT JOIN (
				SELECT o.line_id, sum(o.gross) AS gross, sum(o.adjust) AS adjust, sum(o.fee) AS fee, sum(o.vat) AS vat, sum(o.net) AS net,
					sum(o.cheques) AS cheques, sum(o.foreign_ones) AS foreign_ones,
					count(*) FILTER (WHERE o.gross <> o.cents OR o.adjust <> o.corrected
						OR o.fee <> (o.gross * o.rate + 5000) / 10000) AS wrong
				FROM own o GROUP BY 1) AS t ON t.line_id = l.id
			WHERE l.repays_line_id IS NULL AND (l.gross_cents IS DISTINCT FROM t.gross OR l.adjust_cents IS DISTINCT FROM t.adjust
				OR l.fee_cents IS DISTINCT FROM t.fee OR l.fee_vat_cents IS DISTINCT FROM t.vat OR l.amount_cents IS DISTINCT FROM t.net
				OR l.fee_vat_cents <> (l.fee_cents * 2000 + 5000) / 10000
				OR l.cheques IS DISTINCT FROM t.cheques OR t.foreign_ones > 0 OR t.wrong > 0)`,
	},
	{
		Name:     "virements payés à nouveau",
		Question: "Ce qui est revenu de la banque est-il payé à nouveau une seule fois, à la même structure, du même montant, sans chèque ni frais de plus\u00a0?",
		counted:  `SELECT count(*) FROM settlement_lines`,
		offenders: `
			SELECT 'ligne ' || l.settlement_number || ' ' || l.structure_name,
				format('%s centimes pour %s revenus, %s lignes pour les payer', l.amount_cents, b.amount_cents, b.times)
			FROM settlement_lines l
			LEFT JOIN (
				SELECT p.id, p.amount_cents, p.structure_id, p.state, coalesce(p.root_line_id, p.id) AS root, count(n.id) AS times
				FROM settlement_lines p JOIN settlement_lines n ON n.repays_line_id = p.id GROUP BY p.id) AS b ON b.id = l.repays_line_id
			WHERE l.repays_line_id IS NOT NULL AND (b.id IS NULL OR b.times <> 1 OR b.amount_cents <> l.amount_cents OR b.structure_id <> l.structure_id
				OR b.state NOT IN ('rejetee', 'retournee') OR b.root IS DISTINCT FROM l.root_line_id
				OR l.cheques <> 0 OR l.fee_cents <> 0 OR l.fee_vat_cents <> 0 OR l.adjust_cents <> 0
				OR EXISTS (SELECT 1 FROM redemptions r WHERE r.settlement_line_id = l.id)
				OR EXISTS (SELECT 1 FROM incidents i WHERE i.settlement_line_id = l.id)
				OR EXISTS (
					SELECT 1 FROM (SELECT order_id, net_cents FROM settlement_shares WHERE line_id = l.id) AS s
					FULL JOIN (SELECT order_id, net_cents FROM settlement_shares WHERE line_id = l.root_line_id) AS f USING (order_id)
					WHERE s.net_cents IS DISTINCT FROM f.net_cents))`,
	},
	{
		Name:     "contre-paiements",
		Question: "Chaque contre-paiement vaut-il la somme de ses lignes et de ses fichiers, terminé quand toutes le sont, préparé et approuvé par deux personnes\u00a0?",
		counted:  `SELECT count(*) FROM settlements`,
		offenders: `
			SELECT 'contre-paiement ' || b.number, format('%s centimes pour %s, %s lignes pour %s, %s en préparation et %s à exécuter, état %s',
				b.total_cents, coalesce(l.cents, 0), b.lines, coalesce(l.n, 0), coalesce(l.prepared, 0), coalesce(l.approved, 0), b.state)
			FROM settlements b
			LEFT JOIN (
				SELECT settlement_id, sum(amount_cents) AS cents, count(*) AS n, count(*) FILTER (WHERE state = 'preparee') AS prepared,
					count(*) FILTER (WHERE state = 'approuvee') AS approved
				FROM settlement_lines GROUP BY 1) AS l ON l.settlement_id = b.id
			LEFT JOIN (
				SELECT settlement_id, sum(total_cents) AS cents, sum(transfers) AS n, count(*) AS parts, bool_and(sha256 = sha256(content)) AS whole
				FROM settlement_files GROUP BY 1) AS f ON f.settlement_id = b.id
			WHERE b.total_cents IS DISTINCT FROM l.cents OR b.lines IS DISTINCT FROM l.n OR b.approved_by = b.prepared_by
				OR CASE b.state WHEN 'preparee' THEN l.prepared <> l.n WHEN 'approuvee' THEN l.prepared > 0 OR l.approved = 0 ELSE l.prepared > 0 OR l.approved > 0 END
				OR f.settlement_id IS NOT NULL AND (b.state = 'preparee' OR f.cents <> b.total_cents OR f.n <> b.lines OR f.parts <> b.parts OR NOT f.whole)`,
	},
}

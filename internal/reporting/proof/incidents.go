package proof

var incidentChecks = []Check{
	{
		Name:     "incidents au grand livre",
		Question: "Chaque incident décidé a-t-il bougé l’argent une fois, de son montant et dans le bon sens, et les autres pas du tout\u00a0?",
		counted:  `SELECT count(*) FROM incidents`,
		offenders: `
			SELECT 'incident ' || coalesce(i.number, t.cause_id::text), format('état %s, %s centimes pour %s au grand livre', coalesce(i.state, 'inconnu'), coalesce(i.amount_cents, 0), coalesce(t.payable, 0))
			FROM incidents i
			FULL JOIN (
				SELECT t.cause_id, t.order_id, t.structure_id, min(t.kind) AS kind, count(DISTINCT t.id) AS times,
					sum(CASE WHEN m.credit = 'payable' THEN m.amount_cents WHEN m.debit = 'payable' THEN -m.amount_cents ELSE 0 END) AS payable,
					bool_and(CASE WHEN m.credit = 'payable' THEN m.debit ELSE m.credit END IN ('credit', 'fees', 'bank')) AS known
				FROM ledger_transactions t JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
				WHERE t.kind IN ('incident', 'incident_cancelled') GROUP BY 1, 2, 3) AS t
				ON t.cause_id = i.id AND t.order_id = i.order_id AND t.structure_id = i.structure_id
			WHERE CASE WHEN i.id IS NULL OR i.state <> 'valide' THEN t.cause_id IS NOT NULL
				ELSE t.cause_id IS NULL OR t.times <> 1 OR t.payable <> i.amount_cents OR NOT t.known OR (t.kind = 'incident_cancelled') <> (i.kind = 'annulation') END`,
	},
	{
		Name:     "incidents bornés",
		Question: "Reprend-on sur un chèque au plus ce qu’il a payé, et chaque annulation est-elle l’exact contraire d’un incident décidé\u00a0?",
		counted:  `SELECT count(*) FROM incidents`,
		offenders: `
			SELECT 'chèque ' || r.serial || ' n° ' || r.rank, format('%s centimes repris pour %s payés', t.taken, r.amount_cents)
			FROM redemptions r JOIN (
				SELECT i.commanditaire_id, i.redemption_id, -sum(i.amount_cents) AS taken FROM incidents i
				WHERE i.kind IN ('trop_percu', 'fraude') AND i.state <> 'refuse' AND NOT EXISTS (
					SELECT FROM incidents a WHERE a.commanditaire_id = i.commanditaire_id AND a.cancels_id = i.id AND a.state = 'valide')
				GROUP BY 1, 2) AS t ON t.commanditaire_id = r.commanditaire_id AND t.redemption_id = r.id
			WHERE t.taken > r.amount_cents OR r.undone_at IS NOT NULL
			UNION ALL
			SELECT 'incident ' || a.number, 'n’est pas le contraire de ' || i.number
			FROM incidents a JOIN incidents i ON i.commanditaire_id = a.commanditaire_id AND i.id = a.cancels_id
			WHERE a.amount_cents <> -i.amount_cents OR a.order_id <> i.order_id OR a.structure_id <> i.structure_id OR i.state <> 'valide'`,
	},
	{
		Name:     "incidents à deux",
		Question: "Chaque incident est-il proposé par une personne et décidé par une autre, et les deux actes sont-ils au journal\u00a0?",
		counted:  `SELECT count(*) FROM incidents WHERE kind <> 'recouvrement'`,
		offenders: `
			SELECT 'incident ' || i.number, CASE WHEN i.decided_by = i.proposed_by THEN 'proposé et décidé par la même personne'
				WHEN p.id IS NULL THEN 'proposition absente du journal' ELSE 'décision absente du journal' END
			FROM incidents i
			LEFT JOIN journal p ON p.subject_id = i.id AND p.act IN ('incident proposé', 'annulation d’incident proposée') AND p.account_id = i.proposed_by
			LEFT JOIN journal d ON d.subject_id = i.id AND d.act IN ('incident décidé', 'incident refusé') AND d.account_id = i.decided_by
			WHERE i.kind <> 'recouvrement' AND (i.decided_by = i.proposed_by OR p.id IS NULL OR i.decided_by IS NOT NULL AND d.id IS NULL)`,
	},
	{
		Name:     "virements revenus",
		Question: "Chaque virement rejeté ou retourné est-il enregistré une fois, pour son montant, et son argent est-il revenu à ce qui est dû\u00a0?",
		counted:  `SELECT count(*) FROM settlement_returns`,
		offenders: `
			SELECT 'ligne ' || coalesce(l.settlement_number || ' ' || l.structure_name, r.settlement_line_id::text),
				format('état %s, %s centimes pour %s revenus et %s au grand livre', coalesce(l.state, 'absente'), coalesce(l.amount_cents, 0), coalesce(r.amount_cents, 0), coalesce(t.cents, 0))
			FROM (SELECT * FROM settlement_lines WHERE state IN ('rejetee', 'retournee')) AS l
			FULL JOIN settlement_returns r ON r.settlement_line_id = l.id
			LEFT JOIN (
				SELECT t.cause_id, min(t.kind) AS kind, max(t.kind) AS last_kind, sum(CASE WHEN m.credit = 'payable' THEN m.amount_cents ELSE -m.amount_cents END) AS cents
				FROM ledger_transactions t JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
				WHERE t.kind IN ('payout_rejected', 'payout_returned') GROUP BY 1) AS t ON t.cause_id = l.id
			WHERE l.id IS NULL OR r.settlement_line_id IS NULL OR r.amount_cents <> l.amount_cents OR r.structure_id <> l.structure_id OR t.cents IS DISTINCT FROM l.amount_cents
				OR t.kind <> t.last_kind OR t.kind <> CASE l.state WHEN 'rejetee' THEN 'payout_rejected' ELSE 'payout_returned' END
				OR (r.kind = 'rejet') <> (l.state = 'rejetee')`,
	},
	triggersCheck("gardes des incidents", "La garde qui borne les incidents est-elle en place\u00a0?", `('incidents', 'guard_incident')`),
}

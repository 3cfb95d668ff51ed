package proof

import "passnum/internal/ledger"

// whenEnded is what makes the ends of orders worth comparing again.
var whenEnded = []ledger.Kind{ledger.Expiry, ledger.Avoir, ledger.Refund, ledger.RefundReturned, ledger.CarriedOut}

// ended is what the ledger holds of the accounts that an end moves.
const ended = `
	SELECT commanditaire_id, order_id,
		sum(CASE WHEN credit = 'expired' THEN amount_cents WHEN debit = 'expired' THEN -amount_cents ELSE 0 END) AS expired,
		sum(CASE WHEN debit = 'circulation' AND credit = 'expired' THEN amount_cents WHEN debit = 'expired' AND credit = 'circulation' THEN -amount_cents ELSE 0 END) AS lapsed,
		sum(CASE WHEN credit = 'circulation' THEN amount_cents WHEN debit = 'circulation' THEN -amount_cents ELSE 0 END) AS circulation,
		sum(CASE WHEN credit = 'funds' THEN amount_cents WHEN debit = 'funds' THEN -amount_cents ELSE 0 END) AS funds,
		sum(CASE WHEN credit = 'credit' THEN amount_cents WHEN debit = 'credit' THEN -amount_cents ELSE 0 END) AS credit
	FROM ledger_movements GROUP BY commanditaire_id, order_id`

var endingChecks = []Check{
	{
		Name:     "péremptions",
		Question: "Pour chaque commande, le compte « périmé » vaut-il exactement ses chèques périmés, et les péremptions écrites jour par jour\u00a0?",
		counted:  `SELECT count(*) FROM cheques WHERE state = 'perime'`,
		offenders: named + `format('%s centimes au grand livre, %s en chèques périmés, %s sortis de la circulation pour %s écrits',
				coalesce(b.expired, 0), coalesce(c.cents, 0), coalesce(b.lapsed, 0), coalesce(e.cents, 0))
			FROM orders o
			LEFT JOIN (` + ended + `) AS b ON b.commanditaire_id = o.commanditaire_id AND b.order_id = o.id
			LEFT JOIN (SELECT commanditaire_id, order_id, sum(face_value_cents) AS cents FROM cheques WHERE state = 'perime' GROUP BY 1, 2) AS c
				ON c.commanditaire_id = o.commanditaire_id AND c.order_id = o.id
			LEFT JOIN (SELECT commanditaire_id, order_id, sum(amount_cents) AS cents FROM expiries GROUP BY 1, 2) AS e
				ON e.commanditaire_id = o.commanditaire_id AND e.order_id = o.id
			WHERE coalesce(b.expired, 0) <> coalesce(c.cents, 0) OR coalesce(b.lapsed, 0) <> coalesce(e.cents, 0)`,
	},
	{
		Name:     "commandes closes",
		Question: "Chaque commande close a-t-elle ses deux signatures, plus rien en circulation, en fonds ni en périmé, et un avoir de ce qui restait\u00a0?",
		counted:  `SELECT count(*) FROM orders WHERE state = 'close'`,
		offenders: named + `format('%s en circulation, %s en fonds, %s en périmé, avoir de %s pour %s constatés',
				coalesce(b.circulation, 0), coalesce(b.funds, 0), coalesce(b.expired, 0), coalesce(a.cents, 0), coalesce(c.expired_cents + c.funds_cents, 0))
			FROM orders o
			LEFT JOIN (` + ended + `) AS b ON b.commanditaire_id = o.commanditaire_id AND b.order_id = o.id
			LEFT JOIN closings c ON c.commanditaire_id = o.commanditaire_id AND c.order_id = o.id AND c.settled_at IS NOT NULL
			LEFT JOIN (
				SELECT t.commanditaire_id, t.order_id, sum(m.amount_cents) AS cents FROM ledger_transactions t
				JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
				WHERE t.kind = 'avoir' AND m.credit = 'credit' GROUP BY 1, 2
			) AS a ON a.commanditaire_id = o.commanditaire_id AND a.order_id = o.id
			WHERE o.state = 'close' AND (c.id IS NULL OR coalesce(b.circulation, 0) <> 0 OR coalesce(b.funds, 0) <> 0 OR coalesce(b.expired, 0) <> 0
					OR coalesce(a.cents, 0) <> c.expired_cents + c.funds_cents)
				OR o.state <> 'close' AND (c.id IS NOT NULL OR a.cents IS NOT NULL)
			UNION ALL
			SELECT 'commande ' || o.number, 'chèque ' || c.state || ' dans une commande close' FROM orders o
			JOIN cheques c ON c.commanditaire_id = o.commanditaire_id AND c.order_id = o.id AND c.state IN ('inactif', 'actif', 'perime', 'bloque')
			WHERE o.state = 'close'`,
	},
	{
		Name:     "états contradictoires",
		Question: "Chaque état est-il le document dont l’empreinte a été signée, et chaque commande figée en a-t-elle un\u00a0?",
		counted:  `SELECT count(*) FROM closings`,
		offenders: `
			SELECT 'état ' || c.number, 'le document n’a pas l’empreinte signée' FROM closings c
			LEFT JOIN documents d ON d.id = c.document_id
			WHERE d.id IS NULL OR d.sha256 <> c.document_hash OR sha256(d.content) <> c.document_hash
			UNION ALL
			` + named + `'figée sans état, ou état sans commande figée' FROM orders o
			LEFT JOIN closings c ON c.commanditaire_id = o.commanditaire_id AND c.order_id = o.id AND c.withdrawn_at IS NULL
			WHERE (o.closing_at IS NOT NULL) <> (c.id IS NOT NULL)`,
	},
	{
		Name:     "restitutions",
		Question: "Chaque restitution faite est-elle au grand livre, une fois, pour son montant, chaque retour aussi, et rien d’autre n’est-il sorti des avoirs\u00a0?",
		counted:  `SELECT count(*) FROM refunds`,
		offenders: `
			SELECT 'restitution ' || coalesce(r.number, t.cause_id::text), format('%s demandés, %s au grand livre, %s', coalesce(r.amount_cents, 0), coalesce(t.cents, 0), coalesce(r.state, 'inconnue'))
			FROM refunds r
			FULL JOIN (
				SELECT t.commanditaire_id, t.cause_id, t.kind, sum(m.amount_cents) AS cents FROM ledger_transactions t
				JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id AND m.debit = 'credit' AND m.credit = 'bank'
				WHERE t.kind IN ('refund', 'carried_out') GROUP BY 1, 2, 3
			) AS t ON t.commanditaire_id = r.commanditaire_id AND t.cause_id = r.id AND (t.kind = 'refund') = (r.kind = 'remboursement')
			WHERE r.id IS NULL OR (r.state IN ('execute', 'revenu')) <> (t.cents IS NOT NULL) OR t.cents <> r.amount_cents
			UNION ALL
			SELECT 'restitution ' || coalesce(r.number, t.cause_id::text), format('%s revenus au grand livre, état %s', coalesce(t.cents, 0), coalesce(r.state, 'inconnu'))
			FROM (SELECT * FROM refunds WHERE state = 'revenu') AS r
			FULL JOIN (
				SELECT t.commanditaire_id, t.cause_id, sum(m.amount_cents) FILTER (WHERE m.debit = 'bank' AND m.credit = 'credit') AS cents FROM ledger_transactions t
				JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
				WHERE t.kind = 'refund_returned' GROUP BY 1, 2
			) AS t ON t.commanditaire_id = r.commanditaire_id AND t.cause_id = r.id
			WHERE t.cents IS DISTINCT FROM r.amount_cents
			UNION ALL
			SELECT 'restitution ' || n.number, 'représente ' || f.number || ', qui n’est pas revenue ou vaut une autre somme' FROM refunds n
			JOIN refunds f ON f.commanditaire_id = n.commanditaire_id AND f.id = n.repays_id
			WHERE f.state NOT IN ('rejete', 'revenu') OR f.amount_cents <> n.amount_cents OR f.order_id <> n.order_id
			UNION ALL
			` + named + `b.credit || ' centimes d’avoir' FROM orders o
			JOIN (` + ended + `) AS b ON b.commanditaire_id = o.commanditaire_id AND b.order_id = o.id WHERE b.credit < 0`,
	},
}

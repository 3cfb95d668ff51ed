package proof

// booked is what the ledger holds for each order, debts positive. Paid is net
// of what came back, either way round: an order's part of a transfer may be
// negative. Withheld is the downstream fee, less the operator's gestures.
const booked = `
	SELECT commanditaire_id, order_id,
		sum(CASE WHEN debit = 'bank' THEN amount_cents WHEN credit = 'bank' THEN -amount_cents ELSE 0 END) AS bank,
		sum(CASE WHEN credit = 'circulation' THEN amount_cents WHEN debit = 'circulation' THEN -amount_cents ELSE 0 END) AS circulation,
		sum(CASE WHEN credit IN ('funds', 'circulation', 'payable', 'in_transit', 'credit', 'expired') THEN amount_cents ELSE 0 END)
			- sum(CASE WHEN debit IN ('funds', 'circulation', 'payable', 'in_transit', 'credit', 'expired') THEN amount_cents ELSE 0 END) AS owed,
		sum(CASE WHEN debit IN ('payable', 'in_transit') AND credit = 'bank' THEN amount_cents
			WHEN debit = 'bank' AND credit IN ('payable', 'in_transit') THEN -amount_cents ELSE 0 END) AS paid,
		sum(CASE WHEN debit = 'payable' AND credit IN ('fees', 'vat') THEN amount_cents WHEN debit IN ('fees', 'vat') AND credit = 'payable' THEN -amount_cents ELSE 0 END) AS withheld,
		sum(CASE WHEN debit = 'credit' AND credit = 'bank' THEN amount_cents WHEN debit = 'bank' AND credit = 'credit' THEN -amount_cents ELSE 0 END) AS given_back,
		sum(CASE WHEN debit = 'bank' AND credit = 'funds' THEN amount_cents ELSE 0 END) AS received,
		sum(CASE WHEN debit = 'bank' AND credit IN ('fees', 'vat') THEN amount_cents ELSE 0 END) AS other,
		sum(CASE WHEN debit = 'funds' AND credit = 'circulation' THEN amount_cents
			WHEN debit = 'circulation' AND credit IN ('funds', 'credit') THEN -amount_cents ELSE 0 END) AS activated
	FROM ledger_movements GROUP BY commanditaire_id, order_id`

// named begins an offender's line with the order it is about.
const named = `SELECT 'commande ' || coalesce(nullif(o.number, ''), o.id::text), `

var orderChecks = []Check{
	{
		Name:     "valeur en circulation",
		Question: "Pour chaque commande, le compte « en circulation » vaut-il exactement ses chèques encore vivants\u00a0?",
		counted:  `SELECT count(*) FROM orders`,
		offenders: named + `coalesce(b.circulation, 0) || ' centimes au grand livre, ' || coalesce(c.live, 0) || ' en chèques vivants'
			FROM orders o
			LEFT JOIN (` + booked + `) AS b ON b.commanditaire_id = o.commanditaire_id AND b.order_id = o.id
			LEFT JOIN (
				SELECT commanditaire_id, order_id, sum(face_value_cents) AS live FROM cheques
				WHERE state IN ('inactif', 'actif') GROUP BY 1, 2
			) AS c ON c.commanditaire_id = o.commanditaire_id AND c.order_id = o.id AND o.state = 'active'
			WHERE coalesce(b.circulation, 0) <> coalesce(c.live, 0)`,
	},
	{
		Name:     "valeur faciale conservée",
		Question: "Pour chaque commande, ce qui est dû, payé, retenu et rendu vaut-il la valeur attestée\u00a0?",
		counted:  `SELECT count(*) FROM orders WHERE attested_cents > 0`,
		offenders: named + `o.attested_cents || ' centimes attestés, ' || coalesce(f.face, 0) || ' en mandats, ' || coalesce(b.received, 0) || ' reçus et '
				|| coalesce(b.owed + b.paid + b.withheld + b.given_back, 0) || ' répartis au grand livre'
			FROM orders o
			LEFT JOIN (` + booked + `) AS b ON b.commanditaire_id = o.commanditaire_id AND b.order_id = o.id
			LEFT JOIN (SELECT commanditaire_id, order_id, sum(face_cents) AS face FROM order_funds GROUP BY 1, 2) AS f
				ON f.commanditaire_id = o.commanditaire_id AND f.order_id = o.id
			WHERE o.attested_cents <> coalesce(b.owed + b.paid + b.withheld + b.given_back, 0)
				OR o.attested_cents <> coalesce(b.received, 0) OR o.attested_cents <> coalesce(f.face, 0)`,
	},
	{
		Name:     "frais et TVA reçus",
		Question: "Pour chaque commande, les frais et la TVA du grand livre sont-ils ceux des mandats\u00a0?",
		counted:  `SELECT count(*) FROM order_funds`,
		offenders: named + `coalesce(b.other, 0) || ' centimes au grand livre, ' || coalesce(f.other, 0) || ' en mandats'
			FROM orders o
			LEFT JOIN (` + booked + `) AS b ON b.commanditaire_id = o.commanditaire_id AND b.order_id = o.id
			LEFT JOIN (SELECT commanditaire_id, order_id, sum(fees_cents + vat_cents) AS other FROM order_funds GROUP BY 1, 2) AS f
				ON f.commanditaire_id = o.commanditaire_id AND f.order_id = o.id
			WHERE coalesce(b.other, 0) <> coalesce(f.other, 0)`,
	},
	{
		Name:     "activations",
		Question: "Pour chaque commande, la valeur active est-elle celle que le grand livre a mise en circulation, sans dépasser les fonds\u00a0?",
		counted:  `SELECT count(*) FROM orders WHERE active_cents > 0`,
		offenders: named + `o.active_cents || ' centimes actifs, ' || coalesce(b.activated, 0) || ' activés au grand livre, ' || o.attested_cents || ' attestés'
			FROM orders o
			LEFT JOIN (` + booked + `) AS b ON b.commanditaire_id = o.commanditaire_id AND b.order_id = o.id
			WHERE o.active_cents <> coalesce(b.activated, 0) OR o.active_cents > o.attested_cents`,
	},
	{
		Name:     "couverture",
		Question: "Le compte dédié couvre-t-il, commande par commande, tout ce qui est dû\u00a0?",
		counted:  `SELECT count(DISTINCT order_id) FROM ledger_movements`,
		offenders: named + `b.bank || ' centimes en banque, ' || b.owed || ' dus'
			FROM (` + booked + `) AS b
			JOIN orders o ON o.commanditaire_id = b.commanditaire_id AND o.id = b.order_id
			WHERE b.bank < b.owed`,
	},
}

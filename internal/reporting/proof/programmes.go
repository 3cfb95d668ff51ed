package proof

// worth is the face value of an order.
const worth = `(o.face_value_cents * o.cheques_per_carnet * o.carnets)`

var programmeChecks = []Check{
	{
		Name:     "parts des cofinanceurs",
		Question: "Pour chaque commande, les parts promises tiennent-elles dans la valeur des chèques\u00a0?",
		counted:  `SELECT count(*) FROM order_cofunders`,
		offenders: named + `f.shares || ' centimes promis pour ' || ` + worth + ` || ' de valeur'
			FROM orders o
			JOIN (SELECT commanditaire_id, order_id, sum(share_cents) AS shares FROM order_cofunders GROUP BY 1, 2) AS f
				ON f.commanditaire_id = o.commanditaire_id AND f.order_id = o.id
			WHERE o.state NOT IN ('brouillon', 'annulee') AND f.shares > ` + worth,
	},
	{
		Name:     "versements par payeur",
		Question: "Chaque cofinanceur a-t-il versé au plus ce qu’il a promis, et la commande reçu au plus sa valeur\u00a0?",
		counted:  `SELECT count(*) FROM order_funds`,
		offenders: named + `coalesce(g.name, 'ensemble') || '\u00a0: ' || p.paid || ' centimes reçus pour ' || p.promised
			FROM (
				SELECT r.commanditaire_id, r.order_id, r.payer_id, r.paid, coalesce(f.share_cents, 0) AS promised
				FROM (SELECT commanditaire_id, order_id, payer_id, sum(face_cents) AS paid FROM order_funds WHERE payer_id IS NOT NULL GROUP BY 1, 2, 3) AS r
				LEFT JOIN order_cofunders f ON f.commanditaire_id = r.commanditaire_id AND f.order_id = r.order_id AND f.organisation_id = r.payer_id
				WHERE r.paid > coalesce(f.share_cents, 0)
				UNION ALL
				SELECT o.commanditaire_id, o.id, NULL, o.attested_cents, ` + worth + ` FROM orders o WHERE o.attested_cents > ` + worth + `
			) AS p
			JOIN orders o ON o.commanditaire_id = p.commanditaire_id AND o.id = p.order_id
			LEFT JOIN organisations g ON g.id = p.payer_id`,
	},
	{
		Name:     "échéances des services",
		Question: "Les échéances de chaque service font-elles cent pour cent, et aucune n’est-elle rendue avant la signature\u00a0?",
		counted:  `SELECT count(*) FROM order_milestones`,
		offenders: named + `m.kind || '\u00a0: ' || m.parts || ' centièmes de pour cent, ' || m.reported || ' rendues'
			FROM (
				SELECT commanditaire_id, order_id, kind, sum(basis_points) AS parts, count(reported_at) AS reported
				FROM order_milestones GROUP BY 1, 2, 3
			) AS m
			JOIN orders o ON o.commanditaire_id = m.commanditaire_id AND o.id = m.order_id
			WHERE m.parts <> 10000 OR m.reported > 0 AND o.signed_at IS NULL`,
	},
	{
		Name:     "enveloppes des programmes",
		Question: "Chaque programme engage-t-il exactement les parts de ses commandes, sans dépasser son enveloppe ni ses plafonds\u00a0?",
		counted:  `SELECT count(*) FROM programmes`,
		offenders: `
			SELECT 'programme ' || p.name, p.committed_cents || ' centimes engagés, ' || coalesce(a.shares, 0) || ' en parts, ' || p.envelope_cents || ' d’enveloppe'
			FROM programmes p
			LEFT JOIN (SELECT programme_id, sum(share_cents) AS shares FROM programme_orders WHERE state IN ('demande', 'accepte') GROUP BY 1) AS a
				ON a.programme_id = p.id
			WHERE p.committed_cents <> coalesce(a.shares, 0) OR p.committed_cents > p.envelope_cents
			UNION ALL
			SELECT 'programme ' || p.name, 'une part de ' || max(a.share_cents) || ' centimes, ' || sum(a.share_cents) || ' pour un commanditaire'
			FROM programme_orders a JOIN programmes p ON p.id = a.programme_id
			WHERE a.state IN ('demande', 'accepte') GROUP BY p.id, a.commanditaire_id
			HAVING max(a.share_cents) > p.order_cap_cents OR sum(a.share_cents) > p.commanditaire_cap_cents
				OR bool_or(a.share_cents > round(a.face_cents * p.rate_basis_points / 10000.0))`,
	},
	{
		Name:     "programmes et commandes",
		Question: "Chaque part engagée par un programme est-elle celle que la commande lui connaît, et réciproquement\u00a0?",
		counted:  `SELECT count(*) FROM programme_orders`,
		offenders: named + `coalesce(f.share_cents::text, 'aucune part') || ' sur la commande, ' || coalesce(a.share_cents::text, 'aucune part') || ' au programme'
			FROM (SELECT * FROM order_cofunders WHERE programme_id IS NOT NULL) AS f
			FULL JOIN (SELECT * FROM programme_orders WHERE state IN ('demande', 'accepte')) AS a
				ON a.commanditaire_id = f.commanditaire_id AND a.order_id = f.order_id AND a.programme_id = f.programme_id
			JOIN orders o ON o.commanditaire_id = coalesce(f.commanditaire_id, a.commanditaire_id) AND o.id = coalesce(f.order_id, a.order_id)
			WHERE CASE WHEN o.state = 'annulee' THEN a.id IS NOT NULL
				ELSE f.share_cents IS DISTINCT FROM a.share_cents OR f.organisation_id <> a.funder_id OR a.face_cents <> ` + worth + `
					OR a.state = 'demande' AND o.state NOT IN ('brouillon', 'devis') END`,
	},
}

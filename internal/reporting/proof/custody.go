package proof

var custodyChecks = []Check{
	{
		Name:     "remises",
		Question: "Chaque carnet remis a-t-il une remise vivante, entière ou en partie, et aucun carnet en stock n’en a-t-il\u00a0?",
		counted:  `SELECT count(*) FROM carnets WHERE state = 'remis'`,
		offenders: `
			SELECT 'carnet ' || k.serial, format('état %s, %s remise(s) vivante(s) du carnet entier, %s de quelques chèques', k.state, coalesce(h.whole, 0), coalesce(h.part, 0))
			FROM carnets k
			LEFT JOIN (
				SELECT commanditaire_id, carnet_id, count(*) FILTER (WHERE ranks IS NULL) AS whole, count(ranks) AS part
				FROM handovers WHERE undone_at IS NULL GROUP BY 1, 2
			) AS h ON h.commanditaire_id = k.commanditaire_id AND h.carnet_id = k.id
			WHERE (k.state = 'remis' AND h.carnet_id IS NULL) OR (k.state IN ('emis', 'stock') AND h.carnet_id IS NOT NULL)
				OR h.whole > 1 OR (h.whole = 1 AND h.part > 0)`,
	},
	{
		Name:     "chèques remis",
		Question: "Chaque remise tient-elle exactement ses chèques, et chaque chèque utilisable ou utilisé est-il tenu par une remise vivante\u00a0?",
		counted:  `SELECT count(*) FROM handover_cheques`,
		offenders: `
			SELECT 'carnet ' || h.serial, format('remise %s, de %s chèque(s), en tient %s', h.id,
				CASE WHEN h.undone_at IS NULL THEN coalesce(cardinality(h.ranks), o.cheques_per_carnet) ELSE 0 END, coalesce(cardinality(c.ranks), 0))
			FROM handovers h
			JOIN orders o ON o.commanditaire_id = h.commanditaire_id AND o.id = h.order_id
			LEFT JOIN (
				SELECT commanditaire_id, handover_id, carnet_id, array_agg(rank ORDER BY rank) AS ranks FROM handover_cheques GROUP BY 1, 2, 3
			) AS c ON c.commanditaire_id = h.commanditaire_id AND c.handover_id = h.id
			WHERE CASE
				WHEN h.undone_at IS NOT NULL THEN c.ranks IS NOT NULL
				WHEN c.carnet_id IS DISTINCT FROM h.carnet_id THEN true
				WHEN h.ranks IS NULL THEN cardinality(c.ranks) <> o.cheques_per_carnet
				ELSE c.ranks <> h.ranks END
			UNION ALL
			SELECT 'carnet ' || k.serial, 'chèque n° ' || c.rank || ' ' || c.state || CASE WHEN t.rank IS NULL THEN ', tenu par aucune remise' ELSE ', tenu par une remise' END
			FROM cheques c
			JOIN carnets k ON k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id
			LEFT JOIN handover_cheques t ON t.commanditaire_id = c.commanditaire_id AND t.carnet_id = c.carnet_id AND t.rank = c.rank
			WHERE (c.state IN ('actif', 'utilise') AND t.rank IS NULL) OR (c.state = 'inactif' AND t.rank IS NOT NULL)`,
	},
	{
		Name:     "numéros de série",
		Question: "Chaque commande a-t-elle le nombre de carnets annoncé, numérotés de 1 à n sans trou\u00a0?",
		counted:  `SELECT count(*) FROM carnets`,
		offenders: named + `format('%s carnets fabriqués annoncés, %s en base, numéros %s à %s', o.minted_carnets, coalesce(k.n, 0), k.first, k.last)
			FROM orders o
			LEFT JOIN (
				SELECT commanditaire_id, order_id, count(DISTINCT number) AS n, min(number) AS first, max(number) AS last FROM carnets GROUP BY 1, 2
			) AS k ON k.commanditaire_id = o.commanditaire_id AND k.order_id = o.id
			WHERE o.minted_carnets <> coalesce(k.n, 0) OR (k.n > 0 AND (k.first <> 1 OR k.last <> k.n))`,
	},
	{
		Name:     "format des carnets",
		Question: "Chaque carnet a-t-il le nombre de chèques et la valeur faciale de sa commande\u00a0?",
		counted:  `SELECT count(*) FROM carnets`,
		offenders: `
			SELECT 'carnet ' || k.serial, format('%s chèques pour %s, rangs %s à %s, valeurs %s à %s centimes pour %s',
				coalesce(c.n, 0), o.cheques_per_carnet, c.first, c.last, c.least, c.most, o.face_value_cents)
			FROM carnets k
			JOIN orders o ON o.commanditaire_id = k.commanditaire_id AND o.id = k.order_id
			LEFT JOIN (
				SELECT commanditaire_id, carnet_id, order_id, count(*) AS n, min(rank) AS first, max(rank) AS last,
					min(face_value_cents) AS least, max(face_value_cents) AS most
				FROM cheques GROUP BY 1, 2, 3
			) AS c ON c.commanditaire_id = k.commanditaire_id AND c.carnet_id = k.id AND c.order_id = k.order_id
			WHERE c.n IS DISTINCT FROM o.cheques_per_carnet OR c.first <> 1 OR c.last <> o.cheques_per_carnet
				OR c.least <> o.face_value_cents OR c.most <> o.face_value_cents`,
	},
	{
		Name:     "registre des codes",
		Question: "Chaque chèque a-t-il exactement une entrée au registre des codes, et aucune entrée n’est-elle orpheline\u00a0?",
		counted:  `SELECT count(*) FROM cheque_codes`,
		offenders: `
			SELECT 'chèque ' || coalesce(c.id, h.cheque_id), coalesce(h.n, 0) || ' entrée(s) au registre' || CASE WHEN c.id IS NULL THEN ', aucun chèque' ELSE '' END
			FROM cheques c
			FULL JOIN (SELECT commanditaire_id, cheque_id, count(*) AS n FROM cheque_codes GROUP BY 1, 2) AS h
				ON h.commanditaire_id = c.commanditaire_id AND h.cheque_id = c.id
			WHERE h.n IS DISTINCT FROM 1 OR c.id IS NULL`,
	},
}

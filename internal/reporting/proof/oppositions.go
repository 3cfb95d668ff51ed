package proof

// A chèque that an undone redemption reopened in a blocked carnet still
// circulates until a job blocks it again; nobody can spend it meanwhile. The
// checks therefore count chèques by their own state.
var oppositionChecks = []Check{
	{
		Name:     "carnets en opposition",
		Question: "Chaque carnet bloqué l’est-il par exactement une opposition en vigueur, et aucun chèque n’est-il bloqué ailleurs\u00a0?",
		counted:  `SELECT count(*) FROM carnets WHERE state = 'bloque'`,
		offenders: `
			SELECT 'carnet ' || k.serial, 'état ' || k.state || ', ' || coalesce(o.n, 0) || ' opposition(s) en vigueur'
			FROM carnets k
			LEFT JOIN (
				SELECT p.commanditaire_id, p.carnet_id, count(*) AS n FROM opposition_carnets p
				JOIN oppositions o ON o.commanditaire_id = p.commanditaire_id AND o.id = p.opposition_id AND o.state = 'en_vigueur'
				WHERE p.state_before IS NOT NULL AND p.lifted_at IS NULL GROUP BY 1, 2
			) AS o ON o.commanditaire_id = k.commanditaire_id AND o.carnet_id = k.id
			WHERE coalesce(o.n, 0) <> CASE WHEN k.state = 'bloque' THEN 1 ELSE 0 END
			UNION ALL
			SELECT 'carnet ' || k.serial, 'chèque n° ' || c.rank || ' ' || c.state || ', carnet ' || k.state
			FROM cheques c JOIN carnets k ON k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id
			WHERE c.state = 'bloque' AND k.state <> 'bloque' OR c.state = 'inactif' AND k.state = 'bloque'`,
	},
	{
		Name:     "valeur en opposition",
		Question: "Pour chaque commande active, la valeur retirée est-elle celle des chèques bloqués, moins celle des carnets de remplacement\u00a0?",
		counted:  `SELECT count(DISTINCT (commanditaire_id, order_id)) FROM oppositions`,
		offenders: named + `o.opposed_cents || ' centimes retirés, ' || coalesce(b.cents, 0) || ' bloqués, ' || coalesce(r.cents, 0) || ' remplacés'
			FROM orders o
			LEFT JOIN (
				SELECT commanditaire_id, order_id, sum(face_value_cents) AS cents FROM cheques WHERE state = 'bloque' GROUP BY 1, 2
			) AS b ON b.commanditaire_id = o.commanditaire_id AND b.order_id = o.id
			LEFT JOIN (
				SELECT commanditaire_id, order_id, sum(face_cents) AS cents FROM carnet_replacements GROUP BY 1, 2
			) AS r ON r.commanditaire_id = o.commanditaire_id AND r.order_id = o.id
			WHERE o.opposed_cents <> CASE WHEN o.state = 'active' THEN coalesce(b.cents, 0) - coalesce(r.cents, 0) ELSE 0 END`,
	},
	{
		Name:     "oppositions au grand livre",
		Question: "Chaque retrait et chaque retour de valeur va-t-il de la circulation aux fonds de la commande, et de nulle part ailleurs\u00a0?",
		counted:  `SELECT count(*) FROM ledger_transactions WHERE kind IN ('opposition', 'opposition_lifted', 'replacement')`,
		offenders: `
			SELECT 'opération ' || t.id, t.kind || ' : de ' || m.debit || ' à ' || m.credit
			FROM ledger_transactions t
			JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
			WHERE t.kind = 'opposition' AND (m.debit, m.credit) <> ('circulation', 'funds')
				OR t.kind IN ('opposition_lifted', 'replacement') AND (m.debit, m.credit) <> ('funds', 'circulation')`,
	},
	{
		Name:     "remplacements",
		Question: "Chaque carnet de remplacement remplace-t-il un carnet bloqué de la même commande, et la commande les compte-t-elle\u00a0?",
		counted:  `SELECT count(*) FROM carnet_replacements`,
		offenders: `
			SELECT 'carnet ' || r.new_serial, 'remplace ' || r.old_serial || ', carnet ' || old.state
			FROM carnet_replacements r
			JOIN carnets old ON old.commanditaire_id = r.commanditaire_id AND old.id = r.old_id
			JOIN carnets new ON new.commanditaire_id = r.commanditaire_id AND new.id = r.new_id
			WHERE old.state NOT IN ('bloque', 'perime') OR old.order_id <> r.order_id OR new.order_id <> r.order_id
			UNION ALL
			` + named + `o.replacement_carnets || ' carnets de remplacement annoncés, ' || coalesce(r.n, 0) || ' faits'
			FROM orders o
			LEFT JOIN (SELECT commanditaire_id, order_id, count(*) AS n FROM carnet_replacements GROUP BY 1, 2) AS r
				ON r.commanditaire_id = o.commanditaire_id AND r.order_id = o.id
			WHERE o.replacement_carnets <> coalesce(r.n, 0)`,
	},
}

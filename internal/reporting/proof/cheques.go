package proof

var chequeChecks = []Check{
	{
		Name:     "un chèque, un encaissement",
		Question: "Chaque chèque utilisé a-t-il exactement un encaissement vivant, et les autres aucun\u00a0?",
		counted:  `SELECT count(*) FROM cheques`,
		offenders: `
			SELECT 'chèque ' || k.serial || ' n° ' || c.rank, 'état ' || c.state || ', ' || coalesce(r.live, 0) || ' encaissement(s) vivant(s)'
			FROM cheques c
			LEFT JOIN (
				SELECT commanditaire_id, cheque_id, count(*) AS live FROM redemptions WHERE undone_at IS NULL GROUP BY 1, 2
			) AS r ON r.commanditaire_id = c.commanditaire_id AND r.cheque_id = c.id
			JOIN carnets k ON k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id
			WHERE coalesce(r.live, 0) <> CASE WHEN c.state = 'utilise' THEN 1 ELSE 0 END`,
	},
	{
		Name:     "encaissements fidèles",
		Question: "Chaque encaissement porte-t-il le montant, le numéro et la commande de son chèque, et la structure de sa séance\u00a0?",
		counted:  `SELECT count(*) FROM redemptions`,
		offenders: `
			SELECT 'encaissement ' || r.id, 'chèque ' || r.serial || ' n° ' || r.rank || ' : ' || r.amount_cents || ' centimes encaissés pour ' || c.face_value_cents
			FROM redemptions r
			JOIN cheques c ON c.commanditaire_id = r.commanditaire_id AND c.id = r.cheque_id
			JOIN carnets k ON k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id
			JOIN seances s ON s.commanditaire_id = r.commanditaire_id AND s.id = r.seance_id
			WHERE r.amount_cents <> c.face_value_cents OR r.order_id <> c.order_id OR r.carnet_id <> c.carnet_id
				OR r.rank <> c.rank OR r.serial <> k.serial OR r.structure_id <> s.structure_id`,
	},
	{
		Name:     "rien avant la remise",
		Question: "Aucun chèque n’a-t-il été encaissé avant la remise de son carnet, ni rendu utilisable sans elle\u00a0?",
		counted:  `SELECT count(*) FROM redemptions WHERE undone_at IS NULL`,
		offenders: `
			SELECT 'carnet ' || k.serial, 'chèque encaissé sans que le carnet soit remis, ou avant'
			FROM redemptions r
			JOIN carnets k ON k.commanditaire_id = r.commanditaire_id AND k.id = r.carnet_id
			WHERE r.undone_at IS NULL AND (k.handed_over_at IS NULL OR r.at < k.handed_over_at)
			UNION ALL
			SELECT 'carnet ' || k.serial, 'chèque n° ' || c.rank || ' utilisable, carnet ' || k.state
			FROM cheques c
			JOIN carnets k ON k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id
			WHERE c.state = 'actif' AND (k.handed_over_at IS NULL OR c.accepted_until IS DISTINCT FROM k.accepted_until)`,
	},
}

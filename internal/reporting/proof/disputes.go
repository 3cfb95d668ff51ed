package proof

var disputeChecks = []Check{
	{
		Name:     "litiges réglés",
		Question: "Chaque litige accepté a-t-il exactement un encaissement, de son chèque et pour sa structure, et les autres aucun\u00a0?",
		counted:  `SELECT count(*) FROM disputes`,
		offenders: `
			SELECT 'litige du chèque ' || d.serial || ' n° ' || d.rank, 'état ' || d.state || ', ' || CASE
				WHEN d.redemption_id IS NULL THEN 'sans encaissement' WHEN r.id IS NULL THEN 'encaissement introuvable'
				WHEN d.state <> 'accepte' THEN 'avec un encaissement' ELSE 'encaissement d’un autre chèque, d’une autre structure ou d’un autre montant' END
			FROM disputes d
			LEFT JOIN redemptions r ON r.commanditaire_id = d.commanditaire_id AND r.id = d.redemption_id
			WHERE (d.state = 'accepte') <> (r.id IS NOT NULL)
				OR r.cheque_id <> d.cheque_id OR r.structure_id <> d.structure_id OR r.amount_cents <> d.amount_cents
			UNION ALL
			SELECT 'encaissement ' || redemption_id, count(*) || ' litiges acceptés'
			FROM disputes WHERE redemption_id IS NOT NULL GROUP BY commanditaire_id, redemption_id HAVING count(*) > 1`,
	},
	{
		Name:     "litiges au journal",
		Question: "Chaque décision sur un litige est-elle au journal, par la personne qui l’a prise\u00a0?",
		counted:  `SELECT count(*) FROM disputes WHERE state IN ('accepte', 'rejete')`,
		offenders: `
			SELECT 'litige du chèque ' || d.serial || ' n° ' || d.rank, 'décision absente du journal'
			FROM disputes d
			LEFT JOIN journal j ON j.subject_id = d.id AND j.act IN ('acceptation_litige', 'rejet_litige') AND j.account_id = d.decided_by
			WHERE d.state IN ('accepte', 'rejete') AND j.id IS NULL`,
	},
}

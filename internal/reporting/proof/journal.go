package proof

var journalChecks = []Check{
	{
		Name:     "encaissements au journal",
		Question: "Chaque encaissement a-t-il sa ligne au journal, et sa réponse compte-t-elle ses chèques\u00a0?",
		counted:  `SELECT count(*) FROM redemption_requests`,
		offenders: `
			SELECT 'séance ' || q.id, 'aucune ligne au journal'
			FROM redemption_requests q
			LEFT JOIN journal j ON j.id = q.id AND j.act = 'encaissement'
			WHERE j.id IS NULL AND q.claimed <> '[]'
			UNION ALL
			SELECT 'séance ' || q.id, jsonb_array_length(q.claimed) || ' chèque(s) répondus, ' || coalesce(r.n, 0) || ' encaissés'
			FROM redemption_requests q
			LEFT JOIN (SELECT seance_id, structure_id, count(*) AS n FROM redemptions GROUP BY 1, 2) AS r ON r.seance_id = q.id AND r.structure_id = q.structure_id
			WHERE jsonb_array_length(q.claimed) <> coalesce(r.n, 0)`,
	},
	{
		Name:     "approbations au journal",
		Question: "Chaque contre-paiement approuvé l’a-t-il été au journal, par la personne qu’il nomme\u00a0?",
		counted:  `SELECT count(*) FROM settlements WHERE approved_at IS NOT NULL`,
		offenders: `
			SELECT 'contre-paiement ' || b.number, 'approbation absente du journal'
			FROM settlements b
			WHERE b.approved_at IS NOT NULL AND NOT EXISTS (
				SELECT 1 FROM journal j WHERE j.subject_id = b.id AND j.act = 'approbation' AND j.account_id = b.approved_by)`,
	},
}

package proof

var bankAccountChecks = []Check{
	{
		always:   true,
		Name:     "compte en vigueur",
		Question: "Chaque structure est-elle payée sur son seul compte en vigueur, tel qu’il a été déclaré\u00a0?",
		counted:  `SELECT count(*) FROM structures WHERE iban <> ''`,
		offenders: `
			SELECT 'structure ' || coalesce(o.name, s.organisation_id::text), CASE WHEN b.id IS NULL THEN 'payée sur un compte qui n’est pas en vigueur'
				WHEN s.iban = '' THEN 'compte en vigueur oublié' ELSE 'payée sur un autre compte que celui en vigueur' END
			FROM structures s FULL JOIN (SELECT * FROM structure_bank_accounts WHERE state = 'active') AS b ON b.structure_id = s.organisation_id
			LEFT JOIN organisations o ON o.id = coalesce(s.organisation_id, b.structure_id)
			WHERE coalesce(s.iban, '') <> coalesce(b.iban, '') OR b.id IS NOT NULL AND (s.account_holder <> b.account_holder OR s.bic <> b.bic)`,
	},
	{
		always:   true,
		Name:     "changements de compte",
		Question: "Chaque compte changé a-t-il attendu 72 heures et été confirmé par une autre personne que celle qui l’a déclaré\u00a0?",
		counted:  `SELECT count(*) FROM structure_bank_accounts WHERE kind <> 'premier'`,
		offenders: `
			SELECT 'compte de ' || o.name, CASE
				WHEN b.kind = 'correction' THEN 'un autre numéro passé pour une correction'
				WHEN b.held_until - b.declared_at < interval '72 hours' OR b.effective_at < b.held_until THEN 'en vigueur avant la fin du délai'
				WHEN b.confirmed_by IS NULL THEN 'en vigueur sans confirmation' ELSE 'déclaré et confirmé par la même personne' END
			FROM structure_bank_accounts b JOIN organisations o ON o.id = b.structure_id
			WHERE b.kind = 'changement' AND b.effective_at IS NOT NULL
					AND (b.held_until - b.declared_at < interval '72 hours' OR b.effective_at < b.held_until OR b.confirmed_by IS NULL OR b.confirmed_by = b.declared_by)
				OR b.kind = 'correction' AND b.effective_at IS NOT NULL AND NOT EXISTS (
					SELECT FROM structure_bank_accounts p WHERE p.structure_id = b.structure_id AND p.iban = b.iban AND p.effective_at <= b.effective_at AND p.id <> b.id)`,
	},
	{
		Name:     "comptes payés",
		Question: "Chaque virement approuvé est-il allé au compte qui était en vigueur ce jour-là\u00a0?",
		counted:  `SELECT count(*) FROM settlement_lines WHERE state <> 'preparee'`,
		offenders: `
			SELECT 'ligne ' || l.settlement_number || ' ' || l.structure_name, 'payée sur un compte que la structure n’avait pas alors'
			FROM settlement_lines l JOIN settlements s ON s.id = l.settlement_id
			WHERE l.state <> 'preparee' AND NOT EXISTS (
				SELECT FROM structure_bank_accounts b WHERE b.structure_id = l.structure_id AND b.iban = l.iban
					AND b.effective_at IS NOT NULL AND (b.kind = 'premier' OR b.effective_at <= s.approved_at) AND (b.ended_at IS NULL OR b.ended_at >= s.approved_at))`,
	},
	{
		Name:     "comptes au journal",
		Question: "Chaque confirmation et chaque refus d’un changement de compte sont-ils au journal, par la personne qui en a décidé\u00a0?",
		counted:  `SELECT count(*) FROM structure_bank_accounts WHERE kind = 'changement' AND (confirmed_by IS NOT NULL OR state = 'refusee')`,
		offenders: `
			SELECT 'compte de ' || o.name, 'confirmation absente du journal'
			FROM structure_bank_accounts b JOIN organisations o ON o.id = b.structure_id
			LEFT JOIN journal j ON j.subject_id = b.structure_id AND j.act = 'changement de compte bancaire confirmé' AND j.account_id = b.confirmed_by AND j.at = b.confirmed_at
			WHERE b.kind = 'changement' AND b.confirmed_by IS NOT NULL AND j.id IS NULL
			UNION ALL
			SELECT 'compte de ' || o.name, 'refus absent du journal'
			FROM structure_bank_accounts b JOIN organisations o ON o.id = b.structure_id
			LEFT JOIN journal j ON j.subject_id = b.structure_id AND j.act = 'changement de compte bancaire refusé' AND j.at = b.ended_at
			WHERE b.state = 'refusee' AND j.id IS NULL`,
	},
	triggersCheck("gardes des comptes", "Les gardes qui tiennent les comptes bancaires sont-elles en place\u00a0?",
		`('structure_bank_accounts', 'guard_bank_account'), ('structures', 'guard_account_in_force')`),
}

// triggersCheck verifies that triggers, as (table, name), are there and enabled.
func triggersCheck(name, question, triggers string) Check {
	return Check{
		always: true, Name: name, Question: question,
		counted: `SELECT count(*) FROM (VALUES ` + triggers + `) AS g (relation, name)`,
		offenders: `
			SELECT 'table ' || g.relation, 'garde « ' || g.name || ' » absente ou désactivée'
			FROM (VALUES ` + triggers + `) AS g (relation, name)
			WHERE NOT EXISTS (
				SELECT FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
				WHERE t.tgrelid = g.relation::regclass AND t.tgname = g.name AND t.tgenabled IN ('O', 'A') AND f.proname = g.name)`,
	}
}

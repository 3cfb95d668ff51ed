package proof

var invoiceChecks = []Check{
	{
		Name:     "numéros de facture",
		Question: "Chaque série de factures est-elle numérotée de 1 à n sans trou, sans date qui recule\u00a0?",
		counted:  `SELECT count(*) FROM invoices`,
		offenders: `
			SELECT 'facture ' || number, format('rang %s dans sa série, datée du %s après le %s', rank, issued_on, before)
			FROM (
				SELECT number, sequence, issued_on, row_number() OVER w AS rank, lag(issued_on) OVER w AS before
				FROM invoices WINDOW w AS (PARTITION BY series, year ORDER BY sequence)) AS n
			WHERE sequence <> rank OR issued_on < before
			UNION ALL
			SELECT 'série ' || s.series || c.year, format('compteur à %s, dernière facture %s', c.value, coalesce(l.last, 0))
			FROM counters c
			JOIN (VALUES ('F'), ('AV'), ('FS')) AS s (series) ON c.series = 'facturation ' || s.series
			LEFT JOIN (SELECT series, year, max(sequence) AS last FROM invoices GROUP BY 1, 2) AS l ON l.series = s.series AND l.year = c.year
			WHERE c.value <> coalesce(l.last, 0)`,
	},
	{
		Name:     "factures justes",
		Question: "Chaque facture vaut-elle la somme de ses lignes, avec la TVA de chaque taux arrondie une fois\u00a0?",
		counted:  `SELECT count(*) FROM invoice_lines`,
		offenders: `
			SELECT 'facture ' || i.number, format('valeur faciale %s pour %s, frais %s pour %s, TVA %s pour %s (centimes)', i.face_cents, l.face, i.fees_cents, l.fees, i.vat_cents, l.vat)
			FROM invoices i
			LEFT JOIN (
				SELECT buyer_id, invoice_id, sum(face)::bigint AS face, sum(fees)::bigint AS fees, sum(round(base * rate / 10000.0))::bigint AS vat
				FROM (
					SELECT buyer_id, invoice_id, vat_basis_points AS rate, sum(amount_cents) AS base,
						sum(amount_cents) FILTER (WHERE key = 'valeur_faciale') AS face, sum(amount_cents) FILTER (WHERE key <> 'valeur_faciale') AS fees
					FROM invoice_lines GROUP BY 1, 2, 3) AS r
				GROUP BY 1, 2) AS l ON l.buyer_id = i.buyer_id AND l.invoice_id = i.id
			WHERE i.face_cents IS DISTINCT FROM coalesce(l.face, 0) OR i.fees_cents IS DISTINCT FROM coalesce(l.fees, 0) OR i.vat_cents IS DISTINCT FROM l.vat
				OR i.total_cents <> i.face_cents + i.fees_cents + i.vat_cents`,
	},
	{
		Name:     "empreintes des factures",
		Question: "Le message et le PDF de chaque facture sont-ils ceux dont on a gardé l’empreinte\u00a0?",
		counted:  `SELECT (SELECT count(*) FROM invoices) + (SELECT count(*) FROM invoice_papers)`,
		offenders: `
			SELECT 'facture ' || number, 'le message a changé' FROM invoices WHERE sha256(xml) <> xml_sha256
			UNION ALL
			SELECT 'facture ' || i.number, 'le PDF a changé' FROM invoice_papers p JOIN invoices i ON i.buyer_id = p.buyer_id AND i.id = p.invoice_id WHERE sha256(p.pdf) <> p.pdf_sha256`,
	},
	{
		Name:     "avoirs bornés",
		Question: "Les avoirs d’une facture restent-ils en dessous de ce qu’elle portait, et une commande n’est-elle facturée qu’une fois\u00a0?",
		counted:  `SELECT count(*) FROM invoices WHERE kind = 'avoir'`,
		offenders: `
			SELECT 'facture ' || i.number, format('%s centimes facturés, %s crédités', i.total_cents, c.total)
			FROM invoices i JOIN (
				SELECT original_id, sum(total_cents) AS total, sum(face_cents) AS face, sum(fees_cents) AS fees, sum(vat_cents) AS vat
				FROM invoices WHERE kind = 'avoir' GROUP BY 1) AS c ON c.original_id = i.id
			WHERE c.total > i.total_cents OR c.face > i.face_cents OR c.fees > i.fees_cents OR c.vat > i.vat_cents OR i.kind <> 'facture'
			UNION ALL
			SELECT 'commande ' || o.number, format('valeur faciale de %s centimes, facturée %s', o.carnets::bigint * o.cheques_per_carnet * o.face_value_cents, f.face)
			FROM orders o JOIN (
				SELECT i.commanditaire_id, i.order_id, sum(CASE
					WHEN i.kind = 'facture' AND i.replaces_id IS NULL THEN i.face_cents ELSE 0 END) AS face
				FROM invoices i WHERE i.order_id IS NOT NULL GROUP BY 1, 2) AS f ON f.commanditaire_id = o.commanditaire_id AND f.order_id = o.id
			WHERE f.face > o.carnets::bigint * o.cheques_per_carnet * o.face_value_cents`,
	},
	{
		Name:     "frais retenus facturés",
		Question: "Chaque frais retenu sur un paiement approuvé a-t-il sa facture, du même montant\u00a0?",
		counted:  `SELECT count(*) FROM settlement_lines WHERE fee_cents > 0`,
		offenders: `
			SELECT 'ligne ' || l.settlement_number || ' ' || l.structure_name, format('%s centimes de frais et %s de TVA, facturés %s et %s', l.fee_cents, l.fee_vat_cents, coalesce(i.fees_cents, 0), coalesce(i.vat_cents, 0))
			FROM settlement_lines l LEFT JOIN invoices i ON i.buyer_id = l.structure_id AND i.cause_id = l.id AND i.kind = 'facture'
			WHERE l.fee_cents > 0 AND l.state <> 'preparee' AND (i.fees_cents IS DISTINCT FROM l.fee_cents OR i.vat_cents IS DISTINCT FROM l.fee_vat_cents)`,
	},
}

package proof

import "passnum/internal/ledger"

// What a line of the bank was recognised as, after the ledger's kinds; money
// that left the account is negative in both.
const recognised = `(VALUES ('recu', 'funding'), ('versement', 'funding'), ('paiement', 'payout_executed'), ('retour', 'payout_returned'),
	('remboursement', 'refund'), ('remboursement_revenu', 'refund_returned'), ('frais', 'fees_swept'), ('recouvrement', 'incident')) AS k (kind, posted)`

var whenBankMoves = []ledger.Kind{ledger.Funding, ledger.PayoutExecuted, ledger.PayoutReturned, ledger.Refund, ledger.RefundReturned, ledger.FeesSwept}

var treasuryChecks = []Check{
	{
		always:   true,
		Name:     "relevés bancaires",
		Question: "Les opérations de chaque relevé mènent-elles de son solde d’ouverture à son solde de clôture, et chaque relevé a-t-il gardé toutes les siennes\u00a0?",
		counted:  `SELECT count(*) FROM bank_statements`,
		offenders: `
			SELECT 'relevé ' || b.reference, format('solde %s + %s − %s pour %s, %s lignes pour %s (centimes)', b.opening_cents, l.credits, l.debits, b.closing_cents, l.n, b.lines)
			FROM bank_statements b
			CROSS JOIN LATERAL (SELECT count(*) AS n, coalesce(sum(amount_cents) FILTER (WHERE is_credit), 0) AS credits,
				coalesce(sum(amount_cents) FILTER (WHERE NOT is_credit), 0) AS debits FROM bank_lines x WHERE x.statement_id = b.id) AS l
			WHERE b.kind = 'releve' AND (b.opening_cents + l.credits - l.debits <> b.closing_cents OR l.n <> b.lines OR l.credits <> b.credit_cents OR l.debits <> b.debit_cents)`,
	},
	{
		always:   true,
		Name:     "lignes bancaires",
		Question: "Chaque ligne du compte est-elle reconnue exactement pour ce que ses rapprochements en disent, et jamais au-delà de son montant\u00a0?",
		counted:  `SELECT count(*) FROM bank_lines`,
		offenders: `
			SELECT 'ligne ' || l.id, format('%s rapprochés pour %s, sur %s (centimes)', l.matched_cents, coalesce(m.cents, 0), l.amount_cents)
			FROM bank_lines l
			LEFT JOIN (SELECT line_id, sum(amount_cents) AS cents FROM bank_matches WHERE undone_at IS NULL GROUP BY 1) AS m ON m.line_id = l.id
			WHERE l.matched_cents <> coalesce(m.cents, 0) OR l.matched_cents > l.amount_cents`,
	},
	{
		always:   true,
		Name:     "mandats et relevés",
		Question: "Aucun mandat n’est-il reconnu sur les relevés pour plus que ce qui en a été attesté\u00a0?",
		counted:  `SELECT count(*) FROM bank_matches WHERE kind IN ('recu', 'versement')`,
		offenders: `
			SELECT 'mandat ' || coalesce(f.mandat_number, m.target), format('%s reconnus pour %s attestés (centimes)', m.cents, f.face_cents + f.fees_cents + f.vat_cents)
			FROM (SELECT target, sum(amount_cents) AS cents FROM bank_matches WHERE kind IN ('recu', 'versement') AND undone_at IS NULL GROUP BY 1) AS m
			LEFT JOIN order_funds f ON f.id::text = m.target
			WHERE f.id IS NULL OR m.cents > f.face_cents + f.fees_cents + f.vat_cents`,
	},
	{
		after:    whenBankMoves,
		Name:     "banque et grand livre",
		Question: "Tout ce qui est reconnu sur les relevés est-il au grand livre, événement par événement\u00a0?",
		counted:  `SELECT count(*) FROM bank_matches WHERE undone_at IS NULL`,
		offenders: `
			SELECT 'mouvements ' || coalesce(p.posted, b.posted), format('%s sur les relevés, %s au grand livre (centimes)', p.cents, coalesce(b.cents, 0))
			FROM (SELECT k.posted, sum(m.amount_cents) AS cents FROM bank_matches m JOIN ` + recognised + ` ON k.kind = m.kind WHERE m.undone_at IS NULL GROUP BY 1) AS p
			LEFT JOIN (
				SELECT t.kind AS posted, sum(m.amount_cents) AS cents
				FROM ledger_movements m JOIN ledger_transactions t ON t.commanditaire_id = m.commanditaire_id AND t.id = m.transaction_id
				WHERE t.kind IN ('funding', 'payout_executed', 'payout_returned', 'refund', 'refund_returned', 'fees_swept', 'incident') AND (m.debit = 'bank' OR m.credit = 'bank') GROUP BY 1
			) AS b ON b.posted = p.posted
			WHERE p.cents > coalesce(b.cents, 0)`,
	},
	{
		after:    whenBankMoves,
		Name:     "frais de l’opérateur",
		Question: "L’opérateur n’a-t-il jamais retiré d’une commande plus que ses frais et leur TVA\u00a0?",
		counted:  `SELECT count(*) FROM ledger_transactions WHERE kind = 'fees_swept'`,
		offenders: `
			SELECT 'commande ' || o.number, format('%s retirés de trop (centimes)', -s.held)
			FROM (
				SELECT commanditaire_id, order_id, sum(CASE WHEN credit IN ('fees', 'vat', 'operator_bank') THEN amount_cents ELSE 0 END)
					- sum(CASE WHEN debit IN ('fees', 'vat', 'operator_bank') THEN amount_cents ELSE 0 END) AS held, bool_or(debit = 'operator_bank') AS swept
				FROM ledger_movements WHERE credit IN ('fees', 'vat', 'operator_bank') OR debit IN ('fees', 'vat', 'operator_bank') GROUP BY 1, 2
			) AS s JOIN orders o ON o.commanditaire_id = s.commanditaire_id AND o.id = s.order_id
			WHERE s.swept AND s.held < 0`,
	},
}

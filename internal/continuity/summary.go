package continuity

import (
	"context"
	"fmt"
	"io"

	"passnum/internal/continuity/kit"
	"passnum/internal/postgres"
)

// euros is the SQL of an amount as French spreadsheets add it up.
func euros(cents string) string {
	return `replace(round(coalesce(` + cents + `, 0) / 100.0, 2)::text, '.', ',')`
}

// flow is the SQL that adds up movements: into an account, less out of it,
// whatever is on the other side among those named.
func flow(account string, others string) string {
	return fmt.Sprintf(`sum(CASE WHEN credit = '%[1]s' AND %[2]s THEN amount_cents WHEN debit = '%[1]s' AND %[3]s THEN -amount_cents ELSE 0 END)`,
		account, fmt.Sprintf(others, "debit"), fmt.Sprintf(others, "credit"))
}

const anything = `%s IS NOT NULL`

// one makes a summary a sheet of single lines: a line break in a name would only
// puzzle its reader.
func one(text string) string { return `regexp_replace(` + text + `, '[[:cntrl:]]+', ' ', 'g')` }

// fundsByOrder tells what became of what was received for each order.
func fundsByOrder() string {
	fees := `CASE WHEN credit IN ('fees', 'vat') AND debit <> 'bank' THEN amount_cents ELSE 0 END
			- CASE WHEN debit IN ('fees', 'vat') AND credit <> 'bank' THEN amount_cents ELSE 0 END`
	return `
	WITH moved AS (SELECT commanditaire_id, order_id, debit, credit, sum(amount_cents) AS amount_cents FROM ledger_movements GROUP BY 1, 2, 3, 4),
	booked AS (SELECT commanditaire_id, order_id,
		` + flow("funds", `%s = 'bank'`) + ` AS recu, ` + flow("funds", anything) + ` AS fonds,
		` + flow("circulation", `%s NOT IN ('payable', 'expired')`) + ` AS emis, ` + flow("circulation", anything) + ` AS circulation,
		- ` + flow("circulation", `%s = 'payable'`) + ` AS utilise,
		` + flow("payable", anything) + ` AS a_payer, ` + flow("in_transit", anything) + ` AS en_transit,
		- ` + flow("payable", `%s = 'bank'`) + ` - ` + flow("in_transit", `%s = 'bank'`) + ` AS paye,
		sum(` + fees + `) AS retenu, ` + flow("expired", anything) + ` AS perime, ` + flow("credit", anything) + ` AS avoir,
		- ` + flow("credit", `%s = 'bank'`) + ` - ` + flow("circulation", `%s = 'bank'`) + ` - ` + flow("expired", `%s = 'bank'`) + ` AS rembourse,
		` + flow("fees", `%s = 'bank'`) + ` AS frais, ` + flow("vat", `%s = 'bank'`) + ` AS tva
		FROM moved GROUP BY 1, 2)
	SELECT o.id AS commande_id, o.number AS commande, ` + one("o.title") + ` AS intitule, ` + one("g.name") + ` AS commanditaire, g.siret, o.state AS etat, o.valid_until AS valable_jusqu_au,
		` + euros("b.recu") + ` AS recu, ` + euros("b.fonds") + ` AS fonds, ` + euros("b.emis") + ` AS emis, ` + euros("b.circulation") + ` AS circulation,
		` + euros("b.utilise") + ` AS utilise, ` + euros("b.a_payer") + ` AS a_payer, ` + euros("b.en_transit") + ` AS en_transit, ` + euros("b.paye") + ` AS paye,
		` + euros("b.retenu") + ` AS retenu, ` + euros("b.perime") + ` AS perime, ` + euros("b.avoir") + ` AS avoir, ` + euros("b.rembourse") + ` AS rembourse,
		` + euros("b.frais") + ` AS frais_recus, ` + euros("b.tva") + ` AS tva_recue
	FROM orders o JOIN organisations g ON g.id = o.commanditaire_id
	LEFT JOIN booked b ON b.commanditaire_id = o.commanditaire_id AND b.order_id = o.id
	WHERE b.order_id IS NOT NULL OR o.attested_cents > 0
	ORDER BY g.name, o.number, o.id`
}

// liveCheques lists the chèques that anyone may still present. Their codes are
// not known to the database: a keyed hash stands for each.
func liveCheques() string {
	return `
	SELECT c.order_id AS commande_id, o.number AS commande, k.serial AS carnet, c.rank AS rang, ` + euros("c.face_value_cents") + ` AS valeur,
		CASE c.state WHEN 'actif' THEN 'remis' ELSE 'pas encore remis' END AS etat, c.accepted_until AS accepte_jusqu_au, c.key_id AS cle, encode(h.code_hash, 'hex') AS empreinte_du_code
	FROM cheques c
	JOIN carnets k ON k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id
	JOIN orders o ON o.commanditaire_id = c.commanditaire_id AND o.id = c.order_id
	LEFT JOIN cheque_codes h ON h.commanditaire_id = c.commanditaire_id AND h.cheque_id = c.id
	WHERE c.state IN ('inactif', 'actif') AND o.active_cents > 0
	ORDER BY o.number, c.order_id, k.number, c.rank`
}

// claims is every redemption that was not paid, and why. A chèque stays tied to
// the first line that was to pay it; the last of the chain tells where it is.
const claims = `
	WITH last AS (
		SELECT coalesce(l.root_line_id, l.id) AS root, l.state, l.repays_line_id FROM settlement_lines l
		WHERE NOT EXISTS (SELECT 1 FROM settlement_lines n WHERE n.repays_line_id = l.id)),
	unpaid AS (
		SELECT r.*, CASE
			WHEN l.state = 'approuvee' THEN 'en transit'
			WHEN l.state IN ('rejetee', 'retournee') OR l.repays_line_id IS NOT NULL THEN 'revenu de la banque'
			ELSE 'à payer' END AS etat
		FROM redemptions r LEFT JOIN last l ON l.root = r.settlement_line_id
		WHERE r.undone_at IS NULL AND coalesce(l.state, 'preparee') <> 'executee')`

func claimDetail() string {
	return claims + `
	SELECT u.structure_id, ` + one("g.name") + ` AS structure, g.siret, u.etat, o.number AS commande, u.serial AS carnet, u.rank AS rang,
		` + euros("u.amount_cents") + ` AS valeur, u.day AS jour, ` + one("p.name") + ` AS lieu, u.id AS encaissement_id
	FROM unpaid u
	JOIN organisations g ON g.id = u.structure_id
	JOIN orders o ON o.commanditaire_id = u.commanditaire_id AND o.id = u.order_id
	LEFT JOIN places p ON p.id = u.place_id
	ORDER BY g.name, u.structure_id, u.day, u.serial, u.rank, u.id`
}

// creditors is what each structure is owed by the ledger, on which account.
func creditors() string {
	return claims + `,
	booked AS (SELECT structure_id, ` + flow("payable", anything) + ` AS due, ` + flow("in_transit", anything) + ` AS transit
		FROM ledger_movements WHERE structure_id IS NOT NULL GROUP BY 1),
	behind AS (SELECT structure_id, count(*) AS cheques, sum(amount_cents) AS cents FROM unpaid WHERE etat = 'à payer' GROUP BY 1)
	SELECT b.structure_id, ` + one("g.name") + ` AS structure, g.siret, coalesce(s.state, '') AS etat, ` + one("coalesce(s.account_holder, '')") + ` AS titulaire,
		coalesce(s.iban, '') AS iban, coalesce(s.bic, '') AS bic, ` + euros("b.due") + ` AS du, ` + euros("b.transit") + ` AS en_transit,
		coalesce(n.cheques, 0) AS cheques, ` + euros("n.cents") + ` AS valeur_cheques, ` + euros("b.due - coalesce(n.cents, 0)") + ` AS autres,
		` + one("coalesce(c.contact_name, '')") + ` AS contact, coalesce(c.contact_email, '') AS courriel, coalesce(c.contact_phone, '') AS telephone
	FROM booked b
	JOIN organisations g ON g.id = b.structure_id
	LEFT JOIN structures s ON s.organisation_id = b.structure_id
	LEFT JOIN organisation_settings c ON c.organisation_id = b.structure_id
	LEFT JOIN behind n ON n.structure_id = b.structure_id
	WHERE b.due <> 0 OR b.transit <> 0
	ORDER BY g.name, b.structure_id`
}

// summaries writes the sheets that a liquidator opens first.
func (x *export) summaries(ctx context.Context, tx *postgres.Tx) error {
	for _, s := range []struct{ path, query string }{
		{kit.CreditorsName, creditors()}, {kit.ClaimsName, claimDetail()}, {kit.FundsName, fundsByOrder()}, {kit.LiveName, liveCheques()},
	} {
		err := x.add(s.path, func(out io.Writer) (int64, error) { return writeSheet(ctx, tx, out, s.query, allTexts(s.query)) })
		if err != nil {
			return err
		}
	}
	return x.transfers(ctx, tx)
}

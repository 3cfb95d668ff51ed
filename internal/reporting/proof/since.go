package proof

import (
	"context"
	"fmt"
	"slices"
	"time"

	"passnum/internal/ledger"
	"passnum/internal/postgres"
)

// sinceChecks are the invariants on what was written from a stamp on, or undone
// from a moment on: everything before was proven, and the sealed chain and the
// tripwire of Prove tell whether it stayed so.
func sinceChecks(from int64, at time.Time) []Check {
	recent := fmt.Sprintf("stamp >= %d", from)
	undone := fmt.Sprintf("undone_at >= '%s'", at.UTC().Format(time.RFC3339Nano))
	return []Check{sinceMovements(recent), sinceRedeemed(recent), sinceUndone(recent, undone), sinceCheques(recent, undone), sinceJournal(recent), sinceBalances(from)}
}

// sinceMovements is I1 on the new transactions.
func sinceMovements(recent string) Check {
	return Check{
		Name:     "nouveaux mouvements",
		Question: "Chaque nouvelle opération a-t-elle ses mouvements, pour la même commande et la même structure\u00a0?",
		counted:  `SELECT count(*) FROM ledger_transactions WHERE ` + recent,
		offenders: `
			SELECT 'opération ' || t.id, t.kind || CASE WHEN m.n = 0 THEN ' sans mouvement' ELSE ' : un mouvement vise une autre commande ou une autre structure' END
			FROM ledger_transactions t
			CROSS JOIN LATERAL (
				SELECT count(*) AS n, count(*) FILTER (WHERE m.order_id <> t.order_id OR m.structure_id IS DISTINCT FROM t.structure_id) AS astray
				FROM ledger_movements m WHERE m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id) AS m
			WHERE t.` + recent + ` AND (m.n = 0 OR m.astray > 0)`,
	}
}

// sinceRedeemed is I2 and I4 for what was taken: the ledger and the chèques say
// the same, séance by séance. A séance and its entries share one stamp.
func sinceRedeemed(recent string) Check {
	return Check{
		Name:     "nouveaux encaissements",
		Question: "Chaque nouvelle séance est-elle au grand livre pour la valeur exacte de ses chèques\u00a0?",
		counted:  `SELECT count(*) FROM redemptions WHERE ` + recent,
		offenders: `
			SELECT 'séance ' || coalesce(r.cause, l.cause), coalesce(l.cents, 0) || ' centimes au grand livre, ' || coalesce(r.cents, 0) || ' en chèques'
			FROM (
				SELECT commanditaire_id, seance_id AS cause, order_id, structure_id, sum(amount_cents) AS cents
				FROM redemptions WHERE ` + recent + ` GROUP BY 1, 2, 3, 4) AS r
			FULL JOIN (
				SELECT t.commanditaire_id, t.cause_id AS cause, t.order_id, t.structure_id,
					(SELECT sum(m.amount_cents) FILTER (WHERE m.debit = 'circulation' AND m.credit = 'payable')
					FROM ledger_movements m WHERE m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id) AS cents
				FROM ledger_transactions t WHERE t.kind = 'redemption' AND t.` + recent + `) AS l
			ON l.commanditaire_id = r.commanditaire_id AND l.cause = r.cause AND l.order_id = r.order_id AND l.structure_id = r.structure_id
			WHERE r.cents IS DISTINCT FROM l.cents`,
	}
}

// sinceUndone is I2 for what was given back, in both directions.
func sinceUndone(recent, undone string) Check {
	return Check{
		Name:     "nouvelles annulations",
		Question: "Chaque encaissement annulé depuis, et lui seul, a-t-il son opération inverse du même montant\u00a0?",
		counted:  `SELECT count(*) FROM redemptions WHERE ` + undone,
		offenders: `
			SELECT 'encaissement ' || r.id, 'annulé sans son opération inverse'
			FROM redemptions r
			WHERE r.` + undone + ` AND r.amount_cents IS DISTINCT FROM (
				SELECT sum(m.amount_cents) FROM ledger_transactions t
				JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
				WHERE t.commanditaire_id = r.commanditaire_id AND t.kind = 'undo' AND t.cause_id = r.id AND t.order_id = r.order_id
					AND m.debit = 'payable' AND m.credit = 'circulation')
			UNION ALL
			SELECT 'encaissement ' || t.cause_id, 'rendu au grand livre, mais non annulé'
			FROM ledger_transactions t
			LEFT JOIN redemptions r ON r.commanditaire_id = t.commanditaire_id AND r.id = t.cause_id
			WHERE t.kind = 'undo' AND t.` + recent + ` AND r.undone_at IS NULL`,
	}
}

// sinceCheques is I3 for the chèques that were touched.
func sinceCheques(recent, undone string) Check {
	return Check{
		Name:     "chèques touchés",
		Question: "Chaque chèque encaissé ou rendu depuis a-t-il un seul encaissement vivant s’il est utilisé, aucun sinon, pour sa valeur, après sa remise\u00a0?",
		counted:  `SELECT count(*) FROM redemptions WHERE ` + recent + ` OR ` + undone,
		offenders: `
			SELECT 'chèque ' || coalesce(k.serial, r.serial) || ' n° ' || r.rank, format('état %s, %s encaissement(s) vivant(s), %s centimes pour %s', c.state, live.n, r.amount_cents, c.face_value_cents)
			FROM (SELECT * FROM redemptions WHERE ` + recent + ` UNION SELECT * FROM redemptions WHERE ` + undone + `) AS r
			LEFT JOIN cheques c ON c.commanditaire_id = r.commanditaire_id AND c.id = r.cheque_id
			LEFT JOIN carnets k ON k.commanditaire_id = r.commanditaire_id AND k.id = c.carnet_id
			LEFT JOIN seances s ON s.commanditaire_id = r.commanditaire_id AND s.id = r.seance_id
			CROSS JOIN LATERAL (SELECT count(*) AS n FROM redemptions v WHERE v.commanditaire_id = r.commanditaire_id AND v.cheque_id = r.cheque_id AND v.undone_at IS NULL) AS live
			WHERE live.n IS DISTINCT FROM CASE WHEN c.state = 'utilise' THEN 1 ELSE 0 END
				OR r.amount_cents IS DISTINCT FROM c.face_value_cents OR r.order_id IS DISTINCT FROM c.order_id OR r.carnet_id IS DISTINCT FROM c.carnet_id
				OR r.rank IS DISTINCT FROM c.rank OR r.serial IS DISTINCT FROM k.serial OR r.structure_id IS DISTINCT FROM s.structure_id
				OR (r.undone_at IS NULL AND (k.handed_over_at IS NULL OR r.at < k.handed_over_at))`,
	}
}

func sinceJournal(recent string) Check {
	return Check{
		Name:     "nouvelles lignes de journal",
		Question: "Chaque nouvelle séance est-elle au journal\u00a0?",
		counted:  `SELECT count(*) FROM journal WHERE ` + recent,
		offenders: `
			SELECT DISTINCT 'séance ' || r.seance_id, 'aucune ligne au journal' FROM redemptions r
			WHERE r.` + recent + ` AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.id = r.seance_id)
				AND NOT EXISTS (SELECT 1 FROM disputes d WHERE d.commanditaire_id = r.commanditaire_id AND d.redemption_id = r.id)`,
	}
}

// sinceBalances is I5 by order: what the last proof left plus what moved since
// stays covered, and no debt is ever below zero.
func sinceBalances(from int64) Check {
	return Check{
		Name:     "soldes",
		Question: "Depuis la dernière preuve, le compte dédié couvre-t-il encore ce qui est dû, commande par commande, et aucun compte n’est-il passé sous zéro\u00a0?",
		counted:  `SELECT count(DISTINCT order_id) FROM proof_balances`,
		offenders: named + `format('%s centimes en banque, %s dus, plus bas compte à %s', b.bank, b.owed, b.least)
			FROM (
				SELECT commanditaire_id, order_id,
					coalesce(sum(cents) FILTER (WHERE account = 'bank'), 0) AS bank,
					coalesce(-sum(cents) FILTER (WHERE account IN ('funds', 'circulation', 'payable', 'in_transit', 'credit', 'expired')), 0) AS owed,
					min(-cents) FILTER (WHERE account IN ('funds', 'circulation', 'credit', 'expired')) AS least
				FROM (
					SELECT commanditaire_id, order_id, account, sum(cents) AS cents FROM (
						SELECT commanditaire_id, order_id, account, debit_cents AS cents FROM proof_balances
						UNION ALL (` + moved(from, forever) + `)) AS all_of_it GROUP BY 1, 2, 3) AS held
				GROUP BY 1, 2) AS b
			JOIN orders o ON o.commanditaire_id = b.commanditaire_id AND o.id = b.order_id
			WHERE b.bank < b.owed OR b.least < 0`,
	}
}

// forever is above every stamp.
const forever = 1<<63 - 1

// rerun adds to the checks of what changed those that look at whole tables,
// when something of their kind happened: it is rare.
func rerun(ctx context.Context, tx *postgres.Tx, from int64) ([]Check, error) {
	kinds, err := postgres.Values[string](ctx, tx, fmt.Sprintf(`SELECT DISTINCT kind FROM ledger_transactions WHERE stamp >= %d`, from), nil)
	if err != nil {
		return nil, fmt.Errorf("list what happened: %w", err)
	}
	var checks []Check
	for _, check := range Checks() {
		if check.always || slices.ContainsFunc(kinds, func(k string) bool { return slices.Contains(check.after, ledger.Kind(k)) }) {
			checks = append(checks, check)
		}
	}
	return checks, nil
}

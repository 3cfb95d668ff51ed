package treasury

import (
	"context"
	"errors"
	"fmt"
	"time"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Step is one line of the way from the bank's balance to the ledger's.
type Step struct {
	Label  string
	Amount money.Cents
	Hint   string
}

// Reconciliation explains, line by line, what separates the balance of the last
// statement from that of the ledger.
type Reconciliation struct {
	ClosedOn *time.Time
	Bank     money.Cents
	Steps    []Step // those that are not zero
	Ledger   money.Cents
	Rest     money.Cents // what no step explains: always zero, or the books are wrong
}

type bankSums struct {
	ClosedOn     *time.Time
	Closing      int64
	First        int64
	Gaps         int64
	OpenCredits  int64
	OpenDebits   int64
	AsideCredits int64
	AsideDebits  int64
}

type kindSum struct {
	Kind  string
	Cents int64
}

// Reconcile computes the reconciliation of the account.
func (s *Service) Reconcile(ctx context.Context, actor identity.Actor) (r Reconciliation, err error) {
	var sums bankSums
	var pointed, booked []kindSum
	err = s.read(ctx, actor, func(tx *postgres.Tx) error {
		if sums, err = postgres.One[bankSums](ctx, tx, sumBank, nil); err != nil && !errors.Is(err, postgres.ErrNoRow) {
			return err
		}
		if pointed, err = postgres.All[kindSum](ctx, tx, sumPointed, nil); err != nil {
			return err
		}
		booked, err = postgres.All[kindSum](ctx, tx, sumBooked, nil)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("reconcile account: %w", err)
	}
	return reconcile(sums, byKind(pointed), byKind(booked)), nil
}

func byKind(list []kindSum) map[string]money.Cents {
	sums := map[string]money.Cents{}
	for _, k := range list {
		sums[k.Kind] += money.Cents(k.Cents)
	}
	return sums
}

func reconcile(b bankSums, pointed, booked map[string]money.Cents) Reconciliation {
	r := Reconciliation{ClosedOn: b.ClosedOn, Bank: money.Cents(b.Closing)}
	steps := []Step{
		{"Solde d’avant le premier relevé", -money.Cents(b.First), "Présent sur le compte avant que Passnum le suive."},
		{"Relevés qui manquent", -money.Cents(b.Gaps), "Un relevé ne commence pas là où le précédent finit."},
		{"Crédits à reconnaître", -money.Cents(b.OpenCredits), "Dans la file d’attente."},
		{"Débits à reconnaître", money.Cents(b.OpenDebits), "Dans la file d’attente."},
		{"Crédits mis à l’écart", -money.Cents(b.AsideCredits), "Avec leur raison."},
		{"Débits mis à l’écart", money.Cents(b.AsideDebits), "Avec leur raison."},
		{"Fonds attestés, pas encore vus sur un relevé", booked["funding"] - pointed["funding"], "La commande attend sa ligne."},
		{"Paiements exécutés, pas encore vus sur un relevé", booked["payout_executed"] - pointed["payout_executed"], "Le contre-paiement attend sa ligne."},
		{"Virements revenus, pas encore vus sur un relevé", booked["payout_returned"] - pointed["payout_returned"], ""},
		{"Remboursements, pas encore vus sur un relevé", booked["refund"] - pointed["refund"], ""},
		{"Remboursements revenus, pas encore vus sur un relevé", booked["refund_returned"] - pointed["refund_returned"], ""},
		{"Frais de l’opérateur, pas encore vus sur un relevé", booked["fees_swept"] - pointed["fees_swept"], ""},
		{"Versements de structures, pas encore vus sur un relevé", booked["incident"] - pointed["incident"], ""},
		{"Avoirs reportés d’une commande à l’autre", booked["carried_in"] + booked["carried_out"], "L’argent ne quitte pas le compte."},
	}
	explained := r.Bank
	for _, step := range steps {
		explained += step.Amount
		if step.Amount != 0 {
			r.Steps = append(r.Steps, step)
		}
	}
	for _, cents := range booked {
		r.Ledger += cents
	}
	r.Rest = r.Ledger - explained
	return r
}

const sumBank = `
	WITH chained AS (
		SELECT closed_on, closing_cents, opening_cents, opening_cents - lag(closing_cents) OVER w AS gap, row_number() OVER w AS n, count(*) OVER (PARTITION BY iban) AS last
		FROM bank_statements WHERE kind = 'releve' WINDOW w AS (PARTITION BY iban ORDER BY closed_on, sequence NULLS FIRST, imported_at)
	), said AS (
		SELECT max(closed_on) AS closed_on, coalesce(sum(closing_cents) FILTER (WHERE n = last), 0)::bigint AS closing,
			coalesce(sum(opening_cents) FILTER (WHERE n = 1), 0)::bigint AS first, coalesce(sum(gap), 0)::bigint AS gaps FROM chained
	), open AS (
		SELECT coalesce(sum(amount_cents - matched_cents) FILTER (WHERE is_credit), 0)::bigint AS open_credits,
			coalesce(sum(amount_cents - matched_cents) FILTER (WHERE NOT is_credit), 0)::bigint AS open_debits
		FROM bank_lines WHERE matched_cents < amount_cents AND statement_id IS NOT NULL
	), aside AS (
		SELECT coalesce(sum(m.amount_cents) FILTER (WHERE l.is_credit), 0)::bigint AS aside_credits, coalesce(sum(m.amount_cents) FILTER (WHERE NOT l.is_credit), 0)::bigint AS aside_debits
		FROM bank_matches m JOIN bank_lines l ON l.id = m.line_id WHERE m.kind = 'ecart' AND m.undone_at IS NULL
	)
	SELECT * FROM said, open, aside`

// sumPointed names what was recognised after the ledger's kinds.
const sumPointed = `
	SELECT CASE m.kind WHEN 'recu' THEN 'funding' WHEN 'versement' THEN 'funding' WHEN 'paiement' THEN 'payout_executed' WHEN 'retour' THEN 'payout_returned'
		WHEN 'remboursement' THEN 'refund' WHEN 'remboursement_revenu' THEN 'refund_returned' WHEN 'frais' THEN 'fees_swept' WHEN 'recouvrement' THEN 'incident' END AS kind,
		sum(CASE WHEN l.is_credit THEN m.amount_cents ELSE -m.amount_cents END)::bigint AS cents
	FROM bank_matches m JOIN bank_lines l ON l.id = m.line_id WHERE m.kind <> 'ecart' AND m.undone_at IS NULL GROUP BY 1`

const sumBooked = `
	SELECT t.kind, sum(CASE WHEN m.debit = 'bank' THEN m.amount_cents ELSE -m.amount_cents END)::bigint AS cents
	FROM ledger_movements m JOIN ledger_transactions t ON t.commanditaire_id = m.commanditaire_id AND t.id = m.transaction_id
	WHERE m.debit = 'bank' OR m.credit = 'bank' GROUP BY t.kind`

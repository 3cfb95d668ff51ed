package treasury

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"passnum/internal/fold"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Suggestion is what a waiting line may be, and why one would think so.
type Suggestion struct {
	Kind   Kind
	Target string
	Detail int
	Label  string
	Amount money.Cents // what is expected of it
	Why    []string
	// For funds to attest, what a confirmation would record.
	Mandat          string
	Face, Fees, VAT money.Cents

	score int
}

// Likely reports whether something else than the kind speaks for it.
func (s Suggestion) Likely() bool { return s.score > 0 }

const mostSuggestions = 40

// suggest ranks what the line, or one of its details, may be. Nothing is hidden
// because it is unlikely: it comes last.
func (s *Service) suggest(ctx context.Context, tx *postgres.Tx, line Line) ([]Suggestion, error) {
	taken, err := takenDetails(ctx, tx, []Line{line})
	if err != nil {
		return nil, err
	}
	units := unitsOf(line, taken[line.ID])
	if len(units) == 0 || line.MatchedCents > 0 && len(units) == 1 {
		whole := unit{line: line, detail: line.Parts()[0]}
		whole.detail.Amount = line.Open()
		units = []unit{whole}
	}
	var list []Suggestion
	if line.Credit && !line.returned() {
		list, err = s.suggestIncoming(ctx, tx, units)
	} else {
		list, err = s.suggestOrdered(ctx, tx, line, units)
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b Suggestion) int { return b.score - a.score })
	return list[:min(len(list), mostSuggestions)], nil
}

func (s *Service) suggestIncoming(ctx context.Context, tx *postgres.Tx, units []unit) ([]Suggestion, error) {
	e := &expectations{service: s}
	if err := e.findIncoming(ctx, tx); err != nil {
		return nil, err
	}
	var list []Suggestion
	for _, u := range units {
		for _, r := range e.receipts {
			c := Suggestion{Kind: Receipt, Target: r.ID.String(), Detail: u.index, Label: r.proposal().label, Amount: r.Left}
			c.because(60, r.citedIn(u.words()), "cite ")
			c.amounts(u.detail.Amount, r.Left)
			c.payer(u, r.Payer, r.SIRET)
			c.near(u.line.BookedOn, r.ReceivedOn)
			list = append(list, c)
		}
		for _, a := range e.awaited {
			c := Suggestion{Kind: Funding, Target: a.target(), Detail: u.index, Label: "Attester les fonds\u00a0: commande " + a.Number + ", " + a.Payer, Amount: a.Total(), Mandat: mandatOf(u)}
			c.Face, c.Fees, c.VAT = split(min(u.detail.Amount, a.Total()), a)
			c.because(60, a.citedIn(u.words()), "cite ")
			if mentions(u.words(), a.Engagement) {
				c.because(50, "l’engagement "+a.Engagement, "cite ")
			}
			c.amounts(u.detail.Amount, a.Total())
			c.payer(u, a.Payer, a.SIRET)
			list = append(list, c)
		}
	}
	owing, err := s.suggestOwing(ctx, tx, units)
	return append(list, owing...), err
}

func (c *Suggestion) because(points int, what, before string) {
	if what != "" {
		c.score += points
		c.Why = append(c.Why, before+what)
	}
}

func (c *Suggestion) amounts(got, wanted money.Cents) {
	switch gap := got - wanted; {
	case gap == 0:
		c.because(40, "même montant", "")
	case gap > -100 && gap < 100:
		c.because(15, fmt.Sprintf("montant à %s près", max(gap, -gap)), "")
	case gap > 0:
		c.because(0, fmt.Sprintf("%s de plus qu’attendu", gap), "")
	default:
		c.because(0, fmt.Sprintf("%s de moins qu’attendu", -gap), "")
	}
}

// payer compares names without accents or small words, as banks write them in
// capitals and cut them.
func (c *Suggestion) payer(u unit, name, siret string) {
	words := u.words() + " " + u.detail.Party
	if siret != "" && strings.Contains(strings.ReplaceAll(words, " ", ""), siret) {
		c.because(40, "SIRET du payeur cité", "")
		return
	}
	said := strings.Fields(fold.Text(words))
	common, long := 0, 0
	for _, word := range strings.Fields(fold.Text(name)) {
		if len(word) < 4 {
			continue
		}
		long++
		if slices.Contains(said, word) {
			common++
		}
	}
	if long > 0 && 2*common > long {
		c.because(20, "le nom du payeur ressemble à "+name, "")
	}
}

func (c *Suggestion) near(booked, received time.Time) {
	if days := booked.Sub(received).Hours() / 24; days > -11 && days < 11 {
		c.because(5, "reçu à la même période", "")
	}
}

type orderedRow struct {
	Reference string
	Kind      string
	Label     string
	Cents     money.Cents
	On        time.Time
}

// suggestOrdered looks for transfers that we ordered, by their amount or their
// references: those that left, or for a credit, those that may have come back.
func (s *Service) suggestOrdered(ctx context.Context, tx *postgres.Tx, line Line, units []unit) ([]Suggestion, error) {
	var list []Suggestion
	for _, u := range units {
		rows, err := postgres.All[orderedRow](ctx, tx, ordered[line.Credit], postgres.Args{"amount": int64(u.detail.Amount), "references": append([]string{""}, u.references()...)})
		if err != nil {
			return nil, fmt.Errorf("find ordered transfers: %w", err)
		}
		for _, row := range rows {
			c := Suggestion{Kind: Kind(row.Kind), Target: row.Reference, Detail: u.index, Label: row.Label, Amount: row.Cents}
			if slices.Contains(u.references(), row.Reference) {
				c.because(60, "la référence "+row.Reference, "cite ")
			}
			c.amounts(u.detail.Amount, row.Cents)
			c.near(line.BookedOn, row.On)
			list = append(list, c)
		}
	}
	return list, nil
}

// ordered are the transfers of the same amount or reference that no line claims:
// for a debit, whole files then single lines then refunds; for a credit, lines
// already executed.
var ordered = map[bool]string{
	false: `
		WITH free AS (
			SELECT l.*, f.message_id, coalesce(l.executed_on, b.approved_at::date) AS on FROM settlement_lines l JOIN settlements b ON b.id = l.settlement_id
			LEFT JOIN settlement_files f ON f.settlement_id = l.settlement_id AND f.part = l.part
			WHERE l.state IN ('approuvee', 'executee')
				AND NOT EXISTS (SELECT 1 FROM bank_targets t WHERE t.kind = 'paiement' AND t.target = l.id::text AND t.matched_cents > 0)
		)
		SELECT message_id AS reference, 'paiement' AS kind, 'Contre-paiement ' || max(settlement_number) || ', ' || count(*) || ' virement(s)' AS label, sum(amount_cents)::bigint AS cents, max("on") AS on
		FROM free WHERE message_id IS NOT NULL GROUP BY message_id HAVING sum(amount_cents) = @amount OR message_id = ANY(@references)
		UNION ALL
		SELECT end_to_end_id, 'paiement', 'Contre-paiement ' || settlement_number || ', ' || structure_name, amount_cents, "on"
		FROM free WHERE amount_cents = @amount OR end_to_end_id = ANY(@references)
		UNION ALL
		SELECT r.end_to_end_id, 'remboursement', 'Remboursement ' || r.number, r.amount_cents, coalesce(r.executed_on, r.decided_at::date) FROM refunds r
		WHERE r.kind = 'remboursement' AND r.state IN ('approuve', 'execute', 'revenu') AND (r.amount_cents = @amount OR r.end_to_end_id = ANY(@references))
			AND NOT EXISTS (SELECT 1 FROM bank_targets t WHERE t.kind = 'remboursement' AND t.target = r.id::text AND t.matched_cents > 0)
		LIMIT 20`,
	true: `
		SELECT l.end_to_end_id AS reference, 'retour' AS kind, 'Retour du virement à ' || l.structure_name || ' (' || l.settlement_number || ')' AS label,
			l.amount_cents AS cents, coalesce(l.executed_on, l.period_to) AS on
		FROM settlement_lines l
		WHERE l.state IN ('executee', 'retournee') AND (l.amount_cents = @amount OR l.end_to_end_id = ANY(@references))
			AND NOT EXISTS (SELECT 1 FROM bank_targets t WHERE t.kind = 'retour' AND t.target = l.id::text AND t.matched_cents > 0)
		UNION ALL
		SELECT r.end_to_end_id, 'remboursement_revenu', 'Retour du remboursement ' || r.number, r.amount_cents, r.executed_on FROM refunds r
		WHERE r.state IN ('execute', 'revenu') AND r.kind = 'remboursement' AND (r.amount_cents = @amount OR r.end_to_end_id = ANY(@references))
			AND NOT EXISTS (SELECT 1 FROM bank_targets t WHERE t.kind = 'remboursement_revenu' AND t.target = r.id::text AND t.matched_cents > 0)
		ORDER BY "on" DESC NULLS LAST LIMIT 20`,
}

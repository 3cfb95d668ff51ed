package custody

import (
	"context"
	"fmt"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Held lists, by following numbers, the carnets a commanditaire has in its own
// hands, or the operator in its: what each may send. The first hundred runs.
func (s *Service) Held(ctx context.Context, actor identity.Actor, desk Desk) ([]Span, error) {
	var spans []Span
	err := s.in(ctx, actor, desk, false, "carnets en main", func(tx *postgres.Tx) (err error) {
		spans, err = postgres.All[Span](ctx, tx, `
			WITH held AS (
				SELECT o.number AS order_number, k.number, k.number - row_number() OVER (PARTITION BY k.order_id ORDER BY k.number) AS island
				FROM carnets k JOIN orders o ON o.commanditaire_id = k.commanditaire_id AND o.id = k.order_id
				WHERE k.state IN ('emis', 'retourne') AND k.transfer_id IS NULL AND k.case_id IS NULL AND k.handed_over_at IS NULL
					AND (@desk = 'operateur' AND NOT k.reserve AND k.aiguilleur_id IS NULL OR @desk = 'commanditaire' AND k.reserve AND k.commanditaire_id = @me)
			)
			SELECT order_number, min(number) AS "from", max(number) AS "to" FROM held GROUP BY order_number, island ORDER BY order_number, min(number) LIMIT 100`,
			desk.args(actor, nil))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list held carnets: %w", err)
	}
	return spans, nil
}

// AllDestinations lists, for the operator, every open point that has a live
// convention; Send refuses those that have none with the carnets' commanditaire.
func (s *Service) AllDestinations(ctx context.Context, actor identity.Actor) ([]Spot, error) {
	var spots []Spot
	err := s.in(ctx, actor, OperatorDesk, false, "points où envoyer des carnets", func(tx *postgres.Tx) (err error) {
		spots, err = postgres.All[Spot](ctx, tx, `
			SELECT p.id, p.aiguilleur_id, p.name, g.name AS aiguilleur, p.town FROM points p JOIN organisations g ON g.id = p.aiguilleur_id
			WHERE p.closed_at IS NULL AND (g.is_commanditaire OR EXISTS (SELECT 1 FROM conventions c WHERE c.aiguilleur_id = p.aiguilleur_id
				AND c.commanditaire_signed_at IS NOT NULL AND c.aiguilleur_signed_at IS NOT NULL AND c.ended_at IS NULL AND c.ends_on >= @today))
			ORDER BY g.name, p.name, p.id LIMIT 500`, postgres.Args{"today": tx.Today()})
		return err
	})
	return spots, err
}

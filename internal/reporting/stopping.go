package reporting

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/french"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/qualification"
)

// StoppingEffects says what becomes of a structure's chèques, payments and
// ateliers when it is stopped, in the caller's transaction (the operator's
// scope).
func StoppingEffects(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]qualification.Effect, error) {
	n, err := postgres.One[struct {
		Taken, Coming, Ateliers, Seats int
		TakenCents, ComingCents        int64
	}](ctx, tx, `
		SELECT r.taken, r.taken_cents, l.coming, l.coming_cents, a.ateliers, a.seats FROM
			(SELECT count(*)::int AS taken, coalesce(sum(amount_cents), 0)::bigint AS taken_cents FROM redemptions
				WHERE structure_id = @id AND undone_at IS NULL AND settlement_line_id IS NULL) AS r,
			(SELECT count(*)::int AS coming, coalesce(sum(amount_cents), 0)::bigint AS coming_cents FROM settlement_lines
				WHERE structure_id = @id AND state NOT IN ('executee', 'rejetee', 'retournee')) AS l,
			(SELECT count(*)::int AS ateliers, coalesce(sum(taken), 0)::int AS seats FROM workshops
				WHERE structure_id = @id AND cancelled_at IS NULL AND starts_at > @now) AS a`,
		postgres.Args{"id": structure, "now": tx.Now()})
	if err != nil {
		return nil, fmt.Errorf("read what a stopped structure is owed: %w", err)
	}
	list := []qualification.Effect{
		{About: "Chèques encaissés, pas encore payés", Value: french.Count(n.Taken, "chèque", "chèques") + ", " + money.Cents(n.TakenCents).String(),
			Then: "Ils restent dus, et partent avec le prochain paiement."},
		{About: "Paiements en préparation", Value: french.Count(n.Coming, "virement", "virements") + ", " + money.Cents(n.ComingCents).String(), Then: "Ils partent comme prévu."},
	}
	if n.Ateliers > 0 {
		list = append(list, qualification.Effect{About: "Ateliers à venir", Value: french.Count(n.Ateliers, "atelier", "ateliers") + ", " + french.Count(n.Seats, "place réservée", "places réservées"),
			Then: "Une suspension les laisse prévus, sans les afficher\u00a0; une déqualification les annule et prévient les guichets."})
	}
	return list, nil
}

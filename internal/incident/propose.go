package incident

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Proposal is an incident as somebody asks for it; comments give the names of
// the form's fields.
type Proposal struct {
	Kind   Kind        // nature
	Amount money.Cents // montant: positive, whatever the kind
	Reason string      // motif
	// RedemptionID is the chèque; without one, a gesture names the payment line and
	// the order.
	RedemptionID uuid.UUID
	LineID       uuid.UUID
	OrderID      uuid.UUID
}

func (p *Proposal) read() error {
	var c fault.Collector
	p.Reason = strings.TrimSpace(p.Reason)
	c.Check(p.Kind == Overpayment || p.Kind == Fraud || p.Kind == Gesture, "nature", "Choisissez ce qui s’est passé.")
	c.Check(p.Amount > 0, "montant", "Indiquez un montant, par exemple 10,00.")
	c.Check(p.Reason != "", "motif", "Écrivez ce qui s’est passé\u00a0: la structure et le commanditaire le liront.")
	c.Check(len([]rune(p.Reason)) <= 1000, "motif", "Raccourcissez ce motif\u00a0: 1\u202f000 caractères au plus.")
	c.Check(p.RedemptionID != uuid.Nil || p.Kind == Gesture, "nature", "Pour reprendre une somme, partez du chèque qui l’a payée.")
	return c.Err()
}

// Propose asks for a correction, which another person decides. What is taken
// back never exceeds what the chèque paid; a gesture, the fees held for the order.
// ErrNoCheque, ErrTooEarly, ErrTooMuch, ErrFeesShort, or a refusal of the form.
func (s *Service) Propose(ctx context.Context, actor identity.Actor, p Proposal) (uuid.UUID, error) {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return uuid.Nil, err
	}
	if err := p.read(); err != nil {
		return uuid.Nil, err
	}
	var id uuid.UUID
	err := s.db.InPlatform(ctx, actor, "proposition d’un incident", func(tx *postgres.Tx) error {
		t, err := p.target(ctx, tx)
		if err != nil {
			return err
		}
		i := Incident{CommanditaireID: t.CommanditaireID, OrderID: t.OrderID, StructureID: t.StructureID, Kind: p.Kind, RedemptionID: t.RedemptionID, AmountCents: p.Amount, Reason: p.Reason}
		if p.Kind.Takes() {
			i.AmountCents = -p.Amount
		}
		id, err = insert(ctx, tx, actor, i, "incident proposé")
		return err
	})
	return id, fault.Wrap(err, "propose incident")
}

// target finds what the proposal is about, and refuses what it cannot bear.
func (p Proposal) target(ctx context.Context, tx *postgres.Tx) (Target, error) {
	if p.RedemptionID == uuid.Nil {
		orders, err := ordersOfLine(ctx, tx, p.LineID)
		if err != nil {
			return Target{}, err
		}
		for _, t := range orders {
			if t.OrderID == p.OrderID || len(orders) == 1 {
				return t, p.affordable(t)
			}
		}
		return Target{}, fault.Field("commande", "Choisissez la commande concernée.")
	}
	// The row is the lock of what is taken back on this chèque.
	if _, err := postgres.Do(ctx, tx, `SELECT 1 FROM redemptions WHERE id = @id FOR UPDATE`, postgres.Args{"id": p.RedemptionID}); err != nil {
		return Target{}, err
	}
	t, err := cheque(ctx, tx, p.RedemptionID)
	switch {
	case err != nil:
		return t, err
	case t.LineID == nil && !t.RedeemedOn.Before(tx.Today()):
		return t, ErrTooEarly
	case p.Kind.Takes() && p.Amount > t.LeftCents():
		return t, ErrTooMuch
	default:
		return t, p.affordable(t)
	}
}

func (p Proposal) affordable(t Target) error {
	if p.Kind == Gesture && p.Amount > t.FeesCents {
		return ErrFeesShort
	}
	return nil
}

func insert(ctx context.Context, tx *postgres.Tx, actor identity.Actor, i Incident, act string) (uuid.UUID, error) {
	year := tx.Today().Year()
	n, err := postgres.Next(ctx, tx, "incident", year)
	if err != nil {
		return uuid.Nil, fmt.Errorf("take a number: %w", err)
	}
	i.ID, i.Number = postgres.NewID(), fmt.Sprintf("INC-%d-%03d", year, n)
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO incidents (commanditaire_id, id, order_id, structure_id, number, kind, redemption_id, cancels_id, amount_cents, reason, proposed_at, proposed_by, proposed_by_name)
		VALUES (@commanditaire, @id, @order, @structure, @number, @kind, @redemption, @cancels, @amount, @reason, @now, @by, @name)`,
		postgres.Args{"commanditaire": i.CommanditaireID, "id": i.ID, "order": i.OrderID, "structure": i.StructureID, "number": i.Number, "kind": string(i.Kind),
			"redemption": i.RedemptionID, "cancels": i.CancelsID, "amount": int64(i.AmountCents), "reason": i.Reason, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name})
	switch postgres.Constraint(err) {
	case "incidents_within_redemption":
		return uuid.Nil, ErrTooMuch
	case "incidents_cancelled_once", "incidents_opposite":
		return uuid.Nil, ErrNotCancelled
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("write incident: %w", err)
	}
	return i.ID, journal(ctx, tx, actor, i, act, i.Reason)
}

// journal records an act on an incident. Its parties read it once it is decided.
func journal(ctx context.Context, tx *postgres.Tx, actor identity.Actor, i Incident, act, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "incident", SubjectID: i.ID,
		Detail: map[string]any{"numero": i.Number, "nature": string(i.Kind), "centimes": i.AmountCents, "motif": reason}})
}

// Cancel proposes to cancel a decided incident: another one, of the opposite
// amount, which another person decides. ErrNotCancelled, ErrNotFound.
func (s *Service) Cancel(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) (uuid.UUID, error) {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return uuid.Nil, err
	}
	if reason = strings.TrimSpace(reason); reason == "" || len([]rune(reason)) > 1000 {
		return uuid.Nil, fault.Field("motif", "Écrivez pourquoi cet incident est annulé (1\u202f000 caractères au plus).")
	}
	var cancellation uuid.UUID
	err := s.db.InPlatform(ctx, actor, "annulation d’un incident", func(tx *postgres.Tx) error {
		i, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if !i.Cancellable() {
			return ErrNotCancelled
		}
		cancellation, err = insert(ctx, tx, actor, Incident{CommanditaireID: i.CommanditaireID, OrderID: i.OrderID, StructureID: i.StructureID,
			Kind: Cancellation, RedemptionID: i.RedemptionID, CancelsID: &i.ID, AmountCents: -i.AmountCents, Reason: reason}, "annulation d’incident proposée")
		return err
	})
	return cancellation, fault.Wrap(err, "cancel incident")
}

// lock takes the row of an incident; ErrNotFound.
func lock(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Incident, error) {
	if _, err := postgres.Do(ctx, tx, `SELECT 1 FROM incidents WHERE id = @id FOR UPDATE`, postgres.Args{"id": id}); err != nil {
		return Incident{}, err
	}
	i, err := postgres.One[Incident](ctx, tx, selectIncident+`WHERE i.id = @id`, postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return i, ErrNotFound
	}
	return i, err
}

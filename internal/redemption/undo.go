package redemption

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// What Undo and Receipt answer.
var (
	ErrNotFound    = fault.New(fault.KindNotFound, "Cet encaissement n’existe pas, ou n’est pas celui de votre structure.")
	ErrDayOver     = fault.New(fault.KindConflict, "L’annulation n’est possible que le jour de l’encaissement. Écrivez à l’opérateur : la correction se fera sur un prochain paiement.")
	ErrAlreadyPaid = fault.New(fault.KindConflict, "Ce chèque est déjà compté dans un paiement. Écrivez à l’opérateur : la correction se fera sur un prochain paiement.")
)

const maxReason = 500

// Undone is what an undo gave back.
type Undone struct {
	SeanceID uuid.UUID
	Cheques  int
	Amount   money.Cents
}

type undoable struct {
	CommanditaireID  uuid.UUID
	ID               uuid.UUID
	SeanceID         uuid.UUID
	Serial           string
	Rank             int
	AmountCents      int64
	Day              time.Time
	UndoneAt         *time.Time
	SettlementLineID *uuid.UUID
}

// Undo gives back the chèque of one redemption, or all those of a receipt: the
// same Paris day, and before they are cut for payment. Undoing twice is
// harmless. It answers ErrNotFound, ErrDayOver and ErrAlreadyPaid; one chèque
// that cannot be given back keeps the others.
func (s *Service) Undo(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) (Undone, error) {
	if err := actor.May(identity.Redeem); err != nil {
		return Undone{}, err
	}
	if utf8.RuneCountInString(reason) > maxReason {
		return Undone{}, fault.Field("reason", "Le motif doit tenir en 500 signes.")
	}
	var undone Undone
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		rows, err := findUndoable(ctx, tx, actor.OrganisationID, id)
		if err != nil {
			return err
		}
		for _, row := range rows {
			undone.SeanceID = row.SeanceID
			if err := undo(ctx, tx, actor, row, reason); err != nil {
				return err
			}
			undone.Cheques++
			undone.Amount += money.Cents(row.AmountCents)
		}
		return nil
	})
	if err != nil {
		return Undone{}, fmt.Errorf("undo redemption: %w", err)
	}
	return undone, nil
}

// findUndoable looks among today's redemptions first, which an index orders.
func findUndoable(ctx context.Context, tx *postgres.Tx, structure, id uuid.UUID) ([]undoable, error) {
	for _, since := range []time.Time{tx.Now().Add(-36 * time.Hour), {}} {
		rows, err := postgres.All[undoable](ctx, tx, `
			SELECT commanditaire_id, id, seance_id, serial, rank, amount_cents, day, undone_at, settlement_line_id
			FROM redemptions
			WHERE structure_id = @structure AND at >= @since AND (id = @id OR seance_id = @id)
			ORDER BY commanditaire_id, cheque_id`,
			postgres.Args{"structure": structure, "id": id, "since": since})
		if err != nil {
			return nil, fmt.Errorf("find redemption: %w", err)
		}
		if len(rows) > 0 {
			return rows, nil
		}
	}
	return nil, ErrNotFound
}

func undo(ctx context.Context, tx *postgres.Tx, actor identity.Actor, row undoable, reason string) error {
	switch {
	case row.UndoneAt != nil:
		return nil
	case row.SettlementLineID != nil:
		return ErrAlreadyPaid
	case !row.Day.Equal(tx.Today()):
		return ErrDayOver
	}
	amount, err := postgres.Value[*int64](ctx, tx, `
		SELECT undo_redemption(@commanditaire, @id, @transaction, @account, @reason, @now, @today)`,
		postgres.Args{
			"commanditaire": row.CommanditaireID, "id": row.ID, "transaction": postgres.NewID(),
			"account": actor.Account(), "reason": reason, "now": tx.Now(), "today": tx.Today(),
		})
	if err != nil {
		return fmt.Errorf("call undo_redemption: %w", err)
	}
	if amount == nil {
		return undoneMeanwhile(ctx, tx, row)
	}
	return audit.Record(ctx, tx, actor, audit.Act{
		Name: "annulation_encaissement", SubjectKind: "seance", SubjectID: row.SeanceID,
		Parties: []uuid.UUID{row.CommanditaireID},
		Detail:  map[string]any{"id": row.ID, "serial": row.Serial, "rank": row.Rank, "cents": *amount, "motif": reason},
	})
}

// undoneMeanwhile tells a colleague's undo, which is harmless, from a payment
// that was cut between our reading and our writing.
func undoneMeanwhile(ctx context.Context, tx *postgres.Tx, row undoable) error {
	undone, err := postgres.Value[bool](ctx, tx, `
		SELECT undone_at IS NOT NULL FROM redemptions WHERE commanditaire_id = @commanditaire AND id = @id`,
		postgres.Args{"commanditaire": row.CommanditaireID, "id": row.ID})
	switch {
	case err != nil:
		return fmt.Errorf("read redemption again: %w", err)
	case undone:
		return nil
	default:
		return ErrAlreadyPaid
	}
}

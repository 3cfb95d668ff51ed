package invoicing

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// The refusals of reminders.
var (
	// ErrNotLate refuses to remind of what is not late.
	ErrNotLate = fault.New(fault.KindConflict, "Cette facture n’est pas en retard\u00a0: aucune relance n’est partie.")
	// ErrRemindedToday refuses a second reminder in a day.
	ErrRemindedToday = fault.New(fault.KindConflict, "Une relance est déjà partie aujourd’hui pour cette facture.")
	// ErrNobody refuses to remind an organisation that nobody reads mail for.
	ErrNobody = fault.New(fault.KindConflict, "Personne ne peut recevoir cette relance\u00a0: l’organisation n’a ni membre ni courriel de contact.")
)

// Remind writes to the payer of a late facture, and keeps to whom. ErrNotLate,
// ErrRemindedToday, ErrNobody.
func (s *Service) Remind(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	err := s.onDocument(ctx, actor, id, "relance d’une facture", func(tx *postgres.Tx, d Row, e *Event) error {
		again, err := postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT FROM invoice_events WHERE buyer_id = @buyer AND invoice_id = @id AND kind = 'relance' AND on_day = @today)`,
			postgres.Args{"buyer": d.BuyerID, "id": d.ID, "today": tx.Today()})
		if err != nil || again {
			return first(err, ErrRemindedToday)
		}
		to, err := s.write(ctx, tx, d.Document, "Facture "+d.Number+" en retard de paiement",
			"La facture "+d.Number+" était à payer avant le "+french.Date(d.DueOn)+". Il reste "+d.Due.String()+" à payer. Si le mandat est parti, transmettez-nous son numéro.")
		if err != nil {
			return err
		}
		if len(to) == 0 {
			return ErrNobody
		}
		e.Note = strings.Join(to, ", ")
		return nil
	}, func(d Row) (Event, error) {
		if d.State != Late {
			return Event{}, ErrNotLate
		}
		return Event{Kind: Reminded}, nil
	})
	return fault.Wrap(err, "remind")
}

func first(err, refusal error) error {
	if err != nil {
		return err
	}
	return refusal
}

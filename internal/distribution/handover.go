package distribution

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// UndoWindow is how long a counter may take a hand-over back.
const UndoWindow = 15 * time.Minute

// HandOver is the act that gave a carnet to a person.
type HandOver struct {
	CommanditaireID uuid.UUID
	ID              uuid.UUID
	OrderID         uuid.UUID
	CarnetID        uuid.UUID
	PointID         uuid.UUID
	PointName       string
	Serial          string
	At              time.Time
	PublicCategory  string
	UndoneAt        *time.Time
	UsableUntil     time.Time
}

// Undoable reports whether the counter may still take it back.
func (h HandOver) Undoable(now time.Time) bool { return h.UndoneAt == nil && h.Left(now) > 0 }

// Left is how much time remains to take it back; zero when over.
func (h HandOver) Left(now time.Time) time.Duration {
	return max(0, h.At.Add(UndoWindow).Sub(now))
}

// Request asks to hand a carnet over. PointID is the counter's point; when it is
// nil, the token's point, else wherever the carnet is in stock.
type Request struct {
	Key            string // idempotency key: a retry hears the first answer
	Serial         string // as typed or scanned
	PointID        *uuid.UUID
	PublicCategory string
}

// The refusals of a hand-over and of its undoing; what is wrong with the carnet
// itself is CarnetCard.Refusal.
var (
	ErrKeyMissing       = fault.Field("cle", "La demande n’a pas de clé\u00a0: rechargez la page.")
	ErrKeyReused        = fault.New(fault.KindConflict, "Cette demande a déjà servi pour un autre carnet. Rechargez la page.")
	ErrCategory         = fault.Field("public", "Choisissez une réponse de la liste, ou aucune.")
	ErrHandOverNotFound = fault.New(fault.KindNotFound, "Cette remise n’existe pas, ou elle n’est pas la vôtre.")
	ErrTooLate          = fault.New(fault.KindConflict, "Une remise s’annule pendant 15\u00a0minutes, et ce délai est passé. Si le carnet vous a été rendu, prévenez le commanditaire pour qu’il le bloque.")
	ErrChequeUsed       = fault.New(fault.KindConflict, "Un chèque de ce carnet a déjà été utilisé\u00a0: la remise ne peut plus être annulée.")
	ErrOtherPoint       = fault.New(fault.KindConflict, "Cette remise a été faite à un autre point\u00a0: annulez-la de là-bas.")
)

// HandOver gives a carnet in stock to a person and opens its chèques, in one
// transaction. The same key and carnet give the same hand-over again.
// ErrKeyReused, ErrCategory, or the carnet's own refusal.
func (s *Service) HandOver(ctx context.Context, actor identity.Actor, req Request) (HandOver, error) {
	if err := actor.May(identity.HandOver); err != nil {
		return HandOver{}, err
	}
	serial, card := readTyped(req.Serial)
	switch {
	case serial == "":
		return HandOver{}, card.Refusal()
	case strings.TrimSpace(req.Key) == "" || len(req.Key) > 200:
		return HandOver{}, ErrKeyMissing
	case !knownCategory(req.PublicCategory):
		return HandOver{}, ErrCategory
	}
	var given HandOver
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		given, err = s.handOver(ctx, tx, actor, serial, req)
		return err
	})
	if postgres.Constraint(err) == "handovers_key_once" {
		return HandOver{}, ErrKeyReused
	}
	return given, wrap(err, "hand over carnet")
}

func (s *Service) handOver(ctx context.Context, tx *postgres.Tx, actor identity.Actor, serial string, req Request) (HandOver, error) {
	c, err := carnet.LockSerial(ctx, tx, serial)
	if err == nil {
		// Read after the lock, so that a double click finds the first hand-over.
		if first, err := byKey(ctx, tx, actor, c.CommanditaireID, req.Key); !errors.Is(err, ErrHandOverNotFound) {
			return sameCarnet(first, serial, err)
		}
	}
	card, err := s.judge(ctx, tx, actor, pointAsked(actor, req), serial, c, err)
	if err != nil {
		return HandOver{}, err
	}
	if err := card.Refusal(); err != nil {
		return HandOver{}, err
	}
	return give(ctx, tx, actor, card, req)
}

func sameCarnet(first HandOver, serial string, err error) (HandOver, error) {
	if err == nil && first.Serial != serial {
		return HandOver{}, ErrKeyReused
	}
	return first, err
}

func pointAsked(actor identity.Actor, req Request) uuid.UUID {
	if req.PointID != nil {
		return *req.PointID
	}
	return actor.PlaceID
}

func give(ctx context.Context, tx *postgres.Tx, actor identity.Actor, card CarnetCard, req Request) (HandOver, error) {
	c := card.carnet
	h := HandOver{
		CommanditaireID: c.CommanditaireID, ID: postgres.NewID(), OrderID: c.OrderID, CarnetID: c.ID, PointID: *c.PointID, PointName: card.PointName,
		Serial: c.Serial, At: tx.Now(), PublicCategory: req.PublicCategory, UsableUntil: card.UsableUntil,
	}
	if _, err := carnet.Give(ctx, tx, c, h.UsableUntil, h.PublicCategory, actor.Account()); err != nil {
		return HandOver{}, err
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO handovers (commanditaire_id, id, order_id, carnet_id, aiguilleur_id, point_id, serial, at, account_id, public_category, idempotency_key)
		VALUES (@commanditaire, @id, @order, @carnet, @me, @point, @serial, @now, @account, @category, @key)`,
		postgres.Args{"commanditaire": h.CommanditaireID, "id": h.ID, "order": h.OrderID, "carnet": h.CarnetID, "me": actor.OrganisationID, "point": h.PointID,
			"serial": h.Serial, "now": h.At, "account": actor.Account(), "category": h.PublicCategory, "key": req.Key})
	if err != nil {
		return HandOver{}, err
	}
	return h, audit.Record(ctx, tx, actor, audit.Act{Name: "remise", SubjectKind: "carnet", SubjectID: h.CarnetID,
		Parties: []uuid.UUID{h.CommanditaireID}, Detail: map[string]any{"carnet": h.Serial, "point": h.PointName}})
}

// Undo takes a hand-over back within UndoWindow: the carnet returns to the
// stock. point is the counter's, uuid.Nil for any of the organisation's.
// ErrTooLate, ErrChequeUsed, ErrOtherPoint; undoing twice is undoing once.
func (s *Service) Undo(ctx context.Context, actor identity.Actor, point, id uuid.UUID) (HandOver, error) {
	if err := actor.May(identity.HandOver); err != nil {
		return HandOver{}, err
	}
	var h HandOver
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if h, err = lockHandOver(ctx, tx, actor, id); err != nil || h.UndoneAt != nil {
			return err
		}
		if point != uuid.Nil && point != h.PointID || actor.PlaceID != uuid.Nil && actor.PlaceID != h.PointID {
			return ErrOtherPoint
		}
		if !h.Undoable(tx.Now()) {
			return ErrTooLate
		}
		return undo(ctx, tx, actor, &h)
	})
	return h, wrap(err, "undo hand-over")
}

func undo(ctx context.Context, tx *postgres.Tx, actor identity.Actor, h *HandOver) error {
	c, err := carnet.LockSerial(ctx, tx, h.Serial)
	if err != nil {
		return fmt.Errorf("lock carnet: %w", err)
	}
	back, err := carnet.TakeBack(ctx, tx, c, actor.Account())
	if err != nil {
		return err
	}
	if !back {
		return ErrChequeUsed
	}
	err = postgres.Must(ctx, tx, `UPDATE handovers SET undone_at = @now, undone_by = @account WHERE commanditaire_id = @commanditaire AND id = @id`,
		postgres.Args{"now": tx.Now(), "account": actor.Account(), "commanditaire": h.CommanditaireID, "id": h.ID})
	if err != nil {
		return err
	}
	now := tx.Now()
	h.UndoneAt = &now
	return audit.Record(ctx, tx, actor, audit.Act{Name: "annulation de remise", SubjectKind: "carnet", SubjectID: h.CarnetID,
		Parties: []uuid.UUID{h.CommanditaireID}, Detail: map[string]any{"carnet": h.Serial, "point": h.PointName}})
}

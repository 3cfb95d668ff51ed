package programme

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Deps is what the service needs from the rest of the house.
type Deps struct {
	DB     *postgres.DB
	Queue  jobs.Queue
	Orders *order.Service
	// Operator is the operator's address; nothing is written to it when empty.
	Operator string
	BaseURL  string
}

// Service holds the use cases of programmes.
type Service struct {
	Deps
	db *postgres.DB
}

// NewService makes the service.
func NewService(deps Deps) *Service { return &Service{Deps: deps, db: deps.DB} }

// Create opens a call, for a funder; the operator writes it.
func (s *Service) Create(ctx context.Context, actor identity.Actor, t Terms) (uuid.UUID, error) {
	if err := actor.May(identity.PlatformFunds); err != nil {
		return uuid.Nil, fmt.Errorf("create programme: %w", err)
	}
	id := postgres.NewID()
	err := s.db.InPlatform(ctx, actor, "nouveau programme", func(tx *postgres.Tx) error {
		t = t.trimmed()
		if err := s.knowFunder(ctx, tx, &t); err != nil {
			return err
		}
		if err := t.check(); err != nil {
			return err
		}
		if err := insert(ctx, tx, actor, id, t); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "nouveau programme", SubjectKind: "programme", SubjectID: id, Parties: []uuid.UUID{t.FunderID},
			Detail: map[string]any{"nom": t.Name, "enveloppe": t.Envelope.Decimal(), "taux": t.Rate.String()}})
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("create programme: %w", err)
	}
	return id, nil
}

// knowFunder forgets a funder that could not read its own programme.
func (s *Service) knowFunder(ctx context.Context, tx *postgres.Tx, t *Terms) error {
	known, err := postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT 1 FROM organisations
		WHERE id = @id AND suspended_at IS NULL AND (is_commanditaire OR is_observer))`, postgres.Args{"id": t.FunderID})
	if err != nil {
		return fmt.Errorf("find funder: %w", err)
	}
	if !known {
		t.FunderID = uuid.Nil
	}
	return nil
}

// Funder is an organisation that may hold a programme.
type Funder struct {
	ID   uuid.UUID
	Name string
	Town string
}

// Funders lists who may hold a programme, by name.
func (s *Service) Funders(ctx context.Context, actor identity.Actor) ([]Funder, error) {
	if err := actor.May(identity.PlatformFunds); err != nil {
		return nil, err
	}
	var funders []Funder
	err := s.db.InPlatform(ctx, actor, "financeurs possibles", func(tx *postgres.Tx) (err error) {
		funders, err = postgres.All[Funder](ctx, tx, `SELECT id, name, town FROM organisations
			WHERE suspended_at IS NULL AND (is_commanditaire OR is_observer) ORDER BY lower(name), id`, nil)
		return err
	})
	return funders, err
}

// Close ends a call: nothing more is promised; what was, stands. The operator or
// the funder says why.
func (s *Service) Close(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	err := s.asParty(ctx, actor, id, "clôture d’un programme", func(tx *postgres.Tx, p Programme) error {
		if reason = strings.TrimSpace(reason); reason == "" || len([]rune(reason)) > LongestText {
			return fault.Field("motif", "Dites en une phrase pourquoi le programme est clos.")
		}
		n, err := postgres.Do(ctx, tx, `UPDATE programmes SET closed_at = @now, closed_by_name = @name, closed_reason = @reason WHERE id = @id AND closed_at IS NULL`,
			postgres.Args{"now": tx.Now(), "name": actor.Name, "reason": reason, "id": p.ID})
		if err != nil {
			return fmt.Errorf("keep the closing: %w", err)
		}
		if n == 0 {
			return fault.New(fault.KindConflict, "Ce programme est déjà clos.")
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "clôture d’un programme", SubjectKind: "programme", SubjectID: p.ID, Parties: []uuid.UUID{p.FunderID},
			Detail: map[string]any{"motif": reason, "engage": p.Committed.Decimal(), "enveloppe": p.Envelope.Decimal()}})
	})
	if err != nil {
		return fmt.Errorf("close programme: %w", err)
	}
	return nil
}

// SetEnvelope changes what a programme may promise, never under what it already
// has.
func (s *Service) SetEnvelope(ctx context.Context, actor identity.Actor, id uuid.UUID, envelope money.Cents) error {
	if err := actor.May(identity.PlatformFunds); err != nil {
		return fmt.Errorf("set envelope: %w", err)
	}
	err := s.db.InPlatform(ctx, actor, "enveloppe d’un programme", func(tx *postgres.Tx) error {
		p, err := find(ctx, tx, id, true)
		if err != nil {
			return err
		}
		if envelope <= 0 || envelope > MostEnvelope || envelope < p.Committed {
			return fault.Field("enveloppe", "Indiquez une enveloppe d’au moins "+p.Committed.String()+"\u00a0: c’est ce qui est déjà engagé.")
		}
		if err := postgres.Must(ctx, tx, `UPDATE programmes SET envelope_cents = @envelope WHERE id = @id`, postgres.Args{"envelope": int64(envelope), "id": id}); err != nil {
			return fmt.Errorf("keep envelope: %w", err)
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "enveloppe d’un programme", SubjectKind: "programme", SubjectID: id, Parties: []uuid.UUID{p.FunderID},
			Detail: map[string]any{"avant": p.Envelope.Decimal(), "apres": envelope.Decimal()}})
	})
	if err != nil {
		return fmt.Errorf("set envelope: %w", err)
	}
	return nil
}

// asParty runs fn, in a platform transaction, for the operator's finance or for
// somebody who commits the funder; anybody else finds nothing.
func (s *Service) asParty(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string, fn func(*postgres.Tx, Programme) error) error {
	var scope postgres.Scope = postgres.System{}
	switch {
	case actor.Can(identity.PlatformFunds):
		scope = actor
	case !actor.Can(identity.OrderSign):
		return identity.ErrForbidden
	default:
		reason = ""
	}
	return s.db.InPlatform(ctx, scope, reason, func(tx *postgres.Tx) error {
		p, err := find(ctx, tx, id, false)
		if err != nil {
			return err
		}
		if !actor.Can(identity.PlatformFunds) && p.FunderID != actor.OrganisationID {
			return ErrNotFound
		}
		return fn(tx, p)
	})
}

// Today is the day in Paris, by the clock that the use cases read.
func (s *Service) Today() time.Time { return postgres.Day(s.db.Now()) }

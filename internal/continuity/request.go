package continuity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
)

// kitRun is the kind of the visible progress of making a kit.
const kitRun = "continuite"

// Request is what somebody types to ask for a kit.
type Request struct{ Reason, Liquidator, Successor string }

// Tidy drops what a copy and paste brings.
func (r *Request) Tidy() {
	r.Reason = strings.TrimSpace(r.Reason)
	r.Liquidator = strings.Join(strings.Fields(r.Liquidator), "")
	r.Successor = strings.Join(strings.Fields(r.Successor), "")
}

// Secret reports whether a field holds a secret key, which must be shown to
// nobody again.
func Secret(key string) bool { return strings.Contains(strings.ToUpper(key), "AGE-SECRET-KEY-") }

const longestReason = 300

func (r Request) problems() error {
	var c fault.Collector
	c.Check(r.Reason != "" && utf8.RuneCountInString(r.Reason) <= longestReason, "motif", "Dites en quelques mots pourquoi, en 300 caractères au plus.")
	for _, key := range []struct{ field, value, whose string }{{"liquidateur", r.Liquidator, "du liquidateur"}, {"successeur", r.Successor, "du successeur"}} {
		_, err := recipient(key.value)
		switch {
		case Secret(key.value):
			c.Check(false, key.field, "C’est une clé secrète\u00a0: elle ne doit quitter son propriétaire pour personne. Demandez-lui d’en créer une autre, et de n’envoyer que la ligne qui commence par age1.")
		case key.value == "" && key.field == "successeur":
		default:
			c.Check(err == nil, key.field, "Indiquez la clé publique age "+key.whose+"\u00a0: elle commence par age1 et se copie en entier.")
		}
	}
	c.Check(r.Successor == "" || r.Successor != r.Liquidator, "successeur", "Le successeur et le liquidateur ont chacun leur clé\u00a0: les données et les clés des chèques ne vont pas dans les mêmes mains.")
	return c.Err()
}

// Ask asks for a kit, which another person grants or refuses. ErrNoKey, ErrAsked,
// or what is wrong with the request, field by field.
func (s *Service) Ask(ctx context.Context, actor identity.Actor, r Request) (uuid.UUID, error) {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return uuid.Nil, err
	}
	if s.Signer == nil {
		return uuid.Nil, ErrNoKey
	}
	r.Tidy()
	if err := r.problems(); err != nil {
		return uuid.Nil, err
	}
	id := postgres.NewID()
	err := s.db.InPlatform(ctx, actor, "demande d’un kit de continuité", func(tx *postgres.Tx) error {
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO continuity_kits (id, reason, liquidator_key, successor_key, requested_at, requested_by, requested_by_name)
			VALUES (@id, @reason, @liquidator, @successor, @now, @account, @by)`,
			postgres.Args{"id": id, "reason": r.Reason, "liquidator": r.Liquidator, "successor": r.Successor, "now": tx.Now(), "account": actor.AccountID, "by": actor.Name})
		if postgres.Constraint(err) == "continuity_kits_one_live" {
			return ErrAsked
		}
		if err != nil {
			return err
		}
		if err := record(ctx, tx, actor, id, "kit de continuité demandé", map[string]any{"motif": r.Reason, "liquidateur": r.Liquidator, "successeur": r.Successor}); err != nil {
			return err
		}
		return s.tellAsked(ctx, tx, actor, r)
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("ask for a kit: %w", err)
	}
	return id, nil
}

// Decide grants or refuses a kit that somebody else asked for; a granted one
// begins at once. ErrNoKit, ErrOwnRequest or ErrDecided.
func (s *Service) Decide(ctx context.Context, actor identity.Actor, id uuid.UUID, grant bool) error {
	if !actor.Can(identity.PlatformDecide) && !actor.Can(identity.PlatformFunds) {
		return identity.ErrForbidden
	}
	err := s.db.InPlatform(ctx, actor, "décision sur un kit de continuité", func(tx *postgres.Tx) error {
		k, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if k.State != Asked {
			return ErrDecided
		}
		_, err = postgres.Do(ctx, tx, `
			UPDATE continuity_kits SET granted = @grant, decided_at = @now, decided_by = @account, decided_by_name = @by,
				state = CASE WHEN @grant THEN 'preparation' ELSE 'refuse' END, ended_at = CASE WHEN @grant THEN NULL ELSE @now::timestamptz END
			WHERE id = @id`, postgres.Args{"id": id, "grant": grant, "now": tx.Now(), "account": actor.AccountID, "by": actor.Name})
		if postgres.Constraint(err) == "continuity_kits_four_eyes" {
			return ErrOwnRequest
		}
		if err != nil {
			return err
		}
		if !grant {
			return record(ctx, tx, actor, id, "kit de continuité refusé", nil)
		}
		return s.begin(ctx, tx, actor, id)
	})
	if err != nil {
		return fmt.Errorf("decide on a kit: %w", err)
	}
	return nil
}

func (s *Service) begin(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) error {
	run, err := jobs.Start(ctx, tx, jobs.Run{Kind: kitRun, SubjectID: id, Total: besides})
	if err != nil {
		return err
	}
	if err := record(ctx, tx, actor, id, "kit de continuité accordé", nil); err != nil {
		return err
	}
	return s.Queue.Enqueue(ctx, tx, BuildArgs{KitID: id, RunID: run})
}

// Withdraw gives a request up, or stops a kit and deletes what was made of it.
// ErrNoKit.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "arrêt d’un kit de continuité", func(tx *postgres.Tx) error {
		k, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		if !k.Live() {
			return ErrNoKit
		}
		if err := end(ctx, tx, id, Stopped); err != nil {
			return err
		}
		run, began, err := jobs.Latest(ctx, tx, kitRun, id)
		if err == nil && began {
			err = jobs.Cancel(ctx, tx, run.ID)
		}
		if err != nil {
			return err
		}
		return record(ctx, tx, actor, id, "kit de continuité arrêté et effacé", nil)
	})
	if err != nil {
		return fmt.Errorf("withdraw a kit: %w", err)
	}
	return nil
}

// lock takes a kit, so that two people who act on it queue. ErrNoKit.
func lock(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Kit, error) {
	k, err := postgres.One[Kit](ctx, tx, selectKit+` WHERE id = @id FOR UPDATE`, postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return k, ErrNoKit
	}
	return k, err
}

// end gives a live kit its last state and deletes its content.
func end(ctx context.Context, tx *postgres.Tx, id uuid.UUID, to State) error {
	err := postgres.Must(ctx, tx, `UPDATE continuity_kits SET state = @to, ended_at = @now WHERE id = @id AND ended_at IS NULL`,
		postgres.Args{"id": id, "to": string(to), "now": tx.Now()})
	if err != nil {
		return fmt.Errorf("end kit: %w", err)
	}
	return empty(ctx, tx, id)
}

func empty(ctx context.Context, tx *postgres.Tx, id uuid.UUID) error {
	if _, err := postgres.Do(ctx, tx, `DELETE FROM continuity_kit_chunks WHERE kit_id = @id`, postgres.Args{"id": id}); err != nil {
		return fmt.Errorf("delete content of kit: %w", err)
	}
	return nil
}

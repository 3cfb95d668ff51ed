package settlement

import (
	"context"
	"fmt"
	"time"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// ErrRhythm refuses a rhythm that does not exist.
var ErrRhythm = fault.Field("rythme", "Choisissez d’être payé chaque mois ou chaque semaine.")

// Terms are how a structure is paid: how often, the next day that is cut, and
// from which amount.
type Terms struct {
	Rhythm       Rhythm
	Cutoff       time.Time
	MinimumCents int64
	CarryMonths  int
}

// OwnTerms reads how the actor's structure is paid.
func (s *Service) OwnTerms(ctx context.Context, actor identity.Actor) (Terms, error) {
	var t Terms
	err := s.asStructure(ctx, actor, func(tx *postgres.Tx) error {
		rules, err := rulesInForce(ctx, tx)
		if err != nil {
			return err
		}
		if t.Rhythm, err = rhythmOf(ctx, tx, actor); err != nil {
			return err
		}
		t.Cutoff, t.MinimumCents, t.CarryMonths = nextCutoff(rules, t.Rhythm, tx.Today()), int64(rules.MinimumCents), rules.CarryMonths
		return nil
	})
	return t, fault.Wrap(err, "read own terms")
}

// ChooseRhythm says how often the actor's structure wants to be paid, from the
// next batch on. ErrRhythm.
func (s *Service) ChooseRhythm(ctx context.Context, actor identity.Actor, rhythm Rhythm) error {
	if err := actor.May(identity.StructureWrite); err != nil {
		return err
	}
	if rhythm != Monthly && rhythm != Weekly {
		return ErrRhythm
	}
	err := s.asStructure(ctx, actor, func(tx *postgres.Tx) error {
		before, err := rhythmOf(ctx, tx, actor)
		if err != nil || before == rhythm {
			return err
		}
		if err := chooseRhythm(ctx, tx, actor, rhythm); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{
			Name: "rythme de paiement", SubjectKind: "structure", SubjectID: actor.OrganisationID, Detail: map[string]any{"rythme": rhythm},
		})
	})
	return fault.Wrap(err, "choose rhythm")
}

func chooseRhythm(ctx context.Context, tx *postgres.Tx, actor identity.Actor, rhythm Rhythm) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO structure_rhythms (structure_id, rhythm, chosen_at, chosen_by) VALUES (@structure, @rhythm, @now, @by)
		ON CONFLICT (structure_id) DO UPDATE SET rhythm = excluded.rhythm, chosen_at = excluded.chosen_at, chosen_by = excluded.chosen_by`,
		postgres.Args{"structure": actor.OrganisationID, "rhythm": string(rhythm), "now": tx.Now(), "by": actor.AccountID})
	return err
}

func rhythmOf(ctx context.Context, tx *postgres.Tx, actor identity.Actor) (Rhythm, error) {
	weekly, err := postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT 1 FROM structure_rhythms WHERE structure_id = @structure AND rhythm = 'hebdomadaire')`,
		postgres.Args{"structure": actor.OrganisationID})
	if err != nil {
		return "", fmt.Errorf("read rhythm: %w", err)
	}
	if weekly {
		return Weekly, nil
	}
	return Monthly, nil
}

func nextCutoff(rules Rules, rhythm Rhythm, today time.Time) time.Time {
	if rhythm == Weekly {
		return NextSunday(today)
	}
	return rules.NextCutoff(today)
}

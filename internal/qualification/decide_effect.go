package qualification

import (
	"context"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// Effect is one thing that stopping a structure does, or leaves as it is.
type Effect struct{ About, Value, Then string }

// Effects says what a suspension or a dequalification would do, before it is
// decided; structure.ErrNoDossier.
func (s *Service) Effects(ctx context.Context, actor identity.Actor, id uuid.UUID, d Decision) (list []Effect, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	err = s.db.InPlatform(ctx, actor, "effet d’une décision", func(tx *postgres.Tx) (err error) {
		if _, err := structure.ReadDossier(ctx, tx, id); err != nil {
			return err
		}
		if d != Suspended && d != Dequalified {
			return nil
		}
		if list, err = networkEffects(ctx, tx, id, d == Dequalified); err != nil || s.Owed == nil {
			return err
		}
		owed, err := s.Owed(ctx, tx, id)
		list = append(owed, list...)
		return err
	})
	return list, fault.Wrap(err, "read a decision's effects")
}

// networkEffects is what happens to a structure's places and agreements.
func networkEffects(ctx context.Context, tx *postgres.Tx, id uuid.UUID, forGood bool) ([]Effect, error) {
	n, err := postgres.One[struct{ Places, Agreements, Devices int }](ctx, tx, `
		SELECT (SELECT count(*) FROM places WHERE structure_id = @id AND published)::int AS places,
			(SELECT count(*) FROM agreements WHERE structure_id = @id AND withdrawn_at IS NULL)::int AS agreements,
			(SELECT count(*) FROM devices WHERE structure_id = @id AND revoked_at IS NULL)::int AS devices`, postgres.Args{"id": id})
	if err != nil {
		return nil, err
	}
	agreed := Effect{"Agréments", french.Count(n.Agreements, "commanditaire", "commanditaires"), "Gardés\u00a0: ils reprennent si la structure est rétablie."}
	if forGood {
		agreed.Then = "Ils prennent fin. Une nouvelle qualification ne les rend pas."
	}
	return []Effect{
		{"Lieux affichés", french.Count(n.Places, "lieu", "lieux"), "Ils disparaissent de la carte publique et des lettres d’orientation."},
		{"Appareils", french.Count(n.Devices, "appareil", "appareils"), "Ils ne peuvent plus encaisser. Ce qu’ils ont lu sans réseau et pas encore envoyé devient un litige à trancher."},
		agreed,
	}, nil
}

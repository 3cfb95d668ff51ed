package proposal

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Wanted narrows a list of proposals.
type Wanted struct {
	Stage Stage     // empty for all
	After uuid.UUID // the last one seen
	Limit int
}

func (w Wanted) args() postgres.Args {
	if w.Limit <= 0 {
		w.Limit = 50
	}
	after := &w.After
	if w.After == uuid.Nil {
		after = nil
	}
	return postgres.Args{"stage": string(w.Stage), "after": after, "limit": w.Limit}
}

const wanted = ` AND (@stage::text = '' OR ` + stage + ` = @stage) AND (@after::uuid IS NULL OR x.id < @after) ORDER BY x.id DESC LIMIT @limit`

// Received lists what was proposed to the actor's organisation, the latest first.
func (s *Service) Received(ctx context.Context, actor identity.Actor, w Wanted) ([]Proposal, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return nil, err
	}
	return s.list(ctx, actor, `x.commanditaire_id = @me`, w)
}

// Sent lists what the actor's organisation proposed, the latest first.
func (s *Service) Sent(ctx context.Context, actor identity.Actor, w Wanted) ([]Proposal, error) {
	if err := actor.May(identity.Propose); err != nil {
		return nil, err
	}
	return s.list(ctx, actor, `x.proposer_id = @me`, w)
}

func (s *Service) list(ctx context.Context, actor identity.Actor, whose string, w Wanted) ([]Proposal, error) {
	var list []Proposal
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		args := w.args()
		args["me"], args["today"] = actor.OrganisationID, tx.Today()
		list, err = postgres.All[Proposal](ctx, tx, `SELECT `+columns+mayInvite+from+`WHERE `+whose+wanted, args)
		return err
	})
	return list, fault.Wrap(err, "list proposals")
}

// All lists every proposal for the operator, the latest first.
func (s *Service) All(ctx context.Context, actor identity.Actor, w Wanted) ([]Proposal, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	var list []Proposal
	err := s.db.InPlatform(ctx, actor, "structures proposées", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Proposal](ctx, tx, `SELECT `+columns+`, false AS may_invite`+from+`WHERE true`+wanted, w.args())
		return err
	})
	return list, fault.Wrap(err, "list every proposal")
}

// Counts tells how many proposals made to the actor's organisation wait.
func (s *Service) Counts(ctx context.Context, actor identity.Actor) (int, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return 0, err
	}
	var n int
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		n, err = postgres.Value[int](ctx, tx, `SELECT count(*)::int FROM proposals WHERE commanditaire_id = @me AND state = 'proposee'`, postgres.Args{"me": actor.OrganisationID})
		return err
	})
	return n, fault.Wrap(err, "count proposals")
}

// One reads a proposal that the actor's organisation made or was made; ErrNotFound.
func (s *Service) One(ctx context.Context, actor identity.Actor, id uuid.UUID) (Proposal, error) {
	if actor.May(identity.OrderRead) != nil && actor.May(identity.Propose) != nil {
		return Proposal{}, identity.ErrForbidden
	}
	var p Proposal
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		p, err = one(ctx, tx, actor, id)
		return err
	})
	return p, fault.Wrap(err, "read proposal")
}

func one(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) (Proposal, error) {
	p, err := postgres.One[Proposal](ctx, tx, `SELECT `+columns+mayInvite+from+`WHERE x.id = @id AND @me IN (x.commanditaire_id, x.proposer_id)`,
		postgres.Args{"id": id, "me": actor.OrganisationID, "today": tx.Today()})
	if errors.Is(err, postgres.ErrNoRow) {
		return p, ErrNotFound
	}
	return p, err
}

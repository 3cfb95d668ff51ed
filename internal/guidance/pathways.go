package guidance

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Owner says whose parcours are worked on: the operator's, or those of the
// commanditaire acted for.
type Owner int

// The two owners of parcours.
const (
	Operators Owner = iota
	Commanditaires
)

func (o Owner) mayRead(actor identity.Actor) error {
	if o == Operators {
		return actor.May(identity.PlatformRead)
	}
	return actor.May(identity.OrderRead)
}

// MayWrite reports whether the actor may change parcours of this owner.
func (o Owner) MayWrite(actor identity.Actor) error {
	if o == Operators {
		return actor.May(identity.PlatformDecide)
	}
	return actor.May(identity.OrderWrite)
}

// id is the owner as rows name it.
func (o Owner) id(actor identity.Actor) *uuid.UUID {
	if o == Operators {
		return nil
	}
	return &actor.OrganisationID
}

func (s *Service) in(ctx context.Context, o Owner, actor identity.Actor, fn func(*postgres.Tx) error) error {
	if o == Operators {
		return s.db.InPlatform(ctx, actor, "parcours de l’opérateur", fn)
	}
	return s.db.InOrganisation(ctx, actor, fn)
}

// Pathways lists the last version of each of the owner's parcours, archived ones
// last.
func (s *Service) Pathways(ctx context.Context, o Owner, actor identity.Actor) ([]Pathway, error) {
	if err := o.mayRead(actor); err != nil {
		return nil, err
	}
	var list []Pathway
	err := s.in(ctx, o, actor, func(tx *postgres.Tx) (err error) {
		list, err = pathwaysOf(ctx, tx, o.id(actor))
		return err
	})
	return list, fault.Wrap(err, "list pathways")
}

// Models lists the operator's parcours in use, which a commanditaire may copy.
func (s *Service) Models(ctx context.Context, actor identity.Actor) ([]Pathway, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return nil, err
	}
	var list []Pathway
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = models(ctx, tx)
		return err
	})
	return list, fault.Wrap(err, "list model pathways")
}

// Pathway is one of the owner's parcours in its last version, and every version,
// newest first. ErrPathwayNotFound.
func (s *Service) Pathway(ctx context.Context, o Owner, actor identity.Actor, root uuid.UUID) (Pathway, []Pathway, error) {
	if err := o.mayRead(actor); err != nil {
		return Pathway{}, nil, err
	}
	var versions []Pathway
	err := s.in(ctx, o, actor, func(tx *postgres.Tx) (err error) {
		versions, err = versionsOf(ctx, tx, o.id(actor), root)
		return err
	})
	if err == nil && len(versions) == 0 {
		err = ErrPathwayNotFound
	}
	if err != nil {
		return Pathway{}, nil, fault.Wrap(err, "read pathway")
	}
	return versions[0], versions, nil
}

// Create adds a parcours to the owner's.
func (s *Service) Create(ctx context.Context, o Owner, actor identity.Actor, form Form) (Pathway, error) {
	if err := o.MayWrite(actor); err != nil {
		return Pathway{}, err
	}
	p, err := form.read()
	if err != nil {
		return Pathway{}, err
	}
	err = s.in(ctx, o, actor, func(tx *postgres.Tx) error { return add(ctx, tx, o, actor, &p, "création d’un parcours") })
	return p, fault.Wrap(err, "create pathway")
}

// Duplicate copies a parcours of the owner's, or for a commanditaire one of the
// operator's, under a title of its own. ErrPathwayNotFound.
func (s *Service) Duplicate(ctx context.Context, o Owner, actor identity.Actor, id uuid.UUID) (Pathway, error) {
	if err := o.MayWrite(actor); err != nil {
		return Pathway{}, err
	}
	var p Pathway
	err := s.in(ctx, o, actor, func(tx *postgres.Tx) error {
		source, err := readable(ctx, tx, o.id(actor), id)
		if err != nil {
			return err
		}
		p = Pathway{Title: copyTitle(source.Title), Summary: source.Summary, Entries: source.Entries, Words: source.Words}
		return add(ctx, tx, o, actor, &p, "copie d’un parcours")
	})
	return p, fault.Wrap(err, "duplicate pathway")
}

func copyTitle(title string) string {
	const suffix = " (copie)"
	runes := []rune(title)
	return string(runes[:min(len(runes), 80-len(suffix))]) + suffix
}

func add(ctx context.Context, tx *postgres.Tx, o Owner, actor identity.Actor, p *Pathway, act string) error {
	p.ID, p.Version, p.CommanditaireID, p.CreatedAt = postgres.NewID(), 1, o.id(actor), tx.Now()
	p.RootID = p.ID
	if err := insert(ctx, tx, actor, *p); err != nil {
		return err
	}
	return record(ctx, tx, actor, *p, act)
}

// Edit writes a new version of a parcours; the former one stays for the carnets
// that were given with it. version is the one that was edited.
// ErrPathwayNotFound, ErrPathwayReplaced.
func (s *Service) Edit(ctx context.Context, o Owner, actor identity.Actor, root uuid.UUID, version int, form Form) (Pathway, error) {
	if err := o.MayWrite(actor); err != nil {
		return Pathway{}, err
	}
	next, err := form.read()
	if err != nil {
		return Pathway{}, err
	}
	err = s.in(ctx, o, actor, func(tx *postgres.Tx) error {
		last, err := current(ctx, tx, o.id(actor), root)
		switch {
		case err != nil:
			return err
		case last.Version != version:
			return ErrPathwayReplaced
		case last.same(next):
			next = last
			return nil
		}
		next.ID, next.RootID, next.Version, next.CommanditaireID, next.CreatedAt = postgres.NewID(), root, last.Version+1, last.CommanditaireID, tx.Now()
		next.ArchivedAt = last.ArchivedAt
		if err := supersede(ctx, tx, last.ID); err != nil {
			return err
		}
		if err := insert(ctx, tx, actor, next); err != nil {
			return err
		}
		return record(ctx, tx, actor, next, "modification d’un parcours")
	})
	if errors.Is(err, postgres.ErrNoRow) || postgres.Constraint(err) == "pathways_version_once" {
		err = ErrPathwayReplaced
	}
	return next, fault.Wrap(err, "edit pathway")
}

// Archive takes a parcours out of what counters propose, or puts it back. It
// is never deleted. ErrPathwayNotFound.
func (s *Service) Archive(ctx context.Context, o Owner, actor identity.Actor, root uuid.UUID, archived bool) error {
	if err := o.MayWrite(actor); err != nil {
		return err
	}
	err := s.in(ctx, o, actor, func(tx *postgres.Tx) error {
		p, err := current(ctx, tx, o.id(actor), root)
		if err != nil || p.Archived() == archived {
			return err
		}
		if err := archive(ctx, tx, p.ID, archived); err != nil {
			return err
		}
		return record(ctx, tx, actor, p, map[bool]string{true: "archivage d’un parcours", false: "parcours remis en service"}[archived])
	})
	return fault.Wrap(err, "archive pathway")
}

// Proposals are the parcours that suit proposed entries, of the operator's and
// of the commanditaire whose carnet it is (uuid.Nil: any the counter works for).
// covered is what the chèques pay for, nil for everything.
func (s *Service) Proposals(ctx context.Context, actor identity.Actor, commanditaire uuid.UUID, entries, covered []int) ([]Pathway, error) {
	if err := actor.May(identity.HandOver); err != nil {
		return nil, err
	}
	var own []Pathway
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		list, err := proposable(ctx, tx)
		for _, p := range list {
			if p.CommanditaireID == nil || commanditaire == uuid.Nil || *p.CommanditaireID == commanditaire {
				own = append(own, p)
			}
		}
		return err
	})
	if err != nil {
		return nil, fault.Wrap(err, "propose pathways")
	}
	return Suit(own, entries, covered), nil
}

func record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Pathway, act string) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "parcours", SubjectID: p.RootID, Detail: map[string]any{"titre": p.Title, "version": p.Version}})
}

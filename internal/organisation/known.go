package organisation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Hidden reports whether a stranger who types the organisation's SIRET is told
// no more: a body's name is public, that of somebody who works alone is theirs,
// and the register itself may keep it.
func (o Organisation) Hidden() bool { return o.Kind == "independant" }

// AskForm is a person asking to join an organisation that is already here.
type AskForm struct {
	SIRET   string // siret
	Person  string // nom; unused when one is signed in, like Email
	Email   string // email
	Message string // message
}

// AskToJoin writes to the people in charge of an organisation that someone
// wants to join it; they decide, and invite. When nobody is in charge any more,
// the operator is told instead. It returns ErrNotFound, ErrMember, ErrTooMany,
// or refused fields.
func (s *Service) AskToJoin(ctx context.Context, who identity.Actor, form AskForm) (Organisation, error) {
	asker, err := form.read(who)
	if err != nil {
		return Organisation{}, err
	}
	found, err := s.Find(ctx, form.SIRET)
	if err != nil {
		return Organisation{}, err
	}
	var over bool
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error {
		over, err = throttleAsk(ctx, tx, who.Address, found.ID, asker.Email)
		return err
	})
	if err != nil {
		return Organisation{}, fault.Wrap(err, "ask to join")
	}
	if over {
		return Organisation{}, ErrTooMany
	}
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error { return s.ask(ctx, tx, who, found, asker, form.Message) })
	return found, fault.Wrap(err, "ask to join")
}

func (f AskForm) read(who identity.Actor) (person, error) {
	var c fault.Collector
	c.Check(len([]rune(f.Message)) <= 2000, "message", "Raccourcissez ce message\u00a0: 2\u202f000 caractères au plus.")
	if who.SignedIn() {
		return person{ID: who.AccountID, Name: who.Name, Email: who.Email}, c.Err()
	}
	name := clean(f.Person)
	c.Check(name != "", "nom", "Indiquez votre prénom et votre nom.")
	c.Check(len([]rune(name)) <= 120, "nom", "Raccourcissez ce nom\u00a0: 120 caractères au plus.")
	email, err := identifier.ParseEmail(f.Email)
	if err != nil {
		c.Refuse("email", err)
	}
	return person{Name: name, Email: email.String()}, c.Err()
}

// throttleAsk keeps the form from being used to write to people over and over.
func throttleAsk(ctx context.Context, tx *postgres.Tx, address string, organisation uuid.UUID, email string) (bool, error) {
	sum := sha256.Sum256([]byte(strings.ToLower(email)))
	body := "rejoindre:" + organisation.String()
	for _, limit := range []struct {
		subject string
		most    int
	}{
		{body + ":" + hex.EncodeToString(sum[:12]), 1}, {body, asksPerBody}, {"rejoindre:existante:" + address, asksPerAddress},
	} {
		over, err := throttle(ctx, tx, limit.subject, limit.most)
		if err != nil || over {
			return over, err
		}
	}
	return false, nil
}

func (s *Service) ask(ctx context.Context, tx *postgres.Tx, who identity.Actor, o Organisation, asker person, message string) error {
	if asker.ID != uuid.Nil {
		member, err := postgres.Value[bool](ctx, tx, `
			SELECT EXISTS (SELECT FROM memberships WHERE organisation_id = @organisation AND account_id = @account AND ended_at IS NULL)`,
			postgres.Args{"organisation": o.ID, "account": asker.ID})
		if err != nil {
			return err
		}
		if member {
			return ErrMember
		}
	}
	who.Name, who.OrganisationID = asker.Name, o.ID
	act := audit.Act{Name: "demande pour rejoindre l’équipe", SubjectKind: "organisation", SubjectID: o.ID}
	if err := audit.Record(ctx, tx, who, act); err != nil {
		return err
	}
	people, err := responsables(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	return s.tellAsked(ctx, tx, o, asker, message, people)
}

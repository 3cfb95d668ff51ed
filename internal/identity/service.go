package identity

import (
	"context"
	"errors"
	"net/mail"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
)

// Journal records what a person did; package audit writes it.
type Journal func(ctx context.Context, tx *postgres.Tx, actor Actor, act, subjectKind string, subject uuid.UUID, detail map[string]any) error

// Service is the use cases of people: signing in, joining, teams, tokens.
type Service struct {
	db      *postgres.DB
	queue   jobs.Queue
	journal Journal
	base    string
	tokens  *tokenCache
	devices *tokenCache
}

// NewService prepares the use cases. base is the public address, without a
// final slash, for the links in mails.
func NewService(db *postgres.DB, queue jobs.Queue, journal Journal, base string) *Service {
	return &Service{db: db, queue: queue, journal: journal, base: strings.TrimSuffix(base, "/"), tokens: newTokenCache(), devices: newTokenCache()}
}

// Step is what remains between a right password and a session.
type Step int

// The steps of a sign-in. Second factors will add theirs.
const (
	// StepDone opens the session.
	StepDone Step = iota
)

// SignIn is where a sign-in stands once the password is right.
type SignIn struct {
	Account Account
	Step    Step
}

// Tries allowed in ten minutes.
const (
	signInsPerAccount = 10
	signInsPerAddress = 60
)

// SignIn checks an address and a password. It returns ErrCredentials, or
// ErrTooManyTries, and takes as long whether or not the account exists.
func (s *Service) SignIn(ctx context.Context, who Actor, email, password string) (SignIn, error) {
	email = normaliseEmail(email)
	weight := byAccount("connexion", email, signInsPerAccount).and(byAddress("connexion", who.Address, signInsPerAddress))
	row, counted, err := s.try(ctx, weight, email)
	if err != nil {
		return SignIn{}, fault.Wrap(err, "sign in")
	}
	hash := row.PasswordHash
	if hash == "" {
		hash = dummyHash()
	}
	match, stale := verify(ctx, hash, password)
	if !match || row.PasswordHash == "" || row.DisabledAt != nil {
		return SignIn{}, ErrCredentials
	}
	if stale {
		row.PasswordHash = HashPassword(password)
	}
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error {
		if err := weight.giveBack(ctx, tx, counted); err != nil {
			return err
		}
		return touchAccount(ctx, tx, row)
	})
	if err != nil {
		return SignIn{}, fault.Wrap(err, "sign in")
	}
	return SignIn{Account: row.account()}, nil
}

// try counts an attempt and finds the account, an empty row when there is none:
// the attempt counts all the same.
func (s *Service) try(ctx context.Context, weight tries, email string) (row accountRow, counted time.Time, err error) {
	var over bool
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		counted = tx.Now()
		if over, err = weight.count(ctx, tx); err != nil || over {
			return err
		}
		row, err = findAccount(ctx, tx, email)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		return err
	})
	return row, counted, errors.Join(err, tooMany(over))
}

// ActorOf is who the account is when it acts for an organisation; uuid.Nil, or
// an organisation it no longer belongs to, gives a person acting for none.
// ErrNoAccount when the account does not exist or was closed.
func (s *Service) ActorOf(ctx context.Context, account, organisation uuid.UUID) (Actor, error) {
	var actor Actor
	err := s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		actor, err = findActor(ctx, tx, account, organisation)
		return err
	})
	return actor, fault.Wrap(err, "find actor")
}

// Memberships lists the organisations a person may act for, by name.
func (s *Service) Memberships(ctx context.Context, account uuid.UUID) ([]Membership, error) {
	var list []Membership
	err := s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		list, err = listMemberships(ctx, tx, account)
		return err
	})
	return list, fault.Wrap(err, "list memberships")
}

// Rename changes one's own name.
func (s *Service) Rename(ctx context.Context, actor Actor, name string) error {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 200 {
		return fault.Field("name", "Indiquez votre prénom et votre nom.")
	}
	err := s.db.InIdentity(ctx, func(tx *postgres.Tx) error {
		return postgres.Must(ctx, tx, `UPDATE accounts SET name = @name WHERE id = @id`, postgres.Args{"name": name, "id": actor.AccountID})
	})
	return fault.Wrap(err, "rename account")
}

// ChangePassword replaces one's own password; the Stamp changes with it, which
// ends every session. It returns ErrWrongPassword, ErrTooManyTries or a refusal
// of the new password.
func (s *Service) ChangePassword(ctx context.Context, actor Actor, current, password string) error {
	again, err := s.SignIn(ctx, actor, actor.Email, current)
	if fault.Is(err, fault.KindInvalid) {
		return ErrWrongPassword
	}
	if err != nil {
		return err
	}
	if err := passwordField(password, actor.Email); err != nil {
		return err
	}
	hash := HashPassword(password)
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error {
		if err := setPassword(ctx, tx, again.Account.ID, hash); err != nil {
			return err
		}
		return s.journal(ctx, tx, actor, "mot de passe changé", "compte", actor.AccountID, nil)
	})
	return fault.Wrap(err, "change password")
}

func normaliseEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

const emailSentence = "Indiquez une adresse électronique, comme nom@exemple.fr."

// checkEmail refuses what cannot be an address, on the field « email ».
func checkEmail(email string) error {
	if !validEmail(email) {
		return fault.Field("email", emailSentence)
	}
	return nil
}

func validEmail(email string) bool {
	parsed, err := mail.ParseAddress(email)
	return err == nil && parsed.Address == email && len(email) <= 254 &&
		strings.Contains(email[strings.LastIndexByte(email, '@'):], ".")
}

// Now is the time by which links and invitations end.
func (s *Service) Now() time.Time { return s.db.Now() }

package structure

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// ConfirmAccount is the second person of the structure: another responsable,
// whose password is asked again. The change takes effect once its delay is over
// too. ErrSameHand, ErrAccountMoved, ErrNoAccount.
func (s *Service) ConfirmAccount(ctx context.Context, actor identity.Actor, id uuid.UUID, password string) error {
	if err := actor.May(identity.StructureWrite); err != nil {
		return err
	}
	if err := s.reauthenticate(ctx, actor, password); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		return s.confirm(ctx, tx, actor, actor.OrganisationID, id, "structure", "")
	})
	return s.thenTakeEffect(ctx, actor.OrganisationID, err)
}

// ConfirmAccountByCall is the operator's second person: somebody who called the
// structure back, on a number known before the change, and says whom and when.
// ErrSameHand, ErrAccountMoved, ErrNoAccount, or a refusal of « note ».
func (s *Service) ConfirmAccountByCall(ctx context.Context, actor identity.Actor, structure, id uuid.UUID, note string) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	note = strings.TrimSpace(note)
	if len([]rune(note)) < 10 || len([]rune(note)) > 500 {
		return fault.Field("note", "Écrivez qui vous avez rappelé, à quel numéro et ce qui a été vérifié (500 caractères au plus).")
	}
	err := s.db.InPlatform(ctx, actor, "confirmation d’un compte bancaire", func(tx *postgres.Tx) error {
		return s.confirm(ctx, tx, actor, structure, id, "operateur", note)
	})
	return s.thenTakeEffect(ctx, structure, err)
}

func (s *Service) thenTakeEffect(ctx context.Context, structure uuid.UUID, err error) error {
	if err == nil {
		_, err = s.TakeEffect(ctx, structure)
	}
	return fault.Wrap(err, "confirm bank account")
}

func (s *Service) confirm(ctx context.Context, tx *postgres.Tx, actor identity.Actor, structure, id uuid.UUID, as, note string) error {
	a, err := lockAccount(ctx, tx, structure, id)
	if err != nil {
		return err
	}
	if !a.Waiting() || a.ConfirmedAt != nil {
		return ErrAccountMoved
	}
	args := postgres.Args{"structure": structure, "id": id, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "as": as}
	statement := `UPDATE structure_bank_accounts SET confirmed_at = @now, confirmed_by = @by, confirmed_by_name = @name, confirmed_as = @as`
	if note != "" {
		statement, args["note"] = statement+`, confirmed_note = @note`, note
	}
	err = postgres.Must(ctx, tx, statement+` WHERE structure_id = @structure AND id = @id AND state = 'attente' AND confirmed_by IS NULL`, args)
	if postgres.Constraint(err) == "structure_bank_accounts_four_eyes" {
		return ErrSameHand
	}
	if err != nil {
		return err
	}
	return recordAccount(ctx, tx, actor, a, "changement de compte bancaire confirmé", note)
}

// RefuseAccount lets anyone of the structure stop a change that waits: whoever
// sees one that nobody asked for must not have to look for a responsable.
// ErrAccountMoved, ErrNoAccount.
func (s *Service) RefuseAccount(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	if err := actor.May(identity.TeamRead); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		return s.refuse(ctx, tx, actor, actor.OrganisationID, id, strings.TrimSpace(reason))
	})
	return fault.Wrap(err, "refuse bank account")
}

// RefuseAccountByCall is RefuseAccount for the operator, who says why.
func (s *Service) RefuseAccountByCall(ctx context.Context, actor identity.Actor, structure, id uuid.UUID, reason string) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.Field("note", "Écrivez pourquoi ce changement est refusé\u00a0: la structure le lira.")
	}
	err := s.db.InPlatform(ctx, actor, "refus d’un compte bancaire", func(tx *postgres.Tx) error {
		return s.refuse(ctx, tx, actor, structure, id, reason)
	})
	return fault.Wrap(err, "refuse bank account")
}

func (s *Service) refuse(ctx context.Context, tx *postgres.Tx, actor identity.Actor, structure, id uuid.UUID, reason string) error {
	a, err := lockAccount(ctx, tx, structure, id)
	if err != nil {
		return err
	}
	if !a.Waiting() {
		return ErrAccountMoved
	}
	err = postgres.Must(ctx, tx, `
		UPDATE structure_bank_accounts SET state = 'refusee', ended_at = @now, ended_by = @by, ended_by_name = @name, ended_reason = @reason
		WHERE structure_id = @structure AND id = @id AND state = 'attente'`,
		postgres.Args{"structure": structure, "id": id, "now": tx.Now(), "by": actor.Account(), "name": actor.Name, "reason": reason})
	if err != nil {
		return err
	}
	if err := recordAccount(ctx, tx, actor, a, "changement de compte bancaire refusé", reason); err != nil {
		return err
	}
	return s.Queue.Enqueue(ctx, tx, AccountNotice{StructureID: structure, AccountID: id, Event: accountRefused})
}

// LinkedChange is a change as the link in a mail shows it, to somebody who may
// not be signed in.
type LinkedChange struct {
	StructureID uuid.UUID
	ID          uuid.UUID
	Structure   string
	Account     Account
}

// ChangeByLink reads the change that a mail's link names; ErrNoAccount.
func (s *Service) ChangeByLink(ctx context.Context, secret string) (LinkedChange, error) {
	var c LinkedChange
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		c, err = linked(ctx, tx, secret)
		return err
	})
	return c, fault.Wrap(err, "read linked bank account")
}

// RefuseByLink stops the change that a mail's link names, without signing in:
// the worst it can do is to have the account declared again. ErrAccountMoved
// when it is no longer waiting.
func (s *Service) RefuseByLink(ctx context.Context, who identity.Actor, secret string) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		c, err := linked(ctx, tx, secret)
		if err != nil {
			return err
		}
		if who.Name == "" {
			who.Name = "Lien reçu par courriel"
		}
		return s.refuse(ctx, tx, who, c.StructureID, c.ID, "Refusé depuis le courriel d’alerte")
	})
	return fault.Wrap(err, "refuse linked bank account")
}

type linkedRow struct {
	StructureID, ID uuid.UUID
	Name            string
}

func linked(ctx context.Context, tx *postgres.Tx, secret string) (LinkedChange, error) {
	row, err := postgres.One[linkedRow](ctx, tx, `
		SELECT b.structure_id, b.id, o.name FROM structure_bank_accounts b JOIN organisations o ON o.id = b.structure_id WHERE b.refusal_hash = @hash`,
		postgres.Args{"hash": hashSecret(secret)})
	if errors.Is(err, postgres.ErrNoRow) {
		return LinkedChange{}, ErrNoAccount
	}
	if err != nil {
		return LinkedChange{}, err
	}
	a, err := lockAccount(ctx, tx, row.StructureID, row.ID)
	return LinkedChange{StructureID: row.StructureID, ID: row.ID, Structure: row.Name, Account: a}, err
}

func hashSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Clock is the service's time, for screens that say how long remains.
func (s *Service) Clock() time.Time { return s.db.Now() }

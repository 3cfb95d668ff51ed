package structure

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/fold"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// SaveBank declares the account to be paid on. While the file of a structure
// that never was paid is open, it replaces what was typed before. Afterwards it
// asks for the password again, and a new number waits: AccountHold, and a second
// person. A better holder's name for the same number takes effect at once.
// ErrClosed, ErrAccountWaiting, ErrAccountSame, or a refusal of the form.
func (s *Service) SaveBank(ctx context.Context, actor identity.Actor, form BankForm) error {
	if err := actor.May(identity.StructureWrite); err != nil {
		return err
	}
	account, err := s.readAccount(ctx, actor, form)
	if err != nil {
		return err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		account.DeclaredAt, account.HeldUntil = tx.Now(), tx.Now()
		if account.Kind == AccountChange {
			account.HeldUntil = tx.Now().Add(AccountHold)
		}
		if account.Kind == FirstAccount {
			if err := s.reopenFile(ctx, tx, actor); err != nil {
				return err
			}
		}
		return s.declare(ctx, tx, actor, account)
	})
	if err == nil && account.Kind == AccountCorrection {
		_, err = s.TakeEffect(ctx, actor.OrganisationID)
	}
	return fault.Wrap(err, "declare bank account")
}

// readAccount reads an account as typed, and what it is to the one in force,
// which changes under one's password only.
func (s *Service) readAccount(ctx context.Context, actor identity.Actor, form BankForm) (Account, error) {
	account, err := newAccount(actor, form)
	if err != nil {
		return account, err
	}
	accounts, err := s.Accounts(ctx, actor)
	if err != nil {
		return account, err
	}
	current, inForce := InForce(accounts)
	if !inForce {
		return account, nil
	}
	if err := account.replace(current); err != nil {
		return account, err
	}
	return account, s.reauthenticate(ctx, actor, form.Password)
}

func newAccount(actor identity.Actor, form BankForm) (Account, error) {
	holder, iban, bic, err := form.read()
	return Account{
		StructureID: actor.OrganisationID, ID: postgres.NewID(), Kind: FirstAccount, State: AccountWaiting,
		AccountHolder: holder, IBAN: iban, BIC: bic.String(), DeclaredBy: actor.Account(), DeclaredByName: actor.Name,
	}, err
}

// replace says what the account is to the one in force.
func (a *Account) replace(current Account) error {
	switch {
	case a.IBAN != current.IBAN:
		a.Kind = AccountChange
	case a.AccountHolder == current.AccountHolder && a.BIC == current.BIC:
		return ErrAccountSame
	default:
		a.Kind = AccountCorrection
	}
	return nil
}

// reauthenticate asks again for the password of who changes where money goes.
func (s *Service) reauthenticate(ctx context.Context, actor identity.Actor, password string) error {
	if s.Reauthenticate == nil {
		return errors.New("change bank account: no way to check passwords")
	}
	if password == "" {
		return fault.Field("mot_de_passe", "Saisissez votre mot de passe\u00a0: il protège le compte sur lequel vous êtes payé.")
	}
	err := s.Reauthenticate(ctx, actor, password)
	if fault.Is(err, fault.KindInvalid) {
		return fault.Field("mot_de_passe", "Ce n’est pas votre mot de passe.")
	}
	return err
}

// reopenFile makes room for a first account typed again; ErrClosed when the file
// is being read.
func (s *Service) reopenFile(ctx context.Context, tx *postgres.Tx, actor identity.Actor) error {
	err := own(postgres.Must(ctx, tx, `
		UPDATE structures SET state = CASE state WHEN 'corrections' THEN state ELSE 'brouillon' END
		WHERE organisation_id = @id AND state IN ('brouillon', 'corrections', 'refusee')`,
		postgres.Args{"id": actor.OrganisationID}))
	if err != nil {
		return err
	}
	_, err = postgres.Do(ctx, tx, `
		UPDATE structure_bank_accounts SET state = 'remplacee', ended_at = @now, ended_by = @by, ended_by_name = @name
		WHERE structure_id = @id AND state = 'attente' AND kind = 'premier'`,
		postgres.Args{"now": tx.Now(), "by": actor.Account(), "name": actor.Name, "id": actor.OrganisationID})
	return err
}

func (s *Service) declare(ctx context.Context, tx *postgres.Tx, actor identity.Actor, a Account) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO structure_bank_accounts (structure_id, id, kind, account_holder, iban, bic, state, declared_at, declared_by, declared_by_name, held_until)
		VALUES (@structure, @id, @kind, @holder, @iban, @bic, 'attente', @now, @by, @name, @held)`,
		postgres.Args{"structure": a.StructureID, "id": a.ID, "kind": string(a.Kind), "holder": a.AccountHolder, "iban": a.IBAN.String(), "bic": a.BIC,
			"now": a.DeclaredAt, "by": a.DeclaredBy, "name": a.DeclaredByName, "held": a.HeldUntil})
	switch postgres.Constraint(err) {
	case "structure_bank_accounts_one_waiting":
		return ErrAccountWaiting
	case "structure_bank_accounts_first_only", "structure_bank_accounts_same_number":
		return ErrAccountMoved // the account in force changed since it was read
	}
	if err != nil {
		return err
	}
	if err := recordAccount(ctx, tx, actor, a, declared[a.Kind], ""); err != nil {
		return err
	}
	if s.OnDeclared != nil {
		if err := s.OnDeclared(ctx, tx, a.StructureID); err != nil {
			return err
		}
	}
	if a.Kind == FirstAccount {
		return nil
	}
	return s.Queue.Enqueue(ctx, tx, AccountNotice{StructureID: a.StructureID, AccountID: a.ID, Event: accountDeclared})
}

// What the journal calls a declaration.
var declared = map[AccountKind]string{
	FirstAccount: "compte bancaire", AccountChange: "changement de compte bancaire demandé", AccountCorrection: "titulaire du compte bancaire corrigé",
}

func recordAccount(ctx context.Context, tx *postgres.Tx, actor identity.Actor, a Account, act, reason string) error {
	detail := map[string]any{"compte": identifier.IBAN(a.IBAN).Masked()}
	if reason != "" {
		detail["motif"] = reason
	}
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "structure", SubjectID: a.StructureID, Parties: []uuid.UUID{a.StructureID}, Detail: detail})
}

// lockAccount takes the row of an account; ErrNoAccount.
func lockAccount(ctx context.Context, tx *postgres.Tx, structure, id uuid.UUID) (Account, error) {
	a, err := postgres.One[Account](ctx, tx, `SELECT `+accountColumns+` FROM structure_bank_accounts b WHERE b.structure_id = @structure AND b.id = @id FOR UPDATE`,
		postgres.Args{"structure": structure, "id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return a, ErrNoAccount
	}
	return a, err
}

// sameName compares two holders' names as a bank does, without accents or case.
func sameName(a, b string) bool { return fold.Text(a) == fold.Text(b) }

package structure

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/sepa"
)

// AccountHold is how long a changed account waits before anything is paid on
// it; the database refuses less.
const AccountHold = 72 * time.Hour

// AccountKind is why an account was declared.
type AccountKind string

// A structure's first account takes effect when the structure is qualified; a
// change is held; a correction keeps the account's number.
const (
	FirstAccount      AccountKind = "premier"
	AccountChange     AccountKind = "changement"
	AccountCorrection AccountKind = "correction"
)

// AccountState is where an account stands.
type AccountState string

// The states of an account.
const (
	AccountWaiting  AccountState = "attente"
	AccountActive   AccountState = "active"
	AccountReplaced AccountState = "remplacee"
	AccountRefused  AccountState = "refusee"
)

// Account is one account that a structure was, is, or asks to be paid on.
type Account struct {
	StructureID     uuid.UUID
	ID              uuid.UUID
	Kind            AccountKind
	AccountHolder   string
	IBAN            identifier.IBAN
	BIC             string
	State           AccountState
	DeclaredAt      time.Time
	DeclaredBy      *uuid.UUID
	DeclaredByName  string
	HeldUntil       time.Time
	ConfirmedAt     *time.Time
	ConfirmedBy     *uuid.UUID
	ConfirmedByName string
	ConfirmedAs     string // « structure » or « operateur »
	ConfirmedNote   string
	EffectiveAt     *time.Time
	EndedAt         *time.Time
	EndedByName     string
	EndedReason     string

	VoPResult         Match
	VoPName           string
	VoPAt             *time.Time
	VoPBy             *uuid.UUID
	VoPByName         string
	VoPNeeded         bool
	VoPAcceptedAt     *time.Time
	VoPAcceptedByName string
	VoPReason         string
}

const accountColumns = `b.structure_id, b.id, b.kind, b.account_holder, b.iban, b.bic, b.state, b.declared_at, b.declared_by, b.declared_by_name, b.held_until,
	b.confirmed_at, b.confirmed_by, b.confirmed_by_name, b.confirmed_as, b.confirmed_note, b.effective_at, b.ended_at, b.ended_by_name, b.ended_reason,
	b.vop_result, b.vop_name, b.vop_at, b.vop_by, b.vop_by_name, b.vop_needed, b.vop_accepted_at, b.vop_accepted_by_name, b.vop_reason`

// Waiting reports whether the account waits to replace the one in force.
func (a Account) Waiting() bool { return a.State == AccountWaiting && a.Kind != FirstAccount }

// Held reports whether the delay before it may take effect is not over at now.
func (a Account) Held(now time.Time) bool { return now.Before(a.HeldUntil) }

// StateLabel says in French where the account stands.
func (a Account) StateLabel() string {
	switch {
	case a.State == AccountActive:
		return "en vigueur"
	case a.State == AccountWaiting && a.Kind == FirstAccount:
		return "à vérifier avec le dossier"
	case a.State == AccountWaiting && a.ConfirmedAt == nil:
		return "à confirmer"
	case a.State == AccountWaiting:
		return "confirmé, en attente"
	case a.State == AccountRefused:
		return "refusé"
	default:
		return "remplacé"
	}
}

// What changing an account refuses.
var (
	// ErrNoAccount hides accounts that do not exist and those of others.
	ErrNoAccount = fault.New(fault.KindNotFound, "Ce compte bancaire n’existe pas, ou n’est pas le vôtre.")
	// ErrAccountWaiting refuses a second change while one waits.
	ErrAccountWaiting = fault.New(fault.KindConflict, "Un changement de compte attend déjà. Annulez-le d’abord si ce n’est pas le bon compte.")
	// ErrSameHand refuses that one person declares and confirms.
	ErrSameHand = fault.New(fault.KindConflict, "Vous avez déclaré ce compte\u00a0: une autre personne doit le confirmer.")
	// ErrAccountMoved refuses an answer to a change that was answered meanwhile.
	ErrAccountMoved = fault.New(fault.KindConflict, "Ce changement de compte a déjà été traité. Rechargez la page pour voir où il en est.")
	// ErrAccountSame refuses to change an account for itself.
	ErrAccountSame = fault.Field("iban", "C’est déjà le compte sur lequel vous êtes payé.")
)

// BankForm is a bank account as typed; comments give the names of the fields.
type BankForm struct {
	Holder   string // titulaire
	IBAN     string // iban
	BIC      string // bic
	Password string // mot_de_passe: asked again to change an account in force
}

func (f BankForm) read() (holder string, iban identifier.IBAN, bic identifier.BIC, err error) {
	var c fault.Collector
	holder = strings.Join(strings.Fields(f.Holder), " ")
	c.Check(holder != "", "titulaire", "Indiquez le titulaire du compte, comme sur le RIB.")
	c.Check(len([]rune(holder)) <= 70, "titulaire", "Un titulaire compte 70 caractères au plus, comme sur le RIB.")
	c.Check(holder == "" || sepa.Nameable(holder), "titulaire", "Écrivez le titulaire en lettres latines\u00a0: les banques n’en prennent pas d’autres.")
	iban, ibanErr := identifier.ParseIBAN(f.IBAN)
	if ibanErr != nil {
		c.Refuse("iban", ibanErr)
	}
	bic, bicErr := identifier.ParseBIC(f.BIC)
	if bicErr != nil {
		c.Refuse("bic", bicErr)
	}
	return holder, iban, bic, c.Err()
}

// Accounts lists the accounts of the actor's own structure: the one that waits,
// the one in force, then the others, the newest first. Whoever does not manage
// the structure gets masked numbers.
func (s *Service) Accounts(ctx context.Context, actor identity.Actor) ([]Account, error) {
	if err := actor.May(identity.TeamRead); err != nil {
		return nil, err
	}
	var list []Account
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = AccountsOf(ctx, tx, actor.OrganisationID)
		return err
	})
	if !actor.Can(identity.StructureWrite) {
		for i := range list {
			list[i].IBAN = identifier.IBAN(list[i].IBAN.Masked())
		}
	}
	return list, fault.Wrap(err, "list own bank accounts")
}

// AccountsOf lists the accounts of a structure as Accounts does, in the caller's
// transaction.
func AccountsOf(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]Account, error) {
	const most = 100
	return postgres.All[Account](ctx, tx, `SELECT `+accountColumns+` FROM structure_bank_accounts b
		WHERE b.structure_id = @structure ORDER BY b.state <> 'attente', b.state <> 'active', b.declared_at DESC, b.id DESC LIMIT @most`,
		postgres.Args{"structure": structure, "most": most})
}

// InForce finds the account that is paid among a structure's accounts.
func InForce(accounts []Account) (Account, bool) { return firstOf(accounts, AccountActive) }

// Pending finds the account that waits among a structure's accounts.
func Pending(accounts []Account) (Account, bool) { return firstOf(accounts, AccountWaiting) }

func firstOf(accounts []Account, state AccountState) (Account, bool) {
	for _, a := range accounts {
		if a.State == state {
			return a, true
		}
	}
	return Account{}, false
}

package structure

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// AccountView is which accounts the operator looks at.
type AccountView string

// The views of the operator's queue.
const (
	ViewChanges AccountView = ""           // changes that wait
	ViewMatches AccountView = "titulaires" // what the bank does not recognise
	ViewUnasked AccountView = "a-verifier" // in force, never verified
	ViewShared  AccountView = "partages"   // one number, several structures
	ViewAll     AccountView = "tous"
)

var accountViews = map[AccountView]string{
	ViewChanges: `b.state = 'attente' AND b.kind <> 'premier'`,
	ViewMatches: `b.state IN ('attente', 'active') AND (b.vop_result IN ('RVMC', 'RVNM') AND b.vop_accepted_at IS NULL OR b.vop_needed AND b.vop_result = '')`,
	ViewUnasked: `b.state IN ('attente', 'active') AND b.vop_result = ''`,
	ViewShared: `b.state IN ('attente', 'active') AND EXISTS (SELECT FROM structure_bank_accounts p
		WHERE p.iban = b.iban AND p.state IN ('attente', 'active') AND p.structure_id <> b.structure_id)`,
	ViewAll: `true`,
}

// QueuedAccount is an account as the operator's lists show it.
type QueuedAccount struct {
	Account
	Structure      string
	StructureState State
	CurrentIBAN    identifier.IBAN // the one in force
	CurrentHolder  string
	Shared         int // other structures with the same number
}

// AccountKey is where a list of accounts continues.
type AccountKey struct {
	At time.Time
	ID uuid.UUID
}

// AccountCounts is how many accounts each view holds.
type AccountCounts struct{ Changes, Matches, Unasked, Shared int }

// AccountQueue lists a view of every structure's accounts, the newest first, and
// counts the others.
func (s *Service) AccountQueue(ctx context.Context, actor identity.Actor, view AccountView, search string, after AccountKey) (list []QueuedAccount, counts AccountCounts, more bool, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, counts, false, err
	}
	where, known := accountViews[view]
	if !known {
		where = accountViews[ViewChanges]
	}
	const page = 50
	err = s.db.InPlatform(ctx, actor, "comptes bancaires des structures", func(tx *postgres.Tx) (err error) {
		if list, err = queued(ctx, tx, where+` AND (@search = '' OR o.name ILIKE '%' || @search || '%' OR b.account_holder ILIKE '%' || @search || '%' OR b.iban = upper(replace(@search, ' ', '')))
			AND (@after::timestamptz IS NULL OR (b.declared_at, b.id) < (@after, @id)) ORDER BY b.declared_at DESC, b.id DESC LIMIT 51`,
			postgres.Args{"search": search, "after": orNever(after.At), "id": after.ID}); err != nil {
			return err
		}
		counts, err = postgres.One[AccountCounts](ctx, tx, `
			SELECT count(*) FILTER (WHERE `+accountViews[ViewChanges]+`)::int AS changes, count(*) FILTER (WHERE `+accountViews[ViewMatches]+`)::int AS matches,
				count(*) FILTER (WHERE `+accountViews[ViewUnasked]+`)::int AS unasked, count(*) FILTER (WHERE `+accountViews[ViewShared]+`)::int AS shared
			FROM structure_bank_accounts b`, nil)
		return err
	})
	if len(list) > page {
		list, more = list[:page], true
	}
	return list, counts, more, fault.Wrap(err, "list bank accounts")
}

func orNever(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func queued(ctx context.Context, tx *postgres.Tx, where string, args postgres.Args) ([]QueuedAccount, error) {
	return postgres.All[QueuedAccount](ctx, tx, `
		SELECT `+accountColumns+`, o.name AS structure, s.state AS structure_state, s.iban AS current_iban, s.account_holder AS current_holder,
			(SELECT count(DISTINCT p.structure_id)::int FROM structure_bank_accounts p
				WHERE p.iban = b.iban AND p.state IN ('attente', 'active') AND p.structure_id <> b.structure_id) AS shared
		FROM structure_bank_accounts b JOIN organisations o ON o.id = b.structure_id JOIN structures s ON s.organisation_id = b.structure_id
		WHERE `+where, args)
}

// StructureAccounts is every account of one structure, as the operator reads it.
type StructureAccounts struct {
	StructureID uuid.UUID
	Structure   string
	Contacts    []string // the phones and mails known before any change
	Accounts    []QueuedAccount
	SharedWith  []string // other structures with the account in force or waiting
}

// AccountsOf reads every account of a structure, the newest first; ErrNoDossier.
func (s *Service) AccountsOf(ctx context.Context, actor identity.Actor, structure uuid.UUID) (StructureAccounts, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return StructureAccounts{}, err
	}
	found := StructureAccounts{StructureID: structure}
	err := s.db.InPlatform(ctx, actor, "comptes bancaires d’une structure", func(tx *postgres.Tx) (err error) {
		d, err := ReadDossier(ctx, tx, structure)
		if err != nil {
			return err
		}
		found.Structure = d.Name
		if found.Contacts, err = contactsOf(ctx, tx, structure); err != nil {
			return err
		}
		if found.Accounts, err = queued(ctx, tx, `b.structure_id = @id ORDER BY b.state <> 'attente', b.state <> 'active', b.declared_at DESC, b.id DESC LIMIT 100`,
			postgres.Args{"id": structure}); err != nil {
			return err
		}
		found.SharedWith, err = postgres.Values[string](ctx, tx, `
			SELECT DISTINCT o.name FROM structure_bank_accounts b JOIN structure_bank_accounts p ON p.iban = b.iban AND p.structure_id <> b.structure_id AND p.state IN ('attente', 'active')
			JOIN organisations o ON o.id = p.structure_id WHERE b.structure_id = @id AND b.state IN ('attente', 'active') ORDER BY 1`, postgres.Args{"id": structure})
		return err
	})
	return found, fault.Wrap(err, "list a structure's bank accounts")
}

// contactsOf is how to call a structure back: what its settings and its places
// said before the change.
func contactsOf(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]string, error) {
	return postgres.Values[string](ctx, tx, `
		SELECT contact FROM (
			SELECT 1 AS place, contact_name AS contact FROM organisation_settings WHERE organisation_id = @id
			UNION SELECT 2, contact_phone FROM organisation_settings WHERE organisation_id = @id
			UNION SELECT 3, contact_email FROM organisation_settings WHERE organisation_id = @id
			UNION SELECT 4, phone FROM places WHERE structure_id = @id) AS c
		WHERE contact <> '' ORDER BY place, contact LIMIT 10`, postgres.Args{"id": structure})
}

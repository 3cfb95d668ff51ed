package structure_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/qualification"
	"passnum/internal/structure"
)

const (
	password  = "mot de passe"
	otherIBAN = "FR7610107001011234567890129"
)

// askAgain knows one password.
func askAgain(_ context.Context, _ identity.Actor, typed string) error {
	if typed != password {
		return fault.Field("password", "faux")
	}
	return nil
}

// till is the bank account of a qualified structure and two of its responsables.
type till struct {
	bench
	first, second identity.Actor
}

func newTill(t *testing.T) till {
	t.Helper()
	b := newBench(t)
	serves := identity.Capacities{Structure: true}
	return till{b, b.Mediateur, b.Member(b.Mediatheque, "second@exemple.test", identity.RoleResponsable, serves)}
}

func (b till) change(t *testing.T, iban string) structure.Account {
	t.Helper()
	err := b.SaveBank(t.Context(), b.first, structure.BankForm{Holder: "Nouveau titulaire", IBAN: iban, BIC: "PSSTFRPPBOR", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	b.tell(t)
	waiting, ok := structure.Pending(b.accounts(t))
	if !ok {
		t.Fatal("nothing waits")
	}
	return waiting
}

func (b till) accounts(t *testing.T) []structure.Account {
	t.Helper()
	list, err := b.Accounts(t.Context(), b.first)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// tell runs the notices that wait.
func (b till) tell(t *testing.T) {
	t.Helper()
	queue := b.Queue.(*jobs.Inline)
	waiting := queue.Waiting
	queue.Waiting = nil
	for _, job := range waiting {
		if notice, ok := job.(structure.AccountNotice); ok {
			if err := b.TellAccount(t.Context(), notice); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func (b till) inForce(t *testing.T) string {
	t.Helper()
	var iban string
	if err := b.Owner.QueryRow(t.Context(), `SELECT iban FROM structures WHERE organisation_id = $1`, b.Mediatheque).Scan(&iban); err != nil {
		t.Fatal(err)
	}
	current, ok := structure.InForce(b.accounts(t))
	if !ok || string(current.IBAN) != iban {
		t.Errorf("structures say %s, accounts say %s", iban, current.IBAN)
	}
	return iban
}

func want(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func TestChangedAccountWaitsForTimeAndASecondPerson(t *testing.T) {
	t.Parallel()
	b := newTill(t)
	ctx, old := t.Context(), b.inForce(t)
	form := structure.BankForm{Holder: "Nouveau titulaire", IBAN: otherIBAN, BIC: "PSSTFRPPBOR"}
	for typed, field := range map[string]string{"": "Saisissez votre mot de passe", "faux": "pas votre mot de passe"} {
		form.Password = typed
		refusal, ok := fault.As(b.SaveBank(ctx, b.first, form))
		if !ok || len(refusal.Fields) != 1 || !strings.Contains(refusal.Fields[0].Sentence, field) {
			t.Errorf("password %q: %v", typed, refusal)
		}
	}
	unreadable := structure.BankForm{Holder: "Управление", IBAN: otherIBAN, BIC: "PSSTFRPPBOR", Password: password}
	if refusal, ok := fault.As(b.SaveBank(ctx, b.first, unreadable)); !ok || len(refusal.Fields) != 1 || !strings.Contains(refusal.Fields[0].Sentence, "lettres latines") {
		t.Errorf("a name no bank can read: %v", refusal)
	}
	waiting := b.change(t, otherIBAN)
	if !waiting.HeldUntil.Equal(b.Now().Add(72*time.Hour)) || waiting.Kind != structure.AccountChange || b.inForce(t) != old {
		t.Fatalf("%+v", waiting)
	}
	want(t, b.SaveBank(ctx, b.second, structure.BankForm{Holder: "Autre", IBAN: "FR7630006000011234567890189", BIC: "PSSTFRPPBOR", Password: password}), structure.ErrAccountWaiting)
	want(t, b.ConfirmAccount(ctx, b.first, waiting.ID, password), structure.ErrSameHand)
	if err := b.ConfirmAccount(ctx, b.second, waiting.ID, "faux"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("confirmed without a password: %v", err)
	}
	if err := b.ConfirmAccount(ctx, b.second, waiting.ID, password); err != nil {
		t.Fatal(err)
	}
	want(t, b.ConfirmAccountByCall(ctx, b.Finance, b.Mediatheque, waiting.ID, "Rappelée au 05 55 00 00 00"), structure.ErrAccountMoved)
	// One second before the end, nothing; at the second itself, it takes effect.
	b.At(waiting.HeldUntil.Add(-time.Second))
	if n, err := b.TakeEffect(ctx, uuid.Nil); n != 0 || err != nil || b.inForce(t) != old {
		t.Errorf("one second early: %d, %v", n, err)
	}
	b.At(waiting.HeldUntil)
	if n, err := b.TakeEffect(ctx, uuid.Nil); n != 1 || err != nil || b.inForce(t) != otherIBAN {
		t.Errorf("on time: %d, %v", n, err)
	}
	if n, err := b.TakeEffect(ctx, uuid.Nil); n != 0 || err != nil {
		t.Errorf("twice: %d, %v", n, err)
	}
	if state := b.Count(`SELECT count(*) FROM structures WHERE organisation_id = $1 AND state = 'qualifiee'`, b.Mediatheque); state != 1 {
		t.Error("the file went back to a draft")
	}
}

// TestHoldIsTheDatabases tries, as the owner, what the application never does.
func TestHoldIsTheDatabases(t *testing.T) {
	t.Parallel()
	b := newTill(t)
	a := b.change(t, otherIBAN)
	b.Exec(`UPDATE structure_bank_accounts SET state = 'remplacee', ended_at = $1 WHERE structure_id = $2 AND state = 'active'`, b.Now(), b.Mediatheque)
	for why, statement := range map[string]string{
		"held_until":    `UPDATE structure_bank_accounts SET held_until = declared_at WHERE id = $1`,
		"hold_passed":   `UPDATE structure_bank_accounts SET state = 'active', effective_at = held_until - interval '1 second', confirmed_by = gen_random_uuid(), confirmed_at = now(), confirmed_as = 'structure' WHERE id = $1`,
		"second_person": `UPDATE structure_bank_accounts SET state = 'active', effective_at = held_until WHERE id = $1`,
		"four_eyes":     `UPDATE structure_bank_accounts SET confirmed_by = declared_by, confirmed_at = now(), confirmed_as = 'structure' WHERE id = $1`,
		"called_back":   `UPDATE structure_bank_accounts SET confirmed_by = gen_random_uuid(), confirmed_at = now(), confirmed_as = 'operateur' WHERE id = $1`,
		"effective":     `UPDATE structure_bank_accounts SET state = 'active' WHERE id = $1`,
		"edited":        `UPDATE structure_bank_accounts SET iban = 'FR7630006000011234567890189' WHERE id = $1`,
	} {
		if _, err := b.Owner.Exec(t.Context(), statement, a.ID); err == nil {
			t.Errorf("the database lets %s through", why)
		}
	}
	for why, statement := range map[string]string{
		"short hold":  `INSERT INTO structure_bank_accounts (structure_id, id, account_holder, iban, state, declared_at, held_until) VALUES ($1, gen_random_uuid(), 'x', 'x', 'attente', now(), now() + interval '71:59:59')`,
		"first again": `INSERT INTO structure_bank_accounts (structure_id, id, kind, account_holder, iban, state, declared_at, held_until) VALUES ($1, gen_random_uuid(), 'premier', 'x', 'x', 'attente', now(), now())`,
		"wrong correction": `INSERT INTO structure_bank_accounts (structure_id, id, kind, account_holder, iban, state, declared_at, held_until)
			VALUES ($1, gen_random_uuid(), 'correction', 'x', 'x', 'attente', now(), now())`,
		"not in force": `UPDATE structures SET iban = 'FR7610107001011234567890129' WHERE organisation_id = $1`,
	} {
		if _, err := b.Owner.Exec(t.Context(), statement, b.Mediatheque); err == nil {
			t.Errorf("the database lets a %s through", why)
		}
	}
	// A structure's own connection cannot make its account effective.
	err := b.DB.InOrganisation(t.Context(), b.second, func(tx *postgres.Tx) error {
		_, err := postgres.Do(t.Context(), tx, `UPDATE structure_bank_accounts SET state = 'active' WHERE id = @id`, postgres.Args{"id": a.ID})
		return err
	})
	if err == nil {
		t.Error("a structure puts its own account in force")
	}
}

func TestTwoConfirmationsAtOnce(t *testing.T) {
	t.Parallel()
	b := newTill(t)
	a := b.change(t, otherIBAN)
	b.At(a.HeldUntil.Add(time.Minute))
	var answers [8]error
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() {
			switch i % 4 {
			case 0:
				answers[i] = b.ConfirmAccount(t.Context(), b.second, a.ID, password)
			case 1:
				answers[i] = b.ConfirmAccountByCall(t.Context(), b.Finance, b.Mediatheque, a.ID, "Rappelée au 05 55 00 00 00")
			case 2:
				answers[i] = b.RefuseAccount(t.Context(), b.first, a.ID, "")
			default:
				_, answers[i] = b.TakeEffect(t.Context(), uuid.Nil)
			}
		})
	}
	group.Wait()
	confirmed, refused := 0, 0
	for i, err := range answers {
		switch {
		case i%4 == 3 && err != nil:
			t.Error(err)
		case i%4 == 3, errors.Is(err, structure.ErrAccountMoved):
		case err != nil:
			t.Error(err)
		case i%4 == 2:
			refused++
		default:
			confirmed++
		}
	}
	if confirmed > 1 || refused > 1 || confirmed+refused == 0 {
		t.Errorf("%d confirmations, %d refusals", confirmed, refused)
	}
	if n := b.Count(`SELECT count(*) FROM structure_bank_accounts WHERE structure_id = $1 AND state = 'active'`, b.Mediatheque); n != 1 {
		t.Errorf("%d accounts in force", n)
	}
	b.inForce(t)
}

func TestPreviousContactsAreToldAndCanRefuse(t *testing.T) {
	t.Parallel()
	b := newTill(t)
	gone := b.Member(b.Mediatheque, "parti@exemple.test", identity.RoleResponsable, identity.Capacities{Structure: true})
	b.Exec(`UPDATE memberships SET ended_at = $1 WHERE account_id = $2`, b.Now(), gone.AccountID)
	b.Exec(`ALTER TABLE structure_bank_accounts DISABLE TRIGGER guard_bank_account`)
	b.Exec(`UPDATE structure_bank_accounts SET declared_by = $1 WHERE structure_id = $2`, gone.AccountID, b.Mediatheque)
	b.Exec(`ALTER TABLE structure_bank_accounts ENABLE TRIGGER guard_bank_account`)
	a := b.change(t, otherIBAN)
	rows, err := b.Owner.Query(t.Context(), `SELECT recipient || ' ' || body_text FROM mail_outbox ORDER BY recipient`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var to []string
	var secret string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		address, body, _ := strings.Cut(text, " ")
		to = append(to, address)
		if _, after, found := strings.Cut(body, "/changement-de-compte/"); found {
			secret = strings.Fields(after)[0]
		}
		if strings.Contains(body, otherIBAN) {
			t.Error("an account number travels by mail")
		}
	}
	if !slices.Equal(to, []string{b.Mediateur.Email, "operateur@passnum.test", gone.Email, b.second.Email}) {
		t.Errorf("told: %v", to)
	}
	ctx := t.Context()
	if _, err := b.ChangeByLink(ctx, "x"); !errors.Is(err, structure.ErrNoAccount) {
		t.Errorf("a wrong link: %v", err)
	}
	if c, err := b.ChangeByLink(ctx, secret); err != nil || c.ID != a.ID || c.Structure != "Médiathèque de Guéret" {
		t.Errorf("%+v, %v", c, err)
	}
	if err := b.RefuseByLink(ctx, identity.Actor{}, secret); err != nil {
		t.Fatal(err)
	}
	want(t, b.RefuseByLink(ctx, identity.Actor{}, secret), structure.ErrAccountMoved)
	want(t, b.ConfirmAccount(ctx, b.second, a.ID, password), structure.ErrAccountMoved)
	if _, waits := structure.Pending(b.accounts(t)); waits || b.inForce(t) == otherIBAN {
		t.Error("the refused change lives")
	}
	// Another one may be asked for.
	b.change(t, otherIBAN)
}

func TestOthersAccountsAreHidden(t *testing.T) {
	t.Parallel()
	b := newTill(t)
	a := b.change(t, otherIBAN)
	ctx := t.Context()
	want(t, b.ConfirmAccount(ctx, b.Other, a.ID, password), structure.ErrNoAccount)
	want(t, b.RefuseAccount(ctx, b.Other, a.ID, ""), structure.ErrNoAccount)
	want(t, b.ConfirmAccountByCall(ctx, b.Other, b.Mediatheque, a.ID, "Rappelée au 05 55 00 00 00"), identity.ErrForbidden)
	if list, err := b.Accounts(ctx, b.Other); err != nil || len(list) != 1 || list[0].StructureID != b.Stranger {
		t.Errorf("%+v, %v", list, err)
	}
	if _, _, _, err := b.AccountQueue(ctx, b.Other, structure.ViewAll, "", structure.AccountKey{}); !errors.Is(err, identity.ErrForbidden) {
		t.Errorf("a structure reads every account: %v", err)
	}
}

func TestFirstAccountTakesEffectWithTheFile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	seen := b.submitted(t)
	if n := b.Count(`SELECT count(*) FROM structures WHERE organisation_id = $1 AND iban = ''`, seen.OrganisationID); n != 1 || seen.IBAN == "" {
		t.Error("an account is in force before the file is read")
	}
	b.Exec(`UPDATE structure_bank_accounts SET state = state WHERE structure_id = $1`, seen.OrganisationID)
	if err := b.Files.Qualify(t.Context(), b.Operator, seen.OrganisationID, *seen.SubmittedAt, 24); err != nil {
		t.Fatal(err)
	}
	r := b.review(t)
	if a, ok := structure.InForce(r.Accounts); !ok || a.ConfirmedByName != b.Operator.Name || a.Kind != structure.FirstAccount || r.IBAN != string(a.IBAN) {
		t.Errorf("%+v", r.Accounts)
	}
	// A file that is reopened does not let its account change at once.
	if err := b.Files.Dequalify(t.Context(), b.Operator, seen.OrganisationID, qualification.Grounds{Reasons: []string{"autre"}, Sentence: "À reprendre."}); err != nil {
		t.Fatal(err)
	}
	if err := b.Files.Reopen(t.Context(), b.Operator, seen.OrganisationID); err != nil {
		t.Fatal(err)
	}
	if err := b.SaveBank(t.Context(), b.Candidate, structure.BankForm{Holder: "X", IBAN: otherIBAN, BIC: "PSSTFRPPBOR", Password: password}); err != nil {
		t.Fatal(err)
	}
	if r := b.review(t); identifier.IBAN(r.IBAN) == otherIBAN || r.Accounts[0].State != structure.AccountWaiting {
		t.Errorf("the account of a reopened file changed at once: %+v", r.Accounts)
	}
}

package qualification_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/organisation"
	"passnum/internal/qualification"
	"passnum/internal/structure"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/internal/testworld/filetest"
)

type bench struct {
	*testworld.World
	*qualification.Service
	structures *structure.Service
	Candidate  identity.Actor
}

const goodIBAN = "FR14 2004 1010 0505 0001 3M02 606"

// newBench adds to the world a structure accepted but not qualified.
func newBench(t *testing.T) bench {
	t.Helper()
	w := testworld.New(t)
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	serves := identity.Capacities{Structure: true}
	id := w.Organisation("Tiers-lieu de la Gare", "55210055400013", "association", serves)
	candidate := w.Member(id, "candidat@exemple.test", identity.RoleResponsable, serves)
	w.Exec(`INSERT INTO structures (organisation_id) VALUES ($1)`, id)
	const base = "https://passnum.test"
	return bench{w, qualification.NewService(w.DB, qualification.Options{Queue: &jobs.Inline{}, BaseURL: base, OperatorEmail: "operateur@passnum.test", Communes: index}),
		structure.NewService(w.DB, index, structure.Options{Queue: &jobs.Inline{}, BaseURL: base, OnDeclared: qualification.BankAnswers,
			Reauthenticate: func(context.Context, identity.Actor, string) error { return fault.Field("password", "faux") }}), candidate}
}

func placeForm() structure.PlaceForm {
	return structure.PlaceForm{
		Name: "La Gare", Referent: "Alix Morel", Phone: "05 55 12 34 56", Website: "www.la-gare.fr",
		Address:      organisation.AddressForm{Street: "3 rue de la Gare", Commune: "Guéret", CommuneCode: "23096"},
		OpeningHours: "Mo-Fr 09:00-12:00,14:00-18:00", Entries: []string{"3", "44"}, Categories: []string{"2.2"},
		Modes: []string{"collectif", "individuel"}, NothingToPay: true,
	}
}

// complete fills the candidate's file.
func (b bench) complete(t *testing.T) structure.Place {
	t.Helper()
	ctx := t.Context()
	place, err := b.structures.AddPlace(ctx, b.Candidate, placeForm())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.structures.SaveBank(ctx, b.Candidate, structure.BankForm{Holder: "Tiers-lieu de la Gare", IBAN: goodIBAN, BIC: "PSSTFRPPBOR"}); err != nil {
		t.Fatal(err)
	}
	filetest.Complete(b.World, b.Service, b.Candidate)
	return place
}

func (b bench) submitted(t *testing.T) qualification.Review {
	t.Helper()
	b.complete(t)
	if err := b.Submit(t.Context(), b.Candidate); err != nil {
		t.Fatal(err)
	}
	return b.review(t)
}

func (b bench) review(t *testing.T) qualification.Review {
	t.Helper()
	r, err := b.Review(t.Context(), b.Operator, b.Candidate.OrganisationID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSubmitSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	err := b.Submit(t.Context(), b.Candidate)
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.KindConflict || !strings.Contains(f.Sentence, "la charte") || !strings.Contains(f.Sentence, "un lieu") {
		t.Errorf("got %v", err)
	}
	b.complete(t)
	if err := b.Submit(t.Context(), b.Candidate); err != nil {
		t.Fatal(err)
	}
	if err := b.Submit(t.Context(), b.Candidate); !fault.Is(err, fault.KindConflict) {
		t.Errorf("sent twice: %v", err)
	}
	if n := b.Count(`SELECT count(*) FROM mail_outbox WHERE recipient = 'operateur@passnum.test'`); n != 1 {
		t.Errorf("%d mails to the operator", n)
	}
}

func TestFileIsClosedWhileItIsRead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	seen := b.submitted(t)
	ctx := t.Context()
	bank := structure.BankForm{Holder: "Autre", IBAN: goodIBAN, BIC: "PSSTFRPPBOR"}
	if err := b.structures.SaveBank(ctx, b.Candidate, bank); !fault.Is(err, fault.KindConflict) {
		t.Errorf("the account changed while it was read: %v", err)
	}
	if err := b.TakeBack(ctx, b.Candidate); err != nil {
		t.Fatal(err)
	}
	if err := b.structures.SaveBank(ctx, b.Candidate, bank); err != nil {
		t.Fatal(err)
	}
	b.Travel(time.Minute)
	if err := b.Submit(ctx, b.Candidate); err != nil {
		t.Fatal(err)
	}
	if err := b.Qualify(ctx, b.Operator, seen.OrganisationID, *seen.SubmittedAt, 24); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a file that changed was qualified: %v", err)
	}
	if err := b.Qualify(ctx, b.Operator, seen.OrganisationID, *b.review(t).SubmittedAt, 24); err != nil {
		t.Error(err)
	}
}

func TestLifeOfAStructure(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := b.submitted(t)
	ctx, id := t.Context(), r.OrganisationID
	public := func() int64 {
		return b.Count(`SELECT count(*) FROM places WHERE structure_id = $1 AND published`, id)
	}
	if public() != 0 {
		t.Error("a place is shown before qualification")
	}
	if err := b.Refuse(ctx, b.Operator, id, qualification.Grounds{}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("no reason: %v", err)
	}
	if err := b.Refuse(ctx, b.Operator, id, qualification.Grounds{Reasons: []string{"autre"}, Sentence: "Le RIB est illisible."}); err != nil {
		t.Fatal(err)
	}
	if d, _ := b.structures.Dossier(ctx, b.Candidate); d.State != structure.Refused || d.Reason != "Le RIB est illisible." {
		t.Errorf("%+v", d)
	}
	if err := b.Submit(ctx, b.Candidate); err != nil {
		t.Fatal(err)
	}
	if err := b.Qualify(ctx, b.Finance, id, b.Now(), 24); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("finance qualified: %v", err)
	}
	if err := b.Qualify(ctx, b.Operator, id, *b.review(t).SubmittedAt, 24); err != nil {
		t.Fatal(err)
	}
	if public() != 1 {
		t.Error("the place is not shown")
	}
	if err := b.Suspend(ctx, b.Operator, id, qualification.Grounds{Reasons: []string{"signalements"}}); err != nil {
		t.Fatal(err)
	}
	if public() != 0 {
		t.Error("a suspended structure is shown")
	}
	if err := b.Reinstate(ctx, b.Operator, id); err != nil {
		t.Fatal(err)
	}
	if public() != 1 {
		t.Error("the place is not shown again")
	}
	if n := b.Count(`SELECT count(*) FROM mail_outbox WHERE recipient = 'candidat@exemple.test'`); n != 4 {
		t.Errorf("%d mails", n)
	}
	if err := b.structures.SaveBank(ctx, b.Candidate, structure.BankForm{Holder: "X", IBAN: goodIBAN, BIC: "PSSTFRPPBOR"}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a qualified structure changed its account without its password: %v", err)
	}
}

func TestTextsThatChangedAreReadAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	old, unticked := filetest.Commitment(), filetest.Commitment()
	old.Terms, unticked.Accepted = "2019-01", false
	for _, form := range []qualification.CommitmentForm{old, unticked} {
		if err := b.Commit(t.Context(), b.Candidate, form); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%+v: %v", form, err)
		}
	}
}

func TestUnknownFile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if _, err := b.Review(t.Context(), b.Operator, uuid.New()); !fault.Is(err, fault.KindNotFound) {
		t.Error(err)
	}
}

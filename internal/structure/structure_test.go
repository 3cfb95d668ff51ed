package structure_test

import (
	"strings"
	"testing"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/qualification"
	"passnum/internal/structure"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/internal/testworld/filetest"
)

type bench struct {
	*testworld.World
	*structure.Service
	Files     *qualification.Service
	Candidate identity.Actor
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
	return bench{w, structure.NewService(w.DB, index, structure.Options{
		Queue: &jobs.Inline{}, BaseURL: "https://passnum.test", OperatorEmail: "operateur@passnum.test", Reauthenticate: askAgain}),
		qualification.NewService(w.DB, qualification.Options{Queue: &jobs.Inline{}, BaseURL: "https://passnum.test", Communes: index}), candidate}
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
	place, err := b.AddPlace(ctx, b.Candidate, placeForm())
	if err != nil {
		t.Fatal(err)
	}
	filetest.Complete(b.World, b.Files, b.Candidate)
	for _, err := range []error{
		b.SaveBank(ctx, b.Candidate, structure.BankForm{Holder: "Tiers-lieu de la Gare", IBAN: goodIBAN, BIC: "PSSTFRPPBOR"}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return place
}

func (b bench) submitted(t *testing.T) qualification.Review {
	t.Helper()
	b.complete(t)
	if err := b.Files.Submit(t.Context(), b.Candidate); err != nil {
		t.Fatal(err)
	}
	return b.review(t)
}

func (b bench) review(t *testing.T) qualification.Review {
	t.Helper()
	r, err := b.Files.Review(t.Context(), b.Operator, b.Candidate.OrganisationID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAStructureCannotQualifyItself(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.submitted(t)
	for _, statement := range []string{
		`UPDATE structures SET state = 'qualifiee' WHERE organisation_id = @id`,
		`UPDATE structures SET qualified_at = now() WHERE organisation_id = @id`,
		`UPDATE structures SET reason = '' WHERE organisation_id = @id`,
		`DELETE FROM structures WHERE organisation_id = @id`,
	} {
		err := b.DB.InOrganisation(t.Context(), b.Candidate, func(tx *postgres.Tx) error {
			_, err := postgres.Do(t.Context(), tx, statement, postgres.Args{"id": b.Candidate.OrganisationID})
			return err
		})
		if err == nil {
			t.Errorf("allowed: %s", statement)
		}
	}
	// A qualified one cannot change what was checked.
	err := b.DB.InOrganisation(t.Context(), b.Mediateur, func(tx *postgres.Tx) error {
		_, err := postgres.Do(t.Context(), tx, `UPDATE structures SET iban = 'FR00' WHERE organisation_id = @id`, postgres.Args{"id": b.Mediatheque})
		return err
	})
	if err == nil {
		t.Error("a qualified structure changed its account")
	}
}

func TestBankIsInvisibleToOthers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, actor := range []identity.Actor{b.Commanditaire, b.Agent, b.Other} {
		err := b.DB.InOrganisation(t.Context(), actor, func(tx *postgres.Tx) error {
			n, err := postgres.Value[int64](t.Context(), tx, `SELECT count(*) FROM structures WHERE organisation_id = @id`, postgres.Args{"id": b.Mediatheque})
			if n != 0 {
				t.Errorf("%s reads another's account", actor.Email)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	reader := b.Mediateur
	reader.Permissions = identity.PermissionsOf(identity.RoleLecteur, reader.Capacities)
	d, err := b.Dossier(t.Context(), reader)
	if err != nil || !strings.Contains(d.IBAN, "••••") {
		t.Errorf("a reader sees %q, %v", d.IBAN, err)
	}
}

func TestBankRefusalsAreExact(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	err := b.SaveBank(t.Context(), b.Candidate, structure.BankForm{IBAN: "FR14 2004 1010 0505 0001 3M02 60", BIC: "PSST"})
	f, _ := fault.As(err)
	if f == nil || len(f.Fields) != 3 || !strings.Contains(f.Fields[1].Sentence, "il en manque 1") || !strings.Contains(f.Fields[2].Sentence, "8 ou 11") {
		t.Fatalf("%+v", f)
	}
	for _, field := range f.Fields {
		if strings.Contains(field.Sentence, "2004") {
			t.Error("a refusal quotes the account number")
		}
	}
	if err := b.SaveBank(t.Context(), b.Agent, structure.BankForm{Holder: "X", IBAN: goodIBAN, BIC: "PSSTFRPPBOR"}); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an organisation that is no structure: %v", err)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	place, err := b.AddPlace(ctx, b.Candidate, placeForm())
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.Service.Place(ctx, b.Candidate, place.ID)
	// Category 2.2 has 12 entries; 44 is one of them or not.
	if err != nil || len(got.Entries) < 13 || got.Phone != "+33555123456" || got.Website != "https://www.la-gare.fr" ||
		got.PostalCode != "23000" || got.Latitude == nil || got.Ancestors[len(got.Ancestors)-1] != "C-23096" || got.Published {
		t.Errorf("%+v, %v", got, err)
	}
	if err := b.Publish(ctx, b.Candidate, place.ID, true); !fault.Is(err, fault.KindConflict) {
		t.Errorf("shown before qualification: %v", err)
	}
	if _, err := b.EditPlace(ctx, b.Mediateur, place.ID, placeForm()); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another structure's place: %v", err)
	}
	form := structure.FormOf(got)
	form.Latitude, form.Longitude = "46,1712", "1,8722"
	edited, err := b.EditPlace(ctx, b.Candidate, place.ID, form)
	if err != nil || *edited.Latitude != 46.1712 || len(edited.Entries) != len(got.Entries) {
		t.Errorf("%+v, %v", edited, err)
	}
}

func TestPublicChangesAreVisibleAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	form := placeForm()
	form.Name = "Médiathèque, nouvelle entrée"
	if _, err := b.EditPlace(ctx, b.Mediateur, b.World.Place, form); err != nil {
		t.Fatal(err)
	}
	public := func(want int64) {
		t.Helper()
		err := b.DB.InPublic(ctx, func(tx *postgres.Tx) error {
			n, err := postgres.Value[int64](ctx, tx, `SELECT count(*) FROM places WHERE id = @id AND name = @name`,
				postgres.Args{"id": b.World.Place, "name": form.Name})
			if n != want {
				t.Errorf("the public sees %d", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	public(1)
	if err := b.Publish(ctx, b.Mediateur, b.World.Place, false); err != nil {
		t.Fatal(err)
	}
	public(0)
	if err := b.Publish(ctx, b.Mediateur, b.World.Place, true); err != nil {
		t.Fatal(err)
	}
	form.Entries, form.Categories = nil, nil
	if _, err := b.EditPlace(ctx, b.Mediateur, b.World.Place, form); err != nil {
		t.Fatal(err)
	}
	public(0)
	if err := b.Publish(ctx, b.Mediateur, b.World.Place, true); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a place without services was shown: %v", err)
	}
}

func TestPlaceRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.AddPlace(t.Context(), b.Candidate, structure.PlaceForm{OpeningHours: "lundi matin", Website: "bonjour", Entries: []string{"130"}, Phone: "12"})
	f, _ := fault.As(err)
	if f == nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, field := range f.Fields {
		told[field.Field] = true
	}
	for _, name := range []string{"nom", "referent", "rue", "commune", "telephone", "site", "horaires", "services", "modes"} {
		if !told[name] {
			t.Errorf("nothing about %s", name)
		}
	}
	form := placeForm()
	form.Latitude, form.Longitude = "1,8683", "46,1703"
	if _, err := b.AddPlace(t.Context(), b.Candidate, form); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("swapped position: %v", err)
	}
}

func TestAgreements(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	found, err := b.Partners(ctx, b.Commanditaire, "mediatheque gueret", 10)
	if err != nil || len(found) != 1 || found[0].ID != b.Mediatheque || found[0].Places != 1 || found[0].AgreedAt != nil {
		t.Fatalf("%+v, %v", found, err)
	}
	for range 2 {
		if err := b.Agree(ctx, b.Commanditaire, b.Mediatheque); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Agree(ctx, b.Commanditaire, b.Candidate.OrganisationID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("agreed to a structure that is not qualified: %v", err)
	}
	if err := b.Agree(ctx, b.Cofunder, b.Mediatheque); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a reader agreed: %v", err)
	}
	if agreed, _ := b.Agreed(ctx, b.Commanditaire); len(agreed) != 1 {
		t.Errorf("%d agreements", len(agreed))
	}
	if agreed, _ := b.Agreed(ctx, b.Other); len(agreed) != 0 {
		t.Error("another commanditaire sees them")
	}
	if err := b.Withdraw(ctx, b.Commanditaire, b.Mediatheque, structure.Notice{Reason: "Fin d’essai"}); err != nil {
		t.Fatal(err)
	}
	if err := b.Withdraw(ctx, b.Commanditaire, b.Mediatheque, structure.Notice{Reason: "Fin d’essai"}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("withdrawn twice: %v", err)
	}
	if err := b.Agree(ctx, b.Commanditaire, b.Mediatheque); err != nil {
		t.Errorf("agreed again: %v", err)
	}
}

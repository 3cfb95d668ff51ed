package qualification_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/qualification"
	"passnum/internal/structure"
	"passnum/internal/testworld/filetest"
)

// qualified is the candidate's structure, decided upon.
func qualified(t *testing.T) bench {
	t.Helper()
	b := newBench(t)
	seen := b.submitted(t)
	if err := b.Qualify(t.Context(), b.Operator, seen.OrganisationID, *seen.SubmittedAt, 24); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b bench) file(t *testing.T) qualification.File {
	t.Helper()
	f, err := b.File(t.Context(), b.Candidate)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// value is what a field of the file says.
func value(f qualification.File, step, key string) string {
	for _, p := range f.Parts {
		for _, field := range p.Fields {
			if p.Step == step && field.Key == key {
				return field.Value
			}
		}
	}
	return ""
}

func bodyForm(name string) qualification.BodyForm {
	return qualification.BodyForm{SIRET: "55210055400013", Kind: "association", RNA: "W231000123", LegalName: name, LegalRole: "présidente", LegalEmail: "alix@exemple.test"}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	if v := qualification.Judge(nil); v.Complete || v.Label() != "" {
		t.Errorf("%+v", v)
	}
	best, err := qualification.ReadAnswers(filetest.Answers())
	if err != nil {
		t.Fatal(err)
	}
	if v := qualification.Judge(best); !v.Complete || v.Outcome != qualification.Eligible || v.Points != v.Max {
		t.Errorf("%+v", v)
	}
	worst := map[string]string{"version": qualification.QuestionnaireVersion}
	for _, q := range qualification.Questionnaire {
		for _, a := range q.Answers {
			if a.Effect == "" || a.Stops && a.Points > 0 {
				t.Errorf("%s, %s: an answer says what it changes", q.Key, a.Value)
			}
			if !a.Stops {
				worst[q.Key] = a.Value // the last that does not stop
			}
		}
	}
	if v := qualification.Judge(worst); v.Outcome != qualification.ToReview {
		t.Errorf("%+v", v)
	}
	worst["assurance"] = "non"
	if v := qualification.Judge(worst); v.Outcome != qualification.NotYet || len(v.Todo) != 1 {
		t.Errorf("%+v", v)
	}
	best["version"] = "2019-01"
	if qualification.Judge(best).Complete {
		t.Error("answers to older questions are complete")
	}
	if _, err := qualification.ReadAnswers(map[string]string{"accueil": "semaine"}); !fault.Is(err, fault.KindInvalid) {
		t.Error(err)
	}
}

func TestEveryStepIsNeeded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if f := b.file(t); f.Ready() || len(f.Missing()) != len(f.Parts) {
		t.Errorf("%d of %d: %v", len(f.Missing()), len(f.Parts), f.Missing())
	}
	b.complete(t)
	if f := b.file(t); !f.Ready() || f.Done() != 9 || value(f, qualification.StepBody, "siret") != identifier.SIRET("55210055400013").Grouped() {
		t.Errorf("%v", f.Missing())
	}
	answers := filetest.Answers()
	answers["vente"] = "lie"
	if _, err := b.SaveEligibility(t.Context(), b.Candidate, answers); err != nil {
		t.Fatal(err)
	}
	if err := b.Submit(t.Context(), b.Candidate); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a body that cannot be qualified yet was sent: %v", err)
	}
	// A new representative's delegate owes one more paper.
	role := qualification.RoleForm{Quality: qualification.RoleOther, Function: "Médiateur", Recognised: true}
	if _, err := b.SaveRole(t.Context(), b.Candidate, role); err != nil {
		t.Fatal(err)
	}
	if f := b.file(t); f.Parts[8].Done || !f.Delegate {
		t.Errorf("%+v", f.Parts[8])
	}
	if _, err := b.SaveRole(t.Context(), b.Candidate, qualification.RoleForm{}); !fault.Is(err, fault.KindInvalid) {
		t.Error(err)
	}
	if _, err := b.SaveRole(t.Context(), b.Agent, role); !fault.Is(err, fault.KindForbidden) && !fault.Is(err, fault.KindNotFound) {
		t.Errorf("no structure: %v", err)
	}
}

func TestEverySaveIsKept(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	for _, function := range []string{"Directrice", "Directrice", "Gérante"} {
		if _, err := b.SaveRole(ctx, b.Candidate, qualification.RoleForm{Quality: qualification.RoleLegal, Function: function, Recognised: true}); err != nil {
			t.Fatal(err)
		}
	}
	list, more, err := b.History(ctx, b.Candidate, uuid.Nil)
	if err != nil || more || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	if last := list[0]; len(last.Fields) != 1 || last.Fields[0].Before != "Directrice" || last.Fields[0].Value != "Gérante" || last.By != b.Candidate.Name {
		t.Errorf("%+v", last)
	}
	if _, err := b.Owner.Exec(ctx, `UPDATE file_versions SET saved_by_name = 'Personne'`); err == nil {
		t.Error("the history was rewritten")
	}
}

func TestWhatWasDecidedWaits(t *testing.T) {
	t.Parallel()
	b := qualified(t)
	ctx, id := t.Context(), b.Candidate.OrganisationID
	saved, err := b.SaveBody(ctx, b.Candidate, bodyForm("Dominique Roy"))
	if err != nil || !saved.Waits {
		t.Fatalf("%+v, %v", saved, err)
	}
	f := b.file(t)
	if value(f, qualification.StepBody, "representant_nom") != "Alix Morel" || len(f.Amendments) != 1 || len(f.Amendments[0].Fields) != 2 {
		t.Fatalf("%+v", f.Amendments)
	}
	if saved, err := b.SaveOffer(ctx, b.Candidate, qualification.OfferForm{Presentation: "Autrement.", Modes: []string{"collectif"}, Audiences: []string{"jeunes"}, Prices: "5 €", Left: "rien"}); err != nil || saved.Waits {
		t.Errorf("%+v, %v", saved, err)
	}
	if f := b.file(t); f.Presentation != "Autrement." || f.State != structure.Qualified {
		t.Errorf("%+v", f.Dossier)
	}
	if o, err := b.Step(ctx, b.Candidate, qualification.StepBody); err != nil || o.Content["representant_nom"] != "Dominique Roy" || o.Waiting == nil {
		t.Errorf("what was asked is not asked again with the next change: %+v, %v", o.Content, err)
	}
	change := f.Amendments[0].ID
	if err := b.AcceptAmendment(ctx, b.Operator, b.Mediatheque, change, ""); !errors.Is(err, qualification.ErrNoAmendment) {
		t.Errorf("another structure's change: %v", err)
	}
	if err := b.AcceptAmendment(ctx, b.Finance, id, change, ""); !fault.Is(err, fault.KindForbidden) {
		t.Error(err)
	}
	if err := b.WithdrawAmendment(ctx, b.Mediateur, change); !errors.Is(err, qualification.ErrNoAmendment) {
		t.Errorf("another structure took it back: %v", err)
	}
	if err := b.RefuseAmendment(ctx, b.Operator, id, change, ""); !fault.Is(err, fault.KindInvalid) {
		t.Error(err)
	}
	if err := b.AcceptAmendment(ctx, b.Operator, id, change, ""); err != nil {
		t.Fatal(err)
	}
	if f := b.file(t); value(f, qualification.StepBody, "representant_nom") != "Dominique Roy" || value(f, qualification.StepBody, "rna") != "W231000123" || len(f.Amendments) != 0 {
		t.Errorf("%+v", f.Parts)
	}
	if err := b.Suspend(ctx, b.Operator, id, qualification.Grounds{Reasons: []string{"signalements"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.SaveOffer(ctx, b.Candidate, qualification.OfferForm{Presentation: "Corrigée.", Modes: []string{"collectif"}, Audiences: []string{"jeunes"}, Prices: "5 €", Left: "rien"}); err != nil {
		t.Fatal(err)
	}
	if f := b.file(t); f.Presentation != "Corrigée." || f.State != structure.Suspended || b.as(b.Candidate, `UPDATE structures SET state = 'brouillon' WHERE organisation_id = @id`) == nil {
		t.Errorf("a suspended structure corrects its file and decides nothing: %+v", f.Dossier)
	}
	if n := b.Count(`SELECT count(*) FROM mail_outbox WHERE recipient = 'candidat@exemple.test' AND subject = 'Votre changement est accepté'`); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestAChangeIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	b := qualified(t)
	ctx, id := t.Context(), b.Candidate.OrganisationID
	if _, err := b.SaveBody(ctx, b.Candidate, bodyForm("Dominique Roy")); err != nil {
		t.Fatal(err)
	}
	change := b.file(t).Amendments[0].ID
	errs := make([]error, 6)
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() {
			switch i % 3 {
			case 0:
				errs[i] = b.AcceptAmendment(ctx, b.Operator, id, change, "")
			case 1:
				errs[i] = b.RefuseAmendment(ctx, b.Operator, id, change, "Non")
			default:
				errs[i] = b.WithdrawAmendment(ctx, b.Candidate, change)
			}
		})
	}
	wait.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else if !errors.Is(err, qualification.ErrAnswered) {
			t.Error(err)
		}
	}
	if done != 1 {
		t.Errorf("%d answers", done)
	}
}

func TestASIRETWaitsAndIsNobodyElses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.complete(t)
	ctx, id := t.Context(), b.Candidate.OrganisationID
	taken := bodyForm("Alix Morel")
	taken.SIRET = b.siret(b.Mediatheque)
	if _, err := b.SaveBody(ctx, b.Candidate, taken); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("somebody else's SIRET: %v", err)
	}
	moved := bodyForm("Alix Morel")
	moved.SIRET = "55210055400021"
	saved, err := b.SaveBody(ctx, b.Candidate, moved)
	if err != nil || !saved.Waits || b.siret(id) != "55210055400013" {
		t.Fatalf("%+v, %v", saved, err)
	}
	if f := b.file(t); value(f, qualification.StepBody, "rna") != "W231000123" {
		t.Error("what does not wait was not saved")
	}
	if err := b.AcceptAmendment(ctx, b.Operator, id, b.file(t).Amendments[0].ID, "Déménagement"); err != nil {
		t.Fatal(err)
	}
	if n := b.Count(`SELECT count(*) FROM places WHERE structure_id = $1 AND structure_siret = '55210055400021'`, id); b.siret(id) != "55210055400021" || n != 1 {
		t.Errorf("%s, %d places", b.siret(id), n)
	}
}

func (b bench) siret(id uuid.UUID) (siret string) {
	if err := b.Owner.QueryRow(b.T.Context(), `SELECT siret FROM organisations WHERE id = $1`, id).Scan(&siret); err != nil {
		b.T.Fatal(err)
	}
	return siret
}

func TestTheDatabaseMakesItWait(t *testing.T) {
	t.Parallel()
	b := qualified(t)
	for _, statement := range []string{
		`INSERT INTO file_versions (structure_id, id, step, content, saved_at, saved_by_name) VALUES (@id, gen_random_uuid(), 'organisation', '{}', now(), 'X')`,
		`INSERT INTO file_versions (structure_id, id, step, content, saved_at, saved_by_name) VALUES (@id, gen_random_uuid(), 'eligibilite', '{}', now(), 'X')`,
		`UPDATE organisations SET kind = 'commune' WHERE id = @id`,
	} {
		if err := b.as(b.Candidate, statement); err == nil {
			t.Errorf("allowed: %s", statement)
		}
	}
}

func (b bench) as(who identity.Actor, statement string) error {
	ctx := b.T.Context()
	return b.DB.InOrganisation(ctx, who, func(tx *postgres.Tx) error {
		_, err := postgres.Do(ctx, tx, statement, postgres.Args{"id": who.OrganisationID})
		return err
	})
}

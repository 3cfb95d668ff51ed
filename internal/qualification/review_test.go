package qualification_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/qualification"
	"passnum/internal/structure"
)

func (b bench) state(t *testing.T) structure.State {
	t.Helper()
	return b.review(t).State
}

// qualified is the candidate, qualified for two years.
func (b bench) qualified(t *testing.T) uuid.UUID {
	t.Helper()
	r := b.submitted(t)
	if err := b.Qualify(t.Context(), b.Operator, r.OrganisationID, *r.SubmittedAt, 24); err != nil {
		t.Fatal(err)
	}
	return r.OrganisationID
}

func TestCorrectionsGoBackAndForth(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, ctx := b.submitted(t).OrganisationID, t.Context()
	flags := []qualification.Flag{
		{Step: qualification.StepOffer, Field: "presentation", Label: "Présentation", Sentence: "Dites qui accompagne."},
		{Step: qualification.StepPlaces, Label: "Lieux et services", Sentence: "Les horaires manquent."}, {Step: "role", Sentence: "  "},
	}
	if err := b.AskCorrections(ctx, b.Operator, id, flags[2:], "Bonjour"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("nothing to correct: %v", err)
	}
	if err := b.AskCorrections(ctx, b.Finance, id, flags, ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("finance asked: %v", err)
	}
	if err := b.AskCorrections(ctx, b.Operator, id, flags, "Bonjour"); err != nil {
		t.Fatal(err)
	}
	if b.state(t) != structure.Corrections {
		t.Errorf("state %s", b.state(t))
	}
	list, err := b.Corrections(ctx, b.Candidate)
	if err != nil || len(list) != 2 || !list[0].Open() {
		t.Fatalf("%+v, %v", list, err)
	}
	if n := b.Count(`SELECT count(*) FROM mail_outbox WHERE recipient = 'candidat@exemple.test'`); n != 1 {
		t.Errorf("%d mails", n)
	}
	// Asked again, a field is flagged once.
	if err := b.AskCorrections(ctx, b.Operator, id, flags[:1], ""); err != nil {
		t.Fatal(err)
	}
	if list, _ = b.Corrections(ctx, b.Candidate); len(list) != 2 {
		t.Errorf("%d corrections", len(list))
	}
	if err := b.AnswerCorrection(ctx, b.Candidate, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := b.AnswerCorrection(ctx, b.Candidate, list[0].ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("answered twice: %v", err)
	}
	b.Travel(time.Hour)
	if err := b.Submit(ctx, b.Candidate); err != nil {
		t.Fatal(err)
	}
	r := b.review(t)
	if r.State != structure.Submitted || slices.ContainsFunc(r.Corrections, qualification.Correction.Open) {
		t.Errorf("%s, %+v", r.State, r.Corrections)
	}
	if err := b.Qualify(ctx, b.Operator, id, *r.SubmittedAt, 12); err != nil {
		t.Error(err)
	}
}

func TestCorrectionsOfAQualifiedStructureLeaveItQualified(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, ctx := b.qualified(t), t.Context()
	flag := []qualification.Flag{{Step: qualification.StepCharter, Label: "Charte", Sentence: "À relire."}}
	if err := b.AskCorrections(ctx, b.Operator, id, flag, ""); err != nil {
		t.Fatal(err)
	}
	r := b.review(t)
	if r.State != structure.Qualified || len(r.Corrections) != 1 {
		t.Fatalf("%s, %d corrections", r.State, len(r.Corrections))
	}
	if err := b.WithdrawCorrection(ctx, b.Operator, b.Mediatheque, r.Corrections[0].ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another structure's: %v", err)
	}
	if err := b.WithdrawCorrection(ctx, b.Operator, id, r.Corrections[0].ID); err != nil {
		t.Fatal(err)
	}
	if left := b.review(t).Corrections; len(left) != 0 {
		t.Errorf("%+v", left)
	}
	if err := b.AskCorrections(ctx, b.Operator, uuid.New(), nil, ""); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("unknown file: %v", err)
	}
}

func TestMessagesBothWays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, ctx := b.submitted(t).OrganisationID, t.Context()
	if err := b.Write(ctx, b.Candidate, " "); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("empty message: %v", err)
	}
	if err := b.Write(ctx, b.Candidate, "Le RIB est joint.\r\n\r\nMerci"); err != nil {
		t.Fatal(err)
	}
	r := b.review(t)
	if len(r.Thread.Messages) != 1 || r.Thread.Unread != 1 || r.Thread.Messages[0].Body != "Le RIB est joint.\n\nMerci" {
		t.Fatalf("%+v", r.Thread)
	}
	b.Travel(time.Minute)
	if err := b.Answer(ctx, b.Operator, id, "Bien reçu."); err != nil {
		t.Fatal(err)
	}
	if r = b.review(t); r.Thread.Unread != 0 {
		t.Error("an answered message waits")
	}
	for _, want := range []int{1, 0} {
		own, err := b.OwnThread(ctx, b.Candidate, uuid.Nil)
		if err != nil || own.Unread != want || len(own.Messages) != 2 {
			t.Fatalf("%+v, %v", own, err)
		}
		b.Travel(time.Minute)
	}
	earlier, err := b.Earlier(ctx, b.Operator, id, r.Thread.Messages[1].ID)
	if err != nil || len(earlier.Messages) != 1 {
		t.Errorf("%+v, %v", earlier, err)
	}
	if err := b.Answer(ctx, b.Operator, b.Departement, "Bonjour"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("no file there: %v", err)
	}
	if n := b.Count(`SELECT count(*) FROM mail_outbox WHERE body_text LIKE '%RIB est joint%' OR body_text LIKE '%Bien reçu%'`); n != 0 {
		t.Error("a mail carries the message itself")
	}
	// A structure neither speaks for the operator nor rewrites what was said.
	for _, statement := range []string{
		`INSERT INTO review_messages (structure_id, id, at, side, account_id, author_name, body) VALUES (@id, gen_random_uuid(), now(), 'operateur', @id, 'x', 'Accepté')`,
		`UPDATE review_messages SET body = '' WHERE structure_id = @id`, `UPDATE structures SET valid_until = '2099-01-01' WHERE organisation_id = @id`,
		`UPDATE file_corrections SET sentence = 'x' WHERE structure_id = @id`,
	} {
		err := b.DB.InOrganisation(ctx, b.Candidate, func(tx *postgres.Tx) error {
			_, err := postgres.Do(ctx, tx, statement, postgres.Args{"id": id})
			return err
		})
		if err == nil {
			t.Errorf("allowed: %s", statement)
		}
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	if err := b.SaveTemplate(ctx, b.Operator, uuid.Nil, "Bienvenue", "Bonjour à vous."); err != nil {
		t.Fatal(err)
	}
	if err := b.SaveTemplate(ctx, b.Operator, uuid.Nil, "Bienvenue", "Encore"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("same title: %v", err)
	}
	if err := b.SaveTemplate(ctx, b.Operator, uuid.New(), "", ""); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("unknown: %v", err)
	}
	list, err := b.Templates(ctx, b.Operator)
	if err != nil || len(list) != 6 {
		t.Fatalf("%d templates, %v", len(list), err)
	}
	if err := b.RemoveTemplate(ctx, b.Operator, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := b.RemoveTemplate(ctx, b.Operator, list[0].ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	if _, err := b.Templates(ctx, b.Candidate); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a structure reads them: %v", err)
	}
}

func TestDequalificationIsToldBeforeAndEndsEverything(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, ctx := b.qualified(t), t.Context()
	if err := b.structures.Agree(ctx, b.Commanditaire, id); err != nil {
		t.Fatal(err)
	}
	effects, err := b.Effects(ctx, b.Operator, id, qualification.Dequalified)
	if err != nil || !slices.ContainsFunc(effects, func(e qualification.Effect) bool {
		return e.About == "Lieux affichés" && strings.HasPrefix(e.Value, "1")
	}) {
		t.Errorf("%+v, %v", effects, err)
	}
	stopped := ""
	files := qualification.NewService(b.DB, qualification.Options{Queue: b.Queue, BaseURL: b.BaseURL,
		OnStopped: func(_ context.Context, _ *postgres.Tx, structure uuid.UUID, reason string) error {
			stopped = structure.String() + " " + reason
			return nil
		}})
	if err := files.Dequalify(ctx, b.Operator, id, qualification.Grounds{Reasons: []string{"autre"}}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("no reason: %v", err)
	}
	if err := files.Dequalify(ctx, b.Operator, id, qualification.Grounds{Reasons: []string{"cessation"}, Sentence: "Merci pour ces années."}); err != nil {
		t.Fatal(err)
	}
	if stopped != id.String()+" La structure a cessé son activité. Merci pour ces années." {
		t.Errorf("others heard %q", stopped)
	}
	if b.Count(`SELECT count(*) FROM places WHERE structure_id = $1 AND published`, id) != 0 {
		t.Error("its places are still shown")
	}
	if err := b.Submit(ctx, b.Candidate); !fault.Is(err, fault.KindConflict) {
		t.Errorf("it applied again by itself: %v", err)
	}
	if err := b.Reinstate(ctx, b.Operator, id); !fault.Is(err, fault.KindConflict) {
		t.Errorf("reinstated: %v", err)
	}
	if err := b.Reopen(ctx, b.Operator, id); err != nil {
		t.Fatal(err)
	}
	if err := b.Submit(ctx, b.Candidate); err != nil {
		t.Fatal(err)
	}
	r := b.review(t)
	if err := b.Qualify(ctx, b.Operator, id, *r.SubmittedAt, 5); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("for five months: %v", err)
	}
	if err := b.Qualify(ctx, b.Operator, id, *r.SubmittedAt, 36); err != nil {
		t.Error(err)
	}
	if n := len(b.review(t).Decisions); n != 4 {
		t.Errorf("%d decisions", n)
	}
}

// TestTwoReviewersDecideOnce races two decisions on one file.
func TestTwoReviewersDecideOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := b.submitted(t)
	results := make(chan error, 8)
	for i := range 8 {
		go func() {
			if i%2 == 0 {
				results <- b.Qualify(t.Context(), b.Operator, r.OrganisationID, *r.SubmittedAt, 24)
				return
			}
			results <- b.Refuse(t.Context(), b.Operator, r.OrganisationID, qualification.Grounds{Reasons: []string{"pieces"}})
		}()
	}
	won := 0
	for range 8 {
		if err := <-results; err == nil {
			won++
		} else if !fault.Is(err, fault.KindConflict) {
			t.Error(err)
		}
	}
	if won != 1 || len(b.review(t).Decisions) != 1 {
		t.Errorf("%d decisions won", won)
	}
}

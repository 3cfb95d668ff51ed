package qualification_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"passnum/internal/postgres"
	"passnum/internal/qualification"
	"passnum/internal/qualification/document"
	"passnum/internal/structure"
	"passnum/internal/testworld/filetest"
	"passnum/internal/upload"
)

// saves is one save of each step, different every time.
func (b bench) saves(t *testing.T, papers *document.Service, turn int) map[string]func() error {
	ctx, who, word := t.Context(), b.Candidate, fmt.Sprint(turn)
	only := func(_ qualification.Saved, err error) error { return err }
	return map[string]func() error{
		qualification.StepRole: func() error {
			return only(b.SaveRole(ctx, who, qualification.RoleForm{Quality: qualification.RoleLegal, Function: "Directrice " + word, Recognised: true}))
		},
		qualification.StepBody:        func() error { return only(b.SaveBody(ctx, who, bodyForm("Alix "+word))) },
		qualification.StepContact:     func() error { return only(b.SaveContact(ctx, who, filetest.Contact(who.Email))) },
		qualification.StepEligibility: func() error { return only(b.SaveEligibility(ctx, who, filetest.Answers())) },
		qualification.StepOffer: func() error {
			return only(b.SaveOffer(ctx, who, qualification.OfferForm{Presentation: word, Modes: []string{"collectif"}, Audiences: []string{"jeunes"}, Prices: "5 €", Left: "rien"}))
		},
		qualification.StepCharter: func() error { return b.Commit(ctx, who, filetest.Commitment()) },
		qualification.StepBank: func() error {
			return b.structures.SaveBank(ctx, who, structure.BankForm{Holder: "Tiers-lieu " + word, IBAN: goodIBAN, BIC: "PSSTFRPPBOR"})
		},
		qualification.StepDocuments: func() error {
			_, err := papers.Put(ctx, who, document.RIB, "rib.pdf", []byte("%PDF-1.7\n1 0 obj\nendobj\n% "+word+"\n%%EOF\n"))
			return err
		},
	}
}

// Every step, from every state: an open file is written and answers what was asked
// of that step; one that is read or over is not.
func TestEveryStepFromEveryState(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.complete(t)
	vault, err := upload.NewVault("", make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	papers := document.NewService(b.DB, upload.Gate{}, vault).Kept(qualification.PaperAnswers)
	id := b.Candidate.OrganisationID
	for turn, state := range []structure.State{structure.Draft, structure.Submitted, structure.Corrections, structure.Refused, structure.Qualified, structure.Suspended, structure.Dequalified} {
		if state == structure.Qualified {
			b.Exec(`UPDATE structures SET state = 'brouillon' WHERE organisation_id = $1`, id)
			if err := b.Submit(t.Context(), b.Candidate); err != nil {
				t.Fatal(err)
			}
			if err := b.Qualify(t.Context(), b.Operator, id, *b.review(t).SubmittedAt, 24); err != nil {
				t.Fatal(err)
			}
		}
		for step, save := range b.saves(t, papers, turn) {
			field := map[string]string{qualification.StepDocuments: document.RIB, qualification.StepBank: "titulaire"}[step]
			b.Exec(`UPDATE file_corrections SET withdrawn_at = now() WHERE withdrawn_at IS NULL`)
			b.Exec(`INSERT INTO file_corrections (structure_id, id, step, field, label, sentence, asked_at, asked_by, asked_by_name) VALUES ($1, $2, $3, $4, 'X', 'À revoir', $5, $2, 'X')`,
				id, postgres.NewID(), step, field, b.Now())
			b.Exec(`UPDATE structures SET state = $2 WHERE organisation_id = $1`, id, state)
			err := save()
			writable := state.Open() || step == qualification.StepDocuments || step != qualification.StepBank && (state == structure.Qualified || state == structure.Suspended)
			switch {
			case writable && err != nil:
				t.Errorf("%s, %s: %v", state, step, err)
			// An account in force is changed under a password, that this bench never knows.
			case !writable && !errors.Is(err, structure.ErrClosed) && (step != qualification.StepBank || err == nil):
				t.Errorf("%s, %s: written (%v)", state, step, err)
			}
			if open := b.Count(`SELECT count(*) FROM file_corrections WHERE withdrawn_at IS NULL AND answered_at IS NULL`); writable != (open == 0) {
				t.Errorf("%s, %s: %d corrections wait", state, step, open)
			}
		}
	}
}

// What is saved while the file is sent or decided waits, then is refused: the
// operator decides on what was read.
func TestASaveDoesNotSlipUnderADecision(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.complete(t)
	saved := make(chan error, 1)
	err := b.DB.InPlatform(t.Context(), b.Operator, "essai", func(tx *postgres.Tx) error {
		err := postgres.Must(t.Context(), tx, `UPDATE structures SET state = 'soumise', submitted_at = now() WHERE organisation_id = @id`, postgres.Args{"id": b.Candidate.OrganisationID})
		go func() { saved <- b.saves(t, nil, 1)[qualification.StepOffer]() }()
		for deadline := time.Now().Add(20 * time.Second); len(saved) == 0 && time.Now().Before(deadline); {
			if b.Count(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) > 0 {
				break
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-saved; !errors.Is(err, structure.ErrClosed) {
		t.Errorf("saved in a file that had just been sent: %v", err)
	}
	if n := b.Count(`SELECT count(*) FROM file_versions WHERE step = 'offre'`); n != 1 {
		t.Errorf("%d versions", n)
	}
}

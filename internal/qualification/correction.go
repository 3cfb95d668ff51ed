package qualification

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// Correction is one thing of a file that the operator asks to correct.
type Correction struct {
	ID         uuid.UUID
	Step       string // the step of the file, as in its address
	Field      string // the field's name; empty for the whole step
	Label      string // what it is about, in French
	Sentence   string
	AskedAt    time.Time
	AnsweredAt *time.Time
}

// Open reports whether the structure has not answered yet.
func (c Correction) Open() bool { return c.AnsweredAt == nil }

// Flag is a correction that is about to be asked.
type Flag struct{ Step, Field, Label, Sentence string }

// ErrNoCorrection hides corrections that do not exist, or are over.
var ErrNoCorrection = fault.New(fault.KindNotFound, "Cette correction n’est pas demandée, ou ne l’est plus.")

// correctionsOf lists what was asked of a structure and not withdrawn, the open
// ones first, then the newest.
func correctionsOf(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]Correction, error) {
	list, err := postgres.All[Correction](ctx, tx, `
		SELECT id, step, field, label, sentence, asked_at, answered_at FROM file_corrections
		WHERE structure_id = @id AND withdrawn_at IS NULL ORDER BY answered_at IS NOT NULL, asked_at DESC, id LIMIT 100`,
		postgres.Args{"id": structure})
	return list, fault.Wrap(err, "read corrections")
}

// answerCorrections notes that a structure did what was asked on a step (every
// step when it is empty), in the transaction that did it.
func answerCorrections(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, step string) error {
	_, err := postgres.Do(ctx, tx, `
		UPDATE file_corrections SET answered_at = @now
		WHERE structure_id = @id AND (@step = '' OR step = @step) AND answered_at IS NULL AND withdrawn_at IS NULL`,
		postgres.Args{"now": tx.Now(), "id": structure, "step": step})
	return fault.Wrap(err, "answer corrections")
}

// BankAnswers notes that a structure did what was asked on its account, in the
// transaction that declares another.
func BankAnswers(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) error {
	return answerCorrections(ctx, tx, structure, StepBank)
}

// PaperAnswers notes that a structure did what was asked on one of its papers, in
// the transaction that keeps another.
func PaperAnswers(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, kind string) error {
	_, err := postgres.Do(ctx, tx, `
		UPDATE file_corrections SET answered_at = @now
		WHERE structure_id = @id AND step = @step AND field = @kind AND answered_at IS NULL AND withdrawn_at IS NULL`,
		postgres.Args{"now": tx.Now(), "id": structure, "step": StepDocuments, "kind": kind})
	return fault.Wrap(err, "answer corrections on a paper")
}

// Corrections lists what is asked of the actor's own structure.
func (s *Service) Corrections(ctx context.Context, actor identity.Actor) (list []Correction, err error) {
	if err := actor.May(identity.StructureWrite); err != nil {
		return nil, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = correctionsOf(ctx, tx, actor.OrganisationID)
		return err
	})
	return list, fault.Wrap(err, "list corrections")
}

// AnswerCorrection says that one correction is done, where no form of the file
// could tell; ErrNoCorrection.
func (s *Service) AnswerCorrection(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.StructureWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		n, err := postgres.Do(ctx, tx, `
			UPDATE file_corrections SET answered_at = @now WHERE structure_id = @structure AND id = @id AND answered_at IS NULL AND withdrawn_at IS NULL`,
			postgres.Args{"now": tx.Now(), "structure": actor.OrganisationID, "id": id})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoCorrection
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "correction faite", SubjectKind: "structure", SubjectID: actor.OrganisationID})
	})
	return fault.Wrap(err, "answer correction")
}

// AskCorrections flags fields of a file. A file that is being read goes back to
// the structure; a qualified structure stays qualified and amends its file. It
// returns structure.ErrMoved when the file is neither.
func (s *Service) AskCorrections(ctx context.Context, actor identity.Actor, id uuid.UUID, flags []Flag, note string) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "corrections demandées", func(tx *postgres.Tx) error {
		d, err := structure.ReadDossier(ctx, tx, id)
		if err != nil {
			return err
		}
		flags, err := checkFlags(flags, note)
		if err != nil {
			return err
		}
		if err := returned(ctx, tx, d); err != nil {
			return err
		}
		for _, f := range flags {
			if err := flag(ctx, tx, actor, id, f); err != nil {
				return err
			}
		}
		return s.toldCorrections(ctx, tx, actor, d, flags, strings.TrimSpace(note))
	})
	return fault.Wrap(err, "ask corrections")
}

// checkFlags keeps the flags that say something; every refusal at once.
func checkFlags(flags []Flag, note string) ([]Flag, error) {
	var kept []Flag
	var c fault.Collector
	for _, f := range flags {
		if f.Sentence = strings.TrimSpace(f.Sentence); f.Sentence == "" {
			continue
		}
		c.Check(len([]rune(f.Sentence)) <= 600, FlagName(f.Step, f.Field), "Raccourcissez\u00a0: 600 caractères au plus. Le reste va dans le message.")
		kept = append(kept, f)
	}
	c.Check(len(kept) > 0, "note", "Dites ce qui est à corriger, en face d’une information au moins.")
	c.Check(len([]rune(note)) <= 2000, "note", "Raccourcissez ce message\u00a0: 2\u202f000 caractères au plus.")
	return kept, c.Err()
}

// FlagName is the name of the form's field that flags a field of a file.
func FlagName(step, field string) string { return "corriger." + step + "." + field }

// returned gives a file that is being read back to its structure.
func returned(ctx context.Context, tx *postgres.Tx, d structure.Dossier) error {
	n, err := postgres.Do(ctx, tx, `
		UPDATE structures SET state = CASE WHEN state = 'soumise' THEN 'corrections' ELSE state END
		WHERE organisation_id = @id AND state IN ('soumise', 'corrections', 'qualifiee', 'suspendue')`, postgres.Args{"id": d.OrganisationID})
	if err == nil && n == 0 {
		return structure.ErrMoved
	}
	return err
}

// flag asks one correction; one that is open on the same field is replaced.
func flag(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, f Flag) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO file_corrections (structure_id, id, step, field, label, sentence, asked_at, asked_by, asked_by_name)
		VALUES (@structure, @id, @step, @field, @label, @sentence, @now, @by, @name)
		ON CONFLICT (structure_id, step, field) WHERE answered_at IS NULL AND withdrawn_at IS NULL
		DO UPDATE SET sentence = excluded.sentence, label = excluded.label, asked_at = excluded.asked_at, asked_by = excluded.asked_by, asked_by_name = excluded.asked_by_name`,
		postgres.Args{"structure": id, "id": postgres.NewID(), "step": f.Step, "field": f.Field, "label": f.Label, "sentence": f.Sentence,
			"now": tx.Now(), "by": actor.AccountID, "name": actor.Name})
	return fault.Wrap(err, "ask correction")
}

// toldCorrections writes what is asked in the history, the thread and a mail.
func (s *Service) toldCorrections(ctx context.Context, tx *postgres.Tx, actor identity.Actor, d structure.Dossier, flags []Flag, note string) error {
	lines := make([]string, len(flags))
	labels := make([]string, len(flags))
	for i, f := range flags {
		lines[i], labels[i] = "– "+f.Label+"\u00a0: "+f.Sentence, f.Label
	}
	body := strings.TrimSpace(note + "\n\n" + strings.Join(lines, "\n"))
	if err := addMessage(ctx, tx, actor, d.OrganisationID, FromOperator, "corrections", body); err != nil {
		return err
	}
	if err := addDecision(ctx, tx, actor, d.OrganisationID, decided{decision: AskedCorrections, reasons: labels, sentence: note}); err != nil {
		return err
	}
	act := audit.Act{Name: "corrections demandées", SubjectKind: "structure", SubjectID: d.OrganisationID, Parties: []uuid.UUID{d.OrganisationID}, Detail: map[string]any{"sur": labels}}
	if err := audit.Record(ctx, tx, actor, act); err != nil {
		return err
	}
	return s.tellResponsables(ctx, tx, d.OrganisationID, letter{
		subject: "Des corrections sont demandées sur votre dossier",
		body: []string{fmt.Sprintf("L’opérateur a lu le dossier de %s. Il demande %s\u00a0: %s.", d.Name,
			french.Count(len(flags), "correction", "corrections"), french.List(labels))},
		label: "Voir ce qui est à corriger", path: "/structure/messages",
	})
}

// WithdrawCorrection gives up asking for a correction; ErrNoCorrection.
func (s *Service) WithdrawCorrection(ctx context.Context, actor identity.Actor, structure, id uuid.UUID) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "correction retirée", func(tx *postgres.Tx) error {
		n, err := postgres.Do(ctx, tx, `
			UPDATE file_corrections SET withdrawn_at = @now WHERE structure_id = @structure AND id = @id AND answered_at IS NULL AND withdrawn_at IS NULL`,
			postgres.Args{"now": tx.Now(), "structure": structure, "id": id})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoCorrection
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "correction retirée", SubjectKind: "structure", SubjectID: structure, Parties: []uuid.UUID{structure}})
	})
	return fault.Wrap(err, "withdraw correction")
}

package demo

import (
	"context"
	"fmt"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/qualification"
	"passnum/internal/structure"
)

// fillFiles writes the steps of every file: those of the qualified structures
// whole, the candidate's half-way.
func (w *world) fillFiles(ctx context.Context) error {
	for _, o := range organisations {
		if !o.is.Structure || o.key == "candidat" {
			continue
		}
		if err := w.pastSteps(ctx, o); err != nil {
			return fmt.Errorf("file of %s: %w", o.key, err)
		}
	}
	return w.halfSteps(ctx)
}

// legal is who represents a body of the demonstration.
func legal(o organisation) (name, role string) {
	switch o.kind {
	case "commune", "epci":
		return "Hélène Vasseur", "maire"
	default:
		return "Alain Perrot", "président"
	}
}

// pastSteps are those of a file that was decided upon long ago.
func (w *world) pastSteps(ctx context.Context, o organisation) error {
	name, role := legal(o)
	content := []struct {
		step   string
		fields map[string]string
	}{
		{qualification.StepRole, map[string]string{"qualite": qualification.RoleLegal, "fonction": role, "reconnu": "oui"}},
		{qualification.StepBody, map[string]string{"siret": siret(o.serial), "type": o.kind, "representant_nom": name, "representant_qualite": role,
			"representant_courriel": "direction." + o.key + "@demo.passnum.test", "sans_rna": "oui"}},
		{qualification.StepContact, map[string]string{"organisation": o.name}},
		{qualification.StepEligibility, bestAnswers()},
		{qualification.StepOffer, map[string]string{"presentation": "Nous accueillons chacun à son rythme, seul ou en petit groupe.", "modes": "individuel,collectif",
			"publics": "tous,seniors", "tarifs": "Un chèque pour une heure en individuel ou un atelier.", "reste": "rien"}},
		{qualification.StepCharter, map[string]string{"charte": structure.CurrentCharter.Version, "cgu": structure.CurrentTerms.Version}},
	}
	return w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		for _, c := range content {
			_, err := postgres.Do(ctx, tx, `
				INSERT INTO file_versions (structure_id, id, step, content, saved_at, saved_by_name)
				SELECT @structure, @id, @step, @content, @now, @name WHERE EXISTS (SELECT FROM structures WHERE organisation_id = @structure)`,
				postgres.Args{"structure": w.orgs[o.key], "id": postgres.NewID(), "step": c.step, "content": c.fields, "now": tx.Now(), "name": name})
			if err != nil {
				return err
			}
		}
		_, err := postgres.Do(ctx, tx, `UPDATE structures SET terms_version = @terms, terms_accepted_at = charter_accepted_at WHERE organisation_id = @id`,
			postgres.Args{"terms": structure.CurrentTerms.Version, "id": w.orgs[o.key]})
		return err
	})
}

// bestAnswers are the first answer to each question of the questionnaire.
func bestAnswers() map[string]string {
	given := map[string]string{"version": qualification.QuestionnaireVersion}
	for _, q := range qualification.Questionnaire {
		given[q.Key] = q.Answers[0].Value
	}
	return given
}

// halfSteps is what the candidate has done: who they are, their organisation,
// the questionnaire.
func (w *world) halfSteps(ctx context.Context) error {
	files := qualification.NewService(w.db, qualification.Options{Queue: w.queue, Communes: w.index})
	who := w.actors["candidat"]
	for _, save := range []func(context.Context, identity.Actor) (qualification.Saved, error){
		func(ctx context.Context, a identity.Actor) (qualification.Saved, error) {
			return files.SaveRole(ctx, a, qualification.RoleForm{Quality: qualification.RoleOther, Function: "Coordinateur", Recognised: true})
		},
		func(ctx context.Context, a identity.Actor) (qualification.Saved, error) {
			return files.SaveBody(ctx, a, qualification.BodyForm{SIRET: siret(organisationOf("candidat").serial), Kind: "association", RNA: "W231000123",
				LegalName: "Odette Mercier", LegalRole: "présidente", LegalEmail: "presidente.lefil@demo.passnum.test"})
		},
		func(ctx context.Context, a identity.Actor) (qualification.Saved, error) {
			return files.SaveEligibility(ctx, a, bestAnswers())
		},
	} {
		if _, err := save(ctx, who); err != nil {
			return fmt.Errorf("file of the candidate: %w", err)
		}
	}
	return nil
}

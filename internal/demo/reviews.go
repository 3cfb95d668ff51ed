package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/qualification"
	"passnum/internal/structure"
)

// review leaves the operator something to read: a file that was sent, one that is
// to be corrected, messages, and two qualifications that come to their end.
func (w *world) review(ctx context.Context) error {
	files := qualification.NewService(w.db, qualification.Options{Queue: w.queue, Communes: w.index})
	if err := w.terms(ctx); err != nil {
		return err
	}
	for _, f := range []struct {
		key, presentation string
		sent              int // days ago
	}{
		{"fabrique", "Un atelier de fabrication ouvert à tous, avec deux médiatrices et un fablab. Nous accompagnons depuis 2019, seul ou en petit groupe.", -9},
		{"ludotheque", "La ludothèque municipale propose chaque semaine un temps d’aide aux démarches en ligne.", -20},
	} {
		if err := w.sendFile(ctx, files, f.key, f.presentation, w.at(f.sent, 10, 15)); err != nil {
			return fmt.Errorf("file of %s: %w", f.key, err)
		}
	}
	w.clock.now = w.at(-14, 9, 40)
	flags := []qualification.Flag{
		{Step: qualification.StepOffer, Field: "tarifs", Label: "Tarifs", Sentence: "Dites ce que coûte une heure d’aide, et ce qu’il reste à payer avec un chèque."},
		{Step: qualification.StepDocuments, Label: "Pièces justificatives", Sentence: "Il manque la délibération du conseil municipal."},
	}
	if err := files.AskCorrections(ctx, w.actors["admin"], w.orgs["ludotheque"], flags, "Bonjour, votre dossier est presque complet."); err != nil {
		return err
	}
	w.clock.now = w.at(-3, 16, 5)
	if err := files.Write(ctx, w.actors["fabrique"], "Bonjour,\nnotre dossier est envoyé depuis la semaine dernière. Faut-il autre chose ?"); err != nil {
		return err
	}
	w.clock.now = w.morning(8, 0)
	if _, err := files.Remind(ctx); err != nil {
		return err
	}
	w.queue.Waiting = w.queue.Waiting[:0]
	return nil
}

// terms says until when each structure of the story is qualified: one ends in
// twenty-five days, one is three days over.
func (w *world) terms(ctx context.Context) error {
	return w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		known, err := postgres.Values[uuid.UUID](ctx, tx, `
			UPDATE structures SET valid_until = CASE organisation_id WHEN @soon THEN @today::date + 25 WHEN @over THEN @today::date - 3
				ELSE ((qualified_at AT TIME ZONE 'Europe/Paris')::date + interval '24 months')::date END
			WHERE state = 'qualifiee' RETURNING organisation_id`,
			postgres.Args{"soon": w.orgs["bourganeuf"], "over": w.orgs["tapisserie"], "today": w.today})
		if err != nil {
			return err
		}
		for _, id := range known {
			_, err := postgres.Do(ctx, tx, `
				INSERT INTO qualification_decisions (structure_id, id, decision, months, valid_until, at, by_account, by_name)
				SELECT organisation_id, @id, 'qualifiee', 24, valid_until, qualified_at, @by, @name FROM structures WHERE organisation_id = @structure`,
				postgres.Args{"id": postgres.NewID(), "by": w.actors["admin"].AccountID, "name": w.actors["admin"].Name, "structure": id})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// sendFile fills a file in by its own steps, and sends it without its papers:
// the demonstration keeps none.
func (w *world) sendFile(ctx context.Context, files *qualification.Service, key, presentation string, at time.Time) error {
	who, o := w.actors[key], organisationOf(key)
	w.clock.now = at.Add(-time.Hour)
	err := w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		return structure.OpenDossier(ctx, tx, who.OrganisationID)
	})
	if err != nil {
		return err
	}
	answers := map[string]string{}
	for _, q := range qualification.Questionnaire {
		answers[q.Key] = q.Answers[0].Value
	}
	_, role := files.SaveRole(ctx, who, qualification.RoleForm{Quality: qualification.RoleLegal, Function: "Responsable", Recognised: true})
	_, body := files.SaveBody(ctx, who, qualification.BodyForm{SIRET: siret(o.serial), Kind: o.kind, WithoutRNA: true, LegalName: "Jeanne Rivière", LegalRole: "présidente", LegalEmail: "direction@equipe.demo.passnum.test"})
	_, eligibility := files.SaveEligibility(ctx, who, answers)
	_, offer := files.SaveOffer(ctx, who, qualification.OfferForm{Presentation: presentation, Modes: []string{"individuel", "collectif"}, Audiences: []string{"tous"}, Prices: "10 € l’heure", Left: "rien"})
	commitment := files.Commit(ctx, who, qualification.CommitmentForm{Charter: structure.CurrentCharter.Version, Accepted: true, Terms: structure.CurrentTerms.Version, AcceptsTerms: true})
	for _, err := range []error{role, body, eligibility, offer, commitment} {
		if err != nil {
			return err
		}
	}
	w.clock.now = at
	err = w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		return postgres.Must(ctx, tx, `UPDATE structures SET state = 'soumise', submitted_at = @now WHERE organisation_id = @id`, postgres.Args{"now": tx.Now(), "id": who.OrganisationID})
	})
	return fault.Wrap(err, "send file")
}

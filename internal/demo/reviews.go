package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	bodies "passnum/internal/organisation"
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
	for _, c := range candidates {
		if err := w.sendFile(ctx, files, c); err != nil {
			return fmt.Errorf("file of %s: %w", c.key, err)
		}
	}
	w.clock.now = w.at(-14, 9, 40)
	flags := []qualification.Flag{
		{Step: qualification.StepOffer, Field: "tarifs", Label: "Tarifs", Sentence: "Dites ce que coûte une heure d’aide, et ce qu’il reste à payer avec un chèque."},
		{Step: qualification.StepContact, Field: "telephone", Label: "Téléphone", Sentence: "Donnez un numéro où vous joindre aux heures d’ouverture."},
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

// candidate is a structure whose file was sent, some days ago.
type candidate struct {
	key, presentation, place string
	phone                    string
	hours                    string
	categories               []string
	sent                     int // days from today
}

var candidates = []candidate{
	{"fabrique", "Un atelier de fabrication ouvert à tous, avec deux médiatrices et un fablab. Nous accompagnons depuis 2019, seul ou en petit groupe.",
		"La Fabrique, atelier du rez-de-chaussée", "05 55 00 22 22", "Tu-Sa 10:00-18:00", []string{"1.1", "3.2"}, -9},
	{"ludotheque", "La ludothèque municipale propose chaque semaine un temps d’aide aux démarches en ligne.",
		"Ludothèque de La Souterraine", "05 55 00 23 23", "We,Sa 14:00-18:00", []string{"2.1"}, -20},
}

// sendFile fills a file in, step by step, and sends it.
func (w *world) sendFile(ctx context.Context, files *qualification.Service, c candidate) error {
	who, o := w.actors[c.key], organisationOf(c.key)
	w.clock.now = w.at(c.sent, 9, 15)
	err := w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		return structure.OpenDossier(ctx, tx, who.OrganisationID)
	})
	if err != nil {
		return err
	}
	if err := w.writeSteps(ctx, files, c, o); err != nil {
		return err
	}
	if err := w.structures.SaveBank(ctx, who, structure.BankForm{Holder: o.name, IBAN: iban(o.serial), BIC: "AGRIFRPP"}); err != nil {
		return err
	}
	if _, err := w.structures.AddPlace(ctx, who, structure.PlaceForm{Name: c.place, Referent: "Camille Roche", Phone: c.phone, OpeningHours: c.hours, Modes: allWays, Categories: c.categories, NothingToPay: true,
		Presentation: c.presentation, Address: place(o)}); err != nil {
		return err
	}
	if err := w.sendPapers(ctx, who, o); err != nil {
		return err
	}
	w.clock.now = w.at(c.sent, 10, 15)
	return files.Submit(ctx, who)
}

func (w *world) writeSteps(ctx context.Context, files *qualification.Service, c candidate, o organisation) error {
	who := w.actors[c.key]
	name, role := legal(o)
	email := "direction." + c.key + "@demo.passnum.test"
	_, asWhom := files.SaveRole(ctx, who, qualification.RoleForm{Quality: qualification.RoleLegal, Function: role, Recognised: true})
	_, body := files.SaveBody(ctx, who, qualification.BodyForm{SIRET: siret(o.serial), Kind: o.kind, WithoutRNA: true, LegalName: name, LegalRole: role, LegalEmail: email})
	_, contact := files.SaveContact(ctx, who, qualification.ContactForm{
		Identity: bodies.IdentityForm{Name: o.name, Address: place(o), ContactName: "Accueil", ContactEmail: email, ContactPhone: c.phone}})
	_, eligibility := files.SaveEligibility(ctx, who, bestAnswers())
	_, offer := files.SaveOffer(ctx, who, qualification.OfferForm{Presentation: c.presentation, Modes: allWays, Audiences: []string{"tous"}, Prices: "10 € l’heure", Left: "rien"})
	commitment := files.Commit(ctx, who, qualification.CommitmentForm{Charter: structure.CurrentCharter.Version, Accepted: true, Terms: structure.CurrentTerms.Version, AcceptsTerms: true})
	for _, err := range []error{asWhom, body, contact, eligibility, offer, commitment} {
		if err != nil {
			return err
		}
	}
	return nil
}

// place is where a body of the story is, as a person types it.
func place(o organisation) bodies.AddressForm {
	return bodies.AddressForm{Street: o.street, PostalCode: o.postal, Commune: o.town, CommuneCode: o.commune}
}

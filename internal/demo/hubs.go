package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/delegation"
	"passnum/internal/postgres"
	"passnum/internal/proposal"
	"passnum/internal/structure"
)

// animate tells who animates the network: a hub follows the seniors' order,
// structures ask to be agreed, a counter proposes some, and points are public.
func (w *world) animate(ctx context.Context) error {
	present := w.clock.now
	defer func() { w.clock.now = present }()
	w.clock.now = w.at(-40, 10, 0)
	if err := w.openPoints(ctx); err != nil {
		return err
	}
	if err := w.delegateSeniors(ctx); err != nil {
		return err
	}
	if err := w.proposeStructures(ctx); err != nil {
		return err
	}
	return w.askAgreements(ctx)
}

func (w *world) openPoints(ctx context.Context) error {
	return w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		for _, key := range []string{"gueret", "aubusson", "toulouse"} {
			if err := postgres.Must(ctx, tx, `UPDATE points SET is_public = true, public_note = 'Sans rendez-vous' WHERE id = @id`, postgres.Args{"id": w.points[key]}); err != nil {
				return err
			}
		}
		if err := postgres.Must(ctx, tx, `UPDATE organisations SET is_hub = true WHERE id = @id`, postgres.Args{"id": w.orgs["hub"]}); err != nil {
			return err
		}
		if _, err := postgres.Do(ctx, tx, `UPDATE orders SET own_handovers = 'ailleurs' WHERE title = 'Aidants familiaux'`, nil); err != nil {
			return err
		}
		_, err := postgres.Do(ctx, tx, `UPDATE orders SET documents_to_bring = E'Une pièce d’identité, seulement montrée\nUn avis d’imposition ou une attestation CAF' WHERE title IN ('Seniors et minima sociaux', 'Maisons des solidarités')`, nil)
		return err
	})
}

func (w *world) delegateSeniors(ctx context.Context) error {
	service := delegation.NewService(w.db, delegation.Options{Queue: w.queue, BaseURL: "https://demo.passnum.test"})
	var order uuid.UUID
	err := w.db.InOrganisation(ctx, w.actors["creuse"], func(tx *postgres.Tx) (err error) {
		order, err = postgres.Value[uuid.UUID](ctx, tx, `SELECT id FROM orders WHERE commanditaire_id = @me AND title = 'Seniors et minima sociaux'`, postgres.Args{"me": w.orgs["creuse"]})
		return err
	})
	if err != nil {
		return fmt.Errorf("find the order to delegate: %w", err)
	}
	_, err = service.Delegate(ctx, w.actors["creuse"], order, delegation.Form{HubID: w.orgs["hub"], StartsOn: w.at(-40, 0, 0), EndsOn: w.at(300, 0, 0),
		MayInvite: true, MayDecide: true, Purpose: "Réunir les guichets de la Creuse, trouver des structures là où il n’y en a pas."})
	return err
}

func (w *world) proposeStructures(ctx context.Context) error {
	service := proposal.NewService(w.db, w.index, proposal.Options{Queue: w.queue, BaseURL: "https://demo.passnum.test"})
	forms := []proposal.Form{
		{Name: "La Recyclerie de Bourganeuf", CommuneCode: "23030", Commune: "Bourganeuf", ContactName: "Anne Lavaud", ContactEmail: "anne@recyclerie.exemple.test", Why: "Ateliers de réparation, et une salle ouverte à tous le mercredi.", ByAdviser: true},
		{Name: "Foyer rural d’Aubusson", CommuneCode: "23008", Commune: "Aubusson", ContactEmail: "foyer@aubusson.exemple.test", Why: "Des bénévoles y aident déjà aux démarches en ligne."},
		{Name: "Association Le Fil numérique", CommuneCode: "23008", Commune: "Aubusson", SIRET: siret(21), Why: "Une association de quartier qui répare et qui apprend."},
		{Name: "Boutique Phone Express", CommuneCode: "23096", Commune: "Guéret", Why: "On y vend et on y répare des téléphones."},
	}
	for i, form := range forms {
		w.clock.now = w.at(-30+4*i, 11, 0)
		id, err := service.Propose(ctx, w.actors["aiguilleur"], form)
		if err == nil && i == 1 {
			err = service.Invite(ctx, w.actors["creuse"], id, form.ContactEmail)
		}
		if err == nil && i == 3 {
			err = service.Dismiss(ctx, w.actors["creuse"], id, "Un commerce, sans médiateur ni accueil du public.")
		}
		if err != nil {
			return fmt.Errorf("propose %s: %w", form.Name, err)
		}
	}
	return nil
}

func (w *world) askAgreements(ctx context.Context) error {
	service := structure.NewService(w.db, w.index, structure.Options{Queue: w.queue, BaseURL: "https://demo.passnum.test"})
	w.clock.now = w.at(-6, 15, 0)
	for _, asked := range []struct{ who, whom, message string }{
		{"structure", "garonne", "Nous accueillons des stagiaires de Toulouse chaque été."},
		{"begles", "creuse", "Notre bus numérique passe en Creuse un jeudi sur deux."},
	} {
		if err := service.Ask(ctx, w.actors[asked.who], w.orgs[asked.whom], asked.message); err != nil {
			return fmt.Errorf("ask for affiliation: %w", err)
		}
	}
	return nil
}

package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/allocation"
	"passnum/internal/identity"
	"passnum/internal/opposition"
	"passnum/internal/postgres"
)

// lose has one person lose a carnet, which is replaced, another one a carnet half
// used, and a commanditaire share out an order to come.
func (w *world) lose(ctx context.Context) error {
	losses := opposition.NewService(opposition.Deps{DB: w.db, Queue: w.queue, Keys: w.keys, Print: w.orders})
	w.clock.now = w.at(-3, 11, 20)
	o, err := w.lost(ctx, losses, w.actors["gueret"], "Seniors et minima sociaux", 0, "Sac oublié dans le car. La personne a gardé son talon.")
	if err != nil {
		return err
	}
	w.clock.now = w.at(-2, 9, 40)
	if err := losses.AskReplacement(ctx, w.actors["commanditaire"], o.ID); err != nil {
		return err
	}
	w.clock.now = w.at(-2, 14, 5)
	if _, err := losses.Replace(ctx, w.actors["admin"], o.ID); err != nil {
		return err
	}
	w.clock.now = w.at(-1, 10, 30)
	if err := losses.Ship(ctx, w.actors["admin"], o.ID, w.points["gueret"], "6A20260417"); err != nil {
		return err
	}
	w.clock.now = w.at(-1, 15, 10)
	if _, err := w.lost(ctx, losses, w.actors["ccasagen"], "Pass numérique de l’agglomération", 2, ""); err != nil {
		return err
	}
	w.clock.now = w.morning(8, 0)
	w.queue.Waiting = w.queue.Waiting[:0]
	return w.share(ctx)
}

// lost has a counter stop the first carnet of an order it gave that has so many
// chèques spent.
func (w *world) lost(ctx context.Context, losses *opposition.Service, counter identity.Actor, title string, spent int, note string) (opposition.Opposition, error) {
	var serial string
	err := w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) (err error) {
		serial, err = postgres.Value[string](ctx, tx, `
			SELECT k.serial FROM carnets k JOIN orders o ON o.commanditaire_id = k.commanditaire_id AND o.id = k.order_id
			WHERE o.title = @title AND k.aiguilleur_id = @counter AND k.state = 'remis' AND k.handed_over_at < @before
				AND (SELECT count(*) FROM cheques c WHERE c.commanditaire_id = k.commanditaire_id AND c.carnet_id = k.id AND c.state = 'utilise') = @spent
				AND (SELECT count(*) FROM cheques c WHERE c.commanditaire_id = k.commanditaire_id AND c.carnet_id = k.id AND c.state = 'actif') = 5 - @spent
			ORDER BY k.number LIMIT 1`,
			postgres.Args{"title": title, "counter": counter.OrganisationID, "before": tx.Now().AddDate(0, 0, -20), "spent": spent})
		return err
	})
	if err != nil {
		return opposition.Opposition{}, fmt.Errorf("find a carnet to lose: %w", err)
	}
	o, err := losses.Declare(ctx, counter, opposition.ByCounter, opposition.Declaration{
		Selection: opposition.Selection{Numbers: serial}, Cause: opposition.Loss, Note: note, Expected: 1})
	if err != nil {
		return o, fmt.Errorf("stop %s: %w", serial, err)
	}
	return o, nil
}

// share proposes how the young people's carnets go: ten per commune, the rest by
// population.
func (w *world) share(ctx context.Context) error {
	payer := w.actors["commanditaire"]
	plans := allocation.NewService(w.db, w.index)
	orders, _, err := plans.Choices(ctx, payer)
	if err != nil {
		return err
	}
	for _, o := range orders {
		if o.Title != "Jeunes en mission locale" {
			continue
		}
		_, err := plans.Propose(ctx, payer, allocation.Request{OrderID: o.ID, Total: o.Carnets, Fixed: 10, Basis: allocation.ByPopulation,
			PointIDs: []uuid.UUID{w.points["gueret"], w.points["gueret2"], w.points["aubusson"]}})
		return err
	}
	return fmt.Errorf("no order to share out")
}

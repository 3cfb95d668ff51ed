package demo

import (
	"context"
	"fmt"

	"passnum/internal/guidance"
	"passnum/internal/postgres"
)

// transports are how one comes to the places by bus, tram or train.
var transports = map[string]string{
	"mediatheque": "bus A et B, arrêt Médiathèque", "quincaillerie": "bus A, arrêt Pommeil", "tapisserie": "bus 2, arrêt Vaveix", "bourganeuf": "car 3, arrêt Place de l’Étang",
	"confluence": "transport à la demande, la veille avant 17 h", "mirail": "métro A, station Bellefontaine", "muret": "train, gare de Muret", "tapie": "bus 1, arrêt Scaliger",
	"begles": "tram C, arrêt Parc de Mussonville",
}

// guide gives the Creuse a parcours of its own, and has a part of its carnets
// given with an orientation, so that letters and mediators show some.
func (w *world) guide(ctx context.Context) error {
	service := guidance.NewService(w.db, w.keys, nil)
	step := func(entry, words string) guidance.Row { return guidance.Row{Entry: entry, Words: words} }
	own, err := service.Create(ctx, guidance.Commanditaires, w.actors["creuse"], guidance.Form{
		Title: "Mes démarches en Creuse", Summary: "Pour les retraités qui veulent faire leurs démarches sans attendre au guichet.",
		Levels: [3][]guidance.Row{
			{step("28", "Payer en ligne sans risque")},
			{step("44", "La souris et le clavier"), step("48", "Lire et envoyer un courriel"), step("87", "Ma retraite en ligne"), step("89", "Mes remboursements de santé")},
			{step("98", "Protéger mes informations")}},
	})
	if err != nil {
		return err
	}
	return w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		for key, text := range transports {
			if err := postgres.Must(ctx, tx, `UPDATE places SET transport = @text WHERE id = @id`, postgres.Args{"text": text, "id": w.places[key]}); err != nil {
				return fmt.Errorf("transport of %s: %w", key, err)
			}
		}
		// One hand-over in two with a parcours, one in six with services alone.
		_, err := postgres.Do(ctx, tx, `
			WITH chosen AS (SELECT id, entries FROM pathways WHERE id = @own
				UNION ALL (SELECT id, entries FROM pathways WHERE commanditaire_id IS NULL AND superseded_at IS NULL ORDER BY title LIMIT 4)),
			ranked AS (SELECT id, entries, row_number() OVER (ORDER BY id = @own DESC, id) - 1 AS n, count(*) OVER () AS total FROM chosen),
			given AS (SELECT h.commanditaire_id, h.id, row_number() OVER (ORDER BY h.serial, h.at) - 1 AS n FROM handovers h WHERE h.commanditaire_id = @creuse)
			UPDATE handovers h SET pathway_id = CASE WHEN g.n % 6 < 3 THEN r.id END, entries = r.entries[1:4]
			FROM given g JOIN ranked r ON r.n = g.n % r.total
			WHERE h.commanditaire_id = g.commanditaire_id AND h.id = g.id AND g.n % 6 < 4`,
			postgres.Args{"own": own.ID, "creuse": w.orgs["creuse"]})
		return err
	})
}

package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// portrait is what a place says of itself beyond its address.
type portrait struct {
	summary, transport, appointment     string
	languages, accessibility, cares     []string
	audiences, programmes, labels, ways []string
	read                                int // days since it was last confirmed
}

var portraits = map[string]portrait{
	"mediatheque": {"Une équipe à votre rythme, au milieu des livres.", "Bus 2, arrêt Médiathèque", "https://rdv.mediatheque.demo.passnum.test",
		[]string{"fr", "en", "ar"}, []string{"fauteuil", "boucle", "calme"}, []string{"Illettrisme", "Déficience visuelle"}, []string{"Seniors", "Familles et/ou enfants"},
		[]string{"Conseillers numériques", "Bibliothèques numérique de référence"}, nil, []string{"Se présenter", "Téléphoner", "Prendre un RDV en ligne"}, 12},
	"quincaillerie": {"On y fabrique, on y répare, on y apprend ensemble.", "Bus 1, arrêt Gare", "", []string{"fr", "en"}, []string{"fauteuil", "animaux"}, nil,
		[]string{"Jeunes", "Étudiants"}, []string{"Certification PIX"}, []string{"Fabriques de Territoire"}, []string{"Se présenter", "Téléphoner"}, 30},
	"tapisserie": {"Des ateliers à cinq personnes, sans jargon.", "Bus 2, arrêt Vaveix", "", []string{"fr", "pt"}, []string{"fauteuil"}, []string{"Illettrisme"},
		[]string{"Seniors"}, []string{"Aidants Connect", "Conseillers numériques"}, nil, []string{"Téléphoner"}, 45},
	"bourganeuf": {"Le Point Net vient près de chez vous, quatre fois par semaine.", "", "", []string{"fr", "uk"}, []string{"fauteuil"}, nil, nil,
		[]string{"Conseillers numériques"}, nil, []string{"Se présenter", "Téléphoner"}, 20},
	"confluence": {"Toutes vos démarches au même endroit.", "", "", []string{"fr"}, []string{"fauteuil", "calme"}, nil, nil, []string{"France Services", "Aidants Connect"}, nil,
		[]string{"Se présenter", "Téléphoner"}, 60},
	"mirail":     {"Au pied des immeubles, pour tout le quartier.", "Métro A, Bellefontaine", "", []string{"fr", "ar", "tr", "es"}, []string{"fauteuil"}, []string{"Langues étrangères (autres)"}, nil, []string{"Aidants Connect"}, nil, []string{"Se présenter"}, 8},
	"villeneuve": {"", "", "", []string{"fr"}, nil, nil, nil, nil, nil, nil, 192},
	"tapie":      {"", "", "", []string{"fr"}, nil, nil, nil, nil, nil, nil, 250},
	"begles":     {"De la souris à l’imprimante 3D.", "Tram C, arrêt Parc de Mussonville", "", []string{"fr", "es"}, []string{"fauteuil", "lsf"}, []string{"Surdité"}, []string{"Jeunes"}, nil, nil, []string{"Se présenter", "Téléphoner"}, 15},
}

// halts are where the Point Net of Bourganeuf stops.
var halts = []struct{ name, street, postal, town, insee, hours string }{
	{"Devant la mairie de Royère", "Place du 8-mai-1945", "23460", "Royère-de-Vassivière", "23165", "Tu 09:30-12:00"},
	{"Marché de Bénévent", "Place de la République", "23210", "Bénévent-l’Abbaye", "23021", "We 09:00-12:30"},
	{"Salle des fêtes de Sardent", "Rue du 19-mars-1962", "23250", "Sardent", "23168", "Th 14:00-17:00"},
}

// describePlaces gives places what their pages show, stops to one that travels,
// and what visitors say of them. One was last confirmed too long ago, another is
// asked to confirm.
func (w *world) describePlaces(ctx context.Context) error {
	return w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		for _, s := range spots {
			if err := w.portray(ctx, tx, s); err != nil {
				return fmt.Errorf("portrait of %s: %w", s.key, err)
			}
		}
		for _, step := range []func(context.Context, *postgres.Tx) error{w.halt, w.complain, w.know} {
			if err := step(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) portray(ctx context.Context, tx *postgres.Tx, s spot) error {
	p, told := portraits[s.key]
	if !told {
		p = portrait{languages: []string{"fr"}, read: 25}
	}
	list := func(words []string) []string { return append([]string{}, words...) }
	err := postgres.Must(ctx, tx, `
		UPDATE places SET summary = @summary, transport = @transport, appointment_url = @appointment, languages = @languages, accessibility = @accessibility,
			special_cares = @cares, audiences = @audiences, programmes = @programmes, labels = @labels, access_ways = @ways, positioned = 'adresse', confirmed_at = @read
		WHERE id = @id`,
		postgres.Args{"summary": p.summary, "transport": p.transport, "appointment": p.appointment, "languages": list(p.languages), "accessibility": list(p.accessibility),
			"cares": list(p.cares), "audiences": list(p.audiences), "programmes": list(p.programmes), "labels": list(p.labels), "ways": list(p.ways),
			"read": w.at(-p.read, 10, 0), "id": w.places[s.key]})
	if err != nil || !told {
		return err
	}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO place_offers (structure_id, place_id, entry, modes, minutes, price_cents, remains_cents, published)
		SELECT structure_id, id, e, CASE WHEN 'collectif' = ANY (modes) AND e % 3 = 0 THEN '{collectif}' ELSE '{}' END::text[], CASE WHEN e % 2 = 0 THEN 60 ELSE 90 END, 1000, 0, published
		FROM places, unnest(entries) AS e WHERE id = @id AND e % 4 <> 1`, postgres.Args{"id": w.places[s.key]})
	return err
}

func (w *world) halt(ctx context.Context, tx *postgres.Tx) error {
	for i, h := range halts {
		lat, lon, _, _ := w.index.Locate(h.insee)
		err := postgres.Must(ctx, tx, `
			INSERT INTO place_stops (structure_id, id, place_id, name, street, postal_code, town, insee, ancestors, latitude, longitude, opening_hours, published, rank)
			VALUES (@structure, @id, @place, @name, @street, @postal, @town, @insee, @ancestors, @lat, @lon, @hours, true, @rank)`,
			postgres.Args{"structure": w.orgs["bourganeuf"], "id": postgres.NewID(), "place": w.places["bourganeuf"], "name": h.name, "street": h.street, "postal": h.postal,
				"town": h.town, "insee": h.insee, "ancestors": w.index.Ancestors(h.insee), "lat": lat, "lon": lon, "hours": h.hours, "rank": i + 1})
		if err != nil {
			return fmt.Errorf("stop %s: %w", h.name, err)
		}
	}
	return postgres.Must(ctx, tx, `UPDATE places SET itinerant = true WHERE id = @id`, postgres.Args{"id": w.places["bourganeuf"]})
}

// complain leaves a report to a structure, and one that its own left too long.
func (w *world) complain(ctx context.Context, tx *postgres.Tx) error {
	for _, c := range []struct {
		spot, kind, message string
		days                int
		late                bool
	}{
		{"mediatheque", "horaires", "Fermé le mardi matin depuis septembre.", 2, false},
		{"muret", "contact", "Le téléphone sonne dans le vide.", 11, true},
	} {
		var escalated any
		if c.late {
			escalated = w.at(7-c.days, 6, 0)
		}
		err := postgres.Must(ctx, tx, `
			INSERT INTO place_reports (id, structure_id, place_id, kind, message, reported_at, escalated_at) VALUES (@id, @structure, @place, @kind, @message, @at, @escalated)`,
			postgres.Args{"id": postgres.NewID(), "structure": w.orgs[c.spot], "place": w.places[c.spot], "kind": c.kind, "message": c.message, "at": w.at(-c.days, 11, 30), "escalated": escalated})
		if err != nil {
			return fmt.Errorf("report on %s: %w", c.spot, err)
		}
	}
	return nil
}

// know adds places of the national data that nobody has here: one bears a
// structure's SIRET, another is asked for.
func (w *world) know(ctx context.Context, tx *postgres.Tx) error {
	var asked uuid.UUID
	for i, k := range []struct{ name, siret, street, postal, town, insee string }{
		{"Annexe de la médiathèque, Saint-Vaury", siret(12), "2 place de l’Église", "23320", "Saint-Vaury", "23247"},
		{"Espace public numérique de La Souterraine", "", "1 place Amédée-Lefaure", "23300", "La Souterraine", "23176"},
	} {
		lat, lon, _, _ := w.index.Locate(k.insee)
		asked = postgres.NewID()
		err := postgres.Must(ctx, tx, `
			INSERT INTO places (id, structure_name, structure_siret, name, street, postal_code, town, insee, ancestors, latitude, longitude, national_id, source, families,
				positioned, published, confirmed_at, created_at, updated_at)
			VALUES (@id, '', @siret, @name, @street, @postal, @town, @insee, @ancestors, @lat, @lon, @national, 'Données nationales', '{Aide aux démarches administratives}',
				'import', true, @read, @read, @read)`,
			postgres.Args{"id": asked, "siret": k.siret, "name": k.name, "street": k.street, "postal": k.postal, "town": k.town, "insee": k.insee,
				"ancestors": w.index.Ancestors(k.insee), "lat": lat, "lon": lon, "national": fmt.Sprintf("demo-%d", i+1), "read": w.at(-120, 9, 0)})
		if err != nil {
			return fmt.Errorf("known place %s: %w", k.name, err)
		}
	}
	return postgres.Must(ctx, tx, `
		INSERT INTO place_claims (structure_id, id, place_id, reason, asked_at, asked_by_name) VALUES (@structure, @id, @place, 'Nous tenons cet espace depuis 2024, par convention avec la mairie.', @at, 'Julie Sanchez')`,
		postgres.Args{"structure": w.orgs["quincaillerie"], "id": postgres.NewID(), "place": asked, "at": w.at(-3, 15, 0)})
}

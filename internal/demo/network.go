package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"

	"passnum/internal/distribution"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// spot is a place that gives services; its coordinates are the real town's,
// moved a little.
type spot struct {
	key, structure, name, referent string
	phone, hours, access           string
	entries                        []int
	modes                          []string
}

var (
	basics  = []int{1, 2, 5, 24, 25, 26, 27, 28, 29, 30, 31, 32, 42, 43, 44, 45, 46, 47, 48, 49, 50}
	papers  = []int{3, 24, 28, 31, 44, 46, 48, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94}
	makers  = []int{6, 12, 18, 23, 44, 48, 60, 66, 72, 95, 98, 102, 110, 115, 120, 125, 129}
	oneOne  = []string{"individuel"}
	allWays = []string{"individuel", "collectif"}
)

var spots = []spot{
	{"mediatheque", "mediatheque", "Médiathèque de Guéret", "Léa Moreau", "05 55 00 12 12", "Tu-Sa 10:00-18:00", "Plain-pied, parking à 50 m", append(basics, papers...), allWays},
	{"quincaillerie", "quincaillerie", "La Manufacture, tiers-lieu", "Jules Robin", "05 55 00 13 13", "Mo-Fr 09:00-18:00", "Ascenseur", append(makers, basics...), allWays},
	{"tapisserie", "tapisserie", "Atelier numérique d’Aubusson", "Rose Blanchet", "05 55 00 14 14", "Mo,We,Fr 09:30-12:30,14:00-17:30", "Bus 2, arrêt Vaveix", basics, allWays},
	{"bourganeuf", "bourganeuf", "Le Point Net de Bourganeuf", "Karim Haddad", "05 55 00 15 15", "Tu-Fr 09:00-12:00,14:00-17:00", "Derrière la mairie", papers, oneOne},
	{"confluence", "confluence", "Maison des services de Boussac", "Inès Lambert", "05 55 00 09 09", "Mo-Fr 09:00-12:30", "Plain-pied", append(papers, 1, 2, 5), allWays},
	{"mirail", "mirail", "Les Clics du Mirail", "Fatou Diop", "05 61 00 16 16", "Mo-Fr 09:00-19:00", "Métro Bellefontaine", append(basics, papers...), allWays},
	{"muret", "muret", "Espace numérique de Muret", "Hélène Roux", "05 61 00 17 17", "Tu-Sa 10:00-17:00", "Parking gratuit", basics, allWays},
	{"tapie", "tapie", "Le Fab d’Agen", "Marc Castaing", "05 53 00 18 18", "We-Sa 10:00-19:00", "Rez-de-chaussée", append(makers, papers...), allWays},
	{"villeneuve", "villeneuve", "Médiathèque de Villeneuve-sur-Lot", "Julie Sanchez", "05 53 00 19 19", "Tu-Sa 10:00-18:00", "Ascenseur", basics, allWays},
	{"begles", "begles", "L’Usine à clics", "Tom Lacoste", "05 56 00 20 20", "Mo-Fr 10:00-18:00", "Tram C, arrêt Parc de Mussonville", append(basics, makers...), allWays},
}

func (w *world) openNetwork(ctx context.Context) error {
	for _, s := range spots {
		if err := w.qualify(ctx, s); err != nil {
			return fmt.Errorf("place %s: %w", s.key, err)
		}
	}
	if err := w.describePlaces(ctx); err != nil {
		return err
	}
	if err := w.halfWay(ctx); err != nil {
		return err
	}
	for _, p := range counters {
		if err := w.openCounter(ctx, p); err != nil {
			return fmt.Errorf("point %s: %w", p.key, err)
		}
	}
	return w.agree(ctx)
}

func (w *world) qualify(ctx context.Context, s spot) error {
	o := organisationOf(s.structure)
	lat, lon := w.locate(o.commune, s.key)
	id := postgres.NewID()
	w.places[s.key] = id
	return w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO structures (organisation_id, state, presentation, charter_accepted_at, charter_version, account_holder, iban, bic, submitted_at, qualified_at)
			VALUES (@id, 'qualifiee', 'Nous accueillons chacun à son rythme, seul ou en petit groupe.', @now, @charter, @holder, @iban, 'AGRIFRPP', @now, @now)`,
			postgres.Args{"id": w.orgs[s.structure], "now": tx.Now(), "charter": structure.CurrentCharter.Version, "holder": o.name, "iban": iban(o.serial)})
		if err != nil {
			return err
		}
		_, err = postgres.Do(ctx, tx, `
			INSERT INTO structure_bank_accounts (structure_id, id, kind, account_holder, iban, bic, state, declared_at, held_until, effective_at)
			VALUES (@structure, @id, 'premier', @holder, @iban, 'AGRIFRPP', 'active', @now, @now, @now)`,
			postgres.Args{"structure": w.orgs[s.structure], "id": postgres.NewID(), "holder": o.name, "iban": iban(o.serial), "now": tx.Now()})
		if err != nil {
			return err
		}
		_, err = postgres.Do(ctx, tx, `
			INSERT INTO places (id, structure_id, structure_name, structure_siret, name, referent, street, postal_code, town, insee, ancestors, latitude, longitude,
				phone, opening_hours, access, entries, modes, presentation, published, created_at, updated_at)
			VALUES (@id, @structure, @structure_name, @siret, @name, @referent, @street, @postal, @town, @insee, @ancestors, @lat, @lon,
				@phone, @hours, @access, @entries, @modes, 'Des médiateurs vous aident à utiliser internet, un ordinateur, un téléphone.', true, @now, @now)`,
			postgres.Args{"id": id, "structure": w.orgs[s.structure], "structure_name": o.name, "siret": siret(o.serial), "name": s.name, "referent": s.referent,
				"street": o.street, "postal": o.postal, "town": o.town, "insee": o.commune, "ancestors": w.index.Ancestors(o.commune), "lat": lat, "lon": lon,
				"phone": s.phone, "hours": s.hours, "access": s.access, "entries": slices.Compact(slices.Sorted(slices.Values(s.entries))), "modes": s.modes, "now": tx.Now()})
		return err
	})
}

// halfWay leaves one structure in the middle of its qualification.
func (w *world) halfWay(ctx context.Context) error {
	return w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO structures (organisation_id, state, presentation, charter_accepted_at, charter_version)
			VALUES (@id, 'brouillon', 'Une association de quartier qui répare et qui apprend.', @now, @charter)`,
			postgres.Args{"id": w.orgs["candidat"], "now": tx.Now(), "charter": structure.CurrentCharter.Version})
		return err
	})
}

// counterSpot is a counter and the commanditaires it hands carnets over for.
type counterSpot struct {
	key, aiguilleur, name, referent, phone string
	commanditaires                         []string
}

var counters = []counterSpot{
	{"gueret", "gueret", "Accueil du CCAS de Guéret", "Malik Benali", "05 55 00 07 07", []string{"creuse"}},
	{"gueret2", "gueret", "Antenne de Guéret, Les Coquelicots", "Odile Faure", "05 55 00 07 08", []string{"creuse"}},
	{"aubusson", "aubusson", "Mairie d’Aubusson, état civil", "Serge Picard", "05 55 00 08 08", []string{"creuse"}},
	{"confluence", "confluence", "Maison des services de Boussac", "Inès Lambert", "05 55 00 09 09", []string{"creuse"}},
	{"toulouse", "toulouse", "Maison des solidarités de Bagatelle", "Nadia Cohen", "05 61 00 10 10", []string{"garonne"}},
	{"ccasagen", "ccasagen", "CCAS d’Agen, accueil social", "Bruno Dumas", "05 53 00 11 11", []string{"agen"}},
}

func (w *world) openCounter(ctx context.Context, c counterSpot) error {
	o := organisationOf(c.aiguilleur)
	actor := w.actors[c.aiguilleur]
	point, err := w.distribution.AddPoint(ctx, actor, w.pointForm(c, o))
	if err != nil {
		return err
	}
	w.points[c.key] = point.ID
	for _, name := range c.commanditaires {
		if err := w.sign(ctx, name, c.aiguilleur); err != nil {
			return err
		}
	}
	return w.drain(ctx)
}

// sign makes the convention of an aiguilleur with a commanditaire, once.
func (w *world) sign(ctx context.Context, payer, aiguilleur string) error {
	client := w.actors[payer]
	existing, err := w.distribution.Conventions(ctx, client)
	if err != nil {
		return err
	}
	for _, c := range existing {
		if c.AiguilleurID == w.orgs[aiguilleur] {
			return nil
		}
	}
	convention, err := w.distribution.Propose(ctx, client, w.proposal(aiguilleur))
	if err != nil {
		return err
	}
	if _, err := w.distribution.Sign(ctx, client, convention.ID, distribution.Signing{Name: client.Name, Title: "Directrice de l’inclusion", Agree: true}); err != nil {
		return err
	}
	holder := w.actors[aiguilleur]
	_, err = w.distribution.Sign(ctx, holder, convention.ID, distribution.Signing{Name: holder.Name, Title: "Responsable", Agree: true})
	return err
}

// agree makes the Haute-Garonne work with the structures it chose.
func (w *world) agree(ctx context.Context) error {
	return w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		for _, key := range []string{"mirail", "muret"} {
			_, err := postgres.Do(ctx, tx, `INSERT INTO agreements (commanditaire_id, structure_id, agreed_at, agreed_by) VALUES (@c, @s, @now, @by)`,
				postgres.Args{"c": w.orgs["garonne"], "s": w.orgs[key], "now": tx.Now(), "by": w.actors["garonne"].AccountID})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) pointForm(c counterSpot, o organisation) distribution.PointForm {
	return distribution.PointForm{
		Name: c.name, ReferentName: c.referent, ReferentEmail: c.key + "@point.demo.passnum.test", Phone: c.phone,
		Street: o.street, PostalCode: o.postal, Commune: o.town, CommuneCode: o.commune, OpeningHours: "Mo-Fr 09:00-12:00,13:30-17:00",
	}
}

func (w *world) proposal(aiguilleur string) distribution.Proposal {
	return distribution.Proposal{
		AiguilleurID: w.orgs[aiguilleur], StartsOn: w.at(-325, 0, 0), EndsOn: w.at(400, 0, 0),
		Purpose: "Remise de carnets de Pass numérique aux habitants, avec orientation vers les lieux.",
	}
}

func organisationOf(key string) organisation {
	for _, o := range organisations {
		if o.key == key {
			return o
		}
	}
	panic("no organisation " + key)
}

// locate puts a place within a kilometre of its town's centre, always the same.
func (w *world) locate(commune, key string) (lat, lon float64) {
	lat, lon, _, _ = w.index.Locate(commune)
	h := fnv.New32a()
	_, _ = h.Write([]byte(key))
	n := h.Sum32()
	return lat + float64(n%160)/10000 - 0.008, lon + float64(n/160%160)/10000 - 0.008
}

// iban makes a valid French account number that no bank issued.
func iban(serial int) string {
	bank, branch, account := 99999, 1, 10_000_000_000+int64(serial)
	key := 97 - (89*int64(bank)+15*int64(branch)+3*account)%97
	bban := fmt.Sprintf("%05d%05d%011d%02d", bank, branch, account, key)
	rest := 0
	for _, digit := range bban + "152700" {
		rest = (rest*10 + int(digit-'0')) % 97
	}
	return fmt.Sprintf("FR%02d%s", 98-rest, bban)
}

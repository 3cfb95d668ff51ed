package structure

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/hours"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// Stop is where a place that travels stops, and when.
type Stop struct {
	ID           uuid.UUID
	Name         string
	Street       string
	PostalCode   string
	Town         string
	Insee        string
	Latitude     float64
	Longitude    float64
	OpeningHours string
	Rank         int16
}

// Address is the stop's address in one line.
func (s Stop) Address() string {
	return identifier.PostalAddress{Street: s.Street, PostalCode: s.PostalCode, Town: s.Town}.OneLine()
}

// StopForm is a stop as typed; comments give the names of the fields.
type StopForm struct {
	Name         string // nom
	Address      organisation.AddressForm
	OpeningHours string // horaires
}

// StopFormOf is the form filled with a stop.
func StopFormOf(s Stop) StopForm {
	return StopForm{Name: s.Name, OpeningHours: hours.Editable(s.OpeningHours),
		Address: organisation.AddressForm{Street: s.Street, PostalCode: s.PostalCode, Commune: s.Town, CommuneCode: s.Insee}}
}

// ErrNoStop hides stops that do not exist and those of others.
var ErrNoStop = fault.New(fault.KindNotFound, "Cette étape n’existe pas, ou elle n’est pas à vous.")

// mostStops is how many stops one place may have: a month of daily ones.
const mostStops = 40

func (f StopForm) read(index *territory.Index) (Stop, error) {
	var c fault.Collector
	s := Stop{Name: strings.Join(strings.Fields(f.Name), " "), OpeningHours: hours.Read(strings.Join(strings.Fields(f.OpeningHours), " "))}
	c.Check(s.Name != "", "nom", "Dites où l’on s’arrête\u00a0: « place du marché », « devant la mairie ».")
	c.Check(len([]rune(s.Name)) <= 120, "nom", "Raccourcissez ce nom\u00a0: 120 caractères au plus.")
	c.Check(s.OpeningHours != "", "horaires", "Dites quand\u00a0: « mardi 9\u00a0h – 12\u00a0h ».")
	if refusal := hoursSentence(s.OpeningHours); refusal != "" {
		c.Add("horaires", refusal)
	}
	a := f.Address.Read(index, &c)
	s.Street, s.PostalCode, s.Town, s.Insee = a.Street, a.PostalCode, a.Town, a.Insee
	return s, c.Err()
}

const stopColumns = `id, name, street, postal_code, town, insee, latitude, longitude, opening_hours, rank`

// Stops lists where one of the actor's places stops, in order. ErrNoPlace.
func (s *Service) Stops(ctx context.Context, actor identity.Actor, place uuid.UUID) ([]Stop, error) {
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	var list []Stop
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if _, err = ownPlace(ctx, tx, actor.OrganisationID, place); err != nil {
			return err
		}
		list, err = stopsOf(ctx, tx, actor.OrganisationID, place)
		return err
	})
	return list, fault.Wrap(err, "list stops")
}

func stopsOf(ctx context.Context, tx *postgres.Tx, structure, place uuid.UUID) ([]Stop, error) {
	return postgres.All[Stop](ctx, tx, `SELECT `+stopColumns+` FROM place_stops WHERE structure_id = @structure AND place_id = @place ORDER BY rank, name, id`,
		postgres.Args{"structure": structure, "place": place})
}

// Stop finds one stop of one of the actor's places; ErrNoPlace, ErrNoStop.
func (s *Service) Stop(ctx context.Context, actor identity.Actor, place, id uuid.UUID) (Stop, error) {
	list, err := s.Stops(ctx, actor, place)
	for _, stop := range list {
		if stop.ID == id {
			return stop, err
		}
	}
	if err == nil {
		err = ErrNoStop
	}
	return Stop{}, err
}

// AddStop adds a stop to a place, which from then on is one that travels.
// ErrNoPlace.
func (s *Service) AddStop(ctx context.Context, actor identity.Actor, place uuid.UUID, form StopForm) error {
	if _, err := s.Place(ctx, actor, place); err != nil {
		return err
	}
	return s.writeStop(ctx, actor, place, postgres.NewID(), form)
}

// EditStop changes a stop. ErrNoPlace, ErrNoStop.
func (s *Service) EditStop(ctx context.Context, actor identity.Actor, place, id uuid.UUID, form StopForm) error {
	if _, err := s.Stop(ctx, actor, place, id); err != nil {
		return err
	}
	return s.writeStop(ctx, actor, place, id, form)
}

func (s *Service) writeStop(ctx context.Context, actor identity.Actor, place, id uuid.UUID, form StopForm) error {
	stop, err := form.read(s.territory)
	if err != nil {
		return err
	}
	lat, lon, _ := s.find(ctx, stop.Street, stop.PostalCode, stop.Town, stop.Insee)
	if lat == nil {
		return fault.Field("commune", "Nous ne savons pas où est cette commune. Choisissez la commune voisine la plus proche.")
	}
	_, err = s.change(ctx, actor, place, "étape d’un lieu", func(tx *postgres.Tx, p *Place) error {
		p.Itinerant = true
		count, err := postgres.Value[int64](ctx, tx, `SELECT count(*) FROM place_stops WHERE structure_id = @structure AND place_id = @place AND id <> @id`,
			postgres.Args{"structure": p.StructureID, "place": place, "id": id})
		if err != nil {
			return err
		}
		if count >= mostStops {
			return fault.Field("nom", "Ce lieu a déjà 40 étapes\u00a0: retirez-en une d’abord.")
		}
		return postgres.Must(ctx, tx, `
			INSERT INTO place_stops (structure_id, place_id, `+stopColumns+`, ancestors, published)
			VALUES (@structure, @place, @id, @name, @street, @postal, @town, @insee, @lat, @lon, @hours,
				(SELECT coalesce(max(rank), 0) + 1 FROM place_stops WHERE structure_id = @structure AND place_id = @place), @ancestors, @published)
			ON CONFLICT (structure_id, id) DO UPDATE SET name = @name, street = @street, postal_code = @postal, town = @town, insee = @insee,
				ancestors = @ancestors, latitude = @lat, longitude = @lon, opening_hours = @hours`,
			postgres.Args{"structure": p.StructureID, "place": place, "id": id, "name": stop.Name, "street": stop.Street, "postal": stop.PostalCode, "town": stop.Town,
				"insee": stop.Insee, "lat": *lat, "lon": *lon, "hours": stop.OpeningHours, "ancestors": s.territory.Ancestors(stop.Insee), "published": p.Published})
	})
	return err
}

// RemoveStop takes a stop away; a place without any no longer travels.
// ErrNoPlace, ErrNoStop.
func (s *Service) RemoveStop(ctx context.Context, actor identity.Actor, place, id uuid.UUID) error {
	_, err := s.change(ctx, actor, place, "retrait d’une étape", func(tx *postgres.Tx, p *Place) error {
		err := postgres.Must(ctx, tx, `DELETE FROM place_stops WHERE structure_id = @structure AND place_id = @place AND id = @id`,
			postgres.Args{"structure": p.StructureID, "place": place, "id": id})
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNoStop
		}
		if err != nil {
			return err
		}
		left, err := stopsOf(ctx, tx, p.StructureID, place)
		p.Itinerant = len(left) > 0
		return err
	})
	return err
}

package distribution

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// AskingPoint is a point where the public may ask for a carnet today: it agreed
// to be shown, and can give one of a live order. Nobody's name is in it.
type AskingPoint struct {
	PointID      uuid.UUID
	Name         string
	Organisation string
	Street       string
	Complement   string
	PostalCode   string
	Town         string
	Insee        string
	Latitude     *float64
	Longitude    *float64
	Phone        string
	OpeningHours string
	Note         string
	Orders       []AskingOrder
	Metres       int // from the commune asked about; 0 when either is not placed
}

// AskingOrder is what an order says to who asks for one of its carnets.
type AskingOrder struct {
	Commanditaire string `json:"commanditaire"`
	Public        string `json:"public"`
	Documents     string `json:"documents"`
}

// Address is the point's address in one line.
func (p AskingPoint) Address() string {
	return addressLine(p.Street, p.Complement, p.PostalCode, p.Town)
}

// farthest is how far, in metres, a point is still worth the journey.
const farthest = 80_000

// mostAsking is how many points one answer lists.
const mostAsking = 20

// WhereToAsk lists the points near a commune, the nearest first. Anybody may.
func (s *Service) WhereToAsk(ctx context.Context, commune territory.Commune) ([]AskingPoint, error) {
	type row struct {
		PointID                                                         uuid.UUID
		Name, Organisation, Street, Complement, PostalCode, Town, Insee string
		Latitude, Longitude                                             *float64
		Phone, OpeningHours, Note                                       string
		Orders                                                          []byte
	}
	lat, lon, _, placed := s.places.Locate(commune.Code)
	area := []string{}
	if !placed {
		area = s.places.Ancestors(commune.Code)
	}
	var rows []row
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		rows, err = postgres.All[row](ctx, tx, `SELECT * FROM asking_points(@lat, @lon, @area, @today, @limit)`,
			postgres.Args{"lat": lat, "lon": lon, "area": area, "today": tx.Today(), "limit": mostAsking})
		return err
	})
	if err != nil {
		return nil, fault.Wrap(err, "list points to ask at")
	}
	var list []AskingPoint
	for _, r := range rows {
		p := AskingPoint{PointID: r.PointID, Name: r.Name, Organisation: r.Organisation, Street: r.Street, Complement: r.Complement, PostalCode: r.PostalCode, Town: r.Town,
			Insee: r.Insee, Latitude: r.Latitude, Longitude: r.Longitude, Phone: r.Phone, OpeningHours: r.OpeningHours, Note: r.Note}
		if err := json.Unmarshal(r.Orders, &p.Orders); err != nil {
			return nil, fault.Wrap(err, "read orders of a point")
		}
		if placed && r.Latitude != nil && r.Longitude != nil {
			p.Metres = int(1000 * territory.Distance(lat, lon, *r.Latitude, *r.Longitude))
		}
		if p.Metres <= farthest {
			list = append(list, p)
		}
	}
	return list, nil
}

// Package finder finds places near someone: by distance, by what they teach and
// how, and by where a chèque is accepted. It reads the places of other packages
// and writes nothing but the list of sites that may show the search in a frame.
package finder

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// Service answers searches.
type Service struct {
	db   *postgres.DB
	keys *code.Keyring
}

// NewService makes a Service. Keys find the order of a chèque; without them no
// chèque narrows anything.
func NewService(db *postgres.DB, keys *code.Keyring) *Service { return &Service{db: db, keys: keys} }

// ErrNotFound is a place that does not exist or is not shown.
var ErrNotFound = fault.New(fault.KindNotFound, "Cette page n’existe pas, ou vous n’y avez pas accès.")

// Unplaced is the distance of a place that nobody located.
const Unplaced = 99999.0

// Position is a point in degrees (WGS 84).
type Position struct{ Latitude, Longitude float64 }

// Search narrows the list of places. Zero values narrow nothing.
type Search struct {
	From          *Position
	Radius        float64 // kilometres; 0 for all
	INSEE         string  // a place of this commune without a position is at 0 km
	Entries       []int16 // any of them; none fits an empty list
	Mode          string
	NothingToPay  bool
	Accessibility []string  // all of them
	Language      string    // ISO 639-1
	Programme     string    // as the national schema writes it
	OpenAt        time.Time // open at that moment
	Reach         *Reach    // accepting these chèques
	// Known also lists the places that do not take chèques.
	Known bool
	After Cursor
	Limit int
}

// Cursor is where a list continues.
type Cursor struct {
	Km    float64
	Label string
	ID    uuid.UUID
}

// Spot is a place, or the stop of an itinerant one, and how far it is.
type Spot struct {
	ID           uuid.UUID
	StopID       *uuid.UUID
	Label        string // town and name, by which equals are sorted
	OpeningHours string
	Insee        string // whose clocks and public holidays it has
	Latitude     *float64
	Longitude    *float64
	Km           float64
}

func (s Spot) cursor() Cursor { return Cursor{s.Km, s.Label, s.ID} }

package distribution

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// Atelier is a dated session near a point where an order's chèques are accepted.
type Atelier struct {
	ID       uuid.UUID
	Title    string
	StartsAt time.Time // on Paris clocks
	When     string    // in French
	Duration string
	Asked    string // « 1 chèque »
	Place    string
	Town     string
	Phone    string
}

// Line tells it in one line, in French.
func (a Atelier) Line() string { return a.When + "\u00a0: " + a.Title + ", " + a.Where() }

// Where is the place and its town, once when one names the other.
func (a Atelier) Where() string {
	if strings.Contains(a.Place, a.Town) {
		return a.Place
	}
	return a.Place + " (" + a.Town + ")"
}

// Ateliers lists the next ateliers near a point where an order's chèques are
// accepted, in the caller's transaction.
type Ateliers func(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID, point Point, wanted []int) ([]Atelier, error)

// addAteliers brings the next ateliers, when the installation knows of some.
func (s *Service) addAteliers(ctx context.Context, tx *postgres.Tx, l *Letter) (err error) {
	if s.Options.Ateliers != nil {
		l.Ateliers, err = s.Options.Ateliers(ctx, tx, l.HandOver.CommanditaireID, l.HandOver.OrderID, l.Point, l.wanted())
	}
	return err
}

// Package opendata publishes the places in the national schema: as CSV, JSON
// and GeoJSON, written once a day and at once for a département. Of a
// structure's places it publishes what the structure agreed to, and never how
// to reach a person by name.
package opendata

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"

	"passnum/internal/mednum"
	"passnum/internal/postgres"
)

// Service writes the open data of places.
type Service struct {
	db    *postgres.DB
	siret string
}

// NewService makes the service; siret is the producer's, that file names bear.
func NewService(db *postgres.DB, siret string) *Service { return &Service{db: db, siret: siret} }

// Format is a way of writing places.
type Format struct {
	Extension string
	MediaType string
	open      func(io.Writer) (mednum.Writer, error)
}

// The formats that are published.
var (
	CSV     = Format{"csv", "text/csv; charset=utf-8", mednum.NewCSV}
	JSON    = Format{"json", "application/json; charset=utf-8", mednum.NewJSON}
	GeoJSON = Format{"geojson", "application/geo+json; charset=utf-8", mednum.NewGeoJSON}
)

// Formats lists them.
var Formats = []Format{CSV, JSON, GeoJSON}

// page is how many places are read at once.
const page = 2000

// Write streams the places in a format, those of a département or, with none,
// all of them; it tells how many.
func (s *Service) Write(ctx context.Context, w io.Writer, f Format, departement string) (places int, err error) {
	out, err := f.open(w)
	if err == nil {
		err = s.each(ctx, departement, func(p place) error {
			places++
			return out.Write(p.record())
		})
	}
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		return places, fmt.Errorf("write places: %w", err)
	}
	return places, nil
}

// each visits the published places in a stable order, without holding them all
// nor a connection while the reader is slow.
func (s *Service) each(ctx context.Context, departement string, visit func(place) error) error {
	codes := []string{}
	if departement != "" {
		codes = append(codes, "D-"+departement)
	}
	after := uuid.Nil
	for {
		var list []place
		err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
			list, err = postgres.All[place](ctx, tx, selectPlaces, postgres.Args{"after": after, "codes": codes, "limit": page})
			return err
		})
		if err != nil {
			return err
		}
		for _, p := range list {
			if err := visit(p); err != nil {
				return err
			}
		}
		if len(list) < page {
			return nil
		}
		after = list[len(list)-1].ID
	}
}

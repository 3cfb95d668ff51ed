// Package tiles fetches the squares of the background map from the national
// service and keeps those most asked for, so that a visitor's browser speaks to
// us alone. It refuses addresses that are no square, and never follows the
// service to another host.
package tiles

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The refusals of Tile.
var (
	// ErrOutside refuses what is no square of the map.
	ErrOutside = errors.New("no such tile")
	// ErrDown says that the service does not answer; the page goes on without it.
	ErrDown = errors.New("the map service does not answer")
)

const (
	// Deepest is the closest zoom that the map offers.
	Deepest = 18
	// heaviest is above what any square weighs.
	heaviest = 512 << 10
	// patience is how long a square may take, waiting for its turn included.
	patience = 2 * time.Second
	// atOnce is how many squares are fetched at the same time.
	atOnce = 12
	// rest is how long a service that failed is left alone.
	rest = 20 * time.Second
	// fresh is how long a kept square is shown without asking again.
	fresh = 7 * 24 * time.Hour
	// memory is how much is kept.
	memory = 48 << 20
)

// Tile is one square of the map.
type Tile struct {
	Body      []byte
	MediaType string
}

// Address is where a square lies: its zoom, column and row.
type Address struct{ Z, X, Y int }

// valid reports whether the address is a square of the map.
func (a Address) valid() bool {
	return a.Z >= 0 && a.Z <= Deepest && a.X >= 0 && a.Y >= 0 && a.X < 1<<a.Z && a.Y < 1<<a.Z
}

// Source is the service and what was kept of it. A nil Source is always down.
type Source struct {
	template string
	client   *http.Client
	turns    chan struct{}
	now      func() time.Time
	shelf    *shelf
}

// New fetches from an address that holds {z}, {x} and {y}; an empty one gives
// the nil Source.
func New(template string) *Source {
	if template == "" {
		return nil
	}
	return &Source{
		template: template, turns: make(chan struct{}, atOnce), now: time.Now, shelf: newShelf(memory),
		client: &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// Tile gives a square: the kept one while it is fresh, else the service's, else
// the kept one however old.
func (s *Source) Tile(ctx context.Context, a Address) (Tile, error) {
	if !a.valid() {
		return Tile{}, ErrOutside
	}
	if s == nil {
		return Tile{}, ErrDown
	}
	kept, known := s.shelf.take(a)
	if known && s.now().Sub(kept.at) < fresh {
		return kept.tile, nil
	}
	tile, err := s.shelf.once(ctx, a, func() (Tile, error) { return s.fetch(a) })
	if err != nil && known {
		return kept.tile, nil
	}
	return tile, err
}

// fetch asks the service. It does not end with the visitor who asked first:
// others may wait for the same square.
func (s *Source) fetch(a Address) (Tile, error) {
	if s.shelf.resting(s.now()) {
		return Tile{}, ErrDown
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return Tile{}, ErrDown
	}
	tile, err := s.ask(ctx, a)
	switch {
	case errors.Is(err, ErrOutside):
		return Tile{}, err
	case err != nil:
		s.shelf.rest(s.now().Add(rest))
		return Tile{}, errors.Join(ErrDown, err)
	}
	s.shelf.keep(a, tile, s.now())
	return tile, nil
}

func (s *Source) ask(ctx context.Context, a Address) (Tile, error) {
	address := strings.NewReplacer("{z}", strconv.Itoa(a.Z), "{x}", strconv.Itoa(a.X), "{y}", strconv.Itoa(a.Y)).Replace(s.template)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Tile{}, fmt.Errorf("address of a tile: %w", err)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return Tile{}, fmt.Errorf("fetch a tile: %w", err)
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
		return read(response)
	case http.StatusBadRequest, http.StatusNotFound, http.StatusNoContent: // the sea, another country
		return Tile{}, ErrOutside
	default:
		return Tile{}, fmt.Errorf("fetch a tile: status %d", response.StatusCode)
	}
}

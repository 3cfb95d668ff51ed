// Package gap tells a commanditaire where its chèques have nowhere to be used:
// services that no place gives within twenty minutes' drive, and communes where
// carnets were handed over with no place near. Distances are as the crow flies,
// made longer as roads do; it knows no timetable and no traffic.
package gap

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/referentiel"
	"passnum/internal/territory"
)

// The rule of twenty minutes: roads are longer than the crow's flight by
// Detour, and driven at Speed kilometres an hour.
const (
	Minutes = 20
	Speed   = 50
	Detour  = 1.3
)

// Reach is how far twenty minutes go, in kilometres as the crow flies.
const Reach = Minutes * Speed / 60.0 / Detour

// Service answers commanditaires.
type Service struct {
	db    *postgres.DB
	index *territory.Index
}

// NewService makes the service.
func NewService(db *postgres.DB, index *territory.Index) *Service {
	return &Service{db: db, index: index}
}

// Question narrows the map to an order, and to a service. Zero values ask for
// every live order and any service.
type Question struct {
	Order uuid.UUID
	Entry int
}

// Order is an order to choose from.
type Order struct {
	ID     uuid.UUID
	Number string
	Title  string
}

// Commune is a commune of the territory.
type Commune struct {
	Code, Name string
	Latitude   float64
	Longitude  float64
	People     int
	Carnets    int  // handed over there
	Reached    bool // a place is near enough
	Nearest    string
	Km         float64 // to the nearest, as the crow flies; negative without any
}

// Minutes is the drive to the nearest place.
func (c Commune) Minutes() int { return int(c.Km*Detour/Speed*60 + 0.5) }

// Entry is a service of the orders, and how many communes have no place for it.
type Entry struct {
	Number  int
	Label   string
	Without int // communes
	People  int // who live there
}

// Spot is where services are given: a place, or a stop of one that travels.
type Spot struct {
	Name      string
	Latitude  float64
	Longitude float64
	Entries   []int16
}

// Map is the answer.
type Map struct {
	Orders    []Order
	Order     *Order // the one asked for
	Entry     *Entry // the one asked for
	Territory []string
	Fallback  bool // the orders are good everywhere: only the home département is looked at
	Communes  []Commune
	Entries   []Entry // those that lack somewhere, the most people first
	Spots     []Spot
	Asked     int // services of the orders
}

// Far lists the communes without a place near, the most carnets then the most
// people first.
func (m Map) Far() []Commune {
	far := slices.DeleteFunc(slices.Clone(m.Communes), func(c Commune) bool { return c.Reached })
	slices.SortStableFunc(far, func(a, b Commune) int {
		return cmp.Or(cmp.Compare(b.Carnets, a.Carnets), cmp.Compare(b.People, a.People))
	})
	return far
}

// Nowhere counts the services that no commune of the territory has near.
func (m Map) Nowhere() (n int) {
	for _, e := range m.Entries {
		if e.Without == len(m.Communes) && len(m.Communes) > 0 {
			n++
		}
	}
	return n
}

// ErrNoOrder hides orders that do not exist and those of others.
var ErrNoOrder = fault.New(fault.KindNotFound, "Cette commande n’existe pas, ou elle n’est plus en cours.")

// Map answers for the actor's live orders. ErrNoOrder.
func (s *Service) Map(ctx context.Context, actor identity.Actor, q Question) (Map, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return Map{}, err
	}
	var f facts
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		f, err = readFacts(ctx, tx, actor.OrganisationID)
		return err
	})
	if err != nil {
		return Map{}, fmt.Errorf("read gaps: %w", err)
	}
	return s.answer(f, q)
}

func (s *Service) answer(f facts, q Question) (Map, error) {
	m := Map{}
	var asked []order
	for _, o := range f.orders {
		known := Order{ID: o.ID, Number: o.Number, Title: o.Title}
		m.Orders = append(m.Orders, known)
		if q.Order == uuid.Nil || q.Order == o.ID {
			asked = append(asked, o)
		}
		if q.Order == o.ID {
			m.Order = &known
		}
	}
	if q.Order != uuid.Nil && m.Order == nil {
		return Map{}, ErrNoOrder
	}
	numbers := services(asked)
	m.Asked = len(numbers)
	m.Territory, m.Fallback = s.codes(f.home, asked)
	m.Spots = f.spots(asked)
	if e, known := referentiel.Load().Entry(q.Entry); known {
		m.Entry = &Entry{Number: e.Number, Label: e.Label}
	}
	s.measure(&m, numbers, s.carnetsOf(f.carnets, asked))
	return m, nil
}

// services are the numbers that the orders pay for; an order that says nothing
// pays for all.
func services(orders []order) []int {
	chosen := map[int]bool{}
	for _, o := range orders {
		for _, e := range o.Entries {
			chosen[int(e)] = true
		}
		if o.Entries == nil {
			for _, c := range referentiel.Load().Categories() {
				for _, e := range c.Entries {
					chosen[e.Number] = true
				}
			}
		}
	}
	var numbers []int
	for n := range chosen {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers
}

// codes are the territory of the orders. An order good everywhere stands for
// the département, or the région, of who ordered: nobody follows a whole country.
func (s *Service) codes(h home, orders []order) (codes []string, fallback bool) {
	for _, o := range orders {
		everywhere := len(o.PerimeterCodes) == 0 || slices.Contains(o.PerimeterCodes, territory.France)
		fallback = fallback || everywhere
		if !everywhere {
			codes = append(codes, o.PerimeterCodes...)
		}
	}
	if fallback || len(codes) == 0 {
		if c, ok := s.index.Commune(h.Insee); ok && h.Kind == "region" {
			codes, fallback = append(codes, "R-"+c.Region), true
		} else if ok {
			codes, fallback = append(codes, "D-"+c.Departement), true
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes), fallback
}

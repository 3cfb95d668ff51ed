package structure

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/identifier"
)

// Place is an address where services are given.
type Place struct {
	ID           uuid.UUID
	StructureID  uuid.UUID
	Name         string
	Referent     string
	Street       string
	Complement   string
	PostalCode   string
	Town         string
	Insee        string
	Ancestors    []string
	Latitude     *float64
	Longitude    *float64
	Phone        string
	Email        string
	Website      string
	OpeningHours string
	Presentation string
	Access       string
	Transport    string
	Entries      []int16
	Modes        []string
	NothingToPay bool
	Welcome
	Families       []string   // national services, of a place whose entries are not known
	Positioned     Positioned // how the position was found
	Itinerant      bool
	NationalID     string   // in the national files; empty for our own
	OwnFields      []string // columns the structure wrote: an import leaves them alone
	Published      bool
	UpdatedAt      time.Time
	ConfirmedAt    time.Time
	ConfirmAskedAt *time.Time
	Stops          int // of one that travels
}

// Positioned is how a place's position was found.
type Positioned string

// The ways of finding a position, the roughest first.
const (
	ByCommune Positioned = "commune"
	ByImport  Positioned = "import"
	ByAddress Positioned = "adresse"
	ByHand    Positioned = "main"
)

// Address is the place's address in one line.
func (p Place) Address() string {
	return identifier.PostalAddress{Complement: p.Complement, Street: p.Street, PostalCode: p.PostalCode, Town: p.Town}.OneLine()
}

// Mode is a way of giving a service.
type Mode struct{ Code, Label string }

// Modes lists the ways of giving a service, in the order screens offer them.
var Modes = []Mode{
	{"individuel", "Accompagnement individuel"}, {"collectif", "Atelier collectif"},
	{"autonomie", "En autonomie, avec une aide si besoin"}, {"distance", "À distance"},
}

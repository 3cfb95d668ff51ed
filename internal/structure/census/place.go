package census

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/mednum"
	"passnum/internal/postgres"
)

// place is a row of places, as much of it as a file may write. Its JSON names
// are the columns.
type place struct {
	ID               uuid.UUID  `json:"id"`
	StructureID      *uuid.UUID `json:"structure_id"`
	StructureName    string     `json:"structure_name"`
	StructureSiret   string     `json:"structure_siret"`
	NationalID       string     `json:"national_id"`
	Name             string     `json:"name"`
	Referent         string     `json:"referent"`
	Street           string     `json:"street"`
	Complement       string     `json:"complement"`
	PostalCode       string     `json:"postal_code"`
	Town             string     `json:"town"`
	Insee            string     `json:"insee"`
	Ancestors        []string   `json:"ancestors"`
	Latitude         *float64   `json:"latitude"`
	Longitude        *float64   `json:"longitude"`
	Positioned       string     `json:"positioned"`
	Phone            string     `json:"phone"`
	Email            string     `json:"email"`
	Website          string     `json:"website"`
	OpeningHours     string     `json:"opening_hours"`
	Summary          string     `json:"summary"`
	Presentation     string     `json:"presentation"`
	Source           string     `json:"source"`
	Itinerant        bool       `json:"itinerant"`
	ParentStructure  string     `json:"parent_structure"`
	Families         []string   `json:"families"`
	Typologies       []string   `json:"typologies"`
	Programmes       []string   `json:"programmes"`
	Labels           []string   `json:"labels"`
	OtherLabels      []string   `json:"other_labels"`
	Audiences        []string   `json:"audiences"`
	SpecialCares     []string   `json:"special_cares"`
	Fees             []string   `json:"fees"`
	AccessWays       []string   `json:"access_ways"`
	AccessibilityURL string     `json:"accessibility_url"`
	AppointmentURL   string     `json:"appointment_url"`
	Entries          []int16    `json:"entries"`
	Modes            []string   `json:"modes"`
	NothingToPay     bool       `json:"nothing_to_pay"`
	OwnFields        []string   `json:"own_fields"`
	Published        bool       `json:"published"`
	ConfirmedAt      time.Time  `json:"confirmed_at"`
	CreatedAt        time.Time  `json:"created_at"`
	UpdatedAt        time.Time  `json:"updated_at"`
}

// columns are those of place, in any statement about it.
const columns = `id, structure_id, structure_name, structure_siret, national_id, name, referent, street, complement, postal_code, town, insee, ancestors,
	latitude, longitude, positioned, phone, email, website, opening_hours, summary, presentation, source, itinerant, parent_structure, families, typologies,
	programmes, labels, other_labels, audiences, special_cares, fees, access_ways, accessibility_url, appointment_url, entries, modes, nothing_to_pay,
	own_fields, published, confirmed_at, created_at, updated_at`

// placed reports whether the place's position is more than its commune's.
func (p *place) placed() bool {
	return p.Latitude != nil && p.Longitude != nil && p.Positioned != "commune"
}

// address is how other lines name the place: its national identifier, or ours.
func (p *place) address() string {
	if p.NationalID != "" {
		return p.NationalID
	}
	return p.ID.String()
}

// fromRecord is the place that a line describes, outside any structure.
func (pl *planner) fromRecord(r mednum.Record, where location) *place {
	p := &place{NationalID: r.ID, Name: r.Name, StructureName: r.Parent, StructureSiret: r.Pivot, Referent: r.Referent, Street: r.Street, Complement: r.Complement,
		PostalCode: r.PostalCode, Town: where.town, Insee: where.insee, Ancestors: where.ancestors, Latitude: where.latitude, Longitude: where.longitude,
		Positioned: where.positioned, Phone: r.Phone, Email: first(r.Emails), Website: first(r.Websites), OpeningHours: r.Hours, Summary: r.Summary,
		Presentation: r.Detail, Source: r.Source, Itinerant: slices.Contains(r.Itinerance, "Itinérant"), ParentStructure: r.Parent,
		Families: list(r.Services), Typologies: list(r.Typologies), Programmes: list(r.Programmes), Labels: list(r.Labels), OtherLabels: list(r.OtherLabels),
		Audiences: list(r.Audiences), SpecialCares: list(r.SpecialCare), Fees: list(r.Fees), AccessWays: list(r.AccessWays),
		AccessibilityURL: r.AccessURL, AppointmentURL: r.Appointment, Entries: r.Entries, Modes: modesOf(r), OwnFields: []string{}}
	if p.StructureName == "" {
		p.StructureName = p.Name
	}
	if p.Entries == nil {
		p.Entries = []int16{}
	}
	p.NothingToPay = slices.Contains(p.Fees, "Gratuit")
	p.UpdatedAt = pl.now
	if !r.UpdatedOn.IsZero() {
		p.UpdatedAt = r.UpdatedOn
	}
	p.ConfirmedAt = p.UpdatedAt
	p.CreatedAt = pl.now
	return p
}

func modesOf(r mednum.Record) []string {
	codes := []string{}
	for _, m := range mednum.Modes {
		if slices.Contains(r.Modes, m.Label) {
			codes = append(codes, m.Code)
		}
	}
	return codes
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// list is never nil: a column that holds several values is never null.
func list(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}

// day is the Paris day of an update, by which two files are compared.
func day(t time.Time) time.Time { return postgres.Day(t) }

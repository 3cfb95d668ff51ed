package opendata

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fold"
	"passnum/internal/identifier"
	"passnum/internal/mednum"
	"passnum/internal/postgres"
	"passnum/internal/referentiel"
)

// place is a published place and what its structure agreed to publish of it.
type place struct {
	ID               uuid.UUID
	Held             bool // by a structure here, so that it takes chèques
	StructureName    string
	StructureSiret   string
	NationalID       string
	Name             string
	Referent         string
	Street           string
	Complement       string
	PostalCode       string
	Town             string
	Insee            string
	Latitude         *float64
	Longitude        *float64
	Positioned       string
	Phone            string
	Email            string
	Website          string
	OpeningHours     string
	Summary          string
	Presentation     string
	Source           string
	Itinerant        bool
	ParentStructure  string
	Families         []string
	Typologies       []string
	Programmes       []string
	Labels           []string
	OtherLabels      []string
	Audiences        []string
	SpecialCares     []string
	Fees             []string
	AccessWays       []string
	AccessibilityURL string
	AppointmentURL   string
	Entries          []int16
	Modes            []string
	NothingToPay     bool
	ConfirmedAt      time.Time
	UpdatedAt        time.Time
}

const selectPlaces = `
	SELECT p.id, p.structure_id IS NOT NULL AS held, p.structure_name, p.structure_siret, p.national_id, p.name, p.referent, p.street, p.complement, p.postal_code, p.town, p.insee,
		p.latitude, p.longitude, p.positioned, CASE WHEN p.structure_id IS NULL OR c.phone THEN p.phone ELSE '' END AS phone,
		CASE WHEN p.structure_id IS NULL OR c.email THEN p.email ELSE '' END AS email,
		CASE WHEN p.structure_id IS NULL OR coalesce(c.website, true) THEN p.website ELSE '' END AS website,
		p.opening_hours, p.summary, p.presentation, p.source, p.itinerant, p.parent_structure, p.families, p.typologies, p.programmes, p.labels, p.other_labels,
		p.audiences, p.special_cares, p.fees, p.access_ways, p.accessibility_url, p.appointment_url, p.entries, p.modes, p.nothing_to_pay, p.confirmed_at, p.updated_at
	FROM places p LEFT JOIN open_data_choices c ON c.structure_id = p.structure_id
	WHERE p.published AND coalesce(c.listed, true) AND p.id > @after AND (@codes::text[] = '{}' OR p.ancestors && @codes)
	ORDER BY p.id LIMIT @limit`

// record is the place in the words of the schema.
func (p place) record() mednum.Record {
	r := mednum.Record{ID: p.NationalID, Pivot: p.StructureSiret, Name: p.Name, Town: p.Town, PostalCode: p.PostalCode, INSEE: p.Insee, Street: p.Street,
		Complement: p.Complement, Typologies: p.Typologies, Phone: phone(p.Phone), Emails: words(p.email()), Websites: words(p.Website), Hours: p.OpeningHours,
		Summary: p.Summary, Detail: p.Presentation, Source: p.Source, Parent: p.ParentStructure, UpdatedOn: postgres.Day(p.UpdatedAt), Services: p.Families,
		Audiences: p.Audiences, SpecialCare: p.SpecialCares, Fees: p.Fees, Programmes: p.Programmes, Labels: p.Labels, OtherLabels: p.OtherLabels,
		AccessWays: p.AccessWays, Modes: modes(p.Modes), AccessURL: p.AccessibilityURL, Appointment: p.AppointmentURL}
	if r.ID == "" {
		r.ID = p.ID.String()
	}
	if p.Positioned != "commune" {
		r.Latitude, r.Longitude = p.Latitude, p.Longitude
	}
	if p.Itinerant {
		r.Itinerance = []string{"Itinérant"}
	}
	if p.Held {
		p.ours(&r)
	}
	return r
}

// ours adds what only a place that takes chèques has.
func (p place) ours(r *mednum.Record) {
	r.Source, r.Parent = mednum.OurSource, p.StructureName
	if p.ConfirmedAt.After(p.UpdatedAt) {
		r.UpdatedOn = postgres.Day(p.ConfirmedAt)
	}
	if strings.TrimSpace(r.Street+r.Complement) == "" {
		r.Street = p.Name // more telling than the town
	}
	if r.Summary == "" {
		r.Summary = p.Presentation
	}
	if len(p.Entries) > 0 {
		r.Services = families(p.Entries)
	}
	if p.NothingToPay && !slices.Contains(r.Fees, "Gratuit sous condition") {
		r.Fees = append(slices.Clone(r.Fees), "Gratuit sous condition")
	}
	others := slices.DeleteFunc(slices.Clone(p.OtherLabels), func(l string) bool { return l == mednum.Formerly || l == mednum.TakesCheques })
	r.OtherLabels = append(others, mednum.TakesCheques)
	if len(r.AccessWays) == 0 {
		r.AccessWays = access(*r)
	}
}

// email is empty when the address names the person to ask for.
func (p place) email() string {
	local, _, _ := strings.Cut(fold.Text(strings.SplitN(p.Email, "@", 2)[0]), "@")
	for _, name := range fold.Words(p.Referent) {
		if len(name) > 2 && strings.Contains(local, name) {
			return ""
		}
	}
	return p.Email
}

func phone(typed string) string {
	if read, err := identifier.ParsePhone(typed); err == nil {
		return read.String()
	}
	return typed
}

func words(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

func families(entries []int16) []string {
	numbers := make([]int, len(entries))
	for i, e := range entries {
		numbers[i] = int(e)
	}
	var names []string
	for _, f := range referentiel.Load().FamiliesOf(numbers) {
		names = append(names, f.String())
	}
	return names
}

func modes(codes []string) []string {
	var labels []string
	for _, m := range mednum.Modes {
		if slices.Contains(codes, m.Code) {
			labels = append(labels, m.Label)
		}
	}
	return labels
}

func access(r mednum.Record) []string {
	ways := []string{"Se présenter"}
	if r.Phone != "" {
		ways = append(ways, "Téléphoner")
	}
	if len(r.Emails) > 0 {
		ways = append(ways, "Contacter par mail")
	}
	if r.Appointment != "" {
		ways = append(ways, "Prendre un RDV en ligne")
	}
	return ways
}

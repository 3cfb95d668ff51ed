package census

import "slices"

// field is a part of a place that a file may write, and the columns by which a
// structure says that it wrote it.
type field struct {
	name    string // as the national schema names it
	columns []string
	blank   func(p *place) bool
	same    func(a, b *place) bool
	copy    func(to, from *place)
	// shared may be filled in for a structure's place that lacks it: what it is
	// in the national scheme, and nothing of how to reach it.
	shared bool
}

func text(name, column string, of func(*place) *string, shared bool) field {
	return field{name: name, columns: []string{column}, shared: shared,
		blank: func(p *place) bool { return *of(p) == "" },
		same:  func(a, b *place) bool { return *of(a) == *of(b) },
		copy:  func(to, from *place) { *of(to) = *of(from) }}
}

// several compares without order: a file may list the same words otherwise.
func several(name, column string, of func(*place) *[]string, shared bool) field {
	return field{name: name, columns: []string{column}, shared: shared,
		blank: func(p *place) bool { return len(*of(p)) == 0 },
		same:  func(a, b *place) bool { return sameWords(*of(a), *of(b)) },
		copy:  func(to, from *place) { *of(to) = *of(from) }}
}

func sameWords(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

var fields = []field{
	text("nom", "name", func(p *place) *string { return &p.Name }, false),
	text("pivot", "structure_siret", func(p *place) *string { return &p.StructureSiret }, false),
	text("adresse", "street", func(p *place) *string { return &p.Street }, false),
	text("complement_adresse", "complement", func(p *place) *string { return &p.Complement }, false),
	commune, position,
	text("telephone", "phone", func(p *place) *string { return &p.Phone }, false),
	text("courriels", "email", func(p *place) *string { return &p.Email }, false),
	text("site_web", "website", func(p *place) *string { return &p.Website }, false),
	text("horaires", "opening_hours", func(p *place) *string { return &p.OpeningHours }, false),
	text("presentation_resume", "summary", func(p *place) *string { return &p.Summary }, false),
	text("presentation_detail", "presentation", func(p *place) *string { return &p.Presentation }, false),
	text("referent", "referent", func(p *place) *string { return &p.Referent }, false),
	text("source", "source", func(p *place) *string { return &p.Source }, true),
	text("structure_parente", "parent_structure", func(p *place) *string { return &p.ParentStructure }, true),
	text("fiche_acces_libre", "accessibility_url", func(p *place) *string { return &p.AccessibilityURL }, true),
	text("prise_rdv", "appointment_url", func(p *place) *string { return &p.AppointmentURL }, true),
	several("services", "families", func(p *place) *[]string { return &p.Families }, true),
	several("typologie", "typologies", func(p *place) *[]string { return &p.Typologies }, true),
	several("dispositif_programmes_nationaux", "programmes", func(p *place) *[]string { return &p.Programmes }, true),
	several("formations_labels", "labels", func(p *place) *[]string { return &p.Labels }, true),
	several("autres_formations_labels", "other_labels", func(p *place) *[]string { return &p.OtherLabels }, true),
	several("publics_specifiquement_adresses", "audiences", func(p *place) *[]string { return &p.Audiences }, true),
	several("prise_en_charge_specifique", "special_cares", func(p *place) *[]string { return &p.SpecialCares }, true),
	several("modalites_acces", "access_ways", func(p *place) *[]string { return &p.AccessWays }, true),
	several("modalites_accompagnement", "modes", func(p *place) *[]string { return &p.Modes }, false),
	fees, itinerance, entries,
}

var commune = field{name: "commune", columns: []string{"insee", "town", "postal_code"},
	blank: func(p *place) bool { return p.Insee == "" },
	same: func(a, b *place) bool {
		return a.Insee == b.Insee && a.Town == b.Town && a.PostalCode == b.PostalCode && slices.Equal(a.Ancestors, b.Ancestors)
	},
	copy: func(to, from *place) {
		to.Insee, to.Town, to.PostalCode, to.Ancestors = from.Insee, from.Town, from.PostalCode, from.Ancestors
	}}

// position never goes from an address back to the middle of the commune.
var position = field{name: "latitude", columns: []string{"latitude", "longitude", "positioned"},
	blank: func(p *place) bool { return p.Latitude == nil || p.Longitude == nil },
	same: func(a, b *place) bool {
		if a.Latitude == nil || a.Longitude == nil || b.Latitude == nil || b.Longitude == nil {
			return a.Latitude == nil && b.Latitude == nil
		}
		return *a.Latitude == *b.Latitude && *a.Longitude == *b.Longitude || a.placed() && !b.placed()
	},
	copy: func(to, from *place) {
		to.Latitude, to.Longitude, to.Positioned = from.Latitude, from.Longitude, from.Positioned
	}}

// fees carry with them whether anything is left to pay.
var fees = field{name: "frais_a_charge", columns: []string{"fees", "nothing_to_pay"},
	blank: func(p *place) bool { return len(p.Fees) == 0 },
	same:  func(a, b *place) bool { return sameWords(a.Fees, b.Fees) },
	copy:  func(to, from *place) { to.Fees, to.NothingToPay = from.Fees, from.NothingToPay }}

var itinerance = field{name: "itinerance", columns: []string{"itinerant"},
	blank: func(p *place) bool { return !p.Itinerant },
	same:  func(a, b *place) bool { return a.Itinerant == b.Itinerant },
	copy:  func(to, from *place) { to.Itinerant = from.Itinerant }}

// entries are the structure's alone to say: only its own file bears them.
var entries = field{name: "services_referentiel", columns: []string{"entries"},
	blank: func(p *place) bool { return len(p.Entries) == 0 },
	same:  func(a, b *place) bool { return slices.Equal(a.Entries, b.Entries) },
	copy:  func(to, from *place) { to.Entries = from.Entries }}

// way is how a line may change a place.
type way int

const (
	overwrite way = iota // what is not the structure's own
	fill                 // only what is empty
	share                // only what is empty, and is not the structure's to say
	own                  // everything: it is the structure's own file
)

// merge carries a line into a place, and lists what changed. An empty cell
// never erases anything.
func merge(to, from *place, how way) (changes []string) {
	for _, f := range fields {
		switch {
		case f.blank(from) || f.same(to, from):
		case how != own && f.ownedBy(to):
		case (how == fill || how == share) && !f.blank(to):
		case how == share && !f.shared:
		default:
			f.copy(to, from)
			changes = append(changes, f.name)
			if how == own {
				to.owns(f)
			}
		}
	}
	return changes
}

func (f field) ownedBy(p *place) bool {
	if p.StructureID != nil && f.name == "pivot" {
		return true
	}
	for _, c := range f.columns {
		if slices.Contains(p.OwnFields, c) {
			return true
		}
	}
	return false
}

func (p *place) owns(f field) {
	for _, c := range f.columns {
		if !slices.Contains(p.OwnFields, c) {
			p.OwnFields = append(p.OwnFields, c)
		}
	}
}

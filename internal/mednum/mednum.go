// Package mednum reads and writes the national files of places of digital
// mediation: version 1.0.2, and 0.1.1 which is only read. It repairs what can be
// repaired without guessing, says so, and refuses the rows that cannot be
// understood. It knows no database.
package mednum

import "time"

// Columns is the schema, version 1.0.2, in its order.
var Columns = []string{"id", "pivot", "nom", "commune", "code_postal", "code_insee", "adresse", "complement_adresse", "latitude", "longitude",
	"typologie", "telephone", "courriels", "site_web", "horaires", "presentation_resume", "presentation_detail", "source", "itinerance",
	"structure_parente", "date_maj", "services", "publics_specifiquement_adresses", "prise_en_charge_specifique", "frais_a_charge",
	"dispositif_programmes_nationaux", "formations_labels", "autres_formations_labels", "modalites_acces", "modalites_accompagnement",
	"fiche_acces_libre", "prise_rdv"}

// Our own columns, read when a structure's file holds them and never written in
// a national file.
const (
	OwnEntries  = "services_referentiel" // numbers of the référentiel
	OwnReferent = "referent"
)

// Placeholder is the identifier that real files write when they know none.
const Placeholder = "00000000000000"

// TakesCheques is the label that tells a place where our chèques are taken,
// in the column of other labels.
const TakesCheques = "#APTIC (Pass numérique)"

// Formerly is the label kept for a place that another file says accepted the
// Pass numérique: nobody here has checked it.
const Formerly = "APTIC"

// OurSource tells who collected what is written of the places of our structures.
const OurSource = "Passnum"

// Version is that of a file read.
type Version string

// The versions that are read.
const (
	V1  Version = "1.0.2"
	V01 Version = "0.1.1"
)

// Record is a place of a file, its values checked and in the words of version
// 1.0.2. Empty is not known.
type Record struct {
	Line        int
	ID          string
	Pivot       string // empty for a placeholder
	Name        string
	Town        string
	PostalCode  string
	INSEE       string
	Street      string
	Complement  string
	Latitude    *float64
	Longitude   *float64
	Typologies  []string
	Phone       string
	Emails      []string
	Websites    []string
	Hours       string
	Summary     string
	Detail      string
	Source      string
	Itinerance  []string // Itinérant, Fixe
	Parent      string
	UpdatedOn   time.Time // zero when the file does not really know
	Services    []string
	Audiences   []string
	SpecialCare []string
	Fees        []string
	Programmes  []string
	Labels      []string
	OtherLabels []string
	AccessWays  []string
	Modes       []string // modalites_accompagnement
	AccessURL   string   // fiche_acces_libre
	Appointment string   // prise_rdv
	Entries     []int16  // services_referentiel
	Referent    string
	// Notes are the values that were mended or left out; the row is taken
	// without them.
	Notes []Problem
}

// Problem is one value that cannot be taken as it is.
type Problem struct {
	Line   int
	Column string // as in the file; empty for the whole row
	Value  string
	Reason string // in French, a sentence
}

// File is what a file holds: every line of data is either in Records or in
// Rejected.
type File struct {
	Version   Version
	Encoding  string // « UTF-8 », « Windows-1252 »…
	Separator string
	Columns   []string // those recognised
	Unknown   []string // columns that are not of the schema
	Records   []Record
	Rejected  []Rejection
}

// Rows is how many lines of data the file holds.
func (f File) Rows() int { return len(f.Records) + len(f.Rejected) }

// Has reports whether the file bears a column of version 1.0.2.
func (f File) Has(column string) bool {
	for _, c := range f.Columns {
		if c == column {
			return true
		}
	}
	return false
}

// Rejection is a row that cannot be taken, and why.
type Rejection struct {
	Line     int
	ID, Name string // as far as they could be read
	Problems []Problem
}

package distribution

import (
	"net/mail"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/hours"
	"passnum/internal/territory"
)

// Point is a point of distribution: an address and the person who answers for
// the carnets kept there.
type Point struct {
	ID             uuid.UUID
	AiguilleurID   uuid.UUID
	AiguilleurName string
	Name           string
	ReferentName   string
	ReferentEmail  string
	Phone          string
	Street         string
	Complement     string
	PostalCode     string
	Town           string
	Insee          string
	Ancestors      []string
	Latitude       *float64
	Longitude      *float64
	OpeningHours   string
	IsPublic       bool   // shown to who looks for where to ask
	PublicNote     string // what they should know before coming
	ClosedAt       *time.Time
}

// Open reports whether carnets may still be handed over there.
func (p Point) Open() bool { return p.ClosedAt == nil }

// Address is the point's address in one line.
func (p Point) Address() string {
	return addressLine(p.Street, p.Complement, p.PostalCode, p.Town)
}

func addressLine(street, complement, postalCode, town string) string {
	var parts []string
	for _, part := range []string{complement, street, strings.TrimSpace(postalCode + " " + town)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// PointForm is a point as typed. Fields keep the names of the form.
type PointForm struct {
	Name          string // nom
	ReferentName  string // referent
	ReferentEmail string // courriel
	Phone         string // telephone
	Street        string // rue
	Complement    string // complement
	PostalCode    string // code_postal, needed where the commune has several
	Commune       string // commune, as typed
	CommuneCode   string // commune_code, INSEE
	OpeningHours  string // horaires
	IsPublic      bool   // public
	PublicNote    string // avant_de_venir
}

// FormOf is the form filled with a point, to change it.
func FormOf(p Point) PointForm {
	return PointForm{Name: p.Name, ReferentName: p.ReferentName, ReferentEmail: p.ReferentEmail, Phone: p.Phone, Street: p.Street,
		Complement: p.Complement, PostalCode: p.PostalCode, Commune: p.Town, CommuneCode: p.Insee, OpeningHours: hours.Editable(p.OpeningHours), IsPublic: p.IsPublic, PublicNote: p.PublicNote}
}

var phonePattern = regexp.MustCompile(`^\+?[0-9][0-9 .\-]{7,19}$`)

// read checks every field and places the point on the map.
func (f PointForm) read(places *territory.Index) (Point, error) {
	var c fault.Collector
	c.Check(f.Name != "", "nom", "Donnez un nom au point, par exemple «\u00a0Accueil de la mairie\u00a0».")
	c.Check(len([]rune(f.Name)) <= 120, "nom", "Raccourcissez le nom\u00a0: 120 caractères au plus.")
	c.Check(f.ReferentName != "", "referent", "Nommez la personne référente\u00a0: elle répond des carnets de ce point.")
	c.Check(f.Street != "", "rue", "Indiquez le numéro et la rue.")
	c.Check(f.ReferentEmail == "" || validEmail(f.ReferentEmail), "courriel", "Cette adresse de courriel n’est pas complète.")
	c.Check(f.Phone == "" || phonePattern.MatchString(f.Phone), "telephone", "Ce numéro de téléphone n’est pas complet.")
	p := Point{Name: f.Name, ReferentName: f.ReferentName, ReferentEmail: f.ReferentEmail, Phone: f.Phone, Street: f.Street,
		Complement: f.Complement, OpeningHours: hours.Read(f.OpeningHours), IsPublic: f.IsPublic, PublicNote: strings.TrimSpace(f.PublicNote)}
	c.Check(len([]rune(p.PublicNote)) <= 280, "avant_de_venir", "Raccourcissez ce texte\u00a0: 280 caractères au plus.")
	f.locate(places, &p, &c)
	return p, c.Err()
}

func (f PointForm) locate(places *territory.Index, p *Point, c *fault.Collector) {
	commune, err := places.Resolve(f.CommuneCode, f.Commune)
	if err != nil {
		c.Add("commune", sentenceOf(err))
		return
	}
	p.Town, p.Insee, p.Ancestors = commune.Name, commune.Code, places.Ancestors(commune.Code)
	if lat, lon, _, ok := places.Locate(commune.Code); ok {
		p.Latitude, p.Longitude = &lat, &lon
	}
	switch {
	case commune.HasPostalCode(f.PostalCode):
		p.PostalCode = f.PostalCode
	case f.PostalCode == "" && len(commune.PostalCodes) == 1, f.PostalCode == "" && len(commune.PostalCodes) == 0:
		p.PostalCode = strings.Join(commune.PostalCodes, "")
	case f.PostalCode == "":
		c.Add("code_postal", commune.Name+" a plusieurs codes postaux\u00a0: indiquez celui du point.")
	default:
		c.Add("code_postal", "Ce code postal n’est pas celui de "+commune.Name+".")
	}
}

func validEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && strings.Contains(s[strings.LastIndex(s, "@"):], ".")
}

func sentenceOf(err error) string {
	if f, ok := fault.As(err); ok {
		return f.Sentence
	}
	return "Cette réponse n’est pas valable."
}

package structure

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/hours"
	"passnum/internal/identifier"
	"passnum/internal/organisation"
	"passnum/internal/referentiel"
	"passnum/internal/territory"
)

// PlaceForm is a place as typed; comments give the names of the fields.
type PlaceForm struct {
	Name         string // nom
	Referent     string // referent
	Address      organisation.AddressForm
	Latitude     string   // latitude
	Longitude    string   // longitude
	Phone        string   // telephone
	Email        string   // courriel
	Website      string   // site
	OpeningHours string   // horaires
	Access       string   // acces
	Transport    string   // transport
	Presentation string   // presentation
	Entries      []string // services, by number
	Categories   []string // categories, added whole
	Modes        []string // modes
	NothingToPay bool     // rien_a_payer
	DetailsOf    string   // details_de: the place whose prices and durations come with its entries
}

// FormOf is the form filled with a place, to change it.
func FormOf(p Place) PlaceForm {
	f := PlaceForm{Name: p.Name, Referent: p.Referent, Phone: identifier.Phone(p.Phone).Grouped(), Email: p.Email, Website: p.Website,
		OpeningHours: hours.Editable(p.OpeningHours), Access: p.Access, Transport: p.Transport, Presentation: p.Presentation, Modes: p.Modes, NothingToPay: p.NothingToPay,
		Address: organisation.AddressForm{Street: p.Street, Complement: p.Complement, PostalCode: p.PostalCode, Commune: p.Town, CommuneCode: p.Insee}}
	for _, e := range p.Entries {
		f.Entries = append(f.Entries, strconv.Itoa(int(e)))
	}
	// A position that was found is found again; one that was chosen is kept.
	if p.Positioned == ByHand && p.Latitude != nil && p.Longitude != nil {
		f.Latitude, f.Longitude = degrees(*p.Latitude), degrees(*p.Longitude)
	}
	return f
}

func degrees(d float64) string {
	return strings.Replace(strconv.FormatFloat(d, 'f', -1, 64), ".", ",", 1)
}

// read checks every field, places the place on the map, and gathers its entries.
func (f PlaceForm) read(index *territory.Index) (Place, error) {
	var c fault.Collector
	line := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	p := Place{Name: line(f.Name), Referent: line(f.Referent), OpeningHours: hours.Read(line(f.OpeningHours)), Access: strings.TrimSpace(f.Access), Transport: line(f.Transport),
		Presentation: strings.TrimSpace(f.Presentation), NothingToPay: f.NothingToPay}
	c.Check(p.Name != "", "nom", "Donnez un nom au lieu, comme sur sa porte.")
	c.Check(len([]rune(p.Name)) <= 120, "nom", "Raccourcissez le nom\u00a0: 120 caractères au plus.")
	c.Check(p.Referent != "", "referent", "Nommez la personne à demander\u00a0: son nom est imprimé sur les lettres d’orientation.")
	c.Check(len([]rune(p.Access)) <= 500, "acces", "Raccourcissez ce texte\u00a0: 500 caractères au plus.")
	c.Check(len([]rune(p.Transport)) <= 200, "transport", "Raccourcissez ce texte\u00a0: 200 caractères au plus.")
	c.Check(len([]rune(p.Presentation)) <= 2000, "presentation", "Raccourcissez ce texte\u00a0: 2\u202f000 caractères au plus.")
	if refusal := hoursSentence(p.OpeningHours); refusal != "" {
		c.Add("horaires", refusal)
	}
	a := f.Address.Read(index, &c)
	p.Street, p.Complement, p.PostalCode, p.Town, p.Insee = a.Street, a.Complement, a.PostalCode, a.Town, a.Insee
	p.Ancestors = index.Ancestors(a.Insee)
	f.readContact(&p, &c)
	f.readPosition(&p, index, &c)
	f.readOffer(&p, &c)
	return p, c.Err()
}

func (f PlaceForm) readContact(p *Place, c *fault.Collector) {
	if strings.TrimSpace(f.Phone) != "" {
		phone, err := identifier.ParsePhone(f.Phone)
		if err != nil {
			c.Refuse("telephone", err)
		}
		p.Phone = phone.String()
	}
	if strings.TrimSpace(f.Email) != "" {
		email, err := identifier.ParseEmail(f.Email)
		if err != nil {
			c.Refuse("courriel", err)
		}
		p.Email = email.String()
	}
	c.Check(strings.TrimSpace(f.Phone)+strings.TrimSpace(f.Email) != "", "telephone", "Indiquez un téléphone ou un courriel\u00a0: c’est ainsi que l’on prend rendez-vous.")
	website := strings.TrimSpace(f.Website)
	if website != "" && !strings.Contains(website, "://") {
		website = "https://" + website
	}
	c.Check(website == "" || isWebsite(website), "site", "Cette adresse de site n’est pas complète. Elle ressemble à www.exemple.fr.")
	p.Website = website
}

func isWebsite(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Host, ".") && len(s) <= 300
}

// readPosition keeps a position chosen by hand.
func (f PlaceForm) readPosition(p *Place, index *territory.Index, c *fault.Collector) {
	if strings.TrimSpace(f.Latitude+f.Longitude) == "" {
		return
	}
	lat, latErr := readDegrees(f.Latitude)
	lon, lonErr := readDegrees(f.Longitude)
	c.Check(latErr == nil && lat >= -90 && lat <= 90, "latitude", "Une latitude est un nombre de degrés, comme 46,1703. Laissez les deux cases vides pour utiliser celle de l’adresse.")
	c.Check(lonErr == nil && lon >= -180 && lon <= 180, "longitude", "Une longitude est un nombre de degrés, comme 1,8683.")
	// Further than any commune of France is wide: the two are likely swapped.
	if clat, clon, _, ok := index.Locate(p.Insee); ok && latErr == nil && lonErr == nil && territory.Distance(lat, lon, clat, clon) > 60 {
		c.Add("latitude", "Cette position est à plus de 60\u00a0km de "+p.Town+". Vérifiez la latitude et la longitude, ou laissez les deux cases vides.")
	}
	p.Latitude, p.Longitude, p.Positioned = &lat, &lon, ByHand
}

func readDegrees(typed string) (float64, error) {
	return strconv.ParseFloat(strings.Replace(strings.TrimSpace(typed), ",", ".", 1), 64)
}

// readOffer gathers the entries ticked one by one and by whole category.
func (f PlaceForm) readOffer(p *Place, c *fault.Collector) {
	numbers := map[int]bool{}
	for _, typed := range f.Entries {
		number, err := strconv.Atoi(typed)
		if _, known := referentiel.Load().Entry(number); err != nil || !known {
			c.Add("services", "Un des services choisis n’existe pas dans le référentiel.")
			break
		}
		numbers[number] = true
	}
	for _, code := range f.Categories {
		category, _ := referentiel.Load().Category(code)
		for _, e := range category.Entries {
			numbers[e.Number] = true
		}
	}
	p.Entries = []int16{}
	for n := range numbers {
		p.Entries = append(p.Entries, int16(n))
	}
	slices.Sort(p.Entries)
	p.Modes = []string{}
	for _, m := range Modes {
		if slices.Contains(f.Modes, m.Code) {
			p.Modes = append(p.Modes, m.Code)
		}
	}
	c.Check(len(p.Modes) > 0, "modes", "Choisissez au moins une façon d’accompagner.")
}

package mednum

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"passnum/internal/fold"
	"passnum/internal/identifier"
	"passnum/internal/referentiel"
)

var (
	postalPattern = regexp.MustCompile(`^\d{5}$`)
	inseePattern  = regexp.MustCompile(`^([013-9]\d|2[AB1-9])\d{3}$`)
	pivotPattern  = regexp.MustCompile(`^[a-zA-Z0-9]{9,14}$`)
	phonePattern  = regexp.MustCompile(`^(\+33|\+590|\+594|\+262|\+596|\+269|\+687|\+689|\+508|\+681)\d{6,9}$`)
	onlyZeros     = regexp.MustCompile(`^[0xX]+$`)
)

func (r *row) read() {
	r.readIdentity()
	r.readAddress()
	r.readContact()
	r.readTexts()
	r.readLists()
	r.readDate()
}

// longestID is what an identifier may hold: an index cannot hold much more.
const longestID = 200

func (r *row) readIdentity() {
	p := &r.record
	p.ID, p.Name = oneLine(r.values["id"]), oneLine(r.values["nom"])
	if p.ID == "" && !r.options.Own {
		r.refuse("id", "", "L’identifiant du lieu manque.")
	}
	if len(p.ID) > longestID {
		r.refuse("id", p.ID, "Cet identifiant dépasse 200 signes\u00a0: ce n’en est pas un.")
		p.ID = shorten(p.ID)
	}
	if p.Name == "" {
		r.refuse("nom", "", "Le nom du lieu manque.")
	}
	if runes := []rune(p.Name); len(runes) > 200 {
		r.note("nom", p.Name, "Ce nom est coupé à 200 caractères.")
		p.Name = string(runes[:200])
	}
	pivot := strings.NewReplacer(" ", "", ".", "").Replace(r.values["pivot"])
	switch {
	case pivot == "":
	case onlyZeros.MatchString(pivot):
		r.note("pivot", pivot, "Cet identifiant ne désigne personne\u00a0: il est lu comme inconnu.")
	case !pivotPattern.MatchString(pivot):
		r.note("pivot", pivot, "Ce n’est ni un SIRET, ni un numéro RNA\u00a0: il est lu comme inconnu.")
	default:
		p.Pivot = r.readPivot(strings.ToUpper(pivot))
	}
}

// readPivot keeps what can name a body; a SIRET with a wrong key cannot.
func (r *row) readPivot(pivot string) string {
	if len(pivot) == 14 && strings.Trim(pivot, "0123456789") == "" {
		if _, err := identifier.ParseSIRET(pivot); err != nil {
			r.note("pivot", pivot, "La clé de ce SIRET est fausse\u00a0: il est lu comme inconnu.")
			return ""
		}
	}
	return pivot
}

func (r *row) readAddress() {
	p := &r.record
	p.Town, p.Street, p.Complement = oneLine(r.values["commune"]), oneLine(r.values["adresse"]), oneLine(r.values["complement_adresse"])
	p.PostalCode, p.INSEE = strings.ReplaceAll(r.values["code_postal"], " ", ""), strings.ToUpper(strings.ReplaceAll(r.values["code_insee"], " ", ""))
	if p.Town == "" {
		r.refuse("commune", "", "La commune manque.")
	}
	if len(p.PostalCode) == 4 && strings.Trim(p.PostalCode, "0123456789") == "" {
		r.note("code_postal", p.PostalCode, "Le zéro que le tableur avait ôté est remis.")
		p.PostalCode = "0" + p.PostalCode
	}
	if !postalPattern.MatchString(p.PostalCode) {
		r.refuse("code_postal", r.values["code_postal"], "Un code postal a cinq chiffres.")
	}
	if len(p.INSEE) == 4 && strings.Trim(p.INSEE, "0123456789") == "" {
		p.INSEE = "0" + p.INSEE
	}
	if p.INSEE != "" && !inseePattern.MatchString(p.INSEE) {
		r.note("code_insee", p.INSEE, "Ce n’est pas un code de commune\u00a0: la commune est cherchée par son nom.")
		p.INSEE = ""
	}
	if p.Street == "" && !r.options.Own {
		r.refuse("adresse", "", "L’adresse manque.")
	}
	r.readPosition()
}

func (r *row) readPosition() {
	typedLat, typedLon := r.values["latitude"], r.values["longitude"]
	if typedLat+typedLon == "" {
		return
	}
	lat, latErr := degrees(typedLat)
	lon, lonErr := degrees(typedLon)
	switch {
	case latErr != nil || lonErr != nil || lat < -90 || lat > 90 || lon < -180 || lon > 180:
		r.note("latitude", typedLat+" "+typedLon, "Ces coordonnées ne sont pas des degrés\u00a0: le lieu est placé dans sa commune.")
	case lat == 0 && lon == 0:
		r.note("latitude", typedLat+" "+typedLon, "Ces coordonnées nulles désignent le large de l’Afrique\u00a0: le lieu est placé dans sa commune.")
	default:
		r.record.Latitude, r.record.Longitude = &lat, &lon
	}
}

func degrees(typed string) (float64, error) {
	v, err := strconv.ParseFloat(strings.Replace(typed, ",", ".", 1), 64)
	if err == nil && v != v {
		err = strconv.ErrSyntax
	}
	return v, err
}

func (r *row) readContact() {
	p := &r.record
	if typed := parts(r.values["telephone"]); len(typed) > 0 {
		p.Phone = r.readPhone(typed[0])
	}
	for _, typed := range slices.Concat(parts(r.values["courriels"]), parts(r.values["courriel"])) {
		email, err := identifier.ParseEmail(typed)
		if err != nil {
			r.note("courriels", typed, "Cette adresse de courriel n’est pas complète\u00a0: elle est laissée.")
			continue
		}
		p.Emails = append(p.Emails, email.String())
	}
	p.Websites = r.readAddresses("site_web", r.values["site_web"])
	if list := r.readAddresses("fiche_acces_libre", r.values["fiche_acces_libre"]+r.values["accessibilite"]); len(list) > 0 {
		p.AccessURL = list[0]
	}
	if list := r.readAddresses("prise_rdv", r.values["prise_rdv"]); len(list) > 0 {
		p.Appointment = list[0]
	}
}

func (r *row) readPhone(typed string) string {
	plain := strings.NewReplacer(" ", "", ".", "", "-", "").Replace(typed)
	if phone, err := identifier.ParsePhone(typed); err == nil && phonePattern.MatchString(phone.String()) {
		return phone.String()
	}
	if phonePattern.MatchString(plain) {
		return plain
	}
	r.note("telephone", typed, "Ce numéro de téléphone n’est pas complet\u00a0: il est laissé.")
	return ""
}

// readAddresses reads addresses of pages; « ; » also lives inside some of them.
func (r *row) readAddresses(column, text string) (list []string) {
	text = strings.NewReplacer(";http", "|http", "; http", "|http", ";www", "|www").Replace(text)
	for part := range strings.SplitSeq(text, "|") {
		part = strings.TrimSpace(part)
		if part != "" && !strings.Contains(part, "://") {
			part = "https://" + part
		}
		switch {
		case part == "":
		case len(part) > 500 || strings.ContainsAny(part, " \n\"<>") || !strings.HasPrefix(part, "http") || !strings.Contains(part, "."):
			r.note(column, part, "Cette adresse de site n’est pas complète\u00a0: elle est laissée.")
		default:
			list = append(list, part)
		}
	}
	return list
}

func (r *row) readTexts() {
	p := &r.record
	p.Hours, p.Source, p.Parent = oneLine(r.values["horaires"]), oneLine(r.values["source"]), oneLine(r.values["structure_parente"])
	p.Detail, p.Summary, p.Referent = strings.TrimSpace(r.values["presentation_detail"]), oneLine(r.values["presentation_resume"]), oneLine(r.values[OwnReferent])
	if runes := []rune(p.Summary); len(runes) > 280 {
		r.note("presentation_resume", p.Summary, "Ce résumé est coupé à 280 caractères.")
		p.Summary = string(runes[:279]) + "…"
	}
	if runes := []rune(p.Detail); len(runes) > 4000 {
		r.note("presentation_detail", p.Detail, "Cette présentation est coupée à 4\u202f000 caractères.")
		p.Detail = string(runes[:3999]) + "…"
	}
	for _, typed := range parts(r.values[OwnEntries]) {
		number, err := strconv.Atoi(typed)
		if _, known := referentiel.Load().Entry(number); err != nil || !known {
			r.note(OwnEntries, typed, "Ce numéro n’est pas dans le référentiel\u00a0: il est laissé.")
			continue
		}
		p.Entries = append(p.Entries, int16(number))
	}
	slices.Sort(p.Entries)
	p.Entries = slices.Compact(p.Entries)
}

// readDate keeps a day that the source really knows.
func (r *row) readDate() {
	typed := r.values["date_maj"]
	if typed == "" && r.options.Own {
		return
	}
	day, err := readDay(typed)
	switch {
	case err != nil:
		r.refuse("date_maj", typed, "La date de mise à jour n’est pas une date, comme 2026-03-31.")
	case day.Year() < 2005:
		r.note("date_maj", typed, "Cette date est une erreur de la source\u00a0: elle est lue comme inconnue.")
	case !r.options.Today.IsZero() && day.After(r.options.Today.AddDate(0, 0, 1)):
		r.note("date_maj", typed, "Cette date est à venir\u00a0: elle est lue comme inconnue.")
	default:
		r.record.UpdatedOn = day
	}
}

func readDay(typed string) (day time.Time, err error) {
	if len(typed) > 10 && (typed[10] == 'T' || typed[10] == ' ') {
		typed = typed[:10]
	}
	for _, layout := range []string{"2006-01-02", "02/01/2006", "2006/01/02"} {
		if day, err = time.Parse(layout, typed); err == nil {
			return day, nil
		}
	}
	return day, err
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// parts cuts several values apart: the schema wants « | », its description says « ; ».
func parts(s string) (list []string) {
	for part := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == '|' || c == ';' }) {
		if part = oneLine(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// same reports whether two words are one but for accents and capitals.
func same(a, b string) bool { return fold.Text(a) == fold.Text(b) }

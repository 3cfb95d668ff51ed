package reporting

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"passnum/internal/referentiel"
)

// MednumColumns is the national schema of places of digital mediation, v1.0.2,
// in its order.
var MednumColumns = []string{"id", "pivot", "nom", "commune", "code_postal", "code_insee", "adresse", "complement_adresse", "latitude", "longitude",
	"typologie", "telephone", "courriels", "site_web", "horaires", "presentation_resume", "presentation_detail", "source", "itinerance",
	"structure_parente", "date_maj", "services", "publics_specifiquement_adresses", "prise_en_charge_specifique", "frais_a_charge",
	"dispositif_programmes_nationaux", "formations_labels", "autres_formations_labels", "modalites_acces", "modalites_accompagnement",
	"fiche_acces_libre", "prise_rdv"}

// WriteMednum writes every published place in the national schema: commas, no
// byte order mark, « | » between several values.
func (s *Service) WriteMednum(ctx context.Context, w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(MednumColumns); err != nil {
		return fmt.Errorf("write places: %w", err)
	}
	if err := s.EachPlace(ctx, func(p Place) error { return out.Write(p.mednum()) }); err != nil {
		return fmt.Errorf("write places: %w", err)
	}
	out.Flush()
	return out.Error()
}

// mednum is the place as one row; what the schema would refuse is left out.
func (p Place) mednum() []string {
	values := map[string]string{
		"id": p.ID.String(), "pivot": p.StructureSIRET, "nom": p.Name, "commune": p.Town, "code_postal": p.PostalCode, "code_insee": p.INSEE,
		"adresse": p.Street, "complement_adresse": p.Complement, "latitude": degrees(p.Latitude), "longitude": degrees(p.Longitude),
		"telephone": international(p.Phone), "courriels": p.Email, "site_web": p.Website, "horaires": p.OpeningHours,
		"presentation_resume": shorten(p.Presentation, 280), "presentation_detail": p.Presentation, "source": "Passnum",
		"structure_parente": p.StructureName, "date_maj": p.UpdatedAt.Format("2006-01-02"), "services": families(p.Entries),
		"autres_formations_labels": "#APTIC (Pass numérique)", "modalites_acces": access(p), "modalites_accompagnement": modes(p.Modes),
	}
	if p.NothingToPay {
		values["frais_a_charge"] = "Gratuit sous condition"
	}
	row := make([]string, len(MednumColumns))
	for i, name := range MednumColumns {
		row[i] = values[name]
	}
	return row
}

func degrees(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

// international writes « 05 55 51 00 00 » as +33555510000.
func international(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || r == '+' {
			return r
		}
		return -1
	}, phone)
	switch {
	case strings.HasPrefix(digits, "+"):
		return digits
	case len(digits) == 10 && digits[0] == '0':
		return "+33" + digits[1:]
	}
	return ""
}

func families(entries []int16) string {
	numbers := make([]int, len(entries))
	for i, e := range entries {
		numbers[i] = int(e)
	}
	var names []string
	for _, f := range referentiel.Load().FamiliesOf(numbers) {
		names = append(names, f.String())
	}
	return strings.Join(names, "|")
}

func access(p Place) string {
	ways := []string{"Se présenter"}
	if p.Phone != "" {
		ways = append(ways, "Téléphoner")
	}
	if p.Email != "" {
		ways = append(ways, "Contacter par mail")
	}
	return strings.Join(ways, "|")
}

func modes(given []string) string {
	var names []string
	for _, m := range given {
		switch m {
		case "individuel":
			names = append(names, "Accompagnement individuel")
		case "collectif":
			names = append(names, "Dans un atelier collectif")
		}
	}
	return strings.Join(names, "|")
}

func shorten(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return string(runes[:limit-1]) + "…"
}

package mednum

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Row is the record in the schema's words and order. What the schema would
// refuse is left out, so that every row is valid.
func (p Record) Row() []string {
	values := p.values()
	row := make([]string, len(Columns))
	for i, name := range Columns {
		row[i] = harmless(values[name])
	}
	return row
}

// harmless is a value that no spreadsheet runs: it loses the sign that would
// have started a formula.
func harmless(value string) string {
	if !formula.MatchString(value) {
		return value
	}
	return cmp.Or(strings.TrimLeft(value, "=+-@ \t\r\n"), "–")
}

func (p Record) values() map[string]string {
	pivot, insee, updated := p.Pivot, p.INSEE, p.UpdatedOn
	if !pivotPattern.MatchString(pivot) {
		pivot = Placeholder
	}
	if !inseePattern.MatchString(insee) {
		insee = ""
	}
	return map[string]string{
		"id": p.ID, "pivot": pivot, "nom": p.Name, "commune": p.Town, "code_postal": p.PostalCode, "code_insee": insee,
		"adresse": firstSaid(p.Street, p.Complement, p.Town), "complement_adresse": p.Complement, "latitude": degree(p.Latitude), "longitude": degree(p.Longitude),
		"typologie": join(p.Typologies), "telephone": matching(p.Phone), "courriels": join(p.Emails), "site_web": join(p.Websites), "horaires": p.Hours,
		"presentation_resume": limited(p.Summary, 280), "presentation_detail": p.Detail, "source": p.Source,
		"itinerance": among(p.Itinerance, Itinerance), "structure_parente": p.Parent, "date_maj": updated.Format(time.DateOnly),
		"services": among(p.Services, Services), "publics_specifiquement_adresses": among(p.Audiences, Audiences),
		"prise_en_charge_specifique": among(p.SpecialCare, SpecialCare), "frais_a_charge": among(p.Fees, Fees),
		"dispositif_programmes_nationaux": among(p.Programmes, Programmes), "formations_labels": among(p.Labels, Labels),
		"autres_formations_labels": join(p.OtherLabels), "modalites_acces": among(p.AccessWays, AccessWays),
		"modalites_accompagnement": among(p.Modes, modeLabels()), "fiche_acces_libre": p.AccessURL, "prise_rdv": p.Appointment,
	}
}

// firstSaid is the first of the texts that says something: the schema wants an
// address, and villages have none.
func firstSaid(texts ...string) string {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			return text
		}
	}
	return "–"
}

func degree(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

func matching(phone string) string {
	if phonePattern.MatchString(phone) {
		return phone
	}
	return ""
}

// join writes several values; a sign that would cut one in two is replaced.
func join(values []string) string {
	plain := make([]string, len(values))
	for i, v := range values {
		plain[i] = strings.ReplaceAll(v, "|", "/")
	}
	return strings.Join(plain, "|")
}

// among joins those of the values that the schema knows.
func among(values, known []string) string {
	kept := make([]string, 0, len(values))
	for _, v := range values {
		if slices.Contains(known, v) {
			kept = append(kept, v)
		}
	}
	return strings.Join(kept, "|")
}

func limited(s string, limit int) string {
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return s
}

// Writer writes records one by one in a format.
type Writer interface {
	Write(Record) error
	Close() error
}

// NewCSV writes commas, decimal points and « | » between several values.
func NewCSV(w io.Writer) (Writer, error) {
	out := csv.NewWriter(w)
	return csvWriter{out}, out.Write(Columns)
}

type csvWriter struct{ out *csv.Writer }

func (w csvWriter) Write(p Record) error { return w.out.Write(p.Row()) }

func (w csvWriter) Close() error {
	w.out.Flush()
	return w.out.Error()
}

// NewJSON writes an array of objects that bear the columns that are known, as
// the national map does: strings, and numbers for coordinates.
func NewJSON(w io.Writer) (Writer, error) { return &jsonWriter{w: w, open: "[", close: "\n]\n"}, nil }

// NewGeoJSON writes a collection of points; a place that nobody located has no
// geometry.
func NewGeoJSON(w io.Writer) (Writer, error) {
	return &jsonWriter{w: w, open: `{"type":"FeatureCollection","features":[`, close: "\n]}\n", feature: true}, nil
}

type jsonWriter struct {
	w           io.Writer
	open, close string
	feature     bool
	begun       bool
}

func (w *jsonWriter) Write(p Record) error {
	var thing any = p.object()
	if w.feature {
		thing = p.asFeature()
	}
	text, err := json.Marshal(thing)
	if err != nil {
		return fmt.Errorf("write place: %w", err)
	}
	_, err = io.WriteString(w.w, w.lead()+"\n"+string(text))
	return err
}

func (w *jsonWriter) lead() string {
	if w.begun {
		return ","
	}
	w.begun = true
	return w.open
}

func (w *jsonWriter) Close() error {
	end := w.close
	if !w.begun {
		end = w.open + end
	}
	_, err := io.WriteString(w.w, end)
	return err
}

func (p Record) object() map[string]any {
	object := map[string]any{}
	for name, value := range p.values() {
		if value != "" {
			object[name] = value
		}
	}
	if p.Latitude != nil && p.Longitude != nil {
		object["latitude"], object["longitude"] = *p.Latitude, *p.Longitude
	}
	return object
}

func (p Record) asFeature() map[string]any {
	properties := p.object()
	delete(properties, "latitude")
	delete(properties, "longitude")
	feature := map[string]any{"type": "Feature", "id": p.ID, "geometry": nil, "properties": properties}
	if p.Latitude != nil && p.Longitude != nil {
		feature["geometry"] = map[string]any{"type": "Point", "coordinates": []float64{*p.Longitude, *p.Latitude}}
	}
	return feature
}

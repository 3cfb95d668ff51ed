package opendata_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"passnum/internal/mednum"
	"passnum/internal/reporting/opendata"
)

// TestWhateverWasTypedTheRowsAreValid writes what people type, and what nobody
// should, in every text of two places: a structure's and one that is only known.
func TestWhateverWasTypedTheRowsAreValid(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.take(t, []byte(places))
	for name, odd := range map[string]string{
		"a formula": `=HYPERLINK("http://exemple.test")`, "a command": `-2+3|cmd!A0`, "lists": "a|b;c", "lines": "a\nb\r\nc", "quotes": `"a"",'b`, "nothing": " ", "signs": "🚌\u202e\x01",
		"long": strings.Repeat("é", 5000), "a number": "0", "markup": "<script>alert(1)</script>",
	} {
		b.Exec(`UPDATE places SET name = CASE WHEN btrim($1) = '' THEN 'Lieu' ELSE $1 END, street = $1, complement = $1, phone = $1, email = $1, website = $1, opening_hours = $1, summary = left($1, 280), presentation = $1,
			source = $1, parent_structure = $1, structure_name = $1, structure_siret = $1, insee = $1, accessibility_url = $1, appointment_url = $1, families = ARRAY[$1, 'Aide aux démarches administratives'],
			typologies = ARRAY[$1, 'BIB'], programmes = ARRAY[$1], labels = ARRAY[$1], other_labels = ARRAY[$1], audiences = ARRAY[$1], special_cares = ARRAY[$1],
			fees = ARRAY[$1], access_ways = ARRAY[$1], modes = ARRAY[$1], entries = '{3,44,32000}', itinerant = true`, odd)
		rows := rowsOf(t, b.write(t, opendata.CSV, ""))
		if len(rows) < 4 {
			t.Fatalf("%s: %d rows", name, len(rows))
		}
		check(t, rows)
		var list []map[string]any
		if err := json.Unmarshal(b.write(t, opendata.JSON, ""), &list); err != nil || len(list) != len(rows)-1 {
			t.Errorf("%s: %d objects for %d rows, %v", name, len(list), len(rows)-1, err)
		}
		if text := b.write(t, opendata.GeoJSON, ""); !json.Valid(text) || !utf8.Valid(text) {
			t.Errorf("%s: the GeoJSON is not", name)
		}
		b.readBack(t, name, rows)
	}
}

// readBack reads our own rows again: none is rejected, nor a formula.
func (b bench) readBack(t *testing.T, name string, rows [][]string) {
	t.Helper()
	f, err := mednum.Read(strings.NewReader(string(b.write(t, opendata.CSV, ""))), mednum.Options{Today: b.World.Now()})
	if err != nil || len(f.Rejected) != 0 || len(f.Records) != len(rows)-1 {
		t.Fatalf("%s: read back: %d of %d, %+v, %v", name, len(f.Records), len(rows)-1, f.Rejected, err)
	}
	for _, r := range f.Records {
		for _, n := range r.Notes {
			if strings.Contains(n.Reason, "formule") {
				t.Errorf("%s: %s still holds a formula: %q", name, n.Column, n.Value)
			}
		}
	}
}

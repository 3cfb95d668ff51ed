package opendata_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
	"unicode/utf8"
)

// schema is as much of a Table Schema as the national one uses.
type schema struct {
	Fields []struct {
		Name, Type  string
		Constraints struct {
			Required, Unique bool
			Pattern          string
			MaxLength        int
		}
	}
}

// shared reads a file of the folder of real data; empty when it is not there.
func shared(name string) []byte {
	folder, _ := os.Getwd()
	for range 8 {
		if content, err := os.ReadFile(filepath.Join(folder, "shared", "data", "mednum", name)); err == nil {
			return content
		}
		folder = filepath.Dir(folder)
	}
	return nil
}

// check refuses rows that the schema refuses; without the schema, only what
// every reader needs is checked.
func check(t *testing.T, rows [][]string) {
	t.Helper()
	content := shared("schema-lieux-mediation-numerique-v1.0.2.json")
	if content == nil {
		t.Log("the national schema is not here: only required columns are checked")
		for _, row := range rows[1:] {
			for _, i := range []int{0, 1, 2, 3, 4, 6, 20} {
				if row[i] == "" {
					t.Errorf("%s: %s is empty", row[0], rows[0][i])
				}
			}
		}
		return
	}
	var s schema
	if err := json.Unmarshal(content, &s); err != nil {
		t.Fatal(err)
	}
	for i, f := range s.Fields {
		if rows[0][i] != f.Name {
			t.Fatalf("column %d is %s, want %s", i, rows[0][i], f.Name)
		}
		var pattern *regexp.Regexp
		if f.Constraints.Pattern != "" {
			pattern = regexp.MustCompile(f.Constraints.Pattern)
		}
		seen := map[string]bool{}
		for _, row := range rows[1:] {
			value := row[i]
			if problem := refused(value, f.Type, pattern, f.Constraints.MaxLength); value != "" && problem != "" {
				t.Errorf("%s: %s = %q: %s", row[0], f.Name, value, problem)
			}
			if f.Constraints.Required && value == "" {
				t.Errorf("%s: %s is required", row[0], f.Name)
			}
			if f.Constraints.Unique && seen[value] {
				t.Errorf("%s = %q appears twice", f.Name, value)
			}
			seen[value] = true
		}
	}
}

func refused(value, kind string, pattern *regexp.Regexp, longest int) string {
	switch kind {
	case "number":
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			return "not a number"
		}
	case "date":
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return "not a date"
		}
	}
	if pattern != nil && !pattern.MatchString(value) {
		return "does not match " + pattern.String()
	}
	if longest > 0 && utf8.RuneCountInString(value) > longest {
		return "too long"
	}
	return ""
}

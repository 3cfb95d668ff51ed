package opendata_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mednum"
	"passnum/internal/reporting/opendata"
	"passnum/internal/structure/census"
	"passnum/internal/territory"
	"passnum/internal/testworld"
)

type bench struct {
	*testworld.World
	*opendata.Service
	census *census.Service
	queue  *jobs.Inline
}

func newBench(t *testing.T) bench {
	t.Helper()
	w := testworld.New(t)
	index, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	queue := &jobs.Inline{}
	return bench{w, opendata.NewService(w.DB, "13002526500013"), census.NewService(w.DB, index, queue), queue}
}

func (b bench) take(t *testing.T, content []byte) census.Report {
	t.Helper()
	id, err := b.census.Take(t.Context(), b.Operator, "lieux.csv", content)
	if err == nil {
		err = b.work(t)
	}
	if err == nil {
		err = b.census.Apply(t.Context(), b.Operator, id)
	}
	if err == nil {
		err = b.work(t)
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.census.Report(t.Context(), b.Operator, id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (b bench) work(t *testing.T) error {
	t.Helper()
	args := b.queue.Waiting[0].(census.WorkArgs)
	b.queue.Waiting = b.queue.Waiting[1:]
	return b.census.Work(t.Context(), args)
}

func (b bench) write(t *testing.T, f opendata.Format, departement string) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := b.Write(t.Context(), &out, f, departement); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func rowsOf(t *testing.T, content []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func cell(rows [][]string, id, column string) string {
	at := slices.Index(mednum.Columns, column)
	for _, row := range rows[1:] {
		if row[0] == id {
			return row[at]
		}
	}
	return "absent"
}

// places is a small national file with what real ones hold: former words, a
// placeholder, a date that is an error, no position.
const places = "\ufeffid;pivot;nom;commune;code_postal;code_insee;adresse;latitude;longitude;telephone;services;publics_accueillis;conditions_acces;labels_nationaux;labels_autres;date_maj\r\n" +
	`a-1;00000000000000;Espace « numérique »;Guéret;23000;23096;1 rue des Lilas;46,17;1,87;05 55 51 01 01;Accéder à du matériel|Créer avec le numérique;Adultes|Seniors (+ 65 ans)|Surdité;Accepte le Pass numérique : Il est possible d'utiliser un Pass numérique pour accéder au lieu;CNFS|Fabriques de Territoire|French Tech;"Label ""maison""";1970-01-01` + "\r\n" +
	`a-2;W751234567;Point d'accès;Aubusson;23200;;2 place du Marché;;;;;;;France Services;Étapes numériques (La Poste);2025-03-04` + "\r\n"

func TestEveryRowIsValidAndComesBackTheSame(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	content := shared("lieux-echantillon.csv")
	if content == nil {
		content = []byte(places)
	}
	for _, file := range [][]byte{content, []byte(places)} {
		b.take(t, file)
	}
	b.Exec(`UPDATE places SET structure_id = $1, structure_siret = '21130001700012', structure_name = 'Médiathèque', entries = '{3,44}', own_fields = '{name}' WHERE national_id = 'a-2'`, b.Mediatheque)
	first := b.write(t, opendata.CSV, "")
	rows := rowsOf(t, first)
	check(t, rows)
	again := b.take(t, first)
	if again.Counts[census.Unchanged] != len(rows)-1 {
		t.Errorf("taking our own file again gives %v of %d", again.Counts, len(rows)-1)
		lines, _, _ := b.census.Lines(t.Context(), b.Operator, again.ID, census.Filter{Limit: 5, Outcome: census.Updated})
		t.Logf("%+v", lines)
	}
	if second := b.write(t, opendata.CSV, ""); !bytes.Equal(first, second) {
		t.Error("the file written after is another one")
	}
}

func TestWhatIsSaidOfAPlace(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.take(t, []byte(places))
	b.Exec(`UPDATE places SET phone = '+33555120000', email = 'lea.moreau@exemple.test', referent = 'Léa Moreau', website = 'https://x.test', nothing_to_pay = true, street = '' WHERE id = $1`, b.Place)
	rows := rowsOf(t, b.write(t, opendata.CSV, ""))
	check(t, rows)
	mine := b.Place.String()
	for _, want := range [][3]string{
		{mine, "autres_formations_labels", "#APTIC (Pass numérique)"}, {mine, "frais_a_charge", "Gratuit sous condition"},
		{mine, "telephone", ""}, {mine, "courriels", ""}, {mine, "site_web", "https://x.test"}, {mine, "source", "Passnum"},
		{"a-1", "pivot", "00000000000000"}, {"a-1", "telephone", "+33555510101"}, {"a-1", "latitude", "46.17"},
		{"a-1", "services", "Accès internet et matériel informatique|Loisirs et créations numériques"},
		{"a-1", "publics_specifiquement_adresses", "Seniors"}, {"a-1", "prise_en_charge_specifique", "Surdité"},
		{"a-1", "dispositif_programmes_nationaux", "Conseillers numériques"}, {"a-1", "formations_labels", "Fabriques de Territoire"},
		{"a-1", "autres_formations_labels", `Label "maison"|APTIC|French Tech`},
		{"a-2", "pivot", "W751234567"}, {"a-2", "latitude", ""}, {"a-2", "autres_formations_labels", "Étapes numériques (La Poste)"}, {"a-2", "date_maj", "2025-03-04"},
	} {
		if got := cell(rows, want[0], want[1]); got != want[2] {
			t.Errorf("%s of %s is %q, want %q", want[1], want[0], got, want[2])
		}
	}
}

func TestAStructureDecidesWhatIsReused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	boss := b.Member(b.Mediatheque, "chef@exemple.test", identity.RoleResponsable, identity.Capacities{Structure: true})
	b.Exec(`UPDATE places SET phone = '+33555120000', email = 'contact@exemple.test', referent = 'Léa Moreau' WHERE id = $1`, b.Place)
	if c, err := b.Choice(t.Context(), boss); err != nil || c != opendata.Unsaid {
		t.Fatalf("without a word, %+v, %v", c, err)
	}
	if err := b.Choose(t.Context(), boss, opendata.Choice{Listed: true, Phone: true, Email: true}); err != nil {
		t.Fatal(err)
	}
	rows := rowsOf(t, b.write(t, opendata.CSV, ""))
	if cell(rows, b.Place.String(), "telephone") != "+33555120000" || cell(rows, b.Place.String(), "courriels") != "contact@exemple.test" {
		t.Error("what the structure agreed to is missing")
	}
	if err := b.Choose(t.Context(), boss, opendata.Choice{}); err != nil {
		t.Fatal(err)
	}
	if rows := rowsOf(t, b.write(t, opendata.CSV, "")); cell(rows, b.Place.String(), "nom") != "absent" {
		t.Error("a place that its structure does not publish is published")
	}
}

func TestTheFilesOfTheDay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.take(t, []byte(places))
	if _, found, err := b.Latest(t.Context(), opendata.JSON); found || err != nil {
		t.Fatalf("before the first: %v, %v", found, err)
	}
	for range 2 {
		if err := b.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range opendata.Formats {
		e, found, err := b.Latest(t.Context(), f)
		if err != nil || !found {
			t.Fatalf("%s: %v, %v", f.Extension, found, err)
		}
		var sent bytes.Buffer
		if err := b.Send(t.Context(), &sent, e); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(sent.Bytes(), b.write(t, f, "")) || int64(sent.Len()) != e.SizeBytes || e.Places != 4 {
			t.Errorf("%s: the file of the day is not what is known (%d places)", f.Extension, e.Places)
		}
		if f.Extension != "csv" && !json.Valid(sent.Bytes()) {
			t.Errorf("%s is not JSON: %s", f.Extension, sent.String())
		}
	}
	if got := strings.Count(string(b.write(t, opendata.GeoJSON, "75")), `"Feature"`); got != 0 {
		t.Errorf("Paris has %d places", got)
	}
	if name := b.FileName(opendata.CSV, b.Now(), territory.Departement{Code: "23", Name: "Creuse"}); !strings.HasSuffix(name, "_13002526500013_lieux-de-mediation-numerique_creuse.csv") {
		t.Errorf("the file is named %s", name)
	}
}

package mednum_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"passnum/internal/fault"
	"passnum/internal/mednum"
)

func read(t *testing.T, content string) mednum.File {
	t.Helper()
	f, err := mednum.Read(strings.NewReader(content), mednum.Options{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const head = "id,pivot,nom,commune,code_postal,adresse,date_maj,services\n"

func TestBrokenQuotesCostTheirLineOnly(t *testing.T) {
	t.Parallel()
	f := read(t, head+
		"a,,\"Le \"\"Phare\"\"\",Guéret,23000,rue,2026-01-01,\n"+
		"b,,\"Jamais refermé,Guéret,23000,rue,2026-01-01,\n"+
		"c,,L'\"Atelier\" du coin,Guéret,23000,rue,2026-01-01,\n"+
		"d,,\"Le \"grand\" atelier\",Guéret,23000,\"sur\ndeux lignes\",2026-01-01,\n"+
		"f,,\"Ouvert,Guéret,23000,rue,2026-01-01,\n"+
		"g,,\"Le suivant\",Guéret,23000,rue,2026-01-01,\n"+
		"e,,Trop,Guéret,23000,rue,2026-01-01,,de,cases\n")
	var names []string
	for _, r := range f.Records {
		names = append(names, r.Name)
	}
	if want := []string{`Le "Phare"`, `L'"Atelier" du coin`, `Le "grand" atelier`, "Le suivant"}; !slices.Equal(names, want) {
		t.Errorf("names: %q", names)
	}
	if len(f.Rejected) != 3 || f.Rejected[0].Line != 3 || f.Rejected[1].Line != 7 || f.Rejected[2].Line != 9 || f.Rows() != 7 {
		t.Errorf("rejected: %+v", f.Rejected)
	}
}

func TestEncodingsAndSeparators(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ content, encoding, separator string }{
		{"\ufeff" + head + "a,,Été,Guéret,23000,rue,2026-01-01,\n", "UTF-8 avec marque d’ordre", ","},
		{"id;pivot;nom;commune;code_postal;adresse;date_maj\r\na;;\xc9t\xe9;Gu\xe9ret;23000;rue;01/02/2026\r\n", "Windows-1252", ";"},
		{"ID\tPivot\tNom\tCommune\tCode postal\tAdresse\tDate maj\na\t\tÉté\tGuéret\t23000\true\t2026-01-01T10:00:00Z", "UTF-8", "\t"},
	} {
		f := read(t, c.content)
		if f.Encoding != c.encoding || f.Separator != c.separator || len(f.Records) != 1 || f.Records[0].Name != "Été" || f.Records[0].UpdatedOn.IsZero() {
			t.Errorf("%s: read as %s, %q: %+v %+v", c.encoding, f.Encoding, f.Separator, f.Records, f.Rejected)
		}
	}
	for _, wrong := range []string{"", "\x00\x01", "PK\x03\x04classeur", "nom;commune\nx;y\n"} {
		if _, err := mednum.Read(strings.NewReader(wrong), mednum.Options{}); err == nil {
			t.Errorf("%q is taken", wrong)
		} else if _, ok := fault.ForForm(err); !ok {
			t.Errorf("%q answers %v", wrong, err)
		}
	}
}

func TestValuesAreMendedAloud(t *testing.T) {
	t.Parallel()
	f := read(t, "id;pivot;nom;commune;code_postal;code_insee;adresse;latitude;longitude;telephone;courriels;site_web;services;date_maj\n"+
		"a;00000000000000;Lieu;Bourg;1000;1053;rue;0;0;01 23;pas-un-courriel|ok@exemple.test;www.exemple.test|https://b.test/?a=1;Aide aux demarches administratives|Cuisine;1970-01-01\n"+
		"b;435 074 434 00033;Lieu;Guéret;23000;23096;rue;46,17;1,87;+33 (0)5 55 12 34 56;;;;2999-01-01\n"+
		"c;;Lieu;Guéret;230000;;rue;;;;;;;31 mars\n")
	a, b := f.Records[0], f.Records[1]
	if a.PostalCode != "01000" || a.INSEE != "01053" || a.Pivot != "" || a.Latitude != nil || a.Phone != "" || !a.UpdatedOn.IsZero() {
		t.Errorf("the first line is read as %+v", a)
	}
	if !slices.Equal(a.Websites, []string{"https://www.exemple.test", "https://b.test/?a=1"}) || !slices.Equal(a.Emails, []string{"ok@exemple.test"}) ||
		!slices.Equal(a.Services, []string{"Aide aux démarches administratives"}) {
		t.Errorf("lists of the first line: %+v", a)
	}
	if len(a.Notes) != 7 {
		t.Errorf("%d notes: %+v", len(a.Notes), a.Notes)
	}
	if *b.Latitude != 46.17 || b.Phone != "+33555123456" || !b.UpdatedOn.IsZero() {
		t.Errorf("the second line is read as %+v", b)
	}
	var columns []string
	for _, p := range f.Rejected[0].Problems {
		columns = append(columns, p.Column)
	}
	if !slices.Equal(columns, []string{"code_postal", "date_maj"}) {
		t.Errorf("the third line is refused for %v", columns)
	}
}

func TestEveryWordOfTheFormerVersionIsKnown(t *testing.T) {
	t.Parallel()
	f := read(t, "id,nom,commune,code_postal,adresse,date_maj,cle_ban,services,publics_accueillis,conditions_acces,labels_nationaux,modalites_accompagnement\n"+
		`a,Lieu,Guéret,23000,rue,2026-01-01,x,Créer et développer mon entreprise;Accéder à du matériel,Familles/enfants;Personnes en situation d'illettrisme,`+
		`"Gratuit sous condition : La gratuité est conditionnée à des critères (situation familiale, convention avec un organisme social...);Accepte le Pass numérique : Il est possible d'utiliser un Pass numérique pour accéder au lieu",CNFS;APTIC;French Tech,A ma place : une personne habilitée fait les démarches à ma place`+"\n")
	r := f.Records[0]
	for name, got := range map[string]struct{ list, want []string }{
		"services": {r.Services, []string{"Insertion professionnelle via le numérique", "Accès internet et matériel informatique"}},
		"publics":  {append(r.Audiences, r.SpecialCare...), []string{"Familles et/ou enfants", "Illettrisme"}},
		"frais":    {r.Fees, []string{"Gratuit sous condition"}}, "labels": {append(r.Programmes, r.OtherLabels...), []string{"Conseillers numériques", "APTIC", "French Tech"}},
		"modalités": {r.Modes, []string{"Accompagnement individuel"}},
	} {
		if !slices.Equal(got.list, got.want) {
			t.Errorf("%s: %q, want %q", name, got.list, got.want)
		}
	}
	if f.Version != mednum.V01 {
		t.Errorf("version %s", f.Version)
	}
}

func TestTheValidExampleIsWrittenBackAsItWas(t *testing.T) {
	t.Parallel()
	folder, _ := os.Getwd()
	var content []byte
	for range 8 {
		if found, err := os.ReadFile(filepath.Join(folder, "shared", "data", "mednum", "exemple-valide.csv")); err == nil {
			content = found
		}
		folder = filepath.Dir(folder)
	}
	if content == nil {
		t.Log("the published example is not here")
		return
	}
	f := read(t, string(content))
	if len(f.Records) != 1 || len(f.Rejected) != 0 {
		t.Fatalf("%+v", f)
	}
	var out bytes.Buffer
	w, _ := mednum.NewCSV(&out)
	if err := w.Write(f.Records[0]); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	again := read(t, out.String()).Records[0]
	again.Line, again.Notes = f.Records[0].Line, f.Records[0].Notes
	if !slices.Equal(again.Row(), f.Records[0].Row()) {
		t.Errorf("written back:\n%q\nwas:\n%q", again.Row(), f.Records[0].Row())
	}
}

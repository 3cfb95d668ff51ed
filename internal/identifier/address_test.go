package identifier

import (
	"slices"
	"strings"
	"testing"

	"passnum/internal/fault"
)

func TestSplitStreet(t *testing.T) {
	t.Parallel()
	cases := map[string][2]string{
		"12 bis, rue des Lilas":   {"12 bis", "rue des Lilas"},
		"12bis rue des Lilas":     {"12 bis", "rue des Lilas"},
		"3 B avenue de la Gare":   {"3 b", "avenue de la Gare"},
		"14 avenue d'Auvergne":    {"14", "avenue d'Auvergne"},
		"10-12 place Bonnyaud":    {"10-12", "place Bonnyaud"},
		"place du Marché":         {"", "place du Marché"},
		"  8   rue de la   Paix ": {"8", "rue de la Paix"},
		"":                        {"", ""},
	}
	for typed, want := range cases {
		if n, s := SplitStreet(typed); n != want[0] || s != want[1] {
			t.Errorf("%q: got %q, %q", typed, n, s)
		}
	}
}

func TestAddressLines(t *testing.T) {
	t.Parallel()
	a := PostalAddress{
		Complement: "Bâtiment B", Street: "12 bis, rue de l’Étang", Locality: "BP 40",
		PostalCode: "23 300", Town: "Saint-Étienne-de-Fursac", CommuneCode: "23192",
	}.Normalised()
	got := a.Lines("Association des médiateurs numériques du plateau de Millevaches", "À l’attention de la direction")
	want := []string{
		"Association des médiateurs numériques", "du plateau de Millevaches",
		"Bâtiment B", "12 bis rue de l’Étang", "BP 40", "23300 SAINT ETIENNE DE FURSAC",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if err := a.Validate(""); err != nil {
		t.Error(err)
	}
	if got := a.OneLine(); got != "Bâtiment B, 12 bis rue de l’Étang, BP 40, 23300 Saint-Étienne-de-Fursac" {
		t.Error(got)
	}
}

func TestAddressRefusals(t *testing.T) {
	t.Parallel()
	cases := []struct {
		address PostalAddress
		field   string
		says    string
	}{
		{PostalAddress{PostalCode: "23000", Town: "Guéret"}, "billing_street", "rue"},
		{PostalAddress{Street: "rue Neuve", Town: "Guéret"}, "billing_postal_code", "Saisissez"},
		{PostalAddress{Street: "rue Neuve", PostalCode: "2300", Town: "Guéret"}, "billing_postal_code", "5\u00a0chiffres"},
		{PostalAddress{Street: "rue Neuve", PostalCode: "23000"}, "billing_town", "ville"},
		{PostalAddress{Street: strings.Repeat("long ", 9), PostalCode: "23000", Town: "Guéret"}, "billing_street", "38"},
	}
	for _, c := range cases {
		f, ok := fault.As(c.address.Validate("billing_"))
		if !ok || len(f.Fields) != 1 || f.Fields[0].Field != c.field || !strings.Contains(f.Fields[0].Sentence, c.says) {
			t.Errorf("%+v: got %+v", c.address, f)
		}
	}
}

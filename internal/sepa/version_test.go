package sepa

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The versions say the same things; only a date and the banks' names move.
func TestVersionsDifferWhereTheyMust(t *testing.T) {
	t.Parallel()
	f := sample()
	text := map[Version]string{}
	for _, v := range Versions {
		f.Version = v
		text[v] = string(write(t, f))
		if !strings.Contains(text[v], `xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.`+string(v)+`"`) {
			t.Errorf("%s is in another namespace", v)
		}
	}
	f.Version = ""
	if string(write(t, f)) != text[V09] {
		t.Error("a file without version is not of version 09")
	}
	if strings.ReplaceAll(text[V13], "001.13", "001.09") != text[V09] {
		t.Error("versions 09 and 13 differ")
	}
	old := strings.NewReplacer("001.03", "001.09", "<BIC>", "<BICFI>", "</BIC>", "</BICFI>",
		"<ReqdExctnDt>2026-11-24</ReqdExctnDt>", "<ReqdExctnDt>\n    <Dt>2026-11-24</Dt>\n   </ReqdExctnDt>").Replace(text[V03])
	if old != text[V09] {
		t.Errorf("version 03 says something else:\n%s", text[V03])
	}
}

func TestSplitAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		street, code, town string
		want               Address
	}{
		{"12 rue de l’Église", "23000", "Guéret", Address{"rue de l'Eglise", "12", "23000", "Gueret", "FR"}},
		{"12 bis, rue Haute", "23000", "Guéret", Address{"rue Haute", "12 bis", "23000", "Gueret", "FR"}},
		{"12B rue Haute", "23000", "Guéret", Address{"rue Haute", "12B", "23000", "Gueret", "FR"}},
		{"12-14 rue Haute", "23000", "Guéret", Address{"rue Haute", "12-14", "23000", "Gueret", "FR"}},
		{"Le Bourg", "23200", "Moutier-Rozeille", Address{"Le Bourg", "", "23200", "Moutier-Rozeille", "FR"}},
		{"Place du 8 mai 1945", "23000", "Guéret", Address{"Place du 8 mai 1945", "", "23000", "Gueret", "FR"}},
		{"3 8e Rue", "23000", "Guéret", Address{"8e Rue", "3", "23000", "Gueret", "FR"}},
		{"", "23000", "Guéret", Address{}},
		{"Le Bourg", "2300", "Guéret", Address{}},
		{"Le Bourg", "23000", "", Address{}},
		{strings.Repeat("a", 71), "23000", "Guéret", Address{}},
		{"Le Bourg", "23000", strings.Repeat("a", 36), Address{}},
	} {
		got := SplitAddress(c.street, c.code, c.town)
		if got != c.want || !got.whole() {
			t.Errorf("%q: %+v, want %+v", c.street, got, c.want)
		}
	}
}

func TestWorkingDaysAfter(t *testing.T) {
	t.Parallel()
	eve := time.Date(2026, 12, 24, 15, 0, 0, 0, time.UTC) // a Thursday, before two closing days and a weekend
	if got := WorkingDaysAfter(eve, 2); got.Format(time.DateOnly) != "2026-12-29" {
		t.Errorf("two days after: %s", got)
	}
}

// The reference order, beside the sources, has our elements in our order.
func TestSameShapeAsTheReference(t *testing.T) {
	t.Parallel()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		content, err := os.ReadFile(filepath.Join(dir, "shared", "data", "examples", "pain.001.001.09_remboursements.xml"))
		if err != nil {
			continue
		}
		f := sample()
		f.Payments[0].CreditorBIC, f.Payments[1].CreditorBIC = "", ""
		f.Payments[0].CreditorAddress = SplitAddress("1 rue Haute", "23000", "Guéret")
		for _, element := range paths(leaves(t, content)) {
			if !strings.Contains(strings.Join(paths(leaves(t, write(t, f))), "\n"), element) {
				t.Errorf("the reference has %s", element)
			}
		}
		return
	}
	t.Log("no reference beside the sources: only the structure was checked")
}

package print

import (
	"strings"
	"testing"
	"time"
)

// TestClosing prints an état with everything it may say, unsigned then signed.
func TestClosing(t *testing.T) {
	t.Parallel()
	at := time.Date(2027, 2, 7, 9, 0, 0, 0, time.UTC)
	f := ClosingFacts{
		Issuer: Issuer{Name: "Passnum", SIRET: "12345678200010"}, Number: "EC-2026-001", Order: "2026-001", Title: "Seniors", Commanditaire: Party{Name: "Département de la Creuse"},
		Until: at.AddDate(0, 0, -38), Last: at.AddDate(0, 0, -7), DrawnAt: at, Issued: 12, Injected: 5, NotInjected: 7, Started: 2, GivenAfter: 1,
		Ordered: ClosingSum{60, 60_000}, Used: ClosingSum{3, 3_000}, Rejected: ClosingSum{1, 1_000}, Exchanged: ClosingSum{5, 5_000}, Lapsed: ClosingSum{22, 22_000},
		Held: ClosingSum{35, 35_000}, Opposed: ClosingSum{5, 5_000}, Remaining: 57_000, TakenBack: 1_000, Paid: 3_000, Payable: -1_000,
		Shares: []ClosingShare{{"Département", 40_000, 1_333, 38_000, 667, 38_667}, {"Région", 20_000, 667, 19_000, 333, 19_333}},
		Places: []ClosingPlace{{"Mairie", 7, 35_000, strings.Repeat("1\u00a0à\u00a04, ", 400) + "9"}},
	}
	draft, err := Closing(f)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(pageTexts(t, draft), " ")
	for _, want := range []string{"État contradictoire", "570 €", "En opposition", "Parts de chaque financeur", "Annexe", "Nom et qualité",
		"Repris sur des paiements", "386,67", "restent à reprendre", "est rendu au commanditaire, Département de la Creuse", "580"} {
		if !strings.Contains(text, want) {
			t.Errorf("the paper does not say %q", want)
		}
	}
	f.SignedHash, f.SignedByOperator, f.SignedByCommanditaire = make([]byte, 32), &Signature{"Dominique Petit", "Directrice", at}, &Signature{"Camille Martin", "Maire", at}
	signed, err := Closing(f)
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(pageTexts(t, signed), " "); !strings.Contains(text, "Dominique Petit") || !strings.Contains(text, strings.Repeat("0", 64)) {
		t.Error("the signatures are not on the paper")
	}
}

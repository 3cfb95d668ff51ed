package continuity_test

import (
	"bytes"
	"crypto/ed25519"
	"testing"

	"passnum/internal/carnet/code"
	"passnum/internal/continuity"
	"passnum/internal/continuity/kit"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

// world is a world in which some chèques were used, and an operator's key.
type world struct {
	*testworld.World
	signer  ed25519.PrivateKey
	keyList string
	order   testworld.Order
	codes   []string // of the chèques handed over; the first ones are used
	used    int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: testworld.New(t), keyList: code.GenerateKey("k1")}
	var err error
	if w.Keys, err = code.ParseKeyring(w.keyList); err != nil {
		t.Fatal(err)
	}
	if w.signer, err = kit.Signer(bytes.Repeat([]byte{7}, 32)); err != nil {
		t.Fatal(err)
	}
	w.order = w.ActiveOrder(testworld.OrderOptions{Carnets: 4, PerCarnet: 5})
	for _, c := range w.order.HandedOver(2) {
		w.codes = append(w.codes, c.Clear())
	}
	w.redeem(t, w.codes[:3])
	w.used = 3
	// What makes sheets hard: quotes, ends of line, semicolons, would-be formulas.
	w.Exec(`UPDATE organisations SET name = E'Médiathèque «;» \n"du lac"' WHERE id = $1`, w.Mediatheque)
	w.Exec(`UPDATE organisations SET town = '=1+1', complement = '''déjà', street = '-12,5' WHERE id = $1`, w.Stranger)
	w.Exec(`INSERT INTO documents (id, organisation_id, kind, name, media_type, content, sha256, created_at)
		VALUES ($1, $2, 'devis', '=Devis; "2026"', 'application/pdf', convert_to('%PDF-1.7 ' || repeat('x', 5000), 'UTF8'), '\x00', $3)`,
		postgres.NewID(), w.Departement, w.Now())
	return w
}

func (w *world) redeem(t *testing.T, codes []string) redemption.Receipt {
	t.Helper()
	receipt, err := redemption.NewService(w.DB, w.Keys).Redeem(t.Context(), w.Mediateur, redemption.Request{
		Key: postgres.NewID().String(), Codes: codes, Entries: []int{3, 48}, Mode: redemption.Individuel,
	})
	if err != nil {
		t.Fatalf("redeem: %v", err)
	}
	return receipt
}

func (w *world) source() continuity.Source {
	return continuity.Source{
		DB: w.DB, Signer: w.signer, Hosts: []string{"pass.ancien.fr"}, CodeKeys: w.keyList,
		Debtor: continuity.Debtor{Name: "Coopérative Passnum", SIRET: "84373941800015", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP"},
	}
}

// export makes a kit of the world, opened.
func (w *world) export(t *testing.T, successor string) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := w.source().Export(t.Context(), &out, successor, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t *testing.T, archive []byte) *kit.Kit {
	t.Helper()
	k, err := kit.Open(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// verified fails the test unless the kit is true.
func (w *world) verified(t *testing.T, k *kit.Kit) {
	t.Helper()
	report, err := k.Verify(kit.Public(w.signer))
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range report {
		if !finding.OK() {
			t.Errorf("%s: %q", finding.Text, finding.Problems)
		}
	}
}

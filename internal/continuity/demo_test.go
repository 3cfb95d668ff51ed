package continuity_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"passnum/internal/carnet/code"
	"passnum/internal/continuity"
	"passnum/internal/continuity/kit"
	"passnum/internal/demo"
	"passnum/internal/postgres/pgtest"
	"passnum/internal/print"
	"passnum/internal/reporting/proof"
	"passnum/internal/settlement"
)

// TestTheDemonstrationMovesHouse takes a whole life from one operator to another:
// payments made and under way, incidents, expiries, invoices, bank statements.
func TestTheDemonstrationMovesHouse(t *testing.T) {
	t.Parallel()
	if os.Getenv("PASSNUM_FULL") != "1" {
		t.Skip("long: PASSNUM_FULL=1")
	}
	base := pgtest.New(t)
	list := code.GenerateKey("k1")
	keys, err := code.ParseKeyring(list)
	must(t, err)
	debtor := settlement.Debtor{Name: "Opérateur", SIRET: "99900001100018", IBAN: "FR7630006000011234567890189"}
	must(t, demo.Load(t.Context(), base.DB(), demo.Settings{
		Keys: keys, BaseURL: "http://127.0.0.1:8080", CodeHost: "127.0.0.1:8080", Issuer: print.Issuer{Name: "Opérateur"}, Debtor: debtor,
	}))
	_, _, err = proof.Append(t.Context(), base.DB())
	must(t, err)
	signer, err := kit.Signer(bytes.Repeat([]byte{9}, 32))
	must(t, err)
	successor, err := age.GenerateX25519Identity()
	must(t, err)
	source := continuity.Source{DB: base.DB(), Signer: signer, CodeKeys: list, Hosts: []string{"127.0.0.1:8080"}, Debtor: continuity.Debtor(debtor)}
	var archive bytes.Buffer
	begun := time.Now()
	_, err = source.Export(t.Context(), &archive, successor.Recipient().String(), nil)
	must(t, err)
	t.Logf("%d kB in %s", archive.Len()/1000, time.Since(begun))
	said, ok := script(t, extract(t, archive.Bytes()), kit.Public(signer))
	t.Log(said)
	if !ok {
		t.Fatal("the verifier refuses the kit")
	}
	next := pgtest.New(t)
	target := continuity.Target{OwnerURL: ownedBy(t, next), App: next.DB(), Host: "pass.nouveau.fr"}
	taken, err := target.Import(t.Context(), open(t, archive.Bytes()), continuity.Terms{Key: kit.Public(signer), Identities: []age.Identity{successor}, KeepStaff: true})
	must(t, err)
	if taken.Pieces == 0 || taken.Accounts == 0 {
		t.Errorf("%d pieces, %d accounts", taken.Pieces, taken.Accounts)
	}
	for _, f := range open(t, archive.Bytes()).Files {
		name, isTable := strings.CutPrefix(f.Path, "tables/")
		name = strings.TrimSuffix(name, ".csv")
		if !isTable || slices.Contains([]string{"installation", "journal", "print_packs", "continuity_kits"}, name) {
			continue
		}
		if was, is := rowsOf(t, base, name), rowsOf(t, next, name); !slices.Equal(was, is) {
			t.Errorf("%s differs: %d rows, %d rows", name, len(was), len(is))
		}
	}
	proven(t, target.App)
	guarded(t, base, next)
}

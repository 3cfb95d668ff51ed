package code

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/uuid"
)

func encodedKey(id string, fill byte) string {
	return id + ":" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, 32))
}

func testRing(t testing.TB) *Keyring {
	t.Helper()
	ring, err := ParseKeyring(encodedKey("k2", 2) + "," + encodedKey("k1", 1))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func TestDeriveIsStableValidAndSpread(t *testing.T) {
	t.Parallel()
	ring := testRing(t)
	seen := map[Code]bool{}
	var counts [radix]int
	for range 20000 {
		cheque := uuid.New()
		c, err := ring.Derive("k2", cheque)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := ring.Derive("k2", cheque)
		other, _ := ring.Derive("k1", cheque)
		if c != again || c == other || seen[c] {
			t.Fatal("a code depends on the key and the chèque, and on nothing else")
		}
		seen[c] = true
		if read, err := Parse(c.Clear()); err != nil || read != c {
			t.Fatal("a derived code does not read back")
		}
		for _, v := range mustSpell(c.Clear()) {
			counts[v]++
		}
	}
	expected := 20000 * Length / radix
	for v, n := range counts {
		if n < expected*95/100 || n > expected*105/100 {
			t.Errorf("symbol %d drawn %d times, about %d expected", v, n, expected)
		}
	}
}

// The derivation is on paper once printed: it can never change under a key.
func TestDerivationIsFrozen(t *testing.T) {
	t.Parallel()
	ring := testRing(t)
	c, err := ring.Derive("k1", uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057"))
	if err != nil {
		t.Fatal(err)
	}
	hash, err := ring.Hash("k1", c)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%s %x", c.Clear(), hash); got != frozen {
		t.Errorf("got %s, want %s", got, frozen)
	}
}

// Computed once, when the derivation was written.
const frozen = "8C5B4R52X678FXH8 aa13002c38b3f2e48c920fcefd8a4023"

func TestHashes(t *testing.T) {
	t.Parallel()
	ring, c := testRing(t), sample(1)[0]
	current, err := ring.Hash(ring.Current(), c)
	if err != nil || len(current) != HashLength || ring.Current() != "k2" {
		t.Fatalf("current hash: %v", err)
	}
	old, _ := ring.Hash("k1", c)
	all := ring.Hashes(c)
	if len(all) != 2 || !bytes.Equal(all[0], current) || !bytes.Equal(all[1], old) || bytes.Equal(current, old) {
		t.Error("one hash per key expected, the current one first")
	}
	if _, err := ring.Hash("k9", c); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("unknown key: %v", err)
	}
	if _, err := ring.Derive("k9", uuid.New()); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("unknown key: %v", err)
	}
	for _, none := range []Code{{}, Specimen(1)} {
		if _, err := ring.Hash("k1", none); !errors.Is(err, ErrNotACode) || ring.Hashes(none) != nil {
			t.Errorf("a specimen or empty code has a hash: %v", err)
		}
	}
}

func TestMinterAgreesWithKeyring(t *testing.T) {
	t.Parallel()
	ring := testRing(t)
	m, err := ring.Minter("k1")
	if err != nil || m.KeyID() != "k1" {
		t.Fatal(err)
	}
	for range 1000 {
		cheque := uuid.New()
		c, _ := ring.Derive("k1", cheque)
		want, _ := ring.Hash("k1", c)
		minted := m.Mint(cheque)
		if m.Derive(cheque) != c || !bytes.Equal(minted[:], want) {
			t.Fatal("minter and keyring disagree")
		}
	}
	if _, err := ring.Minter("k9"); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("unknown key: %v", err)
	}
}

func TestParseKeyringRefusals(t *testing.T) {
	t.Parallel()
	short := "k3:" + base64.StdEncoding.EncodeToString(make([]byte, 31))
	for list, want := range map[string]string{
		"":                                 "key 1: expected id:base64",
		"k1":                               "expected id:base64",
		encodedKey("K1", 1):                "expected id:base64",
		encodedKey("a2345678901234567", 1): "expected id:base64",
		"k1:n o t":                         "not in base64",
		short:                              "shorter than 32 bytes",
		encodedKey("k1", 1) + ",":          "key 2",
		encodedKey("k1", 1) + "," + short:  "key 2",
		encodedKey("k1", 1) + encodedKey(",k1", 2):  "used twice",
		"k1:zz," + encodedKey("k2", 1) + ",k3:zzzz": "key 3",
	} {
		_, err := ParseKeyring(list)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseKeyring: %v, want %q", err, want)
		}
		if err != nil && strings.Contains(err.Error(), "AAAA") {
			t.Error("a secret is quoted")
		}
	}
	if _, err := ParseKeyring(" " + GenerateKey("dev") + " , " + strings.TrimRight(GenerateKey("old"), "=")); err != nil {
		t.Errorf("generated keys: %v", err)
	}
	if first, second := GenerateKey("dev"), GenerateKey("dev"); first == second {
		t.Error("two generated keys are equal")
	}
}

func TestNothingPrintsAKey(t *testing.T) {
	t.Parallel()
	ring := testRing(t)
	type config struct{ keys *Keyring }
	encoded, err := json.Marshal(ring)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "keys", ring, "value", *ring)
	shown := []string{log.String(), string(encoded), ring.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%d", "%s", "%q"} {
		shown = append(shown, fmt.Sprintf(verb, ring), fmt.Sprintf(verb, *ring), fmt.Sprintf(verb, config{ring}))
	}
	for _, s := range shown {
		for _, k := range ring.keys {
			if strings.Contains(s, fmt.Sprint(k.derive[:8])[1:20]) || strings.Contains(s, fmt.Sprintf("%x", k.derive[:8])) {
				t.Errorf("a key is shown: %s", s)
			}
		}
	}
}

func BenchmarkMint(b *testing.B) {
	m, err := testRing(b).Minter("k1")
	if err != nil {
		b.Fatal(err)
	}
	cheque := uuid.New()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		cheque[0], cheque[1], cheque[2] = byte(i), byte(i>>8), byte(i>>16)
		m.Mint(cheque)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "codes/s")
}

func BenchmarkDerive(b *testing.B) {
	m, err := testRing(b).Minter("k1")
	if err != nil {
		b.Fatal(err)
	}
	cheque := uuid.New()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		cheque[0], cheque[1], cheque[2] = byte(i), byte(i>>8), byte(i>>16)
		m.Derive(cheque)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "codes/s")
}

func BenchmarkParse(b *testing.B) {
	typed := windows.Replace(sample(1)[0].QR("passnum.test"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(typed); err != nil {
			b.Fatal(err)
		}
	}
}

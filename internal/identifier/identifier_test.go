package identifier

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"passnum/internal/fault"
)

// readCase is one number as typed, with what is read from it or a part of the
// sentence that refuses it.
type readCase struct{ typed, want, refusal string }

func check[T ~string](t *testing.T, parse func(string) (T, error), cases []readCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.typed, func(t *testing.T) {
			t.Parallel()
			got, err := parse(c.typed)
			if c.refusal == "" {
				if err != nil || string(got) != c.want {
					t.Fatalf("got %q, %v; want %q", got, err, c.want)
				}
				return
			}
			if !fault.Is(err, fault.KindInvalid) || !strings.Contains(err.Error(), c.refusal) {
				t.Fatalf("got %v, want a refusal about %q", err, c.refusal)
			}
			if got != "" {
				t.Errorf("a refusal came with the value %q", got)
			}
			if digits := squeeze(c.typed); len(digits) > 5 && strings.Contains(err.Error(), digits) {
				t.Errorf("the refusal quotes what was typed: %v", err)
			}
		})
	}
}

func TestParseSIREN(t *testing.T) {
	t.Parallel()
	check(t, ParseSIREN, []readCase{
		{typed: "552 100 554", want: "552100554"},
		{typed: "552.100\u00a0554", want: "552100554"},
		{typed: "356000000", want: "356000000"},
		{typed: "", refusal: "vide"},
		{typed: "55210055", refusal: "vous en avez saisi 8\u00a0: il en manque 1"},
		{typed: "5521005541", refusal: "il y en a 1 de trop"},
		{typed: "552100555", refusal: "n’existe pas"},
		{typed: "000000000", refusal: "n’existe pas"},
		{typed: "55210055A", refusal: "lettres"},
	})
}

func TestParseSIRET(t *testing.T) {
	t.Parallel()
	check(t, ParseSIRET, []readCase{
		{typed: "552 100 554 00013", want: "55210055400013"},
		{typed: "552-100-554-00013", want: "55210055400013"},
		// The head office of La Poste follows Luhn, the others their own rule.
		{typed: "356 000 000 00048", want: "35600000000048"},
		{typed: "35600000000001", want: "35600000000001"},
		{typed: "35600000000002", refusal: "5 derniers"},
		{typed: "200 068 014 00015", refusal: "SIREN"},
		{typed: "55210055400014", refusal: "5 derniers"},
		{typed: "55210055500013", refusal: "9 premiers"},
		{typed: "552100554", refusal: "ajoutez les 5 chiffres"},
		{typed: "5521005540001", refusal: "vous en avez saisi 13\u00a0: il en manque 1"},
		{typed: "552100554000130", refusal: "de trop"},
		{typed: "5521005540001O", refusal: "lettres"},
		{typed: "00000000000000", refusal: "zéros"},
		{typed: " ", refusal: "vide"},
	})
}

func TestParseRNA(t *testing.T) {
	t.Parallel()
	check(t, ParseRNA, []readCase{
		{typed: "w 751 234 567", want: "W751234567"},
		{typed: "W9C1000123", want: "W9C1000123"},
		{typed: "W2A1000123", want: "W2A1000123"},
		{typed: "751234567", refusal: "lettre W"},
		{typed: "W75123456", refusal: "il en manque 1"},
		{typed: "W75X234A67", refusal: "9 chiffres"},
	})
}

func TestParseVAT(t *testing.T) {
	t.Parallel()
	check(t, ParseVAT, []readCase{
		{typed: "FR 96 552 100 554", want: "FR96552100554"},
		{typed: "frK7552100554", want: "FRK7552100554"},
		{typed: "FR97552100554", refusal: "clé"},
		{typed: "FR96552100555", refusal: "SIREN"},
		{typed: "DE123456789", refusal: "n’est pas français"},
		{typed: "FR9655210055", refusal: "il en manque 1"},
		{typed: "FR965521005é4", refusal: "9 chiffres"},
	})
	if got := SIREN("552100554").VAT(); got != "FR96552100554" || got.SIREN() != "552100554" {
		t.Errorf("VAT of a SIREN: %s", got)
	}
}

func TestParseIBAN(t *testing.T) {
	t.Parallel()
	check(t, ParseIBAN, []readCase{
		{typed: "FR14 2004 1010 0505 0001 3M02 606", want: "FR1420041010050500013M02606"},
		{typed: "fr1420041010050500013m02606", want: "FR1420041010050500013M02606"},
		{typed: "DE89 3704 0044 0532 0130 00", want: "DE89370400440532013000"},
		{typed: "BE68 5390 0754 7034", want: "BE68539007547034"},
		{typed: "MC58 1122 2000 0101 2345 6789 030", want: "MC5811222000010123456789030"},
		{typed: "FR76 1234 5678 9012 3456 7890 123", refusal: "clé"},
		{typed: "FR1420041010050500013M0260", refusal: "vous en avez saisi 26\u00a0: il en manque 1"},
		{typed: "FR1420041010050500013M026066", refusal: "de trop"},
		{typed: "FR1520041010050500013M02606", refusal: "clé de cet IBAN"},
		{typed: "20041010050500013M02606", refusal: "un RIB"},
		{typed: "BR1800360305000010009795493C1", refusal: "hors de la zone SEPA"},
		{typed: "12345", refusal: "deux lettres"},
		{typed: "", refusal: "vide"},
		{typed: "FR14 2004 1010 É505", refusal: "lettres et de chiffres"},
	})
}

func TestRIBKey(t *testing.T) {
	t.Parallel()
	if !ribKeyHolds("20041010050500013M02606") {
		t.Error("a right RIB key is refused")
	}
	if ribKeyHolds("20041010050500013M02607") {
		t.Error("a wrong RIB key is accepted")
	}
	// A right mod 97 over a wrong RIB key: the account was mistyped before
	// someone computed the IBAN.
	rib := "20041010050500013M02607"
	iban := ""
	for key := 2; key < 99; key++ {
		if s := "FR" + twoDigits(key) + rib; mod97(s[4:]+s[:4]) == 1 {
			iban = s
		}
	}
	if _, err := ParseIBAN(iban); err == nil || !strings.Contains(err.Error(), "clé RIB") {
		t.Errorf("got %v, want a refusal about the RIB key", err)
	}
}

func TestIBANStaysOutOfLogs(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	iban := IBAN("FR1420041010050500013M02606")
	slog.New(slog.NewJSONHandler(&out, nil)).Info("payment", "iban", iban)
	if strings.Contains(out.String(), "2004") || !strings.Contains(out.String(), "2606") {
		t.Error(out.String())
	}
	if got := iban.Masked(); got != "FR••\u00a0••••\u00a02606" {
		t.Error(got)
	}
	if got := iban.Grouped(); got != "FR14\u00a02004\u00a01010\u00a00505\u00a00001\u00a03M02\u00a0606" {
		t.Error(got)
	}
}

func TestParseBIC(t *testing.T) {
	t.Parallel()
	check(t, ParseBIC, []readCase{
		{typed: "psst frpp par", want: "PSSTFRPPPAR"},
		{typed: "BNPAFRPP", want: "BNPAFRPP"},
		{typed: "BNPAFRP", refusal: "vous en avez saisi 7"},
		{typed: "BNPA12PP", refusal: "pays"},
		{typed: "BNPAFRPÉ", refusal: "lettres et de chiffres"},
		{typed: "", refusal: "vide"},
	})
	if BIC("BNPAFRPP").Country() != "FR" {
		t.Error("country of a BIC")
	}
}

func TestGrouped(t *testing.T) {
	t.Parallel()
	if got := SIRET("55210055400013").Grouped(); got != "552\u00a0100\u00a0554\u00a000013" {
		t.Error(got)
	}
	if got := SIREN("552100554").Grouped(); got != "552\u00a0100\u00a0554" {
		t.Error(got)
	}
	if got := VATNumber("FR96552100554").Grouped(); got != "FR\u00a096\u00a0552\u00a0100\u00a0554" {
		t.Error(got)
	}
}

package treasury_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"passnum/internal/bankxml"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/treasury"
	"passnum/internal/treasury/camt"
	"passnum/internal/treasury/camt/camtfile"
)

func TestAMonthOfTheAccount(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	batch, transfer, amount := s.paid(t, 3)
	first := statement("2026-1", 0, day(4),
		credit(10000, 2, "A1", "MANDAT M-2026-77 BORDEREAU 12"), credit(s.awaits, 4, "A2", "MANDAT 1234 CDE 2026-002 PASS NUMERIQUE"))
	second := statement("2026-2", first.Closing, day(13), debit(amount, 5, "A3", batch), returned(amount, 10, "A4", transfer))
	done := s.load(t, camtfile.Statement08, first, second)
	if done.Statements != 2 || done.Lines != 4 || done.Matched != 4 {
		t.Errorf("%+v", done)
	}
	if got := s.Count(`SELECT count(*) FROM order_funds WHERE mandat_number = '1234'`); got != 1 {
		t.Errorf("%d receipts under the mandat's own number, want 1", got)
	}
	if got := s.Count(`SELECT count(*) FROM settlement_lines WHERE state = 'retournee' AND return_code = 'AC04'`); got != 1 {
		t.Errorf("%d transfers came back, want 1", got)
	}
	c := s.state(t)
	if c.State != treasury.Proven || c.Margin() != 0 || c.Bank.ClosingCents != second.Closing {
		t.Errorf("cover: %s %q, margin %s", c.State, c.Verdict, c.Margin())
	}
	r, err := s.bank.Reconcile(t.Context(), s.Finance)
	if err != nil || r.Rest != 0 || r.Bank != r.Ledger || len(r.Steps) != 0 {
		t.Errorf("reconciliation: %+v, %v", r, err)
	}
	before := s.books(t)
	again := s.load(t, camtfile.Statement02, second, first)
	if again.Already != 2 || again.Statements != 0 || s.books(t) != before {
		t.Errorf("the same statements again, in another version, changed something: %+v", again)
	}
}

func TestRefusalsLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.november()
	good := statement("2026-1", 0, day(4), credit(10000, 2, "A1", "M-2026-77"))
	s.load(t, camtfile.Statement08, good)
	centOff := statement("2026-2", 10000, day(5), credit(500, 5, "A5", "x"))
	centOff.Closing++
	other := statement("2026-3", 0, day(5))
	other.IBAN = "FR1420041010050500013M02606"
	changed := statement("2026-1", 0, day(4), credit(10001, 2, "A1", "M-2026-77"))
	renamed := statement("2026-9", 0, day(4), credit(10000, 2, "A1", "M-2026-77"))
	future := statement("2026-4", 10000, day(30))
	file := string(camtfile.Write(camtfile.Statement08, s.Now(), good))
	fresh := camtfile.Write(camtfile.Statement08, s.Now(), statement("2026-5", 10000, day(6)), centOff)
	before := s.books(t)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"a cent off":             {camtfile.Write(camtfile.Statement08, s.Now(), centOff), "105,00 €, mais il annonce un solde final de 105,01 €"},
		"one good, one bad":      {fresh, "ne s’additionne pas"},
		"another account":        {camtfile.Write(camtfile.Statement08, s.Now(), other), "pas celui du compte dédié"},
		"same id, other content": {camtfile.Write(camtfile.Statement08, s.Now(), changed), "déjà été importé le 16/11/2026 avec un autre contenu"},
		"same lines, other id":   {camtfile.Write(camtfile.Statement08, s.Now(), renamed), "reprend des opérations"},
		"dated tomorrow":         {camtfile.Write(camtfile.Statement08, s.Now(), future), "date à venir"},
		"not XML":                {[]byte("Date;Libellé;Montant"), "XML lisible"},
		"truncated":              {[]byte(file[:len(file)/2]), "incomplet"},
		"another message":        {[]byte(strings.ReplaceAll(file, "camt.053.001.08", "pain.001.001.09")), "pain.001\u00a0: camt.053 ou camt.054 est attendu"},
		"another namespace":      {[]byte(strings.ReplaceAll(file, "urn:iso:std:iso:20022:tech:xsd:", "urn:x:")), "message bancaire"},
		"billion laughs":         {[]byte(`<!DOCTYPE l [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>` + strings.SplitAfterN(file, "?>", 2)[1]), "entités"},
		"no balances":            {[]byte(strings.ReplaceAll(file, "CLBD", "ITBD")), "soldes comptables"},
		"francs":                 {[]byte(strings.ReplaceAll(file, `Ccy="EUR"`, `Ccy="CHF"`)), "monnaie"},
		"nothing inside":         {[]byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt/></Document>`), "aucun relevé"},
	} {
		_, err := s.try(t, c.file)
		refusal, ok := fault.As(err)
		if !ok || !strings.Contains(strings.ReplaceAll(refusal.Sentence, "\u202f", ""), strings.ReplaceAll(c.want, " €", "\u00a0€")) {
			t.Errorf("%s: %v, want « %s »", name, err, c.want)
		}
	}
	if after := s.books(t); after != before {
		t.Errorf("a refusal changed something:\n%s", after)
	}
	if _, err := s.bank.Import(t.Context(), s.Commanditaire, "x", strings.NewReader("")); !errors.Is(err, identity.ErrForbidden) {
		t.Errorf("a commanditaire imports: %v", err)
	}
	if _, err := s.try(t, nil); !errors.Is(err, bankxml.ErrEmpty) {
		t.Errorf("nothing sent: %v", err)
	}
}

func TestTwoUploadsAtOnceAreOne(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.november()
	file := camtfile.Write(camtfile.Statement08, s.Now(), statement("2026-1", 0, day(4), credit(10000, 2, "A1", "M-2026-77"), credit(s.awaits, 3, "A2", "commande 2026-002")))
	var together sync.WaitGroup
	brought := make([]treasury.Imported, 4)
	for i := range brought {
		together.Go(func() {
			var err error
			if brought[i], err = s.try(t, file); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	var sum treasury.Imported
	for _, b := range brought {
		sum.Statements, sum.Already, sum.Matched = sum.Statements+b.Statements, sum.Already+b.Already, sum.Matched+b.Matched
	}
	if sum.Statements != 1 || sum.Already != 3 || sum.Matched != 2 {
		t.Errorf("%+v, want one statement, taken in once", sum)
	}
	if n := s.Count(`SELECT count(*) FROM ledger_transactions WHERE kind = 'funding'`); n != 2 {
		t.Errorf("%d fundings, want 2: the first order's and the one from the statement", n)
	}
}

func TestOneCentOrOneReferenceAwayWaits(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	batch, transfer, amount := s.paid(t, 2)
	for _, c := range []struct {
		name string
		line func() money.Cents
		want string
	}{
		{"a cent less than the mandat", func() money.Cents {
			return s.one(t, credit(9999, 5, "B1", "MANDAT M-2026-77"))
		}, "100,00 € attendus, la banque annonce 99,99 €"},
		{"a cent more than the batch", func() money.Cents { return s.one(t, debit(amount+1, 5, "B2", batch)) }, "20,00 € attendus, la banque annonce 20,01 €"},
		{"an unknown reference", func() money.Cents { return s.one(t, debit(amount, 5, "B3", "PNINCONNU")) }, "PNINCONNU n’est celle d’aucun paiement"},
		{"an unknown EndToEndId comes back", func() money.Cents { return s.one(t, returned(amount, 5, "B4", "E2EINCONNU")) }, "E2EINCONNU, qui n’est celle d’aucun"},
		{"back before having left", func() money.Cents { return s.one(t, returned(amount, 5, "B5", transfer)) }, "importez d’abord les relevés précédents"},
		{"nothing cited", func() money.Cents { return s.one(t, credit(10000, 5, "B6", "VIREMENT")) }, "ne cite aucun mandat"},
		{"a number inside another", func() money.Cents { return s.one(t, credit(s.awaits, 5, "B7", "F-2026-0024")) }, "ne cite aucun mandat"},
	} {
		c.line()
		var said string
		if err := s.Owner.QueryRow(t.Context(), `SELECT waiting FROM bank_lines ORDER BY id DESC LIMIT 1`).Scan(&said); err != nil {
			t.Fatal(err)
		}
		if plain := strings.NewReplacer("\u202f", "", "\u00a0", " ").Replace(said); !strings.Contains(plain, c.want) {
			t.Errorf("%s: « %s », want « %s »", c.name, plain, c.want)
		}
	}
	if n := s.Count(`SELECT count(*) FROM bank_matches`); n != 0 {
		t.Errorf("%d matches, want none", n)
	}
}

// one loads a statement of a single entry.
func (s *scene) one(t *testing.T, e camt.Entry) money.Cents {
	t.Helper()
	s.load(t, camtfile.Statement08, statement("U-"+e.BankReference, 1_000_000, day(6), e))
	return e.Amount
}

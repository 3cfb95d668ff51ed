package accounting_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/reporting/accounting"
)

func (s *scene) fec(t *testing.T, year int) (string, []byte, accounting.FECSummary) {
	t.Helper()
	f, err := s.accounts.FEC(t.Context(), s.Finance, year)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	sum, err := f.Write(&b)
	if err != nil {
		t.Fatal(err)
	}
	return f.Name, b.Bytes(), sum
}

func TestTheLedgerIsExported(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.live2026(t)
	s.live2027(t)
	closing := map[string]money.Cents{}
	for _, year := range []int{2026, 2027} {
		name, file, sum := s.fec(t, year)
		report, err := accounting.ValidateFEC(bytes.NewReader(file), name)
		if err != nil || !report.Valid() {
			t.Fatalf("%d: %v, %q\n%s", year, err, report.Problems, file)
		}
		if report.FECSummary != sum || sum.Debit != sum.Credit {
			t.Errorf("%d: read %+v, wrote %+v", year, report.FECSummary, sum)
		}
		balance, err := s.accounts.Balance(t.Context(), s.Finance, year)
		if err != nil || !balance.Balanced() {
			t.Fatalf("%d: %+v, %v", year, balance, err)
		}
		moved := s.Count(`SELECT sum(amount_cents)::bigint FROM ledger_movements m JOIN ledger_transactions t ON t.id = m.transaction_id WHERE extract(year FROM day) = $1`, year)
		if balance.Debit != money.Cents(moved) || balance.Entries != s.Count(`SELECT count(*) FROM ledger_transactions WHERE extract(year FROM day) = $1`, year) {
			t.Errorf("%d: the balance has %s in %d entries, the ledger %s", year, balance.Debit, balance.Entries, money.Cents(moved))
		}
		for _, l := range balance.Lines {
			// The openings of the file are in its accounts.
			if report.Accounts[l.Number] != l.Closing {
				t.Errorf("%d: account %s is %s in the file, %s in the balance", year, l.Number, report.Accounts[l.Number], l.Closing)
			}
			if !l.Result && l.Opening != closing[l.Number] && l.Number != accounting.ResultAccount {
				t.Errorf("%d: account %s opens at %s after closing at %s", year, l.Number, l.Opening, closing[l.Number])
			}
			closing[l.Number] = l.Closing
		}
	}
	if name, _, _ := s.fec(t, 2026); name != "843739418FEC20261231.txt" {
		t.Errorf("named %s", name)
	}
}

func TestTheExportSaysWhatHappened(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.live2026(t)
	s.dayOf(2027, time.January, 6)
	_, raw, _ := s.fec(t, 2026)
	if bytes.Contains(raw, []byte("’")) || !bytes.Contains(raw, []byte("D\xe9partement de la Creuse")) {
		t.Error("the file is not in ISO 8859-15")
	}
	text, err := charmap.ISO8859_15.NewDecoder().Bytes(raw)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\r\n"), "\r\n")
	for _, want := range []string{
		"BQ\tBanque, compte dédié\t1\t20261020\t512100\tBanque, compte dédié\t\t\tMandat M-1\t20261020\tFonds reçus 2026-001\t400,00\t0,00\t\t\t20261020\t\t",
		"\t467100\tFonds reçus, à mettre en circulation\t22230962700016\tDépartement de la Creuse\t",
		"\t467300\tStructures, chèques acceptés à payer\t20003482500017\tMédiathèque de Guéret\t",
		"\tVirement exécuté 2026-001\t",
	} {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, want) }) {
			t.Errorf("no line says %q", want)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(lines, "\n"))
	}
	report, err := s.accounts.CheckFEC(t.Context(), s.Finance, 2026)
	if err != nil || !report.Valid() || report.Lines != int64(len(lines)-1) {
		t.Errorf("checked in place: %+v, %v", report, err)
	}
}

func TestTheValidatorFindsFaults(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.live2026(t)
	s.dayOf(2027, time.January, 6)
	name, good, _ := s.fec(t, 2026)
	change := func(line, column int, value string) func(string) string {
		return func(file string) string {
			lines := strings.Split(file, "\r\n")
			fields := strings.Split(lines[line], "\t")
			fields[column] = value
			lines[line] = strings.Join(fields, "\t")
			return strings.Join(lines, "\r\n")
		}
	}
	drop := func(line int) func(string) string {
		return func(file string) string {
			lines := strings.Split(file, "\r\n")
			return strings.Join(slices.Delete(lines, line, line+1), "\r\n")
		}
	}
	for fault, c := range map[string]struct {
		file func(string) string
		name string
		want string
	}{
		"a wrong name":          {name: "FEC2026.txt", want: "nom du fichier"},
		"another year":          {name: "843739418FEC20251231.txt", want: "exercice"},
		"an empty file":         {file: func(string) string { return "" }, want: "vide"},
		"another header":        {file: change(0, 3, "Date"), want: "18 colonnes"},
		"a missing column":      {file: func(f string) string { return strings.Replace(f, "\t\t\r\n", "\t\r\n", 1) }, want: "zones au lieu de 18"},
		"an entry is dropped":   {file: func(f string) string { return drop(1)(drop(1)(f)) }, want: "continue"},
		"a side is dropped":     {file: drop(2), want: "équilibrée"},
		"a cent is added":       {file: change(1, 11, "400,01"), want: "équilibrée"},
		"a point for a comma":   {file: change(1, 11, "400.00"), want: "montant"},
		"a negative amount":     {file: change(1, 11, "-400,00"), want: "montant"},
		"debit and credit":      {file: change(1, 12, "1,00"), want: "un seul"},
		"a French date":         {file: change(1, 3, "20/10/2026"), want: "AAAAMMJJ"},
		"a day that is not":     {file: change(1, 15, "20261340"), want: "AAAAMMJJ"},
		"an earlier entry":      {file: change(5, 3, "20260101"), want: "antérieure"},
		"an account of letters": {file: change(1, 4, "BANQUE"), want: "plan comptable"},
		"no account":            {file: change(1, 4, ""), want: "est vide"},
		"no label":              {file: change(1, 10, ""), want: "EcritureLib est vide"},
		"half an auxiliary":     {file: change(2, 7, ""), want: "vont ensemble"},
		"half a currency":       {file: change(1, 17, "EUR"), want: "vont ensemble"},
		"a number in letters":   {file: change(1, 2, "A1"), want: "numéro"},
		"another piece":         {file: change(2, 8, "Autre"), want: "même pièce"},
		"UTF-8":                 {file: change(1, 10, "\u0080"), want: accounting.FECCharset},
		"a late opening":        {file: func(f string) string { return strings.ReplaceAll(f, "\r\nCP\t", "\r\nAN\t") }, want: "à-nouveau"},
	} {
		file, as := string(good), name
		if c.file != nil {
			file = c.file(file)
		}
		if c.name != "" {
			as = c.name
		}
		report, err := accounting.ValidateFEC(strings.NewReader(file), as)
		if err != nil || !slices.ContainsFunc(report.Problems, func(p string) bool { return strings.Contains(p, c.want) }) {
			t.Errorf("%s: %q, %v", fault, report.Problems, err)
		}
	}
}

func TestEveryKindHasItsPlace(t *testing.T) {
	t.Parallel()
	kinds := []ledger.Kind{ledger.Funding, ledger.Activation, ledger.Redemption, ledger.Undo, ledger.Payout, ledger.PayoutExecuted, ledger.PayoutCancelled,
		ledger.Opposition, ledger.OppositionLifted, ledger.Replacement, ledger.PayoutRejected, ledger.PayoutReturned, ledger.Expiry, ledger.Avoir, ledger.Refund, ledger.RefundReturned,
		ledger.CarriedOut, ledger.CarriedIn, ledger.Incident, ledger.IncidentCancelled, ledger.FeesSwept}
	for _, kind := range kinds {
		if accounting.KindLabel(kind) == string(kind) {
			t.Errorf("%s has no name", kind)
		}
		for _, account := range []ledger.Account{ledger.Bank, ledger.Funds, ledger.Circulation, ledger.Payable, ledger.InTransit, ledger.Credit, ledger.Expired, ledger.Fees, ledger.VAT, ledger.OperatorBank} {
			if accounting.AccountOf(account, kind).Label == "" {
				t.Errorf("%s of %s has no account", account, kind)
			}
		}
	}
}

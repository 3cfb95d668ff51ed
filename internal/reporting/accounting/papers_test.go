package accounting_test

import (
	"bytes"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/ledger"
	"passnum/internal/reporting/accounting"
)

// read is a PDF's text, with ordinary spaces.
func read(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Fatal("pdftotext is missing: apt-get install poppler-utils")
	}
	command := exec.CommandContext(t.Context(), tool, "-layout", "-", "-")
	command.Stdin = bytes.NewReader(pdf)
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(string(out))), " ")
}

func wantAll(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(b.String(), "\ufeff")
}

func TestPapersOfTheYear(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.live2026(t)
	s.live2027(t)
	ctx := t.Context()
	name, pdf, err := s.accounts.AnnualPDF(ctx, s.Finance, 2026, nil)
	if err != nil || name != "compte-annuel-2026.pdf" {
		t.Fatal(name, err)
	}
	wantAll(t, read(t, pdf), "Compte annuel 2026", "arrêté au 31 décembre 2026", "31 mai 2027", "Département de la Creuse", "2026-001", "400,00 €", "350,00 €", "Utilisés et payés")
	name, pdf, err = s.accounts.RedditionPDF(ctx, s.Commanditaire, 2027, s.Departement)
	if err != nil || !strings.HasPrefix(name, "reddition-2027-") {
		t.Fatal(name, err)
	}
	wantAll(t, read(t, pdf), "Reddition des comptes 2027", "provisoires", "L.1611-7", "Fonds détenus au premier jour 350,00 €", "Fonds détenus au dernier jour 30,00 €",
		"Avoirs remboursés −290,00 €", "Médiathèque de Guéret", "30,00 €")
	if _, _, err := s.accounts.RedditionPDF(ctx, s.Other, 2027, s.Departement); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a stranger's: %v", err)
	}
	name, write, err := s.accounts.AnnualSheet(ctx, s.Commanditaire, 2027, nil)
	if err != nil || name != "compte-annuel-2027.csv" {
		t.Fatal(name, err)
	}
	wantAll(t, written(t, write), "2027;15/02/2027;Département de la Creuse;22230962700016;2026-001;10,00;35;350,00;0;0,00;3;30,00;1;10,00;29;290,00;4;40,00;")
	_, write, err = s.accounts.RedditionSheet(ctx, s.Commanditaire, 2026, s.Departement)
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, written(t, write), "2026;Médiathèque de Guéret;20003482500017;", ";5;50,00;0,00;0,00;50,00\r\n")
	_, write, err = s.accounts.BalanceSheet(ctx, s.Finance, 2027)
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, written(t, write), "467300;Structures, chèques acceptés à payer;77567227221138;Association Ailleurs;", "120000;Résultat des exercices antérieurs;;;-16,00;0,00;0,00;-16,00\r\n")
	var notice bytes.Buffer
	if err := accounting.WriteFECNotice(&notice, "x"); err != nil || strings.Count(notice.String(), "\n") < 40 {
		t.Errorf("%v\n%s", err, notice.String())
	}
}

func TestUseOfFundsAddsUp(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.live2026(t)
	s.live2027(t)
	for _, year := range []int{2026, 2027} {
		r, err := s.accounts.Reddition(t.Context(), s.Finance, year, s.Departement)
		if err != nil {
			t.Fatal(err)
		}
		sum := r.Use[0].Amount
		for _, l := range r.Use[1:] {
			if l.Sum {
				if sum != l.Amount || sum != r.After.Held() {
					t.Errorf("%d: %s for %s in %+v", year, sum, l.Amount, r.Use)
				}
				break
			}
			sum += l.Amount
		}
	}
	first, err := s.accounts.Reddition(t.Context(), s.Finance, 2026, s.Departement)
	if err != nil || len(first.Receipts) != 1 || first.Receipts[0].Mandat != "M-1" || len(first.Structures) != 1 || first.Structures[0].Cheques != 5 {
		t.Errorf("%+v, %v", first, err)
	}
	if fees := accounting.FeesBetween(first.Before, first.After); len(fees) != 2 || fees[0].Amount != 1600 || fees[1].Amount != 320 {
		t.Errorf("fees %+v", fees)
	}
}

func TestTheBookLeadsToTheCheque(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.live2026(t)
	s.dayOf(2027, time.January, 2)
	ctx := t.Context()
	year := accounting.Filter{Account: "467300", From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)}
	b, err := s.accounts.Book(ctx, s.Finance, year, nil)
	if err != nil || b.Closing() != -7000 || b.Lines[len(b.Lines)-1].Balance != -7000 || b.More {
		t.Fatalf("%+v, %v", b, err)
	}
	rest, err := s.accounts.Book(ctx, s.Finance, year, &b.Lines[1].BookKey)
	if err != nil || len(rest.Lines) != len(b.Lines)-2 || rest.Lines[0] != b.Lines[2] {
		t.Errorf("after the second line: %+v, %v", rest.Lines, err)
	}
	year.SIRET = "77567227221138"
	if own, err := s.accounts.Book(ctx, s.Finance, year, nil); err != nil || len(own.Lines) != 1 || own.Closing() != -4000 || own.Lines[0].Party != "Association Ailleurs" {
		t.Errorf("one structure's: %+v, %v", own, err)
	}
	_, write, err := s.accounts.BookSheet(ctx, s.Finance, accounting.Filter{Account: "512100", From: year.From, To: year.To})
	if err != nil {
		t.Fatal(err)
	}
	wantAll(t, written(t, write), "512100;20/10/2026;Fonds reçus;Mandat M-1;2026-001;;400,00;;400,00\r\n", "Virement exécuté")
	entry, err := s.accounts.Entry(ctx, s.Finance, b.Lines[0].ID)
	if err != nil || entry.Kind != ledger.Redemption || len(entry.Cheques) != 5 || entry.Cheques[0].PaymentNumber == "" || len(entry.Lines) != 2 {
		t.Errorf("%+v, %v", entry, err)
	}
	found, err := s.accounts.Find(ctx, s.Finance, entry.Cheques[0].Serial)
	if err != nil || len(found) < 3 {
		t.Errorf("by serial: %+v, %v", found, err)
	}
	for what, n := range map[string]int{"m-1": 2, "2026-001": 1, "": 0, "n’existe pas": 0} {
		if found, err := s.accounts.Find(ctx, s.Finance, what); err != nil || len(found) != n {
			t.Errorf("%q: %+v, %v", what, found, err)
		}
	}
	if _, err := s.accounts.Entry(ctx, s.Finance, uuid.New()); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("no entry: %v", err)
	}
	if _, err := s.accounts.Book(ctx, s.Finance, accounting.Filter{Account: "999"}, nil); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("no account: %v", err)
	}
}

func TestTheTrailOfAnOrder(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.live2026(t)
	s.live2027(t)
	trail, err := s.accounts.Trail(t.Context(), s.Finance, s.order.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(trail.Receipts) != 1 || trail.Receipts[0].EntryID == nil || len(trail.Structures) != 2 || len(trail.Transfers) != 3 || trail.After.Gap() != 0 {
		t.Errorf("%+v", trail)
	}
	var accepted, paid int64
	for _, a := range trail.Structures {
		accepted, paid = accepted+int64(a.AmountCents), paid+int64(a.PaidCents)
	}
	if accepted != int64(trail.After.Redeemed) || paid != int64(trail.After.Paid) || paid != 8000 {
		t.Errorf("accepted %d, paid %d: %+v", accepted, paid, trail.Structures)
	}
	kinds := map[ledger.Kind]int{}
	for _, e := range trail.Events {
		kinds[e.Kind]++
	}
	if kinds[ledger.Refund] != 1 || kinds[ledger.Expiry] != 1 || kinds[ledger.Redemption] != 0 {
		t.Errorf("events %v", kinds)
	}
	_, write, err := s.accounts.TrailSheet(t.Context(), s.Finance, s.order.ID)
	if err != nil {
		t.Fatal(err)
	}
	text := written(t, write)
	if strings.Count(text, "\r\n") != 15 || !strings.Contains(text, ";revenu;05/01/2027;20/01/2027") || !strings.Contains(text, ";payé;04/12/2026;") {
		t.Errorf("%s", text)
	}
	if _, err := s.accounts.Trail(t.Context(), s.Finance, uuid.New()); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("no order: %v", err)
	}
	if _, err := s.accounts.Trail(t.Context(), s.Commanditaire, s.order.ID); err == nil {
		t.Error("a commanditaire reads the operator's trail")
	}
}

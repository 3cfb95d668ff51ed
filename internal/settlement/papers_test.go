package settlement_test

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/sepa/sepatest"
	"passnum/internal/settlement"
)

// paid is a scene where October was approved: five chèques of the Médiathèque,
// two of the stranger.
func paid(t *testing.T) (*scene, uuid.UUID) {
	t.Helper()
	s := newScene(t)
	s.accept(t, s.Mediateur, 5)
	s.accept(t, s.Other, 2)
	s.november()
	id := s.prepare(t, october)
	s.approve(t, id)
	return s, id
}

func tool(t *testing.T, name, pack string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is missing: apt-get install %s", name, pack)
	}
	return path
}

func TestBankFile(t *testing.T) {
	t.Parallel()
	s, id := paid(t)
	name, content, err := s.pay.BankFile(t.Context(), s.Finance, id)
	if err != nil {
		t.Fatal(err)
	}
	if name != "CP-2026-001-pain.001.xml" {
		t.Errorf("named %s", name)
	}
	sepatest.Valid(t, "pain.001.001.09.xsd", content)
	for _, want := range []string{"<NbOfTxs>2</NbOfTxs>", "<CtrlSum>70.00</CtrlSum>", "<Dt>2026-11-04</Dt>", "<IBAN>FR1420041010050500013M02606</IBAN>",
		`<InstdAmt Ccy="EUR">50.00</InstdAmt>`, "<Nm>Mediatheque de Gueret</Nm>", "Pass numerique CP-2026-001, cheques acceptes : 5", "<BICFI>BDFEFRPPCCT</BICFI>"} {
		if !bytes.Contains(content, []byte(want)) {
			t.Errorf("%s is missing", want)
		}
	}
	s.Travel(48 * time.Hour)
	_, again, err := s.pay.BankFile(t.Context(), s.Operator, id)
	if err != nil || !bytes.Equal(content, again) {
		t.Errorf("the second file is not the first: %v", err)
	}
	s.execute(t, id)
	if _, again, err = s.pay.BankFile(t.Context(), s.Operator, id); err != nil || !bytes.Equal(content, again) {
		t.Errorf("the file changed with the execution: %v", err)
	}
}

func TestBankFileIsRefused(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 2)
	s.november()
	id := s.prepare(t, october)
	_, _, err := s.pay.BankFile(t.Context(), s.Finance, id)
	wantError(t, err, settlement.ErrNotApproved)
	_, _, err = s.pay.BankFile(t.Context(), s.Finance, uuid.New())
	wantError(t, err, settlement.ErrNotFound)
	s.approve(t, id)
	for _, change := range []string{
		`UPDATE settlement_lines SET iban = 'FR7630006000011234567890189'`,
		`UPDATE settlement_lines SET account_holder = 'Autre'`,
		`UPDATE settlement_lines SET amount_cents = amount_cents + 1, gross_cents = gross_cents + 1`,
		`UPDATE settlement_lines SET cheques = cheques + 1`,
		`UPDATE settlement_lines SET bic = ''`,
		`UPDATE settlements SET debtor_iban = 'FR7630006000011234567890189'`,
		`UPDATE settlements SET total_cents = total_cents + 1`,
	} {
		before := s.dossier(t, id)
		s.Exec(change)
		_, _, err := s.pay.BankFile(t.Context(), s.Finance, id)
		if wantError(t, err, settlement.ErrChanged); t.Failed() {
			t.Fatalf("after %s", change)
		}
		l, b := before.Page[0], before.Batch
		s.Exec(`UPDATE settlement_lines SET iban = $1, account_holder = $2, amount_cents = $3, gross_cents = $3, cheques = $4, bic = $5`, l.IBAN, l.AccountHolder, int64(l.AmountCents), l.Cheques, l.BIC)
		s.Exec(`UPDATE settlements SET debtor_iban = $1, total_cents = $2`, b.DebtorIBAN, int64(b.TotalCents))
	}
	if _, _, err := s.pay.BankFile(t.Context(), s.Finance, id); err != nil {
		t.Errorf("restored: %v", err)
	}
}

func TestTheStructureReadsItsOwn(t *testing.T) {
	t.Parallel()
	s, id := paid(t)
	s.accept(t, s.Mediateur, 2)
	position, err := s.pay.OwnPosition(t.Context(), s.Mediateur)
	if err != nil {
		t.Fatal(err)
	}
	want := settlement.Position{
		Waiting: settlement.Total{Cheques: 2, AmountCents: 2000}, ThisMonth: settlement.Total{Cheques: 2, AmountCents: 2000},
		Coming: settlement.Total{Cheques: 5, AmountCents: 5000}, Rhythm: settlement.Monthly, Cutoff: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC),
	}
	if position != want {
		t.Errorf("position %+v, want %+v", position, want)
	}
	s.execute(t, id)
	if position, err = s.pay.OwnPosition(t.Context(), s.Mediateur); err != nil || position.Paid.AmountCents != 5000 || position.Coming.Cheques != 0 || position.PaidOn == nil {
		t.Errorf("after execution: %+v, %v", position, err)
	}
	cheques, more, err := s.pay.OwnWaiting(t.Context(), s.Mediateur, nil)
	if err != nil || len(cheques) != 2 || more {
		t.Fatalf("waiting: %+v, %v", cheques, err)
	}
	c := cheques[0]
	if c.Commanditaire != "Département de la Creuse" || c.Place != "Médiathèque de Guéret" || c.AmountCents != 1000 ||
		!strings.Contains(c.Services(), " · ") || !strings.HasPrefix(c.Serial, "C26-") {
		t.Errorf("chèque %+v", c)
	}
	if rest, _, err := s.pay.OwnWaiting(t.Context(), s.Mediateur, &settlement.ChequeKey{At: c.At, ID: c.ID}); err != nil || len(rest) != 1 {
		t.Errorf("after the first: %+v, %v", rest, err)
	}
	lines, _, err := s.pay.OwnLines(t.Context(), s.Mediateur, nil)
	if err != nil || len(lines) != 1 || lines[0].State != settlement.Executed {
		t.Fatalf("lines: %+v, %v", lines, err)
	}
	p, err := s.pay.OwnLine(t.Context(), s.Mediateur, lines[0].ID, nil)
	if err != nil || len(p.Cheques) != 5 || len(p.Subtotals) != 1 || p.Subtotals[0].AmountCents != 5000 {
		t.Errorf("line: %+v, %v", p, err)
	}
	if rest, _, err := s.pay.OwnLines(t.Context(), s.Mediateur, &settlement.PaidKey{To: lines[0].PeriodTo, ID: lines[0].ID}); err != nil || len(rest) != 0 {
		t.Errorf("after the only line: %+v, %v", rest, err)
	}
}

func TestAnotherOrganisationSeesNothing(t *testing.T) {
	t.Parallel()
	s, id := paid(t)
	mine := s.dossier(t, id).Page[1].ID // the Médiathèque's
	for name, read := range map[string]func(identity.Actor) error{
		"line":      func(a identity.Actor) error { _, err := s.pay.OwnLine(t.Context(), a, mine, nil); return err },
		"statement": func(a identity.Actor) error { _, _, err := s.pay.OwnStatement(t.Context(), a, mine); return err },
		"sheet":     func(a identity.Actor) error { _, _, err := s.pay.OwnSheet(t.Context(), a, mine); return err },
	} {
		if err := read(s.Mediateur); err != nil {
			t.Errorf("its own %s: %v", name, err)
		}
		wantError(t, read(s.Other), settlement.ErrNotFound)
		wantError(t, read(s.Commanditaire), identity.ErrForbidden)
		// Even with the permission, who pays for chèques is not who is paid.
		payer := s.Commanditaire
		payer.Permissions = identity.Permissions{identity.PaymentRead: true}
		wantError(t, read(payer), settlement.ErrNotFound)
	}
	payer := s.Commanditaire
	payer.Permissions = identity.Permissions{identity.PaymentRead: true}
	if position, err := s.pay.OwnPosition(t.Context(), payer); err != nil || position.Coming.Cheques != 0 || position.Waiting.Cheques != 0 {
		t.Errorf("the commanditaire reads %+v, %v", position, err)
	}
	lines, _, err := s.pay.OwnLines(t.Context(), s.Other, nil)
	if err != nil || len(lines) != 1 || lines[0].Cheques != 2 {
		t.Errorf("the other structure reads %+v, %v", lines, err)
	}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	pdftotext := tool(t, "pdftotext", "poppler-utils")
	s, id := paid(t)
	d := s.dossier(t, id)
	name, pdf, err := s.pay.OwnStatement(t.Context(), s.Mediateur, d.Page[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	if name != "releve-CP-2026-001-20003482500017.pdf" {
		t.Errorf("named %s", name)
	}
	path := filepath.Join(t.TempDir(), "statement.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), pdftotext, "-layout", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text := strings.Join(strings.Fields(strings.ReplaceAll(string(out), "\u00a0", " ")), " ")
	for _, want := range []string{"CP-2026-001", "50,00 €", "5 chèques", "Département de la Creuse", "en attente d’exécution", "Médiathèque de Guéret", "C26-001-000001"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the statement:\n%s", want, text)
		}
	}
	if strings.Contains(text, "FR1420041010050500013M02606") {
		t.Error("the statement gives the whole IBAN")
	}
	if _, _, err := s.pay.Statement(t.Context(), s.Finance, d.Page[0].ID); err != nil {
		t.Error(err)
	}
	name, write, err := s.pay.Statements(t.Context(), s.Finance, id)
	if err != nil || name != "CP-2026-001-releves.zip" {
		t.Fatalf("%s, %v", name, err)
	}
	var archive bytes.Buffer
	if err := write(&archive); err != nil {
		t.Fatal(err)
	}
	files, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	if err != nil || len(files.File) != 2 || files.File[0].Name != "releve-CP-2026-001-77567227221138.pdf" {
		t.Errorf("archive: %+v, %v", files, err)
	}
}

func TestNoStatementBeforeApproval(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 1)
	s.november()
	id := s.prepare(t, october)
	line := s.dossier(t, id).Page[0].ID
	_, _, err := s.pay.OwnStatement(t.Context(), s.Mediateur, line)
	wantError(t, err, settlement.ErrNotApproved)
	_, _, err = s.pay.Statement(t.Context(), s.Finance, line)
	wantError(t, err, settlement.ErrNotApproved)
	_, _, err = s.pay.Statements(t.Context(), s.Finance, id)
	wantError(t, err, settlement.ErrNotApproved)
	if !fault.Is(err, fault.KindConflict) {
		t.Errorf("%v is not a conflict", err)
	}
}

func TestSheets(t *testing.T) {
	t.Parallel()
	s, id := paid(t)
	s.accept(t, s.Mediateur, 1)
	s.execute(t, id)
	name, write, err := s.pay.OwnSheet(t.Context(), s.Mediateur, s.dossier(t, id).Page[1].ID)
	if err != nil || name != "paiement-CP-2026-001.csv" {
		t.Fatalf("%s, %v", name, err)
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(b.String()), "\r\n")
	if len(rows) != 6 || !strings.HasPrefix(rows[1], "Chèque;20/10/2026 10:00:00;C26-001-000001;1;Département de la Creuse;") || !strings.HasSuffix(rows[1], ";10,00;CP-2026-001;03/11/2026") {
		t.Errorf("sheet:\n%s", b.String())
	}
	name, write, err = s.pay.OwnWaitingSheet(t.Context(), s.Mediateur)
	if err != nil || name != "a-payer-2026-11-03.csv" {
		t.Fatalf("%s, %v", name, err)
	}
	b.Reset()
	if err := write(&b); err != nil || strings.Count(b.String(), "\r\n") != 2 {
		t.Errorf("waiting sheet: %v\n%s", err, b.String())
	}
}

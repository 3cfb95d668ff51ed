package settlement_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/sepa"
	"passnum/internal/sepa/sepatest"
	"passnum/internal/settlement"
)

// cut is a scene of November with two structures to pay.
func cut(t *testing.T, change func(*settlement.Rules)) *scene {
	t.Helper()
	s := newScene(t)
	s.accept(t, s.Mediateur, 5)
	s.accept(t, s.Other, 2)
	s.november()
	s.decide(t, change)
	return s
}

func TestEveryVersionIsWhatItsSchemaSays(t *testing.T) {
	t.Parallel()
	for version, says := range map[sepa.Version][]string{
		sepa.V03: {"<ReqdExctnDt>2026-11-06</ReqdExctnDt>", "<BIC>BDFEFRPPCCT</BIC>"},
		sepa.V09: {"<Dt>2026-11-06</Dt>", "<BICFI>BDFEFRPPCCT</BICFI>"},
		sepa.V13: {"<Dt>2026-11-06</Dt>", "<BICFI>BDFEFRPPCCT</BICFI>"},
	} {
		t.Run(version.String(), func(t *testing.T) {
			t.Parallel()
			s := cut(t, func(r *settlement.Rules) {
				r.BankVersion, r.WithAddresses, r.BatchBooking, r.DelayDays = version, true, false, 3
			})
			s.Exec(`UPDATE organisations SET street = '12 bis rue de l’Église', postal_code = '23000', town = 'Guéret' WHERE id = $1`, s.Mediatheque)
			id := s.prepare(t, october)
			s.approve(t, id)
			_, content, err := s.pay.BankFile(t.Context(), s.Finance, id)
			if err != nil {
				t.Fatal(err)
			}
			sepatest.Valid(t, version.String()+".xsd", content)
			for _, want := range append(says, "<BtchBookg>false</BtchBookg>", "<StrtNm>rue de l&#39;Eglise</StrtNm>", "<BldgNb>12 bis</BldgNb>", "<TwnNm>Gueret</TwnNm>", "<Ctry>FR</Ctry>") {
				if !bytes.Contains(content, []byte(want)) {
					t.Errorf("%s is missing", want)
				}
			}
			if bytes.Contains(content, []byte("AdrLine")) {
				t.Error("an address line is written")
			}
		})
	}
}

func TestSeveralFiles(t *testing.T) {
	t.Parallel()
	s := cut(t, func(r *settlement.Rules) { r.MostCents = 5000 })
	id := s.prepare(t, october)
	s.approve(t, id)
	files, err := s.pay.Files(t.Context(), s.Finance, id)
	if err != nil || len(files) != 2 || files[0].TotalCents != 2000 || files[1].TotalCents != 5000 || files[0].MessageID == files[1].MessageID {
		t.Fatalf("%+v, %v", files, err)
	}
	name, archive, err := s.pay.BankFile(t.Context(), s.Finance, id)
	if err != nil || name != "CP-2026-001-pain.001.zip" {
		t.Fatal(name, err)
	}
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil || len(z.File) != 2 {
		t.Fatalf("archive: %v", err)
	}
	for i, f := range z.File {
		name, part, err := s.pay.BankFilePart(t.Context(), s.Operator, id, i+1)
		if err != nil || name != f.Name {
			t.Fatal(name, f.Name, err)
		}
		sepatest.Valid(t, "pain.001.001.09.xsd", part)
		if inside := read(t, f); !bytes.Equal(inside, part) || !strings.Contains(string(part), "<MsgId>"+files[i].MessageID+"</MsgId>") || !strings.Contains(string(part), "<NbOfTxs>1</NbOfTxs>") {
			t.Errorf("part %d is not the one of the archive", i+1)
		}
	}
	_, _, err = s.pay.BankFilePart(t.Context(), s.Operator, id, 3)
	wantError(t, err, settlement.ErrNoPart)
	_, again, err := s.pay.BankFile(t.Context(), s.Operator, id)
	if err != nil || !bytes.Equal(archive, again) {
		t.Errorf("the archive changed: %v", err)
	}
}

func read(t *testing.T, f *zip.File) []byte {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestAFileThatNoBankWouldTakeIsNotApproved(t *testing.T) {
	t.Parallel()
	s := cut(t, func(*settlement.Rules) {})
	s.pay = settlement.NewService(s.DB, settlement.Debtor{Name: "Coopérative", IBAN: "FR00"}, issuer)
	id := s.prepare(t, october)
	wantError(t, s.pay.Approve(t.Context(), s.Finance, id), settlement.ErrBankFile)
	s.wantMoney(t, euros(70), 0, 0)
	if n := s.Count(`SELECT count(*) FROM settlement_files`); n != 0 {
		t.Errorf("%d files kept", n)
	}
}

// Approved and downloaded by several people at once: one approval, one file.
func TestTwoApprovalsAtOnce(t *testing.T) {
	t.Parallel()
	s := cut(t, func(*settlement.Rules) {})
	third := s.Staff("troisieme@exemple.test", identity.OperatorFinance)
	id := s.prepare(t, october)
	ctx := context.WithoutCancel(t.Context())
	results, files := make(chan error), make(chan []byte)
	for i := range 4 {
		actor := []identity.Actor{s.Finance, third}[i%2]
		go func() { results <- s.pay.Approve(ctx, actor, id) }()
	}
	won := 0
	for range 4 {
		switch err := <-results; {
		case err == nil:
			won++
		case !errors.Is(err, settlement.ErrNotPrepared):
			t.Errorf("loser: %v", err)
		}
	}
	for range 4 {
		go func() {
			_, content, err := s.pay.BankFile(ctx, s.Finance, id)
			if err != nil {
				t.Error(err)
			}
			files <- content
		}()
	}
	first := <-files
	for range 3 {
		if !bytes.Equal(first, <-files) {
			t.Error("two downloads differ")
		}
	}
	if n := s.Count(`SELECT count(*) FROM settlement_files`); won != 1 || n != 1 {
		t.Errorf("%d approvals, %d files", won, n)
	}
	s.wantMoney(t, 0, euros(70), 0)
}

// Killed at any moment, a step leaves nothing behind and can be taken again.
func TestKilledAtEachStep(t *testing.T) {
	t.Parallel()
	s := cut(t, func(*settlement.Rules) {})
	killed := errors.New("killed")
	step := func(name string, do func(context.Context) error, after func()) {
		for patience := time.Microsecond; ; patience *= 4 {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			err := do(ctx)
			cancel()
			if err == nil {
				return
			}
			if after(); t.Failed() {
				t.Fatalf("%s, killed after %s: %v", name, patience, err)
			}
		}
	}
	var id uuid.UUID
	step("prepare", func(ctx context.Context) (err error) { id, err = s.pay.Prepare(ctx, s.Operator, october); return err }, func() {
		if s.Count(`SELECT count(*) FROM settlements`)+s.Count(`SELECT count(*) FROM redemptions WHERE settlement_line_id IS NOT NULL`) != 0 {
			t.Error("half a preparation")
		}
	})
	lines := func() string {
		d := s.dossier(t, id)
		return d.MessageID + d.Page[0].EndToEndID + d.Page[1].EndToEndID
	}
	ids := lines()
	// The last thing an approval does fails: nothing of it remains.
	s.pay.OnApproved(func(context.Context, *postgres.Tx, identity.Actor, []settlement.Line) error { return killed })
	wantError(t, s.pay.Approve(t.Context(), s.Finance, id), killed)
	told := 0
	s.pay.OnApproved(func(_ context.Context, _ *postgres.Tx, _ identity.Actor, lines []settlement.Line) error {
		told = len(lines)
		return nil
	})
	step("approve", func(ctx context.Context) error { return s.pay.Approve(ctx, s.Finance, id) }, func() {
		s.wantMoney(t, euros(70), 0, 0)
		if s.Count(`SELECT count(*) FROM settlement_files`)+s.Count(`SELECT count(*) FROM settlements WHERE number LIKE 'CP-%'`) != 0 {
			t.Error("half an approval")
		}
	})
	var content []byte
	step("generate", func(ctx context.Context) (err error) {
		_, content, err = s.pay.BankFile(ctx, s.Finance, id)
		return err
	}, func() {})
	_, again, err := s.pay.BankFile(t.Context(), s.Operator, id)
	if err != nil || !bytes.Equal(content, again) || told != 2 || lines() != ids || s.dossier(t, id).Number != "CP-2026-001" {
		t.Errorf("after it all: %v, %d lines told", err, told)
	}
	s.wantMoney(t, 0, euros(70), 0)
}

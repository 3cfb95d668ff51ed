package settlement_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/reporting/proof"
	"passnum/internal/settlement"
	"passnum/internal/structure"
)

// sent is an approved batch of one line of 30 €, to the médiathèque.
func sent(t *testing.T) (*scene, uuid.UUID, settlement.Line) {
	t.Helper()
	s := newScene(t)
	s.pay.Notify(&jobs.Inline{}, "https://passnum.test")
	s.accept(t, s.Mediateur, 3)
	s.november()
	id := s.prepare(t, october)
	s.approve(t, id)
	return s, id, s.dossier(t, id).Page[0]
}

func (s *scene) apply(t *testing.T, r settlement.Return) error {
	t.Helper()
	return s.DB.InPlatform(t.Context(), s.Finance, "essai", func(tx *postgres.Tx) error {
		return s.pay.ApplyReturn(t.Context(), tx, s.Finance, r)
	})
}

func (s *scene) line(t *testing.T, id uuid.UUID) settlement.Line {
	t.Helper()
	p, err := s.pay.Line(t.Context(), s.Finance, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p.Line
}

// sound runs every invariant.
func (s *scene) sound(t *testing.T) {
	t.Helper()
	err := s.DB.InPlatform(t.Context(), postgres.System{}, "preuve", func(tx *postgres.Tx) error {
		report, err := proof.Verify(t.Context(), tx)
		for _, failed := range report.Failed() {
			t.Errorf("%s: %+v", failed.Name, failed.Offenders)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// december prepares the next month's batch, in which something has to be paid.
func (s *scene) december(t *testing.T) (uuid.UUID, error) {
	t.Helper()
	s.At(time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC))
	return s.pay.Prepare(t.Context(), s.Operator, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))
}

func TestRejectedThenPaidAgain(t *testing.T) {
	t.Parallel()
	s, id, l := sent(t)
	wantError(t, s.apply(t, settlement.Return{EndToEndID: "INCONNU", Amount: 3000, Key: "k"}), settlement.ErrUnknownReference)
	off := s.apply(t, settlement.Return{EndToEndID: l.EndToEndID, Amount: 3001, Key: "k"})
	if refusal, ok := fault.As(off); !errors.Is(off, settlement.ErrAmountDiffers) || !ok || !strings.Contains(refusal.Sentence, "30,01") || !strings.Contains(refusal.Sentence, "30,00") {
		t.Errorf("off by a cent: %v", off)
	}
	s.wantMoney(t, 0, euros(30), 0)
	for range 2 {
		if err := s.apply(t, settlement.Return{EndToEndID: l.EndToEndID, Amount: 3000, Code: "AC04", Text: "COMPTE CLOS", Key: "k"}); err != nil {
			t.Fatal(err)
		}
	}
	s.wantMoney(t, euros(30), 0, 0)
	back := s.line(t, l.ID)
	if back.State != settlement.Rejected || back.ReturnCode != "AC04" || back.ReturnedOn == nil || s.dossier(t, id).State != settlement.Executed {
		t.Errorf("%+v", back)
	}
	if n := s.Count(`SELECT count(*) FROM mail_outbox WHERE recipient = $1 AND body_text LIKE '%Déclarez un autre compte%'`, s.Mediateur.Email); n != 1 {
		t.Errorf("%d mails", n)
	}
	s.sound(t)
	// The closed account is not paid again; another one is, under another name.
	if _, err := s.december(t); !errors.Is(err, settlement.ErrNothingDue) {
		t.Errorf("a closed account is paid again: %v", err)
	}
	s.newAccount(t)
	again, err := s.december(t)
	if err != nil {
		t.Fatal(err)
	}
	s.approve(t, again)
	next := s.dossier(t, again).Page[0]
	if next.EndToEndID == l.EndToEndID || next.RepaysLineID == nil || *next.RepaysLineID != l.ID || next.AmountCents != euros(30) || next.IBAN == l.IBAN {
		t.Errorf("%+v", next)
	}
	s.wantMoney(t, 0, euros(30), 0)
	s.execute(t, again)
	s.wantMoney(t, 0, 0, euros(30))
	// It comes back a second time, after it was debited, and goes again.
	if err := s.apply(t, settlement.Return{EndToEndID: next.EndToEndID, Amount: 3000, Code: "MS03", Key: "k2"}); err != nil {
		t.Fatal(err)
	}
	if got := s.line(t, next.ID); got.State != settlement.Returned {
		t.Errorf("%+v", got)
	}
	s.wantMoney(t, euros(30), 0, 0)
	s.sound(t)
	wantError(t, s.pay.Represent(t.Context(), s.Finance, l.ID, "La banque a confirmé"), settlement.ErrNotReturned)
	if err := s.pay.Represent(t.Context(), s.Finance, next.ID, "La banque a confirmé"); err != nil {
		t.Fatal(err)
	}
	s.At(s.Now().AddDate(0, 1, 0))
	third, err := s.pay.Prepare(t.Context(), s.Operator, time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	s.approve(t, third)
	if last := s.dossier(t, third).Page[0]; last.RootLineID == nil || *last.RootLineID != l.ID || *last.RepaysLineID != next.ID {
		t.Errorf("%+v", last)
	}
	s.sound(t)
	own, err := s.pay.OwnReturns(t.Context(), s.Mediateur)
	if err != nil || len(own) != 1 || own[0].Step() != settlement.Repaying {
		t.Errorf("%+v, %v", own, err)
	}
	if none, err := s.pay.OwnReturns(t.Context(), s.Other); err != nil || len(none) != 0 {
		t.Errorf("somebody else's: %+v, %v", none, err)
	}
}

// newAccount puts another account of the médiathèque in force, as people do.
func (s *scene) newAccount(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	s.november()
	accounts := structure.NewService(s.DB, nil, structure.Options{Queue: &jobs.Inline{}, Reauthenticate: func(context.Context, identity.Actor, string) error { return nil }})
	if err := accounts.SaveBank(ctx, s.Mediateur, structure.BankForm{Holder: "Médiathèque", IBAN: "FR7610107001011234567890129", BIC: "AGRIFRPP", Password: "x"}); err != nil {
		t.Fatal(err)
	}
	list, err := accounts.Accounts(ctx, s.Mediateur)
	if err != nil {
		t.Fatal(err)
	}
	waiting, _ := structure.Pending(list)
	if _, err := s.december(t); !errors.Is(err, settlement.ErrNothingDue) {
		t.Errorf("paid while a change waits: %v", err)
	}
	s.november()
	if err := accounts.ConfirmAccountByCall(ctx, s.Finance, s.Mediatheque, waiting.ID, "Rappelée au 05 55 00 00 00"); err != nil {
		t.Fatal(err)
	}
	s.Travel(structure.AccountHold)
	if n, err := accounts.TakeEffect(ctx, uuid.Nil); n != 1 || err != nil {
		t.Fatal(n, err)
	}
}

func TestSameReturnManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	s, id, l := sent(t)
	s.execute(t, id)
	var answers [10]error
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() {
			answers[i] = s.apply(t, settlement.Return{EndToEndID: l.EndToEndID, Amount: 3000, Code: "AC01", On: postgres.Day(s.Now()), Key: fmt.Sprintf("relevé %d", i%3)})
		})
	}
	group.Wait()
	for _, err := range answers {
		if err != nil {
			t.Error(err)
		}
	}
	if n := s.Count(`SELECT count(*) FROM ledger_transactions WHERE kind = 'payout_returned'`); n != 1 {
		t.Errorf("%d returns in the ledger", n)
	}
	s.wantMoney(t, euros(30), 0, 0)
	s.sound(t)
}

// TestReturnAgainstPreparation has a return come in while the next batch is cut:
// the money is in one place, whoever is first.
func TestReturnAgainstPreparation(t *testing.T) {
	t.Parallel()
	s, id, l := sent(t)
	s.execute(t, id)
	s.accept(t, s.Mediateur, 2)
	s.At(time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC))
	var group sync.WaitGroup
	var next uuid.UUID
	var prepared, returned error
	group.Go(func() {
		next, prepared = s.pay.Prepare(t.Context(), s.Operator, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))
	})
	group.Go(func() {
		returned = s.apply(t, settlement.Return{EndToEndID: l.EndToEndID, Amount: 3000, Code: "ED05", Key: "k"})
	})
	group.Wait()
	if prepared != nil || returned != nil {
		t.Fatal(prepared, returned)
	}
	s.approve(t, next)
	lines := s.dossier(t, next).Page
	s.wantMoney(t, euros(50)-euros(20)-repaid(lines), euros(20)+repaid(lines), 0)
	s.sound(t)
}

func repaid(lines []settlement.Line) money.Cents {
	var sum money.Cents
	for _, l := range lines {
		if l.RepaysLineID != nil {
			sum += l.AmountCents
		}
	}
	return sum
}

// answer writes the bank's report on a file.
func answer(message, original, group, body string) []byte {
	return []byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><GrpHdr><MsgId>` + message + `</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>` +
		original + `</OrgnlMsgId>` + group + `</OrgnlGrpInfAndSts>` + body + `</CstmrPmtStsRpt></Document>`)
}

func rejection(endToEnd, amount string) string {
	return `<TxInfAndSts><OrgnlEndToEndId>` + endToEnd + `</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf>` +
		`<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">` + amount + `</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>`
}

func TestLoadingTheBanksReport(t *testing.T) {
	t.Parallel()
	s, id, l := sent(t)
	ctx := t.Context()
	file := answer("B1", "PN1", "<GrpSts>PART</GrpSts>", `<OrgnlPmtInfAndSts><OrgnlPmtInfId>PN1</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>`+
		rejection("INCONNU", "30.00")+rejection(l.EndToEndID, "29.99")+rejection(l.EndToEndID, "30.00")+rejection(l.EndToEndID, "30.00")+
		`<TxInfAndSts><OrgnlEndToEndId>E</OrgnlEndToEndId><TxSts>PDNG</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>`)
	var reports [6]uuid.UUID
	var answers [6]error
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() { reports[i], answers[i] = s.pay.LoadReport(ctx, s.Finance, "retour.xml", file) })
	}
	group.Wait()
	news := 0
	for i, err := range answers {
		switch {
		case err == nil:
			news++
		case !errors.Is(err, settlement.ErrReportRead):
			t.Error(err)
		}
		if reports[i] != reports[0] {
			t.Error("two reports of one file")
		}
	}
	r, lines, _, err := s.pay.Report(ctx, s.Finance, reports[0], 0)
	if err != nil || news != 1 || len(lines) != 5 || r.Applied != 1 || r.Known != 1 || r.Queued != 2 || r.Nothing != 1 {
		t.Fatalf("%d, %+v, %+v, %v", news, r, lines, err)
	}
	for i, want := range []settlement.Outcome{settlement.Queued, settlement.Queued, settlement.Applied, settlement.Known, settlement.Nothing} {
		if lines[i].Outcome != want || lines[i].Sentence == "" {
			t.Errorf("line %d: %+v", i+1, lines[i])
		}
	}
	if s.dossier(t, id).State != settlement.Executed || s.line(t, l.ID).State != settlement.Rejected {
		t.Error("the line is not rejected")
	}
	if err := s.pay.SetReportLineAside(ctx, s.Finance, r.ID, 1, ""); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("without a note: %v", err)
	}
	if err := s.pay.SetReportLineAside(ctx, s.Finance, r.ID, 1, "Virement d’un autre service"); err != nil {
		t.Error(err)
	}
	wantError(t, s.pay.SetReportLineAside(ctx, s.Finance, r.ID, 1, "Encore"), settlement.ErrLineSettled)
	if _, totals, _, err := s.pay.Returns(ctx, s.Finance, settlement.ReturnFilter{Step: settlement.ToCorrect}, settlement.ReturnKey{}); err != nil || totals.Queued != 1 || totals.ToCorrect != 1 || totals.ToCorrectCents != euros(30) {
		t.Errorf("%+v, %v", totals, err)
	}
	for _, actor := range []identity.Actor{s.Mediateur, s.Commanditaire} {
		if _, err := s.pay.LoadReport(ctx, actor, "x", file); !errors.Is(err, identity.ErrForbidden) {
			t.Errorf("%s: %v", actor.Email, err)
		}
	}
	s.sound(t)
}

func TestWholeFileRejected(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.accept(t, s.Mediateur, 3)
	s.accept(t, s.Other, 2)
	s.november()
	id := s.prepare(t, october)
	s.approve(t, id)
	s.wantMoney(t, 0, euros(50), 0)
	message := s.dossier(t, id).MessageID
	stranger, err := s.pay.LoadReport(t.Context(), s.Finance, "autre.xml", answer("B1", "AUTRE", "<GrpSts>RJCT</GrpSts>", ""))
	if err != nil {
		t.Fatal(err)
	}
	if r, _, _, err := s.pay.Report(t.Context(), s.Finance, stranger, 0); err != nil || r.Queued != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	whole, err := s.pay.LoadReport(t.Context(), s.Finance, "rejet.xml", answer("B2", message, "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>", ""))
	if err != nil {
		t.Fatal(err)
	}
	if r, _, _, err := s.pay.Report(t.Context(), s.Finance, whole, 0); err != nil || r.Applied != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	s.wantMoney(t, euros(50), 0, 0)
	s.sound(t)
	// Nothing is said against the accounts: everything goes again.
	again, err := s.december(t)
	if err != nil || s.dossier(t, again).TotalCents != euros(50) {
		t.Fatalf("%v", err)
	}
	s.approve(t, again)
	s.execute(t, again)
	s.wantMoney(t, 0, 0, euros(50))
	s.sound(t)
}

func TestRecordingAReturnByHand(t *testing.T) {
	t.Parallel()
	s, id, l := sent(t)
	ctx, today := t.Context(), postgres.Day(s.Now())
	form := settlement.ReturnForm{Code: "ac06", On: today}
	wantError(t, s.pay.RecordReturn(ctx, s.Finance, l.ID, settlement.ReturnForm{Code: "AC06", On: today.AddDate(0, 0, 1)}), settlement.ErrReturnDate)
	if err := s.pay.RecordReturn(ctx, s.Finance, l.ID, settlement.ReturnForm{On: today}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("without a code: %v", err)
	}
	wantError(t, s.pay.RecordReturn(ctx, s.Mediateur, l.ID, form), identity.ErrForbidden)
	if err := s.pay.RecordReturn(ctx, s.Finance, l.ID, form); err != nil {
		t.Fatal(err)
	}
	wantError(t, s.pay.RecordReturn(ctx, s.Finance, l.ID, form), settlement.ErrNotReturned)
	if got := s.line(t, l.ID); got.ReturnCode != "AC06" || s.dossier(t, id).State != settlement.Executed {
		t.Errorf("%+v", got)
	}
	s.sound(t)
}

// TestEveryReasonSaysWhatToDo reads the table as people do.
func TestEveryReasonSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for _, code := range append([]string{"XX99", ""}, settlement.ReturnCodes...) {
		r := settlement.ReasonOf(code)
		if r.Label == "" || r.Operator == "" || r.Account && r.Structure == "" {
			t.Errorf("%s: %+v", code, r)
		}
	}
}

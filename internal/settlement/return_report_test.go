package settlement_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/settlement"
)

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

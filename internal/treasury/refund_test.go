package treasury_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/reporting/proof"
	"passnum/internal/sepa"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
	"passnum/internal/treasury/camt/camtfile"
)

// refunding adds to the scene an order that is closed, 100 € of which go back to
// its commanditaire, approved and not debited. It answers its reference.
func (s *scene) refunding(t *testing.T) (ends *ending.Service, order, refund uuid.UUID) {
	t.Helper()
	ends = ending.NewService(ending.Deps{DB: s.DB, Orders: s.orders, Issuer: issuer, Debtor: sepa.Debtor{Name: issuer.Name, IBAN: account}})
	s.bank.Refund = ends.ApplyRefund
	back := func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r settlement.Return) (string, bool, error) {
		number, news, err := ends.ApplyRefundReturn(ctx, tx, actor, ending.RefundReturn{Reference: r.EndToEndID, Amount: r.Amount, Code: r.Code, On: r.On, Source: r.Key})
		if errors.Is(err, ending.ErrUnknownReference) {
			err = settlement.ErrUnknownReference
		}
		return number, news, err
	}
	s.bank.RefundBack = back
	s.pay.OnRefundBack(back)
	o := s.ActiveOrder(testworld.OrderOptions{Until: time.Date(2026, 8, 31, 0, 0, 0, 0, time.UTC)})
	s.november()
	if err := ends.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	d, err := ends.Of(t.Context(), s.Operator, ending.ForOperator, o.ID)
	if err != nil || d.Closing == nil {
		t.Fatal("no statement", err)
	}
	sig := ending.Signature{Title: "Directrice", Hash: fmt.Sprintf("%x", d.Closing.DocumentHash), Agreed: true}
	refund, err = uuid.Nil, errors.Join(ends.Sign(t.Context(), s.Commanditaire, ending.ForCommanditaire, o.ID, sig), ends.Sign(t.Context(), s.Finance, ending.ForOperator, o.ID, sig))
	if err == nil {
		refund, err = ends.PrepareRefund(t.Context(), s.Finance, o.ID, ending.RefundRequest{Kind: ending.PaidBack, Holder: "Paierie", IBAN: "FR7630006000011234567890189"})
	}
	if err := errors.Join(err, ends.ApproveRefund(t.Context(), s.Operator, o.ID, refund)); err != nil {
		t.Fatal(err)
	}
	return ends, o.ID, refund
}

// TestARefundComesBackOnTheStatement: the return waits for its debit, then moves
// the money once, whatever else tells it.
func TestARefundComesBackOnTheStatement(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ends, order, refund := s.refunding(t)
	reference := "RA-2026-0001-1"
	s.load(t, camtfile.Statement08, statement("R2", 0, day(14), returned(10_000, 14, "2", reference)))
	if waits := s.only(t, "attente"); !strings.Contains(waits.Waiting, "débit") {
		t.Errorf("a return before its debit: %q", waits.Waiting)
	}
	if done := s.load(t, camtfile.Statement02, statement("R1", 10_000, day(13), debit(10_000, 13, "1", "RA-2026-0001"))); done.Matched != 2 {
		t.Fatalf("%+v", done)
	}
	d, err := ends.Of(t.Context(), s.Commanditaire, ending.ForCommanditaire, order)
	if err != nil || d.Owed != 10_000 || d.Refunds[0].ID != refund || d.Refunds[0].State != ending.RefundReturned || d.Refunds[0].ReturnCode != "AC04" || !d.Refunds[0].ReturnedOn.Equal(day(14)) {
		t.Errorf("%+v, %v", d.Refunds, err)
	}
	report := `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><GrpHdr><MsgId>B9</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>RA-2026-0001</OrgnlMsgId>
		<GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>`
	id, err := s.pay.LoadReport(t.Context(), s.Finance, "rejet.xml", []byte(report))
	if err != nil {
		t.Fatal(err)
	}
	if r, lines, _, err := s.pay.Report(t.Context(), s.Finance, id, 0); err != nil || r.Known != 1 {
		t.Errorf("the bank's report after its statement: %+v, %v", lines, err)
	}
	r, err := s.bank.Reconcile(t.Context(), s.Finance)
	if err != nil || r.Rest != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	s.proven(t)
}

// TestTheBankRefusesARefund reads it in a pain.002, for the file or for the
// transfer, before any debit: nothing moves, and the sum is free again.
func TestTheBankRefusesARefund(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ends, order, _ := s.refunding(t)
	report := `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><GrpHdr><MsgId>B9</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>RA-2026-0001</OrgnlMsgId>
		<GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>RA-2026-0001</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>RA-2026-0001-1</OrgnlEndToEndId>
		<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`
	id, err := s.pay.LoadReport(t.Context(), s.Finance, "rejet.xml", []byte(report))
	if err != nil {
		t.Fatal(err)
	}
	if r, lines, _, err := s.pay.Report(t.Context(), s.Finance, id, 0); err != nil || r.Applied != 1 || !strings.Contains(lines[0].Sentence, "RA-2026-0001") {
		t.Errorf("%+v, %v", lines, err)
	}
	d, err := ends.Of(t.Context(), s.Operator, ending.ForOperator, order)
	if err != nil || d.Owed != 10_000 || !d.Refunds[0].Repayable() || d.Refunds[0].State != ending.RefundRejected {
		t.Errorf("%+v, %v", d, err)
	}
	file := camtfile.Write(camtfile.Statement08, s.Now(), statement("R1", 10_000, day(13), debit(10_000, 13, "1", "RA-2026-0001")))
	if _, err := s.bank.Import(t.Context(), s.Finance, "r.xml", bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	if page := s.only(t, "attente"); page.Waiting == "" {
		t.Error("a debit of what the bank refused is believed")
	}
	s.proven(t)
}

func (s *scene) proven(t *testing.T) {
	t.Helper()
	err := s.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		report, err := proof.Verify(t.Context(), tx)
		for _, failed := range report.Failed() {
			t.Errorf("« %s » fails: %+v", failed.Name, failed.Offenders)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

package ending_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// closed is a scene with one order closed, 10 000 centimes to give back.
func closed(t *testing.T) (*scene, testworld.Order) {
	t.Helper()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	s.on("2027-02-08", 3, 0)
	s.run(t)
	if err := s.sign(t, s.Commanditaire, ending.ForCommanditaire, o.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.sign(t, s.Finance, ending.ForOperator, o.ID); err != nil {
		t.Fatal(err)
	}
	return s, o
}

var toAccount = ending.RefundRequest{Kind: ending.PaidBack, Holder: "Paierie départementale", IBAN: "FR76 3000 1007 9412 3456 7890 185"}

func TestRefund(t *testing.T) {
	t.Parallel()
	s, o := closed(t)
	ctx := t.Context()
	for what, req := range map[string]ending.RefundRequest{
		"no kind": {}, "no account": {Kind: ending.PaidBack}, "a wrong IBAN": {Kind: ending.PaidBack, Holder: "x", IBAN: "FR7630001007941234567890186"},
		"a name no bank can read": {Kind: ending.PaidBack, Holder: "Управление", IBAN: toAccount.IBAN}, "control characters": {Kind: ending.PaidBack, Holder: "\x00\x1f", IBAN: toAccount.IBAN},
		"too much": {Kind: ending.PaidBack, Holder: "x", IBAN: toAccount.IBAN, Amount: 10_001}, "to no order": {Kind: ending.Carried},
	} {
		if _, err := s.PrepareRefund(ctx, s.Finance, o.ID, req); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	part := toAccount
	part.Amount = 4_000
	id, err := s.PrepareRefund(ctx, s.Finance, o.ID, part)
	if err != nil {
		t.Fatal(err)
	}
	moved := *s.Service
	moved.Debtor.IBAN = "FR7610107001011234567890129"
	if err := moved.ApproveRefund(ctx, s.Operator, o.ID, id); !errors.Is(err, ending.ErrDebtorChanged) {
		t.Errorf("from a former account: %v", err)
	}
	if err := s.ApproveRefund(ctx, s.Finance, o.ID, id); !errors.Is(err, ending.ErrSamePerson) {
		t.Errorf("one pair of eyes: %v", err)
	}
	if _, err := s.PrepareRefund(ctx, s.Operator, o.ID, ending.RefundRequest{Kind: ending.PaidBack, Holder: "x", IBAN: toAccount.IBAN, Amount: 6_001}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("more than what is left: %v", err)
	}
	if _, _, err := s.BankFile(ctx, s.Operator, o.ID, id); !errors.Is(err, ending.ErrRefundMoved) {
		t.Errorf("a file before the approval: %v", err)
	}
	if err := s.ApproveRefund(ctx, s.Operator, o.ID, id); err != nil {
		t.Fatal(err)
	}
	_, first, err := s.BankFile(ctx, s.Operator, o.ID, id)
	if err != nil || !bytes.Contains(first, []byte("RA-2027-0001-1")) || !bytes.Contains(first, []byte("40.00")) {
		t.Fatalf("file: %v\n%s", err, first)
	}
	if _, again, err := s.BankFile(ctx, s.Finance, o.ID, id); err != nil || !bytes.Equal(first, again) {
		t.Errorf("another file: %v", err)
	}
	apply := func(reference string, amount int64) error {
		return s.World.DB.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
			return s.ApplyRefund(ctx, tx, s.Finance, reference, cents(amount), date("2027-02-08"))
		})
	}
	if err := apply("RA-2027-0009-1", 4_000); !errors.Is(err, ending.ErrUnknownReference) {
		t.Errorf("unknown: %v", err)
	}
	if err := apply("RA-2027-0001-1", 3_999); !fault.Is(err, fault.KindConflict) || !strings.Contains(err.Error(), "39,99") {
		t.Errorf("a cent off: %v", err)
	}
	for range 2 {
		if err := apply("RA-2027-0001-1", 4_000); err != nil {
			t.Fatal(err)
		}
	}
	if b := s.balances(t, o.ID); b.Credit != cents(6_000) {
		t.Errorf("after the refund: %+v", b)
	}
	s.Exec(`ALTER TABLE refunds DISABLE TRIGGER ALL; UPDATE refunds SET iban = 'FR7630006000011234567890189'; ALTER TABLE refunds ENABLE TRIGGER ALL`)
	if _, _, err := s.BankFile(ctx, s.Operator, o.ID, id); !errors.Is(err, ending.ErrTampered) {
		t.Errorf("an IBAN changed after the approval: %v", err)
	}
}

// TestRefundsRace prepares the whole avoir eight times at once.
func TestRefundsRace(t *testing.T) {
	t.Parallel()
	s, o := closed(t)
	var wait sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 8 {
		wait.Go(func() {
			if _, err := s.PrepareRefund(t.Context(), s.Finance, o.ID, toAccount); err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if won != 1 {
		t.Errorf("%d refunds of the whole", won)
	}
}

func TestCarriedToAnotherOrder(t *testing.T) {
	t.Parallel()
	s, o := closed(t)
	ctx := t.Context()
	next := s.ActiveOrder(testworld.OrderOptions{Carnets: 4, State: "livree"})
	if err := s.Wish(ctx, s.Commanditaire, o.ID, ending.Carried, uuid.New()); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("to an order that is nobody's: %v", err)
	}
	if err := s.Wish(ctx, s.Commanditaire, o.ID, ending.Carried, next.ID); err != nil {
		t.Fatal(err)
	}
	id, err := s.PrepareRefund(ctx, s.Finance, o.ID, ending.RefundRequest{Kind: ending.Carried, ToOrder: next.ID})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.ApproveRefund(ctx, s.Operator, o.ID, id); err != nil {
		t.Fatal(err)
	}
	if b := s.balances(t, o.ID); b.Credit != 0 || b.Bank != 0 {
		t.Errorf("left: %+v", b)
	}
	if b := s.balances(t, next.ID); b.Funds != cents(10_000) || b.Bank != cents(10_000) {
		t.Errorf("arrived: %+v", b)
	}
}

// TestSharesLoseNoCent closes an order that three paid, with a rest that thirds
// do not divide.
func TestSharesLoseNoCent(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 3, PerCarnet: 1, FaceValue: 1000, Funders: []uuid.UUID{s.Region, s.Stranger}})
	for _, funder := range []uuid.UUID{s.Region, s.Stranger} {
		s.Exec(`INSERT INTO order_cofunders VALUES ($1, $2, $3, 1000)`, s.Departement, o.ID, funder)
	}
	codes := s.codes(o, 1)
	s.redeem(t, codes[0])
	s.on("2027-02-08", 3, 0)
	s.run(t)
	d, err := s.Of(t.Context(), s.Operator, ending.ForOperator, o.ID)
	if err != nil || d.Closing == nil || len(d.Closing.Figures.Shares) != 3 {
		t.Fatalf("%+v %v", d.Closing, err)
	}
	var used, back int64
	for _, share := range d.Closing.Figures.Shares {
		used, back = used+int64(share.Used), back+int64(share.Returned)
		if share.Funded != share.Used+share.Returned {
			t.Errorf("%s: %v brought, %v used, %v back", share.Name, share.Funded, share.Used, share.Returned)
		}
	}
	if used != 1000 || back != 2000 {
		t.Errorf("%d used, %d back", used, back)
	}
}

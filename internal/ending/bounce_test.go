package ending_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// sentBack is a refund of a closed order, prepared, approved and, unless it is
// still on its way, debited.
func (s *scene) sentBack(t *testing.T, o testworld.Order, req ending.RefundRequest, debited bool) uuid.UUID {
	t.Helper()
	id, err := s.PrepareRefund(t.Context(), s.Finance, o.ID, req)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.ApproveRefund(t.Context(), s.Operator, o.ID, id); err != nil {
		t.Fatal(err)
	}
	if debited {
		if err := s.ExecuteRefund(t.Context(), s.Finance, o.ID, id, s.Today()); err != nil {
			t.Fatal(err)
		}
	}
	return id
}

func (s *scene) bounced(t *testing.T, actor identity.Actor, back ending.RefundReturn) (news bool, err error) {
	t.Helper()
	err = s.World.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		_, news, err = s.ApplyRefundReturn(t.Context(), tx, actor, back)
		return err
	})
	return news, err
}

// TestRefundComesBack: what the bank sends back is owed again, once whoever tells
// it and how often, and paid again by another refund that two people decide.
func TestRefundComesBack(t *testing.T) {
	t.Parallel()
	s, o := closed(t)
	id := s.sentBack(t, o, toAccount, true)
	if b := s.balances(t, o.ID); b.Credit != 0 || b.Bank != 0 {
		t.Fatalf("debited: %+v", b)
	}
	for what, back := range map[string]ending.RefundReturn{"unknown": {Reference: "RA-2027-0009-1"}, "no reference": {}} {
		if _, err := s.bounced(t, s.Finance, back); !errors.Is(err, ending.ErrUnknownReference) {
			t.Errorf("%s: %v", what, err)
		}
	}
	back := ending.RefundReturn{Reference: "RA-2027-0001-1", Amount: 10_000, Code: "AC04", Text: "clos", On: s.Today(), Source: "pain.002 X"}
	short := back
	short.Amount = 9_999
	if _, err := s.bounced(t, s.Finance, short); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a cent off: %v", err)
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	times := 0
	for range 6 {
		wait.Go(func() {
			news, err := s.bounced(t, s.Finance, back)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if news {
				times++
			}
		})
	}
	wait.Wait()
	if b := s.balances(t, o.ID); times != 1 || b.Credit != 10_000 || b.Bank != 10_000 {
		t.Fatalf("came back %d times: %+v", times, b)
	}
	if err := s.ReturnRefund(t.Context(), s.Finance, o.ID, id, ending.ReturnForm{Code: "AC04", On: s.Today()}); !errors.Is(err, ending.ErrRefundMoved) {
		t.Errorf("by hand as well: %v", err)
	}
	if _, _, err := s.BankFile(t.Context(), s.Finance, o.ID, id); !errors.Is(err, ending.ErrRefundMoved) {
		t.Errorf("its file can still be sent: %v", err)
	}
	s.paidAgain(t, o, id)
}

// paidAgain presents a refund that came back on another account.
func (s *scene) paidAgain(t *testing.T, o testworld.Order, former uuid.UUID) {
	t.Helper()
	again := ending.RefundRequest{Repays: former, Holder: "Paierie", IBAN: "FR7630006000011234567890189", Amount: 1}
	id, err := s.PrepareRefund(t.Context(), s.Finance, o.ID, again)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PrepareRefund(t.Context(), s.Operator, o.ID, again); err == nil {
		t.Error("presented twice")
	}
	if err := s.ApproveRefund(t.Context(), s.Finance, o.ID, id); !errors.Is(err, ending.ErrSamePerson) {
		t.Errorf("one pair of eyes: %v", err)
	}
	if err := s.RefuseRefund(t.Context(), s.Operator, o.ID, id, "mauvais compte"); err != nil {
		t.Fatal(err)
	}
	s.sentBack(t, o, again, true)
	if b := s.balances(t, o.ID); b.Credit != 0 || b.Bank != 0 {
		t.Errorf("paid again: %+v", b)
	}
	d, err := s.Of(t.Context(), s.Commanditaire, ending.ForCommanditaire, o.ID)
	if err != nil || len(d.Refunds) != 3 || d.Refunds[0].RepaidByNumber != "RA-2027-0003" || d.Refunds[2].EndToEndID != "RA-2027-0003-1" || d.Refunds[2].AmountCents != 10_000 {
		t.Errorf("%+v, %v", d.Refunds, err)
	}
}

// TestRefundRefused: what the bank refuses before any debit moves nothing, and
// the same sum can be sent again or carried.
func TestRefundRefused(t *testing.T) {
	t.Parallel()
	s, o := closed(t)
	id := s.sentBack(t, o, toAccount, false)
	for what, form := range map[string]ending.ReturnForm{"no reason": {On: s.Today()}, "no day": {Code: "AC04"}, "tomorrow": {Code: "AC04", On: s.Today().AddDate(0, 0, 1)},
		"before it left": {Code: "AC04", On: s.Today().AddDate(0, 0, -1)}} {
		if err := s.ReturnRefund(t.Context(), s.Finance, o.ID, id, form); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := s.ReturnRefund(t.Context(), s.Finance, o.ID, id, ending.ReturnForm{Code: "ac04", On: s.Today()}); err != nil {
		t.Fatal(err)
	}
	if b := s.balances(t, o.ID); b.Credit != 10_000 || b.Bank != 10_000 {
		t.Errorf("refused: %+v", b)
	}
	err := s.World.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		return s.ApplyRefund(t.Context(), tx, s.Finance, "RA-2027-0001-1", 10_000, s.Today())
	})
	if !errors.Is(err, ending.ErrRefundMoved) {
		t.Errorf("a debit of what the bank refused: %v", err)
	}
	next := s.ActiveOrder(testworld.OrderOptions{Carnets: 4, State: "livree"})
	s.sentBack(t, o, ending.RefundRequest{Kind: ending.Carried, ToOrder: next.ID}, false)
	if _, err := s.PrepareRefund(t.Context(), s.Finance, o.ID, ending.RefundRequest{Repays: id}); !errors.Is(err, ending.ErrNothingOwed) {
		t.Errorf("sent again once it was carried: %v", err)
	}
}

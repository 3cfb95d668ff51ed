package accounting_test

import (
	"reflect"
	"testing"
	"time"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/reporting/accounting"
)

func TestTheYearsFollowEachOther(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.live2026(t)
	s.dayOf(2027, time.January, 1)
	first := s.annual(t, s.Finance, 2026)
	want := accounting.Movement{Ordered: column(40), Paid: column(5), Closing: column(35)}
	if len(first.Orders) != 1 || first.Total != want || first.Orders[0].Movement != want || !first.Closed {
		t.Fatalf("2026: %+v, want %+v", first.Total, want)
	}
	if after := first.After; after.Awaiting() != 7000 || after.Circulation != 28000 || after.Gap() != 0 || after.Fees != 1600 || after.VAT != 320 {
		t.Errorf("standing at the end of 2026: %+v, gap %s", after, after.Gap())
	}
	if want := time.Date(2027, 5, 31, 0, 0, 0, 0, time.UTC); first.Deadline != want {
		t.Errorf("due on %s", first.Deadline)
	}
	s.live2027(t)
	second := s.annual(t, s.Finance, 2027)
	want = accounting.Movement{Opening: column(35), Paid: column(3), Rejected: column(1), Returned: column(29), Closing: column(4)}
	if second.Total != want {
		t.Errorf("2027: %+v, want %+v", second.Total, want)
	}
	if after := second.After; after.Gap() != 0 || after.Awaiting() != 4000 || after.Held() != after.Payable || after.Payable != 3000 {
		t.Errorf("standing in 2027: %+v, gap %s", after, after.Gap())
	}
	// What happens in a year changes nothing to the one before.
	if again := s.annual(t, s.Finance, 2026); !reflect.DeepEqual(again, first) {
		t.Errorf("2026 became\n%+v\nand was\n%+v", again, first)
	}
	for _, year := range []int{2025, 2028, 1, 99999} {
		if _, err := s.accounts.Annual(t.Context(), s.Finance, year, nil); year != 2025 && !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%d: %v", year, err)
		}
	}
}

func TestACofunderReadsItsShare(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.live2026(t)
	s.live2027(t)
	for year, want := range map[int]accounting.Movement{
		2026: {Ordered: cents(15000), Paid: cents(1875), Closing: cents(13125)},
		2027: {Opening: cents(13125), Paid: cents(1125), Rejected: cents(375), Returned: cents(10875), Closing: cents(1500)},
	} {
		a := s.annual(t, s.Cofunder, year)
		if len(a.Orders) != 1 || a.Orders[0].Share == nil || a.Orders[0].Share.Movement != want || a.Orders[0].Share.Whole != 15000 {
			t.Errorf("%d: %+v", year, a.Orders)
		}
		if own := s.annual(t, s.Commanditaire, year); own.Total != a.Total || own.Orders[0].Share != nil {
			t.Errorf("%d: the commanditaire reads %+v", year, own)
		}
	}
}

func TestAccountsAreForWhoPays(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.live2026(t)
	stranger := s.Other
	if a := s.annual(t, stranger, 2026); len(a.Orders) != 0 || a.Total != (accounting.Movement{}) {
		t.Errorf("a stranger reads %+v", a)
	}
	if a, err := s.accounts.Annual(t.Context(), stranger, 2026, &s.Departement); err != nil || len(a.Orders) != 0 {
		t.Errorf("a stranger asks for the commanditaire's: %+v, %v", a, err)
	}
	if _, err := s.accounts.Annual(t.Context(), s.Mediateur, 2026, nil); err == nil {
		t.Error("who only redeems reads accounts")
	}
	for name, read := range map[string]func(identity.Actor) error{
		"balance": func(a identity.Actor) error { _, err := s.accounts.Balance(t.Context(), a, 2026); return err },
		"fec":     func(a identity.Actor) error { _, err := s.accounts.FEC(t.Context(), a, 2026); return err },
	} {
		if err := read(s.Commanditaire); err == nil {
			t.Errorf("a commanditaire reads the operator's %s", name)
		}
		if err := read(s.Finance); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAmountsThatAreNoWholeCheque(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.live2026(t)
	s.dayOf(2027, time.January, 5)
	s.post(t, ledger.Incident, &s.Mediatheque, ledger.Movement{Debit: ledger.Payable, Credit: ledger.Credit, Amount: 1550})
	m := s.annual(t, s.Finance, 2027).Total
	want := accounting.Movement{Opening: column(35), Rejected: accounting.Column{Cheques: 1, Amount: 1550}, Closing: accounting.Column{Cheques: 36, Amount: 36550}}
	if m != want {
		t.Errorf("%+v, want %+v", m, want)
	}
}

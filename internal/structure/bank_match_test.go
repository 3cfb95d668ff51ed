package structure_test

import (
	"errors"
	"testing"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/structure"
)

func TestVerificationOfPayee(t *testing.T) {
	t.Parallel()
	b := newTill(t)
	ctx := t.Context()
	current, _ := structure.InForce(b.accounts(t))
	now := func() structure.Account { a, _ := structure.InForce(b.accounts(t)); return a }
	record := func(v structure.Verification) error { return b.RecordMatch(ctx, b.Finance, b.Mediatheque, now().ID, v) }
	if err := record(structure.Verification{Result: structure.MatchClose}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a close match without a name: %v", err)
	}
	if err := record(structure.Verification{Result: structure.MatchNo}); err != nil || !now().MatchHolds() {
		t.Fatalf("no match does not hold: %v", err)
	}
	want(t, b.AcceptMatch(ctx, b.Finance, b.Mediatheque, current.ID, "RIB du Trésor public reçu"), structure.ErrMatchSameHand)
	if err := b.AcceptMatch(ctx, b.Operator, b.Mediatheque, current.ID, "RIB du Trésor public reçu"); err != nil || now().MatchHolds() {
		t.Fatalf("accepted: %v", err)
	}
	want(t, b.AcceptMatch(ctx, b.Operator, b.Mediatheque, current.ID, "RIB du Trésor public reçu"), structure.ErrAccountMoved)
	// The bank suggests a name; the structure takes it, at once.
	if err := record(structure.Verification{Result: structure.MatchClose, Name: "Régie Médiathèque"}); err != nil {
		t.Fatal(err)
	}
	correct := func(holder string) {
		t.Helper()
		if err := b.SaveBank(ctx, b.first, structure.BankForm{Holder: holder, IBAN: string(current.IBAN), BIC: current.BIC, Password: password}); err != nil {
			t.Fatal(err)
		}
	}
	correct("Tout autre nom")
	if a := now(); a.AccountHolder != "Tout autre nom" || !a.MatchHolds() || a.Kind != structure.AccountCorrection {
		t.Errorf("a correction that is not the bank's name pays: %+v", a)
	}
	if err := record(structure.Verification{Result: structure.MatchClose, Name: "Régie Médiathèque"}); err != nil {
		t.Fatal(err)
	}
	correct("REGIE MEDIATHEQUE")
	if now().MatchHolds() {
		t.Error("the bank's own name holds")
	}
	want(t, b.SaveBank(ctx, b.first, structure.BankForm{Holder: "REGIE MEDIATHEQUE", IBAN: string(current.IBAN), BIC: current.BIC}), structure.ErrAccountSame)
}

func TestImportingVerifications(t *testing.T) {
	t.Parallel()
	b := newTill(t)
	sheet := "IBAN;résultat;nom\nFR14 2004 1010 0505 0001 3M02 606;RVMC;Régie Médiathèque\n" + otherIBAN + ";RCVC;\nFR00;RCVC\nFR7630006000011234567890189;match\nFR7630006000011234567890189;peut-être\n"
	done, err := b.ImportMatches(t.Context(), b.Finance, []byte(sheet))
	if err != nil || done.Applied != 2 || len(done.Problems) != 3 {
		t.Fatalf("%+v, %v", done, err)
	}
	again, err := b.ImportMatches(t.Context(), b.Finance, []byte("\xef\xbb\xbfFR1420041010050500013M02606;Concordance partielle;Régie Médiathèque"))
	if err != nil || again.Same != 1 || again.Applied != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	for _, bad := range []string{"", "\x00\x01", "a;b\n\"c"} {
		if _, err := b.ImportMatches(t.Context(), b.Finance, []byte(bad)); err != nil && !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := b.ImportMatches(t.Context(), b.first, []byte(sheet)); !errors.Is(err, identity.ErrForbidden) {
		t.Errorf("a structure: %v", err)
	}
	list, counts, _, err := b.AccountQueue(t.Context(), b.Finance, structure.ViewMatches, "", structure.AccountKey{})
	if err != nil || len(list) != 1 || counts.Matches != 1 || list[0].Structure != "Médiathèque de Guéret" {
		t.Errorf("%+v, %+v, %v", list, counts, err)
	}
}

func TestSharedNumberIsFlagged(t *testing.T) {
	t.Parallel()
	b := newTill(t)
	b.change(t, "FR7630006000011234567890189") // the stranger's
	list, counts, _, err := b.AccountQueue(t.Context(), b.Operator, structure.ViewShared, "", structure.AccountKey{})
	if err != nil || len(list) != 2 || counts.Shared != 2 || list[0].Shared != 1 {
		t.Errorf("%+v, %+v, %v", list, counts, err)
	}
	of, err := b.AccountsOf(t.Context(), b.Operator, b.Mediatheque)
	if err != nil || len(of.SharedWith) != 1 || len(of.Accounts) != 2 {
		t.Errorf("%+v, %v", of, err)
	}
}

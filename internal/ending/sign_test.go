package ending_test

import (
	"errors"
	"testing"

	"passnum/internal/ending"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/opposition"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

func TestProlonged(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	codes := s.codes(o, 1)
	s.on("2026-12-01", 3, 0)
	s.run(t)
	longer := ending.Prolongation{Until: date("2027-06-30"), Agreement: "Courriel de la directrice, 30 novembre"}
	if err := s.Prolong(t.Context(), s.Operator, o.ID, ending.Prolongation{Until: date("2026-12-01")}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("shorter, without agreement: %v", err)
	}
	if err := s.Prolong(t.Context(), s.Operator, o.ID, longer); err != nil {
		t.Fatal(err)
	}
	s.every(t, "2027-01-30", "2027-02-02")
	if r := s.redeem(t, codes[0]).Results[0]; r.Status != redemption.Redeemed {
		t.Errorf("prolonged: %+v", r)
	}
	if b := s.balances(t, o.ID); b.Expired != 0 {
		t.Errorf("expired on the former day: %+v", b)
	}
	s.on("2027-06-14", 3, 0)
	if err := s.Prolong(t.Context(), s.Operator, o.ID, ending.Prolongation{Until: date("2027-12-31"), Agreement: "x"}); !fault.Is(err, fault.KindConflict) {
		t.Errorf("after the blocking: %v", err)
	}
}

func TestSigning(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 1})
	s.on("2027-02-08", 3, 0)
	s.run(t)
	ctx := t.Context()
	for what, sig := range map[string]ending.Signature{"no box": {Title: "x", Hash: "00"}, "no quality": {Hash: "00", Agreed: true}} {
		if err := s.Sign(ctx, s.Finance, ending.ForOperator, o.ID, sig); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := s.Sign(ctx, s.Finance, ending.ForOperator, o.ID, ending.Signature{Title: "x", Hash: "00", Agreed: true}); !errors.Is(err, ending.ErrChanged) {
		t.Errorf("another document: %v", err)
	}
	if err := s.Contest(ctx, s.Commanditaire, o.ID, "Il manque un carnet rendu."); err != nil {
		t.Fatal(err)
	}
	if err := s.sign(t, s.Finance, ending.ForOperator, o.ID); !errors.Is(err, ending.ErrContested) {
		t.Errorf("contested: %v", err)
	}
	if err := s.Withdraw(ctx, s.Finance, o.ID, "Vérification faite."); err != nil {
		t.Fatal(err)
	}
	s.run(t)
	if err := s.sign(t, s.Finance, ending.ForOperator, o.ID); err != nil {
		t.Fatal(err)
	}
	both := s.Finance
	both.OrganisationID, both.Permissions = s.Departement, identity.Permissions{identity.OrderSign: true}
	if err := s.sign(t, both, ending.ForCommanditaire, o.ID); !errors.Is(err, ending.ErrOneSide) {
		t.Errorf("one person for both: %v", err)
	}
	if err := s.sign(t, s.Finance, ending.ForOperator, o.ID); !errors.Is(err, ending.ErrSigned) {
		t.Errorf("twice: %v", err)
	}
	if err := s.sign(t, s.Commanditaire, ending.ForCommanditaire, o.ID); err != nil {
		t.Fatal(err)
	}
	d, err := s.Of(ctx, s.Operator, ending.ForOperator, o.ID)
	if err != nil || d.Closing.Number != "EC-"+o.Number+"-2" || len(d.Former) != 1 || d.Closing.SignedDocumentID == nil {
		t.Errorf("%+v %v", d.Closing, err)
	}
}

// An order whose every carnet was lost holds nothing but blocked value: it ends
// like the others, and all of it is the commanditaire's again.
func TestAllLost(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 1})
	losses := opposition.NewService(opposition.Deps{DB: s.World.DB, Queue: &jobs.Inline{}, Keys: s.Keys})
	_, err := losses.Declare(t.Context(), s.Commanditaire, opposition.ByCommanditaire, opposition.Declaration{
		Selection: opposition.Selection{Numbers: o.Serial(1)}, Cause: opposition.Loss, Expected: 1})
	if err != nil {
		t.Fatal(err)
	}
	s.on("2027-02-08", 3, 0)
	s.run(t)
	if err := s.sign(t, s.Finance, ending.ForOperator, o.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.sign(t, s.Commanditaire, ending.ForCommanditaire, o.ID); err != nil {
		t.Fatal(err)
	}
	if n := s.Count(`SELECT count(*) FROM orders WHERE id = $1 AND state = 'close' AND opposed_cents = 0`, o.ID); n != 1 {
		t.Error("the order is not closed")
	}
	if b := s.balances(t, o.ID); b.Funds != 0 || b.Credit != 5000 {
		t.Errorf("%+v", b)
	}
}

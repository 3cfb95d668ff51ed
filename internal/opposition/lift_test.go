package opposition_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"passnum/internal/carnet"
	"passnum/internal/identity"
	"passnum/internal/opposition"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

func TestFoundAgain(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 4}, 1)
	s.redeemed(t, "spent", s.codes[0])
	o := s.declare(t, s.Commanditaire, opposition.ByCommanditaire, "1 à 3")
	if _, err := s.Lift(t.Context(), s.Commanditaire, opposition.ByCommanditaire, o.ID, opposition.LiftRequest{}); !errors.Is(err, opposition.ErrReason) {
		t.Errorf("without a reason: %v", err)
	}
	lift := func(numbers string) {
		t.Helper()
		if waits, err := s.Lift(t.Context(), s.Commanditaire, opposition.ByCommanditaire, o.ID, opposition.LiftRequest{Numbers: numbers, Reason: "Retrouvés"}); waits || err != nil {
			t.Fatalf("%v, %v", waits, err)
		}
		s.balanced(t)
	}
	lift("1")
	s.redeemed(t, "found", s.codes[1])
	if d, err := s.Opposition(t.Context(), s.Commanditaire, opposition.ByCommanditaire, o.ID); err != nil || d.State != opposition.InForce || d.Blocked != 2 || d.LiftedCount != 1 {
		t.Errorf("%+v, %v", d.Opposition, err)
	}
	lift("")
	if n := s.Count(`SELECT count(*) FROM carnets WHERE state = 'stock'`); n != 3 {
		t.Errorf("%d in stock", n)
	}
	if active, opposed := s.sums(t); active != 20000 || opposed != 0 {
		t.Errorf("active %d, opposed %d", active, opposed)
	}
	if n := s.Count(`SELECT count(*) FROM oppositions WHERE state = 'levee'`); n != 1 {
		t.Error("the opposition is not lifted")
	}
}

func TestLiftingAboveTenTakesTwo(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 12}, 0)
	o := s.declare(t, s.Commanditaire, opposition.ByCommanditaire, "1 à 12")
	if err := s.Confirm(t.Context(), s.Finance, opposition.ByOperator, o.ID); err != nil {
		t.Fatal(err)
	}
	waits, err := s.Lift(t.Context(), s.Commanditaire, opposition.ByCommanditaire, o.ID, opposition.LiftRequest{Reason: "Colis retrouvé"})
	if !waits || err != nil {
		t.Fatalf("%v, %v", waits, err)
	}
	d, err := s.Opposition(t.Context(), s.Commanditaire, opposition.ByCommanditaire, o.ID)
	if err != nil || len(d.Liftings) != 1 || d.Blocked != 12 {
		t.Fatalf("%+v, %v", d, err)
	}
	id := d.Liftings[0].ID
	if err := s.DecideLifting(t.Context(), s.Commanditaire, opposition.ByCommanditaire, o.ID, id, true); !errors.Is(err, opposition.ErrSamePerson) {
		t.Errorf("confirmed by who asked: %v", err)
	}
	_, err = s.Owner.Exec(context.Background(), `UPDATE opposition_liftings SET state = 'faite', decided_by = asked_by`)
	if postgres.Constraint(err) != "opposition_liftings_four_eyes" {
		t.Errorf("the database lets one person lift: %v", err)
	}
	if err := s.DecideLifting(t.Context(), s.colleague, opposition.ByCommanditaire, o.ID, id, true); err != nil {
		t.Fatal(err)
	}
	if n := s.Count(`SELECT count(*) FROM carnets WHERE state = 'bloque'`); n != 0 {
		t.Errorf("%d still blocked", n)
	}
	s.balanced(t)
}

func TestReplacements(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 6}, 3)
	for i, at := range []int{0, 5, 10} { // one chèque of each carnet
		s.redeemed(t, "spent-"+strconv.Itoa(i), s.codes[at])
	}
	one := s.declare(t, s.Agent, opposition.ByCounter, s.order.Serial(1))
	if _, err := s.Replace(t.Context(), s.Operator, one.ID); err == nil || !strings.Contains(err.Error(), "il manque") {
		t.Errorf("a whole carnet for four chèques: %v", err)
	}
	all := s.declare(t, s.Commanditaire, opposition.ByCommanditaire, "2 à 4")
	if err := s.AskReplacement(t.Context(), s.Commanditaire, all.ID); err != nil {
		t.Fatal(err)
	}
	// 40 + 40 + 40 + 50 € released: three carnets of 50 €.
	m, err := s.Means(t.Context(), s.Operator, all.ID)
	if err != nil || m.Missing != 3 || m.Covered != 3 || m.Free != 17000 {
		t.Errorf("means %+v, %v", m, err)
	}
	if made, err := s.Replace(t.Context(), s.Operator, all.ID); made != 3 || err != nil {
		t.Fatalf("%d, %v", made, err)
	}
	s.balanced(t)
	if active, opposed := s.sums(t); active != 28000 || opposed != 2000 {
		t.Errorf("active %d, opposed %d", active, opposed)
	}
	if _, err := s.Lift(t.Context(), s.Commanditaire, opposition.ByCommanditaire, all.ID, opposition.LiftRequest{Reason: "Retrouvés"}); !errors.Is(err, opposition.ErrReplaced) {
		t.Errorf("lifting what was replaced: %v", err)
	}
	if _, err := s.Lift(t.Context(), s.Agent, opposition.ByCounter, one.ID, opposition.LiftRequest{Reason: "Retrouvé"}); err == nil || !strings.Contains(err.Error(), "remplacement") {
		t.Errorf("lifting without funds: %v", err)
	}
	s.sent(t, all)
}

// sent prints and ships the replacements, and finds them from both sides.
func (s *scene) sent(t *testing.T, o opposition.Opposition) {
	t.Helper()
	var pdf bytes.Buffer
	if err := s.WriteReplacements(t.Context(), s.Operator, o.ID, &pdf); err != nil || !bytes.HasPrefix(pdf.Bytes(), []byte("%PDF")) {
		t.Errorf("print: %v", err)
	}
	if err := s.WriteReplacements(t.Context(), s.Operator, o.ID, &pdf); !errors.Is(err, opposition.ErrPrintedOnce) {
		t.Errorf("printed twice by one person: %v", err)
	}
	colleague := s.Operator
	colleague.AccountID = s.Commanditaire.AccountID
	if err := s.WriteReplacements(t.Context(), colleague, o.ID, &pdf); err != nil {
		t.Errorf("printed by a second person: %v", err)
	}
	for _, again := range []identity.Actor{s.Operator, colleague} {
		if err := s.WriteReplacements(t.Context(), again, o.ID, &pdf); !errors.Is(err, opposition.ErrPrintedTwice) {
			t.Errorf("printed a third time: %v", err)
		}
	}
	if err := s.Ship(t.Context(), s.Operator, o.ID, s.Place, ""); !errors.Is(err, opposition.ErrPoint) {
		t.Errorf("shipped to nowhere: %v", err)
	}
	if err := s.Ship(t.Context(), s.Operator, o.ID, s.Point, "6A123"); err != nil {
		t.Fatal(err)
	}
	if err := s.Ship(t.Context(), s.Operator, o.ID, s.Point, ""); !errors.Is(err, opposition.ErrNothingToShip) {
		t.Errorf("shipped twice: %v", err)
	}
	if n := s.Count(`SELECT count(*) FROM transfers t JOIN transfer_ranges r ON r.transfer_id = t.id WHERE t.state = 'en_route' AND t.to_point_id = $1 AND r.number_from = 7 AND r.number_to = 9`, s.Point); n != 1 {
		t.Error("no parcel")
	}
	d, err := s.Opposition(t.Context(), s.Commanditaire, opposition.ByCommanditaire, o.ID)
	if err != nil || len(d.Replacements) != 3 || d.Replaced != 3 || d.Holds[2].Replacement == "" {
		t.Errorf("%+v, %v", d, err)
	}
	err = s.DB.InOrganisation(t.Context(), s.Agent, func(tx *postgres.Tx) error {
		old, err := postgres.Value[string](t.Context(), tx, `SELECT old_serial FROM carnet_replacements WHERE new_id = @id`, postgres.Args{"id": d.Replacements[0].NewID})
		if old == "" {
			t.Error("the counter does not see what a carnet replaces")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	s.balanced(t)
}

// TestOppositionMeetsRedemption has counters block carnets while structures
// present their chèques: each is paid before or refused as blocked, never both,
// and nothing waits for ever. PASSNUM_FULL=1 runs it at full size.
func TestOppositionMeetsRedemption(t *testing.T) {
	t.Parallel()
	carnets := 8
	if os.Getenv("PASSNUM_FULL") == "1" {
		carnets = 200
	}
	s := newScene(t, testworld.OrderOptions{Carnets: carnets, PerCarnet: 4}, carnets)
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for i := range s.codes {
				at := (i*7 + worker*len(s.codes)/4) % len(s.codes)
				basket := []string{s.codes[at].Clear(), s.codes[(at+5)%len(s.codes)].Clear()}
				receipt, err := s.take.Redeem(t.Context(), s.Mediateur, redemption.Request{
					Key: strconv.Itoa(worker) + "-" + strconv.Itoa(i), Codes: basket, Entries: []int{3}, Mode: redemption.Individuel, PlaceID: &s.Place})
				if err != nil {
					t.Error(err)
					return
				}
				for _, r := range receipt.Results {
					if r.Status != redemption.Redeemed && r.Reason != carnet.Blocked && r.Reason != carnet.AlreadyRedeemed {
						t.Errorf("refused for %q", r.Reason)
					}
				}
			}
		})
	}
	wait.Go(func() {
		for number := carnets; number > 0; number-- {
			if number%20 == 0 {
				s.Travel(opposition.Day / 2)
			}
			if _, err := s.tryDeclare(s.Agent, opposition.ByCounter, s.order.Serial(number)); err != nil {
				t.Error(err)
			}
		}
	})
	wait.Wait()
	if n := s.Count(`SELECT count(*) FROM cheques WHERE state NOT IN ('utilise', 'bloque')`); n != 0 && carnets <= opposition.Alone {
		t.Errorf("%d chèques neither paid nor blocked", n)
	}
	s.balanced(t)
}

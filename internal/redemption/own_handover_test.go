package redemption_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

// handedBy records that the structure that redeems handed the carnets over
// itself, at a point of a commune.
func (s *scene) handedBy(insee string) {
	point := postgres.NewID()
	s.Exec(`INSERT INTO points (id, aiguilleur_id, name, referent_name, postal_code, town, insee, ancestors, created_at) VALUES ($1, $2, 'Accueil', 'x', '23000', 'x', $3, '{}', $4)`,
		point, s.Mediatheque, insee, s.Now())
	s.Exec(`UPDATE handovers SET aiguilleur_id = $1, point_id = $2`, s.Mediatheque, point)
	s.Exec(`INSERT INTO handover_cheques AS g (commanditaire_id, carnet_id, rank, handover_id, aiguilleur_id)
		SELECT c.commanditaire_id, c.carnet_id, c.rank, h.id, $1 FROM cheques c JOIN handovers h ON h.carnet_id = c.carnet_id
		ON CONFLICT (commanditaire_id, carnet_id, rank) DO UPDATE SET aiguilleur_id = excluded.aiguilleur_id`, s.Mediatheque)
}

// TestWhatOneHandedOverOneself plays each rule, in the town of the point and
// elsewhere: a check, a redemption and its retry say the same.
func TestWhatOneHandedOverOneself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule, insee string
		want        carnet.Reason
	}{
		"accepted": {"acceptee", "23096", carnet.Usable}, "refused": {"refusee", "23096", carnet.OwnHandover}, "refused anywhere": {"refusee", "23008", carnet.OwnHandover},
		"elsewhere, here": {"ailleurs", "23096", carnet.OwnHandover}, "elsewhere, elsewhere": {"ailleurs", "23008", carnet.Usable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, testworld.OrderOptions{})
			s.handedBy(c.insee)
			s.Exec(`UPDATE orders SET own_handovers = $1`, c.rule)
			checked, err := s.Check(t.Context(), s.Mediateur, s.codes[:1], nil, []int{3})
			if err != nil {
				t.Fatal(err)
			}
			first := s.redeem(t, s.Mediateur, request("k", s.codes[0])).Results[0]
			again := s.redeem(t, s.Mediateur, request("k", s.codes[0])).Results[0]
			for step, got := range map[string]redemption.Result{"check": checked[0], "redeem": first, "retry": again} {
				if got.Reason != c.want {
					t.Errorf("%s: %q (%s), want %q", step, got.Reason, got.Message, c.want)
				}
			}
			if n, _ := s.redeem(t, s.Other, request("other", s.codes[1])).Taken(); n != 1 {
				t.Error("another structure was refused")
			}
			s.balanced(t)
		})
	}
}

// TestOneHandedOverOneselfAndScannedLate plays each rule on a scan sent days
// after: what the rule refuses is in dispute, which nothing but a person settles.
func TestOneHandedOverOneselfAndScannedLate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule, insee string
		want        redemption.Status
	}{
		"accepted": {"acceptee", "23096", redemption.Redeemed}, "refused": {"refusee", "23008", redemption.Disputed},
		"elsewhere, here": {"ailleurs", "23096", redemption.Disputed}, "elsewhere, elsewhere": {"ailleurs", "23008", redemption.Redeemed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, testworld.OrderOptions{})
			s.handedBy(c.insee)
			s.Exec(`UPDATE orders SET own_handovers = $1`, c.rule)
			got := s.late(t, s.Mediateur, day, s.codes[0]).Results[0]
			if refused := c.want == redemption.Disputed; got.Status != c.want || refused != (got.Reason == carnet.OwnHandover) || refused != (got.Dispute != uuid.Nil) {
				t.Errorf("%s (%s): %s, want %s", got.Reason, got.Message, got.Status, c.want)
			}
			if other := s.late(t, s.Other, day, s.codes[1]); other.Outcome != redemption.ClaimAccepted {
				t.Errorf("another structure: %+v", other)
			}
			s.balanced(t)
		})
	}
}

// TestTheRuleHoldsInARace has the one who handed over and another structure
// present the same chèque many times: only the other is ever paid, once.
func TestTheRuleHoldsInARace(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	s.handedBy("23096")
	s.Exec(`UPDATE orders SET own_handovers = 'refusee'`)
	var group sync.WaitGroup
	for i := range 8 {
		actor := s.Mediateur
		if i%2 == 0 {
			actor = s.Other
		}
		group.Go(func() {
			_, _ = s.Redeem(context.Background(), actor, request(string(rune('a'+i)), s.codes[0]))
		})
	}
	group.Wait()
	if n := s.Count(`SELECT count(*) FROM redemptions WHERE structure_id = $1`, s.Mediatheque); n != 0 {
		t.Errorf("who handed over was paid %d times", n)
	}
	if n := s.Count(`SELECT count(*) FROM redemptions WHERE undone_at IS NULL`); n != 1 {
		t.Errorf("%d redemptions, want one", n)
	}
	s.balanced(t)
}

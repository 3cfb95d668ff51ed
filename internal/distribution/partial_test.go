package distribution_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/testworld"
)

func (n *network) part(serial string, ranks ...int) (distribution.HandOver, error) {
	return n.HandOver(context.Background(), n.Agent, distribution.Request{Key: uuid.NewString(), Serial: serial, Ranks: ranks, PointID: &n.World.Point})
}

func (n *network) look(serial string) distribution.CarnetCard {
	n.T.Helper()
	card, err := n.Look(context.Background(), n.Agent, n.World.Point, serial)
	if err != nil {
		n.T.Fatal(err)
	}
	return card
}

// TestSomeCheques follows a carnet given to three people, to its last chèque.
func TestSomeCheques(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{})
	serial := order.Serial(1)
	first, err := n.part(serial, 2, 1, 2)
	if err != nil || !slices.Equal(first.Ranks, []int{1, 2}) {
		t.Fatalf("first part: %v, %v", first.Ranks, err)
	}
	if !n.redeem(order, 1, 2) || n.redeem(order, 1, 3) {
		t.Error("only the chèques given are usable")
	}
	card := n.look(serial)
	if !card.Ready() || !card.Started || !slices.Equal(card.Left, []int{3, 4, 5}) || card.Word != "Entamé au guichet" {
		t.Errorf("after the first part: %+v", card)
	}
	started, err := n.StartedCarnets(t.Context(), n.Agent, n.World.Point)
	if err != nil || len(started) != 1 || !slices.Equal(started[0].Left, []int{3, 4, 5}) {
		t.Errorf("started: %+v, %v", started, err)
	}
	for _, c := range []struct {
		ranks []int
		kind  fault.Kind
		words string
	}{
		{nil, fault.KindConflict, "entamé au guichet"},
		{[]int{2, 3}, fault.KindConflict, "n°\u00a02 a déjà été remis. Il reste 3\u00a0chèques (n°\u00a03 à 5)"},
		{[]int{6}, fault.KindInvalid, "Ce carnet a 5\u00a0chèques"},
		{[]int{}, fault.KindInvalid, "Cochez au moins un chèque"},
	} {
		_, err := n.HandOver(t.Context(), n.Agent, distribution.Request{Key: uuid.NewString(), Serial: serial, Ranks: c.ranks})
		refused(t, err, c.kind, c.words)
	}
	n.Travel(24 * time.Hour)
	if _, err := n.part(serial, 3, 4, 5); err != nil {
		t.Fatal(err)
	}
	if card := n.look(serial); card.Verdict != distribution.AlreadyGiven || card.Given == nil {
		t.Errorf("emptied: %+v", card)
	}
	if got := n.Count(`SELECT count(*) FROM custody_moves WHERE kind = 'remise'`); got != 1 {
		t.Errorf("%d custody moves for one carnet", got)
	}
	if !n.redeem(order, 1, 5) {
		t.Error("the last chèque is not usable")
	}
}

func TestEveryChequeIsTheWholeCarnet(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{})
	request := distribution.Request{Key: "k", Serial: order.Serial(1), Ranks: []int{1, 2, 3, 4, 5}}
	for range 2 {
		if h, err := n.HandOver(t.Context(), n.Agent, request); err != nil || !h.Whole() {
			t.Errorf("%v, %v", h.Ranks, err)
		}
	}
	request.Ranks = []int{1}
	if _, err := n.HandOver(t.Context(), n.Agent, request); !errors.Is(err, distribution.ErrKeyReused) {
		t.Errorf("same key, other chèques: %v", err)
	}
}

func TestUndoSomeCheques(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{})
	serial := order.Serial(1)
	first, err := n.part(serial, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	second, err := n.part(serial, 3)
	if err != nil {
		t.Fatal(err)
	}
	if !n.redeem(order, 1, 3) {
		t.Fatal("not redeemable")
	}
	if _, err := n.Undo(t.Context(), n.Agent, n.World.Point, second.ID); !errors.Is(err, distribution.ErrChequeUsed) {
		t.Errorf("undo of a used chèque: %v", err)
	}
	if _, err := n.Undo(t.Context(), n.Agent, n.World.Point, first.ID); err != nil {
		t.Errorf("undo of the others: %v", err)
	}
	if card := n.look(serial); !card.Started || !slices.Equal(card.Left, []int{1, 2, 4, 5}) {
		t.Errorf("after the undo: %+v", card)
	}
	if _, err := n.part(serial, 1, 2, 4, 5); err != nil {
		t.Errorf("given again: %v", err)
	}
	other, err := n.part(order.Serial(2), 5)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Undo(t.Context(), n.Agent, n.World.Point, other.ID); err != nil {
		t.Fatal(err)
	}
	if card := n.look(order.Serial(2)); !card.Ready() || card.Started || n.Count(`SELECT count(*) FROM carnets WHERE number = 2 AND state = 'stock' AND handed_over_at IS NULL`) != 1 {
		t.Errorf("not back in stock: %+v", card)
	}
}

// TestTwoCountersSameCheques: the same ranks asked by several counters at once,
// with whole carnets among them; each chèque goes to one person.
func TestTwoCountersSameCheques(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	const carnets = 6
	order := n.ActiveOrder(testworld.OrderOptions{Carnets: carnets})
	for number := 1; number <= carnets; number++ {
		wishes := [][]int{{1, 2, 3}, {3, 4}, {4, 5}, nil}
		errs := make([]error, len(wishes))
		var counters []func()
		for i, ranks := range wishes {
			counters = append(counters, func() {
				_, errs[i] = n.HandOver(context.Background(), n.Agent, distribution.Request{Key: uuid.NewString(), Serial: order.Serial(number), Ranks: ranks})
			})
		}
		together(counters...)
		out := int64(0)
		for i, err := range errs {
			switch {
			case err != nil:
				refused(t, err, fault.KindConflict, "") // given, or started: choose
			case wishes[i] == nil:
				out += 5
			default:
				out += int64(len(wishes[i]))
			}
		}
		held := n.Count(`SELECT count(*) FROM handover_cheques c JOIN handovers h ON h.id = c.handover_id WHERE h.serial = $1`, order.Serial(number))
		open := n.Count(`SELECT count(*) FROM cheques c JOIN carnets k ON k.id = c.carnet_id WHERE k.serial = $1 AND c.state = 'actif'`, order.Serial(number))
		if out == 0 || out > 5 || held != out || open != out {
			t.Errorf("carnet %d: %d promised, %d held, %d open", number, out, held, open)
		}
	}
}

// TestNoRankTwice: even someone who writes to the database cannot have a chèque
// out by two hand-overs, nor a carnet whole twice.
func TestNoRankTwice(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{})
	a, err := n.part(order.Serial(1), 1)
	if err != nil {
		t.Fatal(err)
	}
	_, err = n.Owner.Exec(t.Context(), `INSERT INTO handover_cheques SELECT commanditaire_id, carnet_id, rank, handover_id, aiguilleur_id FROM handover_cheques WHERE handover_id = $1`, a.ID)
	if err == nil {
		t.Error("a chèque is out twice")
	}
}

func TestHousehold(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{Carnets: 4})
	request := distribution.Request{Key: "family", Serial: order.Serial(3), Household: []string{order.Serial(1), order.Serial(2), order.Serial(1)}, PublicCategory: "minima"}
	first, err := n.HandOver(t.Context(), n.Agent, request)
	if err != nil || first.Serial != order.Serial(3) || first.Together != 3 {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := n.HandOver(t.Context(), n.Agent, request); err != nil || again.ID != first.ID {
		t.Errorf("a second click: %v, %v", again.ID, err)
	}
	smaller := request
	smaller.Household = request.Household[:1]
	if _, err := n.HandOver(t.Context(), n.Agent, smaller); !errors.Is(err, distribution.ErrKeyReused) {
		t.Errorf("same key, fewer carnets: %v", err)
	}
	group, err := n.Household(t.Context(), n.Agent, first)
	if err != nil || len(group) != 3 {
		t.Fatalf("household of %d, %v", len(group), err)
	}
	if _, err := n.Undo(t.Context(), n.Agent, n.World.Point, group[1].ID); err != nil {
		t.Errorf("undo of one: %v", err)
	}
	if !n.redeem(order, 2, 1) {
		t.Fatal("not redeemable")
	}
	_, err = n.UndoGroup(t.Context(), n.Agent, n.World.Point, first.ID)
	refused(t, err, fault.KindConflict, order.Serial(2))
	if got := n.Count(`SELECT count(*) FROM handovers WHERE undone_at IS NULL`); got != 2 {
		t.Errorf("%d live after a refused undo", got)
	}
	pair, err := n.HandOver(t.Context(), n.Agent, distribution.Request{Key: "pair", Serial: order.Serial(1), Household: []string{order.Serial(4)}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if undone, err := n.UndoGroup(t.Context(), n.Agent, n.World.Point, pair.ID); err != nil || len(undone) != 2 || undone[0].UndoneAt == nil {
			t.Errorf("undo of the group: %d, %v", len(undone), err)
		}
	}
}

func TestHouseholdRefusals(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order, other := n.ActiveOrder(testworld.OrderOptions{Carnets: 13}), n.ActiveOrder(testworld.OrderOptions{})
	n.give(order.Serial(13))
	ask := func(r distribution.Request) error {
		r.Key = uuid.NewString()
		_, err := n.HandOver(t.Context(), n.Agent, r)
		return err
	}
	var many []string
	for i := 2; i <= 11; i++ {
		many = append(many, order.Serial(i))
	}
	refused(t, ask(distribution.Request{Serial: order.Serial(1), Household: many}), fault.KindInvalid, "Dix carnets au plus")
	refused(t, ask(distribution.Request{Serial: order.Serial(1), Household: many[:1], Ranks: []int{1}}), fault.KindInvalid, "d’un seul carnet")
	refused(t, ask(distribution.Request{Serial: order.Serial(1), Household: []string{order.Serial(13)}}), fault.KindConflict, "Carnet "+order.Serial(13)+"\u00a0: Ce carnet a déjà été remis")
	if err := ask(distribution.Request{Serial: order.Serial(1), Household: []string{other.Serial(1)}}); !errors.Is(err, distribution.ErrMixedHousehold) {
		t.Errorf("two orders: %v", err)
	}
	refused(t, ask(distribution.Request{Serial: order.Serial(1), Channel: "pigeon"}), fault.KindInvalid, "par courrier")
	refused(t, ask(distribution.Request{Serial: order.Serial(1), Entries: []int{130}}), fault.KindInvalid, "référentiel")
	if got := n.Count(`SELECT count(*) FROM handovers`); got != 1 {
		t.Errorf("%d hand-overs: a household is given all or nothing", got)
	}
}

func TestPostAndOrientationAreKept(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{})
	var pathway uuid.UUID
	if err := n.Owner.QueryRow(t.Context(), `SELECT id FROM pathways WHERE commanditaire_id IS NULL LIMIT 1`).Scan(&pathway); err != nil {
		t.Fatal(err)
	}
	unknown := uuid.New()
	if _, err := n.HandOver(t.Context(), n.Agent, distribution.Request{Key: "x", Serial: order.Serial(1), PathwayID: &unknown}); !errors.Is(err, distribution.ErrPathway) {
		t.Errorf("a stranger's parcours: %v", err)
	}
	h, err := n.HandOver(t.Context(), n.Agent, distribution.Request{Key: "k", Serial: order.Serial(1), Channel: distribution.ByPost, Entries: []int{3, 44}, PathwayID: &pathway})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := n.Find(t.Context(), n.Agent, h.ID)
	if err != nil || kept.Channel != distribution.ByPost || !slices.Equal(kept.Entries, []int{3, 44}) || *kept.PathwayID != pathway || kept.ActorName != n.Agent.Name {
		t.Errorf("%+v, %v", kept, err)
	}
}

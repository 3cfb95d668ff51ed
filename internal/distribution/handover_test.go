package distribution_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/testworld"
)

func TestHandOverOpensTheCarnet(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{})
	card, err := n.Look(t.Context(), n.Agent, n.World.Point, strings.ToLower(order.Serial(1)))
	if err != nil || !card.Ready() || card.Terms.Format() != "5\u00a0chèques de 10\u00a0€" {
		t.Fatalf("card %+v, %v", card, err)
	}
	h, err := n.HandOver(t.Context(), n.Agent, distribution.Request{Key: "k", Serial: order.Serial(1), PointID: &n.World.Point, PublicCategory: "retraite"})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.UsableUntil.Format(time.DateOnly); got != "2026-12-31" {
		t.Errorf("usable until %s", got)
	}
	if got := n.Count(`SELECT count(*) FROM cheques c JOIN carnets k ON k.id = c.carnet_id WHERE k.number = 1 AND c.state = 'actif' AND c.accepted_until = '2027-01-31'`); got != 5 {
		t.Errorf("%d chèques opened", got)
	}
	for what, query := range map[string]string{
		"custody move": `SELECT count(*) FROM custody_moves WHERE kind = 'remise' AND number_from = 1 AND number_to = 1`,
		"journal line": `SELECT count(*) FROM journal WHERE act = 'remise'`,
		"category":     `SELECT count(*) FROM carnets WHERE public_category = 'retraite' AND state = 'remis'`,
	} {
		if got := n.Count(query); got != 1 {
			t.Errorf("%s: %d", what, got)
		}
	}
	if !n.redeem(order, 1, 1) || n.redeem(order, 2, 1) {
		t.Error("only the carnet handed over is usable")
	}
}

func TestHandOverFromMonths(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{Until: time.Date(2028, 6, 30, 0, 0, 0, 0, time.UTC)})
	n.Exec(`UPDATE orders SET validity = 'remise', validity_months = 6`)
	if h := n.give(order.Serial(1)); h.UsableUntil.Format(time.DateOnly) != "2027-05-16" {
		t.Errorf("usable until %s", h.UsableUntil)
	}
}

// TestWrongCarnets reads every sentence a counter may be told.
func TestWrongCarnets(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{Carnets: 9})
	waiting := n.ActiveOrder(testworld.OrderOptions{State: "livree"})
	late := n.ActiveOrder(testworld.OrderOptions{Until: time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC)})
	other := n.PointOf(n.Mairie, "Annexe de Grancher")
	stranger := n.PointOf(n.Stranger, "Ailleurs")
	n.give(order.Serial(1))
	for number, set := range map[int]string{
		2: `state = 'bloque'`, 3: `point_id = '` + other.String() + `'`, 4: `state = 'emis'`, 5: `state = 'retourne'`,
		6: `aiguilleur_id = '` + n.Stranger.String() + `', point_id = '` + stranger.String() + `'`,
		7: `aiguilleur_id = '` + n.Stranger.String() + `', point_id = '` + stranger.String() + `', state = 'bloque'`,
		8: `aiguilleur_id = '` + n.Stranger.String() + `', point_id = '` + stranger.String() + `', state = 'remis', handed_over_at = now(), accepted_until = now()`,
	} {
		n.Exec(`UPDATE carnets SET `+set+` WHERE order_id = $1 AND number = $2`, order.ID, number)
	}
	cases := []struct {
		name, typed string
		verdict     distribution.Verdict
		words       string
		kind        fault.Kind
	}{
		{"a chèque's code", order.Codes(9, 9)[0].Grouped(), distribution.ChequeCode, "le code d’un chèque", fault.KindInvalid},
		{"nonsense", "bonjour", distribution.Unreadable, "ressemble à C26-014-001258", fault.KindInvalid},
		{"nothing", "  ", distribution.Unreadable, "pas un numéro de carnet", fault.KindInvalid},
		{"unknown", "C26-999-000001", distribution.UnknownCarnet, "Aucun carnet ne porte ce numéro", fault.KindConflict},
		{"already given here", order.Serial(1), distribution.AlreadyGiven, "déjà été remis aujourd’hui à 10\u00a0h\u00a000", fault.KindConflict},
		{"blocked", order.Serial(2), distribution.BlockedCarnet, "perdu ou volé", fault.KindConflict},
		{"our other point", order.Serial(3), distribution.OtherPoint, "Annexe de Grancher", fault.KindConflict},
		{"not received", order.Serial(4), distribution.NotReceived, "Confirmez d’abord la réception", fault.KindConflict},
		{"returned", order.Serial(5), distribution.ReturnedCarnet, "rendu au commanditaire", fault.KindConflict},
		{"in a stranger's stock", order.Serial(6), distribution.Elsewhere, "pas dans votre stock", fault.KindConflict},
		{"a stranger's, blocked", order.Serial(7), distribution.BlockedCarnet, "Mettez-le de côté", fault.KindConflict},
		{"a stranger's, given", order.Serial(8), distribution.AlreadyGiven, "par un autre guichet", fault.KindConflict},
		{"not active", waiting.Serial(1), distribution.OrderNotActive, "pas encore activés", fault.KindConflict},
		{"out of date", late.Serial(1), distribution.ExpiredCarnet, "depuis le 16\u00a0novembre\u00a02026", fault.KindConflict},
	}
	for _, c := range cases {
		card, err := n.Look(t.Context(), n.Agent, n.World.Point, c.typed)
		if err != nil || card.Verdict != c.verdict || !strings.Contains(card.Reason+" "+card.Advice, c.words) {
			t.Errorf("%s: got %q (%s %s), %v", c.name, card.Verdict, card.Reason, card.Advice, err)
		}
		_, err = n.HandOver(t.Context(), n.Agent, distribution.Request{Key: uuid.NewString(), Serial: c.typed, PointID: &n.World.Point})
		refused(t, err, c.kind, c.words)
	}
	if got := n.Count(`SELECT count(*) FROM handovers`); got != 1 {
		t.Errorf("%d hand-overs", got)
	}
}

func TestChequeCodeIsNeverQuoted(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{})
	secret := order.Codes(1, 1)[0]
	_, err := n.HandOver(t.Context(), n.Agent, distribution.Request{Key: "k", Serial: secret.Clear()})
	if err == nil || strings.Contains(err.Error(), secret.Clear()) {
		t.Errorf("the refusal quotes a code: %v", err)
	}
}

func TestHandOverRetry(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{Carnets: 3})
	ask := func(serial string) (distribution.HandOver, error) {
		return n.HandOver(context.Background(), n.Agent, distribution.Request{Key: "once", Serial: serial})
	}
	answers := make([]distribution.HandOver, 6)
	errs := make([]error, 6)
	var clicks []func()
	for i := range answers {
		clicks = append(clicks, func() { answers[i], errs[i] = ask(order.Serial(1)) })
	}
	together(clicks...)
	for i := range answers {
		if errs[i] != nil || answers[i].ID != answers[0].ID {
			t.Errorf("click %d: %v, %v", i, answers[i].ID, errs[i])
		}
	}
	if _, err := ask(order.Serial(2)); !errors.Is(err, distribution.ErrKeyReused) {
		t.Errorf("same key for another carnet: %v", err)
	}
	if got := n.Count(`SELECT count(*) FROM handovers`); got != 1 {
		t.Errorf("%d hand-overs", got)
	}
}

func TestTwoCountersOneCarnet(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{Carnets: 8})
	for number := 1; number <= 8; number++ {
		errs := make([]error, 4)
		var counters []func()
		for i := range errs {
			counters = append(counters, func() {
				_, errs[i] = n.HandOver(context.Background(), n.Agent, distribution.Request{Key: uuid.NewString(), Serial: order.Serial(number)})
			})
		}
		together(counters...)
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			refused(t, err, fault.KindConflict, "déjà été remis")
		}
		if won != 1 {
			t.Errorf("carnet %d: %d winners", number, won)
		}
	}
}

func TestUndo(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{Carnets: 3})
	h := n.give(order.Serial(1))
	n.Travel(14 * time.Minute)
	if _, err := n.Undo(t.Context(), n.Agent, n.PointOf(n.Mairie, "Annexe"), h.ID); !errors.Is(err, distribution.ErrOtherPoint) {
		t.Errorf("from another point: %v", err)
	}
	for range 2 {
		if undone, err := n.Undo(t.Context(), n.Agent, n.World.Point, h.ID); err != nil || undone.UndoneAt == nil {
			t.Fatalf("undo: %v", err)
		}
	}
	if n.redeem(order, 1, 1) {
		t.Error("a chèque was used after the undo")
	}
	again := n.give(order.Serial(1))
	if again.ID == h.ID {
		t.Error("the same hand-over came back")
	}
	n.Travel(distribution.UndoWindow)
	if _, err := n.Undo(t.Context(), n.Agent, n.World.Point, again.ID); !errors.Is(err, distribution.ErrTooLate) {
		t.Errorf("after 15 minutes: %v", err)
	}
	used := n.give(order.Serial(2))
	if !n.redeem(order, 2, 3) {
		t.Fatal("not redeemable")
	}
	if _, err := n.Undo(t.Context(), n.Agent, n.World.Point, used.ID); !errors.Is(err, distribution.ErrChequeUsed) {
		t.Errorf("after a use: %v", err)
	}
	if got := n.Count(`SELECT count(*) FROM custody_moves WHERE kind = 'annulation_remise'`); got != 1 {
		t.Errorf("%d custody moves", got)
	}
}

// TestUndoAgainstRedemption: whichever comes first wins, and never both.
func TestUndoAgainstRedemption(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	const carnets = 12
	order := n.ActiveOrder(testworld.OrderOptions{Carnets: carnets})
	for number := 1; number <= carnets; number++ {
		h := n.give(order.Serial(number))
		var redeemed bool
		var undo error
		together(
			func() { redeemed = n.redeem(order, number, 1) },
			func() { _, undo = n.Undo(context.Background(), n.Agent, n.World.Point, h.ID) })
		if redeemed == (undo == nil) || undo != nil && !errors.Is(undo, distribution.ErrChequeUsed) {
			t.Errorf("carnet %d: redeemed %v, undo %v", number, redeemed, undo)
		}
	}
}

func TestHandOverTenancy(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{})
	h := n.give(order.Serial(1))
	if _, err := n.Undo(t.Context(), n.Other, uuid.Nil, h.ID); !errors.Is(err, distribution.ErrHandOverNotFound) {
		t.Errorf("undo by a stranger: %v", err)
	}
	if _, err := n.Letter(t.Context(), n.Other, h.ID); !errors.Is(err, distribution.ErrHandOverNotFound) {
		t.Errorf("letter for a stranger: %v", err)
	}
	_, err := n.HandOver(t.Context(), n.Other, distribution.Request{Key: "k", Serial: order.Serial(2)})
	refused(t, err, fault.KindConflict, "pas dans votre stock")
	if _, err := n.HandOver(t.Context(), n.Commanditaire, distribution.Request{Key: "k", Serial: order.Serial(2)}); !errors.Is(err, identity.ErrForbidden) {
		t.Errorf("hand-over by a commanditaire: %v", err)
	}
	list, _, err := n.HandOvers(t.Context(), n.Other, distribution.Filter{})
	if err != nil || len(list) != 0 {
		t.Errorf("a stranger sees %d hand-overs, %v", len(list), err)
	}
	token := n.Agent
	token.AccountID, token.TokenID, token.PlaceID = uuid.Nil, uuid.New(), n.PointOf(n.Mairie, "Annexe")
	_, err = n.HandOver(t.Context(), token, distribution.Request{Key: "k", Serial: order.Serial(2)})
	refused(t, err, fault.KindConflict, "autre de vos points")
}

func TestHandOversList(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{Carnets: 5})
	for number := 1; number <= 5; number++ {
		n.give(order.Serial(number))
		n.Travel(time.Minute)
	}
	var seen []string
	filter := distribution.Filter{PointID: n.World.Point, Limit: 2}
	for more := true; more; {
		var page []distribution.HandOver
		var err error
		if page, more, err = n.HandOvers(t.Context(), n.Agent, filter); err != nil {
			t.Fatal(err)
		}
		for _, h := range page {
			seen = append(seen, h.Serial[len(h.Serial)-1:])
			filter.After = &distribution.Cursor{At: h.At, ID: h.ID}
		}
	}
	if got := strings.Join(seen, ""); got != "54321" {
		t.Errorf("pages give %s", got)
	}
	if today, err := n.Today(t.Context(), n.Agent, n.World.Point); err != nil || len(today) != 5 {
		t.Errorf("today: %d, %v", len(today), err)
	}
	one, _, err := n.HandOvers(t.Context(), n.Agent, distribution.Filter{Serial: "000003"})
	if err != nil || len(one) != 1 {
		t.Errorf("by serial: %d, %v", len(one), err)
	}
}

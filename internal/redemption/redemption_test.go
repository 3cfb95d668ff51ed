package redemption_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

// scene is a world, its service, and one active order handed over.
type scene struct {
	*testworld.World
	*redemption.Service
	codes []string
	order testworld.Order
}

func newScene(t *testing.T, options testworld.OrderOptions) scene {
	t.Helper()
	w := testworld.New(t)
	order := w.ActiveOrder(options)
	codes := order.HandedOver(max(1, options.Carnets))
	return scene{World: w, Service: redemption.NewService(w.DB, w.Keys), codes: clear(codes), order: order}
}

func clear(codes []code.Code) []string {
	texts := make([]string, len(codes))
	for i, c := range codes {
		texts[i] = c.Clear()
	}
	return texts
}

func request(key string, codes ...string) redemption.Request {
	return redemption.Request{Key: key, Codes: codes, Entries: []int{3, 48}, Mode: redemption.Individuel}
}

// stranger is a well-formed code that names no chèque.
func stranger(t *testing.T) string {
	t.Helper()
	other, err := code.ParseKeyring(code.GenerateKey("x"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := other.Derive("x", uuid.New())
	if err != nil {
		t.Fatal(err)
	}
	return c.Clear()
}

func (s scene) redeem(t *testing.T, actor identity.Actor, r redemption.Request) redemption.Receipt {
	t.Helper()
	receipt, err := s.Redeem(t.Context(), actor, r)
	if err != nil {
		t.Fatalf("redeem: %v", err)
	}
	return receipt
}

// balanced compares the ledger with the redemptions that are live.
func (s scene) balanced(t *testing.T) {
	t.Helper()
	payable := s.Count(`SELECT coalesce(sum(CASE WHEN credit = 'payable' THEN amount_cents WHEN debit = 'payable' THEN -amount_cents ELSE 0 END), 0)::bigint FROM ledger_movements`)
	live := s.Count(`SELECT coalesce(sum(amount_cents), 0)::bigint FROM redemptions WHERE undone_at IS NULL`)
	circulation := s.Count(`SELECT coalesce(sum(CASE WHEN credit = 'circulation' THEN amount_cents WHEN debit = 'circulation' THEN -amount_cents ELSE 0 END), 0)::bigint FROM ledger_movements`)
	unused := s.Count(`SELECT coalesce(sum(c.face_value_cents), 0)::bigint FROM cheques c JOIN orders o ON o.id = c.order_id WHERE o.state = 'active' AND c.state <> 'utilise'`)
	if payable != live || circulation != unused {
		t.Errorf("ledger: payable %d for %d of live redemptions, circulation %d for %d of unused chèques", payable, live, circulation, unused)
	}
}

func TestRedeemOneSeance(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	price, duration, first := money.Cents(2500), 90, true
	r := request("seance-1", s.codes[1], s.codes[0])
	r.PriceCents, r.DurationMinutes, r.FirstVisit = &price, &duration, &first
	receipt := s.redeem(t, s.Mediateur, r)
	if n, amount := receipt.Taken(); n != 2 || amount != 2000 {
		t.Fatalf("took %d chèques, %s", n, amount)
	}
	if receipt.Results[0].Rank != 2 || receipt.Results[1].Rank != 1 || receipt.Results[0].Serial != s.order.Serial(1) {
		t.Errorf("results do not follow the request: %+v", receipt.Results)
	}
	seance, err := s.Receipt(t.Context(), s.Mediateur, receipt.ID)
	if err != nil {
		t.Fatal(err)
	}
	if seance.Live() != 2 || seance.Amount() != 2000 || *seance.Price != price || seance.DurationMinutes != 90 || !*seance.FirstVisit || fmt.Sprint(seance.Entries) != "[3 48]" {
		t.Errorf("receipt: %+v", seance)
	}
	if seance.Place != "Médiathèque de Guéret" || seance.Taken[0].Commanditaire != "Département de la Creuse" || seance.Taken[0].UndoUntil.IsZero() {
		t.Errorf("receipt: %+v", seance.Taken[0])
	}
	if n := s.Count(`SELECT count(*) FROM journal WHERE act = 'encaissement' AND $1 = ANY (party_ids)`, s.Departement); n != 1 {
		t.Errorf("%d journal lines the commanditaire can read, want 1", n)
	}
	s.balanced(t)
}

func TestEveryWayOfTypingACode(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	c := s.codes[0]
	typed := []string{strings.ToLower(c), c[:4] + " " + c[4:8] + "-" + c[8:12] + " " + c[12:], "HTTPS://PASSNUM.EXEMPLE/P/" + c, " " + c + "\r\n"}
	results, err := s.Check(t.Context(), s.Mediateur, typed, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Status != redemption.Valid || r.FaceValue != 1000 || r.Rank != 1 || r.UsableUntil.Format(time.DateOnly) != "2026-12-31" {
			t.Errorf("code %d: %+v", r.Index, r)
		}
	}
	if n := s.Count(`SELECT count(*) FROM redemptions`); n != 0 {
		t.Errorf("testing took %d chèques", n)
	}
}

func TestRetryHearsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	r := request("retry", s.codes[0], stranger(t), "pas un code", s.codes[0])
	first := s.redeem(t, s.Mediateur, r)
	s.Travel(time.Hour)
	again := s.redeem(t, s.Mediateur, r)
	if fmt.Sprintf("%+v", times(first)) != fmt.Sprintf("%+v", times(again)) {
		t.Errorf("first %+v\nagain %+v", first, again)
	}
	want := []carnet.Reason{carnet.Usable, carnet.Unknown, carnet.Malformed, carnet.AlreadyRedeemed}
	for i, result := range again.Results {
		if result.Reason != want[i] {
			t.Errorf("code %d: %q, want %q", i, result.Reason, want[i])
		}
	}
	other := r
	other.Entries = []int{4}
	if _, err := s.Redeem(t.Context(), s.Mediateur, other); !errors.Is(err, redemption.ErrKeyReused) {
		t.Errorf("same key, other body: %v", err)
	}
	if n := s.Count(`SELECT sum(tries) FROM failed_tries WHERE subject LIKE 'a:%'`); n != 1 {
		t.Errorf("%d wrong codes counted, want 1: a retry and a slip are no guesses", n)
	}
	s.balanced(t)
}

// times drops the monotonic and zone details that a stored instant loses.
func times(r redemption.Receipt) redemption.Receipt {
	for i := range r.Results {
		if at := r.Results[i].RedeemedAt; at != nil {
			utc := at.UTC()
			r.Results[i].Message += utc.String()
			r.Results[i].RedeemedAt = nil
		}
	}
	return r
}

func TestRetryAfterACrashCompletesTheAnswer(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	r := request("crash", s.codes[0], "pas un code")
	first := s.redeem(t, s.Mediateur, r)
	s.Exec(`UPDATE redemption_requests SET refused = NULL`)
	again := s.redeem(t, s.Mediateur, r)
	if again.ID != first.ID || len(again.Results) != 2 || again.Results[1].Reason != carnet.Malformed {
		t.Errorf("completed answer: %+v", again)
	}
}

func TestRollbackLeavesNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	s.Exec(`CREATE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'boom'; END $$`)
	s.Exec(`CREATE TRIGGER boom BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION boom()`)
	if _, err := s.Redeem(t.Context(), s.Mediateur, request("k", s.codes[0])); err == nil {
		t.Fatal("the failure was hidden")
	}
	s.Exec(`DROP TRIGGER boom ON journal`)
	for _, table := range []string{"redemptions", "seances", "redemption_requests", "journal"} {
		if n := s.Count(`SELECT count(*) FROM ` + table); n != 0 {
			t.Errorf("%d rows left in %s", n, table)
		}
	}
	if n := s.Count(`SELECT count(*) FROM cheques WHERE state = 'utilise'`); n != 0 {
		t.Errorf("%d chèques left used", n)
	}
	s.balanced(t)
	if n, _ := s.redeem(t, s.Mediateur, request("k", s.codes[0])).Taken(); n != 1 {
		t.Error("the same request cannot be sent again")
	}
}

func TestInvalidRequestsAreNotJudged(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	negative, endless := money.Cents(-1), 0
	future, ancient := s.Now().Add(time.Hour), s.Now().Add(-40*24*time.Hour)
	elsewhere := uuid.New()
	cases := []struct {
		field  string
		change func(*redemption.Request)
	}{
		{"codes", func(r *redemption.Request) { r.Codes = nil }},
		{"codes", func(r *redemption.Request) { r.Codes = make([]string, 201) }},
		{"entries", func(r *redemption.Request) { r.Entries = nil }},
		{"entries", func(r *redemption.Request) { r.Entries = []int{3, 130} }},
		{"mode", func(r *redemption.Request) { r.Mode = "debout" }},
		{"key", func(r *redemption.Request) { r.Key = "" }},
		{"at", func(r *redemption.Request) { r.GivenAt = &future }},
		{"at", func(r *redemption.Request) { r.GivenAt = &ancient }},
		{"price_cents", func(r *redemption.Request) { r.PriceCents = &negative }},
		{"duration_minutes", func(r *redemption.Request) { r.DurationMinutes = &endless }},
		{"place_id", func(r *redemption.Request) { r.PlaceID = &elsewhere }},
	}
	for _, c := range cases {
		r := request("invalid", s.codes[0])
		c.change(&r)
		_, err := s.Redeem(t.Context(), s.Mediateur, r)
		f, ok := fault.As(err)
		if !ok || f.Kind != fault.KindInvalid || len(f.Fields) == 0 || f.Fields[0].Field != c.field {
			t.Errorf("%s: %v", c.field, err)
		}
	}
	if n := s.Count(`SELECT count(*) FROM redemption_requests`); n != 0 {
		t.Errorf("%d requests kept", n)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{PerimeterCodes: []string{"D-23"}})
	away := uuid.New()
	s.Exec(`INSERT INTO places (id, structure_id, structure_name, structure_siret, name, postal_code, town, insee, ancestors, created_at, updated_at)
		VALUES ($1, $2, 'Médiathèque', '1', 'Antenne', '31000', 'Toulouse', '31555', '{D-31,C-31555}', now(), now())`, away, s.Mediatheque)
	if _, err := s.Redeem(t.Context(), s.Mediateur, request("which", s.codes[0])); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("two places, none named: %v", err)
	}
	results, err := s.Check(t.Context(), s.Mediateur, s.codes[:1], nil, nil)
	if err != nil || results[0].Status != redemption.Valid {
		t.Errorf("check without a place: %+v, %v", results, err)
	}
	token := s.Mediateur
	token.AccountID, token.TokenID, token.PlaceID = uuid.Nil, uuid.New(), away
	if got := s.redeem(t, token, request("token", s.codes[0])).Results[0].Reason; got != carnet.OutOfTerritory {
		t.Errorf("token of the other place: %q", got)
	}
	here := request("token-2", s.codes[0])
	here.PlaceID = &s.Place
	if _, err := s.Redeem(t.Context(), token, here); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("token asked for another place: %v", err)
	}
	here.Key = "here"
	if n, _ := s.redeem(t, s.Mediateur, here).Taken(); n != 1 {
		t.Error("the right place was refused")
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	reader := s.Member(s.Mediatheque, "lecteur@exemple.test", identity.RoleLecteur, identity.Capacities{Structure: true})
	for _, actor := range []identity.Actor{reader, s.Commanditaire, s.Agent, {}} {
		if _, err := s.Redeem(t.Context(), actor, request("no", s.codes[0])); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("%s redeems: %v", actor.Email, err)
		}
		if _, err := s.Check(t.Context(), actor, s.codes[:1], nil, nil); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("%s checks: %v", actor.Email, err)
		}
		if _, err := s.Undo(t.Context(), actor, uuid.New(), ""); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("%s undoes: %v", actor.Email, err)
		}
	}
}

func TestAnotherStructureSeesNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	receipt := s.redeem(t, s.Mediateur, request("mine", s.codes[0]))
	if _, err := s.Receipt(t.Context(), s.Other, receipt.ID); !errors.Is(err, redemption.ErrNotFound) {
		t.Errorf("receipt: %v", err)
	}
	if _, err := s.Undo(t.Context(), s.Other, receipt.ID, ""); !errors.Is(err, redemption.ErrNotFound) {
		t.Errorf("undo: %v", err)
	}
	page, err := s.List(t.Context(), s.Other, redemption.Filter{}, redemption.Cursor{})
	if err != nil || len(page.Takings) != 0 || page.Totals.Cheques != 0 {
		t.Errorf("list: %+v, %v", page, err)
	}
	theirs := s.redeem(t, s.Other, request("mine", s.codes[0])).Results[0]
	if theirs.Reason != carnet.AlreadyRedeemed || theirs.RedeemedPlace != "" || theirs.RedeemedAt == nil {
		t.Errorf("another structure's chèque: %+v", theirs)
	}
	own := s.redeem(t, s.Mediateur, request("again", s.codes[0])).Results[0]
	if own.RedeemedPlace != "Médiathèque de Guéret" || !strings.Contains(own.Message, "ici même") {
		t.Errorf("the caller's own chèque: %+v", own)
	}
}

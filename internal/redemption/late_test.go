package redemption_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/redemption/dispute"
	"passnum/internal/testworld"
)

// phone is a device that scans without network.
type phone struct {
	id     uuid.UUID
	off    time.Duration // how far ahead its clock is
	claims []redemption.Claim
}

func newPhone() *phone { return &phone{id: uuid.New()} }

// scan queues a séance, dated ago by the phone's clock.
func (p *phone) scan(s scene, ago time.Duration, codes ...string) {
	p.claims = append(p.claims, redemption.Claim{
		Key: uuid.NewString(), ScannedAt: s.Now().Add(p.off - ago), Codes: codes, Entries: []int{3}, Mode: redemption.Individuel,
	})
}

func (p *phone) queue(s scene) redemption.Queue {
	return redemption.Queue{Device: p.id, SentAt: s.Now().Add(p.off), Claims: p.claims}
}

func (s scene) send(t *testing.T, actor identity.Actor, p *phone) []redemption.ClaimAnswer {
	t.Helper()
	answers, err := s.Claim(t.Context(), actor, p.queue(s))
	if err != nil {
		t.Fatalf("claim: %v", err)
	}
	return answers
}

// late sends one séance scanned some time ago by a new phone.
func (s scene) late(t *testing.T, actor identity.Actor, ago time.Duration, codes ...string) redemption.ClaimAnswer {
	t.Helper()
	p := newPhone()
	p.scan(s, ago, codes...)
	return s.send(t, actor, p)[0]
}

const day = 24 * time.Hour

func TestLateClaimIsDatedByItsScan(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	// Two days after the last day, tolerance included, on which it is accepted.
	s.At(time.Date(2027, 2, 2, 9, 0, 0, 0, time.UTC))
	if got := s.redeem(t, s.Mediateur, request("now", s.codes[0])).Results[0]; got.Reason != carnet.Expired {
		t.Fatalf("redeemed after its last day: %+v", got)
	}
	answer := s.late(t, s.Mediateur, 2*day, s.codes[:2]...)
	if answer.Outcome != redemption.ClaimAccepted || len(answer.Results) != 2 {
		t.Fatalf("scanned on its last day: %+v", answer)
	}
	seance, err := s.Receipt(t.Context(), s.Mediateur, answer.Receipt)
	if err != nil || !seance.GivenAt.Equal(s.Now().Add(-2*day)) || !seance.At.Equal(s.Now()) || seance.Taken[0].UndoUntil.IsZero() {
		t.Errorf("receipt: %+v, %v", seance, err)
	}
	if n := s.Count(`SELECT count(*) FROM redemptions WHERE day = '2027-02-02'`); n != 2 {
		t.Errorf("%d redemptions dated on reception", n)
	}
	s.balanced(t)
}

// TestEachRefusalOfALateClaim walks the reasons, and says for each whether it is
// disputed.
func TestEachRefusalOfALateClaim(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 2, PerCarnet: 10})
	c := s.codes
	s.redeem(t, s.Other, request("elsewhere", c[0]))
	s.redeem(t, s.Mediateur, request("here", c[1]))
	s.Exec(`UPDATE carnets SET state = 'bloque' WHERE number = 2`)
	closed := s.ActiveOrder(testworld.OrderOptions{State: "livree"}).HandedOver(1)
	kept := clear(s.ActiveOrder(testworld.OrderOptions{}).Codes(1, 1))
	far := clear(s.ActiveOrder(testworld.OrderOptions{PerimeterCodes: []string{"33"}}).HandedOver(1))
	other := clear(s.ActiveOrder(testworld.OrderOptions{Entries: []int16{100}}).HandedOver(1))
	agreed := clear(s.ActiveOrder(testworld.OrderOptions{OnlyAgreed: true}).HandedOver(1))
	for _, want := range []struct {
		code     string
		reason   carnet.Reason
		disputed bool
	}{
		{c[0], carnet.AlreadyRedeemed, true},
		{c[1], carnet.AlreadyRedeemed, false},
		{c[10], carnet.Blocked, true},
		{closed[0].Clear(), carnet.NotActivated, true},
		{kept[0], carnet.NotHandedOver, true},
		{far[0], carnet.OutOfTerritory, true},
		{other[0], carnet.ServiceNotCovered, true},
		{agreed[0], carnet.StructureNotAccepted, true},
		{stranger(t), carnet.Unknown, false},
		{"WIFI:S:Mairie;;", carnet.Malformed, false},
	} {
		answer := s.late(t, s.Mediateur, day, want.code)
		got := answer.Results[0]
		if got.Reason != want.reason || (got.Status == redemption.Disputed) != want.disputed || (got.Dispute != uuid.Nil) != want.disputed || got.Message == "" {
			t.Errorf("want %s, disputed %v: %+v", want.reason, want.disputed, got)
		}
		if wantOutcome := map[bool]redemption.Outcome{true: redemption.ClaimDisputed, false: redemption.ClaimRefused}[want.disputed]; answer.Outcome != wantOutcome {
			t.Errorf("%s: outcome %s", want.reason, answer.Outcome)
		}
	}
	if n := s.Count(`SELECT count(*) FROM disputes WHERE structure_id = $1 AND commanditaire_id = $2 AND state = 'ouvert'`, s.Mediatheque, s.Departement); n != 7 {
		t.Errorf("%d disputes", n)
	}
	s.balanced(t)
}

func TestTooOldToBeBelieved(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	// Eight days: judged on reception, when the chèque is still accepted.
	if answer := s.late(t, s.Mediateur, 8*day, s.codes[0]); answer.Outcome != redemption.ClaimAccepted {
		t.Fatalf("valid today: %+v", answer)
	}
	s.At(time.Date(2027, 2, 10, 9, 0, 0, 0, time.UTC)) // accepted until 31 January
	if got := s.late(t, s.Mediateur, 10*day, s.codes[1]).Results[0]; got.Reason != dispute.LateTooOld || got.Status != redemption.Disputed {
		t.Errorf("scanned on the last day, ten days ago: %+v", got)
	}
	if got := s.late(t, s.Mediateur, 3*day, s.codes[2]).Results[0]; got.Reason != carnet.Expired || got.Status != redemption.Disputed {
		t.Errorf("scanned when it was out of date: %+v", got)
	}
	s.Exec(`UPDATE orders SET late_days = 12`)
	if answer := s.late(t, s.Mediateur, 10*day, s.codes[3]); answer.Outcome != redemption.ClaimAccepted {
		t.Errorf("an order that believes for 12 days: %+v", answer)
	}
	ancient := s.late(t, s.Mediateur, 400*day, s.codes[4])
	if got := ancient.Results[0]; got.Reason != dispute.LateTooOld {
		t.Errorf("a clock of last year: %+v", got)
	}
}

func TestClockThreeDaysOff(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{3 * day, -3 * day} {
		s := newScene(t, testworld.OrderOptions{})
		p := newPhone()
		p.off = off
		p.scan(s, time.Hour, s.codes[0])
		answer := s.send(t, s.Mediateur, p)[0]
		seance, err := s.Receipt(t.Context(), s.Mediateur, answer.Receipt)
		if err != nil || !seance.GivenAt.Equal(s.Now().Add(-time.Hour)) {
			t.Errorf("clock off by %s: given at %s, %v", off, seance.GivenAt, err)
		}
		s.redeem(t, s.Other, request("x", s.codes[1]))
		p.scan(s, time.Hour, s.codes[1])
		got := s.send(t, s.Mediateur, p)[1].Results[0]
		if n := s.Count(`SELECT clock_seconds FROM disputes WHERE id = $1`, got.Dispute); n != int64(off.Seconds()) {
			t.Errorf("noted %d seconds", n)
		}
	}
	// A scan of the future, by a clock right when it sends, is of now.
	s := newScene(t, testworld.OrderOptions{})
	if answer := s.late(t, s.Mediateur, -30*day, s.codes[0]); answer.Outcome != redemption.ClaimAccepted {
		t.Errorf("%+v", answer)
	}
	if n := s.Count(`SELECT count(*) FROM seances WHERE given_at = at`); n != 1 {
		t.Error("the séance is dated in the future")
	}
}

func TestTheSameKeyHearsTheSameAnswer(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	s.redeem(t, s.Other, request("elsewhere", s.codes[2]))
	p := newPhone()
	p.scan(s, day, s.codes[0], s.codes[2], "rien")
	first := s.send(t, s.Mediateur, p)
	s.Travel(time.Hour) // the network was cut between the commit and the answer
	again := s.send(t, s.Mediateur, p)
	if fmt.Sprint(first) != fmt.Sprint(again) {
		t.Errorf("another answer:\n%+v\n%+v", first, again)
	}
	if n := s.Count(`SELECT count(*) FROM disputes`); n != 1 {
		t.Errorf("%d disputes", n)
	}
	// The same key for something else leads to its receipt and pays nothing.
	p.claims[0].Codes = s.codes[1:2]
	other := s.send(t, s.Mediateur, p)[0]
	if other.Outcome != redemption.ClaimRefused || other.Receipt != first[0].Receipt || other.Message == "" {
		t.Errorf("%+v", other)
	}
	// Another structure's key is its own.
	if mine := s.send(t, s.Other, p)[0]; mine.Outcome != redemption.ClaimAccepted || mine.Receipt == first[0].Receipt {
		t.Errorf("%+v", mine)
	}
	s.balanced(t)
}

// TestRetryOfAnOnlineConfirm sends by the queue what was confirmed online and
// cut before the answer: the same key, the same answer, nothing counted late.
func TestRetryOfAnOnlineConfirm(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	p := newPhone()
	p.scan(s, time.Minute, s.codes[0])
	online := s.redeem(t, s.Mediateur, redemption.Request{Key: p.claims[0].Key, Codes: s.codes[:1], Entries: []int{3}, Mode: redemption.Individuel})
	if got := s.send(t, s.Mediateur, p)[0]; got.Receipt != online.ID || got.Outcome != redemption.ClaimAccepted {
		t.Errorf("%+v", got)
	}
	p.scan(s, time.Minute, s.codes[1])
	if got := s.send(t, s.Mediateur, p)[1]; got.Outcome != redemption.ClaimAccepted {
		t.Errorf("%+v", got)
	}
	if n := s.Count(`SELECT count(*) FROM late_claim_days`); n != 0 {
		t.Error("a prompt retry was counted")
	}
}

func TestCapPerDeviceAndDay(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 3, PerCarnet: 10})
	s.Exec(`UPDATE orders SET late_cap = 4`)
	p := newPhone()
	p.scan(s, 2*day, s.codes[:6]...)
	p.scan(s, day, s.codes[6:9]...) // another day, another count
	answers := s.send(t, s.Mediateur, p)
	if taken, _ := (redemption.Receipt{Results: answers[0].Results}).Taken(); taken != 4 || answers[0].Outcome != redemption.ClaimDisputed || answers[0].Results[5].Reason != dispute.LateCap {
		t.Errorf("%+v", answers[0])
	}
	if answers[1].Outcome != redemption.ClaimAccepted {
		t.Errorf("%+v", answers[1])
	}
	// A chèque put back by the cap can be used online at once.
	if n, _ := s.redeem(t, s.Mediateur, request("online", s.codes[5])).Taken(); n != 1 {
		t.Error("the cap kept the chèque")
	}
	// A new identifier for each claim meets the structure's own cap.
	taken := 0
	for i := range 20 {
		n, _ := redemption.Receipt{Results: s.late(t, s.Mediateur, 3*day, s.codes[9+i]).Results}.Taken()
		taken += n
	}
	if taken != 20 {
		t.Errorf("%d taken", taken)
	}
	s.Exec(`UPDATE late_claim_days SET claimed = 40 WHERE device_id = structure_id`)
	if got := s.late(t, s.Mediateur, 3*day, s.codes[29]).Results[0]; got.Reason != dispute.LateCap {
		t.Errorf("beyond the structure's cap: %+v", got)
	}
	if n := s.Count(`SELECT count(*) FROM late_claim_days WHERE claimed < 0 OR claimed > 40`); n != 0 {
		t.Error("counts went astray")
	}
	s.balanced(t)
}

// TestCapUnderConcurrency sends one device's claims all at once.
func TestCapUnderConcurrency(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 3, PerCarnet: 10})
	s.Exec(`UPDATE orders SET late_cap = 7`)
	id := uuid.New()
	var wait sync.WaitGroup
	for i := range 30 {
		wait.Go(func() {
			p := &phone{id: id}
			p.scan(s, day, s.codes[i])
			if _, err := s.Claim(t.Context(), s.Mediateur, p.queue(s)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := s.Count(`SELECT count(*) FROM redemptions`); n != 7 {
		t.Errorf("%d redeemed under a cap of 7", n)
	}
	if n := s.Count(`SELECT count(*) FROM disputes WHERE reason = 'late_cap'`); n != 23 {
		t.Errorf("%d disputes", n)
	}
	s.balanced(t)
}

// TestTwoPhonesOnOneCheque has one person redeem online while another's queue
// arrives: one is paid, the other knows why not.
func TestTwoPhonesOnOneCheque(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 2, PerCarnet: 10})
	var wait sync.WaitGroup
	late := make([]redemption.ClaimAnswer, len(s.codes))
	for i, c := range s.codes {
		p := newPhone()
		p.scan(s, day, c)
		wait.Go(func() {
			answers, err := s.Claim(t.Context(), s.Mediateur, p.queue(s))
			if err != nil {
				t.Error(err)
				return
			}
			late[i] = answers[0]
		})
		wait.Go(func() {
			if _, err := s.Redeem(t.Context(), s.Other, request(fmt.Sprint("online-", i), c)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	disputed := 0
	for _, a := range late {
		if a.Outcome == redemption.ClaimDisputed {
			disputed++
		}
	}
	mine := s.Count(`SELECT count(*) FROM redemptions WHERE structure_id = $1`, s.Mediatheque)
	if int(mine)+disputed != len(s.codes) || s.Count(`SELECT count(*) FROM redemptions`) != int64(len(s.codes)) {
		t.Errorf("%d paid here, %d disputed, of %d", mine, disputed, len(s.codes))
	}
	s.balanced(t)
}

func TestFiftyClaimsAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 5, PerCarnet: 10})
	s.Exec(`UPDATE orders SET late_cap = 100`)
	p := newPhone()
	for _, c := range s.codes {
		p.scan(s, day, c)
	}
	for _, a := range s.send(t, s.Mediateur, p) {
		if a.Outcome != redemption.ClaimAccepted {
			t.Errorf("%+v", a)
		}
	}
	p.scan(s, day, s.codes[0])
	if _, err := s.Claim(t.Context(), s.Mediateur, p.queue(s)); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("51 claims: %v", err)
	}
	s.balanced(t)
}

func TestRevokedPhone(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	p := newPhone()
	p.scan(s, day, s.codes[0])
	first := s.send(t, s.Mediateur, p)
	devices, err := s.LateDevices(t.Context(), s.Mediateur)
	if err != nil || len(devices) != 1 || devices[0].ID != p.id || devices[0].AccountName != s.Mediateur.Name || devices[0].Kind != redemption.KindBrowser {
		t.Fatalf("devices: %+v, %v", devices, err)
	}
	if err := s.RevokeLateDevice(t.Context(), s.Other, p.id); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another structure: %v", err)
	}
	if err := s.RevokeLateDevice(t.Context(), s.Mediateur, p.id); err != nil {
		t.Fatal(err)
	}
	p.scan(s, time.Minute, s.codes[1], "rien")
	answers := s.send(t, s.Mediateur, p)
	if fmt.Sprint(answers[0]) != fmt.Sprint(first[0]) {
		t.Errorf("what was answered changed: %+v", answers[0])
	}
	if got := answers[1].Results[0]; got.Reason != dispute.DeviceRevoked || got.Status != redemption.Disputed || !strings.Contains(got.Message, "téléphone a été retiré") {
		t.Errorf("%+v", got)
	}
	if err := s.RestoreLateDevice(t.Context(), s.Mediateur, p.id); err != nil {
		t.Fatal(err)
	}
	p.scan(s, day, s.codes[2])
	if got := s.send(t, s.Mediateur, p)[2]; got.Outcome != redemption.ClaimAccepted {
		t.Errorf("found again: %+v", got)
	}
	if err := s.RevokeLateDevicesOf(t.Context(), s.Mediateur, s.Mediateur.AccountID); err != nil {
		t.Fatal(err)
	}
	p.scan(s, day, s.codes[3])
	if got := s.send(t, s.Mediateur, p)[3]; got.Results[0].Reason != dispute.DeviceRevoked {
		t.Errorf("its person was stopped: %+v", got)
	}
}

// TestOddClaims keeps one bad claim from holding the others.
func TestOddClaims(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	p, nowhere := newPhone(), uuid.New()
	p.scan(s, day, s.codes[0])
	p.claims[0].Entries = []int{999}
	p.scan(s, day, s.codes[0])
	p.claims[1].PlaceID = &nowhere // closed since: the only place stands for it
	p.scan(s, day, s.codes[1], s.codes[1])
	answers := s.send(t, s.Mediateur, p)
	if answers[0].Outcome != redemption.ClaimRefused || answers[0].Receipt != uuid.Nil || !strings.Contains(answers[0].Message, "999") {
		t.Errorf("unknown entry: %+v", answers[0])
	}
	if answers[1].Outcome != redemption.ClaimAccepted {
		t.Errorf("a place that is no more: %+v", answers[1])
	}
	if got := answers[2]; got.Outcome != redemption.ClaimRefused || got.Results[0].Status != redemption.Redeemed || got.Results[1].Reason != carnet.AlreadyRedeemed {
		t.Errorf("twice in a séance: %+v", got)
	}
	for name, broken := range map[string]func(*redemption.Queue){
		"device":               func(q *redemption.Queue) { q.Device = uuid.Nil },
		"sent_at":              func(q *redemption.Queue) { q.SentAt = time.Time{} },
		"claims[0].key":        func(q *redemption.Queue) { q.Claims[0].Key = "1" },
		"claims[0].codes":      func(q *redemption.Queue) { q.Claims[0].Codes = make([]string, 201) },
		"claims[0].scanned_at": func(q *redemption.Queue) { q.Claims[0].ScannedAt = time.Time{} },
	} {
		one := newPhone()
		one.scan(s, day, s.codes[2])
		queue := one.queue(s)
		broken(&queue)
		_, err := s.Claim(t.Context(), s.Mediateur, queue)
		if refusal, ok := fault.As(err); !ok || len(refusal.Fields) != 1 || refusal.Fields[0].Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Claim(t.Context(), s.Agent, p.queue(s)); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a counter: %v", err)
	}
}

func TestGuessingByTheQueue(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	p := newPhone()
	wrong := make([]string, 12)
	for i := range wrong {
		wrong[i] = stranger(t)
	}
	p.scan(s, day, wrong...)
	p.scan(s, day, s.codes[0])
	if _, err := s.Claim(t.Context(), s.Mediateur, p.queue(s)); !fault.Is(err, fault.KindTooMany) {
		t.Fatalf("twelve strangers: %v", err)
	}
	s.Travel(20 * time.Minute)
	answers := s.send(t, s.Mediateur, p)
	if answers[0].Outcome != redemption.ClaimRefused || answers[1].Outcome != redemption.ClaimAccepted {
		t.Errorf("later: %+v", answers)
	}
}

// TestTokensClaimLateToo applies the same rules to the API's « at ».
func TestTokensClaimLateToo(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{})
	s.Exec(`UPDATE orders SET late_cap = 1`)
	token := s.Mediateur
	token.AccountID, token.TokenID = uuid.Nil, uuid.New()
	s.At(time.Date(2027, 2, 2, 9, 0, 0, 0, time.UTC))
	yesterday := s.Now().Add(-2 * day)
	r := request("api", s.codes[:2]...)
	r.GivenAt = &yesterday
	got := s.redeem(t, token, r)
	if got.Results[0].Status != redemption.Redeemed || got.Results[1].Reason != dispute.LateCap || got.Results[1].Status != redemption.Disputed {
		t.Errorf("%+v", got)
	}
	if again := s.redeem(t, token, r); fmt.Sprint(again) != fmt.Sprint(got) {
		t.Errorf("%+v", again)
	}
	nowhere := uuid.New()
	r.Key, r.PlaceID = "elsewhere", &nowhere
	if _, err := s.Redeem(t.Context(), token, r); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a place that is not ours: %v", err)
	}
	if n := s.Count(`SELECT count(*) FROM late_devices WHERE kind = 'jeton' AND id = $1`, token.TokenID); n != 1 {
		t.Error("the token is not among the devices")
	}
}

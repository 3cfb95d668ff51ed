package ending_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/ledger"
	"passnum/internal/mail"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/redemption/dispute"
	"passnum/internal/sepa"
	"passnum/internal/testworld"
)

// scene is a world with everything that ends an order, and the mails it wrote.
type scene struct {
	*testworld.World
	*ending.Service
	redemptions *redemption.Service
	disputes    *dispute.Service

	mu     sync.Mutex
	mails  []string // « destinataire | sujet »
	avoirs []ending.Avoir
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{World: testworld.New(t)}
	s.redemptions = redemption.NewService(s.World.DB, s.Keys)
	s.disputes = dispute.NewService(s.World.DB).Notify(&jobs.Inline{}, "https://exemple.fr")
	orders := order.NewService(order.Deps{DB: s.World.DB, Queue: &jobs.Inline{}})
	s.Service = ending.NewService(ending.Deps{
		DB: s.World.DB, Orders: orders, Issuer: print.Issuer{Name: "Passnum", SIRET: "12345678200010"}, BaseURL: "https://exemple.fr", Operator: "operateur@exemple.fr",
		Debtor: sepa.Debtor{Name: "Passnum", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP"}, SIRET: "12345678200010",
		Post: func(_ context.Context, _ *postgres.Tx, m mail.Message) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.mails = append(s.mails, m.To+" | "+m.Subject)
			return nil
		},
		IssueAvoir: func(_ context.Context, _ *postgres.Tx, _ identity.Actor, a ending.Avoir) (uuid.UUID, string, error) {
			s.avoirs = append(s.avoirs, a)
			return uuid.New(), fmt.Sprintf("A-%d", len(s.avoirs)), nil
		},
		CarryIn: orders.CarryInTx,
	})
	return s
}

// on moves the clock to an hour of a Paris day.
func (s *scene) on(day string, hour, minute int) {
	y, m, d := date(day).Date()
	s.At(time.Date(y, m, d, hour, minute, 0, 0, postgres.Paris))
}

func (s *scene) run(t *testing.T) {
	t.Helper()
	if err := s.Run(t.Context()); err != nil {
		t.Fatalf("run: %v", err)
	}
}

// every runs the job each morning between two days, both included.
func (s *scene) every(t *testing.T, from, to string) {
	t.Helper()
	for day := date(from); !day.After(date(to)); day = day.AddDate(0, 0, 1) {
		s.on(day.Format(time.DateOnly), 3, 0)
		s.run(t)
	}
}

func (s *scene) steps(t *testing.T, order uuid.UUID) string {
	t.Helper()
	var text string
	err := s.Owner.QueryRow(t.Context(), `SELECT coalesce(string_agg(step || ' ' || to_char(due_on, 'MM-DD') || CASE WHEN done_on <> due_on THEN ' fait ' || to_char(done_on, 'MM-DD') ELSE '' END, ', ' ORDER BY due_on, done_at, step), '')
		FROM ending_steps WHERE order_id = $1`, order).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (s *scene) balances(t *testing.T, id uuid.UUID) ledger.Balances {
	t.Helper()
	var b ledger.Balances
	err := s.World.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		b, err = ledger.OfOrder(t.Context(), tx, s.Departement, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// At any time, the ledger says what the chèques do.
	live := s.Count(`SELECT coalesce(sum(c.face_value_cents), 0)::bigint FROM cheques c JOIN orders o ON o.id = c.order_id WHERE c.order_id = $1 AND c.state IN ('inactif', 'actif') AND o.state = 'active'`, id)
	gone := s.Count(`SELECT coalesce(sum(face_value_cents), 0)::bigint FROM cheques WHERE order_id = $1 AND state = 'perime'`, id)
	if int64(b.Circulation) != live || int64(b.Expired) != gone {
		t.Errorf("ledger: %v circulating for %d, %v expired for %d", b.Circulation, live, b.Expired, gone)
	}
	return b
}

func (s *scene) redeem(t *testing.T, codes ...string) redemption.Receipt {
	t.Helper()
	r, err := s.redemptions.Redeem(t.Context(), s.Mediateur, redemption.Request{Key: uuid.NewString(), Codes: codes, Entries: []int{3}, Mode: redemption.Individuel})
	if err != nil {
		t.Fatalf("redeem: %v", err)
	}
	return r
}

// late sends one séance scanned at a moment.
func (s *scene) late(t *testing.T, scanned time.Time, codes ...string) redemption.ClaimAnswer {
	t.Helper()
	answers, err := s.redemptions.Claim(t.Context(), s.Mediateur, redemption.Queue{Device: uuid.New(), SentAt: s.Now(),
		Claims: []redemption.Claim{{Key: uuid.NewString(), ScannedAt: scanned, Codes: codes, Entries: []int{3}, Mode: redemption.Individuel}}})
	if err != nil {
		t.Fatalf("claim: %v", err)
	}
	return answers[0]
}

// sign signs the statement in force on a side.
func (s *scene) sign(t *testing.T, actor identity.Actor, side ending.Side, id uuid.UUID) error {
	t.Helper()
	d, err := s.Of(t.Context(), s.Operator, ending.ForOperator, id)
	if err != nil || d.Closing == nil {
		t.Fatalf("no statement: %v", err)
	}
	return s.Sign(t.Context(), actor, side, id, ending.Signature{Title: "Directrice", Hash: fmt.Sprintf("%x", d.Closing.DocumentHash), Agreed: true})
}

func (s *scene) codes(o testworld.Order, n int) []string {
	var list []string
	for _, c := range o.HandedOver(n) {
		list = append(list, c.Clear())
	}
	return list
}

func cents(n int64) money.Cents { return money.Cents(n) }

package ending_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/ending"
	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

const wholeCalendar = "rappel_60 11-01, alerte 11-30, rappel_30 12-01, blocage 12-15, accuse 12-22, echeance 12-31, peremption 02-01, etat 02-07"

// TestAYearDayByDay travels from the alert to the closing, each morning: every
// step on its day, the ledger right each day, the avoir exact, nothing left.
func TestAYearDayByDay(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 6})
	codes := s.codes(o, 3)
	s.Exec(`UPDATE points SET referent_email = 'point@exemple.fr'`)
	for day := date("2026-10-20"); !day.After(date("2027-02-07")); day = day.AddDate(0, 0, 1) {
		s.on(day.Format(time.DateOnly), 3, 0)
		s.run(t)
		if b := s.balances(t, o.ID); b.Circulation+b.Payable+b.Expired != cents(30_000) {
			t.Fatalf("%s: %+v", day.Format(time.DateOnly), b)
		}
		if day.Equal(date("2026-12-20")) {
			s.redeem(t, codes[0], codes[5])
		}
	}
	if got := s.steps(t, o.ID); got != wholeCalendar {
		t.Errorf("steps: %s", got)
	}
	// Asked on the 15th and the 22nd, never answered: one reminder a day until the 31st.
	if n := s.Count(`SELECT count(DISTINCT day) FROM ending_reminders WHERE order_id = $1`, o.ID); n != 16 {
		t.Errorf("%d days of reminders", n)
	}
	if b := s.balances(t, o.ID); b.Expired != cents(28_000) || b.Circulation != 0 || b.Payable != cents(2_000) {
		t.Errorf("before closing: %+v", b)
	}
	if n := s.Count(`SELECT count(*) FROM carnets WHERE order_id = $1 AND state = 'perime'`, o.ID); n != 6 {
		t.Errorf("%d carnets outdated", n)
	}
	if err := s.sign(t, s.Commanditaire, ending.ForCommanditaire, o.ID); err != nil {
		t.Fatal(err)
	}
	if b := s.balances(t, o.ID); b.Credit != 0 {
		t.Errorf("one signature gives an avoir: %+v", b)
	}
	if err := s.sign(t, s.Finance, ending.ForOperator, o.ID); err != nil {
		t.Fatal(err)
	}
	b := s.balances(t, o.ID)
	if b.Circulation != 0 || b.Funds != 0 || b.Expired != 0 || b.Credit != cents(28_000) || b.Payable != cents(2_000) {
		t.Errorf("closed: %+v", b)
	}
	if len(s.avoirs) != 1 || s.avoirs[0].Face != cents(28_000) || s.avoirs[0].Cheques != 28 {
		t.Errorf("avoirs: %+v", s.avoirs)
	}
	d, err := s.Of(t.Context(), s.Commanditaire, ending.ForCommanditaire, o.ID)
	if err != nil || d.Phase() != ending.ToReturn || d.Closing.AvoirNumber != "A-1" || d.Owed != cents(28_000) {
		t.Errorf("detail: %+v, %v", d.Summary, err)
	}
	_, paper, err := s.Paper(t.Context(), s.Commanditaire, ending.ForCommanditaire, o.ID)
	if err != nil || !bytes.HasPrefix(paper, []byte("%PDF-")) {
		t.Errorf("paper: %v", err)
	}
}

// TestDaysMissed runs once, long after: everything due is done in order, late,
// and only what still makes sense is written.
func TestDaysMissed(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	s.codes(o, 1)
	s.on("2026-12-28", 12, 0)
	s.run(t)
	if got, want := s.steps(t, o.ID), "rappel_60 11-01 fait 12-28, alerte 11-30 fait 12-28, rappel_30 12-01 fait 12-28, blocage 12-15 fait 12-28, accuse 12-22 fait 12-28"; got != want {
		t.Errorf("steps: %s", got)
	}
	subjects := strings.Join(s.mails, "\n")
	if strings.Contains(subjects, "l’arrêt des remises") || !strings.Contains(subjects, "l’annulation des chèques") || strings.Count(subjects, "Des chèques Pass numérique finissent") != 3 {
		t.Errorf("mails:\n%s", subjects)
	}
	sent := len(s.mails)
	s.run(t)
	if len(s.mails) != sent {
		t.Errorf("running again the same day wrote %d mails more", len(s.mails)-sent)
	}
	s.on("2027-03-20", 12, 0)
	s.run(t)
	if b := s.balances(t, o.ID); b.Circulation != 0 || b.Expired != cents(10_000) {
		t.Errorf("caught up: %+v", b)
	}
	if n := s.Count(`SELECT count(*) FROM closings WHERE order_id = $1`, o.ID); n != 1 {
		t.Errorf("%d statements", n)
	}
}

// TestTwoWorkers runs eight at once, on the day everything is due.
func TestTwoWorkers(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 4})
	s.codes(o, 2)
	s.on("2027-02-08", 3, 0)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := s.Run(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for what, n := range map[string]int64{
		"expiries":   s.Count(`SELECT count(*) FROM expiries WHERE order_id = $1`, o.ID),
		"statements": s.Count(`SELECT count(*) FROM closings WHERE order_id = $1`, o.ID),
		"ledger":     s.Count(`SELECT count(*) FROM ledger_transactions WHERE order_id = $1 AND kind = 'expiry'`, o.ID),
	} {
		if n != 1 {
			t.Errorf("%d %s", n, what)
		}
	}
	seen := map[string]int{}
	for _, m := range s.mails {
		if seen[m]++; seen[m] > 1 {
			t.Errorf("told twice: %s", m)
		}
	}
	s.balances(t, o.ID)
}

// TestTheLastMinute scans at the last accepted minute in Paris and one later, in
// winter and in summer.
func TestTheLastMinute(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ end, last string }{{"2026-12-31", "2027-01-31"}, {"2027-02-28", "2027-03-31"}, {"2027-09-30", "2027-10-31"}} {
		s := newScene(t)
		o := s.ActiveOrder(testworld.OrderOptions{Carnets: 1, Until: date(c.end)})
		codes := s.codes(o, 1)
		s.Exec(`UPDATE carnets SET accepted_until = $1`, carnet.Tolerated(date(c.end)))
		s.Exec(`UPDATE cheques SET accepted_until = $1`, carnet.Tolerated(date(c.end)))
		s.on(c.last, 23, 59)
		s.run(t)
		if r := s.redeem(t, codes[0]).Results[0]; r.Status != redemption.Redeemed {
			t.Errorf("end %s, at the last minute: %+v", c.end, r)
		}
		s.Travel(time.Minute)
		if r := s.redeem(t, codes[1]).Results[0]; r.Reason != carnet.Expired {
			t.Errorf("end %s, a minute later: %+v", c.end, r)
		}
		s.run(t)
		if b := s.balances(t, o.ID); b.Expired != cents(4_000) || b.Circulation != 0 {
			t.Errorf("end %s: %+v", c.end, b)
		}
	}
}

// TestLateScansAreHonoured receives, after the expiry, scans made before it: their
// value comes back, until the statement is drawn.
func TestLateScansAreHonoured(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	codes := s.codes(o, 1)
	scanned := time.Date(2027, 1, 31, 22, 30, 0, 0, time.UTC)
	s.every(t, "2027-01-31", "2027-02-03")
	if b := s.balances(t, o.ID); b.Expired != cents(10_000) {
		t.Fatalf("expired: %+v", b)
	}
	if a := s.late(t, scanned, codes[0], codes[1]); a.Outcome != redemption.ClaimAccepted {
		t.Fatalf("in time: %+v", a)
	}
	if b := s.balances(t, o.ID); b.Expired != cents(8_000) || b.Payable != cents(2_000) || b.Circulation != 0 {
		t.Errorf("honoured: %+v", b)
	}
	// Scanned too late: never paid, whoever decides.
	if a := s.late(t, s.Now().Add(-time.Hour), codes[2]); a.Outcome == redemption.ClaimAccepted {
		t.Errorf("expired and paid: %+v", a)
	}
	if n := s.Count(`SELECT count(*) FROM disputes WHERE state = 'ouvert'`); n != 1 {
		t.Fatalf("%d disputes", n)
	}
	s.on("2027-02-07", 3, 0)
	s.run(t)
	if n := s.Count(`SELECT count(*) FROM closings`); n != 0 {
		t.Fatal("drawn in spite of a dispute")
	}
	s.Exec(`UPDATE disputes SET state = 'rejete', decided_at = now(), decision = 'trop tard'`)
	s.run(t)
	if n := s.Count(`SELECT count(*) FROM closings`); n != 1 {
		t.Fatal("not drawn")
	}
	if a := s.late(t, scanned, codes[3]); a.Outcome == redemption.ClaimAccepted {
		t.Errorf("paid after the statement: %+v", a)
	}
	s.balances(t, o.ID)
}

// TestADisputeAcceptedAfterExpiry brings back one chèque that waited for the
// operator, and none once the statement is drawn.
func TestADisputeAcceptedAfterExpiry(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 1})
	codes := s.codes(o, 1)
	s.Exec(`UPDATE orders SET late_cap = 0`)
	s.every(t, "2027-01-31", "2027-02-02")
	a := s.late(t, time.Date(2027, 1, 31, 12, 0, 0, 0, time.UTC), codes[0], codes[1])
	if a.Outcome != redemption.ClaimDisputed {
		t.Fatalf("over the cap: %+v", a)
	}
	if b := s.balances(t, o.ID); b.Expired != cents(5_000) {
		t.Fatalf("disputed: %+v", b)
	}
	if _, err := s.disputes.Accept(t.Context(), s.Operator, a.Results[0].Dispute, "carnet vu", false); err != nil {
		t.Fatalf("accept: %v", err)
	}
	if b := s.balances(t, o.ID); b.Expired != cents(4_000) || b.Payable != cents(1_000) {
		t.Errorf("accepted: %+v", b)
	}
	s.Exec(`UPDATE disputes SET state = 'rejete', decided_at = now(), decision = 'non' WHERE state = 'ouvert'`)
	s.on("2027-02-07", 3, 0)
	s.run(t)
	b := s.balances(t, o.ID)
	if b.Expired != cents(4_000) || s.Count(`SELECT count(*) FROM closings WHERE expired_cents = 4000`) != 1 {
		t.Errorf("statement: %+v", b)
	}
	// What was redeemed today can no longer be undone.
	s.Exec(`UPDATE redemptions SET day = '2027-02-07'`)
	var id uuid.UUID
	if err := s.Owner.QueryRow(t.Context(), `SELECT id FROM redemptions`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if _, err := s.redemptions.Undo(t.Context(), s.Mediateur, id, "erreur"); err == nil {
		t.Error("undone after the statement")
	}
	s.balances(t, o.ID)
}

// TestMonthsFromHandOver gives each carnet its own end, and the order its own on
// the outer date.
func TestMonthsFromHandOver(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 3, Until: date("2027-08-31")})
	s.Exec(`UPDATE orders SET validity = 'remise', validity_months = 3`)
	s.codes(o, 2)
	for number, day := range map[int]string{1: "2026-11-30", 2: "2027-01-31"} {
		usable := carnet.Validity{Until: date("2027-08-31"), Months: 3}.UsableUntil(date(day))
		s.Exec(`UPDATE carnets SET usable_until = $1, accepted_until = $2 WHERE number = $3`, usable, carnet.Tolerated(usable), number)
		s.Exec(`UPDATE cheques c SET accepted_until = k.accepted_until FROM carnets k WHERE k.id = c.carnet_id AND k.number = $1`, number)
	}
	for _, c := range []struct {
		day  string
		want int64
	}{{"2027-03-31", 0}, {"2027-04-01", 5_000}, {"2027-05-31", 5_000}, {"2027-06-01", 10_000}, {"2027-09-30", 10_000}, {"2027-10-01", 15_000}} {
		s.on(c.day, 3, 0)
		s.run(t)
		if b := s.balances(t, o.ID); b.Expired != cents(c.want) {
			t.Errorf("%s: %v expired, want %d", c.day, b.Expired, c.want)
		}
	}
	if n := s.Count(`SELECT count(*) FROM expiries`); n != 3 {
		t.Errorf("%d expiries", n)
	}
}

func TestTheCommanditaireAnswers(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	o := s.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	s.codes(o, 1)
	s.Exec(`UPDATE points SET referent_email = 'point@exemple.fr'`)
	ctx := t.Context()
	s.on("2026-12-14", 10, 0)
	if err := s.StopHandOvers(ctx, s.Commanditaire, o.ID, true); !fault.Is(err, fault.KindConflict) {
		t.Errorf("too early: %v", err)
	}
	s.on("2026-12-15", 10, 0)
	s.run(t)
	if err := s.StopHandOvers(ctx, s.Commanditaire, o.ID, false); !errors.Is(err, ending.ErrWords) {
		t.Errorf("without a word: %v", err)
	}
	if err := s.StopHandOvers(ctx, s.Other, o.ID, true); !errors.Is(err, ending.ErrNotFound) {
		t.Errorf("somebody else: %v", err)
	}
	for range 2 {
		if err := s.StopHandOvers(ctx, s.Commanditaire, o.ID, true); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(strings.Join(s.mails, "\n"), "point@exemple.fr | Arrêtez les remises"); n != 1 {
		t.Errorf("the point was told %d times", n)
	}
	if stock, err := s.StockEndings(ctx, s.Agent); err != nil || len(stock) != 1 || !stock[0].Stopped || stock[0].Carnets != 1 {
		t.Errorf("counter: %+v, %v", stock, err)
	}
	// The database itself refuses to open a chèque.
	err := s.World.DB.InOrganisation(ctx, s.Agent, func(tx *postgres.Tx) error {
		id := postgres.NewID()
		if _, err := postgres.Do(ctx, tx, `INSERT INTO handovers (commanditaire_id, id, order_id, carnet_id, aiguilleur_id, point_id, serial, at, idempotency_key)
			SELECT commanditaire_id, @id, order_id, id, aiguilleur_id, point_id, serial, @now, 'x' FROM carnets WHERE number = 2`, postgres.Args{"id": id, "now": tx.Now()}); err != nil {
			return err
		}
		if _, err := postgres.Do(ctx, tx, `UPDATE carnets SET state = 'remis', handed_over_at = @now, usable_until = '2026-12-31', accepted_until = '2027-01-31' WHERE number = 2`, postgres.Args{"now": tx.Now()}); err != nil {
			return err
		}
		return carnet.Open(ctx, tx, s.Departement, id, 5)
	})
	if err == nil {
		t.Error("a chèque was opened after the hand-overs were stopped")
	}
	if err := s.Acknowledge(ctx, s.Commanditaire, o.ID, true); !fault.Is(err, fault.KindConflict) {
		t.Errorf("acknowledged too early: %v", err)
	}
	s.on("2026-12-22", 10, 0)
	if err := s.Acknowledge(ctx, s.Commanditaire, o.ID, true); err != nil {
		t.Fatal(err)
	}
	var words string
	if err := s.Owner.QueryRow(ctx, `SELECT words FROM ending_steps WHERE step = 'accuse_valide'`).Scan(&words); err != nil ||
		words != "j’ai bien noté que les pass vont être annulés et que ceux qui seraient distribués pendant l’intervalle seront à ma charge" {
		t.Errorf("words: %q, %v", words, err)
	}
	s.mails = nil
	s.every(t, "2026-12-23", "2026-12-30")
	if len(s.mails) != 0 {
		t.Errorf("reminded after its answer: %v", s.mails)
	}
}

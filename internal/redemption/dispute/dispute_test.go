package dispute_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/redemption/dispute"
	"passnum/internal/reporting/proof"
	"passnum/internal/testworld"
)

const day = 24 * time.Hour

// scene is a world where phones claim late.
type scene struct {
	*testworld.World
	*dispute.Service
	take  *redemption.Service
	queue *jobs.Inline
	codes []string
}

func newScene(t *testing.T) scene {
	t.Helper()
	w := testworld.New(t)
	queue := &jobs.Inline{}
	s := scene{World: w, Service: dispute.NewService(w.DB).Notify(queue, "https://passnum.exemple"), take: redemption.NewService(w.DB, w.Keys).Notify(queue), queue: queue}
	for _, c := range w.ActiveOrder(testworld.OrderOptions{Carnets: 2}).HandedOver(2) {
		s.codes = append(s.codes, c.Clear())
	}
	return s
}

// claim sends one séance scanned yesterday by a new phone of the médiathèque.
func (s scene) claim(t *testing.T, codes ...string) redemption.ClaimAnswer {
	t.Helper()
	answers, err := s.take.Claim(t.Context(), s.Mediateur, redemption.Queue{Device: uuid.New(), SentAt: s.Now(), Claims: []redemption.Claim{
		{Key: uuid.NewString(), ScannedAt: s.Now().Add(-day), Codes: codes, Entries: []int{3}, Mode: redemption.Collectif},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return answers[0]
}

// capped disputes chèques beyond a cap of none.
func (s scene) capped(t *testing.T, codes ...string) []uuid.UUID {
	t.Helper()
	s.Exec(`UPDATE orders SET late_cap = 0`)
	var ids []uuid.UUID
	for _, r := range s.claim(t, codes...).Results {
		if r.Reason != dispute.LateCap || r.Status != redemption.Disputed {
			t.Fatalf("not capped: %+v", r)
		}
		ids = append(ids, r.Dispute)
	}
	return ids
}

func (s scene) redeemedBy(t *testing.T, actor identity.Actor, code string) bool {
	t.Helper()
	receipt, err := s.take.Redeem(t.Context(), actor, redemption.Request{Key: uuid.NewString(), Codes: []string{code}, Entries: []int{3}, Mode: redemption.Individuel})
	if err != nil {
		t.Error(err)
		return false
	}
	n, _ := receipt.Taken()
	return n == 1
}

// sound runs every invariant.
func (s scene) sound(t *testing.T) {
	t.Helper()
	err := s.DB.InPlatform(t.Context(), postgres.System{}, "preuve", func(tx *postgres.Tx) error {
		report, err := proof.Verify(t.Context(), tx)
		for _, failed := range report.Failed() {
			t.Errorf("%s: %+v", failed.Name, failed.Offenders)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAcceptedDisputePays(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ids := s.capped(t, s.codes[:3]...)
	if err := s.Explain(t.Context(), s.Mediateur, ids[0], "  Atelier dans une salle sans réseau.  "); err != nil {
		t.Fatal(err)
	}
	s.Travel(40 * day) // long after the chèque stopped being accepted is another test's
	d, err := s.One(t.Context(), s.Operator, dispute.ForOperator, ids[0])
	if err != nil || !d.Acceptable() || d.Siblings != 2 || d.Explanation != "Atelier dans une salle sans réseau." || d.Structure != "Médiathèque de Guéret" {
		t.Fatalf("%+v, %v", d, err)
	}
	done, err := s.Accept(t.Context(), s.Operator, ids[0], "Atelier prévu, feuille d’émargement reçue.", true)
	if err != nil || done.Cheques != 3 || done.Amount != 3000 {
		t.Fatalf("%+v, %v", done, err)
	}
	mine, err := s.One(t.Context(), s.Mediateur, dispute.ForStructure, ids[1])
	if err != nil || mine.State != dispute.Accepted || mine.SeanceID == nil || mine.DecidedBy != s.Operator.Name {
		t.Fatalf("%+v, %v", mine, err)
	}
	seance, err := s.take.Receipt(t.Context(), s.Mediateur, *mine.SeanceID)
	if err != nil || seance.Live() != 3 || !seance.GivenAt.Equal(d.ScannedAt) || !seance.At.Equal(s.Now()) || seance.Mode != redemption.Collectif {
		t.Errorf("receipt: %+v, %v", seance, err)
	}
	if n := s.Count(`SELECT count(*) FROM mail_outbox WHERE subject LIKE 'Litige accepté%'`); n != 1 {
		t.Errorf("%d mails", n)
	}
	if _, err := s.Accept(t.Context(), s.Finance, ids[0], "Encore", false); !errors.Is(err, dispute.ErrSettled) {
		t.Errorf("accepted twice: %v", err)
	}
	s.sound(t)
	// The structure may still undo it, the same day.
	if _, err := s.take.Undo(t.Context(), s.Mediateur, *mine.SeanceID, "erreur"); err != nil {
		t.Error(err)
	}
	s.sound(t)
}

// TestNeverPaidTwice refuses each dispute whose chèque cannot be paid, and
// accepts it once what stood in the way is gone.
func TestNeverPaidTwice(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ids := s.capped(t, s.codes[:7]...)
	change := func(sql string, i int) {
		s.Exec(sql+` WHERE id = (SELECT cheque_id FROM disputes WHERE id = $1)`, ids[i])
	}
	if !s.redeemedBy(t, s.Other, s.codes[0]) {
		t.Fatal("the cap kept the chèque")
	}
	change(`UPDATE cheques SET state = 'bloque'`, 1)
	change(`UPDATE cheques SET state = 'credite'`, 2)
	change(`UPDATE cheques SET state = 'inactif'`, 3)
	change(`UPDATE cheques SET accepted_until = '2026-11-01'`, 4)
	for i, want := range []carnet.Reason{carnet.AlreadyRedeemed, carnet.Blocked, carnet.Expired, carnet.NotHandedOver, carnet.Expired, carnet.Usable} {
		d, err := s.One(t.Context(), s.Operator, dispute.ForOperator, ids[i])
		if err != nil || d.Obstacle != want || d.Acceptable() != (want == carnet.Usable) || (d.ObstacleSentence() == "") != d.Acceptable() {
			t.Errorf("dispute %d: %+v, %v", i, d.Obstacle, err)
		}
		_, err = s.Accept(t.Context(), s.Operator, ids[i], "Vu", false)
		if (want == carnet.Usable) != (err == nil) || err != nil && !fault.Is(err, fault.KindConflict) {
			t.Errorf("accept %d: %v", i, err)
		}
	}
	s.Exec(`UPDATE orders SET entries = '{99}'`)
	if _, err := s.Accept(t.Context(), s.Operator, ids[6], "Vu", false); !fault.Is(err, fault.KindConflict) {
		t.Errorf("another rule refuses it: %v", err)
	}
	if n := s.Count(`SELECT count(*) FROM redemptions WHERE structure_id = $1`, s.Mediatheque); n != 1 {
		t.Errorf("%d redemptions", n)
	}
}

// TestOnlyTheDisputedRuleIsWaived accepts for each reason what the rule refused.
func TestOnlyTheDisputedRuleIsWaived(t *testing.T) {
	t.Parallel()
	for reason, spoil := range map[carnet.Reason]string{
		carnet.Expired:              `UPDATE cheques SET accepted_until = '2026-11-01'`,
		carnet.OutOfTerritory:       `UPDATE orders SET perimeter_codes = '{33}'`,
		carnet.ServiceNotCovered:    `UPDATE orders SET entries = '{99}'`,
		carnet.StructureNotAccepted: `UPDATE orders SET accepted_structures = 'agreees'`,
	} {
		s := newScene(t)
		s.Exec(spoil)
		answer := s.claim(t, s.codes[0])
		if got := answer.Results[0]; got.Reason != reason || got.Status != redemption.Disputed {
			t.Fatalf("%s: %+v", reason, got)
		}
		done, err := s.Accept(t.Context(), s.Finance, answer.Results[0].Dispute, "Le commanditaire est d’accord.", false)
		if err != nil || done.Cheques != 1 {
			t.Errorf("%s: %+v, %v", reason, done, err)
		}
	}
}

// TestWhatOneHandedOverOneself lets the operator waive the rule for a chèque in
// dispute over it, and for no other.
func TestWhatOneHandedOverOneself(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	capped := s.capped(t, s.codes[0])
	s.Exec(`UPDATE orders SET late_cap = 100, own_handovers = 'refusee'`)
	s.Exec(`UPDATE handover_cheques SET aiguilleur_id = $1`, s.Mediatheque)
	point := uuid.New()
	s.Exec(`INSERT INTO points (id, aiguilleur_id, name, referent_name, postal_code, town, insee, ancestors, created_at) VALUES ($1, $2, 'Accueil', 'x', '23000', 'x', '23096', '{}', $3)`,
		point, s.Mediatheque, s.Now())
	s.Exec(`UPDATE handovers SET aiguilleur_id = $1, point_id = $2`, s.Mediatheque, point)
	own := s.claim(t, s.codes[1]).Results[0]
	if own.Reason != carnet.OwnHandover || own.Status != redemption.Disputed {
		t.Fatalf("not disputed: %+v", own)
	}
	if d, err := s.One(t.Context(), s.Operator, dispute.ForOperator, capped[0]); err != nil || d.Obstacle != carnet.OwnHandover || !strings.Contains(d.ObstacleSentence(), "remis ce carnet elle-même") {
		t.Errorf("a chèque in dispute over something else: %s, %v", d.Obstacle, err)
	}
	if _, err := s.Accept(t.Context(), s.Operator, capped[0], "Vu", false); !fault.Is(err, fault.KindConflict) {
		t.Errorf("accepted against the rule: %v", err)
	}
	if done, err := s.Accept(t.Context(), s.Operator, own.Dispute, "Le commanditaire est d’accord.", false); err != nil || done.Cheques != 1 {
		t.Errorf("the rule in dispute is not waived: %+v, %v", done, err)
	}
	s.sound(t)
}

// TestTwoOperatorsAtOnce has every open dispute accepted by two people, while
// another mediator presents the same chèques: each is paid exactly once.
func TestTwoOperatorsAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ids := s.capped(t, s.codes...)
	var wait sync.WaitGroup
	var mu sync.Mutex
	accepted := 0
	for i, id := range ids {
		for _, operator := range []identity.Actor{s.Operator, s.Finance} {
			wait.Go(func() {
				_, err := s.Accept(t.Context(), operator, id, "Vu", i%3 == 0)
				if err == nil {
					mu.Lock()
					defer mu.Unlock()
					accepted++
				} else if !fault.Is(err, fault.KindConflict) {
					t.Error(err)
				}
			})
		}
		wait.Go(func() { s.redeemedBy(t, s.Other, s.codes[i]) })
	}
	wait.Wait()
	if n := s.Count(`SELECT count(*) FROM redemptions`); n != int64(len(s.codes)) {
		t.Errorf("%d redemptions of %d chèques", n, len(s.codes))
	}
	if n := s.Count(`SELECT count(*) FROM disputes WHERE state = 'accepte'`); int(n) < accepted {
		t.Errorf("%d answers for %d accepted disputes", accepted, n)
	}
	s.sound(t)
}

func TestRejectWithdrawAndWhoMay(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ids := s.capped(t, s.codes[:4]...)
	for name, call := range map[string]func() error{
		"explain":  func() error { return s.Explain(t.Context(), s.Other, ids[0], "à moi") },
		"withdraw": func() error { return s.Withdraw(t.Context(), s.Other, ids[0]) },
		"read":     func() error { _, err := s.One(t.Context(), s.Other, dispute.ForStructure, ids[0]); return err },
	} {
		if err := call(); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%s of another structure: %v", name, err)
		}
	}
	if _, err := s.Accept(t.Context(), s.Mediateur, ids[0], "Vu", false); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("a structure accepts: %v", err)
	}
	if _, err := s.Reject(t.Context(), s.Operator, ids[0], " ", false); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("no reason: %v", err)
	}
	if err := s.Explain(t.Context(), s.Mediateur, ids[0], strings.Repeat("é", 1001)); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("too long: %v", err)
	}
	if n, err := s.Reject(t.Context(), s.Operator, ids[0], "Aucun atelier ce jour-là.", false); err != nil || n != 1 {
		t.Errorf("reject: %d, %v", n, err)
	}
	if err := s.Withdraw(t.Context(), s.Mediateur, ids[1]); err != nil {
		t.Error(err)
	}
	for _, id := range ids[:2] {
		for _, err := range []error{s.Withdraw(t.Context(), s.Mediateur, id), s.Explain(t.Context(), s.Mediateur, id, "trop tard")} {
			if !errors.Is(err, dispute.ErrSettled) {
				t.Errorf("after the end: %v", err)
			}
		}
	}
	if n, err := s.Reject(t.Context(), s.Finance, ids[2], "Même motif", true); err != nil || n != 2 {
		t.Errorf("together: %d, %v", n, err)
	}
	page, err := s.List(t.Context(), s.Operator, dispute.ForOperator, dispute.Filter{State: dispute.Rejected}, dispute.Cursor{})
	if err != nil || len(page.Disputes) != 3 || page.Open != 0 {
		t.Errorf("%d rejected, %d open, %v", len(page.Disputes), page.Open, err)
	}
	exported := 0
	if err := s.Export(t.Context(), s.Mediateur, dispute.ForStructure, dispute.Filter{}, func(dispute.Dispute) error { exported++; return nil }); err != nil || exported != 4 {
		t.Errorf("exported %d, %v", exported, err)
	}
	if n := s.Count(`SELECT count(*) FROM journal WHERE subject_kind = 'litige' AND $1 = ANY (party_ids)`, s.Departement); n != 8 {
		t.Errorf("%d journal lines the commanditaire reads", n)
	}
	s.sound(t)
}

// TestAStructureCannotDecide writes what only the operator may, as the
// structure's own role.
func TestAStructureCannotDecide(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.capped(t, s.codes[0])
	for _, sql := range []string{
		`UPDATE disputes SET state = 'rejete', decided_at = now(), explanation = 'x'`,
		`UPDATE disputes SET redemption_id = id`,
		`UPDATE disputes SET decision = 'x'`,
		`UPDATE disputes SET judged_on = '2020-01-01'`,
		`SELECT accept_disputes('{}', NULL, NULL, '{}', '{}', now(), '2026-11-16', NULL, '', '', '', '')`,
		`INSERT INTO late_claim_days SELECT * FROM late_claim_days`,
	} {
		err := s.DB.InOrganisation(t.Context(), s.Mediateur, func(tx *postgres.Tx) error {
			_, err := tx.Exec(t.Context(), sql)
			return err
		})
		if err == nil {
			t.Errorf("allowed: %s", sql)
		}
	}
}

func TestOneMailForAQueue(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.capped(t, s.codes[:2]...)
	s.capped(t, s.codes[2])
	s.capped(t, s.codes[2]) // again: the open dispute stands
	if n := s.Count(`SELECT count(*) FROM disputes`); n != 3 {
		t.Errorf("%d disputes", n)
	}
	waiting := s.queue.Waiting
	for _, args := range waiting {
		if told, ok := args.(dispute.TellOpened); ok {
			if err := s.Tell(t.Context(), told); err != nil {
				t.Fatal(err)
			}
		}
	}
	mails := s.Count(`SELECT count(*) FROM mail_outbox`)
	people := s.Count(`SELECT count(*) FROM memberships WHERE organisation_id = $1 AND role IN ('responsable', 'gestionnaire')`, s.Mediatheque)
	if len(waiting) < 2 || mails != people || s.Count(fmt.Sprintf(`SELECT count(*) FROM mail_outbox WHERE body_text LIKE '%%3%%30,00%%'`)) != people {
		t.Errorf("%d jobs, %d mails for %d people", len(waiting), mails, people)
	}
}

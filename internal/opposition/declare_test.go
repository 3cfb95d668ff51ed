package opposition_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"passnum/internal/carnet"
	"passnum/internal/identity"
	"passnum/internal/opposition"
	"passnum/internal/postgres"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

func TestALostCarnetIsBlockedAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 3}, 2)
	s.redeemed(t, "spent", s.codes[0])
	p, err := s.Preview(t.Context(), s.Agent, opposition.ByCounter, opposition.Selection{Numbers: s.order.Serial(1)})
	if err != nil || len(p.Targets) != 1 || p.LiveCheques() != 4 || p.LiveCents() != 4000 || p.SpentCheques() != 1 || p.TwoPeople {
		t.Fatalf("preview %+v, %v", p, err)
	}
	o := s.declare(t, s.Agent, opposition.ByCounter, s.order.Serial(1))
	if o.State != opposition.InForce || o.LiveCheques != 4 || o.SpentCheques != 1 || o.LiveCents != 4000 {
		t.Errorf("opposition %+v", o)
	}
	if r := s.redeem(t, "lost", s.codes[1]); r.Reason != carnet.Blocked {
		t.Errorf("the lost carnet's chèque: %s %q", r.Status, r.Reason)
	}
	s.redeemed(t, "other", s.codes[5])
	if active, opposed := s.sums(t); active != 11000 || opposed != 4000 {
		t.Errorf("active %d, opposed %d", active, opposed)
	}
	s.balanced(t)
	if _, err := s.tryDeclare(s.Agent, opposition.ByCounter, s.order.Serial(1)); !errors.Is(err, opposition.ErrNothing) {
		t.Errorf("blocking twice: %v", err)
	}
}

func TestEveryoneConcernedIsTold(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 2}, 1)
	s.declare(t, s.Agent, opposition.ByCounter, s.order.Serial(1))
	for _, job := range s.queue.Waiting {
		if err := s.Tell(t.Context(), job.(opposition.Notice)); err != nil {
			t.Fatal(err)
		}
	}
	for _, to := range []string{"contact@22230962700016.test", "contact@21230096000011.test", "operateur@passnum.test"} {
		if s.Count(`SELECT count(*) FROM mail_outbox WHERE recipient = $1 AND body_text LIKE '%bloqués%'`, to) != 1 {
			t.Errorf("%s was not told", to)
		}
	}
	if n := s.Count(`SELECT count(*) FROM journal WHERE act = 'opposition' AND party_ids @> ARRAY[$1, $2]::uuid[]`, s.Departement, s.Mairie); n != 1 {
		t.Errorf("%d lines in the journal", n)
	}
	detail, err := s.Opposition(t.Context(), s.Agent, opposition.ByCounter, s.queue.Waiting[0].(opposition.Notice).OppositionID)
	if err != nil || len(detail.Holds) != 1 || detail.OrderNumber != s.order.Number || detail.OrderTitle == "" {
		t.Errorf("the counter reads %+v, %v", detail, err)
	}
}

func TestAboveTenASecondPersonConfirms(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 14}, 0)
	o := s.declare(t, s.Commanditaire, opposition.ByCommanditaire, "1 à 11")
	if o.State != opposition.Waiting || s.Count(`SELECT count(*) FROM carnets WHERE state = 'bloque'`) != 0 {
		t.Errorf("blocked by one person: %+v", o)
	}
	if err := s.Confirm(t.Context(), s.Commanditaire, opposition.ByCommanditaire, o.ID); !errors.Is(err, opposition.ErrSamePerson) {
		t.Errorf("confirmed by the declarer: %v", err)
	}
	if err := s.Confirm(t.Context(), s.Other, opposition.ByCommanditaire, o.ID); !errors.Is(err, opposition.ErrNotFound) {
		t.Errorf("confirmed by a stranger: %v", err)
	}
	for _, sql := range []string{
		`UPDATE oppositions SET state = 'en_vigueur'`, `UPDATE oppositions SET state = 'en_vigueur', decided_by = declared_by`, `UPDATE oppositions SET two_people = false`,
	} {
		if _, err := s.Owner.Exec(context.Background(), sql); !strings.HasPrefix(postgres.Constraint(err), "oppositions_") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if err := s.Confirm(t.Context(), s.colleague, opposition.ByCommanditaire, o.ID); err != nil {
		t.Fatal(err)
	}
	if n := s.Count(`SELECT count(*) FROM carnets WHERE state = 'bloque'`); n != 11 {
		t.Errorf("%d blocked", n)
	}
	if err := s.Confirm(t.Context(), s.Finance, opposition.ByOperator, o.ID); !errors.Is(err, opposition.ErrDecided) {
		t.Errorf("confirmed twice: %v", err)
	}
	s.balanced(t)
}

func TestManySmallOnesAddUp(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 20}, 0)
	s.declare(t, s.Agent, opposition.ByCounter, s.order.Serial(1)+" à "+s.order.Serial(6))
	s.declare(t, s.Agent, opposition.ByCounter, s.order.Serial(7)+" à "+s.order.Serial(10))
	if o := s.declare(t, s.Agent, opposition.ByCounter, s.order.Serial(11)); o.State != opposition.Waiting {
		t.Errorf("the eleventh of the day: %s", o.State)
	}
	s.Travel(opposition.Day)
	if o := s.declare(t, s.Agent, opposition.ByCounter, s.order.Serial(12)); o.State != opposition.InForce {
		t.Errorf("a day later: %s", o.State)
	}
	if n := s.Count(`SELECT count(*) FROM carnets WHERE state = 'bloque'`); n != 11 {
		t.Errorf("%d blocked", n)
	}
}

func TestRefusedOrTakenBack(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 12}, 0)
	o := s.declare(t, s.Operator, opposition.ByOperator, s.order.Serial(1)+" à "+s.order.Serial(12))
	if err := s.Refuse(t.Context(), s.Operator, opposition.ByOperator, o.ID); err != nil {
		t.Fatal(err)
	}
	o = s.declare(t, s.Operator, opposition.ByOperator, s.order.Serial(1)+" à "+s.order.Serial(12))
	if err := s.Refuse(t.Context(), s.Finance, opposition.ByOperator, o.ID); err != nil {
		t.Fatal(err)
	}
	if n := s.Count(`SELECT count(*) FROM oppositions WHERE state = 'refusee'`); n != 2 {
		t.Errorf("%d refused", n)
	}
	s.balanced(t)
}

func TestReachOfEachSide(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 6}, 2)
	counter := s.Organisation("Mairie voisine", "21230008600010", "commune", identity.Capacities{Aiguilleur: true})
	neighbour := s.Member(counter, testworld.Email(2), identity.RoleAgent, identity.Capacities{Aiguilleur: true})
	for name, c := range map[string]struct {
		actor   identity.Actor
		by      opposition.Origin
		numbers string
		want    string
	}{
		"a counter without convention": {neighbour, opposition.ByCounter, s.order.Serial(1), "vos conventions"},
		"another commanditaire":        {s.Other, opposition.ByCommanditaire, s.order.Serial(1), "vos commandes"},
		"beyond the last carnet":       {s.Operator, opposition.ByOperator, s.order.Serial(6) + " à " + s.order.Serial(8), "n’existent pas"},
		"no such order":                {s.Operator, opposition.ByOperator, "C26-900-000001", "n’existent pas"},
		"a reader":                     {s.Cofunder, opposition.ByCommanditaire, s.order.Serial(1), identity.ErrForbidden.Error()},
	} {
		sel := opposition.Selection{Numbers: c.numbers}
		if _, err := s.Preview(t.Context(), c.actor, c.by, sel); err == nil || !strings.Contains(said(err), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.Exec(`INSERT INTO conventions (commanditaire_id, id, aiguilleur_id, number, starts_on, ends_on, proposed_at, proposed_by, commanditaire_signatory, commanditaire_signed_at, commanditaire_signed_by, aiguilleur_signatory, aiguilleur_signed_at, aiguilleur_signed_by)
		SELECT commanditaire_id, gen_random_uuid(), $1, 'CM-2', starts_on, ends_on, proposed_at, proposed_by, commanditaire_signatory, commanditaire_signed_at, commanditaire_signed_by, aiguilleur_signatory, aiguilleur_signed_at, aiguilleur_signed_by FROM conventions`, counter)
	if _, err := s.tryDeclare(neighbour, opposition.ByCounter, s.order.Serial(1)+", "+s.order.Serial(2)); !errors.Is(err, opposition.ErrOneAtATime) {
		t.Errorf("two carnets of a colleague's: %v", err)
	}
	if _, err := s.tryDeclare(neighbour, opposition.ByCounter, s.order.Serial(5)); err == nil {
		t.Error("a counter stops another's stock")
	}
	o := s.declare(t, neighbour, opposition.ByCounter, s.order.Serial(2))
	if list, _, err := s.List(t.Context(), neighbour, opposition.ByCounter, opposition.Filter{Serial: s.order.Serial(2)}); err != nil || len(list) != 1 || list[0].ID != o.ID {
		t.Errorf("the counter's list: %v, %v", list, err)
	}
	if list, _, _ := s.List(t.Context(), s.Other, opposition.ByCounter, opposition.Filter{}); len(list) != 0 {
		t.Errorf("a stranger's list: %v", list)
	}
	if _, err := s.Opposition(t.Context(), s.Other, opposition.ByCommanditaire, o.ID); !errors.Is(err, opposition.ErrNotFound) {
		t.Errorf("a stranger reads: %v", err)
	}
}

func TestThePreviewMustStillBeTrue(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 3}, 0)
	sel := opposition.Selection{OrderID: s.order.ID, Numbers: "1 à 3"}
	s.declare(t, s.Commanditaire, opposition.ByCommanditaire, "2")
	_, err := s.Declare(t.Context(), s.colleague, opposition.ByCommanditaire, opposition.Declaration{Selection: sel, Cause: opposition.Theft, Expected: 3})
	if !errors.Is(err, opposition.ErrChanged) {
		t.Errorf("%v", err)
	}
	_, err = s.Declare(t.Context(), s.colleague, opposition.ByCommanditaire, opposition.Declaration{Selection: sel, Expected: 2})
	if err == nil || !strings.Contains(said(err), "perte") {
		t.Errorf("without a cause: %v", err)
	}
}

// TestAnUndoneRedemptionOfABlockedCarnet walks the one path on which a chèque
// lives again without anybody lifting the opposition.
func TestAnUndoneRedemptionOfABlockedCarnet(t *testing.T) {
	t.Parallel()
	s := newScene(t, testworld.OrderOptions{Carnets: 2}, 2)
	spent := s.redeemed(t, "before", s.codes[0])
	o := s.declare(t, s.Agent, opposition.ByCounter, s.order.Serial(1))
	if _, err := s.take.Undo(t.Context(), s.Mediateur, spent, "erreur"); err != nil {
		t.Fatal(err)
	}
	s.balanced(t)
	if r := s.redeem(t, "again", s.codes[0]); r.Status == redemption.Redeemed || r.Reason != carnet.Blocked {
		t.Errorf("the reopened chèque: %s %q", r.Status, r.Reason)
	}
	if n, err := s.SettleUndone(t.Context()); n != 1 || err != nil {
		t.Errorf("settled %d, %v", n, err)
	}
	if n, err := s.SettleUndone(t.Context()); n != 0 || err != nil {
		t.Errorf("settled again %d, %v", n, err)
	}
	if active, opposed := s.sums(t); active != 5000 || opposed != 5000 {
		t.Errorf("active %d, opposed %d", active, opposed)
	}
	s.balanced(t)
	if _, err := s.Lift(t.Context(), s.Agent, opposition.ByCounter, o.ID, opposition.LiftRequest{Reason: "Retrouvé à l’accueil"}); err != nil {
		t.Fatal(err)
	}
	s.redeemed(t, "found", s.codes[0])
	s.balanced(t)
}

package delegation_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/delegation"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// scene is a commanditaire, its order in circulation, and a hub.
type scene struct {
	*testworld.World
	*delegation.Service
	order uuid.UUID
	hub   identity.Actor
}

func newScene(t *testing.T) *scene {
	t.Helper()
	w := testworld.New(t)
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 2})
	w.Exec(`UPDATE organisations SET is_hub = true WHERE id = $1`, w.Region)
	hub := w.Cofunder
	hub.Role, hub.Capacities = identity.RoleResponsable, identity.Capacities{Hub: true}
	hub.Permissions = identity.PermissionsOf(hub.Role, hub.Capacities)
	return &scene{w, delegation.NewService(w.DB, delegation.Options{Queue: &jobs.Inline{}, BaseURL: "https://passnum.test"}), order.ID, hub}
}

func day(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }

func (s *scene) form() delegation.Form {
	return delegation.Form{HubID: s.Region, StartsOn: day(11, 16), EndsOn: day(12, 31), MayDecide: true, Purpose: "Animer la Creuse"}
}

func (s *scene) delegate(t *testing.T) uuid.UUID {
	t.Helper()
	id, err := s.Delegate(t.Context(), s.Commanditaire, s.order, s.form())
	must(t, err)
	return id
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAHubFollowsUntilTheLastDay(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.delegate(t)
	s.Exec(`UPDATE points SET referent_email = 'malik@mairie.test'`)
	f, err := s.Follow(t.Context(), s.hub, id)
	must(t, err)
	if !f.Live || f.Order.Carnets != 2 || len(f.Points) != 1 || len(f.Structures) == 0 {
		t.Fatalf("followed: %+v", f)
	}
	if n, err := s.Write(t.Context(), s.hub, id, delegation.MessageForm{Audience: delegation.AllPoints, Subject: "Réunion", Body: "Jeudi.\n\nÀ bientôt."}); err != nil || n != 1 {
		t.Errorf("wrote to %d: %v", n, err)
	}
	if _, sent, err := s.Own(t.Context(), s.Commanditaire, id); err != nil || len(sent) != 1 {
		t.Errorf("the commanditaire reads %d messages, %v", len(sent), err)
	}
	s.At(time.Date(2026, 12, 31, 22, 59, 0, 0, time.UTC))
	if f, _ = s.Follow(t.Context(), s.hub, id); !f.Live {
		t.Error("over on its last day")
	}
	s.At(time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)) // midnight in Paris
	f, err = s.Follow(t.Context(), s.hub, id)
	must(t, err)
	if f.Live || f.Order.Carnets != 0 || f.Points != nil || f.OrderTitle != "" {
		t.Errorf("still read once over: %+v", f)
	}
	if _, err := s.Write(t.Context(), s.hub, id, delegation.MessageForm{Audience: delegation.AllPoints, Subject: "x", Body: "y"}); !fault.Is(err, fault.KindConflict) {
		t.Errorf("wrote once over: %v", err)
	}
}

func TestWithdrawnAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.delegate(t)
	if _, err := s.Delegate(t.Context(), s.Commanditaire, s.order, s.form()); !fault.Is(err, fault.KindConflict) {
		t.Errorf("delegated twice: %v", err)
	}
	for _, stranger := range []identity.Actor{s.Other, s.Agent} {
		if err := s.Withdraw(t.Context(), stranger, id, "x"); !fault.Is(err, fault.KindNotFound) && !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a stranger withdrew: %v", err)
		}
	}
	if err := s.Withdraw(t.Context(), s.Commanditaire, id, ""); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("withdrawn without a reason: %v", err)
	}
	must(t, s.Withdraw(t.Context(), s.Commanditaire, id, "Fin de mission"))
	if f, _ := s.Follow(t.Context(), s.hub, id); f.Live || f.Points != nil {
		t.Error("still read once withdrawn")
	}
	if _, err := s.Delegate(t.Context(), s.Commanditaire, s.order, s.form()); err != nil {
		t.Errorf("delegated again: %v", err)
	}
}

func TestRefusedForms(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for name, change := range map[string]func(*delegation.Form){
		"hub":   func(f *delegation.Form) { f.HubID = s.Mairie },
		"fin":   func(f *delegation.Form) { f.EndsOn = day(11, 1) },
		"debut": func(f *delegation.Form) { f.StartsOn = time.Time{} },
	} {
		form := s.form()
		change(&form)
		_, err := s.Delegate(t.Context(), s.Commanditaire, s.order, form)
		refusal, ok := fault.As(err)
		if !ok || len(refusal.Fields) == 0 || refusal.Fields[0].Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Delegate(t.Context(), s.Commanditaire, uuid.New(), delegation.Form{}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("an unknown order is told before its form: %v", err)
	}
}

// TestAnswersForTheCommanditaire plays what the delegation says, then what it no
// longer says.
func TestAnswersForTheCommanditaire(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.delegate(t)
	ask := func() uuid.UUID {
		request := postgres.NewID()
		s.Exec(`INSERT INTO affiliation_requests (commanditaire_id, id, structure_id, asked_at, asked_by_name) VALUES ($1, $2, $3, $4, 'x')`, s.Departement, request, s.Mediatheque, s.World.Now())
		return request
	}
	request := ask()
	if err := s.Answer(t.Context(), s.hub, id, request, false, ""); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("refused without a reason: %v", err)
	}
	must(t, s.Answer(t.Context(), s.hub, id, request, true, ""))
	if n := s.Count(`SELECT count(*) FROM agreements WHERE structure_id = $1 AND withdrawn_at IS NULL`, s.Mediatheque); n != 1 {
		t.Errorf("%d agreements", n)
	}
	if err := s.Answer(t.Context(), s.hub, id, request, true, ""); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("answered twice: %v", err)
	}
	form := s.form()
	form.MayDecide = false
	must(t, s.Change(t.Context(), s.Commanditaire, id, form))
	if err := s.Answer(t.Context(), s.hub, id, ask(), true, ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("answered without being allowed: %v", err)
	}
}

// letters lists the letters that wait, by whom they are for, and empties them.
func (s *scene) letters() map[uuid.UUID]string {
	queue := s.Queue.(*jobs.Inline)
	list := map[uuid.UUID]string{}
	for _, args := range queue.Waiting {
		if l, ok := args.(organisation.Letter); ok {
			list[l.To] = l.Subject
		}
	}
	queue.Waiting = nil
	return list
}

// TestBothSidesAreToldBeforeTheEnd reminds once for each last day, and never of
// a delegation too short to need it.
func TestBothSidesAreToldBeforeTheEnd(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.delegate(t) // until 31 December
	reminded := func(want int) {
		t.Helper()
		s.letters()
		if n, err := s.Remind(t.Context()); err != nil || n != want {
			t.Errorf("told of %d, %v; want %d", n, err, want)
		}
		if told := s.letters(); len(told) != 2*want || want == 1 && (told[s.Departement] == "" || told[s.Region] == "") {
			t.Errorf("letters: %v", told)
		}
	}
	reminded(0)
	s.At(time.Date(2026, 12, 17, 9, 0, 0, 0, time.UTC))
	reminded(1)
	reminded(0)
	form := s.form()
	form.EndsOn = time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	must(t, s.Change(t.Context(), s.Commanditaire, id, form))
	if told := s.letters(); told[s.Region] == "" {
		t.Errorf("the hub is not told of the change: %v", told)
	}
	reminded(0)
	s.At(time.Date(2027, 1, 20, 9, 0, 0, 0, time.UTC))
	reminded(1)
	must(t, s.Withdraw(t.Context(), s.Commanditaire, id, "Fin"))
	form.StartsOn, form.EndsOn = time.Date(2027, 1, 20, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 30, 0, 0, 0, 0, time.UTC)
	_, err := s.Delegate(t.Context(), s.Commanditaire, s.order, form)
	must(t, err)
	reminded(0)
}

// TestWhoMayAnswerIsTold has the hub told of a request, and a structure written
// to at its own contacts, which nobody shows to the hub.
func TestWhoMayAnswerIsTold(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.delegate(t)
	s.letters()
	asked := delegation.Asked{Commanditaire: s.Departement, Structure: "Médiathèque"}
	must(t, s.TellAsked(t.Context(), asked))
	if told := s.letters(); told[s.Region] != "Médiathèque demande à être agréée par Département de la Creuse" {
		t.Errorf("letters: %v", told)
	}
	s.Exec(`UPDATE delegations SET may_decide = false`)
	must(t, s.TellAsked(t.Context(), asked))
	if told := s.letters(); len(told) != 0 {
		t.Errorf("who may not answer is told: %v", told)
	}
	s.Exec(`INSERT INTO agreements (commanditaire_id, structure_id, agreed_at, agreed_by) VALUES ($1, $2, $3, $2)`, s.Departement, s.Mediatheque, s.World.Now())
	n, err := s.Write(t.Context(), s.hub, id, delegation.MessageForm{Audience: delegation.AgreedStructure, Subject: "Réunion", Body: "Jeudi."})
	if told := s.letters(); err != nil || n != 1 || told[s.Mediatheque] != "Réunion" {
		t.Errorf("wrote to %d: %v, %v", n, told, err)
	}
}

// TestTheDatabaseItselfShowsAHubNoAmount walks what a hub could ask the database
// for: no row of what it follows, and nothing through the doors of another's.
func TestTheDatabaseItselfShowsAHubNoAmount(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.delegate(t)
	in := func(a identity.Actor, sql string, args ...any) (n int) {
		t.Helper()
		must(t, s.DB.InOrganisation(context.Background(), a, func(tx *postgres.Tx) error { return tx.QueryRow(context.Background(), sql, args...).Scan(&n) }))
		return n
	}
	for _, table := range strings.Fields("orders order_funds order_cofunders carnets cheques handovers redemptions seances ledger_movements points conventions agreements settlement_shares invoices") {
		if n := in(s.hub, "SELECT count(*) FROM "+table); n != 0 {
			t.Errorf("the hub reads %d rows of %s", n, table)
		}
	}
	today := day(11, 16)
	for _, door := range []string{"delegated_order($1, $2)", "delegated_points($1, $2)", "delegated_structures($1, $2, 10)", "delegated_requests($1, $2)"} {
		for who, a := range map[string]identity.Actor{"stranger": s.Other, "counter": s.Agent, "commanditaire": s.Commanditaire} {
			if n := in(a, "SELECT count(*) FROM "+door, id, today); n != 0 {
				t.Errorf("%s opens %s", who, door)
			}
		}
	}
	if n := in(s.hub, "SELECT count(*) FROM delegated_order($1, $2)", id, today); n != 1 {
		t.Error("the hub does not read its order")
	}
	if n := in(s.Other, `SELECT count(*) FROM (SELECT answer_delegated_request($1, $1, true, '', NULL, 'x', now(), $2) AS a) x WHERE a IS NOT NULL`, id, today); n != 0 {
		t.Error("a stranger answers for the commanditaire")
	}
}

// TestAHubDoesNotAnswerItself has a hub that is a structure too ask to be agreed,
// then a structure that shows no place any more.
func TestAHubDoesNotAnswerItself(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.delegate(t)
	s.Exec(`UPDATE places SET structure_id = $2 WHERE structure_id = $1`, s.Stranger, s.Region)
	own, other := postgres.NewID(), postgres.NewID()
	s.Exec(`INSERT INTO affiliation_requests (commanditaire_id, id, structure_id, asked_at, asked_by_name) VALUES ($1, $2, $3, $4, 'x'), ($1, $5, $6, $4, 'x')`,
		s.Departement, own, s.Region, s.World.Now(), other, s.Mediatheque)
	f, err := s.Follow(t.Context(), s.hub, id)
	must(t, err)
	if len(f.Requests) != 1 || f.Requests[0].ID != other {
		t.Errorf("the hub reads %+v", f.Requests)
	}
	if err := s.Answer(t.Context(), s.hub, id, own, true, ""); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the hub agreed to itself: %v", err)
	}
	s.Exec(`UPDATE places SET published = false WHERE structure_id = $1`, s.Mediatheque)
	if err := s.Answer(t.Context(), s.hub, id, other, true, ""); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("agreed to a structure that shows no place: %v", err)
	}
	if n := s.Count(`SELECT count(*) FROM agreements`); n != 0 {
		t.Errorf("%d agreements", n)
	}
	must(t, s.Answer(t.Context(), s.hub, id, other, false, "Elle a fermé."))
}

func TestEveryStructureIsListedAndWrittenTo(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.delegate(t)
	s.Exec(`INSERT INTO organisations SELECT (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'siret', lpad(n::text, 14, '0'), 'name', 'Structure ' || n, 'slug', 'structure-' || n))).*
		FROM organisations o, generate_series(1, 230) AS n WHERE o.id = $1`, s.Mediatheque)
	s.Exec(`INSERT INTO agreements (commanditaire_id, structure_id, agreed_at, agreed_by) SELECT $1, id, $2, $1 FROM organisations WHERE name LIKE 'Structure %'`, s.Departement, s.World.Now())
	f, err := s.Follow(t.Context(), s.hub, id)
	must(t, err)
	if n := f.Recipients(delegation.AgreedStructure, s.World.Now()); n != 230 || len(f.Structures) < 230 {
		t.Errorf("%d structures listed, %d to write to, want 230", len(f.Structures), n)
	}
}

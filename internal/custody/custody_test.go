package custody_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/custody"
	"passnum/internal/distribution"
	"passnum/internal/identity"
	"passnum/internal/testworld"
)

func TestBetweenAiguilleurs(t *testing.T) {
	t.Parallel()
	h := newHands(t)
	o := h.ActiveOrder(testworld.OrderOptions{Carnets: 20})
	sent := h.send(h.Agent, custody.CounterDesk, h.sending(o, 1, 5, h.Library.String()))
	if got := h.where(o, 3); got != "emis transit" {
		t.Errorf("on the way: %s", got)
	}
	for name, actor := range map[string]identity.Actor{"sender": h.Agent, "receiver": h.Librarian} {
		if _, err := h.Transfer(t.Context(), actor, custody.CounterDesk, sent.ID); err != nil {
			t.Errorf("the %s does not see it: %v", name, err)
		}
	}
	if _, err := h.Transfer(t.Context(), h.Other, custody.CounterDesk, sent.ID); !errors.Is(err, custody.ErrTransferNotFound) {
		t.Errorf("a stranger: %v", err)
	}
	if _, err := h.Receive(t.Context(), h.Agent, custody.CounterDesk, sent.ID, custody.Reception{Count: 5}); !errors.Is(err, custody.ErrTransferNotFound) {
		t.Errorf("received by its sender: %v", err)
	}
	_, err := h.Receive(t.Context(), h.Librarian, custody.CounterDesk, sent.ID, custody.Reception{Count: 4})
	refused(t, err, "nombre", "dites lesquels manquent")
	got, err := h.Receive(t.Context(), h.Librarian, custody.CounterDesk, sent.ID, custody.Reception{Count: 5, Scan: true, Scanned: o.Serial(5) + "\n" + o.Serial(1) + " à 4"})
	if err != nil || got.State != custody.Received || got.CaseID != nil || h.where(o, 3) != "stock point" {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := h.Receive(t.Context(), h.Librarian, custody.CounterDesk, sent.ID, custody.Reception{Count: 5}); !errors.Is(err, custody.ErrAlreadyReceived) {
		t.Errorf("received twice: %v", err)
	}
	h.tell()
	if len(h.mails) != 2 || !strings.Contains(h.mails[0].Subject, "Bibliothèque") {
		t.Errorf("mails: %+v", h.mails)
	}
	h.sound()
}

func TestADiscrepancyStaysUntilEachCarnetHasAnAnswer(t *testing.T) {
	t.Parallel()
	h := newHands(t)
	o := h.ActiveOrder(testworld.OrderOptions{Carnets: 20})
	sent := h.send(h.Agent, custody.CounterDesk, h.sending(o, 1, 10, h.Library.String()))
	r := custody.Reception{Count: 9, Missing: "2 à 3", Damaged: "7", Extra: o.Serial(15)}
	_, err := h.Receive(t.Context(), h.Librarian, custody.CounterDesk, sent.ID, r)
	refused(t, err, "note", "ce qui s’est passé")
	r.Note, r.Extra = "Colis ouvert.", "C26-999-000001"
	_, err = h.Receive(t.Context(), h.Librarian, custody.CounterDesk, sent.ID, r)
	refused(t, err, "en_trop", "n’avait pas")
	if h.where(o, 1) != "emis transit" {
		t.Error("a refused reception moved carnets")
	}
	r.Extra = o.Serial(15)
	got, err := h.Receive(t.Context(), h.Librarian, custody.CounterDesk, sent.ID, r)
	if err != nil || got.CaseID == nil {
		t.Fatalf("%+v, %v", got, err)
	}
	for number, want := range map[int]string{1: "stock point", 2: "emis ecart", 7: "emis ecart", 15: "emis ecart", 16: "stock point"} {
		if where := h.where(o, number); where != want {
			t.Errorf("carnet %d: %s, want %s", number, where, want)
		}
	}
	network := distribution.NewService(h.DB, nil, distribution.Options{})
	if _, err := network.HandOver(t.Context(), h.Librarian, distribution.Request{Key: "k", Serial: o.Serial(2)}); err == nil {
		t.Error("a missing carnet was handed over")
	}
	for _, actor := range []struct {
		identity.Actor
		desk custody.Desk
	}{{h.Agent, custody.CounterDesk}, {h.Librarian, custody.CounterDesk}, {h.Commanditaire, custody.CommanditaireDesk}, {h.Operator, custody.OperatorDesk}} {
		if list, err := h.Cases(t.Context(), actor.Actor, actor.desk, false); err != nil || len(list) != 1 || list[0].Waiting != 4 {
			t.Errorf("%s: %+v, %v", actor.desk, list, err)
		}
	}
	if _, err := h.Case(t.Context(), h.Other, custody.CommanditaireDesk, *got.CaseID); !errors.Is(err, custody.ErrCaseNotFound) {
		t.Errorf("a stranger: %v", err)
	}
	h.sound()
	h.settleAll(t, o, *got.CaseID)
}

func (h *hands) settleAll(t *testing.T, o testworld.Order, id uuid.UUID) {
	t.Helper()
	settle := func(actor identity.Actor, desk custody.Desk, outcome, serials string) (custody.Case, error) {
		return h.Settle(t.Context(), actor, desk, id, custody.Settlement{Outcome: outcome, Serials: serials, Note: "Vérifié."})
	}
	_, err := settle(h.Librarian, custody.CounterDesk, custody.OutcomeReturned, o.Serial(2))
	refused(t, err, "issue", "Choisissez")
	if _, err := settle(h.Agent, custody.CounterDesk, custody.OutcomeReturned, o.Serial(2)); err != nil || h.where(o, 2) != "stock point" {
		t.Errorf("restored: %s, %v", h.where(o, 2), err)
	}
	if _, err := settle(h.Librarian, custody.CounterDesk, custody.OutcomeReceived, o.Serial(15)+"\n"+o.Serial(7)); err != nil || h.where(o, 15) != "stock point" {
		t.Errorf("regularised: %v", err)
	}
	if err := h.AddNote(t.Context(), h.Commanditaire, custody.CommanditaireDesk, id, "Et le dernier ?"); err != nil {
		t.Error(err)
	}
	if err := h.TakeCase(t.Context(), h.Commanditaire, custody.CommanditaireDesk, id); err != nil {
		t.Error(err)
	}
	c, err := settle(h.Commanditaire, custody.CommanditaireDesk, custody.OutcomeLost, "")
	if err != nil || c.Open() || c.OwnerName == "" || len(c.Notes) != 5 {
		t.Fatalf("%+v, %v", c, err)
	}
	if h.where(o, 3) != "emis ecart" || len(c.SpansOf(custody.Missing, custody.OutcomeLost)) != 1 {
		t.Errorf("a lost carnet is at somebody's: %s", h.where(o, 3))
	}
	h.sound()
	if _, err := settle(h.Librarian, custody.CounterDesk, custody.OutcomeReceived, o.Serial(3)); err != nil || h.where(o, 3) != "stock point" {
		t.Errorf("found after all: %v", err)
	}
	h.tell()
	h.sound()
}

func TestReturnThenRedistribution(t *testing.T) {
	t.Parallel()
	h := newHands(t)
	o := h.ActiveOrder(testworld.OrderOptions{Carnets: 10})
	s := h.sending(o, 6, 10, string(carnet.AtCommanditaire))
	s.Giveback = true
	back := h.send(h.Agent, custody.CounterDesk, s)
	if h.where(o, 8) != "retourne transit" {
		t.Errorf("on the way back: %s", h.where(o, 8))
	}
	if _, err := h.Receive(t.Context(), h.Commanditaire, custody.CommanditaireDesk, back.ID, custody.Reception{Count: 5}); err != nil || h.where(o, 8) != "retourne commanditaire" {
		t.Fatalf("%s, %v", h.where(o, 8), err)
	}
	h.sound()
	s = h.sending(o, 6, 7, h.Library.String())
	s.PointID = uuid.Nil
	again := h.send(h.Commanditaire, custody.CommanditaireDesk, s)
	if _, err := h.Cancel(t.Context(), h.Commanditaire, custody.CommanditaireDesk, again.ID); err != nil || h.where(o, 6) != "emis commanditaire" {
		t.Errorf("called off: %s, %v", h.where(o, 6), err)
	}
	s.Key = uuid.NewString()
	again = h.send(h.Commanditaire, custody.CommanditaireDesk, s)
	if _, err := h.Receive(t.Context(), h.Librarian, custody.CounterDesk, again.ID, custody.Reception{Count: 2}); err != nil || h.where(o, 6) != "stock point" {
		t.Errorf("redistributed: %s, %v", h.where(o, 6), err)
	}
	life, err := h.Life(t.Context(), h.Commanditaire, o.Serial(6))
	if err != nil || len(life.Moves) != 8 || life.Moves[2].Who != "Camille Martin" {
		t.Errorf("%d moves, %+v, %v", len(life.Moves), life.Moves, err)
	}
	if _, err := h.Life(t.Context(), h.Other, o.Serial(6)); !errors.Is(err, custody.ErrCarnetNotFound) {
		t.Errorf("a stranger: %v", err)
	}
	o2, err := h.Overview(t.Context(), h.Commanditaire, custody.CommanditaireDesk)
	if err != nil || o2.In("") != 10 || o2.In(custody.GivenBack) != 3 || o2.In(custody.InStock) != 7 {
		t.Errorf("%+v, %v", o2, err)
	}
	if list, more, err := h.Carnets(t.Context(), h.Commanditaire, custody.CommanditaireDesk, custody.ListFilter{Bucket: custody.GivenBack, Limit: 2}); err != nil || len(list) != 2 || !more {
		t.Errorf("%+v, %v", list, err)
	}
	h.sound()
}

func TestOfTwoTransfersOneWins(t *testing.T) {
	t.Parallel()
	h := newHands(t)
	o := h.ActiveOrder(testworld.OrderOptions{Carnets: 20})
	wanted := []custody.Sending{h.sending(o, 1, 12, h.Library.String()), h.sending(o, 8, 20, h.Annex.String())}
	errs := make([]error, 2)
	var done sync.WaitGroup
	start := make(chan struct{})
	for i := range wanted {
		done.Go(func() {
			<-start
			_, errs[i] = h.Send(context.Background(), h.Agent, custody.CounterDesk, wanted[i])
		})
	}
	close(start)
	done.Wait()
	loser := errs[0]
	if loser == nil {
		loser = errs[1]
	}
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("both, or none: %v", errs)
	}
	refused(t, loser, "lignes", "ne sont pas disponibles ici")
	if n := h.Count(`SELECT count(*) FROM transfers`); n != 1 {
		t.Errorf("%d transfers", n)
	}
	h.sound()
}

func TestWhatCannotLeave(t *testing.T) {
	t.Parallel()
	h := newHands(t)
	o := h.ActiveOrder(testworld.OrderOptions{Carnets: 10})
	o.HandedOver(2)
	send := func(change func(*custody.Sending)) error {
		s := h.sending(o, 3, 5, h.Annex.String())
		change(&s)
		_, err := h.Send(t.Context(), h.Agent, custody.CounterDesk, s)
		return err
	}
	refused(t, send(func(s *custody.Sending) { s.Count = 4 }), "nombre", "les numéros en donnent 3")
	refused(t, send(func(s *custody.Sending) { s.Serials = "bonjour" }), "lignes", "n’est pas un numéro")
	refused(t, send(func(s *custody.Sending) { s.Destination = h.Point.String() }), "destination", "ne peuvent pas aller là")
	refused(t, send(func(s *custody.Sending) { s.Destination = string(carnet.AtOperator) }), "destination", "ne peuvent pas aller là")
	refused(t, send(func(s *custody.Sending) { s.Serials, s.Count = o.Serial(2)+" à 4", 3 }), "lignes", o.Serial(2))
	refused(t, send(func(s *custody.Sending) { s.Serials, s.Count = o.Serial(9)+" à 14", 6 }), "lignes", "n’existe pas")
	refused(t, send(func(s *custody.Sending) { s.Serials, s.Count = "C26-777-000001", 1 }), "lignes", "n’existe pas")
	h.Exec(`UPDATE conventions SET ended_at = now() WHERE aiguilleur_id = $1`, h.LibraryOrg)
	refused(t, send(func(s *custody.Sending) { s.Destination = h.Library.String() }), "destination", "sous convention")
	var key string
	if err := send(func(s *custody.Sending) { key = s.Key }); err != nil {
		t.Fatal(err)
	}
	if err := send(func(s *custody.Sending) { s.Key = key }); err != nil || h.Count(`SELECT count(*) FROM transfers`) != 1 {
		t.Errorf("the same key: %v", err)
	}
}

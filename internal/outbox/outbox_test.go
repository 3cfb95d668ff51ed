package outbox_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
	"passnum/internal/postgres/pgtest"
)

// server takes mails, or refuses them.
type server struct {
	taken   []mail.Message
	refusal error
}

func (s *server) Send(_ context.Context, m mail.Message) error {
	if s.refusal == nil {
		s.taken = append(s.taken, m)
	}
	return s.refusal
}

func post(t *testing.T, db *postgres.DB) uuid.UUID {
	t.Helper()
	queue := &jobs.Inline{}
	m := mail.Render("Bonjour", "Bonjour,", []string{"Un lien."}, nil, "")
	m.To = "ana@exemple.test"
	err := db.InIdentity(t.Context(), func(tx *postgres.Tx) error { return outbox.Post(t.Context(), tx, queue, m) })
	if err != nil {
		t.Fatal(err)
	}
	return queue.Waiting[0].(outbox.Send).ID
}

func TestDeliverOnceThenForgetTheBody(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t).DB()
	taker := &server{}
	service := outbox.NewService(db, taker)
	id := post(t, db)
	for range 2 {
		if err := service.Deliver(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if len(taker.taken) != 1 || taker.taken[0].To != "ana@exemple.test" || taker.taken[0].Text == "" {
		t.Errorf("sent %+v", taker.taken)
	}
	kept, err := service.Message(t.Context(), id)
	if err != nil || kept.SentAt == nil || kept.BodyText != "" || kept.BodyHTML != "" {
		t.Errorf("kept %+v, %v", kept, err)
	}
}

func TestDeliverWithoutServerKeepsTheMail(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t).DB()
	service := outbox.NewService(db, nil)
	id := post(t, db)
	if err := service.Deliver(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	list, err := service.Latest(t.Context(), 10)
	if err != nil || len(list) != 1 || list[0].SentAt == nil || list[0].BodyText == "" {
		t.Errorf("mailbox %+v, %v", list, err)
	}
}

func TestRefusedMailWaits(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t).DB()
	refusal := &mail.RefusedError{Code: 451, Enhanced: "4.3.0"}
	service := outbox.NewService(db, &server{refusal: refusal})
	id := post(t, db)
	if err := service.Deliver(t.Context(), id); !errors.Is(err, refusal) {
		t.Fatalf("error %v", err)
	}
	kept, err := service.Message(t.Context(), id)
	if err != nil || kept.SentAt != nil || kept.Attempts != 1 || kept.LastError == "" || kept.BodyText == "" {
		t.Errorf("kept %+v, %v", kept, err)
	}
}

func TestMailIsPostedOnlyWithItsCause(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t).DB()
	cause := errors.New("the act failed")
	err := db.InIdentity(t.Context(), func(tx *postgres.Tx) error {
		return errors.Join(outbox.Post(t.Context(), tx, &jobs.Inline{}, mail.Message{To: "a@exemple.test"}), cause)
	})
	if !errors.Is(err, cause) {
		t.Fatal(err)
	}
	list, err := outbox.NewService(db, nil).Latest(t.Context(), 10)
	if err != nil || len(list) != 0 {
		t.Errorf("%d mails, %v", len(list), err)
	}
	_, err = outbox.NewService(db, nil).Message(t.Context(), postgres.NewID())
	if !fault.Is(err, fault.KindNotFound) {
		t.Errorf("unknown mail: %v", err)
	}
}

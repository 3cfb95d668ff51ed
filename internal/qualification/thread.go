package qualification

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// Side is who speaks in a file's thread.
type Side string

// The two sides of a thread.
const (
	FromStructure Side = "structure"
	FromOperator  Side = "operateur"
)

// Message is one message of a thread.
type Message struct {
	ID         uuid.UUID
	At         time.Time
	Side       Side
	Kind       string // « message », « corrections », « decision »
	AuthorName string
	Body       string
}

// Thread is what a structure and the operator said to each other.
type Thread struct {
	Messages []Message // the oldest first
	// Unread counts what the reader's side has not read.
	Unread int
	// More says that older messages exist.
	More bool
}

const threadPage = 100

// threadOf reads the newest messages of a structure, older than before unless it
// is nil.
func threadOf(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, reader Side, before uuid.UUID) (Thread, error) {
	list, err := postgres.All[Message](ctx, tx, `
		SELECT id, at, side, kind, author_name, body FROM review_messages
		WHERE structure_id = @id AND (@before::uuid IS NULL OR id < @before) ORDER BY id DESC LIMIT @limit`,
		postgres.Args{"id": structure, "before": orNobody(before), "limit": threadPage + 1})
	if err != nil {
		return Thread{}, fault.Wrap(err, "read thread")
	}
	t := Thread{More: len(list) > threadPage}
	list = list[:min(len(list), threadPage)]
	for i := range list {
		t.Messages = append(t.Messages, list[len(list)-1-i])
	}
	t.Unread, err = unreadBy(ctx, tx, structure, reader)
	return t, err
}

func orNobody(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

func unreadBy(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, reader Side) (int, error) {
	n, err := postgres.Value[int](ctx, tx, `
		SELECT count(*)::int FROM review_messages m LEFT JOIN review_reads r ON r.structure_id = m.structure_id AND r.side = @reader
		WHERE m.structure_id = @id AND m.side <> @reader AND m.at > coalesce(r.read_at, '-infinity')`,
		postgres.Args{"id": structure, "reader": string(reader)})
	return n, fault.Wrap(err, "count unread messages")
}

// OwnThread reads the thread of the actor's structure and notes that it was
// read; before, when set, is the oldest message already shown.
func (s *Service) OwnThread(ctx context.Context, actor identity.Actor, before uuid.UUID) (t Thread, err error) {
	if err := actor.May(identity.StructureWrite); err != nil {
		return t, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if t, err = threadOf(ctx, tx, actor.OrganisationID, FromStructure, before); err != nil || t.Unread == 0 {
			return err
		}
		return markRead(ctx, tx, actor.OrganisationID, FromStructure)
	})
	return t, fault.Wrap(err, "read own thread")
}

// Earlier reads the messages of a structure that came before one of them;
// structure.ErrNoDossier.
func (s *Service) Earlier(ctx context.Context, actor identity.Actor, id, before uuid.UUID) (t Thread, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return t, err
	}
	err = s.db.InPlatform(ctx, actor, "messages d’une structure", func(tx *postgres.Tx) (err error) {
		if _, err = structure.ReadDossier(ctx, tx, id); err != nil {
			return err
		}
		t, err = threadOf(ctx, tx, id, FromOperator, before)
		return err
	})
	return t, fault.Wrap(err, "read earlier messages")
}

// Notice is what the home of a structure says of its file's review.
type Notice struct {
	Unread      int
	Corrections int
	ValidUntil  *time.Time // when the qualification is to be renewed soon
	Days        int        // until then; negative when it is over
}

// Notices sums up what waits for the actor's own structure.
func (s *Service) Notices(ctx context.Context, actor identity.Actor) (n Notice, err error) {
	if err := actor.May(identity.StructureWrite); err != nil {
		return n, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if n.Unread, err = unreadBy(ctx, tx, actor.OrganisationID, FromStructure); err != nil {
			return err
		}
		if n.Corrections, err = openCorrections(ctx, tx, actor.OrganisationID); err != nil {
			return err
		}
		r, err := renewalOf(ctx, tx, actor.OrganisationID)
		if err == nil && r.Due() {
			n.ValidUntil, n.Days = r.ValidUntil, r.Days
		}
		return err
	})
	return n, fault.Wrap(err, "sum up a file's review")
}

func openCorrections(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) (int, error) {
	n, err := postgres.Value[int](ctx, tx, `SELECT count(*)::int FROM file_corrections WHERE structure_id = @id AND answered_at IS NULL AND withdrawn_at IS NULL`,
		postgres.Args{"id": structure})
	return n, fault.Wrap(err, "count corrections")
}

func markRead(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, reader Side) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO review_reads (structure_id, side, read_at) VALUES (@id, @side, @now)
		ON CONFLICT (structure_id, side) DO UPDATE SET read_at = greatest(review_reads.read_at, excluded.read_at)`,
		postgres.Args{"id": structure, "side": string(reader), "now": tx.Now()})
	return fault.Wrap(err, "mark thread read")
}

// checkBody refuses a message that says nothing, or too much.
func checkBody(body string) (string, error) {
	if body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n")); body == "" {
		return "", fault.Field("message", "Écrivez votre message.")
	}
	if len([]rune(body)) > 4000 {
		return "", fault.Field("message", "Raccourcissez ce message\u00a0: 4\u202f000 caractères au plus.")
	}
	return body, nil
}

// dailyMessages is how many messages a structure may send in a day: each one is
// a mail.
const dailyMessages = 30

// Write sends a message to the operator from the actor's own structure.
func (s *Service) Write(ctx context.Context, actor identity.Actor, body string) error {
	if err := actor.May(identity.StructureWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		d, err := structure.ReadDossier(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		body, err := checkBody(body)
		if err != nil {
			return err
		}
		sent, err := postgres.Value[int](ctx, tx, `SELECT count(*)::int FROM review_messages WHERE structure_id = @id AND side = 'structure' AND at > @since`,
			postgres.Args{"id": d.OrganisationID, "since": tx.Now().Add(-24 * time.Hour)})
		if err != nil {
			return err
		}
		if sent >= dailyMessages {
			return fault.New(fault.KindTooMany, "Vous avez envoyé beaucoup de messages aujourd’hui. Rassemblez la suite en un seul, demain.")
		}
		if err := addMessage(ctx, tx, actor, d.OrganisationID, FromStructure, "message", body); err != nil {
			return err
		}
		return s.tellOperator(ctx, tx, letter{
			subject: "Message d’une structure", body: []string{d.Name + ", à " + d.Town + ", vous a écrit."},
			label: "Lire et répondre", path: structurePath(d.OrganisationID) + "#messages",
		})
	})
	return fault.Wrap(err, "write to the operator")
}

// Answer sends a message to a structure; structure.ErrNoDossier.
func (s *Service) Answer(ctx context.Context, actor identity.Actor, id uuid.UUID, body string) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "message à une structure", func(tx *postgres.Tx) error {
		d, err := structure.ReadDossier(ctx, tx, id)
		if err != nil {
			return err
		}
		body, err := checkBody(body)
		if err != nil {
			return err
		}
		if err := addMessage(ctx, tx, actor, id, FromOperator, "message", body); err != nil {
			return err
		}
		if err := markRead(ctx, tx, id, FromOperator); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, actor, audit.Act{Name: "message à la structure", SubjectKind: "structure", SubjectID: id, Parties: []uuid.UUID{id}}); err != nil {
			return err
		}
		return s.tellResponsables(ctx, tx, id, letter{
			subject: "Un message sur votre dossier", body: []string{"L’opérateur vous a écrit au sujet de " + d.Name + "."},
			label: "Lire et répondre", path: "/structure/messages",
		})
	})
	return fault.Wrap(err, "answer a structure")
}

// Settle says that a structure's messages need no answer; structure.ErrNoDossier.
func (s *Service) Settle(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "messages lus", func(tx *postgres.Tx) error {
		if _, err := structure.ReadDossier(ctx, tx, id); err != nil {
			return err
		}
		return markRead(ctx, tx, id, FromOperator)
	})
	return fault.Wrap(err, "settle messages")
}

func addMessage(ctx context.Context, tx *postgres.Tx, actor identity.Actor, structure uuid.UUID, side Side, kind, body string) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO review_messages (structure_id, id, at, side, kind, account_id, author_name, body)
		VALUES (@structure, @id, @now, @side, @kind, @account, @name, @body)`,
		postgres.Args{"structure": structure, "id": postgres.NewID(), "now": tx.Now(), "side": string(side), "kind": kind,
			"account": actor.AccountID, "name": actor.Name, "body": body})
	return fault.Wrap(err, "add message")
}

package invoicing

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Channel is a way for a document to reach its buyer.
type Channel string

// The ways there are (docs/decisions/e-invoicing.md).
const (
	ByDownload Channel = "telechargement" // a person deposits the file
	ByChorus   Channel = "chorus"         // the API of Chorus Pro
	ByPlatform Channel = "plateforme"     // an approved platform, by its Flow API
)

// Sending is how far a document went towards its buyer.
type Sending string

// The states that every channel goes through.
const (
	NotSent   Sending = ""
	Taken     Sending = "prise"    // in somebody's hands, or handed to a platform
	Deposited Sending = "deposee"  // the buyer's portal has it, under a number
	Rejected  Sending = "rejetee"  // the portal or the buyer refused it
	Accepted  Sending = "acceptee" // the buyer will pay it
)

// Label is the state in French.
func (s Sending) Label() string {
	return map[Sending]string{NotSent: "non transmise", Taken: "téléchargée", Deposited: "déposée", Rejected: "rejetée", Accepted: "acceptée"}[s]
}

// Outcome is what a channel says of a document that it was given.
type Outcome struct {
	State     Sending
	Reference string // the portal's or the platform's own number
	Note      string
}

// Sender carries documents to buyers, and tells later what became of them.
type Sender interface {
	Channel() Channel
	Label() string
	// Available reports whether this installation may use the channel.
	Available() bool
	// Send hands a document over; Status asks again about one handed over.
	Send(ctx context.Context, d Document, file File) (Outcome, error)
	Status(ctx context.Context, d Document, reference string) (Outcome, error)
}

// ErrChannel refuses a channel that this installation is not connected to.
var ErrChannel = fault.New(fault.KindConflict, "Ce mode d’envoi n’est pas raccordé à cette installation. Téléchargez la facture, puis déposez-la vous-même.")

// Senders lists the ways there are, the usual one first.
func Senders() []Sender {
	return []Sender{
		download{}, unconnected{ByChorus, "API de Chorus Pro"}, unconnected{ByPlatform, "Plateforme agréée (Flow API)"},
	}
}

// download leaves the deposit to a person, who types back what the portal says.
type download struct{}

func (download) Channel() Channel { return ByDownload }
func (download) Label() string    { return "Téléchargement" }
func (download) Available() bool  { return true }

func (download) Send(context.Context, Document, File) (Outcome, error) {
	return Outcome{State: Taken}, nil
}

func (download) Status(_ context.Context, _ Document, reference string) (Outcome, error) {
	return Outcome{State: Taken, Reference: reference}, nil
}

// unconnected is a channel whose rules are known and whose address is not: it
// refuses rather than pretend.
type unconnected struct {
	channel Channel
	label   string
}

func (u unconnected) Channel() Channel { return u.channel }
func (u unconnected) Label() string    { return u.label }
func (u unconnected) Available() bool  { return false }

func (unconnected) Send(context.Context, Document, File) (Outcome, error) {
	return Outcome{}, ErrChannel
}

func (unconnected) Status(context.Context, Document, string) (Outcome, error) {
	return Outcome{}, ErrChannel
}

// Event is one step of what became of a document after it was issued.
type Event struct {
	Kind      Sending // or Reminded
	Channel   Channel
	OnDay     time.Time
	Reference string
	Note      string
	At        time.Time
	ActorName string
}

// Reminded is the kind of an event that is no sending: a reminder.
const Reminded Sending = "relance"

// Send takes a document out through a channel, writes who did, and gives the
// file. ErrChannel when the installation is not connected to it.
func (s *Service) Send(ctx context.Context, actor identity.Actor, id uuid.UUID, channel Channel) (File, error) {
	var file File
	err := s.onDocument(ctx, actor, id, "envoi d’une facture", nil, func(d Row) (Event, error) {
		for _, sender := range Senders() {
			if sender.Channel() != channel {
				continue
			}
			var err error
			if file, err = s.pdf(ctx, d.Document); err != nil {
				return Event{}, err
			}
			outcome, err := sender.Send(ctx, d.Document, file)
			return Event{Kind: outcome.State, Channel: channel, Reference: outcome.Reference, Note: outcome.Note}, err
		}
		return Event{}, ErrChannel
	})
	return file, fault.Wrap(err, "send invoice")
}

// Deposit writes that a document was deposited by hand: when, and the number
// that the portal gave.
func (s *Service) Deposit(ctx context.Context, actor identity.Actor, id uuid.UUID, on time.Time, reference string) error {
	err := s.onDocument(ctx, actor, id, "dépôt d’une facture", nil, func(d Row) (Event, error) {
		var c fault.Collector
		reference = strings.TrimSpace(reference)
		c.Check(!on.IsZero() && !on.Before(d.IssuedOn) && !on.After(s.Today()), "depose_le", "Indiquez le jour du dépôt, entre l’émission et aujourd’hui.")
		c.Check(reference != "" && len([]rune(reference)) <= 60, "numero_depot", "Indiquez le numéro que le portail a donné au dépôt.")
		return Event{Kind: Deposited, Channel: ByDownload, OnDay: on, Reference: reference}, c.Err()
	})
	return fault.Wrap(err, "deposit invoice")
}

// ErrNotDeposited refuses an answer to what was never deposited.
var ErrNotDeposited = fault.New(fault.KindConflict, "Cette facture n’est pas déposée\u00a0: indiquez d’abord son dépôt.")

// Answer writes what the buyer or its portal answered: accepted, or rejected
// with its reason.
func (s *Service) Answer(ctx context.Context, actor identity.Actor, id uuid.UUID, answer Sending, note string) error {
	err := s.onDocument(ctx, actor, id, "réponse à une facture", nil, func(d Row) (Event, error) {
		if d.Sending != Deposited {
			return Event{}, ErrNotDeposited
		}
		if answer != Accepted && answer != Rejected {
			return Event{}, fault.Field("reponse", "Choisissez une réponse.")
		}
		if note = strings.TrimSpace(note); answer == Rejected && note == "" {
			return Event{}, fault.Field("motif_rejet", "Recopiez le motif du rejet\u00a0: il dit quoi corriger.")
		}
		return Event{Kind: answer, Channel: ByDownload, Note: note}, nil
	})
	return fault.Wrap(err, "record answer")
}

// onDocument writes what decide says of a document; after runs in the same
// transaction.
func (s *Service) onDocument(ctx context.Context, actor identity.Actor, id uuid.UUID, act string, after func(*postgres.Tx, Row, *Event) error, decide func(Row) (Event, error)) error {
	if err := actor.May(identity.PlatformFunds); err != nil {
		return err
	}
	var row Row
	err := s.db.InPlatform(ctx, actor, act, func(tx *postgres.Tx) (err error) {
		row, err = findRow(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	event, err := decide(row)
	if err != nil {
		return err
	}
	return s.db.InPlatform(ctx, actor, act, func(tx *postgres.Tx) error {
		if after != nil {
			if err := after(tx, row, &event); err != nil {
				return err
			}
		}
		if err := insertEvent(ctx, tx, actor, row.Document, event); err != nil {
			return err
		}
		return record(ctx, tx, actor, act, row.Document, map[string]any{"etat": string(event.Kind), "reference": event.Reference})
	})
}

func insertEvent(ctx context.Context, tx *postgres.Tx, actor identity.Actor, d Document, e Event) error {
	if e.OnDay.IsZero() {
		e.OnDay = tx.Today()
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO invoice_events (buyer_id, commanditaire_id, id, invoice_id, kind, channel, on_day, reference, note, at, account_id, actor_name)
		VALUES (@buyer, @commanditaire, @id, @invoice, @kind, @channel, @on, @reference, @note, @now, @account, @name)`,
		postgres.Args{
			"buyer": d.BuyerID, "commanditaire": d.CommanditaireID, "id": postgres.NewID(), "invoice": d.ID, "kind": string(e.Kind), "channel": string(e.Channel),
			"on": e.OnDay, "reference": e.Reference, "note": e.Note, "now": tx.Now(), "account": actor.Account(), "name": actor.Name,
		})
	if err != nil {
		return fmt.Errorf("keep event: %w", err)
	}
	return nil
}

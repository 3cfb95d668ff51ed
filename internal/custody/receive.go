package custody

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Reception is what a receiver declares. Scanned, when Scan is true, is all that
// arrived; else what is not as declared is told apart.
type Reception struct {
	Count   int    // nombre: what the receiver counted, damaged ones included
	Scan    bool   //
	Scanned string // recus
	Missing string // manquants
	Damaged string // abimes
	Extra   string // en_trop
	Note    string // note, needed when something is not as declared
}

// The refusals of a reception.
var (
	ErrAlreadyReceived = fault.New(fault.KindConflict, "La réception de ces carnets est déjà confirmée.")
	ErrCalledOff       = fault.New(fault.KindConflict, "L’expéditeur a annulé cet envoi. Mettez les carnets de côté et appelez-le.")
	ErrNoteMissing     = fault.Field("note", "Dites ce qui s’est passé\u00a0: colis ouvert, carnets abîmés, erreur d’envoi…")
)

// sorted is what a reception says of each carnet.
type sorted struct {
	arrived, missing, damaged, extra []Span
	note                             string
	counted                          int
}

func (o sorted) asDeclared() bool { return len(o.missing)+len(o.damaged)+len(o.extra) == 0 }

// sort compares a reception with what the sender declared.
func (r Reception) sort(t Transfer) (sorted, error) {
	o := sorted{note: strings.TrimSpace(r.Note), counted: r.Count}
	declared, order := t.Spans(), t.onlyOrder()
	var c fault.Collector
	read := func(field, typed string) []Span {
		spans, unread := ParseSpans(typed, order)
		if unread != "" {
			c.Add(field, "«\u00a0"+unread+"\u00a0» n’est pas un numéro de carnet. Écrivez un numéro par ligne, ou «\u00a0premier à dernier\u00a0».")
		}
		return spans
	}
	o.missing, o.damaged, o.extra = read("manquants", r.Missing), read("abimes", r.Damaged), read("en_trop", r.Extra)
	if r.Scan {
		scanned := read("recus", r.Scanned)
		o.missing, o.extra = without(declared, scanned), without(scanned, declared)
	}
	if err := c.Err(); err != nil {
		return o, err
	}
	inside := "Ces numéros ne sont pas dans cet envoi\u00a0: "
	for _, list := range []struct {
		field string
		spans []Span
	}{{"manquants", o.missing}, {"abimes", o.damaged}} {
		if strange := without(list.spans, declared); len(strange) > 0 {
			c.Add(list.field, inside+clip(Say(strange))+".")
		}
	}
	if known := within(o.extra, declared); len(known) > 0 {
		c.Add("en_trop", clip(Say(known))+" est bien dans cet envoi\u00a0: il n’est pas en trop.")
	}
	if both := within(o.damaged, o.missing); len(both) > 0 {
		c.Add("abimes", clip(Say(both))+" est à la fois manquant et abîmé.")
	}
	o.arrived = without(without(declared, o.missing), o.damaged)
	o.check(&c, t)
	return o, c.Err()
}

// check compares the receiver's count with what it says of each carnet.
func (o sorted) check(c *fault.Collector, t Transfer) {
	present := total(t.Spans()) - total(o.missing) + total(o.extra)
	switch {
	case o.counted < 0:
		c.Add("nombre", "Comptez les carnets arrivés, et écrivez leur nombre.")
	case o.counted != present && o.asDeclared():
		c.Add("nombre", fmt.Sprintf("Vous comptez %s et l’expéditeur en a déclaré %d\u00a0: dites lesquels manquent ou sont en trop, ou scannez ce qui est arrivé.", carnets(o.counted), t.Carnets))
	case o.counted != present:
		c.Add("nombre", fmt.Sprintf("Vous comptez %s, et les numéros en donnent %d\u00a0: recomptez, ou corrigez les numéros.", carnets(o.counted), present))
	}
	if !o.asDeclared() && o.note == "" {
		c.Add("note", ErrNoteMissing.Fields[0].Sentence)
	}
}

// Receive confirms what arrived: those carnets enter the receiver's stock, and
// the others open a case. ErrAlreadyReceived, ErrCalledOff, a missing convention,
// or a refusal of what was declared.
func (s *Service) Receive(ctx context.Context, actor identity.Actor, desk Desk, id uuid.UUID, declared Reception) (Transfer, error) {
	var t Transfer
	err := s.in(ctx, actor, desk, true, "réception de carnets", func(tx *postgres.Tx) (err error) {
		if t, err = findTransfer(ctx, tx, actor, desk, id, " FOR UPDATE OF x"); err != nil {
			return err
		}
		if err := receivable(ctx, tx, actor, desk, t); err != nil {
			return err
		}
		sorted, err := declared.sort(t)
		if err != nil {
			return err
		}
		if err := s.receive(ctx, tx, actor, &t, sorted); err != nil {
			return err
		}
		t, err = findTransfer(ctx, tx, actor, desk, id, "")
		return err
	})
	return t, err
}

func receivable(ctx context.Context, tx *postgres.Tx, actor identity.Actor, desk Desk, t Transfer) error {
	switch {
	case !desk.holds(t.ToHolder, t.ToAiguilleurID, actor):
		return ErrTransferNotFound
	case t.State == Received:
		return ErrAlreadyReceived
	case t.State == CalledOff:
		return ErrCalledOff
	case desk == CounterDesk:
		return distribution.Mandated(ctx, tx, t.CommanditaireID, actor.OrganisationID)
	default:
		return nil
	}
}

func (s *Service) receive(ctx context.Context, tx *postgres.Tx, actor identity.Actor, t *Transfer, o sorted) error {
	for _, span := range o.arrived {
		if err := carnet.Arrive(ctx, tx, t.way(actor), t.rangeOf(span), t.To()); err != nil {
			return err
		}
	}
	if !o.asDeclared() {
		if err := s.openCase(ctx, tx, actor, t, o); err != nil {
			return err
		}
	}
	note := o.words()
	err := postgres.Must(ctx, tx, `
		UPDATE transfers SET state = 'recu', received_at = @now, received_by = @account, received_by_name = @name, received_carnets = @counted, received_note = @note
		WHERE commanditaire_id = @commanditaire AND id = @id AND state = 'en_route'`,
		postgres.Args{"now": tx.Now(), "account": actor.Account(), "name": actor.Name, "counted": o.counted, "note": note, "commanditaire": t.CommanditaireID, "id": t.ID})
	if err != nil {
		return fmt.Errorf("close transfer: %w", err)
	}
	if err := s.answered(ctx, tx, actor, *t, o, note); err != nil {
		return err
	}
	parties := []uuid.UUID{t.CommanditaireID}
	if t.FromAiguilleurID != nil {
		parties = append(parties, *t.FromAiguilleurID)
	}
	err = audit.Record(ctx, tx, actor, audit.Act{Name: "réception de carnets", SubjectKind: "transfert", SubjectID: t.ID, Parties: parties,
		Detail: map[string]any{"transfert": t.Number, "à": t.ToLabel, "carnets": o.counted, "déclarés": t.Carnets, "note": note}})
	if err != nil {
		return err
	}
	return s.notify(ctx, tx, Notice{Event: EventReceived, CommanditaireID: t.CommanditaireID, SubjectID: t.ID})
}

// answered writes the reception on what the transfer served: an order's parcel,
// a point's request.
func (s *Service) answered(ctx context.Context, tx *postgres.Tx, actor identity.Actor, t Transfer, o sorted, note string) error {
	_, err := postgres.Do(ctx, tx, `
		UPDATE order_deliveries SET received_at = @now, received_by = @account, received_carnets = @received, received_note = @note
		WHERE commanditaire_id = @commanditaire AND id = @id AND received_at IS NULL`,
		postgres.Args{"now": tx.Now(), "account": actor.Account(), "received": total(o.arrived), "note": note, "commanditaire": t.CommanditaireID, "id": t.ID})
	if err != nil {
		return fmt.Errorf("confirm parcel: %w", err)
	}
	if t.RequestID == nil {
		return nil
	}
	_, err = postgres.Do(ctx, tx, `UPDATE stock_requests SET state = 'servie' WHERE commanditaire_id = @commanditaire AND id = @id AND state = 'acceptee'`,
		postgres.Args{"commanditaire": t.CommanditaireID, "id": *t.RequestID})
	if err != nil {
		return fmt.Errorf("serve request: %w", err)
	}
	return nil
}

// words is what the reception says that the sender did not.
func (o sorted) words() string {
	var parts []string
	for _, list := range []struct {
		verb  string
		spans []Span
	}{{"manquent ", o.missing}, {"abîmés\u00a0: ", o.damaged}, {"en trop\u00a0: ", o.extra}} {
		if len(list.spans) > 0 {
			parts = append(parts, list.verb+clip(Say(list.spans)))
		}
	}
	if len(parts) == 0 {
		return o.note
	}
	return strings.Join(parts, "\u00a0; ") + ". " + o.note
}

// Cancel calls off a transfer that nobody has received: the carnets are back at
// the sender's. ErrAlreadyReceived.
func (s *Service) Cancel(ctx context.Context, actor identity.Actor, desk Desk, id uuid.UUID) (Transfer, error) {
	var t Transfer
	err := s.in(ctx, actor, desk, true, "annulation d’un envoi de carnets", func(tx *postgres.Tx) (err error) {
		if t, err = findTransfer(ctx, tx, actor, desk, id, " FOR UPDATE OF x"); err != nil {
			return err
		}
		if !t.Cancellable(actor, desk) {
			return ErrAlreadyReceived
		}
		for _, span := range t.Spans() {
			if err := carnet.CallOff(ctx, tx, t.way(actor), t.rangeOf(span), t.From()); err != nil {
				return err
			}
		}
		err = postgres.Must(ctx, tx, `UPDATE transfers SET state = 'annule', cancelled_at = @now WHERE commanditaire_id = @commanditaire AND id = @id`,
			postgres.Args{"now": tx.Now(), "commanditaire": t.CommanditaireID, "id": t.ID})
		if err != nil {
			return fmt.Errorf("call transfer off: %w", err)
		}
		return s.recordCancel(ctx, tx, actor, t)
	})
	return t, err
}

func (s *Service) recordCancel(ctx context.Context, tx *postgres.Tx, actor identity.Actor, t Transfer) error {
	if t.RequestID != nil {
		_, err := postgres.Do(ctx, tx, `UPDATE stock_requests SET state = 'annulee', reason = 'Envoi annulé' WHERE commanditaire_id = @commanditaire AND id = @id AND state = 'acceptee'`,
			postgres.Args{"commanditaire": t.CommanditaireID, "id": *t.RequestID})
		if err != nil {
			return fmt.Errorf("cancel request: %w", err)
		}
	}
	err := audit.Record(ctx, tx, actor, audit.Act{Name: "annulation d’un envoi de carnets", SubjectKind: "transfert", SubjectID: t.ID,
		Parties: []uuid.UUID{t.CommanditaireID}, Detail: map[string]any{"transfert": t.Number}})
	if err != nil {
		return err
	}
	return s.notify(ctx, tx, Notice{Event: EventCalledOff, CommanditaireID: t.CommanditaireID, SubjectID: t.ID})
}

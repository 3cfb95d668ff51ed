package settlement

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// What the journal calls a transfer that came back, and one that is sent again.
const (
	ActReturned    = "virement revenu"
	ActRepresented = "virement à représenter"
)

// The refusals of what comes back.
var (
	ErrNotSent     = fault.New(fault.KindConflict, "Ce virement n’a pas été envoyé à la banque\u00a0: il ne peut pas en revenir.")
	ErrNotReturned = fault.New(fault.KindConflict, "Ce virement n’est pas revenu, ou il est déjà payé de nouveau.")
	ErrReturnDate  = fault.Field("date", "La date du retour ne peut être ni dans le futur, ni avant l’approbation du paiement.")
)

// Return is what the bank says of a transfer that it refused, or that came back.
type Return struct {
	EndToEndID string
	// OriginalMessageID and the amount find the transfer when the bank lost its
	// EndToEndId, if only one fits.
	OriginalMessageID string
	Amount            money.Cents // zero when the bank does not repeat it
	Code, Text        string
	On                time.Time
	// Key is where the bank says so: the same one changes nothing twice.
	Key string
}

// ApplyReturn records, in the caller's transaction, that a transfer was refused
// (its money was still on its way) or came back (the bank had debited it): the
// line's state decides. Its net is owed again and will be paid by another line.
// What was recorded already, from here or elsewhere, changes nothing.
// ErrUnknownReference, ErrNotSent, ErrAmountDiffers whose sentence names both
// amounts. The caller has authorised the actor.
func (s *Service) ApplyReturn(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r Return) error {
	_, _, err := s.applyReturn(ctx, tx, actor, r)
	return err
}

// applyReturn also tells the line, and whether it was news.
func (s *Service) applyReturn(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r Return) (line uuid.UUID, news bool, err error) {
	l, batch, err := sentLine(ctx, tx, r)
	if err != nil {
		return uuid.Nil, false, err
	}
	switch {
	case r.Amount != 0 && r.Amount != l.AmountCents:
		return l.ID, false, amountDiffers(l.AmountCents, r.Amount)
	case l.State == Rejected || l.State == Returned:
		return l.ID, false, nil
	case l.State != Approved && l.State != Executed:
		return l.ID, false, ErrNotSent
	}
	if r.On.IsZero() || r.On.After(tx.Today()) {
		r.On = tx.Today()
	}
	return l.ID, true, s.giveBack(ctx, tx, actor, batch, l, r)
}

// sentLine takes the row of the line that the bank speaks of, and of its batch,
// the batch first as everybody does.
func sentLine(ctx context.Context, tx *postgres.Tx, r Return) (Line, Batch, error) {
	found, err := postgres.All[struct{ ID, SettlementID uuid.UUID }](ctx, tx, `
		SELECT id, settlement_id FROM settlement_lines WHERE end_to_end_id = @e2e
		UNION
		SELECT l.id, l.settlement_id FROM settlement_lines l LEFT JOIN settlement_files f ON f.settlement_id = l.settlement_id AND f.part = l.part
			JOIN settlements b ON b.id = l.settlement_id
		WHERE @message <> '' AND @lost AND l.amount_cents = @amount AND l.state <> 'preparee' AND (f.message_id = @message OR b.message_id = @message)
		LIMIT 2`, postgres.Args{"e2e": r.EndToEndID, "message": r.OriginalMessageID, "amount": int64(r.Amount),
		"lost": r.EndToEndID == "" || r.EndToEndID == "NOTPROVIDED"})
	if err != nil {
		return Line{}, Batch{}, fmt.Errorf("find what came back: %w", err)
	}
	if len(found) != 1 {
		return Line{}, Batch{}, ErrUnknownReference
	}
	batch, err := lockBatch(ctx, tx, found[0].SettlementID)
	if err != nil {
		return Line{}, Batch{}, err
	}
	l, err := postgres.One[Line](ctx, tx, selectLine+` WHERE id = @id FOR UPDATE`, postgres.Args{"id": found[0].ID})
	if errors.Is(err, postgres.ErrNoRow) {
		return l, batch, ErrUnknownReference
	}
	return l, batch, err
}

// giveBack ends the line, owes its net again, and tells its structure.
func (s *Service) giveBack(ctx context.Context, tx *postgres.Tx, actor identity.Actor, batch Batch, l Line, r Return) error {
	kind, state, from, to, word := ledger.PayoutRejected, Rejected, ledger.InTransit, ledger.Payable, "rejet"
	if l.State == Executed {
		kind, state, from, to, word = ledger.PayoutReturned, Returned, ledger.Bank, ledger.Payable, "retour"
	}
	l.State, l.ReturnedOn, l.ReturnCode, l.ReturnText = state, &r.On, r.Code, r.Text
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO settlement_returns (settlement_line_id, structure_id, key, kind, amount_cents, code, explanation, returned_on, recorded_at, recorded_by, recorded_by_name)
		VALUES (@line, @structure, @key, @kind, @amount, @code, @text, @on, @now, @by, @name)`,
		postgres.Args{"line": l.ID, "structure": l.StructureID, "key": r.Key + " " + l.EndToEndID, "kind": word, "amount": int64(l.AmountCents), "code": r.Code,
			"text": r.Text, "on": r.On, "now": tx.Now(), "by": actor.Account(), "name": actor.Name})
	if err != nil {
		return fmt.Errorf("record what came back: %w", err)
	}
	err = postgres.Must(ctx, tx, `
		UPDATE settlement_lines SET state = @state, returned_on = @on, return_code = @code, return_text = @text WHERE id = @id AND state IN ('approuvee', 'executee')`,
		postgres.Args{"state": string(state), "on": r.On, "code": r.Code, "text": r.Text, "id": l.ID})
	if err != nil {
		return fmt.Errorf("end the line that came back: %w", err)
	}
	if err := postNet(ctx, tx, actor, kind, from, to, l.ID); err != nil {
		return err
	}
	if _, err := endBatch(ctx, tx, actor, batch.ID, r.On); err != nil {
		return err
	}
	if err := s.tellReturned(ctx, tx, l); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, audit.Act{Name: ActReturned, SubjectKind: "contre-paiement", SubjectID: batch.ID, Parties: []uuid.UUID{l.StructureID},
		Detail: map[string]any{"numero": batch.Number, "structure": l.StructureName, "centimes": l.AmountCents, "code": r.Code, "etat": string(state), "source": r.Key}})
}

// ReturnForm is a return as somebody reads it on the bank's site; comments give
// the names of the fields.
type ReturnForm struct {
	Code string    // code
	Text string    // texte
	On   time.Time // date
}

// RecordReturn records by hand that a line came back, when the bank tells it
// neither by file nor on its statement. ErrNotFound, ErrNotSent, ErrNotReturned
// when it is recorded already, ErrReturnDate.
func (s *Service) RecordReturn(ctx context.Context, actor identity.Actor, line uuid.UUID, form ReturnForm) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	form.Code = strings.ToUpper(strings.TrimSpace(form.Code))
	if form.Code == "" || len(form.Code) > 35 {
		return fault.Field("code", "Choisissez la raison que donne la banque.")
	}
	err := s.db.InPlatform(ctx, actor, "retour d’un virement", func(tx *postgres.Tx) error {
		l, err := findLine(ctx, tx, line)
		if err != nil {
			return err
		}
		batch, err := lockBatch(ctx, tx, l.SettlementID)
		if err != nil {
			return err
		}
		if form.On.After(tx.Today()) || batch.ApprovedAt != nil && form.On.Before(postgres.Day(*batch.ApprovedAt)) {
			return ErrReturnDate
		}
		_, news, err := s.applyReturn(ctx, tx, actor, Return{EndToEndID: l.EndToEndID, Code: form.Code, Text: strings.TrimSpace(form.Text), On: form.On, Key: "saisie"})
		if err == nil && !news {
			return ErrNotReturned
		}
		return err
	})
	return fault.Wrap(err, "record a return")
}

// Represent has a transfer that came back paid again on the same account, with a
// reason: the structure's bank says that it is right after all. ErrNotReturned,
// or a refusal of « motif ».
func (s *Service) Represent(ctx context.Context, actor identity.Actor, line uuid.UUID, reason string) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); len([]rune(reason)) < 5 || len([]rune(reason)) > 500 {
		return fault.Field("motif", "Écrivez pourquoi ce virement peut repartir sur le même compte (500 caractères au plus).")
	}
	err := s.db.InPlatform(ctx, actor, "représentation d’un virement", func(tx *postgres.Tx) error {
		n, err := postgres.Do(ctx, tx, `
			UPDATE settlement_returns SET represented_at = @now, represented_by = @by, represented_by_name = @name, represented_reason = @reason
			WHERE settlement_line_id = @line AND represented_at IS NULL AND NOT EXISTS (SELECT FROM settlement_lines n WHERE n.repays_line_id = @line)`,
			postgres.Args{"now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "reason": reason, "line": line})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNotReturned
		}
		l, err := findLine(ctx, tx, line)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: ActRepresented, SubjectKind: "contre-paiement", SubjectID: l.SettlementID, Parties: []uuid.UUID{l.StructureID},
			Detail: map[string]any{"structure": l.StructureName, "centimes": l.AmountCents, "motif": reason}})
	})
	return fault.Wrap(err, "represent a transfer")
}

// represented tells which transfers that came back finance asked to send again.
func represented(ctx context.Context, tx *postgres.Tx) (map[uuid.UUID]bool, error) {
	ids, err := postgres.Values[uuid.UUID](ctx, tx, `
		SELECT r.settlement_line_id FROM settlement_returns r
		WHERE r.represented_at IS NOT NULL AND NOT EXISTS (SELECT FROM settlement_lines n WHERE n.repays_line_id = r.settlement_line_id)`, nil)
	again := make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		again[id] = true
	}
	return again, fault.Wrap(err, "read what is to be sent again")
}

package settlement

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// How many rows a page of a list holds.
const pageSize = 100

// What the journal calls the acts on a batch.
const (
	ActPrepared = "préparation"
	ActApproved = "approbation"
	ActSent     = "fichier bancaire"
	ActExecuted = "exécution"
	ActDropped  = "abandon"
)

// SuggestedCutoff is the last day of the month before today's.
func SuggestedCutoff(today time.Time) time.Time { return DefaultRules.LastCutoff(postgres.Day(today)) }

// Suggestion is the cut-off proposed today, when no other rule was decided.
func (s *Service) Suggestion() time.Time { return SuggestedCutoff(s.Today()) }

// Today is the day in Paris, as the service's clock reads it.
func (s *Service) Today() time.Time { return postgres.Day(s.db.Now()) }

// BatchKey is where a list of batches continues.
type BatchKey struct {
	Cutoff time.Time
	ID     uuid.UUID
}

// Batches lists batches, the newest cut-off first, after the last one seen (nil
// from the start); more tells whether others follow.
func (s *Service) Batches(ctx context.Context, actor identity.Actor, after *BatchKey) (batches []Batch, more bool, err error) {
	args := postgres.Args{"cutoff": (*time.Time)(nil), "after": uuid.Nil, "limit": pageSize + 1}
	if after != nil {
		args["cutoff"], args["after"] = &after.Cutoff, after.ID
	}
	err = s.asOperator(ctx, actor, "liste des contre-paiements", func(tx *postgres.Tx) (err error) {
		batches, err = postgres.All[Batch](ctx, tx, selectBatch+`
			WHERE @cutoff::date IS NULL OR (cutoff, id) < (@cutoff, @after) ORDER BY cutoff DESC, id DESC LIMIT @limit`, args)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("list settlements: %w", err)
	}
	batches, more = page(batches)
	return batches, more, nil
}

// Due lists what every structure is owed and no batch holds, today's chèques
// included.
func (s *Service) Due(ctx context.Context, actor identity.Actor) ([]Due, error) {
	var dues []Due
	err := s.asOperator(ctx, actor, "sommes dues aux structures", func(tx *postgres.Tx) error {
		rules, err := rulesInForce(ctx, tx)
		if err != nil {
			return err
		}
		dues, err = (cut{cutoff: tx.Today(), rhythm: Monthly}).plan(ctx, tx, rules)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list what is due: %w", err)
	}
	return dues, nil
}

// Dossier is a batch with a page of its lines and its history, newest first.
type Dossier struct {
	Batch
	Cheques int // in all its lines
	// GrossCents is what these chèques are worth, FeesCents the fees taken, with
	// their VAT.
	GrossCents, FeesCents money.Cents
	// Ended lines are those the bank has answered for, of which Back came back.
	Ended, Back int
	Page        []Line
	More        bool
	History     []audit.Line
}

// LineKey is where a list of lines continues.
type LineKey struct {
	Name string
	ID   uuid.UUID
}

// Batch reads one batch with the lines that follow after (nil from the start).
// ErrNotFound.
func (s *Service) Batch(ctx context.Context, actor identity.Actor, id uuid.UUID, after *LineKey) (Dossier, error) {
	var d Dossier
	if after == nil {
		after = &LineKey{}
	}
	err := s.asOperator(ctx, actor, "contre-paiement", func(tx *postgres.Tx) (err error) {
		if d.Batch, err = findBatch(ctx, tx, id); err != nil {
			return err
		}
		if err := d.count(ctx, tx); err != nil {
			return err
		}
		d.Page, err = postgres.All[Line](ctx, tx, selectLine+`
			WHERE settlement_id = @id AND (structure_name, id) > (@name, @line) ORDER BY structure_name, id LIMIT @limit`,
			postgres.Args{"id": id, "name": after.Name, "line": after.ID, "limit": pageSize + 1})
		if err != nil {
			return fmt.Errorf("list lines: %w", err)
		}
		d.Page, d.More = page(d.Page)
		d.History, err = audit.Of(ctx, tx, id, pageSize)
		return err
	})
	if err != nil {
		return Dossier{}, fmt.Errorf("read settlement: %w", err)
	}
	return d, nil
}

func (d *Dossier) count(ctx context.Context, tx *postgres.Tx) error {
	sum, err := postgres.One[struct {
		Cheques, Ended, Back int
		Gross, Fees          int64
	}](ctx, tx, `
		SELECT coalesce(sum(cheques), 0)::int AS cheques, coalesce(sum(gross_cents) FILTER (WHERE repays_line_id IS NULL), 0)::bigint AS gross,
			coalesce(sum(fee_cents + fee_vat_cents), 0)::bigint AS fees,
			count(*) FILTER (WHERE state IN ('executee', 'rejetee', 'retournee'))::int AS ended, count(*) FILTER (WHERE state IN ('rejetee', 'retournee'))::int AS back
		FROM settlement_lines WHERE settlement_id = @id`, postgres.Args{"id": d.ID})
	if err != nil {
		return fmt.Errorf("sum lines: %w", err)
	}
	d.Cheques, d.Ended, d.Back, d.GrossCents, d.FeesCents = sum.Cheques, sum.Ended, sum.Back, money.Cents(sum.Gross), money.Cents(sum.Fees)
	return nil
}

// Happened finds when an act was last done to the batch, and by whom.
func (d Dossier) Happened(act string) (audit.Line, bool) {
	for _, line := range d.History {
		if line.Act == act {
			return line, true
		}
	}
	return audit.Line{}, false
}

// asOperator runs fn on everything, journaled with its reason.
func (s *Service) asOperator(ctx context.Context, actor identity.Actor, reason string, fn func(*postgres.Tx) error) error {
	if err := actor.May(identity.PlatformRead); err != nil {
		return err
	}
	return s.db.InPlatform(ctx, actor, reason, fn)
}

// asStructure runs fn on what the actor's organisation is paid.
func (s *Service) asStructure(ctx context.Context, actor identity.Actor, fn func(*postgres.Tx) error) error {
	if err := actor.May(identity.PaymentRead); err != nil {
		return err
	}
	return s.db.InOrganisation(ctx, actor, fn)
}

func findBatch(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Batch, error) {
	batch, err := postgres.One[Batch](ctx, tx, selectBatch+` WHERE id = @id`, postgres.Args{"id": id})
	return batch, orNotFound(err)
}

// page cuts a list read one row too long.
func page[T any](rows []T) (kept []T, more bool) {
	if len(rows) > pageSize {
		return rows[:pageSize], true
	}
	return rows, false
}

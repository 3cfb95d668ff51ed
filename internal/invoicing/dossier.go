package invoicing

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Dossier is a document with everything its page shows.
type Dossier struct {
	Row
	Lines      []Line
	References References
	Events     []Event
	// Related is the avoirs of a facture, the facture of an avoir, what it
	// replaces and what replaced it.
	Related  []Row
	Receipts []Receipt
	XMLHash  string
	PDFHash  string // empty until the paper is drawn
	Public   bool   // the buyer is a public body
}

// Receipt is money received from the payer for the order.
type Receipt struct {
	Mandat     string
	Total      money.Cents
	ReceivedOn time.Time
}

func findRow(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Row, error) {
	row, err := postgres.One[Row](ctx, tx, `WITH `+balances+`, listed AS (`+rows+`) SELECT * FROM listed WHERE id = @id`,
		postgres.Args{"id": id, "today": tx.Today()})
	if errors.Is(err, postgres.ErrNoRow) {
		return row, ErrNotFound
	}
	if err != nil {
		return row, fmt.Errorf("read invoice: %w", err)
	}
	return row, nil
}

func dossier(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (d Dossier, err error) {
	if d.Row, err = findRow(ctx, tx, id); err != nil {
		return d, err
	}
	if d.Lines, err = linesOf(ctx, tx, d.BuyerID, id); err != nil {
		return d, err
	}
	f, err := factsOf(ctx, tx, d.BuyerID, id)
	if err != nil {
		return d, err
	}
	d.Public = f.Invoice.Public
	d.References = References{Engagement: f.Invoice.OrderReference, Service: f.Invoice.BuyerReference, Contract: f.Invoice.Contract}
	args := postgres.Args{"buyer": d.BuyerID, "id": id}
	d.Events, err = postgres.All[Event](ctx, tx, `SELECT kind, channel, on_day, reference, note, at, actor_name FROM invoice_events
		WHERE buyer_id = @buyer AND invoice_id = @id ORDER BY at, id`, args)
	if err != nil {
		return d, fmt.Errorf("read events: %w", err)
	}
	if d.XMLHash, d.PDFHash, err = hashesOf(ctx, tx, args); err != nil {
		return d, err
	}
	d.Related, err = postgres.All[Row](ctx, tx, `WITH `+balances+`, listed AS (`+rows+`)
		SELECT * FROM listed WHERE buyer_id = @buyer AND id <> @id AND (original_id = @id OR replaces_id = @id OR id = @original OR id = @replaces) ORDER BY issued_at, id`,
		postgres.Args{"buyer": d.BuyerID, "id": id, "original": d.OriginalID, "replaces": d.ReplacesID, "today": tx.Today()})
	if err != nil {
		return d, fmt.Errorf("read related documents: %w", err)
	}
	return d, readReceipts(ctx, tx, &d)
}

func hashesOf(ctx context.Context, tx *postgres.Tx, args postgres.Args) (xml, pdf string, err error) {
	type hashes struct{ XML, PDF []byte }
	h, err := postgres.One[hashes](ctx, tx, `SELECT i.xml_sha256 AS xml, p.pdf_sha256 AS pdf
		FROM invoices i LEFT JOIN invoice_papers p ON p.buyer_id = i.buyer_id AND p.invoice_id = i.id WHERE i.buyer_id = @buyer AND i.id = @id`, args)
	if err != nil {
		return "", "", fmt.Errorf("read hashes: %w", err)
	}
	return hex.EncodeToString(h.XML), hex.EncodeToString(h.PDF), nil
}

func readReceipts(ctx context.Context, tx *postgres.Tx, d *Dossier) (err error) {
	if d.OrderID == nil {
		return nil
	}
	d.Receipts, err = postgres.All[Receipt](ctx, tx, `
		SELECT f.mandat_number AS mandat, f.face_cents + f.fees_cents + f.vat_cents AS total, f.received_on FROM order_funds f
		WHERE f.commanditaire_id = @commanditaire AND f.order_id = @order AND `+receivedFrom+` = @buyer ORDER BY f.received_on, f.id`,
		postgres.Args{"commanditaire": *d.CommanditaireID, "order": *d.OrderID, "buyer": d.BuyerID})
	if err != nil {
		return fmt.Errorf("read receipts: %w", err)
	}
	return nil
}

// Dossier is one document, for the operator.
func (s *Service) Dossier(ctx context.Context, actor identity.Actor, id uuid.UUID) (d Dossier, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return d, err
	}
	err = s.db.InPlatform(ctx, actor, "lecture d’une facture", func(tx *postgres.Tx) (err error) {
		d, err = dossier(ctx, tx, id)
		return err
	})
	return d, fault.Wrap(err, "read invoice")
}

// MyDossier is one document that concerns the actor's organisation.
func (s *Service) MyDossier(ctx context.Context, actor identity.Actor, id uuid.UUID) (d Dossier, err error) {
	if !reads(actor) {
		return d, identity.ErrForbidden
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		d, err = dossier(ctx, tx, id)
		return err
	})
	return d, fault.Wrap(err, "read invoice")
}

// PDFForOperator is a document's paper.
func (s *Service) PDFForOperator(ctx context.Context, actor identity.Actor, id uuid.UUID) (File, error) {
	return s.fileForOperator(ctx, actor, id, s.pdf)
}

// XMLForOperator is the message inside a document's paper.
func (s *Service) XMLForOperator(ctx context.Context, actor identity.Actor, id uuid.UUID) (File, error) {
	return s.fileForOperator(ctx, actor, id, s.xml)
}

func (s *Service) fileForOperator(ctx context.Context, actor identity.Actor, id uuid.UUID, read func(context.Context, Document) (File, error)) (File, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return File{}, err
	}
	var d Document
	err := s.db.InPlatform(ctx, actor, "lecture d’une facture", func(tx *postgres.Tx) (err error) {
		d, err = find(ctx, tx, id)
		return err
	})
	if err != nil {
		return File{}, fmt.Errorf("read invoice: %w", err)
	}
	return read(ctx, d)
}

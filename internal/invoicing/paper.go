package invoicing

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/facturx"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// PaperArgs asks for the paper of a document to be drawn and kept; of every
// document that has none when the identifier is zero.
type PaperArgs struct {
	ID uuid.UUID `json:"id"`
}

// Kind names the job.
func (PaperArgs) Kind() string { return "invoice_paper" }

// Draw draws a document's PDF/A-3, with its message inside, and keeps it. What
// is kept already stays: the first paper is the only one.
func (s *Service) Draw(ctx context.Context, args PaperArgs) error {
	ids := []uuid.UUID{args.ID}
	if args.ID == uuid.Nil {
		err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
			ids, err = postgres.Values[uuid.UUID](ctx, tx, `
				SELECT i.id FROM invoices i WHERE NOT EXISTS (SELECT FROM invoice_papers p WHERE p.buyer_id = i.buyer_id AND p.invoice_id = i.id) ORDER BY i.issued_at, i.id`, nil)
			return err
		})
		if err != nil {
			return fmt.Errorf("find papers to draw: %w", err)
		}
	}
	for _, id := range ids {
		if _, err := s.paper(ctx, id); err != nil {
			return fmt.Errorf("draw invoice: %w", err)
		}
	}
	return nil
}

// DrawLaterInTx leaves one job for every paper that is missing.
func (s *Service) DrawLaterInTx(ctx context.Context, tx *postgres.Tx) error {
	return s.Queue.Enqueue(ctx, tx, PaperArgs{})
}

// source is what a paper is drawn from.
type source struct {
	Document
	facts facts
	xml   []byte
	pdf   []byte // nil until drawn
}

func (s *Service) paper(ctx context.Context, id uuid.UUID) ([]byte, error) {
	from, err := s.source(ctx, id)
	if err != nil || from.pdf != nil {
		return from.pdf, err
	}
	pdf, err := s.render(from)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(pdf)
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO invoice_papers (buyer_id, commanditaire_id, invoice_id, pdf, pdf_sha256, drawn_at)
			VALUES (@buyer, @commanditaire, @id, @pdf, @hash, @now) ON CONFLICT DO NOTHING`,
			postgres.Args{"buyer": from.BuyerID, "commanditaire": from.CommanditaireID, "id": id, "pdf": pdf, "hash": hash[:], "now": tx.Now()})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("keep paper: %w", err)
	}
	// Somebody else may have drawn it meanwhile: theirs is the one.
	from, err = s.source(ctx, id)
	return from.pdf, err
}

func (s *Service) source(ctx context.Context, id uuid.UUID) (from source, err error) {
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		if from.Document, err = find(ctx, tx, id); err != nil {
			return err
		}
		if from.facts, err = factsOf(ctx, tx, from.BuyerID, id); err != nil {
			return err
		}
		if from.xml, err = postgres.Value[[]byte](ctx, tx, `SELECT xml FROM invoices WHERE buyer_id = @buyer AND id = @id`, postgres.Args{"buyer": from.BuyerID, "id": id}); err != nil {
			return err
		}
		from.pdf, err = postgres.Value[[]byte](ctx, tx, `SELECT pdf FROM invoice_papers WHERE buyer_id = @buyer AND invoice_id = @id`, postgres.Args{"buyer": from.BuyerID, "id": id})
		if errors.Is(err, postgres.ErrNoRow) {
			err = nil
		}
		return err
	})
	return from, err
}

// render draws the page and puts the message inside. The same document gives
// the same bytes.
func (s *Service) render(from source) ([]byte, error) {
	page, err := print.Invoice(s.printed(from))
	if err != nil {
		return nil, err
	}
	return facturx.Embed(page, from.xml, facturx.Description{
		Title: titleOf(from.Document), Author: from.facts.Invoice.Seller.Name, Subject: subjectOf(from), CreatedAt: from.IssuedAt, Profile: facturx.LevelExtended,
	})
}

func titleOf(d Document) string {
	if d.Kind == Credit {
		return "Avoir " + d.Number
	}
	return "Facture " + d.Number
}

func subjectOf(from source) string {
	if from.facts.OrderNumber == "" {
		return from.BuyerName
	}
	return "Commande " + from.facts.OrderNumber + ", " + from.BuyerName
}

// File is a document ready to download.
type File struct {
	Name      string
	MediaType string
	Content   []byte
}

// PDF is a document's paper, for its buyer or the commanditaire of its order.
func (s *Service) PDF(ctx context.Context, actor identity.Actor, id uuid.UUID) (File, error) {
	d, err := s.mine(ctx, actor, id)
	if err != nil {
		return File{}, fmt.Errorf("read invoice: %w", err)
	}
	return s.pdf(ctx, d)
}

func (s *Service) pdf(ctx context.Context, d Document) (File, error) {
	content, err := s.paper(ctx, d.ID)
	return File{Name: d.Number + ".pdf", MediaType: "application/pdf", Content: content}, err
}

// XML is the message inside a document's paper, for its buyer or the
// commanditaire of its order.
func (s *Service) XML(ctx context.Context, actor identity.Actor, id uuid.UUID) (File, error) {
	d, err := s.mine(ctx, actor, id)
	if err != nil {
		return File{}, fmt.Errorf("read invoice: %w", err)
	}
	return s.xml(ctx, d)
}

func (s *Service) xml(ctx context.Context, d Document) (File, error) {
	from, err := s.source(ctx, d.ID)
	return File{Name: d.Number + ".xml", MediaType: "application/xml", Content: from.xml}, err
}

// mine is a document that the actor's organisation is a party to.
func (s *Service) mine(ctx context.Context, actor identity.Actor, id uuid.UUID) (d Document, err error) {
	if !reads(actor) {
		return d, identity.ErrForbidden
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		d, err = find(ctx, tx, id)
		return err
	})
	return d, err
}

// reads reports whether the actor may read its organisation's invoices.
func reads(actor identity.Actor) bool {
	return actor.Can(identity.OrderRead) || actor.Can(identity.FundedRead) || actor.Can(identity.PaymentRead)
}
